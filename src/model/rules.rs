//! What a practice or payer lays down: configurations that a person writes and that scoring and linking read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Text;

/// What a payer accepts, as the practice knows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PayerRules {
    /// Claim frequency types (CLM05-3) that the payer takes; empty for any.
    pub allowed_frequency_types: Vec<Text>,
    /// Facility types or places of service (CLM05-1) that the payer does not pay.
    pub restricted_facility_types: Vec<Text>,
    /// Days from the first service date within which a claim has to be submitted; 1 to 3650.
    pub timely_filing_days: Option<u32>,
    /// Days from the payment date within which a denial can be appealed; 1 to 3650.
    pub appeal_days: Option<u32>,
    /// Procedure codes that need a prior authorisation.
    pub prior_authorization_procedures: Vec<Text>,
    /// Procedure codes that need a referral.
    pub referral_procedures: Vec<Text>,
    /// Ids of risk rules that are not to be applied to claims for this payer.
    pub disabled_rules: Vec<Text>,
    /// How many times its usual points a risk rule counts for this payer, by its id; 0 to 10.
    pub rule_weights: BTreeMap<Text, f64>,
}

/// How one practice works.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PracticeRules {
    /// The practice's name for pages and reports.
    pub name: Option<Text>,
    /// Ids of risk rules that are not to be applied to this practice's claims.
    pub disabled_rules: Vec<Text>,
    /// How many times its usual points a risk rule counts for this practice, by its id; 0 to 10.
    pub rule_weights: BTreeMap<Text, f64>,
    /// Days from the first service date within which the practice means to submit; 1 to 3650.
    pub submission_target_days: Option<u32>,
}
