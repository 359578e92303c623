//! Diagnoses of a claim: HI composites.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Text;
use super::claim::UnknownName;

/// What a diagnosis is to its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisRole {
    /// ABK / BK.
    Principal,
    /// ABJ / BJ.
    Admitting,
    /// APR / PR.
    ReasonForVisit,
    /// ABN / BN.
    ExternalCause,
    /// ABF / BF.
    Other,
}

impl DiagnosisRole {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Principal, Self::Admitting, Self::ReasonForVisit, Self::ExternalCause, Self::Other];

    /// The role's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Admitting => "admitting",
            Self::ReasonForVisit => "reason_for_visit",
            Self::ExternalCause => "external_cause",
            Self::Other => "other",
        }
    }
}

impl FromStr for DiagnosisRole {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownName)
    }
}

/// One diagnosis of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What it is to the claim.
    pub role: DiagnosisRole,
    /// The qualifier as sent: those that begin with `A` say ICD-10-CM, the others ICD-9-CM.
    pub qualifier: Text,
    /// The code as sent, upper-cased, without its point.
    pub code: Text,
    /// HI0x-9: present on admission (Y, N, U, W or 1).
    pub present_on_admission: Option<Text>,
}

impl Diagnosis {
    /// Whether the qualifier says ICD-10-CM.
    #[must_use]
    pub fn is_icd10(&self) -> bool {
        self.qualifier.starts_with('A')
    }

    /// The category: the code's first three characters.
    #[must_use]
    pub fn category(&self) -> &str {
        self.code.get(..3).unwrap_or(&self.code)
    }
}
