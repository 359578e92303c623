//! The figures of one endpoint or of all.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bench::latencies::Latencies;
use crate::bench::number::{float, share};
use crate::bench::tally::{ErrorKind, Tally};

/// What became of the requests. Times are in seconds, rates in per cent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Requests sent and done.
    pub requests: u64,
    /// Those without an answer, and those answered with a status of 400 or above.
    pub errors: u64,
    /// Requests that were no error, in per cent.
    pub success_rate: f64,
    /// Errors in per cent.
    pub error_rate: f64,
    /// How long it took.
    pub seconds: f64,
    /// Requests done for each second that it took.
    pub requests_per_second: f64,
    /// Bytes of the answers' bodies.
    pub bytes: u64,
    /// Answers by status; text, as a number cannot be read back as the key of a flattened map.
    pub status_codes: BTreeMap<String, u64>,
    /// Errors by kind: `http_4xx`, `http_5xx`, `connect`, `timeout`, `closed`, `malformed`.
    pub errors_by_kind: BTreeMap<String, u64>,
    /// Requests that were due and never sent, as no connection got free in time.
    pub missed: u64,
    /// Whether more than one in a hundred was missed: the target could not hold the rate.
    pub saturated: bool,
    /// From the time when a request was due; in a closed loop from when it was sent.
    pub latency: Latency,
    /// From the time when it was sent; open loop only.
    pub uncorrected: Option<Latency>,
}

/// Latencies, in seconds; all 0 where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many there are.
    pub count: u64,
    /// Their arithmetic mean.
    pub mean: f64,
    /// As `p50`.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Their standard deviation, as of a whole population.
    pub standard_deviation: f64,
    /// Half of them are not longer; by nearest rank, at most a thousandth too long, like those below.
    pub p50: f64,
    /// 90 of 100.
    pub p90: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1000.
    pub p99_9: f64,
}

/// Above this share of requests that were missed, the rate was not held.
const SATURATED_ABOVE: f64 = 0.01;

impl Figures {
    /// The figures of a tally that took so long.
    #[must_use]
    pub fn new(tally: &Tally, elapsed: Duration, is_open: bool) -> Self {
        let (requests, errors) = (tally.requests(), tally.errors());
        let seconds = elapsed.as_secs_f64();
        Self {
            requests,
            errors,
            success_rate: share(requests - errors, requests) * 100.0,
            error_rate: share(errors, requests) * 100.0,
            seconds,
            requests_per_second: if seconds > 0.0 { float(requests) / seconds } else { 0.0 },
            bytes: tally.bytes,
            status_codes: tally.statuses.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
            errors_by_kind: errors_by_kind(tally),
            missed: tally.missed,
            saturated: share(tally.missed, requests + tally.missed) > SATURATED_ABOVE,
            latency: Latency::of(&tally.latencies),
            uncorrected: is_open.then(|| Latency::of(&tally.uncorrected)),
        }
    }
}

fn errors_by_kind(tally: &Tally) -> BTreeMap<String, u64> {
    let mut kinds = BTreeMap::new();
    let mut add = |name: &str, count| {
        if count > 0 {
            *kinds.entry(name.to_owned()).or_insert(0) += count;
        }
    };
    for &(status, count) in &tally.statuses {
        match status {
            400..500 => add("http_4xx", count),
            500.. => add("http_5xx", count),
            _ => {}
        }
    }
    for (kind, count) in ErrorKind::ALL.into_iter().zip(tally.failed) {
        add(kind.name(), count);
    }
    kinds
}

impl Latency {
    /// The figures of these latencies.
    #[must_use]
    pub fn of(latencies: &Latencies) -> Self {
        let quantile = |share| latencies.quantile(share).as_secs_f64();
        Self {
            count: latencies.count(),
            mean: latencies.mean(),
            median: quantile(0.5),
            min: latencies.min().as_secs_f64(),
            max: latencies.max().as_secs_f64(),
            standard_deviation: latencies.standard_deviation(),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p99_9: quantile(0.999),
        }
    }
}
