//! Practices: how each works.

use crate::model::rules::PracticeRules;
use crate::risk::rules::settings;
use crate::store::practices;
use crate::store::score_renewals::{self, Scope};

use super::Appliance;
use super::answers::practices::PracticeAnswer;
use super::error::ApplianceError;
use super::touched::Touched;

impl Appliance {
    /// Sets how a practice works, whole.
    ///
    /// # Errors
    /// `Invalid` when the id is empty, a number of days is out of its range or a risk rule does not exist.
    pub fn set_practice_config(
        &self,
        practice_id: &str,
        rules: &PracticeRules,
    ) -> Result<PracticeAnswer, ApplianceError> {
        if practice_id.trim().is_empty() || practice_id.len() > 80 {
            return Err(ApplianceError::Invalid("A practice id has 1 to 80 characters.".to_owned()));
        }
        if rules.submission_target_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            return Err(ApplianceError::Invalid(
                "submission_target_days is a number of days from 1 to 3650.".to_owned(),
            ));
        }
        settings::check(&rules.disabled_rules, &rules.rule_weights).map_err(ApplianceError::Invalid)?;
        self.store.write(|tx| {
            practices::set_config(tx, practice_id, rules, self.clock.now())?;
            score_renewals::ask(tx, &Scope::Practice(practice_id.to_owned()))
        })?;
        let mut touched = Touched::default();
        touched.practice(practice_id);
        touched.forget_in(&self.cache);
        self.bell.ring();
        self.practice_config(practice_id)
    }
}
