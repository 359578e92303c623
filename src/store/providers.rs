//! Providers: who treated or billed, found by NPI, else by tax id and name.

use super::sql::{Connection, Transaction};
use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::model::Text;
use crate::model::ids::ProviderId;
use crate::model::lists::Page;
use crate::model::party::ProviderName;

use super::columns::{Cells, moment, some};
use super::error::StoreError;
use super::spellings::Named;
use super::sql::query::queries;
use super::{keys, spellings};

queries! {
    "providers":
    BY_NPI = "SELECT id FROM providers WHERE npi = ?1";
    WITHOUT_NPI = "SELECT id FROM providers WHERE name_key = ?1 AND tax_id IS ?2 AND npi IS NULL ORDER BY id LIMIT 1";
    BY_NAME = "SELECT id FROM providers WHERE name_key = ?1 AND tax_id IS ?2 ORDER BY id LIMIT 1";
    CREATE = "INSERT INTO providers
             (npi, tax_id, name, first_name, name_key, is_person, taxonomy, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
    FILL_IN = "UPDATE providers
         SET npi = ifnull(npi, ?2), tax_id = ifnull(tax_id, ?3), taxonomy = ifnull(taxonomy, ?4), updated_at = ?5
         WHERE id = ?1 AND ((npi IS NULL AND ?2 IS NOT NULL) OR (tax_id IS NULL AND ?3 IS NOT NULL)
                            OR (taxonomy IS NULL AND ?4 IS NOT NULL))";
    LOAD = "SELECT id, npi, tax_id, name, first_name, is_person, taxonomy, created_at, updated_at
             FROM providers WHERE id = ?1";
    LIST = "SELECT id, npi, tax_id, name, first_name, is_person, taxonomy, created_at, updated_at
             FROM providers WHERE id < ?3 ORDER BY id DESC LIMIT ?2 OFFSET ?1";
    COUNT = "SELECT count(*) FROM providers",
        because "a row for each provider";
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// Its row.
    pub id: ProviderId,
    /// The NPI as sent; its check digit may be wrong.
    pub npi: Option<Text>,
    /// The tax id.
    pub tax_id: Option<Text>,
    /// Last name, or the organisation's name.
    pub name: Option<Text>,
    /// First name of a person.
    pub first_name: Option<Text>,
    /// Whether it is a person.
    pub is_person: bool,
    /// The taxonomy code.
    pub taxonomy: Option<Text>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When something of it was last learned.
    pub updated_at: Timestamp,
}

/// The provider that a file names, or a new one. `None` when the file says nothing that could tell it from another.
///
/// What an earlier file left out (NPI, tax id, taxonomy) is filled in, which changes it.
///
/// # Errors
/// When the database refuses.
pub fn find_or_create(
    tx: &Transaction<'_>,
    name: &ProviderName,
    now: Timestamp,
) -> Result<Option<Named<ProviderId>>, StoreError> {
    if name.is_unknown() {
        return Ok(None);
    }
    let (spelling, known) = spellings::provider(tx, name)?;
    if let Some(id) = known {
        return Ok(Some(Named { id, is_changed: false }));
    }
    let (id, is_changed) = match find(tx, name)? {
        Some(provider) => (provider, fill_in(tx, provider, name, now)?),
        None => (create(tx, name, now)?, true),
    };
    spellings::set_provider(tx, (spelling, name), id)?;
    Ok(Some(Named { id, is_changed }))
}

/// By NPI where the file gives one (else a provider of the same tax id and name whose NPI is not known), without one by
/// tax id and name.
fn find(tx: &Transaction<'_>, name: &ProviderName) -> Result<Option<ProviderId>, StoreError> {
    let key = name_key(name);
    let tax_id = some(name.tax_id.as_ref());
    if let Some(npi) = some(name.npi.as_ref()) {
        let by_npi = BY_NPI.optional(tx, [npi], |row| row.get(0))?;
        if by_npi.is_some() {
            return Ok(by_npi);
        }
        return WITHOUT_NPI.optional(tx, params![key.as_str(), tax_id], |row| row.get(0));
    }
    BY_NAME.optional(tx, params![key.as_str(), tax_id], |row| row.get(0))
}

/// The name that is compared: of a person with the first name, of a provider without a name its other id.
fn name_key(name: &ProviderName) -> Text {
    let first = name.first_name.as_deref().unwrap_or_default();
    let whole = name.name.as_deref().or(name.other_id.as_deref()).unwrap_or_default();
    keys::name(&format!("{whole} {first}")).unwrap_or_default()
}

fn create(tx: &Transaction<'_>, name: &ProviderName, now: Timestamp) -> Result<ProviderId, StoreError> {
    let id = CREATE.insert(
        tx,
        params![
            some(name.npi.as_ref()),
            some(name.tax_id.as_ref()),
            some(name.name.as_ref().or(name.other_id.as_ref())),
            some(name.first_name.as_ref()),
            name_key(name).as_str(),
            name.is_person,
            some(name.taxonomy.as_ref()),
            moment(now),
        ],
    )?;
    Ok(ProviderId::new(id))
}

/// Adds what was not known; says whether there was any.
fn fill_in(
    tx: &Transaction<'_>,
    id: ProviderId,
    name: &ProviderName,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let filled = FILL_IN.execute(
        tx,
        params![
            id,
            some(name.npi.as_ref()),
            some(name.tax_id.as_ref()),
            some(name.taxonomy.as_ref()),
            moment(now),
        ],
    )?;
    Ok(filled > 0)
}

/// A provider.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: ProviderId) -> Result<Option<Provider>, StoreError> {
    LOAD.optional(connection, [id], provider)
}

/// Providers, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(connection: &Connection, page: &Page) -> Result<Vec<Provider>, StoreError> {
    LIST.rows(connection, super::page(page), provider)
}

/// How many providers there are.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    COUNT.count(connection, [])
}

fn provider(row: &Row<'_>) -> rusqlite::Result<Provider> {
    let mut cells = Cells::of(row);
    Ok(Provider {
        id: cells.take()?,
        npi: cells.some_text()?,
        tax_id: cells.some_text()?,
        name: cells.some_text()?,
        first_name: cells.some_text()?,
        is_person: cells.take()?,
        taxonomy: cells.some_text()?,
        created_at: cells.moment()?,
        updated_at: cells.moment()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, now, provider_name};
    use super::*;

    fn seen(tx: &Transaction<'_>, name: &ProviderName) -> ProviderId {
        find_or_create(tx, name, now()).unwrap().unwrap().id
    }

    #[test]
    fn one_npi_is_one_provider_whatever_its_name() {
        TestStore::new().write(|tx| {
            let first = seen(tx, &provider_name("Test Clinic", Some("1234567893"), None));
            let renamed = provider_name("Clinic, Test LLC", Some("1234567893"), Some("98-7654321"));
            assert_eq!(seen(tx, &renamed), first);
            assert_ne!(seen(tx, &provider_name("Test Clinic", Some("1245319599"), None)), first);
            let provider = load(tx, first)?.unwrap();
            assert_eq!(provider.name.as_deref(), Some("Test Clinic"));
            assert_eq!(provider.tax_id.as_deref(), Some("98-7654321"));
            assert_eq!(count(tx)?, 2);
            Ok(())
        });
    }

    #[test]
    fn without_an_npi_tax_id_and_name_tell_providers_apart() {
        TestStore::new().write(|tx| {
            let first = seen(tx, &provider_name("Test Clinic", None, Some("111111111")));
            assert_eq!(seen(tx, &provider_name("TEST CLINIC INC", None, Some("111111111"))), first);
            assert_ne!(seen(tx, &provider_name("Test Clinic", None, Some("222222222"))), first);
            assert_ne!(seen(tx, &provider_name("Other Clinic", None, Some("111111111"))), first);
            Ok(())
        });
    }

    #[test]
    fn an_npi_learned_later_belongs_to_the_provider_known_by_tax_id_and_name() {
        TestStore::new().write(|tx| {
            let first = seen(tx, &provider_name("Test Clinic", None, Some("111111111")));
            let with_npi = provider_name("Test Clinic", Some("1234567893"), Some("111111111"));
            let learned = find_or_create(tx, &with_npi, now())?;
            assert_eq!(learned, Some(Named { id: first, is_changed: true }));
            let again = find_or_create(tx, &with_npi, now())?;
            assert_eq!(again, Some(Named { id: first, is_changed: false }));
            assert_eq!(load(tx, first)?.unwrap().npi.as_deref(), Some("1234567893"));
            Ok(())
        });
    }

    #[test]
    fn persons_of_one_last_name_are_told_apart_by_the_first() {
        TestStore::new().write(|tx| {
            let named = |first: &str| ProviderName {
                is_person: true,
                first_name: Some(first.into()),
                ..provider_name("Tester", None, None)
            };
            assert_ne!(seen(tx, &named("Ann")), seen(tx, &named("Bob")));
            let listed: Vec<_> = list(tx, &Page { after: None, skip: 0, limit: 1 })?
                .into_iter()
                .map(|provider| provider.first_name)
                .collect();
            assert_eq!(listed, [Some("Bob".into())]);
            Ok(())
        });
    }

    #[test]
    fn a_file_that_names_nobody_makes_no_provider() {
        TestStore::new().write(|tx| {
            assert_eq!(find_or_create(tx, &ProviderName::default(), now())?, None);
            assert_eq!(count(tx)?, 0);
            Ok(())
        });
    }
}
