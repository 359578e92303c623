//! Remittances as the API shows them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::Text;
use crate::model::adjustment::{Adjustment, AdjustmentGroup};
use crate::model::denial::Outcome;
use crate::model::finding::Finding;
use crate::model::ids::{ClaimId, PayerId, PaymentId, RemittanceId};
use crate::model::quantity::Quantity;
use crate::model::remittance::ServicePayment;
use crate::money::Cents;
use crate::store::payments::StoredPayment;
use crate::store::remittances::{LinkState, RemittanceSummary, StoredRemittance};

/// A remittance in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemittanceRow {
    id: RemittanceId,
    remittance_control_number: Option<Text>,
    claim_control_number: Text,
    payer_id: Option<PayerId>,
    payer_name: Option<Text>,
    charge_amount: Cents,
    payment_amount: Cents,
    payment_date: Option<Date>,
    check_number: Option<Text>,
    status: Outcome,
    link_state: LinkState,
    created_at: Timestamp,
}

impl From<RemittanceSummary> for RemittanceRow {
    fn from(remittance: RemittanceSummary) -> Self {
        Self {
            id: remittance.id,
            remittance_control_number: remittance.remittance_control_number,
            claim_control_number: remittance.claim_control_number,
            payer_id: remittance.payer_id,
            payer_name: remittance.payer_name,
            charge_amount: remittance.charge,
            payment_amount: remittance.paid,
            payment_date: remittance.payment_date,
            check_number: remittance.check_number,
            status: remittance.outcome,
            link_state: remittance.link_state,
            created_at: remittance.created_at,
        }
    }
}

/// A remittance with its payment, adjustments and lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemittanceAnswer {
    id: RemittanceId,
    remittance_control_number: Option<Text>,
    claim_control_number: Text,
    payer_id: Option<PayerId>,
    payer_name: Option<Text>,
    status: Outcome,
    claim_status_code: Text,
    charge_amount: Cents,
    payment_amount: Cents,
    patient_responsibility_amount: Cents,
    payment_date: Option<Date>,
    check_number: Option<Text>,
    denial_reasons: Vec<Text>,
    adjustment_reasons: Vec<AdjustmentAnswer>,
    remark_codes: Vec<Text>,
    service_payments: Vec<ServicePaymentAnswer>,
    /// Charge less adjustments less payment; 0.00 when the answer balances.
    imbalance: Cents,
    payment: Option<PaymentAnswer>,
    link_state: LinkState,
    /// The claims of which it may answer any, where that is not decided.
    link_candidates: Vec<ClaimId>,
    is_incomplete: bool,
    parsing_warnings: Vec<Finding>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct AdjustmentAnswer {
    group_code: AdjustmentGroup,
    reason_code: Text,
    amount: Cents,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Quantity>,
    /// The service line it stands at; none for the claim as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_number: Option<u32>,
}

impl AdjustmentAnswer {
    fn new(adjustment: &Adjustment, line_number: Option<u32>) -> Self {
        Self {
            group_code: adjustment.group.clone(),
            reason_code: adjustment.reason.clone(),
            amount: adjustment.amount,
            quantity: adjustment.quantity,
            line_number,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ServicePaymentAnswer {
    line_number: u32,
    procedure_code: Option<Text>,
    modifiers: Vec<Text>,
    billed_procedure_code: Option<Text>,
    revenue_code: Option<Text>,
    charge_amount: Cents,
    payment_amount: Cents,
    allowed_amount: Option<Cents>,
    units_paid: Option<Quantity>,
    service_date: Option<Date>,
    remark_codes: Vec<Text>,
    imbalance: Cents,
}

impl From<ServicePayment> for ServicePaymentAnswer {
    fn from(line: ServicePayment) -> Self {
        Self {
            imbalance: line.imbalance(),
            line_number: line.line_number,
            procedure_code: line.procedure_code,
            modifiers: line.modifiers,
            billed_procedure_code: line.billed_procedure_code,
            revenue_code: line.revenue_code,
            charge_amount: line.charge,
            payment_amount: line.paid,
            allowed_amount: line.allowed,
            units_paid: line.units_paid,
            service_date: line.service_date,
            remark_codes: line.remark_codes,
        }
    }
}

/// The payment that a remittance belongs to.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct PaymentAnswer {
    id: PaymentId,
    amount: Cents,
    method: Option<Text>,
    payment_date: Option<Date>,
    check_number: Option<Text>,
    provider_adjustment_total: Cents,
    /// Payments of its remittances less provider adjustments less its amount; none before it was read to its end.
    imbalance: Option<Cents>,
}

impl From<StoredPayment> for PaymentAnswer {
    fn from(stored: StoredPayment) -> Self {
        Self {
            id: stored.id,
            amount: stored.payment.amount,
            provider_adjustment_total: stored.payment.provider_adjustment_total(),
            method: stored.payment.method,
            payment_date: stored.payment.date,
            check_number: stored.payment.check_number,
            imbalance: stored.imbalance,
        }
    }
}

impl RemittanceAnswer {
    /// Whether it is decided which claim it answers, or that none does. Where it is not, any claim that comes or changes may be
    /// one more or less in question.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.link_state != LinkState::Ambiguous
    }

    /// A stored remittance, its payment, the claims in question and what was found about it.
    pub(crate) fn new(
        stored: StoredRemittance,
        payment: Option<StoredPayment>,
        link_candidates: Vec<ClaimId>,
        parsing_warnings: Vec<Finding>,
    ) -> Self {
        let remittance = stored.remittance;
        let of_claim = remittance.adjustments.iter().map(|a| AdjustmentAnswer::new(a, None));
        let of_lines = remittance.lines.iter().flat_map(|line| {
            line.adjustments.iter().map(|a| AdjustmentAnswer::new(a, Some(line.line_number)))
        });
        Self {
            id: stored.id,
            adjustment_reasons: of_claim.chain(of_lines).collect(),
            remittance_control_number: remittance.payer_claim_control_number,
            claim_control_number: remittance.patient_control_number,
            payer_id: stored.payer_id,
            payer_name: stored.payer_name,
            status: stored.outcome,
            claim_status_code: remittance.status_code,
            charge_amount: remittance.charge,
            payment_amount: remittance.paid,
            patient_responsibility_amount: remittance.patient_responsibility,
            payment_date: stored.payment_date,
            check_number: stored.check_number,
            denial_reasons: stored.denial_reasons,
            remark_codes: remittance.remark_codes,
            service_payments: remittance.lines.into_iter().map(ServicePaymentAnswer::from).collect(),
            imbalance: stored.imbalance,
            payment: payment.map(PaymentAnswer::from),
            link_state: stored.link_state,
            link_candidates,
            is_incomplete: remittance.is_incomplete,
            parsing_warnings,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}
