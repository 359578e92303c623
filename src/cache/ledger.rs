//! The counters of each key: kept while it is cached and, for those that left last, beyond.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashlink::LinkedHashMap;
use quick_cache::DefaultHashBuilder;

use crate::cache::body::Fingerprint;
use crate::cache::counters::{Lookups, count, read};
use crate::cache::key::{KINDS, Key};

/// Hits and misses of one key. A cached body holds it too, so that a hit counts without looking the key up again.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub hits: AtomicU64,
    pub misses: AtomicU64,
}

/// Why a key left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Departure {
    /// Its time to live had passed.
    Expired,
    /// Others needed the space.
    Evicted,
    /// A write changed what it said.
    Forgotten,
    /// It never went in: larger than the cache takes, or changed by a write while it was loaded.
    NotKept,
}

/// What one kind holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub entries: u64,
    pub bytes: u64,
}

/// How a key left, for comparison when it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    pub why: Departure,
    pub body: Fingerprint,
}

/// What is known of a key that was not there.
pub(super) struct Missed {
    pub tally: Arc<Tally>,
    /// How it left, for the first who asks since.
    pub left: Option<Left>,
}

#[derive(Default)]
struct Record {
    tally: Arc<Tally>,
    /// Stays begun and not ended. More than one, or one though it left, for the moment between a change in the store and
    /// its entry here: the two are not under one lock.
    stays: u32,
    expires: Duration,
    left: Option<Left>,
}

/// The counters of all keys, bounded: when keys that are not cached become too many, those that left longest ago go.
pub(super) struct Ledger(Mutex<Pages>);

struct Pages {
    cached: HashMap<Key, Record, DefaultHashBuilder>,
    /// In the order they left.
    gone: LinkedHashMap<Key, Record, DefaultHashBuilder>,
    bound: usize,
    held: [Held; KINDS],
}

impl Ledger {
    /// Keeps the counters of every cached key and of `bound` others.
    pub(super) fn new(bound: usize) -> Self {
        Self(Mutex::new(Pages {
            cached: HashMap::default(),
            gone: LinkedHashMap::default(),
            bound,
            held: [Held::default(); KINDS],
        }))
    }

    fn open(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a miss.
    pub(super) fn miss(&self, key: &Key) -> Missed {
        let pages = &mut *self.open();
        if let Some(record) = pages.cached.get_mut(key) {
            return record.missed();
        }
        let mut record = pages.gone.remove(key).unwrap_or_default();
        let missed = record.missed();
        pages.put_last(key, record);
        missed
    }

    /// A body is about to go in.
    pub(super) fn begin_stay(&self, key: &Key, tally: &Arc<Tally>, weight: u64, expires: Duration) {
        let pages = &mut *self.open();
        let record = pages.cached.entry(key.clone()).or_insert_with(|| {
            pages.gone.remove(key).unwrap_or_else(|| Record { tally: Arc::clone(tally), ..Record::default() })
        });
        record.stays += 1;
        record.expires = expires;
        record.left = None;
        let held = &mut pages.held[key.kind().index()];
        held.entries += 1;
        held.bytes += weight;
    }

    /// A body went, or did not go in after all.
    pub(super) fn end_stay(&self, key: &Key, weight: u64, left: Left) {
        let pages = &mut *self.open();
        let held = &mut pages.held[key.kind().index()];
        held.entries -= 1;
        held.bytes -= weight;
        let Some(record) = pages.cached.get_mut(key) else { return };
        record.stays -= 1;
        if record.stays > 0 {
            return;
        }
        record.left = Some(left);
        if let Some(record) = pages.cached.remove(key) {
            pages.put_last(key, record);
        }
    }

    /// Keys whose time to live had passed at `now`.
    pub(super) fn expired(&self, now: Duration) -> Vec<Key> {
        let pages = self.open();
        pages.cached.iter().filter(|(_, record)| record.expires <= now).map(|(key, _)| key.clone()).collect()
    }

    /// The lookups of one key; none if it is not known.
    pub(super) fn of(&self, key: &Key) -> Lookups {
        let pages = self.open();
        pages.cached.get(key).or_else(|| pages.gone.get(key)).map_or(Lookups::default(), Record::lookups)
    }

    /// Shows every key with its lookups; tells what each kind holds.
    pub(super) fn read(&self, mut each: impl FnMut(&Key, Lookups)) -> [Held; KINDS] {
        let pages = self.open();
        pages.cached.iter().chain(pages.gone.iter()).for_each(|(key, record)| each(key, record.lookups()));
        pages.held
    }

    /// Sets the counters of one key to zero.
    pub(super) fn reset_key(&self, key: &Key) {
        let mut pages = self.open();
        if let Some(record) = pages.cached.get(key) {
            record.clear();
        } else {
            pages.gone.remove(key);
        }
    }

    /// Sets all counters to zero.
    pub(super) fn reset(&self) {
        let mut pages = self.open();
        pages.cached.values().for_each(Record::clear);
        pages.gone.clear();
    }
}

impl Pages {
    /// Puts a record after all that left before; those at the front go when there are too many.
    fn put_last(&mut self, key: &Key, record: Record) {
        self.gone.insert(key.clone(), record);
        while self.gone.len() > self.bound {
            self.gone.pop_front();
        }
    }
}

impl Record {
    fn missed(&mut self) -> Missed {
        count(&self.tally.misses);
        Missed { tally: Arc::clone(&self.tally), left: self.left.take() }
    }

    fn lookups(&self) -> Lookups {
        Lookups { hits: read(&self.tally.hits), misses: read(&self.tally.misses) }
    }

    fn clear(&self) {
        self.tally.hits.store(0, Ordering::Relaxed);
        self.tally.misses.store(0, Ordering::Relaxed);
    }
}
