//! NM1, N1 and what follows them: payers, providers and persons as a file names them.

use crate::model::npi::{Npi, NpiError};
use crate::model::party::{PayerAlias, PayerName, Person, ProviderName};
use crate::x12::segment::Segment;

use super::desk::Desk;
use super::elements::{self, filled};
use super::findings::At;
use super::rules::Rule;

/// Reads a provider's NM1 into `provider`, keeping what other segments said of it before.
pub(super) fn provider(segment: &Segment<'_>, provider: &mut ProviderName, desk: &mut Desk) {
    provider.is_person = segment.element(2) == b"1";
    provider.name = filled(segment.element(3));
    provider.first_name = filled(segment.element(4));
    identify(segment, 8, provider, desk);
}

/// Checks the NPI of somebody who is not kept.
pub(super) fn other(segment: &Segment<'_>, desk: &mut Desk) {
    if segment.element(8) == b"XX" && segment.has(9) {
        check_npi(segment, 9, desk);
    }
}

/// Reads a provider's N1 (an 835's payee).
pub(super) fn payee(segment: &Segment<'_>, desk: &mut Desk) -> ProviderName {
    let mut provider = ProviderName { name: filled(segment.element(2)), ..ProviderName::default() };
    identify(segment, 3, &mut provider, desk);
    provider
}

/// Reads the id whose qualifier is the `n`th element.
fn identify(segment: &Segment<'_>, n: usize, provider: &mut ProviderName, desk: &mut Desk) {
    let Some(id) = filled(segment.element(n + 1)) else { return };
    match segment.element(n) {
        b"XX" => {
            check_npi(segment, n + 1, desk);
            provider.npi = Some(id);
        }
        // 24 and 34 are how 004010 wrote EIN and SSN.
        b"24" | b"34" | b"FI" => provider.tax_id = Some(id),
        _ => provider.other_id = Some(id),
    }
}

fn check_npi(segment: &Segment<'_>, n: usize, desk: &mut Desk) {
    let element = segment.element(n);
    match Npi::parse(str::from_utf8(element).unwrap_or_default()) {
        Ok(_) => {}
        Err(NpiError::NotTenDigits) => {
            desk.value(Rule::NpiFormat, segment, At::Element(n), "is no NPI, which has ten digits");
        }
        Err(NpiError::CheckDigit { expected }) => {
            let says = format!("is no NPI: its last digit would be {expected}");
            desk.value(Rule::NpiCheckDigit, segment, At::Element(n), &says);
        }
    }
}

/// Reads a further id of a provider (REF).
pub(super) fn provider_reference(segment: &Segment<'_>, provider: &mut ProviderName) {
    let Some(id) = filled(segment.element(2)) else { return };
    match segment.element(1) {
        b"EI" | b"SY" | b"TJ" => provider.tax_id = Some(id),
        _ if provider.other_id.is_none() => provider.other_id = Some(id),
        _ => {}
    }
}

/// Reads a person's NM1, keeping what a DMG said of it before.
pub(super) fn person(segment: &Segment<'_>, person: &mut Person) {
    person.last_name = filled(segment.element(3));
    person.first_name = filled(segment.element(4));
    person.member_id = filled(segment.element(9));
}

/// Reads a person's birth date and sex (DMG).
pub(super) fn demographics(segment: &Segment<'_>, person: &mut Person, desk: &mut Desk) {
    person.birth_date = desk.date(segment, 2);
    if let Some(birth) = person.birth_date.filter(|birth| *birth > desk.settings.today) {
        desk.here(Rule::BirthDateImpossible, segment, At::Element(2), || {
            format!("born on {birth}, in the future")
        });
    }
    person.sex = elements::upper(segment.element(3));
    if !matches!(person.sex.as_deref(), None | Some("F" | "M" | "U")) {
        desk.value(Rule::SexCode, segment, At::Element(3), "is not F, M or U");
    }
}

/// Reads a payer's NM1.
pub(super) fn payer(segment: &Segment<'_>) -> PayerName {
    let mut payer = PayerName { name: filled(segment.element(3)), ids: Vec::new() };
    add_id(&mut payer, segment.element(8), segment.element(9));
    payer
}

/// Reads a further id of a payer (REF), if its qualifier is one that names payers.
pub(super) fn payer_reference(segment: &Segment<'_>, payer: &mut PayerName) {
    let qualifier = segment.element(1);
    if matches!(qualifier, b"2U" | b"NF" | b"EO" | b"FY" | b"HI" | b"EI" | b"TJ") {
        add_id(payer, qualifier, segment.element(2));
    }
}

/// Adds an id of a payer unless it is empty or there already.
pub(super) fn add_id(payer: &mut PayerName, qualifier: &[u8], id: &[u8]) {
    if id.is_empty() {
        return;
    }
    let alias = PayerAlias { qualifier: elements::text(qualifier), id: elements::text(id) };
    if !payer.ids.contains(&alias) {
        payer.ids.push(alias);
    }
}
