//! Rules on money and units: zero charges, units that cannot be, charges that do not add up.

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::finding::Severity;
use crate::model::quantity::Quantity;
use crate::money::Cents;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "charge-zero",
        element: ["SV102", "SV203", "SV302"],
        component: Component::Coding,
        severity: Severity::Warning,
        points: 45,
        reason: "16",
        title: "A claim that asks for nothing, or a professional or dental line without a charge",
        fix: "Enter the charge; a line that is only reported needs a code made for reporting.",
        check: charge_zero,
    },
    Rule {
        id: "charges-differ",
        element: everywhere("CLM02"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 80,
        reason: "16",
        title: "Line charges that do not add up to the total charge",
        fix: "Correct the total or the line charge that differs.",
        check: charges_differ,
    },
    Rule {
        id: "units-impossible",
        element: ["SV104", "SV205", "SV306"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 60,
        reason: "16",
        title: "Units that cannot be: none, more minutes or days than the dates hold, more than one office or hospital visit",
        fix: "Correct the units of the line.",
        check: units_impossible,
    },
];

fn charge_zero(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if claim.total_charge <= Cents::ZERO {
        let message = format!("The claim asks for {}", claim.total_charge);
        seen.push(Seen::on_claim(message).value(&claim.total_charge));
        return;
    }
    // Institutional lines may carry no charge of their own: what was done is paid by case or visit.
    if subject.is(ClaimKind::Institutional) {
        return;
    }
    for line in claim.lines.iter().filter(|l| l.charge <= Cents::ZERO && !is_reported_only(l)) {
        let code = line.procedure_code.as_deref().unwrap_or("the line");
        seen.push(Seen::on_line(line, format!("{code} is charged {}", line.charge)).value(&line.charge));
    }
}

/// Codes that report quality (four digits and F; G8000 to G9999) and vaccines supplied by the state (SL) carry no charge.
fn is_reported_only(line: &ClaimLine) -> bool {
    let code = line.procedure_code.as_deref().unwrap_or("");
    let quality = code.ends_with('F') || code.starts_with("G8") || code.starts_with("G9");
    line.charge.is_zero() && (quality || line.modifiers.iter().any(|m| m == "SL"))
}

/// Revenue code 0001 stands for the total of the others.
const TOTAL_REVENUE_CODE: &str = "0001";

fn charges_differ(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    let is_total = |line: &&ClaimLine| line.revenue_code.as_deref() == Some(TOTAL_REVENUE_CODE);
    let of_totals: Cents = claim.lines.iter().filter(is_total).map(|line| line.charge).sum();
    let sum = claim.line_charge() - of_totals;
    if !claim.lines.is_empty() && sum != claim.total_charge {
        let difference = sum - claim.total_charge;
        let message = format!("The lines add up to {sum}, the claim asks for {}", claim.total_charge);
        seen.push(Seen::on_claim(message).value(&difference));
    }
}

fn units_impossible(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    for line in &subject.claim.lines {
        let Some(quantity) = line.quantity else {
            // Dental lines mean one where they do not say.
            if !subject.is(ClaimKind::Dental) {
                seen.push(Seen::on_line(line, "the line has no units"));
            }
            continue;
        };
        if let Some(message) = impossible(line, quantity, days(subject.claim, line)) {
            seen.push(Seen::on_line(line, message).value(&quantity));
        }
    }
}

/// What is wrong with the units; `days` is `None` where the dates are not known, and then nothing is said of them.
fn impossible(line: &ClaimLine, quantity: Quantity, days: Option<i64>) -> Option<String> {
    if quantity <= Quantity::units(0) {
        return Some(format!("{quantity} units were billed"));
    }
    let days = days?;
    let (limit, what) = match line.unit.as_deref() {
        Some("MJ") => (days * MINUTES_OF_A_DAY, "minutes"),
        Some("DA") => (days, "days"),
        Some("UN") if is_visit(line) => (days, "visits"),
        _ => return None,
    };
    (quantity > Quantity::units(limit))
        .then(|| format!("{quantity} {what} do not fit into {days} day(s) of service"))
}

const MINUTES_OF_A_DAY: i64 = 24 * 60;

/// The days from the first to the last of the line; of the statement where the line does not say.
fn days(claim: &Claim, line: &ClaimLine) -> Option<i64> {
    let (from, to) = match line.service_date {
        Some(from) => (from, line.service_date_to.unwrap_or(from)),
        None => (claim.statement_from?, claim.statement_to?),
    };
    Some(i64::from((to - from).get_days().max(0)) + 1)
}

/// Office visits (99202-99215) and hospital visits (99221-99239), of which one a day is payable to one clinician.
fn is_visit(line: &ClaimLine) -> bool {
    let code = line.procedure_code.as_deref().and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code, 99_202..=99_215 | 99_221..=99_239))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn units(code: &str, unit: &str, thousandths: i64, days: i64, possible: bool) {
        let line =
            ClaimLine { procedure_code: Some(code.into()), unit: Some(unit.into()), ..ClaimLine::default() };
        let impossible = impossible(&line, Quantity::new(thousandths), Some(days));
        assert_eq!(impossible.is_none(), possible, "{thousandths} {unit} of {code}");
    }

    #[test]
    fn units_have_to_fit_the_days() {
        units("J1885", "UN", 30_000, 1, true);
        units("A0425", "UN", 12_400, 1, true);
        units("97110", "UN", 0, 1, false);
        units("97110", "UN", -1_000, 1, false);
        units("00790", "MJ", 1_440_000, 1, true);
        units("00790", "MJ", 1_441_000, 1, false);
        units("E1390", "DA", 30_000, 30, true);
        units("E1390", "DA", 31_000, 30, false);
        units("99213", "UN", 1_000, 1, true);
        units("99213", "UN", 2_000, 1, false);
        units("99231", "UN", 3_000, 3, true);
    }

    #[test]
    fn the_days_are_the_lines_or_else_the_statements() {
        let mut claim = Claim::new(ClaimKind::Institutional, "A1");
        let mut line = ClaimLine::default();
        assert_eq!(days(&claim, &line), None);
        claim.statement_from = Some(date(2026, 2, 27));
        claim.statement_to = Some(date(2026, 3, 2));
        assert_eq!(days(&claim, &line), Some(4));
        line.service_date = Some(date(2026, 3, 1));
        assert_eq!(days(&claim, &line), Some(1));
    }

    #[track_caller]
    fn free(code: &str, modifier: Option<&str>, expected: bool) {
        let modifiers = modifier.into_iter().map(Into::into).collect();
        let line = ClaimLine { procedure_code: Some(code.into()), modifiers, ..ClaimLine::default() };
        assert_eq!(is_reported_only(&line), expected, "{code}");
    }

    #[test]
    fn what_is_only_reported_needs_no_charge() {
        free("3074F", None, true);
        free("G8427", None, true);
        free("90686", Some("SL"), true);
        free("99213", None, false);
    }
}
