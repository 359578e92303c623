//! One target, asked what it is, loaded, and asked what that took.

use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

use crate::bench::about::{self, About};
use crate::bench::address::{BaseUrl, listening};
use crate::bench::driver::{self, Progress, RunError};
use crate::bench::duration::shown;
use crate::bench::latencies::Latencies;
use crate::bench::load::{Load, Pace};
use crate::bench::mix::Mix;
use crate::bench::probe::Probe;
use crate::bench::report::server_side::ServerSide;
use crate::bench::report::{EndpointFigures, Figures, Kind, Latency, Range, Report, VERSION};
use crate::bench::tally::Tally;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::progress;
use crate::clock::Clock;

use super::plan::{Asked, Plan};

/// A target that was found and may be loaded.
pub(super) struct Session<'p> {
    plan: &'p Plan,
    base_url: BaseUrl,
    address: SocketAddr,
    claims: Option<u64>,
    probe: Probe,
    mix: Arc<Mix>,
    clock: Clock,
    interrupt: &'p Interrupt,
}

/// What the runs of one load measured together.
struct Together {
    tallies: Vec<Tally>,
    lateness: Latencies,
    elapsed: Duration,
    interrupted: bool,
}

/// Between two looks at whether the target works by itself.
const LOOK: Duration = Duration::from_millis(50);

const MOST_PATIENCE: Duration = Duration::from_mins(1);

/// Steps in a histogram's range from a time to twice it.
const STEPS_PER_DOUBLING: u32 = 2;

/// Files that are made for uploads: as many as will be sent, but within bounds, as they are held in memory.
const MOST_UPLOADS: f64 = 2_000.0;
const CLOSED_LOOP_UPLOADS: f64 = 500.0;

impl<'p> Session<'p> {
    /// Finds the target, makes sure that it may be loaded so, and makes the requests.
    pub(super) fn open(
        plan: &'p Plan,
        base_url: BaseUrl,
        claims: Option<u64>,
        interrupt: &'p Interrupt,
    ) -> Result<Self, Failure> {
        let clock = Clock::system();
        let address = reach(&base_url, plan)?;
        let probe = Probe::new(&base_url, address, plan.load.timeout)
            .map_err(|error| Failure::of("cannot ask the target", error))?;
        if plan.writes {
            refuse_to_write(&probe, &base_url)?;
        }
        let common = crate::bench::requests::Common { base_url: base_url.clone(), ..plan.common.clone() };
        let mix = match &plan.asked {
            Asked::Paths { paths, method, body } => common.paths(paths, method, body),
            Asked::Scenario { scenario, .. } => {
                // Other files than those of the last run, which would be found to be there already.
                let seed = if claims.is_some() { !plan.seed } else { seconds(&clock) };
                common.scenario(scenario, &probe, seed, uploads(plan))
            }
        };
        let mix = Arc::new(mix.map_err(|error| Failure::Failed(error.to_string()))?);
        Ok(Self { plan, base_url, address, claims, probe, mix, clock, interrupt })
    }

    /// Waits until the target has nothing to do by itself any more, as after the import of its claims, but no longer than a
    /// minute.
    pub(super) fn come_to_rest(&self) {
        let line = progress::line();
        let end = self.clock.passed() + MOST_PATIENCE;
        while about::is_busy(&self.probe) && self.clock.passed() < end && !self.interrupt.came() {
            line.set_message("the server finishes what its claims gave it to do");
            line.tick();
            thread::sleep(LOOK);
        }
        line.finish_and_clear();
    }

    /// Asks without counting, as long as the plan says.
    pub(super) fn warm_up(&self, pace: &Pace) -> Result<(), Failure> {
        let duration = self.plan.load.warm_up;
        if duration.is_zero() {
            return Ok(());
        }
        let pace = match pace {
            Pace::Rate { per_second, .. } => Pace::Rate { per_second: *per_second, duration },
            Pace::Each(_) | Pace::For(_) => Pace::For(duration),
        };
        self.drive(&pace, "warm-up").map(drop)
    }

    /// Loads the target, as often as the plan says.
    pub(super) fn measure(&self, pace: &Pace) -> Result<Report, Failure> {
        let started_at = self.clock.now().to_string();
        let before = self.ask();
        let mut together = Together {
            tallies: vec![Tally::default(); self.mix.endpoints().len()],
            lateness: Latencies::new(),
            elapsed: Duration::ZERO,
            interrupted: false,
        };
        let repeat = self.plan.load.repeat.get();
        let mut runs = Vec::new();
        for run in 1..=repeat {
            let title = match pace {
                _ if repeat > 1 => format!("run {run} of {repeat}"),
                Pace::Rate { per_second, .. } => format!("at {per_second:.1}/s"),
                Pace::Each(_) | Pace::For(_) => String::new(),
            };
            let measured = self.drive(pace, &title)?;
            let total = total(&measured.tallies);
            runs.push(Figures::new(&total, measured.elapsed, pace.is_open()));
            together.add(&measured);
            if measured.interrupted {
                break;
            }
        }
        let total = total(&together.tallies);
        let server = before.and_then(|before| Some(self.ask()?.since(&before, total.requests())));
        if repeat == 1 {
            runs.clear();
        }
        Ok(self.report(pace, started_at, &together, &total, runs, server))
    }

    fn report(
        &self,
        pace: &Pace,
        started_at: String,
        together: &Together,
        total: &Tally,
        runs: Vec<Figures>,
        server: Option<ServerSide>,
    ) -> Report {
        let figures = |tally| Figures::new(tally, together.elapsed, pace.is_open());
        let endpoints = self.mix.endpoints().iter().zip(&together.tallies);
        let range = |(up_to, count): (Duration, u64)| Range { up_to: up_to.as_secs_f64(), count };
        Report {
            version: VERSION,
            kind: Kind::Run,
            marb: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
            load: self.plan.told(pace, self.claims, self.base_url.to_string()),
            interrupted: together.interrupted,
            total: figures(total),
            endpoints: endpoints
                .map(|(endpoint, tally)| EndpointFigures {
                    name: endpoint.name.clone(),
                    figures: figures(tally),
                })
                .collect(),
            lateness: pace.is_open().then(|| Latency::of(&together.lateness)),
            histogram: total.latencies.ranges(STEPS_PER_DOUBLING).into_iter().map(range).collect(),
            runs,
            server,
        }
    }

    /// What the target tells of itself; nothing where it is no marb.
    fn ask(&self) -> Option<About> {
        About::ask(&self.probe).ok().flatten()
    }

    fn drive(&self, pace: &Pace, title: &str) -> Result<driver::Measured, Failure> {
        let load = Load {
            address: self.address,
            connections: self.plan.load.concurrent.into(),
            threads: self.plan.threads,
            keep_alive: self.plan.common.keep_alive,
            timeout: self.plan.load.timeout,
            pace: pace.clone(),
            seed: self.plan.seed,
        };
        let line = progress::line();
        let measured = driver::run(&self.mix, &load, &self.clock, |progress| {
            show(&line, title, progress);
            if self.interrupt.came() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        line.finish_and_clear();
        measured.map_err(|error| {
            let hint = match &error {
                RunError::Connect { number, .. } if *number > 1 => "; a smaller --concurrent may do",
                _ => "",
            };
            Failure::Failed(format!("cannot load {}: {error}{hint}", self.base_url))
        })
    }
}

impl Together {
    fn add(&mut self, measured: &driver::Measured) {
        self.tallies.iter_mut().zip(&measured.tallies).for_each(|(all, more)| all.merge(more));
        self.lateness.merge(&measured.lateness);
        self.elapsed += measured.elapsed;
        self.interrupted |= measured.interrupted;
    }
}

fn total(tallies: &[Tally]) -> Tally {
    let mut total = Tally::default();
    for tally in tallies {
        total.merge(tally);
    }
    total
}

/// Finds out where the target listens, without a word to other machines unless that is allowed.
fn reach(base_url: &BaseUrl, plan: &Plan) -> Result<SocketAddr, Failure> {
    let unreachable = |error| {
        let line = format!("cannot reach {base_url}: {error}");
        Failure::Failed(format!("{line}; marb serve starts a server, --self one of the bench's own"))
    };
    let mut addresses = base_url.addresses().map_err(unreachable)?;
    if !plan.remote {
        addresses.retain(|address| address.ip().is_loopback());
        if addresses.is_empty() {
            return Err(Failure::Usage(format!(
                "{base_url} is not on this machine: add --remote if you may load it"
            )));
        }
    }
    listening(&addresses, plan.load.timeout).map_err(unreachable)
}

fn refuse_to_write(probe: &Probe, base_url: &BaseUrl) -> Result<(), Failure> {
    let about = About::ask(probe).map_err(|error| {
        Failure::of(format_args!("cannot ask {base_url} whether its data is kept"), error)
    })?;
    match about {
        Some(about) if !about.is_throw_away() => Err(Failure::Usage(format!(
            "{base_url} serves data that is kept, and these requests write: load marb demo, or use --self"
        ))),
        _ => Ok(()),
    }
}

fn show(line: &ProgressBar, title: &str, progress: &Progress) {
    let Progress { elapsed, requests, planned, errors, p99 } = *progress;
    let of = planned.map_or_else(String::new, |planned| format!(" of {planned}"));
    let seconds = elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "shown without decimals")]
    let rate = if seconds > 0.0 { requests as f64 / seconds } else { 0.0 };
    line.set_message(format!(
        "{title}{}{seconds:.1} s  {requests}{of} requests  {rate:.0}/s  {errors} errors  p99 {}",
        if title.is_empty() { "" } else { "  " },
        shown(p99.as_secs_f64()),
    ));
    line.tick();
}

fn seconds(clock: &Clock) -> u64 {
    clock.now().as_second().unsigned_abs()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn uploads(plan: &Plan) -> usize {
    let expected = match &plan.pace {
        Pace::Rate { per_second, duration } => {
            per_second * (*duration + plan.load.warm_up).as_secs_f64() * f64::from(plan.load.repeat.get())
        }
        Pace::Each(_) | Pace::For(_) => CLOSED_LOOP_UPLOADS,
    };
    expected.clamp(1.0, MOST_UPLOADS) as usize
}
