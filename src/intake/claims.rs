//! Reads the claims of an 837: its levels and claims. Names are read in `claim_names`, lines in `service_lines`.

use jiff::civil::Date;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimKind, Origin, OtherPayer, PayerResponsibility};
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::model::party::{PayerName, Person, ProviderName};
use crate::x12::segment::{Segment, id};

use super::claim_names::Party;
use super::desk::{Desk, shown};
use super::elements::{filled, text, upper};
use super::findings::{At, Cause, Kept};
use super::rules::Rule;
use super::{Item, adjustments, claim_checks, diagnosis_checks};

/// Where in a claim the reader is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Before its lines and other payers (loops 2300 and 2310).
    #[default]
    Claim,
    /// Another payer's loop (2320 and 2330).
    OtherPayer,
    /// A line whose LX was seen, but no service yet.
    BareLine,
    /// A line (loops 2400 to 2420).
    Line,
    /// What another payer answered for the line (loop 2430).
    Adjudication,
}

/// What a level 22 says of all its claims.
#[derive(Debug, Default)]
pub(super) struct Subscriber {
    pub(super) person: Person,
    responsibility: PayerResponsibility,
    group_number: Option<Text>,
    filing_indicator: Option<Text>,
    pub(super) payer: PayerName,
}

/// The claims of an 837.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The kind that ST03 names, and the one that GS08 does.
    pub(super) kind_of_st03: Option<ClaimKind>,
    pub(super) kind_of_gs08: Option<ClaimKind>,
    /// Whether the guide is one of 005010 whose requirements are known: 004010 asked for less, and so do reports of claims
    /// that were paid.
    pub(super) is_strict: bool,
    pub(super) submitted: Option<Date>,
    /// ST.
    header: Kept,
    /// How many claims the transaction has held so far.
    count: u64,
    pub(super) billing: ProviderName,
    pub(super) subscriber: Subscriber,
    pub(super) patient: Option<Person>,
    /// Whether a DMG with a date, right or wrong, was there for the subscriber or patient.
    pub(super) birth_given: bool,
    /// HL01 of the last level.
    levels: u32,
    /// HL01 of the levels that are open: billing provider and subscriber.
    billing_level: Text,
    subscriber_level: Text,
    pub(super) party: Party,
    /// The claim being read.
    pub(super) claim: Option<Box<Claim>>,
    clm: Kept,
    pub(super) part: Part,
    /// The kind of claim that its lines are of.
    pub(super) kind_of_lines: Option<ClaimKind>,
    /// The SV1, SV2 or SV3 of the line being read.
    pub(super) service: Kept,
    /// Whether the line being read has a date, right or wrong.
    pub(super) line_dated: bool,
    /// The segments HI, of which the first so many are of the claim.
    his: Vec<Kept>,
    his_of_claim: usize,
    /// Dates of service that a dental claim gives for all its lines.
    pub(super) service_dates: Option<(Date, Date)>,
}

impl Claims {
    /// Begins a transaction.
    pub(super) fn begin(&mut self, st: &Segment<'_>, kinds: [Option<ClaimKind>; 2], is_5010: bool) {
        let [kind_of_st03, kind_of_gs08] = kinds;
        let is_strict = is_5010 && kind_of_st03.or(kind_of_gs08).is_some();
        *self = Self { kind_of_st03, kind_of_gs08, is_strict, ..Self::default() };
        self.header.keep(st);
    }

    /// The date of submission where BHT does not say: GS04.
    pub(super) fn submitted_by_default(&mut self, date: Option<Date>) {
        self.submitted = self.submitted.or(date);
    }

    /// Ends the transaction; `cut` where the file or the next transaction came before its end.
    pub(super) fn end(&mut self, cut: bool, desk: &mut Desk) {
        self.end_claim(cut, desk);
        if self.count == 0 {
            let message = || "this transaction holds no claim".to_owned();
            desk.findings.raise(
                Rule::NoClaims,
                self.header.source(),
                At::Segment,
                Cause::Value(b""),
                message,
            );
        }
    }

    /// Takes the next segment of the transaction.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, desk: &mut Desk) {
        match segment.id() {
            id::NM1 => self.name(segment, desk),
            id::DTP => self.date(segment, desk),
            id::REF => self.reference(segment),
            id::LX => self.line(segment, desk),
            id::SV1 | id::SV2 | id::SV3 => self.service(segment, desk),
            id::HL => self.level(segment, desk),
            id::SBR => self.subscriber(segment, desk),
            id::CLM => self.begin_claim(segment, desk),
            id::HI => self.diagnoses(segment, desk),
            id::DMG => self.demographics(segment, desk),
            id::PRV => self.specialty(segment),
            id::CAS => self.adjustment(segment, desk),
            id::AMT => self.amount(segment, desk),
            id::SVD => {
                if self.in_line() {
                    self.part = Part::Adjudication;
                    self.party = Party::None;
                }
            }
            id::BHT => self.submission(segment, desk),
            other => claim_checks::name_of_segment(other, segment, desk),
        }
    }

    fn submission(&mut self, bht: &Segment<'_>, desk: &mut Desk) {
        if bht.has(4) {
            self.submitted = desk.date(bht, 4);
        }
        if self.is_strict {
            desk.required(bht, 4, "the day of submission");
            desk.code(bht, 2, matches!(bht.element(2), b"00" | b"18"), "00, 18");
            desk.code(bht, 6, matches!(bht.element(6), b"31" | b"CH" | b"RP"), "31, CH, RP");
        }
    }

    fn level(&mut self, hl: &Segment<'_>, desk: &mut Desk) {
        self.end_claim(false, desk);
        self.party = Party::None;
        self.birth_given = false;
        self.number_level(hl, desk);
        let (number, parent) = (text(hl.element(1)), hl.element(2));
        let orphan = match hl.element(3) {
            b"20" => {
                self.billing = ProviderName::default();
                self.subscriber = Subscriber::default();
                self.patient = None;
                self.party = Party::Billing;
                self.billing_level = number;
                self.subscriber_level = Text::default();
                false
            }
            b"22" => {
                self.subscriber = Subscriber::default();
                self.patient = None;
                self.subscriber_level = number;
                parent != self.billing_level.as_bytes()
            }
            b"23" => {
                self.patient = Some(Person::default());
                parent != self.subscriber_level.as_bytes()
            }
            _ => {
                desk.value(Rule::Hierarchy, hl, At::Element(3), "is not 20, 22 or 23");
                false
            }
        };
        if orphan {
            let above = if hl.element(3) == b"22" { "billing provider" } else { "subscriber" };
            let message = || format!("{} is not the {above} above it", shown(parent));
            desk.here(Rule::Hierarchy, hl, At::Element(2), message);
        }
    }

    /// Checks that the levels are numbered in order; a gap shows once.
    fn number_level(&mut self, hl: &Segment<'_>, desk: &mut Desk) {
        let number = str::from_utf8(hl.element(1)).ok().and_then(|number| number.parse::<u32>().ok());
        let expected = self.levels.saturating_add(1);
        if number != Some(expected) {
            let message = || format!("level {} should be {expected}", shown(hl.element(1)));
            desk.here(Rule::Hierarchy, hl, At::Element(1), message);
        }
        self.levels = number.unwrap_or(expected);
    }

    /// SBR: the subscriber of the level, or, within a claim, another payer.
    fn subscriber(&mut self, sbr: &Segment<'_>, desk: &mut Desk) {
        let responsibility = match sbr.element(1) {
            b"P" => PayerResponsibility::Primary,
            b"S" => PayerResponsibility::Secondary,
            [b'T' | b'A'..=b'H'] => PayerResponsibility::Tertiary,
            // U: unknown. N is used where claims that were paid are reported.
            b"U" | b"N" => PayerResponsibility::Primary,
            b"" => {
                desk.missing(sbr, At::Element(1), "which payer pays first");
                PayerResponsibility::Primary
            }
            _ => {
                let says = "is not P, S or T";
                desk.value(Rule::ResponsibilityCode, sbr, At::Element(1), says);
                PayerResponsibility::Primary
            }
        };
        self.end_line(false, desk);
        if let Some(claim) = &mut self.claim {
            claim.other_payers.push(OtherPayer { responsibility, ..OtherPayer::default() });
            self.part = Part::OtherPayer;
            self.party = Party::OtherPayer;
        } else {
            self.subscriber.responsibility = responsibility;
            self.subscriber.group_number = filled(sbr.element(3));
            self.subscriber.filing_indicator = filled(sbr.element(9));
            self.party = Party::Subscriber;
            if self.is_strict {
                desk.code(sbr, 2, sbr.element(2) == b"18", "18");
                desk.required(sbr, 9, "the kind of insurance");
            }
        }
    }

    fn begin_claim(&mut self, clm: &Segment<'_>, desk: &mut Desk) {
        self.end_claim(false, desk);
        self.count += 1;
        self.clm.keep(clm);
        let mut claim = Box::new(Claim::new(ClaimKind::Professional, ""));
        claim.patient_control_number = text(clm.element(1));
        desk.findings.begin_claim(&claim.patient_control_number);
        claim.total_charge = desk.amount(clm, 2, true);
        let mut place = clm.components(5);
        claim.facility_type_code = place.next().and_then(filled);
        claim.frequency = place.nth(1).and_then(filled);
        claim.provider_signature = filled(clm.element(6));
        claim.assignment_code = filled(clm.element(7));
        claim.benefits_assignment = filled(clm.element(8));
        claim.release_of_information = filled(clm.element(9));
        claim.is_predetermination = clm.element(19) == b"PB";
        claim.submission_date = self.submitted;
        claim.billing_provider = self.billing.clone();
        claim.subscriber = self.subscriber.person.clone();
        claim.patient.clone_from(&self.patient);
        claim.group_number.clone_from(&self.subscriber.group_number);
        claim.filing_indicator.clone_from(&self.subscriber.filing_indicator);
        claim.responsibility = self.subscriber.responsibility;
        claim.payer = self.subscriber.payer.clone();
        claim.origin = Origin {
            byte: clm.place().byte,
            segment: clm.place().segment,
            interchange_control: desk.interchange.clone(),
            transaction_control: desk.findings.transaction.clone(),
        };
        let kind = self.kind_of_st03.or(self.kind_of_gs08);
        claim_checks::head(clm, kind, self.is_strict, desk);
        claim_checks::parties(&claim, clm, self.birth_given, self.is_strict, desk);
        self.claim = Some(claim);
        self.part = Part::Claim;
        self.party = Party::None;
        self.his_of_claim = 0;
        self.kind_of_lines = None;
        self.service_dates = None;
    }

    /// Gives out the claim that is open, if any; `cut` where the file ends before it does.
    fn end_claim(&mut self, cut: bool, desk: &mut Desk) {
        self.end_line(cut, desk);
        let Some(mut claim) = self.claim.take() else { return };
        claim.kind = self.kind_of_st03.or(self.kind_of_lines).or(self.kind_of_gs08).unwrap_or(claim.kind);
        claim.is_incomplete = cut;
        let clm = self.clm.source();
        if let Some((first, last)) = self.service_dates {
            for line in claim.lines.iter_mut().filter(|line| line.service_date.is_none()) {
                (line.service_date, line.service_date_to) = (Some(first), Some(last));
            }
        }
        if cut {
            let message = || "the claim is cut off; what was read of it is kept".to_owned();
            desk.here(Rule::ClaimCutOff, clm, At::Segment, message);
        } else {
            claim_checks::whole(&claim, clm, desk);
            let his = &self.his[..self.his_of_claim];
            claim_checks::diagnoses(&claim, clm, his.first().map_or(clm, Kept::source), desk);
            diagnosis_checks::existence(&claim, his, desk);
            let said = self.kind_of_st03.or(self.kind_of_gs08);
            if desk.repeats.claim(&claim) {
                claim_checks::repeated(clm, desk);
            }
            claim_checks::kinds(said, self.kind_of_lines, self.service.source(), desk);
        }
        self.party = Party::None;
        claim.warnings = desk.findings.end_claim();
        desk.tally.add_claim(&claim);
        desk.ready.push_back(Item::Claim(claim));
    }

    fn diagnoses(&mut self, hi: &Segment<'_>, desk: &mut Desk) {
        if self.part != Part::Claim || self.claim.is_none() {
            desk.misplaced(hi, "the head of a claim");
        }
        let Some(claim) = &mut self.claim else { return };
        self.his_of_claim += 1;
        if self.his.len() < self.his_of_claim {
            self.his.push(Kept::default());
        }
        self.his[self.his_of_claim - 1].keep(hi);
        for n in 1..=hi.count() {
            let mut components = hi.components(n);
            let (Some(qualifier), Some(code)) = (components.next(), components.next()) else {
                if hi.has(n) {
                    desk.value(Rule::DiagnosisQualifier, hi, At::Element(n), "is not a qualifier and a code");
                }
                continue;
            };
            let role = match qualifier {
                b"ABK" | b"BK" => DiagnosisRole::Principal,
                b"ABF" | b"BF" => DiagnosisRole::Other,
                b"ABJ" | b"BJ" => DiagnosisRole::Admitting,
                b"APR" | b"PR" => DiagnosisRole::ReasonForVisit,
                b"ABN" | b"BN" => DiagnosisRole::ExternalCause,
                // Procedures, occurrences, conditions, values and groups: no diagnoses.
                b"BBR" | b"BR" | b"BBQ" | b"BQ" | b"BP" | b"BO" | b"BH" | b"BI" | b"BE" | b"BG" | b"DR"
                | b"TC" | b"CAH" => continue,
                _ => {
                    let at = At::Component(n, 1);
                    desk.value(Rule::DiagnosisQualifier, hi, at, "is not a qualifier of HI");
                    continue;
                }
            };
            let Some(mut code) = upper(code) else {
                desk.missing(hi, At::Component(n, 2), "the diagnosis code");
                continue;
            };
            if code.contains('.') {
                desk.value(
                    Rule::DiagnosisFormat,
                    hi,
                    At::Component(n, 2),
                    "has a point, which X12 leaves out",
                );
                code.retain(|c| c != '.');
            }
            let present_on_admission = components.nth(6).and_then(filled);
            let diagnosis = Diagnosis { role, qualifier: text(qualifier), code, present_on_admission };
            claim_checks::diagnosis(&diagnosis, claim, hi, n, desk);
            claim.diagnoses.push(diagnosis);
        }
    }

    fn date(&mut self, dtp: &Segment<'_>, desk: &mut Desk) {
        if self.in_line() {
            return self.date_of_line(dtp, desk);
        }
        let Some(claim) = self.claim.as_mut().filter(|_| self.part == Part::Claim) else { return };
        // Hours are no dates.
        if dtp.element(2) == b"TM" {
            return;
        }
        let qualifier = dtp.element(1);
        if !matches!(qualifier, b"434" | b"435" | b"096" | b"431" | b"472") {
            return;
        }
        if self.is_strict {
            claim_checks::date_format(dtp, desk);
        }
        let Some((first, last)) = desk.dates(dtp, 3) else { return };
        match qualifier {
            b"434" => (claim.statement_from, claim.statement_to) = (Some(first), Some(last)),
            b"435" => claim.admission_date = Some(first),
            b"096" => claim.discharge_date = Some(first),
            b"431" => claim.onset_date = Some(first),
            _ => {
                self.service_dates = Some((first, last));
                claim_checks::service_date(first, last, claim, dtp, desk);
            }
        }
        claim_checks::stay(claim, dtp, desk);
    }

    fn adjustment(&mut self, cas: &Segment<'_>, desk: &mut Desk) {
        let Some(claim) = &mut self.claim else { return desk.misplaced(cas, "a claim") };
        let adjustments = match self.part {
            Part::OtherPayer => claim.other_payers.last_mut().map(|other| &mut other.adjustments),
            Part::Line | Part::Adjudication => {
                claim.lines.last_mut().map(|line| &mut line.other_payer_adjustments)
            }
            Part::Claim | Part::BareLine => None,
        };
        match adjustments {
            Some(adjustments) => adjustments::read(cas, adjustments, desk),
            None => desk.misplaced(cas, "another payer (SBR or SVD)"),
        }
    }

    fn amount(&mut self, amt: &Segment<'_>, desk: &mut Desk) {
        let Some(claim) = self.claim.as_mut().filter(|_| self.part == Part::OtherPayer) else { return };
        if let (b"D", Some(other)) = (amt.element(1), claim.other_payers.last_mut()) {
            other.paid = Some(desk.amount(amt, 2, true));
        }
    }

    /// Whether a line is being read.
    pub(super) fn in_line(&self) -> bool {
        self.claim.is_some() && matches!(self.part, Part::BareLine | Part::Line | Part::Adjudication)
    }
}
