//! Any segments within an 837 are understood as claims without a panic, and each claim is given out once.

#![no_main]

use libfuzzer_sys::fuzz_target;
use marb_fuzz::{understand, within};

/// Professional, institutional, dental, and the professional guide of 004010.
const VERSIONS: [&str; 4] = ["005010X222A1", "005010X223A2", "005010X224A2", "004010X098A1"];

fuzz_target!(|input: &[u8]| {
    let [size, version, content @ ..] = input else { return };
    let version = VERSIONS[usize::from(*version) % VERSIONS.len()];
    understand(&within("HC", "837", version, content), *size);
});
