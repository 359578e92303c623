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

#[cfg(test)]
mod tests {
    use super::*;

    const INTERCHANGE: InterchangeHeader<'_> = InterchangeHeader {
        sender_qualifier: "ZZ",
        sender: "A SENDER WITH A LONG NAME",
        receiver_qualifier: "30",
        receiver: "R*R",
        date: "260101",
        time: "1200",
        version: "00501",
        control_number: 7,
        usage: 'T',
    };
    const GROUP: GroupHeader<'_> = GroupHeader {
        functional_id: "HC",
        sender: "S",
        receiver: "R",
        date: "20260101",
        time: "1200",
        control_number: 3,
        version: "005010X222A1",
    };

    fn written(delimiters: Delimiters, write: impl Fn(&mut Writer<Vec<u8>>) -> io::Result<()>) -> String {
        let mut writer = Writer::new(Vec::new(), delimiters);
        write(&mut writer).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn envelopes_close_with_the_right_counts_and_numbers() {
        let file = written(Delimiters::USUAL, |writer| {
            for _ in 0..2 {
                writer.interchange(&INTERCHANGE)?;
                writer.group(&GROUP)?;
                writer.transaction("837", "005010X222A1")?;
                writer.segment("BHT", &["0019", "00"])?;
                writer.transaction("835", "")?;
                writer.group(&GROUP)?;
            }
            Ok(())
        });
        let interchange = "ISA*00*          *00*          *ZZ*A SENDER WITH A*30*R R            *260101*1200*^*00501*000000007*0*T*:~\
            GS*HC*S*R*20260101*1200*3*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00~SE*3*0001~\
            ST*835*0002~SE*2*0002~GE*2*3~GS*HC*S*R*20260101*1200*3*X*005010X222A1~GE*0*3~IEA*2*000000007~";
        assert_eq!(file, interchange.repeat(2));
    }

    #[test]
    fn an_isa_has_106_bytes_whatever_its_values() {
        for delimiters in
            [Delimiters::USUAL, Delimiters { repetition: None, terminator: b'\n', ..Delimiters::USUAL }]
        {
            let file = written(delimiters, |writer| writer.interchange(&INTERCHANGE));
            assert_eq!(file.find("IEA"), Some(106));
        }
    }

    #[test]
    fn values_cannot_break_out_of_their_element() {
        let file = written(Delimiters::USUAL, |writer| writer.segment("N3", &["1*2:3^4~5\r\n6\u{1}É"]));
        assert_eq!(file, "N3*1 2 3 4 5  6 É~");
        let lines = Delimiters { repetition: None, terminator: b'\n', ..Delimiters::USUAL };
        assert_eq!(written(lines, |writer| writer.segment("N3", &["1^2\r3"])), "N3*1^2 3\n");
    }

    #[test]
    fn empty_elements_and_components_at_the_end_are_left_out() {
        let file = written(Delimiters::USUAL, |writer| {
            writer.segment("SBR", &["P", "", "18", "", ""])?;
            writer.segment::<&str>("LX", &[])?;
            writer
                .begin("SV1")
                .composite(&["HC", "", "25", ""])
                .composite(&["", ""])
                .repeated(&["A", "B"])
                .element("")
                .end()
        });
        assert_eq!(file, "SBR*P**18~LX~SV1*HC::25**A^B~");
    }

    #[test]
    fn nothing_repeats_without_a_separator_for_it() {
        let old = Delimiters { repetition: None, ..Delimiters::USUAL };
        assert_eq!(written(old, |writer| writer.begin("EQ").repeated(&["30", "98"]).end()), "EQ*30~");
    }

    #[test]
    fn lines_may_break_after_each_segment() {
        let mut writer = Writer::new(Vec::new(), Delimiters::USUAL).line_break(b"\r\n");
        writer.segment("LX", &["1"]).unwrap();
        assert_eq!(writer.written(), 7);
        assert_eq!(writer.finish().unwrap(), b"LX*1~\r\n");
    }
}
