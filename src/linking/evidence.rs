//! What speaks for and against a claim being the one that a remittance answers.

use crate::model::Text;
use crate::model::episode::LinkRule;
use crate::model::keys;

use super::facts::{ClaimFacts, ProviderIds, RemittanceFacts};

/// How two descriptions of one thing compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Known to be the same.
    Same,
    /// One of them does not say.
    Unknown,
    /// Known to be another.
    Other,
}

/// A claim beside the remittance, compared once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) claim: &'a ClaimFacts,
    /// The payee is the billing provider.
    pub(super) provider: Agreement,
    /// The members or last names are shared.
    pub(super) person: Agreement,
    /// The days of service overlap.
    pub(super) dates: Agreement,
    /// The total charges agree but for their sign.
    pub(super) charge: bool,
    /// The payer used this CLP07 for the claim before.
    pub(super) known_number: bool,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(remittance: &RemittanceFacts, claim: &'a ClaimFacts) -> Self {
        Self {
            claim,
            provider: provider(remittance, claim),
            person: person(remittance, claim),
            dates: dates(remittance, claim),
            charge: remittance.charge.abs() == claim.charge.abs(),
            known_number: claim
                .payer_control_numbers
                .iter()
                .any(|number| is_number_of(number, remittance.payer_control_number.as_deref())),
        }
    }

    /// Neither another provider's, nor another bill in person, days and charge alike.
    pub(super) fn is_possible(&self) -> bool {
        let another_bill = self.person == Agreement::Other && self.dates == Agreement::Other && !self.charge;
        self.provider != Agreement::Other && !another_bill
    }

    /// How many of charge and days agree: 0 to 2.
    pub(super) fn rank(&self) -> u8 {
        u8::from(self.charge) + u8::from(self.dates == Agreement::Same)
    }
}

/// Whether the claim says that it replaces or voids the claim which the remittance's CLP07 numbers.
pub(super) fn replaces_the_answered(remittance: &RemittanceFacts, claim: &ClaimFacts) -> bool {
    claim.replaces.as_deref().is_some_and(|f8| is_number_of(f8, remittance.payer_control_number.as_deref()))
}

fn is_number_of(number: &str, other: Option<&str>) -> bool {
    let key = keys::payer_number_key(number);
    keys::is_a_number(&key) && other.is_some_and(|other| key == keys::payer_number_key(other))
}

/// Whether the payee is the claim's billing provider.
///
/// One equal id is enough: groups and their members have several NPIs under one tax id. A payee that is another stays
/// in doubt where the answer names the billing provider as the one who treated.
fn provider(remittance: &RemittanceFacts, claim: &ClaimFacts) -> Agreement {
    let billing = &claim.billing;
    match compare_providers(&remittance.payee, billing) {
        Agreement::Other if billing.npi.is_some() && billing.npi == remittance.rendering_npi => {
            Agreement::Unknown
        }
        agreement => agreement,
    }
}

fn compare_providers(a: &ProviderIds, b: &ProviderIds) -> Agreement {
    let npi = compare_ids(a.npi.as_deref(), b.npi.as_deref(), 10);
    let tax_id = compare_ids(a.tax_id.as_deref(), b.tax_id.as_deref(), 9);
    let other = [(&a.other_id, &b.other_id), (&a.other_id, &b.tax_id), (&a.tax_id, &b.other_id)]
        .into_iter()
        .any(|(a, b)| compare_ids(a.as_deref(), b.as_deref(), 0) == Agreement::Same);
    match (npi, tax_id) {
        (Agreement::Same, _) | (_, Agreement::Same) => Agreement::Same,
        _ if other => Agreement::Same,
        (Agreement::Other, _) | (_, Agreement::Other) => Agreement::Other,
        _ => Agreement::Unknown,
    }
}

/// Compares two ids by their letters and digits; only whole ones, of `length` characters, can tell two providers apart.
fn compare_ids(a: Option<&str>, b: Option<&str>, length: usize) -> Agreement {
    let (Some(a), Some(b)) = (a.map(keys::member_id_key), b.map(keys::member_id_key)) else {
        return Agreement::Unknown;
    };
    if !a.is_empty() && a == b {
        Agreement::Same
    } else if a.len() == length && b.len() == length {
        Agreement::Other
    } else {
        Agreement::Unknown
    }
}

/// Whether patient or subscriber are the same: by a member id, else by a last name.
///
/// Another member id alone proves nothing (payers correct them); another id or none together with another name does.
fn person(remittance: &RemittanceFacts, claim: &ClaimFacts) -> Agreement {
    let share = |a: &[Text], b: &[Text]| a.iter().any(|x| b.contains(x));
    if share(&remittance.member_ids, &claim.member_ids) {
        return Agreement::Same;
    }
    let names = |names: &[Text]| names.iter().map(|n| keys::member_id_key(n)).collect::<Vec<Text>>();
    let (ours, theirs) = (names(&claim.last_names), names(&remittance.last_names));
    let ids_differ = !remittance.member_ids.is_empty() && !claim.member_ids.is_empty();
    if ours.is_empty() || theirs.is_empty() {
        Agreement::Unknown
    } else if !share(&ours, &theirs) {
        Agreement::Other
    } else if ids_differ {
        Agreement::Unknown
    } else {
        Agreement::Same
    }
}

fn dates(remittance: &RemittanceFacts, claim: &ClaimFacts) -> Agreement {
    let (Some(from), Some(claim_from)) = (remittance.service_from, claim.service_from) else {
        return Agreement::Unknown;
    };
    let to = remittance.service_to.unwrap_or(from);
    let claim_to = claim.service_to.unwrap_or(claim_from);
    if from <= claim_to && claim_from <= to { Agreement::Same } else { Agreement::Other }
}

/// Whether a link proves that the payer named by the remittance and the one named by the claim are one.
///
/// The link is by the claim's number, a member id and the charge agree, and the payer answers in the place (first,
/// second, ...) that the claim gave it: an answer of a payer to whom the claim was forwarded proves nothing.
#[must_use]
pub fn names_one_payer(remittance: &RemittanceFacts, claim: &ClaimFacts, rule: LinkRule) -> bool {
    let member = remittance.member_ids.iter().any(|id| claim.member_ids.contains(id));
    rule == LinkRule::ControlNumber
        && member
        && remittance.charge == claim.charge
        && remittance.processed_as == Some(claim.responsibility)
}
