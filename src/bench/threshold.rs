//! Limits that a script sets: `p99>50ms`, `error_rate>0.1%`, `rps<500`, `saturated`.

use std::fmt;
use std::str::FromStr;

use super::duration;
use super::report::{Figures, Latency};

/// A limit; what passes it fails the run.
#[derive(Debug, Clone)]
pub struct Threshold {
    figure: Figure,
    comparison: Comparison,
    limit: f64,
    text: String,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
enum Figure {
    Time(fn(&Latency) -> f64),
    Percent(fn(&Figures) -> f64),
    Number(fn(&Figures) -> f64),
    Saturated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// The text is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadThreshold {
    /// There is no comparison in it.
    #[error("{0:?} is no limit: write it as in 'p99>50ms', 'error_rate>0.1%', 'rps<500' or 'saturated'")]
    Malformed(String),
    /// Its figure does not exist.
    #[error(
        "there is no figure {0:?}: it is one of min, mean, median, max, stddev, p50, p90, p95, p99, p99.9, rps, requests, errors, error_rate, success_rate"
    )]
    Figure(String),
    /// Its limit is of another kind than its figure.
    #[error("{0}: {1}")]
    Limit(String, String),
}

fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "min" => Figure::Time(|latency| latency.min),
        "mean" => Figure::Time(|latency| latency.mean),
        "max" => Figure::Time(|latency| latency.max),
        "stddev" | "standard_deviation" => Figure::Time(|latency| latency.standard_deviation),
        "p50" | "median" => Figure::Time(|latency| latency.p50),
        "p90" => Figure::Time(|latency| latency.p90),
        "p95" => Figure::Time(|latency| latency.p95),
        "p99" => Figure::Time(|latency| latency.p99),
        "p99.9" | "p99_9" => Figure::Time(|latency| latency.p99_9),
        "error_rate" => Figure::Percent(|figures| figures.error_rate),
        "success_rate" => Figure::Percent(|figures| figures.success_rate),
        "rps" | "requests_per_second" => Figure::Number(|figures| figures.requests_per_second),
        "requests" => Figure::Number(|figures| super::number::float(figures.requests)),
        "errors" => Figure::Number(|figures| super::number::float(figures.errors)),
        _ => return None,
    })
}

impl FromStr for Threshold {
    type Err = BadThreshold;

    fn from_str(text: &str) -> Result<Self, BadThreshold> {
        let text = text.trim();
        let made = |figure, comparison, limit| Self { figure, comparison, limit, text: text.to_owned() };
        if text == "saturated" {
            return Ok(made(Figure::Saturated, Comparison::Above, 0.0));
        }
        let malformed = || BadThreshold::Malformed(text.to_owned());
        let at = text.find(['<', '>']).ok_or_else(malformed)?;
        let (name, rest) = text.split_at(at);
        let (comparison, limit) = match rest.strip_prefix(">=").map(|limit| (Comparison::AtLeast, limit)) {
            Some(found) => found,
            None => match rest.strip_prefix("<=") {
                Some(limit) => (Comparison::AtMost, limit),
                None if rest.starts_with('>') => (Comparison::Above, &rest[1..]),
                None => (Comparison::Below, &rest[1..]),
            },
        };
        let figure = figure(name.trim()).ok_or_else(|| BadThreshold::Figure(name.trim().to_owned()))?;
        let limit =
            limit_of(figure, limit.trim()).map_err(|why| BadThreshold::Limit(text.to_owned(), why))?;
        Ok(made(figure, comparison, limit))
    }
}

fn limit_of(figure: Figure, limit: &str) -> Result<f64, String> {
    let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
    match figure {
        Figure::Time(_) => {
            duration::parse(limit).map(|time| time.as_secs_f64()).map_err(|error| error.to_string())
        }
        Figure::Percent(_) => limit
            .strip_suffix('%')
            .and_then(|percent| number(percent.trim_end()))
            .ok_or_else(|| format!("{limit:?} is no share: write it as in 0.1%")),
        Figure::Number(_) => number(limit).ok_or_else(|| format!("{limit:?} is no number")),
        Figure::Saturated => Ok(0.0),
    }
}

impl Threshold {
    /// What passes the limit, in a sentence; `None` where it is kept.
    ///
    /// Without any answer there is no latency, and no limit on one is kept.
    #[must_use]
    pub fn passed_by(&self, figures: &Figures) -> Option<String> {
        let (value, shown) = match self.figure {
            Figure::Time(_) if figures.latency.count == 0 => {
                return Some(format!("{self}: nothing was answered"));
            }
            Figure::Time(of) => {
                let time = of(&figures.latency);
                (time, duration::shown(time))
            }
            Figure::Percent(of) => (of(figures), format!("{:.3} %", of(figures))),
            Figure::Number(of) => (of(figures), format!("{:.1}", of(figures))),
            Figure::Saturated => {
                return figures.saturated.then(|| "saturated: the schedule could not be held".to_owned());
            }
        };
        let passed = match self.comparison {
            Comparison::Above => value > self.limit,
            Comparison::AtLeast => value >= self.limit,
            Comparison::Below => value < self.limit,
            Comparison::AtMost => value <= self.limit,
        };
        passed.then(|| format!("{self}: it is {shown}"))
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn figures() -> Figures {
        let latency = Latency { count: 1000, p99: 0.05, p99_9: 0.2, mean: 0.01, ..Latency::default() };
        Figures {
            latency,
            requests: 1000,
            errors: 2,
            error_rate: 0.2,
            success_rate: 99.8,
            requests_per_second: 499.5,
            ..Figures::default()
        }
    }

    #[track_caller]
    fn case(text: &str, passed: bool) {
        let threshold: Threshold = text.parse().unwrap();
        assert_eq!(threshold.passed_by(&figures()).is_some(), passed, "{text}");
    }

    #[test]
    fn a_limit_is_kept_or_passed() {
        case("p99>50ms", false);
        case("p99>=50ms", true);
        case("p99 > 49.9ms", true);
        case("p99.9>0.1s", true);
        case("mean<20ms", true);
        case("mean<=1ms", false);
        case("error_rate>0.1%", true);
        case("error_rate>0.2%", false);
        case("success_rate<99.9 %", true);
        case("rps<500", true);
        case("rps<499", false);
        case("errors>1", true);
        case("saturated", false);
    }

    #[test]
    fn without_an_answer_no_limit_on_a_latency_is_kept() {
        let nothing = Figures::default();
        assert!("p99>50ms".parse::<Threshold>().unwrap().passed_by(&nothing).is_some());
        assert!("errors>0".parse::<Threshold>().unwrap().passed_by(&nothing).is_none());
    }

    #[test]
    fn what_passed_is_told_with_its_value() {
        let threshold: Threshold = "p99>20ms".parse().unwrap();
        assert_eq!(threshold.passed_by(&figures()).as_deref(), Some("p99>20ms: it is 50.0 ms"));
    }

    #[test]
    fn what_is_no_limit_is_refused_with_the_reason() {
        for (text, part) in [
            ("p99", "write it as in"),
            ("", "write it as in"),
            ("p98>1ms", "no figure \"p98\""),
            ("p99>50", "is no time"),
            ("p99>", "is no time"),
            ("error_rate>0.1", "write it as in 0.1%"),
            ("rps<many", "is no number"),
            ("rps<inf", "is no number"),
            ("p99=>1ms", "no figure \"p99=\""),
        ] {
            let error = text.parse::<Threshold>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(p99|rps|error_rate|x|)[<>=]{0,2}[0-9.]{0,4}(ms|%|)") {
            if let Ok(threshold) = text.parse::<Threshold>() {
                prop_assert_eq!(threshold.to_string(), text);
            }
        }

        #[test]
        fn a_time_passes_its_limit_when_it_is_longer(limit in 1_u32..1_000_000, p99 in 1_u32..1_000_000) {
            let threshold: Threshold = format!("p99>{limit}us").parse().unwrap();
            let latency = Latency { count: 1, p99: f64::from(p99) * 1e-6, ..Latency::default() };
            let figures = Figures { latency, ..Figures::default() };
            // Equal times may differ in the last bit.
            prop_assume!(limit != p99);
            prop_assert_eq!(threshold.passed_by(&figures).is_some(), p99 > limit);
        }
    }
}
