//! The x12 room read as its users do: whole files in, segments, notices and envelope faults out.

use std::io::Read;

use marb::x12::envelope::{Counts, EnvelopeFault, Envelopes};
use marb::x12::notice::{Notice, NoticeKind};
use marb::x12::reader::{Event, Reader};

mod corpus;
mod forms;
mod properties;

/// A segment as a test compares it: its id and elements.
type Row = Vec<String>;

/// All that a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Contents {
    rows: Vec<Row>,
    /// Where each segment begins.
    bytes: Vec<u64>,
    notices: Vec<Notice>,
    faults: Vec<EnvelopeFault>,
    counts: Counts,
}

impl Contents {
    fn kinds(&self) -> Vec<NoticeKind> {
        self.notices.iter().map(|notice| notice.kind).collect()
    }

    /// The segments, each written with `*`.
    fn lines(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.join("*")).collect()
    }
}

#[expect(clippy::expect_used, reason = "the sources of these tests do not fail")]
fn read(source: impl Read) -> Contents {
    let mut reader = Reader::new(source);
    let mut envelopes = Envelopes::new();
    let mut contents = Contents::default();
    while let Some(event) = reader.next().expect("memory is readable") {
        match event {
            Event::Notice(notice) => contents.notices.push(notice),
            Event::Segment(segment) => {
                envelopes.see(&segment, &mut contents.faults);
                contents.bytes.push(segment.place().byte);
                let elements =
                    (1..=segment.count()).map(|n| String::from_utf8_lossy(segment.element(n)).into_owned());
                contents.rows.push(std::iter::once(segment.id().to_string()).chain(elements).collect());
            }
        }
    }
    envelopes.end(&mut contents.faults);
    contents.counts = envelopes.counts();
    contents
}
