//! What the server takes of the machine, and whether its data is thrown away.

use rocket::{State, get};
use serde::Serialize;

use super::answer::Json;
use super::error::Problem;
use super::process;
use super::query::Query;
use super::settings::Data;

#[derive(Serialize)]
struct ServerStats {
    version: &'static str,
    throw_away: bool,
    cpu_seconds: Option<f64>,
    resident_bytes: Option<u64>,
}

/// The process's figures; `null` where the system does not tell.
#[get("/server/stats")]
pub(super) fn stats(query: Query, data: &State<Data>) -> Result<Json, Problem> {
    query.end()?;
    Json::of(&ServerStats {
        version: env!("CARGO_PKG_VERSION"),
        throw_away: **data == Data::ThrowAway,
        cpu_seconds: process::cpu_seconds(),
        resident_bytes: process::resident_bytes(),
    })
}
