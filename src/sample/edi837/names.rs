//! Writes who is named in a claim: providers, persons, payers, and their addresses.

use std::io::{self, Write};

use crate::model::party::{PayerName, Person, ProviderName};
use crate::sample::values::{day, or_empty};

use super::ClaimWriter;

/// Where everybody lives: the guides want an address, and a synthetic file has none to give.
const STREET: &str = "1 SAMPLE STREET";
const TOWN: [&str; 3] = ["SAMPLETOWN", "NE", "000010001"];

impl<W: Write> ClaimWriter<'_, W> {
    pub(super) fn provider(
        &mut self,
        role: &str,
        specialty: &str,
        provider: &ProviderName,
    ) -> io::Result<()> {
        self.provider_name(role, provider)?;
        if let Some(taxonomy) = &provider.taxonomy {
            self.out.segment("PRV", &[specialty, "PXC", taxonomy])?;
        }
        if role == "77" {
            self.address()?;
        }
        self.provider_references(provider)
    }

    pub(super) fn provider_name(&mut self, role: &str, provider: &ProviderName) -> io::Result<()> {
        let entity = if provider.is_person { "1" } else { "2" };
        let (qualifier, id) = match (&provider.npi, &provider.other_id) {
            (Some(npi), _) => ("XX", npi.as_str()),
            (None, Some(other)) => ("SV", other.as_str()),
            (None, None) => ("", ""),
        };
        let (name, first) = (or_empty(provider.name.as_ref()), or_empty(provider.first_name.as_ref()));
        self.out.segment("NM1", &[role, entity, name, first, "", "", "", qualifier, id])
    }

    pub(super) fn provider_references(&mut self, provider: &ProviderName) -> io::Result<()> {
        if let Some(tax_id) = &provider.tax_id {
            self.out.segment("REF", &["EI", tax_id])?;
        }
        if let (Some(_), Some(other)) = (&provider.npi, &provider.other_id) {
            self.out.segment("REF", &["G2", other])?;
        }
        Ok(())
    }

    pub(super) fn address(&mut self) -> io::Result<()> {
        self.out.segment("N3", &[STREET])?;
        self.out.segment("N4", &TOWN)
    }

    pub(super) fn person(&mut self, role: &str, person: &Person) -> io::Result<()> {
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

    pub(super) fn person_name(&mut self, role: &str, person: &Person) -> io::Result<()> {
        let member = or_empty(person.member_id.as_ref());
        let qualifier = if member.is_empty() { "" } else { "MI" };
        let (last, first) = (or_empty(person.last_name.as_ref()), or_empty(person.first_name.as_ref()));
        self.out.segment("NM1", &[role, "1", last, first, "", "", "", qualifier, member])
    }

    pub(super) fn payer(&mut self, payer: &PayerName) -> io::Result<()> {
        let id = payer.ids.first().filter(|id| is_name_qualifier(&id.qualifier));
        let (qualifier, id) = id.map_or(("", ""), |id| (&id.qualifier, &id.id));
        let name = or_empty(payer.name.as_ref());
        self.out.segment("NM1", &["PR", "2", name, "", "", "", "", qualifier, id])
    }
}

/// The qualifiers under which NM109 names a payer.
pub(super) fn is_name_qualifier(qualifier: &str) -> bool {
    matches!(qualifier, "PI" | "XV")
}
