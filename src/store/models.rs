//! What was learned of how likely lines are to be denied: a few versions, the latest in use.

use jiff::Timestamp;
use rusqlite::params;

use super::columns::{Cells, moment, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "models":
    LATEST = "SELECT model FROM risk_models ORDER BY version DESC LIMIT 1",
        because "reads the last row of the table";
    LEARNED_UNTIL = "SELECT last_episode FROM risk_models ORDER BY version DESC LIMIT 1",
        because "reads the last row of the table";
    INSERT = "INSERT INTO risk_models (model, last_episode, trained_at) VALUES (?1, ?2, ?3)";
    DELETE_OLD = "DELETE FROM risk_models WHERE version <= ?1";
    CONFIRM = "UPDATE risk_models SET last_episode = ?1 WHERE version = (SELECT max(version) FROM risk_models)",
        because "reads the last row of the table";
    LAST_EPISODE = "SELECT ifnull(max(id), 0) FROM claim_episodes", because "reads the last row of the table";
}

/// How many versions are kept.
const KEPT: i64 = 3;

/// The model in use, as JSON.
///
/// # Errors
/// When the database refuses.
pub fn latest(connection: &Connection) -> Result<Option<String>, StoreError> {
    LATEST.optional(connection, [], |row| row.get(0))
}

/// The last episode that the model in use knows; 0 where there is none, or where it has to be learned anew.
///
/// # Errors
/// When the database refuses.
pub fn learned_until(connection: &Connection) -> Result<u64, StoreError> {
    Ok(LEARNED_UNTIL.optional(connection, [], |row| Cells::of(row).unsigned())?.unwrap_or_default())
}

/// Puts a model into use that knows the answers up to this episode.
///
/// # Errors
/// When it is no JSON, or the database refuses.
pub fn insert(
    tx: &Transaction<'_>,
    model: &str,
    last_episode: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let version = INSERT.insert(tx, params![model, whole(last_episode), moment(now)])?;
    DELETE_OLD.execute(tx, [version - KEPT])?;
    Ok(())
}

/// Says that the model in use stays so with the answers up to this episode.
///
/// # Errors
/// When the database refuses.
pub fn confirm(tx: &Transaction<'_>, last_episode: u64) -> Result<(), StoreError> {
    CONFIRM.execute(tx, [whole(last_episode)])?;
    Ok(())
}

/// The last episode that there is; 0 without any.
///
/// # Errors
/// When the database refuses.
pub fn last_episode(connection: &Connection) -> Result<u64, StoreError> {
    LAST_EPISODE.count(connection, [])
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, now};
    use super::*;

    #[test]
    fn the_latest_model_is_in_use_and_a_few_before_it_are_kept() {
        TestStore::new().write(|tx| {
            assert_eq!(latest(tx)?, None);
            for n in 1..=8 {
                insert(tx, &n.to_string(), n, now())?;
            }
            assert_eq!((latest(tx)?.as_deref(), learned_until(tx)?), (Some("8"), 8));
            let kept: i64 = tx.query_row("SELECT count(*) FROM risk_models", [], |row| row.get(0))?;
            assert_eq!(kept, KEPT);
            Ok(())
        });
    }

    #[test]
    fn a_model_that_stays_in_use_knows_the_answers_that_came_since() {
        TestStore::new().write(|tx| {
            insert(tx, "1", 10, now())?;
            insert(tx, "2", 20, now())?;
            confirm(tx, 30)?;
            assert_eq!((latest(tx)?.as_deref(), learned_until(tx)?), (Some("2"), 30));
            Ok(())
        });
    }
}
