//! What a rule's lines and the others were denied, and how much of that is worth believing.

use super::super::significance::{fisher, gain, lower_bound, lower_bound_at};
use super::{ADDS, LEAST_CLAIMS, Search};

/// Denied and matching lines, and the claims behind the denied ones, inside and outside of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) denied: u64,
    pub(super) matching: u64,
    pub(super) claims: u64,
    pub(super) other_denied: u64,
    pub(super) others: u64,
    /// How many lines say as much as one that stands for itself: inside and outside.
    pub(super) effects: [f64; 2],
}

impl Counts {
    /// The counts as if each line stood for itself: divided by the design effects.
    pub(super) fn scaled(&self) -> [f64; 4] {
        let [inside, outside] = self.effects;
        [
            float(self.denied) / inside,
            float(self.matching) / inside,
            float(self.other_denied) / outside,
            float(self.others) / outside,
        ]
    }

    pub(super) fn p_value(&self) -> f64 {
        let [denied, matching, other_denied, others] = self.scaled().map(whole);
        fisher(denied, matching.max(denied), other_denied, others.max(other_denied))
    }

    pub(super) fn gain(&self) -> f64 {
        let [denied, matching, other_denied, others] = self.scaled();
        gain(denied, matching, other_denied, others)
    }

    /// The lower end of the interval of the denied share.
    pub(super) fn lower_bound(&self) -> f64 {
        let [denied, matching, ..] = self.scaled();
        lower_bound(denied, matching)
    }

    /// The lower end of a wider interval.
    pub(super) fn lower_bound_at(&self, z: f64) -> f64 {
        let [denied, matching, ..] = self.scaled();
        lower_bound_at(z, denied, matching)
    }

    pub(super) fn share(&self) -> f64 {
        float(self.denied) / float(self.matching.max(1))
    }

    /// Whether these lines are denied more often than if each of these sets had a cause of its own (a noisy-or: what neither
    /// denies is paid), beyond chance.
    pub(super) fn is_more_than(&self, causes: &[Self]) -> bool {
        let paid: f64 = causes.iter().map(|cause| 1.0 - cause.share()).product();
        let lines = causes.iter().map(|cause| cause.scaled()[1]).fold(f64::INFINITY, f64::min);
        let [denied, matching, ..] = self.scaled().map(whole);
        let expected = ((1.0 - paid) * lines).round();
        fisher(denied, matching.max(denied), whole(expected), whole(lines)) <= ADDS
    }

    /// The share of the other lines; half a line counts where none was denied.
    pub(super) fn baseline(&self) -> f64 {
        if self.other_denied == 0 {
            0.5 / float(self.others + 1)
        } else {
            float(self.other_denied) / float(self.others)
        }
    }

    pub(super) fn is_worth_telling(&self, search: &Search) -> bool {
        let odds = |share: f64| share / (1.0 - share).max(1e-9);
        self.claims >= u64::from(LEAST_CLAIMS) && odds(self.share()) >= search.lift * odds(self.baseline())
    }
}

/// How much denials for one reason go together, from 0 to 1: correlations of two lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness {
    /// Of one claim.
    pub(super) in_claim: f64,
    /// Of two claims of a member.
    pub(super) in_member: f64,
    /// The design effect among all lines.
    pub(super) outside: f64,
}

impl Likeness {
    /// The design effect among lines with such sums of squares: 1 + (how many lines stand together - 1) x correlation (Kish,
    /// 1965), the number weighted by lines.
    pub(super) fn effect(&self, [lines, of_claims, of_members]: [f64; 3]) -> f64 {
        let lines = lines.max(1.0);
        let (claim, member) = (of_claims / lines, of_members / lines);
        1.0 + (claim - 1.0).max(0.0) * self.in_claim + (member - claim).max(0.0) * self.in_member
    }
}

#[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are neither negative nor that large"
)]
pub(super) fn whole(count: f64) -> u64 {
    count.round() as u64
}
