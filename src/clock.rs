//! The time, from the machine or set by a test: nothing else in the program asks the system for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Tells the time of day and the time passed; clones share one clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System { started: Instant, started_tick: Duration },
    Set { start: Timestamp, passed_nanos: AtomicU64 },
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time comes in")]
    pub fn system() -> Self {
        Self(Arc::new(Source::System { started: Instant::now(), started_tick: tick() }))
    }

    /// A clock that stands at `start` until it is advanced.
    #[must_use]
    pub fn set_at(start: Timestamp) -> Self {
        Self(Arc::new(Source::Set { start, passed_nanos: AtomicU64::new(0) }))
    }

    /// Moves a set clock forward; the machine's clock moves by itself and ignores this.
    pub fn advance(&self, by: Duration) {
        if let Source::Set { passed_nanos, .. } = &*self.0 {
            let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
            passed_nanos.fetch_add(nanos, Ordering::SeqCst);
        }
    }

    /// The moment, in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time comes in")]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::System { .. } => Timestamp::now(),
            Source::Set { start, .. } => start.checked_add(self.passed()).unwrap_or(Timestamp::MAX),
        }
    }

    /// The date in UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now()).date()
    }

    /// Time passed since this clock was made; never goes back.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time comes in")]
    pub fn passed(&self) -> Duration {
        match &*self.0 {
            Source::System { started, .. } => Instant::now().saturating_duration_since(*started),
            Source::Set { passed_nanos, .. } => Duration::from_nanos(passed_nanos.load(Ordering::SeqCst)),
        }
    }

    /// As [`Clock::passed`], but as of the last tick of the system's timer, so up to 10 milliseconds off; for what runs
    /// millions of times a second, as it costs a fifth. Exact on a set clock.
    #[must_use]
    pub fn passed_at_tick(&self) -> Duration {
        match &*self.0 {
            Source::System { started_tick, .. } if cfg!(target_os = "linux") => {
                tick().saturating_sub(*started_tick)
            }
            _ => self.passed(),
        }
    }
}

/// The system's monotonic time at the last tick of its timer: read from memory, where the exact time asks the processor and
/// makes it wait for all that it has begun.
#[cfg(target_os = "linux")]
fn tick() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    Duration::try_from(time).unwrap_or_default()
}

/// Other systems have no such clock.
#[cfg(not(target_os = "linux"))]
const fn tick() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_moves_only_when_advanced() {
        let clock = Clock::set_at("2026-03-31T23:00:00Z".parse().unwrap());
        let shared = clock.clone();
        assert_eq!(clock.today(), jiff::civil::date(2026, 3, 31));
        shared.advance(Duration::from_hours(2));
        assert_eq!(clock.now(), "2026-04-01T01:00:00Z".parse().unwrap());
        assert_eq!(clock.passed(), Duration::from_hours(2));
        assert_eq!(clock.passed_at_tick(), Duration::from_hours(2));
    }

    #[test]
    fn the_time_at_the_tick_is_near_the_time() {
        let clock = Clock::system();
        let near = || clock.passed().abs_diff(clock.passed_at_tick()) < Duration::from_millis(20);
        // The thread may be held up between the two readings, but not every time.
        assert!((0..100).any(|_| near()));
    }
}
