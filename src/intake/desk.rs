//! The desk that claims and remittances are read at: findings, tally, what is ready, and reading an element with its findings.

use std::collections::VecDeque;

use jiff::civil::Date;

use crate::model::Text;
use crate::model::quantity::Quantity;
use crate::money::{Cents, MoneyError};
use crate::x12::segment::Segment;

use super::findings::{At, Cause, Findings, Source, printable};
use super::repeats::Repeats;
use super::rules::Rule;
use super::tally::Tally;
use super::{IntakeSettings, Item, elements};

/// What every reader of a transaction works with.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) settings: IntakeSettings,
    pub(super) findings: Findings,
    pub(super) tally: Tally,
    pub(super) ready: VecDeque<Item>,
    pub(super) repeats: Repeats,
    /// ISA13 of the interchange being read.
    pub(super) interchange: Option<Text>,
}

impl Desk {
    pub(super) fn new(settings: IntakeSettings) -> Self {
        let findings = Findings::new(settings.most_findings_of_a_rule);
        Self {
            settings,
            findings,
            tally: Tally::default(),
            ready: VecDeque::new(),
            repeats: Repeats::default(),
            interchange: None,
        }
    }

    /// A finding about a value that stands in a segment; the same value in the same element is the same finding.
    #[cold]
    pub(super) fn value(&mut self, rule: Rule, segment: &Segment<'_>, at: At, says: &str) {
        let value = match at {
            At::Segment => b"",
            At::Element(n) => segment.element(n),
            At::Component(n, c) => segment.component(n, c),
        };
        let message = || format!("{} {says}", shown(value));
        self.findings.raise(rule, segment.into(), at, Cause::Value(value), message);
    }

    /// A finding about this one place.
    #[cold]
    pub(super) fn here<'a>(
        &mut self,
        rule: Rule,
        source: impl Into<Source<'a>>,
        at: At,
        message: impl FnOnce() -> String,
    ) {
        self.findings.raise(rule, source.into(), at, Cause::Each, message);
    }

    /// A finding that a segment stands outside what it belongs to.
    #[cold]
    pub(super) fn misplaced(&mut self, segment: &Segment<'_>, needs: &str) {
        let id = segment.id();
        let message = || format!("{id} stands outside {needs}");
        self.findings.raise(Rule::MisplacedSegment, segment.into(), At::Segment, Cause::Value(b""), message);
    }

    /// A finding that the transaction has no such segment.
    #[cold]
    pub(super) fn unknown(&mut self, segment: &Segment<'_>) {
        let name = segment.element(0);
        let message = || format!("{} is no segment of this transaction", shown(name));
        self.findings.raise(Rule::UnknownSegment, segment.into(), At::Segment, Cause::Value(name), message);
    }

    /// Whether an element that the guide requires is there; a finding if not.
    pub(super) fn required(&mut self, segment: &Segment<'_>, n: usize, what: &str) -> bool {
        let there = segment.has(n);
        if !there {
            self.missing(segment, At::Element(n), what);
        }
        there
    }

    #[cold]
    pub(super) fn missing(&mut self, segment: &Segment<'_>, at: At, what: &str) {
        let qualifier = segment.element(1);
        let message = || format!("{what} is missing");
        self.findings.raise(Rule::ElementMissing, segment.into(), at, Cause::Value(qualifier), message);
    }

    /// A finding that an element's code is none of those that the guide allows, unless it is `allowed` or empty.
    pub(super) fn code(&mut self, segment: &Segment<'_>, n: usize, allowed: bool, codes: &str) {
        if !allowed && segment.has(n) {
            self.value(Rule::CodeNotAllowed, segment, At::Element(n), &format!("is not one of {codes}"));
        }
    }

    /// The amount of an element; nothing, and a finding, when it is none or required and empty.
    pub(super) fn amount(&mut self, segment: &Segment<'_>, n: usize, required: bool) -> Cents {
        match Cents::parse(segment.element(n)) {
            Ok(amount) => amount,
            Err(MoneyError::Empty) if required => {
                let message = || "the amount is missing and counts as nothing".to_owned();
                self.here(Rule::AmountMissing, segment, At::Element(n), message);
                Cents::ZERO
            }
            Err(MoneyError::Empty) => Cents::ZERO,
            Err(why) => {
                let message = || format!("{} {why} and counts as nothing", shown(segment.element(n)));
                self.here(Rule::AmountInvalid, segment, At::Element(n), message);
                Cents::ZERO
            }
        }
    }

    /// The quantity of an element; `None`, and a finding, when it is none.
    pub(super) fn quantity(&mut self, segment: &Segment<'_>, n: usize) -> Option<Quantity> {
        let element = segment.element(n);
        let quantity = Quantity::parse(element);
        if quantity.is_none() && !element.is_empty() {
            self.value(Rule::QuantityInvalid, segment, At::Element(n), "is not a quantity");
        }
        quantity
    }

    /// The date of an element; `None`, and a finding, when it is none.
    pub(super) fn date(&mut self, segment: &Segment<'_>, n: usize) -> Option<Date> {
        self.dates(segment, n).map(|(first, _)| first)
    }

    /// The first and last day of an element; `None`, and a finding, when it is no date and no range.
    pub(super) fn dates(&mut self, segment: &Segment<'_>, n: usize) -> Option<(Date, Date)> {
        let element = segment.element(n);
        let dates = elements::dates(element);
        match dates {
            None if !element.is_empty() => {
                self.value(Rule::DateInvalid, segment, At::Element(n), "is not a date");
            }
            Some((first, last)) if last < first => {
                let message = || format!("the range begins on {first} and ends before, on {last}");
                self.here(Rule::DateRangeBackwards, segment, At::Element(n), message);
            }
            _ => {}
        }
        dates
    }
}

/// A value in quotes, shortened where it is long.
pub(super) fn shown(value: &[u8]) -> String {
    const MOST: usize = 40;
    match value.split_at_checked(MOST) {
        Some((start, rest)) if !rest.is_empty() => format!("'{}...'", printable(start)),
        _ if value.is_empty() => "an empty value".to_owned(),
        _ => format!("'{}'", printable(value)),
    }
}
