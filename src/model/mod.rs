//! The words of the field as plain values: claims, remittances, payers, findings; ids that cannot be mixed up.
//!
//! Nothing here reads files, asks the database or decides anything beyond what a value says by itself.

pub mod adjustment;
pub mod billed;
pub mod claim;
pub mod codes;
pub mod denial;
pub mod diagnosis;
pub mod episode;
pub mod finding;
pub mod icd10cm;
pub mod ids;
pub mod import;
pub mod keys;
pub mod lists;
pub mod npi;
pub mod party;
pub mod pattern;
pub mod quantity;
pub mod remittance;
pub mod risk_score;
pub mod rules;

/// A short text of a claim or remittance, most often a code; up to 24 bytes are kept without an allocation.
pub type Text = compact_str::CompactString;
