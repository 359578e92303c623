//! Every interleaving of small steps, on the cache itself: readers, loads, writers, expiry, eviction, cancelled and failed
//! loads take turns as a scheduler decides, and no reader may be given less than what was acknowledged before it began.
//!
//! The scheduler drives futures by hand on one thread. It goes through all orders of a small cast, and through many random
//! orders of a large one. Forgetting the right thing at the wrong time must be found: that is tested too.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::*;

use crate::cache::Loaded;

/// What the actors share: the cache, one row's version in the database, and what has been seen of it.
struct World {
    cache: Cache,
    clock: Clock,
    key: Key,
    committed: Cell<u64>,
    acknowledged: Cell<u64>,
    stale: Cell<u64>,
}

impl World {
    fn of(key: &Key) -> Rc<Self> {
        let clock = clock();
        let mut settings = CacheSettings { capacity: 10_000, ..settings() };
        settings.ttl.insert(key.kind(), 60);
        let cache = Cache::new(settings, clock.clone());
        let (committed, acknowledged) = (Cell::new(1), Cell::new(1));
        Rc::new(Self { cache, clock, key: key.clone(), committed, acknowledged, stale: Cell::new(0) })
    }

    fn forget(&self) {
        match self.key.kind() {
            Kind::Count => self.cache.forget_counts("claims"),
            Kind::RiskScore => self.cache.forget_kind(Kind::RiskScore),
            _ => self.cache.forget([self.key.clone()]),
        }
    }

    fn commit(&self) -> u64 {
        self.committed.set(self.committed.get() + 1);
        self.committed.get()
    }

    fn acknowledge(&self, version: u64) {
        self.acknowledged.set(self.acknowledged.get().max(version));
    }

    /// Checks an answer to a lookup that began when `at_least` was acknowledged.
    fn check(&self, body: &Body, at_least: u64) {
        let version: u64 = str::from_utf8(body.as_bytes()).unwrap().parse().unwrap();
        if version < at_least {
            self.stale.set(self.stale.get() + 1);
        }
    }
}

type Actor = Pin<Box<dyn Future<Output = ()>>>;
type Cast = fn(&Rc<World>) -> Vec<Actor>;

/// Lets the others have a turn.
async fn step() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Reads the row in one step and gives it to the cache in another.
async fn load(world: &World) -> Result<Vec<u8>, Infallible> {
    let version = world.committed.get();
    step().await;
    Ok(version.to_string().into_bytes())
}

fn reader(world: &Rc<World>, lookups: u32) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        for lookup in 0..lookups {
            if lookup > 0 {
                step().await;
            }
            let at_least = world.acknowledged.get();
            if let Some(body) = world.cache.peek_hit(&world.key) {
                world.check(&body, at_least);
            } else {
                step().await;
                let Ok(body) = world.cache.get_or_load(world.key.clone(), || load(&world)).await;
                world.check(&body, at_least);
            }
        }
    })
}

/// Looks up and loads in one go.
fn hasty_reader(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        let at_least = world.acknowledged.get();
        let Ok(body) = world.cache.get_or_load(world.key.clone(), || load(&world)).await;
        world.check(&body, at_least);
    })
}

/// Waits for nobody, and reads the row in the very step in which it asks.
fn impatient_reader(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        for _ in 0..2 {
            let at_least = world.acknowledged.get();
            let load = || Ok::<_, Infallible>(world.committed.get().to_string().into_bytes());
            let Ok(body) = world.cache.get_or_load_at_once(&world.key, load);
            world.check(&body, at_least);
            step().await;
        }
    })
}

fn failing_reader(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        let at_least = world.acknowledged.get();
        let fail = || async {
            step().await;
            Err::<Loaded, _>(())
        };
        if let Ok(body) = world.cache.get_or_load(world.key.clone(), fail).await {
            world.check(&body, at_least);
        }
    })
}

/// Gives up after two turns, whether it loads or waits.
fn leaving_reader(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        let mut lookup = Box::pin(world.cache.get_or_load(world.key.clone(), || load(&world)));
        let polled =
            std::future::poll_fn(|context| Poll::Ready(lookup.as_mut().poll(context).is_ready())).await;
        if !polled {
            step().await;
        }
    })
}

fn writer(world: &Rc<World>, writes: u32) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        for write in 0..writes {
            if write > 0 {
                step().await;
            }
            let version = world.commit();
            step().await;
            world.forget();
            step().await;
            world.acknowledge(version);
        }
    })
}

/// Forgets, then commits: wrong.
fn rash_writer(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        world.forget();
        step().await;
        let version = world.commit();
        world.acknowledge(version);
    })
}

fn expiry(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move { world.clock.advance(MINUTE) })
}

fn eviction(world: &Rc<World>) -> Actor {
    let world = Rc::clone(world);
    Box::pin(async move {
        for id in 0..8 {
            get(&world.cache, &Key::episode(id), &"x".repeat(1_500));
        }
    })
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs a cast to its end; `choose` picks among so many who can go on. Gives the stale answers.
fn play(key: &Key, cast: Cast, mut choose: impl FnMut(usize) -> usize) -> u64 {
    let world = World::of(key);
    let mut actors: Vec<_> =
        cast(&world).into_iter().map(|actor| (Some(actor), Arc::new(Woken(AtomicBool::new(true))))).collect();
    loop {
        let ready: Vec<usize> = (0..actors.len())
            .filter(|actor| actors[*actor].0.is_some() && actors[*actor].1.0.load(Ordering::SeqCst))
            .collect();
        if ready.is_empty() {
            break;
        }
        let (actor, woken) = &mut actors[ready[choose(ready.len())]];
        woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(woken));
        let future = actor.as_mut().unwrap().as_mut();
        if future.poll(&mut Context::from_waker(&waker)).is_ready() {
            *actor = None;
        }
    }
    assert!(actors.iter().all(|(actor, _)| actor.is_none()), "nobody waits for ever");
    let (body, _) = get(&world.cache, &world.key, &world.committed.get().to_string());
    world.check(&body, world.acknowledged.get());
    check_books(&world.cache);
    world.stale.get()
}

/// The ledger holds what the store holds, and the keys' lookups are all lookups.
fn check_books(cache: &Cache) {
    let mut of_keys = 0;
    let held = cache.ledger.read(|_, lookups| of_keys += lookups.total());
    assert_eq!(held.iter().map(|held| held.entries).sum::<u64>(), cache.store.len() as u64);
    assert_eq!(held.iter().map(|held| held.bytes).sum::<u64>(), cache.store.weight());
    assert_eq!(of_keys, cache.counters.lookups().iter().map(|kind| kind.total()).sum::<u64>());
    cache.clock.advance(Duration::from_hours(1_000));
    cache.sweep();
    assert_eq!(cache.store.len(), 0, "the ledger knows of everything in the store");
}

/// Every order of a cast; gives how many there are and the stale answers in all of them.
fn all_orders(key: &Key, cast: Cast) -> (u64, u64) {
    // At each turn, which of how many was chosen.
    let mut path: Vec<(usize, usize)> = Vec::new();
    let (mut orders, mut stale) = (0, 0);
    loop {
        let mut turn = 0;
        stale += play(key, cast, |of| {
            if turn == path.len() {
                path.push((0, of));
            }
            turn += 1;
            path[turn - 1].0
        });
        orders += 1;
        while path.last().is_some_and(|(chosen, of)| chosen + 1 == *of) {
            path.pop();
        }
        match path.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => return (orders, stale),
        }
    }
}

/// The same for a key that is forgotten by itself and one that is forgotten with its noun.
#[track_caller]
fn never_stale(cast: Cast, orders_at_least: u64) {
    for key in [Key::claim(1), Key::count("claims", "status=denied")] {
        let (orders, stale) = all_orders(&key, cast);
        assert_eq!(stale, 0, "{key}");
        assert!(orders >= orders_at_least, "{orders} orders");
    }
}

#[test]
fn two_readers_and_a_writer_in_every_order() {
    never_stale(|world| vec![reader(world, 1), reader(world, 2), writer(world, 1)], 1_000);
}

#[test]
fn two_readers_and_two_writers_in_every_order() {
    never_stale(
        |world| vec![hasty_reader(world), hasty_reader(world), writer(world, 1), writer(world, 1)],
        1_000,
    );
}

#[test]
fn expiry_and_eviction_in_every_order() {
    never_stale(
        |world| {
            vec![hasty_reader(world), hasty_reader(world), writer(world, 1), expiry(world), eviction(world)]
        },
        1_000,
    );
}

#[test]
fn a_failed_load_in_every_order() {
    never_stale(
        |world| vec![failing_reader(world), hasty_reader(world), hasty_reader(world), writer(world, 1)],
        1_000,
    );
}

#[test]
fn an_abandoned_load_in_every_order() {
    never_stale(
        |world| vec![leaving_reader(world), hasty_reader(world), hasty_reader(world), writer(world, 1)],
        1_000,
    );
}

#[test]
fn a_reader_that_waits_for_nobody_in_every_order() {
    never_stale(
        |world| vec![impatient_reader(world), hasty_reader(world), hasty_reader(world), writer(world, 1)],
        1_000,
    );
}

#[test]
fn a_large_cast_in_many_random_orders() {
    let cast: Cast = |world| {
        let mut cast =
            vec![writer(world, 5), writer(world, 5), expiry(world), expiry(world), eviction(world)];
        cast.extend((0..6).map(|_| reader(world, 4)));
        cast.push(impatient_reader(world));
        cast.extend((0..3).flat_map(|_| [failing_reader(world), leaving_reader(world), hasty_reader(world)]));
        cast
    };
    for seed in 0..500 {
        for key in [Key::claim(1), Key::count("claims", ""), Key::risk_score(1)] {
            let mut chance = Chance(seed);
            assert_eq!(play(&key, cast, |of| chance.below(of)), 0, "seed {seed}, {key}");
        }
    }
}

#[test]
fn the_scheduler_finds_a_writer_that_forgets_before_it_commits() {
    let cast: Cast = |world| vec![hasty_reader(world), hasty_reader(world), rash_writer(world)];
    for key in [Key::claim(1), Key::count("claims", "")] {
        assert!(all_orders(&key, cast).1 > 0, "{key}");
    }
}
