//! What can go wrong while asking or writing; never with a value of a patient in it.

use rusqlite::ErrorCode;

/// Why a question was not answered or a change not made; nothing of the change is stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room for more.
    #[error("the disk is full: free some space and try again; what was stored before is safe")]
    DiskFull,
    /// Another process holds the database.
    #[error("the database stayed busy: another program holds it; close that program and try again")]
    Busy,
    /// The file's pages contradict each other, or hold a value that cannot be there.
    #[error("the database file is damaged: stop, keep a copy of it and restore the last backup")]
    Damaged,
    /// The file or the disk refuses writing.
    #[error("the database can not be written: the disk or the file is read-only")]
    ReadOnly,
    /// Every reader was in use for the whole waiting time.
    #[error("no reader of the database became free in time")]
    NoReader(#[from] r2d2::Error),
    /// A row holds JSON of another shape than this version writes.
    #[error("a stored value has an unknown shape: {0}")]
    Shape(#[from] serde_json::Error),
    /// Anything else that `SQLite` says: a broken constraint or a mistake in a question.
    #[error("the database refused: {0}")]
    Refused(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;

        // Tables take no other types and checks no other values than are read, so the bytes have changed since.
        if let E::InvalidColumnType(column, ..)
        | E::FromSqlConversionFailure(column, ..)
        | E::IntegralValueOutOfRange(column, _)
        | E::Utf8Error(column, _) = error
        {
            tracing::error!(column, "a stored value is not one that can be there");
            return Self::Damaged;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Refused(error),
        }
    }
}
