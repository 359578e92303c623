//! What a payer and a practice say of rules: switched off, or counted more or less than usual.

use std::collections::BTreeMap;

use crate::model::Text;
use crate::model::rules::{PayerRules, PracticeRules};

use super::Rule;

/// How many times its usual points a rule may count at most.
pub const HIGHEST_WEIGHT: f64 = 10.0;

/// How many times its usual points a rule counts: what the payer says times what the practice says; 0 where one of them
/// switched it off.
pub(super) fn weight(rule: &Rule, payer: &PayerRules, practice: &PracticeRules) -> f64 {
    let of = |disabled: &[Text], weights: &BTreeMap<Text, f64>| {
        let is_off = disabled.iter().any(|id| id == rule.id);
        if is_off { 0.0 } else { weights.get(rule.id).copied().unwrap_or(1.0) }
    };
    let weight =
        of(&payer.disabled_rules, &payer.rule_weights) * of(&practice.disabled_rules, &practice.rule_weights);
    weight.clamp(0.0, HIGHEST_WEIGHT)
}

/// Checks what somebody says of rules.
///
/// # Errors
/// One sentence on the first rule that does not exist or has a weight out of range.
pub fn check(disabled: &[Text], weights: &BTreeMap<Text, f64>) -> Result<(), String> {
    for (name, id) in
        disabled.iter().map(|id| ("disabled_rules", id)).chain(weights.keys().map(|id| ("rule_weights", id)))
    {
        if !super::all().any(|rule| rule.id == id) {
            return Err(unknown(name, id));
        }
    }
    match weights.iter().find(|(_, weight)| !(0.0..=HIGHEST_WEIGHT).contains(*weight)) {
        Some((id, weight)) => Err(format!(
            "rule_weights: {id} may count 0 to {HIGHEST_WEIGHT} times its usual points, not {weight}."
        )),
        None => Ok(()),
    }
}

fn unknown(name: &str, id: &str) -> String {
    let distance = |other: &&'static str| strsim::damerau_levenshtein(id, other);
    let shown: String = id.chars().take(80).collect();
    match super::all().map(|rule| rule.id).min_by_key(distance) {
        Some(nearest) if distance(&nearest) <= 1 + nearest.len() / 4 => {
            format!("{name}: there is no rule {shown:?}; did you mean {nearest:?}?")
        }
        _ => format!("{name}: there is no rule {shown:?}; docs/risk-rules.md lists them."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(disabled: &[&str], weights: &[(&str, f64)], expected: Result<(), &str>) {
        let disabled: Vec<Text> = disabled.iter().copied().map(Text::from).collect();
        let weights = weights.iter().map(|&(id, weight)| (id.into(), weight)).collect();
        assert_eq!(check(&disabled, &weights), expected.map_err(str::to_owned));
    }

    #[test]
    fn a_rule_that_does_not_exist_is_named_with_the_one_that_was_meant() {
        says(&["charge-zero"], &[("charges-differ", 0.0), ("payer-unknown", 10.0)], Ok(()));
        let meant = "disabled_rules: there is no rule \"charge-zeros\"; did you mean \"charge-zero\"?";
        says(&["charge-zeros"], &[], Err(meant));
        let meant =
            "rule_weights: there is no rule \"modifier-conflct\"; did you mean \"modifier-conflict\"?";
        says(&[], &[("modifier-conflct", 1.0)], Err(meant));
        let unlike = "disabled_rules: there is no rule \"everything\"; docs/risk-rules.md lists them.";
        says(&["everything"], &[], Err(unlike));
    }

    #[test]
    fn a_weight_has_a_range() {
        let out = "rule_weights: charge-zero may count 0 to 10 times its usual points, not -1.";
        says(&[], &[("charge-zero", -1.0)], Err(out));
        let out = "rule_weights: charge-zero may count 0 to 10 times its usual points, not 10.5.";
        says(&[], &[("charge-zero", 10.5)], Err(out));
    }
}
