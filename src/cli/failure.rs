//! Why a command ends without having done its work.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::config::refusal::Refusal;

/// What a command ends with where it is not done; the line says what to do.
#[derive(Debug)]
pub(super) enum Failure {
    /// The work failed.
    Failed(String),
    /// The command line or the configuration cannot be used.
    Usage(String),
    /// Each thing that failed was said when it did.
    Said,
    /// The work was done, and what it found is to be told by this exit code.
    Verdict(u8),
    /// Whoever reads the output has seen enough.
    ReaderGone,
}

impl Failure {
    /// The failure of `what`, because of `error`.
    pub(super) fn of(what: impl std::fmt::Display, error: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {error}"))
    }

    /// Says it on standard error; gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        match self {
            Self::Failed(line) => {
                complain(line);
                ExitCode::FAILURE
            }
            Self::Usage(line) => {
                complain(line);
                ExitCode::from(2)
            }
            Self::Said => ExitCode::FAILURE,
            Self::Verdict(code) => ExitCode::from(*code),
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

/// One line on standard error. Where nobody can read it, there is nobody to tell.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "marb: {line}");
}

/// Prints what clap has to say: help and version, or what is wrong with the command line.
pub(super) fn of_usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Usage(refusal.to_string())
    }
}

/// Only for writing to standard output: other errors of the system say first what they are about.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::of("cannot write to standard output", error),
        }
    }
}
