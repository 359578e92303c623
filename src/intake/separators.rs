//! Finds composites whose components are parted by another character than the interchange says.

use crate::x12::segment::{Segment, id};

use super::desk::Desk;
use super::findings::{At, Cause};
use super::rules::Rule;

/// The component separator in use, where `segment` holds a composite that shows another than was declared; with a finding.
pub(super) fn foreign(segment: &Segment<'_>, desk: &mut Desk) -> Option<u8> {
    let n = match segment.id() {
        id::SV1 | id::SV3 | id::SVC | id::HI => 1,
        id::SV2 => 2,
        id::CLM => 5,
        _ => return None,
    };
    let declared = segment.delimiters().component;
    let separator = in_use(segment.element(n)).filter(|separator| *separator != declared)?;
    let (used, declared) = (char::from(separator), char::from(declared).escape_default());
    let message = || format!("components are parted by '{used}' here, and the ISA says '{declared}'");
    desk.findings.raise(Rule::ComponentSeparator, segment.into(), At::Element(n), Cause::Same, message);
    Some(separator)
}

/// The punctuation between the first component of a composite, a qualifier or place of up to three characters, and the
/// next.
fn in_use(composite: &[u8]) -> Option<u8> {
    let first = composite.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let separator = *composite.get(first)?;
    // Signs that can stand within a value of their own part nothing.
    let parts = separator.is_ascii_punctuation() && !b".-_/'\"()&#,".contains(&separator);
    ((1..=3).contains(&first) && parts && composite.len() > first + 1).then_some(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_behind_the_qualifier_is_the_separator() {
        assert_eq!(in_use(b"HC:99213"), Some(b':'));
        assert_eq!(in_use(b"11>B>1"), Some(b'>'));
        assert_eq!(in_use(b"ABK|J069"), Some(b'|'));
    }

    #[test]
    fn what_has_one_component_shows_no_separator() {
        for one in ["", "11", "HC", "99213", "HC:", "8.2", "I-9"] {
            assert_eq!(in_use(one.as_bytes()), None, "{one}");
        }
    }
}
