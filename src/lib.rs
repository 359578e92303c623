//! marb: X12 claim and remittance files in; episodes, denial risk and answers over HTTP out.
//!
//! The rooms and the arrows between them are drawn in `ARCHITECTURE.md`; `tests/it/architecture.rs` keeps them.

pub mod appliance;
pub mod bench;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod intake;
pub mod linking;
pub mod model;
pub mod money;
pub mod risk;
pub mod sample;
pub mod store;
pub mod web;
pub mod x12;
