//! Providers over HTTP.

use insta::assert_snapshot;

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};

#[test]
fn who_bills_and_who_treats_are_providers() {
    let app = App::holding(&[CLAIMS]);
    assert_snapshot!("providers", app.get("/api/v1/providers").shown());
    assert_snapshot!("provider", app.get("/api/v1/providers/2").shown());
}

#[test]
fn a_provider_is_one_row_in_however_many_files_it_stands() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    app.import("later", CLAIMS.replace("VISIT-", "LATER-"));
    assert_eq!(app.get("/api/v1/providers").ok()["total"], 2);
}

#[test]
fn a_provider_that_does_not_exist_is_not_found() {
    let app = App::start();
    app.get("/api/v1/providers/1").problem(404, "NOT_FOUND");
    app.get("/api/v1/providers/NPI").problem(422, "VALIDATION_ERROR");
    app.get("/api/v1/providers?limit=0").problem(422, "VALIDATION_ERROR");
}
