//! Whether the server is well.

use rocket::{State, get};
use serde::Serialize;

use super::answer::Json;
use super::door::Door;
use super::error::Problem;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
}

/// Whether the server answers; asks nothing of the database.
#[get("/health")]
pub(super) fn health() -> Result<Json, Problem> {
    Json::of(&Health { status: "healthy", version: env!("CARGO_PKG_VERSION") })
}

/// How each part is doing.
#[get("/health/detailed")]
pub(super) async fn detailed(door: &State<Door>) -> Result<Json, Problem> {
    door.answer(|appliance| Ok(appliance.health())).await
}
