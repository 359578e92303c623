//! One segment as it stands in a file: its id, elements, components and place.

use std::fmt;
use std::ops::Range;

/// The name of a kind of segment: two or three letters and digits, upper-cased, padded with a blank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId([u8; 3]);

impl SegmentId {
    /// What a text that cannot be a segment's name is called.
    pub const UNKNOWN: Self = Self(*b"???");

    /// The id that `name` spells in either case; [`SegmentId::UNKNOWN`] unless it is a letter and one or two letters or digits.
    #[must_use]
    #[inline]
    pub const fn new(name: &[u8]) -> Self {
        match *name {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() => {
                Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), b' '])
            }
            [a, b, c]
                if a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() =>
            {
                Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()])
            }
            _ => Self::UNKNOWN,
        }
    }

    /// The id without its padding.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.0.trim_ascii_end()).unwrap_or("???")
    }
}

impl fmt::Display for SegmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for SegmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The ids of segments, each under its own name, to match on: `id::CLM`.
#[expect(missing_docs, reason = "the name of each is the id; what the segments mean is X12's text")]
pub mod id {
    use super::SegmentId;

    macro_rules! ids {
        ($($name:ident)*) => {
            $(pub const $name: SegmentId = SegmentId::new(stringify!($name).as_bytes());)*
            /// All of them.
            pub const ALL: &[SegmentId] = &[$($name),*];
        };
    }

    ids! {
        ISA IEA GS GE ST SE TA1 ISB ISE
        BHT BPR TRN CUR REF DTM DTP DMG PER N1 N2 N3 N4 NM1 LX HL PRV SBR PAT CLM CL1 CN1 AMT K3 NTE PWK
        CR1 CR2 CR3 CR5 CR6 CR7 CRC HI HCP HSD OI MIA MOA QTY SV1 SV2 SV3 SV4 SV5 SV7 SVD LIN CTP PS1 MEA LQ FRM
        DN1 DN2 TOO UR CAS CLP SVC RDM TS2 TS3 PLB
        AK1 AK2 AK3 AK4 AK5 AK9 IK3 IK4 IK5 CTX STC EQ EB AAA INS BGN COB RMR ENT LS LE
    }
}

/// Where something stands in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Bytes from the beginning of the file as it was received, whatever its encoding.
    pub byte: u64,
    /// The segment's number in the file, from 1; for something between segments, of the segment that follows.
    pub segment: u64,
}

/// The bytes that part segments, elements, repetitions and components in one interchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// Between the elements of a segment; the byte after `ISA`.
    pub element: u8,
    /// Between the components of a composite element; ISA16.
    pub component: u8,
    /// Between the repetitions of an element; ISA11 since version 004020, before that nothing.
    pub repetition: Option<u8>,
    /// After each segment. A line feed or carriage return stands for any kind of line break.
    pub terminator: u8,
}

impl Delimiters {
    /// The delimiters that nearly every 5010 file uses.
    pub const USUAL: Self = Self { element: b'*', component: b':', repetition: Some(b'^'), terminator: b'~' };

    /// Whether segments end with line breaks.
    #[must_use]
    pub const fn ends_lines(self) -> bool {
        is_line_break(self.terminator)
    }

    /// Whether `byte` parts anything here.
    #[must_use]
    pub fn contains(self, byte: u8) -> bool {
        byte == self.element
            || byte == self.component
            || byte == self.terminator
            || self.repetition == Some(byte)
            || (self.ends_lines() && is_line_break(byte))
    }

    /// The components of a composite element or of one of its repetitions; none of an empty one.
    pub fn components(self, element: &[u8]) -> impl Iterator<Item = &[u8]> {
        parts(element, Some(self.component))
    }
}

pub(super) const fn is_line_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// One segment, borrowed from the reader that found it.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    pub(super) text: &'a [u8],
    /// Where the element separators stand in `text`.
    pub(super) separators: &'a [u32],
    pub(super) place: Place,
    pub(super) id: SegmentId,
    pub(super) delimiters: Delimiters,
    pub(super) terminated: bool,
}

impl<'a> Segment<'a> {
    /// The same segment read with another component separator, where the ISA does not say the one in use.
    #[must_use]
    pub fn with_component_separator(mut self, separator: u8) -> Self {
        self.delimiters.component = separator;
        self
    }

    /// Which kind of segment this is.
    #[must_use]
    pub const fn id(&self) -> SegmentId {
        self.id
    }

    /// Where its first byte stands.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// All of it without the terminator, line breaks of a wrapped file removed, in capitals if it had none at all.
    #[must_use]
    pub const fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Whether a terminator ends it. One without is the last of a file or stands before a new `ISA`, and may be cut off.
    #[must_use]
    pub const fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// The delimiters it was read with.
    #[must_use]
    pub const fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// How many elements follow the id, empty ones at the end included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.separators.len()
    }

    /// The `n`th element, counted from 1 as the guides do, without the blanks around it; empty when absent.
    #[must_use]
    pub fn element(&self, n: usize) -> &'a [u8] {
        trim(&self.text[self.element_span(n)])
    }

    /// Whether the `n`th element holds anything.
    #[must_use]
    pub fn has(&self, n: usize) -> bool {
        !self.element(n).is_empty()
    }

    /// Where the `n`th element stands in [`Segment::text`], blanks included; the empty end of the text when absent.
    #[must_use]
    pub fn element_span(&self, n: usize) -> Range<usize> {
        let end = self.text.len();
        let after = |separator: &u32| *separator as usize + 1;
        let start = match n.checked_sub(1) {
            Some(before) => self.separators.get(before).map_or(end, after),
            None => 0,
        };
        start..self.separators.get(n).map_or(end, |separator| *separator as usize)
    }

    /// The components of the `n`th element, trimmed; none when it is empty.
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        parts(self.element(n), Some(self.delimiters.component))
    }

    /// One component of an element, both counted from 1; empty when absent.
    #[must_use]
    pub fn component(&self, element: usize, component: usize) -> &'a [u8] {
        component.checked_sub(1).and_then(|before| self.components(element).nth(before)).unwrap_or_default()
    }

    /// The repetitions of the `n`th element, trimmed: all of it at once where nothing separates repetitions, none when
    /// it is empty.
    pub fn repetitions(&self, n: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        parts(self.element(n), self.delimiters.repetition)
    }
}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.place, String::from_utf8_lossy(self.text))
    }
}

fn parts(element: &[u8], separator: Option<u8>) -> impl Iterator<Item = &[u8]> {
    let any = (!element.is_empty()).then_some(element);
    any.into_iter().flat_map(move |element| element.split(move |byte| Some(*byte) == separator)).map(trim)
}

/// `text` without the blanks around it.
fn trim(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Notes in `separators` where `separator` stands in `text`, and returns how often; the rest of `separators` is scrap.
pub(super) fn locate(text: &[u8], separator: u8, separators: &mut Vec<u32>) -> usize {
    if separators.len() <= text.len() {
        separators.resize(text.len() + 1, 0);
    }
    let mut found = 0;
    for (position, &byte) in (0_u32..).zip(text) {
        // Written every time and kept only when it counts: a branch here would be guessed wrong at every element.
        separators[found] = position;
        found += usize::from(byte == separator);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &[u8], check: impl Fn(Segment<'_>)) {
        let mut separators = Vec::new();
        let count = locate(text, b'*', &mut separators);
        check(Segment {
            text,
            separators: &separators[..count],
            place: Place::default(),
            id: SegmentId::new(text.split(|byte| *byte == b'*').next().unwrap()),
            delimiters: Delimiters::USUAL,
            terminated: true,
        });
    }

    #[test]
    fn elements_are_counted_from_one_and_trimmed() {
        with(b"NM1*IL*1* DOE \t**", |segment| {
            assert_eq!(segment.count(), 5);
            assert_eq!(segment.element(1), b"IL");
            assert_eq!(segment.element(3), b"DOE");
            assert_eq!(segment.element_span(3), 9..15);
            assert!(segment.has(2) && !segment.has(4) && !segment.has(5) && !segment.has(6));
            assert_eq!(segment.element(99), b"");
            assert_eq!(segment.element_span(99), 17..17);
        });
    }

    #[test]
    fn an_id_alone_has_no_elements() {
        with(b"LX", |segment| {
            assert_eq!(segment.count(), 0);
            assert_eq!(segment.element(1), b"");
            assert_eq!(segment.id(), id::LX);
        });
    }

    #[test]
    fn composites_and_repetitions_part() {
        with(b"SV1*HC: 99213 ::25*125*UN^DA^*", |segment| {
            assert_eq!(segment.components(1).collect::<Vec<_>>(), [&b"HC"[..], b"99213", b"", b"25"]);
            assert_eq!(segment.component(1, 4), b"25");
            assert_eq!(segment.component(1, 5), b"");
            assert_eq!(segment.component(1, 0), b"");
            assert_eq!(segment.repetitions(3).collect::<Vec<_>>(), [&b"UN"[..], b"DA", b""]);
            assert_eq!(segment.components(4).count(), 0);
            assert_eq!(segment.repetitions(9).count(), 0);
        });
    }

    #[test]
    fn ids_ignore_case_and_refuse_garbage() {
        assert_eq!(SegmentId::new(b"clm"), id::CLM);
        assert_eq!(SegmentId::new(b"hl"), id::HL);
        assert_eq!(id::HL.to_string(), "HL");
        for garbage in [&b""[..], b"C", b"CLMX", b"1AB", b"C-M", b"\xc3\xa4x"] {
            assert_eq!(SegmentId::new(garbage), SegmentId::UNKNOWN);
        }
    }
}
