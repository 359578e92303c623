//! What became of the requests to one endpoint: answers by status, errors by kind, latencies.

use std::time::Duration;

use super::latencies::Latencies;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No connection could be made.
    Connect,
    /// The answer took longer than the time-out.
    Timeout,
    /// The connection ended before the answer did.
    Closed,
    /// What came is no HTTP answer.
    Malformed,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Connect, Self::Timeout, Self::Closed, Self::Malformed];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Malformed => "malformed",
        }
    }
}

/// What a request led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A whole answer.
    Answered {
        /// Its status.
        status: u16,
        /// Bytes of its body.
        bytes: u64,
    },
    /// None.
    Failed(ErrorKind),
    /// It was due and was never sent, as no connection got free before the schedule ended.
    Missed,
}

/// When a request was due, when it was sent and when it was done, by one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it should have started; in a closed loop when it did.
    pub due: Duration,
    /// When it did start.
    pub sent: Duration,
    /// When its answer was whole, or it was given up.
    pub done: Duration,
}

/// What became of the requests to one endpoint.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// From the time that each was due, of requests that were answered; of those that ran into the time-out or were never
    /// sent the time that they had waited, which is less than the answer would have taken.
    pub latencies: Latencies,
    /// As the same bench would tell that counts from when a request was sent: only of those sent.
    pub uncorrected: Latencies,
    /// Answers by status, in no order.
    pub statuses: Vec<(u16, u64)>,
    /// By the places of [`ErrorKind::ALL`].
    pub failed: [u64; ErrorKind::ALL.len()],
    /// Due and never sent.
    pub missed: u64,
    /// Bytes of the answers' bodies.
    pub bytes: u64,
}

impl Tally {
    /// Counts a request.
    pub fn record(&mut self, times: Times, outcome: Outcome) {
        match outcome {
            Outcome::Answered { status, bytes } => {
                add(&mut self.statuses, status, 1);
                self.bytes += bytes;
            }
            Outcome::Failed(kind) => self.failed[kind as usize] += 1,
            Outcome::Missed => self.missed += 1,
        }
        // A connection that is refused at once tells nothing of how long an answer takes.
        let waited = !matches!(
            outcome,
            Outcome::Failed(ErrorKind::Connect | ErrorKind::Closed | ErrorKind::Malformed)
        );
        if waited {
            self.latencies.record(times.done.saturating_sub(times.due));
        }
        if waited && outcome != Outcome::Missed {
            self.uncorrected.record(times.done.saturating_sub(times.sent));
        }
    }

    /// Counts those of another too.
    pub fn merge(&mut self, other: &Self) {
        self.latencies.merge(&other.latencies);
        self.uncorrected.merge(&other.uncorrected);
        other.statuses.iter().for_each(|&(status, count)| add(&mut self.statuses, status, count));
        self.failed.iter_mut().zip(other.failed).for_each(|(count, more)| *count += more);
        self.missed += other.missed;
        self.bytes += other.bytes;
    }

    /// Requests that were sent.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.answered() + self.failed.iter().sum::<u64>()
    }

    /// Requests that were answered, with any status.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.statuses.iter().map(|(_, count)| count).sum()
    }

    /// Requests without an answer, and those whose answer says that it is an error (4xx, 5xx).
    #[must_use]
    pub fn errors(&self) -> u64 {
        let refused = self.statuses.iter().filter(|(status, _)| *status >= 400).map(|(_, count)| count);
        refused.sum::<u64>() + self.failed.iter().sum::<u64>()
    }
}

fn add(statuses: &mut Vec<(u16, u64)>, status: u16, count: u64) {
    match statuses.iter_mut().find(|(known, _)| *known == status) {
        Some((_, known)) => *known += count,
        None => statuses.push((status, count)),
    }
}
