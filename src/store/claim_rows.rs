//! What hangs under a claim: its lines, diagnoses, and other payers with their adjustments.

use rusqlite::{Row, params};

use crate::model::adjustment::{Adjustment, AdjustmentGroup};
use crate::model::claim::{Claim, ClaimLine, OtherPayer};
use crate::model::diagnosis::Diagnosis;
use crate::model::ids::ClaimId;

use super::columns::{Cells, joined, joined_pointers, place, some, some_day, whole};
use super::error::StoreError;
use super::spellings;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "claim_rows":
    INSERT_LINES = "INSERT INTO claim_lines
             (claim_id, sequence, line_number, procedure_qualifier, procedure_code, modifiers, revenue_code,
              charge_amount, unit, quantity, place_of_service, diagnosis_pointers, service_date, service_date_to,
              line_item_control_number, prior_authorization, rendering_spelling_id, byte, segment)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    INSERT_DIAGNOSES = "INSERT INTO diagnoses (claim_id, sequence, role, qualifier, code, present_on_admission)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    INSERT_OTHER_PAYERS = "INSERT INTO claim_other_payers
                 (claim_id, sequence, responsibility, payer_spelling_id, payment_amount)
             VALUES (?1, ?2, ?3, ?4, ?5)";
    INSERT_OTHER_ADJUSTMENTS = "INSERT INTO claim_other_adjustments
                 (claim_id, sequence, other_payer, line, group_code, reason_code, amount, quantity)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    LOAD_LINES = "SELECT id, line_number, procedure_qualifier, procedure_code, modifiers, revenue_code, charge_amount, unit,
                quantity, place_of_service, diagnosis_pointers, service_date, service_date_to,
                line_item_control_number, prior_authorization, byte, segment, rendering_spelling_id
         FROM claim_lines WHERE claim_id = ?1 ORDER BY sequence";
    LINES_TO_MATCH = "SELECT line_number, procedure_code, modifiers, revenue_code, charge_amount, service_date, service_date_to,
                line_item_control_number
         FROM claim_lines WHERE claim_id = ?1 ORDER BY sequence";
    LOAD_DIAGNOSES = "SELECT role, qualifier, code, present_on_admission FROM diagnoses WHERE claim_id = ?1 ORDER BY sequence";
    LOAD_OTHER_PAYERS = "SELECT responsibility, payment_amount, payer_spelling_id
         FROM claim_other_payers WHERE claim_id = ?1 ORDER BY sequence";
    LOAD_OTHER_ADJUSTMENTS = "SELECT other_payer, line, group_code, reason_code, amount, quantity
         FROM claim_other_adjustments WHERE claim_id = ?1 ORDER BY sequence";
}

/// Stores everything under a claim.
pub(super) fn insert(tx: &Transaction<'_>, id: ClaimId, claim: &Claim) -> Result<(), StoreError> {
    insert_lines(tx, id, &claim.lines)?;
    insert_diagnoses(tx, id, &claim.diagnoses)?;
    insert_other_payers(tx, id, &claim.other_payers)?;
    insert_other_adjustments(tx, id, claim)
}

fn insert_lines(tx: &Transaction<'_>, id: ClaimId, lines: &[ClaimLine]) -> Result<(), StoreError> {
    let mut statement = INSERT_LINES.held(tx)?;
    for (index, line) in lines.iter().enumerate() {
        statement.execute(params![
            id,
            place(index),
            line.line_number,
            some(line.procedure_qualifier.as_ref()),
            some(line.procedure_code.as_ref()),
            joined(&line.modifiers).as_deref(),
            some(line.revenue_code.as_ref()),
            line.charge,
            some(line.unit.as_ref()),
            line.quantity,
            some(line.place_of_service.as_ref()),
            joined_pointers(&line.diagnosis_pointers).as_deref(),
            some_day(line.service_date),
            some_day(line.service_date_to),
            some(line.control_number.as_ref()),
            some(line.prior_authorization.as_ref()),
            spellings::some_provider(tx, line.rendering_provider.as_ref())?,
            whole(line.byte),
            whole(line.segment),
        ])?;
    }
    Ok(())
}

fn insert_diagnoses(tx: &Transaction<'_>, id: ClaimId, diagnoses: &[Diagnosis]) -> Result<(), StoreError> {
    let mut statement = INSERT_DIAGNOSES.held(tx)?;
    for (index, diagnosis) in diagnoses.iter().enumerate() {
        statement.execute(params![
            id,
            place(index),
            diagnosis.role.name(),
            diagnosis.qualifier.as_str(),
            diagnosis.code.as_str(),
            some(diagnosis.present_on_admission.as_ref()),
        ])?;
    }
    Ok(())
}

fn insert_other_payers(tx: &Transaction<'_>, id: ClaimId, payers: &[OtherPayer]) -> Result<(), StoreError> {
    for (index, other) in payers.iter().enumerate() {
        INSERT_OTHER_PAYERS.execute(
            tx,
            params![
                id,
                place(index),
                other.responsibility.name(),
                spellings::payer(tx, &other.payer)?.0,
                other.paid,
            ],
        )?;
    }
    Ok(())
}

fn insert_other_adjustments(tx: &Transaction<'_>, id: ClaimId, claim: &Claim) -> Result<(), StoreError> {
    let of_payers = claim.other_payers.iter().enumerate().flat_map(|(index, other)| {
        other.adjustments.iter().map(move |adjustment| (Some(place(index)), None, adjustment))
    });
    let of_lines = claim.lines.iter().enumerate().flat_map(|(index, line)| {
        line.other_payer_adjustments.iter().map(move |adjustment| (None, Some(place(index)), adjustment))
    });
    for (index, (other_payer, line, adjustment)) in of_payers.chain(of_lines).enumerate() {
        INSERT_OTHER_ADJUSTMENTS.execute(
            tx,
            params![
                id,
                place(index),
                other_payer,
                line,
                adjustment.group.code(),
                adjustment.reason.as_str(),
                adjustment.amount,
                adjustment.quantity,
            ],
        )?;
    }
    Ok(())
}

/// Reads everything under a claim into it; returns the row numbers of its lines in their order.
pub(super) fn load(connection: &Connection, id: ClaimId, claim: &mut Claim) -> Result<Vec<i64>, StoreError> {
    let (ids, lines) = load_lines(connection, id)?.into_iter().unzip();
    claim.lines = lines;
    claim.diagnoses = load_diagnoses(connection, id)?;
    claim.other_payers = load_other_payers(connection, id)?;
    load_other_adjustments(connection, id, claim)?;
    Ok(ids)
}

/// What answers' lines are matched with.
pub(super) fn lines_to_match(connection: &Connection, id: ClaimId) -> Result<Vec<ClaimLine>, StoreError> {
    LINES_TO_MATCH.rows(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok(ClaimLine {
            line_number: cells.take()?,
            procedure_code: cells.some_text()?,
            modifiers: cells.split()?,
            revenue_code: cells.some_text()?,
            charge: cells.take()?,
            service_date: cells.some_day()?,
            service_date_to: cells.some_day()?,
            control_number: cells.some_text()?,
            ..ClaimLine::default()
        })
    })
}

/// The lines of a claim with their row numbers, without what other payers took off them.
fn load_lines(connection: &Connection, id: ClaimId) -> Result<Vec<(i64, ClaimLine)>, StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok((cells.take()?, line(&mut cells)?, cells.take()?))
    };
    let with_provider = |(row_number, mut line, rendering): (i64, ClaimLine, Option<i64>)| {
        line.rendering_provider = spellings::some_provider_by_id(connection, rendering)?;
        Ok((row_number, line))
    };
    LOAD_LINES.rows(connection, [id], read)?.into_iter().map(with_provider).collect()
}

fn line(cells: &mut Cells<'_, '_>) -> rusqlite::Result<ClaimLine> {
    Ok(ClaimLine {
        line_number: cells.take()?,
        procedure_qualifier: cells.some_text()?,
        procedure_code: cells.some_text()?,
        modifiers: cells.split()?,
        revenue_code: cells.some_text()?,
        charge: cells.take()?,
        unit: cells.some_text()?,
        quantity: cells.take()?,
        place_of_service: cells.some_text()?,
        diagnosis_pointers: cells.split_pointers()?,
        service_date: cells.some_day()?,
        service_date_to: cells.some_day()?,
        control_number: cells.some_text()?,
        prior_authorization: cells.some_text()?,
        rendering_provider: None,
        other_payer_adjustments: Vec::new(),
        byte: cells.unsigned()?,
        segment: cells.unsigned()?,
    })
}

fn load_diagnoses(connection: &Connection, id: ClaimId) -> Result<Vec<Diagnosis>, StoreError> {
    LOAD_DIAGNOSES.rows(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok(Diagnosis {
            role: cells.parsed()?,
            qualifier: cells.text()?,
            code: cells.text()?,
            present_on_admission: cells.some_text()?,
        })
    })
}

fn load_other_payers(connection: &Connection, id: ClaimId) -> Result<Vec<OtherPayer>, StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        let responsibility = cells.parsed()?;
        let other = OtherPayer { responsibility, paid: cells.take()?, ..OtherPayer::default() };
        Ok((other, cells.take()?))
    };
    let with_payer = |(mut other, spelling): (OtherPayer, i64)| {
        other.payer = spellings::payer_by_id(connection, spelling)?;
        Ok(other)
    };
    LOAD_OTHER_PAYERS.rows(connection, [id], read)?.into_iter().map(with_payer).collect()
}

fn load_other_adjustments(connection: &Connection, id: ClaimId, claim: &mut Claim) -> Result<(), StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok((index(&mut cells)?, index(&mut cells)?, adjustment(&mut cells)?))
    };
    for (other_payer, line, adjustment) in LOAD_OTHER_ADJUSTMENTS.rows(connection, [id], read)? {
        let of_payer = other_payer.and_then(|index| claim.other_payers.get_mut(index));
        if let Some(other) = of_payer {
            other.adjustments.push(adjustment);
        } else if let Some(line) = line.and_then(|index| claim.lines.get_mut(index)) {
            line.other_payer_adjustments.push(adjustment);
        }
    }
    Ok(())
}

/// A place counted from 1 as an index.
pub(super) fn index(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Option<usize>> {
    let place: Option<i64> = cells.take()?;
    Ok(place.and_then(|place| usize::try_from(place - 1).ok()))
}

/// Group, reason, amount and quantity, in this order.
pub(super) fn adjustment(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Adjustment> {
    Ok(Adjustment {
        group: AdjustmentGroup::from_code(&cells.text()?),
        reason: cells.text()?,
        amount: cells.take()?,
        quantity: cells.take()?,
    })
}
