//! The settings that exist beside the server's own.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cache::settings::CacheSettings;
use crate::config::log_level::LogLevel;
use crate::model::denial::DenialRules;
use crate::risk::weights::RiskWeights;
use crate::store::StoreSettings;

/// Everything that is not the server's, as it stands in a profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) database: PathBuf,
    pub(super) store: StoreKeys,
    pub(super) log_level: LogLevel,
    pub(super) cache: CacheSettings,
    pub(super) risk: RiskKeys,
    pub(super) denial: DenialRules,
}

/// The table `store`: how the database file is shared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoreKeys {
    pub(super) readers: u32,
    /// Seconds.
    pub(super) busy_timeout: u64,
    /// Milliseconds.
    pub(super) slow_query_ms: u64,
}

/// The table `risk`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct RiskKeys {
    pub(super) weights: RiskWeights,
}

impl Default for StoreKeys {
    fn default() -> Self {
        let usual = StoreSettings::new(PathBuf::new());
        Self {
            readers: usual.readers,
            busy_timeout: usual.busy_timeout.as_secs(),
            slow_query_ms: u64::try_from(usual.slow_query.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Keys {
    /// The settings of the store.
    pub(super) fn store(&self) -> StoreSettings {
        let StoreKeys { readers, busy_timeout, slow_query_ms } = self.store;
        StoreSettings {
            path: self.database.clone(),
            readers,
            busy_timeout: Duration::from_secs(busy_timeout),
            slow_query: Duration::from_millis(slow_query_ms),
        }
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            database: PathBuf::from("marb-data/marb.db"),
            store: StoreKeys::default(),
            log_level: LogLevel::default(),
            cache: CacheSettings::default(),
            risk: RiskKeys::default(),
            denial: DenialRules::default(),
        }
    }
}

/// Whether a setting's value is not for other eyes.
pub(super) fn is_secret(key: &str) -> bool {
    ["secret", "password", "token"].iter().any(|word| key.contains(word))
}
