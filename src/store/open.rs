//! Opening the database: alone, checked before anything is changed, with the schema of this version.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use r2d2::{ManageConnection, Pool};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::sql::watch::Watch;
use super::{StoreSettings, schema, sql};

/// How many prepared statements a connection keeps: more than there are questions.
const STATEMENTS: usize = 256;

/// How an `SQLite` file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Why a database can not be opened, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder is missing and can not be made.
    #[error("can not make the folder {folder} for the database: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file, its folder or the disk refuses writing.
    #[error(
        "{path} can not be written: make the file and its folder writable, or name another with --database"
    )]
    ReadOnly {
        /// The database file.
        path: PathBuf,
    },
    /// Another marb has it open.
    #[error("{path} is in use by another marb: stop that one first, or name another with --database")]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// No `SQLite` file.
    #[error("{path} is not a marb database: name another file with --database")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// An `SQLite` file with tables that are not marb's.
    #[error("{path} is a database of another program: name another file with --database")]
    OtherProgram {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error(
        "{path} was written by a newer marb (schema {found}, this one knows up to {known}): use the newer marb"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// The schema version in the file.
        found: i64,
        /// The latest schema version of this program.
        known: i64,
    },
    /// A migration that was applied is not the one of this program.
    #[error(
        "{path} was made by another build of marb (migration {version} differs): use the marb that made it"
    )]
    Edited {
        /// The database file.
        path: PathBuf,
        /// The migration's version.
        version: i64,
    },
    /// The file's pages contradict each other.
    #[error("{path} is damaged: keep a copy of it and restore the last backup")]
    Damaged {
        /// The database file.
        path: PathBuf,
    },
    /// No room for the database or its log.
    #[error("the disk that holds {path} is full: free some space and try again")]
    DiskFull {
        /// The database file.
        path: PathBuf,
    },
    /// The schema could not be brought up to date; the database is as it was.
    #[error(
        "{path} could not be brought from schema {from} to {to} ({cause}); it is as it was: go on with the marb that \
         wrote it and report this"
    )]
    Upgrade {
        /// The database file.
        path: PathBuf,
        /// The schema version in the file.
        from: i64,
        /// The schema version of this program.
        to: i64,
        /// What went wrong.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No room for the copy that is made before the schema changes.
    #[error(
        "there is no room for a copy of {path}, which is made before its schema changes: free {bytes} bytes on the disk \
         and start again; the database is as it was"
    )]
    NoRoomForBackup {
        /// The database file.
        path: PathBuf,
        /// How large the copy is.
        bytes: u64,
    },
    /// Another program holds it locked.
    #[error("{path} is locked by another program: close that program and try again")]
    Busy {
        /// The database file.
        path: PathBuf,
    },
    /// The system or `SQLite` refuses for another reason.
    #[error("can not open {path}: {source}")]
    Other {
        /// The database file.
        path: PathBuf,
        /// What it says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl OpenError {
    pub(super) fn of_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            _ => Self::Other { path, source: error.into() },
        }
    }

    pub(super) fn of_system(path: &Path, error: std::io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            ErrorKind::IsADirectory => Self::NotADatabase { path },
            _ => Self::Other { path, source: error.into() },
        }
    }
}

/// Refuses what is no database, before a lock is put beside it.
pub(super) fn check_kind(path: &Path) -> Result<(), OpenError> {
    let not_a_database = || OpenError::NotADatabase { path: path.to_owned() };
    if path.is_dir() {
        return Err(not_a_database());
    }
    if !path.is_file() {
        return Ok(());
    }
    let mut head = Vec::new();
    match File::open(path).and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut head)) {
        Ok(_) if SQLITE.starts_with(&head) => Ok(()),
        Ok(_) => Err(not_a_database()),
        Err(error) => Err(OpenError::of_system(path, error)),
    }
}

/// Makes the folder and takes the lock that keeps any other marb out for as long as the file lives.
pub(super) fn lock(database: &Path) -> Result<File, OpenError> {
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)
            .map_err(|source| OpenError::Folder { folder: folder.to_owned(), source })?;
    }
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(name)
        .map_err(|error| OpenError::of_system(database, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
        Err(TryLockError::Error(error)) => Err(OpenError::of_system(database, error)),
    }
}

/// The one connection that writes, after the schema was checked and brought up to date.
pub(super) fn writer(settings: &StoreSettings) -> Result<Connection, OpenError> {
    let path = &settings.path;
    check_file(path)?;
    let of_sqlite = |error| OpenError::of_sqlite(path, error);
    let mut connection = Connection::open(path).map_err(of_sqlite)?;
    connection.busy_timeout(settings.busy_timeout).map_err(of_sqlite)?;
    // A file that is refused stays as it is, even where a killed process left a log beside it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(of_sqlite)?;
    schema::check(&connection, path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(of_sqlite)?;
    prepare_for_writing(&connection).map_err(of_sqlite)?;
    schema::bring_up_to_date(&mut connection, path)?;
    make_room_for_statistics(&connection).map_err(of_sqlite)?;
    Ok(connection)
}

/// A connection that only looks, beside the marb that has the database open; that one has to have the same schema.
pub(super) fn onlooker(settings: &StoreSettings) -> Result<Connection, OpenError> {
    let path = &settings.path;
    let connection =
        reader(path, settings.busy_timeout).map_err(|error| OpenError::of_sqlite(path, error))?;
    schema::check(&connection, path)?;
    if schema::is_up_to_date(&connection).map_err(|error| OpenError::of_sqlite(path, error))? {
        Ok(connection)
    } else {
        Err(OpenError::InUse { path: path.clone() })
    }
}

/// A connection that reads.
fn reader(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY")?;
    plan_once(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// A connection that moves the log into the database file. It waits a moment for readers of an older state, and no reader
/// waits for it.
pub(super) fn checkpointer(settings: &StoreSettings) -> Result<Connection, OpenError> {
    const READERS_GO_ON: Duration = Duration::from_millis(200);
    let open = || {
        let connection = Connection::open(&settings.path)?;
        connection.busy_timeout(READERS_GO_ON)?;
        connection.execute_batch("PRAGMA synchronous = FULL")?;
        Ok(connection)
    };
    open().map_err(|error| OpenError::of_sqlite(&settings.path, error))
}

/// Makes the table of the planner's statistics where it is missing, so that questions can be asked of it.
fn make_room_for_statistics(connection: &Connection) -> rusqlite::Result<()> {
    let is_there =
        connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")?.exists([])?;
    if is_there { Ok(()) } else { connection.execute_batch("ANALYZE refinery_schema_history") }
}

/// A question keeps its plan whatever it is asked for. `SQLite` would otherwise plan anew, for each call, what a bound value
/// might change by the statistics.
fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Makes connections that read.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    busy_timeout: Duration,
    watch: Arc<Watch>,
}

impl ManageConnection for Readers {
    type Connection = sql::Connection;
    type Error = rusqlite::Error;

    fn connect(&self) -> rusqlite::Result<sql::Connection> {
        Ok(sql::Connection::new(reader(&self.path, self.busy_timeout)?, Arc::clone(&self.watch)))
    }

    fn is_valid(&self, _: &mut sql::Connection) -> rusqlite::Result<()> {
        Ok(())
    }

    fn has_broken(&self, _: &mut sql::Connection) -> bool {
        false
    }
}

/// The pool of connections that read.
pub(super) fn readers(settings: &StoreSettings, watch: &Arc<Watch>) -> Result<Pool<Readers>, OpenError> {
    let manager = Readers {
        path: settings.path.clone(),
        busy_timeout: settings.busy_timeout,
        watch: Arc::clone(watch),
    };
    Pool::builder()
        .max_size(settings.readers.max(1))
        .connection_timeout(settings.busy_timeout)
        .test_on_check_out(false)
        .max_lifetime(None)
        .idle_timeout(None)
        .build(manager)
        .map_err(|error| OpenError::Other { path: settings.path.clone(), source: error.into() })
}

/// Refuses what `SQLite` would only refuse later, or after it has changed something.
fn check_file(path: &Path) -> Result<(), OpenError> {
    // Asked for by name, since the administrator may write even what is marked read-only.
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OpenError::of_system(path, error)),
        Ok(data) if data.permissions().readonly() => {
            return Err(OpenError::ReadOnly { path: path.to_owned() });
        }
        Ok(_) => {}
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(|error| OpenError::of_system(path, error))?;
    let mut head = Vec::new();
    file.by_ref().take(100).read_to_end(&mut head).map_err(|error| OpenError::of_system(path, error))?;
    if head.is_empty() {
        Ok(())
    } else if head.len() < 100 || is_cut(path, &head) {
        Err(OpenError::Damaged { path: path.to_owned() })
    } else {
        Ok(())
    }
}

/// Whether the file is shorter than its head says and no log beside it holds the rest. `SQLite` would take what is left of
/// such a file for the whole, or even for an empty database, and write over it.
///
/// The head has the size of a page at byte 16 (1 stands for 65536) and the number of pages at byte 28, big-endian.
fn is_cut(path: &Path, head: &[u8]) -> bool {
    let page = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        size => size,
    };
    let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    let length = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    length(path) < page * pages.max(1) && length(Path::new(&log)) == 0
}

/// A commit is on disk when it returns: write-ahead log with synchronous FULL. The file is not mapped into memory, so
/// that a failing disk is an error and not a signal.
fn prepare_for_writing(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -32768;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA wal_autocheckpoint = 0;",
    )?;
    plan_once(connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::fixtures::{TestStore, settings};
    use super::*;

    /// Opening fails as said, and leaves the file as it was.
    #[track_caller]
    fn refused(folder: &tempfile::TempDir, expected: impl Fn(&OpenError) -> bool) {
        let path = folder.path().join("marb.db");
        let before = fs::read(&path).unwrap();
        let error = Store::open(&settings(folder)).unwrap_err();
        assert!(expected(&error), "{error:?}");
        let line = error.to_string();
        assert!(line.contains("marb.db") && !line.contains('\n'), "{line}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    /// A closed database that `sql` changed behind marb's back.
    fn database(sql: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        writer(&settings(&folder)).unwrap().execute_batch(sql).unwrap();
        folder
    }

    #[test]
    fn the_bundled_sqlite_is_one_that_does_not_corrupt_its_log() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    }

    #[test]
    fn each_connection_has_a_page_cache_of_its_own() {
        let folder = database("");
        let connection = Connection::open(folder.path().join("marb.db")).unwrap();
        let mut options = connection.prepare("PRAGMA compile_options").unwrap();
        let options: Vec<String> =
            options.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        // .cargo/config.toml, which other ways to build have to follow.
        assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }

    #[test]
    fn a_database_opens_again_and_its_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&folder);
        settings.path = folder.path().join("a/b/marb.db");
        drop(Store::open(&settings).unwrap());
        drop(Store::open(&settings).unwrap());
    }

    #[test]
    fn a_database_in_use_is_refused_until_it_is_closed() {
        let TestStore { store, folder } = TestStore::new();
        refused(&folder, |error| matches!(error, OpenError::InUse { .. }));
        drop(store);
        Store::open(&settings(&folder)).unwrap();
    }

    #[test]
    fn a_file_marked_read_only_is_refused() {
        let folder = database("");
        let path = folder.path().join("marb.db");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        refused(&folder, |error| matches!(error, OpenError::ReadOnly { .. }));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("marb.db"), "ISA*00*").unwrap();
        refused(&folder, |error| matches!(error, OpenError::NotADatabase { .. }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
    }

    #[test]
    fn a_folder_in_the_place_of_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("marb.db")).unwrap();
        let error = Store::open(&settings(&folder)).unwrap_err();
        assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("taken"), "").unwrap();
        let mut settings = settings(&folder);
        settings.path = folder.path().join("taken/marb.db");
        let error = Store::open(&settings).unwrap_err();
        assert!(matches!(error, OpenError::Folder { .. }), "{error:?}");
    }

    #[test]
    fn a_database_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("marb.db")).unwrap();
        connection.execute_batch("CREATE TABLE songs (id INTEGER)").unwrap();
        drop(connection);
        refused(&folder, |error| matches!(error, OpenError::OtherProgram { .. }));
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let folder = database(
            "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')",
        );
        refused(&folder, |error| matches!(error, OpenError::Newer { found: 999, .. }));
    }

    #[test]
    fn an_edited_migration_is_refused() {
        let folder = database("UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1");
        refused(&folder, |error| matches!(error, OpenError::Edited { version: 1, .. }));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        for kept in [20, 99, 2_000, 4_096, 50_000] {
            let folder = database("");
            let path = folder.path().join("marb.db");
            fs::write(&path, &fs::read(&path).unwrap()[..kept]).unwrap();
            refused(&folder, |error| matches!(error, OpenError::Damaged { .. }));
        }
    }

    #[test]
    fn a_start_that_was_killed_before_the_first_migration_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("marb.db")).unwrap();
        connection.pragma_update(None, "application_id", schema::APPLICATION_ID).unwrap();
        drop(connection);
        Store::open(&settings(&folder)).unwrap();
    }
}
