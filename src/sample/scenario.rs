//! Which practice a sample is of: what its payers deny for.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::calendar::Calendar;
use super::catalogue::{DENTAL as TEETH, EXTRAS, VISITS};
use super::causes::{Cause, USUAL, When};
use super::chance::{Chance, Purpose};
use super::payers::{DENTAL, PAYERS};

/// What the payers of a sample deny for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scenario {
    /// What payers usually deny for: flaws of the documentation, some habits, and chance.
    #[default]
    Usual,
    /// Flaws of the documentation, and habits of each payer that the seed decides: by procedure, diagnosis, place,
    /// clinician, modifier, charge or lag, for a season only, or from the middle of the time on.
    Planted,
    /// Chance alone: at each payer with the same chance for every claim and every line.
    NoPatterns,
}

/// How many of the usual causes are flaws of a claim; habits of single payers and chance follow.
const FLAWS: usize = 11;
/// Where what looks like chance begins among the usual causes.
const CHANCE: usize = 20;

/// Habits that a payer of medical claims can have.
const HABITS: u32 = 11;
/// How many of them each has.
const HABITS_OF_PAYER: usize = 3;

const CATEGORIES: [&str; 6] = ["I10", "E11", "E78", "M54", "Z00", "M25"];
const PLACES: [&str; 2] = ["22", "02"];
/// The reasons that payers give for their habits.
const REASONS: [&str; 12] = ["4", "11", "50", "54", "55", "59", "96", "119", "150", "167", "170", "272"];

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 3] = [Self::Usual, Self::Planted, Self::NoPatterns];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Planted => "planted",
            Self::NoPatterns => "no-patterns",
        }
    }

    /// Whether a claim that was answered before is denied for that.
    pub(super) const fn denies_repeats(self) -> bool {
        !matches!(self, Self::NoPatterns)
    }

    /// The causes of its denials.
    pub(super) fn causes(self, seed: u64, days: &Calendar) -> Vec<Cause> {
        match self {
            Self::Usual => USUAL.to_vec(),
            Self::Planted => {
                let habits = (0..PAYERS.len()).flat_map(|payer| habits(seed, payer, days));
                USUAL[..FLAWS].iter().cloned().chain(habits).chain(USUAL[CHANCE..].iter().cloned()).collect()
            }
            Self::NoPatterns => (0..PAYERS.len()).flat_map(|payer| chances(seed, payer)).collect(),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        named.ok_or_else(|| format!("there is no scenario {name}; there are usual, planted and no-patterns"))
    }
}

/// A payer's habits: no two of one sort, and none with the reason of another.
fn habits(seed: u64, payer: usize, days: &Calendar) -> Vec<Cause> {
    let mut chance = Chance::of(seed, Purpose::Habit, payer as u64);
    let mut reasons = REASONS.to_vec();
    let mut sorts: Vec<u32> = if payer == DENTAL { vec![0, 9] } else { (0..HABITS).collect() };
    let count = sorts.len().min(HABITS_OF_PAYER);
    let mut habits = Vec::new();
    for _ in 0..count {
        let sort = sorts.swap_remove(chance.index(sorts.len()));
        let reason = reasons.swap_remove(chance.index(reasons.len()));
        habits.push(habit(sort, payer, reason, &mut chance, days));
    }
    habits
}

fn habit(sort: u32, payer: usize, reason: &'static str, chance: &mut Chance, days: &Calendar) -> Cause {
    let service = |chance: &mut Chance| {
        let services: &'static [_] = if payer == DENTAL { &TEETH } else { &EXTRAS };
        When::Is(services[chance.weighted(services.iter().map(|service| service.weight))].code)
    };
    let clinician = |chance: &mut Chance| When::Rendered(chance.below(6));
    let category = |chance: &mut Chance| When::Diagnosed(chance.pick(&CATEGORIES));
    let (half, season) = (days.last() / 2, days.last() / 4);
    let (when, chances, of_claim) = match sort {
        0 => (vec![service(chance)], (2_500, 6_000), false),
        1 => (vec![service(chance), category(chance)], (5_000, 9_000), false),
        2 => (vec![service(chance), When::At(chance.pick(&PLACES))], (5_000, 9_000), false),
        3 => (vec![service(chance), clinician(chance)], (5_000, 9_000), false),
        4 => (vec![category(chance), When::At(chance.pick(&PLACES))], (2_500, 6_000), true),
        5 => (vec![When::LaterThan(chance.pick(&[30, 45, 60]))], (7_000, 9_500), true),
        6 => (vec![clinician(chance)], (1_500, 4_000), false),
        7 => (vec![When::Modifier(chance.pick(&["25", "95", "GP"]))], (2_000, 5_000), false),
        8 => (vec![When::ChargeAbove(100_000)], (3_000, 7_000), false),
        9 => (vec![service(chance), When::Between(half, days.last() + 1)], (6_000, 9_000), false),
        _ => {
            let visit = VISITS[chance.weighted(VISITS.iter().map(|visit| visit.weight))].code;
            (vec![When::Is(visit), When::Between(0, season)], (3_000, 6_000), false)
        }
    };
    let when: Vec<When> = std::iter::once(When::Payer(payer)).chain(when).collect();
    let chances = chance.between(chances.0, chances.1);
    Cause { when: Cow::Owned(when), chances, of_claim, reason: ("CO", reason), remark: "" }
}

/// What a payer denies by chance: some claims as a whole, some lines.
fn chances(seed: u64, payer: usize) -> Vec<Cause> {
    let mut chance = Chance::of(seed, Purpose::Habit, payer as u64);
    let mut reasons = REASONS.to_vec();
    let mut cause = |of_claim, least, most| {
        let chances = chance.between(least, most);
        let reason = reasons.swap_remove(chance.index(reasons.len()));
        let when = Cow::Owned(vec![When::Payer(payer)]);
        Cause { when, chances, of_claim, reason: ("CO", reason), remark: "" }
    };
    vec![cause(true, 100, 500), cause(false, 100, 800), cause(false, 50, 300), cause(true, 20, 200)]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_payer_has_habits_that_the_seed_decides() {
        let days = Calendar::new(date(2026, 1, 5), 12);
        let causes = Scenario::Planted.causes(1, &days);
        for payer in 0..PAYERS.len() {
            assert!(causes.iter().filter(|cause| cause.when.contains(&When::Payer(payer))).count() >= 2);
        }
        assert_eq!(causes, Scenario::Planted.causes(1, &days));
        assert_ne!(causes, Scenario::Planted.causes(2, &days));
    }

    #[test]
    fn without_patterns_a_payer_denies_every_line_with_the_same_chance() {
        let days = Calendar::new(date(2026, 1, 5), 12);
        for cause in Scenario::NoPatterns.causes(1, &days) {
            assert!(matches!(*cause.when, [When::Payer(_)]));
        }
    }

    #[test]
    fn scenarios_are_read_as_they_are_written() {
        for scenario in Scenario::ALL {
            assert_eq!(scenario.to_string().parse(), Ok(scenario));
        }
        assert!("other".parse::<Scenario>().is_err());
    }
}
