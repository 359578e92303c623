//! The cache as its users see it.

mod behaviour;
mod interleavings;
mod threads;

use std::cell::Cell;
use std::convert::Infallible;
use std::time::Duration;

use crate::cache::Cache;
use crate::cache::body::Body;
use crate::cache::key::{Key, Kind};
use crate::cache::settings::CacheSettings;
use crate::cache::stats::{Activity, Stats, StatsQuery, TypeStats};
use crate::clock::Clock;

fn clock() -> Clock {
    Clock::set_at("2026-03-01T12:00:00Z".parse().unwrap())
}

/// Claims stay for a minute.
fn settings() -> CacheSettings {
    let mut settings = CacheSettings::default();
    settings.ttl.insert(Kind::Claim, 60);
    settings
}

const MINUTE: Duration = Duration::from_mins(1);

fn cache_on(clock: &Clock) -> Cache {
    Cache::new(settings(), clock.clone())
}

/// Looks up and loads without waiting for anyone; tells whether it loaded.
fn get(cache: &Cache, key: &Key, value: &str) -> (Body, bool) {
    let loaded = Cell::new(false);
    let load = || {
        loaded.set(true);
        Ok::<_, Infallible>(value.as_bytes().to_vec())
    };
    let Ok(body) = cache.get_or_load_blocking(key, load);
    (body, loaded.get())
}

/// What the cache gives now, loading `value` if need be.
fn text(cache: &Cache, key: &Key, value: &str) -> String {
    String::from_utf8(get(cache, key, value).0.as_bytes().to_vec()).unwrap()
}

fn stats(cache: &Cache) -> Stats {
    cache.stats(&StatsQuery::default())
}

fn of_kind(cache: &Cache, kind: Kind) -> TypeStats {
    stats(cache).by_type.into_iter().find(|(name, _)| *name == kind.name()).unwrap().1
}

fn activity(cache: &Cache) -> Activity {
    stats(cache).activity
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}
