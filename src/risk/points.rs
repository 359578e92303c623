//! From findings to a score: components, the weighted sum, and each finding's part of it.
//!
//! *Component* = 100·(1 − Π(1 − p)) over its findings, to two decimals. *Overall* = Σ weight · component, to two decimals.
//! An error stops the claim as a whole, whichever component it belongs to: in the other two components that rules make
//! (coding, documentation, payer) it counts with [`ERROR_ELSEWHERE`] of its p.
//! *Points* of a finding = Σ over components of weight · component · ln(1 − p) / Σ ln(1 − p): findings that act one after
//! the other, whatever the order, share what they do together by their logarithms. The points are rounded by largest
//! remainder, so that they add up to the overall score to the last hundredth.

use crate::model::finding::Severity;
use crate::model::risk_score::{ComponentScores, RiskFactor, RiskLevel, RiskScore};

use super::weights::RiskWeights;

/// The parts of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Diagnoses, procedures, modifiers, charges.
    Coding,
    /// Dates, providers, authorisation, assignment.
    Documentation,
    /// The payer's own rules.
    Payer,
    /// How often lines like the claim's were denied.
    Historical,
    /// Denial patterns that the claim matches.
    Pattern,
}

impl Component {
    /// Every component, in the order of the API.
    pub const ALL: [Self; 5] =
        [Self::Coding, Self::Documentation, Self::Payer, Self::Historical, Self::Pattern];

    /// The component's name as the `type` of a risk factor.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coding => "coding",
            Self::Documentation => "documentation",
            Self::Payer => "payer",
            Self::Historical => "historical",
            Self::Pattern => "pattern",
        }
    }

    /// Whether rules make it, rather than what was denied before.
    const fn is_of_rules(self) -> bool {
        matches!(self, Self::Coding | Self::Documentation | Self::Payer)
    }

    fn weight(self, weights: &RiskWeights) -> f64 {
        match self {
            Self::Coding => weights.coding,
            Self::Documentation => weights.doc,
            Self::Payer => weights.payer,
            Self::Historical => weights.historical,
            Self::Pattern => weights.pattern,
        }
    }
}

/// Where in the file of a claim something stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilePlace {
    /// The number, from 1, of the segment that the claim (CLM) or its line (LX) begins with.
    pub segment: Option<u64>,
    /// The element under it.
    pub element: Option<&'static str>,
}

/// Something that speaks for a denial, before it has been weighed against the others.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskFinding {
    /// The component it adds to.
    pub component: Component,
    /// What it alone makes of its component, from 0 to 1; what is above 0.99 counts as 0.99.
    pub chance: f64,
    /// How bad it is.
    pub severity: Severity,
    /// The rule's stable id.
    pub rule: &'static str,
    /// What was seen, in plain words.
    pub message: String,
    /// What to do about it.
    pub fix: &'static str,
    /// The adjustment reason code (CARC) in which it usually ends.
    pub reason: Option<String>,
    /// The service line it concerns, from 1.
    pub line_number: Option<u32>,
    /// Where in the claim's file it stands.
    pub place: FilePlace,
    /// The value that was seen.
    pub value: Option<String>,
}

/// How much of an error's chance counts in the components made by rules that it does not belong to.
///
/// With the usual weights one error that a payer is sure to refuse (p = 0.9) makes 51 points by itself: high, as it should.
pub const ERROR_ELSEWHERE: f64 = 0.8;

/// No single finding is certain to end in a denial, and the logarithm has to stay finite.
const MOST_CERTAIN: f64 = 0.99;

impl RiskFinding {
    /// −ln(1 − p): what the finding adds to the logarithm of a component.
    fn strength(&self, component: Component) -> f64 {
        let share = if component == self.component {
            1.0
        } else if self.severity == Severity::Error && self.component.is_of_rules() && component.is_of_rules()
        {
            ERROR_ELSEWHERE
        } else {
            0.0
        };
        let chance = if self.chance.is_nan() { 0.0 } else { self.chance.clamp(0.0, MOST_CERTAIN) };
        -(-chance * share).ln_1p()
    }
}

/// The score that these findings make.
#[must_use]
pub fn settle(findings: Vec<RiskFinding>, weights: &RiskWeights) -> RiskScore {
    let strengths = Component::ALL.map(|c| findings.iter().map(|f| f.strength(c)).sum::<f64>());
    // 1 − Π(1 − p) = 1 − exp(−Σ strength); whole hundredths from here on, so that what is shown adds up.
    let scores = strengths.map(|strength| (-(-strength).exp_m1() * 10_000.0).round());
    let shares: Vec<f64> = findings
        .iter()
        .map(|finding| {
            let of_component = |component: Component| {
                let strength = finding.strength(component);
                let part = if strength > 0.0 { strength / strengths[component as usize] } else { 0.0 };
                component.weight(weights) * scores[component as usize] * part
            };
            Component::ALL.into_iter().map(of_component).sum()
        })
        .collect();
    // From the components and not from the shares, whose sum may be off by less than nothing: at half a hundredth that
    // would let one more finding lower the score.
    let weighted = Component::ALL.map(|component| component.weight(weights) * scores[component as usize]);
    let overall = weighted.iter().sum::<f64>().round().clamp(0.0, 10_000.0);
    let points = round_to_sum(&shares, overall);
    let mut factors: Vec<RiskFactor> =
        findings.into_iter().zip(points).map(|(finding, points)| factor(finding, points / 100.0)).collect();
    factors.sort_by(|a, b| {
        b.points
            .total_cmp(&a.points)
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.line_number.cmp(&b.line_number))
    });
    let [coding_risk, documentation_risk, payer_risk, historical_risk, pattern_risk] =
        scores.map(|hundredths| hundredths / 100.0);
    RiskScore {
        overall_score: overall / 100.0,
        risk_level: RiskLevel::of(overall / 100.0),
        denial_probability: None,
        expected_loss: None,
        component_scores: ComponentScores {
            coding_risk,
            documentation_risk,
            payer_risk,
            historical_risk,
            pattern_risk,
        },
        recommendations: recommendations(&factors),
        risk_factors: factors,
    }
}

/// Rounds the shares down and gives what is missing from `sum` to those that lost most, the earlier first.
fn round_to_sum(shares: &[f64], sum: f64) -> Vec<f64> {
    let mut rounded: Vec<f64> = shares.iter().map(|share| share.floor()).collect();
    let mut by_loss: Vec<usize> = (0..shares.len()).collect();
    by_loss.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()));
    let mut missing = sum - rounded.iter().sum::<f64>();
    for index in by_loss {
        if missing < 0.5 {
            break;
        }
        rounded[index] += 1.0;
        missing -= 1.0;
    }
    rounded
}

fn factor(finding: RiskFinding, points: f64) -> RiskFactor {
    RiskFactor {
        kind: finding.component.name().to_owned(),
        severity: finding.severity,
        rule: finding.rule.to_owned(),
        message: finding.message,
        fix: finding.fix.to_owned(),
        adjustment_reason: finding.reason,
        line_number: finding.line_number,
        segment: finding.place.segment,
        element: finding.place.element.map(str::to_owned),
        value: finding.value,
        points,
    }
}

/// The fixes in the order of their factors, each once; what is only good to know asks for nothing.
fn recommendations(factors: &[RiskFactor]) -> Vec<String> {
    let mut fixes: Vec<String> = Vec::new();
    for factor in factors.iter().filter(|factor| factor.severity > Severity::Info) {
        if !fixes.contains(&factor.fix) {
            fixes.push(factor.fix.clone());
        }
    }
    fixes
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finding(component: Component, chance: f64, fix: &'static str) -> RiskFinding {
        RiskFinding {
            component,
            chance,
            severity: Severity::Warning,
            rule: fix,
            message: String::new(),
            fix,
            reason: None,
            line_number: None,
            place: FilePlace::default(),
            value: None,
        }
    }

    /// A score or points as the whole hundredths that are shown.
    #[expect(clippy::cast_possible_truncation, reason = "scores lie between 0 and 100")]
    pub(in crate::risk) fn hundredths(score: f64) -> i64 {
        (score * 100.0).round() as i64
    }

    #[test]
    fn two_findings_of_a_half_make_three_quarters_and_share_them() {
        let findings =
            vec![finding(Component::Coding, 0.5, "first"), finding(Component::Coding, 0.5, "second")];
        let score = settle(findings, &RiskWeights::default());
        assert_eq!(hundredths(score.component_scores.coding_risk), 7500);
        assert_eq!(hundredths(score.overall_score), 1875);
        let points: Vec<i64> = score.risk_factors.iter().map(|f| hundredths(f.points)).collect();
        assert_eq!(points, [938, 937]);
    }

    #[test]
    fn one_error_counts_in_every_component_of_rules_and_makes_the_claim_high() {
        let error = RiskFinding { severity: Severity::Error, ..finding(Component::Coding, 0.9, "fix") };
        let score = settle(vec![error], &RiskWeights::default());
        let components = score.component_scores;
        let rules = [components.coding_risk, components.documentation_risk, components.payer_risk];
        // 0.9, and 0.9 * 0.8 elsewhere; 0.25 * 90 + 0.20 * 72 + 0.20 * 72 = 51.30.
        assert_eq!(rules.map(hundredths), [9000, 7200, 7200]);
        assert_eq!((hundredths(score.overall_score), score.risk_level), (5130, RiskLevel::High));
        assert_eq!(score.risk_factors.iter().map(|f| hundredths(f.points)).sum::<i64>(), 5130);
    }

    #[test]
    fn nothing_found_is_no_risk() {
        let score = settle(Vec::new(), &RiskWeights::default());
        assert_eq!(hundredths(score.overall_score), 0);
        assert_eq!(score.risk_level, RiskLevel::Low);
        assert!(score.recommendations.is_empty());
    }

    #[test]
    fn everything_at_its_worst_stays_within_a_hundred() {
        let findings = Component::ALL.into_iter().flat_map(|c| [finding(c, 1.0, "a"), finding(c, 2.0, "b")]);
        let score = settle(findings.collect(), &RiskWeights::default());
        assert!(score.overall_score <= 100.0 && score.overall_score > 99.9);
        assert_eq!(score.risk_level, RiskLevel::Critical);
    }

    #[test]
    fn what_adds_most_comes_first_and_no_advice_comes_twice() {
        let info = RiskFinding { severity: Severity::Info, ..finding(Component::Payer, 0.9, "nothing") };
        let findings = vec![
            finding(Component::Coding, 0.2, "same"),
            finding(Component::Documentation, 0.9, "best"),
            info,
            finding(Component::Payer, 0.1, "same"),
        ];
        let score = settle(findings, &RiskWeights::default());
        assert_eq!(score.recommendations, ["best", "same"]);
        assert!(score.risk_factors.windows(2).all(|pair| pair[0].points >= pair[1].points));
    }

    fn some_findings() -> impl Strategy<Value = Vec<RiskFinding>> {
        let one =
            (0..5_usize, 0.0..1.0_f64).prop_map(|(c, chance)| finding(Component::ALL[c], chance, "fix"));
        proptest::collection::vec(one, 0..40)
    }

    fn some_weights() -> impl Strategy<Value = RiskWeights> {
        proptest::array::uniform5(0.0..1.0_f64).prop_filter_map("no weight at all", |raw| {
            let sum: f64 = raw.iter().sum();
            let [payer, coding, doc, historical, pattern] = raw.map(|weight| weight / sum);
            let weights = RiskWeights { payer, coding, doc, historical, pattern };
            weights.check().is_ok().then_some(weights)
        })
    }

    proptest! {
        #[test]
        fn the_points_add_up_to_the_overall_score_and_by_component(
            findings in some_findings(),
            weights in some_weights(),
        ) {
            let score = settle(findings, &weights);
            let of = |name: Option<&str>| -> i64 {
                let of_name = score.risk_factors.iter().filter(|f| name.is_none_or(|name| f.kind == name));
                of_name.map(|f| hundredths(f.points)).sum()
            };
            prop_assert_eq!(of(None), hundredths(score.overall_score));
            let c = score.component_scores;
            let scores =
                [c.coding_risk, c.documentation_risk, c.payer_risk, c.historical_risk, c.pattern_risk];
            let mut sum = 0.0;
            for (component, score) in Component::ALL.into_iter().zip(scores) {
                let weighted = component.weight(&weights) * score;
                sum += weighted;
                // Each of up to 40 findings is rounded by less than a hundredth.
                prop_assert!((of(Some(component.name())) - hundredths(weighted)).abs() <= 40);
            }
            prop_assert!((sum - score.overall_score).abs() <= 0.005 + 1e-9);
        }

        #[test]
        fn one_more_finding_never_lowers_the_score(findings in some_findings(), chance in 0.0..1.0_f64) {
            let before = settle(findings.clone(), &RiskWeights::default());
            let more = findings.into_iter().chain([finding(Component::Payer, chance, "more")]).collect();
            let after = settle(more, &RiskWeights::default());
            prop_assert!(after.overall_score >= before.overall_score);
            prop_assert!(after.component_scores.payer_risk >= before.component_scores.payer_risk);
        }
    }
}
