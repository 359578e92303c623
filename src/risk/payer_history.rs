//! What a payer's answers so far tell of how its claims have to look: counts handed in, and from how many on they speak.
//!
//! Without answers, or with few, nothing is said: what is wanted or always there has to be so by the lower end of the 95 %
//! interval (Wilson) of its share, and what was never seen by the Good-Turing estimate of what is still unseen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Text;
use crate::model::billed::shape;

use super::rates::Rate;

/// What is known of one payer; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PayerHistory {
    /// Professional claims of which it paid a line, and those of them that name who rendered.
    pub rendering: Had,
    /// Shapes of the member ids on claims of which it paid a line, the most frequent first; see [`shape`].
    pub member_ids: Vec<Shape>,
    /// From how many days after the service on it denied claims as late.
    pub late: Option<Late>,
    /// By procedure.
    pub procedures: Vec<ProcedureHistory>,
}

/// Accepted claims, and those of them that had something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Had {
    /// Claims.
    pub claims: u64,
    /// Those that had it.
    pub with: u64,
}

/// Claims that lacked something, and those of them that were denied for that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacked {
    /// Claims that were answered.
    pub claims: u64,
    /// Those that were denied for it.
    pub denied: u64,
}

/// One shape of member ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The shape.
    pub shape: Text,
    /// Members whose id has it.
    pub members: u64,
}

/// Claims sent so many days after the first service or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Days from the first service to the submission.
    pub days: u32,
    /// How these claims were answered: the denied ones with reason 29.
    pub answers: Lacked,
}

/// One procedure at the payer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcedureHistory {
    /// Its code.
    pub procedure_code: Text,
    /// Claims with it that were paid, and those of them that name who referred.
    pub referring: Had,
    /// Claims with it and without a prior authorisation; denied with reason 197 or 15.
    pub unauthorized: Lacked,
    /// Claims with it and without a referral number; denied with reason 288 or 243.
    pub unreferred: Lacked,
}

/// The smallest number of denials that can show what a payer wants.
const FEWEST_DENIED: u64 = 3;

/// A payer wants something when at least so many of the claims without it are denied for that.
const WANTED: f64 = 0.25;

/// Something is always there when at least so many of the accepted claims have it.
const ALWAYS: f64 = 0.9;

/// Claims are late when at least so many of those sent as late are denied for that.
const TOO_LATE: f64 = 0.5;

/// A shape is foreign when less than this share of the members would bring one that was not seen before.
const FOREIGN: f64 = 0.05;

impl Had {
    /// These and more.
    pub fn add(&mut self, more: Self) {
        self.claims += more.claims;
        self.with += more.with;
    }

    /// Whether it was always there, as far as so many claims can show it.
    #[must_use]
    pub fn is_always(self) -> bool {
        Rate { adjudicated: self.claims, denied: self.with }.lower_bound() >= ALWAYS
    }
}

impl Lacked {
    /// These and more.
    pub fn add(&mut self, more: Self) {
        self.claims += more.claims;
        self.denied += more.denied;
    }

    fn is_denied_by(self, share: f64) -> bool {
        self.denied >= FEWEST_DENIED
            && Rate { adjudicated: self.claims, denied: self.denied }.lower_bound() >= share
    }

    /// Whether the payer wants what these claims lacked.
    #[must_use]
    pub fn shows_it_is_wanted(self) -> bool {
        self.is_denied_by(WANTED)
    }
}

impl Late {
    /// The days that best part the claims that were denied as late from the others, where any were; `lags` are the days from
    /// service to submission with the answers to claims sent after just so many.
    #[must_use]
    pub fn among(lags: &[(u32, Lacked)]) -> Option<Self> {
        let mut lags = lags.to_vec();
        lags.sort_unstable_by_key(|(days, _)| *days);
        let mut denied_before = 0;
        let mut after = Lacked::default();
        for (_, of_day) in &lags {
            after.add(*of_day);
        }
        // Wrong are those denied though sent earlier, and those not denied though sent as late.
        let mut best: Option<(u64, Self)> = None;
        for (days, of_day) in lags.into_iter().filter(|(_, of_day)| of_day.claims > 0) {
            let wrong = denied_before + (after.claims - after.denied);
            if of_day.denied > 0 && best.is_none_or(|(least, _)| wrong <= least) {
                best = Some((wrong, Self { days, answers: after }));
            }
            denied_before += of_day.denied;
            after = Lacked { claims: after.claims - of_day.claims, denied: after.denied - of_day.denied };
        }
        best.map(|(_, late)| late)
    }

    /// Whether so many days are known to be too many.
    #[must_use]
    pub fn is_limit(self) -> bool {
        self.answers.is_denied_by(TOO_LATE)
    }
}

impl ProcedureHistory {
    /// Whether there are enough answers for any of it to be said.
    #[must_use]
    pub fn tells_anything(&self) -> bool {
        self.referring.is_always()
            || self.unauthorized.shows_it_is_wanted()
            || self.unreferred.shows_it_is_wanted()
    }
}

impl PayerHistory {
    /// What is known of a procedure.
    #[must_use]
    pub fn of_procedure(&self, code: &str) -> Option<&ProcedureHistory> {
        self.procedures.iter().find(|procedure| procedure.procedure_code == code)
    }

    /// The members whose ids are known by their shape, when none of them has this one and hardly any new member would: the chance of a shape not seen before is about the share of the shapes seen once (Good 1953).
    #[must_use]
    pub fn never_seen_among(&self, member_id: &str) -> Option<u64> {
        let shape = shape(member_id);
        let members: u64 = self.member_ids.iter().map(|seen| seen.members).sum();
        let once = self.member_ids.iter().filter(|seen| seen.members == 1).count() as u64 + 1;
        let is_seen = self.member_ids.iter().any(|seen| seen.shape == shape);
        #[expect(clippy::cast_precision_loss, reason = "counts of members are far below 2^52")]
        let is_closed = (once as f64) < FOREIGN * members as f64;
        (!is_seen && is_closed).then_some(members)
    }
}

/// The shapes of these distinct member ids, the most frequent first.
pub fn shapes<'a>(member_ids: impl IntoIterator<Item = &'a str>) -> Vec<Shape> {
    let mut counts: BTreeMap<Text, u64> = BTreeMap::new();
    for id in member_ids {
        *counts.entry(shape(id)).or_default() += 1;
    }
    let mut shapes: Vec<Shape> =
        counts.into_iter().map(|(shape, members)| Shape { shape, members }).collect();
    shapes.sort_by_key(|shape| Reverse(shape.members));
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wanted(denied: u64, claims: u64, expected: bool) {
        assert_eq!(Lacked { claims, denied }.shows_it_is_wanted(), expected, "{denied} of {claims}");
    }

    #[test]
    fn a_few_denials_show_nothing_and_more_of_them_what_is_wanted() {
        wanted(0, 0, false);
        wanted(1, 1, false);
        wanted(2, 2, false);
        wanted(3, 3, true);
        // 3 of 10: the interval begins at 10.8 %.
        wanted(3, 10, false);
        wanted(10, 20, true);
        wanted(10, 200, false);
    }

    #[track_caller]
    fn always(with: u64, claims: u64, expected: bool) {
        assert_eq!(Had { claims, with }.is_always(), expected, "{with} of {claims}");
    }

    #[test]
    fn always_is_said_of_many_claims_only() {
        always(0, 0, false);
        always(10, 10, false);
        // n / (n + 1.96^2) is 0.9 at n = 34.6.
        always(34, 34, false);
        always(35, 35, true);
        always(190, 200, true);
        always(180, 200, false);
    }

    #[track_caller]
    fn foreign(seen: &[(&str, u64)], id: &str, expected: bool) {
        let member_ids =
            seen.iter().map(|&(shape, members)| Shape { shape: shape.into(), members }).collect();
        let history = PayerHistory { member_ids, ..PayerHistory::default() };
        assert_eq!(history.never_seen_among(id).is_some(), expected, "{id} among {seen:?}");
    }

    #[test]
    fn a_member_id_is_foreign_where_many_others_have_few_shapes() {
        foreign(&[], "W100", false);
        foreign(&[("A999", 20)], "100", false);
        foreign(&[("A999", 21)], "100", true);
        foreign(&[("A999", 21)], "W999", false);
        // Each of two shapes seen once says that there are more.
        foreign(&[("A999", 40), ("999", 1), ("AA9", 1)], "1234", false);
        foreign(&[("A999", 60), ("999", 1), ("AA9", 1)], "1234", true);
    }

    #[test]
    fn shapes_are_counted_by_member() {
        let shape = |shape: &str, members| Shape { shape: shape.into(), members };
        assert_eq!(shapes(["12", "A1", "34", "5"]), [shape("99", 2), shape("9", 1), shape("A9", 1)]);
        assert_eq!(shapes([]), []);
    }

    #[track_caller]
    fn late(lags: &[(u32, u64, u64)], expected: Option<(u32, u64, u64)>) {
        let lags: Vec<_> =
            lags.iter().map(|&(days, claims, denied)| (days, Lacked { claims, denied })).collect();
        let found = Late::among(&lags).map(|late| (late.days, late.answers.claims, late.answers.denied));
        assert_eq!(found, expected, "{lags:?}");
    }

    #[test]
    fn the_limit_parts_late_claims_from_those_in_time() {
        late(&[], None);
        late(&[(3, 50, 0), (80, 5, 0)], None);
        late(&[(120, 3, 3), (3, 50, 0), (95, 2, 2), (89, 4, 0)], Some((95, 5, 5)));
        // One early denial, and one late claim that was paid all the same, change nothing.
        late(&[(3, 50, 1), (60, 20, 0), (95, 4, 4), (120, 3, 2)], Some((95, 7, 6)));
    }

    #[test]
    fn a_limit_shows_with_some_denials_and_not_where_late_claims_are_paid() {
        let late = |claims, denied| Late { days: 95, answers: Lacked { claims, denied } };
        // 3 of 3: the interval begins at 43.9 %; 4 of 4 at 51 %.
        assert!(!late(3, 3).is_limit() && late(4, 4).is_limit());
        assert!(!late(20, 10).is_limit() && late(20, 16).is_limit());
    }
}
