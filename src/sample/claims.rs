//! Writes down what was done at a visit as a claim without a fault.

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::model::party::ProviderName;
use crate::model::quantity::Quantity;
use crate::money::Cents;

use compact_str::format_compact;
use jiff::civil::Date;

use super::calendar::Calendar;
use super::catalogue::{
    ADMISSIONS, AUTHORIZED, DENTAL, DIAGNOSES, EXTRAS, FALL, INPATIENT, OUTPATIENT, PROCEDURES, Service,
    TEETH, VISITS,
};
use super::chance::{Chance, Purpose};
use super::edi837::diagnosis_qualifier;
use super::payers::PAYERS;
use super::practice::{Practice, digits, npi};
use super::visits::Visit;

/// How many of 100 claims have 1, 2, ... 6 lines; three in the mean.
const LINES: [u32; 6] = [20, 25, 20, 15, 12, 8];

/// How many of 100 claims have 1, 2, ... 5 diagnoses.
const DIAGNOSES_OF_CLAIM: [u32; 5] = [30, 30, 20, 12, 8];

/// A claim in the making.
struct Draft<'a> {
    claim: Claim,
    chance: Chance,
    practice: &'a Practice,
    days: &'a Calendar,
    visit: &'a Visit,
    /// Who treats.
    clinician: ProviderName,
}

/// The claim of a visit as it should be.
pub(super) fn clean_claim(seed: u64, visit: &Visit, practice: &Practice, days: &Calendar) -> Claim {
    let mut chance = Chance::of(seed, Purpose::Services, visit.first);
    let clinicians = practice.clinicians(visit.kind);
    let clinician = clinicians[chance.index(clinicians.len())].clone();
    let claim = Claim::new(visit.kind, "");
    let mut draft = Draft { claim, chance, practice, days, visit, clinician };
    draft.parties();
    match visit.kind {
        ClaimKind::Professional => draft.professional(),
        ClaimKind::Institutional => draft.institutional(),
        ClaimKind::Dental => draft.dental(),
    }
    draft.papers();
    draft.claim
}

/// The charges of the lines added up.
pub(super) fn add_up(claim: &mut Claim) {
    claim.total_charge = claim.line_charge();
}

impl Draft<'_> {
    /// Who bills whom for whom.
    fn parties(&mut self) {
        let visit = self.visit;
        let payer = &PAYERS[visit.payer];
        let household = self.practice.household(visit.household);
        let claim = &mut self.claim;
        claim.patient_control_number = if household.is_of_branch {
            format_compact!("Sfp-{:08}-Branch-East", visit.first)
        } else {
            // The dental office counts for itself, and so comes to numbers that the practice has used too.
            let number = if visit.kind == ClaimKind::Dental { visit.first + 1 } else { visit.first };
            format_compact!("SFP{number:08}")
        };
        claim.subscriber = household.subscriber.clone();
        claim.subscriber.member_id = Some(self.practice.member_id(&household, visit.payer));
        if self.chance.hits(5_500) {
            claim.patient.clone_from(&household.dependent);
        }
        claim.group_number.clone_from(&household.group_number);
        claim.filing_indicator = Some(Text::const_new(payer.filing_of(visit.kind)));
        claim.payer = payer.in_claims();
        claim.billing_provider = self.practice.billing(visit.kind).clone();
        claim.submission_date = Some(self.days.date(visit.submitted));
        claim.medical_record_number = Some(format_compact!("MR{:07}", visit.household));
    }

    /// What goes with every claim.
    fn papers(&mut self) {
        let (claim, chance) = (&mut self.claim, &mut self.chance);
        let yes = || Some(Text::const_new("Y"));
        claim.frequency = Some(Text::const_new("1"));
        claim.provider_signature = yes().filter(|_| claim.kind != ClaimKind::Institutional);
        claim.assignment_code = Some(Text::const_new("A"));
        claim.benefits_assignment = yes();
        claim.release_of_information = yes();
        if chance.hits(3_000) {
            claim.clearinghouse_trace = Some(digits("T##########", chance));
        }
        let any_of = |claim: &Claim, codes: &[&str]| {
            claim.lines.iter().any(|l| l.procedure_code.as_deref().is_some_and(|c| codes.contains(&c)))
        };
        if any_of(claim, &AUTHORIZED) {
            claim.prior_authorization = Some(digits("PA########", chance));
        }
        if any_of(claim, PAYERS[self.visit.payer].referred) {
            claim.referral_number = Some(digits("RF######", chance));
        }
        add_up(claim);
    }

    fn served(&self) -> Date {
        self.days.date(self.visit.served)
    }

    fn professional(&mut self) {
        let place = match self.chance.below(100) {
            0..80 => "11",
            80..88 => "22",
            88..92 => "02",
            92..95 => "10",
            _ => "21",
        };
        self.claim.facility_type_code = Some(Text::const_new(place));
        let count = self.chance.weighted(LINES.into_iter());
        self.diagnoses(&DIAGNOSES, DiagnosisRole::Principal);
        self.service(&VISITS, "HC", &mut 0);
        let mut used = 0;
        for _ in 0..count {
            self.service(&EXTRAS, "HC", &mut used);
        }
        let beside =
            |line: &ClaimLine| line.procedure_code.as_deref().is_some_and(|c| PROCEDURES.contains(&c));
        if self.claim.lines.iter().any(beside) {
            self.claim.lines[0].modifiers.push(Text::const_new("25"));
        }
        if matches!(place, "02" | "10") {
            self.claim.lines[0].modifiers.push(Text::const_new("95"));
        }
        if place == "21" {
            self.stay();
        }
        if matches!(place, "21" | "22") {
            self.claim.service_facility = Some(organization("SAMPLE COMMUNITY HOSPITAL", 50));
        }
        self.colleagues();
    }

    /// A visit to somebody who lies in a hospital.
    fn stay(&mut self) {
        let Visit { served, submitted, .. } = *self.visit;
        self.claim.admission_date = Some(self.days.date(served.saturating_sub(self.chance.between(0, 4))));
        let left = (served + self.chance.between(0, 3)).min(submitted);
        self.claim.discharge_date = Some(self.days.date(left));
    }

    /// Who else took part.
    fn colleagues(&mut self) {
        let all = self.practice.clinicians(ClaimKind::Professional);
        if self.chance.hits(2_500) {
            let referring = self.chance.between(0, 7);
            self.claim.referring_provider = Some(ProviderName {
                is_person: true,
                name: Some(Text::const_new("TESTREFERRER")),
                first_name: Some(Text::const_new("SAMPLE")),
                npi: Some(npi(60 + referring)),
                ..ProviderName::default()
            });
        }
        if self.chance.hits(200) {
            self.claim.supervising_provider =
                Some(ProviderName { taxonomy: None, ..all[self.chance.index(all.len())].clone() });
        }
        if self.chance.hits(500) {
            let before = self.visit.served.saturating_sub(self.chance.between(1, 20));
            self.claim.onset_date = Some(self.days.date(before));
        }
        if self.claim.lines.len() > 2 && self.chance.hits(600) {
            let other = all[self.chance.index(all.len())].clone();
            if let Some(line) = self.claim.lines.last_mut() {
                line.rendering_provider = Some(other).filter(|other| *other != self.clinician);
            }
        }
        self.claim.rendering_provider = Some(self.clinician.clone());
    }

    fn institutional(&mut self) {
        self.claim.attending_provider = Some(self.clinician.clone());
        if self.chance.hits(1_500) {
            self.inpatient();
        } else {
            self.outpatient();
        }
    }

    fn inpatient(&mut self) {
        let nights = self.chance.between(1, 6).min(self.visit.served.max(1));
        let admitted = Some(self.days.date(self.visit.served.saturating_sub(nights)));
        self.claim.facility_type_code = Some(Text::const_new("11"));
        self.claim.admission_date = admitted;
        self.claim.statement_from = admitted;
        self.claim.statement_to = Some(self.served());
        self.diagnoses(&ADMISSIONS, DiagnosisRole::Principal);
        for diagnosis in &mut self.claim.diagnoses {
            diagnosis.present_on_admission = Some(Text::const_new("Y"));
        }
        let admitting = self.claim.diagnoses[0].code.clone();
        self.claim.diagnoses.insert(1, diagnosis(DiagnosisRole::Admitting, admitting));
        self.service(&INPATIENT[..1], "", &mut 0);
        let bed = &mut self.claim.lines[0];
        bed.quantity = Some(Quantity::units(i64::from(nights)));
        bed.unit = Some(Text::const_new("DA"));
        bed.charge = Cents::new(bed.charge.get() * i64::from(nights));
        let mut used = 1;
        for _ in 0..self.chance.between(1, 4) {
            self.service(&INPATIENT, "", &mut used);
        }
        for line in &mut self.claim.lines {
            (line.service_date, line.service_date_to) = (None, None);
        }
    }

    fn outpatient(&mut self) {
        let facility = if self.chance.hits(1_200) { "83" } else { "13" };
        self.claim.facility_type_code = Some(Text::const_new(facility));
        (self.claim.statement_from, self.claim.statement_to) = (Some(self.served()), Some(self.served()));
        self.diagnoses(&DIAGNOSES, DiagnosisRole::Principal);
        let mut used = 0;
        for _ in 0..=self.chance.weighted(LINES.into_iter()) {
            self.service(&OUTPATIENT, "HC", &mut used);
        }
        let revenue = |code: &str, claim: &Claim| {
            claim.lines.iter().any(|line| line.revenue_code.as_deref() == Some(code))
        };
        if revenue("0360", &self.claim) {
            self.claim.operating_provider = Some(ProviderName { taxonomy: None, ..self.clinician.clone() });
        }
        if revenue("0450", &self.claim) {
            let reason = self.claim.diagnoses[0].code.clone();
            self.claim.diagnoses.insert(1, diagnosis(DiagnosisRole::ReasonForVisit, reason));
            if self.chance.hits(2_000) {
                let fall = Text::const_new(FALL);
                self.claim.diagnoses.insert(2, diagnosis(DiagnosisRole::ExternalCause, fall));
            }
        }
    }

    fn dental(&mut self) {
        self.claim.facility_type_code = Some(Text::const_new("11"));
        self.claim.rendering_provider = Some(self.clinician.clone());
        if self.chance.hits(4_000) {
            let code = Text::const_new(self.chance.pick(&TEETH));
            self.claim.diagnoses.push(diagnosis(DiagnosisRole::Principal, code));
        }
        let mut used = 0;
        for _ in 0..self.chance.between(1, 4) {
            self.service(&DENTAL, "AD", &mut used);
        }
        let costly = self.claim.lines.iter().any(|line| line.charge > Cents::new(25_000));
        self.claim.is_predetermination = costly && self.chance.hits(3_000);
    }

    /// One or more diagnoses, none twice.
    fn diagnoses(&mut self, codes: &[&'static str], first: DiagnosisRole) {
        let count = match self.chance.below(100) {
            0 => 12,
            _ => self.chance.weighted(DIAGNOSES_OF_CLAIM.into_iter()) + 1,
        };
        for _ in 0..count {
            let code = Text::const_new(self.chance.pick(codes));
            if !self.claim.diagnoses.iter().any(|known| known.code == code) {
                let role = if self.claim.diagnoses.is_empty() { first } else { DiagnosisRole::Other };
                self.claim.diagnoses.push(diagnosis(role, code));
            }
        }
    }

    /// Adds a line for one of `services` that is not yet among those `used` (a bit for each).
    fn service(&mut self, services: &[Service], qualifier: &'static str, used: &mut u32) {
        let taken = *used;
        let weights = services.iter().enumerate();
        let weights = weights.map(|(n, service)| if taken & (1 << n) == 0 { service.weight } else { 0 });
        let place = self.chance.weighted(weights);
        if taken & (1 << place) != 0 {
            return;
        }
        *used |= 1 << place;
        let service = &services[place];
        let units = self.chance.between(1, service.units);
        let text = |text: &'static str| Some(Text::const_new(text)).filter(|text| !text.is_empty());
        let number = u32::try_from(self.claim.lines.len() + 1).unwrap_or(u32::MAX);
        let is_dental = self.claim.kind == ClaimKind::Dental;
        let mut line = ClaimLine {
            line_number: number,
            procedure_qualifier: text(qualifier).filter(|_| !service.code.is_empty()),
            procedure_code: text(service.code),
            modifiers: text(service.modifier).into_iter().collect(),
            revenue_code: text(service.revenue),
            charge: Cents::new(i64::from(service.charge) * i64::from(units)),
            unit: text("UN").filter(|_| !is_dental),
            quantity: Some(Quantity::units(units.into())),
            service_date: Some(self.served()),
            service_date_to: Some(self.served()),
            ..ClaimLine::default()
        };
        if self.claim.kind == ClaimKind::Professional {
            self.point(&mut line);
        }
        if !self.visit.household.is_multiple_of(5) {
            // Four of five desks number their lines.
            line.control_number = Some(format_compact!("{}L{number}", self.visit.first));
        }
        self.claim.lines.push(line);
    }

    /// Points to one, two or three of the claim's diagnoses.
    fn point(&mut self, line: &mut ClaimLine) {
        let count = self.claim.diagnoses.len().min(4);
        let first = self.chance.index(count);
        let last = count.min(first + 1 + self.chance.index(3));
        line.diagnosis_pointers.extend((first..last).filter_map(|n| u8::try_from(n + 1).ok()));
    }
}

fn diagnosis(role: DiagnosisRole, code: Text) -> Diagnosis {
    let qualifier = Text::const_new(diagnosis_qualifier(role));
    Diagnosis { role, qualifier, code, present_on_admission: None }
}

fn organization(name: &'static str, number: u32) -> ProviderName {
    ProviderName { name: Some(Text::const_new(name)), npi: Some(npi(number)), ..ProviderName::default() }
}
