//! Answers kept for a while as the bytes they were sent as: bounded, a time to live for each kind, one load for each key
//! however many ask, never older than an acknowledged write, and counted exactly.
//!
//! **Never stale.** A writer commits, then forgets what it changed, then answers; a load notes the moment it begins, then
//! reads. Forgetting a key removes it from the store together with the load in progress, whose value is then refused;
//! forgetting a group (the counts of a noun, a kind) raises its generation, and a body loaded in an older one is not
//! served to a lookup that began later. Either way a lookup that begins after the write was answered cannot be given, nor
//! wait for, what was read before the commit.

pub mod advice;
pub mod body;
mod counters;
mod flight;
mod generations;
pub mod key;
mod ledger;
mod load_times;
pub mod settings;
pub mod stats;
mod store;
mod windows;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::cache::body::Body;
use crate::cache::counters::{Counters, count};
use crate::cache::flight::Lookup;
use crate::cache::generations::Generations;
use crate::cache::key::{KINDS, Key, Kind};
use crate::cache::ledger::{Departure, Ledger, Left};
use crate::cache::settings::CacheSettings;
use crate::cache::store::Store;
use crate::cache::windows::Windows;
use crate::clock::Clock;

/// The cache; one for the whole process, shared by reference.
pub struct Cache {
    store: Store,
    clock: Clock,
    settings: CacheSettings,
    ttl: [Option<Duration>; KINDS],
    generations: Generations,
    counters: Counters,
    windows: Windows,
    ledger: Ledger,
    since: Mutex<Timestamp>,
}

/// What a load gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The answer as JSON.
    pub json: Vec<u8>,
    /// Whether it is kept: what more writes change than it is worth to keep track of is not.
    pub is_kept: bool,
}

impl From<Vec<u8>> for Loaded {
    fn from(json: Vec<u8>) -> Self {
        Self { json, is_kept: true }
    }
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new(settings: CacheSettings, clock: Clock) -> Self {
        Self {
            store: store::open(settings.capacity),
            ttl: Kind::ALL.map(|kind| settings.ttl(kind)),
            generations: Generations::new(),
            counters: Counters::default(),
            windows: Windows::new(),
            ledger: Ledger::new(settings.counters),
            since: Mutex::new(clock.now()),
            settings,
            clock,
        }
    }

    /// The answer if it is there and fresh, which counts as a hit; else nothing, which counts nothing: the caller goes on
    /// to load it, and that counts the miss. Never waits.
    #[must_use]
    pub fn peek_hit(&self, key: &Key) -> Option<Body> {
        // The exact time would cost half of the hit.
        let now = self.clock.passed_at_tick();
        let body = self.store.get(key)?;
        if self.staleness(&body, now).is_some() {
            return None;
        }
        self.hit(key, &body, now);
        Some(body)
    }

    /// The answer, from the cache or else from `load`, which gives it as JSON and may say that it is not to be kept.
    ///
    /// Of those who ask for a key at the same time one loads and the others wait for it. A load that fails, panics or is
    /// dropped is not kept, and the next in line loads in turn. `load` must read committed data only.
    ///
    /// # Errors
    /// That of `load`.
    pub async fn get_or_load<E, F, Fut, L>(&self, key: Key, load: F) -> Result<Body, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<L, E>>,
        L: Into<Loaded>,
    {
        match Lookup::begin(self, &key).find().await {
            Ok(body) => Ok(body),
            Err(flight) => Ok(flight.land(load().await?.into())),
        }
    }

    /// As [`Cache::get_or_load`], for a thread that may block: never call it on a thread that drives futures.
    ///
    /// # Errors
    /// That of `load`.
    pub fn get_or_load_blocking<E>(
        &self,
        key: &Key,
        load: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Body, E> {
        match Lookup::begin(self, key).find_blocking() {
            Ok(body) => Ok(body),
            Err(flight) => Ok(flight.land(load()?.into())),
        }
    }

    /// As [`Cache::get_or_load_blocking`], but never waits: where another is loading the key, this loads for itself alone.
    /// For those who hold what that other may be waiting for.
    ///
    /// # Errors
    /// That of `load`.
    pub fn get_or_load_at_once<E>(
        &self,
        key: &Key,
        load: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Body, E> {
        match Lookup::begin(self, key).find_at_once() {
            Ok(body) => Ok(body),
            Err(flight) => Ok(flight.land(load()?.into())),
        }
    }

    /// Forgets what a write changed: to be called after its commit and before its answer.
    pub fn forget(&self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            if let Some((key, body)) = self.store.remove(&key) {
                self.leave(&key, &body, Departure::Forgotten);
            }
        }
    }

    /// Forgets every count of a noun, whatever its filters; as [`Cache::forget`].
    pub fn forget_counts(&self, noun: &str) {
        self.generations.raise_noun(noun);
    }

    /// Forgets everything of a kind; as [`Cache::forget`].
    pub fn forget_kind(&self, kind: Kind) {
        self.generations.raise_kind(kind);
    }

    /// Sets the statistics to zero, or only those of one key; what is cached stays.
    pub fn reset(&self, key: Option<&Key>) {
        if let Some(key) = key {
            return self.ledger.reset_key(key);
        }
        self.counters.reset();
        self.windows.reset();
        self.ledger.reset();
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.now();
    }

    /// Why a body may not be served any more.
    fn staleness(&self, body: &Body, now: Duration) -> Option<Departure> {
        let stay = body.stay();
        if stay.generation() < self.generations.of(stay.group()) {
            Some(Departure::Forgotten)
        } else if stay.has_expired(now) {
            Some(Departure::Expired)
        } else {
            None
        }
    }

    fn hit(&self, key: &Key, body: &Body, now: Duration) {
        self.windows.tick(now, || self.counters.lookups());
        self.counters.hit(key.kind());
        if !body.stay().hit() {
            self.ledger.late_hit(key);
        }
    }

    /// Removes a key whose body is stale.
    fn discard(&self, key: &Key) {
        let now = self.clock.passed();
        if let Some((key, body)) = self.store.remove_if(key, |body| self.staleness(body, now).is_some()) {
            self.leave(&key, &body, Departure::Expired);
        }
    }

    /// Counts that a body left the store; `why` holds unless it was stale already.
    fn leave(&self, key: &Key, body: &Body, why: Departure) {
        let why = self.staleness(body, self.clock.passed()).unwrap_or(why);
        let counters = self.counters.of(key.kind());
        match why {
            Departure::Evicted => count(&counters.evicted),
            Departure::Forgotten => count(&counters.invalidated),
            Departure::Expired => {
                count(&counters.expired);
                if body.stay().hits() == 0 {
                    count(&counters.expired_unread);
                }
            }
        }
        self.ledger.end_stay(key, body, Left { why, etag: body.tag() });
    }

    /// Removes what has expired: to be called before the statistics are read, so that they count it.
    fn sweep(&self) {
        for key in self.ledger.expired(self.clock.passed()) {
            self.discard(&key);
        }
    }
}
