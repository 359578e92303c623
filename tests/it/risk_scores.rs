//! Risk scores over HTTP: before and after they are calculated, and what the rules of payer and practice do to them.

use hyper::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{CLAIMS, CLAIMS_AGAIN};

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
fn a_rule_of_the_payer_counts_from_the_next_calculation_on() {
    let app = App::holding(&[CLAIMS]);
    let before = app.get("/api/v1/risk/1").ok();
    let payer = app.get("/api/v1/claims/1").ok()["payer_id"].clone();
    let rules = r#"{"prior_authorization_procedures":["20610"]}"#;
    app.json(Method::PUT, &format!("/api/v1/payers/{payer}/rules"), rules).ok();
    let after = app.post("/api/v1/risk/1/calculate").ok();
    assert!(after["overall_score"].as_f64() > before["overall_score"].as_f64(), "{after}");
    assert_eq!(factors(&app.get("/api/v1/risk/1").ok()), factors(&after));
    let new: Vec<_> = factors(&after).into_iter().filter(|f| !factors(&before).contains(f)).collect();
    assert_eq!(new.len(), 1, "{after}");
    // The practice may say that it does not want to hear of it.
    let rules = json!({"disabled_rules": new}).to_string();
    app.json(Method::PUT, "/api/v1/practices/1234567893/config", rules).ok();
    assert_eq!(app.post("/api/v1/risk/1/calculate").ok()["overall_score"], before["overall_score"]);
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
