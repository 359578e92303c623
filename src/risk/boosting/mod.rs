//! Gradient-boosted trees for a probability, over categories, numbers and sets of things a row has.
//!
//! Newton boosting of the logistic loss over histograms (Friedman, "Greedy function approximation", 2001; Chen and
//! Guestrin, "`XGBoost`", 2016), categories split after being sorted by gradient (Fisher, "On grouping for maximum
//! homogeneity", 1958). Written here because what a line has is a set (modifiers, diagnoses, rules), for which the crates of
//! the field want a column for each thing, and because every split has to say what it looked at.

mod splits;

use super::trees::{LEVELS, Node, THINGS, Test, Tree, contains, logistic};

use splits::Split;

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// The most trees.
    pub trees: usize,
    /// The most leaves of a tree.
    pub leaves: usize,
    /// How much of what a tree says is believed.
    pub rate: f64,
    /// What every leaf is shrunk by, in units of p(1 − p).
    pub shrinkage: f64,
    /// What a split has to gain (twice the gain in log-likelihood).
    pub least_gain: f64,
    /// What each side of a split has to weigh, in units of p(1 − p).
    pub least_weight: f64,
    /// Stops when so many trees in a row made the held-out rows no better.
    pub patience: usize,
    /// How many rows one tree looks at; more are thinned out, others for each tree.
    pub rows: usize,
}

impl Default for Growth {
    fn default() -> Self {
        Self {
            trees: 200,
            leaves: 24,
            rate: 0.1,
            shrinkage: 6.0,
            least_gain: 3.0,
            least_weight: 1.0,
            patience: 12,
            rows: 120_000,
        }
    }
}

/// The rows to learn from, column by column.
#[derive(Debug, Default)]
pub struct Matrix {
    /// The level of each row in each category.
    pub categories: Vec<Vec<u8>>,
    /// The bin of each row in each number.
    pub bins: Vec<Vec<u8>>,
    /// The upper ends of each number's bins; the last bin has none.
    pub cuts: Vec<Vec<f32>>,
    /// Where each row's things begin, and where the last one's end.
    pub starts: Vec<u32>,
    /// The things of all rows.
    pub things: Vec<u16>,
}

impl Matrix {
    /// Whether a test holds for a row; as [`Test::holds`], by bins.
    fn holds(&self, test: &Test, row: usize) -> bool {
        match test {
            Test::AtMost(number, most) => {
                let number = usize::from(*number);
                self.cuts[number].get(usize::from(self.bins[number][row])).is_some_and(|cut| cut <= most)
            }
            Test::OneOf(category, levels) => contains(levels, self.categories[usize::from(*category)][row]),
            Test::Has(thing) => {
                self.things[self.starts[row] as usize..self.starts[row + 1] as usize].contains(thing)
            }
        }
    }
}

/// What is learned from.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The rows.
    pub matrix: &'a Matrix,
    /// Whether each row is a case.
    pub cases: &'a [bool],
    /// The log-odds that each row starts from.
    pub start: &'a [f32],
    /// How many of the rows, the first ones, are learned from; the others tell when to stop.
    pub train: usize,
}

/// Grows trees, and gives the log-odds that they make of every row; `go_on` is asked before each tree, and nothing is given
/// where it says no.
#[must_use]
pub fn grow(task: &Task<'_>, growth: &Growth, go_on: &dyn Fn() -> bool) -> Option<(Vec<Tree>, Vec<f32>)> {
    let mut odds = task.start.to_vec();
    let mut trees = Vec::new();
    let mut best = (loss(task, &odds), 0, odds.clone());
    let mut grower = Grower::new(task, growth);
    while trees.len() < growth.trees {
        if !go_on() {
            return None;
        }
        let Some(tree) = grower.tree(&odds, trees.len()) else { break };
        grower.apply(&tree, &mut odds);
        trees.push(tree);
        let held_out = loss(task, &odds);
        if task.train == odds.len() || held_out < best.0 {
            best.0 = held_out;
            best.1 = trees.len();
            if task.train < odds.len() {
                best.2.copy_from_slice(&odds);
            }
        } else if trees.len() >= best.1 + growth.patience {
            break;
        }
    }
    if task.train < odds.len() {
        trees.truncate(best.1);
        odds = best.2;
    }
    Some((trees, odds))
}

/// The mean logarithmic loss of the held-out rows.
fn loss(task: &Task<'_>, odds: &[f32]) -> f64 {
    let rows = task.cases[task.train..].iter().zip(&odds[task.train..]);
    let count = rows.len();
    let sum: f64 = rows.map(|(case, odds)| softplus(f64::from(if *case { -*odds } else { *odds }))).sum();
    sum / float(count.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
fn float(rows: usize) -> f64 {
    rows as f64
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// First and second derivative of the loss, summed over rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    slope: f64,
    weight: f64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.slope += other.slope;
        self.weight += other.weight;
    }

    fn minus(self, other: Self) -> Self {
        Self { slope: self.slope - other.slope, weight: self.weight - other.weight }
    }

    fn gain(self, shrinkage: f64) -> f64 {
        self.slope * self.slope / (self.weight.max(0.0) + shrinkage)
    }
}

/// Where each column's sums stand in a histogram.
struct Layout {
    numbers: usize,
    things: usize,
    size: usize,
}

struct Grower<'a> {
    task: &'a Task<'a>,
    growth: &'a Growth,
    layout: Layout,
    sums: Vec<Sum>,
    /// Rows, those of a leaf together.
    order: Vec<u32>,
    state: u64,
}

/// A leaf that may be split.
struct Leaf {
    node: usize,
    from: usize,
    to: usize,
    histogram: Vec<Sum>,
    total: Sum,
    split: Option<Split>,
}

impl<'a> Grower<'a> {
    fn new(task: &'a Task<'a>, growth: &'a Growth) -> Self {
        let categories = task.matrix.categories.len() * LEVELS;
        let numbers = task.matrix.bins.len() * LEVELS;
        let layout =
            Layout { numbers: categories, things: categories + numbers, size: categories + numbers + THINGS };
        let sums = vec![Sum::default(); task.train];
        Self { task, growth, layout, sums, order: Vec::new(), state: 0x9E37_79B9_7F4A_7C15 }
    }

    /// One more tree; none when nothing is left to gain.
    fn tree(&mut self, odds: &[f32], number: usize) -> Option<Tree> {
        for (row, sum) in self.sums.iter_mut().enumerate() {
            let p = logistic(f64::from(odds[row]));
            *sum = Sum { slope: p - f64::from(u8::from(self.task.cases[row])), weight: p * (1.0 - p) };
        }
        self.thin_out(number);
        let mut nodes = vec![Node { value: 0.0, next: None }];
        let mut leaves = vec![self.leaf(0, 0, self.order.len())];
        while leaves.len() < self.growth.leaves {
            let gain = |leaf: &Leaf| leaf.split.map_or(0.0, |split| split.gain);
            let best = (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b])))?;
            if leaves[best].split.is_none() {
                break;
            }
            let leaf = leaves.swap_remove(best);
            leaves.extend(self.split(leaf, &mut nodes));
        }
        (nodes.len() > 1).then_some(Tree(nodes))
    }

    /// Which rows this tree looks at: all, or as many as it may, others than the last one's.
    fn thin_out(&mut self, number: usize) {
        let rows = u32::try_from(self.task.train).unwrap_or(u32::MAX);
        self.order.clear();
        if self.task.train <= self.growth.rows {
            self.order.extend(0..rows);
            return;
        }
        self.state = self.state.wrapping_add(number as u64);
        let share = float(self.growth.rows) / float(self.task.train) * f64::from(u32::MAX);
        for row in 0..rows {
            // xorshift64 (Marsaglia, 2003)
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            // The upper half, which is mixed best.
            if f64::from(u32::try_from(self.state >> 32).unwrap_or(u32::MAX)) < share {
                self.order.push(row);
            }
        }
    }

    fn leaf(&self, node: usize, from: usize, to: usize) -> Leaf {
        let mut leaf =
            Leaf { node, from, to, histogram: self.histogram(from, to), total: Sum::default(), split: None };
        for row in &self.order[from..to] {
            leaf.total.add(self.sums[*row as usize]);
        }
        leaf.split = self.best(&leaf);
        leaf
    }

    fn histogram(&self, from: usize, to: usize) -> Vec<Sum> {
        let mut histogram = vec![Sum::default(); self.layout.size];
        let rows = &self.order[from..to];
        let matrix = self.task.matrix;
        for (column, levels) in matrix.categories.iter().chain(&matrix.bins).enumerate() {
            let part = &mut histogram[column * LEVELS..(column + 1) * LEVELS];
            for row in rows {
                part[usize::from(levels[*row as usize])].add(self.sums[*row as usize]);
            }
        }
        let part = &mut histogram[self.layout.things..];
        for row in rows.iter().map(|row| *row as usize) {
            let sum = self.sums[row];
            for thing in &matrix.things[matrix.starts[row] as usize..matrix.starts[row + 1] as usize] {
                part[usize::from(*thing)].add(sum);
            }
        }
        histogram
    }

    /// Splits a leaf into two, which take its place.
    fn split(&mut self, leaf: Leaf, nodes: &mut Vec<Node>) -> Vec<Leaf> {
        let Some(split) = leaf.split else { return vec![leaf] };
        let middle = self.partition(leaf.from, leaf.to, &split.test);
        let (left, right) = (nodes.len(), nodes.len() + 1);
        let place = |node: usize| u16::try_from(node).unwrap_or(u16::MAX);
        nodes[leaf.node].next = Some((split.test, place(left), place(right)));
        let is_left_smaller = middle - leaf.from <= leaf.to - middle;
        let (small, large) = if is_left_smaller {
            ((left, leaf.from, middle), (right, middle, leaf.to))
        } else {
            ((right, middle, leaf.to), (left, leaf.from, middle))
        };
        let small = self.leaf(small.0, small.1, small.2);
        let mut histogram = leaf.histogram;
        for (sum, taken) in histogram.iter_mut().zip(&small.histogram) {
            *sum = sum.minus(*taken);
        }
        let total = leaf.total.minus(small.total);
        let mut large = Leaf { node: large.0, from: large.1, to: large.2, histogram, total, split: None };
        large.split = self.best(&large);
        nodes.extend([Node { value: 0.0, next: None }; 2]);
        for leaf in [&small, &large] {
            nodes[leaf.node].value = self.value(leaf.total);
        }
        vec![small, large]
    }

    #[expect(clippy::cast_possible_truncation, reason = "trees think in single precision")]
    fn value(&self, total: Sum) -> f32 {
        (-self.growth.rate * total.slope / (total.weight.max(0.0) + self.growth.shrinkage)) as f32
    }

    /// Puts the rows for which the test holds first; gives where the others begin.
    fn partition(&mut self, from: usize, to: usize, test: &Test) -> usize {
        let rows = &mut self.order[from..to];
        let (mut kept, mut right) = (0, Vec::new());
        for place in 0..rows.len() {
            let row = rows[place];
            if self.task.matrix.holds(test, row as usize) {
                rows[kept] = row;
                kept += 1;
            } else {
                right.push(row);
            }
        }
        rows[kept..].copy_from_slice(&right);
        from + kept
    }

    /// Adds what a tree says to every row.
    fn apply(&self, tree: &Tree, odds: &mut [f32]) {
        for (row, odds) in odds.iter_mut().enumerate() {
            let mut node = &tree.0[0];
            while let Some((test, left, right)) = &node.next {
                let is_left = self.task.matrix.holds(test, row);
                node = &tree.0[usize::from(if is_left { *left } else { *right })];
            }
            *odds += node.value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::features::NUMBERS;
    use super::super::trees::{CATEGORIES, Row};
    use super::*;

    /// Rows with one thing or none, and whether each is a case.
    fn matrix(has: &[bool]) -> Matrix {
        let mut matrix = Matrix {
            categories: vec![vec![0; has.len()]; CATEGORIES],
            bins: vec![vec![0; has.len()]; NUMBERS],
            cuts: vec![Vec::new(); NUMBERS],
            starts: vec![0],
            things: Vec::new(),
        };
        for has in has {
            matrix.things.extend(has.then_some(70));
            matrix.starts.push(u32::try_from(matrix.things.len()).unwrap());
        }
        matrix
    }

    fn with_thing() -> Row {
        let mut row = Row::default();
        row.set(70);
        row
    }

    #[test]
    fn a_leaf_is_a_newton_step_shrunk_and_slowed_down() {
        let cases: Vec<bool> = (0..100).map(|n| n < 50).collect();
        let matrix = matrix(&cases);
        let task = Task { matrix: &matrix, cases: &cases, start: &[0.0; 100], train: 100 };
        let growth = Growth { trees: 1, rate: 0.1, shrinkage: 2.5, ..Growth::default() };
        let (trees, odds) = grow(&task, &growth, &|| true).unwrap();
        // At p = 1/2, 50 cases: slope -25, weight 12.5; 0.1 * 25 / (12.5 + 2.5) = 1/6.
        assert!((trees[0].of(&with_thing()) - 1.0 / 6.0).abs() < 1e-6);
        assert!((trees[0].of(&Row::default()) + 1.0 / 6.0).abs() < 1e-6);
        assert!((f64::from(odds[0]) - 1.0 / 6.0).abs() < 1e-6);
    }

    #[test]
    fn the_steps_of_a_walk_add_up_to_what_the_tree_says() {
        let has: Vec<bool> = (0..400).map(|n| n % 2 == 0).collect();
        let cases: Vec<bool> = (0..400).map(|n| n % 2 == 0 || n % 8 == 1).collect();
        let matrix = matrix(&has);
        let task = Task { matrix: &matrix, cases: &cases, start: &[0.0; 400], train: 400 };
        let (trees, _) = grow(&task, &Growth::default(), &|| true).unwrap();
        for tree in &trees {
            let mut sum = 0.0;
            let says = tree.walk(&with_thing(), |test, effect| {
                assert_eq!(*test, Test::Has(70));
                sum += effect;
            });
            assert!((sum - says).abs() < 1e-6);
        }
    }

    #[test]
    fn trees_that_only_learned_by_heart_are_thrown_away() {
        // What holds among the rows learned from is the other way around in the held-out ones.
        let has: Vec<bool> = (0..400).map(|n| n % 2 == 0).collect();
        let cases: Vec<bool> = (0..400).map(|n| (n % 2 == 0) == (n < 200)).collect();
        let matrix = matrix(&has);
        let task = Task { matrix: &matrix, cases: &cases, start: &[0.0; 400], train: 200 };
        let (trees, odds) = grow(&task, &Growth::default(), &|| true).unwrap();
        assert!(trees.is_empty() && odds.iter().all(|odds| odds.abs() < 1e-9));
    }

    #[test]
    fn rows_that_do_not_differ_grow_no_tree() {
        let cases: Vec<bool> = (0..100).map(|n| n % 3 == 0).collect();
        let matrix = matrix(&[false; 100]);
        let task = Task { matrix: &matrix, cases: &cases, start: &[-0.7; 100], train: 100 };
        assert!(grow(&task, &Growth::default(), &|| true).unwrap().0.is_empty());
    }

    #[test]
    fn growing_stops_when_told_to() {
        let matrix = matrix(&[true; 10]);
        let task = Task { matrix: &matrix, cases: &[true; 10], start: &[0.0; 10], train: 10 };
        assert!(grow(&task, &Growth::default(), &|| false).is_none());
    }
}
