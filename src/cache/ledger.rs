//! The counters of each key: kept while it is cached and, for those that left last, beyond.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashlink::LinkedHashMap;
use quick_cache::DefaultHashBuilder;

use crate::cache::body::{Body, Etag};
use crate::cache::counters::Lookups;
use crate::cache::key::{KINDS, Key};
use crate::cache::store::weight;

/// Why a key left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Departure {
    /// Its time to live had passed.
    Expired,
    /// Others needed the space.
    Evicted,
    /// A write changed what it said.
    Forgotten,
}

/// How a key left, for comparison when it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    pub why: Departure,
    pub etag: Etag,
}

/// What one kind holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub entries: u64,
    pub bytes: u64,
}

/// The counters of all keys, bounded: when keys that are not cached become too many, those that left longest ago go.
///
/// Hits of a cached key are counted on its body, where a hit finds them without looking the key up again, and are added
/// here when it leaves.
pub(super) struct Ledger(Mutex<Pages>);

struct Pages {
    cached: HashMap<Key, Record, DefaultHashBuilder>,
    /// In the order they left.
    gone: LinkedHashMap<Key, Record, DefaultHashBuilder>,
    bound: usize,
    held: [Held; KINDS],
}

#[derive(Default)]
struct Record {
    /// All lookups but the hits on `body`. After a reset these are negative, as it were: they wrap.
    others: Lookups,
    body: Option<Body>,
    left: Option<Left>,
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

    /// Counts a miss; tells the first who asks since how the key left.
    pub(super) fn miss(&self, key: &Key) -> Option<Left> {
        let pages = &mut *self.open();
        if let Some(record) = pages.cached.get_mut(key) {
            record.others.misses += 1;
            return None;
        }
        if !key.is_short() {
            return None;
        }
        let mut record = pages.gone.remove(key).unwrap_or_default();
        record.others.misses += 1;
        let left = record.left.take();
        pages.put_last(key, record);
        left
    }

    /// Counts a hit on a body that has left, by someone who got hold of it before.
    #[cold]
    pub(super) fn late_hit(&self, key: &Key) {
        let pages = &mut *self.open();
        if let Some(record) = pages.record(key) {
            record.others.hits = record.others.hits.wrapping_add(1);
        }
    }

    /// A body was not kept: hits on it so far are counted here, and later ones are late.
    pub(super) fn no_stay(&self, key: &Key, body: &Body) {
        let pages = &mut *self.open();
        let hits = body.stay().settle();
        if let Some(record) = pages.record(key) {
            record.others.hits = record.others.hits.wrapping_add(hits);
        }
    }

    /// A body went in. `is_in` tells whether it is still there, as it may have left in the meantime, and another come: the
    /// store and this are not under one lock, but what is noted here last is what the store said last.
    pub(super) fn begin_stay(&self, key: &Key, body: &Body, is_in: impl FnOnce() -> bool) {
        let pages = &mut *self.open();
        if !is_in() {
            return;
        }
        let record =
            pages.cached.entry(key.clone()).or_insert_with(|| pages.gone.remove(key).unwrap_or_default());
        let held = &mut pages.held[key.kind().index()];
        if let Some(former) = record.body.replace(body.clone()) {
            record.others.hits = record.others.hits.wrapping_add(former.stay().settle());
            held.remove(key, &former);
        }
        record.left = None;
        held.add(key, body);
    }

    /// A body left the store, whether its coming was noted or not.
    pub(super) fn end_stay(&self, key: &Key, body: &Body, left: Left) {
        let pages = &mut *self.open();
        let hits = body.stay().settle();
        let mut record = match pages.cached.entry(key.clone()) {
            Entry::Occupied(entry) if entry.get().body.as_ref().is_some_and(|kept| kept.is(body)) => {
                pages.held[key.kind().index()].remove(key, body);
                entry.remove()
            }
            Entry::Occupied(mut entry) => {
                let others = &mut entry.get_mut().others;
                others.hits = others.hits.wrapping_add(hits);
                return;
            }
            Entry::Vacant(_) => pages.gone.remove(key).unwrap_or_default(),
        };
        record.others.hits = record.others.hits.wrapping_add(hits);
        record.body = None;
        record.left = Some(left);
        pages.put_last(key, record);
    }

    /// Keys whose time to live had passed at `now`.
    pub(super) fn expired(&self, now: Duration) -> Vec<Key> {
        let pages = self.open();
        let expired = |record: &Record| record.body.as_ref().is_some_and(|body| body.stay().has_expired(now));
        pages.cached.iter().filter(|(_, record)| expired(record)).map(|(key, _)| key.clone()).collect()
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
        let pages = &mut *self.open();
        match pages.cached.get_mut(key) {
            Some(record) => record.reset(),
            None => drop(pages.gone.remove(key)),
        }
    }

    /// Sets all counters to zero.
    pub(super) fn reset(&self) {
        let pages = &mut *self.open();
        pages.cached.values_mut().for_each(Record::reset);
        pages.gone.clear();
    }
}

impl Held {
    fn add(&mut self, key: &Key, body: &Body) {
        self.entries += 1;
        self.bytes += weight(key, body);
    }

    fn remove(&mut self, key: &Key, body: &Body) {
        self.entries -= 1;
        self.bytes -= weight(key, body);
    }
}

impl Pages {
    fn record(&mut self, key: &Key) -> Option<&mut Record> {
        self.cached.get_mut(key).or_else(|| self.gone.get_mut(key))
    }

    /// Puts a record after all that left before; those at the front go when there are too many.
    fn put_last(&mut self, key: &Key, record: Record) {
        self.gone.insert(key.clone(), record);
        while self.gone.len() > self.bound {
            self.gone.pop_front();
        }
    }
}

impl Record {
    fn lookups(&self) -> Lookups {
        let hits = self.body.as_ref().map_or(0, |body| body.stay().hits());
        Lookups { hits: self.others.hits.wrapping_add(hits), misses: self.others.misses }
    }

    /// Leaves the body's own count alone: it also tells whether the body was ever read.
    fn reset(&mut self) {
        let hits = self.body.as_ref().map_or(0, |body| body.stay().hits());
        self.others = Lookups { hits: 0_u64.wrapping_sub(hits), misses: 0 };
    }
}
