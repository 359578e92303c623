//! What raises an estimate, in plain words.

use std::collections::HashMap;

use crate::model::billed::BilledClaim;

use super::super::features::{self, Kind, NUMBER_NAMES};
use super::super::trees::Test;
use super::Model;

impl Model {
    /// What raises the log-odds of a line most, or of a claim as a whole, in plain words; rules stand for themselves.
    #[must_use]
    pub fn reasons(&self, claim: &BilledClaim, place: Option<usize>) -> Vec<String> {
        /// Smaller effects than this are not worth a word: they change a chance of 10 % by less than 3 %.
        const WORTH_TELLING: f64 = 0.3;
        let row = self.row_of_line(&self.row_of_claim(claim), claim, place);
        let mut effects: HashMap<Asked, f64> = HashMap::new();
        for tree in &self.trees {
            tree.walk(&row, |test, effect| *effects.entry(Asked::of(test)).or_default() += effect);
        }
        let mut effects: Vec<(Asked, f64)> = effects.into_iter().collect();
        effects.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let raising = effects.into_iter().take_while(|(_, effect)| *effect > WORTH_TELLING);
        let mut words: Vec<String> = Vec::new();
        for word in raising.filter_map(|(asked, _)| self.in_words(asked, claim, place)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.truncate(3);
        words
    }

    fn in_words(&self, asked: Asked, claim: &BilledClaim, place: Option<usize>) -> Option<String> {
        match asked {
            Asked::Number(number) => Some(NUMBER_NAMES.get(usize::from(number))?.to_string()),
            Asked::Thing(thing) => {
                let (kind, value) = self.vocabulary.things.get(usize::from(thing))?;
                let mut has = false;
                let mut look = |k: Kind, v: &str| has |= k == *kind && v == value;
                features::of_claim(claim, &mut look);
                features::of_line(claim, place, &mut look);
                let words = kind.in_words(value);
                // Rules stand among the factors by themselves.
                match kind {
                    Kind::Rule => None,
                    _ if has => Some(words),
                    Kind::Missing => None,
                    _ => Some(format!("without {words}")),
                }
            }
            Asked::Category(category) => {
                let wanted = Kind::SINGLE[usize::from(category)];
                let mut words = None;
                let mut look = |kind: Kind, value: &str| {
                    if kind == wanted {
                        words = Some(kind.in_words(value));
                    }
                };
                features::of_claim(claim, &mut look);
                features::of_line(claim, place, &mut look);
                words
            }
        }
    }
}

/// What a test looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Asked {
    Number(u8),
    Category(u8),
    Thing(u16),
}

impl Asked {
    fn of(test: &Test) -> Self {
        match test {
            Test::AtMost(number, _) => Self::Number(*number),
            Test::OneOf(category, _) => Self::Category(*category),
            Test::Has(thing) => Self::Thing(*thing),
        }
    }
}
