//! What is in the database, in numbers.

use jiff::Timestamp;
use serde::Serialize;

use crate::money::Cents;

/// The numbers of the first page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// Whether there are claims or remittances and every file they came in is marked as a test (ISA15 = T), as `marb
    /// sample` marks its own.
    pub is_synthetic: bool,
    /// Claims of every status.
    pub claims: u64,
    /// What they charge together, without those that another submission took the place of.
    pub total_charge_amount: Cents,
    /// Remittances.
    pub remittances: u64,
    /// What they pay together.
    pub payment_amount: Cents,
    /// Episodes.
    pub episodes: u64,
    /// Claims that nothing answers.
    pub unlinked_claims: u64,
    /// Remittances that answer no known claim, or several.
    pub unlinked_remittances: u64,
    /// Claims denied as a whole.
    pub denied_claims: u64,
    /// Scored claims by level.
    pub risk_levels: RiskLevels,
    /// When a claim was last scored.
    pub last_scored_at: Option<Timestamp>,
    /// Imports waiting or running.
    pub imports_waiting: u64,
}

/// Scored claims by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RiskLevels {
    /// Below 25.
    pub low: u64,
    /// From 25.
    pub medium: u64,
    /// From 50.
    pub high: u64,
    /// From 75.
    pub critical: u64,
}
