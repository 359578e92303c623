//! How the synthetic payers answer a claim: what they allow, what they leave to the patient, what they deny.

use compact_str::format_compact;

use crate::model::Text;
use crate::model::adjustment::{Adjustment, AdjustmentGroup};
use crate::model::claim::{Claim, ClaimKind, ClaimLine, OtherPayer, PayerResponsibility};
use crate::model::party::Person;
use crate::model::remittance::{Remittance, ServicePayment};
use crate::money::Cents;

use super::books::Books;
use super::calendar::{Calendar, Day};
use super::catalogue::{GROUPS, VISITS};
use super::causes::{self, Cause, Circumstances, DUPLICATE};
use super::chance::{Chance, Purpose};
use super::payers::{Echo, PAYERS, Payer};
use super::visits::{Role, Visit};

/// Days from the sample's first within which many patients still owe their deductible.
const DEDUCTIBLE_SEASON: Day = 90;

/// A payer at work on a claim.
pub(super) struct Adjudication<'a> {
    visit: &'a Visit,
    claim: &'a Claim,
    payer: &'a Payer,
    chance: Chance,
    /// Per cent of the charge that it allows beyond the usual.
    extra: u32,
    /// What the patient still owes of the deductible, in cents.
    deductible: i64,
}

impl<'a> Adjudication<'a> {
    pub(super) fn new(seed: u64, visit: &'a Visit, claim: &'a Claim) -> Self {
        let mut chance = Chance::of(seed, Purpose::Answer, visit.number);
        let owes = chance.hits(if visit.served < DEDUCTIBLE_SEASON { 3_500 } else { 900 });
        let deductible = if owes { i64::from(chance.between(20, 400)) * 100 } else { 0 };
        Self { visit, claim, payer: &PAYERS[visit.payer], chance, extra: 0, deductible }
    }

    /// The answer of the payer that pays first, or, where the claim was sent to it alone, second.
    pub(super) fn answer(mut self, books: &Books, next_payer: Option<&Payer>) -> Remittance {
        let Books { seed, causes, days, .. } = books;
        let mut chance = Chance::of(*seed, Purpose::Denial, self.visit.number);
        let around = Circumstances {
            claim: self.claim,
            payer: self.visit.payer,
            lag: self.visit.lag(),
            served: self.visit.served,
        };
        let of_claim = match self.visit.role {
            Role::Repeat if books.denies_repeats => Some(&DUPLICATE),
            _ => causes::of_claim(causes, &around, &mut chance),
        };
        let mut remittance = self.head(days);
        if self.is_stay() {
            self.stay(&mut remittance, of_claim);
        } else {
            for (number, line) in (1..).zip(&self.claim.lines) {
                let cause = of_claim.or_else(|| causes::of_line(causes, &around, line, &mut chance));
                let payment = self.line(number, line, cause);
                remittance.lines.push(payment);
            }
        }
        self.copay_of_claim(&mut remittance);
        if let Some(cause) = of_claim {
            remittance.remark_codes.extend(Some(Text::const_new(cause.remark)).filter(|r| !r.is_empty()));
        }
        add_up(&mut remittance);
        remittance.status_code = Text::const_new(self.status(&remittance, of_claim));
        if self.claim.is_predetermination {
            predetermine(&mut remittance);
        } else if let Some(next) = next_payer.filter(|_| of_claim.is_none() && !remittance.paid.is_zero()) {
            remittance.status_code = Text::const_new("19");
            remittance.crossover_payer = Some(next.in_claims());
            remittance.remark_codes.push(Text::const_new("MA18"));
        }
        remittance
    }

    /// The same answer where the payer has found that it allowed too little.
    pub(super) fn more_generous(mut self) -> Self {
        self.extra = 6;
        self
    }

    /// Whether it is answered as a stay in bed: by a group, without lines.
    fn is_stay(&self) -> bool {
        self.claim.kind == ClaimKind::Institutional && self.claim.facility_type_code.as_deref() == Some("11")
    }

    fn head(&mut self, days: &Calendar) -> Remittance {
        let Self { claim, visit, payer, chance, .. } = self;
        let named = |person: &Person| Person {
            member_id: claim.subscriber.member_id.clone(),
            birth_date: None,
            sex: None,
            ..person.clone()
        };
        let institutional = claim.kind == ClaimKind::Institutional;
        let dated = institutional || chance.hits(5_000);
        let mut rendering = claim.rendering_provider.clone();
        if let Some(rendering) = &mut rendering {
            rendering.taxonomy = None;
        }
        let corrected = claim.subscriber.member_id.clone().filter(|_| chance.hits(50));
        Remittance {
            patient_control_number: payer.echoed(&claim.patient_control_number),
            charge: claim.line_charge(),
            filing_indicator: Some(Text::const_new(payer.filing_of(claim.kind))),
            payer_claim_control_number: Some(control_number(visit, days)),
            facility_type_code: claim.facility_type_code.clone(),
            frequency: claim.frequency.clone(),
            patient: named(claim.patient()),
            subscriber: claim.patient.as_ref().map(|_| named(&claim.subscriber)),
            rendering_provider: rendering,
            corrected_insured: corrected.map(|id| Person { member_id: Some(id), ..named(&claim.subscriber) }),
            statement_from: claim.first_service_date().filter(|_| dated),
            statement_to: claim.last_service_date().filter(|_| dated),
            received_date: Some(days.date(visit.submitted + 1)),
            ..Remittance::default()
        }
    }

    fn status(&self, remittance: &Remittance, of_claim: Option<&Cause>) -> &'static str {
        let denied = of_claim.is_some();
        match of_claim.map(|cause| cause.reason) {
            Some(("OA", "109")) => "23",
            // Some say that they denied, others that they processed and paid nothing.
            _ if denied && self.payer.keeps_line_numbers => "4",
            _ if self.claim.responsibility == PayerResponsibility::Secondary => "2",
            _ if remittance.paid.is_zero() && remittance.patient_responsibility.is_zero() => "4",
            _ => "1",
        }
    }

    /// What the payer allows of a charge for a procedure: by its schedule, always the same share.
    fn allowed(&self, line_code: &str, charge: Cents) -> Cents {
        let (least, most) = self.payer.allows;
        let mark =
            line_code.bytes().fold(7_u32, |mark, byte| mark.wrapping_mul(31).wrapping_add(byte.into()));
        let share = (least + mark % (most - least + 1) + self.extra).min(100);
        percent(charge, share)
    }

    /// The line as it was billed, with nothing yet said about money.
    fn billed(&self, number: u32, line: &ClaimLine) -> ServicePayment {
        // A payer that keeps little of a claim's number keeps no modifiers either.
        let modifiers = if self.payer.echo == Echo::Cut { Vec::new() } else { line.modifiers.clone() };
        ServicePayment {
            line_number: number,
            procedure_qualifier: line.procedure_qualifier.clone().or(Some(Text::const_new("NU"))),
            procedure_code: line.procedure_code.clone(),
            modifiers,
            charge: line.charge,
            revenue_code: line.revenue_code.clone(),
            units_paid: line.quantity,
            service_date: line.service_date,
            service_date_to: line.service_date_to,
            control_number: line.control_number.clone().filter(|_| self.payer.keeps_line_numbers),
            ..ServicePayment::default()
        }
    }

    fn line(&mut self, number: u32, line: &ClaimLine, cause: Option<&Cause>) -> ServicePayment {
        let code = line.procedure_code.as_deref().or(line.revenue_code.as_deref()).unwrap_or_default();
        let mut payment = self.billed(number, line);
        if let Some(cause) = cause {
            deny(&mut payment, cause);
        } else {
            self.pay(&mut payment, self.allowed(code, line.charge), code);
            self.recode(&mut payment);
        }
        payment
    }

    fn pay(&mut self, payment: &mut ServicePayment, allowed: Cents, code: &str) {
        let deductible = Cents::new(self.deductible).min(allowed);
        self.deductible -= deductible.get();
        let mut left = allowed - deductible;
        let is_visit = VISITS.iter().any(|visit| visit.code == code);
        let copay = Cents::new(self.payer.copay).min(left);
        let copay = if is_visit && !self.payer.copay_on_claim { copay } else { Cents::ZERO };
        left -= copay;
        let coinsurance = percent(left, self.payer.coinsurance);
        left -= coinsurance;
        let sequestration = percent(left, self.payer.sequestration);
        let adjustments = [
            ("CO", "45", payment.charge - allowed),
            ("CO", "253", sequestration),
            ("PR", "1", deductible),
            ("PR", "2", coinsurance),
            ("PR", "3", copay),
        ];
        let adjustments = adjustments.into_iter().filter(|(_, _, amount)| !amount.is_zero());
        payment
            .adjustments
            .extend(adjustments.map(|(group, reason, amount)| adjustment(group, reason, amount)));
        payment.paid = left - sequestration;
        payment.allowed = Some(allowed);
    }

    /// Now and then a visit is paid as a lesser one, or fewer units than billed.
    fn recode(&mut self, payment: &mut ServicePayment) {
        let is_greater = payment.procedure_code.as_deref() == Some("99214");
        if is_greater && self.chance.hits(250) {
            payment.billed_procedure_code = payment.procedure_code.replace(Text::const_new("99213"));
            payment.billed_modifiers.clone_from(&payment.modifiers);
            payment.units_billed = payment.units_paid;
        }
    }

    /// A stay is paid by its group: the adjustments are the claim's, and there are no lines.
    fn stay(&mut self, remittance: &mut Remittance, cause: Option<&Cause>) {
        let charge = remittance.charge;
        remittance.drg_code = Some(Text::const_new(self.chance.pick(&GROUPS)));
        if let Some(Cause { reason: (group, reason), .. }) = cause {
            remittance.adjustments.push(adjustment(group, reason, charge));
            return;
        }
        // Once in a while the group is worth more than what was charged.
        let outlier = self.chance.hits(600);
        let allowed = if outlier { percent(charge, 112) } else { self.allowed("stay", charge) };
        let reason = if outlier { "94" } else { "45" };
        remittance.adjustments.push(adjustment("CO", reason, charge - allowed));
        let share = Cents::new(167_600).min(percent(allowed, 20));
        remittance.adjustments.push(adjustment("PR", "1", share));
        remittance.coverage_amount = Some(allowed);
    }

    fn copay_of_claim(&self, remittance: &mut Remittance) {
        let copay = Cents::new(self.payer.copay);
        let paid: Cents = remittance.lines.iter().map(|line| line.paid).sum();
        if self.payer.copay_on_claim && paid >= copay && self.claim.kind == ClaimKind::Professional {
            remittance.adjustments.push(adjustment("PR", "3", copay));
        }
    }
}

/// What a second payer answers to what the first left: the share of the patient, most of it.
pub(super) fn second_answer(
    seed: u64,
    visit: &Visit,
    claim: &Claim,
    first: &Remittance,
    days: &Calendar,
) -> Remittance {
    let mut adjudication = Adjudication::new(seed, visit, claim);
    let mut remittance = adjudication.head(days);
    let payer = adjudication.payer;
    for (number, (line, answered)) in (1..).zip(claim.lines.iter().zip(&first.lines)) {
        let mut payment = adjudication.billed(number, line);
        let is_patients = |a: &&Adjustment| a.group == AdjustmentGroup::PatientResponsibility;
        let owed: Cents = answered.adjustments.iter().filter(is_patients).map(|a| a.amount).sum();
        let kept = percent(owed, payer.coinsurance);
        let others = [("OA", "23", line.charge - owed), ("PR", "2", kept)];
        let others = others.into_iter().filter(|(_, _, amount)| !amount.is_zero());
        payment.adjustments.extend(others.map(|(group, reason, amount)| adjustment(group, reason, amount)));
        payment.paid = owed - kept;
        remittance.lines.push(payment);
    }
    add_up(&mut remittance);
    remittance.status_code = Text::const_new("2");
    remittance
}

/// The claim to a second payer says what the first answered.
pub(super) fn coordinate(claim: &mut Claim, first_payer: &Payer, first: &Remittance) {
    claim.responsibility = PayerResponsibility::Secondary;
    claim.group_number = None;
    claim.other_payers.push(OtherPayer {
        responsibility: PayerResponsibility::Primary,
        payer: first_payer.in_claims(),
        paid: Some(first.paid),
        adjustments: first.adjustments.clone(),
    });
    for (line, answered) in claim.lines.iter_mut().zip(&first.lines) {
        line.other_payer_adjustments.clone_from(&answered.adjustments);
    }
}

/// Takes an answer back.
pub(super) fn reversal(mut remittance: Remittance) -> Remittance {
    let negate = |adjustments: &mut Vec<Adjustment>| {
        for adjustment in adjustments {
            adjustment.amount = -adjustment.amount;
        }
    };
    remittance.status_code = Text::const_new("22");
    remittance.charge = -remittance.charge;
    negate(&mut remittance.adjustments);
    remittance.crossover_payer = None;
    remittance.coverage_amount = None;
    remittance.remark_codes.clear();
    for line in &mut remittance.lines {
        (line.charge, line.paid) = (-line.charge, -line.paid);
        negate(&mut line.adjustments);
        line.allowed = None;
        line.remark_codes.clear();
    }
    add_up(&mut remittance);
    remittance
}

/// The payer's number for a claim.
pub(super) fn control_number(visit: &Visit, days: &Calendar) -> Text {
    let received = days.date(visit.submitted);
    format_compact!("{:02}{:03}{:09}", received.year() % 100, received.day_of_year(), visit.number)
}

pub(super) fn adjustment(group: &str, reason: &'static str, amount: Cents) -> Adjustment {
    Adjustment {
        group: AdjustmentGroup::from_code(group),
        reason: Text::const_new(reason),
        amount,
        quantity: None,
    }
}

fn deny(payment: &mut ServicePayment, cause: &Cause) {
    let (group, reason) = cause.reason;
    payment.adjustments.push(adjustment(group, reason, payment.charge));
    if !cause.remark.is_empty() && !cause.of_claim {
        payment.remark_codes.push(Text::const_new(cause.remark));
    }
}

/// What would be paid is named and not paid.
fn predetermine(remittance: &mut Remittance) {
    remittance.status_code = Text::const_new("25");
    for line in remittance.lines.iter_mut().filter(|line| !line.paid.is_zero()) {
        line.adjustments.push(adjustment("OA", "101", line.paid));
        line.paid = Cents::ZERO;
    }
    add_up(remittance);
}

/// What was paid and what the patient owes follow from charge and adjustments.
fn add_up(remittance: &mut Remittance) {
    let taken: Cents = remittance.all_adjustments().map(|a| a.amount).sum();
    let patients = remittance.all_adjustments().filter(|a| a.group == AdjustmentGroup::PatientResponsibility);
    remittance.patient_responsibility = patients.map(|a| a.amount).sum();
    remittance.paid = remittance.charge - taken;
}

/// A share of an amount, rounded down to the cent.
fn percent(amount: Cents, share: u32) -> Cents {
    Cents::new(amount.get() * i64::from(share) / 100)
}
