//! Importing received files: read in steps, each step one transaction that also says how far it came.
//!
//! A process that ends between two steps goes on at the next start where the last step ended, so every item is stored
//! once. A file of up to `STEP` items is stored in one step: its claims appear together with the word that it is done.
//! Small files that wait share a step, since a transaction costs as much as dozens of claims. A file that cannot be read to
//! its end is taken back whole.

use std::io;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use crate::intake::{IntakeSettings, Item};
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
use super::reading::{Part, Step, Whole, read_ahead};
use super::touched::Touched;

/// How many items (claims, payment heads, remittances, payment ends) one transaction stores at the most.
///
/// About half a second of work and 20 MB of write-ahead log, for which other writers wait.
const STEP: usize = 5_000;

/// How many of the files that wait are read one after the other.
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

/// How far a run over files that wait came.
enum Ran {
    /// As far as it could.
    Through,
    /// To claims that are scored better once more is learned.
    LearnFirst,
    /// One of several could not be stored: each is to be tried alone.
    OneByOne,
}

impl Part {
    fn has_claims(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Claim(_)))
    }

    fn running(&self, bytes_read: u64, stored: Progress) -> Running {
        Running { import: self.import.id, bytes_read, file_size: self.import.file_size, stored }
    }
}

impl Appliance {
    /// Imports what is waiting, oldest first, until nothing is left or it is time to stop; `progress` is told of each file
    /// when a part of it is stored.
    ///
    /// # Errors
    /// When the disk is full or the database busy: the imports stay where they are and can be tried again.
    pub fn run_waiting_imports(&self, progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        let (mut alone_until, mut has_learned) = (None, false);
        while !self.bell.is_stopping() {
            let mut waiting = self.store.read(|connection| imports::next_to_run(connection, FILES))?;
            let Some(first) = waiting.first().map(|import| import.id) else { break };
            if alone_until >= Some(first) {
                waiting.truncate(1);
            }
            let outcome = self.run(&waiting, has_learned, progress);
            self.set_running(Vec::new());
            has_learned = false;
            match outcome? {
                Ran::Through => {}
                Ran::LearnFirst => {
                    self.learn(Moment::BetweenImports)?;
                    has_learned = true;
                }
                Ran::OneByOne => alone_until = waiting.last().map(|import| import.id),
            }
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

    /// Imports these files. What keeps one that is alone from being stored fails it.
    fn run(
        &self,
        waiting: &[Import],
        has_learned: bool,
        progress: &mut dyn FnMut(&Running),
    ) -> Result<Ran, ApplianceError> {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| self.read_in(waiting, has_learned, progress)));
        let cause = match outcome {
            Ok(Ok(ran)) => return Ok(ran),
            Ok(Err(retry @ (ApplianceError::NoRoom(_) | ApplianceError::Busy(_)))) => return Err(retry),
            _ if waiting.len() > 1 => return Ok(Ran::OneByOne),
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
        Ok(Ran::Through)
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

    /// `has_learned` is whether the first step may do with what is known.
    fn read_in(
        &self,
        waiting: &[Import],
        mut has_learned: bool,
        progress: &mut dyn FnMut(&Running),
    ) -> Result<Ran, ApplianceError> {
        let settings = IntakeSettings {
            denial: self.settings.denial.clone(),
            ..IntakeSettings::new(self.clock.today())
        };
        let path = |import: &Import| self.inbox.path(&import.sha256);
        read_ahead(waiting, &path, &settings, STEP, |steps| {
            for step in steps {
                let step = step?;
                if !mem::take(&mut has_learned)
                    && step.iter().any(Part::has_claims)
                    && self.to_learn_until(Moment::BetweenImports)?.is_some()
                {
                    return Ok(Ran::LearnFirst);
                }
                self.store_step(&step, progress)?;
                if self.bell.is_stopping() {
                    break;
                }
            }
            Ok(Ran::Through)
        })
    }

    /// Stores a step as one transaction, which also says how far each of its files is.
    fn store_step(&self, step: &Step, progress: &mut dyn FnMut(&Running)) -> Result<(), ApplianceError> {
        self.check_room(
            step.iter().map(|part| part.import.file_size.saturating_sub(part.bytes.start)).sum(),
        )?;
        self.show_as_running(step);
        let ends = |part: &Part| part.whole.as_ref().map(|_| part.import.task_id.clone());
        let ended: Vec<_> = step.iter().filter_map(ends).collect();
        let (running, touched) = self.store.write(|tx| {
            thread::scope(|scope| {
                let mut shared = Shared::new(self, tx, scope);
                let post = |part| self.post(part, &mut shared);
                let running: Result<Vec<Running>, StoreError> = step.iter().map(post).collect();
                Ok((running?, shared.end()?))
            })
        })?;
        touched.forget_in(&self.cache);
        for import in ended {
            tracing::info!(%import, "import done");
        }
        self.set_running(running.clone());
        running.iter().for_each(progress);
        Ok(())
    }

    fn show_as_running(&self, step: &[Part]) {
        let known = self.running();
        let running = |part: &Part| {
            let Import { id, task_id, file_size, .. } = &part.import;
            if part.bytes.start == 0 {
                tracing::info!(import = %task_id, bytes = file_size, "import begins");
            }
            let earlier = known.iter().find(|running| running.import == *id);
            part.running(part.bytes.start, earlier.map_or(part.import.progress, |running| running.stored))
        };
        self.set_running(step.iter().map(running).collect());
    }

    /// Whether there is room for what is left of a file: an import that would fill the disk up waits instead.
    fn check_room(&self, bytes_left: u64) -> Result<(), ApplianceError> {
        let needed = room_for(bytes_left);
        match self.store.free_room() {
            Some(free) if free < needed => Err(ApplianceError::NoRoom(format!(
                "The disk is full: {} MB are free, and what is to be stored next takes about {} MB in the database. Free some \
                 space; the import then goes on from there.",
                free / 1_000_000,
                needed.div_ceil(1_000_000),
            ))),
            _ => Ok(()),
        }
    }

    /// Posts a part of a file, and what the file held as a whole with its last; says how far it is then.
    fn post<'a>(&self, part: &'a Part, shared: &mut Shared<'a>) -> Result<Running, StoreError> {
        let (tx, import) = (shared.tx, part.import.id);
        let mut stored = imports::start(tx, import, self.clock.now())?;
        let mut posting = Posting::begin(shared, &part.import, stored)?;
        part.items.iter().try_for_each(|item| posting.post(item))?;
        stored = posting.end();
        imports::set_progress(tx, import, &stored)?;
        let running = part.running(part.bytes.end, stored);
        if let Some(Whole { findings, tally }) = &part.whole {
            for finding in findings {
                keep_finding(tx, import, finding, &mut shared.touched)?;
            }
            imports::finish(tx, import, tally.kind.name(), &serde_json::to_string(tally)?, self.clock.now())?;
        }
        Ok(running)
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
