//! How much each component counts in the overall score.

use serde::{Deserialize, Serialize};

/// The five weights: each 0 to 1, together 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RiskWeights {
    /// `RISK_WEIGHT_PAYER`: the payer's own rules.
    pub payer: f64,
    /// `RISK_WEIGHT_CODING`: diagnoses, procedures, modifiers, charges.
    pub coding: f64,
    /// `RISK_WEIGHT_DOC`: dates, providers, authorisation, assignment.
    pub doc: f64,
    /// `RISK_WEIGHT_HISTORICAL`: how often lines like these were denied.
    pub historical: f64,
    /// `RISK_WEIGHT_PATTERN`: denial patterns that the claim matches.
    pub pattern: f64,
}

impl Default for RiskWeights {
    fn default() -> Self {
        Self { payer: 0.20, coding: 0.25, doc: 0.20, historical: 0.15, pattern: 0.20 }
    }
}

/// Why weights cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// A weight is negative, above 1 or no number.
    #[error("the weight {name} is {value}; it has to be a number from 0 to 1")]
    OutOfRange {
        /// Which: `payer`, `coding`, `doc`, `historical` or `pattern`.
        name: &'static str,
        /// What it was set to.
        value: f64,
    },
    /// They do not add up.
    #[error(
        "the weights payer, coding, doc, historical and pattern add up to {sum}; they have to add up to 1"
    )]
    Sum {
        /// What they add up to.
        sum: f64,
    },
}

/// How far from 1 the sum of the weights may be: decimal fractions are not exact in binary.
const TOLERANCE: f64 = 1e-6;

impl RiskWeights {
    /// Whether the weights can be used.
    ///
    /// # Errors
    /// When one is outside 0 to 1 or no number, or their sum differs from 1 by more than a millionth.
    pub fn check(&self) -> Result<(), WeightsError> {
        let weights = [
            ("payer", self.payer),
            ("coding", self.coding),
            ("doc", self.doc),
            ("historical", self.historical),
            ("pattern", self.pattern),
        ];
        if let Some(&(name, value)) = weights.iter().find(|(_, value)| !(0.0..=1.0).contains(value)) {
            return Err(WeightsError::OutOfRange { name, value });
        }
        let sum: f64 = weights.iter().map(|(_, value)| value).sum();
        if (sum - 1.0).abs() > TOLERANCE { Err(WeightsError::Sum { sum }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_used() {
        assert_eq!(RiskWeights::default().check(), Ok(()));
    }

    #[test]
    fn a_sum_other_than_one_is_refused_with_the_sum() {
        let weights = RiskWeights { payer: 0.45, ..RiskWeights::default() };
        assert!(matches!(weights.check(), Err(WeightsError::Sum { sum }) if (sum - 1.25).abs() < 1e-9));
        let nearly = RiskWeights { payer: 0.200_000_5, ..RiskWeights::default() };
        assert_eq!(nearly.check(), Ok(()));
    }

    #[test]
    fn a_weight_that_is_negative_or_no_number_is_refused_by_name() {
        let negative = RiskWeights { doc: -0.2, pattern: 0.6, ..RiskWeights::default() };
        assert_eq!(negative.check(), Err(WeightsError::OutOfRange { name: "doc", value: -0.2 }));
        let no_number = RiskWeights { coding: f64::NAN, ..RiskWeights::default() };
        assert!(matches!(no_number.check(), Err(WeightsError::OutOfRange { name: "coding", .. })));
    }

    #[test]
    fn settings_name_only_what_they_change_and_nothing_unknown() {
        let weights: RiskWeights = serde_json::from_str(r#"{"payer": 0.30, "coding": 0.15}"#).unwrap();
        assert_eq!(weights, RiskWeights { payer: 0.30, coding: 0.15, ..RiskWeights::default() });
        assert!(serde_json::from_str::<RiskWeights>(r#"{"documentation": 0.2}"#).is_err());
    }
}
