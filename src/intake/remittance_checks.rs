//! What is checked of a payment and its remittances beyond reading them: codes and the three balances.

use crate::model::adjustment::AdjustmentGroup;
use crate::model::codes;
use crate::model::party::PayerAlias;
use crate::model::remittance::{Payment, Remittance, ServicePayment};
use crate::money::Cents;
use crate::x12::segment::Segment;

use super::desk::Desk;
use super::findings::{At, Source};
use super::rules::Rule;

/// Checks that the head of a payment says who paid whom.
pub(super) fn payment_head(payment: &Payment, has_bpr: bool, header: Source<'_>, desk: &mut Desk) {
    let mut say = |rule: Rule, says: &str| desk.here(rule, header, At::Segment, || says.to_owned());
    if !has_bpr {
        say(Rule::PaymentHeaderMissing, "the transaction has no BPR");
    }
    // Where all of the head is missing, that is one finding.
    let traced = |alias: &PayerAlias| matches!(&*alias.qualifier, "TRN03" | "BPR10");
    if has_bpr && payment.payer.name.is_none() && payment.payer.ids.iter().all(traced) {
        say(Rule::PayerMissing, "the payment does not say who paid");
    }
    if has_bpr && payment.payee.is_unknown() {
        say(Rule::PayeeMissing, "the payment does not say who was paid");
    }
}

/// Checks the elements of a CLP.
pub(super) fn head(remittance: &Remittance, clp: &Segment<'_>, desk: &mut Desk) {
    let status = clp.element(2);
    if status.is_empty() {
        desk.missing(clp, At::Element(2), "the claim's status");
    } else if !codes::is_claim_status(status) {
        desk.value(Rule::ClaimStatusCode, clp, At::Element(2), "is not a claim status");
    }
    if status == b"4" && !remittance.paid.is_zero() {
        let paid = remittance.paid;
        desk.here(Rule::DeniedButPaid, clp, At::Element(4), || {
            format!("the claim is denied and {paid} was paid")
        });
    }
    if remittance.is_reversal() && (remittance.paid > Cents::ZERO || remittance.charge > Cents::ZERO) {
        let (charge, paid) = (remittance.charge, remittance.paid);
        let message = || format!("the reversal is of {charge} and pays {paid}; both should be negative");
        desk.here(Rule::ReversalPositive, clp, At::Element(4), message);
    }
}

/// Checks the balance of a line: SVC02 - CAS = SVC03.
pub(super) fn line(line: &ServicePayment, svc: Source<'_>, desk: &mut Desk) {
    let imbalance = line.imbalance();
    if !imbalance.is_zero() {
        let (charge, paid) = (line.charge, line.paid);
        let message = || balance(charge, charge - paid - imbalance, paid, imbalance);
        desk.here(Rule::LineUnbalanced, svc, At::Element(3), message);
    }
}

/// Checks the balance of a remittance: CLP03 - CAS of the claim and its lines = CLP04; and what else shows at its end.
pub(super) fn whole(remittance: &Remittance, clp: Source<'_>, desk: &mut Desk) {
    let imbalance = remittance.imbalance();
    let (charge, paid) = (remittance.charge, remittance.paid);
    if !imbalance.is_zero() {
        let message = || balance(charge, charge - paid - imbalance, paid, imbalance);
        desk.here(Rule::ClaimUnbalanced, clp, At::Element(4), message);
    }
    if let (Some(from), Some(to)) = (remittance.statement_from, remittance.statement_to)
        && to < from
    {
        let message = || format!("the statement begins on {from} and ends before, on {to}");
        desk.here(Rule::DateRangeBackwards, clp, At::Segment, message);
    }
    let lines: Cents = remittance.lines.iter().map(|line| line.charge).sum();
    if !remittance.lines.is_empty() && lines != charge {
        let message = || format!("the claim's charge is {charge} and its lines add up to {lines}");
        desk.here(Rule::LinesDifferFromClaim, clp, At::Element(3), message);
    }
}

/// Checks the patient's share: CLP05 = CAS of group PR.
pub(super) fn patient_share(remittance: &Remittance, clp: Source<'_>, desk: &mut Desk) {
    let of_patient = |group: &AdjustmentGroup| *group == AdjustmentGroup::PatientResponsibility;
    let share: Cents = remittance.all_adjustments().filter(|a| of_patient(&a.group)).map(|a| a.amount).sum();
    // Reversals take back a share without always saying so in CLP05.
    if share != remittance.patient_responsibility && !remittance.is_reversal() {
        let said = remittance.patient_responsibility;
        let message = || format!("the patient's share is {said} and its adjustments add up to {share}");
        desk.here(Rule::PatientResponsibilityDiffers, clp, At::Element(5), message);
    }
}

/// Checks the balance of a payment: CLP04 - PLB = BPR02.
pub(super) fn payment(payment: &Payment, bpr: Source<'_>, at: At, desk: &mut Desk) {
    let imbalance = payment.imbalance();
    if !imbalance.is_zero() {
        let (claims, adjusted) = (payment.remittances_paid, payment.provider_adjustment_total());
        let amount = payment.amount;
        let message = || {
            format!(
                "the claims were paid {claims}, less provider adjustments of {adjusted} that is {}, \
                 and the payment is {amount}: off by {imbalance}",
                claims - adjusted
            )
        };
        desk.here(Rule::PaymentUnbalanced, bpr, at, message);
    }
}

#[cold]
pub(super) fn repeated(bpr: Source<'_>, desk: &mut Desk) {
    let message = || "the same payment stands in the file already".to_owned();
    desk.here(Rule::RepeatedPayment, bpr, At::Segment, message);
}

fn balance(charge: Cents, adjusted: Cents, paid: Cents, imbalance: Cents) -> String {
    let due = charge - adjusted;
    format!("{charge} less adjustments of {adjusted} is {due}, and {paid} was paid: off by {imbalance}")
}
