//! What a marb tells of itself over a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the target did while it was loaded; members are missing where it does not tell them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerSide {
    /// Its version.
    pub version: String,
    /// Whether its database is a throw-away one.
    pub throw_away: bool,
    /// CPU seconds over the run.
    pub cpu_seconds: Option<f64>,
    /// CPU microseconds for each request.
    pub cpu_micros_per_request: Option<f64>,
    /// Bytes of memory at the end.
    pub resident_bytes: Option<u64>,
    /// Lookups in the cache over the run, by type; only types that were looked up.
    pub cache: BTreeMap<String, CacheSide>,
    /// Queries over the run, by name.
    pub database: BTreeMap<String, QuerySide>,
    /// Seconds in queries over the run.
    pub database_seconds: Option<f64>,
    /// Seconds that writers waited for one another over the run.
    pub writer_wait_seconds: Option<f64>,
}

/// One type of the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct CacheSide {
    /// Answered from the cache.
    pub hits: u64,
    /// Loaded.
    pub misses: u64,
    /// Hits in per cent.
    pub hit_rate: f64,
}

/// One query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct QuerySide {
    /// How often it was asked.
    pub calls: u64,
    /// Seconds that it took together.
    pub seconds: f64,
}
