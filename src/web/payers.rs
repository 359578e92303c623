//! Payers and what they accept.

use rocket::{State, get, post, put};

use crate::cache::key::Key;
use crate::model::ids::PayerId;
use crate::model::rules::PayerRules;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Body, Id, Query, body};

/// Payers, newest first.
#[get("/payers")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    query.end()?;
    door.answer(move |appliance| appliance.payers(page)).await
}

/// One payer with its rules and every id and name by which it is known.
#[get("/payers/<id>")]
pub(super) async fn show(id: Id<PayerId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::payer(id.get()), move |appliance| appliance.payer(id)).await
}

/// Sets what a payer accepts, whole.
#[put("/payers/<id>/rules", data = "<rules>")]
pub(super) async fn set_rules(
    id: Id<PayerId>,
    rules: Body<'_, PayerRules>,
    door: &State<Door>,
) -> Result<Json, Problem> {
    let id = id.get()?;
    let rules = body(rules)?;
    door.answer(move |appliance| appliance.set_payer_rules(id, &rules)).await
}

/// Unites a payer with another one, `into`, under whose id both stand from then on.
#[post("/payers/<id>/merge")]
pub(super) async fn merge(id: Id<PayerId>, mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let from = id.get()?;
    let into = query.required("into")?;
    query.end()?;
    door.answer(move |appliance| appliance.merge_payers(from, into)).await
}
