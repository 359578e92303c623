//! Times as people write them: `250ms`, `10s`, `1m30s`; and as a report shows them.

use std::fmt::Write;
use std::time::Duration;

/// The text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time: write a number and ns, us, ms, s, m or h, as in 250ms or 1m30s")]
pub struct BadDuration(String);

/// The units, in nanoseconds; of two that begin alike the longer one first.
const UNITS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// The longest time that is understood: a year.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// Reads a time: numbers, each with its unit, which add up.
///
/// # Errors
/// When it is none, or longer than a year.
pub fn parse(text: &str) -> Result<Duration, BadDuration> {
    let bad = || BadDuration(text.to_owned());
    let mut left = text.trim();
    let mut time = Duration::ZERO;
    if left.is_empty() {
        return Err(bad());
    }
    while !left.is_empty() {
        let end = left.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(bad)?;
        let number = &left[..end];
        left = &left[end..];
        let (unit, size) = UNITS.into_iter().find(|(unit, _)| left.starts_with(unit)).ok_or_else(bad)?;
        left = &left[unit.len()..];
        let more = units(number, Duration::from_nanos(size)).filter(|more| *more <= LONGEST);
        time += more.ok_or_else(bad)?;
        if time > LONGEST {
            return Err(bad());
        }
    }
    Ok(time)
}

/// So many units; exact where the number is whole.
fn units(number: &str, unit: Duration) -> Option<Duration> {
    if let Ok(whole) = number.parse::<u64>() {
        let nanos = u64::try_from(unit.as_nanos()).ok()?.checked_mul(whole)?;
        return Some(Duration::from_nanos(nanos));
    }
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * unit.as_secs_f64()).ok()
}

/// Seconds with three digits and the unit that suits them: `1.23 ms`.
#[must_use]
pub fn shown(seconds: f64) -> String {
    let (number, unit) = match seconds {
        seconds if seconds < 999.5e-6 => (seconds * 1e6, "us"),
        seconds if seconds < 999.5e-3 => (seconds * 1e3, "ms"),
        seconds => (seconds, "s"),
    };
    let decimals = match number {
        number if number < 9.995 => 2,
        number if number < 99.95 => 1,
        _ => 0,
    };
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "{number:.decimals$} {unit}");
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn case(text: &str, nanos: u64) {
        assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
    }

    #[test]
    fn a_time_is_a_number_with_its_unit() {
        case("250ms", 250_000_000);
        case("10s", 10_000_000_000);
        case("1.5s", 1_500_000_000);
        case("1m30s", 90_000_000_000);
        case("2h", 7_200_000_000_000);
        case("500us", 500_000);
        case("500\u{b5}s", 500_000);
        case("20ns", 20);
        case("0s", 0);
        case(" 1s ", 1_000_000_000);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "10", "ms", "10 s", "-1s", "1s2", "1.2.3s", "1d", "inf s", "NaNs", "1e3s", "9000h"] {
            assert_eq!(parse(text), Err(BadDuration(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_time_is_shown_with_three_digits() {
        let times = [(0.0, "0.00 us"), (1.2345e-6, "1.23 us"), (99.96e-6, "100 us"), (999.6e-6, "1.00 ms")];
        let more = [(0.012_34, "12.3 ms"), (0.2, "200 ms"), (1.5, "1.50 s"), (75.0, "75.0 s")];
        for (seconds, expected) in times.into_iter().chain(more) {
            assert_eq!(shown(seconds), expected);
        }
    }

    proptest! {
        #[test]
        fn any_whole_number_of_milliseconds_is_read_back(millis in 0_u64..10_000_000_000) {
            prop_assert_eq!(parse(&format!("{millis}ms")).unwrap().as_millis(), u128::from(millis));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.a-z\u{b5} -]{0,12}") {
            if let Ok(time) = parse(&text) {
                prop_assert!(time <= LONGEST);
            }
        }
    }
}
