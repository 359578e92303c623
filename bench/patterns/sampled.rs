//! The scenarios of `marb sample` as worlds whose truth is known.

use marb::model::Text;
use marb::model::claim::Claim;
use marb::model::denial::DenialRules;
use marb::sample::batches::SampleSettings;
use marb::sample::truth::{KnownCause, Told, Truth};

use super::truth::{Planted, TrueLine, World};

/// A sample with the truth about it: a cause of every payer is one at each, and one that names several codes is one for each.
pub(super) fn world(settings: &SampleSettings) -> World {
    let rules = DenialRules::default();
    let causes = Truth::of(settings).causes();
    let mut planted: Vec<Planted> = Vec::new();
    let mut claims = Vec::new();
    for told in Truth::of(settings) {
        let Some(answered) = told.answered(&rules) else { continue };
        let lines = answered.lines.iter().map(|answer| {
            let place = answer.line.unwrap_or(0);
            let mut line = TrueLine::default();
            let mut hold = |cause: usize, reason: &str, words: String, strikes: bool| {
                let whole = told.payer * (causes.len() + 1) + cause;
                let number =
                    number(&mut planted, Planted { payer: told.payer, reason: reason.into(), words, whole });
                line.holds.push(number);
                if strikes && answer.reason.as_deref() == Some(reason) {
                    line.denied_by = line.denied_by.or(Some(number));
                }
            };
            if told.is_repeat && settings.scenario != marb::sample::scenario::Scenario::NoPatterns {
                hold(causes.len(), "18", "repeats an earlier claim".to_owned(), true);
            }
            for (number, cause) in causes.iter().enumerate() {
                let strikes = told.causes.get(place).is_some_and(|causes| causes.contains(&number));
                if !cause.conditions.is_empty() && (strikes || would_hold(cause, &told, place)) {
                    hold(number, cause.reason, words(cause, &told.claim, place), strikes);
                }
            }
            line
        });
        let lines: Vec<TrueLine> = lines.collect();
        claims.push((answered, lines));
    }
    claims.sort_by_key(|(claim, _)| claim.paid_on);
    World { claims, planted }
}

fn number(planted: &mut Vec<Planted>, cause: Planted) -> usize {
    let is_same = |known: &Planted| known.whole == cause.whole && known.words == cause.words;
    planted.iter().position(is_same).unwrap_or_else(|| {
        planted.push(cause);
        planted.len() - 1
    })
}

/// Whether a cause of a season would hold at another time; those that the scenarios have name a procedure beside it.
fn would_hold(cause: &KnownCause, told: &Told, place: usize) -> bool {
    let [condition, season] = &cause.conditions[..] else { return false };
    let code =
        told.claim.lines.get(place).and_then(|line| line.procedure_code.as_deref()).unwrap_or_default();
    cause.payer == Some(told.payer)
        && season.starts_with("served on days")
        && condition.strip_prefix("procedure ").is_some_and(|wanted| wanted == code)
}

/// The conditions of a cause; of the codes that one names that which the line has.
fn words(cause: &KnownCause, claim: &Claim, place: usize) -> String {
    let line = claim.lines.get(place);
    let has = |code: &str| {
        line.and_then(|line| line.procedure_code.as_deref()) == Some(code)
            || claim.facility_type_code.as_deref() == Some(code)
            || claim.diagnoses.iter().any(|diagnosis| diagnosis.code == code)
    };
    let said = |condition: &String| {
        let (name, codes) = condition.rsplit_once(' ').unwrap_or_default();
        match codes.split('|').find(|code| has(code)) {
            // Beside what a visit stands does not make it another cause.
            Some(code) if codes.contains('|') && name != "beside" => Text::from(format!("{name} {code}")),
            _ => Text::from(condition.as_str()),
        }
    };
    let said: Vec<Text> =
        cause.conditions.iter().filter(|words| !words.starts_with("served")).map(said).collect();
    said.join(" and ")
}
