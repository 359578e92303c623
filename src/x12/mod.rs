//! X12 bytes in, segments and envelopes with their places out, and the way back; knows no claim.

pub mod envelope;
mod guess;
mod header;
mod lookalike;
pub mod notice;
pub mod reader;
pub mod segment;
mod window;
pub mod writer;
