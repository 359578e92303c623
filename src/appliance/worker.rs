//! The background worker: takes queued imports one after the other, those that an earlier process left first; then learns from
//! what came, and calculates scores anew that rest on something that has changed.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Appliance;

/// How long to wait before trying an import again that the disk or the database refused for now.
const RETRY_AFTER: Duration = Duration::from_secs(15);

/// Wakes the worker and tells it to stop.
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: Mutex<Rung>,
    wake: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
struct Rung {
    work: bool,
    stop: bool,
    /// Whether the worker waits for work.
    rests: bool,
}

impl Bell {
    /// There is something to do.
    pub(super) fn ring(&self) {
        self.set(|rung| rung.work = true);
    }

    /// It is time to stop.
    pub(super) fn stop(&self) {
        self.set(|rung| rung.stop = true);
    }

    fn set(&self, change: impl FnOnce(&mut Rung)) {
        change(&mut self.rung.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_all();
    }

    /// Whether running work is to come to its next resting point and end there.
    pub(super) fn is_stopping(&self) -> bool {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).stop
    }

    /// Whether nothing is done in the background, and nothing is to be done.
    pub(super) fn is_at_rest(&self) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        rung.rests && !rung.work
    }

    /// Waits for work, at most so long; `false` when it is time to stop.
    fn wait(&self, at_most: Option<Duration>) -> bool {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        rung.rests = true;
        let idle = |rung: &mut Rung| !rung.work && !rung.stop;
        let mut rung = match at_most {
            None => self.wake.wait_while(rung, idle).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                self.wake.wait_timeout_while(rung, limit, idle).unwrap_or_else(PoisonError::into_inner).0
            }
        };
        (rung.work, rung.rests) = (false, false);
        !rung.stop
    }
}

/// The running worker; dropping it stops it at the next resting point, from where the next start goes on.
pub struct Worker {
    appliance: Arc<Appliance>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the worker of an appliance.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(appliance: &Arc<Appliance>) -> std::io::Result<Self> {
        let working = Arc::clone(appliance);
        let thread = thread::Builder::new().name("imports".to_owned()).spawn(move || work(&working))?;
        Ok(Self { appliance: Arc::clone(appliance), thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.appliance.bell.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(
                "the import worker ended with a panic; what it was doing is resumed at the next start"
            );
        }
    }
}

fn work(appliance: &Appliance) {
    loop {
        let done = appliance
            .run_waiting_imports(&mut |_| {})
            .and_then(|()| appliance.learn_at_rest())
            .and_then(|()| appliance.renew_scores(&mut |_| {}));
        let wait = match done {
            Ok(()) => None,
            Err(cause) => {
                tracing::warn!(%cause, "imports wait and are tried again");
                Some(RETRY_AFTER)
            }
        };
        if !appliance.bell.wait(wait) {
            return;
        }
    }
}
