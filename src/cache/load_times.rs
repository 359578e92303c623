//! How long loads took, in a small histogram that costs one addition a load.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets to a doubling: a percentile is at most an eighth too high.
const STEPS: u64 = 8;
/// From 1 microsecond to over an hour.
const BUCKETS: usize = 256;

/// Durations by logarithmic bucket, and their sum.
pub(super) struct LoadTimes {
    buckets: [AtomicU64; BUCKETS],
    nanos: AtomicU64,
}

impl Default for LoadTimes {
    fn default() -> Self {
        Self { buckets: std::array::from_fn(|_| AtomicU64::new(0)), nanos: AtomicU64::new(0) }
    }
}

impl LoadTimes {
    /// Counts a load that took so long.
    pub(super) fn add(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos / 1_000)].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Loads counted.
    pub(super) fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    /// The mean; zero before the first load.
    pub(super) fn mean(&self) -> Duration {
        let nanos = self.nanos.load(Ordering::Relaxed);
        nanos.checked_div(self.count()).map_or(Duration::ZERO, Duration::from_nanos)
    }

    /// The time that 99 of 100 loads did not exceed, rounded up to a bucket's end; zero before the first load.
    pub(super) fn p99(&self) -> Duration {
        let counts: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let rank = (counts.iter().sum::<u64>() * 99).div_ceil(100);
        let mut below = 0;
        let found = counts.iter().position(|count| {
            below += count;
            below >= rank && below > 0
        });
        found.map_or(Duration::ZERO, |bucket| Duration::from_micros(end(bucket)))
    }

    /// Sets everything to zero.
    pub(super) fn reset(&self) {
        self.buckets.iter().chain([&self.nanos]).for_each(|cell| cell.store(0, Ordering::Relaxed));
    }
}

/// Below `STEPS` microseconds each has its own bucket; above, each doubling has `STEPS`.
#[expect(clippy::cast_possible_truncation, reason = "the number of a bucket is below 512")]
fn bucket(micros: u64) -> usize {
    if micros < STEPS {
        return micros as usize;
    }
    let doublings = u64::from(micros.ilog2() - STEPS.ilog2());
    let step = (micros >> doublings) - STEPS;
    ((STEPS + doublings * STEPS + step) as usize).min(BUCKETS - 1)
}

/// The first microsecond after the bucket.
fn end(bucket: usize) -> u64 {
    let next = bucket as u64 + 1;
    if next <= STEPS {
        return next;
    }
    let (doublings, step) = ((next - STEPS) / STEPS, (next - STEPS) % STEPS);
    (STEPS + step) << doublings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(millis: impl IntoIterator<Item = u64>, mean: u64, p99_at_least: u64) {
        let times = LoadTimes::default();
        millis.into_iter().for_each(|millis| times.add(Duration::from_millis(millis)));
        assert_eq!(times.mean(), Duration::from_millis(mean));
        let (p99, exact) = (times.p99(), Duration::from_millis(p99_at_least));
        assert!(p99 >= exact && p99 <= exact + exact / 8, "{p99:?} for {exact:?}");
    }

    #[test]
    fn the_mean_is_exact_and_the_99th_percentile_at_most_an_eighth_too_high() {
        case([], 0, 0);
        case([4], 4, 4);
        case([10; 100], 10, 10);
        case((0..98).map(|_| 1).chain([101, 101]), 3, 101);
        case((0..99).map(|_| 1).chain([101]), 2, 1);
    }

    #[test]
    fn every_duration_falls_into_the_bucket_that_ends_after_it() {
        for micros in (0..10_000).chain((0..30).map(|bits| 3 << bits)) {
            let place = bucket(micros);
            assert!(micros < end(place), "{micros}");
            assert!(place == 0 || micros >= end(place - 1), "{micros}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
