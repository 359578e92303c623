//! `marb sample`: synthetic claim files and the remittance files that answer them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::cli::progress;
use crate::sample::batches::SampleSettings;
use crate::sample::files::write_files;
use crate::sample::scenario::Scenario;
use crate::sample::truth::{write_causes, write_truth};

/// Write synthetic 837 files and the 835 files that answer them; no real person is in them
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  marb sample --claims 10000 --seed 7 --out samples && marb import samples

The same seed and settings give the same bytes on every machine.")]
pub(super) struct Arguments {
    /// How many claims to make up
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    claims: u64,
    /// The same seed gives the same claims
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The first day of service [default: 2025-01-06]
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,
    /// For how many months it goes on
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=600))]
    months: u32,
    /// What its payers deny for: usual, planted (habits that the seed decides) or no-patterns (chance alone); writes
    /// truth.csv and causes.csv too
    #[arg(long, value_name = "NAME")]
    scenario: Option<Scenario>,
    /// Print the totals of what was written as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { claims, seed, out: folder, start, months, scenario, json } = arguments;
    let usual = SampleSettings::default();
    let settings = SampleSettings {
        claims,
        seed,
        months,
        start: start.unwrap_or(usual.start),
        scenario: scenario.unwrap_or_default(),
    };
    let failed = |error| Failure::of(format_args!("cannot write to {}", folder.display()), error);
    let bar = progress::items(claims, "synthetic claims");
    let totals =
        write_files(&folder, &settings, |totals| bar.set_position(totals.claims.count)).map_err(failed)?;
    if scenario.is_some() {
        write_truth_of(&folder, &settings).map_err(failed)?;
    }
    bar.finish_and_clear();
    let mut out = stdout();
    if json {
        json_line(&mut out, &totals)?;
    } else {
        writeln!(
            out,
            "{} synthetic claims ({}) and {} remittances ({} paid) in {} files in {}",
            totals.claims.count,
            totals.claims.charge,
            totals.remittances.count,
            totals.remittances.paid,
            totals.files,
            folder.display()
        )?;
    }
    Ok(out.flush()?)
}

/// Writes with what probability each line is denied, and for which causes.
fn write_truth_of(folder: &Path, settings: &SampleSettings) -> io::Result<()> {
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let mut truth = create("truth.csv")?;
    write_truth(&mut truth, settings)?;
    truth.flush()?;
    let mut causes = create("causes.csv")?;
    write_causes(&mut causes, settings)?;
    causes.flush()
}
