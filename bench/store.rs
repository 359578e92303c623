//! How many claims and remittances a second the store takes in: two lines each, in transactions of 5,000.
//!
//! `cargo bench --bench store`. Each sample fills an empty database with 20,000 of them.

#![expect(clippy::unwrap_used, reason = "a benchmark whose database fails has nothing to measure")]

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::Timestamp;
use jiff::civil::date;
use marb::model::adjustment::{Adjustment, AdjustmentGroup};
use marb::model::claim::{Claim, ClaimKind, ClaimLine, ClaimStatus};
use marb::model::denial::DenialRules;
use marb::model::diagnosis::{Diagnosis, DiagnosisRole};
use marb::model::episode::{EpisodeStatus, LinkRule};
use marb::model::ids::{ClaimId, ImportId};
use marb::model::party::{PayerAlias, PayerName, Person, ProviderName};
use marb::model::quantity::Quantity;
use marb::model::remittance::{Payment, Remittance, ServicePayment};
use marb::money::Cents;
use marb::store::claims::{self, NewClaim};
use marb::store::episodes::{self, NewEpisode};
use marb::store::error::StoreError;
use marb::store::imports::{self, NewImport};
use marb::store::payers::{self, AliasSource};
use marb::store::payments::{self, NewPayment};
use marb::store::remittances::{self, LinkState, NewRemittance};
use marb::store::{Store, StoreSettings, Transaction, providers};
use tempfile::TempDir;

const CLAIMS: i64 = 20_000;
const STEP: i64 = 5_000;

fn main() {
    divan::main();
}

/// An empty store and the import that everything belongs to; the folder lives as long.
struct Bench {
    store: Store,
    import: ImportId,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreSettings::new(folder.path().join("marb.db"))).unwrap();
        let new = NewImport {
            filename: "claims.edi",
            sha256: &"0".repeat(64),
            file_size: 1,
            practice_id: None,
            received_at: Timestamp::UNIX_EPOCH,
        };
        let import = store.write(|tx| imports::queue(tx, &new)).unwrap();
        Self { store, import, _folder: folder }
    }

    /// Calls `each` for every number, in transactions of [`STEP`].
    fn fill(&self, mut each: impl FnMut(&Transaction<'_>, i64) -> Result<(), StoreError>) {
        for start in (0..CLAIMS).step_by(usize::try_from(STEP).unwrap()) {
            self.store.write(|tx| (start..start + STEP).try_for_each(|number| each(tx, number))).unwrap();
        }
    }

    fn claim(&self, tx: &Transaction<'_>, number: i64) -> Result<ClaimId, StoreError> {
        let claim = claim(number);
        let payer_id = payers::find_or_create(tx, &claim.payer, AliasSource::Claim, Timestamp::UNIX_EPOCH)?
            .map(|payer| payer.id);
        let provider_id = providers::find_or_create(tx, &claim.billing_provider, Timestamp::UNIX_EPOCH)?
            .map(|provider| provider.id);
        claims::insert(
            tx,
            &NewClaim {
                claim: &claim,
                import_id: self.import,
                practice_id: Some("1234567893"),
                payer_id,
                provider_id,
                rendering_provider_id: provider_id,
                status: ClaimStatus::Submitted,
                supersedes: None,
                is_scored: false,
                now: Timestamp::UNIX_EPOCH,
            },
        )
    }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn claims_stored(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(CLAIMS.unsigned_abs()))
        .with_inputs(Bench::new)
        .bench_refs(|bench| bench.fill(|tx, number| bench.claim(tx, number).map(drop)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn remittances_stored_and_linked(bencher: Bencher<'_, '_>) {
    let with_claims = || {
        let bench = Bench::new();
        bench.fill(|tx, number| bench.claim(tx, number).map(drop));
        let payment = bench.store.write(|tx| store_payment(tx, bench.import)).unwrap();
        (bench, payment)
    };
    let rules = DenialRules::default();
    bencher.counter(ItemsCount::new(CLAIMS.unsigned_abs())).with_inputs(with_claims).bench_refs(
        |(bench, (payment_id, payer_id))| {
            bench.fill(|tx, number| {
                let remittance = remittance(number);
                let new = NewRemittance {
                    remittance: &remittance,
                    payment_id: *payment_id,
                    payer_id: *payer_id,
                    link_state: LinkState::Linked,
                    rules: &rules,
                    now: Timestamp::UNIX_EPOCH,
                };
                let remittance_id = remittances::insert(tx, &new)?;
                let episode = NewEpisode {
                    claim_id: ClaimId::new(number + 1),
                    remittance_id,
                    status: EpisodeStatus::Linked,
                    rule: LinkRule::ControlNumber,
                    now: Timestamp::UNIX_EPOCH,
                };
                let id = episodes::insert(tx, &episode)?;
                episodes::set_lines(tx, id, &[Some(0), Some(1)])
            });
        },
    );
}

fn store_payment(
    tx: &Transaction<'_>,
    import_id: ImportId,
) -> Result<(marb::model::ids::PaymentId, Option<marb::model::ids::PayerId>), StoreError> {
    let payment = Payment { payer: payer(0), payee: provider(0), ..Payment::default() };
    let payer_id =
        payers::find_or_create(tx, &payment.payer, AliasSource::Remittance, Timestamp::UNIX_EPOCH)?
            .map(|payer| payer.id);
    let new = NewPayment {
        payment: &payment,
        import_id,
        payer_id,
        payee_provider_id: None,
        now: Timestamp::UNIX_EPOCH,
    };
    Ok((payments::insert(tx, &new)?, payer_id))
}

fn payer(number: i64) -> PayerName {
    let id = PayerAlias { qualifier: "PI".into(), id: format!("6000{}", number % 10).into() };
    PayerName { name: Some(format!("TEST PAYER {}", number % 10).into()), ids: vec![id] }
}

fn provider(number: i64) -> ProviderName {
    ProviderName {
        name: Some(format!("TEST CLINIC {}", number % 5).into()),
        npi: Some(format!("123456789{}", number % 5).into()),
        tax_id: Some("123456789".into()),
        ..ProviderName::default()
    }
}

fn person(number: i64) -> Person {
    Person {
        last_name: Some("TESTER".into()),
        first_name: Some("TERRY".into()),
        member_id: Some(format!("W{:08}", number.wrapping_mul(7919) % 1_000_003).into()),
        birth_date: Some(date(1970, 1, 1)),
        sex: Some("F".into()),
    }
}

fn procedure(number: i64) -> String {
    format!("99{:03}", number % 300)
}

fn claim(number: i64) -> Claim {
    let day = date(2026, 1, 1 + i8::try_from(number % 28).unwrap());
    let diagnosis = |role, qualifier: &str, code: &str| Diagnosis {
        role,
        qualifier: qualifier.into(),
        code: code.into(),
        present_on_admission: None,
    };
    let line = |line_number| ClaimLine {
        line_number,
        procedure_qualifier: Some("HC".into()),
        procedure_code: Some(procedure(number + i64::from(line_number)).into()),
        modifiers: vec!["25".into()],
        charge: Cents::new(10_000),
        unit: Some("UN".into()),
        quantity: Some(Quantity::units(1)),
        diagnosis_pointers: vec![1, 2],
        service_date: Some(day),
        service_date_to: Some(day),
        ..ClaimLine::default()
    };
    Claim {
        total_charge: Cents::new(20_000),
        facility_type_code: Some("11".into()),
        frequency: Some("1".into()),
        assignment_code: Some("A".into()),
        submission_date: Some(day),
        diagnoses: vec![
            diagnosis(DiagnosisRole::Principal, "ABK", "M5450"),
            diagnosis(DiagnosisRole::Other, "ABF", "I10"),
        ],
        lines: vec![line(1), line(2)],
        billing_provider: provider(number),
        rendering_provider: Some(provider(number)),
        subscriber: person(number),
        group_number: Some(format!("G{}", number % 50).into()),
        filing_indicator: Some("CI".into()),
        payer: payer(number),
        ..Claim::new(ClaimKind::Professional, &format!("P{:09}", number.wrapping_mul(7919) % 1_000_003))
    }
}

fn remittance(number: i64) -> Remittance {
    let claim = claim(number);
    let adjustment = |group: &str, reason: &str, cents| Adjustment {
        group: AdjustmentGroup::from_code(group),
        reason: reason.into(),
        amount: Cents::new(cents),
        quantity: None,
    };
    let line = |line: &ClaimLine| ServicePayment {
        line_number: line.line_number,
        procedure_qualifier: Some("HC".into()),
        procedure_code: line.procedure_code.clone(),
        modifiers: line.modifiers.clone(),
        charge: line.charge,
        paid: Cents::new(7_000),
        service_date: line.service_date,
        adjustments: vec![adjustment("CO", "45", 1_000), adjustment("PR", "2", 2_000)],
        ..ServicePayment::default()
    };
    Remittance {
        patient_control_number: claim.patient_control_number.clone(),
        status_code: "1".into(),
        charge: claim.total_charge,
        paid: Cents::new(14_000),
        patient_responsibility: Cents::new(4_000),
        payer_claim_control_number: Some(format!("ICN{number:09}").into()),
        patient: claim.subscriber,
        lines: claim.lines.iter().map(line).collect(),
        ..Remittance::default()
    }
}
