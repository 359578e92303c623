//! How likely a claim is to be denied, from the claim and from what was learned, with reasons that add up.
//!
//! Each finding has a chance: what it alone makes of its component. A component of findings with chances *p* is
//! 100·(1 − Π(1 − p)), so more findings always raise it and none lifts it over 100. The overall score is the weighted
//! sum of the components ([`weights`]); every finding carries its part of it in points ([`points`]).
//! `docs/risk-rules.md` holds the table of rules and the formulas.

pub mod boosting;
pub mod calibration;
pub mod detection;
pub mod evaluation;
pub mod experience;
pub mod features;
pub mod history;
pub mod learning;
pub mod patterns;
pub mod payer_history;
pub mod points;
pub mod rates;
pub mod rules;
pub mod shares;
pub mod significance;
pub mod trees;
pub mod weights;

use jiff::civil::Date;

use crate::model::billed::BilledClaim;
use crate::model::claim::Claim;
use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;
use crate::model::risk_score::RiskScore;
use crate::model::rules::{PayerRules, PracticeRules};

use learning::Model;
use payer_history::PayerHistory;
use weights::RiskWeights;

/// What scoring has to know beside the claim.
#[derive(Debug, Clone, Copy)]
pub struct ScoringContext<'a> {
    /// The day of scoring: the day of submission of a claim that does not say when it was sent.
    pub today: Date,
    /// What the payer accepts.
    pub payer_rules: &'a PayerRules,
    /// What the payer's answers so far tell.
    pub payer_history: &'a PayerHistory,
    /// How the practice works; it can switch rules off.
    pub practice_rules: &'a PracticeRules,
    /// The claim's payer.
    pub payer: Option<PayerId>,
    /// What was learned of how likely lines are to be denied.
    pub model: &'a Model,
    /// The payer's denial patterns.
    pub patterns: &'a [DenialPattern],
    /// The earlier claim that this one repeats without saying that it replaces it.
    pub repeat_of: Option<ClaimId>,
    /// How much each component counts; checked by [`RiskWeights::check`].
    pub weights: &'a RiskWeights,
}

/// Scores a claim. The same claim and context always give the same score.
#[must_use]
pub fn score(claim: &Claim, context: &ScoringContext<'_>) -> RiskScore {
    let mut findings = rules::findings(claim, context);
    let billed = BilledClaim::of(claim, context.payer, context.repeat_of.is_some());
    let model = context.model;
    let likely = model.judge(&billed, findings.iter().map(|finding| finding.rule));
    // What rules say has components of its own.
    let by_answers =
        if findings.is_empty() { likely.clone() } else { model.judge(&billed, std::iter::empty()) };
    findings.push(history::finding(model, claim, &billed, &by_answers));
    findings.extend(patterns::findings(context.patterns, claim, &billed));
    RiskScore {
        denial_probability: Some((likely.probability * 1e4).round() / 1e4),
        // Without any answer nothing is known of what payers pay.
        expected_loss: (model.trained_on.lines > 0).then_some(likely.expected_loss),
        ..points::settle(findings, context.weights)
    }
}

#[cfg(test)]
mod tests;
