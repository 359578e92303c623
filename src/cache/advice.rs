//! What to change about the cache, in a sentence with the figures behind it.

use serde::Serialize;

use crate::cache::Cache;
use crate::cache::key::Kind;
use crate::cache::stats::TypeStats;

/// Fewer lookups than this say nothing.
const ENOUGH: u64 = 100;

/// What should be done about one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It reaches its target.
    Fine,
    /// It reaches its target and its answers outlive their time to live.
    StableData,
    /// Expired answers are read again.
    TtlTooShort,
    /// Answers that made room are read again.
    CapacityTooSmall,
    /// Writes change the answers as fast as they are read.
    WrittenOften,
    /// Most answers are read once.
    SeldomReadTwice,
    /// The kind is not cached.
    NotCached,
    /// Too few lookups to tell.
    TooEarly,
}

/// One kind, its hit rate beside its target, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// The kind.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In per cent, two decimals.
    pub hit_rate: f64,
    /// In per cent.
    pub target_hit_rate: f64,
    /// Lookups it rests on.
    pub lookups: u64,
    /// In a word.
    pub verdict: Verdict,
    /// In a sentence with figures.
    pub message: String,
}

impl Cache {
    /// What to do about each kind.
    #[must_use]
    pub fn advice(&self) -> Vec<Advice> {
        self.sweep();
        let held = self.ledger.read(|_, _| {});
        let (_, by_type) = self.by_type(&held);
        let each = Kind::ALL.into_iter().zip(by_type);
        each.map(|(kind, (_, stats))| advise(kind, &stats, self.settings.capacity)).collect()
    }
}

fn advise(kind: Kind, stats: &TypeStats, capacity: u64) -> Advice {
    let verdict = judge(stats);
    Advice {
        kind: kind.name(),
        hit_rate: stats.lookups.ever.hit_rate,
        target_hit_rate: stats.target_hit_rate,
        lookups: stats.lookups.ever.total,
        verdict,
        message: explain(verdict, kind, stats, capacity),
    }
}

/// A cause counts from a fifth of the misses on; the greater of two wins.
fn judge(stats: &TypeStats) -> Verdict {
    let (lookups, activity) = (&stats.lookups.ever, &stats.activity);
    if stats.ttl_seconds == 0 {
        return Verdict::NotCached;
    }
    if lookups.total < ENOUGH {
        return Verdict::TooEarly;
    }
    let weighs = |cause: u64| cause > 0 && cause * 5 >= lookups.misses;
    if lookups.hit_rate >= stats.target_hit_rate {
        let stable = weighs(activity.read_after_expiry)
            && activity.unchanged_after_expiry * 10 >= activity.read_after_expiry * 9;
        return if stable { Verdict::StableData } else { Verdict::Fine };
    }
    let causes = [
        (activity.read_after_eviction, Verdict::CapacityTooSmall),
        (activity.read_after_expiry, Verdict::TtlTooShort),
        (activity.read_after_invalidation, Verdict::WrittenOften),
    ];
    let greatest = causes.into_iter().filter(|(cause, _)| weighs(*cause)).max_by_key(|(cause, _)| *cause);
    greatest.map_or(Verdict::SeldomReadTwice, |(_, verdict)| verdict)
}

fn explain(verdict: Verdict, kind: Kind, stats: &TypeStats, capacity: u64) -> String {
    let (lookups, activity, ttl) = (&stats.lookups.ever, &stats.activity, stats.ttl_seconds);
    let rate = format!(
        "{:.2} % of {} lookups hit (target {} %)",
        lookups.hit_rate, lookups.total, stats.target_hit_rate
    );
    let setting = format!("cache.ttl.{}", kind.name());
    match verdict {
        Verdict::Fine => format!("{rate}: nothing to change."),
        Verdict::StableData => format!(
            "{rate}; {} of {} answers read again after expiring had not changed, so {setting} can go up from {ttl} s, for \
             example to {} s: writes are noticed at once in any case.",
            activity.unchanged_after_expiry,
            activity.read_after_expiry,
            ttl.saturating_mul(2),
        ),
        Verdict::TtlTooShort => format!(
            "{rate}; {} of {} misses were on answers that had expired after {ttl} s ({} of them unchanged): raise {setting}, \
             for example to {} s.",
            activity.read_after_expiry,
            lookups.misses,
            activity.unchanged_after_expiry,
            ttl.saturating_mul(2),
        ),
        Verdict::CapacityTooSmall => format!(
            "{rate}; {} of {} misses were on answers that had gone to make room: raise cache.capacity from {capacity} bytes, \
             for example to {}.",
            activity.read_after_eviction,
            lookups.misses,
            capacity.saturating_mul(2),
        ),
        Verdict::WrittenOften => format!(
            "{rate}; {} of {} misses were on answers that a write had changed: no setting makes these hit.",
            activity.read_after_invalidation, lookups.misses,
        ),
        Verdict::SeldomReadTwice => format!(
            "{rate}; most of the {} misses were first reads: neither a longer time to live nor more space would help.",
            lookups.misses,
        ),
        Verdict::NotCached => format!(
            "{setting} is 0: all {} lookups were loaded, in {} ms on average.",
            lookups.total, stats.mean_load_ms,
        ),
        Verdict::TooEarly if lookups.total == 0 => {
            format!("Not asked for yet (target {} %).", stats.target_hit_rate)
        }
        Verdict::TooEarly => format!("{rate}: too few to tell, {ENOUGH} are needed."),
    }
}
