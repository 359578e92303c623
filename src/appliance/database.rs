//! The database as those see it who tune it.

use serde::Serialize;

use crate::store::sql::watch::QueryStats;

use super::Appliance;

/// How the questions of the database are doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatabaseStats {
    /// From which time on a question is logged as slow, in milliseconds.
    pub slow_query_ms: u64,
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
            queries: self.store.query_stats(),
        }
    }
}
