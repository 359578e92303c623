//! Waiting until a moment, to some microseconds: a runtime's own timers are a millisecond coarse.

use std::io;
use std::time::Duration;

use crate::clock::Clock;

/// Waits for one connection.
pub(super) struct Pacer {
    clock: Clock,
    timer: timer::Timer,
}

impl Pacer {
    /// Needs the runtime.
    pub(super) fn new(clock: Clock) -> io::Result<Self> {
        Ok(Self { clock, timer: timer::Timer::new()? })
    }

    /// Waits until that time of the clock; not at all where it has passed.
    pub(super) async fn until(&mut self, time: Duration) -> io::Result<()> {
        while let Some(left) = time.checked_sub(self.clock.passed()).filter(|left| !left.is_zero()) {
            self.timer.wait(left, &self.clock).await?;
        }
        Ok(())
    }
}

/// A timer of the system that the runtime's poll wakes for at once.
#[cfg(target_os = "linux")]
mod timer {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
    use rustix::time::{timerfd_create, timerfd_settime};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use crate::clock::Clock;

    pub(super) struct Timer(AsyncFd<OwnedFd>);

    impl Timer {
        #[expect(
            deprecated,
            reason = "its successor is unsafe to call, for what owns no file; this owns one"
        )]
        pub(super) fn new() -> io::Result<Self> {
            let timer =
                timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Ok(Self(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        pub(super) async fn wait(&self, left: Duration, _: &Clock) -> io::Result<()> {
            let it_value = Timespec::try_from(left).map_err(io::Error::other)?;
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
            timerfd_settime(
                self.0.get_ref(),
                TimerfdTimerFlags::empty(),
                &Itimerspec { it_interval, it_value },
            )?;
            // Setting it again is what makes it count from nothing: there is no need to read how often it went off.
            self.0.readable().await?.clear_ready();
            Ok(())
        }
    }
}

/// The runtime's timer until shortly before, then turns until it is time.
#[cfg(not(target_os = "linux"))]
mod timer {
    use std::io;
    use std::time::Duration;

    use crate::clock::Clock;

    /// What the runtime's timer may be late by.
    const COARSE: Duration = Duration::from_millis(2);

    pub(super) struct Timer;

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn wait(&self, left: Duration, clock: &Clock) -> io::Result<()> {
            let end = clock.passed() + left;
            if let Some(coarsely) = left.checked_sub(COARSE) {
                tokio::time::sleep(coarsely).await;
            }
            while clock.passed() < end {
                tokio::task::yield_now().await;
            }
            Ok(())
        }
    }
}
