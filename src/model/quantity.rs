//! Units of service: exact thousandths, since minutes, millilitres and miles come in fractions.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A count of units in thousandths of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// The quantity of `thousandths` thousandths of a unit.
    #[must_use]
    pub const fn new(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The quantity of `units` whole units.
    #[must_use]
    pub const fn units(units: i64) -> Self {
        Self(units.saturating_mul(1000))
    }

    /// Thousandths of a unit.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads an X12 `R` element; digits behind the third decimal are cut off. `None` when it is no decimal number.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let (whole, fraction) = match digits.iter().position(|&b| b == b'.') {
            Some(point) => (&digits[..point], &digits[point + 1..]),
            None => (digits, &digits[..0]),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        if !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let thousandths = fraction.iter().chain(b"000").take(3);
        let value = whole.iter().chain(thousandths).try_fold(0_i64, |sum, byte| match byte {
            b'0'..=b'9' => sum.checked_mul(10)?.checked_add(i64::from(byte - b'0')),
            _ => None,
        })?;
        Some(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Quantity {
    /// A decimal number without superfluous zeros: `1`, `0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{fraction:03}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Quantity {
    /// A JSON number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, thousandths: Option<i64>, shown: &str) {
        let quantity = Quantity::parse(text.as_bytes());
        assert_eq!(quantity.map(Quantity::get), thousandths, "{text:?}");
        assert_eq!(quantity.map_or(String::new(), |q| q.to_string()), shown, "{text:?}");
    }

    #[test]
    fn whole_and_broken_units_are_exact() {
        reads("1", Some(1000), "1");
        reads(".5", Some(500), "0.5");
        reads("12.75", Some(12_750), "12.75");
        reads("-3", Some(-3000), "-3");
        reads("0.0009", Some(0), "0");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ".", "x", "1x", "1.x", "1.2.3", "9999999999999999999"] {
            reads(text, None, "");
        }
    }
}
