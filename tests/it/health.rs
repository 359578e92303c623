//! `/health` and `/health/detailed`.

use insta::assert_snapshot;

use crate::app::App;

#[test]
fn health_says_that_the_server_answers_and_how_each_part_is_doing() {
    let app = App::start();
    app.rest();
    assert_snapshot!("health", app.get("/api/v1/health").shown());
    assert_snapshot!("health_detailed", app.get("/api/v1/health/detailed").shown());
}
