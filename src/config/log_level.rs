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

impl LogLevel {
    /// For a command whose own output says what was done: the usual level shows no more than warnings.
    #[must_use]
    pub const fn quieter(self) -> Self {
        match self {
            Self::Info => Self::Warn,
            other => other,
        }
    }
}
