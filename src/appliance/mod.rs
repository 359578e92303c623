//! The noun that ties the rooms: takes files in, links, scores, looks up; one action is one transaction, then invalidation.

pub mod answers;
pub mod bulk;
pub mod database;
pub mod error;
mod evaluation;
pub mod importing;
mod inbox;
mod knowledge;
mod learning;
mod linking;
mod lookup;
mod overview;
mod patterns;
mod payer_history;
mod payers;
mod posting;
mod practices;
mod reading;
pub mod receiving;
mod renewal;
mod scores;
mod scoring;
mod standing;
mod submissions;
mod touched;
pub mod worker;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::cache::Cache;
use crate::clock::Clock;
use crate::model::denial::DenialRules;
use crate::risk::weights::RiskWeights;
use crate::store::Store;

use error::ApplianceError;
use importing::Running;
use inbox::Inbox;
use knowledge::Knowledge;
use worker::Bell;

/// What the appliance decides by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApplianceSettings {
    /// What each component of a risk score weighs.
    pub weights: RiskWeights,
    /// What counts as a denial.
    pub denial: DenialRules,
}

/// One practice's claims, remittances and what follows from them; one for the whole process.
pub struct Appliance {
    store: Store,
    cache: Cache,
    clock: Clock,
    settings: ApplianceSettings,
    inbox: Inbox,
    bell: Bell,
    /// The files of the step that is being stored.
    running: Mutex<Vec<Running>>,
    knowledge: RwLock<Arc<Knowledge>>,
    /// Held by whoever learns from all answers.
    learning: Mutex<()>,
}

impl Appliance {
    /// Puts the parts together; received files stand in the folder `received` beside the database.
    ///
    /// # Errors
    /// When the folder of received files cannot be made, or the database refuses.
    pub fn new(
        store: Store,
        cache: Cache,
        clock: Clock,
        settings: ApplianceSettings,
    ) -> Result<Self, ApplianceError> {
        let beside = store.path().parent().map(PathBuf::from).unwrap_or_default();
        let inbox = Inbox::open(beside.join("received"))?;
        let knowledge = store.read(Knowledge::load)?;
        Ok(Self {
            store,
            cache,
            clock,
            settings,
            inbox,
            bell: Bell::default(),
            running: Mutex::default(),
            knowledge: RwLock::new(Arc::new(knowledge)),
            learning: Mutex::default(),
        })
    }

    /// Tells long work to come to its next resting point and end there.
    pub fn stop(&self) {
        self.bell.stop();
    }

    /// The cache, for what asks it without asking the database.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Where a server writes uploads while they arrive.
    #[must_use]
    pub fn incoming_folder(&self) -> PathBuf {
        self.inbox.incoming()
    }

    /// Puts everything into the database file, for a clean stop.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn close(&self) -> Result<(), ApplianceError> {
        Ok(self.store.checkpoint()?)
    }

    fn running(&self) -> Vec<Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_running(&self, running: Vec<Running>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }
}
