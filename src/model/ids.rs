//! Row ids of each noun as types of their own, so that a claim's id is never taken for a remittance's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ids are whole numbers from 1")]
pub struct NotAnId;

/// The row number that a text of digits alone writes.
fn row_number(text: &str) -> Result<i64, NotAnId> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&row| is_digits && row > 0).ok_or(NotAnId)
}

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id with this row number.
            #[must_use]
            pub const fn new(row: i64) -> Self {
                Self(row)
            }

            /// The row number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                row_number(text).map(Self)
            }
        }
    )+};
}

row_id! {
    /// A claim's row.
    ClaimId,
    /// A remittance's row.
    RemittanceId,
    /// The row of a payment: one 835 transaction.
    PaymentId,
    /// An episode's row.
    EpisodeId,
    /// A payer's row.
    PayerId,
    /// A provider's row.
    ProviderId,
    /// The row of an import: one file received.
    ImportId,
    /// A denial pattern's row.
    PatternId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_whole_number_from_1() {
        assert_eq!("7".parse(), Ok(ClaimId::new(7)));
        assert_eq!("9223372036854775807".parse(), Ok(ClaimId::new(i64::MAX)));
        for text in ["", "0", "-1", "+1", " 1", "1.0", "1e3", "x", "9223372036854775808", "\u{0661}"] {
            assert_eq!(text.parse::<ClaimId>(), Err(NotAnId), "{text}");
        }
    }
}
