//! Findings of imports: about the file as a whole, or about one claim or remittance of it.

use rusqlite::{Connection, Row, Transaction, params};

use crate::model::finding::Finding;
use crate::model::ids::{ClaimId, ImportId, RemittanceId};

use super::columns::{Cells, some, whole};
use super::error::StoreError;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The file.
    File,
    /// A claim of it.
    Claim(ClaimId),
    /// A remittance of it.
    Remittance(RemittanceId),
}

/// Keeps a finding.
///
/// # Errors
/// When the database refuses.
pub fn insert(
    tx: &Transaction<'_>,
    import: ImportId,
    subject: Subject,
    finding: &Finding,
) -> Result<(), StoreError> {
    let (claim, remittance) = match subject {
        Subject::File => (None, None),
        Subject::Claim(id) => (Some(id), None),
        Subject::Remittance(id) => (None, Some(id)),
    };
    tx.prepare_cached(
        "INSERT INTO findings
             (import_id, claim_id, remittance_id, severity, rule, message, fix, byte, segment, element,
              transaction_control, claim_control_number, text, caret_start, caret_length, occurrences)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )?
    .execute(params![
        import,
        claim,
        remittance,
        finding.severity.name(),
        finding.rule,
        finding.message,
        finding.fix,
        whole(finding.byte),
        whole(finding.segment),
        some(finding.element.as_ref()),
        some(finding.transaction.as_ref()),
        some(finding.claim_control_number.as_ref()),
        finding.text,
        finding.caret.map(|(start, _)| start),
        finding.caret.map(|(_, length)| length),
        whole(finding.count),
    ])?;
    Ok(())
}

/// The findings of an import in the order in which they were made.
///
/// # Errors
/// When the database refuses.
pub fn of_import(
    connection: &Connection,
    import: ImportId,
    skip: u64,
    limit: u64,
) -> Result<Vec<Finding>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE import_id = ?1 ORDER BY id LIMIT ?3 OFFSET ?2",
        )?
        .query_map(params![import, whole(skip), whole(limit)], finding)?
        .collect::<Result<_, _>>()?)
}

/// How many findings an import has.
///
/// # Errors
/// When the database refuses.
pub fn count_of_import(connection: &Connection, import: ImportId) -> Result<u64, StoreError> {
    super::count(connection, "SELECT count(*) FROM findings WHERE import_id = ?1", [import])
}

/// The findings about a claim.
///
/// # Errors
/// When the database refuses.
pub fn of_claim(connection: &Connection, claim: ClaimId) -> Result<Vec<Finding>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE claim_id = ?1 ORDER BY id",
        )?
        .query_map([claim], finding)?
        .collect::<Result<_, _>>()?)
}

/// The findings about a remittance.
///
/// # Errors
/// When the database refuses.
pub fn of_remittance(connection: &Connection, remittance: RemittanceId) -> Result<Vec<Finding>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE remittance_id = ?1 ORDER BY id",
        )?
        .query_map([remittance], finding)?
        .collect::<Result<_, _>>()?)
}

fn finding(row: &Row<'_>) -> rusqlite::Result<Finding> {
    let mut cells = Cells::of(row);
    Ok(Finding {
        severity: cells.parsed()?,
        rule: cells.take::<String>()?.into(),
        message: cells.take()?,
        fix: cells.take::<String>()?.into(),
        byte: cells.unsigned()?,
        segment: cells.unsigned()?,
        element: cells.some_text()?,
        transaction: cells.some_text()?,
        claim_control_number: cells.some_text()?,
        text: cells.take()?,
        caret: cells.take::<Option<u32>>()?.zip(cells.take()?),
        count: cells.unsigned()?,
    })
}
