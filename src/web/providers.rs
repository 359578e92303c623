//! Providers.

use rocket::{State, get};

use crate::cache::key::Key;
use crate::model::ids::ProviderId;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Id, Query};

/// Providers, newest first.
#[get("/providers")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    query.end()?;
    door.answer(move |appliance| appliance.providers(page)).await
}

/// One provider.
#[get("/providers/<id>")]
pub(super) async fn show(id: Id<ProviderId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::provider(id.get()), move |appliance| appliance.provider(id)).await
}
