//! The settings of the rooms, composed from defaults, `Rocket.toml`, the environment and flags, and checked.
//!
//! Later wins. Whatever is wrong is said in one line that names the key, the value and where it was set.

mod composed;
mod keys;
pub mod listing;
pub mod log_level;
pub mod refusal;
mod source;
pub mod sources;
mod unknown;

use figment::providers::Serialized;

use crate::cache::settings::CacheSettings;
use crate::config::composed::Composed;
use crate::config::keys::Keys;
use crate::config::listing::Entry;
use crate::config::log_level::LogLevel;
use crate::config::refusal::Refusal;
use crate::config::sources::{Flags, Variables};
use crate::model::denial::DenialRules;
use crate::risk::weights::{RiskWeights, WeightsError};
use crate::store::StoreSettings;
use crate::web::settings::{Data, ServerSettings};

/// The settings of every room.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server.
    pub server: ServerSettings,
    /// The database.
    pub store: StoreSettings,
    /// How much is logged.
    pub log_level: LogLevel,
    /// The cache.
    pub cache: CacheSettings,
    /// What each component of a risk score weighs.
    pub weights: RiskWeights,
    /// What counts as a denial.
    pub denial: DenialRules,
}

/// The settings of every room, with where each was set.
pub struct Configuration {
    /// The settings, read and checked.
    pub settings: Settings,
    composed: Composed,
}

impl Configuration {
    /// What `Rocket.toml`, the variables and the flags make of the defaults.
    ///
    /// # Errors
    /// The first thing that is wrong, in one line.
    pub fn compose(variables: &Variables, flags: &Flags) -> Result<Self, Refusal> {
        variables.check()?;
        let composed = Composed::of(sources::compose(variables, flags))?;
        unknown::check(&composed)?;
        let settings = read(&composed)?;
        check(&composed, &settings)?;
        Ok(Self { settings, composed })
    }

    /// Every setting in force, in the order of the keys.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        listing::entries(&self.composed, self.composed.table(), "")
    }

    /// The profile that is selected.
    #[must_use]
    pub fn profile(&self) -> &str {
        self.composed.figment.profile().as_str().as_str()
    }
}

fn read(composed: &Composed) -> Result<Settings, Refusal> {
    let refuse = |error: figment::Error| Refusal::of_error(composed, &error);
    let figment = &composed.figment;
    let keys: Keys = figment.extract().map_err(refuse)?;
    // Rocket's own logging stays off: what it has to say arrives in ours, whose levels have other names.
    let rocket = figment.clone().merge(Serialized::global("log_level", "off")).extract().map_err(refuse)?;
    Ok(Settings {
        server: ServerSettings { rocket, access: figment.extract().map_err(refuse)?, data: Data::default() },
        store: keys.store(),
        log_level: keys.log_level,
        cache: keys.cache,
        weights: keys.risk.weights,
        denial: keys.denial,
    })
}

/// What each value by itself does not show.
fn check(composed: &Composed, settings: &Settings) -> Result<(), Refusal> {
    let one_at_least =
        [("workers", settings.server.rocket.workers == 0), ("store.readers", settings.store.readers == 0)];
    if let Some((key, _)) = one_at_least.iter().find(|(_, is_zero)| *is_zero) {
        return Err(Refusal::of_value(composed, key, "expected a whole number from 1"));
    }
    if settings.store.path.as_os_str().is_empty() {
        return Err(Refusal::of_value(composed, "database", "expected the path of a file"));
    }
    settings.weights.check().map_err(|error| refused_weights(composed, &error))
}

/// Weights that can be read and cannot be used, named by those that somebody set.
fn refused_weights(composed: &Composed, error: &WeightsError) -> Refusal {
    let key = |name: &str| format!("risk.weights.{name}");
    match error {
        WeightsError::OutOfRange { name, .. } => {
            Refusal::of_value(composed, &key(name), "expected a number from 0 to 1")
        }
        WeightsError::Sum { sum } => {
            let names = ["payer", "coding", "doc", "historical", "pattern"];
            let set = names.map(key).into_iter().filter(|key| !composed.is_built_in(key));
            let described: Vec<String> = set.map(|key| composed.described(&key)).collect();
            Refusal(format!("{}: the five weights add up to {sum:.4}, expected 1", described.join(", ")))
        }
    }
}
