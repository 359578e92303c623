//! What happened, counted by kind: hits in stripes so that threads do not share a line, the rest plainly.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::cache::key::{KINDS, Kind};
use crate::cache::load_times::LoadTimes;

const STRIPES: usize = 16;

/// Counts of all kinds by one group of threads; two lines of 64 bytes, as processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Stripe([AtomicU64; KINDS]);

static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static STRIPE: usize = NEXT_THREAD.fetch_add(1, Ordering::Relaxed) % STRIPES;
}

/// Everything counted since the start or the last reset.
#[derive(Default)]
pub(super) struct Counters {
    hits: [Stripe; STRIPES],
    rare: [Rare; KINDS],
}

/// What is counted where a load is near, so that a plain counter is cheap enough.
#[derive(Default)]
pub(super) struct Rare {
    pub misses: AtomicU64,
    pub single_flight_waits: AtomicU64,
    pub loads: LoadTimes,
    pub failed_loads: AtomicU64,
    pub not_kept: AtomicU64,
    pub evicted: AtomicU64,
    pub expired: AtomicU64,
    pub expired_unread: AtomicU64,
    pub invalidated: AtomicU64,
    pub read_after_eviction: AtomicU64,
    pub read_after_expiry: AtomicU64,
    pub read_after_invalidation: AtomicU64,
    pub unchanged_after_expiry: AtomicU64,
}

/// Hits and misses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lookups {
    pub hits: u64,
    pub misses: u64,
}

impl Lookups {
    pub(super) fn total(self) -> u64 {
        self.hits + self.misses
    }

    /// What was added since an earlier reading.
    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            hits: self.hits.saturating_sub(earlier.hits),
            misses: self.misses.saturating_sub(earlier.misses),
        }
    }
}

impl std::ops::Add for Lookups {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { hits: self.hits + other.hits, misses: self.misses + other.misses }
    }
}

impl Counters {
    /// Counts a hit.
    pub(super) fn hit(&self, kind: Kind) {
        let stripe = STRIPE.with(|stripe| *stripe);
        self.hits[stripe].0[kind.index()].fetch_add(1, Ordering::Relaxed);
    }

    /// The other counters of a kind.
    pub(super) fn of(&self, kind: Kind) -> &Rare {
        &self.rare[kind.index()]
    }

    /// Hits and misses of each kind.
    pub(super) fn lookups(&self) -> [Lookups; KINDS] {
        Kind::ALL.map(|kind| Lookups {
            hits: self.hits.iter().map(|stripe| stripe.0[kind.index()].load(Ordering::Relaxed)).sum(),
            misses: read(&self.of(kind).misses),
        })
    }

    /// Sets everything to zero.
    pub(super) fn reset(&self) {
        self.hits.iter().flat_map(|stripe| &stripe.0).for_each(zero);
        self.rare.iter().for_each(Rare::reset);
    }
}

impl Rare {
    fn reset(&self) {
        let Self { misses, single_flight_waits, loads, failed_loads, not_kept, evicted, .. } = self;
        let Self { expired, expired_unread, invalidated, read_after_eviction, read_after_expiry, .. } = self;
        let Self { read_after_invalidation, unchanged_after_expiry, .. } = self;
        loads.reset();
        [misses, single_flight_waits, failed_loads, not_kept, evicted, expired, expired_unread, invalidated]
            .into_iter()
            .chain([read_after_eviction, read_after_expiry, read_after_invalidation, unchanged_after_expiry])
            .for_each(zero);
    }
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The count so far.
pub(super) fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn zero(counter: &AtomicU64) {
    counter.store(0, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_of_many_threads_add_up_exactly() {
        let counters = Counters::default();
        std::thread::scope(|scope| {
            for _ in 0..2 * STRIPES {
                scope.spawn(|| (0..1_000).for_each(|_| counters.hit(Kind::Payer)));
            }
        });
        assert_eq!(counters.lookups()[Kind::Payer.index()].hits, 32_000);
        assert_eq!(counters.lookups()[Kind::Claim.index()].hits, 0);
        counters.reset();
        assert_eq!(counters.lookups()[Kind::Payer.index()].hits, 0);
    }
}
