//! What counts as a denial: the one place that says so for answers of every payer.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Text;
use super::adjustment::{Adjustment, AdjustmentGroup};
use super::claim::UnknownName;
use super::remittance::{Remittance, ServicePayment};
use crate::money::Cents;

/// What a remittance says of its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Processed, no line denied; the payment may be nothing (deductible, another payer's share).
    Paid,
    /// Some lines denied.
    PartlyDenied,
    /// CLP02 = 4, or nothing paid and at least one line denied.
    Denied,
    /// CLP02 = 22: an earlier payment taken back. Never a denial.
    Reversal,
    /// CLP02 = 25: no bill, no denial.
    Predetermination,
    /// CLP02 = 23: forwarded or not this payer's claim.
    NotOurClaim,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Paid,
        Self::PartlyDenied,
        Self::Denied,
        Self::Reversal,
        Self::Predetermination,
        Self::NotOurClaim,
    ];

    /// The outcome's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::PartlyDenied => "partly_denied",
            Self::Denied => "denied",
            Self::Reversal => "reversal",
            Self::Predetermination => "predetermination",
            Self::NotOurClaim => "not_our_claim",
        }
    }
}

impl FromStr for Outcome {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name).ok_or(UnknownName)
    }
}

/// Which adjustment reasons are no denial although nothing was paid: contractual, or another payer's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DenialRules {
    /// Reason codes (CARC) in groups CO, OA and PI that are never a denial.
    pub not_denial_reasons: Vec<Text>,
}

impl Default for DenialRules {
    /// Fee schedule and contract (45, 131, 253 sequestration), another payer's money (22 is *not* here: it asks for
    /// coordination and is worked as a denial; 23 is), and the patient's or plan's own share moved between groups
    /// (1, 2, 3, 66, 94, 100, 101, 104, 105, 161, 187, 209, 223, 237).
    fn default() -> Self {
        let reasons =
            ["1", "2", "3", "23", "45", "66", "94", "100", "101", "104", "105", "131", "161", "187"];
        let more = ["209", "223", "237", "253"];
        Self { not_denial_reasons: reasons.into_iter().chain(more).map(Text::from).collect() }
    }
}

impl DenialRules {
    /// Whether an adjustment denies: group CO, OA or PI with a reason that is neither contractual nor another payer's.
    #[must_use]
    pub fn denies(&self, adjustment: &Adjustment) -> bool {
        let group = matches!(
            adjustment.group,
            AdjustmentGroup::Contractual | AdjustmentGroup::Other | AdjustmentGroup::PayerInitiated
        );
        group && adjustment.amount > Cents::ZERO && !self.not_denial_reasons.contains(&adjustment.reason)
    }

    /// Whether a line was denied: nothing paid, and an adjustment that denies.
    #[must_use]
    pub fn line_is_denied(&self, line: &ServicePayment) -> bool {
        line.paid.is_zero() && line.adjustments.iter().any(|a| self.denies(a))
    }

    /// What the remittance says of its claim.
    ///
    /// An answer without service lines counts as one line whose adjustments are the claim's.
    #[must_use]
    pub fn outcome(&self, remittance: &Remittance) -> Outcome {
        match &*remittance.status_code {
            "22" => return Outcome::Reversal,
            "25" => return Outcome::Predetermination,
            "23" => return Outcome::NotOurClaim,
            "4" => return Outcome::Denied,
            _ => {}
        }
        let claim_denies = || remittance.adjustments.iter().any(|a| self.denies(a));
        let any_denied = remittance.lines.iter().any(|l| self.line_is_denied(l));
        if remittance.paid.is_zero() && (any_denied || claim_denies()) {
            Outcome::Denied
        } else if any_denied {
            Outcome::PartlyDenied
        } else {
            Outcome::Paid
        }
    }

    /// The distinct reasons for which the remittance or its lines were denied, in file order.
    #[must_use]
    pub fn reasons(&self, remittance: &Remittance) -> Vec<Text> {
        let mut reasons: Vec<Text> = Vec::new();
        if matches!(self.outcome(remittance), Outcome::Denied | Outcome::PartlyDenied) {
            let of_claim = remittance.adjustments.iter();
            let of_lines = remittance.lines.iter().filter(|l| l.paid.is_zero()).flat_map(|l| &l.adjustments);
            for adjustment in of_claim.chain(of_lines).filter(|a| self.denies(a)) {
                if !reasons.contains(&adjustment.reason) {
                    reasons.push(adjustment.reason.clone());
                }
            }
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adjustment(group: &str, reason: &str, cents: i64) -> Adjustment {
        Adjustment {
            group: AdjustmentGroup::from_code(group),
            reason: reason.into(),
            amount: Cents::new(cents),
            quantity: None,
        }
    }

    fn line(charge: i64, paid: i64, adjustments: Vec<Adjustment>) -> ServicePayment {
        ServicePayment {
            charge: Cents::new(charge),
            paid: Cents::new(paid),
            adjustments,
            ..ServicePayment::default()
        }
    }

    fn remittance(status: &str, lines: Vec<ServicePayment>) -> Remittance {
        Remittance {
            status_code: status.into(),
            paid: lines.iter().map(|l| l.paid).sum(),
            charge: lines.iter().map(|l| l.charge).sum(),
            lines,
            ..Remittance::default()
        }
    }

    #[track_caller]
    fn case(status: &str, lines: Vec<ServicePayment>, outcome: Outcome, reasons: &[&str]) {
        let rules = DenialRules::default();
        let remittance = remittance(status, lines);
        assert_eq!(rules.outcome(&remittance), outcome);
        assert_eq!(rules.reasons(&remittance), reasons);
    }

    #[test]
    fn a_line_paid_nothing_for_a_denying_reason_is_denied() {
        case("1", vec![line(100, 0, vec![adjustment("CO", "50", 100)])], Outcome::Denied, &["50"]);
        case("1", vec![line(100, 0, vec![adjustment("PI", "16", 100)])], Outcome::Denied, &["16"]);
    }

    #[test]
    fn the_patients_share_and_the_contract_are_no_denial() {
        case("1", vec![line(100, 0, vec![adjustment("PR", "1", 100)])], Outcome::Paid, &[]);
        let deductible = vec![adjustment("CO", "45", 40), adjustment("PR", "1", 60)];
        case("1", vec![line(100, 0, deductible)], Outcome::Paid, &[]);
        case("2", vec![line(100, 0, vec![adjustment("OA", "23", 100)])], Outcome::Paid, &[]);
    }

    #[test]
    fn one_denied_line_of_two_is_a_partial_denial() {
        let paid = line(100, 80, vec![adjustment("CO", "45", 20)]);
        let denied = line(50, 0, vec![adjustment("CO", "97", 50)]);
        case("1", vec![paid, denied], Outcome::PartlyDenied, &["97"]);
    }

    #[test]
    fn reversals_and_predeterminations_are_never_denials() {
        case("22", vec![line(-100, 0, vec![adjustment("CO", "50", -100)])], Outcome::Reversal, &[]);
        case("25", vec![line(100, 0, vec![adjustment("CO", "50", 100)])], Outcome::Predetermination, &[]);
    }

    #[test]
    fn status_four_is_a_denial_whatever_its_reasons() {
        case("4", vec![line(100, 0, vec![adjustment("PR", "96", 100)])], Outcome::Denied, &[]);
    }
}
