//! Where a claim stands, from what its answers say together.

use crate::model::claim::ClaimStatus;
use crate::model::denial::Outcome;
use crate::model::ids::{ClaimId, EpisodeId};
use crate::store::episodes::{self, AnswerOfClaim};
use crate::store::error::StoreError;
use crate::store::{Transaction, claims};

use super::Appliance;
use super::touched::Touched;

impl Appliance {
    /// Finds anew where a claim stands, after its answers changed.
    pub(super) fn settle_standing(
        &self,
        tx: &Transaction<'_>,
        claim: ClaimId,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        let answers = shown_otherwise(claim, episodes::of_claim(tx, claim)?, touched);
        let Some(before) = claims::status(tx, claim)? else { return Ok(()) };
        if let Some(status) = after(before, &answers) {
            claims::set_status(tx, claim, status, self.clock.now())?;
        }
        Ok(())
    }

    /// Says where a claim stands, with these answers and one more, whose episode is made next.
    pub(super) fn settle_answered(
        &self,
        tx: &Transaction<'_>,
        (claim, before): (ClaimId, ClaimStatus),
        earlier: Vec<(EpisodeId, AnswerOfClaim)>,
        answer: AnswerOfClaim,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        let mut answers = shown_otherwise(claim, earlier, touched);
        let place = answers.partition_point(|earlier| earlier.remittance < answer.remittance);
        answers.insert(place, answer);
        claims::answer(tx, claim, after(before, &answers).unwrap_or(before), self.clock.now())
    }
}

/// A claim's answers; they, their episodes and the claim are shown otherwise from now on.
fn shown_otherwise(
    claim: ClaimId,
    answers: Vec<(EpisodeId, AnswerOfClaim)>,
    touched: &mut Touched,
) -> Vec<AnswerOfClaim> {
    touched.answers(claim);
    let answered = |(episode, answer)| {
        touched.episode(episode);
        answer
    };
    answers.into_iter().map(answered).collect()
}

/// The status that follows from the answers, oldest first; `None` where they do not decide it.
///
/// A reversal cancels the earlier answers of the same payer control number; of what is left the claim is denied when all
/// deny it, partly denied when any denies a part of it, else paid. What a later submission replaced or voided stays so.
fn after(before: ClaimStatus, answers: &[AnswerOfClaim]) -> Option<ClaimStatus> {
    use ClaimStatus::{Predetermination, Repeat, Replaced, Voided};
    if matches!(before, Replaced | Voided | Repeat | Predetermination) {
        return None;
    }
    let mut standing: Vec<&AnswerOfClaim> = Vec::new();
    let mut taken_back = false;
    for answer in answers {
        match answer.outcome {
            Outcome::Predetermination | Outcome::NotOurClaim => {}
            Outcome::Reversal => {
                standing.retain(|earlier| earlier.payer_control_number != answer.payer_control_number);
                taken_back = true;
            }
            Outcome::Paid | Outcome::PartlyDenied | Outcome::Denied => standing.push(answer),
        }
    }
    let denied = standing.iter().filter(|a| a.outcome == Outcome::Denied).count();
    let partly = standing.iter().any(|a| a.outcome == Outcome::PartlyDenied);
    Some(match standing.len() {
        0 if taken_back => ClaimStatus::Reversed,
        0 => ClaimStatus::Submitted,
        all if denied == all => ClaimStatus::Denied,
        _ if partly => ClaimStatus::PartlyDenied,
        _ => ClaimStatus::Paid,
    })
}

#[cfg(test)]
mod tests {
    use crate::model::ids::RemittanceId;

    use super::*;

    fn answers(said: &[(Outcome, &str)]) -> Vec<AnswerOfClaim> {
        said.iter()
            .zip(1..)
            .map(|(&(outcome, number), id)| AnswerOfClaim {
                remittance: RemittanceId::new(id),
                outcome,
                payer_control_number: Some(number.into()),
            })
            .collect()
    }

    #[track_caller]
    fn case(said: &[(Outcome, &str)], expected: ClaimStatus) {
        assert_eq!(after(ClaimStatus::Submitted, &answers(said)), Some(expected), "{said:?}");
    }

    #[test]
    fn a_claim_stands_as_its_answers_say_together() {
        case(&[], ClaimStatus::Submitted);
        case(&[(Outcome::Paid, "A")], ClaimStatus::Paid);
        case(&[(Outcome::Denied, "A")], ClaimStatus::Denied);
        case(&[(Outcome::PartlyDenied, "A")], ClaimStatus::PartlyDenied);
        case(&[(Outcome::Paid, "A"), (Outcome::Denied, "B")], ClaimStatus::Paid);
        case(&[(Outcome::NotOurClaim, "A")], ClaimStatus::Submitted);
    }

    #[test]
    fn a_reversal_takes_back_the_answer_of_the_same_number() {
        case(&[(Outcome::Paid, "A"), (Outcome::Reversal, "A")], ClaimStatus::Reversed);
        case(&[(Outcome::Paid, "A"), (Outcome::Reversal, "A"), (Outcome::Denied, "A")], ClaimStatus::Denied);
        case(&[(Outcome::Paid, "A"), (Outcome::Reversal, "B")], ClaimStatus::Paid);
    }

    #[test]
    fn what_a_later_submission_replaced_stays_replaced() {
        assert_eq!(after(ClaimStatus::Replaced, &answers(&[(Outcome::Paid, "A")])), None);
        assert_eq!(after(ClaimStatus::Repeat, &answers(&[(Outcome::Denied, "A")])), None);
    }
}
