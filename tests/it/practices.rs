//! Configurations of practices over HTTP.

use hyper::Method;
use insta::assert_snapshot;

use crate::app::App;

const CONFIG: &str = "/api/v1/practices/elm-street/config";

#[test]
fn a_practice_has_defaults_until_somebody_says_otherwise_and_then_that_at_once() {
    let app = App::start();
    assert_snapshot!("practice_default", app.get(CONFIG).shown());
    let rules = r#"{"name":"Elm Street Clinic","disabled_rules":["charge-zero"],"submission_target_days":5}"#;
    let set = app.json(Method::PUT, CONFIG, rules);
    assert_snapshot!("practice", set.shown());
    assert_eq!(app.get(CONFIG).body, set.body);
    app.json(Method::PUT, CONFIG, "{}").ok();
    assert!(app.get(CONFIG).ok()["rules"]["name"].is_null());
}

#[test]
fn a_configuration_of_another_shape_is_invalid() {
    let app = App::start();
    for body in
        ["", "[]", "{", r#"{"submission_target_days":0}"#, r#"{"nam":"x"}"#, r#"{"disabled_rules":"x"}"#]
    {
        let answer = app.json(Method::PUT, CONFIG, body);
        assert_eq!(answer.status, 422, "{body}");
        answer.problem(422, "VALIDATION_ERROR");
    }
    let long = format!("/api/v1/practices/{}/config", "x".repeat(81));
    app.json(Method::PUT, &long, "{}").problem(422, "VALIDATION_ERROR");
}

#[test]
fn a_rule_that_does_not_exist_is_refused_with_the_one_that_was_meant() {
    let app = App::start();
    app.json(Method::PUT, CONFIG, r#"{"rule_weights":{"charge-zero":0.5}}"#).ok();
    for (body, says) in [
        (r#"{"disabled_rules":["charge-zeroo"]}"#, "did you mean \"charge-zero\"?"),
        (r#"{"rule_weights":{"charge-zer":1}}"#, "did you mean \"charge-zero\"?"),
        (
            r#"{"rule_weights":{"charge-zero":11}}"#,
            "charge-zero may count 0 to 10 times its usual points, not 11.",
        ),
    ] {
        let detail = app.json(Method::PUT, CONFIG, body).problem(422, "VALIDATION_ERROR");
        assert!(detail.ends_with(says), "{detail}");
    }
    assert_eq!(app.get(CONFIG).ok()["rules"]["rule_weights"]["charge-zero"], 0.5);
}

#[test]
fn an_id_may_hold_any_letter() {
    let app = App::start();
    for (path, id) in [("St%C3%A4dtle%20%2F%204", "Städtle / 4"), ("a:b", "a:b"), ("%27;--", "';--")] {
        let path = format!("/api/v1/practices/{path}/config");
        app.json(Method::PUT, &path, r#"{"submission_target_days":7}"#).ok();
        let config = app.get(&path).ok();
        assert_eq!(config["practice_id"], id);
        assert_eq!(config["rules"]["submission_target_days"], 7, "{id}");
    }
}
