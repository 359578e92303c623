//! Imports: each file received, how far it is stored, and what it held.

use super::sql::{Connection, Transaction};
use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::model::Text;
use crate::model::ids::{ClaimId, ImportId};
use crate::model::import::ImportState;
use crate::model::lists::Page;

use super::columns::{Cells, moment, whole};
use super::error::StoreError;
use super::sql::query::queries;

queries! {
    "imports":
    QUEUE = "INSERT INTO imports (filename, sha256, file_size, state, practice_id, received_at)
         VALUES (?1, ?2, ?3, 'queued', ?4, ?5)";
    NOTE_DUPLICATE = "INSERT INTO imports
             (filename, sha256, file_size, state, practice_id, duplicate_of, received_at, finished_at)
         VALUES (?1, ?2, ?3, 'duplicate', ?4, ?5, ?6, ?6)";
    BY_SHA256 = "SELECT id FROM imports WHERE sha256 = ?1 AND state IN ('queued', 'running', 'done') LIMIT 1";
    NEXT_TO_RUN = "SELECT id, task_id, filename, sha256, file_size, kind, state, position, claims_stored,
                    remittances_stored, episodes_linked, claims_scored, tally, message, practice_id, duplicate_of,
                    received_at, started_at, finished_at
             FROM imports WHERE state IN ('queued', 'running') ORDER BY id LIMIT ?1",
        because "reads the files that wait, which an index of their own lists";
    WAITING = "SELECT count(*) FROM imports WHERE state IN ('queued', 'running')",
        because "reads the files that wait, which an index of their own lists";
    START = "UPDATE imports SET state = 'running', started_at = ifnull(started_at, ?2)
         WHERE id = ?1 AND state IN ('queued', 'running')";
    PROGRESS = "SELECT position, claims_stored, remittances_stored, episodes_linked, claims_scored FROM imports WHERE id = ?1";
    SET_PROGRESS = "UPDATE imports
         SET position = ?2, claims_stored = ?3, remittances_stored = ?4, episodes_linked = ?5, claims_scored = ?6
         WHERE id = ?1";
    FINISH = "UPDATE imports SET state = 'done', kind = ?2, tally = ?3, finished_at = ?4 WHERE id = ?1";
    FAIL = "UPDATE imports
         SET state = 'failed', kind = ?2, message = ?3, finished_at = ?4, position = 0, claims_stored = 0,
             remittances_stored = 0, episodes_linked = 0, claims_scored = 0
         WHERE id = ?1";
    BEREFT = "SELECT claims.id
             FROM payments
             JOIN remittances ON remittances.payment_id = payments.id
             JOIN claim_episodes ON claim_episodes.remittance_id = remittances.id
             JOIN claims ON claims.id = claim_episodes.claim_id
             WHERE payments.import_id = ?1 AND claims.import_id <> ?1
             UNION
             SELECT earlier.id
             FROM claims AS later JOIN claims AS earlier ON earlier.id = later.supersedes_claim_id
             WHERE later.import_id = ?1 AND earlier.import_id <> ?1",
        because "sorts the claims of one import that is taken back";
    DELETE_CLAIMS = "DELETE FROM claims WHERE import_id = ?1";
    DELETE_PAYMENTS = "DELETE FROM payments WHERE import_id = ?1";
    LOAD = "SELECT id, task_id, filename, sha256, file_size, kind, state, position, claims_stored,
                    remittances_stored, episodes_linked, claims_scored, tally, message, practice_id, duplicate_of,
                    received_at, started_at, finished_at
             FROM imports WHERE id = ?1";
    LIST = "SELECT id, task_id, filename, sha256, file_size, kind, state, position, claims_stored,
                    remittances_stored, episodes_linked, claims_scored, tally, message, practice_id, duplicate_of,
                    received_at, started_at, finished_at
             FROM imports WHERE id < ?3 ORDER BY id DESC LIMIT ?2 OFFSET ?1";
    COUNT = "SELECT count(*) FROM imports",
        because "a row for each file received";
}

/// A file that was received and is on disk.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// Its name as the sender gave it.
    pub filename: &'a str,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: &'a str,
    /// Its size in bytes.
    pub file_size: u64,
    /// The practice it was uploaded for, where the sender said so.
    pub practice_id: Option<&'a str>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// One file received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its row.
    pub id: ImportId,
    /// The id by which others ask for it: `imp-` and the row number.
    pub task_id: Text,
    /// Its name as the sender gave it.
    pub filename: String,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub file_size: u64,
    /// What kind of file it was found to be (`837`, `835`, `mixed`, ...); `None` before it is known.
    pub kind: Option<Text>,
    /// Where it stands.
    pub state: ImportState,
    /// What of it is stored.
    pub progress: Progress,
    /// What it held, as JSON; `None` before it was read to its end.
    pub tally: Option<String>,
    /// Why it failed.
    pub message: Option<String>,
    /// The practice it was uploaded for.
    pub practice_id: Option<Text>,
    /// The import that received the same bytes before.
    pub duplicate_of: Option<ImportId>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// When reading it began.
    pub started_at: Option<Timestamp>,
    /// When it was done, failed or found to be a duplicate.
    pub finished_at: Option<Timestamp>,
}

/// What of a file is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// How many of its items (claims, payment heads, remittances, payment ends) are stored: where to go on.
    pub position: u64,
    /// Claims stored.
    pub claims_stored: u64,
    /// Remittances stored.
    pub remittances_stored: u64,
    /// Episodes made.
    pub episodes_linked: u64,
    /// Claims scored.
    pub claims_scored: u64,
}

/// Puts a file into the queue.
///
/// # Errors
/// When the same bytes are there already (ask [`by_sha256`] in the same transaction), or the database refuses.
pub fn queue(tx: &Transaction<'_>, new: &NewImport<'_>) -> Result<ImportId, StoreError> {
    let id = QUEUE.insert(
        tx,
        params![new.filename, new.sha256, whole(new.file_size), new.practice_id, moment(new.received_at)],
    )?;
    Ok(ImportId::new(id))
}

/// Notes that bytes were received which `first` had brought before.
///
/// # Errors
/// When the database refuses.
pub fn note_duplicate(
    tx: &Transaction<'_>,
    new: &NewImport<'_>,
    first: ImportId,
) -> Result<ImportId, StoreError> {
    let id = NOTE_DUPLICATE.insert(
        tx,
        params![
            new.filename,
            new.sha256,
            whole(new.file_size),
            new.practice_id,
            first,
            moment(new.received_at)
        ],
    )?;
    Ok(ImportId::new(id))
}

/// The import that took these bytes in, or is about to; failed ones do not count.
///
/// # Errors
/// When the database refuses.
pub fn by_sha256(connection: &Connection, sha256: &str) -> Result<Option<ImportId>, StoreError> {
    BY_SHA256.optional(connection, [sha256], |row| row.get(0))
}

/// The imports to work on, at most so many: the oldest that are running (the process ended in the middle of it) or queued.
///
/// # Errors
/// When the database refuses.
pub fn next_to_run(connection: &Connection, most: u32) -> Result<Vec<Import>, StoreError> {
    NEXT_TO_RUN.rows(connection, [most], import)
}

/// How many imports are running or queued.
///
/// # Errors
/// When the database refuses.
pub fn waiting(connection: &Connection) -> Result<u64, StoreError> {
    WAITING.count(connection, [])
}

/// Says that storing the file begins, or goes on; gives what of it is stored.
///
/// # Errors
/// When there is no such import, or the database refuses.
pub fn start(tx: &Transaction<'_>, id: ImportId, now: Timestamp) -> Result<Progress, StoreError> {
    START.execute(tx, params![id, moment(now)])?;
    PROGRESS.row(tx, [id], |row| progress(&mut Cells::of(row)))
}

/// Sets what of the file is stored; belongs into the transaction that stores it.
///
/// # Errors
/// When the database refuses.
pub fn set_progress(tx: &Transaction<'_>, id: ImportId, progress: &Progress) -> Result<(), StoreError> {
    SET_PROGRESS.execute(
        tx,
        params![
            id,
            whole(progress.position),
            whole(progress.claims_stored),
            whole(progress.remittances_stored),
            whole(progress.episodes_linked),
            whole(progress.claims_scored),
        ],
    )?;
    Ok(())
}

/// Says that everything the file held is stored; `tally` is what it held, as JSON.
///
/// # Errors
/// When the database refuses.
pub fn finish(
    tx: &Transaction<'_>,
    id: ImportId,
    kind: &str,
    tally: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    FINISH.execute(tx, params![id, kind, tally, moment(now)])?;
    Ok(())
}

/// Says that the file could not be read, and takes back what of it was stored, findings excepted.
///
/// # Errors
/// When the database refuses.
pub fn fail(
    tx: &Transaction<'_>,
    id: ImportId,
    kind: Option<&str>,
    message: &str,
    now: Timestamp,
) -> Result<Vec<ClaimId>, StoreError> {
    let bereft = take_back(tx, id)?;
    FAIL.execute(tx, params![id, kind, message, moment(now)])?;
    Ok(bereft)
}

/// Removes the claims and payments that an import stored. Returns the claims of other imports that lost an answer or a
/// later submission by this: their status has to be found anew.
fn take_back(tx: &Transaction<'_>, id: ImportId) -> Result<Vec<ClaimId>, StoreError> {
    let bereft = BEREFT.rows(tx, [id], |row| row.get(0))?;
    DELETE_CLAIMS.execute(tx, [id])?;
    DELETE_PAYMENTS.execute(tx, [id])?;
    Ok(bereft)
}

/// The id by which others ask for an import.
#[must_use]
pub fn task_id(id: ImportId) -> String {
    format!("imp-{id}")
}

/// An import by the id that others know.
///
/// # Errors
/// When the database refuses.
pub fn by_task_id(connection: &Connection, task_id: &str) -> Result<Option<Import>, StoreError> {
    let row = task_id.strip_prefix("imp-").and_then(|row| row.parse().ok());
    row.map_or(Ok(None), |row| load(connection, ImportId::new(row)))
}

/// An import.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: ImportId) -> Result<Option<Import>, StoreError> {
    LOAD.optional(connection, [id], import)
}

/// Imports, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(connection: &Connection, page: &Page) -> Result<Vec<Import>, StoreError> {
    LIST.rows(connection, super::page(page), import)
}

/// How many imports there are.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    COUNT.count(connection, [])
}

fn import(row: &Row<'_>) -> rusqlite::Result<Import> {
    let mut cells = Cells::of(row);
    Ok(Import {
        id: cells.take()?,
        task_id: cells.text()?,
        filename: cells.take()?,
        sha256: cells.take()?,
        file_size: cells.unsigned()?,
        kind: cells.some_text()?,
        state: cells.parsed()?,
        progress: progress(&mut cells)?,
        tally: cells.take()?,
        message: cells.take()?,
        practice_id: cells.some_text()?,
        duplicate_of: cells.take()?,
        received_at: cells.moment()?,
        started_at: cells.some_moment()?,
        finished_at: cells.some_moment()?,
    })
}

fn progress(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Progress> {
    Ok(Progress {
        position: cells.unsigned()?,
        claims_stored: cells.unsigned()?,
        remittances_stored: cells.unsigned()?,
        episodes_linked: cells.unsigned()?,
        claims_scored: cells.unsigned()?,
    })
}

#[cfg(test)]
mod tests {
    use crate::model::claim::ClaimStatus;
    use crate::model::episode::{EpisodeStatus, LinkRule};

    use super::super::claims::{self, NewClaim};
    use super::super::episodes::{self, NewEpisode};
    use super::super::fixtures::{
        TestStore, import as received, now, plain_claim, rich_payment, rich_remittance, store_claim,
        store_payment, store_remittance,
    };
    use super::*;

    fn new(sha256: &str) -> NewImport<'_> {
        let practice_id = Some("north");
        NewImport { filename: "claims.edi", sha256, file_size: 4711, practice_id, received_at: now() }
    }

    #[test]
    fn a_file_goes_from_the_queue_to_done_and_says_how_far_it_is() {
        TestStore::new().write(|tx| {
            let sha256 = "ab".repeat(32);
            let id = queue(tx, &new(&sha256))?;
            let queued = next_to_run(tx, 1)?.remove(0);
            assert_eq!((queued.id, queued.state, queued.file_size), (id, ImportState::Queued, 4711));
            assert_eq!((&*queued.task_id, &*queued.sha256), (&*task_id(id), &*sha256));
            assert_eq!(queued.practice_id.as_deref(), Some("north"));
            assert_eq!((queued.progress, queued.received_at), (Progress::default(), now()));

            start(tx, id, now())?;
            let progress = Progress {
                position: 5,
                claims_stored: 4,
                remittances_stored: 3,
                episodes_linked: 2,
                claims_scored: 1,
            };
            set_progress(tx, id, &progress)?;
            let running = by_task_id(tx, &task_id(id))?.unwrap();
            assert_eq!((running.state, running.progress), (ImportState::Running, progress));
            assert_eq!((running.started_at, running.finished_at), (Some(now()), None));
            assert_eq!(waiting(tx)?, 1);

            finish(tx, id, "837", "{}", now())?;
            let done = load(tx, id)?.unwrap();
            assert_eq!((done.state, done.kind.as_deref()), (ImportState::Done, Some("837")));
            assert_eq!((done.tally.as_deref(), done.finished_at), (Some("{}"), Some(now())));
            assert_eq!((next_to_run(tx, 1)?, waiting(tx)?), (Vec::new(), 0));
            Ok(())
        });
    }

    #[test]
    fn what_runs_is_resumed_before_what_waits() {
        TestStore::new().write(|tx| {
            let (first, second) = (received(tx, '1')?, received(tx, '2')?);
            let next = || {
                Ok::<Vec<_>, StoreError>(next_to_run(tx, 2)?.into_iter().map(|import| import.id).collect())
            };
            assert_eq!(next()?, [first, second]);
            start(tx, first, now())?;
            assert_eq!(next()?, [first, second]);
            finish(tx, first, "837", "{}", now())?;
            assert_eq!(next()?, [second]);
            Ok(())
        });
    }

    #[test]
    fn the_same_bytes_are_taken_in_once_unless_they_failed() {
        TestStore::new().write(|tx| {
            let sha256 = "1".repeat(64);
            let first = received(tx, '1')?;
            assert_eq!(by_sha256(tx, &sha256)?, Some(first));
            assert!(matches!(queue(tx, &new(&sha256)), Err(StoreError::Refused(_))));
            let again = note_duplicate(tx, &new(&sha256), first)?;
            let noted = load(tx, again)?.unwrap();
            assert_eq!((noted.state, noted.duplicate_of), (ImportState::Duplicate, Some(first)));
            fail(tx, first, None, "cut off", now())?;
            assert_eq!(by_sha256(tx, &sha256)?, None);
            let retried = queue(tx, &new(&sha256))?;
            let listed: Vec<_> = list(tx, &Page { after: None, skip: 0, limit: 10 })?
                .into_iter()
                .map(|import| import.id)
                .collect();
            assert_eq!((listed, count(tx)?), (vec![retried, again, first], 3));
            Ok(())
        });
    }

    #[test]
    fn no_other_text_is_the_id_of_an_import() {
        TestStore::new().write(|tx| {
            received(tx, '1')?;
            for unknown in ["", "imp-", "imp-2", "imp-x", "1", "imp--1"] {
                assert_eq!(by_task_id(tx, unknown)?, None, "{unknown}");
            }
            Ok(())
        });
    }

    #[test]
    fn an_import_that_fails_is_taken_back_whole_and_tells_whom_it_answered() {
        TestStore::new().write(|tx| {
            let (kept, failed) = (received(tx, '1')?, received(tx, '2')?);
            let answered = store_claim(tx, kept, &plain_claim("A1"))?;
            let replaced = store_claim(tx, kept, &plain_claim("A2"))?;
            let payment = store_payment(tx, failed, &rich_payment())?;
            let remittance_id = store_remittance(tx, payment, &rich_remittance())?;
            let (status, rule) = (EpisodeStatus::Linked, LinkRule::ControlNumber);
            episodes::insert(
                tx,
                &NewEpisode { claim_id: answered, remittance_id, status, rule, now: now() },
            )?;
            let replacement = plain_claim("A2");
            let replacement = NewClaim {
                is_scored: false,
                claim: &replacement,
                import_id: failed,
                practice_id: None,
                payer_id: None,
                provider_id: None,
                rendering_provider_id: None,
                status: ClaimStatus::Submitted,
                supersedes: Some(replaced),
                now: now(),
            };
            let replacement = claims::insert(tx, &replacement)?;
            assert_eq!(claims::superseded_by(tx, replaced)?, [replacement]);
            set_progress(tx, failed, &Progress { position: 3, ..Progress::default() })?;

            assert_eq!(fail(tx, failed, Some("835"), "cut off", now())?, [answered, replaced]);

            let import = load(tx, failed)?.unwrap();
            assert_eq!((import.state, import.progress), (ImportState::Failed, Progress::default()));
            assert_eq!(import.message.as_deref(), Some("cut off"));
            assert!(!claims::load(tx, answered)?.unwrap().is_linked);
            assert!(!claims::exists(tx, replacement)?);
            assert_eq!(claims::superseded_by(tx, replaced)?, []);
            for table in ["payments", "remittances", "service_payments", "adjustments", "remark_codes"] {
                let rows: i64 =
                    tx.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
                assert_eq!(rows, 0, "{table}");
            }
            Ok(())
        });
    }

    #[test]
    fn every_state_is_allowed_by_the_schema() {
        for state in ImportState::ALL {
            TestStore::new().write(|tx| {
                let id = received(tx, '1')?;
                let finished = !matches!(state, ImportState::Queued | ImportState::Running);
                let duplicate_of = (state == ImportState::Duplicate).then_some(id);
                tx.execute(
                    "UPDATE imports SET state = ?1, finished_at = ?2, duplicate_of = ?3",
                    params![state.name(), finished.then(|| moment(now())), duplicate_of],
                )?;
                Ok(())
            });
        }
    }
}
