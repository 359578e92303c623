//! Episodes as the API shows them.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::episode::{EpisodeStatus, LinkRule};
use crate::model::ids::{ClaimId, EpisodeId, RemittanceId};
use crate::money::Cents;
use crate::store::episodes::Episode;

/// An episode.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EpisodeAnswer {
    id: EpisodeId,
    claim_id: ClaimId,
    remittance_id: RemittanceId,
    status: EpisodeStatus,
    payment_amount: Cents,
    denial_count: u64,
    adjustment_count: u64,
    link_rule: LinkRule,
    linked_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Episode> for EpisodeAnswer {
    fn from(episode: Episode) -> Self {
        Self {
            id: episode.id,
            claim_id: episode.claim_id,
            remittance_id: episode.remittance_id,
            status: episode.status,
            payment_amount: episode.payment_amount,
            denial_count: episode.denial_count,
            adjustment_count: episode.adjustment_count,
            link_rule: episode.link_rule,
            linked_at: episode.linked_at,
            created_at: episode.created_at,
            updated_at: episode.updated_at,
        }
    }
}

/// What linking a remittance gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkAnswer {
    message: &'static str,
    remittance_id: RemittanceId,
    episodes_linked: usize,
    episodes: Vec<LinkedEpisode>,
    /// The claims of which it may answer any: a person has to say which.
    candidates: Vec<ClaimId>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct LinkedEpisode {
    id: EpisodeId,
    claim_id: ClaimId,
    status: EpisodeStatus,
}

impl LinkAnswer {
    /// The episode of a remittance, or the claims in question.
    pub(crate) fn new(
        remittance_id: RemittanceId,
        episode: Option<Episode>,
        candidates: Vec<ClaimId>,
    ) -> Self {
        let message = match (&episode, candidates.is_empty()) {
            (Some(_), _) => "The remittance is linked to the claim that it answers.",
            (None, false) => "Several claims fit; link one of the candidates by hand.",
            (None, true) => "No claim fits yet; the remittance is linked when its claim is imported.",
        };
        let episodes: Vec<LinkedEpisode> = episode
            .into_iter()
            .map(|e| LinkedEpisode { id: e.id, claim_id: e.claim_id, status: e.status })
            .collect();
        Self { message, remittance_id, episodes_linked: episodes.len(), episodes, candidates }
    }
}
