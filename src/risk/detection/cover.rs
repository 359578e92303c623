//! Choosing from the rules that passed their test: the surest in its plainest form, then what the rest still bears out.

use jiff::civil::Date;

use super::counts::float;
use super::lines::{Lines, and, and_not, count, count_both, is_set};
use super::{ADDS, Found, Rule, Search, Table};

impl Table<'_> {
    /// Takes what explains most, sets its lines aside, and goes on with the rest.
    pub(super) fn cover(
        &self,
        reason: usize,
        rules: &[Rule],
        p_limit: f64,
        search: &Search,
    ) -> Vec<(f64, Found)> {
        let denied = &self.reasons[&reason];
        let mut rest = self.all();
        let mut found = Vec::new();
        let mut left: Vec<usize> = (0..rules.len()).collect();
        loop {
            let mut best: Option<(f64, f64, usize)> = None;
            left.retain(|index| {
                let rule = &rules[*index];
                let counts = self.counts(&self.matched(&rule.conditions), denied, &rest, rule.counts.effects);
                let stands = counts.is_worth_telling(search) && counts.p_value() <= p_limit;
                let worth = (counts.lower_bound_at(self.z), counts.gain());
                // Of equal ones the earlier: one condition before two, a plainer kind before another.
                if stands && best.is_none_or(|(bound, gain, _)| worth > (bound * 1.001, gain)) {
                    best = Some((worth.0, worth.1, *index));
                }
                stands
            });
            let Some((.., index)) = best else { break };
            let index = self.plainest(index, rules, &left, denied, &rest);
            left.retain(|other| *other != index);
            let rule = &rules[index];
            let lines = self.matched(&rule.conditions);
            if Self::only_says_weakly(&lines, denied, &rest) {
                continue;
            }
            let p_value = self.counts(&lines, denied, &rest, rule.counts.effects).p_value();
            rest = and_not(&rest, &lines);
            found.push((p_value, self.found(reason, rule, &lines, denied)));
        }
        found
    }

    /// The rule itself, or a plainer one, where what it says more is nothing that chance could not.
    fn plainest(&self, rule: usize, rules: &[Rule], left: &[usize], denied: &Lines, rest: &Lines) -> usize {
        /// A wider rule may again be a pair that is no better than one of its conditions.
        const MOST_STEPS: usize = 4;
        let mut rule = rule;
        for _ in 0..MOST_STEPS {
            let wider = self.wider(rule, rules, left, denied, rest);
            let plainer = self.one_of_pair(wider, rules, left, denied, rest);
            if plainer == rule {
                break;
            }
            rule = plainer;
        }
        rule
    }

    /// The rule itself, or a wider one that explains more, where the narrow one adds nothing that chance could not.
    fn wider(&self, narrow: usize, rules: &[Rule], left: &[usize], denied: &Lines, rest: &Lines) -> usize {
        let lines = and(&self.matched(&rules[narrow].conditions), rest);
        let effects = rules[narrow].counts.effects;
        let inside = self.counts(&lines, denied, rest, effects);
        let hits = and(&lines, denied);
        let mut best = (inside.gain(), narrow);
        for wide in left.iter().copied().filter(|wide| *wide != narrow) {
            let wider = and(&self.matched(&rules[wide].conditions), rest);
            if float(count_both(&hits, &wider)) < 0.9 * float(inside.denied) {
                continue;
            }
            let gain = self.counts(&wider, denied, rest, rules[wide].counts.effects).gain();
            let within = self.counts(&lines, denied, &wider, effects);
            let is_even = within.p_value() > ADDS;
            if gain > best.0 && (is_even || within.others == 0) {
                best = (gain, wide);
            }
        }
        best.1
    }

    /// One of a pair's conditions alone, where both together are denied no more often than each by itself would have it.
    fn one_of_pair(
        &self,
        pair: usize,
        rules: &[Rule],
        left: &[usize],
        denied: &Lines,
        rest: &Lines,
    ) -> usize {
        let [first, second] = rules[pair].conditions[..] else { return pair };
        let effects = rules[pair].counts.effects;
        let without = |one: usize, other: usize| {
            let lines = and(&and_not(&self.candidates[one].1, &self.candidates[other].1), rest);
            self.counts(&lines, denied, rest, effects)
        };
        let both = self.counts(&self.matched(&rules[pair].conditions), denied, rest, effects);
        let (only_first, only_second) = (without(first, second), without(second, first));
        let alone =
            |condition: usize| left.iter().copied().find(|index| rules[*index].conditions[..] == [condition]);
        // What does not differ from the pair without its other condition needs no other condition.
        if !both.is_more_than(&[only_first]) {
            return alone(first).unwrap_or(pair);
        }
        if !both.is_more_than(&[only_second]) {
            return alone(second).unwrap_or(pair);
        }
        // Two causes that each have one condition make their lines in common the worst of all.
        if both.is_more_than(&[only_first, only_second]) {
            return pair;
        }
        let gain = |index: &usize| {
            let rule = &rules[*index];
            self.counts(&self.matched(&rule.conditions), denied, rest, rule.counts.effects).gain()
        };
        let singles = [alone(first), alone(second)].into_iter().flatten();
        singles.max_by(|a, b| gain(a).total_cmp(&gain(b))).unwrap_or(pair)
    }

    /// Whether these lines were denied mostly where a stronger pattern has said so already, and the rest far less often.
    fn only_says_weakly(lines: &Lines, denied: &Lines, rest: &Lines) -> bool {
        let (said, left) = (and_not(lines, rest), and(lines, rest));
        let (said_denied, left_denied) = (float(count_both(&said, denied)), float(count_both(&left, denied)));
        let (said, left) = (float(count(&said)), float(count(&left)));
        said_denied >= 0.25 * (said_denied + left_denied)
            && left_denied / left.max(1.0) < 0.2 * said_denied / said.max(1.0)
    }

    fn found(&self, reason: usize, rule: &Rule, lines: &Lines, denied: &Lines) -> Found {
        let counts = rule.counts;
        let hits: Vec<usize> =
            (0..self.claim_of.len()).filter(|n| is_set(lines, *n) && is_set(denied, *n)).collect();
        let days = || hits.iter().map(|line| self.days[*line]);
        let none = Date::constant(1970, 1, 1);
        let half = |is_later: bool| {
            let in_half = |line: &usize| (self.days[*line] >= self.middle) == is_later;
            let matching =
                (0..self.claim_of.len()).filter(|n| is_set(lines, *n)).filter(in_half).count() as u64;
            (hits.iter().copied().filter(in_half).count() as u64, matching)
        };
        Found {
            payer: self.payer,
            reason,
            conditions: rule.conditions.iter().map(|index| self.candidates[*index].0).collect(),
            matching: counts.matching,
            denied: counts.denied,
            claims: counts.claims,
            others: counts.others,
            other_denied: counts.other_denied,
            lower_bound: counts.lower_bound(),
            q_value: 1.0,
            seen: (days().min().unwrap_or(none), days().max().unwrap_or(none)),
            halves: [half(false), half(true)],
        }
    }
}
