//! How fast whole files are understood: `cargo bench --bench check` splits, scans and checks 100 MB of claims and of
//! remittances, and prints each beside the bare split of the same bytes.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::hint::black_box;
use std::io;
use std::time::Duration;

use marb::clock::Clock;
use marb::intake::{Intake, IntakeSettings};
use marb::sample::batches::{BatchKind, SampleSettings};
use marb::sample::files::write_one_file;
use marb::x12::reader::Reader;

const SIZE: u64 = 100_000_000;
const ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    println!(
        "best of {ROUNDS} rounds          split        scan       check   scan/split  check/split  check/scan"
    );
    for kind in [BatchKind::Claims, BatchKind::Remittances] {
        let mut file = Vec::new();
        write_one_file(&mut file, kind, SIZE, &SampleSettings::default())?;
        let split = rate(&file, || split(&file));
        let scan = rate(&file, || scan(&file));
        let check = rate(&file, || check(&file));
        let name = format!("{kind:?}");
        println!(
            "{name:<12} {split:>15.0} MB/s {scan:>6.0} MB/s {check:>6.0} MB/s {:>12.3} {:>12.4} {:>11.3}",
            scan / split,
            check / split,
            check / scan
        );
    }
    Ok(())
}

/// Megabytes a second of the fastest round.
fn rate(file: &[u8], mut work: impl FnMut() -> u64) -> f64 {
    let clock = Clock::system();
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = clock.passed();
        black_box(work());
        best = best.min(clock.passed().saturating_sub(start));
    }
    let bytes = u32::try_from(file.len()).map_or(f64::INFINITY, f64::from);
    bytes / 1e6 / best.as_secs_f64()
}

/// The lower bound: nothing but finding the terminators.
fn split(file: &[u8]) -> u64 {
    memchr::memchr_iter(b'~', file).map(|at| at as u64).fold(0, u64::wrapping_add)
}

/// Every segment with its elements.
fn scan(file: &[u8]) -> u64 {
    let mut reader = Reader::new(file);
    let mut events = 0;
    while let Ok(Some(event)) = reader.next() {
        black_box(event);
        events += 1;
    }
    events
}

/// What `marb check` does: claims and remittances, balances and findings.
fn check(file: &[u8]) -> u64 {
    let mut intake = Intake::new(file, IntakeSettings::new(jiff::civil::date(2026, 12, 31)));
    let mut items = 0;
    while let Ok(Some(item)) = intake.next() {
        black_box(item);
        items += 1;
    }
    black_box(intake.take_findings());
    items
}
