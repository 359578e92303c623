//! What is in the database in numbers, and whether every part is well.

use crate::intake::rules::Rule;
use crate::store::{imports, overview, risk_scores};

use super::Appliance;
use super::answers::health::{Components, Database, Health, Learning, Part, Queue};
use super::answers::overview::{Overview, RiskLevels};
use super::error::ApplianceError;

impl Appliance {
    /// The numbers of the first page.
    ///
    /// # Errors
    /// When the database fails.
    pub fn overview(&self) -> Result<Overview, ApplianceError> {
        Ok(self.store.read(|connection| {
            let sums = overview::sums(connection)?;
            let levels = overview::risk_levels(connection)?;
            Ok(Overview {
                is_synthetic: overview::is_test_data(connection, Rule::TestFile.id())?,
                claims: sums.claims,
                total_charge_amount: sums.charge,
                remittances: sums.remittances,
                payment_amount: sums.paid,
                episodes: sums.episodes,
                unlinked_claims: sums.unlinked_claims,
                unlinked_remittances: sums.unlinked_remittances,
                denied_claims: sums.denied_claims,
                risk_levels: RiskLevels {
                    low: levels.low,
                    medium: levels.medium,
                    high: levels.high,
                    critical: levels.critical,
                },
                last_scored_at: risk_scores::last_calculated(connection)?,
                imports_waiting: imports::waiting(connection)?,
            })
        })?)
    }

    /// How each part is doing. Never fails: what fails is the answer.
    #[must_use]
    pub fn health(&self) -> Health {
        let database = self.database_health();
        let disk = self.disk_health();
        let waiting = self.store.read(imports::waiting);
        let import_queue = Queue {
            status: if waiting.is_ok() { HEALTHY } else { UNHEALTHY },
            waiting: waiting.unwrap_or_default(),
        };
        let cache = Part { status: HEALTHY, message: None };
        let learning = Learning { status: HEALTHY, at_rest: self.bell.is_at_rest() };
        let parts = [database.status, disk.status, import_queue.status, cache.status];
        Health {
            status: if parts.iter().all(|status| *status == HEALTHY) { HEALTHY } else { "degraded" },
            version: env!("CARGO_PKG_VERSION"),
            timestamp: self.clock.now(),
            components: Components { database, cache, import_queue, learning, disk },
        }
    }

    fn database_health(&self) -> Database {
        match self.store.response_time(&self.clock) {
            Ok(time) => Database {
                status: HEALTHY,
                response_time_ms: Some((time.as_secs_f64() * 1_000_000.0).round() / 1000.0),
                message: None,
            },
            Err(cause) => {
                Database { status: UNHEALTHY, response_time_ms: None, message: Some(cause.to_string()) }
            }
        }
    }

    /// Whether a file can be written and synced where received files go.
    fn disk_health(&self) -> Part {
        match self.inbox.probe() {
            Ok(()) => Part { status: HEALTHY, message: None },
            Err(cause) => Part {
                status: UNHEALTHY,
                message: Some(format!("Received files cannot be written: {cause}. Free some space.")),
            },
        }
    }
}

const HEALTHY: &str = "healthy";
const UNHEALTHY: &str = "unhealthy";
