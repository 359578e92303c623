//! What linking has to know of a remittance and of a claim.

use jiff::civil::Date;

use crate::model::Text;
use crate::model::claim::{Claim, PayerResponsibility};
use crate::model::ids::{ClaimId, PayerId};
use crate::model::keys;
use crate::model::party::{Person, ProviderName};
use crate::model::remittance::{Payment, Remittance};
use crate::money::Cents;

/// The ids of a billing provider or payee, as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderIds {
    /// The NPI.
    pub npi: Option<Text>,
    /// The tax id, with or without its hyphen.
    pub tax_id: Option<Text>,
    /// Any other id, such as one assigned by a payer.
    pub other_id: Option<Text>,
}

impl From<&ProviderName> for ProviderIds {
    fn from(provider: &ProviderName) -> Self {
        Self {
            npi: provider.npi.clone(),
            tax_id: provider.tax_id.clone(),
            other_id: provider.other_id.clone(),
        }
    }
}

/// What a remittance says of the claim that it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemittanceFacts {
    /// CLP01 as sent.
    pub control_number: Text,
    /// CLP07 as sent.
    pub payer_control_number: Option<Text>,
    /// CLP03; negative on a reversal.
    pub charge: Cents,
    /// First day of service.
    pub service_from: Option<Date>,
    /// Last day of service.
    pub service_to: Option<Date>,
    /// Ids of the patient and the subscriber, as [`keys::member_id_key`].
    pub member_ids: Vec<Text>,
    /// Last names of the patient and the subscriber.
    pub last_names: Vec<Text>,
    /// N1*PE.
    pub payee: ProviderIds,
    /// NPI of NM1*82.
    pub rendering_npi: Option<Text>,
    /// CLP02 where it says in which order this payer paid.
    pub processed_as: Option<PayerResponsibility>,
    /// CLP09: the frequency of the claim it answers.
    pub frequency: Option<Text>,
    /// CLP02 = 22.
    pub is_reversal: bool,
    /// CLP02 = 25.
    pub is_predetermination: bool,
    /// When it was decided: the payment's date. A claim sent later cannot be what it answers.
    pub decided_on: Option<Date>,
    /// The payer's row, where known.
    pub payer: Option<PayerId>,
}

impl RemittanceFacts {
    /// The facts of a remittance of this payment.
    #[must_use]
    pub fn new(remittance: &Remittance, payment: &Payment) -> Self {
        let corrected = remittance.corrected_insured.as_ref();
        let persons =
            || std::iter::once(&remittance.patient).chain(remittance.subscriber.as_ref()).chain(corrected);
        let last_of_lines =
            remittance.lines.iter().filter_map(|l| l.service_date_to.or(l.service_date)).max();
        let from = remittance.first_service_date();
        Self {
            control_number: remittance.patient_control_number.clone(),
            payer_control_number: remittance.payer_claim_control_number.clone(),
            charge: remittance.charge,
            service_from: from,
            service_to: last_of_lines.or(remittance.statement_to).or(from),
            member_ids: member_ids(persons()),
            last_names: last_names(persons()),
            payee: ProviderIds::from(&payment.payee),
            rendering_npi: remittance.rendering_provider.as_ref().and_then(|p| p.npi.clone()),
            processed_as: processed_as(&remittance.status_code),
            frequency: remittance.frequency.clone(),
            is_reversal: remittance.is_reversal(),
            is_predetermination: remittance.is_predetermination(),
            decided_on: payment.date.or(payment.production_date),
            payer: None,
        }
    }
}

/// CLP02: 1 and 19 say primary, 2 and 20 secondary, 3 and 21 tertiary; the others do not say.
fn processed_as(status_code: &str) -> Option<PayerResponsibility> {
    match status_code {
        "1" | "19" => Some(PayerResponsibility::Primary),
        "2" | "20" => Some(PayerResponsibility::Secondary),
        "3" | "21" => Some(PayerResponsibility::Tertiary),
        _ => None,
    }
}

/// Whether a claim has been answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// No remittance is linked to it.
    NotYet,
    /// A remittance is.
    Yes,
    /// The last answer was taken back (CLP02 = 22): a correction is due.
    TakenBack,
}

/// What is known of a stored claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimFacts {
    /// The claim.
    pub id: ClaimId,
    /// CLM01 as sent.
    pub control_number: Text,
    /// REF*F8 as sent: the payer's number of the claim that this one replaces or voids.
    pub replaces: Option<Text>,
    /// CLP07 of the remittances linked to it so far, as sent.
    pub payer_control_numbers: Vec<Text>,
    /// Whether a remittance is linked to it.
    pub answered: Answered,
    /// CLM02.
    pub charge: Cents,
    /// First day of service.
    pub service_from: Option<Date>,
    /// Last day of service.
    pub service_to: Option<Date>,
    /// When it was sent.
    pub submission_date: Option<Date>,
    /// Ids of the subscriber and the patient, as [`keys::member_id_key`].
    pub member_ids: Vec<Text>,
    /// Last names of the subscriber and the patient.
    pub last_names: Vec<Text>,
    /// The billing provider.
    pub billing: ProviderIds,
    /// Whether the payer it was sent to pays first, second or later.
    pub responsibility: PayerResponsibility,
    /// CLM05-3.
    pub frequency: Option<Text>,
    /// CLM19 = PB.
    pub is_predetermination: bool,
    /// Replaced, voided or a repeat: another submission counts in its place.
    pub is_superseded: bool,
    /// The payer's row, where known.
    pub payer: Option<PayerId>,
}

impl ClaimFacts {
    /// The facts of a claim that nothing answers yet and no other submission supersedes.
    #[must_use]
    pub fn new(id: ClaimId, claim: &Claim) -> Self {
        let persons = || std::iter::once(&claim.subscriber).chain(claim.patient.as_ref());
        Self {
            id,
            control_number: claim.patient_control_number.clone(),
            replaces: claim.payer_claim_control_number.clone(),
            payer_control_numbers: Vec::new(),
            answered: Answered::NotYet,
            charge: claim.total_charge,
            service_from: claim.first_service_date(),
            service_to: claim.last_service_date(),
            submission_date: claim.submission_date,
            member_ids: member_ids(persons()),
            last_names: last_names(persons()),
            billing: ProviderIds::from(&claim.billing_provider),
            responsibility: claim.responsibility,
            frequency: claim.frequency.clone(),
            is_predetermination: claim.is_predetermination,
            is_superseded: false,
            payer: None,
        }
    }
}

/// The distinct member ids of these persons, in their compared form.
fn member_ids<'a>(persons: impl Iterator<Item = &'a Person>) -> Vec<Text> {
    let mut ids: Vec<Text> = Vec::new();
    for key in persons.filter_map(|p| p.member_id.as_deref()).map(keys::member_id_key) {
        if !key.is_empty() && !ids.contains(&key) {
            ids.push(key);
        }
    }
    ids
}

fn last_names<'a>(persons: impl Iterator<Item = &'a Person>) -> Vec<Text> {
    persons.filter_map(|p| p.last_name.clone()).collect()
}
