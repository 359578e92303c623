//! A copy of the database beside it, page for page, checked whole before it counts as one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

/// Why there is no copy; what was begun of it is gone.
#[derive(Debug, thiserror::Error)]
pub(super) enum BackupError {
    /// The copy, and so the database, holds pages that contradict each other.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// `SQLite` refuses: the disk is full, or the folder cannot be written.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The system refuses.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

/// Copies the database to `target`, which it replaces once the copy is on disk and found sound.
///
/// The copy has the same pages, so a sound copy also says that the database is sound.
pub(super) fn make(connection: &Connection, target: &Path) -> Result<(), BackupError> {
    let unfinished = beside(target, ".unfinished");
    let made = copy_and_check(connection, &unfinished);
    if made.is_err() {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            // What is not there needs no removing.
            let _ = fs::remove_file(beside(&unfinished, suffix));
        }
    }
    made?;
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, target)?;
    sync_folder(target)?;
    Ok(())
}

fn copy_and_check(connection: &Connection, target: &Path) -> Result<(), BackupError> {
    let mut copy = Connection::open_with_flags(
        target,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // All pages in one step: nobody else uses the database while it is being opened.
    Backup::new(connection, &mut copy)?.step(-1)?;
    // A copy for keeping is one file, without a log beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let found: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    copy.close().map_err(|(_, error)| error)?;
    if found == "ok" { Ok(()) } else { Err(BackupError::Damaged(found)) }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes a new name durable; only Unix lets a folder be opened for that.
fn sync_folder(of: &Path) -> std::io::Result<()> {
    match of.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
