//! The National Provider Identifier and its check digit.

use std::fmt;

/// Ten digits of which the last is a Luhn check digit over the prefix 80840 and the other nine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Npi([u8; 10]);

/// Why a text is no NPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NpiError {
    /// Not ten digits.
    #[error("an NPI has ten digits")]
    NotTenDigits,
    /// Ten digits whose last does not fit: most often two digits were swapped or one mistyped.
    #[error("the check digit should be {expected}")]
    CheckDigit {
        /// The digit (0-9) that would fit the other nine.
        expected: u8,
    },
}

/// What the prefix 80840 adds to the Luhn sum (45 CFR 162.406; ISO/IEC 7812).
const PREFIX_SUM: u32 = 24;

impl Npi {
    /// Reads an NPI and checks its check digit.
    ///
    /// # Errors
    /// When it is not ten digits, or the check digit does not fit.
    pub fn parse(text: &str) -> Result<Self, NpiError> {
        let digits: [u8; 10] = text.as_bytes().try_into().map_err(|_| NpiError::NotTenDigits)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(NpiError::NotTenDigits);
        }
        let expected = check_digit(&digits[..9]);
        if digits[9] - b'0' != expected {
            return Err(NpiError::CheckDigit { expected });
        }
        Ok(Self(digits))
    }

    /// The valid NPI whose first nine digits are those of `stem` (its lowest nine decimal digits).
    #[must_use]
    pub fn from_stem(stem: u32) -> Self {
        let mut digits = [b'0'; 10];
        let mut rest = stem;
        for digit in digits[..9].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        digits[9] = b'0' + check_digit(&digits[..9]);
        Self(digits)
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The Luhn digit for nine ASCII digits behind the prefix 80840: every second digit from the right counts double.
fn check_digit(nine: &[u8]) -> u8 {
    let sum = nine.iter().rev().enumerate().fold(PREFIX_SUM, |sum, (place, &byte)| {
        let digit = u32::from(byte - b'0');
        let counted = if place % 2 == 0 { digit * 2 } else { digit };
        sum + counted / 10 + counted % 10
    });
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_number_is_valid() {
        // 1234567893 is the worked example of the CMS check digit note.
        assert_eq!(Npi::parse("1234567893").map(|npi| npi.to_string()), Ok("1234567893".into()));
    }

    #[test]
    fn a_swapped_digit_is_told_with_the_digit_that_would_fit() {
        assert_eq!(Npi::parse("1234567890"), Err(NpiError::CheckDigit { expected: 3 }));
        assert!(matches!(Npi::parse("1234657893"), Err(NpiError::CheckDigit { .. })));
    }

    #[test]
    fn anything_but_ten_digits_is_refused() {
        for text in ["", "123456789", "12345678933", "12345A7893", "١٢٣٤٥٦٧٨٩٣"] {
            assert_eq!(Npi::parse(text), Err(NpiError::NotTenDigits), "{text}");
        }
    }

    #[test]
    fn a_number_made_from_a_stem_is_valid() {
        assert_eq!(Npi::from_stem(123_456_789).as_str(), "1234567893");
        for stem in 0..2000 {
            assert!(Npi::parse(Npi::from_stem(stem * 7919).as_str()).is_ok());
        }
    }
}
