//! What a write changed, and so which cached answers are forgotten after its commit and before its answer.
//!
//! ARCHITECTURE.md has the table of all writes; `tests/it/forgetting.rs` does each of them and holds the table to it.

use std::collections::BTreeSet;

use crate::cache::Cache;
use crate::cache::key::{Key, Kind};
use crate::model::ids::{ClaimId, EpisodeId, PayerId, ProviderId, RemittanceId};

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
    keys: BTreeSet<Key>,
    lists: BTreeSet<List>,
    kinds: BTreeSet<Kind>,
    everything: bool,
}

impl Touched {
    /// Where a claim stands changed.
    pub(super) fn claim(&mut self, id: ClaimId) {
        self.keys.insert(Key::claim(id.get()));
        self.list(List::Claims);
        // The list of scores leaves out claims that another submission took the place of.
        self.list(List::RiskScores);
    }

    /// A claim was answered, or its answers were linked or worked otherwise.
    pub(super) fn answers(&mut self, id: ClaimId) {
        self.claim(id);
        self.keys.insert(Key::risk_score(id.get()));
        self.analyses();
        self.evaluation();
    }

    /// A remittance's link, payment or findings changed.
    pub(super) fn remittance(&mut self, id: RemittanceId) {
        self.keys.insert(Key::remittance(id.get()));
    }

    /// An episode was made or changed.
    pub(super) fn episode(&mut self, id: EpisodeId) {
        self.keys.insert(Key::episode(id.get()));
        self.list(List::Episodes);
    }

    /// What was found in a claim's file changed.
    pub(super) fn findings(&mut self, id: ClaimId) {
        self.keys.insert(Key::claim(id.get()));
    }

    /// A claim was scored.
    pub(super) fn score(&mut self, id: ClaimId) {
        self.keys.insert(Key::risk_score(id.get()));
        self.list(List::RiskScores);
    }

    /// A payer's names or rules changed.
    pub(super) fn payer(&mut self, id: PayerId) {
        self.keys.insert(Key::payer(id.get()));
    }

    /// More is known of a provider.
    pub(super) fn provider(&mut self, id: ProviderId) {
        self.keys.insert(Key::provider(id.get()));
    }

    /// A practice's configuration changed.
    pub(super) fn practice(&mut self, practice_id: &str) {
        self.keys.insert(Key::practice_config(practice_id));
    }

    /// What claims are compared with changed: every analysis of a claim's patterns is out of date.
    pub(super) fn analyses(&mut self) {
        self.kinds.insert(Kind::PatternAnalysis);
    }

    /// Answers, or what was said of their claims before, changed: estimates come out otherwise when held against them.
    pub(super) fn evaluation(&mut self) {
        self.keys.insert(Key::risk_evaluation());
    }

    /// A payer's denial patterns were looked for anew.
    pub(super) fn patterns(&mut self, payer: PayerId) {
        self.keys.insert(Key::payer_patterns(payer.get()));
        self.analyses();
    }

    /// Rows were added to a list, or moved between its filters.
    pub(super) fn list(&mut self, list: List) {
        self.lists.insert(list);
    }

    /// So many rows changed that naming them costs more than loading again what is asked for.
    pub(super) fn everything(&mut self) {
        self.everything = true;
    }

    /// Whether the answer under this key may have changed.
    pub(super) fn changes(&self, key: &Key) -> bool {
        self.everything || self.keys.contains(key) || self.kinds.contains(&key.kind())
    }

    /// Whether anything at all may have changed.
    pub(super) const fn is_everything(&self) -> bool {
        self.everything
    }

    /// Forgets what the cache holds of all this.
    pub(super) fn forget_in(self, cache: &Cache) {
        if self.everything {
            return Kind::ALL.into_iter().for_each(|kind| cache.forget_kind(kind));
        }
        self.kinds.into_iter().for_each(|kind| cache.forget_kind(kind));
        // The numbers of the first page are made of every noun.
        cache.forget_counts("overview");
        self.lists.into_iter().for_each(|list| cache.forget_counts(list.noun()));
        cache.forget(self.keys);
    }
}
