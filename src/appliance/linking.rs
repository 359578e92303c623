//! Linking in the database: each remittance with the claim it answers, from whichever side comes second.

use jiff::civil::Date;

use crate::linking::facts::{Answered, ClaimFacts, ProviderIds, RemittanceFacts};
use crate::linking::{Candidates, Decision, decide, match_lines, names_one_payer};
use crate::model::Text;
use crate::model::claim::{Claim, ClaimStatus};
use crate::model::denial::Outcome;
use crate::model::episode::{EpisodeStatus, LinkRule};
use crate::model::ids::{ClaimId, EpisodeId, PayerId, RemittanceId};
use crate::model::keys;
use crate::model::remittance::{Payment, Remittance};
use crate::money::Cents;
use crate::store::claim_candidates::{self, ClaimCandidate};
use crate::store::episodes::{self, AnswerOfClaim, NewEpisode};
use crate::store::error::StoreError;
use crate::store::remittances::{self, LinkState};
use crate::store::{Connection, Transaction, claims, payments, remittance_candidates};

use super::Appliance;
use super::answers::episodes::LinkAnswer;
use super::error::ApplianceError;
use super::touched::{List, Touched};

impl Appliance {
    /// Links a remittance to the claim that it answers, by the rules; one that is linked already stays as it is.
    ///
    /// # Errors
    /// `NotFound` when there is no such remittance.
    pub fn link_remittance(&self, id: RemittanceId) -> Result<LinkAnswer, ApplianceError> {
        let mut touched = Touched::default();
        let answer = self.store.write(|tx| {
            let Some(stored) = remittances::load(tx, id)? else { return Ok(None) };
            if episodes::of_remittance(tx, id)?.is_none()
                && let Some(payment) = payments::load(tx, stored.payment_id)?
            {
                self.link(tx, id, &stored.remittance, &payment.payment, stored.payer_id, &mut touched)?;
            }
            let candidates = match remittances::link_state(tx, id)? {
                Some(LinkState::Ambiguous) => candidates(tx, id)?,
                _ => Vec::new(),
            };
            Ok(Some(LinkAnswer::new(id, episodes::of_remittance(tx, id)?, candidates)))
        })?;
        touched.forget_in(&self.cache);
        answer.ok_or_else(|| ApplianceError::NotFound(format!("There is no remittance {id}.")))
    }

    /// Links a remittance that is not linked; says whether it is now.
    pub(super) fn link(
        &self,
        tx: &Transaction<'_>,
        id: RemittanceId,
        remittance: &Remittance,
        payment: &Payment,
        payer: Option<PayerId>,
        touched: &mut Touched,
    ) -> Result<bool, StoreError> {
        let decided = Decided::by_the_rules(tx, remittance, payment, payer)?;
        if decided.link_state() == LinkState::Ambiguous {
            remittances::set_link_state(tx, id, LinkState::Ambiguous, self.clock.now())?;
        }
        self.carry_out(tx, id, remittance, &decided, touched)
    }

    /// Links a remittance, which says already that it is, as was decided; says whether it is now.
    pub(super) fn carry_out(
        &self,
        tx: &Transaction<'_>,
        id: RemittanceId,
        remittance: &Remittance,
        decided: &Decided,
        touched: &mut Touched,
    ) -> Result<bool, StoreError> {
        match decided.decision {
            Decision::Linked { claim, rule } => {
                // None can be decided for but those that were looked at.
                let Some(seen) = decided.seen.iter().find(|seen| seen.facts.id == claim) else {
                    return Ok(false);
                };
                self.join(tx, seen, id, remittance, rule, touched)?;
                if names_one_payer(&decided.facts, &seen.facts, rule) {
                    self.unite_payers(tx, seen.facts.payer, decided.facts.payer, touched)?;
                }
                Ok(true)
            }
            Decision::Ambiguous { .. } => {
                touched.remittance(id);
                touched.list(List::Remittances);
                Ok(false)
            }
            Decision::Unlinked => Ok(false),
        }
    }

    /// Links the remittances that waited for this claim; says how many.
    pub(super) fn link_waiting(
        &self,
        tx: &Transaction<'_>,
        id: ClaimId,
        claim: &Claim,
        touched: &mut Touched,
    ) -> Result<u64, StoreError> {
        let mut linked = 0;
        for waiting in waiting_for(tx, claim)? {
            let Some(stored) = remittances::load(tx, waiting)? else { continue };
            let Some(payment) = payments::load(tx, stored.payment_id)? else { continue };
            let is_linked =
                self.link(tx, waiting, &stored.remittance, &payment.payment, stored.payer_id, touched)?;
            linked += u64::from(is_linked);
        }
        if linked > 0 {
            tracing::debug!(claim = %id, linked, "answers had come before their claim");
        }
        Ok(linked)
    }

    /// Makes the episode of a claim and a remittance.
    fn join(
        &self,
        tx: &Transaction<'_>,
        seen: &Seen,
        id: RemittanceId,
        remittance: &Remittance,
        rule: LinkRule,
        touched: &mut Touched,
    ) -> Result<EpisodeId, StoreError> {
        let outcome = self.settings.denial.outcome(remittance);
        let payer_control_number = remittance.payer_claim_control_number.clone();
        let answer = AnswerOfClaim { remittance: id, outcome, payer_control_number };
        let claim = seen.facts.id;
        let earlier = match seen.facts.answered {
            Answered::NotYet => Vec::new(),
            Answered::Yes | Answered::TakenBack => episodes::of_claim(tx, claim)?,
        };
        self.settle_answered(tx, (claim, seen.status), earlier, answer, touched)?;
        let episode = episodes::insert(
            tx,
            &NewEpisode {
                claim_id: claim,
                remittance_id: id,
                status: first_status(outcome),
                rule,
                now: self.clock.now(),
            },
        )?;
        let lines = claims::lines(tx, claim)?;
        episodes::set_lines(tx, episode, &match_lines(&lines, &remittance.lines))?;
        touched.episode(episode);
        touched.remittance(id);
        touched.list(List::Remittances);
        Ok(episode)
    }

    /// Says by hand which claim and remittance an episode ties.
    ///
    /// # Errors
    /// `NotFound` when the episode, claim or remittance does not exist; `Conflict` when the remittance is in another
    /// episode already.
    pub fn link_by_hand(
        &self,
        id: EpisodeId,
        claim: ClaimId,
        remittance: RemittanceId,
    ) -> Result<super::answers::episodes::EpisodeAnswer, ApplianceError> {
        let mut touched = Touched::default();
        let relinked = self.store.write(|tx| {
            let Some(before) = episodes::load(tx, id)? else {
                return Ok(Err(ApplianceError::NotFound(format!("There is no episode {id}."))));
            };
            if !claims::exists(tx, claim)? {
                return Ok(Err(ApplianceError::NotFound(format!("There is no claim {claim}."))));
            }
            let Some(stored) = remittances::load(tx, remittance)? else {
                return Ok(Err(ApplianceError::NotFound(format!("There is no remittance {remittance}."))));
            };
            if let Some(other) = episodes::of_remittance(tx, remittance)?
                && other.id != id
            {
                return Ok(Err(ApplianceError::Conflict(format!(
                    "Remittance {remittance} is in episode {} already; change that one instead.",
                    other.id
                ))));
            }
            let status = first_status(stored.outcome);
            episodes::relink(tx, id, claim, remittance, status, self.clock.now())?;
            let lines = claims::lines(tx, claim)?;
            episodes::set_lines(tx, id, &match_lines(&lines, &stored.remittance.lines))?;
            for touched_claim in [before.claim_id, claim] {
                self.settle_standing(tx, touched_claim, &mut touched)?;
            }
            touched.episode(id);
            touched.remittance(before.remittance_id);
            touched.remittance(remittance);
            touched.list(List::Remittances);
            Ok(Ok(()))
        })?;
        touched.forget_in(&self.cache);
        relinked?;
        self.episode(id)
    }

    /// Sets where an episode stands.
    ///
    /// # Errors
    /// `NotFound` when there is no such episode.
    pub fn set_episode_status(
        &self,
        id: EpisodeId,
        status: EpisodeStatus,
    ) -> Result<super::answers::episodes::EpisodeAnswer, ApplianceError> {
        let touched = self.store.write(|tx| {
            let mut touched = Touched::default();
            if episodes::set_status(tx, id, status, self.clock.now())? {
                touched.episode(id);
                if let Some(episode) = episodes::load(tx, id)? {
                    touched.answers(episode.claim_id);
                }
            }
            Ok(touched)
        })?;
        touched.forget_in(&self.cache);
        self.episode(id)
    }
}

/// The claims of which a remittance may answer any.
pub(super) fn candidates(connection: &Connection, id: RemittanceId) -> Result<Vec<ClaimId>, StoreError> {
    let Some(stored) = remittances::load(connection, id)? else { return Ok(Vec::new()) };
    let Some(payment) = payments::load(connection, stored.payment_id)? else { return Ok(Vec::new()) };
    let facts = facts(&stored.remittance, &payment.payment, stored.payer_id);
    Ok(match decide(&facts, &mut Lookup::new(connection))? {
        Decision::Ambiguous { candidates, .. } => candidates,
        Decision::Linked { .. } | Decision::Unlinked => Vec::new(),
    })
}

/// The remittances without a claim that may answer this one, oldest first.
fn waiting_for(connection: &Connection, claim: &Claim) -> Result<Vec<RemittanceId>, StoreError> {
    let number = keys::control_number_key(&claim.patient_control_number);
    let mut waiting = remittance_candidates::waiting_by_control_number(connection, &number)?;
    if let Some(number) = claim.payer_claim_control_number.as_deref().map(keys::payer_number_key) {
        waiting.extend(remittance_candidates::waiting_by_payer_number(connection, &number)?);
    }
    let persons = std::iter::once(&claim.subscriber).chain(claim.patient.as_ref());
    for member in persons.filter_map(|person| person.member_id.as_deref()).map(keys::member_id_key) {
        if let Some(from) = claim.first_service_date() {
            let charge = claim.total_charge;
            waiting.extend(remittance_candidates::waiting_by_member(connection, &member, from, charge)?);
        }
    }
    waiting.sort_unstable();
    waiting.dedup();
    Ok(waiting)
}

/// Where an episode stands before anybody worked it.
fn first_status(outcome: Outcome) -> EpisodeStatus {
    if outcome == Outcome::Denied { EpisodeStatus::Denied } else { EpisodeStatus::Linked }
}

fn facts(remittance: &Remittance, payment: &Payment, payer: Option<PayerId>) -> RemittanceFacts {
    RemittanceFacts { payer, ..RemittanceFacts::new(remittance, payment) }
}

/// A claim that was looked at.
struct Seen {
    facts: ClaimFacts,
    status: ClaimStatus,
}

/// What the rules say of a remittance.
pub(super) struct Decided {
    facts: RemittanceFacts,
    decision: Decision,
    seen: Vec<Seen>,
}

impl Decided {
    pub(super) fn by_the_rules(
        connection: &Connection,
        remittance: &Remittance,
        payment: &Payment,
        payer: Option<PayerId>,
    ) -> Result<Self, StoreError> {
        let facts = facts(remittance, payment, payer);
        let mut lookup = Lookup::new(connection);
        let decision = decide(&facts, &mut lookup)?;
        Ok(Self { facts, decision, seen: lookup.seen })
    }

    pub(super) const fn link_state(&self) -> LinkState {
        match self.decision {
            Decision::Linked { .. } => LinkState::Linked,
            Decision::Ambiguous { .. } => LinkState::Ambiguous,
            Decision::Unlinked => LinkState::Unlinked,
        }
    }
}

/// Looks candidates up in the database and remembers those that were seen.
struct Lookup<'a> {
    connection: &'a Connection,
    seen: Vec<Seen>,
}

impl<'a> Lookup<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self { connection, seen: Vec::new() }
    }

    fn remember(&mut self, candidates: Vec<ClaimCandidate>) -> Vec<ClaimFacts> {
        let remember = |candidate: ClaimCandidate| {
            let status = candidate.status;
            let facts = claim_facts(candidate);
            self.seen.push(Seen { facts: facts.clone(), status });
            facts
        };
        candidates.into_iter().map(remember).collect()
    }
}

impl Candidates for Lookup<'_> {
    type Error = StoreError;

    fn by_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, StoreError> {
        let found = claim_candidates::by_control_number(self.connection, key)?;
        Ok(self.remember(found))
    }

    fn by_payer_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, StoreError> {
        let found = claim_candidates::by_payer_number(self.connection, key)?;
        Ok(self.remember(found))
    }

    fn by_member_date_charge(
        &mut self,
        member_ids: &[Text],
        first_service_date: Date,
        charge: Cents,
    ) -> Result<Vec<ClaimFacts>, StoreError> {
        let mut found = Vec::new();
        for member in member_ids {
            found.extend(claim_candidates::by_member(self.connection, member, first_service_date, charge)?);
        }
        Ok(self.remember(found))
    }
}

fn claim_facts(candidate: ClaimCandidate) -> ClaimFacts {
    let answered = match candidate.answers.last().map(|answer| answer.outcome) {
        None => Answered::NotYet,
        Some(Outcome::Reversal) => Answered::TakenBack,
        Some(_) => Answered::Yes,
    };
    let numbers = candidate.answers.into_iter().filter_map(|answer| answer.payer_claim_control_number);
    ClaimFacts {
        id: candidate.id,
        control_number: candidate.patient_control_number,
        replaces: candidate.payer_claim_control_number,
        payer_control_numbers: numbers.collect(),
        answered,
        charge: candidate.total_charge,
        service_from: candidate.service_date,
        service_to: candidate.service_date_to,
        submission_date: candidate.submission_date,
        member_ids: candidate.member_keys,
        last_names: candidate.last_names,
        billing: ProviderIds {
            npi: candidate.billing_npi,
            tax_id: candidate.billing_tax_id,
            other_id: candidate.billing_other_id,
        },
        responsibility: candidate.responsibility,
        frequency: candidate.frequency,
        is_predetermination: candidate.is_predetermination,
        is_superseded: matches!(
            candidate.status,
            ClaimStatus::Replaced | ClaimStatus::Voided | ClaimStatus::Repeat
        ),
        payer: candidate.payer_id,
    }
}
