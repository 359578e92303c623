//! Denial patterns of payers and claims.

use rocket::{State, get, post};

use crate::cache::key::Key;
use crate::model::ids::{ClaimId, PayerId};

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Id, Query};

const MAX_DAYS: u32 = 365;
const DEFAULT_DAYS: u32 = 90;

/// Looks for a payer's patterns among the answers paid within `days_back` days.
#[post("/patterns/detect/<id>")]
pub(super) async fn detect(id: Id<PayerId>, mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let (id, days_back) = (id.get()?, days_back(&mut query)?);
    query.end()?;
    door.answer(move |appliance| appliance.detect_patterns(id, days_back)).await
}

/// The same for every payer.
#[post("/patterns/detect-all")]
pub(super) async fn detect_all(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let days_back = days_back(&mut query)?;
    query.end()?;
    door.answer(move |appliance| appliance.detect_all_patterns(days_back)).await
}

/// The patterns of a payer as they were found last.
#[get("/patterns/payer/<id>")]
pub(super) async fn of_payer(id: Id<PayerId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::payer_patterns(id.get()), move |appliance| appliance.payer_patterns(id)).await
}

/// The patterns that a claim matches.
#[post("/patterns/analyze-claim/<id>")]
pub(super) async fn analyze(id: Id<ClaimId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::pattern_analysis(id.get()), move |appliance| appliance.analyze_patterns(id)).await
}

fn days_back(query: &mut Query) -> Result<u32, Problem> {
    let days = query.optional("days_back")?.unwrap_or(DEFAULT_DAYS);
    if (1..=MAX_DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(Problem::invalid(format_args!("days_back={days}: from 1 to {MAX_DAYS}.")))
    }
}
