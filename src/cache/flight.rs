//! A lookup from its beginning, and the load that it may become: each is counted once, whichever way it ends.

use std::pin::pin;
use std::time::Duration;

use quick_cache::sync::GuardResult;

use crate::cache::body::{Body, Stay};
use crate::cache::counters::count;
use crate::cache::generations::Group;
use crate::cache::key::Key;
use crate::cache::ledger::{Departure, Left};
use crate::cache::store::Guard;
use crate::cache::{Cache, Loaded};

/// Someone asking for a key.
pub(super) struct Lookup<'a> {
    cache: &'a Cache,
    key: &'a Key,
    group: Group,
    /// When it began: nothing older may answer it.
    generation: u64,
    /// Whether it was counted as a miss.
    missed: bool,
    /// How the key left, if this is the first to ask for it since.
    left: Option<Left>,
}

impl<'a> Lookup<'a> {
    pub(super) fn begin(cache: &'a Cache, key: &'a Key) -> Self {
        let group = cache.generations.group_of(key);
        Self { cache, key, group, generation: cache.generations.of(group), missed: false, left: None }
    }

    /// How long the answer is kept, if at all.
    fn ttl(&self) -> Option<Duration> {
        self.cache.ttl[self.key.kind().index()].filter(|_| self.key.is_short())
    }

    /// The body, or the right to load it; waits while another loads it.
    pub(super) async fn find(mut self) -> Result<Body, Flight<'a>> {
        let (cache, key) = (self.cache, self.key);
        if self.ttl().is_none() {
            return Err(self.take_off(None));
        }
        loop {
            let mut found = pin!(cache.store.get_value_or_guard_async(key));
            let found = std::future::poll_fn(|context| {
                let found = found.as_mut().poll(context);
                if found.is_pending() {
                    self.wait();
                }
                found
            });
            match found.await {
                Ok(body) if self.accepts(&body) => return Ok(body),
                Ok(_) => cache.discard(key),
                Err(guard) => return Err(self.take_off(Some(guard))),
            }
        }
    }

    /// As [`Lookup::find`], blocking.
    pub(super) fn find_blocking(mut self) -> Result<Body, Flight<'a>> {
        if self.ttl().is_none() {
            return Err(self.take_off(None));
        }
        let mut patience = Some(Duration::ZERO);
        loop {
            match self.cache.store.get_value_or_guard(self.key, patience) {
                GuardResult::Value(body) if self.accepts(&body) => return Ok(body),
                GuardResult::Value(_) => self.cache.discard(self.key),
                GuardResult::Guard(guard) => return Err(self.take_off(Some(guard))),
                GuardResult::Timeout => {
                    self.wait();
                    patience = None;
                }
            }
        }
    }

    /// As [`Lookup::find`], without waiting: while another loads it, this one may too, and keeps nothing.
    pub(super) fn find_at_once(self) -> Result<Body, Flight<'a>> {
        if self.ttl().is_none() {
            return Err(self.take_off(None));
        }
        loop {
            match self.cache.store.get_value_or_guard(self.key, Some(Duration::ZERO)) {
                GuardResult::Value(body) if self.accepts(&body) => return Ok(body),
                GuardResult::Value(_) => self.cache.discard(self.key),
                GuardResult::Guard(guard) => return Err(self.take_off(Some(guard))),
                GuardResult::Timeout => return Err(self.take_off(None)),
            }
        }
    }

    /// Whether a body may answer this; counts the hit unless the lookup had to wait and was counted then.
    fn accepts(&self, body: &Body) -> bool {
        let now = self.cache.clock.passed();
        let fresh = body.stay().generation() >= self.generation && !body.stay().has_expired(now);
        if fresh && !self.missed {
            self.cache.hit(self.key, body, now);
        }
        fresh
    }

    /// Another is loading the key: a miss, though no load.
    fn wait(&mut self) {
        if !self.missed {
            self.miss();
            count(&self.cache.counters.of(self.key.kind()).single_flight_waits);
        }
    }

    /// Counts the miss, once.
    fn miss(&mut self) {
        if std::mem::replace(&mut self.missed, true) {
            return;
        }
        let (cache, counters) = (self.cache, self.cache.counters.of(self.key.kind()));
        cache.windows.tick(cache.clock.passed(), || cache.counters.lookups());
        count(&counters.misses);
        self.left = cache.ledger.miss(self.key);
        match self.left.map(|left| left.why) {
            Some(Departure::Expired) => count(&counters.read_after_expiry),
            Some(Departure::Evicted) => count(&counters.read_after_eviction),
            Some(Departure::Forgotten) => count(&counters.read_after_invalidation),
            None => {}
        }
    }

    /// Begins the load; without a guard its body will not be kept.
    fn take_off(mut self, guard: Option<Guard<'a>>) -> Flight<'a> {
        self.miss();
        // Noted before the load reads: a write that is answered from here on makes its value out of date.
        let generation = self.cache.generations.of(self.group);
        let began = self.cache.clock.passed();
        Flight { lookup: self, guard, generation, began, landed: false }
    }
}

/// A load in progress. Dropped before it landed, it has failed, and the next who waits loads.
pub(super) struct Flight<'a> {
    lookup: Lookup<'a>,
    guard: Option<Guard<'a>>,
    generation: u64,
    began: Duration,
    landed: bool,
}

impl Flight<'_> {
    /// Ends the load with what it gave, and keeps that unless it is not to be kept or a write came in between.
    pub(super) fn land(mut self, Loaded { json, is_kept }: Loaded) -> Body {
        self.landed = true;
        let Lookup { cache, key, group, left, .. } = self.lookup;
        let now = cache.clock.passed();
        let counters = cache.counters.of(key.kind());
        counters.loads.add(now.saturating_sub(self.began));
        let (Some(guard), Some(ttl), true) = (self.guard.take(), self.lookup.ttl(), is_kept) else {
            return Body::from_json(json);
        };
        let body = Body::staying(json, Stay::new(now.saturating_add(ttl), group, self.generation));
        if left == Some(Left { why: Departure::Expired, etag: body.tag() }) {
            count(&counters.unchanged_after_expiry);
        }
        let mut evicted = Vec::new();
        if guard.insert_with_lifecycle(body.clone(), &mut evicted).is_ok() {
            let is_in = || cache.store.peek(key).is_some_and(|kept| kept.is(&body));
            cache.ledger.begin_stay(key, &body, is_in);
        } else {
            count(&counters.not_kept);
            // Those who waited for it may have got hold of it at the very moment it was refused.
            cache.ledger.no_stay(key, &body);
        }
        for (key, body) in evicted {
            cache.leave(&key, &body, Departure::Evicted);
        }
        body
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if !self.landed {
            count(&self.lookup.cache.counters.of(self.lookup.key.kind()).failed_loads);
        }
    }
}
