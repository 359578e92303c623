//! What the database was asked, and how long that took.

use rocket::{State, get};

use super::answer::Json;
use super::door::Door;
use super::error::Problem;

/// Counters of each question since the start, by name.
#[get("/database/stats")]
pub(super) fn stats(door: &State<Door>) -> Result<Json, Problem> {
    Json::of(&door.appliance().database_stats())
}
