//! The days of a sample, counted from its first.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A day of the sample; 0 is its first.
pub(super) type Day = u32;

/// Days at the end on which no visit happens, so that what happens can still be submitted.
const CLOSING: usize = 3;

/// The days from the first to the last.
#[derive(Debug)]
pub(super) struct Calendar {
    dates: Vec<Date>,
    workdays: Vec<Day>,
}

impl Calendar {
    /// The days of `months` months (at least one) from `start`.
    pub(super) fn new(start: Date, months: u32) -> Self {
        let end = start.saturating_add(i64::from(months.max(1)).months());
        let dates: Vec<Date> = start.series(1.day()).take_while(|date| *date < end).collect();
        let open = dates.len().saturating_sub(CLOSING).max(1);
        let is_workday = |date: &Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let days = (0..).zip(&dates[..open]);
        let mut workdays: Vec<Day> = days.filter(|(_, date)| is_workday(date)).map(|(day, _)| day).collect();
        if workdays.is_empty() {
            workdays.push(0);
        }
        Self { dates, workdays }
    }

    /// The date of a day; of the last where it lies behind that.
    pub(super) fn date(&self, day: Day) -> Date {
        self.dates[(day as usize).min(self.dates.len() - 1)]
    }

    /// The last day.
    pub(super) fn last(&self) -> Day {
        u32::try_from(self.dates.len() - 1).unwrap_or(Day::MAX)
    }

    /// The number of weeks, the last of which may be cut short.
    pub(super) fn weeks(&self) -> u32 {
        self.last() / 7 + 1
    }

    /// The workday of the `number`th of `count` visits, which are spread evenly.
    pub(super) fn workday(&self, number: u64, count: u64) -> Day {
        let days = self.workdays.len() as u128;
        let place = u128::from(number) * days / u128::from(count.max(1));
        let place = usize::try_from(place).unwrap_or(usize::MAX).min(self.workdays.len() - 1);
        self.workdays[place]
    }

    /// The first day from `day` on that is the `weekday`th of its week.
    pub(super) const fn next(day: Day, weekday: u32) -> Day {
        day + (weekday + 7 - day % 7) % 7
    }
}

/// The week of a day.
pub(super) const fn week(day: Day) -> u32 {
    day / 7
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn visits_are_spread_over_the_workdays() {
        let calendar = Calendar::new(date(2026, 1, 5), 1);
        assert_eq!(calendar.last(), 30);
        assert_eq!(calendar.weeks(), 5);
        let days: Vec<Day> = (0..40).map(|visit| calendar.workday(visit, 40)).collect();
        assert_eq!((days[0], days[39]), (0, 25));
        assert!(days.is_sorted());
        assert!(days.iter().all(|day| day % 7 < 5));
    }

    #[test]
    fn payments_wait_for_their_day_of_the_week() {
        assert_eq!(Calendar::next(10, 3), 10);
        assert_eq!(Calendar::next(11, 3), 17);
        assert_eq!(Calendar::next(9, 3), 10);
    }

    #[test]
    fn a_single_month_that_begins_on_a_weekend_still_has_workdays() {
        let calendar = Calendar::new(date(2026, 1, 3), 1);
        assert_eq!(calendar.workday(0, 1), 2);
    }
}
