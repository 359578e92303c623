//! Finding denial patterns: what a payer denies for one reason more often than its other lines, by up to two conditions.
//!
//! Every condition and pair of conditions that enough denied lines share is tested against the payer's other lines
//! (Fisher's exact test). Lines of one claim are denied together, and so are claims of one member, so the counts of the
//! test are divided by a design effect. Of what remains after controlling false discoveries (Benjamini and Hochberg) the
//! one that is surest to be bad is kept in its plainest form, the lines that it matches are set aside, and what still
//! stands among the rest goes on: so no pattern says weakly what another one says well.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::civil::Date;

use super::experience::{Experience, Item, LineView};
use super::features::Kind;
use super::significance::{fisher, gain, lower_bound, lower_bound_at, q_values};

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

/// A set of lines, a bit for each.
type Lines = Vec<u64>;

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
    effects: [f64; 2],
}

/// Denied and matching lines, and the claims behind the denied ones, inside and outside of a rule.
#[derive(Debug, Clone, Copy)]
struct Counts {
    denied: u64,
    matching: u64,
    claims: u64,
    other_denied: u64,
    others: u64,
    /// How many lines say as much as one that stands for itself: inside and outside.
    effects: [f64; 2],
}

impl Counts {
    /// The counts as if each line stood for itself: divided by the design effects.
    fn scaled(&self) -> [f64; 4] {
        let [inside, outside] = self.effects;
        [
            float(self.denied) / inside,
            float(self.matching) / inside,
            float(self.other_denied) / outside,
            float(self.others) / outside,
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
        let [denied, matching, ..] = self.scaled();
        lower_bound(denied, matching)
    }

    /// The lower end of a wider interval.
    fn lower_bound_at(&self, z: f64) -> f64 {
        let [denied, matching, ..] = self.scaled();
        lower_bound_at(z, denied, matching)
    }

    fn share(&self) -> f64 {
        float(self.denied) / float(self.matching.max(1))
    }

    /// Whether these lines are denied more often than if each of these sets had a cause of its own (a noisy-or: what neither
    /// denies is paid), beyond chance.
    fn is_more_than(&self, causes: &[Self]) -> bool {
        let paid: f64 = causes.iter().map(|cause| 1.0 - cause.share()).product();
        let lines = causes.iter().map(|cause| cause.scaled()[1]).fold(f64::INFINITY, f64::min);
        let [denied, matching, ..] = self.scaled().map(whole);
        let expected = ((1.0 - paid) * lines).round();
        fisher(denied, matching.max(denied), whole(expected), whole(lines)) <= ADDS
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
        let odds = |share: f64| share / (1.0 - share).max(1e-9);
        self.claims >= u64::from(LEAST_CLAIMS) && odds(self.share()) >= search.lift * odds(self.baseline())
    }
}

/// How much denials for one reason go together, from 0 to 1: correlations of two lines.
#[derive(Debug, Clone, Copy)]
struct Likeness {
    /// Of one claim.
    in_claim: f64,
    /// Of two claims of a member.
    in_member: f64,
    /// The design effect among all lines.
    outside: f64,
}

impl Likeness {
    /// The design effect among lines with such sums of squares: 1 + (how many lines stand together - 1) x correlation (Kish,
    /// 1965), the number weighted by lines.
    fn effect(&self, [lines, of_claims, of_members]: [f64; 3]) -> f64 {
        let lines = lines.max(1.0);
        let (claim, member) = (of_claims / lines, of_members / lines);
        1.0 + (claim - 1.0).max(0.0) * self.in_claim + (member - claim).max(0.0) * self.in_member
    }
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
                for item in line.all_items().filter(|item| wanted.contains_key(item)) {
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
    fn wanted(&self, claims: &[usize]) -> HashMap<Item, u32> {
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
        self.z = std::env::var("Z")
            .ok()
            .and_then(|z| z.parse().ok())
            .unwrap_or((2.0 * float(tests.max(2) as u64).ln()).sqrt());
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
                    rules.push(Rule {
                        conditions,
                        counts,
                        p_value: counts.p_value(),
                        effects: counts.effects,
                    });
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

    /// Takes what explains most, sets its lines aside, and goes on with the rest.
    fn cover(&self, reason: usize, rules: &[Rule], p_limit: f64, search: &Search) -> Vec<(f64, Found)> {
        let denied = &self.reasons[&reason];
        let mut rest = self.all();
        let mut found = Vec::new();
        let mut left: Vec<usize> = (0..rules.len()).collect();
        loop {
            let mut best: Option<(f64, f64, usize)> = None;
            left.retain(|index| {
                let rule = &rules[*index];
                let counts = self.counts(&self.matched(&rule.conditions), denied, &rest, rule.effects);
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
            let p_value = self.counts(&lines, denied, &rest, rule.effects).p_value();
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
        let effects = rules[narrow].effects;
        let inside = self.counts(&lines, denied, rest, effects);
        let hits = and(&lines, denied);
        let mut best = (inside.gain(), narrow);
        for wide in left.iter().copied().filter(|wide| *wide != narrow) {
            let wider = and(&self.matched(&rules[wide].conditions), rest);
            if float(count_both(&hits, &wider)) < 0.9 * float(inside.denied) {
                continue;
            }
            let gain = self.counts(&wider, denied, rest, rules[wide].effects).gain();
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
        let effects = rules[pair].effects;
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
            self.counts(&self.matched(&rule.conditions), denied, rest, rule.effects).gain()
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

/// The places of the bits that are set.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
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
