//! Lists of claims: all, those that a filter leaves, and those that no remittance answers.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row};

use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::{ClaimId, PayerId, ProviderId};
use crate::model::lists::ClaimFilter;
use crate::money::Cents;

use super::columns::{Cells, Column, moment};
use super::conditions::Conditions;
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
    let question = "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id,
                           provider_id, practice_id, service_date, created_at
                    FROM claims WHERE TRUE";
    filtered(question, filter).page(connection, " ORDER BY created_at DESC, id DESC", (skip, limit), summary)
}

/// How many claims `filter` leaves.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection, filter: &ClaimFilter) -> Result<u64, StoreError> {
    filtered("SELECT count(*) FROM claims WHERE TRUE", filter).count(connection)
}

fn filtered(question: &'static str, filter: &ClaimFilter) -> Conditions {
    Conditions::of(question)
        .and(" AND payer_id = ?", filter.payer_id)
        .and(" AND provider_id = ?", filter.provider_id)
        .and(" AND practice_id = ?", filter.practice_id.as_deref().map(Column::of))
        .and(" AND status = ?", filter.status.map(ClaimStatus::name))
        .and(" AND created_at >= ?", filter.created_from.map(moment))
        .and(" AND created_at <= ?", filter.created_to.map(moment))
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

#[cfg(test)]
mod tests {
    use crate::model::Text;

    use super::super::claims;
    use super::super::fixtures::{
        TestStore, import, now, payer_name, plain_claim, provider_name, store_claim,
    };
    use super::*;

    fn ids(claims: Vec<ClaimSummary>) -> Vec<ClaimId> {
        claims.into_iter().map(|claim| claim.id).collect()
    }

    #[test]
    fn each_filter_leaves_its_claims_newest_first() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let first = store_claim(tx, import_id, &plain_claim("A1"))?;
            let mut other = plain_claim("A2");
            other.payer = payer_name("Other Payer", &[]);
            other.billing_provider = provider_name("Other Clinic", Some("1234567893"), None);
            let second = store_claim(tx, import_id, &other)?;
            claims::set_status(tx, second, ClaimStatus::Denied, now())?;
            let stored = claims::load(tx, second)?.unwrap();

            let all = ClaimFilter::default();
            let after = now() + jiff::SignedDuration::from_secs(1);
            let of_second = [
                ClaimFilter { payer_id: stored.payer_id, ..all.clone() },
                ClaimFilter { provider_id: stored.provider_id, ..all.clone() },
                ClaimFilter { practice_id: Some(Text::from("1234567893")), ..all.clone() },
                ClaimFilter { status: Some(ClaimStatus::Denied), ..all.clone() },
                ClaimFilter {
                    status: Some(ClaimStatus::Denied),
                    payer_id: stored.payer_id,
                    created_from: Some(now()),
                    created_to: Some(after),
                    ..all.clone()
                },
            ];
            for filter in of_second {
                assert_eq!(ids(list(tx, &filter, 0, 10)?), [second], "{filter:?}");
                assert_eq!(count(tx, &filter)?, 1);
            }
            assert_eq!(ids(list(tx, &all, 0, 10)?), [second, first]);
            assert_eq!(ids(list(tx, &all, 1, 10)?), [first]);
            assert_eq!(ids(list(tx, &all, 0, 1)?), [second]);
            let later = ClaimFilter { created_from: Some(after), ..all };
            assert_eq!((list(tx, &later, 0, 10)?, count(tx, &later)?), (Vec::new(), 0));
            Ok(())
        });
    }

    #[test]
    fn a_listed_claim_says_what_it_is() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            let [claim] = &unlinked(tx, 0, 10)?[..] else { panic!("one claim") };
            assert_eq!(claim.patient_control_number, "A1");
            assert_eq!(claim.total_charge, Cents::new(10_000));
            assert_eq!((claim.status, claim.is_incomplete), (ClaimStatus::Submitted, false));
            assert_eq!(claim.service_date, Some(jiff::civil::date(2026, 3, 1)));
            assert_eq!(claim.created_at, now());
            Ok(())
        });
    }
}
