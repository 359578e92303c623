//! Payers: what they accept, and uniting the rows of one that files name differently.

use crate::model::ids::PayerId;
use crate::model::rules::PayerRules;
use crate::risk::rules::settings;
use crate::store::error::StoreError;
use crate::store::score_renewals::{self, Scope};
use crate::store::{Transaction, payers};

use super::Appliance;
use super::answers::payers::PayerAnswer;
use super::error::ApplianceError;
use super::touched::Touched;

impl Appliance {
    /// Unites the payer of a claim and the payer of its answer, when an answer proved that they are one.
    ///
    /// Only a payer that no claim names yet is taken into another: one payer may answer for several that claims tell
    /// apart, and those stay apart.
    pub(super) fn unite_payers(
        &self,
        tx: &Transaction<'_>,
        of_claim: Option<PayerId>,
        of_answer: Option<PayerId>,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        let (Some(into), Some(from)) = (of_claim, of_answer) else { return Ok(()) };
        if into == from || payers::is_named_by_claims(tx, from)? {
            return Ok(());
        }
        tracing::info!(%into, %from, "two names of one payer were united: a linked answer proved it");
        payers::merge(tx, from, into, self.clock.now())?;
        touched.everything();
        Ok(())
    }

    /// Sets what a payer accepts, whole.
    ///
    /// # Errors
    /// `NotFound` when there is no such payer; `Invalid` when a number of days is out of its range or a risk rule does not exist.
    pub fn set_payer_rules(&self, id: PayerId, rules: &PayerRules) -> Result<PayerAnswer, ApplianceError> {
        for (name, days) in
            [("timely_filing_days", rules.timely_filing_days), ("appeal_days", rules.appeal_days)]
        {
            if days.is_some_and(|days| !(1..=3650).contains(&days)) {
                return Err(ApplianceError::Invalid(format!("{name} is a number of days from 1 to 3650.")));
            }
        }
        settings::check(&rules.disabled_rules, &rules.rule_weights).map_err(ApplianceError::Invalid)?;
        let is_there = self.store.write(|tx| {
            let is_there = payers::set_rules(tx, id, rules, self.clock.now())?;
            if is_there {
                score_renewals::ask(tx, &Scope::Payer(id))?;
            }
            Ok(is_there)
        })?;
        if !is_there {
            return Err(ApplianceError::NotFound(format!("There is no payer {id}.")));
        }
        let mut touched = Touched::default();
        touched.payer(id);
        touched.analyses();
        touched.forget_in(&self.cache);
        self.bell.ring();
        self.payer(id)
    }

    /// Unites two payers by a person's word: `from` becomes a part of `into`.
    ///
    /// # Errors
    /// `NotFound` when one of them does not exist, `Invalid` when both are the same.
    pub fn merge_payers(&self, from: PayerId, into: PayerId) -> Result<PayerAnswer, ApplianceError> {
        if from == into {
            return Err(ApplianceError::Invalid("A payer cannot be merged into itself.".to_owned()));
        }
        self.payer(from)?;
        self.payer(into)?;
        self.store.write(|tx| payers::merge(tx, from, into, self.clock.now()))?;
        let mut touched = Touched::default();
        touched.everything();
        touched.forget_in(&self.cache);
        self.bell.ring();
        self.payer(into)
    }
}
