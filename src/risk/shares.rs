//! Denied shares that stay sane when little was seen: by payer, by procedure, by both, and by broken rule.
//!
//! A rate is the mean of a beta distribution: (denied + strength · towards) / (adjudicated + strength). Each rate leans on
//! the one above it: a procedure's at a payer on payer and procedure, a payer's on the overall rate, the overall rate on
//! [`PRIOR_RATE`]. What a rate leans on is counted without the rate's own lines: ten denied lines are ten, on every level.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::model::Text;

use super::experience::Experience;
use super::rates::{PRIOR_LINES, PRIOR_RATE, Rate};
use super::significance::ln_beta_binomial;

/// A payer's lines and its money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PayerRate {
    /// Its lines.
    pub lines: Rate,
    /// Dollars charged on lines that were not denied.
    pub charged: f64,
    /// Dollars paid on them.
    pub paid: f64,
}

/// What became of the lines at hand, counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Listed", into = "Listed")]
pub struct Shares {
    /// All lines.
    pub overall: PayerRate,
    payers: HashMap<Text, PayerRate>,
    procedures: HashMap<Text, Rate>,
    at_payer: HashMap<(Text, Text), Rate>,
    rules: HashMap<Text, Rate>,
    strengths: Strengths,
}

/// How many lines the assumption above a rate weighs: the more, the less rates differ from one another beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Strengths {
    payer: f64,
    procedure: f64,
    at_payer: f64,
}

impl Default for Strengths {
    fn default() -> Self {
        Self { payer: PRIOR_LINES, procedure: PRIOR_LINES, at_payer: PRIOR_LINES }
    }
}

/// The same in lists, as JSON has it.
#[derive(Serialize, Deserialize)]
struct Listed {
    overall: PayerRate,
    payers: Vec<(Text, PayerRate)>,
    procedures: Vec<(Text, Rate)>,
    at_payer: Vec<((Text, Text), Rate)>,
    rules: Vec<(Text, Rate)>,
    strengths: Strengths,
}

impl From<Listed> for Shares {
    fn from(listed: Listed) -> Self {
        Self {
            overall: listed.overall,
            payers: listed.payers.into_iter().collect(),
            procedures: listed.procedures.into_iter().collect(),
            at_payer: listed.at_payer.into_iter().collect(),
            rules: listed.rules.into_iter().collect(),
            strengths: listed.strengths,
        }
    }
}

impl From<Shares> for Listed {
    fn from(rates: Shares) -> Self {
        fn sorted<K: Ord, V>(map: HashMap<K, V>) -> Vec<(K, V)> {
            let mut list: Vec<_> = map.into_iter().collect();
            list.sort_by(|a, b| a.0.cmp(&b.0));
            list
        }
        Self {
            overall: rates.overall,
            payers: sorted(rates.payers),
            procedures: sorted(rates.procedures),
            at_payer: sorted(rates.at_payer),
            rules: sorted(rates.rules),
            strengths: rates.strengths,
        }
    }
}

impl Shares {
    /// Counts the lines of some claims.
    #[must_use]
    pub fn of(experience: &Experience, claims: Range<usize>) -> Self {
        let mut rates = Self::default();
        for claim in claims {
            let payer = experience.payer(claim).map(|item| Text::from(experience.name(item).1));
            for line in experience.lines(claim) {
                let denied = line.is_denied;
                let money = (f64::from(line.charge()), f64::from(line.paid));
                rates.overall.add(denied, money);
                let procedure = experience.procedure(&line).map(|item| Text::from(experience.name(item).1));
                if let Some(payer) = &payer {
                    rates.payers.entry(payer.clone()).or_default().add(denied, money);
                    if let Some(procedure) = &procedure {
                        rates.at_payer.entry((payer.clone(), procedure.clone())).or_default().add(denied);
                    }
                }
                if let Some(procedure) = procedure {
                    rates.procedures.entry(procedure).or_default().add(denied);
                }
                for rule in experience.broken_rules(&line) {
                    rates.rules.entry(rule.into()).or_default().add(denied);
                }
            }
        }
        rates.fit_strengths();
        rates
    }

    /// Finds out how far rates differ from what is assumed of them (empirical Bayes).
    fn fit_strengths(&mut self) {
        let with_others = |rate: Rate| (rate, self.rate_of_others(rate));
        let payer = strength(self.payers.values().map(|payer| with_others(payer.lines)));
        let procedure = strength(self.procedures.values().map(|rate| with_others(*rate)));
        (self.strengths.payer, self.strengths.procedure) = (payer, procedure);
        let at_payer = self.at_payer.iter();
        let towards = |(payer, procedure): &(Text, Text)| self.expected(Some(payer.as_str()), procedure);
        self.strengths.at_payer = strength(at_payer.map(|(key, rate)| (*rate, towards(key))));
    }

    /// The denied share of all lines.
    #[must_use]
    pub fn overall_rate(&self) -> f64 {
        self.overall.lines.shrunk(PRIOR_RATE)
    }

    /// The denied share of all lines but these.
    fn rate_of_others(&self, lines: Rate) -> f64 {
        self.overall.lines.without(lines).shrunk(PRIOR_RATE)
    }

    /// The lines of a payer.
    #[must_use]
    pub fn payer(&self, payer: Option<&str>) -> Rate {
        payer.and_then(|payer| self.payers.get(payer)).map_or(Rate::default(), |payer| payer.lines)
    }

    /// The denied share at a payer.
    #[must_use]
    pub fn payer_rate(&self, payer: Option<&str>) -> f64 {
        let lines = self.payer(payer);
        lines.leaning(self.rate_of_others(lines), self.strengths.payer)
    }

    /// The lines of a procedure at a payer.
    #[must_use]
    pub fn procedure(&self, payer: Option<&str>, procedure: &str) -> Rate {
        let key = payer.map(|payer| (Text::from(payer), Text::from(procedure)));
        key.and_then(|key| self.at_payer.get(&key)).copied().unwrap_or_default()
    }

    /// The denied share of a procedure at a payer, shrunk towards what payer and procedure suggest.
    #[must_use]
    pub fn procedure_rate(&self, payer: Option<&str>, procedure: &str) -> f64 {
        self.procedure(payer, procedure).leaning(self.expected(payer, procedure), self.strengths.at_payer)
    }

    /// What payer and procedure suggest each by itself: the payer's odds times the procedure's odds over the overall odds,
    /// as if neither knew of the other, all three without the lines of the procedure at the payer.
    fn expected(&self, payer: Option<&str>, procedure: &str) -> f64 {
        let own = self.procedure(payer, procedure);
        let rest = |lines: Rate, strength| lines.without(own).leaning(self.rate_of_others(lines), strength);
        let of_payer = rest(self.payer(payer), self.strengths.payer);
        let anywhere = self.procedures.get(procedure).copied().unwrap_or_default();
        let anywhere = rest(anywhere, self.strengths.procedure);
        let expected = odds(of_payer) * odds(anywhere) / odds(self.rate_of_others(own));
        expected / (1.0 + expected)
    }

    /// How much more of the lines is denied that break a rule, from 0 to 1, leaning on what the rule's table assumes.
    #[must_use]
    pub fn rule_excess(&self, rule: &str, assumed: f64) -> f64 {
        let rate = self.rules.get(rule).copied().unwrap_or_default();
        let excess = count(rate.denied) - count(rate.adjudicated) * self.overall_rate();
        ((excess + PRIOR_LINES * assumed) / (count(rate.adjudicated) + PRIOR_LINES)).clamp(0.0, 0.99)
    }

    /// What share of a charge a payer pays when it does not deny; half of it is assumed where nothing is known.
    #[must_use]
    pub fn paid_share(&self, payer: Option<&str>) -> f64 {
        /// Dollars of charges that each assumption weighs.
        const STRENGTH: f64 = 5_000.0;
        let share = |rate: &PayerRate, towards: f64| {
            ((rate.paid + STRENGTH * towards) / (rate.charged + STRENGTH)).clamp(0.0, 1.0)
        };
        let overall = share(&self.overall, 0.5);
        payer.and_then(|payer| self.payers.get(payer)).map_or(overall, |payer| share(payer, overall))
    }
}

impl PayerRate {
    fn add(&mut self, is_denied: bool, (charged, paid): (f64, f64)) {
        self.lines.add(is_denied);
        if !is_denied {
            self.charged += charged.max(0.0);
            self.paid += paid.max(0.0);
        }
    }
}

/// How many lines what is assumed weighs best, as the likelihood of these rates has it.
fn strength(rates: impl Iterator<Item = (Rate, f64)>) -> f64 {
    let rates: Vec<(Rate, f64)> = rates.collect();
    let likelihood = |strength: f64| -> f64 {
        let of_one = |(rate, towards): &(Rate, f64)| {
            ln_beta_binomial(count(rate.denied), count(rate.adjudicated), *towards, strength)
        };
        rates.iter().map(of_one).sum()
    };
    let mut best = (likelihood(PRIOR_LINES), PRIOR_LINES);
    for doubled in 1..=10 {
        let strength = PRIOR_LINES * f64::from(1 << doubled);
        let likelihood = likelihood(strength);
        if likelihood > best.0 + 1e-9 {
            best = (likelihood, strength);
        }
    }
    best.1
}

/// The odds of a probability; every rate lies strictly between 0 and 1, because each leans on [`PRIOR_RATE`].
fn odds(probability: f64) -> f64 {
    probability / (1.0 - probability)
}

#[expect(clippy::cast_precision_loss, reason = "no database holds 2^53 lines")]
fn count(lines: u64) -> f64 {
    lines as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(lines: &[(&str, &str, u64, u64)]) -> Shares {
        let mut rates = Shares::default();
        for (payer, procedure, adjudicated, denied) in lines {
            for n in 0..*adjudicated {
                let is_denied = n < *denied;
                rates.overall.add(is_denied, (100.0, 60.0));
                rates.payers.entry((*payer).into()).or_default().add(is_denied, (100.0, 60.0));
                rates.procedures.entry((*procedure).into()).or_default().add(is_denied);
                rates.at_payer.entry(((*payer).into(), (*procedure).into())).or_default().add(is_denied);
            }
        }
        rates
    }

    #[track_caller]
    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    #[test]
    fn without_answers_every_rate_is_the_assumption() {
        let rates = Shares::default();
        close(rates.overall_rate(), PRIOR_RATE);
        close(rates.payer_rate(Some("1")), PRIOR_RATE);
        close(rates.procedure_rate(None, "99213"), PRIOR_RATE);
        close(rates.paid_share(Some("1")), 0.5);
    }

    #[test]
    fn a_single_denied_line_moves_a_rate_by_a_little() {
        // (1 + 20 * 0.1) / 21
        close(rates(&[("1", "99213", 1, 1)]).overall_rate(), 3.0 / 21.0);
    }

    #[test]
    fn a_procedure_never_seen_at_a_payer_is_as_payer_and_procedure_suggest() {
        let rates =
            rates(&[("1", "99213", 1_000, 100), ("2", "70551", 1_000, 500), ("2", "99213", 1_000, 100)]);
        let unseen = rates.procedure_rate(Some("1"), "70551");
        assert!(unseen > rates.payer_rate(Some("1")) && unseen < rates.procedure_rate(Some("2"), "70551"));
    }

    #[test]
    fn a_broken_rule_counts_as_assumed_until_answers_say_otherwise() {
        let mut rates = rates(&[("1", "99213", 1_000, 100)]);
        close(rates.rule_excess("x", 0.8), 0.8);
        rates.rules.insert("x".into(), Rate { adjudicated: 1_000, denied: 100 });
        assert!(rates.rule_excess("x", 0.8) < 0.02);
    }

    #[test]
    fn rates_are_the_same_after_they_were_written_and_read() {
        let rates = rates(&[("1", "99213", 10, 1), ("2", "70551", 10, 5)]);
        let text = serde_json::to_string(&rates).unwrap();
        assert_eq!(serde_json::from_str::<Shares>(&text).unwrap(), rates);
    }
}
