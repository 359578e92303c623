//! A report as a person reads it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::bench::duration::shown;
use crate::bench::number::share;
use crate::bench::ramp::Step;
use crate::bench::report::compare::{ASSUMED_BAND, Comparison, Verdict};
use crate::bench::report::server_side::ServerSide;
use crate::bench::report::{Figures, Latency, LoadTold, Report};
use crate::cli::table::Table;

use super::RampReport;

/// The longest bar of a histogram.
const BAR: u32 = 50;

/// The longest bar of a ramp's curve.
const CURVE: u32 = 24;

const STOPPED_EARLY: &str = "STOPPED EARLY: these are the figures until then.";

/// Queries that are named, those that took most of the time.
const QUERIES: usize = 5;

pub(super) fn run(out: &mut impl Write, report: &Report) -> io::Result<()> {
    heading(out, &report.load)?;
    let total = &report.total;
    if report.interrupted {
        writeln!(out, "\n{STOPPED_EARLY}")?;
    }
    if total.saturated {
        writeln!(
            out,
            "\nSATURATED: the target did not hold the rate. {} requests that were due were never sent; they count in the \
             latencies with the time that they had waited, so the true ones are longer.",
            total.missed
        )?;
    }
    writeln!(out)?;
    writeln!(out, "total requests   {}", total.requests)?;
    writeln!(out, "total errors     {}", total.errors)?;
    writeln!(out, "success rate     {:.2} %", total.success_rate)?;
    writeln!(out, "requests/s       {:.1} over {:.2} s", total.requests_per_second, total.seconds)?;
    counts(out, "status codes", &total.status_codes)?;
    counts(out, "errors by kind", &total.errors_by_kind)?;
    writeln!(out, "\nlatency in seconds")?;
    seconds(out, report)?;
    writeln!(out)?;
    percentiles(out, report)?;
    if report.endpoints.len() > 1 {
        writeln!(out)?;
        per_endpoint(out, report)?;
    }
    writeln!(out)?;
    histogram(out, report)?;
    note(out, report)?;
    match &report.server {
        Some(server) => server_side(out, server, ""),
        None => Ok(()),
    }
}

fn heading(out: &mut impl Write, load: &LoadTold) -> io::Result<()> {
    let LoadTold { base_url, connections, threads, .. } = load;
    let threads = if *threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    let what = load.scenario.as_ref().map_or_else(String::new, |name| format!("{name}, "));
    let how = match (load.rate, load.duration_seconds) {
        (None, Some(duration)) if load.loop_ == "open" => {
            format!("open loop, rising rates for {duration} s each")
        }
        (Some(rate), Some(duration)) => format!("open loop at {rate}/s for {duration} s"),
        (_, Some(duration)) => format!("closed loop for {duration} s"),
        _ => "closed loop".to_owned(),
    };
    let keep_alive = if load.keep_alive { "" } else { ", a new connection for each request" };
    let repeat = if load.repeat > 1 { format!(", {} runs", load.repeat) } else { String::new() };
    let claims = load.claims.map_or_else(String::new, |claims| format!(" ({claims} synthetic claims)"));
    writeln!(out, "{base_url}{claims}: {what}{how}, {connections} connections, {threads}{keep_alive}{repeat}")
}

fn counts(out: &mut impl Write, name: &str, counts: &BTreeMap<String, u64>) -> io::Result<()> {
    let each: Vec<_> = counts.iter().map(|(what, count)| format!("{what}: {count}")).collect();
    if each.is_empty() { Ok(()) } else { writeln!(out, "{name:<16} {}", each.join(", ")) }
}

fn seconds(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut table = Table::new(["", "mean", "median", "min", "max", "std dev"], &[0]);
    let six = |seconds: f64| format!("{seconds:.6}");
    let mut row = |name: &str, l: &Latency| {
        let name = name.to_owned();
        table.push([name, six(l.mean), six(l.median), six(l.min), six(l.max), six(l.standard_deviation)]);
    };
    row("all", &report.total.latency);
    for endpoint in report.endpoints.iter().filter(|_| report.endpoints.len() > 1) {
        row(&endpoint.name, &endpoint.figures.latency);
    }
    table.print(out)
}

fn percentiles(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut table = Table::new(["", "p50", "p90", "p95", "p99", "p99.9", "max"], &[0]);
    let mut row = |name: &str, l: &Latency| {
        let [p50, p90, p95, p99, p99_9, max] = [l.p50, l.p90, l.p95, l.p99, l.p99_9, l.max].map(shown);
        table.push([name.to_owned(), p50, p90, p95, p99, p99_9, max]);
    };
    match &report.total.uncorrected {
        None => row("from sending (hides stalls)", &report.total.latency),
        Some(uncorrected) => {
            row("from when it was due", &report.total.latency);
            row("from sending (uncorrected)", uncorrected);
        }
    }
    if let Some(lateness) = &report.lateness {
        row("of it the bench's own", lateness);
    }
    table.print(out)
}

fn per_endpoint(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let heading =
        ["", "requests", "errors", "success", "req/s", "p50", "p90", "p95", "p99", "p99.9", "status codes"];
    let mut table = Table::new(heading, &[0, 10]);
    for endpoint in &report.endpoints {
        let Figures { requests, errors, success_rate, requests_per_second, latency: l, status_codes, .. } =
            &endpoint.figures;
        let [p50, p90, p95, p99, p99_9] = [l.p50, l.p90, l.p95, l.p99, l.p99_9].map(shown);
        let codes: Vec<_> = status_codes.iter().map(|(code, count)| format!("{code}: {count}")).collect();
        table.push([
            endpoint.name.clone(),
            requests.to_string(),
            errors.to_string(),
            format!("{success_rate:.2} %"),
            format!("{requests_per_second:.1}"),
            p50,
            p90,
            p95,
            p99,
            p99_9,
            codes.join(", "),
        ]);
    }
    table.print(out)
}

fn histogram(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let most = report.histogram.iter().map(|range| range.count).max().unwrap_or(0);
    let mut table = Table::new(["up to", "requests", ""], &[2]);
    for range in &report.histogram {
        let bar = if range.count == 0 { String::new() } else { bar(share(range.count, most), BAR) };
        table.push([shown(range.up_to), range.count.to_string(), bar]);
    }
    table.print(out)
}

fn note(out: &mut impl Write, report: &Report) -> io::Result<()> {
    if report.total.uncorrected.is_none() {
        writeln!(
            out,
            "\nClosed loop: while the server stalls nobody asks, so these latencies hide stalls. For true ones give --rate."
        )?;
    }
    Ok(())
}

fn server_side(out: &mut impl Write, server: &ServerSide, when: &str) -> io::Result<()> {
    writeln!(out, "\nthe server's side{when} (marb {})", server.version)?;
    if let (Some(seconds), Some(micros)) = (server.cpu_seconds, server.cpu_micros_per_request) {
        writeln!(out, "  CPU              {seconds:.2} s, {micros:.1} us a request")?;
    }
    if let Some(bytes) = server.resident_bytes {
        writeln!(out, "  resident memory  {:.1} MB", mega(bytes))?;
    }
    for (kind, side) in &server.cache {
        writeln!(
            out,
            "  cache            {kind}: {:.2} % of {} from the cache",
            side.hit_rate,
            side.hits + side.misses
        )?;
    }
    if let Some(seconds) = server.database_seconds {
        writeln!(out, "  database         {}", shown(seconds))?;
    }
    let mut queries: Vec<_> = server.database.iter().collect();
    queries.sort_by(|(_, a), (_, b)| b.seconds.total_cmp(&a.seconds));
    for (name, query) in queries.into_iter().take(QUERIES) {
        let seconds = shown(query.seconds);
        writeln!(out, "                   {seconds} in {} calls of {name}", query.calls)?;
    }
    match server.writer_wait_seconds {
        Some(seconds) => writeln!(out, "  waited to write  {}", shown(seconds)),
        None => Ok(()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

pub(super) fn comparison(out: &mut impl Write, comparison: &Comparison, baseline: &str) -> io::Result<()> {
    writeln!(out, "\nagainst {baseline}")?;
    let heading = ["", "before", "now", "change", "noise", ""];
    let mut table = Table::new(heading, &[0, 5]);
    for change in &comparison.figures {
        let (value, unit): (fn(f64) -> String, _) = match change.name {
            "requests_per_second" => (|value| format!("{value:.1}/s"), "%"),
            "error_rate" => (|value| format!("{value:.2} %"), "points"),
            _ => (shown, "%"),
        };
        let verdict = match change.verdict {
            Verdict::Better => "better",
            Verdict::Same => "",
            Verdict::Worse => "WORSE",
        };
        table.push([
            change.name.to_owned(),
            value(change.before),
            value(change.after),
            format!("{:+.1} {unit}", change.change),
            format!("+-{:.1} {unit}", change.band),
            verdict.to_owned(),
        ]);
    }
    table.print(out)?;
    if !comparison.noise_measured {
        writeln!(
            out,
            "The noise of {ASSUMED_BAND} % is assumed: with --repeat 5 on both sides it is measured."
        )?;
    }
    Ok(())
}

pub(super) fn ramp(out: &mut impl Write, ramp: &RampReport) -> io::Result<()> {
    heading(out, &ramp.load)?;
    if ramp.interrupted {
        writeln!(out, "\n{STOPPED_EARLY}")?;
    }
    writeln!(out)?;
    curve(out, &ramp.steps)?;
    writeln!(out)?;
    match ramp.usable_capacity {
        Some(rate) => writeln!(out, "usable capacity  {rate:.1}/s: the most that kept the limits")?,
        None => writeln!(out, "usable capacity  none of these rates kept the limits")?,
    }
    if let Some(rate) = ramp.knee_capacity {
        writeln!(out, "knee             {rate:.1}/s: beyond it latency grows faster than throughput")?;
    }
    match &ramp.server {
        Some(server) => server_side(out, server, " at the last rate"),
        None => Ok(()),
    }
}

/// The rates in their order, with what came of each; the bars are logarithmic, as latencies grow by powers.
fn curve(out: &mut impl Write, steps: &[Step]) -> io::Result<()> {
    let p99s = || steps.iter().map(|step| step.figures.latency.p99).filter(|p99| *p99 > 0.0);
    let (least, most) = (p99s().fold(f64::INFINITY, f64::min), p99s().fold(0.0, f64::max));
    let mut sorted: Vec<_> = steps.iter().collect();
    sorted.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let heading = ["rate", "done/s", "errors", "p50", "p99", "p99.9", "p99, logarithmic", "limits"];
    let mut table = Table::new(heading, &[6, 7]);
    for step in sorted {
        let figures = &step.figures;
        let [p50, p99, p99_9] = [figures.latency.p50, figures.latency.p99, figures.latency.p99_9].map(shown);
        let limits = if step.passed.is_empty() { "kept".to_owned() } else { step.passed.join("; ") };
        table.push([
            format!("{:.1}/s", step.rate),
            format!("{:.1}", figures.requests_per_second),
            format!("{:.2} %", figures.error_rate),
            p50,
            p99,
            p99_9,
            bar(logarithmic(figures.latency.p99, least, most), CURVE),
            limits,
        ]);
    }
    table.print(out)
}

/// Where a value lies between the least and the most, by its logarithm: from 0 to 1.
fn logarithmic(value: f64, least: f64, most: f64) -> f64 {
    if most > least { ((value / least).ln() / (most / least).ln()).clamp(0.0, 1.0) } else { 1.0 }
}

/// A bar of at least one block.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small width")]
fn bar(share: f64, width: u32) -> String {
    "\u{2588}".repeat(((share * f64::from(width)).ceil() as usize).max(1))
}
