//! Counts as numbers with a fraction.

/// The nearest number that a float can hold; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "a bench does not count to 2^53")]
#[must_use]
pub const fn float(count: u64) -> f64 {
    count as f64
}

/// The part of the whole; 0 where there is no whole.
#[must_use]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}
