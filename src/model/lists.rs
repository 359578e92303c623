//! What can be asked of lists: which part of them, and which rows.

use jiff::Timestamp;

use super::Text;
use super::claim::ClaimStatus;
use super::denial::Outcome;
use super::episode::EpisodeStatus;
use super::ids::{ClaimId, PayerId, ProviderId};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many rows to pass over.
    pub skip: u64,
    /// How many rows to answer, 1 to 1000.
    pub limit: u32,
}

/// Which claims to list; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimFilter {
    /// Claims to this payer.
    pub payer_id: Option<PayerId>,
    /// Claims of this billing provider.
    pub provider_id: Option<ProviderId>,
    /// Claims of this practice.
    pub practice_id: Option<Text>,
    /// Claims that stand there.
    pub status: Option<ClaimStatus>,
    /// Claims stored then or later.
    pub created_from: Option<Timestamp>,
    /// Claims stored then or before.
    pub created_to: Option<Timestamp>,
}

/// Which remittances to list; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemittanceFilter {
    /// Answers of this payer.
    pub payer_id: Option<PayerId>,
    /// Answers that say this.
    pub status: Option<Outcome>,
    /// Answers stored then or later.
    pub created_from: Option<Timestamp>,
    /// Answers stored then or before.
    pub created_to: Option<Timestamp>,
}

/// Which episodes to list; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EpisodeFilter {
    /// Episodes of this claim.
    pub claim_id: Option<ClaimId>,
    /// Episodes that stand there.
    pub status: Option<EpisodeStatus>,
}

impl ClaimFilter {
    /// The filter in one spelling, empty when nothing restricts: `payer_id=3&status=denied`.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&[
            ("payer_id", text(self.payer_id)),
            ("provider_id", text(self.provider_id)),
            ("practice_id", text(self.practice_id.as_ref())),
            ("status", self.status.map(|s| s.name().to_owned())),
            ("created_from", text(self.created_from)),
            ("created_to", text(self.created_to)),
        ])
    }
}

impl RemittanceFilter {
    /// The filter in one spelling; as [`ClaimFilter::canonical`].
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&[
            ("payer_id", text(self.payer_id)),
            ("status", self.status.map(|s| s.name().to_owned())),
            ("created_from", text(self.created_from)),
            ("created_to", text(self.created_to)),
        ])
    }
}

impl EpisodeFilter {
    /// The filter in one spelling; as [`ClaimFilter::canonical`].
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&[("claim_id", text(self.claim_id)), ("status", self.status.map(|s| s.name().to_owned()))])
    }
}

fn text(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn canonical(filters: &[(&str, Option<String>)]) -> String {
    let set =
        filters.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}")));
    set.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_one_spelling() {
        assert_eq!(ClaimFilter::default().canonical(), "");
        let filter = ClaimFilter {
            status: Some(ClaimStatus::Denied),
            payer_id: Some(PayerId::new(3)),
            ..ClaimFilter::default()
        };
        assert_eq!(filter.canonical(), "payer_id=3&status=denied");
    }
}
