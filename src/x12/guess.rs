//! Delimiters told from the segments themselves, for where no ISA says them.

use memchr::{memchr, memchr_iter};

use crate::x12::segment::{Delimiters, SegmentId, id, is_line_break};

/// Whether `text` begins as a group or a transaction does, whatever the delimiters: the element separator if so.
pub(super) fn bare_start(text: &[u8]) -> Option<u8> {
    let [first, second, separator, rest @ ..] = text else { return None };
    if !is_mark(*separator) {
        return None;
    }
    let length = memchr(*separator, rest).unwrap_or(rest.len());
    let value = rest.get(..length.min(4))?.trim_ascii();
    let fits = match SegmentId::new(&[*first, *second]) {
        id::ST => value.len() == 3 && value.iter().all(u8::is_ascii_digit),
        id::GS => value.len() == 2 && value.iter().all(u8::is_ascii_alphabetic),
        _ => false,
    };
    // The value has to end where an element does: `ST-123 MAIN` begins no transaction.
    (fits && rest.len() > length).then_some(*separator)
}

/// The delimiters of segments that begin with `text` and use `element`.
pub(super) fn delimiters(text: &[u8], element: u8) -> Delimiters {
    let terminator = terminator(text, element).unwrap_or(b'~');
    let component = component(text, element, terminator);
    Delimiters { element, component, repetition: None, terminator }
}

/// What most often stands before a well-known id; `None` where none is seen.
pub(super) fn terminator(text: &[u8], element: u8) -> Option<u8> {
    let votes = Votes::count(text, element);
    votes.most().map(|(mark, _)| mark)
}

/// How often each byte stands before a well-known id as a terminator would; line breaks count as one, and only where
/// nothing else ends the line.
pub(super) struct Votes([u16; 256]);

impl Votes {
    pub(super) fn count(text: &[u8], element: u8) -> Self {
        let mut votes = [0_u16; 256];
        for end in memchr_iter(element, text) {
            let id_length =
                text[..end].iter().rev().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let before = &text[..end - id_length];
            if !id::ALL.contains(&SegmentId::new(&text[end - id_length..end])) {
                continue;
            }
            let ended = before.trim_ascii_end();
            let on_new_line = before[ended.len()..].iter().any(|byte| is_line_break(*byte));
            match ended.last() {
                Some(&mark) if is_mark(mark) && mark != element => votes[usize::from(mark)] += 1,
                _ if on_new_line => votes[usize::from(b'\n')] += 1,
                _ => {}
            }
        }
        Self(votes)
    }

    pub(super) fn of(&self, terminator: u8) -> u16 {
        self.0[usize::from(if is_line_break(terminator) { b'\n' } else { terminator })]
    }

    pub(super) fn most(&self) -> Option<(u8, u16)> {
        let all = (0..=u8::MAX).zip(self.0);
        all.filter(|(_, votes)| *votes > 0).max_by_key(|(_, votes)| *votes)
    }
}

/// What parts the components of the first composite of a kind that always has several; a colon where none is seen.
pub(super) fn component(text: &[u8], element: u8, terminator: u8) -> u8 {
    let ends = |byte: &u8| *byte == terminator || (is_line_break(terminator) && is_line_break(*byte));
    let free = |byte: u8| byte != element && !ends(&byte);
    let seen = text.split(ends).find_map(|segment| {
        let mut elements = segment.trim_ascii().split(|byte| *byte == element);
        let composite = match SegmentId::new(elements.next()?) {
            id::SVC | id::SV1 | id::SV3 | id::HI => elements.next()?,
            id::SV2 => elements.nth(1)?,
            id::SVD => elements.nth(2)?,
            id::CLM => elements.nth(4)?,
            _ => return None,
        };
        let mark = composite.iter().copied().find(|byte| !byte.is_ascii_alphanumeric())?;
        (is_mark(mark) && free(mark)).then_some(mark)
    });
    seen.or_else(|| [b':', b'>', b'<'].into_iter().find(|mark| free(*mark))).unwrap_or(b':')
}

/// What mail programs put before each line that they quote; no segment begins with it.
pub(super) const QUOTE: u8 = b'>';

/// Whether `byte` may be a delimiter that is seen: no letter, digit, blank, line break or filler.
pub(super) fn is_mark(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && !is_filler(byte)
}

/// Whether `byte` stands around segments without meaning: blanks, line breaks, NUL and Ctrl-Z.
pub(super) const fn is_filler(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0 | 0x1a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, element: u8, component: u8, terminator: u8) {
        let expected = Delimiters { element, component, repetition: None, terminator };
        let separator = bare_start(text.as_bytes()).unwrap();
        assert_eq!(delimiters(text.as_bytes(), separator), expected, "{text}");
    }

    #[test]
    fn delimiters_are_told_from_the_segments() {
        case("ST*835*1234~BPR*I*1922.86~TRN*1*027~SVC*HC:59430*1210~", b'*', b':', b'~');
        case("ST*835*1234~\r\nBPR*I*1922.86~\r\nTRN*1*027~\r\nSVC*HC>59430*1210~\r\n", b'*', b'>', b'~');
        case("ST|837|1\nBHT|0019|00\nN3|12 MAIN ST.\nNM1|41|2\nCLM|A1|50|||11^B^1\n", b'|', b'^', b'\n');
        case("GS*HP*A*B*2026*12*1*X*005010X221A1!ST*835*1!BPR*I*1!", b'*', b':', b'!');
        case("ST:835:1'BPR:I:1'", b':', b'>', b'\'');
    }

    #[test]
    fn a_street_or_a_sentence_begins_no_transaction() {
        for text in
            ["ST", "ST*", "ST*83", "ST 123 MAIN", "ST-123 MAIN", "ST. 835*", "GS - on", "GS*HP", "STAR*835*1"]
        {
            assert_eq!(bare_start(text.as_bytes()), None, "{text}");
        }
    }
}
