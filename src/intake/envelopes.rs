//! What is wrong with the envelopes of a file, as findings.

use crate::x12::envelope::{EnvelopeFault, FaultKind, Interchange};
use crate::x12::segment::Segment;

use super::desk::Desk;
use super::findings::{At, Cause, Source};
use super::rules::Rule;

/// Adds the findings of `faults`, which showed at `segment` (none at the end of the file), and empties them.
pub(super) fn raise(faults: &mut Vec<EnvelopeFault>, segment: Option<&Segment<'_>>, desk: &mut Desk) {
    join_missing_trailers(faults);
    for fault in faults.drain(..) {
        let source = match segment.filter(|segment| segment.place() == fault.place) {
            Some(segment) => segment.into(),
            None => Source::place(fault.place),
        };
        let at = if fault.element == 0 { At::Segment } else { At::Element(fault.element) };
        let (rule, message) = told(&fault);
        desk.here(rule, source, at, || message);
    }
}

/// Joins the trailers that are missing at one place: they have one cause.
fn join_missing_trailers(faults: &mut Vec<EnvelopeFault>) {
    faults.dedup_by(|next, first| {
        let missing = |fault: &EnvelopeFault| matches!(fault.kind, FaultKind::MissingTrailer(_));
        let same = missing(next) && missing(first) && next.place == first.place;
        if same {
            first.expected.push_str(" and ");
            first.expected.push_str(&next.expected);
        }
        same
    });
}

fn told(fault: &EnvelopeFault) -> (Rule, String) {
    let EnvelopeFault { expected, found, .. } = fault;
    match fault.kind {
        FaultKind::MissingHeader(_) => (Rule::MissingHeader, format!("{expected} is missing before {found}")),
        FaultKind::MissingTrailer(_) if found.is_empty() => {
            (Rule::MissingTrailer, format!("the file ends without {expected}"))
        }
        FaultKind::MissingTrailer(_) => {
            (Rule::MissingTrailer, format!("{expected} should stand before {found}"))
        }
        FaultKind::WrongCount(_) => {
            (Rule::WrongCount, format!("counts '{found}' and should count {expected}"))
        }
        FaultKind::WrongControlNumber(level) => {
            let header = level.header();
            (Rule::WrongControlNumber, format!("is '{found}' and {header} says '{expected}'"))
        }
        FaultKind::OutsideTransaction => {
            (Rule::OutsideTransaction, format!("{found} stands outside any transaction"))
        }
    }
}

/// Checks an interchange at its ISA.
pub(super) fn check(interchange: &Interchange, isa: &Segment<'_>, desk: &mut Desk) {
    if desk.repeats.interchange(interchange) {
        let number = &interchange.control_number;
        let message = || format!("interchange {number} of this sender stands in the file already");
        desk.here(Rule::RepeatedInterchange, isa, At::Element(13), message);
    }
    if interchange.usage == 'T' {
        let message = || "the interchange is a test".to_owned();
        desk.findings.raise(Rule::TestFile, isa.into(), At::Element(15), Cause::Same, message);
    }
}
