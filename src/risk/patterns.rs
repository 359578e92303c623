//! The pattern component: which of the payer's denial patterns a claim matches, and how a pattern is told.

use crate::model::Text;
use crate::model::billed::BilledClaim;
use crate::model::claim::Claim;
use crate::model::finding::Severity;
use crate::model::pattern::{Conditions, DenialPattern, Trend};
use crate::money::Cents;

use super::detection::{CHARGE, Condition, Found};
use super::experience::Experience;
use super::features::{self, Kind};
use super::points::{Component, FilePlace, RiskFinding};
use super::significance::fisher;

/// The id under which patterns stand among a score's factors.
pub const RULE: &str = "denial-pattern";

/// The patterns that a claim matches, each with the place of the first line that does (none where it has no lines).
pub fn matching<'p>(
    patterns: &'p [DenialPattern],
    claim: &BilledClaim,
) -> impl Iterator<Item = (&'p DenialPattern, Option<usize>)> {
    let lines = lines(claim);
    patterns.iter().filter_map(move |pattern| {
        let line = lines.iter().find(|line| line.meets(&pattern.conditions))?;
        Some((pattern, line.place))
    })
}

/// What a claim's patterns say against it.
#[must_use]
pub fn findings(patterns: &[DenialPattern], claim: &Claim, billed: &BilledClaim) -> Vec<RiskFinding> {
    let finding = |(pattern, line): (&DenialPattern, Option<usize>)| RiskFinding {
        component: Component::Pattern,
        chance: pattern.confidence_score,
        severity: if pattern.confidence_score >= 0.5 { Severity::Error } else { Severity::Warning },
        rule: RULE,
        message: pattern.pattern_description.clone(),
        fix: advice(pattern),
        reason: Some(pattern.denial_reason_code.to_string()),
        line_number: line.and_then(|line| claim.lines.get(line)).map(|line| line.line_number),
        place: FilePlace::default(),
        value: line.and_then(|line| claim.lines.get(line)?.procedure_code.as_ref()).map(ToString::to_string),
    };
    matching(patterns, billed).map(finding).collect()
}

/// A line as patterns look at it.
struct Line {
    place: Option<usize>,
    has: Vec<(Kind, Text)>,
    charge: Cents,
    days: Option<i32>,
}

fn lines(claim: &BilledClaim) -> Vec<Line> {
    let mut of_claim = Vec::new();
    features::of_claim(claim, &mut |kind, value| of_claim.push((kind, Text::from(value))));
    let places = (0..claim.lines.len()).map(Some).chain(claim.lines.is_empty().then_some(None));
    let line = |place: Option<usize>| {
        let mut has = of_claim.clone();
        features::of_line(claim, place, &mut |kind, value| has.push((kind, value.into())));
        let charge = place.map_or(claim.total_charge, |place| claim.lines[place].charge);
        Line { place, has, charge, days: claim.days_to_submission() }
    };
    places.map(line).collect()
}

impl Line {
    fn has(&self, kind: Kind, value: &str) -> bool {
        self.has.iter().any(|(k, v)| *k == kind && v == value)
    }

    fn meets(&self, conditions: &Conditions) -> bool {
        let Conditions {
            procedure_codes,
            modifiers,
            diagnosis_categories,
            diagnosis_codes,
            facility_type_code,
            provider_npi,
            charge_amount_min,
            charge_amount_max,
            days_to_submission_min,
            beside_procedure_codes,
            member_id_shape,
            missing,
            circumstances,
        } = conditions;
        let all = |kind: Kind, values: &[Text]| values.iter().all(|value| self.has(kind, value));
        (procedure_codes.is_empty() || procedure_codes.iter().any(|code| self.has(Kind::Procedure, code)))
            && all(Kind::Modifier, modifiers)
            && all(Kind::Category, diagnosis_categories)
            && all(Kind::Diagnosis, diagnosis_codes)
            && all(Kind::Place, facility_type_code.as_slice())
            && all(Kind::Provider, provider_npi.as_slice())
            && charge_amount_min.is_none_or(|least| self.charge >= least)
            && charge_amount_max.is_none_or(|most| self.charge <= most)
            && days_to_submission_min.is_none_or(|least| self.days.is_some_and(|days| days >= least))
            && all(Kind::Beside, beside_procedure_codes)
            && member_id_shape.as_ref().is_none_or(|shape| self.has_member_id(shape))
            && missing.iter().all(|what| self.lacks(what))
            && all(Kind::Trait, circumstances)
    }

    fn has_member_id(&self, shape: &str) -> bool {
        self.has.iter().any(|(kind, value)| *kind == Kind::MemberId && shape_of_member_id(value) == shape)
    }

    fn lacks(&self, what: &str) -> bool {
        match what.strip_prefix(MODIFIER) {
            Some(modifier) => !self.has(Kind::Modifier, modifier),
            None => self.has(Kind::Missing, what),
        }
    }
}

/// Stands before a modifier that is missing.
const MODIFIER: &str = "modifier_";

/// The shape that stands after the payer.
fn shape_of_member_id(payer_and_shape: &str) -> &str {
    payer_and_shape.split_once(' ').map_or(payer_and_shape, |(_, shape)| shape)
}

/// A pattern that was found, as it is told and kept.
#[must_use]
pub fn told(experience: &Experience, found: &Found) -> DenialPattern {
    let mut conditions = Conditions::default();
    let mut kinds: Vec<&str> = Vec::new();
    for condition in &found.conditions {
        let kind = add(&mut conditions, experience, *condition);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let reason = experience.reasons().get(found.reason).cloned().unwrap_or_default();
    let (frequency, baseline) =
        (share(found.denied, found.matching), share(found.other_denied, found.others));
    let trend = trend(found.halves);
    let ending = match trend {
        Trend::New => " New.",
        Trend::Rising => " Rising.",
        Trend::Fading => " Fading.",
        Trend::Steady => "",
    };
    let pattern_description = format!(
        "This payer denied {} of {} lines with {} for reason {reason} ({:.0} %), and {} of its {} other lines ({:.1} %).{ending}",
        found.denied,
        found.matching,
        in_words(&conditions),
        frequency * 100.0,
        found.other_denied,
        found.others,
        baseline * 100.0,
    );
    DenialPattern {
        pattern_type: kinds.join("+"),
        pattern_description,
        denial_reason_code: reason,
        occurrence_count: found.denied,
        frequency: rounded(frequency),
        confidence_score: rounded(found.lower_bound),
        conditions,
        first_seen: found.seen.0,
        last_seen: found.seen.1,
        denied_count: found.denied,
        matching_count: found.matching,
        baseline_rate: rounded(baseline),
        lift: lift(frequency, found),
        q_value: three_digits(found.q_value),
        trend,
    }
}

/// How many times as often as the payer's other lines; where none of those was denied, half a line counts as if it was.
fn lift(frequency: f64, found: &Found) -> f64 {
    let half_a_line = 0.5 * share(1, found.others + 1);
    let baseline =
        if found.other_denied == 0 { half_a_line } else { share(found.other_denied, found.others) };
    (frequency / baseline * 100.0).round() / 100.0
}

/// A probability to three digits, however small.
fn three_digits(probability: f64) -> f64 {
    format!("{probability:.2e}").parse().unwrap_or(probability)
}

/// Adds a condition; says what it is about.
fn add(conditions: &mut Conditions, experience: &Experience, condition: Condition) -> &'static str {
    match condition {
        Condition::Has(item) => {
            let (kind, value) = experience.name(item);
            let value = Text::from(value);
            let (list, name) = match kind {
                Kind::Procedure => (&mut conditions.procedure_codes, "procedure"),
                Kind::Modifier => (&mut conditions.modifiers, "modifier"),
                Kind::Category => (&mut conditions.diagnosis_categories, "diagnosis_category"),
                Kind::Diagnosis => (&mut conditions.diagnosis_codes, "diagnosis"),
                Kind::Beside => (&mut conditions.beside_procedure_codes, "beside"),
                Kind::Missing => (&mut conditions.missing, "missing"),
                Kind::Place => {
                    conditions.facility_type_code = Some(value);
                    return "place";
                }
                Kind::MemberId => {
                    conditions.member_id_shape = Some(shape_of_member_id(&value).into());
                    return "member_id";
                }
                Kind::Provider => {
                    conditions.provider_npi = Some(value);
                    return "provider";
                }
                _ => (&mut conditions.circumstances, "circumstance"),
            };
            list.push(value);
            name
        }
        Condition::Lacks(item) => {
            conditions.missing.push(compact_str::format_compact!("{MODIFIER}{}", experience.name(item).1));
            "missing"
        }
        Condition::AtLeast(CHARGE, dollars) => {
            conditions.charge_amount_min = Some(cents(dollars));
            "charge"
        }
        Condition::AtMost(_, dollars) => {
            conditions.charge_amount_max = Some(cents(dollars));
            "charge"
        }
        Condition::AtLeast(_, days) => {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number of days")]
            let days = days as i32;
            conditions.days_to_submission_min = Some(days);
            "days_to_submission"
        }
    }
}

/// The conditions after "lines with".
fn in_words(conditions: &Conditions) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut say = |kind: Kind, values: &[Text]| words.extend(values.iter().map(|value| kind.in_words(value)));
    say(Kind::Procedure, &conditions.procedure_codes);
    say(Kind::Modifier, &conditions.modifiers);
    say(Kind::Category, &conditions.diagnosis_categories);
    say(Kind::Diagnosis, &conditions.diagnosis_codes);
    say(Kind::Place, conditions.facility_type_code.as_slice());
    say(Kind::Provider, conditions.provider_npi.as_slice());
    say(Kind::Beside, &conditions.beside_procedure_codes);
    say(Kind::Missing, &conditions.missing);
    say(Kind::Trait, &conditions.circumstances);
    words
        .extend(conditions.member_id_shape.as_ref().map(|shape| format!("a member id of the shape {shape}")));
    words.extend(conditions.charge_amount_min.map(|least| format!("a charge of {least} or more")));
    words.extend(conditions.charge_amount_max.map(|most| format!("a charge of {most} or less")));
    let days = conditions.days_to_submission_min;
    words.extend(days.map(|days| format!("{days} days or more from service to submission")));
    words.join(" and ")
}

/// Whether the denied share of the later half differs by more than chance (Fisher's test, 5 % on each side).
fn trend([earlier, later]: [(u64, u64); 2]) -> Trend {
    /// What is as rare as this is taken for a change.
    const P_LIMIT: f64 = 0.05;
    let more = |a: (u64, u64), b: (u64, u64)| fisher(a.0, a.1, b.0, b.1) <= P_LIMIT;
    match () {
        () if more(later, earlier) && earlier.0 == 0 => Trend::New,
        () if more(later, earlier) => Trend::Rising,
        () if more(earlier, later) => Trend::Fading,
        () => Trend::Steady,
    }
}

fn share(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
    let share = part as f64 / whole.max(1) as f64;
    share
}

/// To six decimals.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

fn cents(dollars: f32) -> Cents {
    #[expect(clippy::cast_possible_truncation, reason = "a charge that was seen, in whole cents")]
    let cents = (f64::from(dollars) * 100.0).round() as i64;
    Cents::new(cents)
}

/// What to do about a pattern before sending.
fn advice(pattern: &DenialPattern) -> &'static str {
    let conditions = &pattern.conditions;
    let lacks = |what: &str| conditions.missing.iter().any(|missing| missing == what);
    match () {
        () if lacks("prior_authorization") => advice_for("197"),
        () if lacks("referral") => advice_for("288"),
        () if lacks("diagnosis") => "Add the diagnoses that were treated, the principal one first.",
        () if conditions.missing.iter().any(|missing| missing.starts_with(MODIFIER)) => {
            "Add the modifier that earlier lines which this payer paid had."
        }
        () if conditions.days_to_submission_min.is_some() => advice_for("29"),
        () if conditions.member_id_shape.is_some() => "Check the member id against the patient's card.",
        () => advice_for(&pattern.denial_reason_code),
    }
}

/// What to look at before sending when a reason comes back again and again.
fn advice_for(reason: &str) -> &'static str {
    match reason {
        "4" | "182" => "Check the modifiers against what this payer accepts for the procedure.",
        "5" | "58" => "Check that the place of service fits the procedure.",
        "11" | "50" | "167" => {
            "Check that a diagnosis which this payer accepts for the procedure is pointed to."
        }
        "16" | "125" | "226" | "252" => {
            "Look up what the payer missed on earlier lines (remark codes), and send it along."
        }
        "18" => "Check that the line was not billed before; say so with a modifier where it was done twice.",
        "22" | "24" | "109" => "Check who covers the patient on that day, and in which order.",
        "27" | "26" | "31" => "Check the patient's coverage on the day of service with the payer.",
        "29" => "Send these claims sooner after the service.",
        "96" | "204" => {
            "Check that the plan covers the procedure; tell the patient beforehand where it does not."
        }
        "97" | "231" | "236" => {
            "Check whether the procedure is part of another one of that day before billing both."
        }
        "119" | "151" | "222" => "Check how many units and how often the plan allows.",
        "197" | "198" | "15" | "39" => {
            "Get the payer's authorisation before the service, and put its number on the claim."
        }
        "206" | "207" | "208" | "B7" => {
            "Check that the provider is enrolled with this payer under the NPI on the claim."
        }
        "288" => "Get the referral, and put its number on the claim.",
        _ => "Look at how earlier denials for this reason were resolved before sending.",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::claim::{ClaimKind, ClaimLine};

    fn claim() -> Claim {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        let line = |line_number, code: &str| ClaimLine {
            line_number,
            procedure_code: Some(code.into()),
            charge: Cents::new(20_000),
            ..ClaimLine::default()
        };
        claim.lines = vec![line(1, "99213"), line(2, "72148")];
        claim
    }

    fn pattern(conditions: Conditions) -> DenialPattern {
        DenialPattern {
            pattern_type: "procedure".into(),
            pattern_description: "This payer denies it".into(),
            denial_reason_code: "50".into(),
            occurrence_count: 30,
            frequency: 0.6,
            confidence_score: 0.55,
            conditions,
            first_seen: date(2026, 1, 1),
            last_seen: date(2026, 2, 1),
            denied_count: 30,
            matching_count: 50,
            baseline_rate: 0.01,
            lift: 60.0,
            q_value: 0.001,
            trend: Trend::Steady,
        }
    }

    fn of(conditions: Conditions, claim: &Claim) -> Vec<RiskFinding> {
        findings(&[pattern(conditions)], claim, &BilledClaim::of(claim, None, false))
    }

    #[test]
    fn a_claim_matches_where_all_conditions_hold_for_one_of_its_lines() {
        let both = Conditions {
            procedure_codes: vec!["72148".into()],
            missing: vec!["prior_authorization".into()],
            ..Conditions::default()
        };
        let found = of(both.clone(), &claim());
        assert_eq!((found.len(), found[0].line_number), (1, Some(2)));
        assert!((found[0].chance - 0.55).abs() < 1e-9 && found[0].fix.contains("authorisation"));
        let mut authorized = claim();
        authorized.prior_authorization = Some("A".into());
        assert_eq!(of(both, &authorized), []);
    }

    #[test]
    fn each_condition_is_looked_at() {
        let code = |code: &str| vec![Text::from(code)];
        for conditions in [
            Conditions { procedure_codes: code("00000"), ..Conditions::default() },
            Conditions { modifiers: code("25"), ..Conditions::default() },
            Conditions { diagnosis_categories: code("E11"), ..Conditions::default() },
            Conditions { diagnosis_codes: code("E119"), ..Conditions::default() },
            Conditions { facility_type_code: Some("11".into()), ..Conditions::default() },
            Conditions { provider_npi: Some("1234567893".into()), ..Conditions::default() },
            Conditions { charge_amount_min: Some(Cents::new(20_001)), ..Conditions::default() },
            Conditions { charge_amount_max: Some(Cents::new(19_999)), ..Conditions::default() },
            Conditions { days_to_submission_min: Some(1), ..Conditions::default() },
            Conditions { beside_procedure_codes: code("00000"), ..Conditions::default() },
            Conditions { member_id_shape: Some("A99".into()), ..Conditions::default() },
            Conditions { missing: code("benefits_assignment"), ..Conditions::default() },
            Conditions { circumstances: code("repeated_line"), ..Conditions::default() },
        ] {
            assert_eq!(of(conditions.clone(), &claim()), [], "{conditions:?}");
        }
        let lacks = Conditions { missing: code("modifier_25"), ..Conditions::default() };
        assert_eq!(of(lacks, &claim()).len(), 1);
    }

    #[test]
    fn a_pattern_rises_or_fades_only_beyond_chance() {
        assert_eq!(trend([(5, 50), (6, 50)]), Trend::Steady);
        assert_eq!(trend([(5, 50), (25, 50)]), Trend::Rising);
        assert_eq!(trend([(0, 50), (25, 50)]), Trend::New);
        assert_eq!(trend([(25, 50), (5, 50)]), Trend::Fading);
        assert_eq!(trend([(0, 0), (25, 50)]), Trend::Steady);
    }

    #[test]
    fn conditions_are_told_in_plain_words() {
        let conditions = Conditions {
            procedure_codes: vec!["72148".into()],
            missing: vec!["prior_authorization".into()],
            days_to_submission_min: Some(91),
            ..Conditions::default()
        };
        assert_eq!(
            in_words(&conditions),
            "procedure 72148 and no prior authorization and 91 days or more from service to submission"
        );
    }
}
