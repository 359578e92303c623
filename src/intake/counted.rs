//! A source of bytes that counts what was taken from it.

use std::io::{self, Read};

#[derive(Debug)]
pub(super) struct Counted<R> {
    source: R,
    bytes: u64,
}

impl<R> Counted<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, bytes: 0 }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(room)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
