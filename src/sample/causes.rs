//! Why the synthetic payers deny: causes as data, each with its conditions, its chance and the reason that it is given.

use std::borrow::Cow;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::npi::Npi;
use crate::money::Cents;

use super::calendar::Day;
use super::catalogue::{AUTHORIZED, PROCEDURES, REFERRED, THERAPY, TRUNCATED_DIAGNOSES, VISITS};
use super::chance::Chance;
use super::payers::{DENTAL, PAYERS, SENIOR};
use super::practice::clinician_npi;

/// One cause of denials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// What has to hold together for a line; for the first, where claims are denied as a whole.
    pub(super) when: Cow<'static, [When]>,
    /// In how many of 10,000 such cases it is denied.
    pub(super) chances: u32,
    /// Whether it denies the claim rather than the line.
    pub(super) of_claim: bool,
    /// CAS01 and the claim adjustment reason code.
    pub(super) reason: (&'static str, &'static str),
    /// The remark code beside it, or nothing.
    pub(super) remark: &'static str,
}

/// A condition on a line and its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// The payer, by its place among the payers.
    Payer(usize),
    /// One of these procedures.
    Procedure(&'static [&'static str]),
    /// An office visit.
    Visit,
    /// The line has not this modifier.
    WithoutModifier(&'static str),
    /// Another line of the claim is one of these procedures.
    Beside(&'static [&'static str]),
    /// A diagnosis of the claim is of one of these categories (first three characters).
    Category(&'static [&'static str]),
    /// One of these places of service.
    Place(&'static [&'static str]),
    /// The line's charge is above so many cents.
    ChargeAbove(i64),
    /// No authorisation on claim or line.
    NoAuthorization,
    /// No referral on the claim.
    NoReferral,
    /// No diagnosis on a claim that needs one.
    NoDiagnosis,
    /// The principal diagnosis is not at full length.
    TruncatedDiagnosis,
    /// The line points to a diagnosis that is not there.
    PointerToNothing,
    /// The rendering provider's NPI cannot be one.
    WrongNpi,
    /// Benefits are not assigned.
    NoAssignment,
    /// The line repeats an earlier one.
    Repeated,
    /// The member id has not the length of this payer's.
    OddMemberId,
    /// Submitted later than the payer's limit.
    PastFilingLimit,
    /// This procedure.
    Is(&'static str),
    /// The line has this modifier.
    Modifier(&'static str),
    /// A diagnosis of the claim is of this category.
    Diagnosed(&'static str),
    /// This place of service.
    At(&'static str),
    /// Rendered by the clinician with this number.
    Rendered(u32),
    /// Submitted more than so many days after the service.
    LaterThan(u32),
    /// Served on one of these days: from, and to the last before.
    Between(Day, Day),
}

/// What conditions are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances<'a> {
    pub(super) claim: &'a Claim,
    pub(super) payer: usize,
    /// Days from service to submission.
    pub(super) lag: u32,
    /// The day of the last service.
    pub(super) served: Day,
}

/// A claim that was answered before.
pub(super) const DUPLICATE: Cause = Cause::claim(&[], 10_000, "18", "");

impl Cause {
    const fn line(when: &'static [When], chances: u32, reason: &'static str, remark: &'static str) -> Self {
        Self { when: Cow::Borrowed(when), chances, of_claim: false, reason: ("CO", reason), remark }
    }

    const fn claim(when: &'static [When], chances: u32, reason: &'static str, remark: &'static str) -> Self {
        Self { when: Cow::Borrowed(when), chances, of_claim: true, reason: ("CO", reason), remark }
    }

    const fn in_group(mut self, group: &'static str) -> Self {
        self.reason.0 = group;
        self
    }

    /// Whether all its conditions hold for a line.
    pub(super) fn holds(&self, around: &Circumstances<'_>, line: &ClaimLine) -> bool {
        self.when.iter().all(|when| when.holds(around, line))
    }

    /// Whether it denies this time.
    fn strikes(&self, around: &Circumstances<'_>, line: &ClaimLine, chance: &mut Chance) -> bool {
        self.holds(around, line) && chance.hits(self.chances)
    }
}

/// The cause for which a claim is denied as a whole, if any.
pub(super) fn of_claim<'c>(
    causes: &'c [Cause],
    around: &Circumstances<'_>,
    chance: &mut Chance,
) -> Option<&'c Cause> {
    let line = around.claim.lines.first()?;
    causes.iter().filter(|cause| cause.of_claim).find(|cause| cause.strikes(around, line, chance))
}

/// The cause for which a line is denied, if any.
pub(super) fn of_line<'c>(
    causes: &'c [Cause],
    around: &Circumstances<'_>,
    line: &ClaimLine,
    chance: &mut Chance,
) -> Option<&'c Cause> {
    causes.iter().filter(|cause| !cause.of_claim).find(|cause| cause.strikes(around, line, chance))
}

impl When {
    /// The condition as `causes.csv` writes it.
    pub(super) fn in_words(self) -> String {
        let any = |codes: &[&str]| codes.join("|");
        match self {
            Self::Payer(payer) => format!("payer {}", PAYERS[payer].slug),
            Self::Procedure(codes) => format!("procedure {}", any(codes)),
            Self::Is(code) => format!("procedure {code}"),
            Self::Visit => format!("procedure {}", any(&VISITS.map(|visit| visit.code))),
            Self::WithoutModifier(modifier) => format!("without modifier {modifier}"),
            Self::Modifier(modifier) => format!("modifier {modifier}"),
            Self::Beside(codes) => format!("beside {}", any(codes)),
            Self::Category(categories) => format!("diagnosis category {}", any(categories)),
            Self::Diagnosed(category) => format!("diagnosis category {category}"),
            Self::Place(places) => format!("place {}", any(places)),
            Self::At(place) => format!("place {place}"),
            Self::Rendered(clinician) => format!("provider {}", clinician_npi(clinician)),
            Self::ChargeAbove(cents) => format!("charge above {}", Cents::new(cents)),
            Self::LaterThan(days) => format!("days to submission above {days}"),
            Self::PastFilingLimit => "days to submission above the filing limit".to_owned(),
            Self::Between(from, to) => format!("served on days {from} to {to}"),
            Self::NoAuthorization => "without authorization".to_owned(),
            Self::NoReferral => "without referral".to_owned(),
            Self::NoDiagnosis => "without diagnosis".to_owned(),
            Self::TruncatedDiagnosis => format!("principal diagnosis {}", any(&TRUNCATED_DIAGNOSES)),
            Self::PointerToNothing => "a pointer to nothing".to_owned(),
            Self::WrongNpi => "a rendering NPI with a wrong check digit".to_owned(),
            Self::NoAssignment => "without assignment of benefits".to_owned(),
            Self::Repeated => "repeats an earlier line".to_owned(),
            Self::OddMemberId => "a member id of another length".to_owned(),
        }
    }

    fn holds(self, around: &Circumstances<'_>, line: &ClaimLine) -> bool {
        let claim = around.claim;
        let code = line.procedure_code.as_deref().unwrap_or_default();
        let is_one_of = |codes: &[&str]| codes.contains(&code);
        match self {
            Self::Payer(payer) => around.payer == payer,
            Self::Procedure(codes) => is_one_of(codes),
            Self::Visit => VISITS.iter().any(|visit| visit.code == code),
            Self::WithoutModifier(modifier) => !line.modifiers.iter().any(|m| m == modifier),
            Self::Beside(codes) => {
                claim.lines.iter().any(|l| l.procedure_code.as_deref().is_some_and(|c| codes.contains(&c)))
            }
            Self::Category(categories) => claim.diagnoses.iter().any(|d| categories.contains(&d.category())),
            Self::Place(places) => claim.facility_type_code.as_deref().is_some_and(|p| places.contains(&p)),
            Self::ChargeAbove(cents) => line.charge.get() > cents,
            Self::NoAuthorization => {
                claim.prior_authorization.is_none() && line.prior_authorization.is_none()
            }
            Self::NoReferral => claim.referral_number.is_none(),
            Self::NoDiagnosis => claim.diagnoses.is_empty() && claim.kind != ClaimKind::Dental,
            Self::TruncatedDiagnosis => {
                claim.diagnoses.first().is_some_and(|d| TRUNCATED_DIAGNOSES.contains(&d.code.as_str()))
            }
            Self::PointerToNothing => {
                let count = claim.pointed_diagnoses().count();
                line.diagnosis_pointers.iter().any(|pointer| usize::from(*pointer) > count)
            }
            Self::WrongNpi => {
                let rendering = claim.rendering_provider.as_ref();
                rendering.and_then(|r| r.npi.as_deref()).is_some_and(|npi| Npi::parse(npi).is_err())
            }
            Self::NoAssignment => claim.benefits_assignment.as_deref() == Some("N"),
            Self::Repeated => {
                let same = |other: &&ClaimLine| {
                    other.line_number < line.line_number
                        && other.procedure_code == line.procedure_code
                        && other.modifiers == line.modifiers
                };
                line.procedure_code.is_some() && claim.lines.iter().any(|other| same(&other))
            }
            Self::OddMemberId => {
                let length = claim.subscriber.member_id.as_ref().map_or(0, Text::len);
                length != PAYERS[around.payer].member_id.len()
            }
            Self::PastFilingLimit => around.lag > PAYERS[around.payer].filing_limit,
            Self::Is(procedure) => code == procedure,
            Self::Modifier(modifier) => line.modifiers.iter().any(|m| m == modifier),
            Self::Diagnosed(category) => claim.diagnoses.iter().any(|d| d.category() == category),
            Self::At(place) => claim.facility_type_code.as_deref() == Some(place),
            Self::Rendered(clinician) => {
                let rendering = claim.rendering_provider.as_ref();
                rendering.and_then(|r| r.npi.as_ref()) == Some(&clinician_npi(clinician))
            }
            Self::LaterThan(days) => around.lag > days,
            Self::Between(from, to) => (from..to).contains(&around.served),
        }
    }
}

/// What payers usually deny for. Defects of the documentation come first, then habits of single payers, then what looks
/// like chance.
pub(super) static USUAL: [Cause; 30] = [
    Cause::claim(&[When::PastFilingLimit], 9_500, "29", ""),
    Cause::claim(&[When::OddMemberId], 9_000, "31", "N382"),
    Cause::claim(&[When::WrongNpi], 8_500, "208", "N290"),
    Cause::claim(&[When::NoDiagnosis], 9_000, "16", "M76"),
    Cause::claim(&[When::TruncatedDiagnosis], 7_500, "16", "M76"),
    Cause::claim(&[When::NoAssignment], 3_000, "16", "MA36"),
    Cause::line(&[When::Procedure(&AUTHORIZED), When::NoAuthorization], 7_800, "197", "N54"),
    Cause::line(&[When::Payer(2), When::Procedure(&REFERRED), When::NoReferral], 7_000, "288", ""),
    Cause::line(&[When::PointerToNothing], 7_000, "16", "M76"),
    Cause::line(&[When::Repeated], 8_000, "18", "N522"),
    Cause::line(&[When::Visit, When::Beside(&PROCEDURES), When::WithoutModifier("25")], 5_500, "97", "N19"),
    Cause::line(
        &[When::Payer(SENIOR), When::Procedure(&THERAPY), When::WithoutModifier("GP")],
        8_000,
        "4",
        "N519",
    ),
    Cause::line(&[When::Payer(1), When::Procedure(&["36415"])], 3_500, "97", "N19"),
    Cause::line(&[When::Payer(4), When::Place(&["02", "10"])], 4_000, "5", "M77"),
    Cause::line(
        &[When::Payer(SENIOR), When::Procedure(&["83036"]), When::Category(&["Z00"])],
        6_000,
        "50",
        "N115",
    ),
    Cause::line(&[When::Payer(0), When::Procedure(&["99215"])], 3_000, "150", ""),
    Cause::line(
        &[When::Payer(6), When::Procedure(&["72148"]), When::Category(&["M54"])],
        5_500,
        "50",
        "N115",
    ),
    Cause::line(&[When::Payer(DENTAL), When::Procedure(&["D2740"])], 4_500, "119", "").in_group("PI"),
    Cause::line(&[When::Payer(5), When::Procedure(&["97140"]), When::Beside(&["97110"])], 3_500, "59", ""),
    Cause::claim(&[When::Payer(4)], 250, "16", "N255"),
    Cause::claim(&[When::ChargeAbove(150_000)], 400, "252", "N706"),
    Cause::claim(&[], 60, "27", "N30"),
    Cause::claim(&[], 40, "22", "").in_group("OA"),
    Cause::claim(&[], 25, "109", "N418"),
    // Forwarded to whose claim it is.
    Cause::claim(&[], 12, "109", "N418").in_group("OA"),
    Cause::line(&[], 60, "16", "N130"),
    Cause::line(&[], 50, "50", "N115"),
    Cause::line(&[], 40, "96", "N130"),
    Cause::line(&[], 25, "204", "N130").in_group("PI"),
    Cause::line(&[], 25, "151", ""),
];
