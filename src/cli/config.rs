//! `marb config`: every setting in force and where it was set.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::config::Configuration;
use crate::config::listing::Entry;
use crate::config::sources::{Flags, Variables};

/// Print every setting in force and where it was set
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  CACHE_TTL_CLAIM=60 marb config")]
pub(super) struct Arguments {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listing<'c> {
    profile: &'c str,
    settings: Vec<Entry>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let configuration = Configuration::compose(&Variables::of_process(), &Flags::default())?;
    let listing = Listing { profile: configuration.profile(), settings: configuration.entries() };
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &listing)?;
    } else {
        print(&mut out, &listing)?;
    }
    Ok(out.flush()?)
}

/// A line for each setting, in columns; a long value does not move those of the others.
fn print(out: &mut impl Write, listing: &Listing<'_>) -> std::io::Result<()> {
    const LONGEST: usize = 24;
    writeln!(out, "# profile {}", listing.profile)?;
    let rows: Vec<_> = listing.settings.iter().map(|entry| (entry, entry.value.to_string())).collect();
    let keys = rows.iter().map(|(entry, _)| entry.key.len()).max().unwrap_or(0);
    let values =
        rows.iter().map(|(_, value)| value.len()).filter(|&length| length <= LONGEST).max().unwrap_or(0);
    for (entry, value) in &rows {
        writeln!(out, "{:keys$} = {value:values$}  # {}", entry.key, entry.source)?;
    }
    Ok(())
}
