//! Imports as the API and the command line show them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::appliance::importing::Running;
use crate::model::Text;
use crate::model::finding::Finding;
use crate::model::import::ImportState;
use crate::store::imports::Import;

/// An import in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ImportRow {
    task_id: Text,
    state: ImportState,
    /// How much of the file was read, in per cent.
    progress: f64,
    message: Option<String>,
    /// The file's name as the sender gave it.
    file: String,
    sha256: String,
    bytes: u64,
    kind: Option<Text>,
    import: ImportCounts,
    received_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

/// What of a file is stored.
#[derive(Debug, Clone, Serialize)]
pub struct ImportCounts {
    task_id: Text,
    state: ImportState,
    /// Claims stored.
    pub claims_stored: u64,
    /// Remittances stored.
    pub remittances_stored: u64,
    /// Episodes made.
    pub episodes_linked: u64,
    /// Claims scored.
    pub claims_scored: u64,
    duplicate_of: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
}

/// An import with what the file held, as `marb check` prints it, and its findings.
#[derive(Debug, Clone, Serialize)]
pub struct ImportAnswer {
    #[serde(flatten)]
    row: ImportRow,
    /// Totals of the file, once it was read to its end.
    #[serde(flatten)]
    tally: BTreeMap<String, Box<RawValue>>,
    findings: Vec<Finding>,
    findings_total: u64,
}

impl ImportRow {
    /// A stored import, and how far it is where it is among those that are running now.
    pub(crate) fn new(mut import: Import, running: &[Running]) -> Self {
        let running = running.iter().find(|running| running.import == import.id);
        if running.is_some() {
            // Its first step may not be committed yet. And what was done last may be, while the cache still has to forget
            // what it changed: whoever is told that an import has ended must find it everywhere.
            import.state = ImportState::Running;
        }
        let stored = running.map_or(import.progress, |running| running.stored);
        let message = match import.state {
            ImportState::Duplicate => {
                Some("The same file was received before; nothing was changed.".to_owned())
            }
            _ => import.message,
        };
        Self {
            import: ImportCounts {
                task_id: import.task_id.clone(),
                state: import.state,
                claims_stored: stored.claims_stored,
                remittances_stored: stored.remittances_stored,
                episodes_linked: stored.episodes_linked,
                claims_scored: stored.claims_scored,
                duplicate_of: import.duplicate_of.map(crate::store::imports::task_id),
                seconds: import.started_at.zip(import.finished_at).map(|(from, to)| seconds(from, to)),
            },
            task_id: import.task_id,
            state: import.state,
            progress: progress(import.state, running),
            message,
            file: import.filename,
            sha256: import.sha256,
            bytes: import.file_size,
            kind: import.kind,
            received_at: import.received_at,
            started_at: import.started_at,
            finished_at: import.finished_at,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> ImportState {
        self.state
    }

    /// What kind of file it is, once that is known.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    /// What of it is stored.
    #[must_use]
    pub fn counts(&self) -> &ImportCounts {
        &self.import
    }

    /// Why it failed, or what else there is to say.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl ImportAnswer {
    /// An import with its tally and findings.
    pub(crate) fn new(
        import: Import,
        running: &[Running],
        findings: Vec<Finding>,
        findings_total: u64,
    ) -> Self {
        let tally = import.tally.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let mut tally: BTreeMap<String, Box<RawValue>> = tally.unwrap_or_default();
        // The row says these itself, also before the tally is there.
        tally.retain(|name, _| !matches!(&**name, "bytes" | "kind"));
        Self { row: ImportRow::new(import, running), tally, findings, findings_total }
    }

    /// The findings, as many as are shown.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many findings there are in all.
    #[must_use]
    pub fn findings_total(&self) -> u64 {
        self.findings_total
    }

    /// The import without its findings.
    #[must_use]
    pub fn row(&self) -> &ImportRow {
        &self.row
    }
}

fn progress(state: ImportState, running: Option<&Running>) -> f64 {
    match (state, running) {
        (ImportState::Done | ImportState::Duplicate, _) => 100.0,
        (_, Some(running)) if running.file_size > 0 => share(running.bytes_read, running.file_size),
        _ => 0.0,
    }
}

/// Per cent with one decimal.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn share(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64 * 1000.0).round().min(1000.0) / 10.0
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
