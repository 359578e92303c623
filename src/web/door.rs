//! The one door from async handlers to blocking work; a cache hit never passes it.

use std::sync::Arc;

use rocket::tokio::task;
use serde::Serialize;

use crate::appliance::Appliance;
use crate::appliance::error::ApplianceError;
use crate::cache::Loaded;
use crate::cache::key::Key;

use super::answer::{Cached, Json, to_bytes};
use super::error::Problem;

/// Leads to the appliance.
pub(super) struct Door(pub Arc<Appliance>);

impl Door {
    /// The appliance, for what never blocks: the cache's statistics and the like.
    pub(super) fn appliance(&self) -> &Appliance {
        &self.0
    }

    /// Answers what the work gives; both work and writing are done on a thread that may block.
    pub(super) async fn answer<T: Serialize>(
        &self,
        work: impl FnOnce(&Appliance) -> Result<T, ApplianceError> + Send + 'static,
    ) -> Result<Json, Problem> {
        self.blocking(move |appliance| Json::of(&work(appliance)?)).await
    }

    /// Answers from the cache, and only where it has nothing does the work.
    pub(super) async fn cached<T: Serialize>(
        &self,
        key: Key,
        work: impl FnOnce(&Appliance) -> Result<T, ApplianceError> + Send + 'static,
    ) -> Result<Cached, Problem> {
        self.cached_where(key, |_| true, work).await
    }

    /// As [`Door::cached`], but only an answer of which `is_kept` is true is kept.
    pub(super) async fn cached_where<T: Serialize>(
        &self,
        key: Key,
        is_kept: impl FnOnce(&T) -> bool + Send + 'static,
        work: impl FnOnce(&Appliance) -> Result<T, ApplianceError> + Send + 'static,
    ) -> Result<Cached, Problem> {
        let cache = self.0.cache();
        if let Some(body) = cache.peek_hit(&key) {
            return Ok(Cached(body));
        }
        let load = || {
            self.blocking(move |appliance| {
                let answer = work(appliance)?;
                Ok(Loaded { json: to_bytes(&answer)?, is_kept: is_kept(&answer) })
            })
        };
        Ok(Cached(cache.get_or_load(key, load).await?))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Appliance) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let appliance = Arc::clone(&self.0);
        task::spawn_blocking(move || work(&appliance)).await.map_err(Problem::internal)?
    }
}
