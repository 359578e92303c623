//! Denial patterns as the API shows them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;

/// Fewer answered lines than this hardly show a pattern: one needs 5 denied claims beside others that were paid.
const FEW_LINES: u64 = 30;

/// What was found for one payer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetectedPatterns {
    payer_id: PayerId,
    days_back: u32,
    /// Answered lines that were looked at; the fewer, the less can be found.
    lines: u64,
    patterns_detected: usize,
    patterns: Vec<DenialPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl DetectedPatterns {
    pub(in crate::appliance) fn new(
        payer_id: PayerId,
        days_back: u32,
        lines: u64,
        patterns: Vec<DenialPattern>,
    ) -> Self {
        let message = little_seen(lines);
        Self { payer_id, days_back, lines, patterns_detected: patterns.len(), patterns, message }
    }
}

/// How many patterns were found for each payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetectedAll {
    days_back: u32,
    lines: u64,
    patterns_detected: usize,
    payers: BTreeMap<PayerId, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl DetectedAll {
    pub(in crate::appliance) fn new(
        days_back: u32,
        lines: u64,
        found: &BTreeMap<PayerId, Vec<DenialPattern>>,
    ) -> Self {
        let payers: BTreeMap<PayerId, usize> =
            found.iter().map(|(payer, patterns)| (*payer, patterns.len())).collect();
        Self {
            days_back,
            lines,
            patterns_detected: payers.values().sum(),
            payers,
            message: little_seen(lines),
        }
    }
}

/// Word that so few answered lines cannot tell much, if they are few.
fn little_seen(lines: u64) -> Option<String> {
    (lines < FEW_LINES).then(|| {
        format!(
            "Only {lines} answered lines were paid within these days: too few to tell a pattern from chance."
        )
    })
}

/// The patterns of a payer, those first that say most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PayerPatterns {
    payer_id: PayerId,
    patterns: Vec<DenialPattern>,
    total: usize,
}

impl PayerPatterns {
    pub(in crate::appliance) fn new(payer_id: PayerId, patterns: Vec<DenialPattern>) -> Self {
        Self { payer_id, total: patterns.len(), patterns }
    }
}

/// The patterns that a claim matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimPatterns {
    claim_id: ClaimId,
    payer_id: Option<PayerId>,
    patterns: Vec<Matched>,
    total: usize,
}

/// A pattern and the first line that matches it.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Matched {
    line_number: Option<u32>,
    #[serde(flatten)]
    pattern: DenialPattern,
}

impl ClaimPatterns {
    pub(in crate::appliance) fn new(
        claim_id: ClaimId,
        payer_id: Option<PayerId>,
        matching: Vec<(DenialPattern, Option<u32>)>,
    ) -> Self {
        let matched = |(pattern, line_number)| Matched { line_number, pattern };
        Self {
            claim_id,
            payer_id,
            total: matching.len(),
            patterns: matching.into_iter().map(matched).collect(),
        }
    }
}
