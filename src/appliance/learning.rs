//! Learning from payers' answers, after imports and in the background: what payers want, their denial patterns, and how likely
//! lines are to be denied.

use std::sync::PoisonError;

use crate::model::ids::PayerId;
use crate::risk::boosting::Growth;
use crate::risk::experience::Experience;
use crate::risk::learning::Model;
use crate::store::error::StoreError;
use crate::store::score_renewals::{self, Scope};
use crate::store::{models, payer_histories};

use super::Appliance;
use super::error::ApplianceError;
use super::knowledge::Knowledge;
use super::payer_history;

/// When it is time to learn anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Claims of a queue are scored next: every time that the answers have doubled until there are some thousands, so that they
    /// are not scored without any knowledge and cost little more than their import; all of it is learned from at its end.
    BetweenImports,
    /// Nothing waits: when they have grown by a fiftieth, or become fewer.
    AtRest,
}

/// Answers that a queue of imports is not held up for any more.
const ENOUGH_FOR_NOW: u64 = 2_000;

impl Moment {
    const fn is_due(self, learned: u64, last: u64) -> bool {
        match self {
            Self::BetweenImports => last > 2 * learned && learned < ENOUGH_FOR_NOW,
            // Fewer than before are left where an import was taken back.
            Self::AtRest => last > learned + learned / 50 || last < learned,
        }
    }
}

impl Appliance {
    /// Learns anew from all answers, if enough of them came since the last time. A process that is to stop leaves what it had
    /// not come to as it was.
    pub(super) fn learn(&self, moment: Moment) -> Result<(), ApplianceError> {
        let Some(last) = self.to_learn_until(moment)? else { return Ok(()) };
        let _turn = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let go_on = || !self.bell.is_stopping();
        self.learn_what_payers_want(&go_on)?;
        let experience = self.experience(None, &go_on)?;
        self.renew_patterns(&experience, &go_on)?;
        if go_on() {
            self.renew_model(&experience, last, &go_on)?;
        }
        Ok(())
    }

    /// The last episode to be learned from, if it is time to learn anew.
    pub(super) fn to_learn_until(&self, moment: Moment) -> Result<Option<u64>, ApplianceError> {
        let (learned, last) = self
            .store
            .read(|connection| Ok((models::learned_until(connection)?, models::last_episode(connection)?)))?;
        let learned = if self.knowledge().is_learned { learned } else { 0 };
        Ok(Some(last).filter(|last| moment.is_due(learned, *last)))
    }

    fn learn_what_payers_want(&self, go_on: &dyn Fn() -> bool) -> Result<(), ApplianceError> {
        let Some(histories) = self.store.read(|connection| payer_history::learn(connection, go_on))? else {
            return Ok(());
        };
        let told = |(payer, history)| Ok((payer, serde_json::to_string(&history)?));
        let histories: Vec<(PayerId, String)> =
            histories.into_iter().map(told).collect::<Result<_, StoreError>>()?;
        let now = self.clock.now();
        self.store.write(|tx| payer_histories::replace(tx, &histories, now))?;
        tracing::info!(payers = histories.len(), "learned what payers want");
        Ok(())
    }

    /// Learns how likely lines are to be denied. What is in use stays where it does better on the newest answers.
    fn renew_model(
        &self,
        experience: &Experience,
        last_episode: u64,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(), ApplianceError> {
        let known = self.knowledge();
        let rival = Some(&known.model).filter(|model| model.has_trees());
        let model = Model::train(experience, 0..experience.claims(), &Growth::default(), rival, go_on);
        if !go_on() {
            return Ok(());
        }
        let now = self.clock.now();
        let text = model.as_ref().map(serde_json::to_string).transpose().map_err(StoreError::from)?;
        self.store.write(|tx| {
            match &text {
                Some(text) => models::insert(tx, text, last_episode, now)?,
                None => models::confirm(tx, last_episode)?,
            }
            score_renewals::ask(tx, &Scope::All)
        })?;
        let is_new = model.is_some();
        let model = model.unwrap_or_else(|| known.model.clone());
        tracing::info!(lines = model.trained_on.lines, is_new, "learned how likely lines are to be denied");
        self.set_knowledge(Knowledge { model, is_learned: true });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_is_learned_from_and_then_every_doubling_of_few_or_fiftieth_more() {
        use Moment::{AtRest, BetweenImports};
        assert!(!AtRest.is_due(0, 0) && AtRest.is_due(0, 1) && BetweenImports.is_due(0, 1));
        assert!(!AtRest.is_due(100, 102) && AtRest.is_due(100, 103) && AtRest.is_due(100, 99));
        assert!(!BetweenImports.is_due(100, 200) && BetweenImports.is_due(100, 201));
        assert!(!BetweenImports.is_due(2_000, 100_000) && AtRest.is_due(2_000, 100_000));
    }
}
