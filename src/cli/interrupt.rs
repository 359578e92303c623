//! Ctrl-C and SIGTERM noticed while work goes on that has to clean up after itself.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread;

use tokio::runtime;

/// Whether the process was asked to stop.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on a request to stop ends nothing by itself.
    pub(super) fn watch() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let mut signal = {
            let _inside = runtime.enter();
            next_signal()?
        };
        let told = Arc::clone(&asked);
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(poll_fn(|context| signal(context)));
            told.store(true, Ordering::Relaxed);
        })?;
        Ok(Self(asked))
    }

    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn next_signal() -> io::Result<impl FnMut(&mut Context<'_>) -> Poll<()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    Ok(move |context: &mut Context<'_>| {
        let came = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if came { Poll::Ready(()) } else { Poll::Pending }
    })
}

#[cfg(windows)]
fn next_signal() -> io::Result<impl FnMut(&mut Context<'_>) -> Poll<()>> {
    let mut signal = tokio::signal::windows::ctrl_c()?;
    Ok(move |context: &mut Context<'_>| signal.poll_recv(context).map(|_| ()))
}
