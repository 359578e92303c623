//! Who comes when, for what kind of claim, and when that is submitted and answered: all but the claim itself.

use crate::model::claim::ClaimKind;

use super::calendar::{Calendar, Day};
use super::chance::{Chance, Purpose};
use super::payers::{DENTAL, PAYERS, Payer};
use super::practice::Practice;

/// What a claim is to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The first of its visit.
    Original,
    /// Replaces the first (frequency 7).
    Replacement,
    /// Withdraws the first (frequency 8).
    Void,
    /// The first again although it was answered.
    Repeat,
    /// The first again for want of an answer.
    Resent,
    /// The same services, to the payer that pays next.
    Secondary,
}

/// One claim that is submitted, in outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    /// Its place among the sample's claims.
    pub(super) number: u64,
    /// The number of the visit's first claim; its own if it is that.
    pub(super) first: u64,
    pub(super) role: Role,
    pub(super) kind: ClaimKind,
    pub(super) household: u32,
    /// By its place among the payers.
    pub(super) payer: usize,
    /// Days of the last service, the submission and the payment; the last if the payer answers within the sample.
    pub(super) served: Day,
    pub(super) submitted: Day,
    pub(super) answered: Option<Day>,
}

impl Visit {
    /// The first claim of the `number`th visit.
    pub(super) fn original(seed: u64, number: u64, count: u64, practice: &Practice, days: &Calendar) -> Self {
        let mut chance = Chance::of(seed, Purpose::Visit, number);
        let kind = match chance.below(100) {
            0..87 => ClaimKind::Professional,
            87..93 => ClaimKind::Institutional,
            _ => ClaimKind::Dental,
        };
        let household = chance.below(practice.households);
        let payer = match kind {
            ClaimKind::Dental => DENTAL,
            ClaimKind::Professional | ClaimKind::Institutional => practice.household(household).payer,
        };
        let served = days.workday(number, count);
        let submitted = (served + lag(&mut chance)).min(days.last());
        let answered = answer(&PAYERS[payer], submitted, &mut chance, days);
        Self {
            number,
            first: number,
            role: Role::Original,
            kind,
            household,
            payer,
            served,
            submitted,
            answered,
        }
    }

    /// A later claim of the same visit.
    pub(super) fn follow_up(
        &self,
        seed: u64,
        number: u64,
        role: Role,
        submitted: Day,
        days: &Calendar,
    ) -> Self {
        let mut chance = Chance::of(seed, Purpose::Visit, number);
        let answered = answer(&PAYERS[self.payer], submitted, &mut chance, days);
        Self { number, role, submitted, answered, ..*self }
    }

    /// The same visit's claim to another payer.
    pub(super) fn to(&self, seed: u64, payer: usize, days: &Calendar) -> Self {
        let mut chance = Chance::of(seed, Purpose::Forwarding, self.number);
        let answered = answer(&PAYERS[payer], self.submitted, &mut chance, days);
        Self { payer, answered, ..*self }
    }

    /// Days from service to submission.
    pub(super) const fn lag(&self) -> u32 {
        self.submitted.saturating_sub(self.served)
    }
}

/// Days from service to submission: most often less than a week, now and then months.
fn lag(chance: &mut Chance) -> u32 {
    match chance.below(1_000) {
        0..700 => chance.between(1, 4),
        700..915 => chance.between(5, 14),
        915..970 => chance.between(15, 45),
        970..992 => chance.between(46, 120),
        _ => chance.between(121, 210),
    }
}

/// The day on which a payer's answer is paid, if it comes within the sample. One in 25 never comes.
fn answer(payer: &Payer, submitted: Day, chance: &mut Chance, days: &Calendar) -> Option<Day> {
    let (soonest, latest) = payer.answers_within;
    let decided = submitted + chance.between(soonest, latest);
    let comes = chance.hits(9_600);
    let paid = Calendar::next(decided, payer.pays_on);
    (comes && paid <= days.last()).then_some(paid)
}
