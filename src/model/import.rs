//! An import: one file received, its hash, what it held and where its processing stands.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::claim::UnknownName;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// On disk, waiting its turn.
    Queued,
    /// Being read; resumed at the next start if the process ends.
    Running,
    /// Everything it held is stored.
    Done,
    /// Could not be read; nothing of it is stored, the message says why.
    Failed,
    /// The same bytes were received before; nothing was changed.
    Duplicate,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Duplicate];

    /// The state's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
        }
    }
}

impl FromStr for ImportState {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownName)
    }
}
