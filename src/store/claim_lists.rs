//! Lists of claims: all, those that a filter leaves, and those that no remittance answers.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;

use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::{ClaimId, PayerId, ProviderId};
use crate::model::lists::{ClaimFilter, Page};
use crate::money::Cents;

use super::columns::Cells;
use super::error::StoreError;
use super::paging::Listed;
use super::sql::Connection;
use super::sql::query::{Query, queries};

queries! {
    "claims":
    /// Every claim.
    PAGE =
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those of a provider.
    PAGE_OF_PROVIDER =
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE provider_id = ?7 AND id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those of a practice.
    PAGE_OF_PRACTICE =
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE practice_id = ?8 AND id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those denied as a whole.
    PAGE_DENIED =
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE status = 'denied' AND id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those without an answer.
    PAGE_UNLINKED =
        "SELECT id, patient_control_number, total_charge_amount, status, is_incomplete, payer_id, provider_id,
                practice_id, service_date, created_at
         FROM claims WHERE is_linked = 0 AND id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Any other mix of filters: each mix that occurs in a block is one range of the index.
    PAGE_OF_GROUP =
        "SELECT claims.id, patient_control_number, total_charge_amount, claims.status, is_incomplete, claims.payer_id,
                claims.provider_id, claims.practice_id, service_date, created_at
         FROM (
             SELECT claims.id AS id
             FROM claim_counts AS counts
             CROSS JOIN claims INDEXED BY claims_payer_id_status
                 ON claims.payer_id IS nullif(counts.payer_id, 0) AND claims.status = counts.status
                AND claims.provider_id IS nullif(counts.provider_id, 0)
                AND claims.practice_id IS nullif(counts.practice_id, '')
                AND claims.id BETWEEN max(?1, counts.block << 12) AND min(?2, (counts.block << 12) + 4095)
             WHERE counts.block BETWEEN ?1 >> 12 AND ?2 >> 12 AND counts.claims > 0
               AND (?5 IS NULL OR counts.payer_id = ?5) AND (?6 IS NULL OR counts.status = ?6)
               AND (?7 IS NULL OR counts.provider_id = ?7) AND (?8 IS NULL OR counts.practice_id = ?8)
             ORDER BY claims.id DESC LIMIT ?3 OFFSET ?4
         ) AS page
         CROSS JOIN claims ON claims.id = page.id ORDER BY page.id DESC",
        because "sorts the row numbers of the blocks that the page touches, not those of the list";
    /// How many there are in each block.
    COUNTS =
        "SELECT block, sum(claims) FROM claim_counts
         WHERE block BETWEEN ?1 >> 12 AND ?2 >> 12
           AND (?5 IS NULL OR payer_id = ?5) AND (?6 IS NULL OR status = ?6)
           AND (?7 IS NULL OR provider_id = ?7) AND (?8 IS NULL OR practice_id = ?8)
         GROUP BY block HAVING sum(claims) > 0 ORDER BY block DESC";
    /// How many there are in a part of a block.
    COUNT_SPAN =
        "SELECT count(*)
         FROM claim_counts AS counts
         CROSS JOIN claims INDEXED BY claims_payer_id_status
             ON claims.payer_id IS nullif(counts.payer_id, 0) AND claims.status = counts.status
            AND claims.provider_id IS nullif(counts.provider_id, 0)
            AND claims.practice_id IS nullif(counts.practice_id, '')
            AND claims.id BETWEEN ?1 AND ?2
         WHERE counts.block BETWEEN ?1 >> 12 AND ?2 >> 12 AND counts.claims > 0
           AND (?5 IS NULL OR counts.payer_id = ?5) AND (?6 IS NULL OR counts.status = ?6)
           AND (?7 IS NULL OR counts.provider_id = ?7) AND (?8 IS NULL OR counts.practice_id = ?8)";
    /// How many there are without an answer in each block.
    COUNTS_UNLINKED =
        "SELECT block, sum(unlinked) FROM claim_counts
         WHERE block BETWEEN ?1 >> 12 AND ?2 >> 12
         GROUP BY block HAVING sum(unlinked) > 0 ORDER BY block DESC";
    /// How many there are without an answer in a part of a block.
    COUNT_SPAN_UNLINKED = "SELECT count(*) FROM claims WHERE is_linked = 0 AND id BETWEEN ?1 AND ?2";
    /// Where a time begins.
    FIRST_SINCE = "SELECT id FROM claims WHERE created_at >= ?1 ORDER BY created_at, id LIMIT 1";
    /// Where a time ends.
    LAST_UNTIL = "SELECT id FROM claims WHERE created_at <= ?1 ORDER BY created_at DESC, id DESC LIMIT 1";
}

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
    page: &Page,
) -> Result<Vec<ClaimSummary>, StoreError> {
    filtered(filter, |listed| listed.page(connection, page, summary))
}

/// How many claims `filter` leaves.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection, filter: &ClaimFilter) -> Result<u64, StoreError> {
    filtered(filter, |listed| listed.count(connection))
}

fn filtered<T>(filter: &ClaimFilter, ask: impl FnOnce(&Listed<'_>) -> T) -> T {
    let status = filter.status.map(ClaimStatus::name);
    let practice = filter.practice_id.as_deref();
    ask(&Listed {
        counts: &COUNTS,
        count_span: &COUNT_SPAN,
        page: question(filter),
        first_since: &FIRST_SINCE,
        last_until: &LAST_UNTIL,
        from: filter.created_from,
        to: filter.created_to,
        filter: &[&filter.payer_id, &status, &filter.provider_id, &practice],
    })
}

/// The question that has one range of an index where there is one, else the one that joins those of every mix.
fn question(filter: &ClaimFilter) -> &'static Query {
    match (filter.payer_id, filter.status, filter.provider_id, &filter.practice_id) {
        (None, None, None, None) => &PAGE,
        (None, Some(ClaimStatus::Denied), None, None) => &PAGE_DENIED,
        (None, None, Some(_), None) => &PAGE_OF_PROVIDER,
        (None, None, None, Some(_)) => &PAGE_OF_PRACTICE,
        _ => &PAGE_OF_GROUP,
    }
}

/// The claims that no remittance answers, newest first.
///
/// # Errors
/// When the database refuses.
pub fn unlinked(connection: &Connection, page: &Page) -> Result<Vec<ClaimSummary>, StoreError> {
    UNLINKED.page(connection, page, summary)
}

/// How many claims no remittance answers.
///
/// # Errors
/// When the database refuses.
pub fn count_unlinked(connection: &Connection) -> Result<u64, StoreError> {
    UNLINKED.count(connection)
}

const UNLINKED: Listed<'static> = Listed {
    counts: &COUNTS_UNLINKED,
    count_span: &COUNT_SPAN_UNLINKED,
    page: &PAGE_UNLINKED,
    first_since: &FIRST_SINCE,
    last_until: &LAST_UNTIL,
    from: None,
    to: None,
    filter: &[],
};

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

    use crate::model::lists::After;

    use super::super::claims;
    use super::super::fixtures::{
        TestStore, import, now, payer_name, plain_claim, provider_name, store_claim,
    };
    use super::super::sql::Transaction;
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
                assert_eq!(
                    ids(list(tx, &filter, &Page { after: None, skip: 0, limit: 10 })?),
                    [second],
                    "{filter:?}"
                );
                assert_eq!(count(tx, &filter)?, 1);
            }
            assert_eq!(ids(list(tx, &all, &Page { after: None, skip: 0, limit: 10 })?), [second, first]);
            assert_eq!(ids(list(tx, &all, &Page { after: None, skip: 1, limit: 10 })?), [first]);
            assert_eq!(ids(list(tx, &all, &Page { after: None, skip: 0, limit: 1 })?), [second]);
            let later = ClaimFilter { created_from: Some(after), ..all };
            assert_eq!(
                (list(tx, &later, &Page { after: None, skip: 0, limit: 10 })?, count(tx, &later)?),
                (Vec::new(), 0)
            );
            Ok(())
        });
    }

    #[test]
    fn a_listed_claim_says_what_it_is() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            let [claim] = &unlinked(tx, &Page { after: None, skip: 0, limit: 10 })?[..] else {
                panic!("one claim")
            };
            assert_eq!(claim.patient_control_number, "A1");
            assert_eq!(claim.total_charge, Cents::new(10_000));
            assert_eq!((claim.status, claim.is_incomplete), (ClaimStatus::Submitted, false));
            assert_eq!(claim.service_date, Some(jiff::civil::date(2026, 3, 1)));
            assert_eq!(claim.created_at, now());
            Ok(())
        });
    }

    /// Claims of four blocks with every mix of filters, by plain SQL; those of a payer, status and practice are spread.
    fn many(tx: &Transaction<'_>) -> Result<(), StoreError> {
        let import_id = import(tx, '1')?;
        let mut other = plain_claim("A2");
        other.payer = payer_name("Other Payer", &[]);
        other.billing_provider = provider_name("Other Clinic", Some("1234567893"), None);
        store_claim(tx, import_id, &plain_claim("A1"))?;
        store_claim(tx, import_id, &other)?;
        // 12,000 rows in all, one millisecond apart for every hundred.
        tx.execute(
            "INSERT INTO claims
                 (import_id, practice_id, payer_id, provider_id, kind, status, patient_control_number, control_number_key,
                  total_charge_amount, is_predetermination, responsibility, patient_is_dependent, payer_spelling_id,
                  billing_spelling_id, byte, segment, is_incomplete, is_linked, created_at, updated_at)
             WITH RECURSIVE n(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 12000)
             SELECT 1, CASE WHEN n % 7 = 0 THEN NULL WHEN n % 2 THEN 'north' ELSE 'south' END,
                    CASE WHEN n % 11 = 0 THEN NULL WHEN n % 500 = 0 THEN 2 ELSE 1 END, 1 + n / 3 % 2, 'professional',
                    CASE WHEN n % 97 = 0 THEN 'denied' WHEN n % 5 = 0 THEN 'paid' ELSE 'submitted' END, 'A' || n, 'A' || n,
                    100, 0, 'primary', 0, 1, 1, 0, 0, 0, n % 3 = 0,
                    format('2026-04-01T00:00:%02d.%03dZ', n / 100 / 60, n / 100 % 60), '2026-04-01T00:00:00.000Z'
             FROM n",
            [],
        )?;
        Ok(())
    }

    /// What plain SQL says: the ids, newest first.
    fn expected(tx: &Transaction<'_>, condition: &str) -> Vec<String> {
        tx.texts(&format!(
            "SELECT CAST(id AS TEXT) FROM claims WHERE {condition} ORDER BY created_at DESC, id DESC"
        ))
        .unwrap()
    }

    #[test]
    fn every_page_of_every_mix_of_filters_is_what_a_sorted_table_says() {
        TestStore::new().write(|tx| {
            many(tx)?;
            let at = |text: &str| Some(text.parse().unwrap());
            let all = ClaimFilter::default();
            let (payer, status, practice) = (Some(PayerId::new(1)), Some(ClaimStatus::Paid), Some(Text::from("north")));
            let cases = [
                (all.clone(), "TRUE"),
                (ClaimFilter { payer_id: payer, ..all.clone() }, "payer_id = 1"),
                (ClaimFilter { payer_id: Some(PayerId::new(2)), ..all.clone() }, "payer_id = 2"),
                (ClaimFilter { status, ..all.clone() }, "status = 'paid'"),
                (ClaimFilter { status: Some(ClaimStatus::Denied), ..all.clone() }, "status = 'denied'"),
                (ClaimFilter { provider_id: Some(ProviderId::new(1)), ..all.clone() }, "provider_id = 1"),
                (ClaimFilter { practice_id: practice.clone(), ..all.clone() }, "practice_id = 'north'"),
                (
                    ClaimFilter {
                        payer_id: payer,
                        status,
                        practice_id: practice,
                        provider_id: Some(ProviderId::new(2)),
                        ..all.clone()
                    },
                    "payer_id = 1 AND status = 'paid' AND practice_id = 'north' AND provider_id = 2",
                ),
                (
                    ClaimFilter {
                        status,
                        created_from: at("2026-04-01T00:00:00.010Z"),
                        created_to: at("2026-04-01T00:00:01.030Z"),
                        ..all.clone()
                    },
                    "status = 'paid' AND created_at BETWEEN '2026-04-01T00:00:00.010Z' AND '2026-04-01T00:00:01.030Z'",
                ),
                (
                    ClaimFilter { payer_id: payer, created_to: at("2026-04-01T00:00:00.055Z"), ..all.clone() },
                    "payer_id = 1 AND created_at <= '2026-04-01T00:00:00.055Z'",
                ),
                (ClaimFilter { created_from: at("2030-01-01T00:00:00Z"), ..all.clone() }, "FALSE"),
                (ClaimFilter { created_to: at("2020-01-01T00:00:00Z"), ..all.clone() }, "FALSE"),
            ];
            for (filter, condition) in cases {
                let expected = expected(tx, condition);
                assert_eq!(count(tx, &filter)?, expected.len() as u64, "{condition}");
                for skip in [0, 1, 99, 4_095, 4_096, 5_000, 11_950, 12_000] {
                    let page = Page { after: None, skip, limit: 100 };
                    let found: Vec<String> =
                        list(tx, &filter, &page)?.iter().map(|claim| claim.id.to_string()).collect();
                    let start = expected.len().min(usize::try_from(skip).unwrap());
                    assert_eq!(found, expected[start..expected.len().min(start + 100)], "{condition}, {skip}");
                    if let Some(last) = found.last() {
                        let page = Page { after: Some(After::row(last.parse().unwrap())), skip: 0, limit: 1 };
                        let next = list(tx, &filter, &page)?.first().map(|claim| claim.id.to_string());
                        assert_eq!(next.as_ref(), expected.get(start + found.len()), "{condition}, after {last}");
                    }
                }
            }
            let waiting = expected(tx, "is_linked = 0");
            assert_eq!(count_unlinked(tx)?, waiting.len() as u64);
            let page = Page { after: None, skip: 5_000, limit: 3 };
            let found: Vec<String> = unlinked(tx, &page)?.iter().map(|claim| claim.id.to_string()).collect();
            assert_eq!(found, waiting[5_000..5_003]);
            Ok(())
        });
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_the_order_of_the_list() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let first = store_claim(tx, import_id, &plain_claim("A1"))?;
            tx.execute("UPDATE claims SET created_at = '2030-01-01T00:00:00.000Z'", [])?;
            let second = store_claim(tx, import_id, &plain_claim("A2"))?;
            assert_eq!(ids(list(tx, &ClaimFilter::default(), &Page::first(10))?), [second, first]);
            let of_then = ClaimFilter {
                created_from: Some("2030-01-01T00:00:00Z".parse().unwrap()),
                ..Default::default()
            };
            assert_eq!(ids(list(tx, &of_then, &Page::first(10))?), [second, first]);
            Ok(())
        });
    }
}
