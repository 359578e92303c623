//! Claims: lists, one claim, and those that nothing answers yet.

use rocket::{State, get};

use crate::cache::key::Key;
use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::ClaimId;
use crate::model::lists::ClaimFilter;

use super::answer::{Cached, Json};
use super::door::Door;
use super::error::Problem;
use super::query::{Id, Query};

/// Claims that pass the filters, newest first.
#[get("/claims")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    let filter = ClaimFilter {
        payer_id: query.optional("payer_id")?,
        provider_id: query.optional("provider_id")?,
        practice_id: query.text("practice_id")?.map(Text::from),
        status: query.one_of("status", &ClaimStatus::ALL, ClaimStatus::name)?,
        created_from: query.moment("created_from", false)?,
        created_to: query.moment("created_to", true)?,
    };
    query.end()?;
    door.answer(move |appliance| appliance.claims(&filter, page)).await
}

/// Claims without an episode, newest first.
#[get("/claims/unlinked")]
pub(super) async fn unlinked(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    query.end()?;
    door.answer(move |appliance| appliance.unlinked_claims(page)).await
}

/// One claim with its lines.
#[get("/claims/<id>", rank = 2)]
pub(super) async fn show(id: Id<ClaimId>, door: &State<Door>) -> Result<Cached, Problem> {
    let id = id.get()?;
    door.cached(Key::claim(id.get()), move |appliance| appliance.claim(id)).await
}
