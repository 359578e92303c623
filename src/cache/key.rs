//! What is cached, by name: a kind and an id, written as the API writes it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of cached answer; time to live, target and statistics go by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One claim with its lines.
    Claim,
    /// One remittance with its adjustments.
    Remittance,
    /// One episode.
    Episode,
    /// The risk score of one claim.
    RiskScore,
    /// One payer with its rules.
    Payer,
    /// One provider.
    Provider,
    /// The configuration of one practice.
    PracticeConfig,
    /// How many rows a list has under some filters.
    Count,
    /// The denial patterns of one payer.
    PayerPatterns,
    /// The patterns that one claim matches.
    PatternAnalysis,
    /// How good the risk estimates are.
    RiskEvaluation,
}

/// The number of kinds.
pub(super) const KINDS: usize = Kind::ALL.len();

impl Kind {
    /// Every kind, in the order of the statistics.
    pub const ALL: [Self; 11] = [
        Self::Claim,
        Self::Remittance,
        Self::Episode,
        Self::RiskScore,
        Self::Payer,
        Self::Provider,
        Self::PracticeConfig,
        Self::Count,
        Self::PayerPatterns,
        Self::PatternAnalysis,
        Self::RiskEvaluation,
    ];

    /// The name in settings and statistics, for example `risk_score`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Remittance => "remittance",
            Self::Episode => "episode",
            Self::RiskScore => "risk_score",
            Self::Payer => "payer",
            Self::Provider => "provider",
            Self::PracticeConfig => "practice_config",
            Self::Count => "count",
            Self::PayerPatterns => "payer_patterns",
            Self::PatternAnalysis => "pattern_analysis",
            Self::RiskEvaluation => "risk_evaluation",
        }
    }

    /// What stands before the id in a key, for example `pattern:payer`.
    const fn prefix(self) -> &'static str {
        match self {
            Self::PayerPatterns => "pattern:payer",
            Self::PatternAnalysis => "pattern:analysis",
            other => other.name(),
        }
    }

    /// The place of this kind in an array with one element per kind.
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// The id of what there is only one of.
const ALL: &str = "all";

/// The name of one cached answer. Those with a number for an id are made, hashed and compared without allocating.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    kind: Kind,
    id: Id,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Number(i64),
    Text(Box<str>),
}

impl Key {
    const fn number(kind: Kind, id: i64) -> Self {
        Self { kind, id: Id::Number(id) }
    }

    /// `claim:{id}`.
    #[must_use]
    pub const fn claim(id: i64) -> Self {
        Self::number(Kind::Claim, id)
    }

    /// `remittance:{id}`.
    #[must_use]
    pub const fn remittance(id: i64) -> Self {
        Self::number(Kind::Remittance, id)
    }

    /// `episode:{id}`.
    #[must_use]
    pub const fn episode(id: i64) -> Self {
        Self::number(Kind::Episode, id)
    }

    /// `risk_score:{claim_id}`.
    #[must_use]
    pub const fn risk_score(claim_id: i64) -> Self {
        Self::number(Kind::RiskScore, claim_id)
    }

    /// `payer:{id}`.
    #[must_use]
    pub const fn payer(id: i64) -> Self {
        Self::number(Kind::Payer, id)
    }

    /// `provider:{id}`.
    #[must_use]
    pub const fn provider(id: i64) -> Self {
        Self::number(Kind::Provider, id)
    }

    /// `practice_config:{practice_id}`.
    #[must_use]
    pub fn practice_config(practice_id: &str) -> Self {
        Self { kind: Kind::PracticeConfig, id: Id::Text(practice_id.into()) }
    }

    /// `count:{noun}`, or `count:{noun}:{filters}` where `filters` is not empty.
    ///
    /// `noun` is the list's (`claims`); `filters` must be written in one canonical way (`payer_id=3&status=denied`), or
    /// the same count is kept twice.
    #[must_use]
    pub fn count(noun: &str, filters: &str) -> Self {
        let id = if filters.is_empty() { noun.into() } else { format!("{noun}:{filters}").into() };
        Self { kind: Kind::Count, id: Id::Text(id) }
    }

    /// `pattern:payer:{payer_id}`.
    #[must_use]
    pub const fn payer_patterns(payer_id: i64) -> Self {
        Self::number(Kind::PayerPatterns, payer_id)
    }

    /// `pattern:analysis:{claim_id}`.
    #[must_use]
    pub const fn pattern_analysis(claim_id: i64) -> Self {
        Self::number(Kind::PatternAnalysis, claim_id)
    }

    /// `risk_evaluation:all`: there is one, of all answers.
    #[must_use]
    pub fn risk_evaluation() -> Self {
        Self { kind: Kind::RiskEvaluation, id: Id::Text(ALL.into()) }
    }

    /// The kind of answer that this names.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The noun of a count; nothing for other kinds.
    pub(super) fn noun(&self) -> Option<&str> {
        match (self.kind, &self.id) {
            (Kind::Count, Id::Text(text)) => Some(text.split_once(':').map_or(&**text, |(noun, _)| noun)),
            _ => None,
        }
    }

    /// Whether it is short enough to be remembered: some texts come from clients, who must not fill the memory with them.
    pub(super) fn is_short(&self) -> bool {
        self.text_bytes() <= 256
    }

    /// Bytes that this holds outside of itself.
    pub(super) fn text_bytes(&self) -> usize {
        match &self.id {
            Id::Number(_) => 0,
            Id::Text(text) => text.len(),
        }
    }
}

impl Hash for Key {
    /// One write for a number: a hit pays for its hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let kind = (self.kind as u64) << 56;
        match &self.id {
            Id::Number(id) => state.write_u64(kind ^ id.cast_unsigned()),
            Id::Text(text) => {
                state.write_u64(kind);
                text.hash(state);
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.kind.prefix();
        match &self.id {
            Id::Number(id) => write!(f, "{prefix}:{id}"),
            Id::Text(text) => write!(f, "{prefix}:{text}"),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not the name of a cached answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a cache key; keys look like claim:123, practice_config:1234567893, count:claims or pattern:payer:7"
)]
pub struct UnknownKey;

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let named = |kind: &Kind| text.strip_prefix(kind.prefix())?.strip_prefix(':').map(|id| (*kind, id));
        let (kind, id) = Kind::ALL.iter().find_map(named).ok_or(UnknownKey)?;
        let id = match kind {
            Kind::PracticeConfig if !id.is_empty() => Id::Text(id.into()),
            Kind::Count if !id.is_empty() && !id.starts_with(':') && !id.ends_with(':') => {
                Id::Text(id.into())
            }
            Kind::RiskEvaluation if id == ALL => Id::Text(id.into()),
            Kind::PracticeConfig | Kind::Count | Kind::RiskEvaluation => return Err(UnknownKey),
            _ => Id::Number(id.parse().map_err(|_| UnknownKey)?),
        };
        Ok(Self { kind, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(key: &Key, name: &str) {
        assert_eq!(key.to_string(), name);
        assert_eq!(name.parse::<Key>().as_ref(), Ok(key));
    }

    #[test]
    fn keys_are_written_and_read_as_the_api_names_them() {
        case(&Key::claim(123), "claim:123");
        case(&Key::remittance(1), "remittance:1");
        case(&Key::episode(-1), "episode:-1");
        case(&Key::risk_score(i64::MAX), "risk_score:9223372036854775807");
        case(&Key::payer(3), "payer:3");
        case(&Key::provider(3), "provider:3");
        case(&Key::practice_config("1234567893"), "practice_config:1234567893");
        case(&Key::count("claims", ""), "count:claims");
        case(&Key::count("claims", "payer_id=3&status=denied"), "count:claims:payer_id=3&status=denied");
        case(&Key::payer_patterns(7), "pattern:payer:7");
        case(&Key::pattern_analysis(7), "pattern:analysis:7");
        case(&Key::risk_evaluation(), "risk_evaluation:all");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "claim",
            "claim:",
            "claim:x",
            "claims:1",
            "pattern:7",
            "count:",
            "count::a=1",
            "count:claims:",
            "risk_evaluation:1",
        ] {
            assert_eq!(text.parse::<Key>(), Err(UnknownKey), "{text}");
        }
    }

    #[test]
    fn a_count_knows_its_noun() {
        assert_eq!(Key::count("claims", "created_from=2026-01-01T00:00:00Z").noun(), Some("claims"));
        assert_eq!(Key::count("remits", "").noun(), Some("remits"));
        assert_eq!(Key::claim(1).noun(), None);
    }

    #[test]
    fn kinds_stand_at_their_index() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), index);
        }
    }
}
