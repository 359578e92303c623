//! Opening: the appliance over the configured database, for the commands that need it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::appliance::{Appliance, ApplianceSettings};
use crate::cache::Cache;
use crate::cli::failure::Failure;
use crate::cli::logging;
use crate::clock::Clock;
use crate::config::sources::{Flags, Variables};
use crate::config::{Configuration, Settings};
use crate::store::Store;

/// The settings of a command that looks at a database, which has to be there: a look at nothing would only make an empty one.
pub(super) fn existing(database: Option<PathBuf>) -> Result<Settings, Failure> {
    let flags = Flags { database, ..Flags::default() };
    let settings = Configuration::compose(&Variables::of_process(), &flags)?.settings;
    logging::install(settings.log_level.quieter());
    let path = &settings.store.path;
    if !path.exists() {
        let line = format!("there is no database {}: name another with --database", path.display());
        return Err(Failure::Failed(line));
    }
    Ok(settings)
}

/// Opens the database of these settings, brings its schema up to date and puts the appliance over it.
pub(super) fn appliance(settings: &Settings) -> Result<Arc<Appliance>, Failure> {
    let clock = Clock::system();
    let store = Store::open(&settings.store).map_err(|error| Failure::Failed(error.to_string()))?;
    let cache = Cache::new(settings.cache.clone(), clock.clone());
    let decisions = ApplianceSettings { weights: settings.weights, denial: settings.denial.clone() };
    let appliance =
        Appliance::new(store, cache, clock, decisions).map_err(|error| Failure::of("cannot begin", error))?;
    Ok(Arc::new(appliance))
}
