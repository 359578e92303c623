//! Rules on modifiers: their shape, repetition and contradiction.

use crate::model::claim::ClaimLine;
use crate::model::codes::has_modifier_shape;
use crate::model::finding::Severity;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "modifier-shape",
        element: ["SV101-3", "SV202-3", "SV301-3"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 50,
        reason: "4",
        title: "A modifier that is not two letters or digits",
        fix: "Correct the modifier, or take it off the line.",
        check: shape,
    },
    Rule {
        id: "modifier-repeated",
        element: ["SV101-3", "SV202-3", "SV301-3"],
        component: Component::Coding,
        severity: Severity::Warning,
        points: 35,
        reason: "4",
        title: "The same modifier twice on a line",
        fix: "Send each modifier once.",
        check: repeated,
    },
    Rule {
        id: "modifier-conflict",
        element: ["SV101-3", "SV202-3", "SV301-3"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 60,
        reason: "4",
        title: "Modifiers that exclude one another: RT with LT, 50 with a side, 26 with TC, 52 with 53, 76 with 77, 59 with X{EPSU}, GA with GZ",
        fix: "Keep the one that is right; for both sides send 50, or a line for each side.",
        check: conflict,
    },
];

fn shape(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    for line in &subject.claim.lines {
        if let Some(modifier) = line.modifiers.iter().find(|m| !has_modifier_shape(m)) {
            seen.push(Seen::on_line(line, format!("{modifier} is no modifier")).value(modifier));
        }
    }
}

fn repeated(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    for line in &subject.claim.lines {
        let mut places = line.modifiers.iter().enumerate();
        if let Some((_, modifier)) = places.find(|(place, m)| line.modifiers[..*place].contains(m)) {
            seen.push(Seen::on_line(line, format!("modifier {modifier} is there twice")).value(modifier));
        }
    }
}

/// Pairs that cannot both be true of one line (CMS, National Correct Coding Initiative policy manual, chapter I;
/// Medicare claims processing manual, chapter 30 for GA and GZ).
const CONFLICTS: [(&str, &str); 11] = [
    ("RT", "LT"),
    ("50", "RT"),
    ("50", "LT"),
    ("26", "TC"),
    ("52", "53"),
    ("76", "77"),
    ("59", "XE"),
    ("59", "XP"),
    ("59", "XS"),
    ("59", "XU"),
    ("GA", "GZ"),
];

fn conflict(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let has = |line: &ClaimLine, modifier: &str| line.modifiers.iter().any(|m| m == modifier);
    for line in subject.claim.lines.iter().filter(|line| line.modifiers.len() > 1) {
        if let Some((a, b)) = CONFLICTS.into_iter().find(|(a, b)| has(line, a) && has(line, b)) {
            let message = format!("modifiers {a} and {b} exclude one another");
            seen.push(Seen::on_line(line, message).value(&format_args!("{a} {b}")));
        }
    }
}
