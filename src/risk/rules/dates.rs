//! Rules on dates: service dates that are missing or in the future, days out of order.

use jiff::civil::Date;

use crate::model::claim::ClaimKind;
use crate::model::finding::Severity;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "service-date-missing",
        element: ["DTP*472", "DTP*434", "DTP*472"],
        component: Component::Documentation,
        severity: Severity::Error,
        points: 90,
        reason: "16",
        title: "A professional line without a day of service, another claim without any",
        fix: "Enter the day of service (the statement period on an institutional claim).",
        check: missing,
    },
    Rule {
        id: "service-date-future",
        element: everywhere("DTP03"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 90,
        reason: "110",
        title: "Service later than the claim was sent",
        fix: "Correct the day of service, or send the claim when the service has been given.",
        check: future,
    },
    Rule {
        id: "dates-out-of-order",
        element: everywhere("DTP03"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 65,
        reason: "16",
        title: "Dates that end before they begin, a discharge before the admission, a birth after the service",
        fix: "Correct the date that is out of order.",
        check: out_of_order,
    },
    Rule {
        id: "service-outside-statement",
        element: everywhere("DTP03"),
        component: Component::Documentation,
        severity: Severity::Warning,
        points: 45,
        reason: "16",
        title: "An institutional line with a day outside the statement period",
        fix: "Correct the line's day, or the statement period.",
        check: outside_statement,
    },
];

fn missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if claim.is_predetermination {
        return;
    }
    if subject.is(ClaimKind::Professional) {
        for line in claim.lines.iter().filter(|line| line.service_date.is_none()) {
            seen.push(Seen::on_line(line, "the day of service is missing"));
        }
    } else if claim.first_service_date().is_none() {
        seen.push(Seen::on_claim("The day of service is missing"));
    }
}

fn future(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let sent = subject.submitted().min(subject.context.today);
    if subject.claim.is_predetermination {
        return;
    }
    for line in &subject.claim.lines {
        if let Some(day) = line.service_date.filter(|&day| day > sent) {
            seen.push(Seen::on_line(line, format!("service on {day}, sent on {sent}")).value(&day));
        }
    }
    if let Some(day) = subject.claim.statement_from.filter(|&day| day > sent) {
        seen.push(Seen::on_claim(format!("The statement begins on {day}, sent on {sent}")).value(&day));
    }
}

fn out_of_order(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    let backwards = |from: Option<Date>, to: Option<Date>| from.zip(to).filter(|(from, to)| from > to);
    for line in &claim.lines {
        if let Some((from, to)) = backwards(line.service_date, line.service_date_to) {
            seen.push(Seen::on_line(line, format!("service begins on {from} and ends on {to}")).value(&to));
        }
    }
    if let Some((from, to)) = backwards(claim.statement_from, claim.statement_to) {
        seen.push(Seen::on_claim(format!("The statement begins on {from} and ends on {to}")).value(&to));
    }
    if let Some((admitted, discharged)) = backwards(claim.admission_date, claim.discharge_date) {
        let message = format!("Discharged on {discharged}, admitted on {admitted}");
        seen.push(Seen::on_claim(message).value(&discharged));
    }
    if backwards(claim.patient().birth_date, claim.last_service_date()).is_some() {
        seen.push(Seen::on_claim("The patient is born after the service"));
    }
}

fn outside_statement(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    let (Some(from), Some(to)) = (claim.statement_from, claim.statement_to) else { return };
    if !subject.is(ClaimKind::Institutional) || from > to {
        return;
    }
    for line in &claim.lines {
        if let Some(day) = line.service_date.filter(|day| !(from..=to).contains(day)) {
            let message = format!("service on {day}, the statement goes from {from} to {to}");
            seen.push(Seen::on_line(line, message).value(&day));
        }
    }
}
