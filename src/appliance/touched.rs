//! What a write changed, and so which cached answers are forgotten after its commit and before its answer.
//!
//! | write | forgets |
//! |---|---|
//! | a claim is stored | counts of claims |
//! | a claim's standing changes | `claim`, counts of claims |
//! | a remittance is stored | counts of remittances |
//! | a remittance is linked, or its link changes | `remittance`, `episode`, both claims, counts of episodes and claims |
//! | an episode's status changes | `episode`, counts of episodes |
//! | a score is calculated | `risk_score`, counts of scores |
//! | a payer is made, named or ruled | `payer`, counts of payers |
//! | a provider is made | counts of providers |
//! | a practice's configuration is set | `practice_config` |
//! | payers are merged, an import is taken back | everything: any row may show it |
//! | an import arrives | counts of imports |

use std::collections::BTreeSet;

use crate::cache::Cache;
use crate::cache::key::{Key, Kind};
use crate::model::ids::{ClaimId, EpisodeId, PayerId, RemittanceId};

/// Nouns whose lists changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    Claims,
    Remittances,
    Episodes,
    RiskScores,
    Payers,
    Providers,
    Imports,
}

impl List {
    /// The noun under which its counts are cached.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::Remittances => "remits",
            Self::Episodes => "episodes",
            Self::RiskScores => "risk_scores",
            Self::Payers => "payers",
            Self::Providers => "providers",
            Self::Imports => "imports",
        }
    }
}

/// What a write changed.
#[derive(Debug, Default)]
pub(super) struct Touched {
    claims: BTreeSet<ClaimId>,
    remittances: BTreeSet<RemittanceId>,
    episodes: BTreeSet<EpisodeId>,
    scores: BTreeSet<ClaimId>,
    payers: BTreeSet<PayerId>,
    practices: BTreeSet<String>,
    lists: BTreeSet<List>,
    everything: bool,
}

impl Touched {
    /// A claim's row, status or answers changed.
    pub(super) fn claim(&mut self, id: ClaimId) {
        self.claims.insert(id);
        self.lists.insert(List::Claims);
    }

    /// A remittance's link changed.
    pub(super) fn remittance(&mut self, id: RemittanceId) {
        self.remittances.insert(id);
        self.lists.insert(List::Remittances);
    }

    /// An episode was made or changed.
    pub(super) fn episode(&mut self, id: EpisodeId) {
        self.episodes.insert(id);
        self.lists.insert(List::Episodes);
    }

    /// A claim was scored.
    pub(super) fn score(&mut self, id: ClaimId) {
        self.scores.insert(id);
        self.lists.insert(List::RiskScores);
    }

    /// A payer's names, rules or rows changed.
    pub(super) fn payer(&mut self, id: PayerId) {
        self.payers.insert(id);
        self.lists.insert(List::Payers);
    }

    /// A practice's configuration changed.
    pub(super) fn practice(&mut self, practice_id: &str) {
        self.practices.insert(practice_id.to_owned());
    }

    /// Rows were added to a list.
    pub(super) fn list(&mut self, list: List) {
        self.lists.insert(list);
    }

    /// So many rows changed that naming them costs more than loading again what is asked for.
    pub(super) fn everything(&mut self) {
        self.everything = true;
    }

    /// Forgets what the cache holds of all this.
    pub(super) fn forget_in(&self, cache: &Cache) {
        if self.everything {
            for kind in Kind::ALL {
                cache.forget_kind(kind);
            }
        }
        // The numbers of the first page are made of every noun.
        cache.forget_counts("overview");
        for list in &self.lists {
            cache.forget_counts(list.noun());
        }
        cache.forget(self.claims.iter().map(|id| Key::claim(id.get())));
        cache.forget(self.remittances.iter().map(|id| Key::remittance(id.get())));
        cache.forget(self.episodes.iter().map(|id| Key::episode(id.get())));
        cache.forget(self.scores.iter().map(|id| Key::risk_score(id.get())));
        cache.forget(self.payers.iter().map(|id| Key::payer(id.get())));
        cache.forget(self.practices.iter().map(|id| Key::practice_config(id)));
    }
}
