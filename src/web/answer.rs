//! Answers on their way out: JSON that was just made, and cached bytes with their tag.

use std::io::Cursor;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use serde::Serialize;

use crate::cache::body::Body;

use super::error::Problem;

/// A value as JSON.
pub(super) struct Json(Vec<u8>);

impl Json {
    /// Writes a value.
    pub(super) fn of(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self(to_bytes(value)?))
    }
}

/// A value's JSON.
pub(super) fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(Problem::internal)
}

impl<'r> Responder<'r, 'static> for Json {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build().header(ContentType::JSON).sized_body(self.0.len(), Cursor::new(self.0)).ok()
    }
}

/// A cached answer: its bytes are not copied, and a client that has them already is told so (304).
pub(super) struct Cached(pub Body);

/// Lets a cursor walk the cached bytes in place.
struct Bytes(Body);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'r> Responder<'r, 'static> for Cached {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let etag = Header::new("ETag", self.0.etag().to_owned());
        if request.headers().get("If-None-Match").any(|tags| names(tags, self.0.etag())) {
            return Response::build().status(Status::NotModified).header(etag).ok();
        }
        let length = self.0.as_bytes().len();
        Response::build()
            .header(ContentType::JSON)
            .header(etag)
            // Room for the whole answer, and for one byte more: a full buffer would be replaced before the end is seen.
            .max_chunk_size(length + 1)
            .sized_body(length, Cursor::new(Bytes(self.0)))
            .ok()
    }
}

/// Whether an `If-None-Match` names this tag, by the weak comparison of RFC 9110, section 13.1.2.
fn names(header: &str, etag: &str) -> bool {
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_tag_is_found_among_others_and_as_a_weak_one() {
        assert!(names("\"a\", W/\"b\"", "\"b\""));
        assert!(names("*", "\"b\""));
        assert!(!names("\"a\", \"c\"", "\"b\""));
        assert!(!names("", "\"b\""));
    }
}
