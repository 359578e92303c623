//! Risk scores over HTTP: before and after they are calculated, and what the rules of payer and practice do to them.

use hyper::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS, CLAIMS_AGAIN};

/// The rules that add to the score of a claim.
#[track_caller]
fn factors(score: &Value) -> Vec<Value> {
    score["risk_factors"].as_array().into_iter().flatten().map(|factor| factor["rule"].clone()).collect()
}

#[test]
fn a_claim_has_a_score_as_soon_as_it_is_imported() {
    let app = App::holding(&[CLAIMS]);
    assert_snapshot!("risk", app.get("/api/v1/risk/1").shown());
}

#[test]
fn a_claim_without_a_score_says_so_until_it_is_calculated() {
    let app = App::holding(&[CLAIMS]);
    assert_eq!(app.database().execute("DELETE FROM risk_scores WHERE claim_id = 2", []), Ok(1));
    let before = app.get("/api/v1/risk/2").ok();
    assert_eq!(before, json!({"claim_id": 2, "message": "Risk score not yet calculated"}));
    let calculated = app.post("/api/v1/risk/2/calculate").ok();
    assert!(calculated["overall_score"].is_number(), "{calculated}");
    assert_eq!(app.get("/api/v1/risk/2").ok(), calculated);
}

#[test]
fn the_riskiest_claims_are_listed_first() {
    let app = App::holding(&[CLAIMS, CLAIMS_AGAIN]);
    assert_snapshot!("risk_list", app.get("/api/v1/risk?limit=1").shown());
    let list = app.get("/api/v1/risk").ok();
    let scores: Vec<_> = list["risk_scores"].as_array().into_iter().flatten().collect();
    assert!(scores.is_sorted_by_key(|score| -score["overall_score"].as_f64().unwrap_or_default()), "{list}");
}

#[test]
fn scores_of_claims_without_an_answer_follow_the_rules_of_payer_and_practice_by_themselves() {
    let app = App::holding(&[CLAIMS]);
    let before = app.get("/api/v1/risk/1").ok();
    let payer = app.get("/api/v1/claims/1").ok()["payer_id"].clone();
    let rules = r#"{"prior_authorization_procedures":["20610"]}"#;
    app.json(Method::PUT, &format!("/api/v1/payers/{payer}/rules"), rules).ok();
    app.rest();
    let after = app.get("/api/v1/risk/1").ok();
    assert!(after["overall_score"].as_f64() > before["overall_score"].as_f64(), "{after}");
    assert_eq!(
        app.get("/api/v1/risk?limit=1").ok()["risk_scores"][0]["overall_score"],
        after["overall_score"]
    );
    let new: Vec<_> = factors(&after).into_iter().filter(|f| !factors(&before).contains(f)).collect();
    assert_eq!(new.len(), 1, "{after}");
    // The practice may say that it does not want to hear of it.
    let rules = json!({"disabled_rules": new}).to_string();
    app.json(Method::PUT, "/api/v1/practices/1234567893/config", rules).ok();
    app.rest();
    assert_eq!(app.get("/api/v1/risk/1").ok()["overall_score"], before["overall_score"]);
}

#[test]
fn an_answered_claim_keeps_the_score_that_it_was_sent_with_until_another_is_asked_for() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let before = app.get("/api/v1/risk/1").ok();
    let payer = app.get("/api/v1/claims/1").ok()["payer_id"].clone();
    let rules = r#"{"prior_authorization_procedures":["20610"]}"#;
    app.json(Method::PUT, &format!("/api/v1/payers/{payer}/rules"), rules).ok();
    app.rest();
    assert_eq!(app.get("/api/v1/risk/1").ok(), before);
    let asked = app.post("/api/v1/risk/1/calculate").ok();
    assert!(asked["overall_score"].as_f64() > before["overall_score"].as_f64(), "{asked}");
}

#[test]
fn other_weights_count_for_scores_without_an_answer_from_the_next_start_on() {
    let folder = App::holding(&[CLAIMS]).kill();
    let weights = [("RISK_WEIGHT_HISTORICAL", "0.30"), ("RISK_WEIGHT_PATTERN", "0.05")];
    let app = App::start_in(folder, &weights);
    app.rest();
    // Of two lines 10 % each is assumed, 14.5 % of the claim, which weighs 0.30 now.
    assert_eq!(app.get("/api/v1/risk/1").ok()["overall_score"], json!(4.35));
}

#[test]
fn a_claim_that_does_not_exist_has_no_score() {
    let app = App::start();
    app.get("/api/v1/risk/1").problem(404, "NOT_FOUND");
    app.post("/api/v1/risk/1/calculate").problem(404, "NOT_FOUND");
    app.get("/api/v1/risk/one").problem(422, "VALIDATION_ERROR");
    app.post("/api/v1/risk/-1/calculate").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/risk?limit=0").problem(422, "VALIDATION_ERROR");
}
