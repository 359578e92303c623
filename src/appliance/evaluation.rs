//! How good the risk estimates are, found out from the answers at hand.

use std::sync::PoisonError;

use crate::risk::boosting::Growth;
use crate::risk::evaluation::{self, Evaluation};

use super::Appliance;
use super::error::ApplianceError;

impl Appliance {
    /// Learns from the past, holds that against the newest quarter of the time, and keeps nothing of it.
    ///
    /// However many ask, one learns at a time: it takes a core and the memory of all answers.
    ///
    /// # Errors
    /// When the database refuses, and `Busy` when marb is told to stop meanwhile.
    pub fn evaluate_risk(&self) -> Result<Evaluation, ApplianceError> {
        let _turn = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let go_on = || !self.bell.is_stopping();
        let experience = self.experience(None, &go_on)?;
        evaluation::evaluate(&experience, &Growth::default(), &go_on)
            .ok_or_else(|| ApplianceError::Busy("marb is stopping; ask again once it runs.".to_owned()))
    }
}
