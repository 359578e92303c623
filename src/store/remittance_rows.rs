//! What hangs under a remittance: its lines, adjustments, remark codes and rarely named persons.

use rusqlite::{Row, params};

use crate::model::adjustment::Adjustment;
use crate::model::denial::{DenialRules, Outcome};
use crate::model::ids::RemittanceId;
use crate::model::party::Person;
use crate::model::remittance::{Remittance, ServicePayment};

use super::claim_rows::{adjustment, index};
use super::claims::person;
use super::columns::{Cells, joined, place, some, some_day, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "remittance_rows":
    INSERT_LINES = "INSERT INTO service_payments
             (remittance_id, line_number, procedure_qualifier, procedure_code, modifiers, billed_procedure_code,
              billed_modifiers, charge_amount, payment_amount, imbalance, is_denied, revenue_code, units_paid,
              units_billed, service_date, service_date_to, line_item_control_number, allowed_amount, byte, segment)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
    INSERT_ADJUSTMENTS = "INSERT INTO adjustments
             (remittance_id, sequence, line_number, group_code, reason_code, amount, quantity, is_denial)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    INSERT_REMARK_CODES = "INSERT INTO remark_codes (remittance_id, sequence, line_number, code) VALUES (?1, ?2, ?3, ?4)";
    INSERT_PERSON = "INSERT INTO remittance_persons (remittance_id, role, last_name, first_name, member_id, birth_date, sex)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    LOAD_LINES = "SELECT line_number, procedure_qualifier, procedure_code, modifiers, billed_procedure_code,
                    billed_modifiers, charge_amount, payment_amount, revenue_code, units_paid, units_billed,
                    service_date, service_date_to, line_item_control_number, allowed_amount, byte, segment
             FROM service_payments WHERE remittance_id = ?1 ORDER BY line_number";
    LOAD_ADJUSTMENTS = "SELECT line_number, group_code, reason_code, amount, quantity
         FROM adjustments WHERE remittance_id = ?1 ORDER BY sequence";
    LOAD_REMARK_CODES = "SELECT line_number, code FROM remark_codes WHERE remittance_id = ?1 ORDER BY sequence";
    LOAD_PERSONS = "SELECT role, last_name, first_name, member_id, birth_date, sex
         FROM remittance_persons WHERE remittance_id = ?1";
}

/// What of a remittance is denied.
pub(super) struct Denials<'a> {
    /// Whether each line is.
    pub(super) lines: Vec<bool>,
    outcome: Outcome,
    rules: &'a DenialRules,
}

impl<'a> Denials<'a> {
    /// A line is denied for a reason of its own, or with the whole claim where that leaves it unpaid without any.
    pub(super) fn of(remittance: &Remittance, outcome: Outcome, rules: &'a DenialRules) -> Self {
        let counts = matches!(outcome, Outcome::Paid | Outcome::PartlyDenied | Outcome::Denied);
        let with_claim = |line: &ServicePayment| {
            outcome == Outcome::Denied && line.paid.is_zero() && line.adjustments.is_empty()
        };
        let denied = |line| counts && (rules.line_is_denied(line) || with_claim(line));
        Self { lines: remittance.lines.iter().map(denied).collect(), outcome, rules }
    }

    /// How many lines are denied; a claim denied without lines counts as one.
    pub(super) fn count(&self) -> i64 {
        let lines = self.lines.iter().filter(|&&denied| denied).count();
        let whole_claim = usize::from(lines == 0 && self.outcome == Outcome::Denied);
        whole(lines.max(whole_claim) as u64)
    }

    /// Whether an adjustment of the claim, or of a line with this payment, is a reason for the denial.
    fn is_reason(&self, line: Option<&ServicePayment>, adjustment: &Adjustment) -> bool {
        matches!(self.outcome, Outcome::Denied | Outcome::PartlyDenied)
            && line.is_none_or(|line| line.paid.is_zero())
            && self.rules.denies(adjustment)
    }
}

/// Stores everything under a remittance.
pub(super) fn insert(
    tx: &Transaction<'_>,
    id: RemittanceId,
    remittance: &Remittance,
    denials: &Denials<'_>,
) -> Result<(), StoreError> {
    insert_lines(tx, id, &remittance.lines, denials)?;
    insert_adjustments(tx, id, remittance, denials)?;
    insert_remark_codes(tx, id, remittance)?;
    insert_person(tx, id, "subscriber", remittance.subscriber.as_ref())?;
    insert_person(tx, id, "corrected_insured", remittance.corrected_insured.as_ref())
}

fn insert_lines(
    tx: &Transaction<'_>,
    id: RemittanceId,
    lines: &[ServicePayment],
    denials: &Denials<'_>,
) -> Result<(), StoreError> {
    let mut statement = INSERT_LINES.held(tx)?;
    for (index, (line, denied)) in lines.iter().zip(&denials.lines).enumerate() {
        statement.execute(params![
            id,
            place(index),
            some(line.procedure_qualifier.as_ref()),
            some(line.procedure_code.as_ref()),
            joined(&line.modifiers).as_deref(),
            some(line.billed_procedure_code.as_ref()),
            joined(&line.billed_modifiers).as_deref(),
            line.charge,
            line.paid,
            line.imbalance(),
            denied,
            some(line.revenue_code.as_ref()),
            line.units_paid,
            line.units_billed,
            some_day(line.service_date),
            some_day(line.service_date_to),
            some(line.control_number.as_ref()),
            line.allowed,
            whole(line.byte),
            whole(line.segment),
        ])?;
    }
    Ok(())
}

fn insert_adjustments(
    tx: &Transaction<'_>,
    id: RemittanceId,
    remittance: &Remittance,
    denials: &Denials<'_>,
) -> Result<(), StoreError> {
    let of_claim = remittance.adjustments.iter().map(|adjustment| (None, adjustment));
    let of_lines = remittance.lines.iter().enumerate().flat_map(|(index, line)| {
        line.adjustments.iter().map(move |adjustment| (Some((index, line)), adjustment))
    });
    let mut statement = INSERT_ADJUSTMENTS.held(tx)?;
    for (sequence, (line, adjustment)) in of_claim.chain(of_lines).enumerate() {
        statement.execute(params![
            id,
            place(sequence),
            line.map(|(index, _)| place(index)),
            adjustment.group.code(),
            adjustment.reason.as_str(),
            adjustment.amount,
            adjustment.quantity,
            denials.is_reason(line.map(|(_, line)| line), adjustment),
        ])?;
    }
    Ok(())
}

fn insert_remark_codes(
    tx: &Transaction<'_>,
    id: RemittanceId,
    remittance: &Remittance,
) -> Result<(), StoreError> {
    let of_claim = remittance.remark_codes.iter().map(|code| (None, code));
    let of_lines = remittance
        .lines
        .iter()
        .enumerate()
        .flat_map(|(index, line)| line.remark_codes.iter().map(move |code| (Some(place(index)), code)));
    for (sequence, (line, code)) in of_claim.chain(of_lines).enumerate() {
        INSERT_REMARK_CODES.execute(tx, params![id, place(sequence), line, code.as_str()])?;
    }
    Ok(())
}

fn insert_person(
    tx: &Transaction<'_>,
    id: RemittanceId,
    role: &str,
    person: Option<&Person>,
) -> Result<(), StoreError> {
    let Some(person) = person else { return Ok(()) };
    INSERT_PERSON.execute(
        tx,
        params![
            id,
            role,
            some(person.last_name.as_ref()),
            some(person.first_name.as_ref()),
            some(person.member_id.as_ref()),
            some_day(person.birth_date),
            some(person.sex.as_ref()),
        ],
    )?;
    Ok(())
}

/// Reads everything under a remittance into it.
pub(super) fn load(
    connection: &Connection,
    id: RemittanceId,
    remittance: &mut Remittance,
) -> Result<(), StoreError> {
    remittance.lines = load_lines(connection, id)?;
    load_adjustments(connection, id, remittance)?;
    load_remark_codes(connection, id, remittance)?;
    load_persons(connection, id, remittance)
}

fn load_lines(connection: &Connection, id: RemittanceId) -> Result<Vec<ServicePayment>, StoreError> {
    LOAD_LINES.rows(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok(ServicePayment {
            line_number: cells.take()?,
            procedure_qualifier: cells.some_text()?,
            procedure_code: cells.some_text()?,
            modifiers: cells.split()?,
            billed_procedure_code: cells.some_text()?,
            billed_modifiers: cells.split()?,
            charge: cells.take()?,
            paid: cells.take()?,
            revenue_code: cells.some_text()?,
            units_paid: cells.take()?,
            units_billed: cells.take()?,
            service_date: cells.some_day()?,
            service_date_to: cells.some_day()?,
            control_number: cells.some_text()?,
            allowed: cells.take()?,
            adjustments: Vec::new(),
            remark_codes: Vec::new(),
            byte: cells.unsigned()?,
            segment: cells.unsigned()?,
        })
    })
}

fn load_adjustments(
    connection: &Connection,
    id: RemittanceId,
    remittance: &mut Remittance,
) -> Result<(), StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok((index(&mut cells)?, adjustment(&mut cells)?))
    };
    for (line, adjustment) in LOAD_ADJUSTMENTS.rows(connection, [id], read)? {
        match line.and_then(|index| remittance.lines.get_mut(index)) {
            Some(line) => line.adjustments.push(adjustment),
            None => remittance.adjustments.push(adjustment),
        }
    }
    Ok(())
}

fn load_remark_codes(
    connection: &Connection,
    id: RemittanceId,
    remittance: &mut Remittance,
) -> Result<(), StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok((index(&mut cells)?, cells.text()?))
    };
    for (line, code) in LOAD_REMARK_CODES.rows(connection, [id], read)? {
        match line.and_then(|index| remittance.lines.get_mut(index)) {
            Some(line) => line.remark_codes.push(code),
            None => remittance.remark_codes.push(code),
        }
    }
    Ok(())
}

fn load_persons(
    connection: &Connection,
    id: RemittanceId,
    remittance: &mut Remittance,
) -> Result<(), StoreError> {
    let read = |row: &Row<'_>| {
        let mut cells = Cells::of(row);
        Ok((cells.text()?, person(&mut cells)?))
    };
    for (role, person) in LOAD_PERSONS.rows(connection, [id], read)? {
        match &*role {
            "subscriber" => remittance.subscriber = Some(person),
            _ => remittance.corrected_insured = Some(person),
        }
    }
    Ok(())
}
