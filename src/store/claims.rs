//! Claims: stored whole, read back whole, and where each stands.

use jiff::Timestamp;
use rusqlite::params;

use crate::model::Text;
use crate::model::claim::{Claim, ClaimLine, ClaimStatus, Origin};
use crate::model::ids::{ClaimId, ImportId, PayerId, ProviderId};
use crate::model::keys::control_number_key;
use crate::model::party::Person;

use super::columns::{Cells, json, moment, some, some_day, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};
use super::{claim_rows, created_at, keys, spellings};

queries! {
    "claims":
    INSERT = "INSERT INTO claims
             (import_id, practice_id, payer_id, plan_id, provider_id, rendering_provider_id, kind, status,
              patient_control_number, control_number_key, total_charge_amount, facility_type_code,
              claim_frequency_type, provider_signature, assignment_code, benefits_assignment,
              release_of_information, is_predetermination, payer_claim_control_number, payer_number_key,
              prior_authorization, referral_number, clearinghouse_trace, medical_record_number, statement_date,
              statement_date_to, admission_date, discharge_date, onset_date, submission_date, service_date, service_date_to,
              group_number, filing_indicator, responsibility, subscriber_last_name, subscriber_first_name,
              subscriber_member_id, subscriber_birth_date, subscriber_sex, patient_is_dependent,
              patient_last_name, patient_first_name, patient_member_id, patient_birth_date, patient_sex,
              subscriber_member_key, patient_member_key, payer_spelling_id, billing_spelling_id, rendering_spelling_id, referring_spelling_id,
              supervising_spelling_id, attending_spelling_id, operating_spelling_id, facility_spelling_id,
              byte, segment, interchange_control, transaction_control, is_incomplete, parsing_warnings,
              supersedes_claim_id, is_scored, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40,
                 ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51, ?52, ?53, ?54, ?55, ?56, ?57, ?58, ?59,
                 ?60, ?61, ?62, ?63, ?64,
                 ?65, ?66)";
    PLAN = "SELECT id FROM plans WHERE payer_id = ?1 AND filing_indicator = ?2 AND group_number = ?3";
    ADD_PLAN = "INSERT INTO plans (payer_id, filing_indicator, group_number, created_at) VALUES (?1, ?2, ?3, ?4)";
    LOAD = "SELECT import_id, practice_id, payer_id, provider_id, rendering_provider_id, kind, status, is_linked,
                    supersedes_claim_id, created_at, updated_at, patient_control_number, total_charge_amount,
                    facility_type_code, claim_frequency_type, provider_signature, assignment_code,
                    benefits_assignment, release_of_information, is_predetermination, payer_claim_control_number,
                    prior_authorization, referral_number, clearinghouse_trace, medical_record_number,
                    statement_date, statement_date_to, admission_date, discharge_date, onset_date,
                    submission_date, group_number, filing_indicator, responsibility, subscriber_last_name,
                    subscriber_first_name, subscriber_member_id, subscriber_birth_date, subscriber_sex,
                    patient_is_dependent, patient_last_name, patient_first_name, patient_member_id,
                    patient_birth_date, patient_sex, byte, segment, interchange_control, transaction_control,
                    is_incomplete, parsing_warnings, payer_spelling_id, billing_spelling_id, rendering_spelling_id,
                    referring_spelling_id, supervising_spelling_id, attending_spelling_id, operating_spelling_id,
                    facility_spelling_id
             FROM claims WHERE id = ?1";
    SET_STATUS = "UPDATE claims SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status <> ?2";
    ANSWER = "UPDATE claims SET status = ?2, is_linked = 1, updated_at = iif(status = ?2, updated_at, ?3)
         WHERE id = ?1 AND (status <> ?2 OR is_linked = 0)";
    STATUS = "SELECT status FROM claims WHERE id = ?1";
    PAYER_OF = "SELECT payer_id FROM claims WHERE id = ?1";
    SUPERSEDED_BY = "SELECT id FROM claims WHERE supersedes_claim_id = ?1 ORDER BY id";
    IN_FILE = "SELECT id FROM claims INDEXED BY claims_control_number_key WHERE control_number_key = ?2 AND import_id = ?1
             ORDER BY segment <= ?3 DESC, abs(segment - ?3) LIMIT 1",
        because "sorts the claims of one number in a file";
    EXISTS = "SELECT 1 FROM claims WHERE id = ?1";
}

/// A claim to be stored, with what was found out about it.
#[derive(Debug, Clone, Copy)]
pub struct NewClaim<'a> {
    /// The claim as the file says it.
    pub claim: &'a Claim,
    /// The file.
    pub import_id: ImportId,
    /// The practice: what the upload gave, else the billing provider's NPI.
    pub practice_id: Option<&'a str>,
    /// Its payer's row.
    pub payer_id: Option<PayerId>,
    /// The billing provider's row.
    pub provider_id: Option<ProviderId>,
    /// The rendering provider's row.
    pub rendering_provider_id: Option<ProviderId>,
    /// Where it stands.
    pub status: ClaimStatus,
    /// The earlier submission that it replaces, voids or repeats.
    pub supersedes: Option<ClaimId>,
    /// Whether its score is stored in the same transaction: the row is then written once.
    pub is_scored: bool,
    /// Now.
    pub now: Timestamp,
}

/// A claim as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClaim {
    /// Its row.
    pub id: ClaimId,
    /// The claim as the file said it.
    pub claim: Claim,
    /// The row number of each line, in the order of `claim.lines`.
    pub line_ids: Vec<i64>,
    /// The file it came in.
    pub import_id: ImportId,
    /// The practice it belongs to.
    pub practice_id: Option<Text>,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The billing provider.
    pub provider_id: Option<ProviderId>,
    /// The rendering provider.
    pub rendering_provider_id: Option<ProviderId>,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Whether a remittance answers it.
    pub is_linked: bool,
    /// The earlier submission that it replaces, voids or repeats.
    pub supersedes: Option<ClaimId>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
}

/// Stores a claim with its lines, diagnoses and other payers.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &Transaction<'_>, new: &NewClaim<'_>) -> Result<ClaimId, StoreError> {
    let claim = new.claim;
    let plan = plan(tx, new)?;
    let patient = claim.patient.as_ref();
    let id = INSERT.insert(
        tx,
        params![
            new.import_id,
            new.practice_id,
            new.payer_id,
            plan,
            new.provider_id,
            new.rendering_provider_id,
            claim.kind.name(),
            new.status.name(),
            claim.patient_control_number.as_str(),
            control_number_key(&claim.patient_control_number).as_str(),
            claim.total_charge,
            some(claim.facility_type_code.as_ref()),
            some(claim.frequency.as_ref()),
            some(claim.provider_signature.as_ref()),
            some(claim.assignment_code.as_ref()),
            some(claim.benefits_assignment.as_ref()),
            some(claim.release_of_information.as_ref()),
            claim.is_predetermination,
            some(claim.payer_claim_control_number.as_ref()),
            keys::payer_number(claim.payer_claim_control_number.as_ref()).as_deref(),
            some(claim.prior_authorization.as_ref()),
            some(claim.referral_number.as_ref()),
            some(claim.clearinghouse_trace.as_ref()),
            some(claim.medical_record_number.as_ref()),
            some_day(claim.statement_from),
            some_day(claim.statement_to),
            some_day(claim.admission_date),
            some_day(claim.discharge_date),
            some_day(claim.onset_date),
            some_day(claim.submission_date),
            some_day(claim.first_service_date()),
            some_day(claim.last_service_date()),
            some(claim.group_number.as_ref()),
            some(claim.filing_indicator.as_ref()),
            claim.responsibility.name(),
            some(claim.subscriber.last_name.as_ref()),
            some(claim.subscriber.first_name.as_ref()),
            some(claim.subscriber.member_id.as_ref()),
            some_day(claim.subscriber.birth_date),
            some(claim.subscriber.sex.as_ref()),
            patient.is_some(),
            some(patient.and_then(|patient| patient.last_name.as_ref())),
            some(patient.and_then(|patient| patient.first_name.as_ref())),
            some(patient.and_then(|patient| patient.member_id.as_ref())),
            patient.and_then(|patient| some_day(patient.birth_date)),
            some(patient.and_then(|patient| patient.sex.as_ref())),
            keys::member(Some(&claim.subscriber)).as_deref(),
            keys::member(patient).as_deref(),
            spellings::payer(tx, &claim.payer)?.0,
            spellings::provider(tx, &claim.billing_provider)?.0,
            spellings::some_provider(tx, claim.rendering_provider.as_ref())?,
            spellings::some_provider(tx, claim.referring_provider.as_ref())?,
            spellings::some_provider(tx, claim.supervising_provider.as_ref())?,
            spellings::some_provider(tx, claim.attending_provider.as_ref())?,
            spellings::some_provider(tx, claim.operating_provider.as_ref())?,
            spellings::some_provider(tx, claim.service_facility.as_ref())?,
            whole(claim.origin.byte),
            whole(claim.origin.segment),
            some(claim.origin.interchange_control.as_ref()),
            some(claim.origin.transaction_control.as_ref()),
            claim.is_incomplete,
            json(&claim.warnings)?,
            new.supersedes,
            new.is_scored,
            created_at(tx, new.now)?,
            moment(new.now),
        ],
    )?;
    let id = ClaimId::new(id);
    claim_rows::insert(tx, id, claim)?;
    Ok(id)
}

/// The plan under which the payer covers the claim's subscriber, found or made.
fn plan(tx: &Transaction<'_>, new: &NewClaim<'_>) -> Result<Option<i64>, StoreError> {
    let Some(payer) = new.payer_id else { return Ok(None) };
    let indicator = new.claim.filing_indicator.as_deref().unwrap_or_default();
    let group = new.claim.group_number.as_deref().unwrap_or_default();
    if indicator.is_empty() && group.is_empty() {
        return Ok(None);
    }
    let known = PLAN.optional(tx, params![payer, indicator, group], |row| row.get(0))?;
    if known.is_some() {
        return Ok(known);
    }
    ADD_PLAN.insert(tx, params![payer, indicator, group, moment(new.now)]).map(Some)
}

/// A claim as it is stored.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: ClaimId) -> Result<Option<StoredClaim>, StoreError> {
    let found = LOAD.optional(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok((head(id, &mut cells)?, Spelled::read(&mut cells)?))
    })?;
    let Some((mut stored, spelled)) = found else { return Ok(None) };
    let claim = &mut stored.claim;
    claim.payer = spellings::payer_by_id(connection, spelled.payer)?;
    claim.billing_provider = spellings::provider_by_id(connection, spelled.billing)?;
    claim.rendering_provider = spellings::some_provider_by_id(connection, spelled.rendering)?;
    claim.referring_provider = spellings::some_provider_by_id(connection, spelled.referring)?;
    claim.supervising_provider = spellings::some_provider_by_id(connection, spelled.supervising)?;
    claim.attending_provider = spellings::some_provider_by_id(connection, spelled.attending)?;
    claim.operating_provider = spellings::some_provider_by_id(connection, spelled.operating)?;
    claim.service_facility = spellings::some_provider_by_id(connection, spelled.facility)?;
    stored.line_ids = claim_rows::load(connection, id, claim)?;
    Ok(Some(stored))
}

/// The columns of a claim's own row in the order of [`load`], up to its spellings.
fn head(id: ClaimId, cells: &mut Cells<'_, '_>) -> rusqlite::Result<StoredClaim> {
    let import_id = cells.take()?;
    let practice_id = cells.some_text()?;
    let (payer_id, provider_id, rendering_provider_id) = (cells.take()?, cells.take()?, cells.take()?);
    let kind = cells.parsed()?;
    let (status, is_linked, supersedes) = (cells.parsed()?, cells.take()?, cells.take()?);
    let (created_at, updated_at) = (cells.moment()?, cells.moment()?);
    let mut claim = Claim::new(kind, &cells.text()?);
    claim.total_charge = cells.take()?;
    claim.facility_type_code = cells.some_text()?;
    claim.frequency = cells.some_text()?;
    claim.provider_signature = cells.some_text()?;
    claim.assignment_code = cells.some_text()?;
    claim.benefits_assignment = cells.some_text()?;
    claim.release_of_information = cells.some_text()?;
    claim.is_predetermination = cells.take()?;
    claim.payer_claim_control_number = cells.some_text()?;
    claim.prior_authorization = cells.some_text()?;
    claim.referral_number = cells.some_text()?;
    claim.clearinghouse_trace = cells.some_text()?;
    claim.medical_record_number = cells.some_text()?;
    claim.statement_from = cells.some_day()?;
    claim.statement_to = cells.some_day()?;
    claim.admission_date = cells.some_day()?;
    claim.discharge_date = cells.some_day()?;
    claim.onset_date = cells.some_day()?;
    claim.submission_date = cells.some_day()?;
    claim.group_number = cells.some_text()?;
    claim.filing_indicator = cells.some_text()?;
    claim.responsibility = cells.parsed()?;
    claim.subscriber = person(cells)?;
    let is_dependent: bool = cells.take()?;
    claim.patient = Some(person(cells)?).filter(|_| is_dependent);
    claim.origin = Origin {
        byte: cells.unsigned()?,
        segment: cells.unsigned()?,
        interchange_control: cells.some_text()?,
        transaction_control: cells.some_text()?,
    };
    claim.is_incomplete = cells.take()?;
    claim.warnings = cells.json()?;
    Ok(StoredClaim {
        id,
        claim,
        line_ids: Vec::new(),
        import_id,
        practice_id,
        payer_id,
        provider_id,
        rendering_provider_id,
        status,
        is_linked,
        supersedes,
        created_at,
        updated_at,
    })
}

/// Last name, first name, member id, birth date and sex, in this order.
pub(super) fn person(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Person> {
    Ok(Person {
        last_name: cells.some_text()?,
        first_name: cells.some_text()?,
        member_id: cells.some_text()?,
        birth_date: cells.some_day()?,
        sex: cells.some_text()?,
    })
}

/// The spellings that a claim's row points to.
struct Spelled {
    payer: i64,
    billing: i64,
    rendering: Option<i64>,
    referring: Option<i64>,
    supervising: Option<i64>,
    attending: Option<i64>,
    operating: Option<i64>,
    facility: Option<i64>,
}

impl Spelled {
    fn read(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Self> {
        Ok(Self {
            payer: cells.take()?,
            billing: cells.take()?,
            rendering: cells.take()?,
            referring: cells.take()?,
            supervising: cells.take()?,
            attending: cells.take()?,
            operating: cells.take()?,
            facility: cells.take()?,
        })
    }
}

/// Says where a claim stands now. `false` when there is no such claim or it stood there before.
///
/// # Errors
/// When the database refuses.
pub fn set_status(
    tx: &Transaction<'_>,
    id: ClaimId,
    status: ClaimStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = SET_STATUS.execute(tx, params![id, status.name(), moment(now)])?;
    Ok(changed > 0)
}

/// Says that a claim is answered, and where it stands now: before its episode is made in the same transaction, which says
/// the first by itself but would write the row twice.
///
/// # Errors
/// When the database refuses.
pub fn answer(
    tx: &Transaction<'_>,
    id: ClaimId,
    status: ClaimStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    ANSWER.execute(tx, params![id, status.name(), moment(now)])?;
    Ok(())
}

/// Where a claim stands; `None` when there is no such claim.
///
/// # Errors
/// When the database refuses.
pub fn status(connection: &Connection, id: ClaimId) -> Result<Option<ClaimStatus>, StoreError> {
    STATUS.optional(connection, [id], |row| Cells::of(row).parsed())
}

/// The payer of a claim.
///
/// # Errors
/// When the database refuses.
pub fn payer_of(connection: &Connection, id: ClaimId) -> Result<Option<PayerId>, StoreError> {
    let payer = PAYER_OF.optional(connection, [id], |row| row.get(0))?;
    Ok(payer.flatten())
}

/// What answers' lines are matched with: numbers, codes, charges and days of a claim's lines in their order. The rest of them
/// is left out.
///
/// # Errors
/// When the database refuses.
pub fn lines(connection: &Connection, id: ClaimId) -> Result<Vec<ClaimLine>, StoreError> {
    claim_rows::lines_to_match(connection, id)
}

/// The later submissions that replace, void or repeat this claim, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn superseded_by(connection: &Connection, id: ClaimId) -> Result<Vec<ClaimId>, StoreError> {
    SUPERSEDED_BY.rows(connection, [id], |row| row.get(0))
}

/// The claim of this import under which a segment stands: the last of that number that begins at or before it, else the
/// first.
///
/// # Errors
/// When the database refuses.
pub fn in_file(
    connection: &Connection,
    import: ImportId,
    control_number: &str,
    segment: u64,
) -> Result<Option<ClaimId>, StoreError> {
    IN_FILE.optional(
        connection,
        params![import, control_number_key(control_number).as_str(), whole(segment)],
        |row| row.get(0),
    )
}

/// Whether there is such a claim.
///
/// # Errors
/// When the database refuses.
pub fn exists(connection: &Connection, id: ClaimId) -> Result<bool, StoreError> {
    EXISTS.exists(connection, [id])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::money::Cents;

    use super::super::fixtures::{TestStore, import, now, plain_claim, rich_claim, store_claim};
    use super::*;

    fn round_trip(test: &TestStore, import_id: ImportId, claim: &Claim) -> StoredClaim {
        let id = test.write(|tx| store_claim(tx, import_id, claim));
        test.store.read(|connection| load(connection, id)).unwrap().unwrap()
    }

    #[test]
    fn a_claim_that_fills_every_field_reads_back_as_it_was() {
        let test = TestStore::new();
        let import_id = test.write(|tx| import(tx, '1'));
        let claim = rich_claim();
        let stored = round_trip(&test, import_id, &claim);
        assert_eq!(stored.claim, claim);
        assert_eq!(stored.line_ids.len(), 2);
        assert_eq!(stored.practice_id.as_deref(), Some("1245319599"));
        assert_eq!((stored.created_at, stored.updated_at), (now(), now()));
        assert!(stored.payer_id.is_some() && stored.provider_id.is_some());
        assert!(!stored.is_linked);
    }

    #[test]
    fn a_claim_of_which_nothing_is_known_reads_back_as_it_was() {
        let test = TestStore::new();
        let import_id = test.write(|tx| import(tx, '1'));
        let claim = Claim::new(crate::model::claim::ClaimKind::Dental, "");
        let stored = round_trip(&test, import_id, &claim);
        assert_eq!(stored.claim, claim);
        assert_eq!((stored.payer_id, stored.provider_id), (None, None));
    }

    #[test]
    fn a_status_changes_once_and_says_when() {
        let test = TestStore::new();
        let later = now() + jiff::SignedDuration::from_secs(1);
        let id = test.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))
        });
        assert!(test.write(|tx| set_status(tx, id, ClaimStatus::Denied, later)));
        assert!(!test.write(|tx| set_status(tx, id, ClaimStatus::Denied, later)));
        let stored = test.store.read(|connection| load(connection, id)).unwrap().unwrap();
        assert_eq!((stored.status, stored.updated_at), (ClaimStatus::Denied, later));
    }

    #[test]
    fn every_status_and_kind_is_allowed_by_the_schema() {
        let test = TestStore::new();
        let id = test.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))
        });
        for status in ClaimStatus::ALL {
            test.write(|tx| set_status(tx, id, status, now()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_texts_amounts_and_dates_read_back_as_they_were(
            number in "\\PC{0,40}", name in "\\PC{1,40}", modifier in "[A-Z0-9]{0,3}", cents in any::<i64>(),
            days in -20_000_i32..20_000, pointers in proptest::collection::vec(any::<u8>(), 0..5),
        ) {
            let test = TestStore::new();
            let import_id = test.write(|tx| import(tx, '1'));
            let day = jiff::civil::date(2000, 1, 1) + jiff::Span::new().days(days);
            let mut claim = rich_claim();
            claim.patient_control_number = number.as_str().into();
            claim.subscriber.last_name = Some(name.as_str().into());
            claim.billing_provider.name = Some(name.as_str().into());
            claim.payer.name = Some(name.as_str().into());
            claim.total_charge = Cents::new(cents);
            claim.onset_date = Some(day);
            claim.lines[0].modifiers = vec![modifier.as_str().into(); 4];
            claim.lines[0].diagnosis_pointers = pointers;
            prop_assert_eq!(round_trip(&test, import_id, &claim).claim, claim);
        }
    }
}
