//! Rules on what has to be on the claim beside codes and dates: member, assignment, authorisation, referral, other payers.

use crate::model::Text;
use crate::model::claim::{ClaimLine, PayerResponsibility};
use crate::model::finding::Severity;
use crate::risk::payer_history::{Lacked, ProcedureHistory};
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "claim-incomplete",
        element: everywhere("CLM"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 95,
        reason: "16",
        title: "A claim that was cut off in its file",
        fix: "Export the claim again and send the whole of it.",
        check: incomplete,
    },
    Rule {
        id: "member-id-missing",
        element: everywhere("NM1*IL, NM109"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 90,
        reason: "31",
        title: "A subscriber without a member id (but for workers' compensation and accidents)",
        fix: "Enter the member id as it stands on the insurance card.",
        check: member_id_missing,
    },
    Rule {
        id: "patient-incomplete",
        element: everywhere("DMG02"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 60,
        reason: "31",
        title: "A patient without last name or date of birth",
        fix: "Enter the patient's name and date of birth as the payer has them.",
        check: patient_incomplete,
    },
    Rule {
        id: "facility-missing",
        element: everywhere("CLM05-1"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 65,
        reason: "16",
        title: "A claim without place of service or facility type",
        fix: "Say where the service was given.",
        check: facility_missing,
    },
    Rule {
        id: "assignment-missing",
        element: everywhere("CLM07"),
        component: Component::Documentation,
        severity: Severity::Warning,
        points: 40,
        reason: "111",
        title: "A claim that does not say whether the provider accepts assignment",
        fix: "Say whether the provider accepts assignment (A, B or C).",
        check: assignment_missing,
    },
    Rule {
        id: "authorization-missing",
        element: everywhere("REF*G1"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 85,
        reason: "197",
        title: "A procedure for which the payer's rules or answers want a prior authorisation, without one",
        fix: "Get the payer's authorisation, and put its number on the claim.",
        check: authorization_missing,
    },
    Rule {
        id: "referral-missing",
        element: everywhere("REF*9F"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 75,
        reason: "288",
        title: "A procedure for which the payer's rules or answers want a referral, without one",
        fix: "Get the referral, and put its number on the claim.",
        check: referral_missing,
    },
    Rule {
        id: "other-payer-missing",
        element: everywhere("SBR01"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 70,
        reason: "22",
        title: "A claim for a second or later payer that does not say what the first one answered",
        fix: "Add the earlier payer with what it paid and took off.",
        check: other_payer_missing,
    },
];

fn incomplete(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.is_incomplete {
        seen.push(Seen::on_claim("The claim was cut off in its file"));
    }
}

/// Claim filing indicators of insurers that know the injured person by a case, not by a member id.
const WITHOUT_MEMBERS: [&str; 3] = ["AM", "LM", "WC"];

fn has_members(subject: &Subject<'_>) -> bool {
    let filing = subject.claim.filing_indicator.as_deref();
    !filing.is_some_and(|code| WITHOUT_MEMBERS.contains(&code))
}

fn member_id_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    let patient = claim.patient.as_ref().and_then(|p| p.member_id.as_ref());
    if has_members(subject) && claim.subscriber.member_id.is_none() && patient.is_none() {
        seen.push(Seen::on_claim("The subscriber has no member id"));
    }
}

fn patient_incomplete(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let patient = subject.claim.patient();
    match (patient.last_name.is_some(), patient.birth_date.is_some()) {
        (true, true) => {}
        (false, true) => seen.push(Seen::on_claim("The patient has no last name")),
        (true, false) => seen.push(Seen::on_claim("The patient has no date of birth")),
        (false, false) => seen.push(Seen::on_claim("The patient has neither last name nor date of birth")),
    }
}

fn facility_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.facility_type_code.is_none() {
        seen.push(Seen::on_claim("The claim does not say where the service was given"));
    }
}

fn assignment_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.assignment_code.is_none() {
        seen.push(Seen::on_claim("The claim does not say whether assignment is accepted"));
    }
}

fn authorization_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.prior_authorization.is_none() && !subject.claim.is_predetermination {
        let wanted = Wanted {
            what: "prior authorisation",
            by_rule: &subject.context.payer_rules.prior_authorization_procedures,
            lacked: |procedure| procedure.unauthorized,
        };
        for line in subject.claim.lines.iter().filter(|line| line.prior_authorization.is_none()) {
            seen.extend(wanted.for_line(line, subject));
        }
    }
}

fn referral_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.referral_number.is_none() && !subject.claim.is_predetermination {
        let wanted = Wanted {
            what: "referral",
            by_rule: &subject.context.payer_rules.referral_procedures,
            lacked: |procedure| procedure.unreferred,
        };
        seen.extend(subject.claim.lines.iter().filter_map(|line| wanted.for_line(line, subject)));
    }
}

/// What a payer wants for some procedures.
struct Wanted<'a> {
    what: &'static str,
    /// The procedures for which its rules say so.
    by_rule: &'a [Text],
    /// What its answers say of those without.
    lacked: fn(&ProcedureHistory) -> Lacked,
}

impl Wanted<'_> {
    fn for_line(&self, line: &ClaimLine, subject: &Subject<'_>) -> Option<Seen> {
        let (code, what) = (line.procedure_code.as_ref()?, self.what);
        if self.by_rule.contains(code) {
            return Some(Seen::on_line(line, format!("{code} needs a {what} for this payer")).value(code));
        }
        let history = subject.context.payer_history.of_procedure(code)?;
        let Lacked { claims, denied } = (self.lacked)(history);
        let message = || {
            format!("this payer denied {denied} of {claims} claims with {code} that had no {what}, for that")
        };
        (self.lacked)(history).shows_it_is_wanted().then(|| Seen::on_line(line, message()).value(code))
    }
}

fn other_payer_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if claim.responsibility != PayerResponsibility::Primary && claim.other_payers.is_empty() {
        seen.push(Seen::on_claim(
            "The claim is for a later payer and does not say what the first one answered",
        ));
    }
}
