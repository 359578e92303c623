//! What the command line asks for, checked before anything is sent.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use hyper::Method;
use hyper::body::Bytes;

use crate::bench::load::Pace;
use crate::bench::mix::evenly_mixed;
use crate::bench::report::{LoadTold, Report, VERSION, compare};
use crate::bench::requests::{self, Common};
use crate::bench::scenario::{self, Scenario};
use crate::bench::threshold::Threshold;
use crate::cli::failure::Failure;

use super::arguments::{Arguments, LoadArguments, ReportArguments, Sizes};

/// What is to be done.
pub(super) struct Plan {
    pub(super) own: Option<Own>,
    pub(super) remote: bool,
    /// Whether anything that is sent may change the target's data.
    pub(super) writes: bool,
    pub(super) seed: u64,
    pub(super) common: Common,
    pub(super) asked: Asked,
    pub(super) pace: Pace,
    pub(super) load: LoadArguments,
    pub(super) threads: usize,
    pub(super) ramp: Option<RampPlan>,
    pub(super) sweep: Option<Sizes>,
    pub(super) report: ReportArguments,
    pub(super) baseline: Option<Report>,
}

/// The server of `--self`.
#[derive(Clone, Copy)]
pub(super) struct Own {
    pub(super) claims: u64,
}

/// What is asked for.
pub(super) enum Asked {
    Paths { paths: Vec<(String, f64)>, method: Method, body: Bytes },
    Scenario { name: String, scenario: Box<Scenario> },
}

/// The limits of `--ramp`.
pub(super) struct RampPlan {
    pub(super) from: f64,
    pub(super) duration: Duration,
    pub(super) until: Vec<Threshold>,
}

/// What is asked for unless the command line says otherwise; the last half as often as the others.
const USUAL: [&str; 5] =
    ["/api/v1/health", "/api/v1/claims", "/api/v1/remits", "/api/v1/episodes", "/api/v1/cache/stats"];

const USUAL_REQUESTS: u32 = 100;
const USUAL_DURATION: Duration = Duration::from_secs(10);
const USUAL_STEP: Duration = Duration::from_secs(5);
const USUAL_LIMITS: [&str; 2] = ["p99>100ms", "error_rate>1%"];

impl Plan {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// What is wrong with them, in a line.
    pub(super) fn new(arguments: Arguments) -> Result<Self, Failure> {
        let Arguments { target, requests, load, limits, report } = arguments;
        let asked = if let Some(name) = requests.scenario {
            Asked::named(name)?
        } else {
            let body = requests.body.map_or_else(|| Ok(Bytes::new()), body)?;
            Asked::Paths { paths: paths(requests.endpoints), method: requests.method, body }
        };
        let writes = match &asked {
            Asked::Paths { method, .. } => !method.is_safe(),
            Asked::Scenario { scenario, .. } => scenario.writes,
        };
        if writes && !target.write {
            return Err(Failure::Usage(
                "these requests may change the target's data: add --write if that is meant".to_owned(),
            ));
        }
        report.save.as_deref().map(check_place).transpose()?;
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = load.threads.map_or((cores / 2).max(1), usize::from);
        let ramp = limits.ramp.then(|| RampPlan {
            from: limits.ramp_from,
            duration: load.duration.unwrap_or(USUAL_STEP),
            until: if limits.until.is_empty() { usual_limits() } else { limits.until },
        });
        let plan = Self {
            own: target.own.then_some(Own { claims: target.claims }),
            remote: target.remote,
            writes,
            seed: target.seed,
            common: Common {
                base_url: target.base_url,
                keep_alive: !load.no_keep_alive,
                headers: requests.header,
            },
            pace: pace(&load, &asked),
            asked,
            threads: threads.min(load.concurrent.into()),
            load,
            ramp,
            sweep: limits.sweep,
            baseline: report.compare.as_deref().map(baseline).transpose()?,
            report,
        };
        plan.check_baseline()?;
        Ok(plan)
    }

    fn check_baseline(&self) -> Result<(), Failure> {
        let told = self.told(&self.pace, None, String::new());
        let names = self.asked.names();
        match self.baseline.as_ref().and_then(|baseline| compare::difference(baseline, &told, &names)) {
            None => Ok(()),
            Some(difference) => Err(Failure::Usage(format!(
                "the run in {} was another: {difference}",
                self.report.compare.as_deref().unwrap_or(Path::new("")).display()
            ))),
        }
    }

    /// How a report describes the load.
    pub(super) fn told(&self, pace: &Pace, claims: Option<u64>, base_url: String) -> LoadTold {
        let (rate, duration) = match pace {
            Pace::Each(_) => (None, None),
            Pace::For(duration) => (None, Some(duration)),
            Pace::Rate { per_second, duration } => (Some(*per_second), Some(duration)),
        };
        LoadTold {
            base_url,
            scenario: match &self.asked {
                Asked::Paths { .. } => None,
                Asked::Scenario { name, .. } => Some(name.clone()),
            },
            loop_: if pace.is_open() { "open" } else { "closed" }.to_owned(),
            rate,
            duration_seconds: duration.map(Duration::as_secs_f64),
            warm_up_seconds: self.load.warm_up.as_secs_f64(),
            connections: self.load.concurrent.into(),
            threads: self.threads as u64,
            keep_alive: self.common.keep_alive,
            timeout_seconds: self.load.timeout.as_secs_f64(),
            repeat: self.load.repeat.get(),
            claims: claims.or(self.own.map(|own| own.claims)),
            seed: self.seed,
        }
    }
}

impl Asked {
    fn named(name: String) -> Result<Self, Failure> {
        let text = match scenario::built_in(&name) {
            Some(text) => text.to_owned(),
            None => fs::read_to_string(&name).map_err(|error| {
                let names = scenario::names().join(", ");
                Failure::Usage(format!(
                    "there is no scenario {name}: it is one of {names}, or a file ({error})"
                ))
            })?,
        };
        let scenario = Scenario::read(&text).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
        Ok(Self::Scenario { name, scenario: Box::new(scenario) })
    }

    /// Each kind of request, as the report names it.
    fn names(&self) -> Vec<String> {
        match self {
            Self::Paths { paths, method, .. } => {
                paths.iter().map(|(path, _)| requests::name(method, path)).collect()
            }
            Self::Scenario { scenario, .. } => {
                scenario.requests.iter().map(|entry| requests::name(&entry.method(), &entry.path)).collect()
            }
        }
    }
}

fn paths(given: Vec<String>) -> Vec<(String, f64)> {
    if given.is_empty() {
        let weight = |place: usize| if place + 1 == USUAL.len() { 0.5 } else { 1.0 };
        return (0..).zip(USUAL).map(|(place, path)| (path.to_owned(), weight(place))).collect();
    }
    given.into_iter().map(|path| (path, 1.0)).collect()
}

fn pace(load: &LoadArguments, asked: &Asked) -> Pace {
    let duration = load.duration.unwrap_or(USUAL_DURATION);
    match (load.rate, asked) {
        (Some(per_second), _) => Pace::Rate { per_second, duration },
        (None, Asked::Paths { paths, .. }) if load.duration.is_none() => {
            let each = load.requests.unwrap_or(USUAL_REQUESTS);
            let counts: Vec<u32> =
                paths.iter().map(|(_, weight)| if *weight < 1.0 { each / 2 } else { each }).collect();
            Pace::Each(evenly_mixed(&counts).into())
        }
        (None, _) => Pace::For(duration),
    }
}

fn body(text: String) -> Result<Bytes, Failure> {
    match text.strip_prefix('@') {
        None => Ok(text.into()),
        Some(file) => match fs::read(file) {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => Err(Failure::Usage(format!("--body @{file}: {error}"))),
        },
    }
}

fn usual_limits() -> Vec<Threshold> {
    USUAL_LIMITS.iter().filter_map(|limit| limit.parse().ok()).collect()
}

/// Whether a report can be written there: to learn that only once it is made would be too late.
fn check_place(file: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let problem = match folder {
        _ if file.is_dir() => "it is a folder",
        Some(folder) if !folder.is_dir() => "there is no such folder",
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!("--save {}: {problem}", file.display())))
}

fn baseline(file: &Path) -> Result<Report, Failure> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::Usage(format!("{} is no run that was saved with --save: {why}", file.display()))
    };
    let text = fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let report: Report = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
    if report.version != VERSION {
        return Err(wrong(&format_args!("its version is {}, and this marb's is {VERSION}", report.version)));
    }
    Ok(report)
}
