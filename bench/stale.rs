//! The search for stale answers of `tests/it/stale.rs` for thirty seconds: eight readers and two writers over real HTTP.
//!
//! `cargo bench --bench stale`. Ends with an error when an answer was stale or a lookup was not counted.

#![expect(clippy::print_stdout, reason = "a benchmark tells what it found")]
#![expect(dead_code, reason = "the harness of the tests does more than this needs")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

#[path = "../tests/it/answer.rs"]
mod answer;
#[path = "../tests/it/app.rs"]
mod app;
#[path = "../tests/it/fixtures.rs"]
mod fixtures;
#[path = "../tests/it/marb.rs"]
mod marb;
#[path = "../tests/it/stale.rs"]
mod stale;

const LONG: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "it lasts thirty seconds of real time")]
fn main() -> ExitCode {
    let app = stale::app();
    let start = Instant::now();
    let report = stale::run(&app, |_, _| start.elapsed() < LONG);
    println!("{report}");
    ExitCode::from(u8::from(report.stale > 0 || report.made != report.counted))
}
