//! Files made by hand, about nobody who lives: the same few visits as they are billed, answered and billed again.
//!
//! | claim | payer | charge | in `ANSWERS` | in `ANSWERS_CORRECTED` | in `CLAIMS_AGAIN` |
//! |---|---|---|---|---|---|
//! | 1 VISIT-1001 | North Star | 1500.00 | 1000.00 paid | | |
//! | 2 VISIT-1002, of a dependent | North Star | 86.76 | 60.76 paid | taken back, 70.76 paid | |
//! | 3 VISIT-1003 | Meadow Mutual | 240.50 | denied | | replaced |
//! | 4 VISIT-1004 | Meadow Mutual | 95.00 | | | repeated |
//!
//! The answers name both payers by other ids and other names than the claims do, and take 25.00 back for an older visit.

/// Four professional claims.
pub(crate) const CLAIMS: &str = include_str!("fixtures/claims.edi");
/// Two payments with three remittances.
pub(crate) const ANSWERS: &str = include_str!("fixtures/answers.edi");
/// A payment that reverses and corrects one of them.
pub(crate) const ANSWERS_CORRECTED: &str = include_str!("fixtures/answers-corrected.edi");
/// Two of the claims once more: one with frequency 7, one as if it had never been sent.
pub(crate) const CLAIMS_AGAIN: &str = include_str!("fixtures/claims-again.edi");
/// An institutional claim.
pub(crate) const HOSPITAL: &str = include_str!("fixtures/hospital.edi");
/// A dental claim.
pub(crate) const DENTAL: &str = include_str!("fixtures/dental.edi");
