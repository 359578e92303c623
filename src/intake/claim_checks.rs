//! What is checked of a claim beyond reading it: what the guide requires, codes, dates and sums.

use jiff::civil::Date;

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::codes;
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::money::Cents;
use crate::x12::segment::{Place, Segment, SegmentId, id};

use super::desk::{Desk, shown};
use super::findings::{At, Cause, Source};
use super::rules::Rule;

/// Patient control numbers longer than this need not be echoed by payers (guide to CLM01).
const LONGEST_CONTROL_NUMBER: usize = 20;

/// Reports a segment that an 837 does not have.
pub(super) fn name_of_segment(other: SegmentId, segment: &Segment<'_>, desk: &mut Desk) {
    let known = matches!(
        other,
        id::N3
            | id::N4
            | id::N2
            | id::PER
            | id::PAT
            | id::CUR
            | id::OI
            | id::MIA
            | id::MOA
            | id::NTE
            | id::PWK
            | id::CN1
            | id::CL1
            | id::K3
            | id::QTY
            | id::HCP
            | id::LIN
            | id::CTP
            | id::PS1
            | id::MEA
            | id::LQ
            | id::FRM
            | id::TOO
            | id::DN1
            | id::DN2
            | id::CR1
            | id::CR2
            | id::CR3
            | id::CR5
            | id::CR6
            | id::CR7
            | id::CRC
            | id::HSD
            | id::SV4
            | id::SV5
            | id::SV7
            | id::UR
    );
    if !known {
        desk.unknown(segment);
    }
}

#[cold]
pub(super) fn without_npi(nm1: &Segment<'_>, is_strict: bool, desk: &mut Desk) {
    // 004010 was used before there were NPIs.
    if is_strict {
        desk.value(Rule::NpiMissing, nm1, At::Element(9), "stands where the provider's NPI should");
    }
}

/// Checks whether a name says that it is of a person or an organisation.
pub(super) fn entity_type(nm1: &Segment<'_>, desk: &mut Desk) {
    desk.required(nm1, 2, "whether this is a person or an organisation");
    desk.code(nm1, 2, matches!(nm1.element(2), b"1" | b"2"), "1, 2");
}

/// Checks the elements of a CLM, of a claim whose version says `kind`.
pub(super) fn head(clm: &Segment<'_>, kind: Option<ClaimKind>, is_strict: bool, desk: &mut Desk) {
    if !desk.required(clm, 1, "the claim's number") {
        // Nothing else can be said of it.
    } else if clm.element(1).len() > LONGEST_CONTROL_NUMBER {
        let message = || format!("{} has {} characters", shown(clm.element(1)), clm.element(1).len());
        desk.here(Rule::ControlNumberLong, clm, At::Element(1), message);
    }
    let institutional = match clm.component(5, 2) {
        b"A" => true,
        b"B" => false,
        _ => kind == Some(ClaimKind::Institutional),
    };
    place(clm, institutional, desk);
    if is_strict {
        let (code, says) = if kind == Some(ClaimKind::Institutional) {
            (&b"A"[..], "is not A, as of institutional claims")
        } else {
            (&b"B"[..], "is not B, as of professional and dental claims")
        };
        if clm.component(5, 2) != code {
            desk.value(Rule::CodeNotAllowed, clm, At::Component(5, 2), says);
        }
    }
    let frequency = clm.component(5, 3);
    if frequency.is_empty() {
        desk.missing(clm, At::Component(5, 3), "the claim frequency");
    } else if !codes::is_frequency(frequency, institutional) {
        desk.value(Rule::FrequencyCode, clm, At::Component(5, 3), "is not a claim frequency");
    }
    if is_strict {
        if !institutional {
            desk.required(clm, 6, "whether the provider's signature is on file");
        }
        desk.required(clm, 7, "whether the provider accepts assignment");
        desk.required(clm, 8, "whether benefits are assigned");
        desk.required(clm, 9, "whether information may be released");
        desk.code(clm, 6, matches!(clm.element(6), b"Y" | b"N"), "Y, N");
        desk.code(clm, 7, matches!(clm.element(7), b"A" | b"B" | b"C" | b"P"), "A, B, C, P");
        desk.code(clm, 8, matches!(clm.element(8), b"Y" | b"N" | b"W"), "Y, N, W");
        desk.code(clm, 9, matches!(clm.element(9), b"Y" | b"I"), "Y, I");
    }
}

fn place(clm: &Segment<'_>, institutional: bool, desk: &mut Desk) {
    let (at, code) = (At::Component(5, 1), clm.component(5, 1));
    if code.is_empty() {
        desk.missing(clm, at, "where the services were given");
    } else if institutional && !codes::is_facility_type(code) {
        desk.value(Rule::FacilityType, clm, at, "is not a facility type");
    } else if !institutional && !codes::is_place_of_service(code) {
        desk.value(Rule::PlaceOfService, clm, at, "is not a place-of-service code");
    }
}

/// Checks that everybody whom a claim needs was named before it.
pub(super) fn parties(claim: &Claim, clm: &Segment<'_>, birth_given: bool, is_strict: bool, desk: &mut Desk) {
    let mut say = |rule: Rule, cause: Cause<'_>, says: &str| {
        desk.findings.raise(rule, clm.into(), At::Segment, cause, || says.to_owned());
    };
    if claim.billing_provider.name.is_none() && claim.billing_provider.npi.is_none() {
        say(Rule::BillingProviderMissing, Cause::Same, "no billing provider stands before the claim");
    } else if is_strict && claim.billing_provider.tax_id.is_none() {
        say(Rule::TaxIdMissing, Cause::Same, "the billing provider has no tax id");
    }
    if claim.subscriber.last_name.is_none() && claim.subscriber.member_id.is_none() {
        say(Rule::SubscriberMissing, Cause::Each, "no subscriber stands before the claim");
    } else if claim.patient.as_ref().is_some_and(|patient| patient.last_name.is_none()) {
        say(Rule::PatientMissing, Cause::Each, "no patient stands in the level of a dependent");
    } else if !birth_given && claim.patient().last_name.is_some() {
        say(Rule::BirthDateMissing, Cause::Each, "the patient's date of birth is not given");
    }
    if claim.payer.name.is_none() && claim.payer.ids.is_empty() {
        say(Rule::PayerMissing, Cause::Each, "no payer stands before the claim");
    }
}

/// Checks one diagnosis, the `n`th element of `hi`, against those that `claim` has already.
pub(super) fn diagnosis(diagnosis: &Diagnosis, claim: &Claim, hi: &Segment<'_>, n: usize, desk: &mut Desk) {
    let shaped = if diagnosis.is_icd10() {
        codes::has_icd10_shape(&diagnosis.code)
    } else {
        // Which revision was meant is looked at when the dates of service are known.
        codes::has_icd9_shape(&diagnosis.code) || codes::has_icd10_shape(&diagnosis.code)
    };
    if !shaped {
        desk.value(Rule::DiagnosisFormat, hi, At::Component(n, 2), "has not the shape of a diagnosis code");
    }
    let pointed = |role: DiagnosisRole| matches!(role, DiagnosisRole::Principal | DiagnosisRole::Other);
    let same = |earlier: &&Diagnosis| pointed(earlier.role) && earlier.code == diagnosis.code;
    if pointed(diagnosis.role) && claim.diagnoses.iter().find(same).is_some() {
        let message = || format!("{} stands on the claim twice", shown(hi.component(n, 2)));
        desk.here(Rule::DiagnosisRepeated, hi, At::Component(n, 2), message);
    }
}

/// Checks a claim's diagnoses together; `hi` is their first segment.
pub(super) fn diagnoses(claim: &Claim, clm: Source<'_>, hi: Source<'_>, desk: &mut Desk) {
    if claim.diagnoses.is_empty() {
        // A dental claim needs none.
        if claim.kind != ClaimKind::Dental {
            desk.here(Rule::DiagnosisMissing, clm, At::Segment, || "the claim has no diagnosis".to_owned());
        }
        return;
    }
    if claim.principal_diagnosis().is_none() {
        let message = || "none of the diagnoses is the principal one".to_owned();
        desk.here(Rule::PrincipalMissing, hi, At::Component(1, 1), message);
    }
    let most = match claim.kind {
        ClaimKind::Professional => 12,
        ClaimKind::Institutional => 25,
        ClaimKind::Dental => 4,
    };
    let count = claim.pointed_diagnoses().count();
    if count > most {
        let message = || format!("the claim has {count} diagnoses and may have {most}");
        desk.here(Rule::TooManyDiagnoses, hi, At::Segment, message);
    }
    // Institutional claims go by the day of discharge, the others by the first day of service.
    let day = match claim.kind {
        ClaimKind::Institutional => claim.last_service_date(),
        _ => claim.first_service_date(),
    };
    let Some(service) = day else { return };
    let needs_icd10 = service >= codes::ICD10_SINCE;
    if let Some(wrong) = claim.diagnoses.iter().find(|diagnosis| diagnosis.is_icd10() != needs_icd10) {
        let (says, needs) = if needs_icd10 { ("ICD-9", "ICD-10") } else { ("ICD-10", "ICD-9") };
        let cause = Cause::Value(wrong.qualifier.as_bytes());
        let message = || {
            format!("qualifier {} says {says}-CM, and service on {service} needs {needs}-CM", wrong.qualifier)
        };
        desk.findings.raise(Rule::DiagnosisCodeSet, hi, At::Component(1, 1), cause, message);
    }
}

/// Checks what shows only when a claim has been read to its end.
pub(super) fn whole(claim: &Claim, clm: Source<'_>, desk: &mut Desk) {
    if claim.lines.is_empty() {
        desk.here(Rule::NoServiceLines, clm, At::Segment, || "the claim has no service line".to_owned());
    } else if claim.line_charge() != claim.total_charge {
        let (total, lines) = (claim.total_charge, claim.line_charge());
        let off = if total > lines { (total - lines, "much") } else { (lines - total, "little") };
        let message =
            || format!("the claim says {total} and its lines add up to {lines}: {} too {}", off.0, off.1);
        desk.here(Rule::ChargesDoNotAddUp, clm, At::Element(2), message);
    }
    if (claim.is_replacement() || claim.is_void()) && claim.payer_claim_control_number.is_none() {
        let verb = if claim.is_void() { "voids" } else { "replaces" };
        let message = || format!("the claim {verb} another without saying which (REF*F8)");
        desk.here(Rule::OriginalMissing, clm, At::Component(5, 3), message);
    }
    if claim.kind == ClaimKind::Institutional && claim.statement_from.is_none() {
        let message = || "the claim has no statement dates".to_owned();
        desk.here(Rule::StatementDateMissing, clm, At::Segment, message);
    }
    if let (Some(birth), Some(service)) = (claim.patient().birth_date, claim.first_service_date())
        && birth > service
    {
        let message = || format!("the patient was born on {birth}, after the service of {service}");
        desk.here(Rule::BirthDateImpossible, clm, At::Segment, message);
    }
}

#[cold]
pub(super) fn repeated(clm: Source<'_>, desk: &mut Desk) {
    let message = || "the same claim stands in the file already".to_owned();
    desk.here(Rule::RepeatedClaim, clm, At::Element(1), message);
}

/// Checks the kind of claim that the version said against that of its last service.
pub(super) fn kinds(said: Option<ClaimKind>, lines: Option<ClaimKind>, service: Source<'_>, desk: &mut Desk) {
    if let (Some(said), Some(lines)) = (said, lines)
        && said != lines
    {
        let cause = Cause::Value(lines.name().as_bytes());
        let message = || format!("the version says {}, the lines are {}", said.name(), lines.name());
        desk.findings.raise(Rule::ClaimKindConflict, service, At::Segment, cause, message);
    }
}

/// Checks the dates of a service against the submission, today and the statement.
pub(super) fn service_date(first: Date, last: Date, claim: &Claim, dtp: &Segment<'_>, desk: &mut Desk) {
    if let Some(submitted) = claim.submission_date.filter(|submitted| first > *submitted) {
        let message = || format!("served on {first}, submitted on {submitted}");
        desk.here(Rule::ServiceAfterSubmission, dtp, At::Element(3), message);
    } else if first > desk.settings.today {
        let message = || format!("{first} is in the future");
        desk.here(Rule::ServiceInFuture, dtp, At::Element(3), message);
    }
    if let (Some(from), Some(to)) = (claim.statement_from, claim.statement_to)
        && (first < from || last > to)
    {
        let message = || format!("served on {first}, but the statement is of {from} to {to}");
        desk.here(Rule::ServiceOutsideStatement, dtp, At::Element(3), message);
    }
}

/// Checks how a date says that it is written.
pub(super) fn date_format(dtp: &Segment<'_>, desk: &mut Desk) {
    let (allowed, codes) = match dtp.element(1) {
        b"435" => (&[&b"D8"[..], b"DT"][..], "D8, DT"),
        b"431" => (&[&b"D8"[..]][..], "D8"),
        _ => (&[&b"D8"[..], b"RD8"][..], "D8, RD8"),
    };
    desk.required(dtp, 2, "how the date is written");
    desk.code(dtp, 2, allowed.contains(&dtp.element(2)), codes);
}

/// Checks the date of a claim just read against those of its stay read before.
pub(super) fn stay(claim: &Claim, dtp: &Segment<'_>, desk: &mut Desk) {
    let pair = match dtp.element(1) {
        b"096" => claim.discharge_date.zip(claim.admission_date),
        b"435" => claim.discharge_date.or(claim.statement_to).zip(claim.admission_date),
        b"434" => claim.statement_to.zip(claim.admission_date),
        _ => None,
    };
    if let Some((end, admitted)) = pair
        && end < admitted
    {
        let message = || format!("admitted on {admitted}, and the stay ends on {end}");
        desk.here(Rule::DischargeBeforeAdmission, dtp, At::Element(3), message);
    }
}

pub(super) fn charge(charge: Cents, sv: &Segment<'_>, n: usize, desk: &mut Desk) {
    if charge < Cents::ZERO {
        desk.here(Rule::ChargeNegative, sv, At::Element(n), || format!("the charge is {charge}"));
    }
}

#[cold]
pub(super) fn line_without_service(line: &ClaimLine, desk: &mut Desk) {
    let place = Place { byte: line.byte, segment: line.segment };
    let message = || format!("line {} holds no service and was left out", line.line_number);
    desk.here(Rule::LineWithoutService, Source::place(place), At::Segment, message);
}

#[cold]
pub(super) fn undated_line(service: Source<'_>, desk: &mut Desk) {
    let message = || "the line has no date of service".to_owned();
    desk.here(Rule::ServiceDateMissing, service, At::Segment, message);
}
