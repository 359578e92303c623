//! Findings of imports: about the file as a whole, or about one claim or remittance of it.

use rusqlite::{Row, params};

use crate::model::finding::Finding;
use crate::model::ids::{ClaimId, ImportId, RemittanceId};

use super::columns::{Cells, some, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "findings":
    INSERT = "INSERT INTO findings
             (import_id, claim_id, remittance_id, severity, rule, message, fix, byte, segment, element,
              transaction_control, claim_control_number, text, caret_start, caret_length, occurrences)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    OF_IMPORT = "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE import_id = ?1 ORDER BY id LIMIT ?3 OFFSET ?2";
    COUNT_OF_IMPORT = "SELECT count(*) FROM findings WHERE import_id = ?1";
    OF_CLAIM = "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE claim_id = ?1 ORDER BY id";
    OF_REMITTANCE = "SELECT severity, rule, message, fix, byte, segment, element, transaction_control,
                    claim_control_number, text, caret_start, caret_length, occurrences
             FROM findings WHERE remittance_id = ?1 ORDER BY id";
}

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
    INSERT.execute(
        tx,
        params![
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
        ],
    )?;
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
    OF_IMPORT.rows(connection, params![import, whole(skip), whole(limit)], finding)
}

/// How many findings an import has.
///
/// # Errors
/// When the database refuses.
pub fn count_of_import(connection: &Connection, import: ImportId) -> Result<u64, StoreError> {
    COUNT_OF_IMPORT.count(connection, [import])
}

/// The findings about a claim.
///
/// # Errors
/// When the database refuses.
pub fn of_claim(connection: &Connection, claim: ClaimId) -> Result<Vec<Finding>, StoreError> {
    OF_CLAIM.rows(connection, [claim], finding)
}

/// The findings about a remittance.
///
/// # Errors
/// When the database refuses.
pub fn of_remittance(connection: &Connection, remittance: RemittanceId) -> Result<Vec<Finding>, StoreError> {
    OF_REMITTANCE.rows(connection, [remittance], finding)
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

#[cfg(test)]
mod tests {
    use crate::model::finding::Severity;

    use super::super::fixtures::{
        TestStore, import, plain_claim, rich_payment, rich_remittance, some as text, store_claim,
        store_payment, store_remittance,
    };
    use super::super::{claims, remittances};
    use super::*;

    fn finding(severity: Severity, rule: &'static str) -> Finding {
        Finding {
            severity,
            rule: rule.into(),
            message: "the lines add up to 90.00".into(),
            fix: "correct the charge".into(),
            byte: 106,
            segment: 12,
            element: text("CLM02"),
            transaction: text("0001"),
            claim_control_number: text("A1"),
            text: Some("CLM*A1*100".into()),
            caret: Some((7, 3)),
            count: 2,
        }
    }

    #[test]
    fn findings_read_back_in_their_order_by_file_claim_and_remittance() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim = store_claim(tx, import_id, &plain_claim("A1"))?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let remittance = store_remittance(tx, payment, &rich_remittance())?;
            let of_file = Finding {
                element: None,
                transaction: None,
                claim_control_number: None,
                text: None,
                caret: None,
                segment: 0,
                ..finding(Severity::Info, "file")
            };
            let about_claim = finding(Severity::Error, "claim");
            let about_remittance = finding(Severity::Warning, "remittance");
            insert(tx, import_id, Subject::File, &of_file)?;
            insert(tx, import_id, Subject::Claim(claim), &about_claim)?;
            insert(tx, import_id, Subject::Remittance(remittance), &about_remittance)?;

            let all = [of_file, about_claim.clone(), about_remittance.clone()];
            assert_eq!(of_import(tx, import_id, 0, 10)?, all);
            assert_eq!(of_import(tx, import_id, 1, 1)?, all[1..2]);
            assert_eq!(count_of_import(tx, import_id)?, 3);
            assert_eq!(of_claim(tx, claim)?, [about_claim]);
            assert_eq!(of_remittance(tx, remittance)?, [about_remittance]);
            Ok(())
        });
    }

    #[test]
    fn a_segment_belongs_to_the_last_claim_of_its_number_that_began_before_it() {
        TestStore::new().write(|tx| {
            let (import_id, other_import) = (import(tx, '1')?, import(tx, '2')?);
            let mut claim = plain_claim("A1");
            let mut at = |import_id, segment| {
                claim.origin.segment = segment;
                store_claim(tx, import_id, &claim)
            };
            let (first, second) = (at(import_id, 20)?, at(import_id, 40)?);
            at(other_import, 30)?;
            for (segment, expected) in [(10, first), (20, first), (39, first), (40, second), (99, second)] {
                assert_eq!(claims::in_file(tx, import_id, "a1", segment)?, Some(expected), "{segment}");
            }
            assert_eq!(claims::in_file(tx, import_id, "A2", 20)?, None);
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let remittance = store_remittance(tx, payment, &rich_remittance())?;
            assert_eq!(remittances::in_file(tx, import_id, "Pat-0001", 99)?, Some(remittance));
            assert_eq!(remittances::in_file(tx, other_import, "Pat-0001", 99)?, None);
            Ok(())
        });
    }
}
