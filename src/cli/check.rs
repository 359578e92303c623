//! `marb check`: reads, balances and scrubs files, and stores nothing.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cli::failure::{Failure, complain};
use crate::cli::inputs::{Input, Inputs, unreadable};
use crate::cli::output::{json_line, stdout};
use crate::cli::progress;
use crate::cli::table::Table;
use crate::clock::Clock;
use crate::config::Configuration;
use crate::config::sources::{Flags, Variables};
use crate::intake::report::render;
use crate::intake::rules::Rule;
use crate::intake::tally::Tally;
use crate::intake::{Intake, IntakeSettings};
use crate::model::finding::{Finding, Severity};
use crate::money::Cents;

/// Read, balance and scrub files without storing anything
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marb check claims.837
  marb check outbox/ --strict --json > findings.jsonl

Exit code 1 says that a file could not be read whole; with --strict, also that one has an error.")]
pub(super) struct Arguments {
    /// Files, folders to walk, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    names: Vec<PathBuf>,
    /// Print one JSON object for each file
    #[arg(long)]
    json: bool,
    /// Fail where a finding is an error
    #[arg(long)]
    strict: bool,
}

/// What is said of one file.
#[derive(Serialize)]
struct Report {
    file: String,
    sha256: String,
    #[serde(flatten)]
    tally: Tally,
    findings: Vec<Finding>,
}

/// Findings which say that a file was not read whole.
const NOT_WHOLE: &[Rule] = &[
    Rule::EmptyFile,
    Rule::NotX12,
    Rule::NoTransactions,
    Rule::SegmentTooLong,
    Rule::Unterminated,
    Rule::MissingTrailer,
    Rule::ClaimCutOff,
];

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = Configuration::compose(&Variables::of_process(), &Flags::default())?.settings;
    let intake = IntakeSettings { denial: settings.denial, ..IntakeSettings::new(Clock::system().today()) };
    let inputs = Inputs::find(&arguments.names);
    let bar = progress::bytes(inputs.found.iter().map(Input::size).sum());
    let say = |line: &str| bar.suspend(|| complain(line));
    inputs.complaints.iter().for_each(|line| say(line));

    let (mut failed, mut table) = (inputs.complaints.len(), Summary::new());
    let mut out = stdout();
    for input in &inputs.found {
        bar.set_message(input.to_string());
        match read(input, &intake, &bar) {
            Ok(report) => {
                failed += usize::from(report.is_bad(arguments.strict));
                bar.suspend(|| report.print(&mut out, arguments.json))?;
                table.add(&report);
            }
            Err(error) => {
                failed += 1;
                say(&unreadable(input, &error));
            }
        }
    }
    bar.finish_and_clear();
    if !arguments.json {
        table.print(&mut out)?;
    }
    out.flush()?;
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Said),
    }
}

/// Reads one input to its end.
fn read(input: &Input, settings: &IntakeSettings, bar: &ProgressBar) -> io::Result<Report> {
    let mut watched = Watched { source: input.open()?, hash: Sha256::new(), bar };
    let mut intake = Intake::new(&mut watched, settings.clone());
    while intake.next()?.is_some() {}
    let (tally, findings) = (intake.tally().clone(), intake.take_findings());
    Ok(Report { file: input.to_string(), sha256: hex(&watched.hash.finalize()), tally, findings })
}

/// Two digits for each byte.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A source whose bytes are hashed and shown as progress while they are read.
struct Watched<'b> {
    source: Box<dyn Read>,
    hash: Sha256,
    bar: &'b ProgressBar,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.hash.update(&buffer[..length]);
        self.bar.inc(length as u64);
        Ok(length)
    }
}

impl Report {
    /// Whether the file was not read whole or, if that is asked, has an error.
    fn is_bad(&self, strict: bool) -> bool {
        let not_whole =
            |finding: &Finding| Rule::with_id(&finding.rule).is_some_and(|rule| NOT_WHOLE.contains(&rule));
        self.findings
            .iter()
            .any(|finding| not_whole(finding) || strict && finding.severity == Severity::Error)
    }

    fn print(&self, out: &mut impl Write, json: bool) -> io::Result<()> {
        if json {
            return json_line(out, self);
        }
        for finding in &self.findings {
            writeln!(out, "{}", render(finding, &self.file))?;
        }
        out.flush()
    }

    /// How often something of this severity was found.
    fn count(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|finding| finding.severity == severity).map(|finding| finding.count).sum()
    }
}

/// A row for each file, and one for all of them together.
struct Summary {
    table: Table<10>,
    files: u64,
    total: Row,
}

/// The figures of a row.
#[derive(Default)]
struct Row {
    claims: u64,
    charged: Cents,
    remittances: u64,
    paid: Cents,
    denied: u64,
    payments: u64,
    unbalanced: u64,
    errors: u64,
    warnings: u64,
}

impl Summary {
    fn new() -> Self {
        let heading = [
            "kind",
            "claims",
            "charged",
            "remittances",
            "paid",
            "denied",
            "unbalanced",
            "errors",
            "warnings",
            "file",
        ];
        Self { table: Table::new(heading, &[0, 9]), files: 0, total: Row::default() }
    }

    fn add(&mut self, report: &Report) {
        let row = Row::of(report);
        self.table.push(row.cells(report.tally.kind.name(), report.file.clone()));
        self.total.add(&row);
        self.files += 1;
    }

    fn print(mut self, out: &mut impl Write) -> io::Result<()> {
        match self.files {
            0 => return Ok(()),
            1 => {}
            files => self.table.push(self.total.cells("", format!("{files} files"))),
        }
        self.table.print(out)
    }
}

impl Row {
    fn of(report: &Report) -> Self {
        let Tally { claims, remittances, payments, .. } = &report.tally;
        Self {
            claims: claims.count,
            charged: claims.charge,
            remittances: remittances.count,
            paid: remittances.paid,
            denied: remittances.denied + remittances.partly_denied,
            payments: payments.count,
            unbalanced: payments.unbalanced,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
        }
    }

    fn add(&mut self, other: &Self) {
        self.claims += other.claims;
        self.charged += other.charged;
        self.remittances += other.remittances;
        self.paid += other.paid;
        self.denied += other.denied;
        self.payments += other.payments;
        self.unbalanced += other.unbalanced;
        self.errors += other.errors;
        self.warnings += other.warnings;
    }

    /// Figures of what the file does not hold stay empty.
    fn cells(&self, kind: &str, file: String) -> [String; 10] {
        let of_claims =
            |figure: &dyn ToString| if self.claims > 0 { figure.to_string() } else { String::new() };
        let of_payments = |figure: &dyn ToString| {
            if self.remittances + self.payments > 0 { figure.to_string() } else { String::new() }
        };
        [
            kind.to_owned(),
            of_claims(&self.claims),
            of_claims(&self.charged),
            of_payments(&self.remittances),
            of_payments(&self.paid),
            of_payments(&self.denied),
            of_payments(&self.unbalanced),
            self.errors.to_string(),
            self.warnings.to_string(),
            file,
        ]
    }
}
