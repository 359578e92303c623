//! Reads an ISA, in full length or trimmed, wrapped or not, for the delimiters it declares.

use std::ops::Range;

use memchr::memchr2_iter;

use crate::x12::guess::{self, QUOTE, Votes, is_filler, is_mark};
use crate::x12::segment::{Delimiters, SegmentId, id, is_line_break};

/// How many bytes from its beginning are looked at to read an ISA, the segments that confirm it included.
pub(super) const LOOKAHEAD: usize = 8 * 1024;
/// The length of an ISA with its terminator.
pub(super) const LENGTH: usize = 106;
/// How long an ISA may be, line breaks left out, for padding that is wider than it should be.
const LONGEST: usize = 256;
/// Elements of an ISA before the component separator.
const ELEMENTS: usize = 15;
/// How many bytes may hold `ISA` and its separator, whatever line breaks stand between them.
pub(super) const BEGINNING: usize = 16;

/// What an ISA tells about the interchange that it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) delimiters: Delimiters,
    /// Its length with the terminator, line breaks of a wrapped file and blanks before the terminator left out.
    pub(super) length: usize,
    /// Where it ends in the bytes given, the terminator left out.
    pub(super) text: usize,
    /// Where the next segment may begin.
    pub(super) next: usize,
    /// Whether a delimiter is missing or wrong and was guessed.
    pub(super) guessed: bool,
}

/// Where `ISA` and a separator stand in a range of `bytes`, line breaks between them left out.
pub(super) fn find(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let begins = |at: &usize| begins(&bytes[*at..]);
    memchr2_iter(b'I', b'i', bytes.get(range.clone())?).map(|at| range.start + at).find(begins)
}

/// Whether `bytes` begin with `ISA` and a separator, line breaks between them left out.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let mut letters = bytes.iter().take(BEGINNING).filter(|byte| !is_line_break(**byte));
    b"ISA".iter().all(|letter| letters.next().is_some_and(|byte| byte.eq_ignore_ascii_case(letter)))
        && letters.next().is_some_and(|byte| is_separator(*byte))
}

/// Whether `byte` may part the elements of an ISA: a mark, or the tab of a spreadsheet.
fn is_separator(byte: u8) -> bool {
    is_mark(byte) || byte == b'\t'
}

/// The ISA that `raw` begins with, if it is one: the letters, a separator, and sixteen elements of the right shapes.
///
/// At most [`LOOKAHEAD`] bytes should be given, and no fewer unless the file ends there.
pub(super) fn parse(raw: &[u8]) -> Option<Header> {
    let fixed = Fixed::read(raw)?;
    // Nothing in the next interchange tells about this one.
    let raw = &raw[..find(raw, fixed.end..raw.len()).unwrap_or(raw.len())];
    let separator = fixed.separator;
    let tail = Tail::read(raw, fixed.end, separator);
    let repetition = fixed.element(11).first().copied();
    let repetition = repetition.filter(|mark| {
        is_mark(*mark) && *mark != separator && *mark != tail.terminator && Some(*mark) != tail.component
    });
    let used = other_terminator(&raw[tail.next..], separator, tail.terminator);
    let terminator = used.unwrap_or(tail.terminator);
    let declared = tail.component.filter(|mark| *mark != separator && *mark != terminator);
    let component = declared.unwrap_or_else(|| guess::component(&raw[tail.next..], separator, terminator));
    let marks = raw[fixed.end..tail.text].iter().filter(|byte| !is_filler(**byte)).count();
    Some(Header {
        delimiters: Delimiters { element: separator, component, repetition, terminator },
        length: fixed.length + marks + 1,
        text: tail.text,
        next: tail.next,
        guessed: tail.guessed || used.is_some() || declared.is_none(),
    })
}

/// The part of an ISA up to the component separator, line breaks removed.
struct Fixed {
    text: [u8; LONGEST],
    length: usize,
    /// Where each of its elements, the id as the first, stands in `text`.
    elements: [Range<u16>; ELEMENTS + 1],
    separator: u8,
    /// Where it ends in the bytes it was read from.
    end: usize,
}

impl Fixed {
    fn read(raw: &[u8]) -> Option<Self> {
        let mut fixed =
            Self { text: [0; LONGEST], length: 0, elements: Default::default(), separator: 0, end: 0 };
        let mut element = 0;
        let mut start = 0;
        for (position, &byte) in raw.iter().enumerate().filter(|(_, byte)| !is_line_break(**byte)) {
            match fixed.length {
                at @ 0..3 if byte.to_ascii_uppercase() != b"ISA"[at] => return None,
                3 if !is_separator(byte) => return None,
                3 => fixed.separator = byte,
                _ => {}
            }
            let at = u16::try_from(fixed.length).ok()?;
            *fixed.text.get_mut(fixed.length)? = byte;
            fixed.length += 1;
            if at >= 3 && byte == fixed.separator {
                fixed.elements[element] = start..at;
                if !fixed.fits(element) {
                    return None;
                }
                start = at + 1;
                element += 1;
            }
            if element > ELEMENTS {
                fixed.end = position + 1;
                return fixed.is_plausible().then_some(fixed);
            }
        }
        None
    }

    fn element(&self, n: usize) -> &[u8] {
        let range = &self.elements[n];
        self.text[usize::from(range.start)..usize::from(range.end)].trim_ascii()
    }

    /// Whether the `n`th element is no longer than one of an ISA.
    fn fits(&self, n: usize) -> bool {
        let longest = match n {
            1 | 3 | 5 | 7 => 2,
            11 | 14 | 15 => 1,
            _ => LONGEST,
        };
        self.element(n).len() <= longest
    }

    /// Whether at least two of date, time, version and control number are numbers of about their length: a ruled line in a
    /// letter has as many separators, and segments that follow an element `ISA` have as many elements.
    fn is_plausible(&self) -> bool {
        let is_number = |(n, shortest): &(usize, usize)| {
            let element = self.element(*n);
            element.len() >= *shortest && element.iter().all(u8::is_ascii_digit)
        };
        [(9, 6), (10, 4), (12, 3), (13, 1)].iter().filter(|number| is_number(number)).count() >= 2
    }
}

/// What follows the sixteenth separator: the component separator, the terminator, and where the next segment begins.
struct Tail {
    component: Option<u8>,
    terminator: u8,
    text: usize,
    next: usize,
    guessed: bool,
}

impl Tail {
    fn read(raw: &[u8], start: usize, separator: u8) -> Self {
        // A letter or digit can part nothing, but may stand where the component separator should.
        let letter =
            matches!(raw[start..], [letter, mark, ..] if letter.is_ascii_alphanumeric() && is_mark(mark));
        let start = start + usize::from(letter);
        let run = raw[start..].iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
        let run = &raw[start..start + run];
        let mut marks = (start..).zip(run).filter(|(_, byte)| is_mark(**byte)).map(|(at, byte)| (at, *byte));
        let line_break = |from: usize| {
            let at = from + run[from - start..].iter().position(|byte| is_line_break(*byte))?;
            Some((at, raw[at]))
        };
        match (marks.next(), marks.next()) {
            (Some((_, component)), Some((at, terminator))) => Self::complete(component, at, terminator),
            (Some((at, mark)), None) => match line_break(at) {
                Some(_) if next_line_ends_with(&raw[start + run.len()..], mark) => Self::bare(at, mark),
                Some((at, terminator)) => Self::complete(mark, at, terminator),
                None if ends_with_filler(&raw[at + 1..], separator) => {
                    Self::complete(mark, at + 1, raw[at + 1])
                }
                None => Self::single(raw, at, mark, separator),
            },
            (None, _) => match (line_break(start), guess::terminator(&raw[start..], separator)) {
                (Some((at, terminator)), _) => Self::bare(at, terminator),
                (None, used) => {
                    let terminator = used.unwrap_or(b'~');
                    Self { component: None, terminator, text: start, next: start, guessed: true }
                }
            },
        }
    }

    fn complete(component: u8, at: usize, terminator: u8) -> Self {
        Self { component: Some(component), terminator, text: at, next: at + 1, guessed: false }
    }

    /// The component separator is missing.
    fn bare(at: usize, terminator: u8) -> Self {
        Self { component: None, terminator, text: at, next: at + 1, guessed: true }
    }

    /// One mark, and the next segment right after it: whichever of the two the other segments do not end with is missing.
    fn single(raw: &[u8], at: usize, mark: u8, separator: u8) -> Self {
        match guess::terminator(&raw[at..], separator) {
            Some(terminator) if terminator == mark => Self::bare(at, mark),
            used => Self {
                component: Some(mark),
                terminator: used.unwrap_or(b'~'),
                text: at + 1,
                next: at + 1,
                guessed: true,
            },
        }
    }
}

/// The terminator that the segments after an ISA use, where the one it declares ends none of them.
fn other_terminator(text: &[u8], separator: u8, declared: u8) -> Option<u8> {
    if ends_a_segment(text, separator, declared) {
        return None;
    }
    let votes = Votes::count(text, separator);
    votes.most().filter(|(_, count)| *count >= 2 && votes.of(declared) == 0).map(|(mark, _)| mark)
}

/// Whether the first `terminator` in `text` has an id after it, and, if it is a line break, no other terminator before.
fn ends_a_segment(text: &[u8], separator: u8, terminator: u8) -> bool {
    let ends_lines = is_line_break(terminator);
    let Some(end) = text.iter().position(|byte| *byte == terminator || (ends_lines && is_line_break(*byte)))
    else {
        return false;
    };
    let (segment, rest) = (&text[..end], &text[end + 1..]);
    let last = segment.iter().rev().find(|byte| !is_filler(**byte));
    if ends_lines && last.is_some_and(|last| is_mark(*last) && *last != separator) {
        return false;
    }
    let starts = |byte: &u8| !is_filler(*byte) && *byte != QUOTE;
    let next = rest.iter().position(starts).map_or(&[][..], |start| &rest[start..]);
    let id = next.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    next.is_empty() || ((2..=3).contains(&id) && next.get(id).is_some_and(|byte| is_mark(*byte)))
}

/// Whether `text` begins with a filler other than a blank and the id of a segment right after it: then it is the terminator.
fn ends_with_filler(text: &[u8], separator: u8) -> bool {
    let [filler, rest @ ..] = text else { return false };
    let id = rest.iter().take(4).take_while(|byte| **byte != separator).count();
    is_filler(*filler) && *filler != b' ' && id::ALL.contains(&SegmentId::new(&rest[..id]))
}

fn next_line_ends_with(text: &[u8], mark: u8) -> bool {
    let line = text.split(|byte| is_line_break(*byte)).next().unwrap_or_default();
    let end = line.iter().rposition(|byte| !is_filler(*byte));
    end.is_some_and(|end| line[end] == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*T*";
    const GS: &str = "GS*HP*A*B*20260101*1200*1*X*005010X221A1";

    fn read(tail: &str) -> Header {
        parse(format!("{ISA}{tail}").as_bytes()).unwrap()
    }

    #[track_caller]
    fn case(tail: &str, component: u8, terminator: u8, guessed: bool) {
        let header = read(tail);
        assert_eq!(
            (header.delimiters.component as char, header.delimiters.terminator as char, header.guessed),
            (component as char, terminator as char, guessed),
            "{tail:?}"
        );
    }

    #[test]
    fn the_terminator_is_told_from_line_breaks_after_it() {
        case(&format!(":~{GS}~"), b':', b'~', false);
        case(&format!(":~\r\n{GS}~\r\n"), b':', b'~', false);
        case(&format!(":\n{GS}\n"), b':', b'\n', false);
        case(&format!(":\r\n{GS}\r\n"), b':', b'\r', false);
        case(&format!(":\r{GS}\r"), b':', b'\r', false);
        case(":\n", b':', b'\n', false);
        case(&format!(">\x1c{GS}\x1c"), b'>', 0x1c, false);
        case(&format!(":!{GS}!"), b':', b'!', false);
    }

    #[test]
    fn a_wrap_may_fall_around_the_last_two_bytes() {
        case(&format!("\n:~{GS}~"), b':', b'~', false);
        case(&format!(":\r\n~{GS}~"), b':', b'~', false);
        case(&format!("\n:\n~\n{GS}~\n"), b':', b'~', false);
        assert_eq!(read(&format!(":\r\n~{GS}~")).length, LENGTH);
    }

    #[test]
    fn a_missing_component_separator_is_guessed() {
        case(&format!("~{GS}~SVC*HC>99213*1~"), b'>', b'~', true);
        case(&format!("~\n{GS}~\nSVC*HC:99213*1~\n"), b':', b'~', true);
        case(&format!("\n{GS}\nSVC*HC:99213*1\n"), b':', b'\n', true);
        case(&format!(" ~{GS}~"), b':', b'~', true);
        case(&format!("X~{GS}~SVC*HC>99213*1~"), b'>', b'~', true);
    }

    #[test]
    fn a_terminator_that_ends_no_segment_is_not_believed() {
        case(&format!(":{GS}~ST*835*1~BPR*I~"), b':', b'~', true);
        case(&format!(":\n{GS}~\nST*835*1~\nBPR*I~\n"), b':', b'~', true);
        case(&format!(":~\n{GS}\nST*835*1\nBPR*I\n"), b':', b'\n', true);
        case(":", b':', b'~', true);
        case("", b':', b'~', true);
    }

    #[test]
    fn length_is_counted_without_line_breaks() {
        assert_eq!(read(":~").length, LENGTH);
        let wrapped: Vec<u8> =
            format!("{ISA}:~{GS}~").into_bytes().chunks(7).collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(parse(&wrapped).unwrap().length, LENGTH);
        let trimmed = "ISA*00**00**ZZ*A*ZZ*B*260101*1200*^*00501*1*0*T*:~";
        assert_eq!(parse(trimmed.as_bytes()).unwrap().length, trimmed.len());
    }

    #[test]
    fn isa11_of_4010_separates_nothing() {
        let old = ISA.replace("*^*00501", "*U*00401");
        assert_eq!(parse(format!("{old}:~").as_bytes()).unwrap().delimiters.repetition, None);
        assert_eq!(read(":~").delimiters.repetition, Some(b'^'));
    }

    #[test]
    fn what_only_looks_like_an_isa_is_none() {
        for text in [
            "ISA*a*ISA**a**x~BHT*a*x~BHT*0*0*0*A~BHT*A**0*x~",
            "ISA report attached",
            "ISA----------------------------------",
            "ISAAC*M*X",
            "ISA*00*",
            "IS",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
