//! Taking a file in: checked to be X12, on disk and in the queue before its sender is told so.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::store::Transaction;
use crate::store::error::StoreError;
use crate::store::imports::{self, NewImport};
use crate::x12::reader::{Event, Reader};

use super::Appliance;
use super::error::ApplianceError;
use super::inbox::Kept;
use super::touched::{List, Touched};

/// A file that arrived in the incoming folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as the sender gave it.
    pub filename: String,
    /// The practice it is for, where the sender says so.
    pub practice_id: Option<String>,
}

/// What the sender of a file is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Receipt {
    /// What happens now.
    pub message: &'static str,
    /// The id by which to ask for the import.
    pub task_id: String,
    /// The file's name as the sender gave it.
    pub filename: String,
    /// Its size in megabytes of 1,048,576 bytes, two decimals.
    pub file_size_mb: f64,
    /// Always `background`: the file is read after the answer.
    pub processing_mode: &'static str,
    /// `queued`, or `duplicate` when the same bytes were received before.
    pub state: &'static str,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
}

/// A file that was copied from elsewhere, to be received; it goes with this value if it is not.
#[derive(Debug)]
pub struct Copied {
    arrived: Arrived,
    _file: NamedTempFile,
}

impl Appliance {
    /// Takes a file that arrived in the incoming folder; when this returns `Ok`, no crash can lose it.
    ///
    /// # Errors
    /// `NotEdi` when no X12 segment is in it, `NoRoom` when the disk is full; the file is then left to its owner.
    pub fn receive(&self, arrived: &Arrived) -> Result<Receipt, ApplianceError> {
        let kept = self.keep_file(arrived)?;
        self.inbox.sync()?;
        let now = self.clock.now();
        let receipt = self.store.write(|tx| enqueue(tx, arrived, kept, now))?;
        self.received();
        Ok(receipt)
    }

    /// Takes a copy of a file of any size from elsewhere; as [`Appliance::receive`].
    ///
    /// # Errors
    /// Those of [`Appliance::receive`], and when the source cannot be read.
    pub fn receive_copy(
        &self,
        source: impl Read,
        filename: &str,
        practice_id: Option<&str>,
        progress: impl FnMut(u64),
    ) -> Result<Receipt, ApplianceError> {
        self.receive(&self.copy(source, filename, practice_id, progress)?.arrived)
    }

    /// Copies a file of any size from elsewhere.
    ///
    /// # Errors
    /// When the source cannot be read, or the disk is full.
    pub fn copy(
        &self,
        source: impl Read,
        filename: &str,
        practice_id: Option<&str>,
        progress: impl FnMut(u64),
    ) -> Result<Copied, ApplianceError> {
        let file = self.inbox.copy(source, progress)?;
        let arrived = Arrived {
            path: Path::to_owned(file.path()),
            filename: filename.to_owned(),
            practice_id: practice_id.map(str::to_owned),
        };
        Ok(Copied { arrived, _file: file })
    }

    /// Takes several copies at once, each as [`Appliance::receive`] does: that costs little more than to take one. What
    /// could not be copied stays an error in its place.
    ///
    /// # Errors
    /// When the disk or the database fails, and then for all of them.
    pub fn receive_copies(
        &self,
        copies: Vec<Result<Copied, ApplianceError>>,
    ) -> Result<Vec<Result<Receipt, ApplianceError>>, ApplianceError> {
        let keep = |copied: Copied| Ok((self.keep_file(&copied.arrived)?, copied.arrived));
        let kept: Vec<_> = copies.into_iter().map(|copied| copied.and_then(keep)).collect();
        self.inbox.sync()?;
        let now = self.clock.now();
        let receipts = self.store.write(|tx| {
            let receipt = |kept| match kept {
                Ok((kept, arrived)) => enqueue(tx, &arrived, kept, now).map(Ok),
                Err(refused) => Ok(Err(refused)),
            };
            kept.into_iter().map(receipt).collect()
        })?;
        self.received();
        Ok(receipts)
    }

    fn keep_file(&self, arrived: &Arrived) -> Result<Kept, ApplianceError> {
        if !holds_segments(File::open(&arrived.path)?)? {
            return Err(ApplianceError::NotEdi(format!(
                "{} is no X12 file: no ISA, GS or ST segment was found. Send the 837 or 835 file itself, not a report, \
                 PDF or archive made from it.",
                arrived.filename
            )));
        }
        Ok(self.inbox.keep(&arrived.path)?)
    }

    /// There are more imports now, and something to do.
    fn received(&self) {
        let mut touched = Touched::default();
        touched.list(List::Imports);
        touched.forget_in(&self.cache);
        self.bell.ring();
    }
}

/// Puts a file that is on disk into the queue, unless the same bytes were there before.
fn enqueue(
    tx: &Transaction<'_>,
    arrived: &Arrived,
    kept: Kept,
    now: Timestamp,
) -> Result<Receipt, StoreError> {
    let new = NewImport {
        filename: &arrived.filename,
        sha256: &kept.sha256,
        file_size: kept.bytes,
        practice_id: arrived.practice_id.as_deref(),
        received_at: now,
    };
    let (id, message, state) = match imports::by_sha256(tx, &kept.sha256)? {
        None => (imports::queue(tx, &new)?, "The file was received and is being imported.", "queued"),
        Some(first) => (
            imports::note_duplicate(tx, &new, first)?,
            "The same file was received before; nothing was changed.",
            "duplicate",
        ),
    };
    Ok(Receipt {
        message,
        task_id: imports::task_id(id),
        filename: arrived.filename.clone(),
        file_size_mb: megabytes(kept.bytes),
        processing_mode: "background",
        state,
        sha256: kept.sha256,
    })
}

/// Whether a file has any X12 segment; reads no further than the first.
fn holds_segments(file: File) -> io::Result<bool> {
    let mut reader = Reader::new(file);
    while let Some(event) = reader.next()? {
        if matches!(event, Event::Segment(_)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Megabytes with two decimals.
#[expect(clippy::cast_precision_loss, reason = "shown with two decimals; exact up to 2^53 bytes")]
fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / 1_048_576.0 * 100.0).round() / 100.0
}
