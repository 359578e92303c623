//! Counts of adjudicated and denied service lines, and rates from them that stay sane when the counts are small.
//!
//! A rate is the mean of a beta distribution: (denied + strength · towards) / (adjudicated + strength).

use serde::{Deserialize, Serialize};

use super::significance::lower_bound;

/// What is assumed of a practice without any answer yet: one line in ten is denied.
///
/// Published surveys of initial denials in the United States lie between 5 and 15 %.
pub const PRIOR_RATE: f64 = 0.10;

/// How many adjudicated lines the assumption above a rate weighs.
pub const PRIOR_LINES: f64 = 20.0;

/// Below this many adjudicated lines an estimate says that it has seen little.
pub const FEW_LINES: u64 = 30;

/// How many service lines were adjudicated, and how many of them denied.
///
/// Lines of reversals and predeterminations count in neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Adjudicated lines.
    pub adjudicated: u64,
    /// Denied lines among them; what exceeds the adjudicated counts as all of them.
    pub denied: u64,
}

impl Rate {
    /// The denied share, shrunk towards `towards` (0 to 1) as if [`PRIOR_LINES`] more lines had shown just that.
    #[must_use]
    pub fn shrunk(self, towards: f64) -> f64 {
        self.leaning(towards, PRIOR_LINES)
    }

    /// The denied share, shrunk towards `towards` (0 to 1) as if so many more lines had shown just that.
    #[must_use]
    pub fn leaning(self, towards: f64, lines: f64) -> f64 {
        let (adjudicated, denied) = self.counts();
        (denied + lines * towards) / (adjudicated + lines)
    }

    /// The lower end of the 95 % interval of the denied share (Wilson's score interval); 0 without any line.
    #[must_use]
    pub fn lower_bound(self) -> f64 {
        let (adjudicated, denied) = self.counts();
        lower_bound(denied, adjudicated)
    }

    /// Counts one more line.
    pub fn add(&mut self, is_denied: bool) {
        self.adjudicated += 1;
        self.denied += u64::from(is_denied);
    }

    /// The lines of this rate that are not among those of `part`.
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        Self {
            adjudicated: self.adjudicated.saturating_sub(part.adjudicated),
            denied: self.denied.saturating_sub(part.denied),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no database holds 2^53 lines")]
    fn counts(self) -> (f64, f64) {
        (self.adjudicated as f64, self.denied.min(self.adjudicated) as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(adjudicated: u64, denied: u64) -> Rate {
        Rate { adjudicated, denied }
    }

    #[track_caller]
    fn near(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-4, "{actual} is not {expected}");
    }

    #[test]
    fn one_denied_line_is_no_certainty_and_many_are() {
        near(rate(1, 1).shrunk(0.10), 3.0 / 21.0);
        near(rate(10, 10).shrunk(0.10), 12.0 / 30.0);
        near(rate(200_000, 100_000).shrunk(0.10), 0.49996);
    }

    #[test]
    fn the_lower_bound_is_wilsons() {
        // 10 of 20: (0.5 + 0.09604 − 1.96·√(0.0125 + 0.002401)) / 1.19208 = 0.2993.
        near(rate(20, 10).lower_bound(), 0.2993);
        near(rate(0, 0).lower_bound(), 0.0);
        near(rate(50, 0).lower_bound(), 0.0);
    }

    #[test]
    fn counts_that_cannot_be_stay_within_bounds() {
        near(rate(2, 5).shrunk(0.10), 4.0 / 22.0);
        assert_eq!(rate(2, 1).without(rate(5, 5)), rate(0, 0));
    }

    proptest! {
        #[test]
        fn every_rate_is_a_probability_whatever_the_counts(
            adjudicated in 0..u64::MAX,
            denied in 0..u64::MAX,
            towards in 0.0..=1.0,
        ) {
            let rate = rate(adjudicated, denied);
            prop_assert!((0.0..=1.0).contains(&rate.shrunk(towards)));
            prop_assert!((0.0..=1.0).contains(&rate.lower_bound()));
        }
    }
}
