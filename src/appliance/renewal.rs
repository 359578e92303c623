//! Scores calculated anew in the background, after something changed that they rest on.
//!
//! Only those of claims that no payer has answered: an answered claim keeps the score that it was sent with, by which the
//! estimates are evaluated, until somebody asks for another.

use serde::Serialize;

use crate::risk::weights::RiskWeights;
use crate::store::error::StoreError;
use crate::store::score_renewals::{self, Scope};
use crate::store::{claims, imports};

use super::Appliance;
use super::error::ApplianceError;
use super::scoring::{Scorer, ToScore};
use super::touched::Touched;

/// How many claims one transaction scores at the most, for which other writers wait.
const STEP: u64 = 500;

/// What of program and settings scores rest on.
#[derive(Serialize)]
struct Basis<'a> {
    version: &'static str,
    weights: &'a RiskWeights,
}

impl Appliance {
    /// Calculates scores anew that rest on something that has changed, until none is left, an import waits or it is time to
    /// stop; `progress` is told how many are done. What is left is gone on with the next time.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn renew_scores(&self, progress: &mut dyn FnMut(u64)) -> Result<(), ApplianceError> {
        self.look_at_basis()?;
        let mut done = 0;
        while !self.bell.is_stopping() && self.store.read(imports::waiting)? == 0 {
            let Some(scored) = self.renew_some()? else { break };
            done += scored;
            progress(done);
        }
        Ok(())
    }

    /// Takes one step; gives how many claims were scored, `None` where nothing is left to do.
    fn renew_some(&self) -> Result<Option<u64>, ApplianceError> {
        let now = self.clock.now();
        let (scored, touched) = self.store.write(|tx| {
            let mut touched = Touched::default();
            let Some(step) = score_renewals::next(tx, STEP)? else { return Ok((None, touched)) };
            let mut scorer = Scorer::aside(self, tx);
            for id in &step.claims {
                let Some(stored) = claims::load(tx, *id)? else { continue };
                if scorer.renew(&ToScore::of(*id, &stored), now)? {
                    touched.score(*id);
                }
            }
            score_renewals::taken(tx, &step)?;
            Ok((Some(step.claims.len() as u64), touched))
        })?;
        touched.forget_in(&self.cache);
        Ok(scored)
    }

    /// Asks for new scores where program or weights are others than those that the scores rest on.
    fn look_at_basis(&self) -> Result<(), ApplianceError> {
        let basis = Basis { version: env!("CARGO_PKG_VERSION"), weights: &self.settings.weights };
        let basis = serde_json::to_string(&basis).map_err(StoreError::from)?;
        if self.store.read(score_renewals::basis)?.as_ref() == Some(&basis) {
            return Ok(());
        }
        self.store.write(|tx| {
            score_renewals::set_basis(tx, &basis)?;
            score_renewals::ask(tx, &Scope::All)
        })?;
        Ok(())
    }
}
