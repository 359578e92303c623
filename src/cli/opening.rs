//! Opening: the appliance over the configured database, for the commands that need it.

use std::sync::Arc;

use crate::appliance::{Appliance, ApplianceSettings};
use crate::cache::Cache;
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::config::Settings;
use crate::store::{Store, StoreSettings};

/// Opens the database of these settings and brings its schema up to date.
pub(super) fn store(settings: &StoreSettings) -> Result<Store, Failure> {
    Store::open(settings).map_err(|error| Failure::Failed(error.to_string()))
}

/// Opens the database of these settings, brings its schema up to date and puts the appliance over it.
pub(super) fn appliance(settings: &Settings) -> Result<Arc<Appliance>, Failure> {
    let clock = Clock::system();
    let store = store(&settings.store)?;
    let cache = Cache::new(settings.cache.clone(), clock.clone());
    let decisions = ApplianceSettings { weights: settings.weights, denial: settings.denial.clone() };
    let appliance = Appliance::new(store, cache, clock, decisions)
        .map_err(|error| Failure::of("cannot make the folder of received files", error))?;
    Ok(Arc::new(appliance))
}
