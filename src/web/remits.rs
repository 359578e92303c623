//! Remittances: lists, one remittance, and linking it to its claim.

use rocket::{State, get, post};

use crate::appliance::answers::remittances::RemittanceAnswer;
use crate::cache::key::Key;
use crate::model::denial::Outcome;
use crate::model::ids::RemittanceId;
use crate::model::lists::RemittanceFilter;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Id, Query};

/// Remittances that pass the filters, newest first.
#[get("/remits")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    let filter = RemittanceFilter {
        payer_id: query.optional("payer_id")?,
        status: query.one_of("status", &Outcome::ALL, Outcome::name)?,
        created_from: query.moment("created_from", false)?,
        created_to: query.moment("created_to", true)?,
    };
    query.end()?;
    door.answer(move |appliance| appliance.remittances(&filter, page)).await
}

/// One remittance with its payment, adjustments and lines.
#[get("/remits/<id>")]
pub(super) async fn show(id: Id<RemittanceId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    let key = Key::remittance(id.get());
    door.cached_where(key, RemittanceAnswer::is_decided, move |appliance| appliance.remittance(id)).await
}

/// Links a remittance to the claim that it answers, by the rules.
#[post("/remits/<id>/link")]
pub(super) async fn link(id: Id<RemittanceId>, door: &State<Door>) -> Result<Json, Problem> {
    let id = id.get()?;
    door.answer(move |appliance| appliance.link_remittance(id)).await
}
