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
