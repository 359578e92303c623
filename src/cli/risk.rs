//! `marb risk`: how good the risk estimates are.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::failure::Failure;
use crate::cli::output::{json_line, stdout};
use crate::cli::table::Table;
use crate::cli::{opening, progress};
use crate::risk::evaluation::{Baseline, Evaluation, Measures};
use crate::risk::experience::Span;

/// Find out how good the risk estimates are
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Evaluate(Evaluate),
}

/// Learn from the past answers of payers and hold that against the newest ones
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  marb risk evaluate --database practice/marb.db

Learns from all answers but those of the newest quarter of the time, foretells those, and compares. Nothing is stored.

AUC           how often a denied line was given a higher probability than one that was not: 1 always, 0.5 is chance
Brier         the mean squared error of the probability; 0 is perfect
calibration   how far predicted and observed shares lie apart; lines predicted at 20 % should be denied in 20 %
riskiest 10 % which share of the denied dollars the riskiest tenth holds: what holding those back would have caught

docs/risk-model.md says more. A running server answers the same at /api/v1/risk/evaluation.")]
struct Evaluate {
    /// The database file [default: marb-data/marb.db]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Command::Evaluate(Evaluate { database, json }) = arguments.command;
    let appliance = opening::appliance(&opening::existing(database)?)?;
    let bar = progress::line();
    bar.set_message("learning from the past, and holding it against what followed");
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let evaluation = appliance.evaluate_risk();
    bar.finish_and_clear();
    let evaluation =
        evaluation.map_err(|error| Failure::of("the risk estimates cannot be evaluated", error))?;
    let mut out = stdout();
    if json {
        json_line(&mut out, &evaluation)?;
    } else {
        print(&mut out, &evaluation)?;
    }
    Ok(out.flush()?)
}

fn print(out: &mut impl Write, evaluation: &Evaluation) -> io::Result<()> {
    writeln!(out, "learned from  {}", told(&evaluation.trained_on))?;
    writeln!(out, "tested on     {}", told(&evaluation.tested_on))?;
    if evaluation.tested_on.lines > 0 {
        for (what, measures) in [("lines", &evaluation.lines), ("claims", &evaluation.claims)] {
            writeln!(out)?;
            compared(what, measures).print(out)?;
        }
        writeln!(out)?;
        calibration(&evaluation.lines).print(out)?;
    }
    evaluation.notes.iter().try_for_each(|note| write!(out, "\n{note}\n"))
}

/// The answers of a span in words.
fn told(span: &Span) -> String {
    let (Some(from), Some(to)) = (span.from, span.to) else { return "no answers".to_owned() };
    format!("{from} to {to}: {} answered lines, {} of them denied", span.lines, span.denied)
}

fn compared(what: &'static str, measures: &Measures) -> Table<5> {
    let mut table = Table::new([what, "AUC", "Brier", "calibration", "denied $ in riskiest 10 %"], &[0]);
    let Measures { auc, brier, calibration_error, top_decile_dollar_share, baselines, .. } = measures;
    let row = |name: &str, figures: &Baseline, calibration| {
        let Baseline { auc, brier, top_decile_dollar_share } = figures;
        [name.to_owned(), figure(*auc), figure(*brier), calibration, percent(*top_decile_dollar_share)]
    };
    let own = Baseline { auc: *auc, brier: *brier, top_decile_dollar_share: *top_decile_dollar_share };
    table.push(row("learned", &own, figure(*calibration_error)));
    table.push(row("payer's rate alone", &baselines.payer_rate, String::new()));
    table.push(row("rules alone", &baselines.rules, String::new()));
    table
}

fn calibration(measures: &Measures) -> Table<3> {
    let mut table = Table::new(["lines", "predicted", "denied"], &[]);
    for step in &measures.calibration {
        table.push([step.lines.to_string(), percent(Some(step.predicted)), percent(Some(step.observed))]);
    }
    table
}

fn figure(figure: Option<f64>) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.3}"))
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}
