//! A run held against an earlier one: the change of each figure, and whether it is more than noise.
//!
//! The noise is measured where a run was repeated: the band of a figure is the widest spread (greatest less least, by the
//! median) of the runs of either side, and at least [`LEAST_BAND`]. Where neither was repeated it is [`ASSUMED_BAND`].

use serde::Serialize;

use super::{Figures, LoadTold, Report};

/// The band, in per cent, of runs that were not repeated.
pub const ASSUMED_BAND: f64 = 10.0;

/// The least band in per cent: machines are not steadier.
pub const LEAST_BAND: f64 = 2.0;

/// Errors in per cent that a run may have more than its baseline.
const MORE_ERRORS: f64 = 0.1;

/// A run held against an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The figures.
    pub figures: Vec<Change>,
    /// Whether the noise was measured, by repeating both.
    pub noise_measured: bool,
    /// Whether any figure that decides is worse.
    pub slower: bool,
}

/// The change of one figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its name.
    pub name: &'static str,
    /// Of the baseline: the median of its runs.
    pub before: f64,
    /// Of this run.
    pub after: f64,
    /// The change in per cent of the baseline; of an error rate in points.
    pub change: f64,
    /// What may be noise, in the same unit.
    pub band: f64,
    /// What it means.
    pub verdict: Verdict,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better by more than noise.
    Better,
    /// May be noise.
    Same,
    /// Worse by more than noise.
    Worse,
}

/// A figure that is compared.
struct Compared {
    name: &'static str,
    of: fn(&Figures) -> f64,
    /// Whether more is better.
    more_is_better: bool,
    /// Whether it decides; the last of a thousand is too few to decide by.
    decides: bool,
}

const COMPARED: [Compared; 6] = [
    Compared {
        name: "requests_per_second",
        of: |figures| figures.requests_per_second,
        more_is_better: true,
        decides: true,
    },
    Compared { name: "mean", of: |figures| figures.latency.mean, more_is_better: false, decides: true },
    Compared { name: "p50", of: |figures| figures.latency.p50, more_is_better: false, decides: true },
    Compared { name: "p90", of: |figures| figures.latency.p90, more_is_better: false, decides: true },
    Compared { name: "p99", of: |figures| figures.latency.p99, more_is_better: false, decides: true },
    Compared { name: "p99_9", of: |figures| figures.latency.p99_9, more_is_better: false, decides: false },
];

/// What makes two loads two: holding one against the other would say nothing. `None` where they are alike.
#[must_use]
pub fn difference(before: &Report, after: &LoadTold, endpoints: &[String]) -> Option<String> {
    let asked: Vec<_> = before.endpoints.iter().map(|endpoint| endpoint.name.clone()).collect();
    let before = &before.load;
    let told = |name: &str, before: String, after: String| {
        (before != after).then(|| format!("{name} was {before} and is {after}"))
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
    told("the loop", before.loop_.clone(), after.loop_.clone())
        .or_else(|| told("--scenario", text(&before.scenario), text(&after.scenario)))
        .or_else(|| told("--rate", number(before.rate), number(after.rate)))
        .or_else(|| told("--connections", before.connections.to_string(), after.connections.to_string()))
        .or_else(|| told("keep-alive", before.keep_alive.to_string(), after.keep_alive.to_string()))
        .or_else(|| {
            let claims = |claims: Option<u64>| claims.map_or_else(|| "none".to_owned(), |c| c.to_string());
            told("--claims of --self", claims(before.claims), claims(after.claims))
        })
        .or_else(|| told("what is asked", asked.join(", "), endpoints.join(", ")))
}

impl Comparison {
    /// Holds a report against its baseline.
    #[must_use]
    pub fn new(before: &Report, after: &Report) -> Self {
        let (before, after) = (before.each_run(), after.each_run());
        let noise_measured = before.len() > 1 && after.len() > 1;
        let mut figures: Vec<_> =
            COMPARED.iter().map(|compared| compared.change(before, after, noise_measured)).collect();
        figures.push(errors(before, after));
        let decides = |change: &Change| {
            COMPARED.iter().find(|compared| compared.name == change.name).is_none_or(|c| c.decides)
        };
        let slower = figures.iter().any(|change| change.verdict == Verdict::Worse && decides(change));
        Self { figures, noise_measured, slower }
    }
}

impl Compared {
    fn change(&self, before: &[Figures], after: &[Figures], noise_measured: bool) -> Change {
        let (before, after) = (Spread::of(before, self.of), Spread::of(after, self.of));
        let noise = if noise_measured { before.width.max(after.width).max(LEAST_BAND) } else { ASSUMED_BAND };
        let change = if before.median > 0.0 { (after.median / before.median - 1.0) * 100.0 } else { 0.0 };
        let gain = if self.more_is_better { change } else { -change };
        Change {
            name: self.name,
            before: before.median,
            after: after.median,
            change,
            band: noise,
            verdict: verdict(gain, noise),
        }
    }
}

fn errors(before: &[Figures], after: &[Figures]) -> Change {
    let of = |figures: &Figures| figures.error_rate;
    let (before, after) = (Spread::of(before, of).median, Spread::of(after, of).median);
    let change = after - before;
    Change {
        name: "error_rate",
        before,
        after,
        change,
        band: MORE_ERRORS,
        verdict: verdict(-change, MORE_ERRORS),
    }
}

fn verdict(gain: f64, band: f64) -> Verdict {
    match gain {
        gain if gain > band => Verdict::Better,
        gain if gain < -band => Verdict::Worse,
        _ => Verdict::Same,
    }
}

/// The middle of several runs and how far they lie apart, in per cent of it.
struct Spread {
    median: f64,
    width: f64,
}

impl Spread {
    fn of(runs: &[Figures], of: impl Fn(&Figures) -> f64) -> Self {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let (Some(least), Some(greatest)) = (values.first(), values.last()) else {
            return Self { median: 0.0, width: 0.0 };
        };
        let median = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]);
        Self { median, width: if median > 0.0 { (greatest - least) / median * 100.0 } else { 0.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::Latency;

    fn runs(rates: &[f64]) -> Vec<Figures> {
        let latency = |rate| Latency { mean: 1.0 / rate, ..Latency::default() };
        let run = |&rate| Figures { requests_per_second: rate, latency: latency(rate), ..Figures::default() };
        rates.iter().map(run).collect()
    }

    #[track_caller]
    fn case(before: &[f64], after: &[f64], verdict: Verdict) {
        let noise_measured = before.len() > 1 && after.len() > 1;
        for compared in &COMPARED[..2] {
            let change = compared.change(&runs(before), &runs(after), noise_measured);
            assert_eq!(change.verdict, verdict, "{}: {change:?}", compared.name);
        }
    }

    #[test]
    fn without_repeats_a_tenth_may_be_noise() {
        case(&[100.0], &[95.0], Verdict::Same);
        case(&[100.0], &[85.0], Verdict::Worse);
        case(&[100.0], &[115.0], Verdict::Better);
        case(&[100.0, 100.0, 100.0], &[95.0], Verdict::Same);
    }

    #[test]
    fn the_band_is_the_spread_of_the_runs() {
        case(&[100.0, 101.0, 100.5], &[95.0, 95.5, 96.0], Verdict::Worse);
        case(&[100.0, 110.0, 105.0], &[95.0, 96.0, 97.0], Verdict::Same);
        case(&[100.0, 100.0, 100.0], &[101.0, 101.0, 101.0], Verdict::Same);
    }

    #[test]
    fn more_errors_are_worse_however_fast_they_come() {
        let of = |error_rate| vec![Figures { error_rate, ..Figures::default() }];
        assert_eq!(errors(&of(0.0), &of(0.5)).verdict, Verdict::Worse);
        assert_eq!(errors(&of(0.5), &of(0.0)).verdict, Verdict::Better);
        assert_eq!(errors(&of(0.0), &of(0.05)).verdict, Verdict::Same);
    }
}
