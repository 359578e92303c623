//! An episode: a claim together with a remittance that answers it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::claim::UnknownName;

/// Where an episode stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EpisodeStatus {
    /// Put together, to be looked at.
    Pending,
    /// The remittance answers the claim.
    Linked,
    /// Worked: nothing left to do.
    Complete,
    /// The answer denies the claim, and nobody has worked it yet.
    Denied,
}

impl EpisodeStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Linked, Self::Complete, Self::Denied];

    /// The status's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Linked => "linked",
            Self::Complete => "complete",
            Self::Denied => "denied",
        }
    }
}

impl FromStr for EpisodeStatus {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|status| status.name() == name).ok_or(UnknownName)
    }
}

/// By which rule a remittance was found to answer a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRule {
    /// CLP01 = CLM01 with the same billing provider or payee.
    ControlNumber,
    /// CLP07 is the payer's number of an episode already linked, or the claim's REF*F8.
    PayerControlNumber,
    /// Member id, service date and total charge agree.
    MemberDateCharge,
    /// A person said so.
    ByHand,
}

impl LinkRule {
    /// The rule's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ControlNumber => "control_number",
            Self::PayerControlNumber => "payer_control_number",
            Self::MemberDateCharge => "member_date_charge",
            Self::ByHand => "by_hand",
        }
    }
}

impl FromStr for LinkRule {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::ControlNumber, Self::PayerControlNumber, Self::MemberDateCharge, Self::ByHand]
            .into_iter()
            .find(|rule| rule.name() == name)
            .ok_or(UnknownName)
    }
}
