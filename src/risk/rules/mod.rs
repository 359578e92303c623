//! The table of rules: what speaks for a denial in the claim itself, one family per file.
//!
//! A rule looks at the claim and the context alone, and says nothing of what it cannot know. Where several lines break a
//! rule it is one finding that names them; each further line adds half of what the one before did.

mod charges;
mod dates;
mod diagnoses;
mod documents;
mod habits;
mod modifiers;
mod payer;
mod procedures;
mod providers;
mod seen;
pub mod settings;

use jiff::civil::Date;

use crate::model::claim::{Claim, ClaimKind};
use crate::model::finding::Severity;

use super::ScoringContext;
use super::points::{Component, RiskFinding};

use seen::Seen;

/// One rule of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable id, in kebab-case.
    pub id: &'static str,
    /// Where in a professional, institutional and dental 837 it shows.
    pub element: [&'static str; 3],
    /// The component it adds to.
    pub component: Component,
    /// How bad it is.
    pub severity: Severity,
    /// What it alone makes of its component: 1 to 95 of 100.
    pub points: u8,
    /// The adjustment reason code (CARC) in which it usually ends.
    pub reason: &'static str,
    /// What is wrong, without any value.
    pub title: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    check: fn(&Subject<'_>, &mut Vec<Seen>),
}

/// An element that stands at the same place in every kind of 837.
const fn everywhere(element: &'static str) -> [&'static str; 3] {
    [element; 3]
}

/// A claim and what is known around it.
struct Subject<'a> {
    claim: &'a Claim,
    context: &'a ScoringContext<'a>,
}

impl Subject<'_> {
    fn is(&self, kind: ClaimKind) -> bool {
        self.claim.kind == kind
    }

    /// The day on which the claim was or would be sent.
    fn submitted(&self) -> Date {
        self.claim.submission_date.unwrap_or(self.context.today)
    }
}

/// Every rule, family by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        diagnoses::RULES,
        procedures::RULES,
        modifiers::RULES,
        charges::RULES,
        providers::RULES,
        dates::RULES,
        documents::RULES,
        payer::RULES,
        habits::RULES,
    ]
    .into_iter()
    .flatten()
}

/// What the rules find, but for those that the payer or the practice switched off.
#[must_use]
pub fn findings(claim: &Claim, context: &ScoringContext<'_>) -> Vec<RiskFinding> {
    let subject = Subject { claim, context };
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    for rule in all() {
        (rule.check)(&subject, &mut seen);
        if seen.is_empty() {
            continue;
        }
        let weight = settings::weight(rule, context.payer_rules, context.practice_rules);
        if weight > 0.0 {
            findings.extend(seen::finding(rule, weight, claim, &mut seen));
        }
        seen.clear();
    }
    findings
}
