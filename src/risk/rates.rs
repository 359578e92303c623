//! Counts of adjudicated and denied service lines, and rates from them that stay sane when the counts are small.
//!
//! A rate is the mean of a beta distribution: (denied + strength · towards) / (adjudicated + strength). Each rate leans on
//! the one above it: a payer's on the overall rate, the overall rate on [`PRIOR_RATE`].

use serde::{Deserialize, Serialize};

use crate::model::Text;

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

/// How many lines were denied for a reason (a line denied for two reasons counts in both).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The adjustment reason code (CARC).
    pub reason: Text,
    /// Lines denied for it.
    pub denied: u64,
}

/// What happened to lines with one procedure code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcedureRates {
    /// The code, as on the claim's lines.
    pub procedure_code: Text,
    /// At the claim's payer.
    pub at_payer: Rate,
    /// At every payer.
    pub anywhere: Rate,
    /// Why lines with it were denied at the claim's payer.
    pub reasons: Vec<ReasonCount>,
}

/// What happened to the lines at hand, as far as it concerns one claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// All lines.
    pub overall: Rate,
    /// The lines at the claim's payer.
    pub payer: Rate,
    /// Why lines were denied at the claim's payer.
    pub payer_reasons: Vec<ReasonCount>,
    /// Each distinct procedure code of the claim; a code that is not here has not been seen.
    pub procedures: Vec<ProcedureRates>,
}

impl Rates {
    /// The denied share of all lines, shrunk towards [`PRIOR_RATE`].
    #[must_use]
    pub fn overall_rate(&self) -> f64 {
        self.overall.shrunk(PRIOR_RATE)
    }

    /// The denied share at the payer, shrunk towards the overall rate.
    #[must_use]
    pub fn payer_rate(&self) -> f64 {
        self.payer.shrunk(self.overall_rate())
    }

    /// The denied share of a procedure at the payer.
    ///
    /// Shrunk towards what payer and procedure suggest each by itself: the payer's odds times the procedure's odds over
    /// the overall odds, as if neither knew of the other.
    #[must_use]
    pub fn procedure_rate(&self, procedure: &ProcedureRates) -> f64 {
        let overall = self.overall_rate();
        let expected = odds(self.payer_rate()) * odds(procedure.anywhere.shrunk(overall)) / odds(overall);
        procedure.at_payer.shrunk(expected / (1.0 + expected))
    }

    /// The rates of this procedure code.
    #[must_use]
    pub fn of_procedure(&self, code: &str) -> Option<&ProcedureRates> {
        self.procedures.iter().find(|procedure| procedure.procedure_code == code)
    }
}

/// Finite and above 0: a shrunk rate is never quite 0 nor 1, but for the rounding of numbers beyond any database.
fn odds(rate: f64) -> f64 {
    rate / (1.0 - rate).max(f64::EPSILON)
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
    fn without_any_line_the_prior_is_all_there_is() {
        let rates = Rates::default();
        near(rates.overall_rate(), 0.10);
        near(rates.payer_rate(), 0.10);
        near(rates.procedure_rate(&ProcedureRates::default()), 0.10);
    }

    #[test]
    fn one_denied_line_is_no_certainty_and_many_are() {
        near(rate(1, 1).shrunk(0.10), 3.0 / 21.0);
        near(rate(10, 10).shrunk(0.10), 12.0 / 30.0);
        near(rate(200_000, 100_000).shrunk(0.10), 0.49996);
    }

    #[test]
    fn a_procedure_never_seen_at_the_payer_leans_on_both() {
        let rates =
            Rates { overall: rate(1_000_000, 100_000), payer: rate(1_000_000, 200_000), ..Rates::default() };
        let seen_elsewhere =
            ProcedureRates { anywhere: rate(1_000_000, 300_000), ..ProcedureRates::default() };
        // Odds 1/4 at the payer, 3/7 for the procedure, 1/9 overall: 1/4 · 3/7 · 9 = 27/28, a rate of 27/55.
        near(rates.procedure_rate(&seen_elsewhere), 27.0 / 55.0);
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
        fn every_estimate_is_a_probability_whatever_the_counts(counts in proptest::array::uniform8(0..u64::MAX)) {
            let [a, b, c, d, e, f, g, h] = counts;
            let rates = Rates { overall: rate(a, b), payer: rate(c, d), ..Rates::default() };
            let procedure =
                ProcedureRates { at_payer: rate(e, f), anywhere: rate(g, h), ..ProcedureRates::default() };
            let estimate = rates.procedure_rate(&procedure);
            prop_assert!((0.0..=1.0).contains(&estimate));
            prop_assert!((0.0..=1.0).contains(&procedure.at_payer.lower_bound()));
        }
    }
}
