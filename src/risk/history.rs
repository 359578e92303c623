//! The historical component: how often lines like the claim's were denied.

use crate::model::claim::Claim;
use crate::model::finding::Severity;

use super::points::{Component, FilePlace, RiskFinding};
use super::rates::{FEW_LINES, PRIOR_RATE, ProcedureRates, Rates};

/// The id under which the estimate stands among a score's factors.
pub const RULE: &str = "denial-history";

/// What to do about a high estimate.
const FIX: &str = "Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, \
                   diagnoses, notes.";

/// The denial rate of the claim's line that was denied most often, or the payer's where no line is known.
///
/// The worst line rather than all of them together: lines of one claim are denied together far more often than
/// independent ones would be.
#[must_use]
pub fn finding(claim: &Claim, rates: &Rates) -> RiskFinding {
    let seen = claim.lines.iter().filter_map(|line| {
        let procedure = rates.of_procedure(line.procedure_code.as_deref()?)?;
        Some((line.line_number, procedure, rates.procedure_rate(procedure)))
    });
    // The first of equal ones: `max_by` alone would keep the last.
    let worst = seen.reduce(|worst, next| if next.2 > worst.2 { next } else { worst });
    let (line_number, procedure, estimate) = match worst {
        Some((line_number, procedure, estimate)) => (Some(line_number), Some(procedure), estimate),
        None => (None, None, rates.payer_rate()),
    };
    let lines = procedure.map_or(rates.payer, |p| p.at_payer).adjudicated;
    RiskFinding {
        component: Component::Historical,
        chance: estimate,
        severity: severity(estimate, lines),
        rule: RULE,
        message: message(rates, procedure, estimate),
        fix: FIX,
        reason: None,
        line_number,
        place: FilePlace::default(),
        value: procedure.map(|p| p.procedure_code.to_string()),
    }
}

/// Info where little was seen: an assumption is no reason to hold a claim.
fn severity(estimate: f64, lines: u64) -> Severity {
    match estimate {
        _ if lines < FEW_LINES => Severity::Info,
        high if high >= 0.5 => Severity::Error,
        medium if medium >= 0.25 => Severity::Warning,
        _ => Severity::Info,
    }
}

fn message(rates: &Rates, procedure: Option<&ProcedureRates>, estimate: f64) -> String {
    let percent = estimate * 100.0;
    if rates.overall.adjudicated == 0 {
        let assumed = PRIOR_RATE * 100.0;
        return format!("No answers yet: {assumed:.0} % of lines are assumed to be denied");
    }
    let (what, rate) = match procedure {
        Some(procedure) => {
            (format!("lines with {} at this payer", procedure.procedure_code), procedure.at_payer)
        }
        None => ("lines at this payer".to_owned(), rates.payer),
    };
    let seen =
        format!("{} of {} {what} were denied; estimated {percent:.1} %", rate.denied, rate.adjudicated);
    if rate.adjudicated < FEW_LINES {
        format!("{seen}, which rests mostly on other lines since little has been seen of these")
    } else {
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::claim::{ClaimKind, ClaimLine};
    use crate::risk::rates::Rate;

    fn claim(codes: &[&str]) -> Claim {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        claim.lines = (1..)
            .zip(codes)
            .map(|(line_number, &code)| ClaimLine {
                line_number,
                procedure_code: Some(code.into()),
                ..ClaimLine::default()
            })
            .collect();
        claim
    }

    fn seen(code: &str, adjudicated: u64, denied: u64) -> ProcedureRates {
        let rate = Rate { adjudicated, denied };
        ProcedureRates { procedure_code: code.into(), at_payer: rate, anywhere: rate, reasons: Vec::new() }
    }

    fn rates(adjudicated: u64, procedures: Vec<ProcedureRates>) -> Rates {
        let rate = Rate { adjudicated, denied: adjudicated / 10 };
        Rates { overall: rate, payer: rate, payer_reasons: Vec::new(), procedures }
    }

    #[test]
    fn without_answers_the_assumption_is_named_and_asks_for_nothing() {
        let finding = finding(&claim(&["99213"]), &Rates::default());
        assert!((finding.chance - 0.10).abs() < 1e-9);
        assert_eq!(finding.severity, Severity::Info);
        assert_eq!(finding.message, "No answers yet: 10 % of lines are assumed to be denied");
    }

    #[test]
    fn one_denied_line_is_told_as_little_and_raises_no_alarm() {
        let finding = finding(&claim(&["99213"]), &rates(1, vec![seen("99213", 1, 1)]));
        assert!(finding.chance < 0.25);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.message.contains("1 of 1 lines with 99213 at this payer"));
        assert!(finding.message.contains("little has been seen"));
    }

    #[test]
    fn the_line_denied_most_often_speaks_for_the_claim() {
        let rates = rates(1000, vec![seen("99213", 400, 20), seen("20610", 200, 120)]);
        let finding = finding(&claim(&["99213", "20610", "20610"]), &rates);
        assert_eq!(finding.line_number, Some(2));
        assert!((0.5..0.6).contains(&finding.chance));
        assert_eq!(finding.severity, Severity::Error);
        assert!(
            finding.message.starts_with("120 of 200 lines with 20610 at this payer were denied; estimated 5")
        );
    }

    #[test]
    fn lines_never_seen_take_the_payers_rate() {
        let finding = finding(&claim(&["00000"]), &rates(2000, Vec::new()));
        assert_eq!(finding.line_number, None);
        assert!((finding.chance - 0.10).abs() < 1e-9);
        assert!(finding.message.starts_with("200 of 2000 lines at this payer were denied"));
    }
}
