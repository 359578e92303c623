//! `marb db explain`: the plan of every question and whether it stays fast as the tables grow.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::store::sql::explain::{Explained, Verdict};

use super::Common;

/// Print the plan of every question that marb asks, and whether it stays fast as the tables grow
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marb db explain
  marb db explain claims.page --json

A question that reads a whole table or sorts fails, unless it says why it may. Exit code 1 when any fails.")]
pub(super) struct Arguments {
    /// Only questions whose name begins so, as in claims or claims.page
    #[arg(value_name = "NAME", default_value = "")]
    name: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Serialize)]
struct Report {
    ok: usize,
    accepted: usize,
    failed: usize,
    queries: Vec<Explained>,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { name, common } = arguments;
    let store = super::open(common.database)?;
    let mut queries =
        store.explain().map_err(|error| Failure::of("the questions cannot be explained", error))?;
    queries.retain(|query| query.query.starts_with(&name));
    if queries.is_empty() {
        return Err(Failure::Usage(format!("no question has a name that begins with {name}")));
    }
    let count = |verdict| queries.iter().filter(|query| query.verdict == verdict).count();
    let report = Report {
        ok: count(Verdict::Ok),
        accepted: count(Verdict::Accepted),
        failed: count(Verdict::Failed),
        queries,
    };
    let mut out = stdout();
    if common.json {
        json_line(&mut out, &report)?;
    } else {
        print(&mut out, &report)?;
    }
    out.flush()?;
    if report.failed == 0 { Ok(()) } else { Err(Failure::Said) }
}

fn print(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for query in &report.queries {
        let (verdict, why) = match query.verdict {
            Verdict::Ok => ("ok", String::new()),
            Verdict::Accepted => ("accepted", format!(": {}", query.reason.unwrap_or_default())),
            Verdict::Failed => ("FAILED", format!(": {}", query.problems.join("; "))),
        };
        writeln!(out, "{}: {verdict}{why}", query.query)?;
        query.plan.iter().try_for_each(|step| writeln!(out, "    {step}"))?;
    }
    let Report { ok, accepted, failed, .. } = report;
    writeln!(out, "\n{ok} ok, {accepted} accepted for a written reason, {failed} failed")
}
