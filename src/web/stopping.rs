//! Asking the server to stop: SIGTERM and Ctrl-C are heard from before it listens until it has stopped.
//!
//! Rocket hears them too, but only once it accepts connections: until then they would end the process at once.

use std::io;

use rocket::Shutdown;
use rocket::tokio;

/// The ways in which the system asks the process to stop.
pub(super) struct Signals {
    #[cfg(unix)]
    asked: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl Signals {
    /// Hears them from now on; needs the runtime.
    pub(super) fn hear() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { asked: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?] })
    }

    /// Passes on what was heard and will be heard.
    pub(super) fn pass_on(self, shutdown: &Shutdown) {
        for mut asked in self.asked {
            let shutdown = shutdown.clone();
            tokio::spawn(async move {
                if asked.recv().await.is_some() {
                    shutdown.notify();
                }
            });
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// There is Ctrl-C only, which Rocket hears.
    pub(super) fn hear() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Nothing to pass on.
    pub(super) fn pass_on(self, _: &Shutdown) {}
}
