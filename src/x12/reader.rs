//! Pulls segments, and notices of what is odd about the bytes, from a file of any form and any size.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use crate::x12::guess::{self, is_filler};
use crate::x12::header;
use crate::x12::notice::{Notice, NoticeKind, Side};
use crate::x12::segment::{Delimiters, Place, Segment, SegmentId, id, is_line_break, locate};
use crate::x12::window::{UTF8_MARK, Window};

/// How long a segment may be, in bytes.
pub const MAX_SEGMENT: usize = 1024 * 1024;
/// How far the end of a segment is looked for before looking whether a new ISA stands in between.
const PIECE: usize = 4 * 1024;
/// No ISA is shorter than this, nor a segment that one is fused to.
const SHORTEST_ISA: usize = 40;
/// How many bytes may hold `ISA` and its separator, whatever line breaks stand between them.
const ISA_BEGINNING: usize = 16;

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
    /// Whether the file has held anything that could be read as X12.
    found: bool,
    notices: VecDeque<Notice>,
    said: Said,
    /// Whether the segment to be read stands at the beginning of a line.
    line_start: bool,
    /// A segment that waits for the notices about it to be taken.
    waiting: Option<Located>,
    separators: Vec<u32>,
    /// The text of a wrapped segment, joined.
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

/// Where the segment at the beginning of the window ends.
#[derive(Clone, Copy)]
struct End {
    text: usize,
    next: usize,
    cause: Cause,
    wrapped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Terminator,
    /// A new ISA begins, or the file ends.
    Cut,
    TooLong,
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
        self.state = State::Seeking;
        if self.window.open()? {
            self.notice(Place { byte: 0, segment: 1 }, NoticeKind::Utf16);
        }
        Ok(())
    }

    /// Takes the segment at the beginning of the window; none where bytes were skipped instead.
    fn read(&mut self) -> io::Result<Option<Located>> {
        if !self.skip_filler()? {
            self.state = State::Finished;
            return Ok(None);
        }
        if let Some(end) = self.open_interchange()? {
            return Ok(self.take(end));
        }
        let end = match self.near_end() {
            Some(end) => end,
            None => self.far_end().map(|end| self.line_end(end).unwrap_or(end))?,
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
        (is_filler(byte) || byte == self.delimiters.terminator) && byte != self.delimiters.element
    }

    /// Puts the delimiters of the ISA at the beginning of the window in force, if one stands there, and says where it ends.
    fn open_interchange(&mut self) -> io::Result<Option<End>> {
        if !matches!(self.window.bytes(), [b'I' | b'i', ..]) || !begins_isa(self.ahead(0)?) {
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

    /// The end of a segment like nearly all: near, not wrapped, and without room for an ISA fused to it.
    fn near_end(&self) -> Option<End> {
        let bytes = self.window.bytes();
        let near = &bytes[..bytes.len().min(PIECE)];
        let at = memchr3(self.delimiters.terminator, b'\n', b'\r', near)?;
        let ends = near[at] == self.delimiters.terminator || self.delimiters.ends_lines();
        if !ends || (at >= SHORTEST_ISA && find_isa(&near[..=at], 1..at).is_some()) {
            return None;
        }
        Some(End { text: at, next: at + 1, cause: Cause::Terminator, wrapped: false })
    }

    /// The end of any segment, looked for piece by piece so that a new interchange is seen before much is read.
    fn far_end(&mut self) -> io::Result<End> {
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
    fn line_end(&self, end: End) -> Option<End> {
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

    fn end(&self, text: usize, next: usize, cause: Cause) -> End {
        let shown = trim_end(&self.window.bytes()[..text], self.delimiters.element);
        End { text, next, cause, wrapped: memchr2(b'\n', b'\r', shown).is_some() }
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
    fn isa(&mut self, range: Range<usize>) -> io::Result<Option<usize>> {
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

    /// As much from the `n`th byte of the window as reading an ISA looks at, however the bytes came.
    fn ahead(&mut self, n: usize) -> io::Result<&[u8]> {
        Ok(&self.window.want(n + header::LOOKAHEAD)?[n..])
    }

    /// Consumes the segment at the beginning of the window and finds its elements; none where it is no segment at all.
    fn take(&mut self, end: End) -> Option<Located> {
        let place = self.place(0);
        let start = self.window.base();
        let text = trim_end(&self.window.bytes()[..end.text], self.delimiters.element);
        let length = text.len();
        if end.wrapped {
            self.joined.clear();
            for line in text.split(|byte| is_line_break(*byte)) {
                self.joined.extend_from_slice(line);
            }
        }
        let text = if end.wrapped { &self.joined[..] } else { text };
        let separators = locate(text, self.delimiters.element, &mut self.separators);
        let name = if separators > 0 { &text[..self.separators[0] as usize] } else { text };
        let name = name.trim_ascii_end();
        let id = SegmentId::new(name);
        let lower_case = !self.said.lower_case && name.iter().any(u8::is_ascii_lowercase);
        let junk = end.cause == Cause::Cut && (name.len() > 3 || !name.iter().all(u8::is_ascii_alphanumeric));
        if junk {
            let bytes = self.window.offset_at(length) - place.byte;
            self.window.consume(end.next);
            let side = if self.window.bytes().is_empty() { Side::After } else { Side::Between };
            self.notice(place, NoticeKind::Junk { bytes, side });
            return None;
        }
        self.window.consume(end.next);
        self.segments += 1;
        self.found = true;
        self.state = if id == id::IEA { State::Closed } else { State::Reading };
        // Many a text lacks the last line break, and nothing is missing after an IEA.
        if end.cause == Cause::Cut && !(self.delimiters.ends_lines() && id == id::IEA) {
            self.notice(place, NoticeKind::Unterminated);
        }
        if end.wrapped && !self.said.wrapped {
            self.said.wrapped = true;
            self.notice(place, NoticeKind::Wrapped);
        }
        if lower_case && id != SegmentId::UNKNOWN {
            self.said.lower_case = true;
            self.notice(place, NoticeKind::LowerCase);
        }
        let terminated = end.cause == Cause::Terminator;
        Some(Located { id, place, start, end: start + length, separators, joined: end.wrapped, terminated })
    }

    /// Skips the first `n` bytes of a segment that is too long, and what is left of it.
    fn skip_overlong(&mut self, n: usize) -> io::Result<()> {
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

    /// After an IEA: reads on where another interchange or a segment with the same delimiters follows.
    fn resume(&mut self) -> io::Result<()> {
        if !self.skip_filler()? {
            self.state = State::Finished;
            return Ok(());
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
    fn seek(&mut self) -> io::Result<()> {
        let mut junk = Junk::default();
        loop {
            let have = self.window.want(2 * header::LOOKAHEAD)?.len();
            if have == 0 {
                self.state = State::Finished;
                self.report_junk(&junk, true);
                return Ok(());
            }
            // Whatever begins here can be seen far enough.
            let until = if have < 2 * header::LOOKAHEAD { have } else { header::LOOKAHEAD };
            let start = junk.find_start(&self.window.bytes()[..have], until);
            let skipped = start.map_or(until, |(at, _)| at);
            self.skip_junk(&mut junk, skipped);
            if let Some((_, separator)) = start {
                self.report_junk(&junk, false);
                if let Some(element) = separator {
                    self.open_bare(element, junk.broken_isa)?;
                }
                self.state = State::Reading;
                return Ok(());
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
            Some(place) if at_end && !self.found => self.notice(place, NoticeKind::NotX12),
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
    /// Where, before `until`, an interchange begins, or a group or transaction, and then its element separator.
    fn find_start(&mut self, bytes: &[u8], until: usize) -> Option<(usize, Option<u8>)> {
        let mut before = self.before;
        for at in 0..until {
            let ahead = &bytes[at..bytes.len().min(at + header::LOOKAHEAD)];
            match ahead[0] {
                b'I' | b'i' if begins_isa(ahead) => {
                    if header::parse(ahead).is_some() {
                        return Some((at, None));
                    }
                    self.broken_isa = true;
                }
                b'G' | b'g' | b'S' | b's' if !before.is_ascii_alphanumeric() => {
                    if let Some(separator) = guess::bare_start(ahead) {
                        return Some((at, Some(separator)));
                    }
                }
                _ => {}
            }
            before = ahead[0];
        }
        None
    }
}

/// Where `ISA` and a separator stand in a range of `bytes`, line breaks between them left out.
fn find_isa(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let begins = |at: &usize| begins_isa(&bytes[*at..]);
    memchr2_iter(b'I', b'i', bytes.get(range.clone())?).map(|at| range.start + at).find(begins)
}

/// Whether `bytes` begin with `ISA` and a separator, line breaks between them left out.
fn begins_isa(bytes: &[u8]) -> bool {
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
