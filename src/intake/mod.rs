//! One stream of bytes in; claims, payments, remittances, findings and the tally of a file out.
//!
//! Memory is bounded by one claim: whatever is understood is given out as soon as it is whole.

use std::io::{self, Read};

use jiff::civil::Date;

use crate::model::claim::Claim;
use crate::model::denial::DenialRules;
use crate::model::finding::Finding;
use crate::model::remittance::{Payment, Remittance};
use crate::x12::reader::{Event, Reader};

use counted::Counted;
use transactions::Transactions;

mod adjustments;
mod claim_checks;
mod claim_names;
mod claims;
mod counted;
mod desk;
mod diagnosis_checks;
mod elements;
mod envelopes;
mod findings;
mod names;
mod notices;
mod remittance_checks;
mod remittances;
mod repeats;
pub mod report;
pub mod rules;
mod separators;
mod service_lines;
pub mod tally;
mod transactions;

/// What reading a file needs to know beside its bytes.
#[derive(Debug, Clone)]
pub struct IntakeSettings {
    /// What counts as a denial.
    pub denial: DenialRules,
    /// The day on which the file is read: what lies behind it is in the future.
    pub today: Date,
    /// How many findings of one rule are listed; the rest is counted.
    pub most_findings_of_a_rule: usize,
}

impl IntakeSettings {
    /// The usual settings, on this day.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self { denial: DenialRules::default(), today, most_findings_of_a_rule: 200 }
    }
}

/// What a file gives, in the order in which it ends there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A claim.
    Claim(Box<Claim>),
    /// A payment whose remittances follow; its provider adjustments are not yet known.
    PaymentBegins(Box<Payment>),
    /// A remittance of the payment that began last.
    Remittance(Box<Remittance>),
    /// The payment that began last, with all that is known of it.
    PaymentEnds(Box<Payment>),
}

/// Reads one file.
pub struct Intake<R> {
    reader: Reader<Counted<R>>,
    transactions: Transactions,
    ended: bool,
}

impl<R: Read> Intake<R> {
    /// An intake of the bytes that `source` gives; it needs no buffer.
    pub fn new(source: R, settings: IntakeSettings) -> Self {
        Self {
            reader: Reader::new(Counted::new(source)),
            transactions: Transactions::new(settings),
            ended: false,
        }
    }

    /// The next item; `None` at the end of the file, when the tally and the findings are complete.
    ///
    /// # Errors
    /// Whatever `source` fails with. What is wrong with the bytes is no error but a finding.
    #[expect(
        clippy::should_implement_trait,
        reason = "the next item or an error: Result first reads better at the call"
    )]
    pub fn next(&mut self) -> io::Result<Option<Item>> {
        loop {
            if let Some(item) = self.transactions.desk.ready.pop_front() {
                return Ok(Some(item));
            }
            if self.ended {
                return Ok(None);
            }
            match self.reader.next()? {
                Some(Event::Segment(segment)) => self.transactions.segment(&segment),
                Some(Event::Notice(notice)) => notices::raise(&notice, &mut self.transactions.desk),
                None => {
                    self.ended = true;
                    let bytes = self.bytes_read();
                    self.transactions.end(bytes);
                }
            }
        }
    }

    /// Counts and sums of what was read so far.
    #[must_use]
    pub fn tally(&self) -> &tally::Tally {
        &self.transactions.desk.tally
    }

    /// The findings so far, in the order of the file; each is given once.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        self.transactions.desk.findings.take()
    }

    /// How many bytes of the file were taken from its source so far.
    pub fn bytes_read(&self) -> u64 {
        self.reader.source().bytes()
    }
}
