//! How much is logged.

use serde::{Deserialize, Serialize};

/// From nothing to everything; `critical` and `normal` are Rocket's names for `warn` and `info`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What may become a failure.
    #[serde(alias = "critical")]
    Warn,
    /// What was done.
    #[default]
    #[serde(alias = "normal")]
    Info,
    /// How it was done, every request among it.
    Debug,
    /// What the libraries say beside.
    Trace,
}
