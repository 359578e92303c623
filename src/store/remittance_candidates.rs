//! Which remittances wait for a claim that arrives after them: wide nets, judged elsewhere.
//!
//! Keys are those of [`crate::model::keys`].

use jiff::civil::Date;
use rusqlite::params;

use crate::model::ids::RemittanceId;
use crate::money::Cents;

use super::columns::day;
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::queries;

queries! {
    "remittance_candidates":
    BY_CONTROL_NUMBER = "SELECT id FROM remittances WHERE control_number_key = ?1 AND link_state <> 'linked' ORDER BY id LIMIT ?2";
    BY_PAYER_NUMBER = "SELECT id FROM remittances WHERE payer_number_key = ?1 AND link_state <> 'linked' ORDER BY id LIMIT ?2";
    BY_MEMBER = "SELECT id FROM remittances
         WHERE patient_member_key = ?1 AND service_date = ?2 AND (charge_amount = ?3 OR charge_amount = -?3) AND link_state <> 'linked'
         UNION ALL
         SELECT id FROM remittances
         WHERE subscriber_member_key = ?1 AND service_date = ?2 AND (charge_amount = ?3 OR charge_amount = -?3)
           AND link_state <> 'linked'
         UNION ALL
         SELECT id FROM remittances
         WHERE corrected_member_key = ?1 AND service_date = ?2 AND (charge_amount = ?3 OR charge_amount = -?3)
           AND link_state <> 'linked'
         LIMIT ?4";
}

/// How many are looked at: a number under which more answers wait tells nothing.
const MOST: u32 = 200;

/// Remittances without a claim that carry this key of the claim's number, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_control_number(
    connection: &Connection,
    key: &str,
) -> Result<Vec<RemittanceId>, StoreError> {
    BY_CONTROL_NUMBER.rows(connection, params![key, MOST], |row| row.get(0))
}

/// Remittances without a claim that carry this key of the payer's control number, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_payer_number(connection: &Connection, key: &str) -> Result<Vec<RemittanceId>, StoreError> {
    BY_PAYER_NUMBER.rows(connection, params![key, MOST], |row| row.get(0))
}

/// Remittances without a claim that name this key of a member id, begin on this day, and answer (or take back) this
/// charge; in no order, and one that names it twice is there twice.
///
/// # Errors
/// When the database refuses.
pub fn waiting_by_member(
    connection: &Connection,
    key: &str,
    service_date: Date,
    charge: Cents,
) -> Result<Vec<RemittanceId>, StoreError> {
    BY_MEMBER.rows(connection, params![key, day(service_date), charge, MOST], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use crate::model::episode::{EpisodeStatus, LinkRule};
    use crate::model::remittance::Remittance;

    use super::super::episodes::{self, NewEpisode};
    use super::super::fixtures::{
        TestStore, import, now, person, plain_claim, rich_payment, rich_remittance, store_claim,
        store_payment, store_remittance,
    };
    use super::*;

    #[test]
    fn what_waits_is_found_by_each_key_until_it_is_linked() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim_id = store_claim(tx, import_id, &plain_claim("A1"))?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let answer = rich_remittance();
            let reversal = Remittance {
                status_code: "22".into(),
                charge: -answer.charge,
                corrected_insured: Some(person("Corrected", "C-7")),
                ..answer.clone()
            };
            let ids = [store_remittance(tx, payment, &answer)?, store_remittance(tx, payment, &reversal)?];
            let day = jiff::civil::date(2026, 3, 1);

            assert_eq!(waiting_by_control_number(tx, "PAT-0001")?, ids);
            assert_eq!(waiting_by_payer_number(tx, "PCN-9")?, ids);
            for patient_or_subscriber in ["M1002", "M100"] {
                assert_eq!(waiting_by_member(tx, patient_or_subscriber, day, answer.charge)?, ids);
            }
            assert_eq!(waiting_by_member(tx, "C7", day, answer.charge)?, [ids[1]]);
            assert_eq!(waiting_by_member(tx, "M100", day, Cents::new(1))?, []);

            let (status, rule) = (EpisodeStatus::Linked, LinkRule::ByHand);
            let episode = NewEpisode { claim_id, remittance_id: ids[0], status, rule, now: now() };
            episodes::insert(tx, &episode)?;
            assert_eq!(waiting_by_control_number(tx, "PAT-0001")?, [ids[1]]);
            assert_eq!(waiting_by_payer_number(tx, "PCN-9")?, [ids[1]]);
            assert_eq!(waiting_by_member(tx, "M100", day, answer.charge)?, [ids[1]]);
            Ok(())
        });
    }
}
