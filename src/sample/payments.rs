//! Puts answers together into payments that balance.

use std::io::{self, Write};

use compact_str::format_compact;
use jiff::civil::{Date, date};

use crate::model::Text;
use crate::model::adjustment::ProviderAdjustment;
use crate::model::claim::ClaimKind;
use crate::model::party::{Person, ProviderName};
use crate::model::remittance::{Payment, Remittance, ServicePayment};
use crate::money::Cents;
use crate::x12::writer::Writer;

use super::answers::adjustment;
use super::books::Books;
use super::chance::{Chance, Purpose};
use super::edi835::RemittanceWriter;
use super::payers::PAYERS;
use super::practice::{Practice, digits};
use super::totals::Totals;

/// A payment of one payer to one of the practice's offices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Counts the sample's payments.
    pub(super) number: u32,
    /// By its place among the payers.
    pub(super) payer: usize,
    pub(super) kind: ClaimKind,
    pub(super) date: Date,
}

impl Run {
    /// Writes the payment for these remittances as a transaction of its own, and adds it to `totals`.
    pub(super) fn write<W: Write>(
        &self,
        books: &Books,
        remittances: &[Remittance],
        carried: &mut Cents,
        totals: &mut Totals,
        out: &mut Writer<W>,
    ) -> io::Result<()> {
        let payment = self.payment(books.seed, &books.practice, remittances, carried);
        totals.payments.add(&payment);
        let mut writer = RemittanceWriter::begin(out, &payment)?;
        for remittance in remittances {
            totals.remittances.add(remittance, &books.denial);
            writer.remittance(remittance)?;
        }
        writer.end()
    }

    /// The payment for these remittances. `carried` is what the payer still wants back from earlier ones, and becomes
    /// what it wants back after this.
    fn payment(
        &self,
        seed: u64,
        practice: &Practice,
        remittances: &[Remittance],
        carried: &mut Cents,
    ) -> Payment {
        let payer = &PAYERS[self.payer];
        let billing = practice.billing(self.kind);
        let paid: Cents = remittances.iter().map(|remittance| remittance.paid).sum();
        let mut adjustments = Adjustments {
            list: Vec::new(),
            provider_id: billing.npi.clone(),
            period: date(self.date.year(), 12, 31),
        };
        self.interest(seed, remittances, &mut adjustments);
        let due = paid - adjustments.total();
        self.take_back(seed, remittances, due, carried, &mut adjustments);
        let amount = paid - adjustments.total();
        Payment {
            amount,
            method: Some(Text::const_new(if amount.is_zero() { "NON" } else { payer.method })),
            date: Some(self.date),
            check_number: Some(format_compact!("{}{:08}", payer.claim_name.1, self.number)),
            payer: payer.in_answers(),
            payee: ProviderName {
                name: billing.name.clone(),
                npi: billing.npi.clone(),
                tax_id: billing.tax_id.clone(),
                ..ProviderName::default()
            },
            production_date: Some(self.date),
            remittances_paid: paid,
            provider_adjustments: adjustments.list,
            ..Payment::default()
        }
    }

    /// Interest for what was paid late.
    fn interest(&self, seed: u64, remittances: &[Remittance], adjustments: &mut Adjustments) {
        let mut chance = Chance::of(seed, Purpose::Interest, self.number.into());
        for remittance in remittances.iter().filter(|remittance| remittance.paid > Cents::ZERO) {
            if chance.hits(80) {
                let interest = Cents::new(-i64::from(chance.between(3, 940)));
                adjustments.add("L6", remittance.payer_claim_control_number.clone(), interest);
            }
        }
    }

    /// Money taken back: overpayments of long ago now and then, and what reversals have left open.
    fn take_back(
        &self,
        seed: u64,
        remittances: &[Remittance],
        due: Cents,
        carried: &mut Cents,
        adjustments: &mut Adjustments,
    ) {
        if due < Cents::ZERO {
            // Payers do not send bills: the balance is forwarded to the next payment.
            adjustments.add("FB", Some(format_compact!("{:08}", self.number)), due);
            *carried -= due;
            return;
        }
        let taken = (*carried).min(due);
        if !taken.is_zero() {
            adjustments.add("FB", Some(format_compact!("{:08}", self.number)), taken);
            *carried -= taken;
        }
        let mut chance = Chance::of(seed, Purpose::Overpayment, self.number.into());
        let left = due - taken;
        if left > Cents::new(50_000) && chance.hits(500) {
            let overpaid = Cents::new(i64::from(chance.between(1_500, 19_999)));
            let of = remittances.first().and_then(|remittance| remittance.payer_claim_control_number.clone());
            adjustments.add("WO", of, overpaid);
        }
    }
}

/// Provider adjustments in the making.
struct Adjustments {
    list: Vec<ProviderAdjustment>,
    provider_id: Option<Text>,
    period: Date,
}

impl Adjustments {
    fn add(&mut self, reason: &'static str, reference: Option<Text>, amount: Cents) {
        self.list.push(ProviderAdjustment {
            provider_id: self.provider_id.clone(),
            fiscal_period: Some(self.period),
            reason: Text::const_new(reason),
            reference,
            amount,
        });
    }

    fn total(&self) -> Cents {
        self.list.iter().map(|adjustment| adjustment.amount).sum()
    }
}

/// An answer to a claim that the practice never made, such as one of the practice next door; one beside 250 others.
pub(super) fn stranger(seed: u64, number: u64, payer: usize, date: Date) -> Option<Remittance> {
    let mut chance = Chance::of(seed, Purpose::Stranger, number);
    if !chance.hits(40) {
        return None;
    }
    let charge = Cents::new(i64::from(chance.between(4_000, 40_000)));
    let paid = Cents::new(charge.get() / 2);
    let line = ServicePayment {
        line_number: 1,
        procedure_qualifier: Some(Text::const_new("HC")),
        procedure_code: Some(Text::const_new("92014")),
        charge,
        paid,
        adjustments: vec![adjustment("CO", "45", charge - paid)],
        service_date: Some(date),
        service_date_to: Some(date),
        ..ServicePayment::default()
    };
    Some(Remittance {
        patient_control_number: digits("NEXTDOOR#####", &mut chance),
        status_code: Text::const_new("1"),
        charge,
        paid,
        filing_indicator: Some(Text::const_new(PAYERS[payer].filing)),
        payer_claim_control_number: Some(digits("9#############", &mut chance)),
        patient: Person {
            last_name: Some(Text::const_new("SAMPLESTRANGER")),
            first_name: Some(Text::const_new("SOREL")),
            member_id: Some(digits("X########", &mut chance)),
            ..Person::default()
        },
        lines: vec![line],
        ..Remittance::default()
    })
}
