//! Scores that are to be calculated anew because something changed that they rest on, and how far that has come.

use std::fmt;
use std::str::FromStr;

use rusqlite::params;

use crate::model::claim::UnknownName;
use crate::model::ids::{ClaimId, PayerId};

use super::columns::{Cells, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "score_renewals":
    ASK = "INSERT INTO score_renewals (scope, below_claim) VALUES (?1, 9223372036854775807)
             ON CONFLICT (scope) DO UPDATE SET below_claim = excluded.below_claim";
    DELETE_ALL = "DELETE FROM score_renewals";
    NEXT = "SELECT scope, below_claim FROM score_renewals ORDER BY scope LIMIT 1",
        because "reads the first row of the table";
    ADVANCE = "UPDATE score_renewals SET below_claim = ?2 WHERE scope = ?1";
    END = "DELETE FROM score_renewals WHERE scope = ?1";
    /// Whatever else is asked of them: claims without an answer are few beside all others.
    OPEN = "SELECT id FROM claims INDEXED BY claims_unlinked
             WHERE is_linked = 0 AND id < ?1 AND (?2 IS NULL OR payer_id = ?2) AND (?3 IS NULL OR practice_id = ?3)
             ORDER BY id DESC LIMIT ?4";
    BASIS = "SELECT basis FROM score_basis WHERE id = 1";
    SET_BASIS = "INSERT INTO score_basis (id, basis) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET basis = excluded.basis";
}

/// Whose claims a change concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// A payer's.
    Payer(PayerId),
    /// A practice's.
    Practice(String),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Payer(id) => write!(f, "payer:{id}"),
            Self::Practice(id) => write!(f, "practice:{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.split_once(':') {
            None if text == "all" => Ok(Self::All),
            Some(("payer", id)) => id.parse().map(Self::Payer).map_err(|_| UnknownName),
            Some(("practice", id)) => Ok(Self::Practice(id.to_owned())),
            _ => Err(UnknownName),
        }
    }
}

/// Claims that no payer has answered, whose scores come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    scope: Scope,
    /// The claims, the newest first.
    pub claims: Vec<ClaimId>,
    is_last: bool,
}

/// Asks for the scores of these claims to be calculated anew, also those that were a moment ago.
///
/// # Errors
/// When the database refuses.
pub fn ask(tx: &Transaction<'_>, scope: &Scope) -> Result<(), StoreError> {
    if *scope == Scope::All {
        DELETE_ALL.execute(tx, [])?;
    }
    ASK.execute(tx, [scope.to_string()])?;
    Ok(())
}

/// The next claims, at most so many; none where every change is through.
///
/// # Errors
/// When the database refuses.
pub fn next(connection: &Connection, most: u64) -> Result<Option<Step>, StoreError> {
    let found = NEXT.optional(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.parsed::<Scope>()?, cells.take::<i64>()?))
    })?;
    let Some((scope, below)) = found else { return Ok(None) };
    let (payer, practice) = match &scope {
        Scope::All => (None, None),
        Scope::Payer(payer) => (Some(*payer), None),
        Scope::Practice(practice) => (None, Some(practice.as_str())),
    };
    let values = params![below, payer, practice, whole(most)];
    let claims: Vec<ClaimId> = OPEN.rows(connection, values, |row| row.get(0))?;
    let is_last = (claims.len() as u64) < most;
    Ok(Some(Step { scope, claims, is_last }))
}

/// Says that a step was taken.
///
/// # Errors
/// When the database refuses.
pub fn taken(tx: &Transaction<'_>, step: &Step) -> Result<(), StoreError> {
    let scope = step.scope.to_string();
    match step.claims.last().filter(|_| !step.is_last) {
        Some(last) => ADVANCE.execute(tx, params![scope, last])?,
        None => END.execute(tx, [scope])?,
    };
    Ok(())
}

/// Says what of program and settings the scores rest on from now on.
///
/// # Errors
/// When the database refuses.
pub fn set_basis(tx: &Transaction<'_>, basis: &str) -> Result<(), StoreError> {
    SET_BASIS.execute(tx, [basis])?;
    Ok(())
}

/// What of program and settings the scores rest on.
///
/// # Errors
/// When the database refuses.
pub fn basis(connection: &Connection) -> Result<Option<String>, StoreError> {
    BASIS.optional(connection, [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::super::claims;
    use super::super::fixtures::{TestStore, import, plain_claim, store_claim};
    use super::*;

    /// Takes every step of at most two claims; gives the claims in their order.
    fn walk(tx: &Transaction<'_>) -> Result<Vec<ClaimId>, StoreError> {
        let mut walked = Vec::new();
        while let Some(step) = next(tx, 2)? {
            walked.extend(&step.claims);
            taken(tx, &step)?;
        }
        Ok(walked)
    }

    #[test]
    fn every_claim_in_scope_comes_once_and_the_newest_first() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let mut ids = Vec::new();
            for number in ["A1", "A2", "A3", "A4"] {
                ids.push(store_claim(tx, import_id, &plain_claim(number))?);
            }
            ids.reverse();
            assert_eq!(walk(tx)?, []);
            ask(tx, &Scope::All)?;
            assert_eq!(walk(tx)?, ids);
            let payer = claims::load(tx, ids[0])?.unwrap().payer_id.unwrap();
            ask(tx, &Scope::Payer(payer))?;
            assert_eq!(walk(tx)?, ids);
            ask(tx, &Scope::Payer(PayerId::new(payer.get() + 1)))?;
            ask(tx, &Scope::Practice("nobody: else".to_owned()))?;
            assert_eq!(walk(tx)?, []);
            Ok(())
        });
    }

    #[test]
    fn a_change_amid_the_walk_begins_it_anew() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            for number in ["A1", "A2", "A3"] {
                store_claim(tx, import_id, &plain_claim(number))?;
            }
            ask(tx, &Scope::All)?;
            let step = next(tx, 2)?.unwrap();
            taken(tx, &step)?;
            ask(tx, &Scope::All)?;
            assert_eq!(walk(tx)?.len(), 3);
            Ok(())
        });
    }
}
