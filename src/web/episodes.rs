//! Episodes: lists, one episode, linking by hand and working them.

use rocket::{State, get, patch, post};
use serde::Deserialize;

use crate::cache::key::Key;
use crate::model::episode::EpisodeStatus;
use crate::model::ids::EpisodeId;
use crate::model::lists::EpisodeFilter;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Body, Id, Query, body};

/// Episodes, newest first; of one claim where `claim_id` is given.
#[get("/episodes")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    let filter = EpisodeFilter {
        claim_id: query.optional("claim_id")?,
        status: query.one_of("status", &EpisodeStatus::ALL, EpisodeStatus::name)?,
        created_from: query.moment("created_from", false)?,
        created_to: query.moment("created_to", true)?,
    };
    query.end()?;
    door.answer(move |appliance| appliance.episodes(&filter, page)).await
}

/// One episode.
#[get("/episodes/<id>")]
pub(super) async fn show(id: Id<EpisodeId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::episode(id.get()), move |appliance| appliance.episode(id)).await
}

/// Says by hand which claim and remittance belong together.
#[post("/episodes/<id>/link")]
pub(super) async fn link(id: Id<EpisodeId>, mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let id = id.get()?;
    let (claim, remittance) = (query.required("claim_id")?, query.required("remittance_id")?);
    query.end()?;
    door.answer(move |appliance| appliance.link_by_hand(id, claim, remittance)).await
}

/// What a status change says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    status: EpisodeStatus,
}

/// Sets where an episode stands.
#[patch("/episodes/<id>/status", data = "<change>")]
pub(super) async fn set_status(
    id: Id<EpisodeId>,
    change: Body<'_, NewStatus>,
    door: &State<Door>,
) -> Result<Json, Problem> {
    let id = id.get()?;
    let status = body(change)?.status;
    door.answer(move |appliance| appliance.set_episode_status(id, status)).await
}

/// Marks an episode as worked.
#[post("/episodes/<id>/complete")]
pub(super) async fn complete(id: Id<EpisodeId>, door: &State<Door>) -> Result<Json, Problem> {
    let id = id.get()?;
    door.answer(move |appliance| appliance.set_episode_status(id, EpisodeStatus::Complete)).await
}
