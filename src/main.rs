//! The executable: hands the command line to `marb::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    marb::cli::run()
}
