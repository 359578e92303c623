//! Whether what was found is true, by what is known of every line and not by what the search says of it.

use marb::model::Text;
use marb::model::billed::AnsweredClaim;
use marb::risk::detection::{self, Condition, Found, Search};
use marb::risk::experience::Experience;

/// Answers in the order in which they were paid, and the truth about their lines.
pub(super) struct World {
    pub(super) claims: Vec<(AnsweredClaim, Vec<TrueLine>)>,
    pub(super) planted: Vec<Planted>,
}

/// A cause of denials.
#[derive(Debug, Clone)]
pub(super) struct Planted {
    /// By its place among the payers.
    pub(super) payer: usize,
    pub(super) reason: Text,
    pub(super) words: String,
    /// The number of the whole cause: one that names several codes is planted once for each of them.
    pub(super) whole: usize,
}

/// What is known of a line.
#[derive(Debug, Clone, Default)]
pub(super) struct TrueLine {
    /// The causes whose conditions it meets, whether or not they strike at that time.
    pub(super) holds: Vec<usize>,
    /// The cause for which it was denied; none where it was paid, or denied by chance.
    pub(super) denied_by: Option<usize>,
}

/// What became of a search.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// Causes with at least 30 denied lines.
    pub(super) planted: usize,
    /// Those of them that a pattern names with the right conditions.
    pub(super) found: usize,
    pub(super) reported: usize,
    /// Patterns that are no cause, nor a part of one.
    pub(super) false_ones: usize,
    /// Those of them of whose lines a cause raises the chance all the same, but not of nearly all.
    pub(super) too_wide: usize,
    pub(super) lines: usize,
    pub(super) seconds: f64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.planted += other.planted;
        self.found += other.found;
        self.reported += other.reported;
        self.false_ones += other.false_ones;
        self.too_wide += other.too_wide;
        self.lines += other.lines;
        self.seconds += other.seconds;
    }
}

/// Causes with fewer denied lines than this need not be found.
const LEAST_DENIED: usize = 30;
/// So much of what a pattern matches has to be a cause's, and so much of a cause's has to match.
const ENOUGH: f64 = 0.9;

/// Searches a world and holds what is found against the truth; `tell` hears of what was missed and what is false.
pub(super) fn judge(world: &World, tell: &mut dyn FnMut(String)) -> Tally {
    let mut experience = Experience::default();
    for (claim, _) in &world.claims {
        experience.add(claim);
    }
    experience.sort();
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    let start = std::time::Instant::now();
    let found = detection::of_payers(&experience, 0..experience.claims(), &Search::default(), &|| true);
    let seconds = start.elapsed().as_secs_f64();
    let mut sizes = vec![0; world.planted.len()];
    let mut denied = vec![0; world.planted.len()];
    for line in world.claims.iter().flat_map(|(_, lines)| lines) {
        for cause in &line.holds {
            sizes[*cause] += 1;
        }
        if let Some(cause) = line.denied_by {
            denied[cause] += 1;
        }
    }
    let mut named: Vec<Vec<bool>> = vec![Vec::new(); world.planted.len()];
    let (mut false_ones, mut too_wide) = (0, 0);
    for found in &found {
        let matching = matching(world, &experience, found);
        let wholes: Vec<usize> = (0..world.planted.len())
            .filter(|cause| is_of(&experience, found, &world.planted[*cause]))
            .filter(|cause| is_part_of(world, &matching, world.planted[*cause].whole))
            .collect();
        for cause in &wholes {
            named[*cause].resize(matching.len(), false);
            for (named, line) in named[*cause].iter_mut().zip(&matching) {
                *named |= line;
            }
        }
        if wholes.is_empty() {
            let is_wide = (0..world.planted.len())
                .filter(|cause| is_of(&experience, found, &world.planted[*cause]))
                .any(|cause| is_raised(world, &experience, found, &matching, cause));
            false_ones += 1;
            too_wide += usize::from(is_wide);
            let kind = if is_wide { "too wide" } else { "false" };
            tell(format!("{kind}: {}", in_words(&experience, found)));
        }
    }
    let is_found: Vec<bool> = (0..world.planted.len())
        .map(|cause| {
            let truth = world.claims.iter().flat_map(|(_, lines)| lines);
            let both =
                truth.zip(&named[cause]).filter(|(line, named)| **named && line.holds.contains(&cause));
            share(both.count(), sizes[cause]) >= ENOUGH
        })
        .collect();
    let counted: Vec<usize> = (0..world.planted.len()).filter(|c| denied[*c] >= LEAST_DENIED).collect();
    for cause in counted.iter().filter(|cause| !is_found[**cause]) {
        let Planted { payer, reason, words, .. } = &world.planted[*cause];
        tell(format!("missed: payer {payer} reason {reason} {words}: {}/{}", denied[*cause], sizes[*cause]));
        for found in found.iter().filter(|found| is_of(&experience, found, &world.planted[*cause])) {
            let matching = matching(world, &experience, found);
            let truth = world.claims.iter().flat_map(|(_, lines)| lines).zip(&matching);
            let both = truth.filter(|(line, matches)| **matches && line.holds.contains(cause)).count();
            if both > 0 {
                tell(format!("    but: {} ({both} of them its)", in_words(&experience, found)));
            }
        }
    }
    Tally {
        planted: counted.len(),
        found: counted.iter().filter(|cause| is_found[**cause]).count(),
        reported: found.len(),
        false_ones,
        too_wide,
        lines: world.claims.iter().map(|(_, lines)| lines.len()).sum(),
        seconds,
    }
}

fn is_of(experience: &Experience, found: &Found, planted: &Planted) -> bool {
    let name = found.payer.map_or("", |payer| experience.name(payer).1);
    name.parse() == Ok(planted.payer + 1) && experience.reasons()[found.reason] == planted.reason
}

/// Which lines match, of all.
fn matching(world: &World, experience: &Experience, found: &Found) -> Vec<bool> {
    let mut matching = Vec::new();
    for number in 0..world.claims.len() {
        let is_its = experience.payer(number) == found.payer;
        let matches = |line| found.conditions.iter().all(|condition| condition.holds(&line));
        matching.extend(experience.lines(number).map(|line| is_its && matches(line)));
    }
    matching
}

/// Whether nearly all lines that match meet a cause.
fn is_part_of(world: &World, matching: &[bool], whole: usize) -> bool {
    let truth = world.claims.iter().flat_map(|(_, lines)| lines).zip(matching);
    let matching: Vec<&TrueLine> = truth.filter(|(_, matches)| **matches).map(|(line, _)| line).collect();
    let meets = |line: &&&TrueLine| line.holds.iter().any(|cause| world.planted[*cause].whole == whole);
    share(matching.iter().filter(meets).count(), matching.len()) >= ENOUGH
}

/// Whether a cause holds for lines that match at least twice as often as for the payer's others.
fn is_raised(world: &World, experience: &Experience, found: &Found, matching: &[bool], cause: usize) -> bool {
    let mut counts = [[0; 2]; 2];
    let mut line = 0;
    for (number, (_, truth)) in world.claims.iter().enumerate() {
        for truth in truth {
            if experience.payer(number) == found.payer {
                let [all, holds] = &mut counts[usize::from(matching[line])];
                *all += 1;
                *holds += usize::from(truth.holds.contains(&cause));
            }
            line += 1;
        }
    }
    let [[others, other_holds], [all, holds]] = counts;
    share(holds, all) >= 2.0 * share(other_holds, others)
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn in_words(experience: &Experience, found: &Found) -> String {
    let condition = |condition: &Condition| match condition {
        Condition::Has(item) => format!("{:?}", experience.name(*item)),
        Condition::Lacks(item) => format!("not {:?}", experience.name(*item)),
        other => format!("{other:?}"),
    };
    let conditions: Vec<String> = found.conditions.iter().map(condition).collect();
    format!(
        "payer id {} reason {} {} {}/{} ({} claims), others {}/{}, q {:.5}",
        found.payer.map_or("", |payer| experience.name(payer).1),
        experience.reasons()[found.reason],
        conditions.join(" & "),
        found.denied,
        found.matching,
        found.claims,
        found.other_denied,
        found.others,
        found.q_value
    )
}
