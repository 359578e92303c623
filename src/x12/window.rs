//! A bounded window that moves over the bytes of a file, decoded where they are UTF-16.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use crate::x12::guess::is_filler;
use crate::x12::header;

/// How much is read at once; the buffer grows beyond it only for a caller that wants to see more.
const BLOCK: usize = 64 * 1024;
/// How much room is left for reading before the bytes in use are moved to the front.
const ROOM: usize = 64;
/// How much of the file tells its encoding.
const SAMPLE: usize = 64;
/// How many characters of UTF-16 are tried at once for being ASCII.
const ASCII_BLOCK: usize = 32;
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Window<R> {
    source: R,
    decoder: Option<Utf16>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where `buffer[start]` stands in the file as received.
    offset: u64,
    finished: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: None, buffer: vec![0; BLOCK], start: 0, end: 0, offset: 0, finished: false }
    }

    pub(super) fn source(&self) -> &R {
        &self.source
    }

    /// The bytes that tell what the file is.
    pub(super) fn sample(&mut self) -> io::Result<&[u8]> {
        self.want(SAMPLE)
    }

    /// Finds out the encoding of what begins at the window, which is not decoded yet. Says whether it is UTF-16.
    pub(super) fn open(&mut self) -> io::Result<bool> {
        let sample = self.sample()?;
        if let Some((big_endian, mark)) = utf16(sample) {
            self.consume(mark);
            let raw = self.bytes().to_vec();
            self.decoder = Some(Utf16 { big_endian, end: raw.len(), raw, at: 0, high: None, stopped: false });
            (self.start, self.end) = (0, 0);
            self.finished = false;
        } else if sample.starts_with(UTF8_MARK) {
            self.consume(UTF8_MARK.len());
        }
        Ok(self.decoder.is_some())
    }

    /// At the end of UTF-16 that another encoding follows, since files were put together: makes that the window. `false` at
    /// the end of the file.
    pub(super) fn next_part(&mut self) -> bool {
        let Some(Utf16 { raw, at, end, stopped: true, .. }) = self.decoder.take() else { return false };
        (self.start, self.end) = (0, end - at);
        self.buffer = raw;
        self.buffer.copy_within(at..end, 0);
        self.buffer.resize(self.buffer.len().max(BLOCK), 0);
        self.finished = false;
        true
    }

    /// Whether the window shows text that was decoded.
    pub(super) fn is_decoded(&self) -> bool {
        self.decoder.is_some()
    }

    /// What is in the window now.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// The next `n` bytes, fewer only at the end of the file.
    pub(super) fn want(&mut self, n: usize) -> io::Result<&[u8]> {
        while self.end - self.start < n && !self.finished {
            self.fill()?;
        }
        let end = self.end.min(self.start + n);
        Ok(&self.buffer[self.start..end])
    }

    /// Moves on by `n` bytes of the window. What they were can still be had by [`Window::get`] until the next `want`.
    pub(super) fn consume(&mut self, n: usize) {
        self.offset = self.offset_at(n);
        self.start += n;
    }

    /// Where the `n`th byte of the window stands in the file as received.
    pub(super) fn offset_at(&self, n: usize) -> u64 {
        let passed = &self.buffer[self.start..self.start + n];
        self.offset + if self.decoder.is_some() { utf16_length(passed) } else { n as u64 }
    }

    /// Where the window begins in the buffer, as a base for [`Window::get`].
    pub(super) fn base(&self) -> usize {
        self.start
    }

    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.buffer.len() - self.end < ROOM {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            if self.buffer.len() - self.end < ROOM {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
        }
        let room = &mut self.buffer[self.end..];
        let read = match &mut self.decoder {
            Some(decoder) => decoder.read(&mut self.source, room)?,
            None => read(&mut self.source, room)?,
        };
        self.end += read;
        self.finished = read == 0;
        Ok(())
    }
}

fn read(source: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(room) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Whether a file that begins so is UTF-16, big-endian or not, and how long its mark is: by the mark, or, since X12 is
/// nearly all ASCII, by one half of each unit being zero.
fn utf16(sample: &[u8]) -> Option<(bool, usize)> {
    if sample.starts_with(b"\xff\xfe") {
        return Some((false, 2));
    }
    if sample.starts_with(b"\xfe\xff") {
        return Some((true, 2));
    }
    let all = |test: fn(&[u8]) -> bool| sample.len() >= 4 && sample.chunks_exact(2).all(test);
    if all(|unit| unit[0] != 0 && unit[1] == 0) {
        Some((false, 0))
    } else if all(|unit| unit[0] == 0 && unit[1] != 0) {
        Some((true, 0))
    } else {
        None
    }
}

/// Whether UTF-16 begins here, after bytes that were not: its mark and a letter, or an ISA.
pub(super) fn begins_utf16(bytes: &[u8]) -> bool {
    let isa = |i: u8, s: u8, a: u8| [i, s, a].eq_ignore_ascii_case(b"ISA");
    let begins = match *bytes {
        [0xff, 0xfe, letter, 0, ..] | [0xfe, 0xff, 0, letter, ..] => letter != 0,
        [i, 0, s, 0, a, 0, ..] | [0, i, 0, s, 0, a, ..] => isa(i, s, a),
        _ => false,
    };
    begins && utf16(&bytes[..bytes.len().min(SAMPLE)]).is_some()
}

/// How many bytes of UTF-16 decode to `text`: two for each character, four beyond the basic plane.
fn utf16_length(text: &[u8]) -> u64 {
    let of = |byte: &u8| match byte {
        0x80..0xc0 => 0,
        0xf0.. => 4,
        _ => 2,
    };
    text.iter().map(of).sum()
}

/// Turns UTF-16 into UTF-8 as it is read; half a pair becomes the replacement character.
struct Utf16 {
    big_endian: bool,
    raw: Vec<u8>,
    at: usize,
    end: usize,
    high: Option<u16>,
    /// Whether something that is no UTF-16 of this kind begins at `at`.
    stopped: bool,
}

impl Utf16 {
    /// Decodes into `room`, which has space for at least two characters; 0 only at the end.
    fn read(&mut self, source: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written == 0 {
            if self.stopped || (self.end - self.at < 2 && !self.refill(2, source)?) {
                // An odd byte left over is half of something that was cut off.
                return Ok(self.high.take().map_or(0, |_| push(char::REPLACEMENT_CHARACTER, room)));
            }
            written += self.decode_ascii(room);
            while self.end - self.at >= 2 && room.len() - written >= 8 {
                let unit = [self.raw[self.at], self.raw[self.at + 1]];
                let high = unit[usize::from(!self.big_endian)];
                if high != 0 && self.stops(source)? {
                    self.stopped = true;
                    break;
                }
                self.at += 2;
                let unit = if self.big_endian { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) };
                written += self.decode(unit, &mut room[written..]);
            }
        }
        Ok(written)
    }

    /// Whether another encoding begins here: its mark, or an ISA, which may stand one byte away.
    fn stops(&mut self, source: &mut impl Read) -> io::Result<bool> {
        if self.end - self.at < SAMPLE {
            self.refill(SAMPLE, source)?;
        }
        let ahead = &self.raw[self.at..self.end];
        let isa = header::begins(ahead) || (is_filler(ahead[0]) && header::begins(&ahead[1..]));
        Ok(isa || ahead.starts_with(UTF8_MARK) || begins_utf16(ahead))
    }

    /// Reads until there are `n` bytes; `false` at the end.
    fn refill(&mut self, n: usize, source: &mut impl Read) -> io::Result<bool> {
        self.raw.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        self.raw.resize(BLOCK, 0);
        while self.end < n {
            let read = read(source, &mut self.raw[self.end..])?;
            if read == 0 {
                return Ok(false);
            }
            self.end += read;
        }
        Ok(true)
    }

    /// Decodes blocks of nothing but ASCII, which is nearly all of them, and stops at any other.
    fn decode_ascii(&mut self, room: &mut [u8]) -> usize {
        if self.high.is_some() {
            return 0;
        }
        let (low, high) = if self.big_endian { (1, 0) } else { (0, 1) };
        let (units, _) = self.raw[self.at..self.end].as_chunks::<2>();
        let blocks = units.chunks_exact(ASCII_BLOCK).zip(room.chunks_exact_mut(ASCII_BLOCK));
        let mut decoded = 0;
        for (units, room) in blocks {
            let bits = units.iter().fold(0, |bits, unit| bits | unit[high] | (unit[low] & 0x80));
            if bits != 0 {
                break;
            }
            for (byte, unit) in room.iter_mut().zip(units) {
                *byte = unit[low];
            }
            decoded += ASCII_BLOCK;
        }
        self.at += 2 * decoded;
        decoded
    }

    fn decode(&mut self, unit: u16, room: &mut [u8]) -> usize {
        let high = self.high.take();
        if let (Some(high), 0xdc00..0xe000) = (high, unit) {
            let code = 0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
            return push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), room);
        }
        let lost = high.map_or(0, |_| push(char::REPLACEMENT_CHARACTER, room));
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return lost;
        }
        let this = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
        lost + push(this, &mut room[lost..])
    }
}

fn push(character: char, room: &mut [u8]) -> usize {
    character.encode_utf8(room).len()
}
