//! The cache's statistics and advice.

use rocket::{State, get, post};
use serde::Serialize;

use crate::cache::key::Key;
use crate::cache::stats::StatsQuery;

use super::answer::Json;
use super::door::Door;
use super::error::Problem;
use super::query::Query;

/// Hits and misses, of everything or of one key.
#[get("/cache/stats")]
pub(super) async fn stats(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let cache = door.appliance().cache();
    if let Some(key) = query.optional::<Key>("key")? {
        query.end()?;
        return Json::of(&cache.key_stats(&key));
    }
    let usual = StatsQuery::default();
    let wanted = StatsQuery {
        limit: query.optional("limit")?.unwrap_or(usual.limit),
        sort: query.optional("sort")?.unwrap_or(usual.sort),
        prefix: query.text("prefix")?.unwrap_or_default(),
    };
    query.end()?;
    // Takes time in proportion to the number of keys.
    door.answer(move |appliance| Ok(appliance.cache().stats(&wanted))).await
}

#[derive(Serialize)]
struct Message {
    message: String,
}

/// Sets the statistics to zero, of everything or of one key.
#[post("/cache/stats/reset")]
pub(super) fn reset(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let key = query.optional::<Key>("key")?;
    query.end()?;
    door.appliance().cache().reset(key.as_ref());
    let message = match key {
        Some(key) => format!("Cache statistics of {key} were reset"),
        None => "All cache statistics were reset".to_owned(),
    };
    Json::of(&Message { message })
}

/// What each type's hit rate says and what to change.
#[get("/cache/advice")]
pub(super) async fn advice(door: &State<Door>) -> Result<Json, Problem> {
    door.answer(|appliance| Ok(appliance.cache().advice())).await
}
