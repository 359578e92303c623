//! `marb db`: looks at the database: the plans of its questions, its indexes, and whether it is sound.

mod explain;
mod indexes;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::failure::Failure;
use crate::cli::opening;
use crate::store::Store;

/// Look at the database: the plans of its questions, its indexes, whether it is sound
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marb db explain
  marb db indexes --json
  marb db verify --database practice/marb.db

The database may be served meanwhile.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Explain(explain::Arguments),
    Indexes(indexes::Arguments),
    Verify(verify::Arguments),
}

/// What every command of these takes.
#[derive(Debug, Args)]
struct Common {
    /// The database file [default: marb-data/marb.db]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Explain(arguments) => explain::run(arguments),
        Command::Indexes(arguments) => indexes::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
    }
}

/// Opens the database, which has to be there, if need be beside a marb that serves it.
fn open(database: Option<PathBuf>) -> Result<Store, Failure> {
    let settings = opening::existing(database)?.store;
    Store::look(&settings).map_err(|error| Failure::Failed(error.to_string()))
}
