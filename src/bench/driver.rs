//! A run: threads that each drive some of the connections, and what they measured together.

use std::future::{Future, poll_fn};
use std::io;
use std::net::TcpStream;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;

use super::latencies::Latencies;
use super::load::Load;
use super::mix::Mix;
use super::recorder::{Recorder, SoFar};
use super::schedule::Schedule;
use super::tally::Tally;
use super::worker::{Shared, Worker};

/// What a run measured.
#[derive(Debug)]
pub struct Measured {
    /// By the places of the mix.
    pub tallies: Vec<Tally>,
    /// How late requests were sent for which a connection had been waiting: the bench's own part of the latency.
    pub lateness: Latencies,
    /// From the start to the last answer.
    pub elapsed: Duration,
    /// Requests that were planned, where that was known before.
    pub planned: Option<u64>,
    /// Whether it was stopped early.
    pub interrupted: bool,
}

/// How a run is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Since the start.
    pub elapsed: Duration,
    /// Requests done, with and without success.
    pub requests: u64,
    /// Requests that were planned, where that was known before.
    pub planned: Option<u64>,
    /// Errors among them.
    pub errors: u64,
    /// 99 of 100 took no longer so far; to two digits.
    pub p99: Duration,
}

/// What keeps a run from taking place.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nobody answers there, or there are too many connections for one of the two sides.
    #[error("connection {number} of {of}: {error}")]
    Connect {
        /// Which connection, from 1.
        number: usize,
        /// How many there should be.
        of: usize,
        /// Why.
        error: io::Error,
    },
    /// The system refuses a thread, a timer or the like.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// Between two looks at how it is doing.
const LOOK: Duration = Duration::from_millis(100);

/// Before the first request is due, so that all threads wait for it.
const HEAD_START: Duration = Duration::from_millis(5);

/// As much more for each connection, so that both sides have it ready: the first requests would wait for that otherwise.
const FOR_EACH_CONNECTION: Duration = Duration::from_micros(100);

/// Loads the target with the mix; `observe` is told how it is doing ten times a second and may stop it.
///
/// # Errors
/// When not all connections can be made at the start, or the system refuses threads or timers.
pub fn run(
    mix: &Arc<Mix>,
    load: &Load,
    clock: &Clock,
    mut observe: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Measured, RunError> {
    let mut streams = connect(load)?;
    let head_start = HEAD_START + FOR_EACH_CONNECTION * u32::try_from(load.connections).unwrap_or(u32::MAX);
    let schedule = Schedule::new(load.pace.clone(), clock.passed() + head_start);
    let shared =
        Arc::new(Shared { mix: Arc::clone(mix), load: load.clone(), schedule, clock: clock.clone() });
    let (stop, stopped) = watch::channel(false);
    let (done, ended) = mpsc::channel();
    let mut recorders = Vec::new();
    for thread in 0..load.threads.min(load.connections) {
        let recorder = Arc::new(Mutex::new(Recorder::new(mix.endpoints().len())));
        recorders.push(Arc::clone(&recorder));
        let share = streams.len().div_ceil(load.threads.min(load.connections) - thread);
        let crew = Crew {
            shared: Arc::clone(&shared),
            recorder,
            streams: streams.split_off(streams.len() - share),
            thread,
        };
        let (done, stopped) = (done.clone(), stopped.clone());
        thread::Builder::new().name("bench".to_owned()).spawn(move || {
            let _ = done.send(crew.work(stopped));
        })?;
    }
    drop(done);
    let start = shared.schedule.start();
    let planned = shared.schedule.planned();
    let mut interrupted = false;
    let mut running = recorders.len();
    while running > 0 {
        match ended.recv_timeout(LOOK) {
            Ok(outcome) => {
                outcome?;
                running -= 1;
            }
            Err(RecvTimeoutError::Timeout) if !interrupted => {
                let elapsed = clock.passed().saturating_sub(start);
                if observe(&progress(&recorders, elapsed, planned)).is_break() {
                    interrupted = true;
                    let _ = stop.send(true);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("a thread ended early").into());
            }
        }
    }
    let elapsed = clock.passed().saturating_sub(start);
    let (tallies, lateness) = merge(&recorders, mix.endpoints().len());
    Ok(Measured { tallies, lateness, elapsed, planned, interrupted })
}

fn connect(load: &Load) -> Result<Vec<TcpStream>, RunError> {
    let connect = || {
        let stream = TcpStream::connect_timeout(&load.address, load.timeout)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    };
    let numbered =
        |number| connect().map_err(|error| RunError::Connect { number, of: load.connections, error });
    (1..=load.connections).map(numbered).collect()
}

/// One thread's connections.
struct Crew {
    shared: Arc<Shared>,
    recorder: Arc<Mutex<Recorder>>,
    streams: Vec<TcpStream>,
    thread: usize,
}

impl Crew {
    fn work(self, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let seed = self.shared.load.seed;
        runtime.block_on(async {
            let mut workers = JoinSet::new();
            for (number, stream) in (0_u64..).zip(self.streams) {
                let stream = tokio::net::TcpStream::from_std(stream)?;
                let chance = StdRng::seed_from_u64(seed ^ (self.thread as u64) << 32 ^ number << 48);
                let worker =
                    Worker::new(Arc::clone(&self.shared), Arc::clone(&self.recorder), stream, chance);
                workers.spawn(worker.await?.run());
            }
            let mut stopped = pin!(stopped.wait_for(|stopped| *stopped));
            poll_fn(|context| {
                // What is under way then is neither awaited nor counted.
                if stopped.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Ok(()));
                }
                loop {
                    return match workers.poll_join_next(context) {
                        Poll::Ready(Some(Ok(Ok(())))) => continue,
                        Poll::Ready(Some(Ok(Err(error)))) => Poll::Ready(Err(error)),
                        Poll::Ready(Some(Err(error))) => Poll::Ready(Err(io::Error::other(error))),
                        Poll::Ready(None) => Poll::Ready(Ok(())),
                        Poll::Pending => Poll::Pending,
                    };
                }
            })
            .await
        })
    }
}

fn progress(recorders: &[Arc<Mutex<Recorder>>], elapsed: Duration, planned: Option<u64>) -> Progress {
    let mut all = SoFar::new();
    for recorder in recorders {
        all.add(&recorder.lock().unwrap_or_else(PoisonError::into_inner).so_far);
    }
    let p99 = Duration::from_micros(all.micros.value_at_quantile(0.99));
    Progress { elapsed, requests: all.requests, planned, errors: all.errors, p99 }
}

fn merge(recorders: &[Arc<Mutex<Recorder>>], endpoints: usize) -> (Vec<Tally>, Latencies) {
    let (mut tallies, mut lateness) = (vec![Tally::default(); endpoints], Latencies::new());
    for recorder in recorders {
        let recorder = recorder.lock().unwrap_or_else(PoisonError::into_inner);
        tallies.iter_mut().zip(&recorder.tallies).for_each(|(all, of_thread)| all.merge(of_thread));
        lateness.merge(&recorder.lateness);
    }
    (tallies, lateness)
}
