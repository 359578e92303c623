//! How good the estimates are: learned from the past, held against the months that followed.

use std::ops::Range;

use serde::Serialize;

use super::boosting::Growth;
use super::experience::{Experience, Span};
use super::learning::{DENIED_FOR_TREES, LINES_FOR_TREES, Model, assumed_chance};

/// How many steps a calibration has.
const STEPS: usize = 10;

/// What was found out, to four decimals; the members are those of `marb risk evaluate --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The answers that were learned from.
    pub trained_on: Span,
    /// The later answers that it was held against.
    pub tested_on: Span,
    /// Of service lines.
    #[serde(flatten)]
    pub lines: Measures,
    /// Of whole claims: whether any line was denied.
    pub claims: Measures,
    /// What to know before believing the figures.
    pub notes: Vec<String>,
}

/// How good estimates are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// How often a denied one was given more than one that was not (0.5 is chance); none where all were or none was denied.
    pub auc: Option<f64>,
    /// The mean squared error of the probability; 0 is perfect.
    pub brier: Option<f64>,
    /// The mean distance of predicted and observed share over the steps of the calibration, weighted by their lines.
    pub calibration_error: Option<f64>,
    /// The share of all denied dollars that the riskiest tenth holds.
    pub top_decile_dollar_share: Option<f64>,
    /// Predicted and observed in tenths, from the least to the most risky.
    pub calibration: Vec<Step>,
    /// The same of simpler estimates.
    pub baselines: Baselines,
}

/// One step of a calibration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// The mean probability.
    pub predicted: f64,
    /// The denied share.
    pub observed: f64,
    /// How many lines, or claims.
    pub lines: u64,
}

/// What simpler estimates achieve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baselines {
    /// The payer's denied share alone.
    pub payer_rate: Baseline,
    /// The rules alone.
    pub rules: Baseline,
}

/// What one of them achieves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baseline {
    /// See [`Measures::auc`].
    pub auc: Option<f64>,
    /// See [`Measures::brier`].
    pub brier: Option<f64>,
    /// See [`Measures::top_decile_dollar_share`].
    pub top_decile_dollar_share: Option<f64>,
}

/// Something whose outcome was predicted.
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    /// With what probability.
    pub probability: f64,
    /// Whether it came so.
    pub is_denied: bool,
    /// What was denied if it was, in dollars.
    pub dollars: f64,
}

/// Learns from all but the newest quarter of the time and is held against that; nothing comes of it where `go_on`, which is
/// asked now and then, says no.
///
/// `experience` has to be sorted.
#[must_use]
pub fn evaluate(experience: &Experience, growth: &Growth, go_on: &dyn Fn() -> bool) -> Option<Evaluation> {
    let claims = experience.claims();
    let middle = match claims.checked_sub(1) {
        None => 0,
        Some(last) => {
            let (first, last) = (experience.paid_on(0), experience.paid_on(last));
            let days = first.until(last).map_or(0, |span| span.get_days());
            experience.first_since(last.saturating_sub(jiff::Span::new().days(days / 4)))
        }
    };
    held_against(experience, 0..middle, middle..claims, growth, go_on)
}

/// Learns from some claims and is held against later ones; nothing comes of it where `go_on` says no.
#[must_use]
pub fn held_against(
    experience: &Experience,
    earlier: Range<usize>,
    later: Range<usize>,
    growth: &Growth,
    go_on: &dyn Fn() -> bool,
) -> Option<Evaluation> {
    let model = Model::train(experience, earlier, growth, None, go_on)?;
    let mut lines: [Vec<Prediction>; 3] = Default::default();
    let mut claims: [Vec<Prediction>; 3] = Default::default();
    for claim in later.clone() {
        let estimates = estimates(&model, experience, claim);
        let denied: Vec<(bool, f64)> =
            experience.lines(claim).map(|line| (line.is_denied, f64::from(line.charge().max(0.0)))).collect();
        for (estimate, lines) in estimates.iter().zip(&mut lines) {
            lines.extend(estimate.0.iter().zip(&denied).map(|(probability, (is_denied, dollars))| {
                Prediction { probability: *probability, is_denied: *is_denied, dollars: *dollars }
            }));
        }
        let is_denied = denied.iter().any(|(is_denied, _)| *is_denied);
        let dollars = denied.iter().filter(|(is_denied, _)| *is_denied).map(|(_, dollars)| dollars).sum();
        for (estimate, claims) in estimates.iter().zip(&mut claims) {
            claims.push(Prediction { probability: estimate.1, is_denied, dollars });
        }
    }
    let tested_on = experience.span(later);
    Some(Evaluation {
        notes: notes(&model, &tested_on),
        trained_on: model.trained_on,
        tested_on,
        lines: measures(lines),
        claims: measures(claims),
    })
}

/// What model, payer's rate and rules say of the lines of an answered claim, and of the claim.
fn estimates(model: &Model, experience: &Experience, claim: usize) -> [(Vec<f64>, f64); 3] {
    let (lines, probability) = model.of_answered(experience, claim);
    let count = lines.len();
    let payer = experience.payer(claim).map(|item| experience.name(item).1);
    let rate = model.rates().payer_rate(payer);
    let broken = experience.lines(claim).take(1).flat_map(|line| experience.broken_rules(&line));
    let spared: f64 = broken.map(|rule| 1.0 - assumed_chance(rule)).product();
    [(lines, probability), (vec![rate; count], rate), (vec![1.0 - spared; count], 1.0 - spared)]
}

fn notes(model: &Model, tested_on: &Span) -> Vec<String> {
    /// Fewer denied lines than this are mostly chance.
    const FEW_DENIED: u64 = 30;
    if tested_on.lines == 0 {
        return vec![
            "No payer has answered a claim yet: import claims and the remittances that answer them."
                .to_owned(),
        ];
    }
    let mut notes = Vec::new();
    if model.trained_on.lines == 0 {
        notes.push(
            "All answers were paid on one day or two, so there was nothing to learn from before the test: what is held \
             against them is an assumption."
                .to_owned(),
        );
    } else if !model.has_trees() {
        let Span { lines, denied, .. } = model.trained_on;
        let is_little = lines < LINES_FOR_TREES || denied < DENIED_FOR_TREES;
        let why = if is_little {
            format!("more takes {LINES_FOR_TREES} lines, {DENIED_FOR_TREES} of them denied")
        } else {
            "nothing beyond them held on the newest of these".to_owned()
        };
        notes.push(format!(
            "Learned from {lines} answered lines, {denied} of them denied, are the rates of payers and procedures alone: {why}."
        ));
    }
    if tested_on.denied < FEW_DENIED {
        notes.push(format!(
            "Only {} of the {} lines to test on were denied: with fewer than {FEW_DENIED} these figures are mostly chance.",
            tested_on.denied, tested_on.lines
        ));
    }
    notes
}

fn measures([model, payer, rules]: [Vec<Prediction>; 3]) -> Measures {
    let steps = calibration(&model);
    let baseline = |predictions: &[Prediction]| Baseline {
        auc: auc(predictions).map(rounded),
        brier: brier(predictions).map(rounded),
        top_decile_dollar_share: top_decile(predictions).map(rounded),
    };
    let shown = |step: &Step| Step {
        predicted: rounded(step.predicted),
        observed: rounded(step.observed),
        lines: step.lines,
    };
    Measures {
        auc: auc(&model).map(rounded),
        brier: brier(&model).map(rounded),
        calibration_error: calibration_error(&steps).map(rounded),
        top_decile_dollar_share: top_decile(&model).map(rounded),
        calibration: steps.iter().map(shown).collect(),
        baselines: Baselines { payer_rate: baseline(&payer), rules: baseline(&rules) },
    }
}

/// To four decimals: the figures do not bear more. A sum of nothing is −0, which is shown as 0.
fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4 + 0.0
}

/// The share of pairs of a denied and another one in which the denied one was given more; ties count half.
#[must_use]
pub fn auc(predictions: &[Prediction]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = predictions.iter().map(|p| (p.probability, p.is_denied)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won) = (0.0, 0.0);
    let mut denied_in_all = 0.0;
    for ties in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let denied = count(ties.iter().filter(|(_, is_denied)| *is_denied).count() as u64);
        let others = count(ties.len() as u64) - denied;
        won += denied * (below + others / 2.0);
        below += others;
        denied_in_all += denied;
    }
    (denied_in_all > 0.0 && below > 0.0).then(|| won / (denied_in_all * below))
}

/// The mean squared error.
#[must_use]
pub fn brier(predictions: &[Prediction]) -> Option<f64> {
    let error = |p: &Prediction| {
        let error = p.probability - f64::from(u8::from(p.is_denied));
        error * error
    };
    (!predictions.is_empty())
        .then(|| predictions.iter().map(error).sum::<f64>() / count(predictions.len() as u64))
}

/// Tenths of the predictions, from the least to the most risky.
#[must_use]
pub fn calibration(predictions: &[Prediction]) -> Vec<Step> {
    let mut sorted: Vec<&Prediction> = predictions.iter().collect();
    sorted.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let bounds = (0..=STEPS).map(|n| sorted.len() * n / STEPS).collect::<Vec<_>>();
    let steps = bounds.windows(2).map(|bounds| &sorted[bounds[0]..bounds[1]]).filter(|step| !step.is_empty());
    steps
        .map(|step| {
            let denied = step.iter().filter(|p| p.is_denied).count();
            Step {
                predicted: step.iter().map(|p| p.probability).sum::<f64>() / count(step.len() as u64),
                observed: count(denied as u64) / count(step.len() as u64),
                lines: step.len() as u64,
            }
        })
        .collect()
}

/// The mean distance between predicted and observed share, each step weighted by its size.
#[must_use]
pub fn calibration_error(steps: &[Step]) -> Option<f64> {
    let all: u64 = steps.iter().map(|step| step.lines).sum();
    let distance = |step: &Step| (step.predicted - step.observed).abs() * count(step.lines);
    (all > 0).then(|| steps.iter().map(distance).sum::<f64>() / count(all))
}

/// The share of denied dollars in the riskiest tenth.
#[must_use]
pub fn top_decile(predictions: &[Prediction]) -> Option<f64> {
    let mut sorted: Vec<&Prediction> = predictions.iter().collect();
    sorted.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let denied = |some: &[&Prediction]| some.iter().filter(|p| p.is_denied).map(|p| p.dollars).sum::<f64>();
    let all = denied(&sorted);
    (all > 0.0).then(|| denied(&sorted[..sorted.len().div_ceil(10)]) / all)
}

#[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
fn count(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(of: &[(f64, bool)]) -> Vec<Prediction> {
        of.iter()
            .map(|&(probability, is_denied)| Prediction { probability, is_denied, dollars: 100.0 })
            .collect()
    }

    #[test]
    fn the_auc_counts_pairs_and_ties_half() {
        let some = predictions(&[(0.9, true), (0.5, false), (0.5, true), (0.1, false)]);
        // Of four pairs three are won and one is tied.
        assert!((auc(&some).unwrap() - 0.875).abs() < 1e-12);
        assert_eq!(auc(&predictions(&[(0.5, true)])), None);
        assert_eq!(auc(&[]), None);
    }

    #[test]
    fn the_brier_score_is_the_mean_squared_error() {
        let some = predictions(&[(0.9, true), (0.2, false)]);
        assert!((brier(&some).unwrap() - 0.025).abs() < 1e-12);
        assert_eq!(brier(&[]), None);
    }

    #[test]
    fn the_calibration_error_weighs_steps_by_their_lines() {
        // A tenth of twenty each: half of them denied where nine of ten were predicted.
        let some: Vec<_> = (0..20).map(|n| (0.9, n % 2 == 0)).collect();
        let steps = calibration(&predictions(&some));
        assert_eq!(steps.len(), 10);
        assert!((calibration_error(&steps).unwrap() - 0.4).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), None);
    }

    #[test]
    fn the_riskiest_tenth_holds_its_share_of_the_denied_dollars() {
        let mut some: Vec<_> = (0..20).map(|n| (f64::from(n) / 20.0, n < 2)).collect();
        some[19].1 = true;
        assert!((top_decile(&predictions(&some)).unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(top_decile(&[]), None);
    }

    #[test]
    fn a_riskiest_tenth_that_holds_nothing_is_shown_as_zero() {
        let some: Vec<_> = (0..20).map(|n| (f64::from(n) / 20.0, n < 2)).collect();
        assert_eq!(top_decile(&predictions(&some)).map(rounded).unwrap().to_string(), "0");
    }
}
