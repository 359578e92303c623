//! Finding the limit: rates that rise until a limit is passed, then come nearer to it from both sides.
//!
//! A rate that passes a limit is tried once more, and only then believed: one pause of a busy machine would end the rise far
//! below what the target can do.
//!
//! The two capacities are those of R. Jain, *The Art of Computer Systems Performance Analysis* (1991), section 3.3: the
//! usable capacity is the highest throughput that keeps the limits, the knee capacity the throughput at which the ratio of
//! throughput to response time is greatest: beyond it, latency grows faster than what it buys.

use serde::{Deserialize, Serialize};

use super::report::Figures;

/// Each rate is so many times the one before, until a limit is passed.
const GROWTH: f64 = 1.5;

/// Then so many rates lie between the last that kept the limits and the first that did not.
const HALVINGS: u32 = 3;

/// Which rate comes next.
#[derive(Debug, Clone)]
pub struct Ramp {
    next: f64,
    /// Whether it passed a limit the first time.
    doubted: bool,
    kept: Option<f64>,
    passed: Option<f64>,
    halvings: u32,
}

/// A rate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Requests a second that were asked for.
    pub rate: f64,
    /// The limits that were passed, each with its value; none where all were kept.
    pub passed: Vec<String>,
    /// What it led to.
    #[serde(flatten)]
    pub figures: Figures,
}

impl Ramp {
    /// Begins with so many requests a second.
    #[must_use]
    pub const fn new(from: f64) -> Self {
        Self { next: from, doubted: false, kept: None, passed: None, halvings: HALVINGS }
    }

    /// The rate to try next; `None` once the limit is known well enough.
    #[must_use]
    pub fn next(&self) -> Option<f64> {
        (self.passed.is_none() || self.halvings > 0).then_some(self.next)
    }

    /// Takes note of whether the rate kept the limits.
    pub fn tried(&mut self, rate: f64, kept: bool) {
        self.doubted = !kept && !self.doubted;
        if self.doubted {
            return;
        }
        if self.passed.is_some() {
            self.halvings = self.halvings.saturating_sub(1);
        }
        *(if kept { &mut self.kept } else { &mut self.passed }) = Some(rate);
        self.next = match (self.kept, self.passed) {
            (_, None) => rate * GROWTH,
            (kept, Some(passed)) => f64::midpoint(kept.unwrap_or(0.0), passed),
        };
    }
}

/// The highest throughput among the steps that kept the limits, in requests a second.
#[must_use]
pub fn usable_capacity(steps: &[Step]) -> Option<f64> {
    let kept = steps.iter().filter(|step| step.passed.is_empty());
    kept.map(|step| step.figures.requests_per_second).max_by(f64::total_cmp)
}

/// The throughput at which the ratio of throughput to mean latency is greatest, in requests a second.
#[must_use]
pub fn knee_capacity(steps: &[Step]) -> Option<f64> {
    let power = |step: &&Step| step.figures.requests_per_second / step.figures.latency.mean;
    let answered = steps.iter().filter(|step| step.figures.latency.mean > 0.0);
    answered.max_by(|a, b| power(a).total_cmp(&power(b))).map(|step| step.figures.requests_per_second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::Latency;

    /// The rates that are tried where this one is the highest that keeps the limits.
    fn tried(from: f64, limit: f64) -> Vec<f64> {
        let mut ramp = Ramp::new(from);
        std::iter::from_fn(|| {
            let rate = ramp.next()?;
            ramp.tried(rate, rate <= limit);
            Some(rate)
        })
        .collect()
    }

    #[test]
    fn rates_rise_and_then_close_in() {
        let twice = [225.0, 225.0, 187.5, 187.5, 168.75, 168.75];
        assert_eq!(tried(100.0, 160.0), [&[100.0, 150.0], &twice[..], &[159.375]].concat());
    }

    #[test]
    fn where_the_first_is_too_much_lower_ones_are_tried() {
        assert_eq!(tried(100.0, 30.0), [100.0, 100.0, 50.0, 50.0, 25.0, 37.5, 37.5]);
    }

    #[test]
    fn a_limit_that_is_passed_once_and_not_again_does_not_end_the_rise() {
        let mut ramp = Ramp::new(100.0);
        ramp.tried(100.0, false);
        assert_eq!(ramp.next(), Some(100.0));
        ramp.tried(100.0, true);
        assert_eq!(ramp.next(), Some(150.0));
    }

    /// A queue with one server of so many requests a second (M/M/1), whose mean latency is 1 / (capacity - rate).
    fn step(rate: f64, capacity: f64, limit: f64) -> Step {
        let mean = 1.0 / (capacity - rate);
        let latency = Latency { mean, ..Latency::default() };
        let figures = Figures { requests_per_second: rate, latency, ..Figures::default() };
        Step { rate, passed: if mean > limit { vec!["mean".to_owned()] } else { Vec::new() }, figures }
    }

    #[test]
    fn the_knee_of_a_queue_is_at_half_of_its_capacity() {
        // Throughput by latency is rate * (1000 - rate), which is greatest at 500; and 1 / (1000 - 900) s is the limit.
        let steps: Vec<_> = (1..10).map(|hundred| step(f64::from(hundred) * 100.0, 1000.0, 0.0099)).collect();
        assert_eq!(knee_capacity(&steps), Some(500.0));
        assert_eq!(usable_capacity(&steps), Some(800.0));
        assert_eq!((usable_capacity(&[]), knee_capacity(&[])), (None, None));
    }
}
