//! Row ids of each noun as types of their own, so that a claim's id is never taken for a remittance's.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
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
