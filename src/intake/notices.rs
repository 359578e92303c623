//! What the reader of segments noticed about the bytes, as findings.

use crate::x12::notice::{Notice, NoticeKind, Side};
use crate::x12::segment::Delimiters;

use super::desk::Desk;
use super::findings::{At, Source};
use super::rules::Rule;

/// Adds the finding of a notice.
pub(super) fn raise(notice: &Notice, desk: &mut Desk) {
    let Some((rule, message)) = told(notice.kind) else { return };
    desk.here(rule, Source::place(notice.place), At::Segment, || message);
}

/// The rule and message of a notice; `None` where the segment that follows tells the same, with its text.
fn told(kind: NoticeKind) -> Option<(Rule, String)> {
    let told = match kind {
        NoticeKind::Empty => (Rule::EmptyFile, "the file holds nothing".to_owned()),
        NoticeKind::NotX12 { instead: Some(name) } => (Rule::NotX12, format!("the file is {name}")),
        NoticeKind::NotX12 { instead: None } => {
            (Rule::NotX12, "no segment of X12 stands in the file".to_owned())
        }
        NoticeKind::Junk { bytes, side } => {
            let side = match side {
                Side::Before => "before the first interchange",
                Side::Between => "between two interchanges",
                Side::After => "after the last interchange",
            };
            (Rule::JunkBytes, format!("{bytes} bytes {side} were skipped"))
        }
        NoticeKind::DelimitersGuessed { broken_isa, delimiters } => {
            let isa = if broken_isa { "the ISA cannot be read" } else { "there is no ISA" };
            (Rule::DelimitersGuessed, format!("{isa}; {}", guessed(delimiters)))
        }
        NoticeKind::IsaLength { bytes } => (Rule::IsaLength, format!("the ISA is {bytes} characters long")),
        NoticeKind::IsaIncomplete { delimiters } => {
            (Rule::IsaIncomplete, format!("the ISA does not say it; {}", guessed(delimiters)))
        }
        NoticeKind::Wrapped => (Rule::WrappedLines, "line breaks inside segments were removed".to_owned()),
        NoticeKind::Utf16 => (Rule::Utf16, "the file is UTF-16 and was decoded".to_owned()),
        NoticeKind::LowerCase => (Rule::LowerCaseIds, "segment names are in lower case".to_owned()),
        NoticeKind::TooLong { bytes } => {
            (Rule::SegmentTooLong, format!("a segment of {bytes} bytes was skipped"))
        }
        NoticeKind::Unterminated => return None,
    };
    Some(told)
}

fn guessed(delimiters: Delimiters) -> String {
    let shown = |byte: u8| char::from(byte).escape_default();
    let Delimiters { element, component, terminator, .. } = delimiters;
    let (element, component, terminator) = (shown(element), shown(component), shown(terminator));
    format!(
        "elements seem to be parted by '{element}', components by '{component}', segments by '{terminator}'"
    )
}
