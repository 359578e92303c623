//! Risk scores of claims.

use rocket::{State, get, post};

use crate::appliance::Appliance;
use crate::cache::key::Key;
use crate::model::ids::ClaimId;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Id, Query};

/// The score of a claim, or word that it has none yet.
#[get("/risk/<id>")]
pub(super) async fn show(id: Id<ClaimId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::risk_score(id.get()), move |appliance| appliance.risk_score(id)).await
}

/// How good the estimates are; found out once until answers change, however many ask.
#[get("/risk/evaluation")]
pub(super) async fn evaluation(door: &State<Door>) -> Result<Cached, Problem> {
    door.cached(Key::risk_evaluation(), Appliance::evaluate_risk).await
}

/// Calculates the score anew.
#[post("/risk/<id>/calculate")]
pub(super) async fn calculate(id: Id<ClaimId>, door: &State<Door>) -> Result<Json, Problem> {
    let id = id.get()?;
    door.answer(move |appliance| appliance.calculate_risk(id)).await
}

/// Scored claims, the riskiest first.
#[get("/risk")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    query.end()?;
    door.answer(move |appliance| appliance.riskiest_claims(page)).await
}
