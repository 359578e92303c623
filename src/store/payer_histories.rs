//! What payers' answers tell of how claims have to look: counts of answered claims, and what was learned of them.

use jiff::Timestamp;
use rusqlite::params;

use crate::model::Text;
use crate::model::ids::PayerId;

use super::blocks::Block;
use super::columns::{Cells, moment};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "payer_histories":
    LOAD = "SELECT history FROM payer_histories WHERE payer_id = ?1";
    DELETE_ALL = "DELETE FROM payer_histories", because "a row for each payer";
    /// Passes over a payer that was merged into another while its answers were being read.
    INSERT = "INSERT INTO payer_histories (payer_id, history, learned_at)
         SELECT id, ?2, ?3 FROM payers WHERE id = ?1";
    RENDERING = "SELECT payer_id, count(*),
                sum(rendering_spelling_id IS NOT NULL OR EXISTS (
                    SELECT 1 FROM claim_lines AS line
                    WHERE line.claim_id = claims.id AND line.rendering_spelling_id IS NOT NULL))
         FROM claims NOT INDEXED
         WHERE id BETWEEN ?1 AND ?2
           AND payer_id IS NOT NULL AND kind = 'professional' AND status IN ('paid', 'partly_denied')
         GROUP BY payer_id",
        because "sorts a block of claims";
    MEMBERS = "SELECT DISTINCT payer_id, subscriber_member_id FROM claims NOT INDEXED
         WHERE id BETWEEN ?1 AND ?2
           AND payer_id IS NOT NULL AND status IN ('paid', 'partly_denied') AND subscriber_member_id IS NOT NULL",
        because "sorts a block of claims";
    LAGS = "SELECT payer_id, CAST(julianday(submission_date) - julianday(service_date) AS INTEGER) AS days, count(*),
                sum(status <> 'paid' AND EXISTS (
                    SELECT 1 FROM claim_episodes AS episode
                    JOIN adjustments ON adjustments.remittance_id = episode.remittance_id
                    WHERE episode.claim_id = claims.id AND adjustments.is_denial = 1
                      AND adjustments.reason_code = '29'))
         FROM claims NOT INDEXED
         WHERE id BETWEEN ?1 AND ?2
           AND payer_id IS NOT NULL AND is_linked = 1 AND status IN ('paid', 'partly_denied', 'denied', 'replaced')
           AND submission_date >= service_date AND ifnull(claim_frequency_type, '1') NOT IN ('7', '8')
         GROUP BY payer_id, days",
        because "sorts a block of claims";
    PROCEDURES = "SELECT claims.payer_id, line.procedure_code,
                sum(claims.status IN ('paid', 'partly_denied')),
                sum(claims.status IN ('paid', 'partly_denied') AND claims.referring_spelling_id IS NOT NULL),
                sum(claims.prior_authorization IS NULL AND line.prior_authorization IS NULL),
                sum(claims.referral_number IS NULL)
         FROM claims NOT INDEXED CROSS JOIN claim_lines AS line ON line.claim_id = claims.id
         WHERE claims.id BETWEEN ?1 AND ?2
           AND claims.payer_id IS NOT NULL AND claims.is_linked = 1 AND line.procedure_code IS NOT NULL
           AND claims.status IN ('paid', 'partly_denied', 'denied', 'replaced')
           AND NOT EXISTS (SELECT 1 FROM claim_lines AS earlier
                           WHERE earlier.claim_id = line.claim_id AND earlier.sequence < line.sequence
                             AND earlier.procedure_code = line.procedure_code)
         GROUP BY claims.payer_id, line.procedure_code",
        because "sorts a block of claims";
    /// A reason that stands at claim level tells something of a procedure where the claim has one line only.
    LACKING = "SELECT claims.payer_id, line.procedure_code,
                count(DISTINCT CASE WHEN adjustments.reason_code IN ('197', '15') AND claims.prior_authorization IS NULL
                                     AND line.prior_authorization IS NULL THEN claims.id END),
                count(DISTINCT CASE WHEN adjustments.reason_code IN ('288', '243') AND claims.referral_number IS NULL
                               THEN claims.id END)
         FROM claims NOT INDEXED
         CROSS JOIN claim_episodes AS episode ON episode.claim_id = claims.id
         CROSS JOIN remittances ON remittances.id = episode.remittance_id
         CROSS JOIN adjustments ON adjustments.remittance_id = episode.remittance_id
         LEFT JOIN episode_lines AS pair
             ON pair.episode_id = episode.id AND pair.remittance_line = adjustments.line_number
         JOIN claim_lines AS line ON line.claim_id = claims.id AND line.sequence = coalesce(pair.claim_line, 1)
         WHERE claims.id BETWEEN ?1 AND ?2
           AND adjustments.is_denial = 1 AND adjustments.reason_code IN ('197', '15', '288', '243')
           AND remittances.status IN ('denied', 'partly_denied') AND remittances.status_code IN ('1', '4', '19')
           AND claims.payer_id IS NOT NULL AND line.procedure_code IS NOT NULL
           AND (pair.claim_line IS NOT NULL
                OR NOT EXISTS (SELECT 1 FROM claim_lines AS other
                               WHERE other.claim_id = claims.id AND other.sequence > 1))
         GROUP BY claims.payer_id, line.procedure_code",
        because "sorts what a block of claims was denied for";
}

/// Counts of a payer's claims that were paid, and of those that had something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The payer.
    pub payer: PayerId,
    /// Its claims of which at least one line was paid.
    pub claims: u64,
    /// Those of them that name who rendered.
    pub with_rendering: u64,
}

/// How a payer's first submissions that were sent so many days after the service were answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LagCount {
    /// The payer.
    pub payer: PayerId,
    /// Days from the first service to the submission.
    pub days: u32,
    /// Claims that were answered.
    pub claims: u64,
    /// Those of them that were denied as late (reason 29).
    pub denied: u64,
}

/// Claims with one procedure at one payer, each counted once however often it has the procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcedureCount {
    /// The payer.
    pub payer: PayerId,
    /// The procedure code.
    pub procedure_code: Text,
    /// Of which at least one line was paid.
    pub paid: u64,
    /// Paid, and naming who referred.
    pub paid_with_referring: u64,
    /// Answered, and without a prior authorisation.
    pub unauthorized: u64,
    /// Answered, and without a referral number.
    pub unreferred: u64,
}

/// Claims with one procedure at one payer that were denied for a number that they lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LackingCount {
    /// The payer.
    pub payer: PayerId,
    /// The procedure code.
    pub procedure_code: Text,
    /// Without a prior authorisation and denied for that (reasons 197 and 15).
    pub unauthorized: u64,
    /// Without a referral number and denied for that (reasons 288 and 243).
    pub unreferred: u64,
}

/// What was learned of a payer, as JSON.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, payer: PayerId) -> Result<Option<String>, StoreError> {
    LOAD.optional(connection, [payer], |row| row.get(0))
}

/// Puts what was learned in the place of what was learned before.
///
/// # Errors
/// When the database refuses.
pub fn replace(
    tx: &Transaction<'_>,
    histories: &[(PayerId, String)],
    now: Timestamp,
) -> Result<(), StoreError> {
    DELETE_ALL.execute(tx, [])?;
    for (payer, history) in histories {
        INSERT.execute(tx, params![payer, history, moment(now)])?;
    }
    Ok(())
}

/// Professional claims of a block that were paid, by payer.
///
/// # Errors
/// When the database refuses.
pub fn rendering(connection: &Connection, claims: Block) -> Result<Vec<Named>, StoreError> {
    RENDERING.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok(Named { payer: cells.take()?, claims: cells.unsigned()?, with_rendering: cells.unsigned()? })
    })
}

/// The member ids on claims of a block that were paid, each once for its payer.
///
/// # Errors
/// When the database refuses.
pub fn members(connection: &Connection, claims: Block) -> Result<Vec<(PayerId, Text)>, StoreError> {
    MEMBERS.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take()?, cells.text()?))
    })
}

/// Answered claims of a block by the days that they were sent after the service.
///
/// # Errors
/// When the database refuses.
pub fn lags(connection: &Connection, claims: Block) -> Result<Vec<LagCount>, StoreError> {
    LAGS.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        let payer = cells.take()?;
        let days = u32::try_from(cells.unsigned()?).unwrap_or(u32::MAX);
        Ok(LagCount { payer, days, claims: cells.unsigned()?, denied: cells.unsigned()? })
    })
}

/// Answered claims of a block by procedure.
///
/// # Errors
/// When the database refuses.
pub fn procedures(connection: &Connection, claims: Block) -> Result<Vec<ProcedureCount>, StoreError> {
    PROCEDURES.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok(ProcedureCount {
            payer: cells.take()?,
            procedure_code: cells.text()?,
            paid: cells.unsigned()?,
            paid_with_referring: cells.unsigned()?,
            unauthorized: cells.unsigned()?,
            unreferred: cells.unsigned()?,
        })
    })
}

/// Denied claims of a block by procedure, for what they lacked.
///
/// # Errors
/// When the database refuses.
pub fn lacking(connection: &Connection, claims: Block) -> Result<Vec<LackingCount>, StoreError> {
    LACKING.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok(LackingCount {
            payer: cells.take()?,
            procedure_code: cells.text()?,
            unauthorized: cells.unsigned()?,
            unreferred: cells.unsigned()?,
        })
    })
}
