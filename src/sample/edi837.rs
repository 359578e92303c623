//! Writes claims as an 837 of 005010: levels for billing provider, subscriber and patient, and below them the claims.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, ClaimLine, OtherPayer, PayerResponsibility};
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::model::party::{PayerName, Person, ProviderName};
use crate::x12::writer::Writer;

use super::values::{Decimal, day, dollars, number, or_empty, units, write_adjustments};

/// How many diagnoses one HI segment can hold.
const DIAGNOSES_PER_HI: usize = 12;

/// Where everybody lives: the guides want an address, and a synthetic file has none to give.
const STREET: &str = "1 SAMPLE STREET";
const TOWN: [&str; 3] = ["SAMPLETOWN", "NE", "000010001"];

/// What the head of an 837 transaction says.
#[derive(Debug, Clone, Copy)]
pub struct SubmissionHead<'a> {
    /// BHT03.
    pub reference: &'a str,
    /// BHT04: the day of submission.
    pub submitted: Date,
    /// NM1*41: name and id of the submitter.
    pub submitter: (&'a str, &'a str),
    /// NM1*40: name and id of the receiver.
    pub receiver: (&'a str, &'a str),
}

/// The guide of a kind of claim: ST03 and GS08.
#[must_use]
pub const fn guide(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Professional => "005010X222A1",
        ClaimKind::Institutional => "005010X223A2",
        ClaimKind::Dental => "005010X224A2",
    }
}

/// Writes one 837 transaction, claim by claim.
///
/// A level is opened where a claim's billing provider, subscriber or patient differs from that of the claim before, so
/// claims should come sorted by them. `origin`, `submission_date` and `is_incomplete` of a claim are not written.
pub struct ClaimWriter<'a, W: Write> {
    out: &'a mut Writer<W>,
    kind: ClaimKind,
    submitted: Date,
    /// HL01 of the last level.
    levels: u32,
    billing: Option<(u32, ProviderName)>,
    subscriber: Option<(u32, Subscriber)>,
    patient: Option<Person>,
}

/// What a subscriber's level says of all its claims.
#[derive(Clone, PartialEq)]
struct Subscriber {
    person: Person,
    has_dependents: bool,
    responsibility: PayerResponsibility,
    group_number: Option<Text>,
    filing_indicator: Option<Text>,
    payer: PayerName,
}

impl Subscriber {
    fn is_of(&self, claim: &Claim) -> bool {
        self.person == claim.subscriber
            && self.has_dependents == claim.patient.is_some()
            && self.responsibility == claim.responsibility
            && self.group_number == claim.group_number
            && self.filing_indicator == claim.filing_indicator
            && self.payer == claim.payer
    }

    fn of(claim: &Claim) -> Self {
        Self {
            person: claim.subscriber.clone(),
            has_dependents: claim.patient.is_some(),
            responsibility: claim.responsibility,
            group_number: claim.group_number.clone(),
            filing_indicator: claim.filing_indicator.clone(),
            payer: claim.payer.clone(),
        }
    }
}

impl<'a, W: Write> ClaimWriter<'a, W> {
    /// Opens a transaction for claims of `kind` in the group that is open; it ends where `out` opens or ends something else.
    ///
    /// # Errors
    /// Whatever the output fails with; so everywhere here.
    pub fn begin(
        out: &'a mut Writer<W>,
        kind: ClaimKind,
        head: &SubmissionHead<'_>,
    ) -> io::Result<ClaimWriter<'a, W>> {
        let SubmissionHead { reference, submitted, submitter, receiver } = *head;
        out.transaction("837", guide(kind))?;
        out.begin("BHT")
            .element("0019")
            .element("00")
            .element(reference)
            .element(day(submitted))
            .element("0800")
            .element("CH")
            .end()?;
        out.segment("NM1", &["41", "2", submitter.0, "", "", "", "", "46", submitter.1])?;
        out.segment("PER", &["IC", "SAMPLE BILLING OFFICE", "TE", "5550100000"])?;
        out.segment("NM1", &["40", "2", receiver.0, "", "", "", "", "46", receiver.1])?;
        Ok(Self { out, kind, submitted, levels: 0, billing: None, subscriber: None, patient: None })
    }

    /// Writes a claim, opening the levels that it needs.
    ///
    /// # Errors
    /// As the output.
    pub fn claim(&mut self, claim: &Claim) -> io::Result<()> {
        let billing = self.billing_level(claim)?;
        let subscriber = self.subscriber_level(claim, billing)?;
        self.patient_level(claim, subscriber)?;
        self.head(claim)?;
        self.dates(claim)?;
        self.references(claim)?;
        self.diagnoses(&claim.diagnoses)?;
        self.providers(claim)?;
        for other in &claim.other_payers {
            self.other_payer(other, claim)?;
        }
        claim.lines.iter().try_for_each(|line| self.line(line, claim))
    }

    fn level(&mut self, parent: Option<u32>, code: &str, has_children: bool) -> io::Result<u32> {
        self.levels += 1;
        let hl = self.out.begin("HL").element(number(self.levels));
        let hl = match parent {
            Some(parent) => hl.element(number(parent)),
            None => hl.element(""),
        };
        hl.element(code).element(if has_children { "1" } else { "0" }).end()?;
        Ok(self.levels)
    }

    fn billing_level(&mut self, claim: &Claim) -> io::Result<u32> {
        if let Some((level, known)) = &self.billing
            && *known == claim.billing_provider
        {
            return Ok(*level);
        }
        let level = self.level(None, "20", true)?;
        let billing = &claim.billing_provider;
        if let Some(taxonomy) = &billing.taxonomy {
            self.out.segment("PRV", &["BI", "PXC", taxonomy])?;
        }
        self.provider_name("85", billing)?;
        self.address()?;
        self.provider_references(billing)?;
        self.billing = Some((level, billing.clone()));
        self.subscriber = None;
        Ok(level)
    }

    fn subscriber_level(&mut self, claim: &Claim, billing: u32) -> io::Result<u32> {
        if let Some((level, known)) = &self.subscriber
            && known.is_of(claim)
        {
            return Ok(*level);
        }
        let level = self.level(Some(billing), "22", claim.patient.is_some())?;
        let relation = if claim.patient.is_none() { "18" } else { "" };
        let group = or_empty(claim.group_number.as_ref());
        let filing = or_empty(claim.filing_indicator.as_ref());
        let sequence = responsibility(claim.responsibility);
        self.out.segment("SBR", &[sequence, relation, group, "", "", "", "", "", filing])?;
        self.person("IL", &claim.subscriber)?;
        self.payer(&claim.payer)?;
        let named = claim.payer.ids.first().is_some_and(|id| is_name_qualifier(&id.qualifier));
        for id in claim.payer.ids.iter().skip(usize::from(named)) {
            self.out.segment("REF", &[&id.qualifier, &id.id])?;
        }
        self.subscriber = Some((level, Subscriber::of(claim)));
        self.patient = None;
        Ok(level)
    }

    fn patient_level(&mut self, claim: &Claim, subscriber: u32) -> io::Result<()> {
        let Some(patient) = &claim.patient else { return Ok(()) };
        if self.patient.as_ref() == Some(patient) {
            return Ok(());
        }
        self.level(Some(subscriber), "23", false)?;
        self.out.segment("PAT", &["19"])?;
        self.person("QC", patient)?;
        self.patient = Some(patient.clone());
        Ok(())
    }

    fn head(&mut self, claim: &Claim) -> io::Result<()> {
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

    fn dates(&mut self, claim: &Claim) -> io::Result<()> {
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
    fn date(&mut self, qualifier: &str, first: Date, last: Option<Date>) -> io::Result<()> {
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

    fn references(&mut self, claim: &Claim) -> io::Result<()> {
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
    fn diagnoses(&mut self, diagnoses: &[Diagnosis]) -> io::Result<()> {
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

    fn providers(&mut self, claim: &Claim) -> io::Result<()> {
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

    fn provider(&mut self, role: &str, specialty: &str, provider: &ProviderName) -> io::Result<()> {
        self.provider_name(role, provider)?;
        if let Some(taxonomy) = &provider.taxonomy {
            self.out.segment("PRV", &[specialty, "PXC", taxonomy])?;
        }
        if role == "77" {
            self.address()?;
        }
        self.provider_references(provider)
    }

    fn provider_name(&mut self, role: &str, provider: &ProviderName) -> io::Result<()> {
        let entity = if provider.is_person { "1" } else { "2" };
        let (qualifier, id) = match (&provider.npi, &provider.other_id) {
            (Some(npi), _) => ("XX", npi.as_str()),
            (None, Some(other)) => ("SV", other.as_str()),
            (None, None) => ("", ""),
        };
        let (name, first) = (or_empty(provider.name.as_ref()), or_empty(provider.first_name.as_ref()));
        self.out.segment("NM1", &[role, entity, name, first, "", "", "", qualifier, id])
    }

    fn provider_references(&mut self, provider: &ProviderName) -> io::Result<()> {
        if let Some(tax_id) = &provider.tax_id {
            self.out.segment("REF", &["EI", tax_id])?;
        }
        if let (Some(_), Some(other)) = (&provider.npi, &provider.other_id) {
            self.out.segment("REF", &["G2", other])?;
        }
        Ok(())
    }

    fn address(&mut self) -> io::Result<()> {
        self.out.segment("N3", &[STREET])?;
        self.out.segment("N4", &TOWN)
    }

    fn person(&mut self, role: &str, person: &Person) -> io::Result<()> {
        self.person_name(role, person)?;
        self.address()?;
        if person.birth_date.is_none() && person.sex.is_none() {
            return Ok(());
        }
        let dmg = self.out.begin("DMG").element("D8");
        let dmg = match person.birth_date {
            Some(birth) => dmg.element(day(birth)),
            None => dmg.element(""),
        };
        dmg.element(or_empty(person.sex.as_ref())).end()
    }

    fn person_name(&mut self, role: &str, person: &Person) -> io::Result<()> {
        let member = or_empty(person.member_id.as_ref());
        let qualifier = if member.is_empty() { "" } else { "MI" };
        let (last, first) = (or_empty(person.last_name.as_ref()), or_empty(person.first_name.as_ref()));
        self.out.segment("NM1", &[role, "1", last, first, "", "", "", qualifier, member])
    }

    fn payer(&mut self, payer: &PayerName) -> io::Result<()> {
        let id = payer.ids.first().filter(|id| is_name_qualifier(&id.qualifier));
        let (qualifier, id) = id.map_or(("", ""), |id| (&id.qualifier, &id.id));
        let name = or_empty(payer.name.as_ref());
        self.out.segment("NM1", &["PR", "2", name, "", "", "", "", qualifier, id])
    }

    fn other_payer(&mut self, other: &OtherPayer, claim: &Claim) -> io::Result<()> {
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

    fn line(&mut self, line: &ClaimLine, claim: &Claim) -> io::Result<()> {
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

/// The qualifiers under which NM109 names a payer.
fn is_name_qualifier(qualifier: &str) -> bool {
    matches!(qualifier, "PI" | "XV")
}

fn responsibility(responsibility: PayerResponsibility) -> &'static str {
    match responsibility {
        PayerResponsibility::Primary => "P",
        PayerResponsibility::Secondary => "S",
        PayerResponsibility::Tertiary => "T",
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

/// The role that a diagnosis's qualifier of 005010 says.
#[must_use]
pub const fn diagnosis_qualifier(role: DiagnosisRole) -> &'static str {
    match role {
        DiagnosisRole::Principal => "ABK",
        DiagnosisRole::Admitting => "ABJ",
        DiagnosisRole::ReasonForVisit => "APR",
        DiagnosisRole::ExternalCause => "ABN",
        DiagnosisRole::Other => "ABF",
    }
}
