//! Which request comes next, and when it is due.
//!
//! All connections take from one schedule, each the next one when it is free. When all are busy, requests that are due wait
//! for the first that gets free, in the order in which they are due.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::load::Pace;
use super::number::float;

/// What is to be asked and when, taken one after the other.
pub(super) struct Schedule {
    pace: Pace,
    /// By the bench's clock.
    start: Duration,
    next: AtomicU64,
    /// How many there are, where that is known.
    planned: Option<u64>,
}

/// A request to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// Now, the request at this place of the mix.
    Place(u16),
    /// Now, whichever is drawn.
    Drawn,
    /// At this time, whichever is drawn.
    At(Duration),
    /// It was due at this time, and nobody was free until the schedule ended.
    Missed(Duration),
}

impl Schedule {
    pub(super) fn new(pace: Pace, start: Duration) -> Self {
        let planned = match &pace {
            Pace::Each(places) => Some(places.len() as u64),
            Pace::For(_) => None,
            Pace::Rate { per_second, duration } => Some(whole(per_second * duration.as_secs_f64())),
        };
        Self { pace, start, next: AtomicU64::new(0), planned }
    }

    /// The number of requests, where it is known before.
    pub(super) const fn planned(&self) -> Option<u64> {
        self.planned
    }

    pub(super) const fn start(&self) -> Duration {
        self.start
    }

    /// Takes the next request.
    pub(super) fn take(&self, now: Duration) -> Option<Turn> {
        if let Pace::For(duration) = self.pace {
            return (now < self.start + duration).then_some(Turn::Drawn);
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if self.planned.is_some_and(|planned| number >= planned) {
            return None;
        }
        match &self.pace {
            Pace::Each(places) => places.get(usize::try_from(number).ok()?).copied().map(Turn::Place),
            Pace::For(_) => Some(Turn::Drawn),
            Pace::Rate { per_second, duration } => {
                let due = self.start + Duration::from_secs_f64(float(number) / per_second);
                Some(if now >= self.start + *duration { Turn::Missed(due) } else { Turn::At(due) })
            }
        }
    }
}

/// The whole number nearest to it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float saturates, and a rate is positive"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tally::{Outcome, Tally, Times};

    const START: Duration = Duration::from_secs(5);

    #[test]
    fn requests_of_a_rate_are_due_one_after_the_other() {
        let pace = Pace::Rate { per_second: 4.0, duration: Duration::from_secs(1) };
        let schedule = Schedule::new(pace, START);
        let due: Vec<_> = std::iter::from_fn(|| schedule.take(START)).collect();
        let millis = [5000, 5250, 5500, 5750];
        assert_eq!(due, millis.map(|millis| Turn::At(Duration::from_millis(millis))));
        assert_eq!(schedule.planned(), Some(4));
    }

    #[test]
    fn what_nobody_was_free_for_until_the_end_is_missed() {
        let pace = Pace::Rate { per_second: 2.0, duration: Duration::from_secs(1) };
        let schedule = Schedule::new(pace, START);
        let late = START + Duration::from_secs(1);
        assert_eq!(schedule.take(late), Some(Turn::Missed(START)));
        assert_eq!(schedule.take(late), Some(Turn::Missed(START + Duration::from_millis(500))));
        assert_eq!(schedule.take(late), None);
    }

    #[test]
    fn a_closed_loop_ends_by_count_or_by_time() {
        let schedule = Schedule::new(Pace::Each([1, 0].into()), START);
        assert_eq!(
            [(); 3].map(|()| schedule.take(START)),
            [Some(Turn::Place(1)), Some(Turn::Place(0)), None]
        );
        let schedule = Schedule::new(Pace::For(Duration::from_secs(1)), START);
        assert_eq!(schedule.take(START + Duration::from_millis(999)), Some(Turn::Drawn));
        assert_eq!(schedule.take(START + Duration::from_secs(1)), None);
    }

    /// What a server that answers one request after the other, each in a tenth of a millisecond, gives to so many
    /// connections while it stands still from the fifth second on.
    fn stalled(pace: Pace, pause: Duration) -> Tally {
        const SERVICE: Duration = Duration::from_micros(100);
        let schedule = Schedule::new(pace, START);
        let begin = START + Duration::from_secs(5);
        let mut free_at = [START; 10];
        let mut server_free_at = START;
        let mut tally = Tally::default();
        loop {
            let free = free_at.iter_mut().min().unwrap();
            let due = match schedule.take(*free) {
                None => return tally,
                Some(Turn::At(due)) => due,
                Some(_) => *free,
            };
            let sent = due.max(*free);
            let taken_up = sent.max(server_free_at);
            let stands_still = (begin..begin + pause).contains(&taken_up);
            let done = if stands_still { begin + pause } else { taken_up } + SERVICE;
            (server_free_at, *free) = (done, done);
            tally.record(Times { due, sent, done }, Outcome::Answered { status: 200, bytes: 0 });
        }
    }

    #[test]
    fn a_pause_of_the_server_is_seen_as_long_as_it_was() {
        let (pause, seconds, rate) = (0.300, 10.0, 1000.0);
        let duration = Duration::from_secs_f64(seconds);
        let tally = stalled(Pace::Rate { per_second: rate, duration }, Duration::from_secs_f64(pause));
        assert_eq!(tally.answered(), 10_000);
        // One in a hundred waits longer than the 99th percentile: those due in the first tenth of a second of the pause, whose
        // last had to wait for the rest of it.
        let implied = pause - 0.01 * rate * seconds / rate;
        let p99 = tally.latencies.quantile(0.99).as_secs_f64();
        assert!((p99 / implied - 1.0).abs() < 0.1, "{p99} s, {implied} s are implied");
        // Counted from sending, only the ten that were under way are seen.
        assert!(tally.uncorrected.quantile(0.99) < Duration::from_millis(2));
        assert!(tally.uncorrected.max() >= Duration::from_secs_f64(pause));
    }

    #[test]
    fn a_closed_loop_hides_the_pause() {
        let tally = stalled(Pace::For(Duration::from_secs(10)), Duration::from_millis(300));
        assert!(tally.latencies.quantile(0.99) < Duration::from_millis(2));
        assert!(tally.latencies.max() >= Duration::from_millis(300));
    }
}
