//! Claims over HTTP: one, lists with their filters, those without an answer, and what later files make of them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS, CLAIMS_AGAIN, DENTAL, HOSPITAL};

/// The ids of a list, in its order.
#[track_caller]
fn ids(app: &App, path: &str) -> Vec<u64> {
    let list = app.get(path).ok();
    list["claims"].as_array().into_iter().flatten().filter_map(|claim| claim["id"].as_u64()).collect()
}

/// A member of a claim.
#[track_caller]
fn of_claim(app: &App, id: u64, member: &str) -> Value {
    app.get(&format!("/api/v1/claims/{id}")).ok()[member].clone()
}

#[test]
fn a_professional_claim_is_shown_as_it_was_billed() {
    let app = App::holding(&[CLAIMS]);
    assert_snapshot!("claim_professional", app.get("/api/v1/claims/1").shown());
}

#[test]
fn an_institutional_claim_has_its_stay_and_its_revenue_codes() {
    let app = App::holding(&[HOSPITAL]);
    assert_snapshot!("claim_institutional", app.get("/api/v1/claims/1").shown());
}

#[test]
fn a_dental_claim_has_the_day_of_the_claim_on_its_lines() {
    let app = App::holding(&[DENTAL]);
    assert_snapshot!("claim_dental", app.get("/api/v1/claims/1").shown());
}

#[test]
fn claims_are_listed_with_the_newest_first() {
    let app = App::holding(&[CLAIMS]);
    assert_snapshot!("claims", app.get("/api/v1/claims?limit=2").shown());
    assert_eq!(ids(&app, "/api/v1/claims"), [4, 3, 2, 1]);
    assert_eq!(ids(&app, "/api/v1/claims?skip=1&limit=2"), [3, 2]);
    assert!(ids(&app, "/api/v1/claims?skip=4").is_empty());
}

#[test]
fn a_filter_leaves_the_claims_that_it_names_and_counts_them() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let payer = of_claim(&app, 3, "payer_id");
    let provider = of_claim(&app, 1, "provider_id");
    for (filter, expected) in [
        (format!("payer_id={payer}"), &[4, 3][..]),
        (format!("provider_id={provider}"), &[4, 3, 2, 1]),
        ("practice_id=1234567893".to_owned(), &[4, 3, 2, 1]),
        ("practice_id=other".to_owned(), &[]),
        ("status=paid".to_owned(), &[2, 1]),
        ("status=denied".to_owned(), &[3]),
        ("status=submitted".to_owned(), &[4]),
        (format!("status=denied&payer_id={payer}"), &[3]),
        ("created_from=2020-01-01".to_owned(), &[4, 3, 2, 1]),
        ("created_to=2020-01-01T00:00:00Z".to_owned(), &[]),
        ("payer_id=".to_owned(), &[4, 3, 2, 1]),
    ] {
        let path = format!("/api/v1/claims?{filter}");
        assert_eq!(ids(&app, &path), expected, "{filter}");
        assert_eq!(app.get(&path).ok()["total"], expected.len(), "{filter}");
    }
}

#[test]
fn a_claim_without_an_answer_is_unlinked() {
    let app = App::holding(&[CLAIMS]);
    assert_eq!(ids(&app, "/api/v1/claims/unlinked"), [4, 3, 2, 1]);
    app.import("answers", ANSWERS);
    assert_snapshot!("claims_unlinked", app.get("/api/v1/claims/unlinked").shown());
    assert!(ids(&app, "/api/v1/claims/unlinked?skip=1").is_empty());
}

#[test]
fn a_claim_with_frequency_7_replaces_the_denied_one_and_the_same_bill_again_is_a_repeat() {
    let app = App::holding(&[CLAIMS, ANSWERS, CLAIMS_AGAIN]);
    let standing = |id| (of_claim(&app, id, "status"), of_claim(&app, id, "supersedes_claim_id"));
    assert_eq!(standing(3), (json!("replaced"), Value::Null));
    assert_eq!(standing(5), (json!("submitted"), json!(3)));
    assert_eq!(standing(4), (json!("submitted"), Value::Null));
    assert_eq!(standing(6), (json!("repeat"), json!(4)));
}

#[test]
fn a_claim_that_does_not_exist_is_not_found() {
    let app = App::holding(&[CLAIMS]);
    for id in ["5", "9223372036854775807"] {
        let detail = app.get(&format!("/api/v1/claims/{id}")).problem(404, "NOT_FOUND");
        assert_eq!(detail, format!("There is no claim {id}."));
    }
}

#[test]
fn an_id_that_is_no_whole_number_from_1_is_invalid() {
    let app = App::start();
    for id in ["0", "-1", "+1", "1.5", "abc", "9223372036854775808", "%20", "1%00", "%F0%9F%90%A6"] {
        app.get(&format!("/api/v1/claims/{id}")).problem(422, "VALIDATION_ERROR");
    }
}

#[test]
fn a_parameter_that_is_malformed_or_unknown_is_invalid() {
    let app = App::start();
    for query in [
        "limit=0",
        "limit=1001",
        "limit=ten",
        "limit=-1",
        "skip=-1",
        "skip=1.5",
        "skip=18446744073709551616",
        "skip=9223372036854775808",
        "payer_id=x",
        "payer_id=0",
        "payer_id=-1",
        "payer_id=%2B1",
        "provider_id=1.0",
        "payer_id=1&payer_id=2",
        "status=lost",
        "created_from=yesterday",
        "created_to=2026-02-30",
        "payer=1",
        "Status=paid",
    ] {
        let answer = app.get(&format!("/api/v1/claims?{query}"));
        assert_eq!(answer.status, 422, "{query}");
        answer.problem(422, "VALIDATION_ERROR");
    }
}

#[test]
fn a_value_that_is_refused_is_told_with_those_that_are_not() {
    let app = App::start();
    let told = |path: &str| app.get(&format!("/api/v1/{path}")).problem(422, "VALIDATION_ERROR");
    assert_eq!(told("claims?limit=ten"), "limit=ten: a whole number from 1 to 1000.");
    assert_eq!(told("remits?skip=-1"), "skip=-1: a whole number from 0 to 9223372036854775807.");
    assert_eq!(told("episodes?status=lost"), "status=lost: one of pending, linked, complete, denied.");
    assert!(told("claims?status=lost").contains("submitted, paid, "));
    assert!(told("remits?status=lost").contains("denied"));
}
