//! One caller at a time: what is kept, for how long, what is forgotten and what is counted.

use super::*;

use crate::cache::Loaded;
use crate::cache::advice::Verdict;
use crate::cache::stats::{HitRate, Sort};

#[test]
fn the_second_to_ask_gets_the_same_bytes_without_a_load() {
    let cache = cache_on(&clock());
    let (first, loaded) = get(&cache, &Key::claim(1), "{}");
    assert!(loaded);
    let (second, loaded) = get(&cache, &Key::claim(1), "other");
    assert!(!loaded);
    assert!(std::ptr::eq(first.as_bytes(), second.as_bytes()), "a hit copies nothing");
    assert_eq!(first.etag(), second.etag());
}

#[test]
fn peeking_counts_hits_only() {
    let cache = cache_on(&clock());
    assert!(cache.peek_hit(&Key::claim(1)).is_none());
    get(&cache, &Key::claim(1), "{}");
    assert!(cache.peek_hit(&Key::claim(1)).is_some());
    assert_eq!(stats(&cache).overall.ever, HitRate::new(1, 1));
}

#[test]
fn an_answer_is_served_until_its_time_to_live_has_passed() {
    let clock = clock();
    let cache = cache_on(&clock);
    get(&cache, &Key::claim(1), "old");
    clock.advance(Duration::from_nanos(59_999_999_999));
    assert_eq!(text(&cache, &Key::claim(1), "new"), "old");
    clock.advance(Duration::from_nanos(1));
    assert!(cache.peek_hit(&Key::claim(1)).is_none());
    assert_eq!(text(&cache, &Key::claim(1), "new"), "new");
    let activity = activity(&cache);
    assert_eq!((activity.expired, activity.expired_unread, activity.read_after_expiry), (1, 0, 1));
    assert_eq!(activity.unchanged_after_expiry, 0);
}

#[test]
fn an_answer_that_expires_unread_is_counted_when_the_statistics_are_asked_for() {
    let clock = clock();
    let cache = cache_on(&clock);
    get(&cache, &Key::claim(1), "{}");
    get(&cache, &Key::claim(2), "{}");
    get(&cache, &Key::claim(2), "{}");
    get(&cache, &Key::payer(1), "{}");
    clock.advance(MINUTE);
    let activity = activity(&cache);
    assert_eq!((activity.expired, activity.expired_unread, activity.entries), (2, 1, 1));
}

#[test]
fn an_answer_that_comes_back_unchanged_after_expiring_is_counted_even_if_it_was_swept() {
    let clock = clock();
    let cache = cache_on(&clock);
    for (swept, value) in [(false, "same"), (false, "same"), (true, "same"), (true, "changed")] {
        get(&cache, &Key::claim(1), value);
        clock.advance(MINUTE);
        if swept {
            stats(&cache);
        }
    }
    let activity = activity(&cache);
    assert_eq!((activity.expired, activity.read_after_expiry, activity.unchanged_after_expiry), (4, 3, 2));
}

#[test]
fn a_ttl_of_zero_loads_every_time_and_counts_every_miss() {
    let mut settings = settings();
    settings.ttl.insert(Kind::Claim, 0);
    let cache = Cache::new(settings, clock());
    for value in ["1", "2", "3"] {
        assert_eq!(text(&cache, &Key::claim(1), value), value);
        assert!(cache.peek_hit(&Key::claim(1)).is_none());
    }
    let claims = of_kind(&cache, Kind::Claim);
    assert_eq!((claims.lookups.ever.misses, claims.activity.loads, claims.activity.entries), (3, 3, 0));
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 3));
}

#[test]
fn the_longest_ttl_does_not_overflow() {
    let mut settings = settings();
    settings.ttl.insert(Kind::Claim, u64::MAX);
    let cache = Cache::new(settings, clock());
    get(&cache, &Key::claim(1), "{}");
    assert!(cache.peek_hit(&Key::claim(1)).is_some());
}

#[test]
fn forgetting_touches_the_keys_named_and_no_others() {
    let cache = cache_on(&clock());
    let keys = [Key::claim(1), Key::claim(2), Key::risk_score(1), Key::practice_config("1234567893")];
    for key in &keys {
        get(&cache, key, "old");
    }
    cache.forget([Key::claim(1), Key::practice_config("1234567893"), Key::episode(9)]);
    let now: Vec<_> = keys.iter().map(|key| text(&cache, key, "new")).collect();
    assert_eq!(now, ["new", "old", "old", "new"]);
    assert_eq!((activity(&cache).invalidated, activity(&cache).read_after_invalidation), (2, 2));
}

#[test]
fn forgetting_the_counts_of_a_noun_reaches_every_filter_of_it() {
    let cache = cache_on(&clock());
    let keys = [Key::count("claims", ""), Key::count("claims", "status=denied"), Key::count("remits", "")];
    for key in &keys {
        get(&cache, key, "old");
    }
    cache.forget_counts("claims");
    assert!(cache.peek_hit(&keys[1]).is_none());
    let now: Vec<_> = keys.iter().map(|key| text(&cache, key, "new")).collect();
    assert_eq!(now, ["new", "new", "old"]);
    assert_eq!(activity(&cache).invalidated, 2);
}

#[test]
fn forgetting_a_kind_reaches_all_of_it() {
    let cache = cache_on(&clock());
    let keys = [Key::risk_score(1), Key::risk_score(2), Key::claim(1), Key::count("claims", "")];
    for key in &keys {
        get(&cache, key, "old");
    }
    cache.forget_kind(Kind::RiskScore);
    cache.forget_kind(Kind::Count);
    let now: Vec<_> = keys.iter().map(|key| text(&cache, key, "new")).collect();
    assert_eq!(now, ["new", "new", "old", "new"]);
}

#[test]
fn a_failed_load_is_not_kept_and_the_next_loads_again() {
    let cache = cache_on(&clock());
    assert_eq!(cache.get_or_load_blocking(&Key::claim(1), || Err("no")).unwrap_err(), "no");
    assert_eq!(
        block_on(cache.get_or_load(Key::claim(1), async || Err::<Loaded, _>("not yet"))).unwrap_err(),
        "not yet"
    );
    assert_eq!(text(&cache, &Key::claim(1), "{}"), "{}");
    let activity = activity(&cache);
    assert_eq!((activity.failed_loads, activity.loads), (2, 1));
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 3));
}

#[test]
fn an_answer_that_is_not_to_be_kept_is_loaded_every_time() {
    let cache = cache_on(&clock());
    let loaded = |json: &str| Ok::<_, Infallible>(Loaded { json: json.into(), is_kept: false });
    for json in ["1", "2"] {
        let body = block_on(cache.get_or_load(Key::claim(1), async || loaded(json))).unwrap();
        assert_eq!(body.as_bytes(), json.as_bytes());
        assert!(cache.peek_hit(&Key::claim(1)).is_none());
    }
    let activity = activity(&cache);
    assert_eq!((activity.loads, activity.entries), (2, 0));
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 2));
}

#[test]
fn the_cache_stays_within_its_capacity_and_says_what_it_threw_out() {
    let cache = Cache::new(CacheSettings { capacity: 100_000, ..settings() }, clock());
    for id in 0..1_000 {
        get(&cache, &Key::claim(id), &"x".repeat(1_000));
    }
    let activity = activity(&cache);
    assert!(activity.bytes <= 100_000 && activity.bytes > 80_000, "{}", activity.bytes);
    assert_eq!(activity.entries + activity.evicted, 1_000);
    assert_eq!(activity.bytes, cache.store.weight());
    assert_eq!(usize::try_from(activity.entries).unwrap(), cache.store.len());
}

#[test]
fn an_answer_that_made_room_and_is_read_again_is_counted() {
    let cache = Cache::new(CacheSettings { capacity: 20_000, ..settings() }, clock());
    for id in (0..100).chain(0..100) {
        get(&cache, &Key::claim(id), &"x".repeat(1_000));
    }
    let activity = activity(&cache);
    assert!(activity.read_after_eviction >= 80, "{}", activity.read_after_eviction);
}

#[test]
fn an_answer_larger_than_the_cache_is_given_and_not_kept() {
    for capacity in [0, 10_000] {
        let cache = Cache::new(CacheSettings { capacity, ..settings() }, clock());
        assert_eq!(text(&cache, &Key::claim(1), &"x".repeat(100_000)).len(), 100_000);
        assert!(cache.peek_hit(&Key::claim(1)).is_none());
        let activity = activity(&cache);
        assert_eq!((activity.entries, activity.bytes, activity.evicted), (0, 0, 1));
    }
}

#[test]
fn counters_of_keys_stay_bounded_under_a_long_scan_and_the_totals_keep_all() {
    let settings = CacheSettings { capacity: 100_000, counters: 500, ..settings() };
    let cache = Cache::new(settings, clock());
    for id in 0..100_000 {
        get(&cache, &Key::claim(id), "{}");
    }
    let stats = stats(&cache);
    assert_eq!(stats.keys, stats.activity.entries + 500);
    assert_eq!(stats.overall.ever, HitRate::new(0, 100_000));
    assert_eq!(stats.by_key.len(), 100);
}

#[test]
fn a_key_too_long_to_be_remembered_is_loaded_every_time_and_counted_in_the_totals() {
    let cache = cache_on(&clock());
    let key = Key::count("claims", &"x".repeat(1_000));
    assert_eq!((text(&cache, &key, "1"), text(&cache, &key, "2")), ("1".into(), "2".into()));
    assert_eq!((stats(&cache).keys, stats(&cache).overall.ever), (0, HitRate::new(0, 2)));
}

#[test]
fn the_counters_that_go_first_are_those_of_keys_that_left_longest_ago() {
    let cache = Cache::new(CacheSettings { counters: 2, ..settings() }, clock());
    for id in 1..=3 {
        get(&cache, &Key::claim(id), "{}");
    }
    cache.forget([Key::claim(2), Key::claim(1), Key::claim(3)]);
    assert_eq!(cache.key_stats(&Key::claim(2)), HitRate::new(0, 0));
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 1));
    assert_eq!(cache.key_stats(&Key::claim(3)), HitRate::new(0, 1));
}

#[test]
fn the_counters_of_a_key_survive_its_leaving_and_coming_back() {
    let cache = cache_on(&clock());
    for _ in 0..3 {
        get(&cache, &Key::claim(1), "{}");
        get(&cache, &Key::claim(1), "{}");
        cache.forget([Key::claim(1)]);
    }
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(3, 3));
}

#[test]
fn a_hit_that_is_counted_after_its_key_has_left_is_not_lost() {
    let cache = cache_on(&clock());
    let (body, _) = get(&cache, &Key::claim(1), "{}");
    cache.forget([Key::claim(1)]);
    cache.hit(&Key::claim(1), &body, Duration::ZERO);
    get(&cache, &Key::claim(1), "{}");
    cache.hit(&Key::claim(1), &body, Duration::ZERO);
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(2, 2));
}

#[test]
fn a_hit_on_an_answer_that_was_refused_as_a_write_came_in_between_is_not_lost() {
    let cache = cache_on(&clock());
    let load = || {
        cache.forget([Key::claim(1)]);
        Ok::<_, Infallible>(b"{}".to_vec())
    };
    let Ok(refused) = cache.get_or_load_blocking(&Key::claim(1), load);
    // As one who began to wait before the write, and was handed the answer as it was refused.
    cache.hit(&Key::claim(1), &refused, Duration::ZERO);
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(1, 1));
    assert_eq!((activity(&cache).not_kept, activity(&cache).entries), (1, 0));
}

#[test]
fn keys_are_listed_as_asked_for() {
    let cache = cache_on(&clock());
    for (id, lookups) in [(1, 2), (2, 4), (3, 3)] {
        for _ in 0..lookups {
            get(&cache, &Key::claim(id), "{}");
            get(&cache, &Key::count("claims", &format!("payer_id={id}")), "1");
        }
    }
    let names = |query: StatsQuery| -> Vec<String> {
        cache.stats(&query).by_key.iter().map(|(key, _)| key.to_string()).collect()
    };
    let prefix = "claim:".to_owned();
    assert_eq!(names(StatsQuery { prefix, ..StatsQuery::default() }), ["claim:2", "claim:3", "claim:1"]);
    let prefix = "count:claims:".to_owned();
    let query = StatsQuery { prefix, limit: 2, sort: Sort::Key };
    assert_eq!(names(query), ["count:claims:payer_id=1", "count:claims:payer_id=2"]);
    assert_eq!(stats(&cache).keys, 6);
    assert_eq!(stats(&cache).hottest[0].key, Key::claim(2));
}

#[test]
fn rates_over_the_last_seconds_minute_and_hour_follow_the_clock() {
    let clock = clock();
    let cache = cache_on(&clock);
    let lookups = |number| (0..number).for_each(|_| drop(get(&cache, &Key::payer(1), "{}")));
    let rates = || {
        let lookups = of_kind(&cache, Kind::Payer).lookups;
        [lookups.last_10_seconds, lookups.last_minute, lookups.last_hour, lookups.ever]
    };
    lookups(4);
    assert_eq!(rates(), [HitRate::new(3, 1); 4]);
    clock.advance(Duration::from_secs(10));
    lookups(2);
    assert_eq!(rates(), [HitRate::new(2, 0), HitRate::new(5, 1), HitRate::new(5, 1), HitRate::new(5, 1)]);
    clock.advance(MINUTE);
    assert_eq!(rates(), [HitRate::new(0, 0), HitRate::new(0, 0), HitRate::new(5, 1), HitRate::new(5, 1)]);
    clock.advance(Duration::from_hours(1));
    assert_eq!(rates()[2..], [HitRate::new(0, 0), HitRate::new(5, 1)]);
}

#[test]
fn load_times_come_from_the_clock_and_give_the_time_saved() {
    let clock = clock();
    let cache = cache_on(&clock);
    let slow = || {
        clock.advance(Duration::from_millis(20));
        Ok::<_, Infallible>(b"{}".to_vec())
    };
    for _ in 0..11 {
        drop(cache.get_or_load_blocking(&Key::claim(1), slow));
    }
    let claims = of_kind(&cache, Kind::Claim);
    assert_eq!(
        (claims.mean_load_ms.to_string(), claims.activity.time_saved_seconds.to_string()),
        ("20".into(), "0.2".into())
    );
    assert!((20.0..=22.5).contains(&claims.p99_load_ms), "{}", claims.p99_load_ms);
}

#[test]
fn resetting_sets_the_statistics_to_zero_and_keeps_the_answers() {
    let clock = clock();
    let cache = cache_on(&clock);
    for id in [1, 1, 2] {
        get(&cache, &Key::claim(id), "{}");
    }
    cache.forget([Key::claim(2)]);
    clock.advance(Duration::from_secs(5));
    cache.reset(None);
    let stats = stats(&cache);
    assert_eq!(stats.overall.ever, HitRate::new(0, 0));
    assert_eq!(stats.overall.last_hour, HitRate::new(0, 0));
    assert_eq!((stats.activity.entries, stats.activity.loads, stats.activity.invalidated), (1, 0, 0));
    assert_eq!(stats.since, "2026-03-01T12:00:05Z".parse().unwrap());
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 0));
    assert!(cache.peek_hit(&Key::claim(1)).is_some());
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(1, 0));
}

#[test]
fn resetting_one_key_leaves_the_others_and_the_totals() {
    let cache = cache_on(&clock());
    for id in [1, 1, 2, 2] {
        get(&cache, &Key::claim(id), "{}");
    }
    cache.reset(Some(&Key::claim(1)));
    assert_eq!(cache.key_stats(&Key::claim(1)), HitRate::new(0, 0));
    assert_eq!(cache.key_stats(&Key::claim(2)), HitRate::new(1, 1));
    assert_eq!(stats(&cache).overall.ever, HitRate::new(2, 2));
}

#[test]
fn the_statistics_are_written_in_the_shape_of_the_api() {
    let cache = cache_on(&clock());
    for _ in 0..17 {
        get(&cache, &Key::claim(123), "{}");
    }
    let json = serde_json::to_value(stats(&cache)).unwrap();
    assert_eq!(json["overall"]["hit_rate"], 94.12);
    assert_eq!(
        json["by_key"],
        serde_json::json!({"claim:123": {"hits": 16, "misses": 1, "total": 17, "hit_rate": 94.12}})
    );
    assert_eq!(json["by_type"]["claim"]["hits"], 16);
    assert_eq!(json["by_type"]["claim"]["last_minute"]["total"], 17);
    assert_eq!(json["by_type"]["claim"]["ttl_seconds"], 60);
    assert_eq!(json["by_type"]["risk_score"]["target_hit_rate"], 80.0);
    assert_eq!(json["entries"], 1);
    assert_eq!(json["capacity"], 67_108_864);
    assert_eq!(json["hottest"][0]["key"], "claim:123");
    assert_eq!(json["since"], "2026-03-01T12:00:00Z");
}

#[track_caller]
fn advised(cache: &Cache, kind: Kind, verdict: Verdict, because: &str) {
    let advice = cache.advice().into_iter().find(|advice| advice.kind == kind.name()).unwrap();
    assert_eq!(advice.verdict, verdict, "{}", advice.message);
    assert!(advice.message.contains(because), "{}", advice.message);
}

#[test]
fn advice_names_the_cause_with_its_figures() {
    let clock = clock();
    let cache = cache_on(&clock);
    advised(&cache, Kind::Claim, Verdict::TooEarly, "Not asked for yet (target 60 %)");
    get(&cache, &Key::claim(1), "{}");
    advised(
        &cache,
        Kind::Claim,
        Verdict::TooEarly,
        "1 lookups hit (target 60 %): too few to tell, 100 are needed",
    );
    cache.reset(None);
    cache.forget([Key::claim(1)]);
    for _ in 0..10 {
        for id in 0..10 {
            get(&cache, &Key::claim(id), "{}");
            get(&cache, &Key::payer(id), "{}");
        }
        clock.advance(MINUTE);
    }
    advised(
        &cache,
        Kind::Claim,
        Verdict::TtlTooShort,
        "90 of 100 misses were on answers that had expired after 60 s",
    );
    advised(&cache, Kind::Claim, Verdict::TtlTooShort, "raise cache.ttl.claim, for example to 120 s");
    advised(&cache, Kind::Payer, Verdict::Fine, "90.00 % of 100 lookups hit (target 90 %)");
    for id in 0..200 {
        get(&cache, &Key::episode(id), "{}");
        get(&cache, &Key::provider(id % 2), "{}");
        cache.forget([Key::provider(id % 2)]);
    }
    advised(&cache, Kind::Episode, Verdict::SeldomReadTwice, "first reads");
    advised(&cache, Kind::Provider, Verdict::WrittenOften, "198 of 200 misses");
}

#[test]
fn advice_tells_stable_data_from_a_short_time_to_live() {
    let clock = clock();
    let cache = cache_on(&clock);
    for _ in 0..10 {
        (0..20).for_each(|_| drop(get(&cache, &Key::claim(1), "{}")));
        clock.advance(MINUTE);
    }
    advised(
        &cache,
        Kind::Claim,
        Verdict::StableData,
        "9 of 9 answers read again after expiring had not changed",
    );
}

#[test]
fn advice_asks_for_space_when_answers_that_made_room_are_read_again() {
    let cache = Cache::new(CacheSettings { capacity: 20_000, ..settings() }, clock());
    for id in (0..200).chain(0..200) {
        get(&cache, &Key::claim(id), "{}");
    }
    advised(&cache, Kind::Claim, Verdict::CapacityTooSmall, "raise cache.capacity from 20000 bytes");
}

#[test]
fn advice_on_a_kind_that_is_not_cached_says_so() {
    let mut settings = settings();
    settings.ttl.insert(Kind::Claim, 0);
    let cache = Cache::new(settings, clock());
    get(&cache, &Key::claim(1), "{}");
    advised(&cache, Kind::Claim, Verdict::NotCached, "cache.ttl.claim is 0: all 1 lookups were loaded");
}
