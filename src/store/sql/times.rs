//! How long a question took, in a small histogram that costs one addition a call.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets to a doubling: a percentile is at most an eighth too high.
const STEPS: u64 = 8;
/// From a quarter of a microsecond to over ten minutes.
const BUCKETS: usize = 256;
/// Nanoseconds of the smallest step.
const UNIT: u64 = 256;

/// Durations by logarithmic bucket, and their sum.
pub(super) struct Times {
    buckets: [AtomicU64; BUCKETS],
    nanos: AtomicU64,
}

impl Default for Times {
    fn default() -> Self {
        Self { buckets: std::array::from_fn(|_| AtomicU64::new(0)), nanos: AtomicU64::new(0) }
    }
}

impl Times {
    /// Counts a call that took so long.
    pub(super) fn add(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos / UNIT)].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Calls counted, their mean and the time that 99 of 100 did not exceed, rounded up to a bucket's end; zeros before
    /// the first.
    pub(super) fn summary(&self) -> (u64, Duration, Duration) {
        let counts: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let calls: u64 = counts.iter().sum();
        let mean = self.nanos.load(Ordering::Relaxed).checked_div(calls).unwrap_or(0);
        let rank = (calls * 99).div_ceil(100);
        let mut below = 0;
        let found = counts.iter().position(|count| {
            below += count;
            below >= rank && below > 0
        });
        let p99 = found.map_or(0, |bucket| end(bucket) * UNIT);
        (calls, Duration::from_nanos(mean), Duration::from_nanos(p99))
    }
}

/// Below `STEPS` units each has its own bucket; above, each doubling has `STEPS`.
fn bucket(units: u64) -> usize {
    let bucket = match units.checked_ilog2() {
        Some(log) if units >= STEPS => {
            let doublings = u64::from(log) - u64::from(STEPS.ilog2());
            STEPS * (doublings + 1) + (units >> doublings) - STEPS
        }
        _ => units,
    };
    usize::try_from(bucket).map_or(BUCKETS - 1, |bucket| bucket.min(BUCKETS - 1))
}

/// The end of a bucket in units.
fn end(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    match (bucket / STEPS).checked_sub(1) {
        None => bucket + 1,
        Some(doublings) => (STEPS + bucket % STEPS + 1) << doublings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_at_most_an_eighth_too_high() {
        for micros in [1, 3, 9, 50, 999, 12_345, 9_000_000] {
            let times = Times::default();
            let took = Duration::from_micros(micros);
            times.add(took);
            let (calls, mean, p99) = times.summary();
            assert_eq!((calls, mean), (1, took));
            assert!(took < p99 && p99 <= took + took / 8 + Duration::from_nanos(UNIT), "{took:?} {p99:?}");
        }
    }

    #[test]
    fn one_slow_call_of_two_hundred_is_beyond_the_percentile() {
        let times = Times::default();
        (0..199).for_each(|_| times.add(Duration::from_micros(100)));
        times.add(Duration::from_secs(1));
        let (calls, mean, p99) = times.summary();
        assert_eq!((calls, mean), (200, Duration::from_nanos(5_099_500)));
        assert!(p99 < Duration::from_micros(113), "{p99:?}");
    }

    #[test]
    fn what_takes_longer_than_the_last_bucket_is_counted_there() {
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
