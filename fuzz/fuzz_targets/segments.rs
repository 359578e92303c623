//! Any bytes are read to their end without a panic, and the same however they are delivered.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use marb::x12::envelope::Envelopes;
use marb::x12::reader::{Event, Reader};
use marb_fuzz::Portions;

fuzz_target!(|input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else { return };
    assert_eq!(read(bytes), read(Portions::new(bytes, *size)));
});

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
