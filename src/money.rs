//! Exact money: whole cents, read from and written as decimal dollars without ever passing through a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount of US dollars in whole cents; negative amounts are take-backs and reversals.
///
/// Arithmetic saturates at the ends of `i64` (about ±92 quadrillion dollars), so no sum of file contents can panic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(i64);

/// Why a text is not an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing but blanks.
    #[error("is empty")]
    Empty,
    /// Something other than one sign, digits and one decimal point.
    #[error("is not a decimal number")]
    NotANumber,
    /// A third decimal that is not zero: dropping it would change the amount.
    #[error("has a fraction of a cent")]
    FractionOfACent,
    /// More digits than an amount can hold.
    #[error("is too large")]
    TooLarge,
}

impl Cents {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The amount of `cents` hundredths of a dollar.
    #[must_use]
    pub const fn new(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in hundredths of a dollar.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether the amount is exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads an X12 `R` element as dollars: an optional sign, digits, an optional point; blanks around it are ignored.
    ///
    /// `500`, `.5`, `-86.76`, `1922.860` are all amounts; exponents, thousands separators and currency signs are not.
    ///
    /// # Errors
    /// Says why the text is no exact amount; see [`MoneyError`].
    pub fn parse(text: &[u8]) -> Result<Self, MoneyError> {
        let text = text.trim_ascii();
        let (negative, digits) = match text {
            [] => return Err(MoneyError::Empty),
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let mut cents: i64 = 0;
        let mut decimals: Option<u8> = None;
        let mut any_digit = false;
        for &byte in digits {
            match (byte, decimals) {
                (b'0'..=b'9', None | Some(0 | 1)) => {
                    any_digit = true;
                    decimals = decimals.map(|n| n + 1);
                    cents = cents
                        .checked_mul(10)
                        .and_then(|c| c.checked_add(i64::from(byte - b'0')))
                        .ok_or(MoneyError::TooLarge)?;
                }
                (b'0', Some(_)) => {}
                (b'1'..=b'9', Some(_)) => return Err(MoneyError::FractionOfACent),
                (b'.', None) => decimals = Some(0),
                _ => return Err(MoneyError::NotANumber),
            }
        }
        if !any_digit {
            return Err(MoneyError::NotANumber);
        }
        let missing = match decimals {
            None | Some(0) => 100,
            Some(1) => 10,
            Some(_) => 1,
        };
        let cents = cents.checked_mul(missing).ok_or(MoneyError::TooLarge)?;
        Ok(Self(if negative { -cents } else { cents }))
    }
}

impl fmt::Display for Cents {
    /// Dollars with two decimals and no separators: `-86.70`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Serialize for Cents {
    /// A JSON number with two decimals: `1500.00`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cents {
    /// Reads the JSON number's own digits, so `0.07` is seven cents whatever a float makes of it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get().as_bytes())
            .map_err(|why| D::Error::custom(format_args!("amount {} {why}", raw.get())))
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Cents {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: Result<i64, MoneyError>) {
        assert_eq!(Cents::parse(text.as_bytes()).map(Cents::get), expected, "{text:?}");
    }

    #[test]
    fn amounts_of_every_spelling_are_exact() {
        reads("500", Ok(50_000));
        reads(".5", Ok(50));
        reads("-86.76", Ok(-8_676));
        reads("1922.86", Ok(192_286));
        reads("1922.860", Ok(192_286));
        reads("7.", Ok(700));
        reads("+3", Ok(300));
        reads(" 12.3 ", Ok(1_230));
        reads("-0", Ok(0));
        reads("0.07", Ok(7));
    }

    #[test]
    fn what_is_no_exact_amount_is_refused_with_the_reason() {
        reads("", Err(MoneyError::Empty));
        reads("   ", Err(MoneyError::Empty));
        reads("-", Err(MoneyError::NotANumber));
        reads(".", Err(MoneyError::NotANumber));
        reads("1,000.00", Err(MoneyError::NotANumber));
        reads("1.2.3", Err(MoneyError::NotANumber));
        reads("1e3", Err(MoneyError::NotANumber));
        reads("$5", Err(MoneyError::NotANumber));
        reads("0.125", Err(MoneyError::FractionOfACent));
        reads("99999999999999999999", Err(MoneyError::TooLarge));
    }

    #[test]
    fn json_shows_two_decimals_and_reads_them_back() {
        let json = serde_json::to_string(&Cents::new(150_000)).unwrap();
        assert_eq!(json, "1500.00");
        assert_eq!(serde_json::from_str::<Cents>("0.07").unwrap(), Cents::new(7));
        assert!(serde_json::from_str::<Cents>("\"7\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same_amount(cents in -1_000_000_000_000_000_i64..1_000_000_000_000_000) {
            let amount = Cents::new(cents);
            prop_assert_eq!(Cents::parse(amount.to_string().as_bytes()), Ok(amount));
        }
    }
}
