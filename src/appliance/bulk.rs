//! Importing many files: some are taken in while those before them are stored.

use std::sync::mpsc;
use std::thread;

use super::Appliance;
use super::error::ApplianceError;
use super::importing::Running;
use super::receiving::{Copied, Receipt};

/// What became of a batch of files.
#[derive(Debug)]
pub struct Imported {
    /// What the sender of each is told, in their order; or what kept all of them from being received.
    pub receipts: Result<Vec<Result<Receipt, ApplianceError>>, ApplianceError>,
    /// What keeps those that were received waiting, where they do.
    pub ran: Result<(), ApplianceError>,
}

impl Appliance {
    /// Imports batches of files in their order, each copied by `copy`, and tells `done` of each.
    ///
    /// # Errors
    /// Those of `done`, which end it.
    pub fn import_batches<B: Send, E>(
        &self,
        batches: impl Iterator<Item = B> + Send,
        copy: impl Fn(&B) -> Vec<Result<Copied, ApplianceError>> + Send,
        progress: &mut dyn FnMut(&Running),
        mut done: impl FnMut(B, Imported) -> Result<(), E>,
    ) -> Result<(), E> {
        let (giver, taker) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                for batch in batches {
                    let receipts = self.receive_copies(copy(&batch));
                    if giver.send((batch, receipts)).is_err() {
                        return;
                    }
                }
            });
            for (batch, receipts) in taker {
                let ran = self.run_waiting_imports(progress);
                done(batch, Imported { receipts, ran })?;
            }
            Ok(())
        })
    }
}
