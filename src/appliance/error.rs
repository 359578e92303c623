//! Why an action was not done, in words for the person who asked for it.

use std::io;

use crate::store::error::StoreError;

/// Why an action was not done; nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum ApplianceError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It does not go with what is stored.
    #[error("{0}")]
    Conflict(String),
    /// A value is not what it should be.
    #[error("{0}")]
    Invalid(String),
    /// The bytes are no X12 file.
    #[error("{0}")]
    NotEdi(String),
    /// The disk is full.
    #[error("{0}")]
    NoRoom(String),
    /// Not now; worth trying again.
    #[error("{0}")]
    Busy(String),
    /// Pages of the database contradict each other.
    #[error("{0}")]
    Damaged(String),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(io::Error),
}

impl From<StoreError> for ApplianceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::NoRoom(error.to_string()),
            StoreError::Busy | StoreError::NoReader(_) => Self::Busy(error.to_string()),
            StoreError::Damaged => Self::Damaged(error.to_string()),
            other => Self::Store(other),
        }
    }
}

impl From<io::Error> for ApplianceError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom(
                "The disk is full: free some space and send the file again; nothing of it was kept."
                    .to_owned(),
            ),
            _ => Self::Io(error),
        }
    }
}
