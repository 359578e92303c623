//! Hits and misses over the last 10 seconds, minute and hour, from readings of the totals and not from each lookup.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cache::counters::Lookups;
use crate::cache::key::KINDS;

type Totals = [Lookups; KINDS];

/// Totals at the start of each second of the last minute and of each minute of the last hour, where there were lookups.
pub(super) struct Windows {
    /// The second of the newest reading, plus one; 0 before the first.
    read_until: AtomicU64,
    rings: Mutex<Rings>,
}

struct Rings {
    seconds: Ring<60>,
    minutes: Ring<60>,
}

/// Readings, oldest first, of the last `N` units of time that began with a lookup.
#[derive(Default)]
struct Ring<const N: u64>(VecDeque<(u64, Totals)>);

/// What was added in each window.
pub(super) struct Recent {
    pub ten_seconds: Totals,
    pub minute: Totals,
    pub hour: Totals,
}

impl Windows {
    pub(super) fn new() -> Self {
        Self {
            read_until: AtomicU64::new(0),
            rings: Mutex::new(Rings { seconds: Ring::default(), minutes: Ring::default() }),
        }
    }

    fn open(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Must be called before a lookup is counted: the first in a second reads the totals, the others do next to nothing.
    pub(super) fn tick(&self, now: Duration, totals: impl FnOnce() -> Totals) {
        if self.read_until.load(Ordering::Relaxed) <= now.as_secs() {
            self.read(now.as_secs(), totals);
        }
    }

    #[cold]
    fn read(&self, second: u64, totals: impl FnOnce() -> Totals) {
        let mut rings = self.open();
        // Others may have come here at the same time.
        if self.read_until.load(Ordering::Relaxed) <= second {
            let totals = totals();
            rings.seconds.push(second, totals);
            rings.minutes.push(second / 60, totals);
            self.read_until.store(second + 1, Ordering::Relaxed);
        }
    }

    /// The windows that end now: the running second or minute and the 9 or 59 before it.
    pub(super) fn recent(&self, now: Duration, totals: Totals) -> Recent {
        let rings = self.open();
        let second = now.as_secs();
        Recent {
            ten_seconds: rings.seconds.added(second.saturating_sub(9), totals),
            minute: rings.seconds.added(second.saturating_sub(59), totals),
            hour: rings.minutes.added((second / 60).saturating_sub(59), totals),
        }
    }

    /// Forgets all readings, as the totals were set to zero.
    pub(super) fn reset(&self) {
        let mut rings = self.open();
        rings.seconds.0.clear();
        rings.minutes.0.clear();
        self.read_until.store(0, Ordering::Relaxed);
    }
}

impl<const N: u64> Ring<N> {
    /// Keeps the first reading of a unit: that at its start.
    fn push(&mut self, unit: u64, totals: Totals) {
        if self.0.back().is_some_and(|(newest, _)| *newest >= unit) {
            return;
        }
        while self.0.front().is_some_and(|(oldest, _)| oldest + N <= unit) {
            self.0.pop_front();
        }
        self.0.push_back((unit, totals));
    }

    /// What was added since the start of a unit. The first reading from then on has the totals as they were at that start,
    /// since a lookup in between would have left one; without any, nothing was added.
    fn added(&self, since: u64, totals: Totals) -> Totals {
        let start = self.0.iter().find(|(unit, _)| *unit >= since).map_or(totals, |(_, start)| *start);
        std::array::from_fn(|kind| totals[kind].since(start[kind]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lookups at these moments (seconds, hits), then how many are in the windows at the end.
    #[track_caller]
    fn case(lookups: &[(u64, u64)], now: u64, expected: (u64, u64, u64)) {
        let windows = Windows::new();
        let mut totals = Totals::default();
        for (second, hits) in lookups {
            for _ in 0..*hits {
                windows.tick(Duration::from_secs(*second), || totals);
                totals[0].hits += 1;
            }
        }
        let recent = windows.recent(Duration::from_secs(now), totals);
        let found = (recent.ten_seconds[0].hits, recent.minute[0].hits, recent.hour[0].hits);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_window_holds_the_lookups_of_its_time_and_no_older_ones() {
        case(&[], 5, (0, 0, 0));
        case(&[(0, 3)], 0, (3, 3, 3));
        case(&[(0, 3)], 9, (3, 3, 3));
        case(&[(0, 3)], 10, (0, 3, 3));
        case(&[(0, 3)], 59, (0, 3, 3));
        case(&[(0, 3)], 60, (0, 0, 3));
        case(&[(0, 3), (3_599, 2)], 3_599, (2, 2, 5));
        case(&[(0, 3), (3_600, 2)], 3_600, (2, 2, 2));
        case(&[(0, 3), (100_000, 2), (100_005, 1)], 100_012, (1, 3, 3));
    }

    #[test]
    fn the_rings_stay_small_however_long_it_runs() {
        let windows = Windows::new();
        for second in 0..100_000 {
            windows.tick(Duration::from_secs(second), Totals::default);
        }
        let rings = windows.open();
        assert_eq!((rings.seconds.0.len(), rings.minutes.0.len()), (60, 60));
    }
}
