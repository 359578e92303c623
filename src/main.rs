//! The executable: hands the command line to `marb::cli`.

fn main() {}
