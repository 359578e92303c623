//! Any segments within an 835 are understood as a payment and its remittances without a panic, each given out once.

#![no_main]

use libfuzzer_sys::fuzz_target;
use marb_fuzz::{understand, within};

fuzz_target!(|input: &[u8]| {
    let Some((size, content)) = input.split_first() else { return };
    understand(&within("HP", "835", "005010X221A1", content), *size);
});
