//! Lists of claims: all, those that a filter leaves, and those that no remittance answers.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, ToSql};

use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::{ClaimId, PayerId, ProviderId};
use crate::model::lists::ClaimFilter;
use crate::money::Cents;

use super::columns::{Cells, Column, moment, whole};
use super::error::StoreError;

/// A claim in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimSummary {
    /// Its row.
    pub id: ClaimId,
    /// CLM01.
    pub patient_control_number: Text,
    /// CLM02.
    pub total_charge: Cents,
    /// Where it stands.
    pub status: ClaimStatus,
    /// The file ended before it was whole.
    pub is_incomplete: bool,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The billing provider.
    pub provider_id: Option<ProviderId>,
    /// The practice.
    pub practice_id: Option<Text>,
    /// The first day of service.
    pub service_date: Option<Date>,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// The part of a question behind WHERE: one constant piece per condition that is asked for, so that each combination is
/// a question of its own with a plan of its own.
struct Conditions {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    fn of(start: &str, filter: &ClaimFilter) -> Self {
        let mut conditions = Self { sql: start.to_owned(), values: Vec::new() };
        conditions.add(" AND payer_id = ?", filter.payer_id);
        conditions.add(" AND provider_id = ?", filter.provider_id);
        conditions.add(" AND practice_id = ?", filter.practice_id.as_deref().map(Column::of));
        conditions.add(" AND status = ?", filter.status.map(ClaimStatus::name));
        conditions.add(" AND created_at >= ?", filter.created_from.map(moment));
        conditions.add(" AND created_at <= ?", filter.created_to.map(moment));
        conditions
    }

    fn add(&mut self, sql: &'static str, value: Option<impl ToSql + 'static>) {
        if let Some(value) = value {
            self.sql.push_str(sql);
            self.values.push(Box::new(value));
        }
    }
}

/// The claims that `filter` leaves, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(
    connection: &Connection,
    filter: &ClaimFilter,
    skip: u64,
    limit: u64,
) -> Result<Vec<ClaimSummary>, StoreError> {
    let mut question = Conditions::of(
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE TRUE",
        filter,
    );
    question.sql.push_str(" ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?");
    question.values.push(Box::new(whole(limit)));
    question.values.push(Box::new(whole(skip)));
    Ok(connection
        .prepare_cached(&question.sql)?
        .query_map(rusqlite::params_from_iter(question.values), summary)?
        .collect::<Result<_, _>>()?)
}

/// How many claims `filter` leaves.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection, filter: &ClaimFilter) -> Result<u64, StoreError> {
    let question = Conditions::of("SELECT count(*) FROM claims WHERE TRUE", filter);
    super::count(connection, &question.sql, rusqlite::params_from_iter(question.values))
}

/// The claims that no remittance answers, newest first.
///
/// # Errors
/// When the database refuses.
pub fn unlinked(connection: &Connection, skip: u64, limit: u64) -> Result<Vec<ClaimSummary>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                    practice_id, service_date, created_at
             FROM claims WHERE is_linked = 0 ORDER BY created_at DESC, id DESC LIMIT ?2 OFFSET ?1",
        )?
        .query_map(super::page(skip, limit), summary)?
        .collect::<Result<_, _>>()?)
}

/// How many claims no remittance answers.
///
/// # Errors
/// When the database refuses.
pub fn count_unlinked(connection: &Connection) -> Result<u64, StoreError> {
    super::count(connection, "SELECT count(*) FROM claims WHERE is_linked = 0", [])
}

fn summary(row: &Row<'_>) -> rusqlite::Result<ClaimSummary> {
    let mut cells = Cells::of(row);
    Ok(ClaimSummary {
        id: cells.take()?,
        patient_control_number: cells.text()?,
        total_charge: cells.take()?,
        status: cells.parsed()?,
        is_incomplete: cells.take()?,
        payer_id: cells.take()?,
        provider_id: cells.take()?,
        practice_id: cells.some_text()?,
        service_date: cells.some_day()?,
        created_at: cells.moment()?,
    })
}
