//! The pattern component: procedures that the claim's payer denies for one reason more often than its other lines.
//!
//! A pattern stands on at least [`MIN_DENIED`] denied lines and on a lower bound of its rate (95 % interval) above the
//! rate of the same reason among the payer's other lines.

use crate::model::Text;
use crate::model::claim::Claim;
use crate::model::finding::Severity;

use super::points::{Component, FilePlace, RiskFinding};
use super::rates::{PRIOR_RATE, ProcedureRates, Rate, Rates, ReasonCount};

/// The id under which patterns stand among a score's factors.
pub const RULE: &str = "denial-pattern";

/// Fewer denied lines than this make no pattern.
pub const MIN_DENIED: u64 = 5;

/// The patterns that the claim's lines match, each once, in the order of the lines.
#[must_use]
pub fn findings(claim: &Claim, rates: &Rates) -> Vec<RiskFinding> {
    let mut seen: Vec<&Text> = Vec::new();
    let mut findings = Vec::new();
    for line in &claim.lines {
        let Some(code) = line.procedure_code.as_ref().filter(|code| !seen.contains(code)) else { continue };
        seen.push(code);
        let Some(procedure) = rates.of_procedure(code) else { continue };
        findings.extend(procedure.reasons.iter().filter_map(|count| {
            let pattern = Pattern::of(procedure, count, rates)?;
            Some(pattern.finding(line.line_number))
        }));
    }
    findings
}

struct Pattern<'a> {
    procedure_code: &'a Text,
    reason: &'a Text,
    matching: Rate,
    others: f64,
}

impl<'a> Pattern<'a> {
    fn of(procedure: &'a ProcedureRates, count: &'a ReasonCount, rates: &Rates) -> Option<Self> {
        let matching = Rate { adjudicated: procedure.at_payer.adjudicated, denied: count.denied };
        let of_payer = rates.payer_reasons.iter().find(|c| c.reason == count.reason).map_or(0, |c| c.denied);
        let at_payer = Rate { adjudicated: rates.payer.adjudicated, denied: of_payer };
        // Few other lines prove little about how often the reason comes otherwise.
        let others = at_payer.without(matching).shrunk(at_payer.shrunk(PRIOR_RATE));
        let stands = matching.denied >= MIN_DENIED && matching.lower_bound() > others;
        stands.then_some(Self {
            procedure_code: &procedure.procedure_code,
            reason: &count.reason,
            matching,
            others,
        })
    }

    fn finding(&self, line_number: u32) -> RiskFinding {
        let Rate { adjudicated, denied } = self.matching;
        let others = self.others * 100.0;
        let chance = self.matching.lower_bound();
        RiskFinding {
            component: Component::Pattern,
            chance,
            severity: if chance >= 0.5 { Severity::Error } else { Severity::Warning },
            rule: RULE,
            message: format!(
                "This payer denied {denied} of {adjudicated} lines with {} for reason {}, other lines in {others:.1} %",
                self.procedure_code, self.reason
            ),
            fix: advice(self.reason),
            reason: Some(self.reason.to_string()),
            line_number: Some(line_number),
            place: FilePlace::default(),
            value: Some(self.procedure_code.to_string()),
        }
    }
}

/// What to look at before sending when a reason comes back again and again.
fn advice(reason: &str) -> &'static str {
    match reason {
        "4" | "182" => "Check the modifiers against what this payer accepts for the procedure.",
        "5" | "58" => "Check that the place of service fits the procedure.",
        "11" | "50" | "167" => {
            "Check that a diagnosis which this payer accepts for the procedure is pointed to."
        }
        "16" | "125" | "226" | "252" => {
            "Look up what the payer missed on earlier lines (remark codes), and send it along."
        }
        "18" => "Check that the line was not billed before; say so with a modifier where it was done twice.",
        "22" | "24" | "109" => "Check who covers the patient on that day, and in which order.",
        "27" | "26" | "31" => "Check the patient's coverage on the day of service with the payer.",
        "29" => "Send these claims sooner after the service.",
        "96" | "204" => {
            "Check that the plan covers the procedure; tell the patient beforehand where it does not."
        }
        "97" | "231" | "236" => {
            "Check whether the procedure is part of another one of that day before billing both."
        }
        "119" | "151" | "222" => "Check how many units and how often the plan allows.",
        "197" | "198" | "15" | "39" => {
            "Get the payer's authorisation before the service, and put its number on the claim."
        }
        "206" | "207" | "208" | "B7" => {
            "Check that the provider is enrolled with this payer under the NPI on the claim."
        }
        "288" => "Get the referral, and put its number on the claim.",
        _ => "Look at how earlier denials for this reason were resolved before sending.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::claim::{ClaimKind, ClaimLine};

    fn claim(code: &str) -> Claim {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        let line = |line_number| ClaimLine {
            line_number,
            procedure_code: Some(code.into()),
            ..ClaimLine::default()
        };
        claim.lines = vec![line(1), line(2)];
        claim
    }

    /// A payer with 1000 lines, 60 denied for 197; among them `lines` with 97110, `denied` of them for 197.
    fn rates(lines: u64, denied: u64) -> Rates {
        let count = |denied| ReasonCount { reason: "197".into(), denied };
        let rate = Rate { adjudicated: lines, denied };
        let payer = Rate { adjudicated: 1000, denied: 60 };
        Rates {
            overall: payer,
            payer,
            payer_reasons: vec![count(60)],
            procedures: vec![ProcedureRates {
                procedure_code: "97110".into(),
                at_payer: rate,
                anywhere: rate,
                reasons: vec![count(denied)],
            }],
        }
    }

    #[test]
    fn a_procedure_denied_far_more_often_for_a_reason_is_one_pattern() {
        let findings = findings(&claim("97110"), &rates(50, 40));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].reason.as_deref(), Some("197"));
        assert_eq!(findings[0].line_number, Some(1));
        // Wilson's lower bound of 40 of 50 is 0.67.
        assert!((findings[0].chance - 0.67).abs() < 0.005);
        assert!(
            findings[0].message.starts_with("This payer denied 40 of 50 lines with 97110 for reason 197")
        );
        assert!(findings[0].fix.contains("authorisation"));
    }

    #[test]
    fn the_payers_usual_rate_is_no_pattern() {
        assert_eq!(findings(&claim("97110"), &rates(500, 30)), []);
    }

    #[test]
    fn a_handful_of_lines_is_no_pattern() {
        assert_eq!(findings(&claim("97110"), &rates(4, 4)), []);
        assert_eq!(findings(&claim("97110"), &Rates::default()), []);
    }

    #[test]
    fn another_procedure_does_not_match() {
        assert_eq!(findings(&claim("99213"), &rates(50, 40)), []);
    }
}
