//! How each part of the server is doing.

use jiff::Timestamp;
use serde::Serialize;

/// How the server is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `healthy`, or `degraded` when any part is not healthy.
    pub status: &'static str,
    /// The version of marb.
    pub version: &'static str,
    /// When it was asked.
    pub timestamp: Timestamp,
    /// The parts.
    pub components: Components,
}

/// The parts of the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Components {
    /// The database.
    pub database: Database,
    /// The cache.
    pub cache: Part,
    /// The queue of imports.
    pub import_queue: Queue,
    /// Learning from answers and calculating scores anew.
    pub learning: Learning,
    /// The disk.
    pub disk: Part,
}

/// A part that is well or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// `healthy` or `unhealthy`.
    pub status: &'static str,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Database {
    /// `healthy` or `unhealthy`.
    pub status: &'static str,
    /// How long the smallest question takes, in milliseconds.
    pub response_time_ms: Option<f64>,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What is done in the background beside imports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learning {
    /// `healthy`.
    pub status: &'static str,
    /// Whether imports, learning and new scores are all through.
    pub at_rest: bool,
}

/// The queue of imports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Queue {
    /// `healthy` or `unhealthy`.
    pub status: &'static str,
    /// Imports waiting or running.
    pub waiting: u64,
}
