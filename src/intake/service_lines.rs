//! Reads the service lines of a claim: LX, the service itself, and what follows it.

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::codes;
use crate::model::party::ProviderName;
use crate::x12::segment::{Segment, id};

use super::claim_names::Party;
use super::claims::{Claims, Part};
use super::desk::{Desk, shown};
use super::elements::{filled, upper};
use super::findings::At;
use super::rules::Rule;
use super::{claim_checks, names};

impl Claims {
    /// LX: begins a line.
    pub(super) fn line(&mut self, lx: &Segment<'_>, desk: &mut Desk) {
        let Some(claim) = self.begin_line(lx, desk) else { return desk.misplaced(lx, "a claim") };
        let Some(line) = claim.lines.last_mut() else { return };
        let number = str::from_utf8(lx.element(1)).ok().and_then(|number| number.parse().ok());
        if number != Some(line.line_number) {
            let (place, found) = (line.line_number, shown(lx.element(1)));
            let message = || format!("line {place} of the claim is numbered {found}");
            desk.here(Rule::LineNumber, lx, At::Element(1), message);
        }
        line.line_number = number.unwrap_or(line.line_number);
    }

    /// Adds a line, numbered by its place, that begins with `segment`; `None` where there is no claim.
    fn begin_line(&mut self, segment: &Segment<'_>, desk: &mut Desk) -> Option<&mut Claim> {
        self.end_line(false, desk);
        let claim = self.claim.as_mut()?;
        let line_number = u32::try_from(claim.lines.len() + 1).unwrap_or(u32::MAX);
        let (byte, segment) = (segment.place().byte, segment.place().segment);
        claim.lines.push(ClaimLine { line_number, byte, segment, ..ClaimLine::default() });
        self.part = Part::BareLine;
        self.party = Party::None;
        Some(claim)
    }

    /// SV1, SV2 or SV3: what was done.
    pub(super) fn service(&mut self, sv: &Segment<'_>, desk: &mut Desk) {
        if !self.in_line() || self.part != Part::BareLine {
            desk.misplaced(sv, "a line of its own (LX)");
            self.begin_line(sv, desk);
        }
        let Some(claim) = &mut self.claim else { return };
        self.part = Part::Line;
        self.party = Party::None;
        self.service.keep(sv);
        let kind = match sv.id() {
            id::SV1 => ClaimKind::Professional,
            id::SV2 => ClaimKind::Institutional,
            _ => ClaimKind::Dental,
        };
        self.kind_of_lines.get_or_insert(kind);
        self.line_dated = false;
        let strict = self.is_strict;
        let diagnoses = claim.pointed_diagnoses().count();
        let Some(line) = claim.lines.last_mut() else { return };
        match kind {
            ClaimKind::Professional => professional(sv, line, diagnoses, strict, desk),
            ClaimKind::Institutional => institutional(sv, line, strict, desk),
            ClaimKind::Dental => dental(sv, line, desk),
        }
        if strict {
            qualifier(sv, kind, desk);
        }
        claim_checks::charge(line.charge, sv, if kind == ClaimKind::Institutional { 3 } else { 2 }, desk);
    }

    /// Ends the line that is open, if any; one without a service is left out.
    pub(super) fn end_line(&mut self, cut: bool, desk: &mut Desk) {
        let Some(claim) = &mut self.claim else { return };
        match self.part {
            Part::BareLine => {
                if let Some(line) = claim.lines.pop().filter(|_| !cut) {
                    claim_checks::line_without_service(&line, desk);
                }
            }
            Part::Line | Part::Adjudication => {
                let needs_date = self.kind_of_lines != Some(ClaimKind::Institutional);
                if needs_date && !cut && !self.line_dated && self.service_dates.is_none() {
                    claim_checks::undated_line(self.service.source(), desk);
                }
            }
            Part::Claim | Part::OtherPayer => return,
        }
        self.part = Part::Claim;
        self.party = Party::None;
    }

    pub(super) fn name_of_line(&mut self, nm1: &Segment<'_>, desk: &mut Desk) -> Party {
        let line = self.claim.as_mut().and_then(|claim| claim.lines.last_mut());
        if let (b"82", Some(line)) = (nm1.element(1), line) {
            names::provider(nm1, line.rendering_provider.insert(ProviderName::default()), desk);
            return Party::LineRendering;
        }
        names::other(nm1, desk);
        Party::Other
    }

    pub(super) fn reference_of_line(&mut self, segment: &Segment<'_>) {
        let Some(line) = self.claim.as_mut().and_then(|claim| claim.lines.last_mut()) else { return };
        let value = || filled(segment.element(2));
        match segment.element(1) {
            b"6R" => line.control_number = value(),
            b"G1" if self.part != Part::Adjudication => line.prior_authorization = value(),
            _ => {
                if let (Party::LineRendering, Some(provider)) = (self.party, &mut line.rendering_provider) {
                    names::provider_reference(segment, provider);
                }
            }
        }
    }

    pub(super) fn date_of_line(&mut self, dtp: &Segment<'_>, desk: &mut Desk) {
        if dtp.element(1) != b"472" {
            return;
        }
        self.line_dated = dtp.has(3);
        if self.is_strict {
            claim_checks::date_format(dtp, desk);
        }
        let Some((first, last)) = desk.dates(dtp, 3) else { return };
        let Some(claim) = &mut self.claim else { return };
        claim_checks::service_date(first, last, claim, dtp, desk);
        if let Some(line) = claim.lines.last_mut() {
            (line.service_date, line.service_date_to) = (Some(first), Some(last));
        }
    }
}

fn professional(sv1: &Segment<'_>, line: &mut ClaimLine, diagnoses: usize, strict: bool, desk: &mut Desk) {
    procedure(sv1, 1, line, desk);
    line.charge = desk.amount(sv1, 2, true);
    line.unit = filled(sv1.element(3));
    line.quantity = desk.quantity(sv1, 4);
    place_of_service(sv1, 5, line, desk);
    if strict {
        let allowed = matches!(sv1.element(3), b"UN" | b"MJ");
        units(sv1, 3, allowed, "UN, MJ", desk);
    }
    for (n, pointer) in (1..).zip(sv1.components(7)) {
        let number = str::from_utf8(pointer).ok().and_then(|pointer| pointer.parse::<u8>().ok());
        line.diagnosis_pointers.extend(number);
        let points = number.is_some_and(|number| (1..=diagnoses).contains(&usize::from(number)));
        if !points && diagnoses > 0 {
            let message = || format!("points to diagnosis {} of {diagnoses}", shown(pointer));
            desk.here(Rule::PointerToNothing, sv1, At::Component(7, n), message);
        }
    }
    if strict && line.diagnosis_pointers.is_empty() && diagnoses > 0 && !sv1.has(7) {
        let message = || "the line points to none of the claim's diagnoses".to_owned();
        desk.here(Rule::PointerMissing, sv1, At::Element(7), message);
    }
}

fn institutional(sv2: &Segment<'_>, line: &mut ClaimLine, strict: bool, desk: &mut Desk) {
    line.revenue_code = filled(sv2.element(1));
    if line.revenue_code.is_none() {
        let message = || "the line has no revenue code".to_owned();
        desk.here(Rule::ProcedureMissing, sv2, At::Element(1), message);
    }
    if sv2.has(2) {
        procedure(sv2, 2, line, desk);
    }
    line.charge = desk.amount(sv2, 3, true);
    line.unit = filled(sv2.element(4));
    line.quantity = desk.quantity(sv2, 5);
    if strict {
        let allowed = matches!(sv2.element(4), b"DA" | b"UN");
        units(sv2, 4, allowed, "DA, UN", desk);
    }
}

fn dental(sv3: &Segment<'_>, line: &mut ClaimLine, desk: &mut Desk) {
    procedure(sv3, 1, line, desk);
    line.charge = desk.amount(sv3, 2, true);
    place_of_service(sv3, 3, line, desk);
    line.quantity = desk.quantity(sv3, 6);
}

/// Checks which code list a line says that its procedure is of.
fn qualifier(sv: &Segment<'_>, kind: ClaimKind, desk: &mut Desk) {
    let (n, allowed, says) = match kind {
        ClaimKind::Professional => {
            (1, &[&b"HC"[..], b"ER", b"IV", b"WK"][..], "is not one of HC, ER, IV, WK")
        }
        ClaimKind::Institutional => {
            (2, &[&b"HC"[..], b"ER", b"HP", b"IV", b"WK"][..], "is not one of HC, ER, HP, IV, WK")
        }
        ClaimKind::Dental => (1, &[&b"AD"[..]][..], "is not AD"),
    };
    let code = sv.component(n, 1);
    if !code.is_empty() && !allowed.contains(&code) {
        desk.value(Rule::CodeNotAllowed, sv, At::Component(n, 1), says);
    }
}

/// Checks that a line has a unit, the `n`th element, and a quantity behind it.
fn units(sv: &Segment<'_>, n: usize, allowed: bool, codes: &str, desk: &mut Desk) {
    desk.required(sv, n, "the unit of the quantity");
    desk.required(sv, n + 1, "the quantity");
    desk.code(sv, n, allowed, codes);
}

fn procedure(sv: &Segment<'_>, n: usize, line: &mut ClaimLine, desk: &mut Desk) {
    let mut components = sv.components(n);
    line.procedure_qualifier = components.next().and_then(filled);
    line.procedure_code = components.next().and_then(upper);
    let qualifier = line.procedure_qualifier.as_deref().unwrap_or_default();
    match &line.procedure_code {
        None => {
            let message = || "the line has no procedure code".to_owned();
            desk.here(Rule::ProcedureMissing, sv, At::Component(n, 2), message);
        }
        Some(code) if !codes::has_procedure_shape(qualifier, code) => {
            desk.value(
                Rule::ProcedureFormat,
                sv,
                At::Component(n, 2),
                "has not the shape of a procedure code",
            );
        }
        Some(_) => {}
    }
    for (component, modifier) in (3..).zip(components.take(4)) {
        let Some(modifier) = upper(modifier) else { continue };
        if !codes::has_modifier_shape(&modifier) {
            let says = "is no modifier, which has two characters";
            desk.value(Rule::ModifierFormat, sv, At::Component(n, component), says);
        }
        line.modifiers.push(modifier);
    }
}

fn place_of_service(sv: &Segment<'_>, n: usize, line: &mut ClaimLine, desk: &mut Desk) {
    line.place_of_service = filled(sv.element(n));
    if sv.has(n) && !codes::is_place_of_service(sv.element(n)) {
        desk.value(Rule::PlaceOfService, sv, At::Element(n), "is not a place-of-service code");
    }
}
