//! `marb db verify`: whether the database is sound.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::cli::progress;
use crate::clock::Clock;
use crate::store::verify::Check;

use super::Common;

/// Check that the database is sound: its pages, references and schema, and the sums and counts that have to agree
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  marb db verify --database practice/marb.db\n\nReads the whole database. Exit code 1 when anything is wrong."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
}

#[derive(Serialize)]
struct Report {
    problems: usize,
    checks: Vec<Check>,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Common { database, json } = arguments.common;
    let store = super::open(database)?;
    let bar = progress::steps(0);
    let checks = store.verify(&Clock::system(), &|progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(progress.what);
    });
    bar.finish_and_clear();
    let checks = checks.map_err(|error| Failure::of("the database cannot be checked", error))?;
    let report = Report { problems: checks.iter().map(|check| check.problems.len()).sum(), checks };
    let mut out = stdout();
    if json {
        json_line(&mut out, &report)?;
    } else {
        for check in &report.checks {
            let verdict = if check.problems.is_empty() { "ok    " } else { "WRONG " };
            writeln!(out, "{verdict}{:6.1} s  {}", check.seconds, check.what)?;
            check.problems.iter().try_for_each(|problem| writeln!(out, "                {problem}"))?;
        }
    }
    out.flush()?;
    if report.problems == 0 { Ok(()) } else { Err(Failure::Said) }
}
