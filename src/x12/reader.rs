//! Pulls segments, and notices of what is odd about the bytes, from a file of any form and any size.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::mem;

use crate::x12::guess::{QUOTE, is_filler};
use crate::x12::header;
use crate::x12::lookalike;
use crate::x12::notice::{Notice, NoticeKind};
use crate::x12::reader::end::{Cause, End};
use crate::x12::segment::{Delimiters, Place, Segment, SegmentId, id, is_line_break, locate};
use crate::x12::window::{UTF8_MARK, Window};

mod end;
mod seek;

/// How long a segment may be, in bytes.
pub const MAX_SEGMENT: usize = 1024 * 1024;
/// What the reader comes upon next.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A segment.
    Segment(Segment<'a>),
    /// Something odd about the bytes; it stands before the segment that it concerns.
    Notice(Notice),
}

/// Reads X12 from bytes in whatever form they come: see [`NoticeKind`] for the oddities that it reports.
///
/// Memory is bounded by [`MAX_SEGMENT`], not by the size of the file.
pub struct Reader<R> {
    window: Window<R>,
    state: State,
    delimiters: Delimiters,
    /// Segments given out so far.
    segments: u64,
    /// Whether the file has held anything that is X12.
    found: bool,
    /// What its beginning says that it is, if it is none.
    instead: Option<&'static str>,
    notices: VecDeque<Notice>,
    said: Said,
    /// Whether the segment to be read stands at the beginning of a line.
    line_start: bool,
    /// A segment that waits for the notices about it to be taken.
    waiting: Option<Located>,
    separators: Vec<u32>,
    /// The text of a segment that was wrapped, joined, or wholly in lower case, raised.
    joined: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unopened,
    /// No interchange is open, and the delimiters are unknown.
    Seeking,
    /// Within an interchange.
    Reading,
    /// After an IEA, where more segments, another interchange or anything else may follow.
    Closed,
    Finished,
}

/// What is reported once for each file and has been.
#[derive(Default)]
struct Said {
    utf16: bool,
    wrapped: bool,
    lower_case: bool,
}

/// A segment found and consumed, whose text is still in the buffer.
#[derive(Clone, Copy)]
struct Located {
    id: SegmentId,
    place: Place,
    start: usize,
    end: usize,
    separators: usize,
    joined: bool,
    terminated: bool,
}

impl<R: Read> Reader<R> {
    /// A reader of the bytes that `source` gives. It reads large blocks itself, so `source` needs no buffer.
    pub fn new(source: R) -> Self {
        Self {
            window: Window::new(source),
            state: State::Unopened,
            delimiters: Delimiters::USUAL,
            segments: 0,
            found: false,
            instead: None,
            notices: VecDeque::new(),
            said: Said::default(),
            line_start: true,
            waiting: None,
            separators: Vec::new(),
            joined: Vec::new(),
        }
    }

    /// Where the bytes come from.
    pub fn source(&self) -> &R {
        self.window.source()
    }

    /// The next segment or notice; `None` at the end of the file.
    ///
    /// # Errors
    /// Whatever `source` fails with, but interruptions, which are retried.
    #[expect(
        clippy::should_implement_trait,
        reason = "an event borrows from the reader, which no Iterator can"
    )]
    pub fn next(&mut self) -> io::Result<Option<Event<'_>>> {
        loop {
            if let Some(notice) = self.notices.pop_front() {
                return Ok(Some(Event::Notice(notice)));
            }
            if let Some(located) = self.waiting.take() {
                return Ok(Some(Event::Segment(self.segment(located))));
            }
            match self.state {
                State::Reading => {
                    if let Some(located) = self.read()? {
                        if self.notices.is_empty() {
                            return Ok(Some(Event::Segment(self.segment(located))));
                        }
                        self.waiting = Some(located);
                    }
                }
                State::Unopened => self.open()?,
                State::Seeking => self.seek()?,
                State::Closed => self.resume()?,
                State::Finished => return Ok(None),
            }
        }
    }

    fn segment(&self, located: Located) -> Segment<'_> {
        let text =
            if located.joined { &self.joined[..] } else { self.window.get(located.start..located.end) };
        Segment {
            text,
            separators: &self.separators[..located.separators],
            place: located.place,
            id: located.id,
            delimiters: self.delimiters,
            terminated: located.terminated,
        }
    }

    /// The place of the `n`th byte of the window, before the next segment.
    fn place(&self, n: usize) -> Place {
        Place { byte: self.window.offset_at(n), segment: self.segments + 1 }
    }

    fn notice(&mut self, place: Place, kind: NoticeKind) {
        self.notices.push_back(Notice { place, kind });
    }

    fn open(&mut self) -> io::Result<()> {
        self.instead = lookalike::name(self.window.sample()?);
        self.open_part()
    }

    /// Finds out the encoding of what begins here, which may be another than before where files were put together.
    fn open_part(&mut self) -> io::Result<()> {
        self.state = State::Seeking;
        let place = self.place(0);
        if self.window.open()? && !mem::replace(&mut self.said.utf16, true) {
            self.notice(place, NoticeKind::Utf16);
        }
        Ok(())
    }

    /// At the end of the window: the file is finished unless it goes on in another encoding.
    fn finish(&mut self) -> io::Result<()> {
        if self.window.next_part() {
            return self.open_part();
        }
        self.state = State::Finished;
        Ok(())
    }

    /// Takes the segment at the beginning of the window; none where bytes were skipped instead.
    fn read(&mut self) -> io::Result<Option<Located>> {
        if !self.skip_filler()? {
            return self.finish().map(|()| None);
        }
        if let Some(end) = self.open_interchange()? {
            return Ok(self.take(end));
        }
        let end = match self.near_end() {
            Some(end) => end,
            None => self.far_end()?,
        };
        match end.cause {
            Cause::TooLong => self.skip_overlong(end.next).map(|()| None),
            _ => Ok(self.take(end)),
        }
    }

    /// Moves to the next byte that may begin a segment; `false` at the end of the file.
    fn skip_filler(&mut self) -> io::Result<bool> {
        self.line_start = false;
        if self.window.bytes().first().is_some_and(u8::is_ascii_alphabetic) {
            return Ok(true);
        }
        loop {
            let bytes = self.window.bytes();
            let filler = bytes.iter().take_while(|byte| self.is_filler(**byte)).count();
            self.line_start |= bytes[..filler].iter().any(|byte| is_line_break(*byte));
            let more = filler < bytes.len();
            self.window.consume(filler);
            if more {
                if !self.window.bytes().starts_with(&UTF8_MARK[..1]) || self.window.want(3)? != UTF8_MARK {
                    return Ok(true);
                }
                self.window.consume(UTF8_MARK.len());
            } else if self.window.want(1)?.is_empty() {
                return Ok(false);
            }
        }
    }

    fn is_filler(&self, byte: u8) -> bool {
        let Delimiters { element, terminator, .. } = self.delimiters;
        (is_filler(byte) || byte == terminator || byte == QUOTE) && byte != element
    }

    /// Puts the delimiters of the ISA at the beginning of the window in force, if one stands there, and says where it ends.
    fn open_interchange(&mut self) -> io::Result<Option<End>> {
        if !matches!(self.window.bytes(), [b'I' | b'i', ..]) || !header::begins(self.ahead(0)?) {
            return Ok(None);
        }
        let Some(header) = header::parse(self.ahead(0)?) else { return Ok(None) };
        self.delimiters = header.delimiters;
        let place = self.place(0);
        if header.length != header::LENGTH {
            self.notice(place, NoticeKind::IsaLength { bytes: header.length as u64 });
        }
        if header.guessed {
            self.notice(place, NoticeKind::IsaIncomplete { delimiters: header.delimiters });
        }
        let cause = if header.next > header.text { Cause::Terminator } else { Cause::Cut };
        Ok(Some(self.end(header.text, header.next, cause)))
    }

    /// As much from the `n`th byte of the window as reading an ISA looks at, however the bytes came.
    fn ahead(&mut self, n: usize) -> io::Result<&[u8]> {
        Ok(&self.window.want(n + header::LOOKAHEAD)?[n..])
    }

    /// Consumes the segment at the beginning of the window and finds its elements; none where it is no segment at all.
    fn take(&mut self, end: End) -> Option<Located> {
        let start = self.window.base();
        let text = &self.window.bytes()[..end.text];
        if end.wrapped {
            self.joined.clear();
            text.split(|byte| is_line_break(*byte)).for_each(|line| self.joined.extend_from_slice(line));
        }
        let text = if end.wrapped { &self.joined[..] } else { text };
        let separators = locate(text, self.delimiters.element, &mut self.separators);
        let name = if separators > 0 { &text[..self.separators[0] as usize] } else { text };
        let name = name.trim_ascii_end();
        let id = SegmentId::new(name);
        let lower_case = id != SegmentId::UNKNOWN && name.iter().any(u8::is_ascii_lowercase);
        // Where no capital is left, qualifiers and codes were lower-cased along with the id.
        let raised = lower_case && !text.iter().any(u8::is_ascii_uppercase);
        let stray =
            end.cause == Cause::Cut && (name.len() > 3 || !name.iter().all(u8::is_ascii_alphanumeric));
        if stray {
            self.skip_stray(end);
            return None;
        }
        if raised {
            if !end.wrapped {
                self.joined.clear();
                self.joined.extend_from_slice(&self.window.bytes()[..end.text]);
            }
            self.joined.make_ascii_uppercase();
        }
        let place = self.place(0);
        self.window.consume(end.next);
        self.segments += 1;
        self.found = true;
        self.state = if id == id::IEA { State::Closed } else { State::Reading };
        // Many a text lacks the last line break, and nothing is missing after an IEA.
        if end.cause == Cause::Cut && !(self.delimiters.ends_lines() && id == id::IEA) {
            self.notice(place, NoticeKind::Unterminated);
        }
        if end.wrapped && !mem::replace(&mut self.said.wrapped, true) {
            self.notice(place, NoticeKind::Wrapped);
        }
        if lower_case && !mem::replace(&mut self.said.lower_case, true) {
            self.notice(place, NoticeKind::LowerCase);
        }
        let terminated = end.cause == Cause::Terminator;
        let joined = end.wrapped || raised;
        Some(Located { id, place, start, end: start + end.text, separators, joined, terminated })
    }
}
