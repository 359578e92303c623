//! `marb demo`: a synthetic practice in a throw-away folder, imported, linked, scored and served.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use clap::Args;
use jiff::Span;
use jiff::civil::Date;

use crate::appliance::Appliance;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::serve::{Listen, serve, settings};
use crate::cli::{logging, opening, progress};
use crate::clock::Clock;
use crate::sample::batches::{Sample, SampleSettings};
use crate::sample::totals::Totals;
use crate::web::settings::Data;

/// Look around with synthetic data: write it to a throw-away folder, import, link and score it, and serve
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marb demo --claims 5000 --port 8080")]
pub(super) struct Arguments {
    /// How many claims to make up
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    claims: u64,
    /// The same seed gives the same claims
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    listen: Listen,
    /// End when the process that started this one does (Linux)
    #[arg(long, hide = true)]
    end_with_parent: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.end_with_parent {
        end_with_parent().map_err(|error| Failure::of("cannot watch the parent process", error))?;
    }
    let interrupt = Interrupt::watch().map_err(|error| Failure::of("cannot watch for Ctrl-C", error))?;
    let folder = tempfile::Builder::new()
        .prefix("marb-demo-")
        .tempdir()
        .map_err(|error| Failure::of("cannot make a throw-away folder", error))?;
    let mut settings = settings(Some(folder.path().join("marb.db")), &arguments.listen)?;
    settings.server.data = Data::ThrowAway;
    logging::install(settings.log_level.quieter());
    let appliance = opening::appliance(&settings)?;
    let totals = fill(&appliance, &folder.path().join("files"), arguments, &interrupt)?;
    serve(&appliance, &settings, greeting(&totals, folder.path()))?;
    drop(appliance);
    folder.close().map_err(|error| Failure::of("the throw-away folder could not be removed", error))
}

#[cfg(target_os = "linux")]
fn end_with_parent() -> std::io::Result<()> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    Ok(set_parent_process_death_signal(Some(Signal::TERM))?)
}

#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> std::io::Result<()> {
    Ok(())
}

/// Writes the sample's files and imports each as it would have come in, week by week.
fn fill(
    appliance: &Appliance,
    files: &Path,
    arguments: &Arguments,
    interrupt: &Interrupt,
) -> Result<Totals, Failure> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |error: &dyn std::fmt::Display| Failure::of(&what, error)
    };
    let write_failed = failed("cannot write the synthetic files");
    let import_failed = failed("cannot import the synthetic files");
    fs::create_dir_all(files).map_err(|error| write_failed(&error))?;
    let settings = SampleSettings {
        claims: arguments.claims,
        seed: arguments.seed,
        start: a_year_ago(),
        ..SampleSettings::default()
    };
    let bar = progress::items(arguments.claims, "synthetic claims imported, linked and scored");
    let mut sample = Sample::new(&settings);
    while let Some(batch) = sample.next() {
        let batch = batch.map_err(|error| write_failed(&error))?;
        fs::write(files.join(&batch.file_name), &batch.content).map_err(|error| write_failed(&error))?;
        appliance
            .receive_copy(&*batch.content, &batch.file_name, None, |_| {})
            .map_err(|error| import_failed(&error))?;
        appliance.run_waiting_imports(&mut |_| {}).map_err(|error| import_failed(&error))?;
        bar.set_position(sample.totals().claims.count);
        if interrupt.came() {
            return Err(Failure::Failed(
                "stopped before the demo was ready; nothing is left of it".to_owned(),
            ));
        }
    }
    bar.finish_and_clear();
    Ok(sample.totals().clone())
}

/// The Monday a year ago, so that the last weeks of the sample are those before today.
fn a_year_ago() -> Date {
    let today = Clock::system().today();
    let days = 52 * 7 + i64::from(today.weekday().to_monday_zero_offset());
    today.checked_sub(Span::new().days(days)).unwrap_or(today)
}

/// What is said once connections are accepted.
fn greeting(totals: &Totals, folder: &Path) -> impl Fn(SocketAddr) -> String + Send + Sync + 'static {
    let (claims, remittances) = (totals.claims.count, totals.remittances.count);
    let folder = folder.display().to_string();
    move |address| {
        let api = format!("http://{address}/api/v1");
        [
            &*format!(
                "marb demo: {claims} synthetic claims and {remittances} remittances, linked and scored."
            ),
            "No real person is in them.",
            "",
            &*format!("  look at   http://{address}/"),
            &*format!("  ask       curl '{api}/risk?limit=3'"),
            &*format!("            curl '{api}/claims?status=denied'"),
            &*format!("  files     {folder}/files"),
            "",
            &*format!("Everything is in {folder} and is removed when you stop it with Ctrl-C."),
        ]
        .join("\n")
    }
}
