//! What learning looks at: a claim as it was billed, and what its payer first answered to each line.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::Date;

use crate::money::Cents;

use super::Text;
use super::claim::{Claim, ClaimKind, ClaimLine};
use super::diagnosis::DiagnosisRole;
use super::ids::{ClaimId, PayerId};

/// A claim, as far as it says something about what the payer will answer; the same from a file and from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether the claim has one thing or not")]
pub struct BilledClaim {
    /// Its payer.
    pub payer: Option<PayerId>,
    /// 837P, I or D.
    pub kind: ClaimKind,
    /// CLM05-1.
    pub facility_type_code: Option<Text>,
    /// CLM05-3.
    pub frequency: Option<Text>,
    /// SBR09.
    pub filing_indicator: Option<Text>,
    /// CLM07.
    pub assignment_code: Option<Text>,
    /// CLM08.
    pub benefits_assignment: Option<Text>,
    /// NPI of the billing provider.
    pub billing_npi: Option<Text>,
    /// NPI of who treated: the rendering provider, else the attending one.
    pub treating_npi: Option<Text>,
    /// Whether a referring provider is named.
    pub is_referred: bool,
    /// Whether the patient is not the subscriber.
    pub is_dependent: bool,
    /// Whether it is billed to another payer too.
    pub has_other_payers: bool,
    /// The shape of the member id; see [`shape`].
    pub member_id_shape: Option<Text>,
    /// What the claims of one member have in common; see [`member`].
    pub member: Option<u64>,
    /// Whether it has a prior authorisation number.
    pub is_authorized: bool,
    /// Whether it has a referral number.
    pub has_referral: bool,
    /// Whether it repeats an earlier claim without saying that it replaces it.
    pub is_repeat: bool,
    /// BHT04.
    pub submission_date: Option<Date>,
    /// The first day of service.
    pub service_date: Option<Date>,
    /// CLM02.
    pub total_charge: Cents,
    /// Its diagnoses in file order; the first is counted by pointers as 1.
    pub diagnoses: Vec<(DiagnosisRole, Text)>,
    /// Its lines in file order.
    pub lines: Vec<BilledLine>,
}

/// A service line, likewise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BilledLine {
    /// The procedure code.
    pub procedure_code: Option<Text>,
    /// SV201.
    pub revenue_code: Option<Text>,
    /// Up to four modifiers.
    pub modifiers: Vec<Text>,
    /// SV105.
    pub place_of_service: Option<Text>,
    /// Its charge.
    pub charge: Cents,
    /// Units of service, in thousandths.
    pub thousandths: Option<i64>,
    /// Which of the claim's diagnoses it is for, from 1.
    pub diagnosis_pointers: Vec<u8>,
    /// Whether it has a prior authorisation number of its own.
    pub is_authorized: bool,
}

/// What the payer first said of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAnswer {
    /// The place of the line among the claim's, from 0; none where the answer is to the claim as a whole.
    pub line: Option<usize>,
    /// Whether it was denied.
    pub is_denied: bool,
    /// The reason with the largest amount, where it was denied.
    pub reason: Option<Text>,
    /// What was paid.
    pub paid: Cents,
}

/// A claim and the first answer of the payer that pays first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredClaim {
    /// Its row.
    pub id: ClaimId,
    /// The claim.
    pub billed: BilledClaim,
    /// The day on which the answer was paid.
    pub paid_on: Date,
    /// The lines that were answered; none twice.
    pub lines: Vec<LineAnswer>,
    /// The ids of the rules that it was found to break.
    pub broken_rules: Vec<Text>,
}

impl BilledClaim {
    /// What a claim says.
    #[must_use]
    pub fn of(claim: &Claim, payer: Option<PayerId>, is_repeat: bool) -> Self {
        let treating = claim.rendering_provider.as_ref().or(claim.attending_provider.as_ref());
        Self {
            payer,
            kind: claim.kind,
            facility_type_code: claim.facility_type_code.clone(),
            frequency: claim.frequency.clone(),
            filing_indicator: claim.filing_indicator.clone(),
            assignment_code: claim.assignment_code.clone(),
            benefits_assignment: claim.benefits_assignment.clone(),
            billing_npi: claim.billing_provider.npi.clone(),
            treating_npi: treating.and_then(|provider| provider.npi.clone()),
            is_referred: claim.referring_provider.is_some(),
            is_dependent: claim.patient.is_some(),
            has_other_payers: !claim.other_payers.is_empty(),
            member_id_shape: claim.subscriber.member_id.as_deref().map(shape),
            member: claim.subscriber.member_id.as_deref().map(member),
            is_authorized: claim.prior_authorization.is_some(),
            has_referral: claim.referral_number.is_some(),
            is_repeat,
            submission_date: claim.submission_date,
            service_date: claim.first_service_date(),
            total_charge: claim.total_charge,
            diagnoses: claim.diagnoses.iter().map(|d| (d.role, d.code.clone())).collect(),
            lines: claim.lines.iter().map(BilledLine::of).collect(),
        }
    }

    /// Days from the first service to the submission, where both are known.
    #[must_use]
    pub fn days_to_submission(&self) -> Option<i32> {
        let (served, submitted) = (self.service_date?, self.submission_date?);
        served.until(submitted).ok().map(|span| span.get_days())
    }

    /// The codes that a line's pointers count.
    pub fn pointed_diagnoses(&self) -> impl Iterator<Item = &Text> {
        let pointed = |role| matches!(role, DiagnosisRole::Principal | DiagnosisRole::Other);
        self.diagnoses.iter().filter(move |(role, _)| pointed(*role)).map(|(_, code)| code)
    }
}

impl BilledLine {
    fn of(line: &ClaimLine) -> Self {
        Self {
            procedure_code: line.procedure_code.clone(),
            revenue_code: line.revenue_code.clone(),
            modifiers: line.modifiers.clone(),
            place_of_service: line.place_of_service.clone(),
            charge: line.charge,
            thousandths: line.quantity.map(crate::model::quantity::Quantity::get),
            diagnosis_pointers: line.diagnosis_pointers.clone(),
            is_authorized: line.prior_authorization.is_some(),
        }
    }
}

/// The shape of a number that a payer gives out: digits as `9`, letters as `A`, everything else as it is.
#[must_use]
pub fn shape(id: &str) -> Text {
    let one = |c: char| match c {
        '0'..='9' => '9',
        c if c.is_alphabetic() => 'A',
        other => other,
    };
    id.chars().map(one).collect()
}

/// A number that stands for a member id where only what is equal matters: the id cannot be read from it.
#[must_use]
pub fn member(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_number_is_told_by_its_shape_and_not_by_its_value() {
        assert_eq!(shape("NLH-12x"), "AAA-99A");
    }

    #[test]
    fn days_to_submission_count_from_the_first_service() {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        claim.submission_date = Some(date(2026, 4, 10));
        assert_eq!(BilledClaim::of(&claim, None, false).days_to_submission(), None);
        claim.lines = [date(2026, 3, 12), date(2026, 3, 10)]
            .map(|day| ClaimLine { service_date: Some(day), ..ClaimLine::default() })
            .to_vec();
        assert_eq!(BilledClaim::of(&claim, None, false).days_to_submission(), Some(31));
    }
}
