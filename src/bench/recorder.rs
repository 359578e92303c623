//! What one thread's connections have measured so far.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::tally::{Outcome, Tally, Times};

/// One for each thread, so that recording waits for nobody.
pub(super) struct Recorder {
    /// By the places of the mix.
    pub(super) tallies: Vec<Tally>,
    /// How late requests were sent for which a connection had been waiting: the bench's own part of the latency.
    pub(super) lateness: super::latencies::Latencies,
    /// What is shown while it runs: small, so that looking takes no time.
    pub(super) so_far: SoFar,
}

/// Everything together, in microseconds to two digits.
#[derive(Clone)]
pub(super) struct SoFar {
    pub(super) requests: u64,
    pub(super) errors: u64,
    pub(super) micros: Histogram<u32>,
}

impl Recorder {
    pub(super) fn new(endpoints: usize) -> Self {
        Self {
            tallies: vec![Tally::default(); endpoints],
            lateness: super::latencies::Latencies::new(),
            so_far: SoFar::new(),
        }
    }

    pub(super) fn record(&mut self, place: usize, times: Times, outcome: Outcome) {
        if let Some(tally) = self.tallies.get_mut(place) {
            tally.record(times, outcome);
        }
        self.so_far.record(times.done.saturating_sub(times.due), outcome);
    }
}

impl SoFar {
    #[expect(clippy::expect_used, reason = "up to five digits are allowed")]
    pub(super) fn new() -> Self {
        Self { requests: 0, errors: 0, micros: Histogram::new(2).expect("two digits") }
    }

    fn record(&mut self, latency: Duration, outcome: Outcome) {
        let is_error = match outcome {
            Outcome::Answered { status, .. } => status >= 400,
            Outcome::Failed(_) => true,
            Outcome::Missed => return,
        };
        self.requests += 1;
        self.errors += u64::from(is_error);
        let _ = self.micros.record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.errors += other.errors;
        let _ = self.micros.add(&other.micros);
    }
}
