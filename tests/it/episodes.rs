//! Episodes over HTTP: what answers which claim, by the rules and by hand, and how far each is worked.

use hyper::Method;
use insta::assert_snapshot;
use serde_json::json;

use crate::app::App;
use crate::fixtures::{ANSWERS, ANSWERS_CORRECTED, CLAIMS, CLAIMS_AGAIN};

/// The claims of a list of episodes, in its order.
#[track_caller]
fn claims(app: &App, path: &str) -> Vec<u64> {
    let list = app.get(path).ok();
    list["episodes"].as_array().into_iter().flatten().filter_map(|e| e["claim_id"].as_u64()).collect()
}

#[test]
fn an_episode_ties_a_claim_and_its_answer() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("episode", app.get("/api/v1/episodes/1").shown());
    assert_snapshot!("episode_denied", app.get("/api/v1/episodes/3").shown());
}

#[test]
fn episodes_are_listed_with_the_newest_first_and_by_claim() {
    let app = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
    assert_snapshot!("episodes", app.get("/api/v1/episodes?limit=1&skip=4").shown());
    assert_eq!(claims(&app, "/api/v1/episodes"), [2, 2, 3, 2, 1]);
    assert_eq!(claims(&app, "/api/v1/episodes?claim_id=2"), [2, 2, 2]);
    assert!(claims(&app, "/api/v1/episodes?claim_id=4").is_empty());
    assert_eq!(claims(&app, "/api/v1/episodes?status=denied"), [3]);
}

#[test]
fn the_same_episodes_come_of_it_whichever_file_came_first() {
    let ties = |files: &[&str]| {
        let app = App::holding(files);
        let list = app.get("/api/v1/episodes").ok();
        let mut ties: Vec<_> = list["episodes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|e| (e["claim_id"].as_u64(), e["remittance_id"].as_u64(), e["status"].to_string()))
            .collect();
        ties.sort();
        ties
    };
    let claims_first = ties(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
    assert_eq!(claims_first.len(), 5);
    assert_eq!(ties(&[ANSWERS, ANSWERS_CORRECTED, CLAIMS]), claims_first);
    assert_eq!(ties(&[ANSWERS, CLAIMS, ANSWERS_CORRECTED]), claims_first);
}

#[test]
fn what_a_claim_was_paid_is_the_sum_of_all_its_answers() {
    let app = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
    let claim = app.get("/api/v1/claims/2");
    // 60.76 - 60.76 + 70.76
    assert!(claim.body.contains("\"payment_amount\":70.76,"), "{}", claim.body);
    assert_eq!(claim.ok()["status"], "paid");
}

#[test]
fn a_denied_episode_is_worked_until_it_is_complete() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let status = || app.get("/api/v1/episodes/3").ok()["status"].clone();
    assert_eq!(status(), "denied");
    for new in ["pending", "linked", "denied", "complete"] {
        let body = format!("{{\"status\":\"{new}\"}}");
        let answer = app.json(Method::PATCH, "/api/v1/episodes/3/status", body).ok();
        assert_eq!((&answer["status"], &status()), (&json!(new), &json!(new)));
    }
    app.json(Method::PATCH, "/api/v1/episodes/3/status", r#"{"status":"denied"}"#).ok();
    assert_eq!(app.post("/api/v1/episodes/3/complete").ok()["status"], "complete");
    assert_eq!(status(), "complete");
    assert_eq!(app.get("/api/v1/episodes?status=denied").ok()["total"], 0);
    assert_eq!(app.get("/api/v1/episodes?status=complete").ok()["total"], 1);
}

#[test]
fn a_status_that_there_is_not_and_a_body_of_another_shape_are_invalid() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let set = |body: &str| app.json(Method::PATCH, "/api/v1/episodes/1/status", body);
    for body in [
        "",
        "{",
        "{}",
        "[]",
        r#"["complete"]"#,
        "null",
        r#""complete""#,
        r#"{"status":"done"}"#,
        r#"{"status":1}"#,
        r#"{"status":null}"#,
        r#"{"status":"complete","note":"x"}"#,
        r#"{"status":"complete"} trailing"#,
    ] {
        set(body).problem(422, "VALIDATION_ERROR");
    }
    let large = format!(r#"{{"status":"{}"}}"#, "x".repeat(2_000_000));
    set(&large).problem(413, "PAYLOAD_TOO_LARGE");
    assert_eq!(app.get("/api/v1/episodes/1").ok()["status"], "linked");
}

#[test]
fn an_episode_is_linked_by_hand_to_another_claim() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_eq!(app.get("/api/v1/claims/4").ok()["status"], "submitted");
    let answer = app.post("/api/v1/episodes/3/link?claim_id=4&remittance_id=3");
    assert_snapshot!("episode_by_hand", answer.shown());
    assert_eq!(app.get("/api/v1/episodes/3").ok()["claim_id"], 4);
    // Both claims stand as their answers say from then on.
    assert_eq!(app.get("/api/v1/claims/4").ok()["status"], "denied");
    assert_eq!(app.get("/api/v1/claims/3").ok()["status"], "submitted");
    assert_eq!(app.get("/api/v1/claims/unlinked").ok()["claims"][0]["id"], 3);
}

#[test]
fn a_remittance_of_another_episode_is_not_taken_from_it() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let answer = app.post("/api/v1/episodes/3/link?claim_id=3&remittance_id=1");
    let detail = answer.problem(409, "CONFLICT");
    assert_eq!(detail, "Remittance 1 is in episode 1 already; change that one instead.");
    assert_eq!(app.get("/api/v1/episodes/3").ok()["remittance_id"], 3);
}

#[test]
fn linking_what_does_not_exist_is_not_found_and_names_it() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    for (path, missing) in [
        ("9/link?claim_id=1&remittance_id=1", "episode 9"),
        ("1/link?claim_id=9&remittance_id=1", "claim 9"),
        ("1/link?claim_id=1&remittance_id=9", "remittance 9"),
    ] {
        let detail = app.post(&format!("/api/v1/episodes/{path}")).problem(404, "NOT_FOUND");
        assert_eq!(detail, format!("There is no {missing}."));
    }
    for path in [
        "1/link",
        "1/link?claim_id=1",
        "1/link?claim_id=x&remittance_id=1",
        "x/link?claim_id=1&remittance_id=1",
    ] {
        app.post(&format!("/api/v1/episodes/{path}")).problem(422, "VALIDATION_ERROR");
    }
}

#[test]
fn an_episode_that_does_not_exist_is_not_found() {
    let app = App::start();
    app.get("/api/v1/episodes/1").problem(404, "NOT_FOUND");
    app.post("/api/v1/episodes/1/complete").problem(404, "NOT_FOUND");
    app.json(Method::PATCH, "/api/v1/episodes/1/status", r#"{"status":"complete"}"#)
        .problem(404, "NOT_FOUND");
    app.get("/api/v1/episodes/one").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/episodes?claim_id=one").problem(422, "VALIDATION_ERROR");
}

#[test]
fn the_answer_to_a_replacement_is_not_taken_for_one_to_what_it_replaced() {
    let paid = ANSWERS
        .replace(
            "CLP*VISIT-1003*4*240.5*0*0*12*MM-3003-A*11*1",
            "CLP*VISIT-1003*1*240.5*240.5*0*12*MM-3003-B*11*7",
        )
        .replace("SVC*HC:99214*200*0**1", "SVC*HC:99214*200*200**1")
        .replace("SVC*HC:36415*40.5*0**1", "SVC*HC:36415*40.5*40.5**1")
        .replace("BPR*H*0*C", "BPR*H*240.5*C")
        .replace("20240405~", "20240510~")
        .replace("CAS*CO*197*200~\n", "")
        .replace("CAS*CO*16*40.5~\n", "");
    // Only the payment about VISIT-1003.
    let (begin, end) = (paid.find("ST*835*0001").unwrap_or(0), paid.find("ST*835*0002").unwrap_or(0));
    let app = App::holding(&[CLAIMS, ANSWERS, CLAIMS_AGAIN, &[&paid[..begin], &paid[end..]].concat()]);
    assert_eq!(claims(&app, "/api/v1/episodes?limit=1"), [5]);
    assert_eq!(app.get("/api/v1/claims/5").ok()["status"], "paid");
    assert_eq!(app.get("/api/v1/claims/3").ok()["status"], "replaced");
}
