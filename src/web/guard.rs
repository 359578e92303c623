//! Keeps other web pages out: a page elsewhere may make the user's browser ask this server, and must get nothing.
//!
//! Two checks, on every request before routing. The `Host` has to be one of this server's own names, which stops DNS
//! rebinding; and a request that is not a plain read has to come from this server's own pages or from no page at all.
//! A load bench may write only where the data is thrown away.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Method;
use rocket::http::uri::Host;
use rocket::request::Request;
use rocket::{Data, uri};

use super::error::Problem;
use super::settings::Data as Held;

/// The names under which this server may be asked, and what it holds.
pub(super) struct Guard {
    names: Vec<String>,
    held: Held,
}

/// How the load bench's user agent begins.
const BENCH: &str = "marb-bench/";

impl Guard {
    /// Loopback's own names, the address listened on, and those that the configuration adds.
    pub(super) fn new(address: std::net::IpAddr, more: &[String], held: Held) -> Self {
        let own = ["localhost", "127.0.0.1", "[::1]", "::1"].map(str::to_owned);
        let listening = match address {
            std::net::IpAddr::V6(address) => format!("[{address}]"),
            std::net::IpAddr::V4(address) => address.to_string(),
        };
        Self { names: own.into_iter().chain([listening]).chain(more.iter().cloned()).collect(), held }
    }

    fn is_own(&self, host: &Host<'_>) -> bool {
        let name = host.domain().as_str();
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    fn objection(&self, request: &Request<'_>) -> Option<Problem> {
        let Some(host) = request.host() else {
            return Some(Problem::forbidden("The request names no host."));
        };
        if !self.is_own(host) {
            return Some(Problem::forbidden(
                "This server does not go by that host name; add it to allowed_hosts if it should.",
            ));
        }
        if matches!(request.method(), Method::Get | Method::Head | Method::Options) {
            return None;
        }
        let is_bench = request.headers().get_one("User-Agent").is_some_and(|agent| agent.starts_with(BENCH));
        if is_bench && self.held != Held::ThrowAway {
            return Some(Problem::forbidden(
                "A load bench writes to a throw-away database only: marb demo serves one.",
            ));
        }
        let foreign = || Problem::forbidden("Changes are taken from this server's own pages and tools only.");
        if request
            .headers()
            .get_one("Sec-Fetch-Site")
            .is_some_and(|site| !matches!(site, "same-origin" | "none"))
        {
            return Some(foreign());
        }
        let origin = request.headers().get_one("Origin")?;
        let same =
            origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(&host.to_string()));
        (!same).then(foreign)
    }
}

#[rocket::async_trait]
impl Fairing for Guard {
    fn info(&self) -> Info {
        Info { name: "own hosts and origins only", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if let Some(problem) = self.objection(request) {
            // Nothing is mounted there: what comes is the catcher's answer, which finds the problem in the request.
            request.local_cache(|| Some(problem));
            request.set_uri(uri!("/refused"));
        }
    }
}
