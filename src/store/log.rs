//! The write-ahead log: moved into the database file by a thread of its own, so that neither who writes nor who reads waits.

use std::io;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::columns::Cells;
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::{Query, queries};
use super::sql::watch::Watch;

queries! {
    "log":
    LENGTH = "PRAGMA wal_checkpoint(NOOP)";
    MOVE = "PRAGMA wal_checkpoint(PASSIVE)";
    RESTART = "PRAGMA wal_checkpoint(RESTART)";
    EMPTY = "PRAGMA wal_checkpoint(TRUNCATE)";
}

/// From how many pages on that are not in the database file they are moved there: 4 MB.
const SOON: u64 = 1_024;

/// From how many pages on the log has to begin anew, for which the writer waits: 64 MB. While there is always more to write,
/// it would never do so by itself.
const LONGEST: u64 = 16_384;

/// The log of an open database.
#[derive(Debug)]
pub(super) struct Log {
    /// Whoever moves pages holds it.
    mover: Arc<Mutex<Connection>>,
    /// From how many pages on the log has to begin anew next.
    bound: Mutex<u64>,
    /// Wakes the thread; gone once it is to end.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How long a log is, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pages {
    written: u64,
    /// Those of them that are in the database file.
    moved: u64,
}

impl Log {
    /// The log of a database, moved by way of this connection.
    pub(super) fn of(mover: rusqlite::Connection, watch: &Arc<Watch>) -> io::Result<Self> {
        let mover = Arc::new(Mutex::new(Connection::new(mover, Arc::clone(watch))));
        // One call waits at the most: what is moved next is all there is by then.
        let (wake, calls) = mpsc::sync_channel(1);
        let thread = {
            let mover = Arc::clone(&mover);
            thread::Builder::new().name("log".to_owned()).spawn(move || move_when_called(&mover, &calls))?
        };
        Ok(Self { mover, bound: Mutex::new(LONGEST), wake: Some(wake), thread: Some(thread) })
    }

    /// Looks after the log when something was committed; that is on disk whatever becomes of this.
    ///
    /// Readers of an older state, or a full disk, can keep the log from beginning anew. It then goes on growing, and this
    /// tries again when as much more was written.
    pub(super) fn grew(&self, writer: &Connection) {
        tell(length(writer).and_then(|pages| self.look_after(pages)));
    }

    fn look_after(&self, pages: Pages) -> Result<(), StoreError> {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.written < LONGEST {
            *bound = LONGEST;
        }
        if pages.written >= *bound {
            *bound = pages.written + LONGEST;
            if is_through(&mover(&self.mover), &RESTART)? {
                *bound = LONGEST;
            }
        } else if pages.written.saturating_sub(pages.moved) >= SOON
            && let Some(wake) = &self.wake
        {
            // Full where it was called already.
            let _ = wake.try_send(());
        }
        Ok(())
    }

    /// Moves all of it into the database file, unless a reader of an older state is waited for too long.
    pub(super) fn empty(&self) -> Result<(), StoreError> {
        is_through(&mover(&self.mover), &EMPTY).map(drop)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // It has told what went wrong.
            let _ = thread.join();
        }
    }
}

fn move_when_called(connection: &Mutex<Connection>, calls: &Receiver<()>) {
    for () in calls {
        tell(is_through(&mover(connection), &MOVE).map(drop));
    }
}

fn mover(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell(outcome: Result<(), StoreError>) {
    if let Err(cause) = outcome {
        tracing::warn!(%cause, "the write-ahead log stays long");
    }
}

/// Moves pages; `false` where a reader of an older state was waited for too long.
fn is_through(mover: &Connection, question: &'static Query) -> Result<bool, StoreError> {
    question.row(mover, [], |row| Ok(!row.get::<_, bool>("busy")?))
}

fn length(connection: &Connection) -> Result<Pages, StoreError> {
    LENGTH.row(connection, [], |row| {
        let mut cells = Cells::of(row);
        cells.take::<bool>()?;
        Ok(Pages { written: cells.unsigned()?, moved: cells.unsigned()? })
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, import};
    use super::super::{Store, Transaction, imports};
    use super::*;

    fn pages(store: &Store) -> Pages {
        length(&store.writer()).unwrap()
    }

    /// Writes so many megabytes.
    fn fill(test: &TestStore, megabytes: u32) {
        test.write(|tx: &Transaction<'_>| {
            tx.execute("CREATE TABLE IF NOT EXISTS filler (bytes BLOB)", [])?;
            Ok(tx.execute("INSERT INTO filler VALUES (zeroblob(?1 << 20))", [megabytes])?)
        });
    }

    #[test]
    fn what_was_written_is_moved_aside_and_the_log_begins_anew() {
        let mut test = TestStore::new();
        fill(&test, 8);
        // Ends once it has done what it was called for.
        drop(test.store.log.take());
        let Pages { written, moved } = pages(&test.store);
        assert!(written > 2_000 && moved == written, "{moved} of {written}");
        fill(&test, 1);
        let Pages { written, .. } = pages(&test.store);
        assert!(written < 1_000, "{written}");
    }

    /// A store that moves nothing aside, as if the writer always were ahead.
    fn store_always_ahead() -> TestStore {
        let mut test = TestStore::new();
        test.store.log.as_mut().unwrap().wake = None;
        test
    }

    #[test]
    fn the_log_of_a_writer_that_never_rests_stays_bounded() {
        let test = store_always_ahead();
        let log = test.folder.path().join("marb.db-wal");
        for _ in 0..12 {
            fill(&test, 16);
            let length = std::fs::metadata(&log).unwrap().len();
            assert!(length < (64 + 16 + 2) << 20, "{length}");
        }
    }

    /// What happens while a reader looks at an older state.
    fn beside_a_reader(test: &TestStore, happens: impl FnOnce()) {
        test.store
            .read(|connection| {
                let before = imports::count(connection)?;
                test.write(|tx| import(tx, '1'));
                happens();
                assert_eq!(imports::count(connection)?, before);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_long_log_begins_anew_once_no_reader_of_an_older_state_is_left() {
        let test = store_always_ahead();
        beside_a_reader(&test, || {
            fill(&test, 70);
            fill(&test, 1);
            assert!(pages(&test.store).written > LONGEST, "{:?}", pages(&test.store));
        });
        // As much more as makes it try again.
        fill(&test, 70);
        fill(&test, 1);
        assert!(pages(&test.store).written < 1_000, "{:?}", pages(&test.store));
    }

    #[test]
    fn a_log_that_was_too_long_once_is_bounded_as_before_when_it_has_begun_anew() {
        let test = store_always_ahead();
        beside_a_reader(&test, || fill(&test, 70));
        test.store.checkpoint().unwrap();
        fill(&test, 1);
        fill(&test, 70);
        fill(&test, 1);
        assert!(pages(&test.store).written < 1_000, "{:?}", pages(&test.store));
    }
}
