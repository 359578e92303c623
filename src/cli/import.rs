//! `marb import`: files and folders into the database, linked and scored.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::appliance::Appliance;
use crate::appliance::answers::imports::ImportAnswer;
use crate::appliance::bulk::Imported;
use crate::appliance::error::ApplianceError;
use crate::appliance::importing::Running;
use crate::appliance::receiving::Receipt;
use crate::cli::failure::{Failure, complain};
use crate::cli::inputs::{Input, Inputs, unreadable};
use crate::cli::output::{json_line, stdout};
use crate::cli::table::Table;
use crate::cli::{logging, opening, progress};
use crate::config::Configuration;
use crate::config::sources::{Flags, Variables};
use crate::intake::report::render;
use crate::model::import::ImportState;

/// Import files: store their claims and remittances, link and score them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marb import claims.837 remits.835
  marb import inbox/ --json > imported.jsonl
  cat claims.837 | marb import -

The same file again changes nothing and says so. An import that was interrupted is finished first.")]
pub(super) struct Arguments {
    /// Files, folders to walk, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    names: Vec<PathBuf>,
    /// The database file; made where it is missing [default: marb-data/marb.db]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The practice the files are of [default: the billing provider's NPI of each claim]
    #[arg(long, value_name = "ID")]
    practice_id: Option<String>,
    /// Print one JSON object for each file
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { names, database, practice_id, json } = arguments;
    let flags = Flags { database, ..Flags::default() };
    let settings = Configuration::compose(&Variables::of_process(), &flags)?.settings;
    let inputs = Inputs::find(&names);
    let bar = progress::bytes(inputs.found.iter().map(Input::size).sum());
    let say = |line: &str| bar.suspend(|| complain(line));
    inputs.complaints.iter().for_each(|line| say(line));
    let mut failed = inputs.complaints.len();

    logging::install(settings.log_level.quieter());
    let appliance = opening::appliance(&settings)?;
    let unfinished = |error| Failure::of("an import that was interrupted earlier cannot be finished", error);
    appliance.run_waiting_imports(&mut |_| {}).map_err(unfinished)?;

    let mut table = Summary::new();
    let mut out = stdout();
    let copy = |input: &Input| {
        bar.set_message(input.to_string());
        appliance.copy(input.open()?, &input.name(), practice_id.as_deref(), |_| bar.tick())
    };
    let mut read = BTreeMap::new();
    let mut show = |running: &Running| {
        read.insert(running.import, running.bytes_read);
        bar.set_position(read.values().sum());
    };
    let mut left = inputs.found.len();
    let ended = appliance.import_batches(
        Inputs::together(&inputs.found),
        |inputs| inputs.iter().map(copy).collect(),
        &mut show,
        |inputs, imported| {
            let mut full = None;
            for (input, outcome) in inputs.iter().zip(outcomes(&appliance, inputs, imported)) {
                match outcome {
                    Ok(import) => {
                        let state = import.row().state();
                        failed += usize::from(!matches!(state, ImportState::Done | ImportState::Duplicate));
                        bar.suspend(|| print(&mut out, &import, input, json))?;
                        table.add(&import, input);
                    }
                    Err(Kept::NoRoom(line)) => {
                        full.get_or_insert(line);
                        continue;
                    }
                    Err(Kept::Other(line)) => {
                        failed += 1;
                        say(&line);
                    }
                }
                left -= 1;
            }
            full.map_or(Ok(()), |line| Err(Ended::DiskFull(line)))
        },
    );
    let learned = match ended {
        Ok(()) => {
            bar.set_message("learning from the payers' answers");
            appliance.learn_at_rest().and_then(|()| {
                appliance.renew_scores(&mut |done| {
                    bar.set_message(format!("{done} claims scored by what was learned"));
                })
            })
        }
        Err(Ended::DiskFull(line)) => {
            failed += left;
            say(&line);
            let files = inputs.found.len();
            say(&format!("{left} of {files} files are left: free some space and run the same command again"));
            Ok(())
        }
        Err(Ended::Unprinted(failure)) => return Err(failure),
    };
    bar.finish_and_clear();
    if !json {
        table.print(&mut out)?;
    }
    out.flush()?;
    appliance.close().map_err(|error| Failure::of("the database was not closed cleanly", error))?;
    learned.map_err(|error| Failure::of("cannot learn from the payers' answers", error))?;
    if failed == 0 { Ok(()) } else { Err(Failure::Said) }
}

/// Why the inputs were not all given a try.
enum Ended {
    /// There is no room for one, nor for those after it.
    DiskFull(String),
    /// What became of one could not be printed.
    Unprinted(Failure),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Unprinted(error.into())
    }
}

/// What kept an input from being imported, as a line.
enum Kept {
    NoRoom(String),
    Other(String),
}

impl Kept {
    fn of(input: &Input, error: &ApplianceError) -> Self {
        match error {
            ApplianceError::NoRoom(error) => Self::NoRoom(format!("{input}: {error}")),
            ApplianceError::Io(error) => Self::Other(unreadable(input, error)),
            ApplianceError::NotEdi(line) => Self::Other(line.clone()),
            error => Self::Other(format!("{input}: {error}")),
        }
    }
}

/// What became of each input.
fn outcomes(
    appliance: &Appliance,
    inputs: &[Input],
    Imported { receipts, ran }: Imported,
) -> Vec<Result<ImportAnswer, Kept>> {
    let receipts = match receipts {
        Ok(receipts) => receipts,
        Err(error) => return inputs.iter().map(|input| Err(Kept::of(input, &error))).collect(),
    };
    let outcome = |(input, receipt): (&Input, Result<Receipt, ApplianceError>)| {
        let import = receipt
            .and_then(|receipt| appliance.import(&receipt.task_id))
            .map_err(|error| Kept::of(input, &error))?;
        match (import.row().state(), &ran) {
            (ImportState::Queued | ImportState::Running, Err(error)) => Err(Kept::of(input, error)),
            _ => Ok(import),
        }
    };
    inputs.iter().zip(receipts).map(outcome).collect()
}

fn print(out: &mut impl Write, import: &ImportAnswer, input: &Input, json: bool) -> io::Result<()> {
    if json {
        return json_line(out, import);
    }
    for finding in import.findings() {
        writeln!(out, "{}", render(finding, &input.to_string()))?;
    }
    out.flush()
}

/// A row for each file, and one for all of them together.
struct Summary {
    table: Table<8>,
    files: u64,
    total: Row,
}

/// The figures of a row.
#[derive(Default)]
struct Row {
    claims: u64,
    remittances: u64,
    linked: u64,
    findings: u64,
    seconds: f64,
}

impl Summary {
    fn new() -> Self {
        let heading = ["kind", "claims", "remittances", "linked", "findings", "seconds", "state", "file"];
        Self { table: Table::new(heading, &[0, 6, 7]), files: 0, total: Row::default() }
    }

    fn add(&mut self, import: &ImportAnswer, input: &Input) {
        let counts = import.row().counts();
        let row = Row {
            claims: counts.claims_stored,
            remittances: counts.remittances_stored,
            linked: counts.episodes_linked,
            findings: import.findings().iter().map(|finding| finding.count).sum(),
            seconds: counts.seconds.unwrap_or_default(),
        };
        let state = match import.row().message() {
            Some(message) => format!("{}: {message}", import.row().state().name()),
            None => import.row().state().name().to_owned(),
        };
        self.table.push(row.cells(import.row().kind(), state, input.to_string()));
        self.total.add(&row);
        self.files += 1;
    }

    fn print(mut self, out: &mut impl Write) -> io::Result<()> {
        match self.files {
            0 => return Ok(()),
            1 => {}
            files => self.table.push(self.total.cells("", String::new(), format!("{files} files"))),
        }
        self.table.print(out)
    }
}

impl Row {
    fn add(&mut self, other: &Self) {
        self.claims += other.claims;
        self.remittances += other.remittances;
        self.linked += other.linked;
        self.findings += other.findings;
        self.seconds += other.seconds;
    }

    fn cells(&self, kind: &str, state: String, file: String) -> [String; 8] {
        [
            kind.to_owned(),
            self.claims.to_string(),
            self.remittances.to_string(),
            self.linked.to_string(),
            self.findings.to_string(),
            format!("{:.2}", self.seconds),
            state,
            file,
        ]
    }
}
