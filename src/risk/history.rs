//! The historical component: how likely what was learned from earlier answers makes a denial.

use crate::model::billed::BilledClaim;
use crate::model::claim::Claim;
use crate::model::finding::Severity;

use super::features;
use super::learning::{Judgement, Model};
use super::points::{Component, FilePlace, RiskFinding};
use super::rates::{FEW_LINES, PRIOR_RATE, Rate};

/// The id under which the estimate stands among a score's factors.
pub const RULE: &str = "denial-history";

/// What to do about a high estimate.
const FIX: &str = "Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, \
                   diagnoses, notes.";

/// Which answers an estimate rests on.
struct Seen<'a> {
    /// The lines with the procedure of the likeliest line at the payer, if there are any.
    of_procedure: Option<(&'a str, Rate)>,
    /// The lines at the payer.
    at_payer: Rate,
    /// Whether they are few.
    is_little: bool,
}

/// What the model says of a claim, with what it rests on.
#[must_use]
pub fn finding(model: &Model, claim: &Claim, billed: &BilledClaim, judgement: &Judgement) -> RiskFinding {
    let likeliest = (0..billed.lines.len()).reduce(|most, next| {
        // The first of equal ones.
        if judgement.lines[next] > judgement.lines[most] { next } else { most }
    });
    let payer = billed.payer.map(|payer| compact_str::format_compact!("{payer}"));
    let procedure = likeliest.and_then(|line| features::procedure(&billed.lines[line]));
    let lines = procedure.as_deref().map(|code| (code, model.rates().procedure(payer.as_deref(), code)));
    let of_procedure = lines.filter(|(_, rate)| rate.adjudicated > 0);
    let at_payer = model.rates().payer(payer.as_deref());
    // Trees learn from lines with other procedures too.
    let rests_on = of_procedure.filter(|_| !model.has_trees()).map_or(at_payer, |(_, rate)| rate);
    let seen = Seen { of_procedure, at_payer, is_little: rests_on.adjudicated < FEW_LINES };
    // Where nothing tells the lines apart, none is named.
    let named = likeliest.filter(|_| of_procedure.is_some() || model.has_trees());
    RiskFinding {
        component: Component::Historical,
        chance: judgement.probability,
        severity: severity(judgement.probability, seen.is_little),
        rule: RULE,
        message: message(model, judgement.probability, &seen, &model.reasons(billed, likeliest)),
        fix: FIX,
        reason: None,
        line_number: named.and_then(|line| claim.lines.get(line)).map(|line| line.line_number),
        place: FilePlace::default(),
        value: procedure.as_ref().filter(|_| named.is_some()).map(ToString::to_string),
    }
}

/// Info where little was seen: an assumption is no reason to hold a claim.
fn severity(probability: f64, is_little: bool) -> Severity {
    match probability {
        _ if is_little => Severity::Info,
        high if high >= 0.5 => Severity::Error,
        medium if medium >= 0.25 => Severity::Warning,
        _ => Severity::Info,
    }
}

fn message(model: &Model, probability: f64, seen: &Seen<'_>, reasons: &[String]) -> String {
    if model.trained_on.lines == 0 {
        let assumed = PRIOR_RATE * 100.0;
        return format!("No answers yet: {assumed:.0} % of lines are assumed to be denied");
    }
    let (what, rate) = match seen.of_procedure {
        Some((code, rate)) => (format!("lines with {code} at this payer"), rate),
        None => ("lines at this payer".to_owned(), seen.at_payer),
    };
    let mut message = format!(
        "{} of {} {what} were denied; for this claim {:.1} % is estimated from {} answered lines",
        rate.denied,
        rate.adjudicated,
        probability * 100.0,
        model.trained_on.lines
    );
    if !reasons.is_empty() {
        message.push_str(", raised most by ");
        message.push_str(&reasons.join(", "));
    }
    if seen.is_little {
        message.push_str("; little has been seen of such lines");
    }
    message
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::billed::{AnsweredClaim, LineAnswer};
    use crate::model::claim::{ClaimKind, ClaimLine};
    use crate::model::ids::{ClaimId, PayerId};
    use crate::money::Cents;
    use crate::risk::boosting::Growth;
    use crate::risk::experience::Experience;

    fn claim(codes: &[&str]) -> Claim {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        claim.lines = (1..)
            .zip(codes)
            .map(|(line_number, &code)| ClaimLine {
                line_number,
                procedure_code: Some(code.into()),
                ..ClaimLine::default()
            })
            .collect();
        claim
    }

    fn billed(claim: &Claim) -> BilledClaim {
        BilledClaim::of(claim, Some(PayerId::new(1)), false)
    }

    /// A model that has seen so many claims with one line, the first of them denied.
    fn model(seen: &[(&str, usize, usize)]) -> Model {
        let mut experience = Experience::default();
        for (code, lines, denied) in seen {
            for n in 0..*lines {
                let is_denied = n < *denied;
                experience.add(&AnsweredClaim {
                    id: ClaimId::new(1),
                    billed: billed(&claim(&[code])),
                    paid_on: date(2026, 1, 1),
                    lines: vec![LineAnswer {
                        line: Some(0),
                        is_denied,
                        reason: is_denied.then(|| "50".into()),
                        paid: Cents::new(100),
                    }],
                    broken_rules: Vec::new(),
                });
            }
        }
        experience.sort();
        Model::train(&experience, 0..experience.claims(), &Growth::default(), None, &|| true).unwrap()
    }

    fn of(codes: &[&str], model: &Model) -> RiskFinding {
        let claim = claim(codes);
        let billed = billed(&claim);
        let judgement = model.judge(&billed, std::iter::empty());
        finding(model, &claim, &billed, &judgement)
    }

    #[test]
    fn without_answers_the_assumption_is_named_and_asks_for_nothing() {
        let finding = of(&["99213"], &Model::default());
        assert!((finding.chance - 0.10).abs() < 1e-9);
        assert_eq!(finding.severity, Severity::Info);
        assert_eq!(finding.message, "No answers yet: 10 % of lines are assumed to be denied");
    }

    #[test]
    fn one_denied_line_is_told_as_little_and_raises_no_alarm() {
        let finding = of(&["99213"], &model(&[("99213", 1, 1)]));
        assert!(finding.chance < 0.3, "{}", finding.chance);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.message.contains("1 of 1 lines with 99213 at this payer"));
        assert!(finding.message.contains("little has been seen"));
    }

    #[test]
    fn the_line_denied_most_often_speaks_for_the_claim() {
        let finding = of(&["99213", "20610", "20610"], &model(&[("99213", 200, 10), ("20610", 100, 60)]));
        assert_eq!(finding.line_number, Some(2));
        assert!((0.5..0.8).contains(&finding.chance), "{}", finding.chance);
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.message.starts_with("60 of 100 lines with 20610 at this payer were denied"));
        assert!(finding.message.contains("from 300 answered lines"));
    }

    #[test]
    fn lines_never_seen_take_the_payers_rate() {
        let finding = of(&["00000"], &model(&[("99213", 300, 30)]));
        assert!((finding.chance - 0.10).abs() < 0.02);
        assert!(finding.message.starts_with("30 of 300 lines at this payer were denied"));
    }
}
