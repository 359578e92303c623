//! How likely a claim is to be denied, from the claim alone and from counts handed in, with reasons that add up.
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
pub mod weights;

use jiff::civil::Date;

use crate::model::billed::BilledClaim;
use crate::model::claim::Claim;
use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;
use crate::model::risk_score::RiskScore;
use crate::model::rules::{PayerRules, PracticeRules};

use payer_history::PayerHistory;
use rates::Rates;
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
    /// The payer's denial patterns.
    pub patterns: &'a [DenialPattern],
    /// Adjudicated and denied service lines at hand.
    pub rates: &'a Rates,
    /// The earlier claim that this one repeats without saying that it replaces it.
    pub repeat_of: Option<ClaimId>,
    /// How much each component counts; checked by [`RiskWeights::check`].
    pub weights: &'a RiskWeights,
}

/// Scores a claim. The same claim and context always give the same score.
#[must_use]
pub fn score(claim: &Claim, context: &ScoringContext<'_>) -> RiskScore {
    let mut findings = rules::findings(claim, context);
    findings.push(history::finding(claim, context.rates));
    let billed = BilledClaim::of(claim, context.payer, context.repeat_of.is_some());
    findings.extend(patterns::findings(context.patterns, claim, &billed));
    points::settle(findings, context.weights)
}

#[cfg(test)]
mod tests;
