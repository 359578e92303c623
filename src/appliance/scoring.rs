//! Scoring in the database: a claim, its payer's and practice's rules and what was learned into a stored score.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cache::key::Key;
use crate::model::claim::{Claim, ClaimStatus};
use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;
use crate::model::risk_score::RiskScore;
use crate::model::rules::{PayerRules, PracticeRules};
use crate::risk::payer_history::PayerHistory;
use crate::risk::weights::RiskWeights;
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

/// What the score of a claim rests on beside the claim.
pub(super) struct Known {
    today: Date,
    payer_rules: Arc<PayerRules>,
    payer_history: Arc<PayerHistory>,
    practice_rules: Arc<PracticeRules>,
    payer: Option<PayerId>,
    knowledge: Arc<Knowledge>,
    patterns: Arc<Vec<DenialPattern>>,
    repeat_of: Option<ClaimId>,
    weights: RiskWeights,
}

impl Known {
    pub(super) fn score(&self, claim: &Claim) -> RiskScore {
        let context = ScoringContext {
            today: self.today,
            payer_rules: &self.payer_rules,
            payer_history: &self.payer_history,
            practice_rules: &self.practice_rules,
            payer: self.payer,
            model: &self.knowledge.model,
            patterns: &self.patterns,
            repeat_of: self.repeat_of,
            weights: &self.weights,
        };
        risk::score(claim, &context)
    }
}

/// Scores claims one after the other, remembering the rules that they share.
pub(super) struct Scorer<'a> {
    appliance: &'a Appliance,
    tx: &'a Transaction<'a>,
    /// Whether rules are looked up through the cache.
    by_cache: bool,
    knowledge: Arc<Knowledge>,
    payers: HashMap<PayerId, Arc<PayerRules>>,
    histories: HashMap<PayerId, Arc<PayerHistory>>,
    patterns: HashMap<PayerId, Arc<Vec<DenialPattern>>>,
    practices: HashMap<String, Arc<PracticeRules>>,
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

    /// Scores a claim anew; stores the score, and says so, only where it is another than the one that was stored.
    pub(super) fn renew(&mut self, what: &ToScore<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let score = self.known(what, &Touched::default())?.score(what.claim);
        let is_new = risk_scores::load(self.tx, what.id)?.is_none_or(|stored| stored.score != score);
        if is_new {
            risk_scores::upsert(self.tx, what.id, &score, now)?;
        }
        Ok(is_new)
    }

    /// What is known about a claim. `touched` is what this transaction changed before.
    pub(super) fn known(&mut self, what: &ToScore<'_>, touched: &Touched) -> Result<Known, StoreError> {
        let payer_rules = what.payer.map(|payer| self.payer_rules(payer, touched));
        let payer_history = what.payer.map(|payer| self.payer_history(payer));
        let patterns = what.payer.map(|payer| self.patterns(payer));
        let practice_rules = what.practice.map(|practice| self.practice_rules(practice));
        Ok(Known {
            today: self.appliance.clock.today(),
            payer_rules: payer_rules.transpose()?.unwrap_or_default(),
            payer_history: payer_history.transpose()?.unwrap_or_default(),
            practice_rules: practice_rules.transpose()?.unwrap_or_default(),
            payer: what.payer,
            knowledge: Arc::clone(&self.knowledge),
            patterns: patterns.transpose()?.unwrap_or_default(),
            repeat_of: what.repeat_of,
            weights: self.appliance.settings.weights,
        })
    }

    /// The rules of a payer: through the cache, unless this transaction changed it, of which the cache must not know yet.
    fn payer_rules(&mut self, id: PayerId, touched: &Touched) -> Result<Arc<PayerRules>, StoreError> {
        if let Some(rules) = self.payers.get(&id).filter(|_| !touched.is_everything()) {
            return Ok(Arc::clone(rules));
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
        let rules = Arc::new(rules);
        self.payers.insert(id, Arc::clone(&rules));
        Ok(rules)
    }

    /// What a payer's answers so far tell.
    fn payer_history(&mut self, id: PayerId) -> Result<Arc<PayerHistory>, StoreError> {
        if let Some(history) = self.histories.get(&id) {
            return Ok(Arc::clone(history));
        }
        let history = Arc::new(payer_history::of_payer(self.tx, id)?);
        self.histories.insert(id, Arc::clone(&history));
        Ok(history)
    }

    /// A payer's denial patterns as they were found last.
    fn patterns(&mut self, id: PayerId) -> Result<Arc<Vec<DenialPattern>>, StoreError> {
        if let Some(patterns) = self.patterns.get(&id) {
            return Ok(Arc::clone(patterns));
        }
        let patterns = Arc::new(patterns::of_payer(self.tx, id)?);
        self.patterns.insert(id, Arc::clone(&patterns));
        Ok(patterns)
    }

    /// The rules of a practice, likewise; no transaction that scores changes them.
    fn practice_rules(&mut self, id: &str) -> Result<Arc<PracticeRules>, StoreError> {
        if let Some(rules) = self.practices.get(id) {
            return Ok(Arc::clone(rules));
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
        let rules = Arc::new(serde_json::from_slice::<CachedPractice>(&answer)?.rules);
        self.practices.insert(id.to_owned(), Arc::clone(&rules));
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
            let what = ToScore::of(id, &stored);
            let score = Scorer::new(self, tx).known(&what, &Touched::default())?.score(what.claim);
            risk_scores::upsert(tx, id, &score, now)?;
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
