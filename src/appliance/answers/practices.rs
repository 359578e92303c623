//! Configurations of practices as the API shows them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::rules::PracticeRules;
use crate::store::practices::PracticeConfig;

/// How a practice works; the defaults, without dates, where nobody has said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PracticeAnswer {
    practice_id: String,
    rules: PracticeRules,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

impl PracticeAnswer {
    /// The configuration of a practice, where there is one.
    pub(crate) fn new(practice_id: &str, config: Option<PracticeConfig>) -> Self {
        let dates = config.as_ref().map(|c| (c.created_at, c.updated_at));
        Self {
            practice_id: practice_id.to_owned(),
            rules: config.map(|c| c.rules).unwrap_or_default(),
            created_at: dates.map(|d| d.0),
            updated_at: dates.map(|d| d.1),
        }
    }
}

/// What scoring reads of a cached configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct CachedPractice {
    pub(crate) rules: PracticeRules,
}
