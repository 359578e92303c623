//! Rules of the payer: what it takes, until when, and what it has had before.

use jiff::civil::Date;

use crate::model::claim::ClaimKind;
use crate::model::finding::Severity;
use crate::risk::payer_history::{Lacked, Late};
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "payer-unknown",
        element: everywhere("NM1*PR"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 85,
        reason: "109",
        title: "A claim that names no payer",
        fix: "Say which payer the claim is for.",
        check: unknown,
    },
    Rule {
        id: "payer-id-missing",
        element: everywhere("NM1*PR, NM109"),
        component: Component::Payer,
        severity: Severity::Warning,
        points: 40,
        reason: "109",
        title: "A payer named without an id",
        fix: "Enter the payer's id from the clearinghouse's payer list.",
        check: id_missing,
    },
    Rule {
        id: "frequency-invalid",
        element: everywhere("CLM05-3"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 60,
        reason: "16",
        title: "No frequency, or on a professional or dental claim one other than 1, 7 or 8",
        fix: "Send 1 for a new claim, 7 for a replacement, 8 for a void.",
        check: frequency_invalid,
    },
    Rule {
        id: "frequency-refused",
        element: everywhere("CLM05-3"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 80,
        reason: "16",
        title: "A frequency that the payer's rules do not allow",
        fix: "Send the claim as the payer takes it: many take corrections only as new claims, or on paper.",
        check: frequency_refused,
    },
    Rule {
        id: "facility-refused",
        element: everywhere("CLM05-1"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 80,
        reason: "58",
        title: "A place of service or facility type that the payer's rules restrict",
        fix: "Check where the service was given; ask the payer before sending when it is right.",
        check: facility_refused,
    },
    Rule {
        id: "payer-claim-number-missing",
        element: everywhere("REF*F8"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 85,
        reason: "16",
        title: "A replacement or void without the payer's number of the claim it concerns",
        fix: "Add the payer's claim number (REF*F8) from the remittance of the earlier claim.",
        check: payer_claim_number_missing,
    },
    Rule {
        id: "filing-limit-passed",
        element: everywhere("DTP*472"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 95,
        reason: "29",
        title: "A claim sent later than the payer's filing limit, as its rules say or its answers show",
        fix: "Send proof that the claim was filed in time, or ask the payer for an exception.",
        check: filing_limit_passed,
    },
    Rule {
        id: "claim-repeated",
        element: everywhere("CLM01"),
        component: Component::Payer,
        severity: Severity::Error,
        points: 85,
        reason: "18",
        title: "A repeat of an earlier claim that does not say that it replaces it",
        fix: "Send it as a replacement (frequency 7) with the payer's claim number, or not at all.",
        check: claim_repeated,
    },
];

fn unknown(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let payer = &subject.claim.payer;
    if payer.name.is_none() && payer.ids.is_empty() {
        seen.push(Seen::on_claim("The claim names no payer"));
    }
}

fn id_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let payer = &subject.claim.payer;
    if let Some(name) = payer.name.as_ref().filter(|_| payer.ids.is_empty()) {
        seen.push(Seen::on_claim(format!("The payer {name} has no id")).value(name));
    }
}

fn frequency_invalid(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    match subject.claim.frequency.as_deref() {
        None => seen.push(Seen::on_claim("The claim has no frequency")),
        Some("1" | "7" | "8") => {}
        Some(_) if subject.is(ClaimKind::Institutional) => {}
        Some(other) => {
            seen.push(Seen::on_claim(format!("Frequency {other} is not for this claim")).value(other));
        }
    }
}

fn frequency_refused(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let allowed = &subject.context.payer_rules.allowed_frequency_types;
    let Some(frequency) = &subject.claim.frequency else { return };
    if !allowed.is_empty() && !allowed.contains(frequency) {
        let message = format!("This payer does not take frequency {frequency}");
        seen.push(Seen::on_claim(message).value(frequency));
    }
}

fn facility_refused(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let restricted = &subject.context.payer_rules.restricted_facility_types;
    let of_claim = subject.claim.facility_type_code.as_ref();
    if let Some(facility) = of_claim.filter(|code| restricted.contains(code)) {
        let message = format!("This payer does not pay for place or facility type {facility}");
        seen.push(Seen::on_claim(message).value(facility));
    }
    for line in &subject.claim.lines {
        let place = line.place_of_service.as_ref().filter(|place| Some(*place) != of_claim);
        if let Some(place) = place.filter(|code| restricted.contains(code)) {
            let message = format!("this payer does not pay for place of service {place}");
            seen.push(Seen::on_line(line, message).value(place));
        }
    }
}

fn payer_claim_number_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if (claim.is_replacement() || claim.is_void()) && claim.payer_claim_control_number.is_none() {
        let what = if claim.is_void() { "voids" } else { "replaces" };
        seen.push(Seen::on_claim(format!("The claim {what} another without the payer's number for it")));
    }
}

fn filing_limit_passed(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    // Corrections of a claim filed in time have a limit of their own.
    if claim.is_predetermination || claim.is_replacement() || claim.is_void() {
        return;
    }
    let Some(first) = claim.first_service_date() else { return };
    let days = days_between(first, subject.submitted());
    let sent = || format!("Sent {days} days after the service on {first}");
    let message = match (subject.context.payer_rules.timely_filing_days, subject.context.payer_history.late) {
        (Some(limit), _) if days > i64::from(limit) => {
            format!("{}; this payer's limit is {limit} days", sent())
        }
        (None, Some(late)) if days >= i64::from(late.days) && late.is_limit() => {
            let Late { days, answers: Lacked { claims, denied } } = late;
            format!(
                "{}; this payer denied {denied} of {claims} claims sent after {days} days or more as too late",
                sent()
            )
        }
        _ => return,
    };
    seen.push(Seen::on_claim(message).value(&days));
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn claim_repeated(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if let Some(earlier) = subject.context.repeat_of.filter(|_| !subject.claim.is_replacement()) {
        seen.push(
            Seen::on_claim(format!("Claim {earlier} has the same number and is not replaced"))
                .value(&earlier),
        );
    }
}
