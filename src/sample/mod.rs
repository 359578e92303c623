//! Synthetic practices, claims and payers' answers from a seed, and the writers that put claims and remittances as X12.

mod answers;
pub mod batches;
mod books;
mod calendar;
mod catalogue;
mod causes;
mod chance;
mod claims;
mod defects;
pub mod edi835;
pub mod edi837;
mod envelopes;
pub mod files;
mod payers;
mod payments;
mod practice;
pub mod scenario;
pub mod totals;
pub mod truth;
mod values;
mod visits;
