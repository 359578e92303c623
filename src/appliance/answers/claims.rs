//! Claims as the API shows them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::Text;
use crate::model::claim::{ClaimKind, ClaimLine, ClaimStatus, PayerResponsibility};
use crate::model::finding::Finding;
use crate::model::ids::{ClaimId, ImportId, PayerId, ProviderId};
use crate::model::quantity::Quantity;
use crate::money::Cents;
use crate::store::claim_lists::ClaimSummary;
use crate::store::claims::StoredClaim;

/// A claim in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimRow {
    id: ClaimId,
    claim_control_number: Text,
    patient_control_number: Text,
    total_charge_amount: Cents,
    status: ClaimStatus,
    is_incomplete: bool,
    payer_id: Option<PayerId>,
    provider_id: Option<ProviderId>,
    practice_id: Option<Text>,
    service_date: Option<Date>,
    created_at: Timestamp,
}

impl From<ClaimSummary> for ClaimRow {
    fn from(claim: ClaimSummary) -> Self {
        Self {
            id: claim.id,
            claim_control_number: claim.patient_control_number.clone(),
            patient_control_number: claim.patient_control_number,
            total_charge_amount: claim.total_charge,
            status: claim.status,
            is_incomplete: claim.is_incomplete,
            payer_id: claim.payer_id,
            provider_id: claim.provider_id,
            practice_id: claim.practice_id,
            service_date: claim.service_date,
            created_at: claim.created_at,
        }
    }
}

/// A claim with its lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimAnswer {
    id: ClaimId,
    claim_control_number: Text,
    patient_control_number: Text,
    claim_type: ClaimKind,
    status: ClaimStatus,
    total_charge_amount: Cents,
    provider_id: Option<ProviderId>,
    rendering_provider_id: Option<ProviderId>,
    payer_id: Option<PayerId>,
    payer_responsibility: PayerResponsibility,
    practice_id: Option<Text>,
    facility_type_code: Option<Text>,
    claim_frequency_type: Option<Text>,
    assignment_code: Option<Text>,
    payer_claim_control_number: Option<Text>,
    prior_authorization: Option<Text>,
    referral_number: Option<Text>,
    statement_date: Option<Date>,
    admission_date: Option<Date>,
    discharge_date: Option<Date>,
    service_date: Option<Date>,
    submission_date: Option<Date>,
    principal_diagnosis: Option<Text>,
    diagnosis_codes: Vec<Text>,
    claim_lines: Vec<LineAnswer>,
    is_incomplete: bool,
    is_predetermination: bool,
    /// The earlier submission that this one replaces, voids or repeats.
    supersedes_claim_id: Option<ClaimId>,
    /// What all remittances of the claim paid together.
    payment_amount: Cents,
    parsing_warnings: Vec<Finding>,
    import_id: ImportId,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct LineAnswer {
    id: i64,
    line_number: u32,
    procedure_code: Option<Text>,
    modifiers: Vec<Text>,
    revenue_code: Option<Text>,
    charge_amount: Cents,
    unit: Option<Text>,
    quantity: Option<Quantity>,
    place_of_service: Option<Text>,
    diagnosis_pointers: Vec<u8>,
    service_date: Option<Date>,
    service_date_to: Option<Date>,
    line_item_control_number: Option<Text>,
    prior_authorization: Option<Text>,
}

impl LineAnswer {
    fn new(id: i64, line: ClaimLine) -> Self {
        Self {
            id,
            line_number: line.line_number,
            procedure_code: line.procedure_code,
            modifiers: line.modifiers,
            revenue_code: line.revenue_code,
            charge_amount: line.charge,
            unit: line.unit,
            quantity: line.quantity,
            place_of_service: line.place_of_service,
            diagnosis_pointers: line.diagnosis_pointers,
            service_date: line.service_date,
            service_date_to: line.service_date_to,
            line_item_control_number: line.control_number,
            prior_authorization: line.prior_authorization,
        }
    }
}

impl ClaimAnswer {
    /// A stored claim, what was found about it and what it was paid.
    pub(crate) fn new(stored: StoredClaim, parsing_warnings: Vec<Finding>, payment_amount: Cents) -> Self {
        let claim = stored.claim;
        Self {
            id: stored.id,
            claim_control_number: claim.patient_control_number.clone(),
            claim_type: claim.kind,
            status: stored.status,
            total_charge_amount: claim.total_charge,
            provider_id: stored.provider_id,
            rendering_provider_id: stored.rendering_provider_id,
            payer_id: stored.payer_id,
            payer_responsibility: claim.responsibility,
            practice_id: stored.practice_id,
            principal_diagnosis: claim.principal_diagnosis().map(|d| d.code.clone()),
            diagnosis_codes: claim.pointed_diagnoses().map(|d| d.code.clone()).collect(),
            service_date: claim.first_service_date(),
            patient_control_number: claim.patient_control_number,
            facility_type_code: claim.facility_type_code,
            claim_frequency_type: claim.frequency,
            assignment_code: claim.assignment_code,
            payer_claim_control_number: claim.payer_claim_control_number,
            prior_authorization: claim.prior_authorization,
            referral_number: claim.referral_number,
            statement_date: claim.statement_from,
            admission_date: claim.admission_date,
            discharge_date: claim.discharge_date,
            submission_date: claim.submission_date,
            claim_lines: stored
                .line_ids
                .into_iter()
                .zip(claim.lines)
                .map(|(id, l)| LineAnswer::new(id, l))
                .collect(),
            is_incomplete: claim.is_incomplete,
            is_predetermination: claim.is_predetermination,
            supersedes_claim_id: stored.supersedes,
            payment_amount,
            parsing_warnings,
            import_id: stored.import_id,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}
