//! How good the risk estimates are, on samples whose truth is known.

#![expect(clippy::unwrap_used, reason = "a benchmark whose sample fails has nothing to measure")]
#![expect(clippy::print_stdout, reason = "it prints its table")]

use std::time::Instant;

use jiff::ToSpan;
use marb::model::Text;
use marb::model::billed::AnsweredClaim;
use marb::model::denial::DenialRules;
use marb::model::rules::{PayerRules, PracticeRules};
use marb::risk::boosting::Growth;
use marb::risk::evaluation::{self, Evaluation, Prediction};
use marb::risk::experience::Experience;
use marb::risk::learning::Model;
use marb::risk::payer_history::PayerHistory;
use marb::risk::weights::RiskWeights;
use marb::risk::{ScoringContext, rules};
use marb::sample::batches::SampleSettings;
use marb::sample::scenario::Scenario;
use marb::sample::truth::{Told, Truth};

const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// Each scenario with each seed: 20,000 claims over 12 months, learned from the first 9, tested on the last 3.
fn main() {
    println!(
        "scenario     seed |  lines: AUC  truth  diff   ECE   Brier  top10% | payer AUC  Brier | rules AUC  Brier | claims: AUC  truth  diff   ECE | sec"
    );
    for scenario in Scenario::ALL {
        for seed in SEEDS {
            measure(&SampleSettings { claims: 20_000, seed, scenario, ..SampleSettings::default() });
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn measure(settings: &SampleSettings) {
    let told = told(settings);
    let mut experience = Experience::default();
    for (_, answered) in &told {
        experience.add(answered);
    }
    experience.sort();
    let tested_from = settings.start.checked_add(9.months()).unwrap();
    let middle = experience.first_since(tested_from);
    let later = middle..experience.claims();
    let start = Instant::now();
    let found =
        evaluation::held_against(&experience, 0..middle, later, &Growth::default(), &|| true).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let later = told.iter().filter(|(_, answered)| answered.paid_on >= tested_from);
    print(settings, &found, truth(later), seconds);
}

/// The answered claims of a sample, each with the truth about it.
fn told(settings: &SampleSettings) -> Vec<(Told, AnsweredClaim)> {
    let denial = DenialRules::default();
    let with_answer = |told: Told| {
        let mut answered = told.answered(&denial)?;
        answered.broken_rules = broken_rules(&told);
        Some((told, answered))
    };
    Truth::of(settings).filter_map(with_answer).collect()
}

fn broken_rules(told: &Told) -> Vec<Text> {
    let context = ScoringContext {
        today: told.claim.submission_date.unwrap(),
        payer: None,
        payer_rules: &PayerRules::default(),
        payer_history: &PayerHistory::default(),
        practice_rules: &PracticeRules::default(),
        model: &Model::default(),
        patterns: &[],
        repeat_of: None,
        weights: &RiskWeights::default(),
    };
    rules::findings(&told.claim, &context).iter().map(|finding| finding.rule.into()).collect()
}

/// The AUC of the true probabilities, of lines and of claims.
fn truth<'a>(told: impl Iterator<Item = &'a (Told, AnsweredClaim)>) -> [f64; 2] {
    let (mut lines, mut claims) = (Vec::new(), Vec::new());
    let prediction = |probability, is_denied| Prediction { probability, is_denied, dollars: 0.0 };
    for (told, answered) in told {
        lines.extend(answered.lines.iter().map(|line| {
            let probability = line.line.map_or(told.probability, |place| told.probabilities[place]);
            prediction(probability, line.is_denied)
        }));
        let is_denied = answered.lines.iter().any(|line| line.is_denied);
        claims.push(prediction(told.probability, is_denied));
    }
    [lines, claims].map(|predictions| evaluation::auc(&predictions).unwrap())
}

fn print(settings: &SampleSettings, found: &Evaluation, truth: [f64; 2], seconds: f64) {
    let SampleSettings { scenario, seed, .. } = settings;
    let [lines, claims] = [&found.lines, &found.claims];
    let [lines_auc, claims_auc] = [lines, claims].map(|measures| measures.auc.unwrap());
    let baselines = &lines.baselines;
    println!(
        "{scenario:12} {seed:4} | {lines_auc:11.4} {:6.4} {:5.3} {:5.3} {:7.4} {:7.2} | {:9.4} {:6.4} | {:9.4} {:6.4} | {claims_auc:11.4} {:6.4} {:5.3} {:5.3} | {seconds:.1}",
        truth[0],
        truth[0] - lines_auc,
        lines.calibration_error.unwrap(),
        lines.brier.unwrap(),
        lines.top_decile_dollar_share.unwrap(),
        baselines.payer_rate.auc.unwrap(),
        baselines.payer_rate.brier.unwrap(),
        baselines.rules.auc.unwrap(),
        baselines.rules.brier.unwrap(),
        truth[1],
        truth[1] - claims_auc,
        claims.calibration_error.unwrap(),
    );
}
