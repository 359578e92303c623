//! Where the bodies are: `quick_cache`, bounded by the bytes that each key and body take.

use quick_cache::sync::{Cache as QuickCache, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, Lifecycle, Weighter};

use crate::cache::body::Body;
use crate::cache::key::Key;

/// Bodies by key.
pub(super) type Store = QuickCache<Key, Body, ByBytes, DefaultHashBuilder, Evictions>;

/// The right to load one key: others who ask for it wait until it is used or dropped.
pub(super) type Guard<'a> = PlaceholderGuard<'a, Key, Body, ByBytes, DefaultHashBuilder, Evictions>;

/// What an entry takes besides its bytes and the text of its key: its places in the store and the ledger, counters, tag and
/// allocations. Measured as 330 to 420 on Linux, by how full the tables are.
const OVERHEAD: u64 = 450;

/// A usual answer, which decides how many shards and remembered evictions are worth it.
const USUAL: u64 = 1_500;

/// An empty store that takes so many bytes.
pub(super) fn open(capacity: u64) -> Store {
    let items = usize::try_from(capacity / USUAL).unwrap_or(usize::MAX);
    Store::with(items, capacity, ByBytes, DefaultHashBuilder::default(), Evictions)
}

/// Bytes that an entry takes.
pub(super) fn weight(key: &Key, body: &Body) -> u64 {
    OVERHEAD + key.text_bytes() as u64 + body.as_bytes().len() as u64
}

/// Weighs by [`weight`].
#[derive(Clone)]
pub(super) struct ByBytes;

impl Weighter<Key, Body> for ByBytes {
    fn weight(&self, key: &Key, body: &Body) -> u64 {
        weight(key, body)
    }
}

/// Hands what had to go to whoever put something in.
#[derive(Clone)]
pub(super) struct Evictions;

impl Lifecycle<Key, Body> for Evictions {
    type RequestState = Vec<(Key, Body)>;

    fn on_evict(&self, evicted: &mut Self::RequestState, key: Key, body: Body) {
        evicted.push((key, body));
    }
}
