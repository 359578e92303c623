//! A cached answer: its bytes, the tag that names them, and what the cache knows about its stay.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::cache::generations::Group;
use crate::cache::ledger::Tally;

/// The bytes of an answer and their `ETag`; cloning copies neither.
#[derive(Clone)]
pub struct Body(Arc<Answer>);

struct Answer {
    /// First, beside the count of references: a hit touches both.
    stay: Option<Stay>,
    bytes: Box<[u8]>,
    fingerprint: Fingerprint,
    etag: Box<str>,
}

/// 128 bits of SHA-256: equal bytes have equal ones, in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 16]);

/// What the cache must know to serve a body, set once when it goes in.
pub(super) struct Stay {
    /// On the clock's time passed.
    pub expires: Duration,
    pub group: Group,
    /// The group's generation when the load began.
    pub generation: u64,
    pub tally: Arc<Tally>,
    /// Whether it was served since it went in.
    read: AtomicBool,
}

impl Stay {
    pub(super) fn new(expires: Duration, group: Group, generation: u64, tally: Arc<Tally>) -> Self {
        Self { expires, group, generation, tally, read: AtomicBool::new(false) }
    }

    /// Notes that it was served. Written once only, so that many readers do not fight for the line.
    pub(super) fn note_read(&self) {
        if !self.read.load(Ordering::Relaxed) {
            self.read.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn was_read(&self) -> bool {
        self.read.load(Ordering::Relaxed)
    }
}

impl Body {
    /// A body outside of the cache, of an answer already written as JSON.
    #[must_use]
    pub fn from_json(json: Vec<u8>) -> Self {
        Self::build(json, None)
    }

    pub(super) fn staying(json: Vec<u8>, stay: Stay) -> Self {
        Self::build(json, Some(stay))
    }

    fn build(json: Vec<u8>, stay: Option<Stay>) -> Self {
        let fingerprint = Fingerprint::of(&json);
        Self(Arc::new(Answer { stay, bytes: json.into_boxed_slice(), fingerprint, etag: fingerprint.etag() }))
    }

    /// The answer's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The strong entity tag, in its quotes: equal bytes have equal tags, in every run.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.0.etag
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint
    }

    pub(super) fn stay(&self) -> Option<&Stay> {
        self.0.stay.as_ref()
    }
}

impl Fingerprint {
    fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self(std::array::from_fn(|place| digest[place]))
    }

    /// In hexadecimal and in quotes (RFC 9110, section 8.8.3).
    fn etag(self) -> Box<str> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut tag = String::with_capacity(2 * self.0.len() + 2);
        tag.push('"');
        for byte in self.0 {
            tag.push(char::from(DIGITS[usize::from(byte >> 4)]));
            tag.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        tag.push('"');
        tag.into_boxed_str()
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Body {
    /// Never the bytes: they are about patients.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("len", &self.as_bytes().len()).field("etag", &self.etag()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_etag_is_the_start_of_the_sha256_of_the_bytes() {
        // SHA-256 of "abc" in FIPS 180-4: ba7816bf 8f01cfea 414140de 5dae2223 ...
        assert_eq!(Body::from_json(b"abc".to_vec()).etag(), "\"ba7816bf8f01cfea414140de5dae2223\"");
    }

    #[test]
    fn debugging_shows_no_byte_of_the_answer() {
        let body = Body::from_json(br#"{"name":"JANE"}"#.to_vec());
        assert!(!format!("{body:?}").contains("JANE"));
        assert_eq!(body.as_bytes(), br#"{"name":"JANE"}"#);
    }
}
