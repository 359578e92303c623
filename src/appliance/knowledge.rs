//! What was learned of how likely lines are to be denied, in memory: read when marb starts and whenever something was learned.

use std::sync::{Arc, PoisonError};

use crate::risk::learning::Model;
use crate::store::error::StoreError;
use crate::store::models;
use crate::store::sql::Connection;

use super::Appliance;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    /// What estimates are made by; the assumption alone where nothing was learned.
    pub(super) model: Model,
    /// Whether it was learned from answers.
    pub(super) is_learned: bool,
}

impl Knowledge {
    /// What the database holds. A model that another version of marb wrote, and this one does not understand, is as none.
    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let Some(text) = models::latest(connection)? else { return Ok(Self::default()) };
        if let Some(model) = Model::read(&text) {
            return Ok(Self { model, is_learned: true });
        }
        tracing::info!("what an earlier version learned is learned anew");
        Ok(Self::default())
    }
}

impl Appliance {
    /// What is known now; what is learned while this is held does not change it.
    pub(super) fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.knowledge.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_knowledge(&self, knowledge: Knowledge) {
        *self.knowledge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(knowledge);
    }
}
