//! Importing a received file: read in steps, each step one transaction that also says how far it came.
//!
//! A process that ends between two steps goes on at the next start where the last step ended, so every item is stored
//! once. A file of up to `STEP` items is one step: its claims appear together with the word that it is done. A file
//! that cannot be read to its end is taken back whole.

use std::fs::File;
use std::io;
use std::panic::{self, AssertUnwindSafe};

use crate::intake::{Intake, IntakeSettings, Item};
use crate::model::finding::Finding;
use crate::model::ids::ImportId;
use crate::store::Transaction;
use crate::store::error::StoreError;
use crate::store::findings::{self, Subject};
use crate::store::imports::{self, Import, Progress};
use crate::store::{claims, remittances};

use super::Appliance;
use super::error::ApplianceError;
use super::learning::Moment;
use super::posting::Posting;
use super::touched::Touched;

/// How many items (claims, payment heads, remittances, payment ends) one transaction stores at the most.
///
/// About half a second of work and 20 MB of write-ahead log, for which other writers wait.
const STEP: usize = 5_000;

/// How far a running import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The import.
    pub import: ImportId,
    /// Bytes of the file that were read.
    pub bytes_read: u64,
    /// Size of the file in bytes.
    pub file_size: u64,
    /// What of it is stored.
    pub stored: Progress,
}

/// Whether an import came to its end.
enum Outcome {
    Ended,
    /// The process is to stop; the next one goes on.
    Stopped,
}

impl Appliance {
    /// Imports what is waiting, oldest first, until nothing is left or it is time to stop.
    ///
    /// # Errors
    /// When the disk is full or the database busy: the import stays where it is and can be tried again.
    pub fn run_waiting_imports(&self, progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        while !self.bell.is_stopping() {
            let Some(import) = self.store.read(imports::next_to_run)? else { break };
            let outcome = self.run(&import, progress);
            self.set_running(None);
            outcome?;
            self.learn(Moment::BetweenImports)?;
        }
        Ok(())
    }

    /// Learns from the answers that came, and how the tables have grown; for when no more files are expected soon.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn learn_at_rest(&self) -> Result<(), ApplianceError> {
        self.store.refresh_statistics()?;
        self.learn(Moment::AtRest)
    }

    fn run(&self, import: &Import, progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        tracing::info!(import = %import.task_id, bytes = import.file_size, "import begins");
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| self.read_in(import, progress)));
        let cause = match outcome {
            Ok(Ok(Outcome::Ended)) => {
                tracing::info!(import = %import.task_id, "import done");
                return Ok(());
            }
            Ok(Ok(Outcome::Stopped)) => return Ok(()),
            Ok(Err(retry @ (ApplianceError::NoRoom(_) | ApplianceError::Busy(_)))) => return Err(retry),
            Ok(Err(ApplianceError::Io(error))) if error.kind() == io::ErrorKind::NotFound => {
                "The received file is gone from the folder of received files; send it again.".to_owned()
            }
            Ok(Err(ApplianceError::Io(error))) => {
                format!("The received file could not be read ({error}); send it again.")
            }
            Ok(Err(error)) => format!("The file could not be stored ({error}); nothing of it was kept."),
            Err(_) => "marb failed on this file; nothing of it was kept. Please report it.".to_owned(),
        };
        tracing::error!(import = %import.task_id, "import failed");
        self.fail(import.id, &cause)
    }

    fn fail(&self, import: ImportId, message: &str) -> Result<(), ApplianceError> {
        let now = self.clock.now();
        let touched = self.store.write(|tx| {
            let mut touched = Touched::default();
            for claim in imports::fail(tx, import, None, message, now)? {
                self.settle_standing(tx, claim, &mut touched)?;
            }
            touched.everything();
            Ok(touched)
        })?;
        touched.forget_in(&self.cache);
        Ok(())
    }

    fn read_in(
        &self,
        import: &Import,
        progress: &mut dyn FnMut(&Running),
    ) -> Result<Outcome, ApplianceError> {
        let file = File::open(self.inbox.path(&import.sha256))?;
        let settings = IntakeSettings {
            denial: self.settings.denial.clone(),
            ..IntakeSettings::new(self.clock.today())
        };
        let mut intake = Intake::new(file, settings);
        let started_at = self.clock.now();
        let mut stored = import.progress;
        self.set_running(Some(Running {
            import: import.id,
            bytes_read: 0,
            file_size: import.file_size,
            stored,
        }));
        skip(&mut intake, stored.position)?;
        loop {
            self.check_room(import.file_size.saturating_sub(intake.bytes_read()))?;
            let items = take(&mut intake, STEP)?;
            let is_last = items.len() < STEP;
            let (now_stored, touched) = self.store.write(|tx| {
                imports::start(tx, import.id, started_at)?;
                let mut posting = Posting::begin(self, tx, import, stored)?;
                for item in &items {
                    posting.post(item)?;
                }
                let (stored, mut touched) = posting.end();
                imports::set_progress(tx, import.id, &stored)?;
                if is_last {
                    self.finish(tx, import, &mut intake, &mut touched)?;
                }
                Ok((stored, touched))
            })?;
            stored = now_stored;
            touched.forget_in(&self.cache);
            let running = Running {
                import: import.id,
                bytes_read: intake.bytes_read(),
                file_size: import.file_size,
                stored,
            };
            self.set_running(Some(running));
            progress(&running);
            if is_last {
                return Ok(Outcome::Ended);
            }
            if self.bell.is_stopping() {
                return Ok(Outcome::Stopped);
            }
        }
    }

    /// Whether there is room for what is left of a file: an import that would fill the disk up waits instead.
    fn check_room(&self, bytes_left: u64) -> Result<(), ApplianceError> {
        let needed = room_for(bytes_left);
        match self.store.free_room() {
            Some(free) if free < needed => Err(ApplianceError::NoRoom(format!(
                "The disk is full: {} MB are free, and the rest of the file takes about {} MB in the database. Free some \
                 space; the import then goes on by itself.",
                free / 1_000_000,
                needed.div_ceil(1_000_000),
            ))),
            _ => Ok(()),
        }
    }

    /// Stores what the file held as a whole and says that the import is done.
    fn finish(
        &self,
        tx: &Transaction<'_>,
        import: &Import,
        intake: &mut Intake<File>,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        for finding in intake.take_findings() {
            let subject = subject(tx, import.id, &finding)?;
            // Those of an earlier step may have been shown without it.
            match subject {
                Subject::Claim(claim) => touched.findings(claim),
                Subject::Remittance(remittance) => touched.remittance(remittance),
                Subject::File => {}
            }
            findings::insert(tx, import.id, subject, &finding)?;
        }
        let tally = intake.tally();
        imports::finish(tx, import.id, tally.kind.name(), &serde_json::to_string(tally)?, self.clock.now())
    }
}

/// Bytes that so many bytes of a file take in the database and its log: some two and a half times as many.
const fn room_for(bytes: u64) -> u64 {
    const AT_LEAST: u64 = 4 << 20;
    bytes.saturating_mul(3).saturating_add(AT_LEAST)
}

/// The claim or remittance of this import that a finding is about.
fn subject(tx: &Transaction<'_>, import: ImportId, finding: &Finding) -> Result<Subject, StoreError> {
    let Some(number) = &finding.claim_control_number else { return Ok(Subject::File) };
    if let Some(claim) = claims::in_file(tx, import, number, finding.segment)? {
        return Ok(Subject::Claim(claim));
    }
    let remittance = remittances::in_file(tx, import, number, finding.segment)?;
    Ok(remittance.map_or(Subject::File, Subject::Remittance))
}

/// Reads past the items that are stored already.
fn skip(intake: &mut Intake<File>, items: u64) -> io::Result<()> {
    for _ in 0..items {
        if intake.next()?.is_none() {
            break;
        }
    }
    Ok(())
}

/// Reads the next items, fewer than `most` at the end of the file.
fn take(intake: &mut Intake<File>, most: usize) -> io::Result<Vec<Item>> {
    let mut items = Vec::new();
    while items.len() < most {
        match intake.next()? {
            Some(item) => items.push(item),
            None => break,
        }
    }
    Ok(items)
}
