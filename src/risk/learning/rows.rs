//! Answered lines as trees learn from them: a row for each, column by column.

use std::collections::HashMap;
use std::ops::Range;

use super::super::boosting::Matrix;
use super::super::experience::{Experience, Item};
use super::super::features::{Kind, NUMBERS};
use super::super::shares::Shares;
use super::super::trees::{CATEGORIES, Row, log_odds, logistic};
use super::vocabulary::Vocabulary;
use super::{spared_by_rules, start};

/// The most bins of a number.
const BINS: usize = 200;

/// The lines of some claims as rows.
pub(super) struct Rows {
    pub(super) matrix: Matrix,
    pub(super) denied: Vec<bool>,
    /// The rows of each claim.
    pub(super) claims: Vec<Range<usize>>,
}

impl Rows {
    pub(super) fn of(experience: &Experience, claims: Range<usize>, vocabulary: &Vocabulary) -> Self {
        /// What an item is to the trees.
        #[derive(Clone, Copy)]
        enum Code {
            Level(usize, u8),
            Thing(u16),
            Nothing,
        }
        let code =
            |(_, kind, value): (Item, Kind, &str)| match (vocabulary.number(kind, value), kind.single()) {
                (None, _) => Code::Nothing,
                (Some(level), Some(category)) => Code::Level(category, u8::try_from(level).unwrap_or(0)),
                (Some(thing), None) => Code::Thing(thing),
            };
        let codes: Vec<Code> = experience.items().map(code).collect();
        let mut matrix = Matrix { categories: vec![Vec::new(); CATEGORIES], ..Matrix::default() };
        let mut numbers: Vec<Vec<f32>> = vec![Vec::new(); NUMBERS];
        let (mut denied, mut ranges) = (Vec::new(), Vec::new());
        matrix.starts.push(0);
        for claim in claims {
            let first = denied.len();
            for line in experience.lines(claim) {
                let mut row = Row { numbers: *line.numbers, ..Row::default() };
                for item in line.all_items() {
                    match codes[item as usize] {
                        Code::Level(category, level) => row.levels[category] = level,
                        Code::Thing(thing) => row.set(thing),
                        Code::Nothing => {}
                    }
                }
                vocabulary.note_patterns(&mut row);
                matrix.things.extend(row.things());
                matrix.categories.iter_mut().zip(row.levels).for_each(|(column, level)| column.push(level));
                numbers.iter_mut().zip(line.numbers).for_each(|(column, number)| column.push(*number));
                matrix.starts.push(u32::try_from(matrix.things.len()).unwrap_or(u32::MAX));
                denied.push(line.is_denied);
            }
            ranges.push(first..denied.len());
        }
        for column in &numbers {
            let cuts = cuts(column);
            let bin =
                |number: &f32| if number.is_nan() { 0 } else { cuts.partition_point(|cut| cut < number) };
            matrix.bins.push(column.iter().map(|n| u8::try_from(bin(n)).unwrap_or(u8::MAX)).collect());
            matrix.cuts.push(cuts);
        }
        Self { matrix, denied, claims: ranges }
    }

    /// How many rows the first claims have.
    pub(super) fn before(&self, claims: usize) -> usize {
        claims.checked_sub(1).map_or(0, |last| self.claims[last].end)
    }

    /// The log-odds from which each row starts.
    pub(super) fn start(&self, experience: &Experience, claims: Range<usize>, rates: &Shares) -> Vec<f32> {
        let mut starts = Vec::with_capacity(self.denied.len());
        let mut known: HashMap<(Option<Item>, Option<Item>), f64> = HashMap::new();
        for claim in claims {
            let payer = experience.payer(claim);
            for line in experience.lines(claim) {
                let procedure = experience.procedure(&line);
                let name = |item: Item| experience.name(item).1;
                let base = *known
                    .entry((payer, procedure))
                    .or_insert_with(|| logistic(start(rates, payer.map(name), procedure.map(name), 1.0)));
                let broken = experience.broken_rules(&line);
                #[expect(clippy::cast_possible_truncation, reason = "trees think in single precision")]
                starts.push(log_odds(1.0 - (1.0 - base) * spared_by_rules(rates, broken)) as f32);
            }
        }
        starts
    }
}

/// The upper ends of the bins of a number: each value where there are few, else about as many rows in each.
fn cuts(column: &[f32]) -> Vec<f32> {
    let step = (column.len() / 100_000).max(1);
    let mut values: Vec<f32> = column.iter().copied().step_by(step).filter(|n| !n.is_nan()).collect();
    values.sort_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() > BINS {
        distinct = (1..BINS).map(|n| values[values.len() * n / BINS]).collect();
        distinct.dedup();
    } else {
        // The largest value needs no end.
        distinct.pop();
    }
    distinct
}
