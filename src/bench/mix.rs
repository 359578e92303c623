//! What is asked: endpoints, how often each, and whose turn it is.

use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use rand::RngExt;
use rand::rngs::StdRng;

/// What is sent.
pub type Outgoing = Request<Full<Bytes>>;

/// Endpoints and how often each is asked.
#[derive(Debug)]
pub struct Mix {
    endpoints: Vec<Endpoint>,
    /// The sum of the weights up to each endpoint, divided by that of all.
    shares: Vec<f64>,
}

/// A kind of request: all of it is made before the first is sent.
#[derive(Debug)]
pub struct Endpoint {
    /// As reports name it: `GET /api/v1/claims/{claim}`.
    pub name: String,
    /// How often it is asked, beside the others.
    pub weight: f64,
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub targets: Targets,
    /// The headers, in the order in which they are sent.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The bodies, one after the other and again from the first; none where it is empty.
    pub bodies: Bodies,
}

/// The paths that an endpoint stands for.
#[derive(Debug)]
pub enum Targets {
    /// One.
    One(Uri),
    /// Drawn by how likely each is: the sum of the shares up to each.
    Drawn(Vec<Uri>, Vec<f64>),
    /// Each in turn, and again from the first once all were asked.
    InTurn(Vec<Uri>, AtomicUsize),
}

/// What is sent with the requests.
#[derive(Debug, Default)]
pub struct Bodies {
    bodies: Vec<Bytes>,
    next: AtomicUsize,
}

impl Bodies {
    /// These, in this order.
    #[must_use]
    pub const fn new(bodies: Vec<Bytes>) -> Self {
        Self { bodies, next: AtomicUsize::new(0) }
    }

    fn next(&self) -> Bytes {
        match &*self.bodies {
            [] => Bytes::new(),
            [body] => body.clone(),
            bodies => bodies[self.next.fetch_add(1, Ordering::Relaxed) % bodies.len()].clone(),
        }
    }
}

impl Targets {
    fn next(&self, chance: &mut StdRng) -> Uri {
        match self {
            Self::One(uri) => uri.clone(),
            Self::Drawn(uris, shares) => uris[drawn(shares, chance)].clone(),
            Self::InTurn(uris, next) => uris[next.fetch_add(1, Ordering::Relaxed) % uris.len()].clone(),
        }
    }
}

impl Mix {
    /// These endpoints, of which there is at least one, with weights above 0.
    #[must_use]
    pub fn new(endpoints: Vec<Endpoint>) -> Self {
        let shares = cumulative(endpoints.iter().map(|endpoint| endpoint.weight));
        Self { endpoints, shares }
    }

    /// The endpoints, in the order of their places.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Draws the place of an endpoint by its weight.
    pub(super) fn draw(&self, chance: &mut StdRng) -> usize {
        drawn(&self.shares, chance)
    }

    /// The next request to the endpoint at a place; `headers` are those of an earlier one, whose room is used again.
    pub(super) fn request(&self, place: usize, mut headers: HeaderMap, chance: &mut StdRng) -> Outgoing {
        let endpoint = &self.endpoints[place];
        headers.clear();
        for (name, value) in &endpoint.headers {
            headers.append(name, value.clone());
        }
        let mut request = Request::new(Full::new(endpoint.bodies.next()));
        *request.method_mut() = endpoint.method.clone();
        *request.uri_mut() = endpoint.targets.next(chance);
        *request.headers_mut() = headers;
        request
    }
}

/// Sums up to each weight, divided by the sum of all.
#[must_use]
pub fn cumulative(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = weights
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect();
    sums.into_iter().map(|up_to| up_to / sum).collect()
}

fn drawn(shares: &[f64], chance: &mut StdRng) -> usize {
    if shares.len() == 1 {
        return 0;
    }
    let point: f64 = chance.random();
    shares.partition_point(|&share| share <= point).min(shares.len() - 1)
}

/// A place for each of so many requests to each endpoint, the endpoints evenly mixed.
#[must_use]
pub fn evenly_mixed(counts: &[u32]) -> Vec<u16> {
    // The nth of k requests to an endpoint belongs at (n + 1/2) / k of the way.
    let mut places: Vec<(f64, u16)> = (0..)
        .zip(counts)
        .flat_map(|(place, &count)| {
            (0..count).map(move |nth| ((f64::from(nth) + 0.5) / f64::from(count), place))
        })
        .collect();
    places.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    places.into_iter().map(|(_, place)| place).collect()
}
