//! Linking as a biller would tell it: who answered what.

use std::convert::Infallible;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::linking::facts::{Answered, ProviderIds};
use crate::model::claim::{Claim, ClaimKind, ClaimLine, PayerResponsibility};
use crate::model::remittance::{Payment, Remittance, ServicePayment};

const OURS: &str = "1234567893";
const ANOTHER: &str = "1679576722";

/// The claims of a store, looked up as the store does it.
struct Claims(Vec<ClaimFacts>);

impl Candidates for Claims {
    type Error = Infallible;

    fn by_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, Infallible> {
        Ok(self.0.iter().filter(|c| keys::control_number_key(&c.control_number) == key).cloned().collect())
    }

    fn by_payer_control_number(&mut self, key: &str) -> Result<Vec<ClaimFacts>, Infallible> {
        let numbers = |c: &ClaimFacts| c.payer_control_numbers.iter().chain(&c.replaces).cloned().collect();
        let has =
            |c: &&ClaimFacts| Vec::<Text>::into_iter(numbers(c)).any(|n| keys::payer_number_key(&n) == key);
        Ok(self.0.iter().filter(has).cloned().collect())
    }

    fn by_member_date_charge(
        &mut self,
        members: &[Text],
        from: Date,
        charge: Cents,
    ) -> Result<Vec<ClaimFacts>, Infallible> {
        let fits = |c: &&ClaimFacts| {
            c.charge == charge
                && c.service_from == Some(from)
                && c.member_ids.iter().any(|m| members.contains(m))
        };
        Ok(self.0.iter().filter(fits).cloned().collect())
    }
}

/// A claim over 150.00 for member M1 on 5 March, sent on the 10th by us under this number.
fn claim(id: i64, number: &str) -> ClaimFacts {
    let mut claim = Claim::new(ClaimKind::Professional, number);
    claim.total_charge = Cents::new(15_000);
    claim.lines = vec![ClaimLine { service_date: Some(date(2026, 3, 5)), ..ClaimLine::default() }];
    claim.submission_date = Some(date(2026, 3, 10));
    claim.frequency = Some("1".into());
    claim.subscriber.member_id = Some("M1".into());
    claim.subscriber.last_name = Some("ROE".into());
    claim.billing_provider.npi = Some(OURS.into());
    ClaimFacts::new(ClaimId::new(id), &claim)
}

/// The payer's answer to [`claim`] with this number, paid to us on 1 April.
fn answer(number: &str) -> RemittanceFacts {
    let mut remittance = Remittance { status_code: "1".into(), ..Remittance::default() };
    remittance.patient_control_number = number.into();
    remittance.charge = Cents::new(15_000);
    remittance.patient.member_id = Some("M1".into());
    remittance.patient.last_name = Some("Roe".into());
    remittance.lines =
        vec![ServicePayment { service_date: Some(date(2026, 3, 5)), ..ServicePayment::default() }];
    let mut payment = Payment { date: Some(date(2026, 4, 1)), ..Payment::default() };
    payment.payee.npi = Some(OURS.into());
    RemittanceFacts::new(&remittance, &payment)
}

fn with<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}

fn answered_as(facts: ClaimFacts, number: &str) -> ClaimFacts {
    with(facts, |c| {
        c.answered = Answered::Yes;
        c.payer_control_numbers = vec![number.into()];
    })
}

fn another_visit(facts: ClaimFacts) -> ClaimFacts {
    with(facts, |c| {
        c.charge = Cents::new(9_900);
        c.service_from = Some(date(2026, 1, 7));
        c.service_to = c.service_from;
    })
}

fn npi(npi: &str) -> ProviderIds {
    ProviderIds { npi: Some(npi.into()), ..ProviderIds::default() }
}

fn decided(claims: &[ClaimFacts], remittance: &RemittanceFacts) -> Decision {
    let Ok(decision) = decide(remittance, &mut Claims(claims.to_vec()));
    decision
}

#[track_caller]
fn links(claims: &[ClaimFacts], remittance: &RemittanceFacts, claim: i64, rule: LinkRule) {
    assert_eq!(decided(claims, remittance), Decision::Linked { claim: ClaimId::new(claim), rule });
}

#[track_caller]
fn by_number(claims: &[ClaimFacts], remittance: &RemittanceFacts, claim: i64) {
    links(claims, remittance, claim, LinkRule::ControlNumber);
}

#[track_caller]
fn asks(claims: &[ClaimFacts], remittance: &RemittanceFacts, candidates: &[i64], rule: LinkRule) {
    let candidates = candidates.iter().copied().map(ClaimId::new).collect();
    assert_eq!(decided(claims, remittance), Decision::Ambiguous { candidates, rule });
}

#[track_caller]
fn unlinked(claims: &[ClaimFacts], remittance: &RemittanceFacts) {
    assert_eq!(decided(claims, remittance), Decision::Unlinked);
}

#[test]
fn the_number_and_the_provider_are_enough_where_one_claim_has_them() {
    by_number(&[claim(1, "A1"), claim(2, "A2")], &answer("A2"), 2);
    let other_amount = with(answer("A1"), |r| r.charge = Cents::new(1));
    by_number(&[claim(1, "A1")], &other_amount, 1);
}

#[test]
fn a_number_comes_back_upper_cased_and_cut_to_twenty_characters() {
    let long = "patient-2026-000000123-b";
    by_number(&[claim(1, long)], &answer("PATIENT-2026-0000001"), 1);
}

#[test]
fn leading_zeros_tell_two_numbers_apart() {
    let unlike = |id, number| with(another_visit(claim(id, number)), |c| c.member_ids = vec!["M2".into()]);
    unlinked(&[unlike(1, "42")], &answer("0042"));
    by_number(&[unlike(1, "42"), claim(2, "0042")], &answer("0042"), 2);
}

#[test]
fn of_two_numbers_with_the_same_twenty_characters_the_rest_or_the_bill_decides() {
    let claims = [claim(1, "PATIENT-2026-0000001-A"), claim(2, "PATIENT-2026-0000001-B")];
    by_number(&claims, &answer("PATIENT-2026-0000001-B"), 2);
    asks(&claims, &answer("PATIENT-2026-0000001"), &[1, 2], LinkRule::ControlNumber);
    let claims = [another_visit(claims[0].clone()), claims[1].clone()];
    by_number(&claims, &answer("PATIENT-2026-0000001"), 2);
    unlinked(&[another_visit(claim(1, "PATIENT-2026-0000001-A"))], &answer("PATIENT-2026-0000001-B"));
}

#[test]
fn the_same_number_of_two_billing_providers_goes_to_the_one_who_was_paid() {
    let theirs = with(claim(1, "A1"), |c| c.billing = npi(ANOTHER));
    by_number(&[theirs.clone(), claim(2, "A1")], &answer("A1"), 2);
    unlinked(&[theirs], &answer("A1"));
}

#[test]
fn another_npi_under_the_same_tax_id_is_the_same_practice() {
    let group = |npi: &str, tax_id: &str| ProviderIds {
        npi: Some(npi.into()),
        tax_id: Some(tax_id.into()),
        other_id: None,
    };
    let billed = with(claim(1, "A1"), |c| c.billing = group(OURS, "12-3456789"));
    by_number(&[billed], &with(answer("A1"), |r| r.payee = group(ANOTHER, "123456789")), 1);
}

#[test]
fn a_payee_without_any_id_needs_the_bill_or_the_patient_to_agree() {
    let nobody = with(answer("A1"), |r| r.payee = ProviderIds::default());
    by_number(&[claim(1, "A1")], &nobody, 1);
    let unlike = with(nobody, |r| {
        r.charge = Cents::new(1);
        r.service_from = None;
        r.member_ids.clear();
        r.last_names.clear();
    });
    asks(&[claim(1, "A1")], &unlike, &[1], LinkRule::ControlNumber);
}

#[test]
fn a_number_used_again_goes_to_the_visit_that_charge_or_date_say() {
    let claims = [another_visit(claim(1, "A1")), claim(2, "A1")];
    by_number(&claims, &answer("A1"), 2);
    by_number(&claims, &with(answer("A1"), |r| r.service_from = None), 2);
    by_number(&claims, &with(answer("A1"), |r| r.charge = Cents::new(12_345)), 2);
    let neither = with(answer("A1"), |r| {
        r.charge = Cents::new(12_345);
        r.service_from = None;
    });
    asks(&claims, &neither, &[1, 2], LinkRule::ControlNumber);
}

#[test]
fn charge_of_one_and_date_of_the_other_is_a_question() {
    let claims = [another_visit(claim(1, "A1")), claim(2, "A1")];
    let mixed = with(answer("A1"), |r| r.charge = claims[0].charge);
    asks(&claims, &mixed, &[1, 2], LinkRule::ControlNumber);
}

#[test]
fn a_number_used_long_ago_for_another_patient_is_no_match() {
    let old = with(another_visit(claim(1, "A1")), |c| {
        c.member_ids = vec!["M2".into()];
        c.last_names = vec!["POE".into()];
    });
    unlinked(&[old], &answer("A1"));
}

/// An original that the payer numbered P1 and its replacement, alike in all but frequency.
fn original_and_replacement() -> [ClaimFacts; 2] {
    let original = with(claim(1, "A1"), |c| c.is_superseded = true);
    let replacement = with(claim(2, "A1"), |c| {
        c.frequency = Some("7".into());
        c.replaces = Some("P1".into());
        c.submission_date = Some(date(2026, 3, 20));
    });
    [original, replacement]
}

#[test]
fn a_corrected_charge_tells_the_replacement_from_the_original() {
    let [original, replacement] = original_and_replacement();
    let claims = [original, with(replacement, |c| c.charge = Cents::new(12_000))];
    by_number(&claims, &with(answer("A1"), |r| r.charge = Cents::new(12_000)), 2);
    by_number(&claims, &answer("A1"), 1);
}

#[test]
fn a_new_payer_number_answers_the_replacement_and_the_old_one_the_original() {
    let [original, replacement] = original_and_replacement();
    let claims = [answered_as(original, "P1"), replacement];
    by_number(&claims, &with(answer("A1"), |r| r.payer_control_number = Some("P2".into())), 2);
    by_number(&claims, &with(answer("A1"), |r| r.payer_control_number = Some("p1".into())), 1);
}

#[test]
fn a_late_answer_to_a_replaced_claim_still_finds_it() {
    let claims = original_and_replacement();
    let by_payers_number = with(answer("A1"), |r| r.payer_control_number = Some("P1".into()));
    by_number(&claims, &by_payers_number, 1);
    let decided_before_the_replacement = with(answer("A1"), |r| r.decided_on = Some(date(2026, 3, 15)));
    by_number(&claims, &decided_before_the_replacement, 1);
    by_number(&claims, &with(answer("A1"), |r| r.frequency = Some("1".into())), 1);
}

#[test]
fn an_answer_that_fits_both_submissions_goes_to_the_one_that_counts() {
    by_number(&original_and_replacement(), &answer("A1"), 2);
    let repeat = with(claim(2, "A1"), |c| c.is_superseded = true);
    by_number(&[claim(1, "A1"), repeat], &answer("A1"), 1);
}

#[test]
fn the_second_answer_to_a_claim_sent_twice_goes_to_the_repeat() {
    let repeat = with(claim(2, "A1"), |c| c.is_superseded = true);
    let claims = [answered_as(claim(1, "A1"), "P1"), repeat];
    by_number(&claims, &with(answer("A1"), |r| r.payer_control_number = Some("P2".into())), 2);
}

#[test]
fn two_submissions_that_both_count_and_nothing_tells_apart_are_a_question() {
    asks(&[claim(2, "A1"), claim(1, "A1")], &answer("A1"), &[1, 2], LinkRule::ControlNumber);
}

#[test]
fn a_void_is_not_what_a_payment_answers() {
    let void = with(claim(2, "A1"), |c| {
        c.frequency = Some("8".into());
        c.is_superseded = true;
    });
    let claims = [with(claim(1, "A1"), |c| c.is_superseded = true), void];
    by_number(&claims, &answer("A1"), 1);
}

#[test]
fn a_reversal_and_its_correction_go_to_the_claim_that_was_paid() {
    let reversal = with(answer("A1"), |r| {
        r.is_reversal = true;
        r.processed_as = None;
        r.charge = -r.charge;
        r.payer_control_number = Some("P1".into());
    });
    let correction = with(answer("A1"), |r| r.payer_control_number = Some("P2".into()));
    let paid = answered_as(claim(1, "A1"), "P1");
    let repeat = with(claim(2, "A1"), |c| c.is_superseded = true);
    by_number(&[paid.clone(), repeat.clone()], &reversal, 1);
    by_number(&[with(paid, |c| c.answered = Answered::TakenBack), repeat], &correction, 1);
}

#[test]
fn the_second_payers_answer_goes_to_the_claim_sent_to_the_second_payer() {
    let second = with(claim(2, "A1"), |c| c.responsibility = PayerResponsibility::Secondary);
    let claims = [claim(1, "A1"), second];
    by_number(&claims, &answer("A1"), 1);
    let from_second = with(answer("A1"), |r| r.processed_as = Some(PayerResponsibility::Secondary));
    by_number(&claims, &from_second, 2);
    by_number(&claims[..1], &from_second, 1);
}

#[test]
fn what_a_predetermination_says_is_no_answer_to_the_bill() {
    let asked = with(claim(1, "A1"), |c| c.is_predetermination = true);
    let claims = [asked, claim(2, "A1")];
    by_number(&claims, &with(answer("A1"), |r| r.is_predetermination = true), 1);
    by_number(&claims, &answer("A1"), 2);
}

#[test]
fn an_unknown_number_is_found_by_the_number_the_payer_gave_before() {
    let claims = [answered_as(claim(1, "A1"), "P1"), claim(2, "A2")];
    for number in ["0", "", "MANGLED"] {
        let remittance = with(answer(number), |r| r.payer_control_number = Some("P1".into()));
        links(&claims, &remittance, 1, LinkRule::PayerControlNumber);
    }
}

#[test]
fn a_payers_number_names_the_answered_claim_before_the_one_that_replaces_it() {
    let [original, replacement] = original_and_replacement();
    let remittance = with(answer("0"), |r| r.payer_control_number = Some("P1".into()));
    links(&[answered_as(original, "P1"), replacement.clone()], &remittance, 1, LinkRule::PayerControlNumber);
    links(&[replacement], &remittance, 2, LinkRule::PayerControlNumber);
}

#[test]
fn two_payers_may_give_the_same_number_to_different_bills() {
    let unlike = with(another_visit(answered_as(claim(1, "A1"), "1001")), |c| {
        c.member_ids.clear();
        c.last_names.clear();
    });
    let remittance = with(answer("0"), |r| r.payer_control_number = Some("1001".into()));
    asks(&[unlike], &remittance, &[1], LinkRule::PayerControlNumber);
}

#[test]
fn without_numbers_member_date_and_charge_together_find_the_claim() {
    let claims = [claim(1, "A1"), another_visit(claim(2, "A2"))];
    links(&claims, &answer("0"), 1, LinkRule::MemberDateCharge);
    unlinked(&claims, &with(answer("0"), |r| r.charge = Cents::new(1)));
    unlinked(&claims, &with(answer("0"), |r| r.service_from = Some(date(2026, 3, 6))));
    unlinked(&claims, &with(answer("0"), |r| r.member_ids = vec!["M2".into()]));
}

#[test]
fn two_alike_visits_on_a_day_are_a_question_and_an_answered_one_is_not_answered_again() {
    asks(&[claim(1, "A1"), claim(2, "A2")], &answer("0"), &[1, 2], LinkRule::MemberDateCharge);
    asks(&[answered_as(claim(1, "A1"), "P1")], &answer("B9"), &[1], LinkRule::MemberDateCharge);
}

#[test]
fn number_member_charge_and_place_together_prove_one_payer() {
    let ours = claim(1, "A1");
    assert!(names_one_payer(&answer("A1"), &ours, LinkRule::ControlNumber));
    assert!(!names_one_payer(&answer("A1"), &ours, LinkRule::MemberDateCharge));
    let forwarded = with(answer("A1"), |r| r.processed_as = Some(PayerResponsibility::Secondary));
    assert!(!names_one_payer(&forwarded, &ours, LinkRule::ControlNumber));
    let other_member = with(answer("A1"), |r| r.member_ids = vec!["M2".into()]);
    assert!(!names_one_payer(&other_member, &ours, LinkRule::ControlNumber));
}

fn some_claim() -> impl Strategy<Value = ClaimFacts> {
    (1..6_i64, "[AB]", 0..3_usize, any::<[bool; 6]>()).prop_map(|(id, number, provider, coin)| {
        let mut facts = claim(id, &number);
        facts.billing = [npi(OURS), npi(ANOTHER), ProviderIds::default()][provider].clone();
        if coin[0] {
            facts = another_visit(facts);
        }
        if coin[1] {
            facts = answered_as(facts, "P1");
        }
        facts.replaces = coin[2].then(|| "P1".into());
        facts.is_superseded = coin[3];
        facts.frequency = Some(if coin[4] { "7".into() } else { "1".into() });
        facts.member_ids = vec![if coin[5] { "M1".into() } else { "M2".into() }];
        facts
    })
}

proptest! {
    #[test]
    fn a_claim_of_a_provider_known_to_be_another_is_never_linked_nor_proposed(
        claims in proptest::collection::vec(some_claim(), 0..6),
        number in "[AB0]",
        payer_number in proptest::option::of("P[12]"),
        is_reversal in any::<bool>(),
    ) {
        let mut remittance = answer(&number);
        remittance.payer_control_number = payer_number.map(Text::from);
        remittance.is_reversal = is_reversal;
        let named = match decided(&claims, &remittance) {
            Decision::Linked { claim, .. } => vec![claim],
            Decision::Ambiguous { candidates, .. } => candidates,
            Decision::Unlinked => Vec::new(),
        };
        let allowed = |id| claims.iter().any(|c| c.id == id && c.billing != npi(ANOTHER));
        prop_assert!(named.into_iter().all(allowed));
    }

    #[test]
    fn the_order_in_which_claims_are_found_changes_nothing(
        claims in proptest::collection::vec(some_claim(), 0..6),
        number in "[AB0]",
    ) {
        let mut reversed = claims.clone();
        reversed.reverse();
        prop_assert_eq!(decided(&claims, &answer(&number)), decided(&reversed, &answer(&number)));
    }
}
