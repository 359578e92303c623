//! Where the segment at the beginning of the window ends, whatever has become of its terminator.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use crate::x12::guess::{self, is_filler};
use crate::x12::header;
use crate::x12::reader::{MAX_SEGMENT, Reader};
use crate::x12::segment::{Delimiters, SegmentId, id, is_line_break};

/// How far the end of a segment is looked for before looking whether a new ISA stands in between.
pub(super) const PIECE: usize = 4 * 1024;
/// No ISA is shorter than this, nor a segment that one is fused to.
const SHORTEST_ISA: usize = 40;
/// How many bytes may hold `ISA` and its separator, whatever line breaks stand between them.
const ISA_BEGINNING: usize = 16;

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
        if !ends || (at >= SHORTEST_ISA && find_isa(&near[..=at], 1..at).is_some()) {
            return None;
        }
        let text = trim_end(&near[..at], self.delimiters.element).len();
        Some(End { text, next: at + 1, cause: Cause::Terminator, wrapped: false })
    }

    /// The end of any segment, looked for piece by piece so that a new interchange is seen before much is read.
    pub(super) fn far_end(&mut self) -> io::Result<End> {
        let mut looked = 0;
        loop {
            let until = (looked + PIECE).min(MAX_SEGMENT);
            let have = self.window.want(until)?.len();
            let terminator = self.terminator(looked..have);
            let end = terminator.unwrap_or(have);
            if let Some(isa) = self.isa(looked.max(1)..end)? {
                return Ok(self.end(isa, isa, Cause::Cut));
            }
            if terminator.is_some() {
                return Ok(self.end(end, end + 1, Cause::Terminator));
            }
            if have < until {
                return Ok(self.end(have, have, Cause::Cut));
            }
            if have == MAX_SEGMENT {
                return Ok(self.end(have, have, Cause::TooLong));
            }
            looked = have;
        }
    }

    /// Where a line ends inside a segment and the next begins with an id, in a file of one segment a line: a terminator is
    /// missing, or the line is none of the interchange.
    pub(super) fn line_end(&self, end: End) -> Option<End> {
        if !end.wrapped || self.said.wrapped || !self.line_start {
            return None;
        }
        let Delimiters { element, .. } = self.delimiters;
        let bytes = &self.window.bytes()[..end.text];
        let begins_segment = |at: &usize| {
            let next = &bytes[at + 1..];
            let id = next.iter().take(4).take_while(|byte| **byte != element).count();
            let before = bytes[..*at].trim_ascii_end().last();
            id < next.len() && id::ALL.contains(&SegmentId::new(&next[..id])) && before != Some(&element)
        };
        let at = memchr2_iter(b'\n', b'\r', bytes).find(begins_segment)?;
        Some(self.end(at, at, Cause::Cut))
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
        self.window.want(range.end + ISA_BEGINNING)?;
        while let Some(at) = find_isa(self.window.bytes(), range.clone()) {
            if header::parse(self.ahead(at)?).is_some() {
                return Ok(Some(at));
            }
            range.start = at + 1;
        }
        Ok(None)
    }
}

/// Where `ISA` and a separator stand in a range of `bytes`, line breaks between them left out.
fn find_isa(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let begins = |at: &usize| begins_isa(&bytes[*at..]);
    memchr2_iter(b'I', b'i', bytes.get(range.clone())?).map(|at| range.start + at).find(begins)
}

/// Whether `bytes` begin with `ISA` and a separator, line breaks between them left out.
pub(super) fn begins_isa(bytes: &[u8]) -> bool {
    let mut letters = bytes.iter().take(ISA_BEGINNING).filter(|byte| !is_line_break(**byte));
    b"ISA".iter().all(|letter| letters.next().is_some_and(|byte| byte.eq_ignore_ascii_case(letter)))
        && letters.next().is_some_and(|byte| guess::is_mark(*byte))
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
