//! Latencies counted: exact moments, and a histogram that gives percentiles to three digits in bounded memory.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::number::float;

/// The digits that a percentile is exact to: it is at most a thousandth too high.
const DIGITS: u8 = 3;

const NANOS: f64 = 1e9;

/// Latencies, of which each is counted and none is kept.
#[derive(Debug, Clone)]
pub struct Latencies {
    histogram: Histogram<u64>,
    /// Sum of nanoseconds.
    sum: u128,
    /// Sum of their squares: 2^32 latencies of an hour fit in.
    squares: u128,
    min: Duration,
    max: Duration,
}

impl Latencies {
    /// None yet.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "up to five digits are allowed")]
    pub fn new() -> Self {
        Self {
            histogram: Histogram::new(DIGITS).expect("three digits"),
            sum: 0,
            squares: 0,
            min: Duration::MAX,
            max: Duration::ZERO,
        }
    }

    /// Counts a latency.
    pub fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        // It makes room for what is larger than all before, so it has no reason to fail.
        let _ = self.histogram.record(nanos);
        self.sum += u128::from(nanos);
        self.squares = self.squares.saturating_add(u128::from(nanos) * u128::from(nanos));
        self.min = self.min.min(latency);
        self.max = self.max.max(latency);
    }

    /// Counts those of others too.
    pub fn merge(&mut self, others: &Self) {
        let _ = self.histogram.add(&others.histogram);
        self.sum += others.sum;
        self.squares = self.squares.saturating_add(others.squares);
        self.min = self.min.min(others.min);
        self.max = self.max.max(others.max);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The least; zero where there is none.
    #[must_use]
    pub fn min(&self) -> Duration {
        self.min.min(self.max)
    }

    /// The greatest; zero where there is none.
    #[must_use]
    pub const fn max(&self) -> Duration {
        self.max
    }

    /// The arithmetic mean in seconds; 0 where there is none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { wide(self.sum) / float(self.count()) / NANOS }
    }

    /// The standard deviation in seconds, of these as the whole population: the root of (n Σx² - (Σx)²) / n².
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        let count = u128::from(self.count());
        if count == 0 {
            return 0.0;
        }
        // The difference is taken before anything is rounded; where the products do not fit, floats are near enough.
        let spread = match (self.squares.checked_mul(count), self.sum.checked_mul(self.sum)) {
            (Some(squares), Some(square)) => wide(squares.saturating_sub(square)),
            _ => (wide(self.squares) * wide(count) - wide(self.sum).powi(2)).max(0.0),
        };
        spread.sqrt() / wide(count) / NANOS
    }

    /// The least latency that this share of all does not exceed (nearest rank); zero where there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.histogram.value_at_quantile(share)).min(self.max)
    }

    /// How many are in each range: its upper end and their number, from the least latency to the greatest, each range
    /// twice the one before or smaller.
    #[must_use]
    pub fn ranges(&self, steps_per_doubling: u32) -> Vec<(Duration, u64)> {
        let Some(least) = self.histogram.iter_recorded().next() else { return Vec::new() };
        let growth = f64::from(steps_per_doubling).recip().exp2();
        let mut ranges = Vec::new();
        let mut end = float(least.value_iterated_to());
        let mut waiting = 0;
        for value in self.histogram.iter_recorded() {
            while float(value.value_iterated_to()) > end {
                ranges.push((Duration::from_secs_f64(end / NANOS), std::mem::take(&mut waiting)));
                end *= growth;
            }
            waiting += value.count_at_value();
        }
        ranges.push((self.max, waiting));
        ranges
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::cast_precision_loss, reason = "the result is rounded to a float's precision anyway")]
const fn wide(sum: u128) -> f64 {
    sum as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From a microsecond to a quarter of an hour, each magnitude as likely as another.
    fn nanos() -> impl Strategy<Value = u64> {
        (10_u32..40).prop_flat_map(|bits| (1_u64 << bits)..(2_u64 << bits))
    }

    fn of(nanos: &[u64]) -> Latencies {
        let mut latencies = Latencies::new();
        for &nanos in nanos {
            latencies.record(Duration::from_nanos(nanos));
        }
        latencies
    }

    /// The value at the nearest rank: the least that so many of 1000 do not exceed.
    fn at_rank(sorted: &[u64], of_1000: usize) -> u64 {
        sorted[(sorted.len() * of_1000).div_ceil(1000).max(1) - 1]
    }

    #[track_caller]
    fn near(seconds: f64, nanos: f64) {
        // What is left of a float's 15 digits after so many additions in another order.
        assert!((seconds * NANOS - nanos).abs() <= nanos * 1e-9 + 1e-6, "{seconds} s, {nanos} ns");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn statistics_agree_with_those_of_the_kept_samples(
            samples in prop::collection::vec(nanos(), 1..1_000), threads in 1_usize..5,
        ) {
            // As in a run: counted by several threads and then put together.
            let mut latencies = Latencies::new();
            for share in samples.chunks(samples.len().div_ceil(threads)) {
                latencies.merge(&of(share));
            }
            let mut sorted = samples;
            sorted.sort_unstable();
            let count = float(sorted.len() as u64);
            let mean = sorted.iter().map(|&nanos| float(nanos)).sum::<f64>() / count;
            let variance = sorted.iter().map(|&nanos| (float(nanos) - mean).powi(2)).sum::<f64>() / count;
            prop_assert_eq!(latencies.count(), sorted.len() as u64);
            prop_assert_eq!(latencies.min().as_nanos(), u128::from(sorted[0]));
            prop_assert_eq!(latencies.max().as_nanos(), u128::from(sorted[sorted.len() - 1]));
            near(latencies.mean(), mean);
            near(latencies.standard_deviation(), variance.sqrt());
            for of_1000 in [500, 900, 950, 990, 999, 1000] {
                let exact = u128::from(at_rank(&sorted, of_1000));
                let told = latencies.quantile(f64::from(u32::try_from(of_1000).unwrap()) / 1e3).as_nanos();
                prop_assert!(told >= exact && told <= exact + exact / 1000, "{of_1000}: {told}, not {exact}");
            }
        }

        #[test]
        fn ranges_hold_every_latency_once(samples in prop::collection::vec(nanos(), 1..500)) {
            let ranges = of(&samples).ranges(2);
            prop_assert_eq!(ranges.iter().map(|(_, count)| count).sum::<u64>(), samples.len() as u64);
            prop_assert!(ranges.is_sorted_by(|(a, _), (b, _)| a < b), "{ranges:?}");
            prop_assert_eq!(ranges.last().map(|(end, _)| end.as_nanos()), samples.iter().max().map(|&n| n.into()));
        }
    }

    #[test]
    fn of_latencies_worked_out_by_hand_the_statistics_are_those() {
        // 2, 4, 4, 4, 5, 5, 7 and 9: mean 5, population standard deviation 2.
        let latencies = of(&[2, 4, 4, 4, 5, 5, 7, 9].map(|millis| millis * 1_000_000));
        near(latencies.mean(), 5e6);
        near(latencies.standard_deviation(), 2e6);
        assert_eq!(latencies.quantile(0.5).as_millis(), 4);
        assert_eq!(latencies.quantile(0.9), Duration::from_millis(9));
    }

    #[test]
    fn of_none_everything_is_zero() {
        let none = Latencies::new();
        assert_eq!((none.count(), none.min(), none.max()), (0, Duration::ZERO, Duration::ZERO));
        assert_eq!((none.quantile(0.99), none.ranges(2)), (Duration::ZERO, Vec::new()));
        assert!(none.mean() + none.standard_deviation() < f64::MIN_POSITIVE);
    }
}
