//! How much is cached, for how long, and what hit rate is expected of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cache::key::Kind;

/// The settings of the cache, under `cache` in the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheSettings {
    /// Bytes that the cached answers may take, their bookkeeping included; 0 keeps nothing.
    pub capacity: u64,
    /// Keys no longer cached whose own counters are kept.
    pub counters: usize,
    /// Seconds that an answer of each kind may be served; 0 does not cache the kind.
    pub ttl: BTreeMap<Kind, u64>,
    /// The hit rate in per cent that each kind should reach, for the advice.
    pub target: BTreeMap<Kind, Percent>,
}

/// A share in per cent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Percent(f64);

/// The number is not a share in per cent.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0} is not a share in per cent from 0 to 100")]
pub struct NotPercent(f64);

impl Percent {
    /// The number, 0 to 100.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Percent {
    type Error = NotPercent;

    fn try_from(number: f64) -> Result<Self, NotPercent> {
        if (0.0..=100.0).contains(&number) { Ok(Self(number)) } else { Err(NotPercent(number)) }
    }
}

impl CacheSettings {
    /// How long an answer of this kind may be served; nothing if the kind is not cached.
    #[must_use]
    pub fn ttl(&self, kind: Kind) -> Option<Duration> {
        let seconds = self.ttl.get(&kind).copied().unwrap_or(default_ttl(kind));
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// The hit rate in per cent that this kind should reach.
    #[must_use]
    pub fn target(&self, kind: Kind) -> f64 {
        self.target.get(&kind).copied().unwrap_or(default_target(kind)).get()
    }
}

/// Seconds.
const fn default_ttl(kind: Kind) -> u64 {
    match kind {
        Kind::Claim | Kind::Remittance | Kind::Episode => 1_800,
        Kind::RiskScore
        | Kind::Provider
        | Kind::PayerPatterns
        | Kind::PatternAnalysis
        | Kind::RiskEvaluation => 3_600,
        Kind::Payer | Kind::PracticeConfig => 86_400,
        Kind::Count => 300,
    }
}

const fn default_target(kind: Kind) -> Percent {
    Percent(match kind {
        Kind::Payer => 90.0,
        Kind::RiskScore => 80.0,
        Kind::Claim => 60.0,
        _ => 70.0,
    })
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            capacity: 64 << 20,
            counters: 10_000,
            ttl: Kind::ALL.into_iter().map(|kind| (kind, default_ttl(kind))).collect(),
            target: Kind::ALL.into_iter().map(|kind| (kind, default_target(kind))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<CacheSettings, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_set_keeps_its_default() {
        let settings = read(r#"{"ttl": {"claim": 60}, "target": {"payer": 95}}"#).unwrap();
        assert_eq!(settings.ttl(Kind::Claim), Some(Duration::from_mins(1)));
        assert_eq!(settings.ttl(Kind::Payer), Some(Duration::from_hours(24)));
        assert_eq!(settings.target(Kind::Payer).to_string(), "95");
        assert_eq!(settings.target(Kind::RiskScore).to_string(), "80");
        assert_eq!(settings.capacity, 64 * 1024 * 1024);
    }

    #[test]
    fn figment_fills_them_layer_by_layer() {
        let defaults = figment::providers::Serialized::defaults(CacheSettings::default());
        let figment =
            figment::Figment::from(defaults).merge(("capacity", 1_000)).merge(("ttl.risk_score", 60));
        let settings: CacheSettings = figment.extract().unwrap();
        assert_eq!((settings.capacity, settings.counters), (1_000, 10_000));
        assert_eq!(settings.ttl(Kind::RiskScore), Some(Duration::from_mins(1)));
        assert_eq!(settings.ttl(Kind::Count), Some(Duration::from_mins(5)));
        let error = figment.merge(("ttl.risk_score", "soon")).extract::<CacheSettings>().unwrap_err();
        assert_eq!(error.path, ["ttl", "risk_score"]);
    }

    #[test]
    fn a_ttl_of_zero_does_not_cache() {
        assert_eq!(read(r#"{"ttl": {"count": 0}}"#).unwrap().ttl(Kind::Count), None);
    }

    #[track_caller]
    fn refused(json: &str, because: &str) {
        let error = read(json).unwrap_err();
        assert!(error.contains(because), "{error}");
    }

    #[test]
    fn what_does_not_parse_is_refused_by_name() {
        refused(r#"{"capasity": 1}"#, "unknown field `capasity`");
        refused(r#"{"ttl": {"claims": 1}}"#, "unknown variant `claims`");
        refused(r#"{"ttl": {"claim": -1}}"#, "invalid value: integer `-1`");
        refused(r#"{"target": {"claim": 101}}"#, "101 is not a share in per cent from 0 to 100");
    }
}
