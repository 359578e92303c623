//! Payers over HTTP: one row for each, however files spell it, and what each accepts.

use hyper::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};

const RULES: &str = r#"{"allowed_frequency_types":["1","7"],"restricted_facility_types":["02"],
    "timely_filing_days":90,"appeal_days":180,"prior_authorization_procedures":["20610"],"referral_procedures":[]}"#;

fn payer_of(app: &App, path: &str) -> Value {
    app.get(path).ok()["payer_id"].clone()
}

#[test]
fn an_answer_to_a_claim_shows_that_two_names_and_two_numbers_are_one_payer() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_eq!(payer_of(&app, "/api/v1/remits/1"), payer_of(&app, "/api/v1/claims/1"));
    assert_snapshot!("payer", app.get("/api/v1/payers/1").shown());
}

#[test]
fn so_it_does_when_the_answer_came_first() {
    let app = App::holding(&[ANSWERS, CLAIMS]);
    let payer = payer_of(&app, "/api/v1/claims/1");
    assert_eq!(payer_of(&app, "/api/v1/remits/1"), payer);
    let aliases = app.get(&format!("/api/v1/payers/{payer}")).ok()["aliases"].clone();
    let numbers: Vec<_> = aliases.as_array().into_iter().flatten().map(|alias| &alias["value"]).collect();
    assert!(numbers.contains(&&json!("84001")) && numbers.contains(&&json!("NSH0001")), "{aliases}");
}

#[test]
fn a_file_that_names_the_payer_in_either_way_finds_it_again() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let payers = app.get("/api/v1/payers").ok()["total"].clone();
    let by_new_number = CLAIMS.replace("NORTH STAR HEALTH*****PI*84001", "NORTHSTAR*****PI*NSH0001");
    app.import("again", by_new_number.replace("VISIT-", "LATER-"));
    assert_eq!(payer_of(&app, "/api/v1/claims/5"), payer_of(&app, "/api/v1/claims/1"));
    assert_eq!(app.get("/api/v1/payers").ok()["total"], payers);
}

#[test]
fn payers_are_listed_with_the_newest_first() {
    let app = App::holding(&[CLAIMS]);
    assert_snapshot!("payers", app.get("/api/v1/payers").shown());
}

#[test]
fn rules_that_were_set_are_shown_at_once_though_the_old_ones_were_cached() {
    let app = App::holding(&[CLAIMS]);
    app.get("/api/v1/payers/1").ok();
    app.get("/api/v1/payers/1").ok();
    let set = app.json(Method::PUT, "/api/v1/payers/1/rules", RULES);
    assert_snapshot!("payer_rules", set.shown());
    assert_eq!(app.get("/api/v1/payers/1").body, set.body);
    // They are set whole: what is left out is as if it had never been said.
    app.json(Method::PUT, "/api/v1/payers/1/rules", r#"{"appeal_days":30}"#).ok();
    let rules = app.get("/api/v1/payers/1").ok()["rules"].clone();
    assert_eq!((&rules["appeal_days"], &rules["timely_filing_days"]), (&json!(30), &Value::Null));
}

#[test]
fn rules_of_another_shape_are_invalid_and_change_nothing() {
    let app = App::holding(&[CLAIMS]);
    app.json(Method::PUT, "/api/v1/payers/1/rules", RULES).ok();
    for body in [
        "",
        "[]",
        "null",
        "{",
        r#"{"timely_filing_days":0}"#,
        r#"{"timely_filing_days":3651}"#,
        r#"{"timely_filing_days":-1}"#,
        r#"{"timely_filing_days":90.5}"#,
        r#"{"appeal_days":"30"}"#,
        r#"{"allowed_frequency_types":"1"}"#,
        r#"{"allowed_frequency_types":[1]}"#,
        r#"{"allowed_frequencies":["1"]}"#,
        r#"{"disabled_rules":["no-such-rule"]}"#,
        r#"{"rule_weights":{"charge-zero":-1}}"#,
    ] {
        let answer = app.json(Method::PUT, "/api/v1/payers/1/rules", body);
        assert_eq!(answer.status, 422, "{body}");
        answer.problem(422, "VALIDATION_ERROR");
    }
    assert_eq!(app.get("/api/v1/payers/1").ok()["rules"]["timely_filing_days"], 90);
}

#[test]
fn a_person_may_say_that_two_payers_are_one() {
    let app = App::holding(&[CLAIMS]);
    let united = app.post("/api/v1/payers/2/merge?into=1").ok();
    assert_eq!(united["id"], 1);
    assert_eq!(payer_of(&app, "/api/v1/claims/4"), 1);
    app.get("/api/v1/payers/2").problem(404, "NOT_FOUND");
    app.post("/api/v1/payers/1/merge?into=1").problem(422, "VALIDATION_ERROR");
    app.post("/api/v1/payers/1/merge?into=9").problem(404, "NOT_FOUND");
    app.post("/api/v1/payers/1/merge").problem(422, "VALIDATION_ERROR");
}

#[test]
fn a_payer_that_does_not_exist_is_not_found() {
    let app = App::start();
    app.get("/api/v1/payers/1").problem(404, "NOT_FOUND");
    app.json(Method::PUT, "/api/v1/payers/1/rules", "{}").problem(404, "NOT_FOUND");
    app.get("/api/v1/payers/first").problem(422, "VALIDATION_ERROR");
    app.json(Method::PUT, "/api/v1/payers/first/rules", "{}").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/payers?name=x").problem(422, "VALIDATION_ERROR");
}
