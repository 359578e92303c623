//! Each way in which files name a payer or provider, kept once: claims and answers point to it and read it back exactly.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Row, params};

use crate::model::ids::{PayerId, ProviderId};
use crate::model::party::{PayerName, ProviderName};

use super::columns::{Cells, some};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "spellings":
    PAYER = "SELECT id, payer_id FROM payer_spellings WHERE ids = ?1 AND ifnull(name, '') = ifnull(?2, '')";
    ADD_PAYER = "INSERT INTO payer_spellings (name, ids) VALUES (?1, ?2)";
    SET_PAYER = "UPDATE payer_spellings SET payer_id = ?2 WHERE id = ?1";
    PAYER_BY_ID = "SELECT name, ids FROM payer_spellings WHERE id = ?1";
    PROVIDER = "SELECT id, provider_id FROM provider_spellings
             WHERE ifnull(npi, '') = ifnull(?1, '') AND ifnull(name, '') = ifnull(?2, '')
               AND ifnull(first_name, '') = ifnull(?3, '') AND ifnull(tax_id, '') = ifnull(?4, '')
               AND ifnull(taxonomy, '') = ifnull(?5, '') AND ifnull(other_id, '') = ifnull(?6, '')
               AND is_person = ?7";
    ADD_PROVIDER = "INSERT INTO provider_spellings (npi, name, first_name, tax_id, taxonomy, other_id, is_person)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    SET_PROVIDER = "UPDATE provider_spellings SET provider_id = ?2 WHERE id = ?1";
    PROVIDER_BY_ID = "SELECT is_person, name, first_name, npi, tax_id, taxonomy, other_id
             FROM provider_spellings WHERE id = ?1";
}

/// Whom a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<Id> {
    /// The row.
    pub id: Id,
    /// Whether the file said something about it that was not known: the row is new, or more is in it now.
    pub is_changed: bool,
}

/// Spellings that a transaction has looked up, with their rows and whom they are known to mean: a file names the same few
/// again and again.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    payers: RefCell<HashMap<PayerName, (i64, Option<PayerId>)>>,
    providers: RefCell<HashMap<ProviderName, (i64, Option<ProviderId>)>>,
}

impl Spelled {
    /// To be called when payers' spellings mean others than before.
    pub(super) fn forget_payers(&self) {
        self.payers.borrow_mut().clear();
    }
}

/// The row of this spelling of a payer and the payer it is known to mean.
pub(super) fn payer(tx: &Transaction<'_>, name: &PayerName) -> Result<(i64, Option<PayerId>), StoreError> {
    if let Some(known) = tx.spelled.payers.borrow().get(name) {
        return Ok(*known);
    }
    let ids = serde_json::to_string(&name.ids)?;
    let spelled = some(name.name.as_ref());
    let known = PAYER.optional(tx, params![ids, spelled], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = match known {
        Some(known) => known,
        None => (ADD_PAYER.insert(tx, params![spelled, ids])?, None),
    };
    tx.spelled.payers.borrow_mut().insert(name.clone(), known);
    Ok(known)
}

/// Remembers which payer a spelling means.
pub(super) fn set_payer(
    tx: &Transaction<'_>,
    (spelling, name): (i64, &PayerName),
    payer: PayerId,
) -> Result<(), StoreError> {
    SET_PAYER.execute(tx, params![spelling, payer])?;
    tx.spelled.payers.borrow_mut().insert(name.clone(), (spelling, Some(payer)));
    Ok(())
}

/// A payer as it was spelled.
pub(super) fn payer_by_id(connection: &Connection, spelling: i64) -> Result<PayerName, StoreError> {
    let (name, ids) = PAYER_BY_ID.row(connection, [spelling], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.some_text()?, cells.take::<String>()?))
    })?;
    Ok(PayerName { name, ids: serde_json::from_str(&ids)? })
}

/// The row of this spelling of a provider and the provider it is known to mean.
pub(super) fn provider(
    tx: &Transaction<'_>,
    name: &ProviderName,
) -> Result<(i64, Option<ProviderId>), StoreError> {
    if let Some(known) = tx.spelled.providers.borrow().get(name) {
        return Ok(*known);
    }
    let values = params![
        some(name.npi.as_ref()),
        some(name.name.as_ref()),
        some(name.first_name.as_ref()),
        some(name.tax_id.as_ref()),
        some(name.taxonomy.as_ref()),
        some(name.other_id.as_ref()),
        name.is_person,
    ];
    let known = PROVIDER.optional(tx, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = match known {
        Some(known) => known,
        None => (ADD_PROVIDER.insert(tx, values)?, None),
    };
    tx.spelled.providers.borrow_mut().insert(name.clone(), known);
    Ok(known)
}

/// The row of a spelling that may be missing.
pub(super) fn some_provider(
    tx: &Transaction<'_>,
    name: Option<&ProviderName>,
) -> Result<Option<i64>, StoreError> {
    name.map(|name| Ok(provider(tx, name)?.0)).transpose()
}

/// Remembers which provider a spelling means.
pub(super) fn set_provider(
    tx: &Transaction<'_>,
    (spelling, name): (i64, &ProviderName),
    provider: ProviderId,
) -> Result<(), StoreError> {
    SET_PROVIDER.execute(tx, params![spelling, provider])?;
    tx.spelled.providers.borrow_mut().insert(name.clone(), (spelling, Some(provider)));
    Ok(())
}

/// A provider as it was spelled.
pub(super) fn provider_by_id(connection: &Connection, spelling: i64) -> Result<ProviderName, StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok(ProviderName {
            is_person: cells.take()?,
            name: cells.some_text()?,
            first_name: cells.some_text()?,
            npi: cells.some_text()?,
            tax_id: cells.some_text()?,
            taxonomy: cells.some_text()?,
            other_id: cells.some_text()?,
        })
    };
    PROVIDER_BY_ID.row(connection, [spelling], read)
}

/// A provider as it was spelled, where one was named.
pub(super) fn some_provider_by_id(
    connection: &Connection,
    spelling: Option<i64>,
) -> Result<Option<ProviderName>, StoreError> {
    spelling.map(|spelling| provider_by_id(connection, spelling)).transpose()
}
