//! What the cache did, in the shape of the API: hits and misses overall, by key and by type, and its gauges.

use std::cmp::Ordering;
use std::str::FromStr;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::cache::Cache;
use crate::cache::counters::{Lookups, Rare, read};
use crate::cache::key::{Key, Kind};
use crate::cache::ledger::Held;

/// How many of the hottest and of the most missed keys are named.
const EXTREMES: usize = 10;

/// Which keys to list, how many, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsQuery {
    /// At most so many keys.
    pub limit: usize,
    /// Their order.
    pub sort: Sort,
    /// Only keys whose name begins with this.
    pub prefix: String,
}

impl Default for StatsQuery {
    fn default() -> Self {
        Self { limit: 100, sort: Sort::Hits, prefix: String::new() }
    }
}

/// The order of the keys: the greatest first, equal ones by key; by key the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// `hits`.
    Hits,
    /// `misses`.
    Misses,
    /// `total`.
    Total,
    /// `hit_rate`.
    HitRate,
    /// `key`: by kind, then id.
    Key,
}

/// The text is not the name of an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sort is one of hits, misses, total, hit_rate, key")]
pub struct UnknownSort;

impl FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        match text {
            "hits" => Ok(Self::Hits),
            "misses" => Ok(Self::Misses),
            "total" => Ok(Self::Total),
            "hit_rate" => Ok(Self::HitRate),
            "key" => Ok(Self::Key),
            _ => Err(UnknownSort),
        }
    }
}

/// The statistics of the cache.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// All lookups.
    pub overall: Recently,
    /// Lookups of the keys asked for, in the order asked for.
    #[serde(serialize_with = "as_map")]
    pub by_key: Vec<(Key, HitRate)>,
    /// How many keys have counters, listed or not.
    pub keys: u64,
    /// Every kind.
    #[serde(serialize_with = "as_map")]
    pub by_type: Vec<(&'static str, TypeStats)>,
    /// What happened, all kinds together.
    #[serde(flatten)]
    pub activity: Activity,
    /// Bytes that entries may take.
    pub capacity: u64,
    /// The keys with most hits, first ten.
    pub hottest: Vec<KeyStats>,
    /// The keys with most misses, first ten.
    pub most_missed: Vec<KeyStats>,
    /// Start or last reset.
    pub since: Timestamp,
}

/// Lookups and how many of them were answered at once.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct HitRate {
    /// Answered from the cache, at once.
    pub hits: u64,
    /// Loaded, or waited for another's load.
    pub misses: u64,
    /// Their sum: every lookup is the one or the other.
    pub total: u64,
    /// Hits in per cent of the total, two decimals; 0 without lookups.
    pub hit_rate: f64,
}

/// Lookups since the statistics began, and lately.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recently {
    /// Since the start or the last reset.
    #[serde(flatten)]
    pub ever: HitRate,
    /// The running second and the 9 before it.
    pub last_10_seconds: HitRate,
    /// The running second and the 59 before it.
    pub last_minute: HitRate,
    /// The running minute and the 59 before it.
    pub last_hour: HitRate,
}

/// The lookups of one key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyStats {
    /// Its name.
    pub key: Key,
    /// Its lookups.
    #[serde(flatten)]
    pub lookups: HitRate,
}

/// One kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TypeStats {
    /// Lookups.
    #[serde(flatten)]
    pub lookups: Recently,
    /// The hit rate in per cent that it should reach.
    pub target_hit_rate: f64,
    /// Seconds that an entry may be served; 0 if the kind is not cached.
    pub ttl_seconds: u64,
    /// What happened.
    #[serde(flatten)]
    pub activity: Activity,
    /// Mean time of a load in milliseconds.
    pub mean_load_ms: f64,
    /// Milliseconds that 99 of 100 loads did not exceed; at most an eighth too high.
    pub p99_load_ms: f64,
}

/// What happened besides hits and misses.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Activity {
    /// Entries now.
    pub entries: u64,
    /// Bytes that they take now, bookkeeping included.
    pub bytes: u64,
    /// Loads that gave an answer.
    pub loads: u64,
    /// Loads that gave none: an error, a panic, or nobody waited any more.
    pub failed_loads: u64,
    /// Misses that waited for the load of another.
    pub single_flight_waits: u64,
    /// Seconds that the hits would have taken to load, at the mean time of a load.
    pub time_saved_seconds: f64,
    /// Entries that went to make room.
    pub evicted: u64,
    /// Entries whose time to live had passed when they went.
    pub expired: u64,
    /// Those of them that were never served.
    pub expired_unread: u64,
    /// Entries that a write made out of date.
    pub invalidated: u64,
    /// Loads whose answer was given but not kept, as a write came in between.
    pub not_kept: u64,
    /// Misses on keys that had expired.
    pub read_after_expiry: u64,
    /// Those of them whose answer had not changed.
    pub unchanged_after_expiry: u64,
    /// Misses on keys that had gone to make room.
    pub read_after_eviction: u64,
    /// Misses on keys that a write had made out of date.
    pub read_after_invalidation: u64,
}

impl HitRate {
    /// From hits and misses.
    #[must_use]
    pub fn new(hits: u64, misses: u64) -> Self {
        let total = hits + misses;
        let hundredths =
            (u128::from(hits) * 10_000 + u128::from(total) / 2).checked_div(total.into()).unwrap_or(0);
        // Not above 10,000.
        let hit_rate = f64::from(u32::try_from(hundredths).unwrap_or(u32::MAX)) / 100.0;
        Self { hits, misses, total, hit_rate }
    }
}

impl From<Lookups> for HitRate {
    fn from(lookups: Lookups) -> Self {
        Self::new(lookups.hits, lookups.misses)
    }
}

impl Activity {
    fn of(counters: &Rare, hits: u64, held: Held) -> Self {
        Self {
            entries: held.entries,
            bytes: held.bytes,
            loads: counters.loads.count(),
            failed_loads: read(&counters.failed_loads),
            single_flight_waits: read(&counters.single_flight_waits),
            time_saved_seconds: times(counters.loads.mean(), hits).as_secs_f64(),
            evicted: read(&counters.evicted),
            expired: read(&counters.expired),
            expired_unread: read(&counters.expired_unread),
            invalidated: read(&counters.invalidated),
            not_kept: read(&counters.not_kept),
            read_after_expiry: read(&counters.read_after_expiry),
            unchanged_after_expiry: read(&counters.unchanged_after_expiry),
            read_after_eviction: read(&counters.read_after_eviction),
            read_after_invalidation: read(&counters.read_after_invalidation),
        }
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            bytes: self.bytes + other.bytes,
            loads: self.loads + other.loads,
            failed_loads: self.failed_loads + other.failed_loads,
            single_flight_waits: self.single_flight_waits + other.single_flight_waits,
            time_saved_seconds: self.time_saved_seconds + other.time_saved_seconds,
            evicted: self.evicted + other.evicted,
            expired: self.expired + other.expired,
            expired_unread: self.expired_unread + other.expired_unread,
            invalidated: self.invalidated + other.invalidated,
            not_kept: self.not_kept + other.not_kept,
            read_after_expiry: self.read_after_expiry + other.read_after_expiry,
            unchanged_after_expiry: self.unchanged_after_expiry + other.unchanged_after_expiry,
            read_after_eviction: self.read_after_eviction + other.read_after_eviction,
            read_after_invalidation: self.read_after_invalidation + other.read_after_invalidation,
        }
    }
}

impl Cache {
    /// The statistics, with the keys that `query` asks for. Takes time in proportion to the number of keys.
    #[must_use]
    pub fn stats(&self, query: &StatsQuery) -> Stats {
        self.sweep();
        let (mut listed, mut hottest, mut most_missed) = (
            Top::new(query.sort, query.limit),
            Top::new(Sort::Hits, EXTREMES),
            Top::new(Sort::Misses, EXTREMES),
        );
        let mut keys = 0;
        let held = self.ledger.read(|key, lookups| {
            // After a reset, what is still cached is known and not counted.
            if lookups.total() == 0 {
                return;
            }
            keys += 1;
            if query.prefix.is_empty() || key.to_string().starts_with(&query.prefix) {
                listed.offer(key, lookups);
            }
            hottest.offer(key, lookups);
            most_missed.offer(key, lookups);
        });
        let (overall, by_type) = self.by_type(&held);
        Stats {
            overall,
            by_key: listed.finish().into_iter().map(|key| (key.key, key.lookups)).collect(),
            keys,
            activity: by_type.iter().fold(Activity::default(), |sum, (_, one)| sum.plus(&one.activity)),
            by_type,
            capacity: self.settings.capacity,
            hottest: hottest.finish().into_iter().filter(|key| key.lookups.hits > 0).collect(),
            most_missed: most_missed.finish().into_iter().filter(|key| key.lookups.misses > 0).collect(),
            since: *self.since.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The lookups of one key; zeros if it is not known.
    #[must_use]
    pub fn key_stats(&self, key: &Key) -> HitRate {
        self.ledger.of(key).into()
    }

    /// The lookups of all kinds together, and every kind.
    pub(super) fn by_type(&self, held: &[Held]) -> (Recently, Vec<(&'static str, TypeStats)>) {
        let now = self.clock.passed();
        let ever = self.counters.lookups();
        let recent = self.windows.recent(now, ever);
        let sum = |all: &[Lookups]| all.iter().fold(Lookups::default(), |sum, one| sum + *one).into();
        let overall = Recently {
            ever: sum(&ever),
            last_10_seconds: sum(&recent.ten_seconds),
            last_minute: sum(&recent.minute),
            last_hour: sum(&recent.hour),
        };
        let one = |kind: Kind| {
            let (place, counters) = (kind.index(), self.counters.of(kind));
            let stats = TypeStats {
                lookups: Recently {
                    ever: ever[place].into(),
                    last_10_seconds: recent.ten_seconds[place].into(),
                    last_minute: recent.minute[place].into(),
                    last_hour: recent.hour[place].into(),
                },
                target_hit_rate: self.settings.target(kind),
                ttl_seconds: self.ttl[place].map_or(0, |ttl| ttl.as_secs()),
                activity: Activity::of(counters, ever[place].hits, held[place]),
                mean_load_ms: millis(counters.loads.mean()),
                p99_load_ms: millis(counters.loads.p99()),
            };
            (kind.name(), stats)
        };
        (overall, Kind::ALL.map(one).into())
    }
}

/// A key with its lookups, as the ledger has them.
type Counted = (Key, Lookups);

/// Finds the first so many of all keys offered, in an order, without keeping or sorting them all.
struct Top {
    sort: Sort,
    limit: usize,
    keys: Vec<Counted>,
    /// The last of the first so many, once there are that many: others must come before it.
    last: Option<Counted>,
}

impl Top {
    fn new(sort: Sort, limit: usize) -> Self {
        Self { sort, limit, keys: Vec::new(), last: None }
    }

    fn offer(&mut self, key: &Key, lookups: Lookups) {
        let is_behind = |last: &Counted| self.sort.compare((key, lookups), (&last.0, last.1)).is_gt();
        if self.last.as_ref().is_some_and(is_behind) {
            return;
        }
        self.keys.push((key.clone(), lookups));
        if self.keys.len() > 2 * self.limit {
            self.cut();
        }
    }

    /// Drops all but the first so many.
    fn cut(&mut self) {
        let Self { sort, limit, keys, last } = self;
        if keys.len() > *limit {
            if let Some(place) = limit.checked_sub(1) {
                keys.select_nth_unstable_by(place, |a, b| sort.compare((&a.0, a.1), (&b.0, b.1)));
            }
            keys.truncate(*limit);
            *last = keys.last().cloned();
        }
    }

    fn finish(mut self) -> Vec<KeyStats> {
        self.cut();
        let sort = self.sort;
        self.keys.sort_unstable_by(|a, b| sort.compare((&a.0, a.1), (&b.0, b.1)));
        self.keys.into_iter().map(|(key, lookups)| KeyStats { key, lookups: lookups.into() }).collect()
    }
}

impl Sort {
    fn compare(self, a: (&Key, Lookups), b: (&Key, Lookups)) -> Ordering {
        let order = match self {
            Self::Hits => b.1.hits.cmp(&a.1.hits),
            Self::Misses => b.1.misses.cmp(&a.1.misses),
            Self::Total => b.1.total().cmp(&a.1.total()),
            // As fractions; the one without lookups counts as 0.
            Self::HitRate => {
                let across = |x: Lookups, y: Lookups| u128::from(x.hits) * u128::from(y.total().max(1));
                across(b.1, a.1).cmp(&across(a.1, b.1))
            }
            Self::Key => Ordering::Equal,
        };
        order.then_with(|| a.0.cmp(b.0))
    }
}

/// So many times a duration, at most 584 years.
fn times(duration: Duration, count: u64) -> Duration {
    let nanos = duration.as_nanos().saturating_mul(count.into());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Milliseconds with three decimals, at most 71 minutes.
fn millis(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1_000.0
}

/// Pairs as a JSON object in their order.
fn as_map<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (key, value) in pairs {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[track_caller]
    fn rate(hits: u64, misses: u64, expected: f64) {
        assert!((HitRate::new(hits, misses).hit_rate - expected).abs() < 1e-9);
    }

    #[test]
    fn the_hit_rate_is_in_per_cent_with_two_decimals() {
        rate(0, 0, 0.0);
        rate(15, 2, 88.24);
        rate(1, 2, 33.33);
        rate(2, 1, 66.67);
        rate(7, 0, 100.0);
        rate(0, 7, 0.0);
        rate(u64::MAX / 2, u64::MAX / 2, 50.0);
    }

    #[track_caller]
    fn sorted(sort: &str, expected: &[i64]) {
        let mut top = Top::new(sort.parse().unwrap(), 2);
        for (id, hits, misses) in [(1, 5, 1), (2, 5, 5), (3, 9, 3), (4, 0, 0)] {
            top.offer(&Key::claim(id), Lookups { hits, misses });
        }
        let keys: Vec<_> = top.finish().into_iter().map(|key| key.key).collect();
        assert_eq!(keys, expected.iter().copied().map(Key::claim).collect::<Vec<_>>(), "{sort}");
    }

    #[test]
    fn keys_are_listed_greatest_first_and_equal_ones_by_key() {
        sorted("hits", &[3, 1]);
        sorted("misses", &[2, 3]);
        sorted("total", &[3, 2]);
        sorted("hit_rate", &[1, 3]);
        sorted("key", &[1, 2]);
        assert_eq!("size".parse::<Sort>(), Err(UnknownSort));
    }

    #[test]
    fn the_first_keys_of_very_many_are_found() {
        let mut top = Top::new(Sort::Hits, 3);
        for id in 0..100_000 {
            top.offer(&Key::claim(id), Lookups { hits: u64::try_from(id * 7 % 100_000).unwrap(), misses: 1 });
        }
        let hits: Vec<_> = top.finish().into_iter().map(|key| key.lookups.hits).collect();
        assert_eq!(hits, [99_999, 99_998, 99_997]);
    }
}
