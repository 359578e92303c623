//! Which remittances wait for a claim that arrives after them: wide nets, judged elsewhere.
//!
//! Keys are those of [`crate::model::keys`].

use jiff::civil::Date;
use rusqlite::{Connection, ToSql, params};

use crate::model::ids::RemittanceId;
use crate::money::Cents;

use super::columns::day;
use super::error::StoreError;

/// How many are looked at: a number under which more answers wait tells nothing.
const MOST: i64 = 200;

/// Remittances without a claim that carry this key of the claim's number, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_control_number(
    connection: &Connection,
    key: &str,
) -> Result<Vec<RemittanceId>, StoreError> {
    ids(
        connection,
        "SELECT id FROM remittances WHERE control_number_key = ?1 AND link_state <> 'linked' ORDER BY id LIMIT ?2",
        params![key, MOST],
    )
}

/// Remittances without a claim that carry this key of the payer's control number, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_payer_number(connection: &Connection, key: &str) -> Result<Vec<RemittanceId>, StoreError> {
    ids(
        connection,
        "SELECT id FROM remittances WHERE payer_number_key = ?1 AND link_state <> 'linked' ORDER BY id LIMIT ?2",
        params![key, MOST],
    )
}

/// Remittances without a claim that name this key of a member id, begin on this day, and answer (or take back) this
/// charge; oldest first.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_member(
    connection: &Connection,
    key: &str,
    service_date: Date,
    charge: Cents,
) -> Result<Vec<RemittanceId>, StoreError> {
    ids(
        connection,
        "SELECT id FROM remittances
         WHERE patient_member_key = ?1 AND service_date = ?2 AND charge_amount IN (?3, -?3) AND link_state <> 'linked'
         UNION
         SELECT id FROM remittances
         WHERE subscriber_member_key = ?1 AND service_date = ?2 AND charge_amount IN (?3, -?3)
           AND link_state <> 'linked'
         UNION
         SELECT id FROM remittances
         WHERE corrected_member_key = ?1 AND service_date = ?2 AND charge_amount IN (?3, -?3)
           AND link_state <> 'linked'
         ORDER BY 1 LIMIT ?4",
        params![key, day(service_date), charge, MOST],
    )
}

fn ids(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<RemittanceId>, StoreError> {
    Ok(connection.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?)
}
