//! Configurations of practices.

use rocket::{State, get, put};

use crate::cache::key::Key;
use crate::model::rules::PracticeRules;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Body, body};

/// How a practice works; the defaults where nobody has said.
#[get("/practices/<practice_id>/config")]
pub(super) async fn show(practice_id: String, door: &State<Door>) -> Result<Cached, Problem> {
    let key = Key::practice_config(&practice_id);
    door.cached(key, move |appliance| appliance.practice_config(&practice_id)).await
}

/// Sets how a practice works, whole.
#[put("/practices/<practice_id>/config", data = "<rules>")]
pub(super) async fn set(
    practice_id: String,
    rules: Body<'_, PracticeRules>,
    door: &State<Door>,
) -> Result<Json, Problem> {
    let rules = body(rules)?;
    door.answer(move |appliance| appliance.set_practice_config(&practice_id, &rules)).await
}
