//! Finding denial patterns: what a payer denies for one reason more often than its other lines, by up to two conditions.
//!
//! Every condition and pair of conditions that enough denied lines share is tested against the payer's other lines
//! (Fisher's exact test). Lines of one claim are denied together, and so are claims of one member, so the counts of the
//! test are divided by a design effect. Of what remains after controlling false discoveries (Benjamini and Hochberg) the
//! one that is surest to be bad is kept in its plainest form, the lines that it matches are set aside, and what still
//! stands among the rest goes on: so no pattern says weakly what another one says well.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use jiff::civil::Date;

mod counts;
mod cover;
mod lines;

use super::experience::{Experience, Item, LineView};
use super::features::Kind;
use super::significance::{gain, q_values};

use counts::{Counts, Likeness, float};
use lines::{Lines, and, and_not, bits, count, count_both, is_set, set};

/// Fewer denied claims than this make no pattern.
pub const LEAST_CLAIMS: u32 = 5;

/// What a further condition has to stand against: some of the many that could have been chosen.
const ADDS: f64 = 0.005;

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
        Self { q_value: 0.005, lift: 2.0 }
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

/// The lines of a payer.
struct Table<'a> {
    experience: &'a Experience,
    payer: Option<Item>,
    /// The claim and the member of each line; the lines of a claim stand together, and so do the claims of a member.
    claim_of: Vec<u32>,
    member_of: Vec<u32>,
    days: Vec<Date>,
    reasons: HashMap<usize, Lines>,
    numbers: [Vec<f32>; 2],
    /// What enough denied lines have, and the lines that have it.
    candidates: Vec<(Condition, Lines)>,
    words: usize,
    /// Half of the lines were answered before this day.
    middle: Date,
    /// How many standard errors wide intervals are that hold for all tests at once.
    z: f64,
}

/// The numbers that make conditions, by their places among the features: days to submission, line charge.
const LAG: usize = 0;
pub(super) const CHARGE: usize = 1;

/// Which kinds make conditions; of those that say the same, the earlier is preferred.
const KINDS: [Kind; 10] = [
    Kind::Procedure,
    Kind::Missing,
    Kind::Trait,
    Kind::Modifier,
    Kind::Category,
    Kind::Diagnosis,
    Kind::Place,
    Kind::Provider,
    Kind::Beside,
    Kind::MemberId,
];

/// A condition or two, and what they match.
struct Rule {
    conditions: Vec<usize>,
    counts: Counts,
    p_value: f64,
}

impl<'a> Table<'a> {
    fn of(experience: &'a Experience, mut claims: Vec<usize>, payer: Option<Item>) -> Self {
        claims.sort_by_key(|claim| (experience.member(*claim), *claim));
        let mut table = Self {
            experience,
            payer,
            claim_of: Vec::new(),
            member_of: Vec::new(),
            days: Vec::new(),
            reasons: HashMap::new(),
            numbers: [Vec::new(), Vec::new()],
            candidates: Vec::new(),
            words: 0,
            middle: Date::MAX,
            z: 0.0,
        };
        let wanted = table.wanted(&claims);
        let lines: usize = claims.iter().map(|claim| experience.lines(*claim).len()).sum();
        table.words = lines.div_ceil(64);
        let mut sets: HashMap<Item, Lines> = HashMap::new();
        let (mut member, mut last) = (0_u32, None);
        for (place, claim) in (0_u32..).zip(claims) {
            let day = experience.paid_on(claim);
            let of = experience.member(claim);
            member += u32::from(of.is_none() || of != last);
            last = of;
            for line in experience.lines(claim) {
                let number = table.claim_of.len();
                table.claim_of.push(place);
                table.member_of.push(member);
                table.days.push(day);
                table.numbers[LAG].push(line.numbers[LAG]);
                table.numbers[CHARGE].push(line.numbers[CHARGE]);
                if let Some(reason) = line.reason {
                    set(table.reasons.entry(reason).or_insert_with(|| vec![0; table.words]), number);
                }
                for item in line.all_items().filter(|item| wanted.contains(item)) {
                    set(sets.entry(item).or_insert_with(|| vec![0; table.words]), number);
                }
            }
        }
        let mut days = table.days.clone();
        days.sort_unstable();
        table.middle = days.get(days.len() / 2).copied().unwrap_or(Date::MAX);
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort_by_key(|(item, _)| (rank(experience.name(*item).0), *item));
        table.candidates = sets.into_iter().map(|(item, lines)| (Condition::Has(item), lines)).collect();
        table.add_lacking();
        table
    }

    /// The items that enough denied claims have, and the modifiers that enough claims have: denied may be what lacks one.
    fn wanted(&self, claims: &[usize]) -> HashSet<Item> {
        let is_modifier = |item: &Item| self.experience.name(*item).0 == Kind::Modifier;
        let mut counts: HashMap<Item, (usize, u32)> = HashMap::new();
        for claim in claims {
            for line in self.experience.lines(*claim) {
                for item in line.all_items().filter(|item| line.is_denied || is_modifier(item)) {
                    let count = counts.entry(item).or_insert((usize::MAX, 0));
                    if count.0 != *claim {
                        *count = (*claim, count.1 + 1);
                    }
                }
            }
        }
        let is_wanted =
            |item: Item, count: u32| count >= LEAST_CLAIMS && KINDS.contains(&self.experience.name(item).0);
        counts
            .into_iter()
            .filter(|(item, (_, count))| is_wanted(*item, *count))
            .map(|(item, _)| item)
            .collect()
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
        self.z = (2.0 * float(tests.max(2) as u64).ln()).sqrt();
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
        /// What is likelier than this is not looked at further.
        const UNLIKELY: f64 = 0.05;
        let all = self.all();
        let likeness = self.likeness(denied);
        let usable: Vec<(usize, Lines)> = self
            .candidates
            .iter()
            .enumerate()
            .map(|(index, (_, lines))| (index, and(lines, denied)))
            .filter(|(_, denied)| count(denied) >= u64::from(LEAST_CLAIMS))
            .collect();
        let mut rules = Vec::new();
        let mut test = |conditions: Vec<usize>, lines: &Lines| {
            let mut counts = self.counts(lines, denied, &all, [1.0; 2]);
            if counts.claims >= u64::from(LEAST_CLAIMS) && counts.others > 0 {
                *tests += 1;
                if counts.share() > counts.baseline() && counts.p_value() <= UNLIKELY {
                    counts.effects = [likeness.effect(self.squares(lines)), likeness.outside];
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
    /// procedures (but dear services may need what others need not).
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
            (Condition::AtLeast(CHARGE, _), Condition::Has(item))
            | (Condition::Has(item), Condition::AtLeast(CHARGE, _)) => {
                self.experience.name(item).0 == Kind::Missing
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

    fn counts(&self, lines: &Lines, denied: &Lines, among: &Lines, effects: [f64; 2]) -> Counts {
        let mut counts = Counts { denied: 0, matching: 0, claims: 0, other_denied: 0, others: 0, effects };
        let mut last = u32::MAX;
        for word in 0..self.words {
            let (among, inside) = (among[word], lines[word] & among[word]);
            counts.matching += u64::from(inside.count_ones());
            counts.others += u64::from((among & !inside).count_ones());
            counts.other_denied += u64::from((among & !inside & denied[word]).count_ones());
            for bit in bits(inside & denied[word]) {
                let claim = self.claim_of[word * 64 + bit];
                counts.denied += 1;
                counts.claims += u64::from(last != claim);
                last = claim;
            }
        }
        counts
    }

    /// How many of these lines there are, and the sums of the squares of how many of them each claim and member has.
    fn squares(&self, lines: &Lines) -> [f64; 3] {
        let (mut all, mut claims, mut members) = (0, 0, 0);
        let (mut of_claim, mut of_member) = ((u32::MAX, 0_u64), (u32::MAX, 0_u64));
        for (word, set) in lines.iter().enumerate() {
            for bit in bits(*set) {
                let line = word * 64 + bit;
                let add = |known: &mut (u32, u64), is: u32, sum: &mut u64| {
                    if known.0 != is {
                        *known = (is, 0);
                    }
                    // (n + 1)^2 - n^2
                    *sum += 2 * known.1 + 1;
                    known.1 += 1;
                };
                all += 1;
                add(&mut of_claim, self.claim_of[line], &mut claims);
                add(&mut of_member, self.member_of[line], &mut members);
            }
        }
        [all, claims, members].map(float)
    }

    /// How much denials for a reason go together.
    fn likeness(&self, denied: &Lines) -> Likeness {
        let [lines, of_claims, of_members] = self.squares(&self.all());
        let [hits, hits_of_claims, hits_of_members] = self.squares(denied);
        let share = hits / lines;
        let correlation = |hit_pairs: f64, pairs: f64| {
            if pairs <= 0.0 || share <= 0.0 || share >= 1.0 {
                return 0.0;
            }
            ((hit_pairs / pairs - share * share) / (share * (1.0 - share))).clamp(0.0, 1.0)
        };
        let mut likeness = Likeness {
            in_claim: correlation(hits_of_claims - hits, of_claims - lines),
            in_member: correlation(hits_of_members - hits_of_claims, of_members - of_claims),
            outside: 1.0,
        };
        likeness.outside = likeness.effect([lines, of_claims, of_members]);
        likeness
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
