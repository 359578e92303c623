//! How often lines were denied, and why: counts by payer and procedure, kept up while remittances are stored.

use rusqlite::{Row, params};

use crate::model::Text;
use crate::model::denial::Outcome;
use crate::model::ids::PayerId;
use crate::model::remittance::Remittance;

use super::columns::Cells;
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "rates":
    COUNT_LINE = "INSERT INTO denial_counts (payer_id, procedure_code, adjudicated, denied) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (payer_id, procedure_code) DO UPDATE SET adjudicated = adjudicated + 1, denied = denied + ?3";
    COUNT_REASON = "INSERT INTO denial_reason_counts (payer_id, procedure_code, reason_code, denied) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (payer_id, procedure_code, reason_code) DO UPDATE SET denied = denied + 1";
    MERGE_COUNTS = "INSERT INTO denial_counts (payer_id, procedure_code, adjudicated, denied)
         SELECT ?2, procedure_code, adjudicated, denied FROM denial_counts WHERE payer_id = ?1
         ON CONFLICT (payer_id, procedure_code) DO UPDATE
         SET adjudicated = adjudicated + excluded.adjudicated, denied = denied + excluded.denied";
    MERGE_REASONS = "INSERT INTO denial_reason_counts (payer_id, procedure_code, reason_code, denied)
         SELECT ?2, procedure_code, reason_code, denied FROM denial_reason_counts WHERE payer_id = ?1
         ON CONFLICT (payer_id, procedure_code, reason_code) DO UPDATE SET denied = denied + excluded.denied";
    DELETE_COUNTS = "DELETE FROM denial_counts WHERE payer_id = ?1";
    DELETE_REASONS = "DELETE FROM denial_reason_counts WHERE payer_id = ?1";
    DELETE_ALL_COUNTS = "DELETE FROM denial_counts", because "counts everything anew, when an import is taken back";
    DELETE_ALL_REASONS = "DELETE FROM denial_reason_counts", because "counts everything anew, when an import is taken back";
    RECOUNT_LINES = "INSERT INTO denial_counts (payer_id, procedure_code, adjudicated, denied)
         SELECT remittances.payer_id,
                ifnull(nullif(coalesce(line.billed_procedure_code, line.procedure_code), '*'), '') AS code,
                count(*), sum(ifnull(line.is_denied, remittances.status = 'denied'))
         FROM remittances LEFT JOIN service_payments AS line ON line.remittance_id = remittances.id
         WHERE remittances.payer_id IS NOT NULL AND remittances.status_code IN ('1', '4', '19')
           AND remittances.status IN ('paid', 'partly_denied', 'denied')
         GROUP BY 1, 2", because "counts everything anew, when an import is taken back";
    RECOUNT_PAYERS = "INSERT INTO denial_counts (payer_id, procedure_code, adjudicated, denied)
         SELECT payer_id, '*', sum(adjudicated), sum(denied) FROM denial_counts GROUP BY payer_id", because "counts everything anew, when an import is taken back";
    RECOUNT_REASONS = "INSERT INTO denial_reason_counts (payer_id, procedure_code, reason_code, denied)
         SELECT remittances.payer_id,
                ifnull(nullif(coalesce(line.billed_procedure_code, line.procedure_code), '*'), '') AS code,
                adjustments.reason_code, count(DISTINCT remittances.id || ':' || ifnull(line.line_number, 0))
         FROM remittances
         LEFT JOIN service_payments AS line ON line.remittance_id = remittances.id
         JOIN adjustments ON adjustments.remittance_id = remittances.id AND adjustments.is_denial = 1
         WHERE remittances.payer_id IS NOT NULL AND remittances.status_code IN ('1', '4', '19')
           AND remittances.status IN ('paid', 'partly_denied', 'denied')
           AND ifnull(line.is_denied, remittances.status = 'denied')
           AND (adjustments.line_number IS line.line_number
                OR (adjustments.line_number IS NULL AND NOT EXISTS (
                    SELECT 1 FROM adjustments AS own
                    WHERE own.remittance_id = remittances.id AND own.line_number = line.line_number)))
         GROUP BY 1, 2, 3", because "counts everything anew, when an import is taken back";
    RECOUNT_PAYER_REASONS = "INSERT INTO denial_reason_counts (payer_id, procedure_code, reason_code, denied)
         SELECT payer_id, '*', reason_code, sum(denied) FROM denial_reason_counts GROUP BY payer_id, reason_code", because "counts everything anew, when an import is taken back";
    ANYWHERE = "SELECT ifnull(sum(adjudicated), 0), ifnull(sum(denied), 0) FROM denial_counts WHERE procedure_code = ?1";
    AT_PAYER = "SELECT adjudicated, denied FROM denial_counts WHERE payer_id = ?1 AND procedure_code = ?2";
    REASONS = "SELECT reason_code, denied FROM denial_reason_counts WHERE payer_id = ?1 AND procedure_code = ?2
             ORDER BY denied DESC, reason_code",
        because "sorts the reasons of one procedure";
}

/// Adjudicated lines and how many of them were denied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DenialCount {
    /// Lines that a primary payer adjudicated.
    pub adjudicated: u64,
    /// Those of them that were denied.
    pub denied: u64,
}

/// Lines denied for one reason; a line denied for two reasons counts in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The adjustment reason code (CARC).
    pub reason: Text,
    /// Lines denied for it.
    pub denied: u64,
}

/// The counts of one procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcedureCounts {
    /// The procedure code.
    pub procedure_code: Text,
    /// At the payer in question.
    pub at_payer: DenialCount,
    /// At every payer.
    pub anywhere: DenialCount,
    /// Why lines with it were denied at the payer in question.
    pub reasons: Vec<ReasonCount>,
}

/// The counts that bear on one claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimCounts {
    /// Every payer and procedure.
    pub overall: DenialCount,
    /// The claim's payer.
    pub payer: DenialCount,
    /// Why lines were denied at the claim's payer.
    pub payer_reasons: Vec<ReasonCount>,
    /// Each of the procedures asked for that was seen before.
    pub procedures: Vec<ProcedureCounts>,
}

/// Whether the lines of an answer are counted: adjudicated by a primary payer (CLP02 1, 4 or 19), no reversal,
/// predetermination or other payer's claim.
pub(super) fn counts(remittance: &Remittance, outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Paid | Outcome::PartlyDenied | Outcome::Denied)
        && matches!(&*remittance.status_code, "1" | "4" | "19")
}

/// Stands in the place of a procedure code for all of them together.
const ALL: &str = "*";

/// Adds one adjudicated line, with its reasons where it was denied: to its procedure, and to all of the payer's.
pub(super) fn add(
    tx: &Transaction<'_>,
    payer: PayerId,
    procedure: &str,
    denied: bool,
    reasons: &[&str],
) -> Result<(), StoreError> {
    let mut count = COUNT_LINE.held(tx)?;
    let mut count_reason = COUNT_REASON.held(tx)?;
    let own = Some(procedure).filter(|procedure| *procedure != ALL).unwrap_or_default();
    for procedure in [own, ALL] {
        count.execute(params![payer, procedure, denied])?;
        for reason in reasons.iter().filter(|_| denied) {
            count_reason.execute(params![payer, procedure, reason])?;
        }
    }
    Ok(())
}

/// Counts every stored line anew.
///
/// # Errors
/// When the database refuses.
pub fn rebuild(tx: &Transaction<'_>) -> Result<(), StoreError> {
    for step in [
        &DELETE_ALL_COUNTS,
        &DELETE_ALL_REASONS,
        &RECOUNT_LINES,
        &RECOUNT_PAYERS,
        &RECOUNT_REASONS,
        &RECOUNT_PAYER_REASONS,
    ] {
        step.execute(tx, [])?;
    }
    Ok(())
}

/// Moves the counts of one payer to another.
pub(super) fn merge(tx: &Transaction<'_>, from: PayerId, into: PayerId) -> Result<(), StoreError> {
    MERGE_COUNTS.execute(tx, [from, into])?;
    MERGE_REASONS.execute(tx, [from, into])?;
    DELETE_COUNTS.execute(tx, [from])?;
    DELETE_REASONS.execute(tx, [from])?;
    Ok(())
}

/// The counts for a claim to this payer with these distinct procedures; without a payer its own are zero.
///
/// # Errors
/// When the database refuses.
pub fn of_claim<'a>(
    connection: &Connection,
    payer: Option<PayerId>,
    procedures: impl IntoIterator<Item = &'a str>,
) -> Result<ClaimCounts, StoreError> {
    let mut counts = ClaimCounts { overall: anywhere(connection, ALL)?, ..ClaimCounts::default() };
    if let Some(payer) = payer {
        counts.payer = at_payer(connection, payer, ALL)?;
        counts.payer_reasons = reasons(connection, payer, ALL)?;
    }
    for procedure in procedures.into_iter().filter(|procedure| *procedure != ALL) {
        let anywhere = anywhere(connection, procedure)?;
        if anywhere.adjudicated == 0 {
            continue;
        }
        let mut of_one = ProcedureCounts { procedure_code: procedure.into(), anywhere, ..Default::default() };
        if let Some(payer) = payer {
            of_one.at_payer = at_payer(connection, payer, procedure)?;
            of_one.reasons = reasons(connection, payer, procedure)?;
        }
        counts.procedures.push(of_one);
    }
    Ok(counts)
}

fn anywhere(connection: &Connection, procedure: &str) -> Result<DenialCount, StoreError> {
    ANYWHERE.row(connection, [procedure], count)
}

fn at_payer(connection: &Connection, payer: PayerId, procedure: &str) -> Result<DenialCount, StoreError> {
    let found = AT_PAYER.optional(connection, params![payer, procedure], count)?;
    Ok(found.unwrap_or_default())
}

fn count(row: &Row<'_>) -> rusqlite::Result<DenialCount> {
    let mut cells = Cells::of(row);
    Ok(DenialCount { adjudicated: cells.unsigned()?, denied: cells.unsigned()? })
}

/// The most frequent first.
fn reasons(connection: &Connection, payer: PayerId, procedure: &str) -> Result<Vec<ReasonCount>, StoreError> {
    REASONS.rows(connection, params![payer, procedure], |row| {
        let mut cells = Cells::of(row);
        Ok(ReasonCount { reason: cells.text()?, denied: cells.unsigned()? })
    })
}

#[cfg(test)]
mod tests {
    use crate::model::remittance::ServicePayment;
    use crate::money::Cents;

    use super::super::fixtures::{
        TestStore, adjustment, import, rich_payment, rich_remittance, store_payment, store_remittance,
    };
    use super::*;

    fn reason(reason: &str, denied: u64) -> ReasonCount {
        ReasonCount { reason: reason.into(), denied }
    }

    /// One answer that pays 99214 and denies 97110 (197), one denied as a whole at claim level (29), and three that do not
    /// count: a reversal, a predetermination and a secondary payer's.
    fn answers() -> Vec<Remittance> {
        let line =
            ServicePayment { line_number: 1, procedure_code: Some("97110".into()), ..Default::default() };
        let denied = Remittance {
            status_code: "4".into(),
            adjustments: vec![adjustment("CO", "29", 5_000)],
            lines: vec![line],
            ..Remittance::default()
        };
        let without_lines = Remittance { lines: Vec::new(), ..denied.clone() };
        let of_status = |status: &str| Remittance { status_code: status.into(), ..rich_remittance() };
        vec![rich_remittance(), denied, without_lines, of_status("22"), of_status("25"), of_status("2")]
    }

    fn everything(tx: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
        Ok(tx.texts(
            "SELECT format('%d %s - %d %d', payer_id, procedure_code, adjudicated, denied) FROM denial_counts
                 UNION ALL
                 SELECT format('%d %s %s %d', payer_id, procedure_code, reason_code, denied)
                 FROM denial_reason_counts ORDER BY 1",
        )?)
    }

    #[test]
    fn lines_are_counted_once_by_payer_procedure_and_reason() {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            for remittance in answers() {
                store_remittance(tx, payment, &remittance)?;
            }
            let payer = super::super::payers::find(tx, &rich_payment().payer)?;
            let counts = of_claim(tx, payer, ["97110", "99214", "00000"])?;
            assert_eq!(counts.overall, DenialCount { adjudicated: 4, denied: 3 });
            assert_eq!(counts.payer, counts.overall);
            assert_eq!(counts.payer_reasons, [reason("29", 2), reason("197", 1)]);
            let [therapy, visit] = &counts.procedures[..] else { panic!("{:?}", counts.procedures) };
            assert_eq!(therapy.at_payer, DenialCount { adjudicated: 2, denied: 2 });
            assert_eq!(therapy.anywhere, therapy.at_payer);
            assert_eq!(therapy.reasons, [reason("197", 1), reason("29", 1)]);
            assert_eq!(visit.at_payer, DenialCount { adjudicated: 1, denied: 0 });
            assert_eq!(visit.reasons, []);
            Ok(())
        });
    }

    #[test]
    fn counting_anew_gives_what_was_counted_one_by_one() {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            for mut remittance in answers() {
                store_remittance(tx, payment, &remittance)?;
                remittance.paid = Cents::ZERO;
                store_remittance(tx, payment, &remittance)?;
            }
            let kept = everything(tx)?;
            rebuild(tx)?;
            assert!(!kept.is_empty());
            assert_eq!(everything(tx)?, kept);
            Ok(())
        });
    }

    #[test]
    fn without_a_payer_only_the_procedure_and_the_whole_are_known() {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            store_remittance(tx, payment, &rich_remittance())?;
            let counts = of_claim(tx, None, ["97110"])?;
            assert_eq!(counts.overall, DenialCount { adjudicated: 2, denied: 1 });
            assert_eq!(counts.payer, DenialCount::default());
            assert_eq!(counts.procedures[0].anywhere, DenialCount { adjudicated: 1, denied: 1 });
            assert_eq!(counts.procedures[0].at_payer, DenialCount::default());
            Ok(())
        });
    }
}
