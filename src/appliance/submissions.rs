//! Submissions: whether a claim is new, or comes again to replace, void or repeat an earlier one.

use crate::model::claim::{Claim, ClaimStatus};
use crate::model::ids::{ClaimId, ProviderId};
use crate::model::keys;
use crate::store::Connection;
use crate::store::claim_candidates::{self, ClaimCandidate};
use crate::store::error::StoreError;

/// What a claim is to the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Submission {
    /// Where the claim stands.
    pub status: ClaimStatus,
    /// The earlier submission that it replaces, voids or repeats.
    pub supersedes: Option<ClaimId>,
    /// What becomes of that earlier submission; `None` leaves it.
    pub earlier_becomes: Option<ClaimStatus>,
}

impl Submission {
    /// The claim that this one repeats.
    pub(super) fn repeats(&self) -> Option<ClaimId> {
        self.supersedes.filter(|_| self.status == ClaimStatus::Repeat)
    }
}

/// Finds the earlier submission that a claim refers to, and says what becomes of both.
///
/// CLM05-3 = 7 replaces and 8 voids the claim whose payer control number stands in REF*F8, else the last that counts
/// under the same number; neither of the two then counts twice. A claim that says neither but bills the same again is a
/// repeat. The same number with another patient, charge or day of service is another claim: numbers come back.
pub(super) fn judge(
    connection: &Connection,
    claim: &Claim,
    provider: Option<ProviderId>,
) -> Result<Submission, StoreError> {
    let plain =
        if claim.is_predetermination { ClaimStatus::Predetermination } else { ClaimStatus::Submitted };
    let alone = Submission { status: plain, supersedes: None, earlier_becomes: None };
    if claim.is_predetermination {
        return Ok(alone);
    }
    let same_number = claim_candidates::by_control_number(
        connection,
        &keys::control_number_key(&claim.patient_control_number),
    )?;
    let mut earlier =
        same_number.iter().filter(|c| c.provider_id == provider && is_same_number(c, claim) && counts(c));
    if claim.is_replacement() || claim.is_void() {
        let named = match &claim.payer_claim_control_number {
            Some(number) => claim_candidates::by_payer_number(connection, &keys::payer_number_key(number))?,
            None => Vec::new(),
        };
        let replaced = named
            .iter()
            .filter(|c| !c.answers.is_empty() && c.provider_id == provider && counts(c))
            .map(|c| c.id)
            .next();
        let supersedes = replaced.or_else(|| earlier.next().map(|c| c.id));
        let (status, earlier_becomes) = if claim.is_void() {
            (ClaimStatus::Voided, ClaimStatus::Voided)
        } else {
            (ClaimStatus::Submitted, ClaimStatus::Replaced)
        };
        return Ok(Submission { status, supersedes, earlier_becomes: supersedes.map(|_| earlier_becomes) });
    }
    Ok(match earlier.find(|c| bills_the_same(c, claim)) {
        Some(repeated) => {
            Submission { status: ClaimStatus::Repeat, supersedes: Some(repeated.id), earlier_becomes: None }
        }
        None => alone,
    })
}

/// Candidates share the first 20 characters; a submission shares the whole number.
fn is_same_number(candidate: &ClaimCandidate, claim: &Claim) -> bool {
    candidate.patient_control_number.trim().eq_ignore_ascii_case(claim.patient_control_number.trim())
}

/// Whether the candidate still counts: it is no repeat, replaced, void or predetermination.
fn counts(candidate: &ClaimCandidate) -> bool {
    use ClaimStatus::{Predetermination, Repeat, Replaced, Voided};
    !matches!(candidate.status, Repeat | Replaced | Voided | Predetermination)
}

/// The same patient, payer's place, charge and first day of service.
fn bills_the_same(candidate: &ClaimCandidate, claim: &Claim) -> bool {
    candidate.total_charge == claim.total_charge
        && candidate.service_date == claim.first_service_date()
        && candidate.responsibility == claim.responsibility
        && candidate.member_keys.first()
            == claim.subscriber.member_id.as_deref().map(keys::member_id_key).as_ref()
}
