//! What the targets share: bytes that come in portions, and a file understood in two ways that have to agree.

use std::io::{self, Read};

use marb::intake::tally::Tally;
use marb::intake::{Intake, IntakeSettings, Item, report};

/// Delivers bytes in small portions.
pub struct Portions<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Portions<'a> {
    /// Portions of `bytes`, of up to 256 bytes each.
    pub fn new(bytes: &'a [u8], size: u8) -> Self {
        Self { bytes, size: usize::from(size) + 1 }
    }
}

impl Read for Portions<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        (&mut self.bytes).take(self.size as u64).read(room)
    }
}

/// Asserts that `file` is understood the same whole and in portions of this size; gives its tally.
pub fn understand(file: &[u8], size: u8) -> Tally {
    let (tally, findings) = read(file);
    assert_eq!((tally.clone(), findings), read(Portions::new(file, size)));
    tally
}

/// The tally of a file, which is that of what was given out, and its findings as they are printed.
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

/// A file of one transaction of this kind, whose segments are `content`.
///
/// Its envelope is fixed, so that no effort of the fuzzer goes into finding one.
pub fn within(group: &str, code: &str, version: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240401*1200*^*00501*000000001*0*P*:~\
         GS*{group}*S*R*20240401*1200*1*X*{version}~ST*{code}*0001*{version}~"
    );
    [head.as_bytes(), content, b"~SE*0*0001~GE*1*1~IEA*1*000000001~"].concat()
}
