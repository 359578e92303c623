//! The watch over questions: counters for each name, and a line in the log for each that was slow.

use std::collections::HashMap;
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use crate::clock::Clock;
use crate::store::error::StoreError;

use super::Connection;
use super::explain::plan;
use super::query::Query;
use super::times::Times;

/// Counts what the connections of one store are asked.
pub(in crate::store) struct Watch {
    clock: Clock,
    slow: Duration,
    writer_wait: Times,
    has_met_damage: AtomicBool,
    /// By the address of the question, which is a static.
    counters: HashMap<usize, Counters>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("slow", &self.slow).finish_non_exhaustive()
    }
}

struct Counters {
    query: &'static Query,
    times: Times,
    rows: AtomicU64,
}

/// How often a question was asked since the start, and how long that took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryStats {
    /// Its name, as in `claims.load`.
    pub query: String,
    /// How often it was asked.
    pub calls: u64,
    /// Mean time in milliseconds.
    pub mean_ms: f64,
    /// The time in milliseconds that 99 of 100 calls did not exceed, at most an eighth too high.
    pub p99_ms: f64,
    /// Rows that it gave or changed, in all.
    pub rows: u64,
}

/// How often something was waited for since the start, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WaitStats {
    /// How often.
    pub count: u64,
    /// Mean time in milliseconds.
    pub mean_ms: f64,
    /// The time in milliseconds that 99 of 100 did not exceed, at most an eighth too high.
    pub p99_ms: f64,
}

impl Watch {
    /// Watches these questions; one that takes as long as `slow` is logged.
    pub(in crate::store) fn new(
        queries: impl Iterator<Item = &'static Query>,
        slow: Duration,
        clock: Clock,
    ) -> Self {
        let counters = queries.map(|query| {
            (address(query), Counters { query, times: Times::default(), rows: AtomicU64::new(0) })
        });
        Self {
            clock,
            slow,
            writer_wait: Times::default(),
            has_met_damage: AtomicBool::new(false),
            counters: counters.collect(),
        }
    }

    /// From which time on a question is logged.
    pub(in crate::store) fn slow(&self) -> Duration {
        self.slow
    }

    /// The time at which a question is asked.
    pub(super) fn start(&self) -> Duration {
        self.clock.passed()
    }

    /// Counts a question that was asked at `start` and is answered now.
    ///
    /// The log gets its name, time, rows and plan, never its values.
    pub(super) fn done(&self, query: &'static Query, start: Duration, rows: u64, connection: &Connection) {
        let took = self.clock.passed().saturating_sub(start);
        if let Some(counters) = self.counters.get(&address(query)) {
            counters.times.add(took);
            counters.rows.fetch_add(rows, Ordering::Relaxed);
        }
        if took >= self.slow {
            let plan =
                plan(&connection.sqlite, query).map_or_else(|_| String::new(), |steps| steps.join("; "));
            // Not a warning: commands that show warnings have a person before them, who can do nothing about it.
            tracing::info!(%query, ms = milliseconds(took), rows, %plan, "slow query");
        }
    }

    /// What a question came to, as an error of the store; that the database is damaged is remembered.
    pub(super) fn outcome<T>(&self, outcome: rusqlite::Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            let error = StoreError::from(error);
            if matches!(error, StoreError::Damaged) {
                self.has_met_damage.store(true, Ordering::Relaxed);
            }
            error
        })
    }

    /// Whether a question failed since the start because the database is damaged.
    pub(in crate::store) fn has_met_damage(&self) -> bool {
        self.has_met_damage.load(Ordering::Relaxed)
    }

    /// Takes the one connection that writes by `take`, and counts how long that waited.
    pub(in crate::store) fn waited<T>(&self, take: impl FnOnce() -> T) -> T {
        let start = self.clock.passed();
        let taken = take();
        self.writer_wait.add(self.clock.passed().saturating_sub(start));
        taken
    }

    /// How long writers waited for one another.
    pub(in crate::store) fn writer_wait(&self) -> WaitStats {
        let (count, mean, p99) = self.writer_wait.summary();
        WaitStats { count, mean_ms: milliseconds(mean), p99_ms: milliseconds(p99) }
    }

    /// The counters of every question that was asked, by name.
    pub(in crate::store) fn stats(&self) -> Vec<QueryStats> {
        let stats = |counters: &Counters| {
            let (calls, mean, p99) = counters.times.summary();
            QueryStats {
                query: counters.query.to_string(),
                calls,
                mean_ms: milliseconds(mean),
                p99_ms: milliseconds(p99),
                rows: counters.rows.load(Ordering::Relaxed),
            }
        };
        let mut all: Vec<_> = self.counters.values().map(stats).filter(|stats| stats.calls > 0).collect();
        all.sort_by(|one, other| one.query.cmp(&other.query));
        all
    }
}

fn address(query: &'static Query) -> usize {
    ptr::from_ref(query).addr()
}

/// Milliseconds with three decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_writer_waited_is_counted() {
        let clock = Clock::set_at("2026-04-01T00:00:00Z".parse().unwrap());
        let watch = Watch::new(std::iter::empty(), Duration::MAX, clock.clone());
        for wait in [10, 30] {
            watch.waited(|| clock.advance(Duration::from_millis(wait)));
        }
        let WaitStats { count, mean_ms, p99_ms } = watch.writer_wait();
        assert_eq!((count, mean_ms.to_bits()), (2, 20.0_f64.to_bits()));
        assert!((30.0..=33.75).contains(&p99_ms), "{p99_ms}");
    }
}
