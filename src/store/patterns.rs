//! Denial patterns: those that were found last, by payer.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::model::ids::PayerId;
use crate::model::pattern::{Conditions, DenialPattern};

use super::columns::{Cells, day, moment, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "patterns":
    DELETE_OF_PAYER = "DELETE FROM denial_patterns WHERE payer_id = ?1";
    INSERT = "INSERT INTO denial_patterns
             (payer_id, pattern_type, pattern_description, denial_reason_code, conditions, occurrence_count, matching_count,
              denied_count, frequency, confidence_score, baseline_rate, lift, q_value, trend, first_seen, last_seen,
              detected_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    OF_PAYER = "SELECT pattern_type, pattern_description, denial_reason_code, occurrence_count, frequency,
                    confidence_score, conditions, first_seen, last_seen, denied_count, matching_count, baseline_rate, lift,
                    q_value, trend
             FROM denial_patterns WHERE payer_id = ?1 ORDER BY id";
}

/// Puts the patterns of a payer in the place of those that were found before.
///
/// # Errors
/// When there is no such payer, or the database refuses.
pub fn replace(
    tx: &Transaction<'_>,
    payer: PayerId,
    patterns: &[DenialPattern],
    now: Timestamp,
) -> Result<(), StoreError> {
    DELETE_OF_PAYER.execute(tx, [payer])?;
    for pattern in patterns {
        INSERT.execute(
            tx,
            params![
                payer,
                pattern.pattern_type,
                pattern.pattern_description,
                pattern.denial_reason_code.as_str(),
                serde_json::to_string(&pattern.conditions)?,
                whole(pattern.occurrence_count),
                whole(pattern.matching_count),
                whole(pattern.denied_count),
                pattern.frequency,
                pattern.confidence_score,
                pattern.baseline_rate,
                pattern.lift,
                pattern.q_value,
                pattern.trend.name(),
                day(pattern.first_seen),
                day(pattern.last_seen),
                moment(now),
            ],
        )?;
    }
    Ok(())
}

/// The patterns of a payer, in the order in which they were given.
///
/// # Errors
/// When the database refuses.
pub fn of_payer(connection: &Connection, payer: PayerId) -> Result<Vec<DenialPattern>, StoreError> {
    OF_PAYER.rows(connection, [payer], stored)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<DenialPattern> {
    let mut cells = Cells::of(row);
    Ok(DenialPattern {
        pattern_type: cells.take()?,
        pattern_description: cells.take()?,
        denial_reason_code: cells.text()?,
        occurrence_count: cells.unsigned()?,
        frequency: cells.take()?,
        confidence_score: cells.take()?,
        conditions: cells.json_value::<Conditions>()?,
        first_seen: cells.parsed()?,
        last_seen: cells.parsed()?,
        denied_count: cells.unsigned()?,
        matching_count: cells.unsigned()?,
        baseline_rate: cells.take()?,
        lift: cells.take()?,
        q_value: cells.take()?,
        trend: cells.parsed()?,
    })
}
