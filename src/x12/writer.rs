//! Writes segments into envelopes whose counts and control numbers are right, with any delimiters.

use std::io::{self, Write};

use crate::x12::segment::Delimiters;

/// What an ISA says of its interchange; longer values are cut to the width of their element.
#[derive(Debug, Clone, Copy)]
pub struct InterchangeHeader<'a> {
    /// ISA05, two characters such as `ZZ`.
    pub sender_qualifier: &'a str,
    /// ISA06, up to 15 characters.
    pub sender: &'a str,
    /// ISA07, two characters.
    pub receiver_qualifier: &'a str,
    /// ISA08, up to 15 characters.
    pub receiver: &'a str,
    /// ISA09, YYMMDD.
    pub date: &'a str,
    /// ISA10, HHMM.
    pub time: &'a str,
    /// ISA12, five digits such as `00501`.
    pub version: &'a str,
    /// ISA13, up to 999,999,999.
    pub control_number: u32,
    /// ISA15: `P` or `T`.
    pub usage: char,
}

/// What a GS says of its group.
#[derive(Debug, Clone, Copy)]
pub struct GroupHeader<'a> {
    /// GS01, such as `HC`.
    pub functional_id: &'a str,
    /// GS02.
    pub sender: &'a str,
    /// GS03.
    pub receiver: &'a str,
    /// GS04, CCYYMMDD.
    pub date: &'a str,
    /// GS05, HHMM or longer.
    pub time: &'a str,
    /// GS06.
    pub control_number: u32,
    /// GS08, such as `005010X222A1`.
    pub version: &'a str,
}

/// Writes X12: headers open envelopes, trailers follow by themselves where another begins and at [`Writer::finish`].
///
/// A byte of a value that would part segments, elements or components, or any control character, becomes a blank.
pub struct Writer<W> {
    out: W,
    delimiters: Delimiters,
    line_break: &'static [u8],
    /// The segment in the making.
    line: Vec<u8>,
    interchange: Option<u32>,
    group: Option<u32>,
    transaction: bool,
    groups: u32,
    transactions: u32,
    segments: u32,
    written: u64,
}

impl<W: Write> Writer<W> {
    /// A writer to `out`, which should be buffered, with these delimiters. They should differ from each other.
    pub fn new(out: W, delimiters: Delimiters) -> Self {
        Self {
            out,
            delimiters,
            line_break: b"",
            line: Vec::with_capacity(128),
            interchange: None,
            group: None,
            transaction: false,
            groups: 0,
            transactions: 0,
            segments: 0,
            written: 0,
        }
    }

    /// Puts a line break, such as `b"\n"`, after each terminator.
    #[must_use]
    pub fn line_break(mut self, line_break: &'static [u8]) -> Self {
        self.line_break = line_break;
        self
    }

    /// How many bytes have been written.
    #[must_use]
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Opens an interchange.
    ///
    /// # Errors
    /// Whatever the output fails with; so everywhere here.
    pub fn interchange(&mut self, header: &InterchangeHeader<'_>) -> io::Result<()> {
        self.close_interchange()?;
        let Delimiters { element, component, repetition, .. } = self.delimiters;
        let control_number = format!("{:09}", header.control_number % 1_000_000_000);
        let usage = header.usage.to_string();
        // Before version 004020, ISA11 named a standard instead of a separator.
        let repetition = [repetition.unwrap_or(b'U')];
        let elements: [(&[u8], usize); 15] = [
            (b"00", 2),
            (b"", 10),
            (b"00", 2),
            (b"", 10),
            (header.sender_qualifier.as_bytes(), 2),
            (header.sender.as_bytes(), 15),
            (header.receiver_qualifier.as_bytes(), 2),
            (header.receiver.as_bytes(), 15),
            (header.date.as_bytes(), 6),
            (header.time.as_bytes(), 4),
            (b"", 1),
            (header.version.as_bytes(), 5),
            (control_number.as_bytes(), 9),
            (b"0", 1),
            (usage.as_bytes(), 1),
        ];
        self.line.clear();
        self.line.extend_from_slice(b"ISA");
        for (n, (value, width)) in elements.into_iter().enumerate() {
            self.line.push(element);
            if n == 10 {
                self.line.extend(repetition);
                continue;
            }
            let start = self.line.len();
            self.push_value(value);
            self.line.resize(start + width, b' ');
        }
        self.line.extend([element, component]);
        self.write_line()?;
        self.interchange = Some(header.control_number);
        self.groups = 0;
        Ok(())
    }

    /// Opens a group.
    ///
    /// # Errors
    /// As the output.
    pub fn group(&mut self, header: &GroupHeader<'_>) -> io::Result<()> {
        self.close_group()?;
        let number = header.control_number.to_string();
        let GroupHeader { functional_id, sender, receiver, date, time, version, .. } = *header;
        self.segment("GS", &[functional_id, sender, receiver, date, time, &number, "X", version])?;
        self.group = Some(header.control_number);
        self.groups += 1;
        self.transactions = 0;
        Ok(())
    }

    /// Opens a transaction: `code` is ST01, `version` ST03, left out when empty. ST02 counts from 0001 in each group.
    ///
    /// # Errors
    /// As the output.
    pub fn transaction(&mut self, code: &str, version: &str) -> io::Result<()> {
        self.close_transaction()?;
        self.transactions += 1;
        self.segments = 0;
        let number = format!("{:04}", self.transactions);
        self.segment("ST", &[code, &number, version])?;
        self.transaction = true;
        Ok(())
    }

    /// Writes a segment of simple elements; empty ones at its end are left out.
    ///
    /// # Errors
    /// As the output.
    pub fn segment<E: AsRef<[u8]>>(&mut self, id: &str, elements: &[E]) -> io::Result<()> {
        let mut segment = self.begin(id);
        for element in elements {
            segment = segment.element(element);
        }
        segment.end()
    }

    /// Begins a segment, for one that holds composite elements.
    pub fn begin(&mut self, id: &str) -> SegmentWriter<'_, W> {
        self.line.clear();
        self.line.extend_from_slice(id.as_bytes());
        SegmentWriter { writer: self }
    }

    /// Closes what is open and gives the output back, flushed.
    ///
    /// # Errors
    /// As the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.close_interchange()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn close_transaction(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.transaction) {
            let count = (self.segments + 1).to_string();
            let number = format!("{:04}", self.transactions);
            self.segment("SE", &[count, number])?;
        }
        Ok(())
    }

    fn close_group(&mut self) -> io::Result<()> {
        self.close_transaction()?;
        if let Some(number) = self.group.take() {
            let (count, number) = (self.transactions.to_string(), number.to_string());
            self.segment("GE", &[count, number])?;
        }
        Ok(())
    }

    fn close_interchange(&mut self) -> io::Result<()> {
        self.close_group()?;
        if let Some(number) = self.interchange.take() {
            let (count, number) = (self.groups.to_string(), format!("{:09}", number % 1_000_000_000));
            self.segment("IEA", &[count, number])?;
        }
        Ok(())
    }

    fn push_value(&mut self, value: &[u8]) {
        let delimiters = self.delimiters;
        let safe =
            |byte: &u8| if byte.is_ascii_control() || delimiters.contains(*byte) { b' ' } else { *byte };
        self.line.extend(value.iter().map(safe));
    }

    fn write_line(&mut self) -> io::Result<()> {
        self.line.push(self.delimiters.terminator);
        self.line.extend_from_slice(self.line_break);
        self.segments += 1;
        self.written += self.line.len() as u64;
        self.out.write_all(&self.line)
    }
}

/// A segment in the making; nothing of it is written before [`SegmentWriter::end`].
#[must_use = "a segment is written by `end`"]
pub struct SegmentWriter<'a, W> {
    writer: &'a mut Writer<W>,
}

impl<W: Write> SegmentWriter<'_, W> {
    /// Adds a simple element.
    pub fn element(self, value: impl AsRef<[u8]>) -> Self {
        self.writer.line.push(self.writer.delimiters.element);
        self.writer.push_value(value.as_ref());
        self
    }

    /// Adds an element of components; empty ones at its end are left out.
    pub fn composite<C: AsRef<[u8]>>(self, components: &[C]) -> Self {
        let separator = self.writer.delimiters.component;
        self.parts(separator, components)
    }

    /// Adds an element that repeats; only the first value where these delimiters know no repetition.
    pub fn repeated<R: AsRef<[u8]>>(self, repetitions: &[R]) -> Self {
        match self.writer.delimiters.repetition {
            Some(separator) => self.parts(separator, repetitions),
            None => self.parts(b' ', &repetitions[..repetitions.len().min(1)]),
        }
    }

    fn parts<P: AsRef<[u8]>>(self, separator: u8, parts: &[P]) -> Self {
        self.writer.line.push(self.writer.delimiters.element);
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                self.writer.line.push(separator);
            }
            self.writer.push_value(part.as_ref());
        }
        self.trim_end(separator)
    }

    /// Writes the segment, empty elements at its end left out.
    ///
    /// # Errors
    /// As the output.
    pub fn end(self) -> io::Result<()> {
        let separator = self.writer.delimiters.element;
        self.trim_end(separator).writer.write_line()
    }

    fn trim_end(self, separator: u8) -> Self {
        while self.writer.line.last() == Some(&separator) {
            self.writer.line.pop();
        }
        self
    }
}
