//! What a file held, in counts and sums: the object that a check prints.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::model::adjustment::{Adjustment, AdjustmentGroup};
use crate::model::claim::{Claim, ClaimKind};
use crate::model::denial::Outcome;
use crate::model::remittance::{Payment, Remittance};
use crate::money::Cents;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Claims.
    Claims,
    /// Remittances.
    Remittances,
    /// Claims and remittances.
    Mixed,
    /// Acknowledgements of groups (999).
    Acknowledgement,
    /// Acknowledgements of claims (277CA).
    ClaimAcknowledgement,
    /// Acknowledgements of interchanges (TA1).
    InterchangeAcknowledgement,
    /// X12, but of another kind.
    Other,
    /// No X12.
    #[default]
    NotX12,
}

impl FileKind {
    /// The kind's name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claims => "837",
            Self::Remittances => "835",
            Self::Mixed => "mixed",
            Self::Acknowledgement => "999",
            Self::ClaimAcknowledgement => "277CA",
            Self::InterchangeAcknowledgement => "TA1",
            Self::Other => "other",
            Self::NotX12 => "not X12",
        }
    }
}

impl Serialize for FileKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Sums of adjustments by group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GroupSums {
    /// Contractual.
    #[serde(rename = "CO")]
    pub contractual: Cents,
    /// The patient's share.
    #[serde(rename = "PR")]
    pub patient: Cents,
    /// Other.
    #[serde(rename = "OA")]
    pub other_adjustment: Cents,
    /// The payer's initiative.
    #[serde(rename = "PI")]
    pub payer_initiated: Cents,
    /// Corrections (004010).
    #[serde(rename = "CR")]
    pub correction: Cents,
    /// Groups that are not known.
    pub other: Cents,
}

impl GroupSums {
    fn add(&mut self, adjustment: &Adjustment) {
        let sum = match adjustment.group {
            AdjustmentGroup::Contractual => &mut self.contractual,
            AdjustmentGroup::PatientResponsibility => &mut self.patient,
            AdjustmentGroup::Other => &mut self.other_adjustment,
            AdjustmentGroup::PayerInitiated => &mut self.payer_initiated,
            AdjustmentGroup::Correction => &mut self.correction,
            AdjustmentGroup::Unknown(_) => &mut self.other,
        };
        *sum += adjustment.amount;
    }
}

/// Claims of 837s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ClaimTally {
    /// CLM segments.
    pub count: u64,
    /// Σ CLM02.
    pub charge: Cents,
    /// Service lines.
    pub lines: u64,
    /// Σ of the lines' charges.
    pub line_charge: Cents,
    /// Claims of 837P.
    pub professional: u64,
    /// Claims of 837I.
    pub institutional: u64,
    /// Claims of 837D.
    pub dental: u64,
    /// Claims that the file ends in the middle of.
    pub incomplete: u64,
    /// What payers billed before took off (CAS of loops 2320 and 2430); these stand among the adjustments of the file.
    pub other_payer_adjustments: GroupSums,
    /// How many those are.
    pub other_payer_adjustment_count: u64,
}

/// Remittances of 835s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RemittanceTally {
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
    /// Denied as a whole.
    pub denied: u64,
    /// Some lines denied.
    pub partly_denied: u64,
    /// Remittances or lines of them that do not balance.
    pub unbalanced: u64,
    /// Remittances that the file ends in the middle of.
    pub incomplete: u64,
    /// Every CAS of the file by group: those of remittances, and those that an 837 hands on from payers billed before.
    pub adjustments: GroupSums,
    /// Reasons with their amounts among them (a CAS has up to six).
    pub adjustment_count: u64,
}

/// Payments: 835 transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PaymentTally {
    /// 835 transactions.
    pub count: u64,
    /// Σ BPR02, debits negative.
    pub total: Cents,
    /// Σ PLB.
    pub provider_adjustments: Cents,
    /// PLB reasons with their amounts (a PLB has up to six).
    pub provider_adjustment_count: u64,
    /// Payments whose claims less provider adjustments are what was paid.
    pub balanced: u64,
    /// Payments of which that is not so.
    pub unbalanced: u64,
}

/// What a file held, in counts and sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Size of the file as received.
    pub bytes: u64,
    /// What kind of file it is.
    pub kind: FileKind,
    /// ISA segments.
    pub interchanges: u64,
    /// GS segments.
    pub groups: u64,
    /// ST segments.
    pub transactions: u64,
    /// Segments of any kind.
    pub segments: u64,
    /// Transactions that were recognised and not imported, by name.
    pub not_imported: BTreeMap<&'static str, u64>,
    /// Claims of 837s.
    pub claims: ClaimTally,
    /// Remittances of 835s.
    pub remittances: RemittanceTally,
    /// 835 transactions.
    pub payments: PaymentTally,
}

impl Tally {
    pub(super) fn add_claim(&mut self, claim: &Claim) {
        let tally = &mut self.claims;
        tally.count += 1;
        tally.charge += claim.total_charge;
        tally.lines += claim.lines.len() as u64;
        tally.line_charge += claim.line_charge();
        tally.incomplete += u64::from(claim.is_incomplete);
        match claim.kind {
            ClaimKind::Professional => tally.professional += 1,
            ClaimKind::Institutional => tally.institutional += 1,
            ClaimKind::Dental => tally.dental += 1,
        }
        let of_claim = claim.other_payers.iter().flat_map(|payer| &payer.adjustments);
        let of_lines = claim.lines.iter().flat_map(|line| &line.other_payer_adjustments);
        for adjustment in of_claim.chain(of_lines) {
            self.claims.other_payer_adjustments.add(adjustment);
            self.claims.other_payer_adjustment_count += 1;
            self.add_adjustment(adjustment);
        }
    }

    pub(super) fn add_remittance(&mut self, remittance: &Remittance, outcome: Outcome) {
        let tally = &mut self.remittances;
        tally.count += 1;
        tally.charge += remittance.charge;
        tally.paid += remittance.paid;
        tally.patient_responsibility += remittance.patient_responsibility;
        tally.lines += remittance.lines.len() as u64;
        tally.line_charge += remittance.lines.iter().map(|line| line.charge).sum();
        tally.line_paid += remittance.lines.iter().map(|line| line.paid).sum();
        tally.incomplete += u64::from(remittance.is_incomplete);
        match outcome {
            Outcome::Reversal => tally.reversals += 1,
            Outcome::Denied => tally.denied += 1,
            Outcome::PartlyDenied => tally.partly_denied += 1,
            Outcome::Paid | Outcome::Predetermination | Outcome::NotOurClaim => {}
        }
        let line_unbalanced = || remittance.lines.iter().any(|line| !line.imbalance().is_zero());
        tally.unbalanced += u64::from(!remittance.imbalance().is_zero() || line_unbalanced());
        for adjustment in remittance.all_adjustments() {
            self.add_adjustment(adjustment);
        }
    }

    pub(super) fn add_payment(&mut self, payment: &Payment) {
        let tally = &mut self.payments;
        tally.count += 1;
        tally.total += payment.amount;
        tally.provider_adjustments += payment.provider_adjustment_total();
        tally.provider_adjustment_count += payment.provider_adjustments.len() as u64;
        if payment.imbalance().is_zero() {
            tally.balanced += 1;
        } else {
            tally.unbalanced += 1;
        }
    }

    fn add_adjustment(&mut self, adjustment: &Adjustment) {
        self.remittances.adjustments.add(adjustment);
        self.remittances.adjustment_count += 1;
    }
}
