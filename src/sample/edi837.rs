//! Writes claims as an 837 of 005010: levels for billing provider, subscriber and patient, and below them the claims.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, PayerResponsibility};
use crate::model::diagnosis::DiagnosisRole;
use crate::model::party::{PayerName, Person, ProviderName};
use crate::x12::writer::Writer;

use super::values::{day, number, or_empty};

mod body;
mod lines;
mod names;

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
        let named = claim.payer.ids.first().is_some_and(|id| names::is_name_qualifier(&id.qualifier));
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
}

fn responsibility(responsibility: PayerResponsibility) -> &'static str {
    match responsibility {
        PayerResponsibility::Primary => "P",
        PayerResponsibility::Secondary => "S",
        PayerResponsibility::Tertiary => "T",
    }
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
