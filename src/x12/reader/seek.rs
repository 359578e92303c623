//! Moves to where an interchange begins, over whatever stands in between.

use std::io::{self, Read};

use memchr::memchr3;

use crate::x12::guess::{self, is_filler};
use crate::x12::header;
use crate::x12::notice::{NoticeKind, Side};
use crate::x12::reader::end::{End, PIECE};
use crate::x12::reader::{Reader, State};
use crate::x12::segment::{Place, SegmentId};
use crate::x12::window::{UTF8_MARK, begins_utf16};

impl<R: Read> Reader<R> {
    /// After an IEA: reads on where another interchange or a segment with the same delimiters follows.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        if !self.skip_filler()? {
            return self.finish();
        }
        let element = self.delimiters.element;
        let ahead = self.ahead(0)?;
        let name = ahead.iter().take(4).take_while(|byte| **byte != element).count();
        let goes_on = header::parse(ahead).is_some()
            || (ahead.get(name) == Some(&element) && SegmentId::new(&ahead[..name]) != SegmentId::UNKNOWN);
        self.state = if goes_on { State::Reading } else { State::Seeking };
        Ok(())
    }

    /// Moves to the next interchange, or, where an ISA is missing, to the next group or transaction.
    pub(super) fn seek(&mut self) -> io::Result<()> {
        let mut junk = Junk::default();
        loop {
            let have = self.window.want(2 * header::LOOKAHEAD)?.len();
            if have == 0 {
                self.finish()?;
                self.report_junk(&junk, self.state == State::Finished);
                return Ok(());
            }
            // Whatever begins here can be seen far enough.
            let until = if have < 2 * header::LOOKAHEAD { have } else { header::LOOKAHEAD };
            let start = junk.find_start(&self.window.bytes()[..have], until, self.window.is_decoded());
            let skipped = start.map_or(until, |(at, _)| at);
            self.skip_junk(&mut junk, skipped);
            if let Some((_, start)) = start {
                self.report_junk(&junk, false);
                self.state = State::Reading;
                return match start {
                    Start::Interchange => Ok(()),
                    Start::Bare { element } => self.open_bare(element, junk.broken_isa),
                    Start::Utf16 => self.open_part(),
                };
            }
        }
    }

    fn skip_junk(&mut self, junk: &mut Junk, n: usize) {
        let bytes = &self.window.bytes()[..n];
        let counts = |byte: &u8| !is_filler(*byte) && !UTF8_MARK.contains(byte);
        if let (Some(first), Some(last)) = (bytes.iter().position(counts), bytes.iter().rposition(counts)) {
            junk.end = self.window.offset_at(last + 1);
            if junk.place.is_none() {
                junk.place = Some(self.place(first));
            }
        }
        junk.before = bytes.last().copied().unwrap_or(junk.before);
        self.window.consume(n);
    }

    fn report_junk(&mut self, junk: &Junk, at_end: bool) {
        match junk.place {
            Some(place) if at_end && !self.found => {
                self.notice(place, NoticeKind::NotX12 { instead: self.instead });
            }
            Some(place) => {
                let side = match (self.found, at_end) {
                    (false, _) => Side::Before,
                    (true, false) => Side::Between,
                    (true, true) => Side::After,
                };
                self.notice(place, NoticeKind::Junk { bytes: junk.end - place.byte, side });
            }
            None if at_end && !self.found => self.notice(self.place(0), NoticeKind::Empty),
            None => {}
        }
    }

    /// Begins to read at a group or transaction without an ISA, with the last delimiters if they fit.
    fn open_bare(&mut self, element: u8, broken_isa: bool) -> io::Result<()> {
        if !self.found || self.delimiters.element != element {
            self.delimiters = guess::delimiters(self.ahead(0)?, element);
            let delimiters = self.delimiters;
            self.notice(self.place(0), NoticeKind::DelimitersGuessed { broken_isa, delimiters });
        }
        Ok(())
    }

    /// Skips what stands in the place of a segment and is none.
    pub(super) fn skip_stray(&mut self, end: End) {
        let place = self.place(0);
        let bytes = self.window.offset_at(end.text) - place.byte;
        self.window.consume(end.next);
        let side = if self.window.bytes().is_empty() { Side::After } else { Side::Between };
        self.notice(place, NoticeKind::Junk { bytes, side });
    }

    /// Skips the first `n` bytes of a segment that is too long, and what is left of it.
    pub(super) fn skip_overlong(&mut self, n: usize) -> io::Result<()> {
        let place = self.place(0);
        self.window.consume(n);
        loop {
            let have = self.window.want(PIECE)?.len();
            let line = memchr3(self.delimiters.terminator, b'\n', b'\r', &self.window.bytes()[..have]);
            let isa = self.isa(0..line.unwrap_or(have))?;
            self.window.consume(isa.or(line).unwrap_or(have));
            if isa.is_some() || line.is_some() || have < PIECE {
                break;
            }
        }
        self.segments += 1;
        self.found = true;
        let bytes = self.window.offset_at(0) - place.byte;
        self.notice(place, NoticeKind::TooLong { bytes });
        Ok(())
    }
}

/// What can begin after bytes that were skipped.
#[derive(Clone, Copy)]
enum Start {
    /// An interchange.
    Interchange,
    /// A group or transaction without one.
    Bare { element: u8 },
    /// An interchange in UTF-16.
    Utf16,
}

/// What was skipped on the way to an interchange.
struct Junk {
    /// Where the first byte stands that is no blank.
    place: Option<Place>,
    /// Where the last such byte ends in the file.
    end: u64,
    /// The last byte skipped.
    before: u8,
    broken_isa: bool,
}

impl Default for Junk {
    fn default() -> Self {
        Self { place: None, end: 0, before: b'\n', broken_isa: false }
    }
}

impl Junk {
    /// Where, before `until`, something begins that can be read.
    fn find_start(&mut self, bytes: &[u8], until: usize, is_decoded: bool) -> Option<(usize, Start)> {
        let mut before = self.before;
        for at in 0..until {
            let ahead = &bytes[at..bytes.len().min(at + header::LOOKAHEAD)];
            match ahead[0] {
                b'I' | b'i' | 0 | 0xfe | 0xff if !is_decoded && begins_utf16(ahead) => {
                    return Some((at, Start::Utf16));
                }
                b'I' | b'i' if header::begins(ahead) => {
                    if header::parse(ahead).is_some() {
                        return Some((at, Start::Interchange));
                    }
                    self.broken_isa = true;
                }
                b'G' | b'g' | b'S' | b's' if !before.is_ascii_alphanumeric() => {
                    if let Some(element) = guess::bare_start(ahead) {
                        return Some((at, Start::Bare { element }));
                    }
                }
                _ => {}
            }
            before = ahead[0];
        }
        None
    }
}
