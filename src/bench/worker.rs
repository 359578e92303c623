//! One connection's work: take the next request, wait until it is due, send it, wait for the answer, record.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use hyper::header::HeaderMap;
use rand::rngs::StdRng;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::clock::Clock;

use super::connection::{Answer, Connection};
use super::load::Load;
use super::mix::{Mix, Outgoing};
use super::pacer::Pacer;
use super::recorder::Recorder;
use super::schedule::{Schedule, Turn};
use super::tally::{ErrorKind, Outcome, Times};

/// What all connections share.
pub(super) struct Shared {
    pub(super) mix: Arc<Mix>,
    pub(super) load: Load,
    pub(super) schedule: Schedule,
    pub(super) clock: Clock,
}

/// One connection's work.
pub(super) struct Worker {
    shared: Arc<Shared>,
    recorder: Arc<Mutex<Recorder>>,
    connection: Option<Connection>,
    patience: Patience,
    /// The room of the last answer's headers.
    headers: HeaderMap,
    chance: StdRng,
}

impl Worker {
    /// Takes over a connection that was made; needs the runtime.
    pub(super) async fn new(
        shared: Arc<Shared>,
        recorder: Arc<Mutex<Recorder>>,
        stream: TcpStream,
        chance: StdRng,
    ) -> io::Result<Self> {
        let patience = Patience::new(shared.load.timeout, shared.clock.clone());
        let connection = Some(Connection::over(stream).await.map_err(io::Error::other)?);
        Ok(Self { shared, recorder, connection, patience, headers: HeaderMap::new(), chance })
    }

    /// Works until there is nothing more to ask.
    pub(super) async fn run(mut self) -> io::Result<()> {
        let mut pacer = Pacer::new(self.shared.clock.clone())?;
        // On a schedule each waits for its own first request: not all of them wake at the start.
        if !self.shared.load.pace.is_open() {
            pacer.until(self.shared.schedule.start()).await?;
        }
        let mut now = self.shared.clock.passed();
        while let Some(turn) = self.shared.schedule.take(now) {
            let place = match turn {
                Turn::Place(place) => place.into(),
                _ => self.shared.mix.draw(&mut self.chance),
            };
            if let Turn::Missed(due) = turn {
                self.recorder().record(place, Times { due, sent: now, done: now }, Outcome::Missed);
                continue;
            }
            let due = if let Turn::At(due) = turn { Some(due) } else { None };
            let early = due.filter(|due| *due > now);
            if let Some(due) = early {
                pacer.until(due).await?;
            }
            let sent = self.shared.clock.passed();
            let outcome = self.ask(place, sent).await;
            now = self.shared.clock.passed();
            let times = Times { due: due.unwrap_or(sent), sent, done: now };
            let mut recorder = self.recorder();
            recorder.record(place, times, outcome);
            if let Some(due) = early {
                recorder.lateness.record(sent.saturating_sub(due));
            }
        }
        Ok(())
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks once, over the connection that there is or a new one.
    async fn ask(&mut self, place: usize, now: Duration) -> Outcome {
        let Self { shared, connection, patience, headers, chance, .. } = self;
        let request = shared.mix.request(place, std::mem::take(headers), chance);
        patience.begin(now);
        match exchange(connection, patience, &shared.load, request).await {
            Ok(answer) => {
                *headers = answer.headers;
                if !shared.load.keep_alive {
                    *connection = None;
                }
                Outcome::Answered { status: answer.status, bytes: answer.bytes }
            }
            Err(kind) => {
                *connection = None;
                Outcome::Failed(kind)
            }
        }
    }
}

async fn exchange(
    kept: &mut Option<Connection>,
    patience: &mut Patience,
    load: &Load,
    request: Outgoing,
) -> Result<Answer, ErrorKind> {
    let is_open = match kept {
        Some(connection) => patience.wait(connection.is_ready()).await?,
        None => false,
    };
    if !is_open {
        // A server may end a connection on which nothing was asked: that is no error.
        let stream =
            patience.wait(TcpStream::connect(load.address)).await?.map_err(|_| ErrorKind::Connect)?;
        stream.set_nodelay(true).map_err(|_| ErrorKind::Connect)?;
        *kept = Some(Connection::over(stream).await.map_err(|_| ErrorKind::Connect)?);
    }
    let connection = kept.as_mut().ok_or(ErrorKind::Connect)?;
    let answer = patience.wait(connection.exchange(request)).await?;
    answer.map_err(|error| if error.is_parse() { ErrorKind::Malformed } else { ErrorKind::Closed })
}

/// How long one connection waits for an answer: one timer of the runtime, which is set again only when it goes off.
struct Patience {
    clock: Clock,
    timeout: Duration,
    deadline: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Patience {
    fn new(timeout: Duration, clock: Clock) -> Self {
        Self { clock, timeout, deadline: Duration::ZERO, timer: Box::pin(sleep(timeout)) }
    }

    /// From now on the time counts for a new request.
    fn begin(&mut self, now: Duration) {
        self.deadline = now + self.timeout;
    }

    /// Waits for it, unless the time runs out.
    async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T, ErrorKind> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            while self.timer.as_mut().poll(context).is_ready() {
                let left = self.deadline.saturating_sub(self.clock.passed());
                if left.is_zero() {
                    self.timer.set(sleep(self.timeout));
                    return Poll::Ready(Err(ErrorKind::Timeout));
                }
                self.timer.set(sleep(left));
            }
            Poll::Pending
        })
        .await
    }
}
