//! Writes the service lines of a claim.

use std::io::{self, Write};

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::sample::values::{Decimal, dollars, number, or_empty, units, write_adjustments};

use super::ClaimWriter;

impl<W: Write> ClaimWriter<'_, W> {
    pub(super) fn line(&mut self, line: &ClaimLine, claim: &Claim) -> io::Result<()> {
        self.out.begin("LX").element(number(line.line_number)).end()?;
        self.service(line)?;
        if let Some(first) = line.service_date {
            self.date("472", first, line.service_date_to)?;
        }
        if let Some(authorization) = &line.prior_authorization {
            self.out.segment("REF", &["G1", authorization])?;
        }
        if let Some(control_number) = &line.control_number {
            self.out.segment("REF", &["6R", control_number])?;
        }
        if let Some(rendering) = &line.rendering_provider {
            self.provider("82", "PE", rendering)?;
        }
        self.adjudication(line, claim)
    }

    fn service(&mut self, line: &ClaimLine) -> io::Result<()> {
        let procedure = procedure(line);
        let charge = dollars(line.charge);
        let quantity = line.quantity.map(units);
        let quantity = quantity.as_ref().map_or(&b""[..], AsRef::as_ref);
        let unit = or_empty(line.unit.as_ref());
        let place = or_empty(line.place_of_service.as_ref());
        match self.kind {
            ClaimKind::Professional => {
                let pointers = line.diagnosis_pointers.iter().map(|pointer| number(u32::from(*pointer)));
                let pointers: Vec<Decimal> = pointers.collect();
                let sv1 = self.out.begin("SV1").composite(&procedure).element(charge).element(unit);
                sv1.element(quantity).element(place).element("").composite(&pointers).end()
            }
            ClaimKind::Institutional => {
                let revenue = or_empty(line.revenue_code.as_ref());
                let sv2 = self.out.begin("SV2").element(revenue).composite(&procedure).element(charge);
                sv2.element(unit).element(quantity).end()
            }
            ClaimKind::Dental => {
                let sv3 = self.out.begin("SV3").composite(&procedure).element(charge).element(place);
                sv3.element("").element("").element(quantity).end()
            }
        }
    }

    /// What another payer answered for the line: what it did not take off, it paid.
    fn adjudication(&mut self, line: &ClaimLine, claim: &Claim) -> io::Result<()> {
        if line.other_payer_adjustments.is_empty() {
            return Ok(());
        }
        let payer = claim.other_payers.first().and_then(|other| other.payer.ids.first());
        let paid = line.charge - line.other_payer_adjustments.iter().map(|a| a.amount).sum();
        let svd = self.out.begin("SVD").element(payer.map_or("", |id| &id.id)).element(dollars(paid));
        let svd = svd.composite(&procedure(line)).element("");
        match line.quantity {
            Some(quantity) => svd.element(units(quantity)).end()?,
            None => svd.end()?,
        }
        write_adjustments(self.out, &line.other_payer_adjustments)?;
        self.date("573", self.submitted, None)
    }
}

/// Qualifier, code and up to four modifiers.
fn procedure(line: &ClaimLine) -> [&str; 6] {
    let mut components = [""; 6];
    components[0] = or_empty(line.procedure_qualifier.as_ref());
    components[1] = or_empty(line.procedure_code.as_ref());
    for (component, modifier) in components[2..].iter_mut().zip(&line.modifiers) {
        *component = modifier;
    }
    components
}
