//! The command line: one file for each command, one line on standard error for each failure.

mod bench;
mod check;
mod config;
mod db;
mod demo;
mod failure;
mod import;
mod inputs;
mod interrupt;
mod logging;
mod opening;
mod output;
mod progress;
mod risk;
mod sample;
mod serve;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::failure::Failure;

/// Claims and remittances in; episodes, denial risk and what to do next out. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "marb", version, arg_required_else_help = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Demo(demo::Arguments),
    Import(import::Arguments),
    Check(check::Arguments),
    Sample(sample::Arguments),
    Db(db::Arguments),
    Risk(risk::Arguments),
    Bench(Box<bench::Arguments>),
    Config(config::Arguments),
}

/// Runs the command that the process was started with.
///
/// The exit code is 0 when it was done, 1 when it failed, 2 when command line or configuration cannot be used;
/// `bench` has two more, for its verdicts.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => arguments.command.run(),
        Err(error) => return failure::of_usage(&error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

impl Command {
    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(arguments) => serve::run(arguments),
            Self::Demo(arguments) => demo::run(&arguments),
            Self::Import(arguments) => import::run(arguments),
            Self::Check(arguments) => check::run(&arguments),
            Self::Sample(arguments) => sample::run(arguments),
            Self::Db(arguments) => db::run(arguments),
            Self::Risk(arguments) => risk::run(arguments),
            Self::Bench(arguments) => bench::run(*arguments),
            Self::Config(arguments) => config::run(&arguments),
        }
    }
}
