//! The sample's claims and answers, each a function of the seed and the claim's number.
//!
//! Nothing is kept: what is needed again, such as the claim that is answered weeks later, is made again.

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::denial::{DenialRules, Outcome};
use crate::model::remittance::Remittance;

use super::answers::{self, Adjudication};
use super::batches::SampleSettings;
use super::calendar::{Calendar, Day};
use super::causes::Cause;
use super::chance::{Chance, Purpose};
use super::claims::clean_claim;
use super::defects;
use super::payers::PAYERS;
use super::practice::Practice;
use super::visits::{Role, Visit};

/// Days after which a practice looks after claims that came back or did not.
const FOLLOW_UP_AFTER: u64 = 45;

/// What a payer does about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Answers it.
    Answer,
    /// Takes its answer back and gives a better one.
    Correct,
    /// Answers as the next payer, to whom the first has forwarded it.
    AnswerForwarded,
}

/// An answer that falls due; the visit's payer gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub(super) visit: Visit,
    pub(super) act: Act,
    pub(super) day: Day,
}

/// A payer's answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) remittance: Remittance,
    /// Whether it says enough to find its claim by.
    pub(super) names_its_claim: bool,
}

/// Everything that a sample is made from.
#[derive(Debug)]
pub(super) struct Books {
    pub(super) seed: u64,
    /// How many claims there are.
    pub(super) count: u64,
    pub(super) practice: Practice,
    pub(super) days: Calendar,
    pub(super) causes: Vec<Cause>,
    /// Whether a claim that was answered before is denied for that.
    pub(super) denies_repeats: bool,
    pub(super) denial: DenialRules,
    /// How many claims lie between a first claim and what follows it up.
    distance: u64,
}

impl Books {
    /// The books of these settings.
    pub(super) fn of(settings: &SampleSettings) -> Self {
        let SampleSettings { claims: count, seed, start, months, scenario } = *settings;
        let days = Calendar::new(start, months);
        let between = count.saturating_mul(FOLLOW_UP_AFTER) / (u64::from(days.last()) + 1);
        Self {
            seed,
            count,
            practice: Practice::new(seed, start.year(), count),
            causes: scenario.causes(seed, &days),
            denies_repeats: scenario.denies_repeats(),
            days,
            denial: DenialRules::default(),
            // One more than a multiple of three; see `visit`.
            distance: between - between % 3 + 1,
        }
    }

    /// The outline of the `number`th claim.
    ///
    /// Every third may follow up an earlier one, always one whose number leaves 1 when divided by 3. So no claim is
    /// followed up twice, and what follows up is itself never followed up.
    pub(super) fn visit(&self, number: u64) -> Visit {
        let original = self.original(number);
        let first = number.checked_sub(self.distance).filter(|_| number % 3 == 2);
        first.and_then(|first| self.follow_up(original, &self.original(first))).unwrap_or(original)
    }

    fn original(&self, number: u64) -> Visit {
        Visit::original(self.seed, number, self.count, &self.practice, &self.days)
    }

    /// The claim that comes in place of `original` because of what became of `first`, if any does.
    fn follow_up(&self, original: Visit, first: &Visit) -> Option<Visit> {
        let mut chance = Chance::of(self.seed, Purpose::FollowUp, original.number);
        let day = (original.served + chance.between(1, 6)).min(self.days.last());
        let role = if first.answered.is_some_and(|answered| answered < day) {
            let answer = self.answer(first);
            match self.denial.outcome(&answer) {
                Outcome::Denied | Outcome::PartlyDenied if chance.hits(6_500) => Role::Replacement,
                Outcome::Denied | Outcome::PartlyDenied if chance.hits(1_500) => Role::Repeat,
                Outcome::Paid if self.second_payer(first, &answer).is_some() && chance.hits(8_000) => {
                    let second = self.second_payer(first, &answer)?;
                    let visit = first.follow_up(self.seed, original.number, Role::Secondary, day, &self.days);
                    return Some(visit.to(self.seed, second, &self.days));
                }
                Outcome::Paid if chance.hits(150) => Role::Void,
                Outcome::Paid if chance.hits(150) => Role::Repeat,
                _ => return None,
            }
        } else if day > first.submitted + 30 && chance.hits(4_000) {
            Role::Resent
        } else {
            return None;
        };
        Some(first.follow_up(self.seed, original.number, role, day, &self.days))
    }

    /// The next payer to whom the practice sends what the first has left to the patient.
    fn second_payer(&self, first: &Visit, answer: &Remittance) -> Option<usize> {
        if PAYERS[first.payer].forwards || first.kind == ClaimKind::Dental || answer.lines.is_empty() {
            return None;
        }
        let second = self.practice.household(first.household).second_payer;
        second.filter(|_| !answer.patient_responsibility.is_zero())
    }

    /// The claim of an outline.
    pub(super) fn claim(&self, visit: &Visit) -> Claim {
        let mut claim = clean_claim(self.seed, visit, &self.practice, &self.days);
        if visit.role != Role::Replacement {
            defects::plant(&mut claim, &mut Chance::of(self.seed, Purpose::Defects, visit.first));
        }
        let frequency = match visit.role {
            Role::Replacement => "7",
            Role::Void => "8",
            Role::Original | Role::Repeat | Role::Resent | Role::Secondary => "1",
        };
        claim.frequency = Some(Text::const_new(frequency));
        if matches!(visit.role, Role::Replacement | Role::Void) {
            let first = self.original(visit.first);
            claim.payer_claim_control_number = Some(answers::control_number(&first, &self.days));
        }
        if visit.role == Role::Secondary {
            let first = self.original(visit.first);
            answers::coordinate(&mut claim, &PAYERS[first.payer], &self.answer(&first));
        }
        claim
    }

    /// The payer's answer to a claim, whatever came later.
    pub(super) fn answer(&self, visit: &Visit) -> Remittance {
        let claim = self.claim(visit);
        self.adjudicate(visit, Adjudication::new(self.seed, visit, &claim))
    }

    fn adjudicate(&self, visit: &Visit, adjudication: Adjudication<'_>) -> Remittance {
        adjudication.answer(self, self.forwarded_to(visit).map(|n| &PAYERS[n]))
    }

    /// The payer to whom the visit's payer forwards what it has answered.
    fn forwarded_to(&self, visit: &Visit) -> Option<usize> {
        let forwards = PAYERS[visit.payer].forwards
            && visit.role == Role::Original
            && visit.kind == ClaimKind::Professional;
        self.practice.household(visit.household).second_payer.filter(|_| forwards)
    }

    /// What payers will do about a claim within the sample, in outline.
    pub(super) fn dues(&self, visit: &Visit) -> Vec<Due> {
        let mut dues = Vec::new();
        let Some(day) = visit.answered else { return dues };
        dues.push(Due { visit: *visit, act: Act::Answer, day });
        let mut chance = Chance::of(self.seed, Purpose::Correction, visit.number);
        // Claims that a practice follows up are left alone, lest one payment be taken back twice.
        if visit.role == Role::Original && visit.number.is_multiple_of(3) && chance.hits(350) {
            let day = Calendar::next(day + chance.between(21, 60), PAYERS[visit.payer].pays_on);
            dues.push(Due { visit: *visit, act: Act::Correct, day });
        }
        if let Some(next) = self.forwarded_to(visit) {
            let forwarded = Visit { submitted: day, ..*visit }.to(self.seed, next, &self.days);
            let due = |day| Due { visit: forwarded, act: Act::AnswerForwarded, day };
            dues.extend(forwarded.answered.map(due));
        }
        dues.retain(|due| due.day <= self.days.last());
        dues
    }

    /// What a payer sends when an answer is due; for a few nothing, because there was nothing to correct or forward.
    pub(super) fn answers(&self, due: &Due) -> Vec<Answer> {
        let visit = &due.visit;
        let remittances = match (due.act, visit.role) {
            (Act::Answer, Role::Void) => vec![self.taken_back(visit)],
            (Act::Answer, Role::Replacement) => {
                let first = self.taken_back(visit);
                let first = Some(first).filter(|first| !first.paid.is_zero());
                first.into_iter().chain([self.answer(visit)]).collect()
            }
            (Act::Answer, Role::Secondary) => {
                let first = self.answer(&self.original(visit.first));
                vec![answers::second_answer(self.seed, visit, &self.claim(visit), &first, &self.days)]
            }
            (Act::Answer, _) => return vec![self.garbled(visit, self.answer(visit))],
            (Act::Correct, _) => self.correction(visit),
            (Act::AnswerForwarded, _) => self.forwarded_answer(visit),
        };
        let answer = |remittance| Answer { remittance, names_its_claim: true };
        remittances.into_iter().map(answer).collect()
    }

    /// The answer to the visit's first claim, taken back.
    fn taken_back(&self, visit: &Visit) -> Remittance {
        answers::reversal(self.answer(&self.original(visit.first)))
    }

    fn correction(&self, visit: &Visit) -> Vec<Remittance> {
        let claim = self.claim(visit);
        let answer = self.adjudicate(visit, Adjudication::new(self.seed, visit, &claim));
        if answer.paid.is_zero() {
            return Vec::new();
        }
        let better = Adjudication::new(self.seed, visit, &claim).more_generous();
        let mut better = self.adjudicate(visit, better);
        if let Some(number) = &mut better.payer_claim_control_number {
            number.push_str("01");
        }
        vec![answers::reversal(answer), better]
    }

    fn forwarded_answer(&self, visit: &Visit) -> Vec<Remittance> {
        let first = self.original(visit.first);
        let answer = self.answer(&first);
        if answer.crossover_payer.is_none() || answer.patient_responsibility.is_zero() {
            return Vec::new();
        }
        let claim = self.claim(visit);
        vec![answers::second_answer(self.seed, visit, &claim, &answer, &self.days)]
    }

    /// One answer in 170 comes back without the claim's number, and of these one in three without the member's too.
    fn garbled(&self, visit: &Visit, mut remittance: Remittance) -> Answer {
        let mut chance = Chance::of(self.seed, Purpose::Garbling, visit.number);
        let is_alone = visit.role == Role::Original && visit.number % 3 == 2;
        let garbled = is_alone && chance.hits(180);
        let nameless = garbled && chance.hits(3_300);
        if garbled {
            remittance.patient_control_number = Text::const_new("0");
        }
        if nameless {
            remittance.patient.member_id = None;
            remittance.subscriber = None;
            remittance.corrected_insured = None;
        }
        Answer { remittance, names_its_claim: !nameless }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::npi::Npi;
    use crate::money::Cents;

    use super::*;

    fn books() -> Books {
        Books::of(&SampleSettings { claims: 6_000, ..SampleSettings::default() })
    }

    fn visits(books: &Books) -> Vec<Visit> {
        (0..books.count).map(|number| books.visit(number)).collect()
    }

    /// The answers to a claim, without those that correct or come from others.
    fn answers(books: &Books, visit: &Visit) -> Vec<Remittance> {
        let dues = books.dues(visit).into_iter().filter(|due| due.act == Act::Answer);
        dues.flat_map(|due| books.answers(&due)).map(|answer| answer.remittance).collect()
    }

    #[test]
    fn no_claim_is_followed_up_twice_and_none_before_it_was_served_or_answered() {
        let books = books();
        let mut firsts = Vec::new();
        for visit in visits(&books).iter().filter(|visit| visit.role != Role::Original) {
            let first = books.visit(visit.first);
            assert_eq!(first.role, Role::Original);
            assert!(visit.submitted > first.submitted);
            if visit.role != Role::Resent {
                assert!(first.answered.is_some_and(|answered| answered < visit.submitted));
            }
            firsts.push(visit.first);
        }
        let count = firsts.len();
        firsts.sort_unstable();
        firsts.dedup();
        assert!(firsts.len() == count && count > 200, "{count}");
    }

    #[test]
    fn replacements_and_voids_name_the_number_that_the_payer_gave() {
        let books = books();
        let visits = visits(&books);
        for visit in visits.iter().filter(|v| matches!(v.role, Role::Replacement | Role::Void)) {
            let claim = books.claim(visit);
            let first = books.claim(&books.visit(visit.first));
            assert_eq!(claim.patient_control_number, first.patient_control_number);
            let answer = answers(&books, &books.visit(visit.first));
            assert_eq!(claim.payer_claim_control_number, answer[0].payer_claim_control_number);
        }
    }

    #[test]
    fn a_void_takes_back_what_was_paid_and_a_repeat_is_paid_nothing() {
        let books = books();
        let visits = visits(&books);
        for visit in visits.iter().filter(|visit| visit.answered.is_some()) {
            let answers = answers(&books, visit);
            match visit.role {
                Role::Void => {
                    let first = books.answer(&books.visit(visit.first));
                    assert_eq!(answers[0].status_code, "22");
                    assert_eq!(answers[0].paid + first.paid, Cents::ZERO);
                    assert_eq!(answers[0].charge + first.charge, Cents::ZERO);
                }
                Role::Repeat => assert_eq!((answers.len(), answers[0].paid), (1, Cents::ZERO)),
                _ => {}
            }
        }
    }

    #[test]
    fn what_was_left_to_the_patient_is_what_the_next_payer_works_on() {
        let books = books();
        let mut seen = 0;
        for visit in visits(&books).iter().filter(|v| v.role == Role::Secondary && v.answered.is_some()) {
            let claim = books.claim(visit);
            let first = books.answer(&books.visit(visit.first));
            assert_eq!(claim.other_payers[0].paid, Some(first.paid));
            let answer = &answers(&books, visit)[0];
            assert!(answer.paid + answer.patient_responsibility <= first.patient_responsibility);
            assert_eq!(answer.charge, first.charge);
            seen += 1;
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn claims_with_a_defect_are_denied_far_more_often_than_others() {
        let books = books();
        let (mut spoilt, mut sound) = ([0_u32; 2], [0_u32; 2]);
        for visit in visits(&books).iter().filter(|v| v.role == Role::Original && v.answered.is_some()) {
            let claim = books.claim(visit);
            let npi = claim.rendering_provider.as_ref().and_then(|rendering| rendering.npi.as_deref());
            let is_spoilt = npi.is_some_and(|npi| Npi::parse(npi).is_err())
                || (claim.diagnoses.is_empty() && claim.kind == ClaimKind::Professional);
            let denied = books.denial.outcome(&books.answer(visit)) == Outcome::Denied;
            let counts = if is_spoilt { &mut spoilt } else { &mut sound };
            counts[0] += u32::from(denied);
            counts[1] += 1;
        }
        assert!(spoilt[0] * 100 > spoilt[1] * 70, "{spoilt:?}");
        assert!(sound[0] * 100 < sound[1] * 15, "{sound:?}");
    }
}
