//! What a rule saw, and one finding made of it.

use std::fmt::Write as _;

use crate::model::claim::{Claim, ClaimLine};
use crate::risk::points::{FilePlace, RiskFinding};

use super::Rule;

/// One place where a claim breaks a rule.
#[derive(Debug)]
pub(super) struct Seen {
    line_number: Option<u32>,
    /// The segment of the line.
    segment: Option<u64>,
    value: Option<String>,
    message: String,
}

impl Seen {
    /// On the claim as a whole.
    pub(super) fn on_claim(message: impl Into<String>) -> Self {
        Self { line_number: None, segment: None, value: None, message: message.into() }
    }

    /// On one of its lines; the message goes on after `Line 3: `.
    pub(super) fn on_line(line: &ClaimLine, message: impl Into<String>) -> Self {
        let (line_number, segment) = (Some(line.line_number), Some(line.segment));
        Self { line_number, segment, value: None, message: message.into() }
    }

    /// With the value that was seen.
    pub(super) fn value(self, value: &(impl ToString + ?Sized)) -> Self {
        Self { value: Some(value.to_string()), ..self }
    }
}

/// How many further places a message names.
const MOST_NAMED: usize = 8;

/// No rule by itself is sure to end in a denial.
const MOST_CERTAIN: f64 = 0.95;

/// The finding of a rule that saw this, and nothing left of it; `None` when it saw nothing. `weight` times its usual points.
pub(super) fn finding(rule: &Rule, weight: f64, claim: &Claim, seen: &mut Vec<Seen>) -> Option<RiskFinding> {
    let count = seen.len();
    let mut seen = seen.drain(..);
    let first = seen.next()?;
    let mut message = match first.line_number {
        Some(number) => format!("Line {number}: {}", first.message),
        None => first.message,
    };
    let (lines, of_claim): (Vec<Seen>, Vec<Seen>) = seen.partition(|s| s.line_number.is_some());
    for further in of_claim.iter().take(MOST_NAMED) {
        message.push_str(". ");
        message.push_str(&further.message);
    }
    name_further(&mut message, &lines.iter().filter_map(|s| s.line_number).collect::<Vec<u32>>());
    Some(RiskFinding {
        component: rule.component,
        chance: chance_of((f64::from(rule.points) / 100.0 * weight).min(MOST_CERTAIN), count),
        severity: rule.severity,
        rule: rule.id,
        message,
        fix: rule.fix,
        reason: Some(rule.reason.to_owned()),
        line_number: first.line_number,
        place: FilePlace {
            segment: first.segment.or(Some(claim.origin.segment)).filter(|&segment| segment > 0),
            element: Some(rule.element[claim.kind as usize]),
        },
        value: first.value,
    })
}

/// 1 − Π(1 − p/2^k) over the places: each further one adds half of what the one before it did.
fn chance_of(chance: f64, count: usize) -> f64 {
    let halves = std::iter::successors(Some(chance), |chance| Some(chance / 2.0));
    // The 40th half is nothing to a float.
    1.0 - halves.take(count.min(40)).map(|chance| 1.0 - chance).product::<f64>()
}

fn name_further(message: &mut String, lines: &[u32]) {
    let named = &lines[..lines.len().min(MOST_NAMED)];
    for (place, line) in named.iter().enumerate() {
        let joint = match place {
            0 if lines.len() == 1 => "; the same on line",
            0 => "; the same on lines",
            _ if place + 1 == lines.len() => " and",
            _ => ",",
        };
        // Writing to a String cannot fail.
        let _ = write!(message, "{joint} {line}");
    }
    if lines.len() > named.len() {
        let _ = write!(message, " and {} more", lines.len() - named.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(lines: &[u32], expected: &str) {
        let mut message = "Line 1: no charge".to_owned();
        name_further(&mut message, lines);
        assert_eq!(message, format!("Line 1: no charge{expected}"));
    }

    #[test]
    fn further_lines_are_named_in_one_sentence() {
        case(&[], "");
        case(&[3], "; the same on line 3");
        case(&[3, 4], "; the same on lines 3 and 4");
        case(&[3, 4, 6], "; the same on lines 3, 4 and 6");
        case(&[2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "; the same on lines 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
    }

    #[test]
    fn each_further_line_adds_half_and_all_together_stay_a_chance() {
        assert!((chance_of(0.5, 1) - 0.5).abs() < 1e-12);
        assert!((chance_of(0.5, 2) - 0.625).abs() < 1e-12);
        assert!(chance_of(0.95, 999) < 1.0);
    }
}
