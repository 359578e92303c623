//! Any bytes are understood without a panic; the tally is that of what was given out, and so however they are delivered.

#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use marb::intake::tally::Tally;
use marb::intake::{Intake, IntakeSettings, Item, report};

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

/// The tally of a file and its findings as they are printed.
fn read(source: impl Read) -> (Tally, String) {
    let mut intake = Intake::new(source, IntakeSettings::new(jiff::civil::date(2026, 1, 1)));
    let (mut claims, mut remittances, mut payments) = (0, 0, 0);
    while let Some(item) = intake.next().expect("memory is readable") {
        match item {
            Item::Claim(_) => claims += 1,
            Item::Remittance(_) => remittances += 1,
            Item::PaymentBegins(_) => {}
            Item::PaymentEnds(_) => payments += 1,
        }
    }
    let findings = intake.take_findings().iter().map(|finding| report::render(finding, "file")).collect();
    let tally = intake.tally().clone();
    assert_eq!((tally.claims.count, tally.remittances.count, tally.payments.count), (claims, remittances, payments));
    (tally, findings)
}
