//! Risk scores as the API shows them.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::ClaimId;
use crate::model::risk_score::{RiskLevel, RiskScore};
use crate::money::Cents;
use crate::store::risk_scores::RiskRow;

/// The score of a claim, or word that it has none yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RiskAnswer {
    /// It has one.
    Calculated {
        /// The claim.
        claim_id: ClaimId,
        /// The score with its reasons.
        #[serde(flatten)]
        score: RiskScore,
        /// When it was calculated.
        calculated_at: Timestamp,
    },
    /// It has none.
    NotYet {
        /// The claim.
        claim_id: ClaimId,
        /// That it has none.
        message: &'static str,
    },
}

/// A scored claim in the list of the riskiest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskyClaim {
    claim_id: ClaimId,
    patient_control_number: Text,
    payer_name: Option<Text>,
    total_charge_amount: Cents,
    status: ClaimStatus,
    overall_score: f64,
    risk_level: RiskLevel,
    /// How likely it is that any line is denied, 0 to 1.
    denial_probability: Option<f64>,
    /// What is likely to be lost by that.
    expected_loss: Option<Cents>,
    /// The message of the factor that adds most.
    reason: Option<String>,
    /// The first recommendation.
    recommendation: Option<String>,
    calculated_at: Timestamp,
}

impl From<RiskRow> for RiskyClaim {
    fn from(row: RiskRow) -> Self {
        Self {
            claim_id: row.claim_id,
            patient_control_number: row.patient_control_number,
            payer_name: row.payer_name,
            total_charge_amount: row.total_charge,
            status: row.status,
            overall_score: row.overall_score,
            risk_level: row.risk_level,
            denial_probability: row.denial_probability,
            expected_loss: row.expected_loss,
            reason: row.reason,
            recommendation: row.recommendation,
            calculated_at: row.calculated_at,
        }
    }
}
