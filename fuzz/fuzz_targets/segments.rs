//! Any bytes are read to their end without a panic, and the same however they are delivered.

#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use marb::x12::envelope::Envelopes;
use marb::x12::reader::{Event, Reader};

fuzz_target!(|input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else { return };
    assert_eq!(read(bytes), read(Portions { bytes, size: usize::from(*size) + 1 }));
});

/// Delivers bytes in small portions.
struct Portions<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Portions<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        (&mut self.bytes).take(self.size as u64).read(room)
    }
}

/// What every event of a file shows.
fn read(source: impl Read) -> Vec<String> {
    let mut reader = Reader::new(source);
    let mut envelopes = Envelopes::new();
    let mut faults = Vec::new();
    let mut events = Vec::new();
    while let Some(event) = reader.next().expect("memory is readable") {
        if let Event::Segment(segment) = event {
            envelopes.see(&segment, &mut faults);
            for n in 0..=segment.count() + 1 {
                assert!(segment.element_span(n).end <= segment.text().len());
                segment.repetitions(n).chain(segment.components(n)).for_each(drop);
            }
        }
        events.push(format!("{event:?}"));
    }
    envelopes.end(&mut faults);
    events.push(format!("{faults:?}"));
    events
}
