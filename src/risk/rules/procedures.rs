//! Rules on procedures: that each line has one, their shape, and the same one twice on a day.

use crate::model::Text;
use crate::model::claim::{ClaimKind, ClaimLine};
use crate::model::codes::has_procedure_shape;
use crate::model::finding::Severity;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "lines-missing",
        element: everywhere("LX"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 95,
        reason: "16",
        title: "A claim without any service line",
        fix: "Add what was done; a claim without a line cannot be paid.",
        check: lines_missing,
    },
    Rule {
        id: "procedure-missing",
        element: ["SV101-2", "SV201", "SV301-2"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 90,
        reason: "16",
        title: "A professional or dental line without a procedure code, an institutional one without a revenue code",
        fix: "Add the procedure code (the revenue code on an institutional line), or take the line out.",
        check: procedure_missing,
    },
    Rule {
        id: "procedure-shape",
        element: ["SV101-2", "SV202-2", "SV301-2"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 75,
        reason: "181",
        title: "A code that cannot be what its qualifier says: HCPCS (HC) has five characters, CDT (AD) a D and four digits",
        fix: "Correct the procedure code; keep modifiers and descriptions out of it.",
        check: procedure_shape,
    },
    Rule {
        id: "procedure-repeated",
        element: ["SV101-2", "SV202-2", "SV301-2"],
        component: Component::Coding,
        severity: Severity::Warning,
        points: 55,
        reason: "18",
        title: "The same procedure twice on a day without a modifier that says why",
        fix: "Bill it once with its units; where it was done twice, say so with a modifier (59, X{EPSU}, 76, 77, 91, a side or site).",
        check: procedure_repeated,
    },
];

fn lines_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.lines.is_empty() {
        seen.push(Seen::on_claim("The claim has no service line"));
    }
}

fn procedure_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let institutional = subject.is(ClaimKind::Institutional);
    let code = |line: &ClaimLine| {
        if institutional { line.revenue_code.is_some() } else { line.procedure_code.is_some() }
    };
    for line in subject.claim.lines.iter().filter(|line| !code(line)) {
        let what = if institutional { "revenue" } else { "procedure" };
        seen.push(Seen::on_line(line, format!("the line has no {what} code")));
    }
}

fn procedure_shape(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    for line in &subject.claim.lines {
        let Some(code) = line.procedure_code.as_deref() else { continue };
        let qualifier = line.procedure_qualifier.as_deref().unwrap_or_default();
        if !has_procedure_shape(qualifier, code) {
            seen.push(Seen::on_line(line, format!("{code} cannot be a procedure code")).value(code));
        }
    }
}

fn procedure_repeated(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    // Dental lines are told apart by tooth and surface, drugs without a code of their own by their NDC; neither is part of
    // the claim as it is read.
    if subject.is(ClaimKind::Dental) || subject.claim.is_predetermination {
        return;
    }
    let lines = &subject.claim.lines;
    for (place, line) in lines.iter().enumerate() {
        if !line.procedure_code.as_deref().is_some_and(|code| NDC_CODES.contains(&code))
            && lines[..place].iter().any(|earlier| is_unexplained_repeat(earlier, line))
            && let (Some(code), Some(day)) = (&line.procedure_code, line.service_date)
        {
            let message = format!("{code} is billed once more for {day} without a modifier that says why");
            seen.push(Seen::on_line(line, message).value(code));
        }
    }
}

/// HCPCS codes for any drug, of which the NDC says which.
const NDC_CODES: [&str; 9] =
    ["C9399", "J3490", "J3590", "J7199", "J7999", "J8499", "J8999", "J9999", "S5000"];

fn is_unexplained_repeat(earlier: &ClaimLine, line: &ClaimLine) -> bool {
    line.procedure_code.is_some()
        && line.service_date.is_some()
        && line.procedure_code == earlier.procedure_code
        && line.service_date == earlier.service_date
        && line.revenue_code == earlier.revenue_code
        && line.place_of_service == earlier.place_of_service
        && line.rendering_provider == earlier.rendering_provider
        && !line.modifiers.iter().chain(&earlier.modifiers).any(|m| REPEAT_MODIFIERS.contains(&m.as_str()))
        && distinguishing(line) == distinguishing(earlier)
}

/// Modifiers that by themselves say: done again, or apart from the other.
const REPEAT_MODIFIERS: [&str; 8] = ["59", "XE", "XP", "XS", "XU", "76", "77", "91"];

/// Modifiers that say something of how a service was billed or by which way it was given, and nothing of which it was.
const NEUTRAL_MODIFIERS: [&str; 15] =
    ["24", "25", "57", "93", "95", "CR", "CS", "GA", "GC", "GQ", "GT", "GX", "GY", "GZ", "KX"];

/// The modifiers that tell two lines with one procedure apart: side, site, component, discipline, origin, ...
fn distinguishing(line: &ClaimLine) -> Vec<&Text> {
    let mut modifiers: Vec<&Text> =
        line.modifiers.iter().filter(|m| !NEUTRAL_MODIFIERS.contains(&m.as_str())).collect();
    modifiers.sort_unstable();
    modifiers
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn repeat(first: &[&str], second: &[&str], expected: bool) {
        let line = |modifiers: &[&str]| ClaimLine {
            procedure_code: Some("20610".into()),
            service_date: Some(date(2026, 3, 5)),
            modifiers: modifiers.iter().copied().map(Text::from).collect(),
            ..ClaimLine::default()
        };
        assert_eq!(is_unexplained_repeat(&line(first), &line(second)), expected, "{first:?} {second:?}");
    }

    #[test]
    fn a_side_a_site_or_a_repeat_modifier_explains_the_second_line() {
        repeat(&[], &[], true);
        repeat(&[], &["25"], true);
        repeat(&["RT"], &["RT"], true);
        repeat(&["RT", "GA"], &["GA", "RT"], true);
        repeat(&["RT"], &["LT"], false);
        repeat(&[], &["59"], false);
        repeat(&["RT"], &["RT", "76"], false);
        repeat(&["XS"], &[], false);
        repeat(&["TC"], &["26"], false);
    }

    #[test]
    fn another_day_or_another_clinician_is_no_repeat() {
        let line = ClaimLine {
            procedure_code: Some("97110".into()),
            service_date: Some(date(2026, 3, 5)),
            ..ClaimLine::default()
        };
        let next_day = ClaimLine { service_date: Some(date(2026, 3, 6)), ..line.clone() };
        let by_another = ClaimLine {
            rendering_provider: Some(crate::model::party::ProviderName::default()),
            ..line.clone()
        };
        assert!(!is_unexplained_repeat(&line, &next_day));
        assert!(!is_unexplained_repeat(&line, &by_another));
    }
}
