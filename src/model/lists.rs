//! What can be asked of lists: which part of them, and which rows.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::Timestamp;

use super::Text;
use super::claim::ClaimStatus;
use super::denial::Outcome;
use super::episode::EpisodeStatus;
use super::ids::{ClaimId, PayerId, ProviderId};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page {
    /// The row after which it begins; `None` begins at the top.
    pub after: Option<After>,
    /// How many rows to pass over.
    pub skip: u64,
    /// How many rows to answer, 1 to 1000.
    pub limit: u32,
}

impl Page {
    /// The first `limit` rows.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { after: None, skip: 0, limit }
    }
}

/// A place in a list, that does not move when rows come in above it; a text that nobody has to understand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct After {
    /// The row's number.
    pub id: i64,
    /// Its score, where the list goes by that.
    pub score: Option<f64>,
}

impl After {
    /// A row of a list that goes by row numbers.
    #[must_use]
    pub const fn row(id: i64) -> Self {
        Self { id, score: None }
    }
}

impl Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.score {
            None => write!(f, "{}", self.id),
            Some(score) => write!(f, "{}~{score}", self.id),
        }
    }
}

impl FromStr for After {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const NO_CURSOR: &str = "not a value that a list gave as `next`";
        let (id, score) = match text.split_once('~') {
            None => (text, None),
            Some((id, score)) => (id, Some(score.parse().map_err(|_| NO_CURSOR)?)),
        };
        let id = id.parse().ok().filter(|id| *id > 0).ok_or(NO_CURSOR)?;
        if score.is_some_and(|score: f64| !score.is_finite()) {
            return Err(NO_CURSOR);
        }
        Ok(Self { id, score })
    }
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
    /// Episodes made then or later.
    pub created_from: Option<Timestamp>,
    /// Episodes made then or before.
    pub created_to: Option<Timestamp>,
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
        canonical(&[
            ("claim_id", text(self.claim_id)),
            ("status", self.status.map(|s| s.name().to_owned())),
            ("created_from", text(self.created_from)),
            ("created_to", text(self.created_to)),
        ])
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
    fn a_place_in_a_list_reads_back_as_it_was_and_nothing_else_is_one() {
        for after in [After::row(1), After::row(i64::MAX), After { id: 596, score: Some(52.760_000_000_1) }] {
            assert_eq!(after.to_string().parse(), Ok(after));
        }
        for wrong in ["", "0", "-1", "x", "1~", "1~x", "1~NaN", "1~inf", "1~2~3"] {
            assert!(wrong.parse::<After>().is_err(), "{wrong}");
        }
    }

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
