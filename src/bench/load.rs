//! How the target is loaded: how many ask, and what decides when.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How the target is loaded.
#[derive(Debug, Clone)]
pub struct Load {
    /// Where the target listens.
    pub address: SocketAddr,
    /// How many connections ask at the same time; at least 1.
    pub connections: usize,
    /// How many threads they are spread over; at least 1.
    pub threads: usize,
    /// Whether a connection stays for the next request.
    pub keep_alive: bool,
    /// How long an answer may take.
    pub timeout: Duration,
    /// What decides when a request starts.
    pub pace: Pace,
    /// What chance draws from.
    pub seed: u64,
}

/// What decides when a request starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Pace {
    /// Closed loop: each connection asks again once it is answered, until each of these was asked; a number is the place
    /// of a request in the mix.
    Each(Arc<[u16]>),
    /// Closed loop for so long.
    For(Duration),
    /// Open loop: requests start on schedule, whatever the server does.
    Rate {
        /// Requests a second.
        per_second: f64,
        /// How long the schedule is.
        duration: Duration,
    },
}

impl Pace {
    /// Whether requests start on a schedule.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Rate { .. })
    }
}
