//! Who is named in a file: payers, providers and persons, as the file spells them.

use serde::{Deserialize, Serialize};

use jiff::civil::Date;

use super::Text;

/// A payer as one file names it: a name and any ids it gives (NM1*PR, N1*PR, REF*2U, TRN03, BPR10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PayerName {
    /// The name as sent.
    pub name: Option<Text>,
    /// The ids, each with where it came from, in order of trust.
    pub ids: Vec<PayerAlias>,
}

/// One id of a payer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PayerAlias {
    /// What kind of id: the X12 qualifier (`PI`, `XV`, `2U`, `NF`, ...), `TRN03` or `BPR10`.
    pub qualifier: Text,
    /// The id as sent, blanks trimmed.
    pub id: Text,
}

/// A provider as one file names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ProviderName {
    /// Whether NM102 says person (1) rather than organisation (2).
    pub is_person: bool,
    /// Last name, or the organisation's name.
    pub name: Option<Text>,
    /// First name of a person.
    pub first_name: Option<Text>,
    /// NM109 with qualifier XX as sent; its check digit may be wrong.
    pub npi: Option<Text>,
    /// REF*EI or REF*SY, or N1*FI: digits as sent.
    pub tax_id: Option<Text>,
    /// PRV03, the taxonomy code.
    pub taxonomy: Option<Text>,
    /// Any other id (payer-assigned and the like): NM109 with another qualifier.
    pub other_id: Option<Text>,
}

impl ProviderName {
    /// Whether the file said nothing that could tell this provider from another.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.npi.is_none() && self.tax_id.is_none() && self.name.is_none() && self.other_id.is_none()
    }
}

/// A patient or subscriber as one file names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Last name, or an organisation's (workers' compensation names the employer).
    pub last_name: Option<Text>,
    /// First name.
    pub first_name: Option<Text>,
    /// NM109 with qualifier MI (or II, and what 835s use: HN, 34): the member id.
    pub member_id: Option<Text>,
    /// DMG02.
    pub birth_date: Option<Date>,
    /// DMG03: F, M or U.
    pub sex: Option<Text>,
}
