//! Uploads, and what `/imports` says of them.

use hyper::Method;
use insta::assert_snapshot;
use serde_json::json;

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS, DENTAL};

#[test]
fn an_upload_is_acknowledged_and_then_imported() {
    let app = App::start();
    let receipt = app.upload("/api/v1/claims/upload", &[], "march.837", CLAIMS);
    assert_snapshot!("import_receipt", receipt.shown());
    app.wait_for("imp-1");
    assert_snapshot!("import", app.get("/api/v1/imports/imp-1").shown());
}

#[test]
fn a_file_is_taken_as_what_it_is_wherever_it_is_sent() {
    let app = App::start();
    for (path, file, kind) in [
        ("/api/v1/remits/upload", ANSWERS, "835"),
        ("/api/v1/remits/upload", CLAIMS, "837"),
        ("/api/v1/claims/upload", DENTAL, "837"),
    ] {
        let receipt = app.upload(path, &[], "file", file).ok();
        let import = app.wait_for(receipt["task_id"].as_str().unwrap_or_default());
        assert_eq!((&import["state"], &import["kind"]), (&json!("done"), &json!(kind)), "{path}");
    }
}

#[test]
fn the_same_file_again_is_a_duplicate_and_changes_nothing() {
    let app = App::start();
    app.import("march.837", CLAIMS);
    let receipt = app.upload("/api/v1/imports", &[], "march (2).837", CLAIMS).ok();
    assert_eq!((&receipt["state"], &receipt["filename"]), (&json!("duplicate"), &json!("march (2).837")));
    let import = app.get("/api/v1/imports/imp-2").ok();
    assert_eq!(import["state"], "duplicate");
    assert_eq!(import["import"]["duplicate_of"], "imp-1");
    assert_eq!(app.get("/api/v1/claims").ok()["total"], 4);
}

#[test]
fn imports_are_listed_with_the_newest_first() {
    let app = App::start();
    app.import("claims", CLAIMS);
    app.import("answers", ANSWERS);
    let list = app.get("/api/v1/imports?limit=1").ok();
    assert_eq!(list["imports"][0]["task_id"], "imp-2");
    assert_eq!((&list["total"], &list["skip"], &list["limit"]), (&json!(2), &json!(0), &json!(1)));
    assert_eq!(app.get("/api/v1/imports?skip=1").ok()["imports"][0]["file"], "claims");
}

#[test]
fn claims_belong_to_the_practice_that_the_sender_names_or_to_the_billing_provider() {
    let practice = |app: &App| app.get("/api/v1/claims/1").ok()["practice_id"].clone();
    let app = App::start();
    app.import("claims", CLAIMS);
    assert_eq!(practice(&app), "1234567893");
    for (path, fields) in [
        ("/api/v1/imports", &[("practice_id", "elm-street")][..]),
        ("/api/v1/imports?practice_id=elm-street", &[]),
    ] {
        let app = App::start();
        app.upload(path, fields, "claims", CLAIMS).ok();
        app.wait_for("imp-1");
        assert_eq!(practice(&app), "elm-street", "{path}");
    }
}

#[test]
fn a_file_that_is_no_x12_is_refused_and_not_kept() {
    let app = App::start();
    for file in ["", "%PDF-1.7 something", "patient;charge\n1;20.00\n"] {
        let answer = app.upload("/api/v1/imports", &[], "a.txt", file);
        answer.problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(app.get("/api/v1/imports").ok()["total"], 0);
    assert_eq!(app.kept_files(), 0);
}

#[test]
fn a_file_above_the_limit_is_refused_and_one_at_the_limit_is_taken() {
    let size = CLAIMS.len().to_string();
    let app = App::with(&[("ROCKET_MAX_UPLOAD_SIZE", &size)]);
    let answer = app.upload("/api/v1/imports", &[], "a.837", format!("{CLAIMS}\n"));
    let detail = answer.problem(413, "PAYLOAD_TOO_LARGE");
    assert!(detail.contains("max_upload_size"), "{detail}");
    assert_eq!(app.kept_files(), 0);
    app.import("a.837", CLAIMS);
}

#[test]
fn a_file_far_above_the_limit_is_refused_as_well() {
    let app = App::with(&[("ROCKET_MAX_UPLOAD_SIZE", "1000")]);
    let answer = app.upload("/api/v1/imports", &[], "a.837", CLAIMS.repeat(100));
    answer.problem(413, "PAYLOAD_TOO_LARGE");
}

#[test]
fn a_body_that_is_no_form_with_a_file_is_refused() {
    let app = App::start();
    let form = [("content-type", "multipart/form-data; boundary=x")];
    let other_field = "--x\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\nISA\r\n--x--\r\n";
    for (headers, body) in [
        (&[][..], CLAIMS),
        (&[("content-type", "text/plain")], CLAIMS),
        (&[("content-type", "application/json")], "{}"),
        (&[("content-type", "multipart/form-data")], CLAIMS),
        (&form, ""),
        (&form, CLAIMS),
        (&form, other_field),
        (&form, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nISA*00"),
    ] {
        let answer = app.send(Method::POST, "/api/v1/imports", headers, body);
        assert!(matches!(answer.status, 415 | 422), "{headers:?}: {} {}", answer.status, answer.body);
        let code = if answer.status == 415 { "UNSUPPORTED_MEDIA_TYPE" } else { "VALIDATION_ERROR" };
        answer.problem(answer.status, code);
    }
    assert_eq!(app.get("/api/v1/imports").ok()["total"], 0);
}

#[test]
fn of_two_files_in_one_request_none_is_taken_and_the_sender_is_told() {
    let app = App::start();
    let file = |name: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{CLAIMS}\r\n"
        )
    };
    let form = [("content-type", "multipart/form-data; boundary=x")];
    let body = format!("{}{}--x--\r\n", file("one.837"), file("two.837"));
    app.send(Method::POST, "/api/v1/imports", &form, body).problem(422, "VALIDATION_ERROR");
    assert_eq!(app.get("/api/v1/imports").ok()["total"], 0);
}

#[test]
fn an_import_that_does_not_exist_is_not_found() {
    let app = App::start();
    for id in ["imp-1", "imp-", "1", "imp-999999999999999999999", "imp-1%27"] {
        app.get(&format!("/api/v1/imports/{id}")).problem(404, "NOT_FOUND");
    }
}

#[test]
fn a_file_that_ends_amid_a_claim_is_imported_as_far_as_it_goes_and_says_so() {
    let app = App::start();
    let cut = CLAIMS.find("SV1*HC:99214").unwrap_or_default();
    let import = app.import("cut.837", &CLAIMS[..cut]);
    assert_eq!(import["import"]["claims_stored"], 3);
    let rules: Vec<_> = import["findings"].as_array().into_iter().flatten().map(|f| &f["rule"]).collect();
    assert!(rules.contains(&&json!("claim-cut-off")), "{rules:?}");
    assert_eq!(app.get("/api/v1/claims/3").ok()["is_incomplete"], true);
    assert_eq!(app.get("/api/v1/claims/2").ok()["is_incomplete"], false);
}

#[test]
fn a_name_that_could_be_a_path_is_only_a_name() {
    let app = App::start();
    for (given, shown) in
        [("../../etc/march.837", "march.837"), ("C:\\\\claims\\\\may.837", "may.837"), ("", "upload")]
    {
        let receipt = app.upload("/api/v1/imports", &[], given, CLAIMS).ok();
        assert_eq!(receipt["filename"], shown);
    }
}
