//! Scoring in the database: a claim, its payer's and practice's rules and what was learned into a stored score.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cache::key::Key;
use crate::model::claim::{Claim, ClaimStatus};
use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;
use crate::model::risk_score::RiskScore;
use crate::model::rules::{PayerRules, PracticeRules};
use crate::risk::payer_history::PayerHistory;
use crate::risk::{self, ScoringContext};
use crate::store::claims::StoredClaim;
use crate::store::error::StoreError;
use crate::store::{Transaction, claims, patterns, payers, practices, risk_scores};

use super::Appliance;
use super::answers::payers::{CachedPayer, PayerAnswer};
use super::answers::practices::{CachedPractice, PracticeAnswer};
use super::answers::risk::RiskAnswer;
use super::error::ApplianceError;
use super::knowledge::Knowledge;
use super::payer_history;
use super::touched::Touched;

/// A claim to be scored, with what is known about it.
pub(super) struct ToScore<'a> {
    /// Its row.
    pub id: ClaimId,
    /// The claim.
    pub claim: &'a Claim,
    /// Its payer.
    pub payer: Option<PayerId>,
    /// Its practice.
    pub practice: Option<&'a str>,
    /// The earlier claim that it repeats.
    pub repeat_of: Option<ClaimId>,
}

impl<'a> ToScore<'a> {
    /// A claim that is stored.
    pub(super) fn of(id: ClaimId, stored: &'a StoredClaim) -> Self {
        Self {
            id,
            claim: &stored.claim,
            payer: stored.payer_id,
            practice: stored.practice_id.as_deref(),
            repeat_of: stored.supersedes.filter(|_| stored.status == ClaimStatus::Repeat),
        }
    }
}

/// Scores claims one after the other, remembering the rules that they share.
pub(super) struct Scorer<'a> {
    appliance: &'a Appliance,
    tx: &'a Transaction<'a>,
    /// Whether rules are looked up through the cache.
    by_cache: bool,
    knowledge: Arc<Knowledge>,
    payers: HashMap<PayerId, Rc<PayerRules>>,
    histories: HashMap<PayerId, Rc<PayerHistory>>,
    patterns: HashMap<PayerId, Rc<Vec<DenialPattern>>>,
    practices: HashMap<String, Rc<PracticeRules>>,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(appliance: &'a Appliance, tx: &'a Transaction<'a>) -> Self {
        Self {
            appliance,
            tx,
            by_cache: true,
            knowledge: appliance.knowledge(),
            payers: HashMap::new(),
            histories: HashMap::new(),
            patterns: HashMap::new(),
            practices: HashMap::new(),
        }
    }

    /// The same aside from the cache: what nobody asked for is no lookup, and is not kept for the next one.
    pub(super) fn aside(appliance: &'a Appliance, tx: &'a Transaction<'a>) -> Self {
        Self { by_cache: false, ..Self::new(appliance, tx) }
    }

    /// Scores a claim and stores the score in place of an earlier one. `touched` is what this transaction changed before.
    pub(super) fn score(
        &mut self,
        what: &ToScore<'_>,
        touched: &Touched,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let score = self.calculate(what, touched)?;
        risk_scores::upsert(self.tx, what.id, &score, now)
    }

    /// Scores a claim anew; stores the score, and says so, only where it is another than the one that was stored.
    pub(super) fn renew(&mut self, what: &ToScore<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let score = self.calculate(what, &Touched::default())?;
        let is_new = risk_scores::load(self.tx, what.id)?.is_none_or(|stored| stored.score != score);
        if is_new {
            risk_scores::upsert(self.tx, what.id, &score, now)?;
        }
        Ok(is_new)
    }

    fn calculate(&mut self, what: &ToScore<'_>, touched: &Touched) -> Result<RiskScore, StoreError> {
        let payer_rules = what.payer.map(|payer| self.payer_rules(payer, touched));
        let payer_rules = payer_rules.transpose()?.unwrap_or_default();
        let payer_history = what.payer.map(|payer| self.payer_history(payer));
        let payer_history = payer_history.transpose()?.unwrap_or_default();
        let patterns = what.payer.map(|payer| self.patterns(payer)).transpose()?.unwrap_or_default();
        let practice = what.practice.map(|practice| self.practice_rules(practice));
        let practice_rules = practice.transpose()?.unwrap_or_default();
        let context = ScoringContext {
            today: self.appliance.clock.today(),
            payer_rules: &payer_rules,
            payer_history: &payer_history,
            practice_rules: &practice_rules,
            payer: what.payer,
            model: &self.knowledge.model,
            patterns: &patterns,
            repeat_of: what.repeat_of,
            weights: &self.appliance.settings.weights,
        };
        Ok(risk::score(what.claim, &context))
    }

    /// The rules of a payer: through the cache, unless this transaction changed it, of which the cache must not know yet.
    fn payer_rules(&mut self, id: PayerId, touched: &Touched) -> Result<Rc<PayerRules>, StoreError> {
        if let Some(rules) = self.payers.get(&id).filter(|_| !touched.is_everything()) {
            return Ok(Rc::clone(rules));
        }
        let load = || -> Result<Vec<u8>, Option<StoreError>> {
            let payer = payers::load(self.tx, id)?.ok_or(None)?;
            Ok(serde_json::to_vec(&PayerAnswer::from(payer)).map_err(StoreError::from)?)
        };
        let key = Key::payer(id.get());
        let answer = if !self.by_cache || touched.changes(&key) {
            load()
        } else {
            self.appliance.cache.get_or_load_at_once(&key, load).map(|body| body.as_bytes().to_vec())
        };
        let rules = match answer {
            Ok(answer) => serde_json::from_slice::<CachedPayer>(&answer)?.rules,
            Err(None) => PayerRules::default(),
            Err(Some(error)) => return Err(error),
        };
        let rules = Rc::new(rules);
        self.payers.insert(id, Rc::clone(&rules));
        Ok(rules)
    }

    /// What a payer's answers so far tell.
    fn payer_history(&mut self, id: PayerId) -> Result<Rc<PayerHistory>, StoreError> {
        if let Some(history) = self.histories.get(&id) {
            return Ok(Rc::clone(history));
        }
        let history = Rc::new(payer_history::of_payer(self.tx, id)?);
        self.histories.insert(id, Rc::clone(&history));
        Ok(history)
    }

    /// A payer's denial patterns as they were found last.
    fn patterns(&mut self, id: PayerId) -> Result<Rc<Vec<DenialPattern>>, StoreError> {
        if let Some(patterns) = self.patterns.get(&id) {
            return Ok(Rc::clone(patterns));
        }
        let patterns = Rc::new(patterns::of_payer(self.tx, id)?);
        self.patterns.insert(id, Rc::clone(&patterns));
        Ok(patterns)
    }

    /// The rules of a practice, likewise; no transaction that scores changes them.
    fn practice_rules(&mut self, id: &str) -> Result<Rc<PracticeRules>, StoreError> {
        if let Some(rules) = self.practices.get(id) {
            return Ok(Rc::clone(rules));
        }
        let load = || {
            let config = practices::config(self.tx, id)?;
            Ok::<_, StoreError>(serde_json::to_vec(&PracticeAnswer::new(id, config))?)
        };
        let answer = if self.by_cache {
            let body = self.appliance.cache.get_or_load_at_once(&Key::practice_config(id), load)?;
            body.as_bytes().to_vec()
        } else {
            load()?
        };
        let rules = Rc::new(serde_json::from_slice::<CachedPractice>(&answer)?.rules);
        self.practices.insert(id.to_owned(), Rc::clone(&rules));
        Ok(rules)
    }
}

impl Appliance {
    /// The score of a claim, or word that it has none yet.
    ///
    /// # Errors
    /// `NotFound` when there is no such claim.
    pub fn risk_score(&self, id: ClaimId) -> Result<RiskAnswer, ApplianceError> {
        let stored = self
            .store
            .read(|connection| Ok((claims::exists(connection, id)?, risk_scores::load(connection, id)?)))?;
        match stored {
            (false, _) => Err(ApplianceError::NotFound(format!("There is no claim {id}."))),
            (true, None) => Ok(RiskAnswer::NotYet { claim_id: id, message: "Risk score not yet calculated" }),
            (true, Some(stored)) => Ok(RiskAnswer::Calculated {
                claim_id: id,
                score: stored.score,
                calculated_at: stored.calculated_at,
            }),
        }
    }

    /// Calculates the score of a claim anew.
    ///
    /// # Errors
    /// `NotFound` when there is no such claim.
    pub fn calculate_risk(&self, id: ClaimId) -> Result<RiskAnswer, ApplianceError> {
        let now = self.clock.now();
        let is_there = self.store.write(|tx| {
            let Some(stored) = claims::load(tx, id)? else { return Ok(false) };
            Scorer::new(self, tx).score(&ToScore::of(id, &stored), &Touched::default(), now)?;
            Ok(true)
        })?;
        if is_there {
            let mut touched = Touched::default();
            touched.score(id);
            touched.evaluation();
            touched.forget_in(&self.cache);
        }
        self.risk_score(id)
    }
}
