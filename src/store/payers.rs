//! Payers: one row each, whatever files call them, with every id and name by which they are known.

use super::sql::{Connection, Transaction};
use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::model::Text;
use crate::model::ids::PayerId;
use crate::model::lists::Page;
use crate::model::party::{PayerAlias, PayerName};
use crate::model::rules::PayerRules;

use super::columns::{Cells, moment};
use super::error::StoreError;
use super::score_renewals::{self, Scope};
use super::spellings::Named;
use super::sql::query::queries;
use super::{keys, models, spellings};

queries! {
    "payers":
    BY_ALIAS = "SELECT payer_id FROM payer_aliases WHERE kind = ?1 AND value_key = ?2";
    CREATE = "INSERT INTO payers (name, created_at, updated_at) VALUES (?1, ?2, ?2)";
    ADD_ALIAS = "INSERT INTO payer_aliases (payer_id, kind, qualifier, value_key, value, source, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (kind, value_key) DO NOTHING";
    TOUCH = "UPDATE payers SET updated_at = ?2 WHERE id = ?1";
    LOAD = "SELECT name, rules, created_at, updated_at FROM payers WHERE id = ?1";
    ALIASES = "SELECT kind, qualifier, value, source FROM payer_aliases WHERE payer_id = ?1 ORDER BY id";
    LIST = "SELECT id, name, created_at, updated_at FROM payers WHERE id < ?3 ORDER BY id DESC LIMIT ?2 OFFSET ?1";
    COUNT = "SELECT count(*) FROM payers",
        because "a row for each payer";
    SET_RULES = "UPDATE payers SET rules = ?2, updated_at = ?3 WHERE id = ?1";
    IS_NAMED_BY_CLAIMS = "SELECT 1 FROM claims WHERE payer_id = ?1 LIMIT 1";
    MOVE_ALIASES = "UPDATE payer_aliases SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_SPELLINGS = "UPDATE payer_spellings SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_CLAIMS = "UPDATE claims SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_PAYMENTS = "UPDATE payments SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_REMITTANCES = "UPDATE remittances SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_PATTERNS = "UPDATE denial_patterns SET payer_id = ?2 WHERE payer_id = ?1";
    MOVE_RULES = "UPDATE payers SET rules = (SELECT rules FROM payers WHERE id = ?1) WHERE id = ?2 AND rules = '{}'";
    MOVE_PLANNED_CLAIMS = "UPDATE claims SET plan_id = same.id
         FROM plans AS own JOIN plans AS same
             ON same.filing_indicator = own.filing_indicator AND same.group_number = own.group_number
         WHERE claims.plan_id = own.id AND own.payer_id = ?1 AND same.payer_id = ?2";
    MOVE_PLANS = "UPDATE OR IGNORE plans SET payer_id = ?2 WHERE payer_id = ?1";
    COUNT_BOTH = "SELECT count(*) FROM payers WHERE id IN (?1, ?2)";
    DELETE = "DELETE FROM payers WHERE id = ?1";
    DELETE_PLANS = "DELETE FROM plans WHERE payer_id = ?1";
}

/// Where an alias was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasSource {
    /// A claim file.
    Claim,
    /// A remittance file.
    Remittance,
    /// A person said so.
    Person,
}

impl AliasSource {
    const fn name(self) -> &'static str {
        match self {
            Self::Claim => "837",
            Self::Remittance => "835",
            Self::Person => "person",
        }
    }
}

/// A payer with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Payer {
    /// Its row.
    pub id: PayerId,
    /// The name under which it was first seen.
    pub name: Text,
    /// What it accepts, as the practice knows it.
    pub rules: PayerRules,
    /// Every id and name, oldest first.
    pub aliases: Vec<KnownAlias>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When its name, rules or aliases last changed.
    pub updated_at: Timestamp,
}

/// One id or name of a payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownAlias {
    /// `id`, `tax_id` or `name`.
    pub kind: Text,
    /// The qualifier under which the id was first seen.
    pub qualifier: Option<Text>,
    /// As first seen.
    pub value: Text,
    /// `837`, `835` or `person`.
    pub source: Text,
}

/// A payer in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerSummary {
    /// Its row.
    pub id: PayerId,
    /// Its name.
    pub name: Text,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The payer that a file names: by any of its ids in their order, then by its name, else a new one.
///
/// Ids and names that were not known yet become its aliases, which changes it. `None` when the file names nobody.
///
/// # Errors
/// When the database refuses.
pub fn find_or_create(
    tx: &Transaction<'_>,
    name: &PayerName,
    source: AliasSource,
    now: Timestamp,
) -> Result<Option<Named<PayerId>>, StoreError> {
    let (spelling, known) = spellings::payer(tx, name)?;
    if let Some(id) = known {
        return Ok(Some(Named { id, is_changed: false }));
    }
    let Some(shown) = name.name.as_ref().or(name.ids.first().map(|alias| &alias.id)) else {
        return Ok(None);
    };
    let found = find(tx, name)?;
    let mut is_changed = found.is_none();
    let id = match found {
        Some(payer) => payer,
        None => create(tx, shown, now)?,
    };
    for alias in &name.ids {
        is_changed |= add_id(tx, id, alias, source, now)?;
    }
    if let Some(name) = &name.name {
        is_changed |= add_name(tx, id, name, source, now)?;
    }
    spellings::set_payer(tx, (spelling, name), id)?;
    Ok(Some(Named { id, is_changed }))
}

/// The payer known by any of these ids, the first that is known, else by this name.
///
/// # Errors
/// When the database refuses.
pub fn find(connection: &Connection, name: &PayerName) -> Result<Option<PayerId>, StoreError> {
    for alias in &name.ids {
        if let Some((kind, key)) = id_key(alias)
            && let Some(payer) = by_alias(connection, kind, &key)?
        {
            return Ok(Some(payer));
        }
    }
    match name.name.as_deref().and_then(keys::name) {
        Some(key) => by_alias(connection, "name", &key),
        None => Ok(None),
    }
}

fn by_alias(connection: &Connection, kind: &str, key: &str) -> Result<Option<PayerId>, StoreError> {
    BY_ALIAS.optional(connection, [kind, key], |row| row.get(0))
}

/// Kind and key of an id: the numbers that clearing houses and payers give are one kind whatever their qualifier, tax
/// ids are another, which TRN03 and BPR10 write with a leading 1 (X12 835: originating company identifier).
fn id_key(alias: &PayerAlias) -> Option<(&'static str, Text)> {
    let key = keys::id(&alias.id)?;
    match &*alias.qualifier {
        "TRN03" | "BPR10" | "EI" | "FI" | "TJ" | "SY" => {
            let tax_id = key.strip_prefix('1').filter(|rest| rest.len() == 9).map(Text::from);
            Some(("tax_id", tax_id.unwrap_or(key)))
        }
        _ => Some(("id", key)),
    }
}

/// A payer that nobody has named before.
///
/// # Errors
/// When the database refuses.
pub fn create(tx: &Transaction<'_>, name: &str, now: Timestamp) -> Result<PayerId, StoreError> {
    let id = CREATE.insert(tx, params![name, moment(now)])?;
    Ok(PayerId::new(id))
}

/// Adds an id to a payer. `false` when it is known already, of this payer or another.
///
/// # Errors
/// When the database refuses.
pub fn add_id(
    tx: &Transaction<'_>,
    payer: PayerId,
    alias: &PayerAlias,
    source: AliasSource,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((kind, key)) = id_key(alias) else { return Ok(false) };
    let qualifier = Some(&*alias.qualifier).filter(|qualifier| !qualifier.is_empty());
    add_alias(tx, payer, (kind, qualifier, &key, &alias.id), source, now)
}

/// Adds a name to a payer. `false` when it is known already, of this payer or another.
///
/// # Errors
/// When the database refuses.
pub fn add_name(
    tx: &Transaction<'_>,
    payer: PayerId,
    name: &str,
    source: AliasSource,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(key) = keys::name(name) else { return Ok(false) };
    add_alias(tx, payer, ("name", None, &key, name), source, now)
}

fn add_alias(
    tx: &Transaction<'_>,
    payer: PayerId,
    (kind, qualifier, key, value): (&str, Option<&str>, &str, &str),
    source: AliasSource,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let added =
        ADD_ALIAS.execute(tx, params![payer, kind, qualifier, key, value, source.name(), moment(now)])?;
    if added > 0 {
        touch(tx, payer, now)?;
    }
    Ok(added > 0)
}

fn touch(tx: &Transaction<'_>, payer: PayerId, now: Timestamp) -> Result<(), StoreError> {
    TOUCH.execute(tx, params![payer, moment(now)])?;
    Ok(())
}

/// A payer with its rules and aliases.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: PayerId) -> Result<Option<Payer>, StoreError> {
    let found = LOAD.optional(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.text()?, cells.take::<String>()?, cells.moment()?, cells.moment()?))
    })?;
    let Some((name, rules, created_at, updated_at)) = found else { return Ok(None) };
    let aliases = aliases(connection, id)?;
    Ok(Some(Payer { id, name, rules: serde_json::from_str(&rules)?, aliases, created_at, updated_at }))
}

fn aliases(connection: &Connection, payer: PayerId) -> Result<Vec<KnownAlias>, StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok(KnownAlias {
            kind: cells.text()?,
            qualifier: cells.some_text()?,
            value: cells.text()?,
            source: cells.text()?,
        })
    };
    ALIASES.rows(connection, [payer], read)
}

/// Payers, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(connection: &Connection, page: &Page) -> Result<Vec<PayerSummary>, StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok(PayerSummary {
            id: cells.take()?,
            name: cells.text()?,
            created_at: cells.moment()?,
            updated_at: cells.moment()?,
        })
    };
    LIST.rows(connection, super::page(page), read)
}

/// How many payers there are.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    COUNT.count(connection, [])
}

/// Sets what a payer accepts. `false` when there is no such payer.
///
/// # Errors
/// When the database refuses.
pub fn set_rules(
    tx: &Transaction<'_>,
    id: PayerId,
    rules: &PayerRules,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = SET_RULES.execute(tx, params![id, serde_json::to_string(rules)?, moment(now)])?;
    Ok(changed > 0)
}

/// Whether any claim is sent to this payer.
///
/// # Errors
/// When the database refuses.
pub fn is_named_by_claims(connection: &Connection, id: PayerId) -> Result<bool, StoreError> {
    IS_NAMED_BY_CLAIMS.exists(connection, [id])
}

/// Makes two payers one: everything that names `from` names `into` from now on, and `from` is gone. Rules of `into` stand;
/// those of `from` come along where `into` has none. `false` when either does not exist or both are the same.
///
/// # Errors
/// When the database refuses.
pub fn merge(tx: &Transaction<'_>, from: PayerId, into: PayerId, now: Timestamp) -> Result<bool, StoreError> {
    let both = COUNT_BOTH.row(tx, [from, into], |row| row.get::<_, i64>(0))?;
    if both != 2 {
        return Ok(false);
    }
    move_plans(tx, from, into)?;
    let all = [
        &MOVE_ALIASES,
        &MOVE_SPELLINGS,
        &MOVE_CLAIMS,
        &MOVE_PAYMENTS,
        &MOVE_REMITTANCES,
        &MOVE_PATTERNS,
        &MOVE_RULES,
    ];
    for step in all {
        step.execute(tx, [from, into])?;
    }
    tx.spelled.forget_payers();
    DELETE.execute(tx, [from])?;
    touch(tx, into, now)?;
    // What was learned of the two is to be learned of the one.
    models::confirm(tx, 0)?;
    score_renewals::ask(tx, &Scope::Payer(into))?;
    Ok(true)
}

/// Moves a payer's plans to another; where that has the same plan, the claims under it move.
fn move_plans(tx: &Transaction<'_>, from: PayerId, into: PayerId) -> Result<(), StoreError> {
    MOVE_PLANNED_CLAIMS.execute(tx, [from, into])?;
    MOVE_PLANS.execute(tx, [from, into])?;
    DELETE_PLANS.execute(tx, [from])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{
        TestStore, import, now, payer_name, plain_claim, rich_payment, rich_remittance, store_claim,
        store_payment, store_remittance,
    };
    use super::super::{claims, remittances};
    use super::*;

    fn seen(tx: &Transaction<'_>, name: &PayerName) -> PayerId {
        find_or_create(tx, name, AliasSource::Claim, now()).unwrap().unwrap().id
    }

    #[test]
    fn ids_of_one_kind_meet_whatever_their_qualifier() {
        TestStore::new().write(|tx| {
            let first = seen(tx, &payer_name("Acme Health", &[("PI", "60-054")]));
            assert_eq!(seen(tx, &payer_name("Other Words", &[("XV", "60054")])), first);
            assert_ne!(seen(tx, &payer_name("Third", &[("TRN03", "60054")])), first);
            Ok(())
        });
    }

    #[test]
    fn a_tax_id_meets_itself_with_and_without_its_leading_one() {
        TestStore::new().write(|tx| {
            let first = seen(tx, &payer_name("Acme Health", &[("TRN03", "1123456789")]));
            assert_eq!(seen(tx, &payer_name("Other Words", &[("FI", "12-3456789")])), first);
            Ok(())
        });
    }

    #[test]
    fn the_payer_of_an_837_and_an_835_with_differing_ids_is_one_by_its_name() {
        TestStore::new().write(|tx| {
            let of_claim = payer_name("ACME HEALTH PLAN", &[("PI", "60001")]);
            let of_answer = payer_name("Acme Health Plan, Inc.", &[("XV", "99001"), ("TRN03", "1123456789")]);
            let first = seen(tx, &of_claim);
            let second = find_or_create(tx, &of_answer, AliasSource::Remittance, now())?;
            assert_eq!(second, Some(Named { id: first, is_changed: true }));
            let again = find_or_create(tx, &of_answer, AliasSource::Remittance, now())?;
            assert_eq!(again, Some(Named { id: first, is_changed: false }));
            let payer = load(tx, first)?.unwrap();
            let aliases: Vec<_> = payer.aliases.iter().map(|alias| (&*alias.value, &*alias.source)).collect();
            let expected =
                [("60001", "837"), ("ACME HEALTH PLAN", "837"), ("99001", "835"), ("1123456789", "835")];
            assert_eq!(aliases, expected);
            assert_eq!(count(tx)?, 1);
            Ok(())
        });
    }

    #[test]
    fn a_file_that_names_nobody_makes_no_payer() {
        TestStore::new().write(|tx| {
            assert_eq!(find_or_create(tx, &PayerName::default(), AliasSource::Claim, now())?, None);
            assert_eq!(count(tx)?, 0);
            Ok(())
        });
    }

    #[test]
    fn merging_moves_everything_and_keeps_rules() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let mut other = rich_payment();
            other.payer = payer_name("Quite Another Name", &[("XV", "99001")]);
            let claim = store_claim(tx, import_id, &plain_claim("A1"))?;
            let payment = store_payment(tx, import_id, &other)?;
            let remittance = store_remittance(tx, payment, &rich_remittance())?;
            let (into, from) = (seen(tx, &plain_claim("A1").payer), seen(tx, &other.payer));
            let mut twin = plain_claim("A2");
            (twin.payer, twin.group_number) = (other.payer.clone(), Some("G9".into()));
            let moved = store_claim(tx, import_id, &twin)?;
            twin.payer = plain_claim("A1").payer;
            store_claim(tx, import_id, &twin)?;
            let rules = PayerRules { timely_filing_days: Some(90), ..PayerRules::default() };
            set_rules(tx, from, &rules, now())?;

            assert!(merge(tx, from, into, now())?);

            assert_eq!(load(tx, from)?, None);
            assert_eq!(load(tx, into)?.unwrap().rules, rules);
            for id in [claim, moved] {
                assert_eq!(claims::load(tx, id)?.unwrap().payer_id, Some(into));
            }
            assert_eq!(remittances::load(tx, remittance)?.unwrap().payer_id, Some(into));
            assert_eq!(seen(tx, &payer_name("Quite another name", &[])), into);
            let plans: i64 = tx.query_row("SELECT count(*) FROM plans", [], |row| row.get(0))?;
            assert_eq!(plans, 1);
            assert!(!merge(tx, from, into, now())? && !merge(tx, into, into, now())?);
            Ok(())
        });
    }

    #[test]
    fn rules_read_back_and_an_unknown_payer_has_none() {
        TestStore::new().write(|tx| {
            let payer = create(tx, "Acme", now())?;
            let rules = PayerRules { allowed_frequency_types: vec!["1".into()], ..PayerRules::default() };
            assert!(set_rules(tx, payer, &rules, now())?);
            assert_eq!(load(tx, payer)?.unwrap().rules, rules);
            assert!(!set_rules(tx, PayerId::new(999), &rules, now())?);
            Ok(())
        });
    }
}
