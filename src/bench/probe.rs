//! Single questions to the target before and after a run: what it is, which ids exist, what it tells of itself.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderValue, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};

use super::address::BaseUrl;
use super::requests::AGENT;

/// Asks the target one thing at a time.
pub struct Probe {
    runtime: Runtime,
    base_url: BaseUrl,
    address: SocketAddr,
    host: HeaderValue,
    timeout: Duration,
}

/// Why an answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There is none.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not what a marb would answer.
    #[error("{path} answered with {what}")]
    Unexpected {
        /// What was asked.
        path: String,
        /// What came.
        what: String,
    },
}

impl Probe {
    /// Asks this target.
    ///
    /// # Errors
    /// When the system refuses, or the host cannot be named in a header.
    pub fn new(base_url: &BaseUrl, address: SocketAddr, timeout: Duration) -> io::Result<Self> {
        Ok(Self {
            runtime: runtime::Builder::new_current_thread().enable_all().build()?,
            base_url: base_url.clone(),
            address,
            host: base_url.host_header().map_err(io::Error::other)?,
            timeout,
        })
    }

    /// The status and the body of what a path answers.
    ///
    /// # Errors
    /// When there is no answer in time.
    pub fn get(&self, path: &str) -> io::Result<(u16, Bytes)> {
        let uri: Uri = self.base_url.path(path).parse().map_err(io::Error::other)?;
        let mut request = Request::new(Full::<Bytes>::default());
        *request.uri_mut() = uri;
        request.headers_mut().insert(HOST, self.host.clone());
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(AGENT));
        let ask = async {
            let stream = TcpStream::connect(self.address).await?;
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .map_err(io::Error::other)?;
            tokio::spawn(connection);
            let answer = sender.send_request(request).await.map_err(io::Error::other)?;
            let status = answer.status().as_u16();
            Ok((status, answer.into_body().collect().await.map_err(io::Error::other)?.to_bytes()))
        };
        self.runtime.block_on(async {
            let late = || io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
            tokio::time::timeout(self.timeout, ask).await.unwrap_or_else(|_| Err(late()))
        })
    }

    /// What a path answers, where it is there and answers in JSON.
    ///
    /// # Errors
    /// When there is no answer in time.
    pub fn json(&self, path: &str) -> io::Result<Option<Value>> {
        let (status, body) = self.get(path)?;
        Ok((status == 200).then(|| serde_json::from_slice(&body).ok()).flatten())
    }

    /// The first ids of a noun's list (`claims`), in the list's order, at most so many.
    ///
    /// # Errors
    /// When the target does not answer with such a list.
    pub fn ids(&self, noun: &str, most: usize) -> Result<Vec<i64>, ProbeError> {
        const PAGE: usize = 1_000;
        let mut ids = Vec::new();
        while ids.len() < most {
            let limit = PAGE.min(most - ids.len());
            let path = format!("/api/v1/{noun}?skip={}&limit={limit}", ids.len());
            let list = self.json(&path)?;
            let rows = list.as_ref().and_then(|list| list.get(noun.rsplit('/').next()?)?.as_array());
            let Some(rows) = rows else {
                let what = "no list: is it a marb?".to_owned();
                return Err(ProbeError::Unexpected { path, what });
            };
            ids.extend(rows.iter().filter_map(|row| row.get("id")?.as_i64()));
            if rows.len() < limit {
                break;
            }
        }
        Ok(ids)
    }
}
