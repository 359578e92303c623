//! What a sample holds, counted while it is made, for tests to hold against what was read or stored.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, PayerResponsibility};
use crate::model::denial::{DenialRules, Outcome};
use crate::model::remittance::{Payment, Remittance};
use crate::money::Cents;

/// Counts and sums of a sample; the names are those of `marb check --json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Files written.
    pub files: u64,
    /// Bytes written.
    pub bytes: u64,
    /// The claims.
    pub claims: ClaimTotals,
    /// The remittances.
    pub remittances: RemittanceTotals,
    /// The payments.
    pub payments: PaymentTotals,
}

/// Counts and sums of claims.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ClaimTotals {
    /// CLM segments.
    pub count: u64,
    /// Σ CLM02.
    pub charge: Cents,
    /// Service lines.
    pub lines: u64,
    /// Σ SV102, SV203, SV302; it differs from `charge` where a claim does not add up.
    pub line_charge: Cents,
    /// Of 837P.
    pub professional: u64,
    /// Of 837I.
    pub institutional: u64,
    /// Of 837D.
    pub dental: u64,
    /// Frequency 7.
    pub replacements: u64,
    /// Frequency 8.
    pub voids: u64,
    /// Sent again without saying that they replace anything.
    pub repeats: u64,
    /// CLM19 = PB.
    pub predeterminations: u64,
    /// To a payer that pays second.
    pub secondary: u64,
}

/// Counts and sums of remittances.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RemittanceTotals {
    /// CLP segments.
    pub count: u64,
    /// Σ CLP03.
    pub charge: Cents,
    /// Σ CLP04.
    pub paid: Cents,
    /// Σ CLP05.
    pub patient_responsibility: Cents,
    /// SVC segments.
    pub lines: u64,
    /// Σ SVC02.
    pub line_charge: Cents,
    /// Σ SVC03.
    pub line_paid: Cents,
    /// CLP02 = 22.
    pub reversals: u64,
    /// Denied as a whole, by the usual [`DenialRules`].
    pub denied: u64,
    /// Denied in part.
    pub partly_denied: u64,
    /// Σ CAS amounts by group.
    pub adjustments: BTreeMap<Text, Cents>,
    /// CAS amounts.
    pub adjustment_count: u64,
    /// Answers to claims of somebody else.
    pub strangers: u64,
    /// Answers to claims of the sample that do not say enough to find them by.
    pub nameless: u64,
}

/// Counts and sums of payments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PaymentTotals {
    /// 835 transactions.
    pub count: u64,
    /// Σ BPR02.
    pub total: Cents,
    /// Σ PLB amounts.
    pub provider_adjustments: Cents,
    /// PLB amounts.
    pub provider_adjustment_count: u64,
}

impl ClaimTotals {
    pub(super) fn add(&mut self, claim: &Claim) {
        self.count += 1;
        self.charge += claim.total_charge;
        self.lines += claim.lines.len() as u64;
        self.line_charge += claim.line_charge();
        match claim.kind {
            ClaimKind::Professional => self.professional += 1,
            ClaimKind::Institutional => self.institutional += 1,
            ClaimKind::Dental => self.dental += 1,
        }
        self.replacements += u64::from(claim.is_replacement());
        self.voids += u64::from(claim.is_void());
        self.predeterminations += u64::from(claim.is_predetermination);
        self.secondary += u64::from(claim.responsibility != PayerResponsibility::Primary);
    }
}

impl RemittanceTotals {
    pub(super) fn add(&mut self, remittance: &Remittance, rules: &DenialRules) {
        self.count += 1;
        self.charge += remittance.charge;
        self.paid += remittance.paid;
        self.patient_responsibility += remittance.patient_responsibility;
        self.lines += remittance.lines.len() as u64;
        self.line_charge += remittance.lines.iter().map(|line| line.charge).sum();
        self.line_paid += remittance.lines.iter().map(|line| line.paid).sum();
        match rules.outcome(remittance) {
            Outcome::Reversal => self.reversals += 1,
            Outcome::Denied => self.denied += 1,
            Outcome::PartlyDenied => self.partly_denied += 1,
            Outcome::Paid | Outcome::Predetermination | Outcome::NotOurClaim => {}
        }
        for adjustment in remittance.all_adjustments() {
            self.adjustment_count += 1;
            match self.adjustments.get_mut(adjustment.group.code()) {
                Some(sum) => *sum += adjustment.amount,
                None => {
                    self.adjustments.insert(adjustment.group.code().into(), adjustment.amount);
                }
            }
        }
    }
}

impl PaymentTotals {
    pub(super) fn add(&mut self, payment: &Payment) {
        self.count += 1;
        self.total += payment.amount;
        self.provider_adjustments += payment.provider_adjustment_total();
        self.provider_adjustment_count += payment.provider_adjustments.len() as u64;
    }
}
