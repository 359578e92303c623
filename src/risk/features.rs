//! What of a claim and its lines may say how the payer will answer: named things that a line has, and numbers.

use compact_str::ToCompactString;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::Text;
use crate::model::billed::{BilledClaim, BilledLine};
use crate::model::claim::ClaimKind;
use crate::model::diagnosis::DiagnosisRole;
use crate::model::npi::Npi;

/// A kind of thing that a line has or has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The payer's row.
    Payer,
    /// The procedure code, or `rev` and the revenue code where a line has no other.
    Procedure,
    /// The procedure code with its modifiers, such as `99213:25`.
    Billed,
    /// 837P, I or D with the place of service or facility type of the claim.
    Facility,
    /// The line's place of service, or the claim's.
    Place,
    /// CLM05-3.
    Frequency,
    /// SBR09.
    Filing,
    /// NPI of who treated.
    Provider,
    /// NPI of who bills.
    Billing,
    /// The payer and the shape of the member id.
    MemberId,
    /// The principal diagnosis.
    Principal,
    /// A modifier of the line.
    Modifier,
    /// The category (first three characters) of a diagnosis of the claim.
    Category,
    /// A diagnosis of the claim.
    Diagnosis,
    /// The category of a diagnosis that the line points to.
    Pointed,
    /// A procedure on another line of the claim.
    Beside,
    /// What the line or claim lacks, such as `prior_authorization`.
    Missing,
    /// Something else about the line or claim, such as `repeated_line`.
    Trait,
    /// A rule that the claim breaks.
    Rule,
}

impl Kind {
    /// The kinds of which a line has one thing at the most.
    pub const SINGLE: [Self; 11] = [
        Self::Payer,
        Self::Procedure,
        Self::Billed,
        Self::Facility,
        Self::Place,
        Self::Frequency,
        Self::Filing,
        Self::Provider,
        Self::Billing,
        Self::MemberId,
        Self::Principal,
    ];

    /// The kinds of which a line may have several things, each with the most that a model remembers of it.
    pub const SEVERAL: [(Self, usize); 8] = [
        (Self::Modifier, 60),
        (Self::Category, 200),
        (Self::Diagnosis, 250),
        (Self::Pointed, 120),
        (Self::Beside, 150),
        (Self::Missing, 16),
        (Self::Trait, 16),
        (Self::Rule, 120),
    ];

    /// The place among [`Kind::SINGLE`], if it is one of them.
    #[must_use]
    pub fn single(self) -> Option<usize> {
        Self::SINGLE.iter().position(|kind| *kind == self)
    }

    /// The thing in plain words, after "with" or "for".
    #[must_use]
    pub fn in_words(self, value: &str) -> String {
        match self {
            Self::Payer => "this payer".to_owned(),
            Self::Procedure | Self::Billed => format!("procedure {value}"),
            Self::Facility | Self::Place => format!("place of service {value}"),
            Self::Frequency => format!("frequency {value}"),
            Self::Filing => format!("filing indicator {value}"),
            Self::Provider => format!("provider {value}"),
            Self::Billing => format!("billing provider {value}"),
            Self::MemberId => "the shape of the member id".to_owned(),
            Self::Principal => format!("principal diagnosis {value}"),
            Self::Modifier => format!("modifier {value}"),
            Self::Category | Self::Pointed => format!("diagnosis category {value}"),
            Self::Diagnosis => format!("diagnosis {value}"),
            Self::Beside => format!("{value} on the same claim"),
            Self::Missing => format!("no {}", value.replace('_', " ")),
            Self::Trait => value.replace('_', " "),
            Self::Rule => format!("rule {value}"),
        }
    }
}

/// How many numbers a line has.
pub const NUMBERS: usize = 7;

/// What they are in plain words, in their order.
pub const NUMBER_NAMES: [&str; NUMBERS] = [
    "the days to submission",
    "the charge of the line",
    "the charge of the claim",
    "the units",
    "the number of lines",
    "the number of diagnoses",
    "the time of year",
];

/// Days to submission, line charge in dollars, claim charge in dollars, units, lines, diagnoses, day of service; not a
/// number where the claim does not say.
pub type Numbers = [f32; NUMBERS];

/// Tells what all lines of a claim have.
pub fn of_claim(claim: &BilledClaim, tell: &mut impl FnMut(Kind, &str)) {
    if let Some(payer) = claim.payer {
        tell(Kind::Payer, &payer.get().to_compact_string());
    }
    let facility = claim.facility_type_code.as_deref().unwrap_or_default();
    tell(Kind::Facility, &compact_str::format_compact!("{} {facility}", claim.kind.name()));
    let singles = [
        (Kind::Frequency, &claim.frequency),
        (Kind::Filing, &claim.filing_indicator),
        (Kind::Provider, &claim.treating_npi),
        (Kind::Billing, &claim.billing_npi),
    ];
    for (kind, value) in singles {
        if let Some(value) = value {
            tell(kind, value);
        }
    }
    if let (Some(payer), Some(shape)) = (claim.payer, &claim.member_id_shape) {
        tell(Kind::MemberId, &compact_str::format_compact!("{payer} {shape}"));
    }
    diagnoses(claim, tell);
    let missing = [
        (!claim.has_referral, "referral"),
        (claim.diagnoses.is_empty() && claim.kind != ClaimKind::Dental, "diagnosis"),
        (!claim.is_referred, "referring_provider"),
        (claim.treating_npi.is_none(), "treating_provider"),
        (claim.benefits_assignment.as_deref().is_some_and(|code| code != "Y"), "benefits_assignment"),
        (claim.assignment_code.as_deref().is_none_or(|code| code == "C"), "assignment"),
        (claim.member_id_shape.is_none(), "member_id"),
    ];
    for (_, name) in missing.into_iter().filter(|(is_missing, _)| *is_missing) {
        tell(Kind::Missing, name);
    }
    let traits = [
        (claim.is_repeat, "repeated_claim"),
        (claim.is_dependent, "dependent"),
        (claim.has_other_payers, "other_payer"),
        (claim.treating_npi.as_deref().is_some_and(|npi| Npi::parse(npi).is_err()), "wrong_provider_npi"),
    ];
    for (_, name) in traits.into_iter().filter(|(holds, _)| *holds) {
        tell(Kind::Trait, name);
    }
}

fn diagnoses(claim: &BilledClaim, tell: &mut impl FnMut(Kind, &str)) {
    for (place, (role, code)) in claim.diagnoses.iter().enumerate() {
        let before = &claim.diagnoses[..place];
        if *role == DiagnosisRole::Principal {
            tell(Kind::Principal, code);
        }
        if !before.iter().any(|(_, earlier)| earlier == code) {
            tell(Kind::Diagnosis, code);
        }
        if !before.iter().any(|(_, earlier)| category(earlier) == category(code)) {
            tell(Kind::Category, category(code));
        }
    }
}

/// Tells what a line has beyond that; `line` is its place, none for the claim as a whole.
pub fn of_line(claim: &BilledClaim, line: Option<usize>, tell: &mut impl FnMut(Kind, &str)) {
    let Some((place, line)) = line.and_then(|place| Some((place, claim.lines.get(place)?))) else { return };
    if let Some(code) = procedure(line) {
        tell(Kind::Procedure, &code);
        let mut billed = code;
        for modifier in &line.modifiers {
            billed.push(':');
            billed.push_str(modifier);
        }
        tell(Kind::Billed, &billed);
    }
    if let Some(place) = line.place_of_service.as_ref().or(claim.facility_type_code.as_ref()) {
        tell(Kind::Place, place);
    }
    for (place, modifier) in line.modifiers.iter().enumerate() {
        if !line.modifiers[..place].contains(modifier) {
            tell(Kind::Modifier, modifier);
        }
    }
    beside(claim, place, tell);
    if !claim.is_authorized && !line.is_authorized {
        tell(Kind::Missing, "prior_authorization");
    }
    pointed(claim, line, tell);
    let same =
        |other: &BilledLine| other.procedure_code == line.procedure_code && other.modifiers == line.modifiers;
    if line.procedure_code.is_some() && claim.lines[..place].iter().any(same) {
        tell(Kind::Trait, "repeated_line");
    }
    if is_visit(line) && !line.modifiers.iter().any(|modifier| modifier == "25") && treats(claim, place) {
        tell(Kind::Trait, "visit_without_modifier_25");
    }
}

/// Whether a line is a visit: codes for evaluation and management (99202 to 99499) and Medicare's yearly visits.
fn is_visit(line: &BilledLine) -> bool {
    let code = line.procedure_code.as_deref().unwrap_or_default();
    matches!(code, "G0402" | "G0438" | "G0439") || ("99202"..="99499").contains(&code) && code.len() == 5
}

/// Whether another line is surgery or treatment, beside which a visit of its own has to be said (CMS, National Correct
/// Coding Initiative policy manual, chapter I, section D).
fn treats(claim: &BilledClaim, place: usize) -> bool {
    claim.lines.iter().enumerate().any(|(other, line)| {
        let code = line.procedure_code.as_deref().unwrap_or_default();
        let is_treatment = ("10004"..="69990").contains(&code) || ("90281"..="98999").contains(&code);
        other != place && code.len() == 5 && is_treatment
    })
}

fn beside(claim: &BilledClaim, place: usize, tell: &mut impl FnMut(Kind, &str)) {
    for (other, line) in claim.lines.iter().enumerate().filter(|(other, _)| *other != place) {
        let earlier = &claim.lines[..other];
        let known = (0..).zip(earlier).any(|(n, l)| n != place && l.procedure_code == line.procedure_code);
        if let Some(code) = line.procedure_code.as_deref().filter(|_| !known) {
            tell(Kind::Beside, code);
        }
    }
}

fn pointed(claim: &BilledClaim, line: &BilledLine, tell: &mut impl FnMut(Kind, &str)) {
    let mut seen: [&str; 12] = [""; 12];
    let mut to_nothing = false;
    for (n, pointer) in line.diagnosis_pointers.iter().take(12).enumerate() {
        match usize::from(*pointer).checked_sub(1).and_then(|place| claim.pointed_diagnoses().nth(place)) {
            Some(code) => {
                let code = category(code);
                if !seen[..n].contains(&code) {
                    tell(Kind::Pointed, code);
                }
                seen[n] = code;
            }
            None => to_nothing = true,
        }
    }
    if to_nothing {
        tell(Kind::Trait, "pointer_to_nothing");
    }
}

/// The numbers of a line, or of the claim as a whole.
#[must_use]
pub fn numbers(claim: &BilledClaim, line: Option<usize>) -> Numbers {
    let line = line.and_then(|place| claim.lines.get(place));
    let charge = line.map_or(claim.total_charge, |line| line.charge);
    let days = claim.days_to_submission().map_or(f32::NAN, small);
    let units = line.and_then(|line| line.thousandths).map_or(f32::NAN, |n| dollars(n) / 10.0);
    let count = |n: usize| small(i32::try_from(n).unwrap_or(i32::MAX));
    [
        days,
        dollars(charge.get()),
        dollars(claim.total_charge.get()),
        units,
        count(claim.lines.len()),
        count(claim.diagnoses.len()),
        claim.service_date.map_or(f32::NAN, |date| small(day_number(date))),
    ]
}

/// The category of a diagnosis: its first three characters.
fn category(code: &str) -> &str {
    code.get(..3).unwrap_or(code)
}

/// What stands for a line's procedure.
#[must_use]
pub fn procedure(line: &BilledLine) -> Option<Text> {
    let revenue = || line.revenue_code.as_ref().map(|code| compact_str::format_compact!("rev{code}"));
    line.procedure_code.clone().or_else(revenue)
}

/// Days since 1970-01-01.
#[must_use]
pub fn day_number(date: Date) -> i32 {
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

/// The date of a day number.
#[must_use]
pub fn date_of(day: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "whole numbers up to 16 million are exact; larger ones may be off"
)]
fn small(number: i32) -> f32 {
    number as f32
}

#[expect(clippy::cast_precision_loss, reason = "only compared with what is rounded in the same way")]
fn dollars(cents: i64) -> f32 {
    cents as f32 / 100.0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::claim::{Claim, ClaimLine};
    use crate::model::diagnosis::Diagnosis;
    use crate::model::ids::PayerId;
    use crate::money::Cents;

    fn claim() -> BilledClaim {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        claim.facility_type_code = Some("11".into());
        claim.submission_date = Some(date(2026, 3, 11));
        claim.total_charge = Cents::new(30_000);
        claim.diagnoses = ["E119", "E785", "E118"]
            .map(|code| Diagnosis {
                role: DiagnosisRole::Principal,
                qualifier: "ABK".into(),
                code: code.into(),
                present_on_admission: None,
            })
            .to_vec();
        let line = |code: &str, pointers: &[u8]| ClaimLine {
            procedure_code: Some(code.into()),
            charge: Cents::new(10_050),
            diagnosis_pointers: pointers.to_vec(),
            service_date: Some(date(2026, 3, 1)),
            ..ClaimLine::default()
        };
        claim.lines = vec![line("99213", &[1, 3, 9]), line("20610", &[2]), line("20610", &[2])];
        BilledClaim::of(&claim, Some(PayerId::new(7)), false)
    }

    fn told(claim: &BilledClaim, line: usize, wanted: Kind) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |kind, value: &str| {
            if kind == wanted {
                told.push(value.to_owned());
            }
        };
        of_claim(claim, &mut tell);
        of_line(claim, Some(line), &mut tell);
        told
    }

    #[test]
    fn nothing_is_told_twice() {
        let claim = claim();
        assert_eq!(told(&claim, 0, Kind::Category), ["E11", "E78"]);
        assert_eq!(told(&claim, 0, Kind::Pointed), ["E11"]);
        assert_eq!(told(&claim, 0, Kind::Beside), ["20610"]);
        assert_eq!(told(&claim, 1, Kind::Beside), ["99213", "20610"]);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told() {
        let claim = claim();
        assert_eq!(told(&claim, 0, Kind::Trait), ["pointer_to_nothing", "visit_without_modifier_25"]);
        assert_eq!(told(&claim, 2, Kind::Trait), ["repeated_line"]);
        assert!(told(&claim, 0, Kind::Missing).contains(&"prior_authorization".to_owned()));
    }

    #[test]
    fn numbers_are_of_the_line_or_of_the_claim_as_a_whole() {
        let claim = claim();
        let line = numbers(&claim, Some(0));
        assert!((line[0] - 10.0).abs() < 1e-6 && (line[1] - 100.5).abs() < 1e-6 && line[3].is_nan());
        assert!((numbers(&claim, None)[1] - 300.0).abs() < 1e-6);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_number(date(1970, 1, 31)), 30);
        assert_eq!(date_of(day_number(date(2026, 3, 1))), date(2026, 3, 1));
    }
}
