//! What a run is reported as: the same values for people, for scripts and for the next run to be held against.

pub mod compare;
pub mod figures;
pub mod server_side;

use serde::{Deserialize, Serialize};

pub use figures::{Figures, Latency};

use server_side::ServerSide;

/// The version of the JSON; a number that goes up when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

/// A run, or several of the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// `run`.
    pub kind: Kind,
    /// The marb that measured.
    pub marb: String,
    /// When the first request was sent, UTC.
    pub started_at: String,
    /// What was asked and how.
    pub load: LoadTold,
    /// Whether it was stopped early.
    pub interrupted: bool,
    /// Everything together.
    pub total: Figures,
    /// Each endpoint.
    pub endpoints: Vec<EndpointFigures>,
    /// How late the bench itself sent requests for which a connection was waiting; open loop only.
    pub lateness: Option<Latency>,
    /// Latencies by range.
    pub histogram: Vec<Range>,
    /// The totals of each run, where there were several.
    pub runs: Vec<Figures>,
    /// What the target tells of itself, where it is a marb.
    pub server: Option<ServerSide>,
}

impl Report {
    /// The totals of each run.
    #[must_use]
    pub fn each_run(&self) -> &[Figures] {
        if self.runs.is_empty() { std::slice::from_ref(&self.total) } else { &self.runs }
    }
}

/// What a JSON object reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A load.
    Run,
    /// Loads that rise.
    Ramp,
    /// The same over databases of several sizes.
    Sweep,
}

/// What was asked and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadTold {
    /// The target.
    pub base_url: String,
    /// The name of the mix.
    pub scenario: Option<String>,
    /// `closed` or `open`.
    #[serde(rename = "loop")]
    pub loop_: String,
    /// Requests a second, of an open loop.
    pub rate: Option<f64>,
    /// Seconds; none where the number of requests was set.
    pub duration_seconds: Option<f64>,
    /// Seconds before anything was counted.
    pub warm_up_seconds: f64,
    /// Connections.
    pub connections: u64,
    /// Threads of the bench.
    pub threads: u64,
    /// Whether connections were kept.
    pub keep_alive: bool,
    /// Seconds that an answer might take.
    pub timeout_seconds: f64,
    /// How often it was repeated.
    pub repeat: u32,
    /// Claims of the server's own database, of `--self`.
    pub claims: Option<u64>,
    /// What chance drew from.
    pub seed: u64,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointFigures {
    /// Its name: `GET /api/v1/claims/{claim}`.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Latencies up to a time, and above that of the range before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The longest of them, in seconds.
    pub up_to: f64,
    /// How many.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::tally::{Outcome, Tally, Times};

    #[test]
    fn the_figures_of_an_endpoint_are_read_back_as_they_were_written() {
        let mut tally = Tally::default();
        let done = Duration::from_millis(3);
        let times = Times { due: Duration::ZERO, sent: Duration::ZERO, done };
        tally.record(times, Outcome::Answered { status: 200, bytes: 7 });
        tally.record(times, Outcome::Answered { status: 404, bytes: 0 });
        let figures = Figures::new(&tally, done, true);
        assert_eq!((figures.requests, figures.errors, figures.status_codes["404"]), (2, 1, 1));
        let endpoint = EndpointFigures { name: "GET /".to_owned(), figures };
        let text = serde_json::to_string(&endpoint).unwrap();
        assert_eq!(serde_json::from_str::<EndpointFigures>(&text).unwrap(), endpoint);
    }
}
