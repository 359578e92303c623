//! Adjustments: why a payer paid something other than the charge (CAS), and money that belongs to no claim (PLB).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Cents;

use super::Text;
use super::quantity::Quantity;

/// CAS01: who bears the difference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum AdjustmentGroup {
    /// CO: the provider, by contract.
    Contractual,
    /// PR: the patient.
    PatientResponsibility,
    /// OA: neither, other reasons.
    Other,
    /// PI: the payer's initiative.
    PayerInitiated,
    /// CR: correction of an earlier answer (004010).
    Correction,
    /// Something else, as sent.
    Unknown(Text),
}

impl AdjustmentGroup {
    /// The group of a CAS01 code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "CO" => Self::Contractual,
            "PR" => Self::PatientResponsibility,
            "OA" => Self::Other,
            "PI" => Self::PayerInitiated,
            "CR" => Self::Correction,
            other => Self::Unknown(other.into()),
        }
    }

    /// The CAS01 code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Contractual => "CO",
            Self::PatientResponsibility => "PR",
            Self::Other => "OA",
            Self::PayerInitiated => "PI",
            Self::Correction => "CR",
            Self::Unknown(code) => code,
        }
    }
}

impl From<String> for AdjustmentGroup {
    fn from(code: String) -> Self {
        Self::from_code(&code)
    }
}

impl From<AdjustmentGroup> for String {
    fn from(group: AdjustmentGroup) -> Self {
        group.code().to_owned()
    }
}

impl fmt::Display for AdjustmentGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One reason and amount of a CAS segment, on a claim or one of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Who bears it.
    pub group: AdjustmentGroup,
    /// The claim adjustment reason code (CARC).
    pub reason: Text,
    /// What is taken off the charge; negative amounts add to the payment.
    pub amount: Cents,
    /// Units taken off, where the payer says.
    pub quantity: Option<Quantity>,
}

/// One reason and amount of a PLB segment: money at payment level that belongs to no claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderAdjustment {
    /// PLB01: the provider it concerns.
    pub provider_id: Option<Text>,
    /// PLB02: end of the provider's fiscal period.
    pub fiscal_period: Option<Date>,
    /// The reason code (WO, FB, 72, ...); empty when the file gives an amount without one.
    pub reason: Text,
    /// The reference behind the reason's colon.
    pub reference: Option<Text>,
    /// What is taken off the payment; negative amounts add to it.
    pub amount: Cents,
}
