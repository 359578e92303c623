//! Where the target is: `http://host:port/prefix`, and whether that is this machine.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderValue;

/// A base URL: every path that is asked stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    host: String,
    port: u16,
    /// Without a slash at the end.
    prefix: String,
}

/// The text is no base URL that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// It is none.
    #[error("{0:?} is no URL: write it as http://localhost:8000")]
    Malformed(String),
    /// TLS is not spoken here.
    #[error("only http:// is spoken: measure the server behind what ends TLS")]
    Tls,
}

impl FromStr for BaseUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        let malformed = || BadUrl::Malformed(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(BadUrl::Tls),
            _ => return Err(malformed()),
        }
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let host = authority.ok_or_else(malformed)?.host().to_owned();
        if host.is_empty() || uri.query().is_some() {
            return Err(malformed());
        }
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self { host, port, prefix: uri.path().trim_end_matches('/').to_owned() })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}{}", self.host, self.port, self.prefix)
    }
}

impl BaseUrl {
    /// The path with what stands before it in the base URL.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.prefix)
    }

    /// What a request names as its host.
    ///
    /// # Errors
    /// When the host has characters that no header may have.
    pub fn host_header(&self) -> Result<HeaderValue, BadUrl> {
        HeaderValue::from_str(&format!("{}:{}", self.host, self.port))
            .map_err(|_| BadUrl::Malformed(self.to_string()))
    }

    /// The host's addresses, at none of which anything has been asked yet.
    ///
    /// # Errors
    /// When the host's name is unknown.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let name = self.host.trim_start_matches('[').trim_end_matches(']');
        Ok((name, self.port).to_socket_addrs()?.collect())
    }
}

/// The first of these addresses at which somebody listens.
///
/// # Errors
/// The last thing that went wrong.
pub fn listening(addresses: &[SocketAddr], patience: Duration) -> io::Result<SocketAddr> {
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in addresses {
        match TcpStream::connect_timeout(address, patience) {
            Ok(_) => return Ok(*address),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: Result<&str, &BadUrl>) {
        let parsed = text.parse::<BaseUrl>().map(|url| url.to_string());
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_base_url_is_read_and_written() {
        case("http://localhost:8000", Ok("http://localhost:8000"));
        case("http://localhost:8000/", Ok("http://localhost:8000"));
        case("http://127.0.0.1", Ok("http://127.0.0.1:80"));
        case("http://[::1]:8000/office/", Ok("http://[::1]:8000/office"));
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        case("https://localhost", Err(&BadUrl::Tls));
        for text in [
            "localhost:8000",
            "",
            "/api",
            "ftp://localhost",
            "http://a b",
            "http://user@host",
            "http://h?x=1",
        ] {
            case(text, Err(&BadUrl::Malformed(text.to_owned())));
        }
    }

    #[test]
    fn paths_stand_behind_the_prefix() {
        let url: BaseUrl = "http://localhost/office/".parse().unwrap();
        assert_eq!(url.path("/api/v1/health"), "/office/api/v1/health");
        assert_eq!(url.path("api/v1/health"), "/office/api/v1/health");
    }
}
