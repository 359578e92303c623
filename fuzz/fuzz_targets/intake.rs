//! Any bytes are understood without a panic; the tally is that of what was given out, and so however they are delivered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use marb_fuzz::understand;

fuzz_target!(|input: &[u8]| {
    let Some((size, file)) = input.split_first() else { return };
    understand(file, *size);
});
