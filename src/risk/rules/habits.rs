//! Rules on what claims that this payer accepted always had, and this one has not.

use crate::model::claim::{Claim, ClaimKind};
use crate::model::finding::Severity;
use crate::risk::payer_history::Had;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere, providers};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "rendering-left-out",
        element: everywhere("NM1*82"),
        component: Component::Documentation,
        severity: Severity::Warning,
        points: 45,
        reason: "16",
        title: "A professional claim without rendering provider, where those that this payer paid always named one",
        fix: "Name the clinician who treated, with NPI, as on earlier claims for this payer.",
        check: rendering_left_out,
    },
    Rule {
        id: "referring-left-out",
        element: everywhere("NM1*DN"),
        component: Component::Documentation,
        severity: Severity::Warning,
        points: 50,
        reason: "16",
        title: "A procedure without referring provider, where claims that this payer paid for it always named one",
        fix: "Name the clinician who referred or ordered, with NPI, as on earlier claims for this procedure.",
        check: referring_left_out,
    },
    Rule {
        id: "member-id-shape",
        element: everywhere("NM1*IL, NM109"),
        component: Component::Payer,
        severity: Severity::Warning,
        points: 60,
        reason: "31",
        title: "A member id of another shape than this payer's",
        fix: "Compare the member id with the insurance card, letter by letter, and the payer with the card too.",
        check: member_id_shape,
    },
];

fn rendering_left_out(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let (claim, rendering) = (subject.claim, subject.context.payer_history.rendering);
    // Where a group bills for a clinician there is a rule that needs no history.
    if !subject.is(ClaimKind::Professional)
        || names_who_rendered(claim)
        || !rendering.is_always()
        || providers::lacks_a_rendering_provider(subject)
    {
        return;
    }
    let Had { claims, with } = rendering;
    let message = format!(
        "Nobody is named who rendered; {with} of {claims} claims that this payer paid named somebody"
    );
    seen.push(Seen::on_claim(message));
}

fn names_who_rendered(claim: &Claim) -> bool {
    claim.rendering_provider.is_some() || claim.lines.iter().any(|line| line.rendering_provider.is_some())
}

fn referring_left_out(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.claim.referring_provider.is_some() || subject.claim.is_predetermination {
        return;
    }
    for line in &subject.claim.lines {
        let Some(code) = line.procedure_code.as_deref() else { continue };
        let history = subject.context.payer_history.of_procedure(code);
        if let Some(Had { claims, with }) = history.map(|h| h.referring).filter(|had| had.is_always()) {
            let message = format!(
                "nobody is named who referred for {code}; {with} of {claims} claims that this payer paid named somebody"
            );
            seen.push(Seen::on_line(line, message).value(code));
        }
    }
}

fn member_id_shape(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(id) = subject.claim.subscriber.member_id.as_deref() else { return };
    if let Some(members) = subject.context.payer_history.never_seen_among(id) {
        let message =
            format!("None of the {members} members for whom this payer paid has an id of this shape");
        seen.push(Seen::on_claim(message).value(id));
    }
}
