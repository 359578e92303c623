//! Which claims a remittance may answer, and which earlier submissions a claim may follow: wide nets, judged elsewhere.
//!
//! Keys are those of [`crate::model::keys`].

use jiff::civil::Date;
use rusqlite::{Row, ToSql, params};

use crate::model::Text;
use crate::model::claim::{ClaimStatus, PayerResponsibility};
use crate::model::denial::Outcome;
use crate::model::ids::{ClaimId, PayerId, ProviderId};
use crate::money::Cents;

use super::columns::{Cells, day};
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::{Query, queries};

queries! {
    "claim_candidates":
    BY_CONTROL_NUMBER = "SELECT claims.id, patient_control_number, payer_claim_control_number, total_charge_amount,
                claim_frequency_type, responsibility, is_predetermination, status, service_date, service_date_to,
                submission_date, subscriber_member_key, patient_member_key, subscriber_last_name,
                patient_last_name, payer_id, claims.provider_id, billing.npi, billing.tax_id, billing.other_id,
                is_linked
         FROM claims JOIN provider_spellings AS billing ON billing.id = billing_spelling_id
         WHERE control_number_key = ?1 ORDER BY claims.id DESC LIMIT ?2";
    BY_PAYER_NUMBER = "SELECT claims.id, patient_control_number, payer_claim_control_number, total_charge_amount,
                claim_frequency_type, responsibility, is_predetermination, status, service_date, service_date_to,
                submission_date, subscriber_member_key, patient_member_key, subscriber_last_name,
                patient_last_name, payer_id, claims.provider_id, billing.npi, billing.tax_id, billing.other_id,
                is_linked
         FROM claims JOIN provider_spellings AS billing ON billing.id = billing_spelling_id
         WHERE claims.id IN (
             SELECT claim_episodes.claim_id
             FROM remittances JOIN claim_episodes ON claim_episodes.remittance_id = remittances.id
             WHERE remittances.payer_number_key = ?1
             UNION
             SELECT id FROM claims WHERE payer_number_key = ?1
         )
         ORDER BY claims.id DESC LIMIT ?2",
        because "sorts the claims of one payer number, of which there are few";
    BY_MEMBER = "SELECT claims.id, patient_control_number, payer_claim_control_number, total_charge_amount,
                claim_frequency_type, responsibility, is_predetermination, status, service_date, service_date_to,
                submission_date, subscriber_member_key, patient_member_key, subscriber_last_name,
                patient_last_name, payer_id, claims.provider_id, billing.npi, billing.tax_id, billing.other_id,
                is_linked
         FROM claims JOIN provider_spellings AS billing ON billing.id = billing_spelling_id
         WHERE claims.id IN (
             SELECT id FROM claims
             WHERE subscriber_member_key = ?1 AND service_date = ?2 AND total_charge_amount = ?3
             UNION
             SELECT id FROM claims
             WHERE patient_member_key = ?1 AND service_date = ?2 AND total_charge_amount = ?3
         )
         ORDER BY claims.id DESC LIMIT ?4";
    ANSWERS = "SELECT remittances.remittance_control_number, remittances.status
             FROM claim_episodes JOIN remittances ON remittances.id = claim_episodes.remittance_id
             WHERE claim_episodes.claim_id = ?1 ORDER BY remittances.id",
        because "sorts the answers of one claim";
}

/// What tells one claim from another of the same number or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimCandidate {
    /// Its row.
    pub id: ClaimId,
    /// CLM01 as sent.
    pub patient_control_number: Text,
    /// REF*F8 as sent.
    pub payer_claim_control_number: Option<Text>,
    /// CLM02.
    pub total_charge: Cents,
    /// CLM05-3.
    pub frequency: Option<Text>,
    /// SBR01.
    pub responsibility: PayerResponsibility,
    /// CLM19 = PB.
    pub is_predetermination: bool,
    /// Where it stands.
    pub status: ClaimStatus,
    /// The first day of service.
    pub service_date: Option<Date>,
    /// The last day of service.
    pub service_date_to: Option<Date>,
    /// When it was sent.
    pub submission_date: Option<Date>,
    /// The member ids of subscriber and patient, as keys.
    pub member_keys: Vec<Text>,
    /// The last names of subscriber and patient.
    pub last_names: Vec<Text>,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The billing provider.
    pub provider_id: Option<ProviderId>,
    /// The billing provider's NPI as sent.
    pub billing_npi: Option<Text>,
    /// The billing provider's tax id as sent.
    pub billing_tax_id: Option<Text>,
    /// Any other id of the billing provider as sent.
    pub billing_other_id: Option<Text>,
    /// The answers linked with it, oldest first.
    pub answers: Vec<Answer>,
}

/// An answer that is linked with a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// CLP07 as sent.
    pub payer_claim_control_number: Option<Text>,
    /// What it says.
    pub outcome: Outcome,
}

/// How many candidates are looked at: a number that more claims carry tells nothing.
const MOST: i64 = 200;

/// Claims with this key of their number, newest first.
///
/// # Errors
/// When the database refuses.
pub fn by_control_number(connection: &Connection, key: &str) -> Result<Vec<ClaimCandidate>, StoreError> {
    candidates(connection, &BY_CONTROL_NUMBER, params![key, MOST])
}

/// Claims that an answer under this key of a payer's control number is linked with, or that name it in REF*F8.
///
/// # Errors
/// When the database refuses.
pub fn by_payer_number(connection: &Connection, key: &str) -> Result<Vec<ClaimCandidate>, StoreError> {
    candidates(connection, &BY_PAYER_NUMBER, params![key, MOST])
}

/// Claims whose subscriber or patient has this key of a member id, that begin on this day and charge this much.
///
/// # Errors
/// When the database refuses.
pub fn by_member(
    connection: &Connection,
    key: &str,
    service_date: Date,
    charge: Cents,
) -> Result<Vec<ClaimCandidate>, StoreError> {
    candidates(connection, &BY_MEMBER, params![key, day(service_date), charge, MOST])
}

fn candidates(
    connection: &Connection,
    question: &'static Query,
    values: &[&dyn ToSql],
) -> Result<Vec<ClaimCandidate>, StoreError> {
    let answered = |(mut candidate, is_linked): (ClaimCandidate, bool)| {
        if is_linked {
            candidate.answers = answers(connection, candidate.id)?;
        }
        Ok(candidate)
    };
    question.rows(connection, values, candidate)?.into_iter().map(answered).collect()
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<(ClaimCandidate, bool)> {
    let mut cells = Cells::of(row);
    let candidate = ClaimCandidate {
        id: cells.take()?,
        patient_control_number: cells.text()?,
        payer_claim_control_number: cells.some_text()?,
        total_charge: cells.take()?,
        frequency: cells.some_text()?,
        responsibility: cells.parsed()?,
        is_predetermination: cells.take()?,
        status: cells.parsed()?,
        service_date: cells.some_day()?,
        service_date_to: cells.some_day()?,
        submission_date: cells.some_day()?,
        member_keys: cells.some_text()?.into_iter().chain(cells.some_text()?).collect(),
        last_names: cells.some_text()?.into_iter().chain(cells.some_text()?).collect(),
        payer_id: cells.take()?,
        provider_id: cells.take()?,
        billing_npi: cells.some_text()?,
        billing_tax_id: cells.some_text()?,
        billing_other_id: cells.some_text()?,
        answers: Vec::new(),
    };
    Ok((candidate, cells.take()?))
}

fn answers(connection: &Connection, claim: ClaimId) -> Result<Vec<Answer>, StoreError> {
    ANSWERS.rows(connection, [claim], |row| {
        let mut cells = Cells::of(row);
        Ok(Answer { payer_claim_control_number: cells.some_text()?, outcome: cells.parsed()? })
    })
}

#[cfg(test)]
mod tests {
    use crate::model::episode::{EpisodeStatus, LinkRule};
    use crate::model::keys;

    use super::super::episodes::{self, NewEpisode};
    use super::super::fixtures::{
        TestStore, import, now, plain_claim, rich_claim, rich_payment, rich_remittance, store_claim,
        store_payment, store_remittance,
    };
    use super::*;

    fn ids(candidates: &[ClaimCandidate]) -> Vec<ClaimId> {
        candidates.iter().map(|candidate| candidate.id).collect()
    }

    #[test]
    fn a_number_cut_and_upper_cased_by_the_payer_finds_its_claims_newest_first() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let first = store_claim(tx, import_id, &plain_claim("abcdefghij0123456789-tail"))?;
            let second = store_claim(tx, import_id, &plain_claim("ABCDEFGHIJ0123456789"))?;
            store_claim(tx, import_id, &plain_claim("ABCDEFGHIJ012345678"))?;
            let found = by_control_number(tx, &keys::control_number_key("ABCDEFGHIJ0123456789"))?;
            assert_eq!(ids(&found), [second, first]);
            Ok(())
        });
    }

    #[test]
    fn a_candidate_says_all_that_tells_it_from_others() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim = rich_claim();
            store_claim(tx, import_id, &claim)?;
            let [found] = &by_control_number(tx, "PAT-0001")?[..] else { panic!("one claim") };
            assert_eq!(found.patient_control_number, claim.patient_control_number);
            assert_eq!(found.payer_claim_control_number, claim.payer_claim_control_number);
            assert_eq!(found.total_charge, claim.total_charge);
            assert_eq!(
                (found.service_date, found.service_date_to),
                (claim.first_service_date(), claim.last_service_date())
            );
            assert_eq!(found.submission_date, claim.submission_date);
            assert_eq!(found.member_keys, ["M100", "M1002"]);
            assert_eq!(found.last_names, ["Subscriber", "Patient"]);
            assert_eq!(found.billing_npi, claim.billing_provider.npi);
            assert_eq!(found.billing_tax_id, claim.billing_provider.tax_id);
            assert_eq!(found.responsibility, claim.responsibility);
            assert!(found.is_predetermination && found.payer_id.is_some() && found.provider_id.is_some());
            assert_eq!(found.answers, []);
            Ok(())
        });
    }

    #[test]
    fn a_payers_number_finds_the_claim_it_answered_and_the_claim_that_replaces_it() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let answered = store_claim(tx, import_id, &plain_claim("A1"))?;
            let mut replacement = plain_claim("A2");
            replacement.payer_claim_control_number = Some(" pcn-9 ".into());
            let replacement = store_claim(tx, import_id, &replacement)?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let remittance_id = store_remittance(tx, payment, &rich_remittance())?;
            let (status, rule) = (EpisodeStatus::Linked, LinkRule::ByHand);
            episodes::insert(
                tx,
                &NewEpisode { claim_id: answered, remittance_id, status, rule, now: now() },
            )?;
            let found = by_payer_number(tx, "PCN-9")?;
            assert_eq!(ids(&found), [replacement, answered]);
            let answer =
                Answer { payer_claim_control_number: Some("PCN-9".into()), outcome: Outcome::PartlyDenied };
            assert_eq!(found[1].answers, [answer]);
            Ok(())
        });
    }

    #[test]
    fn a_member_is_found_as_subscriber_or_patient_on_the_day_and_charge() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim = rich_claim();
            let id = store_claim(tx, import_id, &claim)?;
            let day = jiff::civil::date(2026, 3, 1);
            for key in ["M100", "M1002"] {
                assert_eq!(ids(&by_member(tx, key, day, claim.total_charge)?), [id], "{key}");
            }
            assert_eq!(by_member(tx, "M100", day, Cents::ZERO)?, []);
            assert_eq!(by_member(tx, "M100", day.tomorrow().unwrap(), claim.total_charge)?, []);
            Ok(())
        });
    }
}
