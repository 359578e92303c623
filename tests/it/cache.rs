//! The cache as clients see it: answers that need not be sent again, and exact statistics.

use hyper::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};

#[test]
fn a_client_that_has_the_answer_is_told_that_it_still_holds() {
    let app = App::holding(&[CLAIMS]);
    for path in ["claims/1", "risk/1", "payers/1", "providers/1", "practices/1234567893/config"] {
        let path = format!("/api/v1/{path}");
        let answer = app.get(&path);
        let etag = answer.header("etag").unwrap_or_default().to_owned();
        assert!(etag.starts_with('"'), "{path}: {etag}");
        let again = app.send(Method::GET, &path, &[("if-none-match", &etag)], "");
        assert_eq!((again.status, &*again.body), (304, ""), "{path}");
        assert_eq!(again.header("etag"), Some(&*etag), "{path}");
        let other = app.send(Method::GET, &path, &[("if-none-match", "\"other\"")], "");
        assert_eq!((other.status, other.body), (200, answer.body), "{path}");
    }
}

#[test]
fn a_client_whose_answer_is_out_of_date_gets_the_new_one() {
    let app = App::holding(&[CLAIMS]);
    let etag = app.get("/api/v1/payers/1").header("etag").unwrap_or_default().to_owned();
    app.json(Method::PUT, "/api/v1/payers/1/rules", r#"{"appeal_days":30}"#).ok();
    let answer = app.send(Method::GET, "/api/v1/payers/1", &[("if-none-match", &etag)], "");
    assert_eq!(answer.ok()["rules"]["appeal_days"], 30);
    assert_ne!(answer.header("etag"), Some(&*etag));
}

#[test]
fn hits_and_misses_are_counted_for_all_and_by_key() {
    let app = App::holding(&[CLAIMS]);
    app.post("/api/v1/cache/stats/reset").ok();
    for _ in 0..16 {
        app.get("/api/v1/claims/3").ok();
    }
    app.get("/api/v1/claims/4").ok();
    // 15 of 17 is 88.235... per cent.
    let stats = app.get("/api/v1/cache/stats").ok();
    let overall = &stats["overall"];
    assert_eq!(
        (&overall["hits"], &overall["misses"], &overall["total"]),
        (&json!(15), &json!(2), &json!(17))
    );
    assert_eq!(overall["hit_rate"], 88.24);
    assert_eq!(
        stats["by_key"],
        json!({
            "claim:3": {"hits": 15, "misses": 1, "total": 16, "hit_rate": 93.75},
            "claim:4": {"hits": 0, "misses": 1, "total": 1, "hit_rate": 0.0},
        })
    );
    assert_eq!(stats["by_type"]["claim"]["total"], 17);
}

#[test]
fn every_type_has_its_own_statistics_and_time_to_live() {
    let app = App::start();
    let stats = app.get("/api/v1/cache/stats").ok();
    for (kind, seconds) in [
        ("risk_score", 3600),
        ("claim", 1800),
        ("payer", 86_400),
        ("remittance", 1800),
        ("episode", 1800),
        ("provider", 3600),
        ("practice_config", 86_400),
        ("count", 300),
    ] {
        let of_kind = &stats["by_type"][kind];
        assert_eq!(of_kind["ttl_seconds"], seconds, "{kind}");
        assert_eq!((&of_kind["total"], &of_kind["hit_rate"]), (&json!(0), &json!(0.0)), "{kind}");
    }
    assert_eq!(stats["capacity"], 64 * 1024 * 1024);
}

#[test]
fn one_key_is_asked_for_and_reset_alone() {
    let app = App::holding(&[CLAIMS]);
    app.post("/api/v1/cache/stats/reset").ok();
    for path in ["claims/1", "claims/1", "claims/2"] {
        app.get(&format!("/api/v1/{path}")).ok();
    }
    let of = |key: &str| app.get(&format!("/api/v1/cache/stats?key={key}")).body;
    assert_eq!(of("claim:1"), r#"{"hits":1,"misses":1,"total":2,"hit_rate":50.0}"#);
    assert_eq!(of("claim:99"), r#"{"hits":0,"misses":0,"total":0,"hit_rate":0.0}"#);
    app.post("/api/v1/cache/stats/reset?key=claim:1").ok();
    assert_eq!(of("claim:1"), r#"{"hits":0,"misses":0,"total":0,"hit_rate":0.0}"#);
    assert_eq!(of("claim:2"), r#"{"hits":0,"misses":1,"total":1,"hit_rate":0.0}"#);
    app.post("/api/v1/cache/stats/reset").ok();
    let stats = app.get("/api/v1/cache/stats").ok();
    assert_eq!(stats["overall"]["total"], 0);
    assert!(
        stats["by_key"].as_object().is_some_and(|keys| keys.values().all(|key| key["total"] == 0)),
        "{stats}"
    );
}

#[test]
fn what_is_no_key_or_no_way_to_sort_is_invalid() {
    let app = App::start();
    for query in ["key=claim", "key=nothing:1", "sort=best", "limit=x", "key=claim:1&limit=2", "page=2"] {
        let answer = app.get(&format!("/api/v1/cache/stats?{query}"));
        assert_eq!(answer.status, 422, "{query}");
        answer.problem(422, "VALIDATION_ERROR");
    }
    app.post("/api/v1/cache/stats/reset?key=nothing:1").problem(422, "VALIDATION_ERROR");
}

/// Every kind: what sets its time to live, and a request that is answered from it.
const KINDS: [(&str, &str, Method, &str); 11] = [
    ("CACHE_TTL_CLAIM", "claim", Method::GET, "claims/1"),
    ("CACHE_TTL_REMITTANCE", "remittance", Method::GET, "remits/1"),
    ("CACHE_TTL_EPISODE", "episode", Method::GET, "episodes/1"),
    ("CACHE_TTL_RISK_SCORE", "risk_score", Method::GET, "risk/1"),
    ("CACHE_TTL_PAYER", "payer", Method::GET, "payers/1"),
    ("CACHE_TTL_PROVIDER", "provider", Method::GET, "providers/1"),
    ("CACHE_TTL_PRACTICE_CONFIG", "practice_config", Method::GET, "practices/1234567893/config"),
    ("CACHE_TTL_COUNT", "count", Method::GET, "claims"),
    ("CACHE_TTL_PAYER_PATTERNS", "payer_patterns", Method::GET, "patterns/payer/1"),
    ("CACHE_TTL_PATTERN_ANALYSIS", "pattern_analysis", Method::POST, "patterns/analyze-claim/1"),
    ("CACHE_TTL_RISK_EVALUATION", "risk_evaluation", Method::GET, "risk/evaluation"),
];

/// Asks three times for an answer of each kind; gives the statistics by type.
fn ask_for_every_kind(app: &App) -> Value {
    app.import("claims", CLAIMS);
    app.import("answers", ANSWERS);
    app.post("/api/v1/cache/stats/reset").ok();
    for (.., method, path) in &KINDS {
        for _ in 0..3 {
            app.json(method.clone(), &format!("/api/v1/{path}"), "").ok();
        }
    }
    app.get("/api/v1/cache/stats").ok()["by_type"].clone()
}

#[test]
fn each_kind_lives_as_long_as_its_variable_says() {
    let seconds: Vec<String> = (1..=KINDS.len()).map(|place| (1_000 * place).to_string()).collect();
    let variables: Vec<_> =
        KINDS.iter().zip(&seconds).map(|((variable, ..), seconds)| (*variable, &**seconds)).collect();
    let stats = ask_for_every_kind(&App::with(&variables));
    for ((_, kind, ..), seconds) in KINDS.iter().zip(&seconds) {
        let of_kind = &stats[kind];
        assert_eq!(of_kind["ttl_seconds"].to_string(), *seconds, "{kind}");
        assert_eq!((&of_kind["hits"], &of_kind["misses"]), (&json!(2), &json!(1)), "{kind}");
    }
}

#[test]
fn a_time_to_live_of_zero_caches_nothing_of_its_kind() {
    let zeros = KINDS.map(|(variable, ..)| (variable, "0"));
    let stats = ask_for_every_kind(&App::with(&zeros));
    for (_, kind, ..) in &KINDS {
        let of_kind = &stats[kind];
        assert_eq!((&of_kind["ttl_seconds"], &of_kind["hits"]), (&json!(0), &json!(0)), "{kind}");
        assert!(of_kind["misses"].as_u64() >= Some(3), "{kind}: {of_kind}");
    }
}

#[test]
fn there_is_advice_for_every_type() {
    let app = App::start();
    let advice = app.get("/api/v1/cache/advice").ok();
    let types: Vec<_> = advice.as_array().into_iter().flatten().map(|a| a["type"].as_str()).collect();
    assert!(types.contains(&Some("claim")) && types.contains(&Some("risk_score")), "{advice}");
    let says = |of: &Value| of["verdict"].is_string() && of["message"].is_string();
    assert!(advice.as_array().is_some_and(|all| all.iter().all(says)), "{advice}");
}
