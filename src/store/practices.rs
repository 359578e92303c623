//! Practice configurations: how one practice, known by its billing NPI or the name its uploads give, works.

use jiff::Timestamp;
use rusqlite::params;

use crate::model::rules::PracticeRules;

use super::columns::{Cells, moment};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "practices":
    CONFIG = "SELECT rules, created_at, updated_at FROM practice_configs WHERE practice_id = ?1";
    SET_CONFIG = "INSERT INTO practice_configs (practice_id, rules, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (practice_id) DO UPDATE SET rules = excluded.rules, updated_at = excluded.updated_at";
}

/// The configuration of a practice.
#[derive(Debug, Clone, PartialEq)]
pub struct PracticeConfig {
    /// What it lays down.
    pub rules: PracticeRules,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set.
    pub updated_at: Timestamp,
}

/// The configuration of a practice, where one was set.
///
/// # Errors
/// When the database refuses.
pub fn config(connection: &Connection, practice_id: &str) -> Result<Option<PracticeConfig>, StoreError> {
    let found = CONFIG.optional(connection, [practice_id], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take::<String>()?, cells.moment()?, cells.moment()?))
    })?;
    let Some((rules, created_at, updated_at)) = found else { return Ok(None) };
    Ok(Some(PracticeConfig { rules: serde_json::from_str(&rules)?, created_at, updated_at }))
}

/// Sets the configuration of a practice, whole.
///
/// # Errors
/// When the database refuses.
pub fn set_config(
    tx: &Transaction<'_>,
    practice_id: &str,
    rules: &PracticeRules,
    now: Timestamp,
) -> Result<(), StoreError> {
    SET_CONFIG.execute(tx, params![practice_id, serde_json::to_string(rules)?, moment(now)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, now, some};
    use super::*;

    #[test]
    fn a_configuration_is_set_and_replaced_whole() {
        TestStore::new().write(|tx| {
            assert_eq!(config(tx, "1234567893")?, None);
            let named = PracticeRules { name: some("Test Clinic"), ..PracticeRules::default() };
            set_config(tx, "1234567893", &named, now())?;
            let later = now() + jiff::SignedDuration::from_secs(60);
            let rules = PracticeRules { submission_target_days: Some(7), ..PracticeRules::default() };
            set_config(tx, "1234567893", &rules, later)?;
            let expected = PracticeConfig { rules, created_at: now(), updated_at: later };
            assert_eq!(config(tx, "1234567893")?, Some(expected));
            Ok(())
        });
    }
}
