//! The load bench: what is asked, how fast, by how many, and what the answers' times were.
//!
//! It knows HTTP and, where the target is a marb, its paths, but nothing of the server's rooms.

pub mod about;
pub mod address;
mod connection;
pub mod driver;
pub mod duration;
pub mod latencies;
pub mod load;
pub mod mix;
pub mod number;
mod pacer;
pub mod probe;
pub mod ramp;
mod recorder;
pub mod report;
pub mod requests;
pub mod scenario;
mod schedule;
pub mod tally;
pub mod threshold;
mod uploads;
mod worker;
