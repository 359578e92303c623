//! A denial pattern: what a payer denies for one reason more often than its other lines.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Cents;

use super::Text;
use super::claim::UnknownName;

/// Conditions that hold together; what is empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// The line has one of these procedures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub procedure_codes: Vec<Text>,
    /// The line has these modifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<Text>,
    /// The claim has diagnoses of these categories (first three characters).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnosis_categories: Vec<Text>,
    /// The claim has these diagnoses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnosis_codes: Vec<Text>,
    /// The line's place of service, or the claim's facility type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility_type_code: Option<Text>,
    /// Who treated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_npi: Option<Text>,
    /// The line's charge is at least so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_amount_min: Option<Cents>,
    /// The line's charge is at most so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_amount_max: Option<Cents>,
    /// The claim was sent at least so many days after the first service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_submission_min: Option<i32>,
    /// These procedures stand on other lines of the claim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside_procedure_codes: Vec<Text>,
    /// The member id has this shape: digits as `9`, letters as `A`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id_shape: Option<Text>,
    /// What is not there: `prior_authorization`, `referral`, `modifier_25`, ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Text>,
    /// What else is true of the line or claim: `repeated_line`, `repeated_claim`, ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub circumstances: Vec<Text>,
}

/// Whether a pattern comes more often than it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Not seen in the earlier half of the time.
    New,
    /// More often in the later half.
    Rising,
    /// About as often, or too few to tell.
    Steady,
    /// Less often in the later half.
    Fading,
}

impl Trend {
    /// Every trend.
    pub const ALL: [Self; 4] = [Self::New, Self::Rising, Self::Steady, Self::Fading];

    /// The trend's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Rising => "rising",
            Self::Steady => "steady",
            Self::Fading => "fading",
        }
    }
}

impl FromStr for Trend {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|trend| trend.name() == name).ok_or(UnknownName)
    }
}

/// A denial pattern of a payer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DenialPattern {
    /// What its conditions are about, joined by `+`: `procedure+missing`.
    pub pattern_type: String,
    /// The whole of it in a sentence.
    pub pattern_description: String,
    /// The adjustment reason (CARC).
    pub denial_reason_code: Text,
    /// How many lines were denied so.
    pub occurrence_count: u64,
    /// The denied share of the matching lines, 0 to 1.
    pub frequency: f64,
    /// The lower end of the 95 % interval of that share.
    pub confidence_score: f64,
    /// What has to hold.
    pub conditions: Conditions,
    /// The first day on which a denial was paid out so.
    pub first_seen: Date,
    /// The last day.
    pub last_seen: Date,
    /// The same as `occurrence_count`.
    pub denied_count: u64,
    /// How many lines match.
    pub matching_count: u64,
    /// The share of the payer's other lines that is denied for the reason.
    pub baseline_rate: f64,
    /// How many times that the frequency is; where no other line was denied, half a line counts as if it was.
    pub lift: f64,
    /// The share of false discoveries among patterns as significant as this.
    pub q_value: f64,
    /// Whether it comes more often than it did.
    pub trend: Trend,
}
