//! A risk score: how likely a claim is to be denied, with the reasons.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::Cents;

use super::claim::UnknownName;
use super::finding::Severity;

/// The level of an overall score of 0 to 100: low < 25 <= medium < 50 <= high < 75 <= critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Below 25.
    Low,
    /// From 25.
    Medium,
    /// From 50.
    High,
    /// From 75.
    Critical,
}

impl RiskLevel {
    /// The level of a score.
    #[must_use]
    pub fn of(score: f64) -> Self {
        if score >= 75.0 {
            Self::Critical
        } else if score >= 50.0 {
            Self::High
        } else if score >= 25.0 {
            Self::Medium
        } else {
            Self::Low
        }
    }

    /// The level's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl FromStr for RiskLevel {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or(UnknownName)
    }
}

/// The five components of a score, each 0 to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ComponentScores {
    /// Diagnoses, procedures, modifiers, charges.
    pub coding_risk: f64,
    /// Dates, providers, authorisation, assignment.
    pub documentation_risk: f64,
    /// The payer's own rules.
    pub payer_risk: f64,
    /// How often claims like this one were denied.
    pub historical_risk: f64,
    /// Denial patterns that the claim matches.
    pub pattern_risk: f64,
}

/// One reason for a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskFactor {
    /// The component it adds to: `coding`, `documentation`, `payer`, `historical` or `pattern`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How bad it is.
    pub severity: Severity,
    /// The rule's stable id.
    pub rule: String,
    /// What was seen, in plain words.
    pub message: String,
    /// What to do about it.
    pub fix: String,
    /// The adjustment reason code (CARC) in which it usually ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment_reason: Option<String>,
    /// The service line it concerns, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_number: Option<u32>,
    /// The number, from 1, of the segment in the claim's file with which the claim (CLM) or the line (LX) begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<u64>,
    /// The element under it that it is about, as the guides write it: `CLM05-3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// The value that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How many points of the overall score (0-100) it adds.
    pub points: f64,
}

/// A claim's risk of denial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskScore {
    /// 0 (nothing speaks for a denial) to 100, two decimals.
    pub overall_score: f64,
    /// The level of the overall score.
    pub risk_level: RiskLevel,
    /// How likely it is that any line is denied, 0 to 1, four decimals, as earlier answers have it; not known of a score from
    /// before that was learned.
    pub denial_probability: Option<f64>,
    /// What is likely to be lost: for each line its probability times what the payer would pay of its charge; not known
    /// before any answer came.
    pub expected_loss: Option<Cents>,
    /// What the overall score is made of.
    pub component_scores: ComponentScores,
    /// The reasons, those that add most first.
    pub risk_factors: Vec<RiskFactor>,
    /// What to do, most valuable first.
    pub recommendations: Vec<String>,
}
