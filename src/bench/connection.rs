//! One connection, driven by the task that waits for its answers.
//!
//! A connection in a task of its own would have to be woken for each request and wake the other for each answer.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use http_body_util::Full;

use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HeaderMap;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::mix::Outgoing;

/// A connection over which one request after the other is sent.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
}

/// What reads and writes; it does nothing unless it is polled.
struct Driver {
    /// Dropped as soon as it has ended: only then do those who wait for it learn of that.
    inner: Option<http1::Connection<TokioIo<TcpStream>, Full<Bytes>>>,
}

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) bytes: u64,
    /// To be used again.
    pub(super) headers: HeaderMap,
}

impl Connection {
    pub(super) async fn over(stream: TcpStream) -> hyper::Result<Self> {
        let (sender, inner) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, driver: Driver { inner: Some(inner) } })
    }

    /// Waits until a request can be sent; false where the connection has ended.
    pub(super) async fn is_ready(&mut self) -> bool {
        let Self { sender, driver } = self;
        poll_fn(|context| driver.poll_with(context, |context| sender.poll_ready(context))).await.is_ok()
    }

    /// Sends a request and waits for the whole answer.
    pub(super) async fn exchange(&mut self, request: Outgoing) -> hyper::Result<Answer> {
        let Self { sender, driver } = self;
        let mut response = pin!(sender.send_request(request));
        let response =
            poll_fn(|context| driver.poll_with(context, |context| response.as_mut().poll(context))).await?;
        let (head, body) = response.into_parts();
        let bytes = driver.read(body).await?;
        Ok(Answer { status: head.status.as_u16(), bytes, headers: head.headers })
    }
}

impl Driver {
    /// Polls what waits for the connection, after the connection itself.
    fn poll_with<T>(
        &mut self,
        context: &mut Context<'_>,
        mut waiting: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        // Its errors reach whoever waits.
        if self.inner.as_mut().is_some_and(|inner| Pin::new(inner).poll(context).is_ready()) {
            self.inner = None;
        }
        waiting(context)
    }

    /// Reads a body to its end; gives its length.
    async fn read(&mut self, mut body: Incoming) -> hyper::Result<u64> {
        let mut bytes = 0;
        while !body.is_end_stream() {
            // What has arrived is taken before the connection is asked for more.
            let frame = poll_fn(|context| match Pin::new(&mut body).poll_frame(context) {
                Poll::Pending => self.poll_with(context, |context| Pin::new(&mut body).poll_frame(context)),
                ready @ Poll::Ready(_) => ready,
            });
            match frame.await.transpose()? {
                Some(frame) => bytes += frame.data_ref().map_or(0, |data| data.len() as u64),
                None => break,
            }
        }
        Ok(bytes)
    }
}
