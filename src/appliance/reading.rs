//! Reading the files that wait, one step ahead of storing them: both cores of a small machine have something to do.

use std::fs::File;
use std::io;
use std::mem;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use crate::intake::tally::Tally;
use crate::intake::{Intake, IntakeSettings, Item};
use crate::model::finding::Finding;
use crate::store::imports::Import;

/// What is stored in one transaction: parts of files, which have at the most so many items together as was asked for.
pub(super) type Step = Vec<Part>;

/// A part of a file, or all of it.
pub(super) struct Part {
    /// The file.
    pub(super) import: Import,
    /// Where in it the part begins and ends.
    pub(super) bytes: Range<u64>,
    /// What was read.
    pub(super) items: Vec<Item>,
    /// What the file holds as a whole, with its last part.
    pub(super) whole: Option<Whole>,
}

/// What a file holds as a whole.
pub(super) struct Whole {
    pub(super) findings: Vec<Finding>,
    pub(super) tally: Tally,
}

/// Reads files in their order, each from where it is stored, and hands steps of at most so many items to `store`. Small files
/// share a step; one that is larger has steps of its own, and shares its last.
///
/// What ends the reading is the last that `store` gets.
pub(super) fn read_ahead<T>(
    waiting: &[Import],
    path: &(dyn Fn(&Import) -> PathBuf + Sync),
    settings: &IntakeSettings,
    most: usize,
    store: impl FnOnce(Receiver<io::Result<Step>>) -> T,
) -> T {
    // Nothing is kept between the two: a step is read while the one before it is stored.
    let (giver, taker) = mpsc::sync_channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut reader = Reader { giver, step: Step::new(), most };
            for import in waiting {
                match reader.read(import, path(import), settings) {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        reader.give();
                        // Who has gone does not want to know.
                        let _ = reader.giver.send(Err(error));
                        return;
                    }
                }
            }
            reader.give();
        });
        store(taker)
    })
}

struct Reader {
    giver: SyncSender<io::Result<Step>>,
    /// What is given next.
    step: Step,
    most: usize,
}

impl Reader {
    /// Reads a file to its end; `false` when nobody wants more.
    fn read(&mut self, import: &Import, path: PathBuf, settings: &IntakeSettings) -> io::Result<bool> {
        let mut intake = Intake::new(File::open(path)?, settings.clone());
        for _ in 0..import.progress.position {
            intake.next()?;
        }
        loop {
            let part = self.part(import, &mut intake)?;
            let (items, is_last) = (part.items.len(), part.whole.is_some());
            let held: usize = self.step.iter().map(|part| part.items.len()).sum();
            if held + items > self.most && !self.give() {
                return Ok(false);
            }
            self.step.push(part);
            if is_last {
                return Ok(true);
            }
            if !self.give() {
                return Ok(false);
            }
        }
    }

    fn part(&self, import: &Import, intake: &mut Intake<File>) -> io::Result<Part> {
        let begin = intake.bytes_read();
        let mut items = Vec::new();
        while items.len() < self.most {
            match intake.next()? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        let whole = (items.len() < self.most)
            .then(|| Whole { findings: intake.take_findings(), tally: intake.tally().clone() });
        Ok(Part { import: import.clone(), bytes: begin..intake.bytes_read(), items, whole })
    }

    /// Gives what is held, if anything is, once it is asked for; `false` when nobody wants more.
    fn give(&mut self) -> bool {
        self.step.is_empty() || self.giver.send(Ok(mem::take(&mut self.step))).is_ok()
    }
}
