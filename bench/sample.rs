//! How fast claims and answers are made: `cargo bench --bench sample`.

use std::io;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use marb::sample::batches::{BatchKind, Sample, SampleSettings};
use marb::sample::files::write_one_file;

fn main() {
    divan::main();
}

/// Claims and what answers them, as files in memory.
#[divan::bench(args = [1_000, 100_000], sample_count = 5)]
fn practice(bencher: Bencher<'_, '_>, claims: u64) {
    let settings = SampleSettings { claims, ..SampleSettings::default() };
    bencher.counter(ItemsCount::new(claims)).bench(|| Sample::new(&settings).map(Result::unwrap).count());
}

/// One large file.
#[divan::bench(args = [BatchKind::Claims, BatchKind::Remittances], sample_count = 5)]
fn one_file(bencher: Bencher<'_, '_>, kind: BatchKind) {
    let bytes = 100_000_000;
    let settings = SampleSettings::default();
    bencher.counter(BytesCount::new(bytes)).bench(|| write_one_file(io::sink(), kind, bytes, &settings));
}
