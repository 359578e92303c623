//! Makes the requests of a run before it begins: from paths on the command line, or from a scenario.

use std::sync::atomic::AtomicUsize;

use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Method, Uri};

use super::address::{BadUrl, BaseUrl};
use super::mix::{Bodies, Endpoint, Mix, Targets, cumulative};
use super::probe::{Probe, ProbeError};
use super::scenario::{Draw, Entry, Noun, Scenario};
use super::uploads;

/// By this a server knows the bench.
pub const AGENT: &str = concat!("marb-bench/", env!("CARGO_PKG_VERSION"));

/// Why requests cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The path cannot stand in a request.
    #[error("{0:?} is no path that can be asked for")]
    Path(String),
    /// The base URL cannot.
    #[error("{0}")]
    Url(#[from] BadUrl),
    /// The target has nothing of a kind that the scenario asks for.
    #[error("the target has no {0}: import some, or let --self make them")]
    Nothing(&'static str),
    /// The target does not tell its ids.
    #[error("{0}")]
    Probe(#[from] ProbeError),
    /// No files to upload could be made.
    #[error("cannot make files to upload: {0}")]
    Uploads(std::io::Error),
}

/// What all requests of a run have in common.
#[derive(Debug, Clone)]
pub struct Common {
    /// The target.
    pub base_url: BaseUrl,
    /// Whether connections stay.
    pub keep_alive: bool,
    /// More headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Common {
    fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, BadUrl> {
        let mut headers =
            vec![(HOST, self.base_url.host_header()?), (USER_AGENT, HeaderValue::from_static(AGENT))];
        if !self.keep_alive {
            headers.push((CONNECTION, HeaderValue::from_static("close")));
        }
        for (name, value) in &self.headers {
            headers.retain(|(known, _)| known != name);
            headers.push((name.clone(), value.clone()));
        }
        Ok(headers)
    }

    fn uri(&self, path: &str) -> Result<Uri, RequestError> {
        let uri = self.base_url.path(path).parse();
        uri.map_err(|_| RequestError::Path(path.to_owned()))
    }

    /// Requests to these paths, each with its weight.
    ///
    /// # Errors
    /// When a path cannot stand in a request.
    pub fn paths(&self, paths: &[(String, f64)], method: &Method, body: &Bytes) -> Result<Mix, RequestError> {
        let endpoint = |(path, weight): &(String, f64)| {
            let bodies = if body.is_empty() { Vec::new() } else { vec![body.clone()] };
            Ok(Endpoint {
                name: name(method, path),
                weight: *weight,
                method: method.clone(),
                targets: Targets::One(self.uri(path)?),
                headers: self.headers()?,
                bodies: Bodies::new(bodies),
            })
        };
        Ok(Mix::new(paths.iter().map(endpoint).collect::<Result<_, RequestError>>()?))
    }

    /// The requests of a scenario, for the ids that exist on the target. Up to so many uploads are made.
    ///
    /// # Errors
    /// When the target has nothing of what is asked for, or does not tell.
    pub fn scenario(
        &self,
        scenario: &Scenario,
        probe: &Probe,
        seed: u64,
        uploads: usize,
    ) -> Result<Mix, RequestError> {
        let mut known = Ids { probe, most: scenario.ids, found: Vec::new() };
        let endpoint = |entry: &Entry| {
            let mut headers = self.headers()?;
            let mut bodies = Vec::new();
            if let Some(kind) = entry.upload {
                headers.push((CONTENT_TYPE, HeaderValue::from_static(uploads::CONTENT_TYPE)));
                bodies = uploads::bodies(kind, seed, uploads).map_err(RequestError::Uploads)?;
            }
            let targets = match entry.noun() {
                None => Targets::One(self.uri(&entry.path)?),
                Some(noun) => self.targets(entry, noun, known.of(noun)?, scenario.zipf)?,
            };
            Ok(Endpoint {
                name: name(&entry.method(), &entry.path),
                weight: entry.weight,
                method: entry.method(),
                targets,
                headers,
                bodies: Bodies::new(bodies),
            })
        };
        let endpoints: Result<_, RequestError> = scenario.requests.iter().map(endpoint).collect();
        Ok(Mix::new(endpoints?))
    }

    fn targets(&self, entry: &Entry, noun: Noun, ids: &[i64], zipf: f64) -> Result<Targets, RequestError> {
        let uri = |id: &i64| self.uri(&entry.path.replace(noun.placeholder(), &id.to_string()));
        let uris = ids.iter().map(uri).collect::<Result<Vec<_>, _>>()?;
        Ok(match entry.draw {
            // Zipf's law: the kth of the list is asked for 1 / k^s times as often as the first.
            Draw::Zipf => {
                let shares = cumulative((1_u32..).take(uris.len()).map(|rank| f64::from(rank).powf(-zipf)));
                Targets::Drawn(uris, shares)
            }
            Draw::InTurn => Targets::InTurn(uris, AtomicUsize::new(0)),
        })
    }
}

/// How reports name what is asked for.
#[must_use]
pub fn name(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

/// The ids that exist, asked for once for each noun.
struct Ids<'p> {
    probe: &'p Probe,
    most: usize,
    found: Vec<(Noun, Vec<i64>)>,
}

impl Ids<'_> {
    fn of(&mut self, noun: Noun) -> Result<&[i64], RequestError> {
        let known = self.found.iter().position(|(known, _)| *known == noun);
        let place = if let Some(place) = known {
            place
        } else {
            let ids = self.probe.ids(noun.list(), self.most)?;
            if ids.is_empty() {
                return Err(RequestError::Nothing(noun.list()));
            }
            self.found.push((noun, ids));
            self.found.len() - 1
        };
        Ok(&self.found[place].1)
    }
}
