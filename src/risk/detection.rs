//! Finding denial patterns: what a payer denies for one reason more often than its other lines, by up to two conditions.
//!
//! Every condition and pair of conditions that enough denied lines share is tested against the payer's other lines
//! (Fisher's exact test). Lines say how often, claims say how sure: lines of one claim are denied together, so the counts
//! of the test are scaled down to claims. Of what remains after controlling false discoveries (Benjamini and Hochberg)
//! the one that explains most is kept, the lines that it matches are set aside, and what still stands among the rest
//! goes on: so no pattern says weakly what another one says well.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::civil::Date;

use super::experience::{Experience, Item, LineView};
use super::features::Kind;
use super::significance::{fisher, gain, lower_bound, q_values};

/// Fewer denied claims than this make no pattern.
pub const LEAST_CLAIMS: u32 = 5;

/// How many patterns of one payer there may be.
const MOST_PATTERNS: f64 = 50.0;

/// What a search may find.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// The largest share of false discoveries.
    pub q_value: f64,
    /// How many times as often as other lines these have to be denied.
    pub lift: f64,
}

impl Default for Search {
    fn default() -> Self {
        Self { q_value: 0.01, lift: 2.0 }
    }
}

/// One condition on a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// It has this.
    Has(Item),
    /// It does not have this.
    Lacks(Item),
    /// A number (by its place among the features) is at least so much.
    AtLeast(usize, f32),
    /// A number is at most so much.
    AtMost(usize, f32),
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The payer; none where every payer's lines were searched together.
    pub payer: Option<Item>,
    /// The reason, by its place among the experience's.
    pub reason: usize,
    /// One or two conditions.
    pub conditions: Vec<Condition>,
    /// Lines that match, and those of them that were denied for the reason.
    pub matching: u64,
    /// See above.
    pub denied: u64,
    /// Claims with a denied line.
    pub claims: u64,
    /// The payer's other lines, and those of them that were denied for the reason.
    pub others: u64,
    /// See above.
    pub other_denied: u64,
    /// The lower end of the interval of the share.
    pub lower_bound: f64,
    /// The share of false discoveries among those as significant.
    pub q_value: f64,
    /// First and last day of a denial.
    pub seen: (Date, Date),
    /// Denied and matching lines of the earlier and the later half of the time.
    pub halves: [(u64, u64); 2],
}

/// The patterns of every payer among these claims of a sorted experience; `go_on` is asked before each payer.
#[must_use]
pub fn of_payers(
    experience: &Experience,
    claims: Range<usize>,
    search: &Search,
    go_on: &dyn Fn() -> bool,
) -> Vec<Found> {
    let mut by_payer: HashMap<Item, Vec<usize>> = HashMap::new();
    for claim in claims {
        if let Some(payer) = experience.payer(claim) {
            by_payer.entry(payer).or_default().push(claim);
        }
    }
    let mut payers: Vec<_> = by_payer.into_iter().collect();
    payers.sort_unstable();
    let of_payer =
        |(payer, claims): (Item, Vec<usize>)| Table::of(experience, claims, Some(payer)).search(search);
    payers.into_iter().take_while(|_| go_on()).flat_map(of_payer).collect()
}

/// The patterns of one payer.
#[must_use]
pub fn of_payer(experience: &Experience, claims: Range<usize>, payer: Item, search: &Search) -> Vec<Found> {
    let claims = claims.filter(|claim| experience.payer(*claim) == Some(payer)).collect();
    Table::of(experience, claims, Some(payer)).search(search)
}

/// The patterns of all payers together.
#[must_use]
pub fn of_all(experience: &Experience, claims: Range<usize>, search: &Search) -> Vec<Found> {
    Table::of(experience, claims.collect(), None).search(search)
}

/// A set of lines, a bit for each.
type Lines = Vec<u64>;

/// The lines of a payer.
struct Table<'a> {
    experience: &'a Experience,
    payer: Option<Item>,
    /// The claim of each line, in order.
    claim_of: Vec<u32>,
    days: Vec<Date>,
    reasons: HashMap<usize, Lines>,
    numbers: [Vec<f32>; 2],
    /// What enough denied lines have, and the lines that have it.
    candidates: Vec<(Condition, Lines)>,
    words: usize,
}

/// The numbers that make conditions, by their places among the features: days to submission, line charge.
const LAG: usize = 0;
pub(super) const CHARGE: usize = 1;

/// Which kinds make conditions; of those that say the same, the earlier is preferred.
const KINDS: [Kind; 9] = [
    Kind::Procedure,
    Kind::Missing,
    Kind::Trait,
    Kind::Modifier,
    Kind::Category,
    Kind::Diagnosis,
    Kind::Place,
    Kind::Provider,
    Kind::Beside,
];

/// A condition or two, and what they match.
struct Rule {
    conditions: Vec<usize>,
    counts: Counts,
    p_value: f64,
}

/// Denied and matching lines, and the claims behind the denied ones, inside and outside of a rule.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    denied: u64,
    matching: u64,
    claims: u64,
    other_denied: u64,
    others: u64,
    other_claims: u64,
}

impl Counts {
    /// The counts scaled down to claims.
    fn scaled(&self) -> [f64; 4] {
        let scale = |claims: u64, denied: u64, otherwise: f64| {
            if denied == 0 { otherwise } else { float(claims) / float(denied) }
        };
        let inside = scale(self.claims, self.denied, 1.0);
        let outside = scale(self.other_claims, self.other_denied, inside);
        [
            float(self.claims),
            float(self.matching) * inside,
            float(self.other_claims),
            float(self.others) * outside,
        ]
    }

    fn p_value(&self) -> f64 {
        let [denied, matching, other_denied, others] = self.scaled().map(whole);
        fisher(denied, matching.max(denied), other_denied, others.max(other_denied))
    }

    fn gain(&self) -> f64 {
        let [denied, matching, other_denied, others] = self.scaled();
        gain(denied, matching, other_denied, others)
    }

    /// The lower end of the interval of the denied share.
    fn lower_bound(&self) -> f64 {
        let [claims, matching, ..] = self.scaled();
        lower_bound(claims, matching)
    }

    fn share(&self) -> f64 {
        float(self.denied) / float(self.matching.max(1))
    }

    /// The share of the other lines; half a line counts where none was denied.
    fn baseline(&self) -> f64 {
        if self.other_denied == 0 {
            0.5 / float(self.others + 1)
        } else {
            float(self.other_denied) / float(self.others)
        }
    }

    fn is_worth_telling(&self, search: &Search) -> bool {
        self.claims >= u64::from(LEAST_CLAIMS) && self.share() >= search.lift * self.baseline()
    }
}

impl<'a> Table<'a> {
    fn of(experience: &'a Experience, claims: Vec<usize>, payer: Option<Item>) -> Self {
        let mut table = Self {
            experience,
            payer,
            claim_of: Vec::new(),
            days: Vec::new(),
            reasons: HashMap::new(),
            numbers: [Vec::new(), Vec::new()],
            candidates: Vec::new(),
            words: 0,
        };
        let wanted = table.wanted(&claims);
        let lines: usize = claims.iter().map(|claim| experience.lines(*claim).len()).sum();
        table.words = lines.div_ceil(64);
        let mut sets: HashMap<Item, Lines> = HashMap::new();
        for (place, claim) in (0_u32..).zip(claims) {
            let day = experience.paid_on(claim);
            for line in experience.lines(claim) {
                let number = table.claim_of.len();
                table.claim_of.push(place);
                table.days.push(day);
                table.numbers[LAG].push(line.numbers[LAG]);
                table.numbers[CHARGE].push(line.numbers[CHARGE]);
                if let Some(reason) = line.reason {
                    set(table.reasons.entry(reason).or_insert_with(|| vec![0; table.words]), number);
                }
                for item in line.all_items().filter(|item| wanted.contains_key(item)) {
                    set(sets.entry(item).or_insert_with(|| vec![0; table.words]), number);
                }
            }
        }
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort_by_key(|(item, _)| (rank(experience.name(*item).0), *item));
        table.candidates = sets.into_iter().map(|(item, lines)| (Condition::Has(item), lines)).collect();
        table.add_lacking();
        table
    }

    /// The items that enough denied claims have.
    fn wanted(&self, claims: &[usize]) -> HashMap<Item, u32> {
        let mut counts: HashMap<Item, (usize, u32)> = HashMap::new();
        for claim in claims {
            for line in self.experience.lines(*claim).filter(|line| line.is_denied) {
                for item in line.all_items() {
                    let count = counts.entry(item).or_insert((usize::MAX, 0));
                    if count.0 != *claim {
                        *count = (*claim, count.1 + 1);
                    }
                }
            }
        }
        let is_wanted =
            |item: &Item, count: u32| count >= LEAST_CLAIMS && KINDS.contains(&self.experience.name(*item).0);
        counts.into_iter().map(|(item, (_, count))| (item, count)).filter(|(i, c)| is_wanted(i, *c)).collect()
    }

    /// Adds for each modifier the lines without it.
    fn add_lacking(&mut self) {
        let all = self.all();
        let lacking = |(condition, lines): &(Condition, Lines)| match condition {
            Condition::Has(item) if self.experience.name(*item).0 == Kind::Modifier => {
                Some((Condition::Lacks(*item), and_not(&all, lines)))
            }
            _ => None,
        };
        let lacking: Vec<_> = self.candidates.iter().filter_map(lacking).collect();
        self.candidates.extend(lacking);
    }

    fn all(&self) -> Lines {
        let mut all = vec![u64::MAX; self.words];
        let rest = self.claim_of.len() % 64;
        if let (Some(last), true) = (all.last_mut(), rest != 0) {
            *last = (1 << rest) - 1;
        }
        all
    }

    fn search(mut self, search: &Search) -> Vec<Found> {
        let mut reasons: Vec<usize> = self.reasons.keys().copied().collect();
        reasons.sort_unstable();
        let mut tests = 0;
        let mut rules: Vec<(usize, Rule)> = Vec::new();
        for reason in reasons {
            let Some(denied) = self.reasons.remove(&reason) else { continue };
            self.add_thresholds(&denied, &mut tests);
            let tested = self.rules(&denied, &mut tests);
            rules.extend(tested.into_iter().map(|rule| (reason, rule)));
            self.reasons.insert(reason, denied);
        }
        // No rank among the discoveries makes more of a test than this; most are restatements of a few.
        let p_limit = search.q_value * MOST_PATTERNS / float(tests.max(1) as u64);
        let mut by_reason: BTreeMap<usize, Vec<Rule>> = BTreeMap::new();
        for (reason, rule) in rules.into_iter().filter(|(_, rule)| rule.p_value <= p_limit) {
            by_reason.entry(reason).or_default().push(rule);
        }
        let covers = by_reason.into_iter();
        let mut found: Vec<(f64, Found)> =
            covers.flat_map(|(reason, rules)| self.cover(reason, &rules, p_limit, search)).collect();
        let p_values: Vec<f64> = found.iter().map(|(p_value, _)| *p_value).collect();
        for ((_, found), q_value) in found.iter_mut().zip(q_values(&p_values, tests)) {
            found.q_value = q_value;
        }
        found.into_iter().map(|(_, found)| found).filter(|found| found.q_value <= search.q_value).collect()
    }

    /// Adds for each number the threshold that explains a reason best, and counts what was tried.
    fn add_thresholds(&mut self, denied: &Lines, tests: &mut usize) {
        for number in [LAG, CHARGE] {
            let values = &self.numbers[number];
            let mut order: Vec<usize> = (0..values.len()).filter(|line| !values[*line].is_nan()).collect();
            order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
            let all = float(order.len() as u64);
            let all_denied = float(order.iter().filter(|line| is_set(denied, **line)).count() as u64);
            let (mut lines, mut hits, mut steps) = (0, 0.0, 0);
            let mut best: [(f64, Option<(f32, f32)>); 2] = [(0.0, None); 2];
            for group in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
                if steps > 0 {
                    // Everything from here on, and everything before.
                    let (value, before) = (values[group[0]], values[order[lines - 1]]);
                    let passed = float(lines as u64);
                    let above = gain(all_denied - hits, all - passed, hits, passed);
                    let below = gain(hits, passed, all_denied - hits, all - passed);
                    if above > best[0].0 {
                        best[0] = (above, Some((value, before)));
                    }
                    if below > best[1].0 {
                        best[1] = (below, Some((before, value)));
                    }
                }
                steps += 1;
                lines += group.len();
                hits += float(group.iter().filter(|line| is_set(denied, **line)).count() as u64);
            }
            *tests += 2 * steps.min(200);
            let mut conditions = Vec::new();
            if let (_, Some((value, before))) = best[0] {
                let least = if number == LAG { round_limit(before, value) } else { value };
                conditions.push(Condition::AtLeast(number, least));
            }
            // A claim that is sent soon is no reason to deny it.
            if let (CHARGE, (_, Some((value, _)))) = (number, best[1]) {
                conditions.push(Condition::AtMost(number, value));
            }
            for condition in conditions {
                let mut lines = vec![0; self.words];
                let holds = |value: f32| match condition {
                    Condition::AtLeast(_, least) => value >= least,
                    Condition::AtMost(_, most) => value <= most,
                    _ => false,
                };
                (0..values.len()).filter(|line| holds(values[*line])).for_each(|line| set(&mut lines, line));
                self.candidates.push((condition, lines));
            }
        }
    }

    /// Every condition and pair of conditions that enough lines denied for the reason share, tested.
    fn rules(&self, denied: &Lines, tests: &mut usize) -> Vec<Rule> {
        let all = self.all();
        let usable: Vec<(usize, Lines)> = self
            .candidates
            .iter()
            .enumerate()
            .map(|(index, (_, lines))| (index, and(lines, denied)))
            .filter(|(_, denied)| count(denied) >= u64::from(LEAST_CLAIMS))
            .collect();
        let mut rules = Vec::new();
        let mut test = |conditions: Vec<usize>, lines: &Lines| {
            let counts = self.counts(lines, denied, &all);
            if counts.claims >= u64::from(LEAST_CLAIMS) && counts.others > 0 {
                *tests += 1;
                if counts.share() > counts.baseline() {
                    rules.push(Rule { conditions, counts, p_value: counts.p_value() });
                }
            }
        };
        // To lack a modifier means something only where it belongs, beside a procedure.
        let alone =
            usable.iter().filter(|(index, _)| !matches!(self.candidates[*index].0, Condition::Lacks(_)));
        for (index, _) in alone {
            test(vec![*index], &self.candidates[*index].1);
        }
        for (place, (first, hit)) in usable.iter().enumerate() {
            for (second, _) in &usable[place + 1..] {
                let (a, b) = (&self.candidates[*first], &self.candidates[*second]);
                if !self.makes_a_pair(a.0, b.0) || count_both(hit, &b.1) < u64::from(LEAST_CLAIMS) {
                    continue;
                }
                test(vec![*first, *second], &and(&a.1, &b.1));
            }
        }
        rules
    }

    /// Whether two conditions say more than one of them: a diagnosis implies its category, and charges follow from
    /// procedures.
    fn makes_a_pair(&self, a: Condition, b: Condition) -> bool {
        let kind = |condition: Condition| match condition {
            Condition::Has(item) => Some(self.experience.name(item).0),
            _ => None,
        };
        match (a, b) {
            (Condition::Has(a), Condition::Lacks(b)) | (Condition::Lacks(b), Condition::Has(a)) => {
                // A procedure that never has the modifier does not lack it.
                let with = self.both(a, b);
                self.experience.name(a).0 == Kind::Procedure && with >= u64::from(LEAST_CLAIMS)
            }
            (Condition::AtLeast(CHARGE, _) | Condition::AtMost(..) | Condition::Lacks(_), _)
            | (_, Condition::AtLeast(CHARGE, _) | Condition::AtMost(..) | Condition::Lacks(_)) => false,
            _ => !matches!(
                (kind(a), kind(b)),
                (Some(Kind::Diagnosis | Kind::Category), Some(Kind::Diagnosis | Kind::Category))
                    | (Some(Kind::Beside), Some(Kind::Beside))
                    | (Some(Kind::Missing), Some(Kind::Missing))
            ),
        }
    }

    fn both(&self, a: Item, b: Item) -> u64 {
        let lines =
            |item| self.candidates.iter().find(|(c, _)| *c == Condition::Has(item)).map(|(_, lines)| lines);
        match (lines(a), lines(b)) {
            (Some(a), Some(b)) => count_both(a, b),
            _ => 0,
        }
    }

    fn matched(&self, conditions: &[usize]) -> Lines {
        let mut lines = self.candidates[conditions[0]].1.clone();
        for condition in &conditions[1..] {
            lines = and(&lines, &self.candidates[*condition].1);
        }
        lines
    }

    fn counts(&self, lines: &Lines, denied: &Lines, among: &Lines) -> Counts {
        let (mut inside, mut outside) = (Counts::default(), Counts::default());
        let (mut last_inside, mut last_outside) = (u32::MAX, u32::MAX);
        for word in 0..self.words {
            let among = among[word];
            inside.matching += u64::from((lines[word] & among).count_ones());
            outside.matching += u64::from((!lines[word] & among).count_ones());
            let mut hits = denied[word] & among;
            while hits != 0 {
                let bit = hits.trailing_zeros() as usize;
                hits &= hits - 1;
                let claim = self.claim_of[word * 64 + bit];
                let (side, last) = if lines[word] >> bit & 1 == 1 {
                    (&mut inside, &mut last_inside)
                } else {
                    (&mut outside, &mut last_outside)
                };
                side.denied += 1;
                side.claims += u64::from(*last != claim);
                *last = claim;
            }
        }
        Counts {
            other_denied: outside.denied,
            others: outside.matching,
            other_claims: outside.claims,
            ..inside
        }
    }

    /// Takes what explains most, sets its lines aside, and goes on with the rest.
    fn cover(&self, reason: usize, rules: &[Rule], p_limit: f64, search: &Search) -> Vec<(f64, Found)> {
        let denied = &self.reasons[&reason];
        let mut rest = self.all();
        let mut found = Vec::new();
        let mut left: Vec<usize> = (0..rules.len()).collect();
        loop {
            let mut best: Option<(f64, f64, usize)> = None;
            left.retain(|index| {
                let counts = self.counts(&self.matched(&rules[*index].conditions), denied, &rest);
                let stands = counts.is_worth_telling(search) && counts.p_value() <= p_limit;
                let worth = (counts.lower_bound(), counts.gain());
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
            let p_value = self.counts(&lines, denied, &rest).p_value();
            rest = and_not(&rest, &lines);
            found.push((p_value, self.found(reason, rule, &lines, denied)));
        }
        found
    }

    /// The rule itself, or a wider one that explains more, where the narrow one adds nothing that chance could not.
    fn plainest(&self, narrow: usize, rules: &[Rule], left: &[usize], denied: &Lines, rest: &Lines) -> usize {
        /// What a narrower rule has to stand against: some of the many that could have been chosen.
        const P_LIMIT: f64 = 0.001;
        let lines = and(&self.matched(&rules[narrow].conditions), rest);
        let inside = self.counts(&lines, denied, rest);
        let hits = and(&lines, denied);
        let mut best = (inside.gain(), narrow);
        for wide in left.iter().copied().filter(|wide| *wide != narrow) {
            let wider = and(&self.matched(&rules[wide].conditions), rest);
            if float(count_both(&hits, &wider)) < 0.9 * float(inside.denied) {
                continue;
            }
            let gain = self.counts(&wider, denied, rest).gain();
            let within = self.counts(&lines, denied, &wider);
            let is_even = within.baseline() >= 0.5 * within.share() && within.p_value() > P_LIMIT;
            if gain > best.0 && (is_even || within.others == 0) {
                best = (gain, wide);
            }
        }
        // A pair of which one condition does as well alone, though it explains no more, is that one.
        match rules[best.1].conditions[..] {
            [first, second] => self.one_of_pair(best.1, [first, second], rules, left, denied, rest),
            _ => best.1,
        }
    }

    /// One of a pair's conditions alone, where the other one adds nothing that chance could not.
    fn one_of_pair(
        &self,
        pair: usize,
        [first, second]: [usize; 2],
        rules: &[Rule],
        left: &[usize],
        denied: &Lines,
        rest: &Lines,
    ) -> usize {
        const P_LIMIT: f64 = 0.001;
        let adds = |parent: usize, child: usize| {
            let among = and(&self.candidates[parent].1, rest);
            self.counts(&self.candidates[child].1, denied, &among).p_value() <= P_LIMIT
        };
        let alone =
            |condition: usize| left.iter().copied().find(|index| rules[*index].conditions[..] == [condition]);
        match (adds(first, second), adds(second, first)) {
            (false, _) => alone(first).unwrap_or(pair),
            (_, false) => alone(second).unwrap_or(pair),
            (true, true) => pair,
        }
    }

    /// Whether these lines were denied mostly where a stronger pattern has said so already, and the rest far less often.
    fn only_says_weakly(lines: &Lines, denied: &Lines, rest: &Lines) -> bool {
        let (said, left) = (and_not(lines, rest), and(lines, rest));
        let (said_denied, left_denied) = (float(count_both(&said, denied)), float(count_both(&left, denied)));
        let (said, left) = (float(count(&said)), float(count(&left)));
        said_denied >= 0.25 * (said_denied + left_denied)
            && left_denied / left.max(1.0) < 0.5 * said_denied / said.max(1.0)
    }

    fn found(&self, reason: usize, rule: &Rule, lines: &Lines, denied: &Lines) -> Found {
        let counts = rule.counts;
        let hits: Vec<usize> =
            (0..self.claim_of.len()).filter(|n| is_set(lines, *n) && is_set(denied, *n)).collect();
        let day = |line: Option<&usize>| line.map_or(Date::constant(1970, 1, 1), |line| self.days[*line]);
        let middle = self.claim_of.len() / 2;
        let half = |range: Range<usize>| {
            let matching = range.clone().filter(|n| is_set(lines, *n)).count() as u64;
            (hits.iter().filter(|n| range.contains(*n)).count() as u64, matching)
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
            seen: (day(hits.first()), day(hits.last())),
            halves: [half(0..middle), half(middle..self.claim_of.len())],
        }
    }
}

impl Condition {
    /// Whether a line of the experience meets it.
    #[must_use]
    pub fn holds(&self, line: &LineView<'_>) -> bool {
        match self {
            Self::Has(item) => line.all_items().any(|has| has == *item),
            Self::Lacks(item) => !line.all_items().any(|has| has == *item),
            Self::AtLeast(number, least) => line.numbers[*number] >= *least,
            Self::AtMost(number, most) => line.numbers[*number] <= *most,
        }
    }
}

fn rank(kind: Kind) -> usize {
    KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len())
}

/// The first day after the roundest limit between two numbers of days: payers' limits are months or weeks.
fn round_limit(before: f32, value: f32) -> f32 {
    let multiple = |of: f32| {
        let limit = (value - 1.0) - (value - 1.0).rem_euclid(of);
        (limit >= before).then_some(limit)
    };
    [30.0, 7.0, 10.0, 5.0].into_iter().find_map(multiple).unwrap_or(before) + 1.0
}

fn set(lines: &mut Lines, line: usize) {
    lines[line / 64] |= 1 << (line % 64);
}

fn is_set(lines: &Lines, line: usize) -> bool {
    lines[line / 64] >> (line % 64) & 1 == 1
}

fn and(a: &Lines, b: &Lines) -> Lines {
    a.iter().zip(b).map(|(a, b)| a & b).collect()
}

fn and_not(a: &Lines, b: &Lines) -> Lines {
    a.iter().zip(b).map(|(a, b)| a & !b).collect()
}

fn count(lines: &Lines) -> u64 {
    lines.iter().map(|word| u64::from(word.count_ones())).sum()
}

fn count_both(a: &Lines, b: &Lines) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}

#[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
fn float(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are neither negative nor that large"
)]
fn whole(count: f64) -> u64 {
    count.round() as u64
}
