//! Samples read back by the intake: what was made is what is read.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made or read fails the test")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use marb::intake::tally::Tally;
use marb::intake::{Intake, IntakeSettings, Item};
use marb::model::claim::Claim;
use marb::model::finding::Finding;
use marb::model::remittance::{Payment, Remittance};
use marb::money::Cents;
use marb::sample::batches::{BatchKind, Sample, SampleSettings};
use marb::sample::files::{write_files, write_one_file};
use marb::sample::totals::Totals;

mod round_trip;

/// What a file gives.
#[derive(Default)]
struct Contents {
    claims: Vec<Claim>,
    payments: Vec<Payment>,
    remittances: Vec<Remittance>,
    findings: Vec<Finding>,
    tally: Tally,
}

fn read(file: &[u8]) -> Contents {
    let mut intake = Intake::new(file, IntakeSettings::new(date(2027, 1, 5)));
    let mut contents = Contents::default();
    while let Some(item) = intake.next().unwrap() {
        match item {
            Item::Claim(claim) => contents.claims.push(*claim),
            Item::PaymentBegins(_) => {}
            Item::Remittance(remittance) => contents.remittances.push(*remittance),
            Item::PaymentEnds(payment) => contents.payments.push(*payment),
        }
    }
    contents.findings = intake.take_findings();
    contents.tally = intake.tally().clone();
    contents
}

/// Counts and sums of claims, remittances and payments, as they were made or as they were read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    counts: BTreeMap<&'static str, u64>,
    amounts: BTreeMap<&'static str, Cents>,
}

impl Sums {
    fn add(&mut self, counts: &[(&'static str, u64)], amounts: &[(&'static str, Cents)]) {
        for (name, count) in counts {
            *self.counts.entry(name).or_default() += count;
        }
        for (name, amount) in amounts {
            *self.amounts.entry(name).or_default() += *amount;
        }
    }

    fn made(&mut self, totals: &Totals) {
        let Totals { claims, remittances, payments, bytes, .. } = totals;
        let group = |code: &str| remittances.adjustments.get(code).copied().unwrap_or_default();
        self.add(
            &[
                ("bytes", *bytes),
                ("claims", claims.count),
                ("lines", claims.lines),
                ("professional", claims.professional),
                ("institutional", claims.institutional),
                ("dental", claims.dental),
                ("remittances", remittances.count),
                ("service payments", remittances.lines),
                ("reversals", remittances.reversals),
                ("denied", remittances.denied),
                ("partly denied", remittances.partly_denied),
                ("adjustments", remittances.adjustment_count),
                ("payments", payments.count),
                ("provider adjustments", payments.provider_adjustment_count),
            ],
            &[
                ("charge", claims.charge),
                ("line charge", claims.line_charge),
                ("answered charge", remittances.charge),
                ("paid", remittances.paid),
                ("patient responsibility", remittances.patient_responsibility),
                ("answered line charge", remittances.line_charge),
                ("line paid", remittances.line_paid),
                ("CO", group("CO")),
                ("PR", group("PR")),
                ("OA", group("OA")),
                ("PI", group("PI")),
                ("payments", payments.total),
                ("provider adjustments", payments.provider_adjustments),
            ],
        );
    }

    fn read(&mut self, tally: &Tally) {
        let Tally { claims, remittances, payments, bytes, .. } = tally;
        let others = claims.other_payer_adjustments;
        let groups = remittances.adjustments;
        self.add(
            &[
                ("bytes", *bytes),
                ("claims", claims.count),
                ("lines", claims.lines),
                ("professional", claims.professional),
                ("institutional", claims.institutional),
                ("dental", claims.dental),
                ("remittances", remittances.count),
                ("service payments", remittances.lines),
                ("reversals", remittances.reversals),
                ("denied", remittances.denied),
                ("partly denied", remittances.partly_denied),
                ("adjustments", remittances.adjustment_count - claims.other_payer_adjustment_count),
                ("payments", payments.count),
                ("provider adjustments", payments.provider_adjustment_count),
            ],
            &[
                ("charge", claims.charge),
                ("line charge", claims.line_charge),
                ("answered charge", remittances.charge),
                ("paid", remittances.paid),
                ("patient responsibility", remittances.patient_responsibility),
                ("answered line charge", remittances.line_charge),
                ("line paid", remittances.line_paid),
                ("CO", groups.contractual - others.contractual),
                ("PR", groups.patient - others.patient),
                ("OA", groups.other_adjustment - others.other_adjustment),
                ("PI", groups.payer_initiated - others.payer_initiated),
                ("payments", payments.total),
                ("provider adjustments", payments.provider_adjustments),
            ],
        );
    }
}

fn settings(claims: u64) -> SampleSettings {
    SampleSettings { claims, ..SampleSettings::default() }
}

/// What the planted defects, the branch office's long numbers and the envelopes' usage indicator raise.
const EXPECTED_FINDINGS: [&str; 7] = [
    "npi-check-digit",
    "pointer-to-nothing",
    "diagnosis-missing",
    "diagnosis-not-full-length",
    "charges-do-not-add-up",
    "control-number-long",
    "test-file",
];

#[test]
fn what_was_made_is_what_is_read_and_every_answer_balances() {
    let mut sample = Sample::new(&settings(3_000));
    let (mut made, mut found, mut rules) = (Sums::default(), Sums::default(), BTreeSet::new());
    for batch in sample.by_ref() {
        let batch = batch.unwrap();
        let contents = read(&batch.content);
        let tally = &contents.tally;
        assert_eq!(tally.remittances.unbalanced, 0, "{}", batch.file_name);
        assert_eq!(tally.payments.unbalanced, 0, "{}", batch.file_name);
        let kinds = (tally.claims.count > 0, tally.remittances.count > 0);
        assert_eq!(kinds, (batch.kind == BatchKind::Claims, batch.kind == BatchKind::Remittances));
        rules.extend(contents.findings.into_iter().map(|finding| finding.rule));
        found.read(tally);
    }
    made.made(sample.totals());
    assert_eq!(found, made);
    assert_eq!(rules, EXPECTED_FINDINGS.map(Cow::from).into());
}

#[test]
fn a_file_of_any_size_can_be_made_for_a_bench() {
    for kind in [BatchKind::Claims, BatchKind::Remittances] {
        for bytes in [1_000, 2_000_000] {
            let mut file = Vec::new();
            let totals = write_one_file(&mut file, kind, bytes, &settings(0)).unwrap();
            assert_eq!(totals.bytes, file.len() as u64);
            assert!((bytes..bytes + bytes / 4 + 10_000).contains(&totals.bytes), "{bytes}: {}", totals.bytes);
            let (mut made, mut found) = (Sums::default(), Sums::default());
            made.made(&totals);
            found.read(&read(&file).tally);
            assert_eq!(found, made);
        }
    }
}

#[test]
fn a_folder_holds_the_files_and_says_that_they_are_synthetic() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    let totals = write_files(folder.path(), &settings(60), |totals| seen.push(totals.files)).unwrap();
    assert_eq!(seen, (1..=totals.files).collect::<Vec<_>>());
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.remove(0), "README.txt");
    assert_eq!(names.len() as u64, totals.files);
    assert!(names.iter().all(|name| name.starts_with("claims-20") || name.starts_with("remits-20")));
    let readme = std::fs::read_to_string(folder.path().join("README.txt")).unwrap();
    assert!(readme.contains("synthetic"));
    let file = std::fs::read(folder.path().join(&names[0])).unwrap();
    assert_eq!(&file[102..104], b"T*", "ISA15 says that it is a test");
}
