//! A cached answer: its bytes, the tag that names them, and what the cache knows about its stay.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::cache::generations::Group;

/// The bytes of an answer and their `ETag`; cloning copies neither.
#[derive(Clone)]
pub struct Body(Arc<Answer>);

/// In this order, so that a hit finds what it touches side by side, next to the count of references.
#[repr(C)]
struct Answer {
    stay: Stay,
    bytes: Box<[u8]>,
    etag: Etag,
}

/// What the cache must know to serve a body, and how often it did.
pub(super) struct Stay {
    hits: AtomicU64,
    /// On the clock's time passed.
    expires: Duration,
    group: Group,
    /// The group's generation when the load began.
    generation: u64,
}

/// Added to the hits of a body that has left: whoever hits it then is told.
const SETTLED: u64 = 1 << 63;

impl Stay {
    /// Until so much time has passed on the clock, if its group stays in this generation.
    pub(super) const fn new(expires: Duration, group: Group, generation: u64) -> Self {
        Self { hits: AtomicU64::new(0), expires, group, generation }
    }

    pub(super) const fn group(&self) -> Group {
        self.group
    }

    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn has_expired(&self, now: Duration) -> bool {
        self.expires <= now
    }

    /// Counts a hit; false if the body had left already and the hit must be counted elsewhere.
    pub(super) fn hit(&self) -> bool {
        self.hits.fetch_add(1, Ordering::Relaxed) < SETTLED
    }

    /// Hits so far; none once settled.
    pub(super) fn hits(&self) -> u64 {
        Some(self.hits.load(Ordering::Relaxed)).filter(|hits| *hits < SETTLED).unwrap_or(0)
    }

    /// Ends the counting and gives the hits; none the second time.
    pub(super) fn settle(&self) -> u64 {
        Some(self.hits.swap(SETTLED, Ordering::Relaxed)).filter(|hits| *hits < SETTLED).unwrap_or(0)
    }
}

impl Body {
    /// A body that is not in a cache, of an answer already written as JSON.
    #[must_use]
    pub fn from_json(json: Vec<u8>) -> Self {
        Self::staying(json, Stay::new(Duration::ZERO, Group::FIRST, 0))
    }

    pub(super) fn staying(json: Vec<u8>, stay: Stay) -> Self {
        let etag = Etag::of(&json);
        Self(Arc::new(Answer { stay, bytes: json.into_boxed_slice(), etag }))
    }

    /// The answer's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The strong entity tag, in its quotes: equal bytes have equal tags, in every run.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.0.etag.as_str()
    }

    pub(super) fn tag(&self) -> Etag {
        self.0.etag
    }

    pub(super) fn stay(&self) -> &Stay {
        &self.0.stay
    }

    /// Whether this is the very same body, not only the same bytes.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The size of an entity tag: 128 bits in hexadecimal, and quotes.
const TAG: usize = 34;

/// 128 bits of SHA-256 in hexadecimal, in quotes (RFC 9110, section 8.8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Etag([u8; TAG]);

impl Etag {
    fn of(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digest = Sha256::digest(bytes);
        let mut tag = [b'"'; TAG];
        for (pair, byte) in tag[1..TAG - 1].chunks_exact_mut(2).zip(digest) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        Self(tag)
    }

    fn as_str(&self) -> &str {
        // Hexadecimal digits are UTF-8.
        str::from_utf8(&self.0).unwrap_or_default()
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

    #[test]
    fn a_hit_on_a_settled_stay_is_refused_so_that_none_is_lost() {
        let stay = Stay::new(Duration::MAX, Group::FIRST, 0);
        assert!(stay.hit() && stay.hit());
        assert_eq!(stay.settle(), 2);
        assert!(!stay.hit());
        assert_eq!((stay.hits(), stay.settle()), (0, 0));
    }
}
