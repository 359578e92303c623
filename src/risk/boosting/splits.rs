//! Which question parts the rows of a leaf best.

use super::super::trees::{LEVELS, Test};
use super::{Grower, Leaf, Sum};

/// A question, and what it gains.
#[derive(Clone, Copy)]
pub(super) struct Split {
    pub(super) gain: f64,
    pub(super) test: Test,
}

impl Grower<'_> {
    /// The split of a leaf that gains most, if any gains enough.
    pub(super) fn best(&self, leaf: &Leaf) -> Option<Split> {
        let mut best = None;
        for category in 0..self.task.matrix.categories.len() {
            let levels = &leaf.histogram[category * LEVELS..(category + 1) * LEVELS];
            self.by_category(leaf.total, category, levels, &mut best);
        }
        for (number, cuts) in self.task.matrix.cuts.iter().enumerate() {
            let start = self.layout.numbers + number * LEVELS;
            let mut left = Sum::default();
            for (bin, cut) in (0_u8..).zip(cuts) {
                left.add(leaf.histogram[start + usize::from(bin)]);
                let test = Test::AtMost(u8::try_from(number).unwrap_or(u8::MAX), *cut);
                self.consider(leaf.total, left, 0.0, || Split { gain: 0.0, test }, &mut best);
            }
        }
        for (thing, sum) in (0_u16..).zip(&leaf.histogram[self.layout.things..]) {
            if sum.weight > 0.0 {
                let test = Test::Has(thing);
                self.consider(leaf.total, *sum, 0.0, || Split { gain: 0.0, test }, &mut best);
            }
        }
        best
    }

    fn by_category(&self, total: Sum, category: usize, levels: &[Sum], best: &mut Option<Split>) {
        /// What a level has to weigh before its own slope counts fully, and what a split by levels costs beside others.
        const SMOOTHING: f64 = 3.0;
        let mut order: Vec<u8> =
            (0..=u8::MAX).filter(|level| levels[usize::from(*level)].weight > 0.2).collect();
        let slope = |level: u8| {
            let sum = levels[usize::from(level)];
            sum.slope / (sum.weight + SMOOTHING)
        };
        order.sort_by(|a, b| slope(*a).total_cmp(&slope(*b)).then(a.cmp(b)));
        let category = u8::try_from(category).unwrap_or(u8::MAX);
        for is_reverse in [false, true] {
            let (mut left, mut chosen) = (Sum::default(), [0_u64; LEVELS / 64]);
            let count = order.len().saturating_sub(1).min(32);
            for n in 0..count {
                let level = if is_reverse { order[order.len() - 1 - n] } else { order[n] };
                left.add(levels[usize::from(level)]);
                chosen[usize::from(level) / 64] |= 1 << (level % 64);
                let test = Test::OneOf(category, chosen);
                self.consider(total, left, SMOOTHING, || Split { gain: 0.0, test }, best);
            }
        }
    }

    /// Keeps a split when it gains enough, and more than the best so far.
    fn consider(
        &self,
        total: Sum,
        left: Sum,
        more: f64,
        split: impl FnOnce() -> Split,
        best: &mut Option<Split>,
    ) {
        let right = total.minus(left);
        if left.weight < self.growth.least_weight || right.weight < self.growth.least_weight {
            return;
        }
        let shrinkage = self.growth.shrinkage + more;
        let gain = left.gain(shrinkage) + right.gain(shrinkage) - total.gain(shrinkage);
        if gain > self.growth.least_gain.max(best.map_or(0.0, |split| split.gain)) {
            *best = Some(Split { gain, ..split() });
        }
    }
}
