//! What trees know by number: the commonest things of each kind, and the patterns in which they stand together.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::model::Text;

use super::super::detection::{self, Condition, Search};
use super::super::experience::{Experience, Item};
use super::super::features::Kind;
use super::super::trees::{Levels, Row, THINGS, Test};

/// How many claims have to have a thing before it is looked at.
const LEAST_CLAIMS: u32 = 8;

/// The things that the trees know, by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Vocabulary {
    /// The levels of each category of [`Kind::SINGLE`], from 1; 0 is any other.
    pub(super) levels: Vec<Vec<Text>>,
    /// What a line may have.
    pub(super) things: Vec<(Kind, Text)>,
    /// Patterns, each one more thing: what has to hold, or not, together.
    pub(super) patterns: Vec<Vec<(Test, bool)>>,
    #[serde(skip)]
    pub(super) index: HashMap<Kind, HashMap<Text, u16>>,
}

impl Vocabulary {
    /// What enough of these claims have, the commonest first.
    pub(super) fn of(experience: &Experience, claims: Range<usize>) -> Self {
        let mut counts: HashMap<Item, u32> = HashMap::new();
        let mut counted_for: HashMap<Item, usize> = HashMap::new();
        for claim in claims {
            for line in experience.lines(claim) {
                for item in line.all_items() {
                    if counted_for.insert(item, claim) != Some(claim) {
                        *counts.entry(item).or_default() += 1;
                    }
                }
            }
        }
        let commonest = |wanted: Kind, most: usize| -> Vec<Text> {
            let of_kind = experience.items().filter(|(_, kind, _)| *kind == wanted);
            let mut list: Vec<(u32, Item)> = of_kind
                .filter_map(|(item, ..)| Some((*counts.get(&item)?, item)))
                .filter(|(count, _)| *count >= LEAST_CLAIMS)
                .collect();
            list.sort_by_key(|(count, item)| (std::cmp::Reverse(*count), *item));
            list.truncate(most);
            list.into_iter().map(|(_, item)| experience.name(item).1.into()).collect()
        };
        let levels = Kind::SINGLE.iter().map(|kind| commonest(*kind, 255)).collect();
        let things = Kind::SEVERAL
            .iter()
            .flat_map(|(kind, most)| commonest(*kind, *most).into_iter().map(|value| (*kind, value)))
            .collect();
        let mut vocabulary = Self { levels, things, ..Self::default() };
        vocabulary.build_index();
        vocabulary
    }

    pub(super) fn build_index(&mut self) {
        let singles = Kind::SINGLE.iter().zip(&self.levels).flat_map(|(kind, values)| {
            (1_u16..).zip(values).map(|(level, value)| (*kind, value.clone(), level))
        });
        let several = (0_u16..).zip(&self.things).map(|(thing, (kind, value))| (*kind, value.clone(), thing));
        let mut index: HashMap<Kind, HashMap<Text, u16>> = HashMap::new();
        for (kind, value, number) in singles.chain(several) {
            index.entry(kind).or_default().insert(value, number);
        }
        self.index = index;
    }

    /// Adds the patterns of these claims: what two conditions do together, trees do not see one after the other.
    pub(super) fn add_patterns(
        &mut self,
        experience: &Experience,
        claims: Range<usize>,
        go_on: &dyn Fn() -> bool,
    ) {
        let search = Search { q_value: 0.05, ..Search::default() };
        let mut found = detection::of_all(experience, claims.clone(), &search);
        found.extend(detection::of_payers(experience, claims, &search, go_on));
        for found in found {
            let payer = found.payer.map(Condition::Has);
            let conditions = payer.iter().chain(&found.conditions);
            let tests = conditions.map(|condition| self.test(experience, *condition)).collect();
            if let Some(tests) = tests
                && !self.patterns.contains(&tests)
                && self.things.len() + self.patterns.len() < THINGS
            {
                self.patterns.push(tests);
            }
        }
    }

    /// The test that a condition is, and what it has to come to.
    fn test(&self, experience: &Experience, condition: Condition) -> Option<(Test, bool)> {
        let has = |item| {
            let (kind, value) = experience.name(item);
            let number = self.number(kind, value)?;
            Some(match kind.single() {
                Some(category) => {
                    let mut levels = Levels::default();
                    levels[usize::from(number) / 64] |= 1 << (number % 64);
                    Test::OneOf(u8::try_from(category).ok()?, levels)
                }
                None => Test::Has(number),
            })
        };
        Some(match condition {
            Condition::Has(item) => (has(item)?, true),
            Condition::Lacks(item) => (has(item)?, false),
            Condition::AtLeast(number, least) => {
                (Test::AtMost(u8::try_from(number).ok()?, least.next_down()), false)
            }
            Condition::AtMost(number, most) => (Test::AtMost(u8::try_from(number).ok()?, most), true),
        })
    }

    /// Tells a row which patterns it matches, after everything else was told.
    pub(super) fn note_patterns(&self, row: &mut Row) {
        for (thing, tests) in (self.things.len()..).zip(&self.patterns) {
            if tests.iter().all(|(test, holds)| test.holds(row) == *holds) {
                row.set(u16::try_from(thing).unwrap_or(u16::MAX));
            }
        }
    }

    pub(super) fn number(&self, kind: Kind, value: &str) -> Option<u16> {
        self.index.get(&kind)?.get(value).copied()
    }

    pub(super) fn note(&self, row: &mut Row, kind: Kind, value: &str) {
        let Some(number) = self.number(kind, value) else { return };
        match kind.single() {
            Some(category) => row.levels[category] = u8::try_from(number).unwrap_or(0),
            None => row.set(number),
        }
    }
}
