//! Decision trees as they judge a row: what a row has, what a node asks, and what a tree adds to the log-odds.

use serde::{Deserialize, Serialize};

use super::features::NUMBERS;

/// How many categories a row has.
pub const CATEGORIES: usize = super::features::Kind::SINGLE.len();
/// How many things a row may have at the most; a multiple of 64.
pub const THINGS: usize = 1280;
pub(super) const LEVELS: usize = 256;

/// A row to be judged.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its levels.
    pub levels: [u8; CATEGORIES],
    /// Its numbers.
    pub numbers: [f32; NUMBERS],
    /// What it has, a bit for each thing.
    pub has: [u64; THINGS / 64],
}

impl Default for Row {
    fn default() -> Self {
        Self { levels: [0; CATEGORIES], numbers: [f32::NAN; NUMBERS], has: [0; THINGS / 64] }
    }
}

impl Row {
    /// Says that it has a thing.
    pub fn set(&mut self, thing: u16) {
        self.has[usize::from(thing) / 64] |= 1 << (thing % 64);
    }

    /// What it has, in the order of the things.
    pub fn things(&self) -> impl Iterator<Item = u16> + '_ {
        (0..).step_by(64).zip(self.has).flat_map(|(first, mut word): (u16, u64)| {
            std::iter::from_fn(move || {
                let bit = u16::try_from(word.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                word &= word - 1;
                Some(first + bit)
            })
        })
    }

    fn has(&self, thing: u16) -> bool {
        self.has[usize::from(thing) / 64] & (1 << (thing % 64)) != 0
    }
}

/// What a node asks; rows for which it holds go left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// The number is at most so much, or unknown.
    AtMost(u8, f32),
    /// The level is one of these.
    OneOf(u8, Levels),
    /// The row has this thing.
    Has(u16),
}

impl Test {
    /// Whether it holds for a row.
    #[must_use]
    pub fn holds(&self, row: &Row) -> bool {
        match self {
            Self::AtMost(number, most) => {
                let value = row.numbers[usize::from(*number)];
                value.is_nan() || value <= *most
            }
            Self::OneOf(category, levels) => contains(levels, row.levels[usize::from(*category)]),
            Self::Has(thing) => row.has(*thing),
        }
    }
}

/// Levels, a bit for each.
pub type Levels = [u64; LEVELS / 64];

pub(super) fn contains(levels: &Levels, level: u8) -> bool {
    levels[usize::from(level) / 64] & (1 << (level % 64)) != 0
}

/// A node: what it adds to the log-odds if the tree ended here, and how it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub(super) value: f32,
    pub(super) next: Option<(Test, u16, u16)>,
}

/// One tree; its first node is the root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree(pub(super) Vec<Node>);

impl Tree {
    /// What it adds to the log-odds of a row.
    #[must_use]
    pub fn of(&self, row: &Row) -> f64 {
        self.walk(row, |_, _| {})
    }

    /// The same, telling each test on the way and what it added.
    pub fn walk(&self, row: &Row, mut tell: impl FnMut(&Test, f64)) -> f64 {
        let mut node = &self.0[0];
        while let Some((test, left, right)) = &node.next {
            let next = &self.0[usize::from(if test.holds(row) { *left } else { *right })];
            tell(test, f64::from(next.value - node.value));
            node = next;
        }
        f64::from(node.value)
    }
}

/// The probability of these log-odds.
#[must_use]
pub fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// The log-odds of a probability, kept away from both ends.
#[must_use]
pub fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_what_it_was_told() {
        let mut row = Row::default();
        for thing in [0, 63, 64, 1279] {
            row.set(thing);
        }
        assert_eq!(row.things().collect::<Vec<_>>(), [0, 63, 64, 1279]);
    }

    #[test]
    fn an_unknown_number_goes_with_the_small_ones() {
        let test = Test::AtMost(0, 30.0);
        let mut row = Row::default();
        assert!(test.holds(&row));
        row.numbers[0] = 31.0;
        assert!(!test.holds(&row));
    }
}
