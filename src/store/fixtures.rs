//! Values for tests: a store in a folder of its own, a claim and a remittance that fill every field.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use tempfile::TempDir;

use crate::model::Text;
use crate::model::adjustment::{Adjustment, AdjustmentGroup, ProviderAdjustment};
use crate::model::claim::{
    Claim, ClaimKind, ClaimLine, ClaimStatus, Origin, OtherPayer, PayerResponsibility,
};
use crate::model::denial::DenialRules;
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::model::finding::Warning;
use crate::model::ids::{ClaimId, ImportId, PaymentId, RemittanceId};
use crate::model::party::{PayerAlias, PayerName, Person, ProviderName};
use crate::model::quantity::Quantity;
use crate::model::remittance::{Payment, Remittance, ServicePayment};
use crate::money::Cents;

use super::claims::NewClaim;
use super::error::StoreError;
use super::imports::NewImport;
use super::payers::AliasSource;
use super::payments::NewPayment;
use super::remittances::{LinkState, NewRemittance};
use super::sql::Transaction;
use super::{Store, StoreSettings, claims, imports, payers, payments, providers, remittances};

/// A store that vanishes with its folder.
pub(super) struct TestStore {
    pub(super) store: Store,
    pub(super) folder: TempDir,
}

impl TestStore {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&settings(&folder)).unwrap();
        Self { store, folder }
    }

    pub(super) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(work).unwrap()
    }
}

pub(super) fn settings(folder: &TempDir) -> StoreSettings {
    let mut settings = StoreSettings::new(folder.path().join("marb.db"));
    settings.readers = 2;
    settings.busy_timeout = Duration::from_secs(20);
    settings
}

/// The moment at which tests take place.
pub(super) fn now() -> Timestamp {
    "2026-03-31T12:00:00.125Z".parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "most fields may be missing; this fills them")]
pub(super) fn some(text: &str) -> Option<Text> {
    Some(text.into())
}

/// A file that was received, its bytes told apart by `digit`.
pub(super) fn import(tx: &Transaction<'_>, digit: char) -> Result<ImportId, StoreError> {
    let sha256: String = std::iter::repeat_n(digit, 64).collect();
    imports::queue(
        tx,
        &NewImport {
            filename: "claims.edi",
            sha256: &sha256,
            file_size: 4711,
            practice_id: None,
            received_at: now(),
        },
    )
}

pub(super) fn payer_name(name: &str, ids: &[(&str, &str)]) -> PayerName {
    let alias =
        |(qualifier, id): &(&str, &str)| PayerAlias { qualifier: (*qualifier).into(), id: (*id).into() };
    PayerName { name: some(name), ids: ids.iter().map(alias).collect() }
}

pub(super) fn provider_name(name: &str, npi: Option<&str>, tax_id: Option<&str>) -> ProviderName {
    ProviderName {
        name: some(name),
        npi: npi.map(Text::from),
        tax_id: tax_id.map(Text::from),
        ..ProviderName::default()
    }
}

fn role(name: &str) -> ProviderName {
    ProviderName {
        is_person: true,
        first_name: some("Test"),
        taxonomy: some("207Q00000X"),
        other_id: some("X1"),
        ..provider_name(name, Some("1234567893"), Some("123456789"))
    }
}

pub(super) fn person(last_name: &str, member_id: &str) -> Person {
    Person {
        last_name: some(last_name),
        first_name: some("Test"),
        member_id: some(member_id),
        birth_date: Some(date(1980, 2, 29)),
        sex: some("F"),
    }
}

pub(super) fn adjustment(group: &str, reason: &str, cents: i64) -> Adjustment {
    Adjustment {
        group: AdjustmentGroup::from_code(group),
        reason: reason.into(),
        amount: Cents::new(cents),
        quantity: Some(Quantity::new(1500)),
    }
}

fn warnings() -> Vec<Warning> {
    vec![Warning { rule: "claim-charge".into(), message: "the lines do not add up".into(), segment: 12 }]
}

fn origin() -> Origin {
    Origin {
        byte: 106,
        segment: 9,
        interchange_control: some("000000001"),
        transaction_control: some("0001"),
    }
}

/// A line that fills every field.
fn rich_line(line_number: u32) -> ClaimLine {
    ClaimLine {
        line_number,
        procedure_qualifier: some("HC"),
        procedure_code: some("99213"),
        modifiers: vec!["25".into(), "59".into()],
        revenue_code: some("0450"),
        charge: Cents::new(7_550),
        unit: some("UN"),
        quantity: Some(Quantity::new(500)),
        place_of_service: some("11"),
        diagnosis_pointers: vec![1, 12],
        service_date: Some(date(2026, 3, 1)),
        service_date_to: Some(date(2026, 3, 2)),
        control_number: some("L1"),
        prior_authorization: some("A2"),
        rendering_provider: Some(role("Line")),
        other_payer_adjustments: vec![adjustment("CO", "45", 100), adjustment("ZZ", "1", -5)],
        byte: 300,
        segment: 20,
    }
}

/// A claim that fills every field.
pub(super) fn rich_claim() -> Claim {
    let diagnosis = |role, qualifier: &str, code: &str| Diagnosis {
        role,
        qualifier: qualifier.into(),
        code: code.into(),
        present_on_admission: some("Y"),
    };
    Claim {
        total_charge: Cents::new(15_100),
        facility_type_code: some("11"),
        frequency: some("1"),
        provider_signature: some("Y"),
        assignment_code: some("A"),
        benefits_assignment: some("W"),
        release_of_information: some("I"),
        is_predetermination: true,
        payer_claim_control_number: some("PCN-7"),
        prior_authorization: some("AUTH1"),
        referral_number: some("REF1"),
        clearinghouse_trace: some("TRACE1"),
        medical_record_number: some("MRN1"),
        statement_from: Some(date(2026, 3, 1)),
        statement_to: Some(date(2026, 3, 2)),
        admission_date: Some(date(2026, 3, 3)),
        discharge_date: Some(date(2026, 3, 4)),
        onset_date: Some(date(2026, 2, 5)),
        submission_date: Some(date(2026, 3, 6)),
        diagnoses: vec![
            diagnosis(DiagnosisRole::Principal, "ABK", "M5450"),
            diagnosis(DiagnosisRole::Admitting, "ABJ", "R079"),
            diagnosis(DiagnosisRole::ReasonForVisit, "APR", "R51"),
            diagnosis(DiagnosisRole::ExternalCause, "ABN", "W010"),
            diagnosis(DiagnosisRole::Other, "BF", "4019"),
        ],
        lines: vec![rich_line(1), ClaimLine { line_number: 1, ..ClaimLine::default() }],
        billing_provider: provider_name("Test Clinic", Some("1245319599"), Some("987654321")),
        rendering_provider: Some(role("Rendering")),
        referring_provider: Some(role("Referring")),
        supervising_provider: Some(role("Supervising")),
        attending_provider: Some(role("Attending")),
        operating_provider: Some(role("Operating")),
        service_facility: Some(ProviderName::default()),
        subscriber: person("Subscriber", "M-100"),
        patient: Some(person("Patient", "M-100-2")),
        group_number: some("G1"),
        filing_indicator: some("CI"),
        responsibility: PayerResponsibility::Secondary,
        payer: payer_name("Test Payer", &[("PI", "60001"), ("2U", "77")]),
        other_payers: vec![
            OtherPayer {
                responsibility: PayerResponsibility::Primary,
                payer: payer_name("Other Payer", &[]),
                paid: Some(Cents::new(5_000)),
                adjustments: vec![adjustment("PR", "1", 2_000), adjustment("OA", "23", 3)],
            },
            OtherPayer { responsibility: PayerResponsibility::Tertiary, ..OtherPayer::default() },
        ],
        origin: origin(),
        is_incomplete: true,
        warnings: warnings(),
        ..Claim::new(ClaimKind::Institutional, "Pat-0001")
    }
}

/// A professional claim of one line with nothing unusual.
pub(super) fn plain_claim(number: &str) -> Claim {
    let line = ClaimLine {
        other_payer_adjustments: Vec::new(),
        rendering_provider: None,
        charge: Cents::new(10_000),
        ..rich_line(1)
    };
    Claim {
        total_charge: Cents::new(10_000),
        frequency: some("1"),
        lines: vec![line],
        billing_provider: provider_name("Test Clinic", Some("1245319599"), Some("987654321")),
        subscriber: person("Subscriber", "M-100"),
        payer: payer_name("Test Payer", &[("PI", "60001")]),
        ..Claim::new(ClaimKind::Professional, number)
    }
}

/// Stores a claim with its payer and providers, as an import does.
pub(super) fn store_claim(
    tx: &Transaction<'_>,
    import_id: ImportId,
    claim: &Claim,
) -> Result<ClaimId, StoreError> {
    let payer = payers::find_or_create(tx, &claim.payer, AliasSource::Claim, now())?;
    let provider = |name: &ProviderName| {
        Ok::<_, StoreError>(providers::find_or_create(tx, name, now())?.map(|named| named.id))
    };
    let rendering = claim.rendering_provider.as_ref();
    claims::insert(
        tx,
        &NewClaim {
            claim,
            import_id,
            practice_id: claim.billing_provider.npi.as_deref(),
            payer_id: payer.map(|named| named.id),
            provider_id: provider(&claim.billing_provider)?,
            rendering_provider_id: rendering.map(provider).transpose()?.flatten(),
            status: ClaimStatus::Submitted,
            supersedes: None,
            is_scored: false,
            now: now(),
        },
    )
}

/// A payment that fills every field.
pub(super) fn rich_payment() -> Payment {
    Payment {
        amount: Cents::new(5_000),
        method: some("ACH"),
        date: Some(date(2026, 3, 20)),
        check_number: some("EFT1"),
        payer: payer_name("Test Payer Inc", &[("XV", "99001"), ("TRN03", "1123456789")]),
        payee: provider_name("Test Clinic", Some("1245319599"), None),
        production_date: Some(date(2026, 3, 19)),
        remittances_paid: Cents::new(6_001),
        provider_adjustments: vec![ProviderAdjustment {
            provider_id: some("1245319599"),
            fiscal_period: Some(date(2026, 12, 31)),
            reason: "WO".into(),
            reference: some("R1"),
            amount: Cents::new(1_000),
        }],
        origin: origin(),
    }
}

/// A remittance that fills every field: one line paid in part, one denied.
pub(super) fn rich_remittance() -> Remittance {
    let paid = ServicePayment {
        line_number: 1,
        procedure_qualifier: some("HC"),
        procedure_code: some("99213"),
        modifiers: vec!["25".into()],
        billed_procedure_code: some("99214"),
        billed_modifiers: vec!["25".into(), "59".into()],
        charge: Cents::new(10_000),
        paid: Cents::new(6_000),
        revenue_code: some("0450"),
        units_paid: Some(Quantity::units(1)),
        units_billed: Some(Quantity::units(2)),
        service_date: Some(date(2026, 3, 1)),
        service_date_to: Some(date(2026, 3, 2)),
        control_number: some("L1"),
        allowed: Some(Cents::new(8_000)),
        adjustments: vec![adjustment("CO", "45", 2_000), adjustment("PR", "2", 2_000)],
        remark_codes: vec!["N362".into()],
        byte: 900,
        segment: 30,
    };
    let denied = ServicePayment {
        line_number: 2,
        procedure_code: some("97110"),
        charge: Cents::new(5_000),
        adjustments: vec![adjustment("CO", "197", 5_000)],
        ..ServicePayment::default()
    };
    Remittance {
        patient_control_number: "PAT-0001".into(),
        status_code: "1".into(),
        charge: Cents::new(15_100),
        paid: Cents::new(6_000),
        patient_responsibility: Cents::new(2_000),
        filing_indicator: some("12"),
        payer_claim_control_number: some("PCN-9"),
        facility_type_code: some("11"),
        frequency: some("1"),
        drg_code: some("470"),
        patient: person("Patient", "M-100-2"),
        subscriber: Some(person("Subscriber", "M100")),
        rendering_provider: Some(role("Rendering")),
        corrected_insured: Some(Person::default()),
        crossover_payer: Some(payer_name("Next Payer", &[("PI", "5")])),
        statement_from: Some(date(2026, 3, 1)),
        statement_to: Some(date(2026, 3, 2)),
        received_date: Some(date(2026, 3, 7)),
        coverage_amount: Some(Cents::new(8_000)),
        adjustments: vec![adjustment("OA", "23", 100)],
        remark_codes: vec!["MA01".into(), "MA07".into()],
        lines: vec![paid, denied],
        origin: origin(),
        is_incomplete: true,
        warnings: warnings(),
    }
}

/// Stores the head of a payment with its payer and payee, as an import does.
pub(super) fn store_payment(
    tx: &Transaction<'_>,
    import_id: ImportId,
    payment: &Payment,
) -> Result<PaymentId, StoreError> {
    let payer = payers::find_or_create(tx, &payment.payer, AliasSource::Remittance, now())?;
    let provider = providers::find_or_create(tx, &payment.payee, now())?;
    payments::insert(
        tx,
        &NewPayment {
            payment,
            import_id,
            payer_id: payer.map(|named| named.id),
            payee_provider_id: provider.map(|named| named.id),
            now: now(),
        },
    )
}

/// Stores a remittance under the payer of its payment.
pub(super) fn store_remittance(
    tx: &Transaction<'_>,
    payment_id: PaymentId,
    remittance: &Remittance,
) -> Result<RemittanceId, StoreError> {
    let payer_id = payments::load(tx, payment_id)?.and_then(|payment| payment.payer_id);
    let rules = DenialRules::default();
    let link_state = LinkState::Unlinked;
    remittances::insert(
        tx,
        &NewRemittance { remittance, payment_id, payer_id, link_state, rules: &rules, now: now() },
    )
}
