//! Writes a payment and its remittances as an 835 of 005010.

use std::io::{self, Write};

use crate::model::Text;
use crate::model::adjustment::ProviderAdjustment;
use crate::model::party::{PayerName, Person, ProviderName};
use crate::model::remittance::{Payment, Remittance, ServicePayment};
use crate::money::Cents;
use crate::x12::writer::{SegmentWriter, Writer};

use super::values::{day, dollars, or_empty, units, write_adjustments};

/// The guide of the 835, also GS08.
pub const GUIDE: &str = "005010X221A1";

/// How many (reason, amount) pairs one PLB segment can hold (X12 835, PLB03 to PLB14).
const PAIRS_PER_PLB: usize = 6;

/// How many remark codes one MIA or MOA segment can hold.
const REMARKS_PER_OUTPATIENT: usize = 5;

/// Where payers are: the guide wants an address, and a synthetic file has none to give.
const STREET: &str = "2 SAMPLE PLAZA";
const TOWN: [&str; 3] = ["SAMPLETOWN", "NE", "000010002"];

/// Writes one 835 transaction, remittance by remittance.
///
/// `origin` and `is_incomplete` are not written, nor are birth dates and sexes, for which an 835 has no place.
#[must_use = "the provider adjustments are written by `end`"]
pub struct RemittanceWriter<'a, W: Write> {
    out: &'a mut Writer<W>,
    provider_adjustments: &'a [ProviderAdjustment],
}

impl<'a, W: Write> RemittanceWriter<'a, W> {
    /// Opens a transaction for the remittances of `payment` in the group that is open.
    ///
    /// # Errors
    /// Whatever the output fails with; so everywhere here.
    pub fn begin(out: &'a mut Writer<W>, payment: &'a Payment) -> io::Result<RemittanceWriter<'a, W>> {
        out.transaction("835", "")?;
        let mut writer = Self { out, provider_adjustments: &payment.provider_adjustments };
        writer.bank(payment)?;
        writer.trace(payment)?;
        if let Some(date) = payment.production_date {
            writer.out.begin("DTM").element("405").element(day(date)).end()?;
        }
        writer.payer(&payment.payer)?;
        writer.payee(&payment.payee)?;
        writer.out.segment("LX", &["1"])?;
        Ok(writer)
    }

    fn bank(&mut self, payment: &Payment) -> io::Result<()> {
        let method = or_empty(payment.method.as_ref());
        let handling = if payment.amount.is_zero() { "H" } else { "I" };
        let direction = if payment.amount < Cents::ZERO { "D" } else { "C" };
        let bpr =
            self.out.begin("BPR").element(handling).element(dollars(payment.amount.abs())).element(direction);
        let account = if method == "ACH" { ["CCP", "01", "000000000", "DA", "0000000"] } else { [""; 5] };
        let mut bpr = account.iter().fold(bpr.element(method), SegmentWriter::element);
        bpr = bpr.element(id_of(&payment.payer, "BPR10"));
        // BPR11 to BPR15: the originator's supplement and the payee's bank.
        for _ in 11..=15 {
            bpr = bpr.element("");
        }
        match payment.date {
            Some(date) => bpr.element(day(date)).end(),
            None => bpr.end(),
        }
    }

    fn trace(&mut self, payment: &Payment) -> io::Result<()> {
        let payer = &payment.payer;
        let originator = match id_of(payer, "TRN03") {
            "" => id_of(payer, "BPR10"),
            id => id,
        };
        self.out.segment("TRN", &["1", or_empty(payment.check_number.as_ref()), originator])
    }

    fn payer(&mut self, payer: &PayerName) -> io::Result<()> {
        let plan = id_of(payer, "XV");
        let qualifier = if plan.is_empty() { "" } else { "XV" };
        self.out.segment("N1", &["PR", or_empty(payer.name.as_ref()), qualifier, plan])?;
        self.out.segment("N3", &[STREET])?;
        self.out.segment("N4", &TOWN)?;
        for id in payer.ids.iter().filter(|id| !matches!(&*id.qualifier, "XV" | "TRN03" | "BPR10")) {
            self.out.segment("REF", &[&id.qualifier, &id.id])?;
        }
        self.out.segment("PER", &["BL", "SAMPLE PROVIDER SERVICES", "TE", "5550100001"])
    }

    fn payee(&mut self, payee: &ProviderName) -> io::Result<()> {
        let (qualifier, id) = match (&payee.npi, &payee.tax_id) {
            (Some(npi), _) => ("XX", npi.as_str()),
            (None, Some(tax_id)) => ("FI", tax_id.as_str()),
            (None, None) => ("", ""),
        };
        self.out.segment("N1", &["PE", or_empty(payee.name.as_ref()), qualifier, id])?;
        if let (Some(_), Some(tax_id)) = (&payee.npi, &payee.tax_id) {
            self.out.segment("REF", &["TJ", tax_id])?;
        }
        if let Some(other) = &payee.other_id {
            self.out.segment("REF", &["PQ", other])?;
        }
        Ok(())
    }

    /// Writes a remittance.
    ///
    /// # Errors
    /// As the output.
    pub fn remittance(&mut self, remittance: &Remittance) -> io::Result<()> {
        let responsibility = remittance.patient_responsibility;
        let clp = self
            .out
            .begin("CLP")
            .element(&remittance.patient_control_number)
            .element(&remittance.status_code)
            .element(dollars(remittance.charge))
            .element(dollars(remittance.paid));
        // A patient who owes nothing is not mentioned.
        let clp =
            if responsibility.is_zero() { clp.element("") } else { clp.element(dollars(responsibility)) };
        clp.element(or_empty(remittance.filing_indicator.as_ref()))
            .element(or_empty(remittance.payer_claim_control_number.as_ref()))
            .element(or_empty(remittance.facility_type_code.as_ref()))
            .element(or_empty(remittance.frequency.as_ref()))
            .element("")
            .element(or_empty(remittance.drg_code.as_ref()))
            .end()?;
        write_adjustments(self.out, &remittance.adjustments)?;
        self.names(remittance)?;
        self.remarks(remittance)?;
        let dates = [
            ("232", remittance.statement_from),
            ("233", remittance.statement_to),
            ("050", remittance.received_date),
        ];
        for (qualifier, date) in dates {
            if let Some(date) = date {
                self.out.begin("DTM").element(qualifier).element(day(date)).end()?;
            }
        }
        self.amount("AU", remittance.coverage_amount)?;
        remittance.lines.iter().try_for_each(|line| self.line(line))
    }

    fn names(&mut self, remittance: &Remittance) -> io::Result<()> {
        self.person("QC", &remittance.patient)?;
        if let Some(subscriber) = &remittance.subscriber {
            self.person("IL", subscriber)?;
        }
        if let Some(corrected) = &remittance.corrected_insured {
            self.person("74", corrected)?;
        }
        if let Some(rendering) = &remittance.rendering_provider {
            self.rendering(rendering)?;
        }
        if let Some(crossover) = &remittance.crossover_payer {
            let name = or_empty(crossover.name.as_ref());
            let id = crossover.ids.first().map_or(("", ""), |id| (&id.qualifier, &id.id));
            self.out.segment("NM1", &["TT", "2", name, "", "", "", "", id.0, id.1])?;
        }
        Ok(())
    }

    fn person(&mut self, role: &str, person: &Person) -> io::Result<()> {
        let member = or_empty(person.member_id.as_ref());
        let qualifier = match (member, role) {
            ("", _) => "",
            (_, "74") => "C",
            _ => "MI",
        };
        let (last, first) = (or_empty(person.last_name.as_ref()), or_empty(person.first_name.as_ref()));
        self.out.segment("NM1", &[role, "1", last, first, "", "", "", qualifier, member])
    }

    fn rendering(&mut self, provider: &ProviderName) -> io::Result<()> {
        let entity = if provider.is_person { "1" } else { "2" };
        let (qualifier, id) = match (&provider.npi, &provider.tax_id, &provider.other_id) {
            (Some(npi), _, _) => ("XX", npi.as_str()),
            (None, Some(tax_id), _) => ("FI", tax_id.as_str()),
            (None, None, Some(other)) => ("PC", other.as_str()),
            (None, None, None) => ("", ""),
        };
        let (name, first) = (or_empty(provider.name.as_ref()), or_empty(provider.first_name.as_ref()));
        self.out.segment("NM1", &["82", entity, name, first, "", "", "", qualifier, id])
    }

    /// Remark codes of an inpatient claim, or more than MOA holds, go to MIA first.
    fn remarks(&mut self, remittance: &Remittance) -> io::Result<()> {
        let codes = &remittance.remark_codes[..];
        let inpatient = remittance.drg_code.is_some() || codes.len() > REMARKS_PER_OUTPATIENT;
        let (inpatient, outpatient) =
            codes.split_at(if inpatient { codes.len().min(REMARKS_PER_OUTPATIENT) } else { 0 });
        if let [first, others @ ..] = inpatient {
            // MIA05, then MIA20 to MIA23.
            let mut mia =
                self.out.begin("MIA").element("0").element("").element("").element("").element(first);
            for _ in 6..20 {
                mia = mia.element("");
            }
            others.iter().fold(mia, SegmentWriter::element).end()?;
        }
        for codes in outpatient.chunks(REMARKS_PER_OUTPATIENT) {
            // MOA03 to MOA07.
            let moa = self.out.begin("MOA").element("").element("");
            codes.iter().fold(moa, SegmentWriter::element).end()?;
        }
        Ok(())
    }

    fn amount(&mut self, qualifier: &str, amount: Option<Cents>) -> io::Result<()> {
        match amount {
            Some(amount) => self.out.begin("AMT").element(qualifier).element(dollars(amount)).end(),
            None => Ok(()),
        }
    }

    fn line(&mut self, line: &ServicePayment) -> io::Result<()> {
        self.service(line)?;
        if let Some(first) = line.service_date {
            let last = line.service_date_to.filter(|last| *last != first);
            let qualifier = if last.is_some() { "150" } else { "472" };
            self.out.begin("DTM").element(qualifier).element(day(first)).end()?;
            if let Some(last) = last {
                self.out.begin("DTM").element("151").element(day(last)).end()?;
            }
        }
        write_adjustments(self.out, &line.adjustments)?;
        if let Some(control_number) = &line.control_number {
            self.out.segment("REF", &["6R", control_number])?;
        }
        self.amount("B6", line.allowed)?;
        for remark in &line.remark_codes {
            self.out.segment("LQ", &["HE", remark])?;
        }
        Ok(())
    }

    fn service(&mut self, line: &ServicePayment) -> io::Result<()> {
        let qualifier = or_empty(line.procedure_qualifier.as_ref());
        let adjudicated = match (&line.procedure_code, &line.revenue_code) {
            (None, Some(revenue)) => ["NU", revenue, "", "", "", ""],
            (code, _) => composite(qualifier, code.as_ref(), &line.modifiers),
        };
        // A line answered by its revenue code alone names it once.
        let revenue = if line.procedure_code.is_some() { or_empty(line.revenue_code.as_ref()) } else { "" };
        let mut svc = self
            .out
            .begin("SVC")
            .composite(&adjudicated)
            .element(dollars(line.charge))
            .element(dollars(line.paid))
            .element(revenue);
        svc = match line.units_paid {
            Some(paid) => svc.element(units(paid)),
            None => svc.element(""),
        };
        svc = match &line.billed_procedure_code {
            Some(billed) => svc.composite(&composite(qualifier, Some(billed), &line.billed_modifiers)),
            None => svc.element(""),
        };
        match line.units_billed {
            Some(billed) => svc.element(units(billed)).end(),
            None => svc.end(),
        }
    }

    /// Writes the provider adjustments: one PLB for each run of them about one provider and period, six in each at most.
    ///
    /// # Errors
    /// As the output.
    pub fn end(self) -> io::Result<()> {
        let same = |a: &ProviderAdjustment, b: &ProviderAdjustment| {
            a.provider_id == b.provider_id && a.fiscal_period == b.fiscal_period
        };
        for of_provider in self.provider_adjustments.chunk_by(same) {
            for some in of_provider.chunks(PAIRS_PER_PLB) {
                let mut plb = self.out.begin("PLB").element(or_empty(some[0].provider_id.as_ref()));
                plb = match some[0].fiscal_period {
                    Some(end) => plb.element(day(end)),
                    None => plb.element(""),
                };
                for adjustment in some {
                    let reference = or_empty(adjustment.reference.as_ref());
                    plb =
                        plb.composite(&[&*adjustment.reason, reference]).element(dollars(adjustment.amount));
                }
                plb.end()?;
            }
        }
        Ok(())
    }
}

/// Qualifier, code and up to four modifiers.
fn composite<'a>(qualifier: &'a str, code: Option<&'a Text>, modifiers: &'a [Text]) -> [&'a str; 6] {
    let mut components = [""; 6];
    components[0] = qualifier;
    components[1] = or_empty(code);
    for (component, modifier) in components[2..].iter_mut().zip(modifiers) {
        *component = modifier;
    }
    components
}

/// The payer's id with this qualifier, or nothing.
fn id_of<'a>(payer: &'a PayerName, qualifier: &str) -> &'a str {
    payer.ids.iter().find(|id| id.qualifier == qualifier).map_or("", |id| id.id.as_str())
}
