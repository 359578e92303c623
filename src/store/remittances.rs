//! Remittances: stored whole with what they mean for their claim, read back whole.

use super::sql::{Connection, Transaction};
use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::model::Text;
use crate::model::claim::Origin;
use crate::model::denial::{DenialRules, Outcome};
use crate::model::ids::{ImportId, PayerId, PaymentId, RemittanceId};
use crate::model::keys::control_number_key;
use crate::model::lists::{Page, RemittanceFilter};
use crate::model::remittance::Remittance;
use crate::money::Cents;

use super::columns::{Cells, json, moment, some, some_day, whole};
use super::error::StoreError;
use super::paging::Listed;
use super::sql::query::queries;
use super::{claims, created_at, keys, remittance_rows, spellings};

queries! {
    "remittances":
    INSERT = "INSERT INTO remittances
             (payment_id, payer_id, status, claim_control_number, control_number_key, remittance_control_number,
              payer_number_key, status_code, charge_amount, payment_amount, patient_responsibility_amount,
              imbalance, denial_count, adjustment_count, filing_indicator, facility_type_code, claim_frequency_type, drg_code,
              patient_last_name, patient_first_name, patient_member_id, patient_birth_date, patient_sex,
              patient_member_key, subscriber_member_key, corrected_member_key, rendering_spelling_id, crossover_spelling_id, service_date, statement_date,
              statement_date_to, received_date, coverage_amount, byte, segment, interchange_control,
              transaction_control, is_incomplete, parsing_warnings, link_state, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40,
                 ?41, ?42)";
    LOAD = "SELECT remittances.payment_id, payments.payment_date, payments.check_number, remittances.payer_id,
                    payers.name, remittances.status, remittances.imbalance, remittances.link_state,
                    remittances.created_at, remittances.updated_at, claim_control_number, status_code,
                    charge_amount, payment_amount, patient_responsibility_amount, filing_indicator,
                    remittance_control_number, facility_type_code, claim_frequency_type, drg_code,
                    patient_last_name, patient_first_name, patient_member_id, patient_birth_date, patient_sex,
                    statement_date, statement_date_to, received_date, coverage_amount, remittances.byte,
                    remittances.segment, remittances.interchange_control, remittances.transaction_control,
                    is_incomplete, parsing_warnings, rendering_spelling_id, crossover_spelling_id
             FROM remittances
             JOIN payments ON payments.id = remittances.payment_id
             LEFT JOIN payers ON payers.id = remittances.payer_id
             WHERE remittances.id = ?1";
    OF_PAYMENT = "SELECT id FROM remittances WHERE payment_id = ?1 ORDER BY id";
    DENIAL_REASONS = "SELECT reason_code FROM adjustments WHERE remittance_id = ?1 AND is_denial = 1
             GROUP BY reason_code ORDER BY min(sequence)",
        because "sorts the adjustments of one remittance";
    SET_LINK_STATE = "UPDATE remittances SET link_state = ?2, updated_at = ?3 WHERE id = ?1 AND link_state <> ?2";
    LINK_STATE = "SELECT link_state FROM remittances WHERE id = ?1";
    IN_FILE = "SELECT remittances.id
             FROM remittances INDEXED BY remittances_control_number_key
             CROSS JOIN payments ON payments.id = remittances.payment_id
             WHERE remittances.control_number_key = ?2 AND payments.import_id = ?1
             ORDER BY remittances.segment <= ?3 DESC, abs(remittances.segment - ?3) LIMIT 1",
        because "sorts the remittances of one number in a file";
    /// Every remittance.
    PAGE =
        "SELECT remittances.id, remittance_control_number, claim_control_number, remittances.payer_id, payers.name,
                charge_amount, payment_amount, payment_date, check_number, remittances.status, link_state,
                remittances.created_at, remittances.updated_at
         FROM (SELECT id FROM remittances WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4) AS page
         CROSS JOIN remittances ON remittances.id = page.id
         CROSS JOIN payments ON payments.id = remittances.payment_id
         LEFT JOIN payers ON payers.id = remittances.payer_id
         ORDER BY page.id DESC";
    /// Those of a payer or an outcome, or both: each mix that occurs in a block is one range of the index.
    PAGE_OF_GROUP =
        "SELECT remittances.id, remittance_control_number, claim_control_number, remittances.payer_id, payers.name,
                charge_amount, payment_amount, payment_date, check_number, remittances.status, link_state,
                remittances.created_at, remittances.updated_at
         FROM (
             SELECT remittances.id AS id
             FROM remittance_counts AS counts
             CROSS JOIN remittances INDEXED BY remittances_payer_id_status
                 ON remittances.payer_id IS nullif(counts.payer_id, 0) AND remittances.status = counts.status
                AND remittances.id BETWEEN max(?1, counts.block << 12) AND min(?2, (counts.block << 12) + 4095)
             WHERE counts.block BETWEEN ?1 >> 12 AND ?2 >> 12 AND counts.remittances > 0
               AND (?5 IS NULL OR counts.payer_id = ?5) AND (?6 IS NULL OR counts.status = ?6)
             ORDER BY remittances.id DESC LIMIT ?3 OFFSET ?4
         ) AS page
         CROSS JOIN remittances ON remittances.id = page.id
         CROSS JOIN payments ON payments.id = remittances.payment_id
         LEFT JOIN payers ON payers.id = remittances.payer_id
         ORDER BY page.id DESC",
        because "sorts the row numbers of the blocks that the page touches, not those of the list";
    /// How many there are in each block.
    COUNTS =
        "SELECT block, sum(remittances) FROM remittance_counts
         WHERE block BETWEEN ?1 >> 12 AND ?2 >> 12
           AND (?5 IS NULL OR payer_id = ?5) AND (?6 IS NULL OR status = ?6)
         GROUP BY block HAVING sum(remittances) > 0 ORDER BY block DESC";
    /// How many there are in a part of a block.
    COUNT_SPAN =
        "SELECT count(*)
         FROM remittance_counts AS counts
         CROSS JOIN remittances INDEXED BY remittances_payer_id_status
             ON remittances.payer_id IS nullif(counts.payer_id, 0) AND remittances.status = counts.status
            AND remittances.id BETWEEN ?1 AND ?2
         WHERE counts.block BETWEEN ?1 >> 12 AND ?2 >> 12 AND counts.remittances > 0
           AND (?5 IS NULL OR counts.payer_id = ?5) AND (?6 IS NULL OR counts.status = ?6)";
    /// Where a time begins.
    FIRST_SINCE = "SELECT id FROM remittances WHERE created_at >= ?1 ORDER BY created_at, id LIMIT 1";
    /// Where a time ends.
    LAST_UNTIL = "SELECT id FROM remittances WHERE created_at <= ?1 ORDER BY created_at DESC, id DESC LIMIT 1";
}

/// A remittance to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewRemittance<'a> {
    /// The remittance as the file says it.
    pub remittance: &'a Remittance,
    /// The payment it belongs to.
    pub payment_id: PaymentId,
    /// The payer's row.
    pub payer_id: Option<PayerId>,
    /// What becomes of it in the same transaction.
    pub link_state: LinkState,
    /// What counts as a denial.
    pub rules: &'a DenialRules,
    /// Now.
    pub now: Timestamp,
}

/// Whether a remittance was brought together with its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It answers a claim that is stored.
    Linked,
    /// No claim fits.
    Unlinked,
    /// Several claims fit.
    Ambiguous,
}

impl LinkState {
    /// The state's name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::Ambiguous => "ambiguous",
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "linked" => Self::Linked,
            "ambiguous" => Self::Ambiguous,
            _ => Self::Unlinked,
        }
    }
}

/// A remittance as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRemittance {
    /// Its row.
    pub id: RemittanceId,
    /// The remittance as the file said it.
    pub remittance: Remittance,
    /// The payment it belongs to.
    pub payment_id: PaymentId,
    /// The payment's date (BPR16).
    pub payment_date: Option<jiff::civil::Date>,
    /// The payment's check or EFT number (TRN02).
    pub check_number: Option<Text>,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The payer's name.
    pub payer_name: Option<Text>,
    /// What it says of its claim.
    pub outcome: Outcome,
    /// The distinct reasons for which the claim or its lines were denied.
    pub denial_reasons: Vec<Text>,
    /// CLP03 − Σ CAS − CLP04.
    pub imbalance: Cents,
    /// Whether it was brought together with its claim.
    pub link_state: LinkState,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When its link last changed.
    pub updated_at: Timestamp,
}

/// Stores a remittance with its lines, adjustments and remark codes.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &Transaction<'_>, new: &NewRemittance<'_>) -> Result<RemittanceId, StoreError> {
    let remittance = new.remittance;
    let outcome = new.rules.outcome(remittance);
    let denials = remittance_rows::Denials::of(remittance, outcome, new.rules);
    let crossover =
        remittance.crossover_payer.as_ref().map(|payer| spellings::payer(tx, payer)).transpose()?;
    let id = INSERT.insert(
        tx,
        params![
            new.payment_id,
            new.payer_id,
            outcome.name(),
            remittance.patient_control_number.as_str(),
            control_number_key(&remittance.patient_control_number).as_str(),
            some(remittance.payer_claim_control_number.as_ref()),
            keys::payer_number(remittance.payer_claim_control_number.as_ref()).as_deref(),
            remittance.status_code.as_str(),
            remittance.charge,
            remittance.paid,
            remittance.patient_responsibility,
            remittance.imbalance(),
            denials.count(),
            whole(remittance.all_adjustments().count() as u64),
            some(remittance.filing_indicator.as_ref()),
            some(remittance.facility_type_code.as_ref()),
            some(remittance.frequency.as_ref()),
            some(remittance.drg_code.as_ref()),
            some(remittance.patient.last_name.as_ref()),
            some(remittance.patient.first_name.as_ref()),
            some(remittance.patient.member_id.as_ref()),
            some_day(remittance.patient.birth_date),
            some(remittance.patient.sex.as_ref()),
            keys::member(Some(&remittance.patient)).as_deref(),
            keys::member(remittance.subscriber.as_ref()).as_deref(),
            keys::member(remittance.corrected_insured.as_ref()).as_deref(),
            spellings::some_provider(tx, remittance.rendering_provider.as_ref())?,
            crossover.map(|(spelling, _)| spelling),
            some_day(remittance.first_service_date()),
            some_day(remittance.statement_from),
            some_day(remittance.statement_to),
            some_day(remittance.received_date),
            remittance.coverage_amount,
            whole(remittance.origin.byte),
            whole(remittance.origin.segment),
            some(remittance.origin.interchange_control.as_ref()),
            some(remittance.origin.transaction_control.as_ref()),
            remittance.is_incomplete,
            json(&remittance.warnings)?,
            new.link_state.name(),
            created_at(tx, new.now)?,
            moment(new.now),
        ],
    )?;
    let id = RemittanceId::new(id);
    remittance_rows::insert(tx, id, remittance, &denials)?;
    Ok(id)
}

/// A remittance as it is stored.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: RemittanceId) -> Result<Option<StoredRemittance>, StoreError> {
    let found = LOAD.optional(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok((head(id, &mut cells)?, cells.take()?, cells.take::<Option<i64>>()?))
    })?;
    let Some((mut stored, rendering, crossover)) = found else { return Ok(None) };
    let remittance = &mut stored.remittance;
    remittance.rendering_provider = spellings::some_provider_by_id(connection, rendering)?;
    remittance.crossover_payer =
        crossover.map(|crossover| spellings::payer_by_id(connection, crossover)).transpose()?;
    remittance_rows::load(connection, id, remittance)?;
    stored.denial_reasons = denial_reasons(connection, id)?;
    Ok(Some(stored))
}

fn head(id: RemittanceId, cells: &mut Cells<'_, '_>) -> rusqlite::Result<StoredRemittance> {
    Ok(StoredRemittance {
        id,
        payment_id: cells.take()?,
        payment_date: cells.some_day()?,
        check_number: cells.some_text()?,
        payer_id: cells.take()?,
        payer_name: cells.some_text()?,
        outcome: cells.parsed()?,
        imbalance: cells.take()?,
        link_state: LinkState::of(&cells.text()?),
        created_at: cells.moment()?,
        updated_at: cells.moment()?,
        denial_reasons: Vec::new(),
        remittance: Remittance {
            patient_control_number: cells.text()?,
            status_code: cells.text()?,
            charge: cells.take()?,
            paid: cells.take()?,
            patient_responsibility: cells.take()?,
            filing_indicator: cells.some_text()?,
            payer_claim_control_number: cells.some_text()?,
            facility_type_code: cells.some_text()?,
            frequency: cells.some_text()?,
            drg_code: cells.some_text()?,
            patient: claims::person(cells)?,
            statement_from: cells.some_day()?,
            statement_to: cells.some_day()?,
            received_date: cells.some_day()?,
            coverage_amount: cells.take()?,
            origin: Origin {
                byte: cells.unsigned()?,
                segment: cells.unsigned()?,
                interchange_control: cells.some_text()?,
                transaction_control: cells.some_text()?,
            },
            is_incomplete: cells.take()?,
            warnings: cells.json()?,
            ..Remittance::default()
        },
    })
}

fn denial_reasons(connection: &Connection, id: RemittanceId) -> Result<Vec<Text>, StoreError> {
    DENIAL_REASONS.rows(connection, [id], |row| Cells::of(row).text())
}

/// A remittance in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemittanceSummary {
    /// Its row.
    pub id: RemittanceId,
    /// CLP07.
    pub remittance_control_number: Option<Text>,
    /// CLP01.
    pub claim_control_number: Text,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The payer's name.
    pub payer_name: Option<Text>,
    /// CLP03.
    pub charge: Cents,
    /// CLP04.
    pub paid: Cents,
    /// The payment's date.
    pub payment_date: Option<jiff::civil::Date>,
    /// The payment's check or EFT number.
    pub check_number: Option<Text>,
    /// What it says of its claim.
    pub outcome: Outcome,
    /// Whether it was brought together with its claim.
    pub link_state: LinkState,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When its link last changed.
    pub updated_at: Timestamp,
}

/// The remittances that `filter` leaves, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(
    connection: &Connection,
    filter: &RemittanceFilter,
    page: &Page,
) -> Result<Vec<RemittanceSummary>, StoreError> {
    filtered(filter, |listed| listed.page(connection, page, summary))
}

/// How many remittances `filter` leaves.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection, filter: &RemittanceFilter) -> Result<u64, StoreError> {
    filtered(filter, |listed| listed.count(connection))
}

fn filtered<T>(filter: &RemittanceFilter, ask: impl FnOnce(&Listed<'_>) -> T) -> T {
    let status = filter.status.map(Outcome::name);
    ask(&Listed {
        counts: &COUNTS,
        count_span: &COUNT_SPAN,
        page: if filter.payer_id.is_none() && status.is_none() { &PAGE } else { &PAGE_OF_GROUP },
        first_since: &FIRST_SINCE,
        last_until: &LAST_UNTIL,
        from: filter.created_from,
        to: filter.created_to,
        filter: &[&filter.payer_id, &status],
    })
}

fn summary(row: &Row<'_>) -> rusqlite::Result<RemittanceSummary> {
    let mut cells = Cells::of(row);
    Ok(RemittanceSummary {
        id: cells.take()?,
        remittance_control_number: cells.some_text()?,
        claim_control_number: cells.text()?,
        payer_id: cells.take()?,
        payer_name: cells.some_text()?,
        charge: cells.take()?,
        paid: cells.take()?,
        payment_date: cells.some_day()?,
        check_number: cells.some_text()?,
        outcome: cells.parsed()?,
        link_state: LinkState::of(&cells.text()?),
        created_at: cells.moment()?,
        updated_at: cells.moment()?,
    })
}

/// The remittances of a payment.
///
/// # Errors
/// When the database refuses.
pub fn of_payment(connection: &Connection, payment: PaymentId) -> Result<Vec<RemittanceId>, StoreError> {
    OF_PAYMENT.rows(connection, [payment], |row| row.get(0))
}

/// Says that several claims fit a remittance, or none; making or removing an episode says the rest by itself.
///
/// # Errors
/// When the database refuses.
pub fn set_link_state(
    tx: &Transaction<'_>,
    id: RemittanceId,
    state: LinkState,
    now: Timestamp,
) -> Result<(), StoreError> {
    SET_LINK_STATE.execute(tx, params![id, state.name(), moment(now)])?;
    Ok(())
}

/// Whether a remittance was brought together with its claim.
///
/// # Errors
/// When the database refuses.
pub fn link_state(connection: &Connection, id: RemittanceId) -> Result<Option<LinkState>, StoreError> {
    LINK_STATE.optional(connection, [id], |row| Ok(LinkState::of(&Cells::of(row).text()?)))
}

/// The remittance of this import under which a segment stands: the last of that number that begins at or before it, else
/// the first.
///
/// # Errors
/// When the database refuses.
pub fn in_file(
    connection: &Connection,
    import: ImportId,
    control_number: &str,
    segment: u64,
) -> Result<Option<RemittanceId>, StoreError> {
    IN_FILE.optional(
        connection,
        params![import, control_number_key(control_number).as_str(), whole(segment)],
        |row| row.get(0),
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{
        TestStore, adjustment, import, now, rich_payment, rich_remittance, store_payment, store_remittance,
    };
    use super::*;

    fn round_trip(remittance: &Remittance) -> StoredRemittance {
        let test = TestStore::new();
        let id = test.write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            store_remittance(tx, payment, remittance)
        });
        test.store.read(|connection| load(connection, id)).unwrap().unwrap()
    }

    #[test]
    fn a_remittance_that_fills_every_field_reads_back_with_what_it_means() {
        let remittance = rich_remittance();
        let stored = round_trip(&remittance);
        assert_eq!(stored.remittance, remittance);
        assert_eq!(stored.outcome, Outcome::PartlyDenied);
        assert_eq!(stored.denial_reasons, ["197"]);
        assert_eq!(stored.imbalance, Cents::ZERO);
        assert_eq!(stored.payer_name.as_deref(), Some("Test Payer Inc"));
        assert_eq!(stored.check_number.as_deref(), Some("EFT1"));
        assert_eq!(stored.link_state, LinkState::Unlinked);
        assert_eq!(stored.created_at, now());
    }

    #[test]
    fn a_remittance_of_which_nothing_is_known_reads_back_as_it_was() {
        assert_eq!(round_trip(&Remittance::default()).remittance, Remittance::default());
    }

    #[test]
    fn a_claim_denied_without_lines_says_its_reasons_and_what_is_missing() {
        let denied = Remittance {
            status_code: "4".into(),
            charge: Cents::new(5_000),
            adjustments: vec![adjustment("CO", "29", 4_000), adjustment("PR", "1", 500)],
            ..Remittance::default()
        };
        let stored = round_trip(&denied);
        assert_eq!(stored.outcome, Outcome::Denied);
        assert_eq!(stored.denial_reasons, ["29"]);
        assert_eq!(stored.imbalance, Cents::new(500));
    }

    #[test]
    fn each_filter_leaves_its_remittances_newest_first() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let first = store_remittance(tx, payment, &rich_remittance())?;
            let second = store_remittance(tx, payment, &Remittance::default())?;
            let all = RemittanceFilter::default();
            let listed = |filter: &RemittanceFilter| {
                let rows = list(tx, filter, &Page { after: None, skip: 0, limit: 10 }).unwrap();
                assert_eq!(count(tx, filter).unwrap(), rows.len() as u64);
                rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
            };
            assert_eq!(listed(&all), [second, first]);
            let status = Some(Outcome::PartlyDenied);
            assert_eq!(listed(&RemittanceFilter { status, ..all.clone() }), [first]);
            assert_eq!(listed(&RemittanceFilter { payer_id: Some(PayerId::new(99)), ..all.clone() }), []);
            assert_eq!(listed(&RemittanceFilter { created_to: Some(now()), ..all.clone() }), [second, first]);
            let row = &list(tx, &all, &Page { after: None, skip: 1, limit: 1 })?[0];
            assert_eq!(row.remittance_control_number.as_deref(), Some("PCN-9"));
            assert_eq!((row.charge, row.paid), (Cents::new(15_100), Cents::new(6_000)));
            assert_eq!(row.payer_name.as_deref(), Some("Test Payer Inc"));
            assert_eq!(row.payment_date, Some(jiff::civil::date(2026, 3, 20)));
            Ok(())
        });
    }

    #[test]
    fn an_ambiguous_remittance_is_marked_as_such() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            let id = store_remittance(tx, payment, &rich_remittance())?;
            assert_eq!(link_state(tx, id)?, Some(LinkState::Unlinked));
            set_link_state(tx, id, LinkState::Ambiguous, now())?;
            assert_eq!(link_state(tx, id)?, Some(LinkState::Ambiguous));
            assert_eq!(link_state(tx, RemittanceId::new(99))?, None);
            Ok(())
        });
    }

    #[test]
    fn every_outcome_is_allowed_by_the_schema() {
        for status in ["1", "4", "22", "23", "25"] {
            let remittance = Remittance { status_code: status.into(), ..rich_remittance() };
            assert_eq!(round_trip(&remittance).outcome, DenialRules::default().outcome(&remittance));
        }
    }
}
