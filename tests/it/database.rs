//! The database seen from outside: plans, statistics, and lists with more rows than a page.

#![expect(clippy::unwrap_used, reason = "an answer of another shape fails the test")]

use serde_json::Value;

use crate::app::App;
use crate::fixtures::{ANSWERS, ANSWERS_CORRECTED, CLAIMS, CLAIMS_AGAIN};
use crate::marb::Folder;

/// The ids of a list's rows.
fn ids(list: &Value, noun: &str) -> Vec<u64> {
    list[noun].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[test]
fn following_next_gives_every_row_once_and_in_the_order_of_the_list() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    for noun in ["claims", "remits", "episodes", "payers", "providers"] {
        let whole = app.get(&format!("/api/v1/{noun}?limit=1000")).ok();
        let mut found = Vec::new();
        let mut path = format!("/api/v1/{noun}?limit=1");
        for _ in 0..50 {
            let page = app.get(&path).ok();
            found.extend(ids(&page, noun));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/{noun}?limit=1&after={next}");
        }
        assert_eq!(found, ids(&whole, noun), "{noun}");
        assert_eq!(whole["total"], found.len(), "{noun}");
    }
}

#[test]
fn the_riskiest_claims_can_be_followed_too() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let claims = |list: &Value| -> Vec<u64> {
        list["risk_scores"].as_array().unwrap().iter().map(|row| row["claim_id"].as_u64().unwrap()).collect()
    };
    let whole = app.get("/api/v1/risk?limit=1000").ok();
    let first = app.get("/api/v1/risk?limit=2").ok();
    let next = first["next"].as_str().unwrap();
    let rest = app.get(&format!("/api/v1/risk?limit=1000&after={next}")).ok();
    assert_eq!([claims(&first), claims(&rest)].concat(), claims(&whole));
    assert_eq!(rest["next"], Value::Null);
}

#[test]
fn a_place_that_no_list_gave_is_refused() {
    let app = App::start();
    app.get("/api/v1/claims?after=x").problem(422, "VALIDATION_ERROR");
}

#[test]
fn every_question_asked_is_counted_by_its_name() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    app.get("/api/v1/claims/1").ok();
    let stats = app.get("/api/v1/database/stats").ok();
    assert_eq!(stats["slow_query_ms"], 50);
    let of = |name: &str| {
        stats["queries"].as_array().unwrap().iter().find(|one| one["query"] == name).unwrap().clone()
    };
    let claims = app.get("/api/v1/claims").ok()["total"].clone();
    assert_eq!((&of("claims.insert")["calls"], &of("claims.insert")["rows"]), (&claims, &claims));
    assert!(of("claims.load")["p99_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_write_counts_how_long_it_waited_for_the_one_before() {
    let app = App::holding(&[CLAIMS]);
    let writes = || app.get("/api/v1/database/stats").ok()["writer_wait"]["count"].as_u64().unwrap();
    let before = writes();
    app.post("/api/v1/risk/1/calculate").ok();
    assert!(writes() > before);
}

#[test]
fn explaining_finds_every_question_of_a_used_database_fast() {
    let (_, folder) = App::holding(&[CLAIMS, ANSWERS]).stop("TERM");
    let explained = folder.run(["db", "explain"]);
    assert!(explained.done().ends_with(", 0 failed\n"), "{}", explained.done());
    let json: Value =
        serde_json::from_str(folder.run(["db", "explain", "claims.load", "--json"]).done()).unwrap();
    assert_eq!(json["queries"][0]["query"], "claims.load");
    assert_eq!(json["queries"][0]["verdict"], "ok");
}

#[test]
fn a_used_database_is_sound_and_has_no_index_too_many() {
    let folder = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED, CLAIMS_AGAIN]).kill();
    let verified = folder.run(["db", "verify"]);
    assert!(verified.done().lines().all(|line| line.starts_with("ok ")), "{}", verified.done());
    let listed = folder.run(["db", "indexes", "--json"]);
    let json: Value = serde_json::from_str(listed.done()).unwrap();
    assert_eq!(json["problems"], 0, "{json}");
}

#[test]
fn a_database_is_looked_at_while_it_is_served() {
    let app = App::holding(&[CLAIMS]);
    let verified = app.folder().run(["db", "verify"]);
    assert!(verified.done().lines().all(|line| line.starts_with("ok ")), "{}", verified.done());
    assert!(app.folder().run(["db", "explain"]).done().ends_with(", 0 failed\n"));
    app.folder().run(["db", "indexes"]).done();
    // What may change it is still refused, and the server goes on.
    let refused = app.folder().run(["risk", "evaluate"]);
    assert!(refused.only_line(1).contains("in use by another marb"), "{}", refused.stderr);
    app.import("answers.835", ANSWERS);
}

#[test]
fn a_claim_that_was_changed_behind_the_back_is_found() {
    let app = App::holding(&[CLAIMS]);
    app.database().execute("UPDATE claims SET total_charge_amount = 1 WHERE id = 1", []).unwrap();
    let run = app.kill().run(["db", "verify", "--json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let wrong: Vec<_> = json["checks"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|check| assert!(check["seconds"].is_f64(), "{check}"))
        .filter(|check| check["problems"] != Value::Array(vec![]))
        .collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0]["what"].as_str().unwrap().starts_with("a claim charges"), "{wrong:?}");
}

#[test]
fn a_question_or_database_that_is_not_there_is_named() {
    let folder = Folder::new();
    let run = folder.run(["db", "explain"]);
    let line = run.only_line(1);
    assert!(line.contains("there is no database marb-data/marb.db"), "{line}");
    let run = App::start().kill().run(["db", "explain", "nothing"]);
    let line = run.only_line(2);
    assert!(line.contains("begins with nothing"), "{line}");
}

#[test]
fn a_slow_question_is_logged_with_its_name_and_plan_and_without_values() {
    let app = App::with(&[("MARB_STORE__SLOW_QUERY_MS", "0")]);
    app.import("claims", CLAIMS);
    app.get("/api/v1/claims/1").ok();
    let log = app.log();
    assert!(log.contains("slow query query=claims.load") || log.contains("claims.load"), "{log}");
    assert!(log.contains("SEARCH claims USING INTEGER PRIMARY KEY"), "{log}");
    assert!(!log.contains("WREN"), "a value is in the log");
}
