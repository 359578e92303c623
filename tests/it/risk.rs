//! Scores of claims as they are read from files.

#![expect(clippy::unwrap_used, reason = "a file that is missing fails the test")]

use std::fs::File;
use std::path::Path;

use jiff::civil::date;
use marb::intake::{Intake, IntakeSettings, Item};
use marb::model::claim::Claim;
use marb::model::risk_score::{RiskLevel, RiskScore};
use marb::model::rules::{PayerRules, PracticeRules};
use marb::risk::learning::Model;
use marb::risk::payer_history::PayerHistory;
use marb::risk::weights::RiskWeights;
use marb::risk::{ScoringContext, score};

use crate::corpus;

fn scored(claim: &Claim, disabled_rules: &[&str]) -> RiskScore {
    let practice_rules = PracticeRules {
        disabled_rules: disabled_rules.iter().copied().map(Into::into).collect(),
        ..PracticeRules::default()
    };
    let context = ScoringContext {
        today: date(2026, 6, 1),
        payer_rules: &PayerRules::default(),
        payer_history: &PayerHistory::default(),
        practice_rules: &practice_rules,
        payer: None,
        patterns: &[],
        model: &Model::default(),
        repeat_of: None,
        weights: &RiskWeights::default(),
    };
    score(claim, &context)
}

/// The examples that the guide for professional claims prints.
fn guide_examples(folder: &Path) -> Vec<Claim> {
    let mut claims = Vec::new();
    for entry in std::fs::read_dir(folder.join("samples/badX12")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("X222-") {
            let mut intake = Intake::new(File::open(path).unwrap(), IntakeSettings::new(date(2026, 6, 1)));
            while let Some(item) = intake.next().unwrap() {
                if let Item::Claim(claim) = item {
                    claims.push(*claim);
                }
            }
        }
    }
    claims
}

#[test]
fn the_guides_examples_break_no_rule_but_for_their_invented_npis() {
    let Some(folder) = corpus::corpus() else {
        println!("skipped: no sample files");
        return;
    };
    let claims = guide_examples(&folder);
    assert!(!claims.is_empty());
    for claim in claims {
        let score = scored(&claim, &["billing-npi-invalid", "provider-npi-invalid"]);
        let broken: Vec<&str> =
            score.risk_factors.iter().filter(|f| f.kind != "historical").map(|f| &*f.message).collect();
        assert!(broken.is_empty(), "{}: {broken:?}", claim.patient_control_number);
        assert_eq!(score.risk_level, RiskLevel::Low);
    }
}
