//! Which claim a remittance answers, and which of its lines: rule by rule, the rule recorded, never a guess.
//!
//! The rules in their order (X12 835 balancing and tracking: CLP01 echoes CLM01, CLP07 is the payer's own number):
//! 1. CLP01 = CLM01 at the same billing provider; charge or service date agree where several claims carry the number;
//! 2. CLP07 is the payer's number of a claim answered before, or the REF*F8 of a replacement;
//! 3. member id, first service date and total charge all agree.
//!
//! More than one claim left is no link but a question for a person. A claim whose provider is known to be another than
//! the payee is never linked. A claim that arrives after its remittance takes the same way: the caller looks up the
//! remittances waiting under its keys ([`keys`]) and lets [`decide`] answer for each.

mod choice;
mod evidence;
pub mod facts;
mod lines;

use jiff::civil::Date;

use crate::model::Text;
use crate::model::episode::LinkRule;
use crate::model::ids::ClaimId;
use crate::model::keys;
use crate::money::Cents;

use choice::Choice;
use facts::{ClaimFacts, RemittanceFacts};

pub use evidence::names_one_payer;
pub use lines::match_lines;

/// Where the claims are that a remittance may answer; asked lazily, rule by rule.
pub trait Candidates {
    /// Why the claims could not be looked up.
    type Error;

    /// The claims with this [`keys::control_number_key`].
    ///
    /// # Errors
    /// When the look-up fails.
    fn by_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, Self::Error>;

    /// The claims whose episodes or REF*F8 carry this [`keys::payer_number_key`].
    ///
    /// # Errors
    /// When the look-up fails.
    fn by_payer_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, Self::Error>;

    /// The claims of these members ([`keys::member_id_key`]) that begin on this day and charge this much.
    ///
    /// # Errors
    /// When the look-up fails.
    fn by_member_date_charge(
        &mut self,
        member_ids: &[Text],
        first_service_date: Date,
        charge: Cents,
    ) -> Result<Vec<ClaimFacts>, Self::Error>;
}

/// Which claim a remittance answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// This one.
    Linked {
        /// The claim.
        claim: ClaimId,
        /// The rule that found it.
        rule: LinkRule,
    },
    /// Perhaps one of these: a person has to say.
    Ambiguous {
        /// The claims in question, by id; one alone when too little speaks for it.
        candidates: Vec<ClaimId>,
        /// The rule that found them.
        rule: LinkRule,
    },
    /// None that is known.
    Unlinked,
}

/// Finds the claim that a remittance answers: the first rule that finds any claim decides.
///
/// # Errors
/// When the candidates cannot be looked up.
pub fn decide<C: Candidates>(facts: &RemittanceFacts, candidates: &mut C) -> Result<Decision, C::Error> {
    let number = keys::control_number_key(&facts.control_number);
    if keys::is_a_number(&number) {
        let claims = candidates.by_control_number(&number)?;
        if let Some(decision) = decision(choice::by_control_number(facts, &claims), LinkRule::ControlNumber) {
            return Ok(decision);
        }
    }
    let number = facts.payer_control_number.as_deref().map(keys::payer_number_key).unwrap_or_default();
    if keys::is_a_number(&number) {
        let claims = candidates.by_payer_control_number(&number)?;
        let choice = choice::by_payer_control_number(facts, &claims);
        if let Some(decision) = decision(choice, LinkRule::PayerControlNumber) {
            return Ok(decision);
        }
    }
    if let (Some(from), false) = (facts.service_from, facts.member_ids.is_empty()) {
        let claims = candidates.by_member_date_charge(&facts.member_ids, from, facts.charge.abs())?;
        let choice = choice::by_member_date_charge(facts, &claims);
        if let Some(decision) = decision(choice, LinkRule::MemberDateCharge) {
            return Ok(decision);
        }
    }
    Ok(Decision::Unlinked)
}

/// What a rule's choice decides; `None` leaves it to the next rule.
fn decision(choice: Choice, rule: LinkRule) -> Option<Decision> {
    match choice {
        Choice::None => None,
        Choice::One(claim) => Some(Decision::Linked { claim, rule }),
        Choice::Several(mut candidates) => {
            candidates.sort_unstable();
            candidates.dedup();
            Some(Decision::Ambiguous { candidates, rule })
        }
    }
}

#[cfg(test)]
mod tests;
