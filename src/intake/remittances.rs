//! Reads the payment and remittances of an 835.

use crate::model::Text;
use crate::model::adjustment::ProviderAdjustment;
use crate::model::claim::Origin;
use crate::model::party::{PayerName, Person, ProviderName};
use crate::model::remittance::{Payment, Remittance, ServicePayment};
use crate::money::Cents;
use crate::x12::segment::{Segment, id};

use super::desk::{Desk, shown};
use super::elements::{filled, text, upper};
use super::findings::{At, Cause, Kept};
use super::rules::Rule;
use super::{Item, adjustments, names, remittance_checks};

/// Whom the REF segments that follow are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Party {
    #[default]
    None,
    Payer,
    Payee,
}

/// The payment and remittances of an 835.
#[derive(Debug, Default)]
pub(super) struct Remittances {
    payment: Payment,
    /// TRN03 and BPR10, which name the payer less surely than N1 and its REF do.
    traces: PayerName,
    /// ST, or BPR once it was read: where findings about the payment show.
    header: Kept,
    has_bpr: bool,
    /// Whether the payment was given out: its header is complete.
    begun: bool,
    /// Remittances so far.
    count: u64,
    party: Party,
    /// The remittance being read.
    remittance: Option<Box<Remittance>>,
    clp: Kept,
    /// Whether the last of its lines is being read.
    in_line: bool,
    svc: Kept,
}

impl Remittances {
    /// Begins a transaction.
    pub(super) fn begin(&mut self, st: &Segment<'_>, desk: &Desk) {
        *self = Self::default();
        self.header.keep(st);
        self.payment.origin = origin(st, desk);
    }

    /// Ends the transaction; `cut` where the file or the next transaction came before its end.
    pub(super) fn end(&mut self, cut: bool, desk: &mut Desk) {
        self.end_remittance(cut, desk);
        self.begin_payment(desk);
        if self.count == 0 {
            let message = || "this transaction answers no claim".to_owned();
            desk.findings.raise(
                Rule::NoRemittances,
                self.header.source(),
                At::Segment,
                Cause::Value(b""),
                message,
            );
        }
        let payment = std::mem::take(&mut self.payment);
        let at = if self.has_bpr { At::Element(2) } else { At::Segment };
        remittance_checks::payment(&payment, self.header.source(), at, desk);
        if desk.repeats.payment(&payment) {
            remittance_checks::repeated(self.header.source(), desk);
        }
        desk.tally.add_payment(&payment);
        desk.ready.push_back(Item::PaymentEnds(Box::new(payment)));
        self.begun = false;
    }

    /// Takes the next segment of the transaction.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, desk: &mut Desk) {
        match segment.id() {
            id::SVC => self.line(segment, desk),
            id::CAS => self.adjustment(segment, desk),
            id::DTM => self.date(segment, desk),
            id::REF => self.reference(segment),
            id::AMT => self.amount(segment, desk),
            id::CLP => self.begin_remittance(segment, desk),
            id::NM1 => self.name(segment, desk),
            id::LQ => self.remark(segment),
            id::MIA => self.remarks(segment, &[5, 20, 21, 22, 23]),
            id::MOA => self.remarks(segment, &[3, 4, 5, 6, 7]),
            id::LX | id::TS2 | id::TS3 => self.end_remittance(false, desk),
            id::PLB => self.provider_adjustments(segment, desk),
            id::BPR => self.bank(segment, desk),
            id::TRN => self.trace(segment, desk),
            id::N1 => self.header_name(segment, desk),
            id::QTY | id::PER | id::N2 | id::N3 | id::N4 | id::CUR | id::RDM => {}
            _ => desk.unknown(segment),
        }
    }

    fn bank(&mut self, bpr: &Segment<'_>, desk: &mut Desk) {
        if self.begun {
            desk.misplaced(bpr, "the head of the payment");
            if self.has_bpr {
                return;
            }
        }
        self.has_bpr = true;
        self.header.keep(bpr);
        let amount = desk.amount(bpr, 2, true);
        self.payment.amount = match bpr.element(3) {
            b"D" | b"d" => -amount,
            b"C" | b"c" => amount,
            b"" => {
                desk.missing(bpr, At::Element(3), "whether money came or was taken back");
                amount
            }
            _ => {
                desk.value(Rule::CreditDebitCode, bpr, At::Element(3), "is neither C nor D");
                amount
            }
        };
        let handling = matches!(bpr.element(1), [b'C' | b'D' | b'H' | b'I' | b'P' | b'U' | b'X']);
        desk.code(bpr, 1, handling, "C, D, H, I, P, U, X");
        self.payment.method = filled(bpr.element(4));
        let allowed = matches!(bpr.element(4), b"ACH" | b"BOP" | b"CHK" | b"FWT" | b"NON");
        desk.code(bpr, 4, allowed, "ACH, BOP, CHK, FWT, NON");
        names::add_id(&mut self.traces, b"BPR10", bpr.element(10));
        self.payment.date = desk.date(bpr, 16);
        if !bpr.has(16) {
            let message = || "the payment has no date".to_owned();
            desk.here(Rule::PaymentDateMissing, bpr, At::Element(16), message);
        }
    }

    fn trace(&mut self, trn: &Segment<'_>, desk: &mut Desk) {
        self.payment.check_number = filled(trn.element(2));
        names::add_id(&mut self.traces, b"TRN03", trn.element(3));
        if !trn.has(2) {
            let message = || "the payment has no check or EFT number".to_owned();
            desk.here(Rule::CheckNumberMissing, trn, At::Element(2), message);
        }
        desk.code(trn, 1, trn.element(1) == b"1", "1");
    }

    fn header_name(&mut self, n1: &Segment<'_>, desk: &mut Desk) {
        self.end_remittance(false, desk);
        if self.begun {
            return desk.misplaced(n1, "the head of the payment");
        }
        self.party = match n1.element(1) {
            b"PR" => {
                self.payment.payer.name = filled(n1.element(2));
                names::add_id(&mut self.payment.payer, n1.element(3), n1.element(4));
                Party::Payer
            }
            b"PE" => {
                self.payment.payee = names::payee(n1, desk);
                Party::Payee
            }
            _ => Party::None,
        };
    }

    /// Gives the payment out once, before its first remittance or at its end.
    fn begin_payment(&mut self, desk: &mut Desk) {
        if self.begun {
            return;
        }
        self.begun = true;
        for trace in self.traces.ids.drain(..) {
            if !self.payment.payer.ids.iter().any(|known| known.id == trace.id) {
                self.payment.payer.ids.push(trace);
            }
        }
        remittance_checks::payment_head(&self.payment, self.has_bpr, self.header.source(), desk);
        desk.ready.push_back(Item::PaymentBegins(Box::new(self.payment.clone())));
    }

    fn begin_remittance(&mut self, clp: &Segment<'_>, desk: &mut Desk) {
        self.end_remittance(false, desk);
        self.begin_payment(desk);
        self.count += 1;
        self.party = Party::None;
        self.clp.keep(clp);
        let patient_control_number = text(clp.element(1));
        desk.findings.begin_claim(&patient_control_number);
        desk.required(clp, 1, "the claim's number");
        desk.required(clp, 7, "the payer's number of the claim");
        let remittance = Remittance {
            patient_control_number,
            status_code: text(clp.element(2)),
            charge: desk.amount(clp, 3, true),
            paid: desk.amount(clp, 4, true),
            patient_responsibility: desk.amount(clp, 5, false),
            filing_indicator: filled(clp.element(6)),
            payer_claim_control_number: filled(clp.element(7)),
            facility_type_code: filled(clp.element(8)),
            frequency: filled(clp.element(9)),
            drg_code: filled(clp.element(11)),
            origin: origin(clp, desk),
            ..Remittance::default()
        };
        remittance_checks::head(&remittance, clp, desk);
        self.remittance = Some(Box::new(remittance));
    }

    /// Gives out the remittance that is open, if any; `cut` where the file ends before it does.
    fn end_remittance(&mut self, cut: bool, desk: &mut Desk) {
        self.end_line(cut, desk);
        let Some(mut remittance) = self.remittance.take() else { return };
        remittance.is_incomplete = cut;
        self.payment.remittances_paid += remittance.paid;
        if cut {
            let message = || "the remittance is cut off; what was read of it is kept".to_owned();
            desk.here(Rule::ClaimCutOff, self.clp.source(), At::Segment, message);
        } else {
            remittance_checks::whole(&remittance, self.clp.source(), desk);
            if self.clp.source().has(5) {
                remittance_checks::patient_share(&remittance, self.clp.source(), desk);
            }
        }
        remittance.warnings = desk.findings.end_claim();
        let outcome = desk.settings.denial.outcome(&remittance);
        desk.tally.add_remittance(&remittance, outcome);
        desk.ready.push_back(Item::Remittance(remittance));
    }

    fn line(&mut self, svc: &Segment<'_>, desk: &mut Desk) {
        self.end_line(false, desk);
        let Some(remittance) = &mut self.remittance else {
            return desk.misplaced(svc, "a remittance (CLP)");
        };
        self.svc.keep(svc);
        self.in_line = true;
        let mut line = ServicePayment {
            line_number: u32::try_from(remittance.lines.len() + 1).unwrap_or(u32::MAX),
            charge: desk.amount(svc, 2, true),
            paid: desk.amount(svc, 3, true),
            revenue_code: filled(svc.element(4)),
            units_paid: desk.quantity(svc, 5),
            units_billed: desk.quantity(svc, 7),
            byte: svc.place().byte,
            segment: svc.place().segment,
            ..ServicePayment::default()
        };
        let mut adjudicated = svc.components(1);
        line.procedure_qualifier = adjudicated.next().and_then(filled);
        line.procedure_code = adjudicated.next().and_then(upper);
        line.modifiers.extend(adjudicated.take(4).filter_map(upper));
        let mut billed = svc.components(6).skip(1);
        line.billed_procedure_code = billed.next().and_then(upper);
        line.billed_modifiers.extend(billed.take(4).filter_map(upper));
        if line.procedure_qualifier.as_deref() == Some("NU") && line.revenue_code.is_none() {
            line.revenue_code = line.procedure_code.take();
        }
        if line.procedure_code.is_none() && line.revenue_code.is_none() {
            let message = || "the line does not say which service was answered".to_owned();
            desk.here(Rule::ProcedureMissing, svc, At::Component(1, 2), message);
        }
        remittance.lines.push(line);
    }

    fn end_line(&mut self, cut: bool, desk: &mut Desk) {
        if !std::mem::take(&mut self.in_line) || cut {
            return;
        }
        if let Some(line) = self.remittance.as_ref().and_then(|remittance| remittance.lines.last()) {
            remittance_checks::line(line, self.svc.source(), desk);
        }
    }

    fn last_line(&mut self) -> Option<&mut ServicePayment> {
        self.remittance.as_mut().filter(|_| self.in_line)?.lines.last_mut()
    }

    fn adjustment(&mut self, cas: &Segment<'_>, desk: &mut Desk) {
        let Some(remittance) = &mut self.remittance else {
            return desk.misplaced(cas, "a remittance (CLP)");
        };
        let adjustments = match remittance.lines.last_mut().filter(|_| self.in_line) {
            Some(line) => &mut line.adjustments,
            None => &mut remittance.adjustments,
        };
        adjustments::read(cas, adjustments, desk);
    }

    fn name(&mut self, nm1: &Segment<'_>, desk: &mut Desk) {
        let Some(remittance) = &mut self.remittance else { return };
        let person = || {
            let mut person = Person::default();
            names::person(nm1, &mut person);
            person
        };
        match nm1.element(1) {
            b"QC" => remittance.patient = person(),
            b"IL" => remittance.subscriber = Some(person()),
            b"74" => remittance.corrected_insured = Some(person()),
            b"82" => {
                let provider = remittance.rendering_provider.insert(ProviderName::default());
                names::provider(nm1, provider, desk);
            }
            b"TT" | b"PR" => remittance.crossover_payer = Some(names::payer(nm1)),
            _ => {}
        }
    }

    fn reference(&mut self, segment: &Segment<'_>) {
        match self.party {
            Party::Payer => names::payer_reference(segment, &mut self.payment.payer),
            Party::Payee => names::provider_reference(segment, &mut self.payment.payee),
            Party::None => {
                if let (b"6R", Some(line)) = (segment.element(1), self.last_line()) {
                    line.control_number = filled(segment.element(2));
                }
            }
        }
    }

    fn date(&mut self, dtm: &Segment<'_>, desk: &mut Desk) {
        let date = desk.date(dtm, 2);
        let qualifier = dtm.element(1);
        if let Some(line) = self.last_line() {
            match qualifier {
                b"472" | b"150" => {
                    line.service_date = date;
                    line.service_date_to = line.service_date_to.or(date);
                }
                b"151" => line.service_date_to = date.or(line.service_date_to),
                _ => {}
            }
        } else if let Some(remittance) = &mut self.remittance {
            match qualifier {
                b"232" => remittance.statement_from = date,
                b"233" => remittance.statement_to = date,
                b"050" => remittance.received_date = date,
                // Where an answer has no lines some payers give the date of service here.
                b"472" | b"150" => remittance.statement_from = remittance.statement_from.or(date),
                b"151" => remittance.statement_to = remittance.statement_to.or(date),
                _ => {}
            }
        } else if qualifier == b"405" {
            self.payment.production_date = date;
        }
    }

    fn amount(&mut self, amt: &Segment<'_>, desk: &mut Desk) {
        let qualifier = amt.element(1);
        if let Some(line) = self.last_line() {
            if qualifier == b"B6" {
                line.allowed = Some(desk.amount(amt, 2, true));
            }
        } else if let Some(remittance) = &mut self.remittance
            && qualifier == b"AU"
        {
            remittance.coverage_amount = Some(desk.amount(amt, 2, true));
        }
    }

    fn remark(&mut self, lq: &Segment<'_>) {
        let code = filled(lq.element(2));
        if let Some(line) = self.last_line() {
            line.remark_codes.extend(code);
        } else if let Some(remittance) = &mut self.remittance {
            remittance.remark_codes.extend(code);
        }
    }

    fn remarks(&mut self, segment: &Segment<'_>, elements: &[usize]) {
        if let Some(remittance) = &mut self.remittance {
            remittance.remark_codes.extend(elements.iter().filter_map(|n| filled(segment.element(*n))));
        }
    }

    fn provider_adjustments(&mut self, plb: &Segment<'_>, desk: &mut Desk) {
        self.end_remittance(false, desk);
        desk.required(plb, 1, "the provider whose payment was adjusted");
        desk.required(plb, 2, "the end of the fiscal year");
        let provider_id = filled(plb.element(1));
        let fiscal_period = desk.date(plb, 2);
        for n in (3..=plb.count()).step_by(2) {
            if !plb.has(n) && !plb.has(n + 1) {
                continue;
            }
            let mut components = plb.components(n);
            let reason = components.next().map(text).unwrap_or_default();
            if reason.is_empty() {
                let message = || format!("{} was adjusted without a reason", shown(plb.element(n + 1)));
                desk.here(Rule::ProviderAdjustmentReason, plb, At::Element(n), message);
            }
            if !plb.has(n + 1) {
                let message = || format!("reason {reason} has no amount");
                desk.here(Rule::ProviderAdjustmentAmount, plb, At::Element(n + 1), message);
            }
            let reference: Option<Text> = components.next().and_then(filled);
            let amount: Cents = desk.amount(plb, n + 1, false);
            let (provider_id, reason) = (provider_id.clone(), reason.clone());
            self.payment.provider_adjustments.push(ProviderAdjustment {
                provider_id,
                fiscal_period,
                reason,
                reference,
                amount,
            });
        }
    }
}

fn origin(segment: &Segment<'_>, desk: &Desk) -> Origin {
    Origin {
        byte: segment.place().byte,
        segment: segment.place().segment,
        interchange_control: desk.interchange.clone(),
        transaction_control: desk.findings.transaction.clone(),
    }
}
