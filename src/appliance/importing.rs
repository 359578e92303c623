//! Importing received files: read in steps, each step one transaction that also says how far it came.
//!
//! A process that ends between two steps goes on at the next start where the last step ended, so every item is stored
//! once. A file of up to `STEP` items is stored in one step: its claims appear together with the word that it is done.
//! Small files that wait share a step, since a transaction costs as much as a hundred claims. A file
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
use super::posting::{Posting, Shared};
use super::touched::Touched;

/// How many items (claims, payment heads, remittances, payment ends) one transaction stores at the most.
///
/// About half a second of work and 20 MB of write-ahead log, for which other writers wait.
const STEP: usize = 5_000;

/// How many of the files that wait are looked at for one step.
const FILES: u32 = 256;

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

/// A file that is being read.
struct Reading {
    import: Import,
    intake: Intake<File>,
    /// Bytes of the file up to which it is stored.
    bytes_stored: u64,
    /// What of it is stored.
    stored: Progress,
    /// What was read and is stored next.
    items: Vec<Item>,
    /// Whether these are its last.
    is_at_end: bool,
}

impl Reading {
    /// Reads on, at most so many items.
    fn read(&mut self, most: usize) -> io::Result<()> {
        self.items.clear();
        while self.items.len() < most {
            match self.intake.next()? {
                Some(item) => self.items.push(item),
                None => break,
            }
        }
        self.is_at_end = self.items.len() < most;
        Ok(())
    }

    /// Reads past the items that are stored already.
    fn skip_stored(&mut self) -> io::Result<()> {
        for _ in 0..self.stored.position {
            if self.intake.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn bytes_left(&self) -> u64 {
        self.import.file_size.saturating_sub(self.bytes_stored)
    }

    fn running(&self) -> Running {
        Running {
            import: self.import.id,
            bytes_read: self.intake.bytes_read(),
            file_size: self.import.file_size,
            stored: self.stored,
        }
    }
}

impl Appliance {
    /// Imports what is waiting, oldest first, until nothing is left or it is time to stop; `progress` is told of each file
    /// when a step of it is stored.
    ///
    /// # Errors
    /// When the disk is full or the database busy: the imports stay where they are and can be tried again.
    pub fn run_waiting_imports(&self, progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        let mut alone_until = None;
        while !self.bell.is_stopping() {
            let mut waiting = self.store.read(|connection| imports::next_to_run(connection, FILES))?;
            let Some(first) = waiting.first().map(|import| import.id) else { break };
            if alone_until >= Some(first) {
                waiting.truncate(1);
            }
            let outcome = self.run(&waiting, progress);
            self.set_running(Vec::new());
            if !outcome? {
                alone_until = waiting.last().map(|import| import.id);
            }
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

    /// Imports the first of these files, or the first of them together; `false` when one of several could not be stored,
    /// so that each is to be tried alone.
    fn run(&self, waiting: &[Import], progress: &mut dyn FnMut(&Running)) -> Result<bool, ApplianceError> {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| self.read_in(waiting, progress)));
        let cause = match outcome {
            Ok(Ok(())) => return Ok(true),
            Ok(Err(retry @ (ApplianceError::NoRoom(_) | ApplianceError::Busy(_)))) => return Err(retry),
            _ if waiting.len() > 1 => return Ok(false),
            Ok(Err(ApplianceError::Io(error))) if error.kind() == io::ErrorKind::NotFound => {
                "The received file is gone from the folder of received files; send it again.".to_owned()
            }
            Ok(Err(ApplianceError::Io(error))) => {
                format!("The received file could not be read ({error}); send it again.")
            }
            Ok(Err(error)) => format!("The file could not be stored ({error}); nothing of it was kept."),
            Err(_) => "marb failed on this file; nothing of it was kept. Please report it.".to_owned(),
        };
        for import in waiting {
            tracing::error!(import = %import.task_id, "import failed");
            self.fail(import.id, &cause)?;
        }
        Ok(true)
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

    /// Stores the first files that fit into one step together; one that is larger step by step, until it is time to stop.
    fn read_in(&self, waiting: &[Import], progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        let mut step = self.first_step(waiting)?;
        loop {
            self.store_step(&mut step)?;
            step.iter().for_each(|reading| progress(&reading.running()));
            match &mut *step {
                [reading] if !reading.is_at_end => {
                    if self.bell.is_stopping() {
                        return Ok(());
                    }
                    reading.read(STEP)?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// The first file, with those behind it as long as they fit into the step as a whole.
    fn first_step(&self, waiting: &[Import]) -> Result<Vec<Reading>, ApplianceError> {
        let mut step: Vec<Reading> = Vec::new();
        let mut room = STEP;
        for import in waiting {
            let mut reading = self.open(import)?;
            reading.read(room)?;
            if !reading.is_at_end && !step.is_empty() {
                break;
            }
            room -= reading.items.len();
            step.push(reading);
            if room == 0 {
                break;
            }
        }
        Ok(step)
    }

    fn open(&self, import: &Import) -> Result<Reading, ApplianceError> {
        tracing::info!(import = %import.task_id, bytes = import.file_size, "import begins");
        let settings = IntakeSettings {
            denial: self.settings.denial.clone(),
            ..IntakeSettings::new(self.clock.today())
        };
        let mut reading = Reading {
            import: import.clone(),
            intake: Intake::new(File::open(self.inbox.path(&import.sha256))?, settings),
            bytes_stored: 0,
            stored: import.progress,
            items: Vec::new(),
            is_at_end: false,
        };
        reading.skip_stored()?;
        reading.bytes_stored = reading.intake.bytes_read();
        Ok(reading)
    }

    /// Stores what was read, as one transaction that also says how far it came.
    fn store_step(&self, step: &mut [Reading]) -> Result<(), ApplianceError> {
        self.check_room(step.iter().map(Reading::bytes_left).sum())?;
        self.set_running(step.iter().map(Reading::running).collect());
        let (stored, touched) = self.store.write(|tx| {
            let mut shared = Shared::new(self, tx);
            let stored: Result<Vec<_>, _> =
                step.iter_mut().map(|reading| self.post(reading, &mut shared)).collect();
            Ok((stored?, shared.touched))
        })?;
        touched.forget_in(&self.cache);
        for (reading, stored) in step.iter_mut().zip(stored) {
            reading.stored = stored;
            reading.bytes_stored = reading.intake.bytes_read();
            if reading.is_at_end {
                tracing::info!(import = %reading.import.task_id, "import done");
            }
        }
        self.set_running(step.iter().map(Reading::running).collect());
        Ok(())
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

    /// Posts what was read of a file, and what it held as a whole once it is at its end.
    fn post(&self, reading: &mut Reading, shared: &mut Shared<'_>) -> Result<Progress, StoreError> {
        let Reading { import, intake, .. } = reading;
        let tx = shared.tx;
        imports::start(tx, import.id, self.clock.now())?;
        let mut posting = Posting::begin(shared, import, reading.stored)?;
        for item in &reading.items {
            posting.post(item)?;
        }
        let stored = posting.end();
        imports::set_progress(tx, import.id, &stored)?;
        if reading.is_at_end {
            for finding in intake.take_findings() {
                keep_finding(tx, import.id, &finding, &mut shared.touched)?;
            }
            let tally = intake.tally();
            let told = serde_json::to_string(tally)?;
            imports::finish(tx, import.id, tally.kind.name(), &told, self.clock.now())?;
        }
        Ok(stored)
    }
}

/// Stores a finding with the claim or remittance that it is about.
fn keep_finding(
    tx: &Transaction<'_>,
    import: ImportId,
    finding: &Finding,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let subject = subject(tx, import, finding)?;
    // What an earlier step stored may have been shown without it.
    match subject {
        Subject::Claim(claim) => touched.findings(claim),
        Subject::Remittance(remittance) => touched.remittance(remittance),
        Subject::File => {}
    }
    findings::insert(tx, import, subject, finding)?;
    Ok(())
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
