//! The database: the only room that knows `SQLite`. One writer, many readers, one file per noun, one function per question.
//!
//! Functions that only ask take a `&Connection`, those that change something a `&Transaction`; an action of several steps
//! is one [`Store::write`], so it happens as a whole or not at all.

mod backup;
pub mod blocks;
mod columns;
pub mod error;
mod keys;
mod log;
pub mod open;
mod paging;
mod room;
mod schema;
mod spellings;
pub mod sql;
pub mod verify;

pub mod answered;
pub mod claim_candidates;
pub mod claim_lists;
mod claim_rows;
pub mod claims;
pub mod episodes;
pub mod findings;
pub mod imports;
pub mod indexes;
pub mod models;
pub mod overview;
pub mod patterns;
pub mod payer_histories;
pub mod payers;
pub mod payments;
pub mod practices;
pub mod providers;
pub mod remittance_candidates;
mod remittance_rows;
pub mod remittances;
pub mod risk_scores;
pub mod score_renewals;

#[cfg(test)]
mod fixtures;

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use r2d2::Pool;
use rusqlite::TransactionBehavior;

use crate::clock::Clock;
use crate::model::lists::Page;

use self::columns::Column;
use self::error::StoreError;
use self::indexes::Index;
use self::log::Log;
use self::open::{OpenError, Readers};
use self::sql::explain::{Explained, explain};
use self::sql::query::{Query, queries};
use self::sql::watch::{QueryStats, WaitStats, Watch};
pub use self::sql::{Connection, Transaction};
use self::verify::{Check, Progress};

queries! {
    "store":
    RESPOND = "SELECT count(*) FROM sqlite_schema", because "a row for each table and index";
    LAST_CREATED = "SELECT max(ifnull((SELECT created_at FROM claims ORDER BY id DESC LIMIT 1), ''),
                ifnull((SELECT created_at FROM remittances ORDER BY id DESC LIMIT 1), ''),
                ifnull((SELECT created_at FROM claim_episodes ORDER BY id DESC LIMIT 1), ''))",
        because "reads the last row of each table";
    OPTIMIZE = "PRAGMA optimize";
    FORGET_SMALL = "DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ?1", because "a row for each index";
    TAKE_STATISTICS = "ANALYZE sqlite_schema";
}

/// From how many rows on a table is large.
const LARGE: i64 = 10_000;

/// Every question that the store asks, noun by noun.
fn every_query() -> impl Iterator<Item = &'static Query> {
    let nouns = [
        QUERIES,
        log::QUERIES,
        imports::QUERIES,
        payers::QUERIES,
        blocks::QUERIES,
        payer_histories::QUERIES,
        answered::QUERIES,
        patterns::QUERIES,
        models::QUERIES,
        providers::QUERIES,
        practices::QUERIES,
        spellings::QUERIES,
        claims::QUERIES,
        claim_rows::QUERIES,
        claim_lists::QUERIES,
        claim_candidates::QUERIES,
        payments::QUERIES,
        remittances::QUERIES,
        remittance_rows::QUERIES,
        remittance_candidates::QUERIES,
        episodes::QUERIES,
        risk_scores::QUERIES,
        score_renewals::QUERIES,
        findings::QUERIES,
        overview::QUERIES,
        indexes::QUERIES,
        verify::QUERIES,
    ];
    nouns.into_iter().flatten().copied()
}

/// Where the database is and how it is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// The database file; it and its folder are made where they are missing.
    pub path: PathBuf,
    /// How many may read at the same time; at least 1.
    pub readers: u32,
    /// How long to wait for a busy database or a free reader before giving up.
    pub busy_timeout: Duration,
    /// From which time on a question counts as slow and is logged.
    pub slow_query: Duration,
}

impl StoreSettings {
    /// The usual settings for this database file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            busy_timeout: Duration::from_secs(10),
            slow_query: Duration::from_millis(50),
        }
    }
}

/// An open database, locked against any other marb until it is dropped, unless it is only looked at.
#[derive(Debug)]
pub struct Store {
    // Fields are dropped in this order: the lock is given back last.
    readers: Pool<Readers>,
    writer: Mutex<Connection>,
    watch: Arc<Watch>,
    path: PathBuf,
    /// None where the database is only looked at.
    log: Option<Log>,
    _lock: Option<File>,
}

impl Store {
    /// Opens the database, makes it where it is missing and brings its schema up to date.
    ///
    /// # Errors
    /// Says in one line what is wrong with the file and what to do; a file that is refused is left as it was.
    pub fn open(settings: &StoreSettings) -> Result<Self, OpenError> {
        open::check_kind(&settings.path)?;
        let lock = open::lock(&settings.path)?;
        let watch = Arc::new(Watch::new(every_query(), settings.slow_query, Clock::system()));
        let writer = Connection::new(open::writer(settings)?, Arc::clone(&watch));
        forget_small_tables(&writer)
            .map_err(|error| OpenError::Other { path: settings.path.clone(), source: error.into() })?;
        let readers = open::readers(settings, &watch)?;
        let log = Log::of(open::checkpointer(settings)?, &watch)
            .map_err(|error| OpenError::of_system(&settings.path, error))?;
        Ok(Self {
            readers,
            writer: Mutex::new(writer),
            watch,
            path: settings.path.clone(),
            log: Some(log),
            _lock: Some(lock),
        })
    }

    /// Opens the database for questions alone: beside the marb that has it open, if one has.
    ///
    /// # Errors
    /// As [`Store::open`]; and when the other marb has another schema.
    pub fn look(settings: &StoreSettings) -> Result<Self, OpenError> {
        match Self::open(settings) {
            Err(OpenError::InUse { .. }) => {}
            other => return other,
        }
        let watch = Arc::new(Watch::new(every_query(), settings.slow_query, Clock::system()));
        let onlooker = Connection::new(open::onlooker(settings)?, Arc::clone(&watch));
        Ok(Self {
            readers: open::readers(settings, &watch)?,
            writer: Mutex::new(onlooker),
            watch,
            path: settings.path.clone(),
            log: None,
            _lock: None,
        })
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Asks questions of one consistent state of the database, beside other readers and the writer.
    ///
    /// # Errors
    /// Those of `ask`, and when no reader becomes free in time.
    pub fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.readers.get()?;
        let snapshot = connection.transaction(TransactionBehavior::Deferred)?;
        ask(&snapshot)
    }

    /// Does `work` as a whole or not at all; when this returns `Ok`, it is on disk.
    ///
    /// One writes at a time; others wait.
    ///
    /// # Errors
    /// Those of `work`, which undo it, and when the disk is full or the database stays busy.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction)?;
        transaction.commit()?;
        if let Some(log) = &self.log {
            log.grew(&connection);
        }
        Ok(outcome)
    }

    /// Free bytes on the disk of the database; `None` where the system does not say.
    #[must_use]
    pub fn free_room(&self) -> Option<u64> {
        room::free(&self.path)
    }

    /// How long the smallest question takes right now, waiting for a reader included.
    ///
    /// # Errors
    /// When the database does not answer, or was found to be damaged since it was opened.
    pub fn response_time(&self, clock: &Clock) -> Result<Duration, StoreError> {
        let start = clock.passed();
        self.read(|connection| RESPOND.exists(connection, []))?;
        if self.watch.has_met_damage() {
            return Err(StoreError::Damaged);
        }
        Ok(clock.passed().saturating_sub(start))
    }

    /// Refreshes the planner's statistics of large tables where they are stale, from a sample of the rows: for the end of a
    /// run of imports.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn refresh_statistics(&self) -> Result<(), StoreError> {
        let writer = self.writer();
        if blocks::last_claim(&writer)? < LARGE {
            return Ok(());
        }
        OPTIMIZE.rows(&writer, [], |_| Ok(()))?;
        forget_small_tables(&writer)
    }

    /// Refreshes the statistics and moves the write-ahead log into the database file: for a clean stop.
    ///
    /// # Errors
    /// When the disk is full. A reader in the middle of something leaves part of the log for the next time; no error.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.refresh_statistics()?;
        let _no_write = self.writer();
        self.log.as_ref().map_or(Ok(()), Log::empty)
    }

    /// The plan of every question and whether it stays fast as the tables grow.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn explain(&self) -> Result<Vec<Explained>, StoreError> {
        self.read(|connection| explain(connection, every_query()))
    }

    /// Every index with its size and the questions that use it; reads the whole file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn indexes(&self) -> Result<Vec<Index>, StoreError> {
        let explained = self.explain()?;
        self.read(|connection| indexes::indexes(connection, &explained))
    }

    /// Checks that the database is sound, which reads all of it, two checks at a time; `tell` hears how far it is.
    ///
    /// # Errors
    /// When the database does not answer; what is wrong with it is no error.
    pub fn verify(&self, clock: &Clock, tell: &(impl Fn(Progress) + Sync)) -> Result<Vec<Check>, StoreError> {
        verify::verify(self, clock, tell)
    }

    /// How many may read at the same time.
    fn most_readers(&self) -> u32 {
        self.readers.max_size()
    }

    /// From which time on a question counts as slow and is logged.
    #[must_use]
    pub fn slow_query(&self) -> Duration {
        self.watch.slow()
    }

    /// How often each question was asked since the start, and how long that took.
    #[must_use]
    pub fn query_stats(&self) -> Vec<QueryStats> {
        self.watch.stats()
    }

    /// How long writes waited for the one before them.
    #[must_use]
    pub fn writer_wait(&self) -> WaitStats {
        self.watch.writer_wait()
    }

    /// The writer. A panic in the middle of a write was undone by its transaction, so the connection is sound.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.watch.waited(|| self.writer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Leaves the planner statistics of large tables only. It takes a table without any for a large one, whereas a small one may
/// have grown long before it is looked at again.
fn forget_small_tables(writer: &Connection) -> Result<(), StoreError> {
    if FORGET_SMALL.execute(writer, [LARGE])? > 0 {
        TAKE_STATISTICS.execute(writer, [])?;
    }
    Ok(())
}

/// When a claim, remittance or episode that is stored now was: never before the one stored before it, whatever the clock
/// says, so that the order of the rows is that of their times.
fn created_at(tx: &Transaction<'_>, now: Timestamp) -> Result<Column, StoreError> {
    let latest = match tx.latest.get() {
        Some(latest) => Some(latest),
        None => LAST_CREATED.row(tx, [], |row| Ok(row.get::<_, String>(0)?.parse().ok()))?,
    };
    let at = latest.map_or(now, |latest| latest.max(now));
    tx.latest.set(Some(at));
    Ok(columns::moment(at))
}

/// The parameters of `WHERE id < ?3 ORDER BY id DESC LIMIT ?2 OFFSET ?1`.
fn page(page: &Page) -> [i64; 3] {
    [columns::whole(page.skip), page.limit.into(), page.after.map_or(i64::MAX, |after| after.id)]
}

#[cfg(test)]
mod tests {
    use crate::model::lists::ClaimFilter;

    use super::fixtures::{TestStore, import, now, plain_claim, store_claim};
    use super::*;

    fn claims_stored(connection: &Connection) -> Result<u64, StoreError> {
        claim_lists::count(connection, &ClaimFilter::default())
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_behind() {
        let test = TestStore::new();
        let failed = test.store.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            tx.execute("INSERT INTO no_such_table VALUES (1)", [])?;
            Ok(())
        });
        assert!(matches!(failed, Err(StoreError::Refused(_))));
        assert_eq!(test.store.read(claims_stored).unwrap(), 0);
        assert_eq!(test.store.read(payers::count).unwrap(), 0);
    }

    #[test]
    fn a_write_that_panics_leaves_nothing_behind_and_the_next_goes_on() {
        let test = TestStore::new();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            test.store.write(|tx| -> Result<(), StoreError> {
                import(tx, '1')?;
                panic!("in the middle");
            })
        }));
        assert!(panicked.is_err());
        test.write(|tx| import(tx, '1'));
        assert_eq!(test.store.read(imports::count).unwrap(), 1);
    }

    #[test]
    fn a_reader_sees_one_state_while_the_writer_goes_on_and_can_not_write() {
        let test = TestStore::new();
        test.store
            .read(|connection| {
                let before = imports::count(connection)?;
                test.write(|tx| import(tx, '1'));
                assert_eq!(imports::count(connection)?, before);
                assert!(connection.execute("DELETE FROM imports", []).is_err());
                Ok(())
            })
            .unwrap();
        assert_eq!(test.store.read(imports::count).unwrap(), 1);
    }

    #[test]
    fn when_every_reader_is_in_use_the_next_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = StoreSettings::new(folder.path().join("marb.db"));
        (settings.readers, settings.busy_timeout) = (1, Duration::from_secs(1));
        let store = Store::open(&settings).unwrap();
        let nested = store.read(|_| store.read(|_| Ok(())));
        assert!(matches!(nested, Err(StoreError::NoReader(_))), "{nested:?}");
    }

    #[test]
    fn a_full_disk_undoes_the_write_and_nothing_else() {
        let test = TestStore::new();
        test.write(|tx| import(tx, '1'));
        let full = test.store.write(|tx| {
            let import_id = import(tx, '2')?;
            tx.query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))?;
            (0..10_000).try_for_each(|_| store_claim(tx, import_id, &plain_claim("A1")).map(drop))
        });
        assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        let there = test
            .store
            .read(|connection| imports::list(connection, &Page { after: None, skip: 0, limit: 10 }))
            .unwrap();
        assert_eq!(there.len(), 1);
        assert!(matches!(test.store.read(claims_stored), Ok(0)));
    }

    #[test]
    fn a_checkpoint_leaves_no_log_and_the_response_time_is_told() {
        let test = TestStore::new();
        test.write(|tx| import(tx, '1'));
        test.store.checkpoint().unwrap();
        let log = std::fs::metadata(test.folder.path().join("marb.db-wal")).unwrap();
        assert_eq!(log.len(), 0);
        let clock = Clock::set_at(now());
        assert_eq!(test.store.response_time(&clock).unwrap(), Duration::ZERO);
    }

    #[test]
    fn statistics_of_a_small_table_change_no_plan() {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            // As if each table had one row and would stay so.
            tx.execute(
                "INSERT INTO sqlite_stat1
                 SELECT tbl_name, name, '1' || (SELECT group_concat(' 1', '') FROM pragma_index_info(sqlite_schema.name))
                 FROM sqlite_schema WHERE type = 'index'",
                [],
            )?;
            Ok(())
        });
        let TestStore { store, folder } = test;
        let before = store.explain().unwrap();
        drop(store);
        let store = Store::open(&super::fixtures::settings(&folder)).unwrap();
        assert_eq!(store.explain().unwrap(), before);
    }

    #[test]
    fn the_room_on_the_disk_is_known() {
        assert!(TestStore::new().store.free_room().is_some_and(|free| free > 0));
    }

    #[test]
    fn what_belongs_to_nothing_is_refused() {
        let test = TestStore::new();
        let orphan =
            test.store.write(|tx| store_claim(tx, crate::model::ids::ImportId::new(7), &plain_claim("A1")));
        assert!(matches!(orphan, Err(StoreError::Refused(_))));
    }

    #[test]
    fn wrong_rows_are_refused_by_the_schema() {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            for wrong in [
                "UPDATE claims SET status = 'lost'",
                "UPDATE claims SET service_date = '2026-02-30'",
                "UPDATE claims SET service_date = '20260201'",
                "UPDATE claims SET total_charge_amount = 10.5",
                "UPDATE claims SET is_incomplete = 2",
                "UPDATE claims SET created_at = '2026-02-01T00:00:00Z'",
                "UPDATE claims SET patient_last_name = 'X'",
                "UPDATE claims SET payer_id = 999",
                "UPDATE claim_lines SET sequence = 0",
                "UPDATE claim_lines SET charge_amount = NULL",
                "UPDATE imports SET sha256 = 'ABC'",
                "UPDATE imports SET state = 'duplicate'",
                "UPDATE imports SET state = 'done'",
                "UPDATE imports SET file_size = -1",
                "UPDATE payers SET rules = '{'",
                "DELETE FROM payers",
            ] {
                assert!(tx.execute(wrong, []).is_err(), "{wrong}");
            }
            Ok(())
        });
    }
}
