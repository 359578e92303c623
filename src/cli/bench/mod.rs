//! `marb bench`: load a server, tell what came of it, and judge it.

mod arguments;
mod csv;
mod own_server;
mod plan;
mod session;
mod text;

use std::fs;
use std::io::{self, Write};

use serde::Serialize;

use crate::bench::load::Pace;
use crate::bench::ramp::{Ramp, Step, knee_capacity, usable_capacity};
use crate::bench::report::compare::Comparison;
use crate::bench::report::server_side::ServerSide;
use crate::bench::report::{Figures, Kind, LoadTold, Report, VERSION};
use crate::cli::failure::{Failure, complain};
use crate::cli::interrupt::Interrupt;
use crate::cli::output::{json_line, stdout};

pub(super) use arguments::Arguments;
use own_server::OwnServer;
use plan::{Plan, RampPlan};
use session::Session;

/// The exit code where a limit of `--fail-if` was passed.
const LIMIT_PASSED: u8 = 99;

/// The exit code where the run was slower than that of `--compare`.
const SLOWER: u8 = 98;

/// What was measured.
#[derive(Serialize)]
#[serde(untagged)]
enum Measured {
    Run(Box<Report>),
    Ramp(Box<RampReport>),
    Sweep(Sweep),
}

/// Rates that rise.
#[derive(Serialize)]
struct RampReport {
    version: u32,
    kind: Kind,
    marb: &'static str,
    load: LoadTold,
    interrupted: bool,
    limits: Vec<String>,
    steps: Vec<Step>,
    usable_capacity: Option<f64>,
    knee_capacity: Option<f64>,
    /// Over the last rate.
    server: Option<ServerSide>,
}

/// The same over several sizes.
#[derive(Serialize)]
struct Sweep {
    version: u32,
    kind: Kind,
    marb: &'static str,
    interrupted: bool,
    sizes: Vec<Size>,
}

#[derive(Serialize)]
struct Size {
    claims: u64,
    report: Measured,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let plan = Plan::new(arguments)?;
    let interrupt = Interrupt::watch().map_err(|error| Failure::of("cannot watch for Ctrl-C", error))?;
    let measured = match &plan.sweep {
        None => measure(&plan, plan.own.map(|own| own.claims), &interrupt)?,
        Some(sizes) => sweep(&plan, &sizes.0, &interrupt)?,
    };
    let comparison = match (&measured, &plan.baseline) {
        (Measured::Run(report), Some(baseline)) => Some(Comparison::new(baseline, report)),
        _ => None,
    };
    print(&plan, &measured, comparison.as_ref())?;
    if let Some(file) = &plan.report.save {
        let failed = |error: io::Error| Failure::of(format_args!("cannot write {}", file.display()), error);
        let text = serde_json::to_vec_pretty(&measured).map_err(|error| failed(error.into()))?;
        fs::write(file, text).map_err(failed)?;
    }
    judge(&plan, &measured, comparison.as_ref())
}

fn measure(plan: &Plan, claims: Option<u64>, interrupt: &Interrupt) -> Result<Measured, Failure> {
    let own = claims.map(|claims| OwnServer::start(claims, plan.seed, interrupt)).transpose()?;
    let base_url = own.as_ref().map_or(&plan.common.base_url, |own| &own.base_url).clone();
    let session = Session::open(plan, base_url.clone(), claims, interrupt)?;
    if own.is_some() {
        session.come_to_rest();
    }
    match &plan.ramp {
        None => {
            session.warm_up(&plan.pace)?;
            Ok(Measured::Run(Box::new(session.measure(&plan.pace)?)))
        }
        Some(ramp) => {
            let told = plan.told(&plan.pace, claims, base_url.to_string());
            Ok(Measured::Ramp(Box::new(raise(&session, ramp, told, interrupt)?)))
        }
    }
}

/// Raises the rate until the limit is known.
fn raise(
    session: &Session<'_>,
    plan: &RampPlan,
    load: LoadTold,
    interrupt: &Interrupt,
) -> Result<RampReport, Failure> {
    let pace = |per_second| Pace::Rate { per_second, duration: plan.duration };
    let mut ramp = Ramp::new(plan.from);
    let (mut steps, mut server) = (Vec::new(), None);
    session.warm_up(&pace(plan.from))?;
    while let Some(rate) = ramp.next() {
        let report = session.measure(&pace(rate))?;
        if report.interrupted {
            break;
        }
        let figures = report.total;
        let mut passed: Vec<String> =
            plan.until.iter().filter_map(|limit| limit.passed_by(&figures)).collect();
        if figures.saturated {
            passed.insert(0, "saturated".to_owned());
        }
        ramp.tried(rate, passed.is_empty());
        steps.push(Step { rate, passed, figures });
        server = report.server;
    }
    Ok(RampReport {
        version: VERSION,
        kind: Kind::Ramp,
        marb: env!("CARGO_PKG_VERSION"),
        load: LoadTold {
            duration_seconds: Some(plan.duration.as_secs_f64()),
            loop_: "open".to_owned(),
            ..load
        },
        interrupted: interrupt.came(),
        limits: plan.until.iter().map(ToString::to_string).collect(),
        usable_capacity: usable_capacity(&steps),
        knee_capacity: knee_capacity(&steps),
        steps,
        server,
    })
}

fn sweep(plan: &Plan, sizes: &[u64], interrupt: &Interrupt) -> Result<Measured, Failure> {
    let mut measured = Vec::new();
    for &claims in sizes {
        if interrupt.came() {
            break;
        }
        measured.push(Size { claims, report: measure(plan, Some(claims), interrupt)? });
    }
    let interrupted = interrupt.came();
    let marb = env!("CARGO_PKG_VERSION");
    Ok(Measured::Sweep(Sweep { version: VERSION, kind: Kind::Sweep, marb, interrupted, sizes: measured }))
}

fn print(plan: &Plan, measured: &Measured, comparison: Option<&Comparison>) -> Result<(), Failure> {
    let mut out = stdout();
    if plan.report.json {
        json_line(&mut out, &Printed { measured, comparison })?;
    } else if plan.report.csv {
        csv::table(&mut out, rows(measured))?;
    } else {
        measured.tell(&mut out)?;
        if let (Some(comparison), Some(file)) = (comparison, &plan.report.compare) {
            text::comparison(&mut out, comparison, &file.display().to_string())?;
        }
    }
    Ok(out.flush()?)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Printed<'m> {
    #[serde(flatten)]
    measured: &'m Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'m Comparison>,
}

impl Measured {
    fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Run(report) => text::run(out, report),
            Self::Ramp(ramp) => text::ramp(out, ramp),
            Self::Sweep(sweep) => {
                for size in &sweep.sizes {
                    writeln!(out, "=== {} claims\n", size.claims)?;
                    size.report.tell(out)?;
                    writeln!(out)?;
                }
                Ok(())
            }
        }
    }

    fn interrupted(&self) -> bool {
        match self {
            Self::Run(report) => report.interrupted,
            Self::Ramp(ramp) => ramp.interrupted,
            Self::Sweep(sweep) => sweep.interrupted,
        }
    }
}

/// The lines of a CSV table.
fn rows<'m>(measured: &'m Measured) -> Vec<(String, &'m Figures)> {
    match measured {
        Measured::Run(report) => {
            let endpoints = report.endpoints.iter().map(|e| (e.name.clone(), &e.figures));
            [("all".to_owned(), &report.total)].into_iter().chain(endpoints).collect()
        }
        Measured::Ramp(ramp) => {
            ramp.steps.iter().map(|step| (format!("{}/s", step.rate), &step.figures)).collect()
        }
        Measured::Sweep(sweep) => {
            let of_size = |size: &'m Size| {
                let named = |(name, figures)| (format!("{} claims {name}", size.claims), figures);
                rows(&size.report).into_iter().map(named).collect::<Vec<_>>()
            };
            sweep.sizes.iter().flat_map(of_size).collect()
        }
    }
}

/// The verdict as an exit code, with a line for each reason on standard error.
fn judge(plan: &Plan, measured: &Measured, comparison: Option<&Comparison>) -> Result<(), Failure> {
    if measured.interrupted() {
        return Err(Failure::Failed("stopped early: the report is of what was done until then".to_owned()));
    }
    let Measured::Run(report) = measured else { return Ok(()) };
    let passed: Vec<_> =
        plan.report.fail_if.iter().filter_map(|limit| limit.passed_by(&report.total)).collect();
    for line in &passed {
        complain(line);
    }
    if !passed.is_empty() {
        return Err(Failure::Verdict(LIMIT_PASSED));
    }
    match comparison {
        Some(comparison) if comparison.slower => {
            complain("slower than the baseline, by more than the noise");
            Err(Failure::Verdict(SLOWER))
        }
        _ => Ok(()),
    }
}
