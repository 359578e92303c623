//! A payment (one 835 transaction) and its remittances: what a payer answered for each claim (CLP).

use jiff::civil::Date;

use crate::money::Cents;

use super::Text;
use super::adjustment::{Adjustment, ProviderAdjustment};
use super::claim::Origin;
use super::finding::Warning;
use super::party::{PayerName, Person, ProviderName};
use super::quantity::Quantity;

/// One payment: the head of an 835 transaction (BPR, TRN, payer, payee) and its provider adjustments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payment {
    /// BPR02, negative where BPR03 is `D` (debit).
    pub amount: Cents,
    /// BPR04: ACH, CHK, NON, ...
    pub method: Option<Text>,
    /// BPR16.
    pub date: Option<Date>,
    /// TRN02: check or EFT number.
    pub check_number: Option<Text>,
    /// N1*PR and every other id of the payer.
    pub payer: PayerName,
    /// N1*PE.
    pub payee: ProviderName,
    /// DTM*405, or BHT-like dates: when the payer made the file.
    pub production_date: Option<Date>,
    /// Σ CLP04 of its remittances, known once the transaction has been read to its end.
    pub remittances_paid: Cents,
    /// PLB, known once the transaction has been read to its end.
    pub provider_adjustments: Vec<ProviderAdjustment>,
    /// Where its ST stood.
    pub origin: Origin,
}

impl Payment {
    /// What the PLB segments take off.
    #[must_use]
    pub fn provider_adjustment_total(&self) -> Cents {
        self.provider_adjustments.iter().map(|adjustment| adjustment.amount).sum()
    }

    /// Σ CLP04 − Σ PLB − BPR02 (X12 835, balancing at transaction level); zero when the payment balances.
    #[must_use]
    pub fn imbalance(&self) -> Cents {
        self.remittances_paid - self.provider_adjustment_total() - self.amount
    }
}

/// A payer's answer for one claim (CLP).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remittance {
    /// CLP01: the claim's number, as the payer echoes it; may be cut to 20 characters and upper-cased.
    pub patient_control_number: Text,
    /// CLP02 as sent.
    pub status_code: Text,
    /// CLP03.
    pub charge: Cents,
    /// CLP04.
    pub paid: Cents,
    /// CLP05.
    pub patient_responsibility: Cents,
    /// CLP06: claim filing indicator.
    pub filing_indicator: Option<Text>,
    /// CLP07: the payer's number for the claim.
    pub payer_claim_control_number: Option<Text>,
    /// CLP08.
    pub facility_type_code: Option<Text>,
    /// CLP09.
    pub frequency: Option<Text>,
    /// CLP11.
    pub drg_code: Option<Text>,
    /// NM1*QC.
    pub patient: Person,
    /// NM1*IL, where it is not the patient.
    pub subscriber: Option<Person>,
    /// NM1*82.
    pub rendering_provider: Option<ProviderName>,
    /// NM1*74: name or member id as the payer corrected it.
    pub corrected_insured: Option<Person>,
    /// NM1*TT / PR: the payer this claim was forwarded to.
    pub crossover_payer: Option<PayerName>,
    /// DTM*232.
    pub statement_from: Option<Date>,
    /// DTM*233.
    pub statement_to: Option<Date>,
    /// DTM*050: when the payer received the claim.
    pub received_date: Option<Date>,
    /// AMT*AU and the like: the amount covered.
    pub coverage_amount: Option<Cents>,
    /// CAS between CLP and the first SVC.
    pub adjustments: Vec<Adjustment>,
    /// MIA and MOA remark codes.
    pub remark_codes: Vec<Text>,
    /// SVC, in file order.
    pub lines: Vec<ServicePayment>,
    /// Where its CLP stood.
    pub origin: Origin,
    /// The file ended, or the next transaction began, before it was whole.
    pub is_incomplete: bool,
    /// What was found about it, the first few of them.
    pub warnings: Vec<Warning>,
}

/// A payer's answer for one service line (SVC).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServicePayment {
    /// Its place among the remittance's lines, from 1.
    pub line_number: u32,
    /// SVC01-1.
    pub procedure_qualifier: Option<Text>,
    /// SVC01-2: the code that was adjudicated.
    pub procedure_code: Option<Text>,
    /// SVC01-3 to 6.
    pub modifiers: Vec<Text>,
    /// SVC06-2: the code that was billed, where it differs (bundling).
    pub billed_procedure_code: Option<Text>,
    /// SVC06-3 to 6.
    pub billed_modifiers: Vec<Text>,
    /// SVC02.
    pub charge: Cents,
    /// SVC03.
    pub paid: Cents,
    /// SVC04.
    pub revenue_code: Option<Text>,
    /// SVC05: units paid.
    pub units_paid: Option<Quantity>,
    /// SVC07: units billed, where they differ.
    pub units_billed: Option<Quantity>,
    /// DTM*472 or 150.
    pub service_date: Option<Date>,
    /// DTM*151, or the first day.
    pub service_date_to: Option<Date>,
    /// REF*6R: the provider's number for the line.
    pub control_number: Option<Text>,
    /// AMT*B6: what the payer allows.
    pub allowed: Option<Cents>,
    /// CAS behind this SVC.
    pub adjustments: Vec<Adjustment>,
    /// LQ*HE (or RX) remark codes.
    pub remark_codes: Vec<Text>,
    /// Offset of its SVC in the file as received, in bytes.
    pub byte: u64,
    /// Number of that segment in the file, from 1.
    pub segment: u64,
}

impl ServicePayment {
    /// SVC02 − Σ CAS − SVC03; zero when the line balances.
    #[must_use]
    pub fn imbalance(&self) -> Cents {
        self.charge - self.adjustments.iter().map(|a| a.amount).sum() - self.paid
    }
}

impl Remittance {
    /// CLP03 − Σ CAS of the claim and all its lines − CLP04; zero when the claim balances.
    #[must_use]
    pub fn imbalance(&self) -> Cents {
        self.charge - self.all_adjustments().map(|a| a.amount).sum() - self.paid
    }

    /// The adjustments of the claim and of its lines.
    pub fn all_adjustments(&self) -> impl Iterator<Item = &Adjustment> {
        self.adjustments.iter().chain(self.lines.iter().flat_map(|line| &line.adjustments))
    }

    /// CLP02 = 22: takes an earlier payment back.
    #[must_use]
    pub fn is_reversal(&self) -> bool {
        self.status_code == "22"
    }

    /// CLP02 = 25: says what would be paid; no payment.
    #[must_use]
    pub fn is_predetermination(&self) -> bool {
        self.status_code == "25"
    }

    /// The first day of service: the earliest line date, else the statement's first day.
    #[must_use]
    pub fn first_service_date(&self) -> Option<Date> {
        self.lines.iter().filter_map(|line| line.service_date).min().or(self.statement_from)
    }
}
