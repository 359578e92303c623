//! `marb db indexes`: how large each index is, which questions use it, and which could go.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::cli::progress;
use crate::cli::table::Table;
use crate::store::indexes::Index;

use super::Common;

/// Print each index with its size, the questions that use it, and those that could go
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  marb db indexes --json\n\nEvery index costs each insert. Exit code 1 when one is unused or redundant."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
}

#[derive(Serialize)]
struct Report {
    bytes: u64,
    problems: usize,
    indexes: Vec<Index>,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Common { database, json } = arguments.common;
    let store = super::open(database)?;
    let bar = progress::steps(1);
    bar.set_message("reading the pages of the file");
    let indexes = store.indexes();
    bar.finish_and_clear();
    let indexes = indexes.map_err(|error| Failure::of("the indexes cannot be listed", error))?;
    let report = Report {
        bytes: indexes.iter().map(|index| index.bytes).sum(),
        problems: indexes.iter().filter(|index| index.problem.is_some()).count(),
        indexes,
    };
    let mut out = stdout();
    if json {
        json_line(&mut out, &report)?;
    } else {
        print(&mut out, &report)?;
    }
    out.flush()?;
    if report.problems == 0 { Ok(()) } else { Err(Failure::Said) }
}

fn print(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut table = Table::new(["index", "bytes", "on", "used by"], &[0, 2, 3]);
    for index in &report.indexes {
        let only = index.only_where.as_ref().map_or(String::new(), |only| format!(" where {only}"));
        let users = match (&index.problem, &*index.used_by, index.needed_for) {
            (Some(problem), _, _) => problem.to_uppercase(),
            (None, [], needed) => needed.unwrap_or_default().to_owned(),
            (None, [one], _) => one.clone(),
            (None, [first, rest @ ..], _) => format!("{first} and {} more", rest.len()),
        };
        let on = format!("{} ({}){only}", index.table, index.columns.join(", "));
        table.push([index.index.clone(), index.bytes.to_string(), on, users]);
    }
    table.print(out)?;
    let Report { indexes, bytes, problems } = report;
    writeln!(out, "\n{} indexes, {bytes} bytes, {problems} that could go", indexes.len())
}
