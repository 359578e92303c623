//! The command line of `marb bench`, and what it asks for once it was checked.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};

use crate::bench::address::BaseUrl;
use crate::bench::duration;
use crate::bench::threshold::Threshold;

/// Load a running server and tell its throughput, latencies and errors
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marb bench --requests 100 --concurrent 10
  marb bench --rate 500 --duration 30s --scenario practice-day
  marb bench --self --ramp --until 'p99>50ms'
  marb bench --rate 500 --fail-if 'p99>50ms' --fail-if 'error_rate>0.1%' --save today.json
  marb bench --rate 500 --repeat 5 --compare yesterday.json

With --requests or --duration alone each connection waits for its answer before it asks again (closed loop): it tells \
the throughput, and its latencies hide stalls. With --rate requests start on schedule, whatever the server does, and \
latency counts from when each was due (open loop).

Scenarios: practice-day, cached-reads, cold-reads, lists, import-while-reading, or a file of the same form.
Exit codes: 0 fine, 99 a --fail-if was met, 98 slower than --compare, 2 wrong usage, 1 could not run.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) target: TargetArguments,
    #[command(flatten)]
    pub(super) requests: RequestArguments,
    #[command(flatten)]
    pub(super) load: LoadArguments,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct TargetArguments {
    /// The server to load
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000")]
    pub(super) base_url: BaseUrl,
    /// Start a server of its own over a throw-away database of synthetic claims, and stop it at the end
    #[arg(long = "self", conflicts_with = "base_url")]
    pub(super) own: bool,
    /// How many claims the server of --self holds
    #[arg(long, default_value_t = 1000, requires = "own", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(super) claims: u64,
    /// The same seed gives the same claims and the same order of requests
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Load a server that is not on this machine
    #[arg(long)]
    pub(super) remote: bool,
    /// Send requests that may change the target's data
    #[arg(long)]
    pub(super) write: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Requests")]
pub(super) struct RequestArguments {
    /// Paths to ask for [default: health, claims, remits, episodes and, half as often, cache/stats]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) endpoints: Vec<String>,
    /// A named mix of requests, or a file of the same form
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["endpoints", "method", "body"])]
    pub(super) scenario: Option<String>,
    /// The method
    #[arg(long, default_value = "GET")]
    pub(super) method: Method,
    /// A header; may be given more than once
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub(super) header: Vec<(HeaderName, HeaderValue)>,
    /// What is sent with each request; @FILE sends a file
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(super) body: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadArguments {
    /// How many requests to each endpoint (closed loop) [default: 100]
    #[arg(long, value_name = "N", conflicts_with_all = ["duration", "rate", "scenario", "ramp"], value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(super) requests: Option<u32>,
    /// How many connections ask at the same time
    #[arg(long, visible_alias = "connections", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) concurrent: u16,
    /// Requests a second, started on schedule (open loop)
    #[arg(long, value_name = "R", value_parser = rate)]
    pub(super) rate: Option<f64>,
    /// How long; of --ramp for each rate [default: 10s, of --ramp 5s]
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub(super) duration: Option<Duration>,
    /// How long to ask before anything is counted
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::parse)]
    pub(super) warm_up: Duration,
    /// How long an answer may take
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = some_time)]
    pub(super) timeout: Duration,
    /// A new connection for each request
    #[arg(long)]
    pub(super) no_keep_alive: bool,
    /// Threads of the bench [default: half of the cores, which leaves the others to the server]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// Do it so many times, to learn how much the figures vary
    #[arg(long, value_name = "N", default_value = "1")]
    pub(super) repeat: NonZeroU32,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Finding the limit")]
pub(super) struct LimitArguments {
    /// Raise the rate step by step until a limit is passed
    #[arg(long, conflicts_with_all = ["rate", "repeat", "compare", "fail_if"])]
    pub(super) ramp: bool,
    /// The first rate of --ramp
    #[arg(long, value_name = "R", default_value = "100", requires = "ramp", value_parser = rate)]
    pub(super) ramp_from: f64,
    /// A limit of --ramp, written as for --fail-if [default: `p99>100ms` and `error_rate>1%`]
    #[arg(long, value_name = "LIMIT", requires = "ramp")]
    pub(super) until: Vec<Threshold>,
    /// Do it with databases of several sizes: claims=1000,10000,100000
    #[arg(long, value_name = "claims=N,N...", requires = "own", conflicts_with_all = ["claims", "compare", "fail_if"], value_parser = sizes)]
    pub(super) sweep: Option<Sizes>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(super) struct ReportArguments {
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Print a CSV table of the figures
    #[arg(long, conflicts_with = "json")]
    pub(super) csv: bool,
    /// Write the JSON to a file too
    #[arg(long, value_name = "FILE")]
    pub(super) save: Option<PathBuf>,
    /// Hold the figures against those of a saved run; exit code 98 where it is slower
    #[arg(long, value_name = "FILE")]
    pub(super) compare: Option<PathBuf>,
    /// End with code 99 where this holds: `p99>50ms`, `error_rate>0.1%`, `rps<500`, `saturated`
    #[arg(long, value_name = "LIMIT")]
    pub(super) fail_if: Vec<Threshold>,
}

/// The sizes of a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sizes(pub(super) Vec<u64>);

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("write it as 'Name: value'")?;
    let name = name.trim().parse().map_err(|_| format!("{name:?} is no name of a header"))?;
    let value = value.trim().parse().map_err(|_| format!("{value:?} cannot stand in a header"))?;
    Ok((name, value))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "it is a number of requests a second".to_owned())?;
    if (0.001..=10_000_000.0).contains(&rate) {
        Ok(rate)
    } else {
        Err("it is from 0.001 to 10000000".to_owned())
    }
}

fn some_time(text: &str) -> Result<Duration, String> {
    let time = duration::parse(text).map_err(|error| error.to_string())?;
    if time.is_zero() { Err("it is longer than that".to_owned()) } else { Ok(time) }
}

fn sizes(text: &str) -> Result<Sizes, String> {
    let wrong = || format!("{text:?}: write it as claims=1000,10000");
    let numbers = text.strip_prefix("claims=").ok_or_else(wrong)?;
    let size = |number: &str| number.parse().ok().filter(|claims| (1..=1_000_000).contains(claims));
    numbers.split(',').map(size).collect::<Option<_>>().map(Sizes).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!(sizes("claims=10,2000"), Ok(Sizes(vec![10, 2000])));
        for text in ["", "claims=", "claims=0", "claims=1,,2", "10,20", "claims=1000001", "rows=5"] {
            assert!(sizes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_header_is_read() {
        let (name, value) = header("X-Trace:  a: b").unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap()), ("x-trace", "a: b"));
        for text in ["", "X-Trace", "X Trace: a", "X: \u{0}"] {
            assert!(header(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_rate_is_above_zero() {
        assert_eq!(rate("0.5"), Ok(0.5));
        for text in ["0", "-1", "NaN", "inf", "many", "1e9"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
