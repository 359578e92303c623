//! Remittances over HTTP: one, lists, and linking them by the rules.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{ANSWERS, ANSWERS_CORRECTED, CLAIMS};

#[track_caller]
fn ids(app: &App, path: &str) -> Vec<u64> {
    let list = app.get(path).ok();
    list["remits"].as_array().into_iter().flatten().filter_map(|remit| remit["id"].as_u64()).collect()
}

#[test]
fn a_remittance_is_shown_with_its_adjustments_and_its_payment() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("remit", app.get("/api/v1/remits/1").shown());
}

#[test]
fn a_denial_names_its_reasons() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("remit_denied", app.get("/api/v1/remits/3").shown());
}

#[test]
fn a_reversal_takes_money_back_and_is_no_denial() {
    let app = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
    let reversal = app.get("/api/v1/remits/4");
    assert_eq!(reversal.ok()["status"], "reversal");
    assert_eq!(reversal.ok()["denial_reasons"], json!([]));
    assert!(reversal.body.contains("\"payment_amount\":-60.76,"), "{}", reversal.body);
    assert!(reversal.body.contains("\"imbalance\":0.00,"), "{}", reversal.body);
}

#[test]
fn remittances_are_listed_with_the_newest_first() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("remits", app.get("/api/v1/remits?limit=2").shown());
    assert_eq!(ids(&app, "/api/v1/remits?skip=2"), [1]);
}

#[test]
fn a_filter_leaves_the_remittances_that_it_names_and_counts_them() {
    let app = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
    let payer = app.get("/api/v1/remits/3").ok()["payer_id"].clone();
    for (filter, expected) in [
        (format!("payer_id={payer}"), &[3][..]),
        ("status=paid".to_owned(), &[5, 2, 1]),
        ("status=denied".to_owned(), &[3]),
        ("status=reversal".to_owned(), &[4]),
        ("created_from=2020-01-01".to_owned(), &[5, 4, 3, 2, 1]),
        ("created_to=2020-01-01".to_owned(), &[]),
    ] {
        let path = format!("/api/v1/remits?{filter}");
        assert_eq!(ids(&app, &path), expected, "{filter}");
        assert_eq!(app.get(&path).ok()["total"], expected.len(), "{filter}");
    }
}

#[test]
fn an_answer_that_came_before_its_claim_waits_for_it() {
    let app = App::holding(&[ANSWERS]);
    assert_eq!(app.get("/api/v1/remits/1").ok()["link_state"], "unlinked");
    assert_snapshot!("remit_link_waiting", app.post("/api/v1/remits/1/link").shown());
    let import = app.import("claims", CLAIMS);
    assert_eq!(import["import"]["episodes_linked"], 3);
    assert_eq!(app.get("/api/v1/remits/1").ok()["link_state"], "linked");
}

#[test]
fn linking_a_linked_remittance_changes_nothing_and_tells_its_episode() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("remit_link", app.post("/api/v1/remits/3/link").shown());
    assert_snapshot!("remit_link", app.post("/api/v1/remits/3/link").shown());
    assert_eq!(app.get("/api/v1/episodes").ok()["total"], 3);
}

#[test]
fn an_answer_that_two_claims_fit_is_left_to_a_person_who_is_shown_both() {
    // Two visits of one patient under one number; charge and day of the answer are those of neither.
    let twice = CLAIMS.replace("VISIT-1001", "VISIT-X").replace("VISIT-1004", "VISIT-X");
    let twice = twice.replace("MEADOW MUTUAL*****PI*55220", "NORTH STAR HEALTH*****PI*84001");
    let twice = twice.replace("WREN*ADA****MI*WR1001", "LARK*JON****MI*LA4004").replace("1500", "95");
    let answer =
        ANSWERS.replace("VISIT-1001", "VISIT-X").replace("WREN*ADA****MI*WR1001", "LARK*JON****MI*LA4004");
    let app = App::holding(&[&twice, &answer.replace("*20240312", "*20240319")]);
    let remit = app.get("/api/v1/remits/1").ok();
    assert_eq!((&remit["link_state"], &remit["link_candidates"]), (&json!("ambiguous"), &json!([1, 4])));
    let linked = app.post("/api/v1/remits/1/link").ok();
    assert_eq!((&linked["episodes_linked"], &linked["candidates"]), (&json!(0), &json!([1, 4])));
    // Whatever becomes of the claims shows at once: one alone would be no question.
    app.database().execute("UPDATE claims SET control_number_key = 'OTHER' WHERE id = 4", []).unwrap();
    assert_eq!(app.get("/api/v1/remits/1").ok()["link_candidates"], json!([]));
}

#[test]
fn a_remittance_that_does_not_exist_is_not_found_and_a_malformed_id_is_invalid() {
    let app = App::start();
    app.get("/api/v1/remits/1").problem(404, "NOT_FOUND");
    app.post("/api/v1/remits/1/link").problem(404, "NOT_FOUND");
    app.get("/api/v1/remits/x").problem(422, "VALIDATION_ERROR");
    app.post("/api/v1/remits/0/link").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/remits?status=late").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/remits?provider_id=1").problem(422, "VALIDATION_ERROR");
}

#[test]
fn what_a_payment_takes_back_is_part_of_its_balance() {
    let app = App::holding(&[ANSWERS]);
    let remit = app.get("/api/v1/remits/1");
    // 1000.00 + 60.76 - 25.00 = 1035.76
    for member in ["\"amount\":1035.76,", "\"provider_adjustment_total\":25.00,", "\"imbalance\":0.00}"] {
        assert!(remit.body.contains(member), "{member}: {}", remit.body);
    }
}

#[test]
fn a_payment_that_does_not_balance_is_stored_and_its_difference_named() {
    let app = App::start();
    let import = app.import("answers", ANSWERS.replace("*25~", "*24.99~"));
    let rules: Vec<&Value> =
        import["findings"].as_array().into_iter().flatten().map(|f| &f["rule"]).collect();
    assert_eq!(rules, [&json!("payment-unbalanced")]);
    let remit = app.get("/api/v1/remits/1");
    // 1060.76 - 24.99 = 1035.77, and 1035.76 was paid.
    assert!(remit.body.contains("\"provider_adjustment_total\":24.99,\"imbalance\":0.01}"), "{}", remit.body);
}
