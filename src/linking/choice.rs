//! Each rule's choice among the claims it found: pure functions of the facts.

use crate::model::ids::ClaimId;
use crate::model::keys;

use super::evidence::{Agreement, Evidence, replaces_the_answered};
use super::facts::{Answered, ClaimFacts, RemittanceFacts};

/// What a rule makes of the claims that it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// No claim comes into question.
    None,
    /// This claim.
    One(ClaimId),
    /// Too many, or too little speaks for the one.
    Several(Vec<ClaimId>),
}

/// Rule 1: the claims carry the remittance's number (their keys are equal).
pub(super) fn by_control_number(remittance: &RemittanceFacts, claims: &[ClaimFacts]) -> Choice {
    let echoed = keys::payer_number_key(&remittance.control_number);
    let mut set = possible(remittance, claims);
    // Two numbers may share their first 20 characters: what came longer has to agree as far as it goes.
    set.retain(|e| keys::payer_number_key(&e.claim.control_number).starts_with(echoed.as_str()));
    narrow(&mut set, |e| e.provider == Agreement::Same);
    let carried_by_several = set.len() > 1;
    narrow_by_person_and_bill(remittance, &mut set);
    narrow(&mut set, |e| keys::payer_number_key(&e.claim.control_number) == echoed);
    narrow_by_submission(remittance, &mut set);
    choice(&set, |e| {
        if carried_by_several {
            e.rank() > 0 || e.known_number
        } else {
            e.provider == Agreement::Same || e.rank() > 0 || e.known_number || e.person == Agreement::Same
        }
    })
}

/// Rule 2: the payer answered the claims under the remittance's CLP07 before, or they say that they replace it.
pub(super) fn by_payer_control_number(remittance: &RemittanceFacts, claims: &[ClaimFacts]) -> Choice {
    let mut set = possible(remittance, claims);
    narrow(&mut set, |e| e.known_number);
    narrow(&mut set, |e| e.provider == Agreement::Same);
    narrow_by_person_and_bill(remittance, &mut set);
    narrow_by_submission(remittance, &mut set);
    // Payers number alike: the number alone, without charge, day or person, is not enough.
    choice(&set, |e| e.rank() > 0 || e.person == Agreement::Same)
}

/// Rule 3: member, first day of service and charge agree; the number does not.
pub(super) fn by_member_date_charge(remittance: &RemittanceFacts, claims: &[ClaimFacts]) -> Choice {
    let mut set = possible(remittance, claims);
    set.retain(|e| e.charge && e.claim.service_from == remittance.service_from);
    set.retain(|e| e.claim.member_ids.iter().any(|id| remittance.member_ids.contains(id)));
    narrow(&mut set, |e| e.provider == Agreement::Same);
    narrow_by_submission(remittance, &mut set);
    // A visit like an answered one, on the same day, may be a second visit whose claim is not here yet.
    choice(&set, |e| remittance.is_reversal || e.claim.answered == Answered::NotYet || e.known_number)
}

fn possible<'a>(remittance: &RemittanceFacts, claims: &'a [ClaimFacts]) -> Vec<Evidence<'a>> {
    let mut set: Vec<_> = claims.iter().map(|claim| Evidence::new(remittance, claim)).collect();
    set.retain(Evidence::is_possible);
    set
}

/// Keeps those of which it is true, unless that is none.
fn narrow<'a>(set: &mut Vec<Evidence<'a>>, keep: impl Fn(&Evidence<'a>) -> bool) {
    if set.len() > 1 && set.iter().any(&keep) {
        set.retain(keep);
    }
}

/// Whose bill it is, and which: person, then charge and days.
fn narrow_by_person_and_bill(remittance: &RemittanceFacts, set: &mut Vec<Evidence<'_>>) {
    narrow(set, |e| e.claim.is_predetermination == remittance.is_predetermination);
    narrow(set, |e| e.person == Agreement::Same);
    narrow(set, |e| e.person != Agreement::Other);
    let best = set.iter().map(Evidence::rank).max().unwrap_or(0);
    narrow(set, |e| e.rank() == best);
}

/// Which submission of the bill it is: original, replacement, void, repeat, or the one for another payer.
fn narrow_by_submission(remittance: &RemittanceFacts, set: &mut Vec<Evidence<'_>>) {
    narrow(set, |e| e.known_number);
    narrow(set, |e| remittance.processed_as.is_none_or(|place| e.claim.responsibility == place));
    narrow(set, |e| remittance.payer.is_some() && e.claim.payer == remittance.payer);
    narrow(set, |e| remittance.frequency.is_some() && e.claim.frequency == remittance.frequency);
    // A claim that replaces number X is not what the payer numbered X.
    narrow(set, |e| !replaces_the_answered(remittance, e.claim));
    narrow(set, |e| !was_sent_after(remittance, e.claim));
    if are_one_bill(set) {
        narrow(set, |e| e.claim.frequency.as_deref() != Some("8"));
        // Payers answer submissions one by one; a reversal takes an answer back and makes room for the correction.
        narrow(set, |e| (e.claim.answered == Answered::Yes) == remittance.is_reversal);
        narrow(set, |e| !e.claim.is_superseded);
    }
}

fn was_sent_after(remittance: &RemittanceFacts, claim: &ClaimFacts) -> bool {
    matches!((claim.submission_date, remittance.decided_on), (Some(sent), Some(decided)) if sent > decided)
}

/// Whether the claims are submissions of one bill: the same person, charge and days, as far as they say.
fn are_one_bill(set: &[Evidence<'_>]) -> bool {
    set.windows(2).all(|pair| {
        let (a, b) = (pair[0].claim, pair[1].claim);
        a.charge == b.charge
            && a.service_from == b.service_from
            && a.service_to == b.service_to
            && a.member_ids == b.member_ids
    })
}

fn choice(set: &[Evidence<'_>], is_supported: impl Fn(&Evidence<'_>) -> bool) -> Choice {
    match set {
        [] => Choice::None,
        [one] if is_supported(one) => Choice::One(one.claim.id),
        several => Choice::Several(several.iter().map(|e| e.claim.id).collect()),
    }
}
