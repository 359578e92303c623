//! What holds for every path: whom the server answers, which methods, and that mistakes are told as problems.

use hyper::Method;
use insta::assert_snapshot;

use crate::answer::Answer;
use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};

#[test]
fn a_mistake_is_told_as_a_problem_document() {
    let app = App::start();
    let answer = app.get("/api/v1/claims/7");
    answer.problem(404, "NOT_FOUND");
    assert_snapshot!(
        answer.body,
        @r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"There is no claim 7.","error":"NOT_FOUND","message":"There is no claim 7."}"#
    );
}

#[test]
fn a_path_that_there_is_not_is_not_found() {
    let app = App::start();
    for path in [
        "/nothing",
        "/api/v1",
        "/api/v1/",
        "/api/v1/claim/1",
        "/api/v2/claims",
        "/assets/../Cargo.toml",
        "/%00",
    ] {
        let answer = app.get(path);
        assert_eq!(answer.status, 404, "{path}");
        answer.problem(404, "NOT_FOUND");
    }
}

#[test]
fn a_method_that_a_path_does_not_take_is_refused() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    for (method, path) in [
        (Method::DELETE, "claims/1"),
        (Method::PUT, "claims/1"),
        (Method::POST, "claims"),
        (Method::GET, "claims/upload"),
        (Method::GET, "risk/1/calculate"),
        (Method::GET, "remits/1/link"),
        (Method::POST, "episodes/1/status"),
        (Method::GET, "episodes/1/complete"),
        (Method::GET, "cache/stats/reset"),
        (Method::PATCH, "payers/1/rules"),
    ] {
        let answer = app.send(method.clone(), &format!("/api/v1/{path}"), &[], "");
        assert!(matches!(answer.status, 404 | 405 | 422), "{method} {path}: {}", answer.status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
    }
    assert_eq!(app.get("/api/v1/episodes/1").ok()["status"], "linked");
}

#[test]
fn only_the_own_names_are_answered() {
    let app = App::start();
    let port = app.address().rsplit(':').next().unwrap();
    let status = |host: &str| app.send(Method::GET, "/api/v1/health", &[("host", host)], "").status;
    for own in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"] {
        assert_eq!(status(&format!("{own}:{port}")), 200, "{own}");
    }
    for foreign in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.20"] {
        let answer = app.send(Method::GET, "/api/v1/health", &[("host", &format!("{foreign}:{port}"))], "");
        answer.problem(403, "FORBIDDEN");
    }
}

#[test]
fn a_name_that_the_configuration_adds_is_answered() {
    let app = App::with(&[("ROCKET_ALLOWED_HOSTS", r#"["Practice.local"]"#)]);
    let answer = app.send(Method::GET, "/api/v1/health", &[("host", "practice.local:8000")], "");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_page_from_elsewhere_may_change_nothing() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let own = format!("http://{}", app.address());
    let complete =
        |headers: &[(&str, &str)]| app.send(Method::POST, "/api/v1/episodes/1/complete", headers, "");
    for headers in [
        [("origin", "http://evil.example")],
        [("origin", "null")],
        [("origin", "http://127.0.0.1:1")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
    ] {
        let answer = complete(&headers);
        assert_eq!(answer.status, 403, "{headers:?}");
        answer.problem(403, "FORBIDDEN");
    }
    assert_eq!(app.get("/api/v1/episodes/1").ok()["status"], "linked");
    complete(&[("origin", &own), ("sec-fetch-site", "same-origin")]).ok();
    assert_eq!(app.get("/api/v1/episodes/1").ok()["status"], "complete");
}

#[test]
fn a_page_from_elsewhere_may_upload_nothing() {
    let app = App::start();
    let kind = ("content-type", "multipart/form-data; boundary=x");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{CLAIMS}\r\n--x--\r\n"
    );
    let upload = |origin| app.send(Method::POST, "/api/v1/imports", &[kind, ("origin", origin)], &body);
    upload("https://evil.example").problem(403, "FORBIDDEN");
    assert_eq!((app.get("/api/v1/imports").ok()["total"].as_u64(), app.kept_files()), (Some(0), 0));
    upload(&format!("http://{}", app.address())).ok();
}

#[test]
fn the_pages_and_what_they_need_come_from_here_alone() {
    let app = App::start();
    for page in ["/", "/cache"] {
        comes_from_here_alone(&app, &app.get(page));
    }
    // Modules that the pages' scripts import.
    assert_eq!(app.get("/assets/common.js").status, 200);
}

#[track_caller]
fn comes_from_here_alone(app: &App, page: &Answer) {
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'self'"))
    );
    for (link, _) in page.body.match_indices("/assets/") {
        let path = page.body[link..].split('"').next().unwrap_or_default();
        assert_eq!(app.get(path).status, 200, "{path}");
    }
    assert!(!page.body.contains("http"), "the page names another server");
}

#[test]
fn the_overview_counts_what_is_there() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    assert_snapshot!("overview", app.get("/api/v1/overview").shown());
}

#[test]
fn nothing_about_a_patient_is_logged() {
    let app = App::with(&[("MARB_LOG_LEVEL", "trace")]);
    app.import("claims", CLAIMS);
    app.import("answers", ANSWERS);
    app.get("/api/v1/claims/1").ok();
    app.post("/api/v1/risk/1/calculate").ok();
    let log = app.log();
    assert!(log.contains("import done"), "{log}");
    for secret in ["WREN", "FINCH", "WR1001", "VISIT-1001", "19610203", "1961-02-03", "M1711", "NS-1001"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn no_answer_is_taken_for_another_type_or_says_what_serves_it_and_no_page_may_be_framed() {
    let app = App::holding(&[CLAIMS]);
    for path in ["/", "/cache", "/api/v1/claims/1", "/api/v1/claims", "/api/v1/claims/7", "/nothing"] {
        let answer = app.get(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert_eq!(policy.contains("frame-ancestors 'none'"), is_page, "{path}: {policy}");
    }
}
