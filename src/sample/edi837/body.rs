//! Writes what stands in a claim before its lines: the claim itself, dates, numbers, diagnoses, providers, other payers.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::model::claim::{Claim, ClaimKind, OtherPayer};
use crate::model::diagnosis::Diagnosis;
use crate::sample::values::{day, dollars, or_empty, write_adjustments};

use super::{ClaimWriter, responsibility};

/// How many diagnoses one HI segment can hold.
const DIAGNOSES_PER_HI: usize = 12;

impl<W: Write> ClaimWriter<'_, W> {
    pub(super) fn head(&mut self, claim: &Claim) -> io::Result<()> {
        let place = or_empty(claim.facility_type_code.as_ref());
        let frequency = or_empty(claim.frequency.as_ref());
        let list = match (self.kind, place.is_empty() && frequency.is_empty()) {
            (_, true) => "",
            (ClaimKind::Institutional, _) => "A",
            _ => "B",
        };
        let mut clm = self
            .out
            .begin("CLM")
            .element(&claim.patient_control_number)
            .element(dollars(claim.total_charge))
            .element("")
            .element("")
            .composite(&[place, list, frequency])
            .element(or_empty(claim.provider_signature.as_ref()))
            .element(or_empty(claim.assignment_code.as_ref()))
            .element(or_empty(claim.benefits_assignment.as_ref()))
            .element(or_empty(claim.release_of_information.as_ref()));
        if claim.is_predetermination {
            // CLM10 to CLM18 are not used here.
            for _ in 10..=18 {
                clm = clm.element("");
            }
            clm = clm.element("PB");
        }
        clm.end()
    }

    pub(super) fn dates(&mut self, claim: &Claim) -> io::Result<()> {
        if let Some(from) = claim.statement_from {
            self.date("434", from, claim.statement_to)?;
        }
        if let Some(admitted) = claim.admission_date {
            self.admission(admitted)?;
        }
        if let Some(discharged) = claim.discharge_date {
            self.date("096", discharged, None)?;
        }
        if let Some(onset) = claim.onset_date {
            self.date("431", onset, None)?;
        }
        if self.kind == ClaimKind::Institutional {
            // Type and source of admission, and where the patient went: routine ones.
            self.out.segment("CL1", &["3", "1", "01"])?;
        }
        Ok(())
    }

    /// One day, or a range of days where there are two.
    pub(super) fn date(&mut self, qualifier: &str, first: Date, last: Option<Date>) -> io::Result<()> {
        let dtp = self.out.begin("DTP").element(qualifier);
        match last.filter(|last| *last != first || qualifier == "434") {
            Some(last) => dtp.element("RD8").element([&day(first)[..], b"-", &day(last)].concat()).end(),
            None => dtp.element("D8").element(day(first)).end(),
        }
    }

    /// 837I wants the hour too.
    fn admission(&mut self, admitted: Date) -> io::Result<()> {
        if self.kind != ClaimKind::Institutional {
            return self.date("435", admitted, None);
        }
        let hour = [&day(admitted)[..], b"0800"].concat();
        self.out.begin("DTP").element("435").element("DT").element(hour).end()
    }

    pub(super) fn references(&mut self, claim: &Claim) -> io::Result<()> {
        let references = [
            ("9F", &claim.referral_number),
            ("G1", &claim.prior_authorization),
            ("F8", &claim.payer_claim_control_number),
            ("D9", &claim.clearinghouse_trace),
            ("EA", &claim.medical_record_number),
        ];
        for (qualifier, value) in references {
            if let Some(value) = value {
                self.out.segment("REF", &[qualifier, value])?;
            }
        }
        Ok(())
    }

    /// Professional and dental claims list all diagnoses in one HI; institutional ones begin another for each role.
    pub(super) fn diagnoses(&mut self, diagnoses: &[Diagnosis]) -> io::Result<()> {
        let apart = self.kind == ClaimKind::Institutional;
        for of_role in diagnoses.chunk_by(|a, b| !apart || a.role == b.role) {
            for some in of_role.chunks(DIAGNOSES_PER_HI) {
                let mut hi = self.out.begin("HI");
                for Diagnosis { qualifier, code, present_on_admission, .. } in some {
                    let present = or_empty(present_on_admission.as_ref());
                    hi = hi.composite(&[qualifier, code, "", "", "", "", "", "", present]);
                }
                hi.end()?;
            }
        }
        Ok(())
    }

    pub(super) fn providers(&mut self, claim: &Claim) -> io::Result<()> {
        let providers = [
            ("71", "AT", &claim.attending_provider),
            ("72", "OP", &claim.operating_provider),
            ("DN", "RF", &claim.referring_provider),
            ("82", "PE", &claim.rendering_provider),
            ("77", "SU", &claim.service_facility),
            ("DQ", "SU", &claim.supervising_provider),
        ];
        for (role, specialty, provider) in providers {
            if let Some(provider) = provider {
                self.provider(role, specialty, provider)?;
            }
        }
        Ok(())
    }

    pub(super) fn other_payer(&mut self, other: &OtherPayer, claim: &Claim) -> io::Result<()> {
        let relation = if claim.patient.is_none() { "18" } else { "19" };
        let sequence = responsibility(other.responsibility);
        self.out.segment("SBR", &[sequence, relation, "", "", "", "", "", "", "CI"])?;
        write_adjustments(self.out, &other.adjustments)?;
        if let Some(paid) = other.paid {
            self.out.begin("AMT").element("D").element(dollars(paid)).end()?;
        }
        self.out.segment("OI", &["", "", "Y", "", "", "Y"])?;
        self.person_name("IL", &claim.subscriber)?;
        self.payer(&other.payer)
    }
}
