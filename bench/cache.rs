//! What a lookup that hits costs, statistics included, beside bare `quick_cache` and moka with a time to live.
//!
//! `cargo bench --bench cache`. Each sample is 1,000 lookups, so microseconds in the table are nanoseconds a lookup.

use std::cell::Cell;
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use marb::cache::Cache;
use marb::cache::key::Key;
use marb::cache::settings::CacheSettings;
use marb::cache::stats::StatsQuery;
use marb::clock::Clock;

const LOOKUPS: usize = 1_000;
const KEYS: i64 = 10_000;
const TTL: Duration = Duration::from_hours(1);

fn answer(id: i64) -> Vec<u8> {
    format!("{{\"id\":{id},\"text\":\"{}\"}}", "x".repeat(1_000)).into_bytes()
}

static OURS: LazyLock<Cache> = LazyLock::new(|| {
    let cache = Cache::new(CacheSettings::default(), Clock::system());
    for id in 0..KEYS {
        drop(cache.get_or_load_blocking(&Key::claim(id), || Ok::<_, Infallible>(answer(id))));
    }
    cache
});

static BARE: LazyLock<quick_cache::sync::Cache<i64, Arc<[u8]>>> = LazyLock::new(|| {
    let cache = quick_cache::sync::Cache::new(40_000);
    (0..KEYS).for_each(|id| cache.insert(id, answer(id).into()));
    cache
});

static MOKA: LazyLock<moka::sync::Cache<i64, Arc<[u8]>>> = LazyLock::new(|| {
    let cache = moka::sync::Cache::builder().max_capacity(40_000).time_to_live(TTL).build();
    (0..KEYS).for_each(|id| cache.insert(id, answer(id).into()));
    cache.run_pending_tasks();
    cache
});

thread_local! {
    static CHANCE: Cell<u64> = const { Cell::new(0) };
}

/// An id below `KEYS`, by a cheap generator of each thread's own.
fn any_id() -> i64 {
    CHANCE.with(|chance| {
        let next =
            chance.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        chance.set(next);
        i64::try_from((next >> 33) % KEYS.unsigned_abs()).unwrap_or(0)
    })
}

fn lookups(bencher: Bencher<'_, '_>, id: impl Fn() -> i64 + Sync, look_up: impl Fn(i64) + Sync) {
    (0..KEYS).for_each(&look_up);
    bencher.counter(ItemsCount::new(LOOKUPS)).bench(|| (0..LOOKUPS).for_each(|_| look_up(id())));
}

/// Ten thousand keys, each as likely as the others.
#[divan::bench_group(threads = [1, 2])]
mod ten_thousand_keys {
    use super::{BARE, Bencher, Key, MOKA, OURS, any_id, black_box, lookups};

    #[divan::bench]
    fn marb(bencher: Bencher<'_, '_>) {
        lookups(bencher, any_id, |id| drop(black_box(OURS.peek_hit(&Key::claim(id)))));
    }

    #[divan::bench]
    fn quick_cache(bencher: Bencher<'_, '_>) {
        lookups(bencher, any_id, |id| drop(black_box(BARE.get(&id))));
    }

    #[divan::bench]
    fn moka(bencher: Bencher<'_, '_>) {
        lookups(bencher, any_id, |id| drop(black_box(MOKA.get(&id))));
    }
}

/// One key that everybody asks for.
#[divan::bench_group(threads = [1, 2])]
mod one_key {
    use super::{BARE, Bencher, Key, MOKA, OURS, black_box, lookups};

    #[divan::bench]
    fn marb(bencher: Bencher<'_, '_>) {
        lookups(bencher, || 7, |id| drop(black_box(OURS.peek_hit(&Key::claim(id)))));
    }

    #[divan::bench]
    fn quick_cache(bencher: Bencher<'_, '_>) {
        lookups(bencher, || 7, |id| drop(black_box(BARE.get(&id))));
    }

    #[divan::bench]
    fn moka(bencher: Bencher<'_, '_>) {
        lookups(bencher, || 7, |id| drop(black_box(MOKA.get(&id))));
    }
}

/// A key that is not there: the load, its tag, and room made by another's leaving.
#[divan::bench]
fn a_miss_that_evicts(bencher: Bencher<'_, '_>) {
    let cache = Cache::new(CacheSettings { capacity: 1 << 20, ..CacheSettings::default() }, Clock::system());
    let next = Cell::new(0);
    bencher.counter(ItemsCount::new(LOOKUPS)).bench_local(|| {
        for id in next.get()..next.get() + 1_000 {
            drop(cache.get_or_load_blocking(&Key::claim(id), || Ok::<_, Infallible>(vec![b' '; 1_000])));
        }
        next.set(next.get() + 1_000);
    });
}

/// All statistics, with ten thousand keys cached; not a thousand times but once.
#[divan::bench]
fn statistics(bencher: Bencher<'_, '_>) {
    LazyLock::force(&OURS);
    bencher.bench(|| OURS.stats(&StatsQuery::default()));
}

/// What the exact time costs, which a hit does without.
#[divan::bench]
fn reading_the_clock(bencher: Bencher<'_, '_>) {
    let clock = Clock::system();
    bencher.counter(ItemsCount::new(LOOKUPS)).bench(|| {
        for _ in 0..LOOKUPS {
            black_box(clock.passed());
        }
    });
}

fn main() {
    divan::main();
}
