//! Logging: one line for each event on standard error, never with a value of a patient.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;

use crate::config::log_level::LogLevel;

/// Sends what the program and its libraries have to say to standard error, from this level on.
///
/// To be called before the server is built: it would install a logger of its own otherwise.
pub(super) fn install(level: LogLevel) {
    let filter = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Where a logger is there already, a test's for example, that one stays.
    let _ = tracing_subscriber::fmt()
        .with_max_level(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}
