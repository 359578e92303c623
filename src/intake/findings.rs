//! Collects findings: the first of each cause with its place and text, the others counted, memory bounded.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::model::Text;
use crate::model::finding::{Finding, Warning};
use crate::x12::segment::{Delimiters, Place, Segment, SegmentId};

use super::elements;
use super::rules::Rule;

/// How many findings a claim keeps with itself.
const WARNINGS_OF_A_CLAIM: usize = 20;
/// How many characters of a segment a finding shows.
const SHOWN: usize = 100;
/// How many of them may stand before the element that it is about.
const SHOWN_BEFORE: usize = 40;

/// A segment that a finding is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) id: SegmentId,
    pub(super) text: &'a [u8],
    pub(super) place: Place,
    pub(super) delimiters: Delimiters,
}

impl<'a> From<&Segment<'a>> for Source<'a> {
    fn from(segment: &Segment<'a>) -> Self {
        let delimiters = segment.delimiters();
        Self { id: segment.id(), text: segment.text(), place: segment.place(), delimiters }
    }
}

impl Source<'_> {
    /// A place of the file of which no text is at hand.
    pub(super) fn place(place: Place) -> Self {
        Self { id: SegmentId::UNKNOWN, text: &[], place, delimiters: Delimiters::USUAL }
    }

    /// Where an element or component stands in the text; the end of it when absent.
    fn span(&self, at: At) -> Range<usize> {
        match at {
            At::Segment => 0..self.text.len(),
            At::Element(element) => part(self.text, 0..self.text.len(), self.delimiters.element, element),
            At::Component(element, component) => {
                let element = part(self.text, 0..self.text.len(), self.delimiters.element, element);
                part(self.text, element, self.delimiters.component, component - 1)
            }
        }
    }

    /// Whether the `n`th element holds anything.
    pub(super) fn has(&self, n: usize) -> bool {
        !self.text[self.span(At::Element(n))].trim_ascii().is_empty()
    }

    /// The bytes of the `c`th component of the `n`th element.
    pub(super) fn component(&self, n: usize, c: usize) -> &[u8] {
        &self.text[self.span(At::Component(n, c))]
    }

    /// The name of an element as the guides write it: `CLM05-3`.
    fn name(&self, at: At) -> Option<Text> {
        let mut name = Text::default();
        // Writing to a text does not fail.
        let _ = match at {
            At::Segment => return None,
            At::Element(element) => write!(name, "{}{element:02}", self.id),
            At::Component(element, component) => write!(name, "{}{element:02}-{component}", self.id),
        };
        Some(name)
    }
}

/// The `n`th part, counted from 0, of a range of `text`.
fn part(text: &[u8], range: Range<usize>, separator: u8, n: usize) -> Range<usize> {
    let mut start = range.start;
    for _ in 0..n {
        match text[start..range.end].iter().position(|byte| *byte == separator) {
            Some(at) => start += at + 1,
            None => return range.end..range.end,
        }
    }
    let length = text[start..range.end].iter().position(|byte| *byte == separator);
    start..length.map_or(range.end, |length| start + length)
}

/// A segment kept beyond its reading, since what is wrong with it shows only later.
#[derive(Debug)]
pub(super) struct Kept {
    id: SegmentId,
    text: Vec<u8>,
    place: Place,
    delimiters: Delimiters,
}

impl Default for Kept {
    fn default() -> Self {
        let delimiters = Delimiters::USUAL;
        Self { id: SegmentId::UNKNOWN, text: Vec::new(), place: Place::default(), delimiters }
    }
}

impl Kept {
    /// Keeps `segment` in place of the one kept before.
    pub(super) fn keep(&mut self, segment: &Segment<'_>) {
        self.id = segment.id();
        self.place = segment.place();
        self.delimiters = segment.delimiters();
        self.text.clear();
        self.text.extend_from_slice(segment.text());
    }

    /// What is kept.
    pub(super) fn source(&self) -> Source<'_> {
        Source { id: self.id, text: &self.text, place: self.place, delimiters: self.delimiters }
    }
}

/// Which part of a segment a finding is about; elements and components count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum At {
    Segment,
    Element(usize),
    Component(usize, usize),
}

/// What makes two findings of a rule the same one, besides the element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    /// Nothing does: each is listed.
    Each,
    /// All of them are, wherever in the file.
    Same,
    /// The same value is.
    Value(&'a [u8]),
}

/// The findings of one file.
#[derive(Debug)]
pub(super) struct Findings {
    listed: Vec<Finding>,
    /// Where the finding of each cause stands in `listed`.
    causes: HashMap<u64, usize>,
    /// Of each rule, how many are listed and how many more were left out.
    of_rule: Vec<(usize, u64)>,
    most_of_a_rule: usize,
    /// ST02 of the transaction being read.
    pub(super) transaction: Option<Text>,
    claim: Option<Text>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// None yet; at most `most_of_a_rule` of each rule will be listed.
    pub(super) fn new(most_of_a_rule: usize) -> Self {
        Self {
            listed: Vec::new(),
            causes: HashMap::new(),
            of_rule: vec![(0, 0); Rule::ALL.len()],
            most_of_a_rule,
            transaction: None,
            claim: None,
            warnings: Vec::new(),
        }
    }

    /// From here on findings are about the claim with this number.
    pub(super) fn begin_claim(&mut self, control_number: &Text) {
        self.claim = Some(control_number.clone());
        self.warnings.clear();
    }

    /// From here on findings are about no claim; gives those of the claim that ends.
    pub(super) fn end_claim(&mut self) -> Vec<Warning> {
        self.claim = None;
        std::mem::take(&mut self.warnings)
    }

    /// Adds a finding of `rule` at a part of `source`; `message` is asked for only when it is to be listed.
    #[cold]
    pub(super) fn raise(
        &mut self,
        rule: Rule,
        source: Source<'_>,
        at: At,
        cause: Cause<'_>,
        message: impl FnOnce() -> String,
    ) {
        self.warn(rule, source);
        let key = cause_key(rule, source, at, cause);
        if let Some(index) = key.and_then(|key| self.causes.get(&key)) {
            self.listed[*index].count += 1;
            return;
        }
        let (listed, left_out) = &mut self.of_rule[rule as usize];
        if *listed >= self.most_of_a_rule {
            *left_out += 1;
            return;
        }
        *listed += 1;
        if let Some(key) = key {
            self.causes.insert(key, self.listed.len());
        }
        let finding = self.finding(rule, source, at, message());
        self.listed.push(finding);
    }

    /// All findings by place, and for each rule with too many of them one that says how many more there are.
    pub(super) fn take(&mut self) -> Vec<Finding> {
        let mut findings = std::mem::take(&mut self.listed);
        self.causes.clear();
        findings.sort_by_key(|finding| (finding.byte, finding.segment));
        for (rule, (listed, left_out)) in Rule::ALL.iter().zip(&mut self.of_rule) {
            if *left_out > 0 {
                let id = rule.id();
                let message = format!("{left_out} more findings of the rule {id} are not listed");
                findings.push(Finding { count: *left_out, ..blank(Rule::FindingsLeftOut, message) });
            }
            (*listed, *left_out) = (0, 0);
        }
        findings
    }

    /// Notes the finding with the claim being read.
    fn warn(&mut self, rule: Rule, source: Source<'_>) {
        if self.claim.is_some() && self.warnings.len() < WARNINGS_OF_A_CLAIM {
            let (rule, message) = (Cow::Borrowed(rule.id()), Cow::Borrowed(rule.title()));
            self.warnings.push(Warning { rule, message, segment: source.place.segment });
        }
    }

    fn finding(&self, rule: Rule, source: Source<'_>, at: At, message: String) -> Finding {
        let shown = (!source.text.is_empty()).then(|| excerpt(source.text, source.span(at)));
        let (text, caret) = shown.unzip();
        Finding {
            byte: source.place.byte,
            segment: source.place.segment,
            element: source.name(at),
            transaction: self.transaction.clone(),
            claim_control_number: self.claim.clone(),
            text,
            caret: caret.filter(|_| at != At::Segment),
            ..blank(rule, message)
        }
    }
}

fn blank(rule: Rule, message: String) -> Finding {
    Finding {
        severity: rule.severity(),
        rule: Cow::Borrowed(rule.id()),
        message,
        fix: Cow::Borrowed(rule.fix()),
        byte: 0,
        segment: 0,
        element: None,
        transaction: None,
        claim_control_number: None,
        text: None,
        caret: None,
        count: 1,
    }
}

/// What findings of one cause have in common.
fn cause_key(rule: Rule, source: Source<'_>, at: At, cause: Cause<'_>) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    match cause {
        Cause::Each => return None,
        Cause::Same => rule.hash(&mut hasher),
        Cause::Value(value) => (rule, source.id, at, value).hash(&mut hasher),
    }
    Some(hasher.finish())
}

/// The part of a segment's text around an element, and where in it the caret goes: first character and how many.
fn excerpt(text: &[u8], about: Range<usize>) -> (String, (u32, u32)) {
    let utf8 = str::from_utf8(text).is_ok();
    // A character begins at every byte but those that go on with one of UTF-8.
    let count = |bytes: &[u8]| bytes.iter().filter(|byte| !utf8 || **byte & 0xC0 != 0x80).count();
    let (before, length) = (count(&text[..about.start]), count(&text[about]));
    let all = count(text);
    let skipped = if all > SHOWN { before.saturating_sub(SHOWN_BEFORE) } else { 0 };
    let lead = if skipped > 0 { "..." } else { "" };
    let mut shown = lead.to_owned();
    shown.extend(printable(text).chars().skip(skipped).take(SHOWN));
    if all > skipped + SHOWN {
        shown.push_str("...");
    }
    let first = before - skipped + lead.len();
    let length = length.min(SHOWN.saturating_sub(before - skipped)).max(1);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (shown, (number(first), number(length)))
}

/// Bytes as they can be shown: a byte that is no UTF-8 as the character with its number, a point for what has no shape.
pub(super) fn printable(bytes: &[u8]) -> String {
    let text = elements::decode(bytes);
    text.chars().map(|c| if c.is_control() { '\u{b7}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::segment::id;

    fn source(text: &str) -> Source<'_> {
        let place = Place { byte: 7, segment: 2 };
        Source { id: id::CLM, text: text.as_bytes(), place, delimiters: Delimiters::USUAL }
    }

    #[track_caller]
    fn marks(text: &str, at: At, marked: &str) {
        let mut findings = Findings::new(10);
        findings.raise(Rule::AmountInvalid, source(text), at, Cause::Each, String::new);
        let finding = findings.take().remove(0);
        let (first, length) = finding.caret.unwrap();
        let shown = finding.text.unwrap();
        let under: String = shown.chars().skip(first as usize).take(length as usize).collect();
        assert_eq!(under, marked, "{shown}");
    }

    #[test]
    fn the_caret_stands_under_the_element() {
        marks("CLM*A1*12x**11:B:1", At::Element(2), "12x");
        marks("CLM*A1*12x**11:B:1", At::Component(4, 3), "1");
        marks("CLM*\u{dc}\u{dc}*12x", At::Element(2), "12x");
        let long = format!("CLM*{}*12x*{}", "A".repeat(300), "B".repeat(300));
        marks(&long, At::Element(2), "12x");
    }

    #[test]
    fn one_cause_is_listed_once_and_counted() {
        let mut findings = Findings::new(10);
        for value in ["1", "2", "1", "1"] {
            let cause = Cause::Value(value.as_bytes());
            let message = || format!("saw {value}");
            findings.raise(Rule::NpiFormat, source("CLM*A1"), At::Element(1), cause, message);
        }
        let findings = findings.take();
        let seen: Vec<_> = findings.iter().map(|f| (f.message.as_str(), f.count)).collect();
        assert_eq!(seen, [("saw 1", 3), ("saw 2", 1)]);
        assert_eq!(findings[0].element.as_deref(), Some("CLM01"));
        assert_eq!((findings[0].byte, findings[0].segment), (7, 2));
    }

    #[test]
    fn what_is_too_much_of_one_rule_is_said_in_one_line() {
        let mut findings = Findings::new(3);
        for _ in 0..50 {
            findings.raise(Rule::LineUnbalanced, source("CLM*A1"), At::Segment, Cause::Each, String::new);
        }
        let findings = findings.take();
        assert_eq!(findings.len(), 4);
        assert_eq!(findings[3].rule, "findings-left-out");
        assert_eq!(findings[3].count, 47);
    }

    #[test]
    fn a_claim_takes_its_own_findings_along() {
        let mut findings = Findings::new(1);
        let raise = |findings: &mut Findings| {
            findings.raise(Rule::LineUnbalanced, source("CLM*A1"), At::Segment, Cause::Same, String::new);
        };
        raise(&mut findings);
        findings.begin_claim(&"A1".into());
        raise(&mut findings);
        assert_eq!(findings.end_claim().len(), 1);
        findings.begin_claim(&"A2".into());
        assert_eq!(findings.end_claim(), []);
    }
}
