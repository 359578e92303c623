//! Many at once, on real threads: one load, nothing stuck, exact counts, nothing stale.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::cache::stats::HitRate;

const CLAIM: Key = Key::claim(1);

/// Two threads that drive futures.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

fn shared() -> Arc<Cache> {
    Arc::new(Cache::new(CacheSettings::default(), Clock::system()))
}

/// Comes back when so many lookups wait for the load of another.
async fn until_waiting(cache: &Cache, waits: u64) {
    while activity(cache).single_flight_waits < waits {
        tokio::task::yield_now().await;
    }
}

/// Asks for one key in tasks, the first of which loads by `first` when all others wait; the others would load `{}`.
/// Gives the answers of the others and the number of their loads.
fn at_once(cache: &Arc<Cache>, tasks: u64, first: fn() -> Result<Vec<u8>, &'static str>) -> (Vec<Body>, u64) {
    let loads = Arc::new(AtomicU64::new(0));
    let runtime = runtime();
    let leading = Arc::clone(cache);
    let first_answer = runtime.spawn(async move {
        let load = || async {
            until_waiting(&leading, tasks - 1).await;
            first()
        };
        leading.get_or_load(CLAIM, load).await
    });
    let others: Vec<_> = (1..tasks)
        .map(|_| {
            let (cache, loads) = (Arc::clone(cache), Arc::clone(&loads));
            runtime.spawn(async move {
                while cache.key_stats(&CLAIM).misses == 0 {
                    tokio::task::yield_now().await;
                }
                let load = || async {
                    loads.fetch_add(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(b"{}".to_vec())
                };
                let Ok(body) = cache.get_or_load(CLAIM, load).await;
                body
            })
        })
        .collect();
    let bodies = runtime.block_on(async {
        let mut bodies = Vec::new();
        for other in others {
            bodies.push(other.await.unwrap());
        }
        drop(first_answer.await);
        bodies
    });
    (bodies, loads.load(Ordering::SeqCst))
}

#[test]
fn two_hundred_who_ask_for_a_cold_key_load_it_once() {
    let cache = shared();
    let (bodies, loads) = at_once(&cache, 200, || Ok(b"[]".to_vec()));
    assert_eq!(loads, 0);
    assert!(bodies.iter().all(|body| std::ptr::eq(body.as_bytes(), bodies[0].as_bytes())));
    assert_eq!(bodies[0].as_bytes(), b"[]");
    let activity = activity(&cache);
    assert_eq!((activity.loads, activity.single_flight_waits), (1, 199));
    assert_eq!(cache.key_stats(&CLAIM), HitRate::new(0, 200));
}

#[test]
fn an_error_in_the_loader_lets_the_next_in_line_load_for_the_rest() {
    let cache = shared();
    let (bodies, loads) = at_once(&cache, 50, || Err("disk"));
    assert_eq!((bodies.len(), loads), (49, 1));
    assert_eq!((activity(&cache).loads, activity(&cache).failed_loads), (1, 1));
}

#[test]
fn a_panic_in_the_loader_lets_the_next_in_line_load_for_the_rest() {
    let cache = shared();
    let (bodies, loads) = at_once(&cache, 50, || std::panic::resume_unwind(Box::new("loader")));
    assert_eq!((bodies.len(), loads), (49, 1));
    assert_eq!((activity(&cache).loads, activity(&cache).failed_loads), (1, 1));
    assert!(cache.peek_hit(&CLAIM).is_some());
}

#[test]
fn a_loader_that_nobody_waits_for_any_more_leaves_no_key_stuck() {
    let cache = shared();
    runtime().block_on(async {
        let never = || std::future::pending::<Result<Vec<u8>, Infallible>>();
        let mut lookup = std::pin::pin!(cache.get_or_load(CLAIM, never));
        std::future::poll_fn(|context| {
            assert!(lookup.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    });
    assert_eq!(text(&cache, &CLAIM, "{}"), "{}");
    assert_eq!((activity(&cache).loads, activity(&cache).failed_loads), (1, 1));
}

#[test]
fn a_blocking_caller_waits_for_an_async_load_and_the_other_way_round() {
    let cache = shared();
    let runtime = runtime();
    let load = || async {
        until_waiting(&cache, 1).await;
        Ok::<_, Infallible>(b"async".to_vec())
    };
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            while cache.key_stats(&CLAIM).misses == 0 {
                std::thread::yield_now();
            }
            text(&cache, &CLAIM, "blocking")
        });
        drop(runtime.block_on(cache.get_or_load(CLAIM, load)));
        assert_eq!(waiting.join().unwrap(), "async");
    });
    let loading = Arc::clone(&cache);
    let blocking = std::thread::spawn(move || {
        let load = || {
            while activity(&loading).single_flight_waits < 2 {
                std::thread::yield_now();
            }
            Ok::<_, Infallible>(b"blocking".to_vec())
        };
        loading.get_or_load_blocking(&Key::claim(2), load)
    });
    while cache.key_stats(&Key::claim(2)).misses == 0 {
        std::thread::yield_now();
    }
    let Ok(body) =
        runtime.block_on(cache.get_or_load(Key::claim(2), async || Ok::<_, Infallible>(Vec::new())));
    assert_eq!(body.as_bytes(), b"blocking");
    drop(blocking.join().unwrap());
}

#[test]
fn hits_and_misses_equal_lookups_whatever_runs_at_once() {
    let settings = CacheSettings { capacity: 40_000, counters: 1_000, ..CacheSettings::default() };
    let cache = Cache::new(settings, Clock::system());
    let lookups = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for seed in 0..8 {
            let (cache, lookups) = (&cache, &lookups);
            scope.spawn(move || {
                let mut chance = Chance(seed);
                for _ in 0..5_000 {
                    let key =
                        [Key::claim, Key::payer][chance.below(2)](i64::try_from(chance.below(100)).unwrap());
                    match chance.below(20) {
                        0 => cache.forget([key]),
                        1 => cache.forget_kind(key.kind()),
                        2 => drop(stats(cache)),
                        3 => {
                            drop(cache.get_or_load_blocking(&key, || Err(())));
                            lookups.fetch_add(1, Ordering::Relaxed);
                        }
                        4..12 => {
                            let hit = cache.peek_hit(&key).is_some();
                            lookups.fetch_add(u64::from(hit), Ordering::Relaxed);
                        }
                        _ => {
                            get(cache, &key, &"x".repeat(500));
                            lookups.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let stats = cache.stats(&StatsQuery { limit: 1_000, ..StatsQuery::default() });
    let (ever, activity) = (stats.overall.ever, stats.activity);
    assert_eq!(ever.total, lookups.into_inner());
    let of_keys =
        |count: fn(&HitRate) -> u64| stats.by_key.iter().map(|(_, lookups)| count(lookups)).sum::<u64>();
    assert_eq!((of_keys(|key| key.hits), of_keys(|key| key.misses)), (ever.hits, ever.misses));
    let gone = activity.evicted + activity.expired + activity.invalidated + activity.not_kept;
    assert_eq!(activity.loads, activity.entries + gone);
    assert_eq!((activity.entries, activity.bytes), (cache.store.len() as u64, cache.store.weight()));
}

#[test]
fn nothing_older_than_an_acknowledged_write_is_read_on_real_threads() {
    const KEYS: usize = 3;
    let cache = shared();
    let keys = [Key::claim(1), Key::count("claims", ""), Key::risk_score(1)];
    let rows: [AtomicU64; KEYS] = Default::default();
    let acknowledged: [AtomicU64; KEYS] = Default::default();
    let reading = AtomicU64::new(4);
    std::thread::scope(|scope| {
        for seed in 0..2 {
            let (cache, keys, rows, acknowledged, reading) = (&cache, &keys, &rows, &acknowledged, &reading);
            scope.spawn(move || {
                let mut chance = Chance(seed);
                while reading.load(Ordering::SeqCst) > 0 {
                    let row = chance.below(KEYS);
                    let version = rows[row].fetch_add(1, Ordering::SeqCst) + 1;
                    match row {
                        0 => cache.forget([keys[0].clone()]),
                        1 => cache.forget_counts("claims"),
                        _ => cache.forget_kind(Kind::RiskScore),
                    }
                    acknowledged[row].fetch_max(version, Ordering::SeqCst);
                }
            });
        }
        for seed in 10..14 {
            let (cache, keys, rows, acknowledged, reading) = (&cache, &keys, &rows, &acknowledged, &reading);
            scope.spawn(move || {
                let mut chance = Chance(seed);
                let mut stale = 0;
                for _ in 0..5_000 {
                    let row = chance.below(KEYS);
                    let at_least = acknowledged[row].load(Ordering::SeqCst);
                    let body = cache.peek_hit(&keys[row]).unwrap_or_else(|| {
                        let load = || {
                            let version = rows[row].load(Ordering::SeqCst);
                            std::thread::yield_now();
                            Ok::<_, Infallible>(version.to_string().into_bytes())
                        };
                        let Ok(body) = cache.get_or_load_blocking(&keys[row], load);
                        body
                    });
                    let version: u64 = str::from_utf8(body.as_bytes()).unwrap().parse().unwrap();
                    stale += u64::from(version < at_least);
                }
                reading.fetch_sub(1, Ordering::SeqCst);
                assert_eq!(stale, 0);
            });
        }
    });
}
