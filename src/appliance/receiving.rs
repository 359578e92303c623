//! Taking a file in: checked to be X12, on disk and in the queue before its sender is told so.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::ids::ImportId;
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
    /// The import's row.
    #[serde(skip)]
    pub(super) id: ImportId,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
}

impl Appliance {
    /// Takes a file that arrived in the incoming folder; when this returns `Ok`, no crash can lose it.
    ///
    /// # Errors
    /// `NotEdi` when no X12 segment is in it, `NoRoom` when the disk is full; the file is then left to its owner.
    pub fn receive(&self, arrived: &Arrived) -> Result<Receipt, ApplianceError> {
        if !holds_segments(File::open(&arrived.path)?)? {
            return Err(ApplianceError::NotEdi(format!(
                "{} is no X12 file: no ISA, GS or ST segment was found. Send the 837 or 835 file itself, not a report, \
                 PDF or archive made from it.",
                arrived.filename
            )));
        }
        let kept = self.inbox.keep(&arrived.path)?;
        let receipt = self.enqueue(arrived, &kept)?;
        self.bell.ring();
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
        let copy = self.inbox.copy(source, progress)?;
        self.receive(&Arrived {
            path: Path::to_owned(copy.path()),
            filename: filename.to_owned(),
            practice_id: practice_id.map(str::to_owned),
        })
    }

    fn enqueue(&self, arrived: &Arrived, kept: &Kept) -> Result<Receipt, ApplianceError> {
        let new = NewImport {
            filename: &arrived.filename,
            sha256: &kept.sha256,
            file_size: kept.bytes,
            practice_id: arrived.practice_id.as_deref(),
            received_at: self.clock.now(),
        };
        let (import, is_new) = self.store.write(|tx| {
            let id = match imports::by_sha256(tx, &kept.sha256)? {
                None => (imports::queue(tx, &new)?, true),
                Some(first) => (imports::note_duplicate(tx, &new, first)?, false),
            };
            Ok(id)
        })?;
        let mut touched = Touched::default();
        touched.list(List::Imports);
        touched.forget_in(&self.cache);
        let (message, state) = if is_new {
            ("The file was received and is being imported.", "queued")
        } else {
            ("The same file was received before; nothing was changed.", "duplicate")
        };
        Ok(Receipt {
            message,
            task_id: imports::task_id(import),
            filename: arrived.filename.clone(),
            file_size_mb: megabytes(kept.bytes),
            processing_mode: "background",
            state,
            id: import,
            sha256: kept.sha256.clone(),
        })
    }
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
