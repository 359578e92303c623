//! Values as X12 writes them: dates, amounts and units without superfluous digits, adjustments.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::model::Text;
use crate::model::adjustment::Adjustment;
use crate::model::quantity::Quantity;
use crate::money::Cents;
use crate::x12::writer::Writer;

/// How many reasons one CAS segment can hold (X12 835 and 837, CAS02 to CAS19).
const REASONS_PER_CAS: usize = 6;

/// A value, or an empty element.
pub(super) fn or_empty(value: Option<&Text>) -> &str {
    value.map_or("", Text::as_str)
}

/// `CCYYMMDD`.
pub(super) fn day(date: Date) -> [u8; 8] {
    let mut text = [b'0'; 8];
    let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
    let mut rest = number.unsigned_abs();
    for digit in text.iter_mut().rev() {
        *digit = last_digit(u64::from(rest));
        rest /= 10;
    }
    text
}

/// A decimal number without superfluous zeros. An `i64` has 19 digits; with sign and point 21 characters.
pub(super) struct Decimal {
    text: [u8; 24],
    start: usize,
}

impl Decimal {
    /// `value` divided by ten to the power of `decimals`.
    fn new(value: i64, decimals: u32) -> Self {
        let mut number = Self { text: [b'0'; 24], start: 24 };
        let scale = 10_u64.pow(decimals);
        let (mut whole, mut fraction) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
        if fraction > 0 {
            let mut places = decimals;
            while fraction % 10 == 0 {
                fraction /= 10;
                places -= 1;
            }
            for _ in 0..places {
                number.push(last_digit(fraction));
                fraction /= 10;
            }
            number.push(b'.');
        }
        loop {
            number.push(last_digit(whole));
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if value < 0 {
            number.push(b'-');
        }
        number
    }

    /// Puts a character before the others.
    fn push(&mut self, character: u8) {
        self.start -= 1;
        self.text[self.start] = character;
    }
}

impl AsRef<[u8]> for Decimal {
    fn as_ref(&self) -> &[u8] {
        &self.text[self.start..]
    }
}

fn last_digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or(0)
}

/// Dollars: `145`, `86.7`, `-0.05`.
pub(super) fn dollars(amount: Cents) -> Decimal {
    Decimal::new(amount.get(), 2)
}

/// Units: `1`, `0.5`.
pub(super) fn units(quantity: Quantity) -> Decimal {
    Decimal::new(quantity.get(), 3)
}

/// A whole number.
pub(super) fn number(number: u32) -> Decimal {
    Decimal::new(i64::from(number), 0)
}

/// Writes CAS segments: one for each run of adjustments of one group, six reasons in each at most.
pub(super) fn write_adjustments<W: Write>(out: &mut Writer<W>, adjustments: &[Adjustment]) -> io::Result<()> {
    for of_group in adjustments.chunk_by(|a, b| a.group == b.group) {
        for reasons in of_group.chunks(REASONS_PER_CAS) {
            let mut cas = out.begin("CAS").element(reasons[0].group.code());
            for Adjustment { reason, amount, quantity, .. } in reasons {
                cas = cas.element(reason).element(dollars(*amount));
                cas = match quantity {
                    Some(quantity) => cas.element(units(*quantity)),
                    None => cas.element(""),
                };
            }
            cas.end()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn writes(decimal: &Decimal, expected: &str) {
        assert_eq!(decimal.as_ref(), expected.as_bytes());
    }

    #[test]
    fn amounts_are_written_as_short_as_they_can_be() {
        writes(&dollars(Cents::new(14_500)), "145");
        writes(&dollars(Cents::new(8_670)), "86.7");
        writes(&dollars(Cents::new(-8_676)), "-86.76");
        writes(&dollars(Cents::new(-5)), "-0.05");
        writes(&dollars(Cents::new(50)), "0.5");
        writes(&dollars(Cents::new(1_000_000)), "10000");
        writes(&dollars(Cents::ZERO), "0");
        writes(&dollars(Cents::new(i64::MIN)), "-92233720368547758.08");
        writes(&units(Quantity::units(30)), "30");
        writes(&units(Quantity::new(1_500)), "1.5");
        writes(&number(0), "0");
        writes(&number(120), "120");
    }

    #[test]
    fn days_have_eight_digits() {
        assert_eq!(&day(date(2026, 1, 5)), b"20260105");
        assert_eq!(&day(date(1936, 12, 31)), b"19361231");
    }
}
