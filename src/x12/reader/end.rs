//! Where the segment at the beginning of the window ends, whatever has become of its terminator.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use crate::x12::guess::is_filler;
use crate::x12::header;
use crate::x12::reader::{MAX_SEGMENT, Reader};
use crate::x12::segment::{SegmentId, id};

/// How far the end of a segment like nearly all is looked for.
pub(super) const PIECE: usize = 4 * 1024;
/// How much is looked at first where no end is near; then twice as much each time.
const FIRST_PIECE: usize = 512;
/// No ISA is shorter than this, nor a segment that one is fused to.
const SHORTEST_ISA: usize = 40;

/// Where the segment at the beginning of the window ends.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// How much of the window it is, without the blanks before its terminator.
    pub(super) text: usize,
    /// Where in the window the next may begin.
    pub(super) next: usize,
    pub(super) cause: Cause,
    /// Whether line breaks stand inside it.
    pub(super) wrapped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Terminator,
    /// No terminator stands before a new ISA, the end of the file, or, in a file of lines, the next line.
    Cut,
    TooLong,
}

impl<R: Read> Reader<R> {
    /// The end of a segment like nearly all: near, not wrapped, and without room for an ISA fused to it.
    pub(super) fn near_end(&self) -> Option<End> {
        let bytes = self.window.bytes();
        let near = &bytes[..bytes.len().min(PIECE)];
        let at = memchr3(self.delimiters.terminator, b'\n', b'\r', near)?;
        let ends = near[at] == self.delimiters.terminator || self.delimiters.ends_lines();
        if !ends || (at >= SHORTEST_ISA && header::find(&near[..=at], 1..at).is_some()) {
            return None;
        }
        let text = trim_end(&near[..at], self.delimiters.element).len();
        Some(End { text, next: at + 1, cause: Cause::Terminator, wrapped: false })
    }

    /// The end of any segment, looked for in pieces so that a new interchange or line is seen before much is read.
    pub(super) fn far_end(&mut self) -> io::Result<End> {
        let (mut looked, mut until) = (0, FIRST_PIECE);
        loop {
            let have = self.window.want(until)?.len();
            let terminator = self.terminator(looked..have);
            let piece = looked.max(1)..terminator.unwrap_or(have);
            if let Some(cut) = self.cut(piece)? {
                return Ok(self.end(cut, cut, Cause::Cut));
            }
            if let Some(end) = terminator {
                return Ok(self.end(end, end + 1, Cause::Terminator));
            }
            if have < until {
                return Ok(self.end(have, have, Cause::Cut));
            }
            if have == MAX_SEGMENT {
                return Ok(self.end(have, have, Cause::TooLong));
            }
            (looked, until) = (have, (2 * until).min(MAX_SEGMENT));
        }
    }

    /// Where in a range of the window another segment begins although the one at its beginning has not ended.
    fn cut(&mut self, range: Range<usize>) -> io::Result<Option<usize>> {
        let isa = self.isa(range.clone())?;
        Ok(self.line_end(range.start..isa.unwrap_or(range.end)).or(isa))
    }

    /// Where in a range of the window a line ends and the next begins with an id, in a file of one segment a line: a
    /// terminator is missing, or the line is none of the interchange.
    fn line_end(&self, range: Range<usize>) -> Option<usize> {
        if self.said.wrapped || !self.line_start {
            return None;
        }
        let element = self.delimiters.element;
        let bytes = self.window.bytes();
        let begins_segment = |at: &usize| {
            let next = bytes[at + 1..].iter().take(4);
            let id = &bytes[at + 1..][..next.take_while(|byte| **byte != element).count()];
            bytes.get(at + 1 + id.len()) == Some(&element)
                && id::ALL.contains(&SegmentId::new(id))
                && bytes[..*at].trim_ascii_end().last() != Some(&element)
        };
        let mut breaks = memchr2_iter(b'\n', b'\r', bytes.get(range.clone())?).map(|at| range.start + at);
        breaks.find(begins_segment)
    }

    /// An end before the `before`th byte of the window.
    pub(super) fn end(&self, before: usize, next: usize, cause: Cause) -> End {
        let text = trim_end(&self.window.bytes()[..before], self.delimiters.element);
        End { text: text.len(), next, cause, wrapped: memchr2(b'\n', b'\r', text).is_some() }
    }

    /// The first terminator in a range of the window.
    fn terminator(&self, range: Range<usize>) -> Option<usize> {
        let bytes = &self.window.bytes()[range.clone()];
        let found = if self.delimiters.ends_lines() {
            memchr2(b'\n', b'\r', bytes)
        } else {
            memchr(self.delimiters.terminator, bytes)
        };
        found.map(|at| range.start + at)
    }

    /// The first ISA that begins in a range of the window.
    pub(super) fn isa(&mut self, range: Range<usize>) -> io::Result<Option<usize>> {
        let mut range = range;
        self.window.want(range.end + header::BEGINNING)?;
        while let Some(at) = header::find(self.window.bytes(), range.clone()) {
            if header::parse(self.ahead(at)?).is_some() {
                return Ok(Some(at));
            }
            range.start = at + 1;
        }
        Ok(None)
    }
}

/// `text` without the blanks and line breaks at its end.
fn trim_end(text: &[u8], element: u8) -> &[u8] {
    let mut text = text;
    while let [rest @ .., last] = text
        && is_filler(*last)
        && *last != element
    {
        text = rest;
    }
    text
}
