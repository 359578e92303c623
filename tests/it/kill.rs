//! Ends without warning: what was acknowledged is imported once, whenever the process ended.

use crate::app::App;
use crate::fixtures::CLAIMS;

#[test]
fn a_file_that_was_acknowledged_is_imported_although_the_server_was_killed() {
    let app = App::start();
    app.upload("/api/v1/imports", &[], "claims", CLAIMS).ok();
    let app = App::over(app.kill());
    assert_eq!(app.wait_for("imp-1")["state"], "done");
    assert_eq!(app.get("/api/v1/claims").ok()["total"], 4);
}
