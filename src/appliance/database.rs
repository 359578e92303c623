//! The database as those see it who tune it.

use serde::Serialize;

use crate::store::sql::watch::{QueryStats, WaitStats};

use super::Appliance;

/// How the questions of the database are doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatabaseStats {
    /// From which time on a question is logged as slow, in milliseconds.
    pub slow_query_ms: u64,
    /// How long writes waited for the write before them, which has the one connection that writes; one with nobody before it
    /// counts with the moment that it took.
    pub writer_wait: WaitStats,
    /// Each question that was asked since the start, by name; with counts and times, never with a value.
    pub queries: Vec<QueryStats>,
}

impl Appliance {
    /// How often each question was asked since the start, and how long that took.
    #[must_use]
    pub fn database_stats(&self) -> DatabaseStats {
        let slow = self.store.slow_query().as_millis();
        DatabaseStats {
            slow_query_ms: u64::try_from(slow).unwrap_or(u64::MAX),
            writer_wait: self.store.writer_wait(),
            queries: self.store.query_stats(),
        }
    }
}
