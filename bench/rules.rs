//! What the rules cost a claim, and a look-up in ICD-10-CM. `cargo bench --bench rules`; one sample is 1,000 of them.

#![expect(clippy::unwrap_used, reason = "a benchmark whose sample fails has nothing to measure")]

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::civil::{Date, date};
use marb::intake::{Intake, IntakeSettings, Item};
use marb::model::claim::Claim;
use marb::model::icd10cm;
use marb::model::rules::{PayerRules, PracticeRules};
use marb::risk::learning::Model;
use marb::risk::payer_history::PayerHistory;
use marb::risk::weights::RiskWeights;
use marb::risk::{ScoringContext, rules, score};
use marb::sample::batches::{BatchKind, Sample, SampleSettings};

const TODAY: Date = date(2026, 6, 1);

static CLAIMS: LazyLock<Vec<Claim>> = LazyLock::new(|| {
    let sample = Sample::new(&SampleSettings { claims: 1_500, seed: 1, ..SampleSettings::default() });
    let mut claims = Vec::new();
    for batch in sample.map(Result::unwrap).filter(|batch| batch.kind == BatchKind::Claims) {
        let mut intake = Intake::new(&*batch.content, IntakeSettings::new(TODAY));
        while let Some(item) = intake.next().unwrap() {
            if let Item::Claim(claim) = item {
                claims.push(*claim);
            }
        }
    }
    claims.truncate(1_000);
    claims
});

fn main() {
    divan::main();
}

fn of_each<T>(bencher: Bencher<'_, '_>, ask: impl Fn(&Claim, &ScoringContext<'_>) -> T + Sync) {
    let context = ScoringContext {
        today: TODAY,
        payer_rules: &PayerRules::default(),
        payer_history: &PayerHistory::default(),
        practice_rules: &PracticeRules::default(),
        payer: None,
        patterns: &[],
        model: &Model::default(),
        repeat_of: None,
        weights: &RiskWeights::default(),
    };
    bencher.counter(ItemsCount::new(CLAIMS.len())).bench_local(|| {
        for claim in CLAIMS.iter() {
            black_box(ask(black_box(claim), &context));
        }
    });
}

#[divan::bench]
fn rules_of_a_claim(bencher: Bencher<'_, '_>) {
    of_each(bencher, rules::findings);
}

#[divan::bench]
fn score_of_a_claim(bencher: Bencher<'_, '_>) {
    of_each(bencher, score);
}

#[divan::bench]
fn diagnosis(bencher: Bencher<'_, '_>) {
    let codes = ["I10", "E119", "J069", "S52501A", "M5450", "W19XXXA", "Z0000", "E11", "I100", "QA00101"];
    bencher.counter(ItemsCount::new(1_000_usize)).bench_local(|| {
        for code in codes.iter().cycle().take(1_000) {
            black_box(icd10cm::lookup(black_box(code), black_box(TODAY)));
        }
    });
}
