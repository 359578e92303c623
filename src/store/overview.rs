//! What is in the database, in numbers.

use crate::model::lists::EpisodeFilter;
use crate::model::risk_score::RiskLevel;
use crate::money::Cents;

use super::columns::Cells;
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::queries;
use super::{episodes, risk_scores};

queries! {
    "overview":
    SUMS_OF_CLAIMS =
        "SELECT ifnull(sum(claims), 0), ifnull(sum(unlinked), 0),
                ifnull(sum(charge) FILTER (WHERE status NOT IN ('replaced', 'voided', 'repeat', 'predetermination')), 0),
                ifnull(sum(claims) FILTER (WHERE status = 'denied'), 0)
         FROM claim_counts",
        because "a row for 4096 claims and mix of filters";
    SUMS_OF_REMITTANCES =
        "SELECT ifnull(sum(remittances), 0), ifnull(sum(unlinked), 0),
                ifnull(sum(paid) FILTER (WHERE status <> 'predetermination'), 0)
         FROM remittance_counts",
        because "a row for 4096 remittances and mix of filters";
    IS_TEST_DATA = "SELECT ifnull(min(EXISTS (
                 SELECT 1 FROM findings WHERE findings.import_id = imports.id AND findings.rule = ?1)), 0)
             FROM imports
             WHERE state = 'done' AND (claims_stored > 0 OR remittances_stored > 0)",
        because "a row for each file received";
}

/// Counts and sums over everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Claims of every status.
    pub claims: u64,
    /// Those that no remittance answers.
    pub unlinked_claims: u64,
    /// What they charge together, without those that another submission took the place of or that only ask.
    pub charge: Cents,
    /// Remittances.
    pub remittances: u64,
    /// What they pay together, without what was only announced (CLP02 = 25).
    pub paid: Cents,
    /// Remittances that answer no known claim, or several.
    pub unlinked_remittances: u64,
    /// Episodes.
    pub episodes: u64,
    /// Claims denied as a whole.
    pub denied_claims: u64,
}

/// Scored claims by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LevelCounts {
    /// Below 25.
    pub low: u64,
    /// From 25.
    pub medium: u64,
    /// From 50.
    pub high: u64,
    /// From 75.
    pub critical: u64,
}

/// Counts and sums over everything.
///
/// # Errors
/// When the database refuses.
pub fn sums(connection: &Connection) -> Result<Sums, StoreError> {
    let (claims, unlinked_claims, charge, denied_claims) = SUMS_OF_CLAIMS.row(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.unsigned()?, cells.unsigned()?, cells.take()?, cells.unsigned()?))
    })?;
    let (remittances, unlinked_remittances, paid) = SUMS_OF_REMITTANCES.row(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.unsigned()?, cells.unsigned()?, cells.take()?))
    })?;
    let episodes = episodes::count(connection, &EpisodeFilter::default())?;
    Ok(Sums {
        claims,
        unlinked_claims,
        charge,
        remittances,
        paid,
        unlinked_remittances,
        episodes,
        denied_claims,
    })
}

/// Whether there are imports with claims or remittances and every one of them was found to be marked as a test: that has
/// a finding of this rule.
///
/// # Errors
/// When the database refuses.
pub fn is_test_data(connection: &Connection, rule: &str) -> Result<bool, StoreError> {
    IS_TEST_DATA.row(connection, [rule], |row| row.get(0))
}

/// Scored claims by level; those that another submission took the place of are left out.
///
/// # Errors
/// When the database refuses.
pub fn risk_levels(connection: &Connection) -> Result<LevelCounts, StoreError> {
    let mut counts = LevelCounts::default();
    for (level, scores) in risk_scores::count_by_level(connection)? {
        *match level {
            RiskLevel::Low => &mut counts.low,
            RiskLevel::Medium => &mut counts.medium,
            RiskLevel::High => &mut counts.high,
            RiskLevel::Critical => &mut counts.critical,
        } = scores;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use crate::model::claim::ClaimStatus;
    use crate::model::remittance::Remittance;
    use crate::model::risk_score::{ComponentScores, RiskLevel, RiskScore};

    use super::super::fixtures::{
        TestStore, import, now, plain_claim, rich_payment, rich_remittance, store_claim, store_payment,
        store_remittance,
    };
    use super::super::{claims, risk_scores};
    use super::*;

    #[test]
    fn an_empty_database_counts_nothing() {
        let test = TestStore::new();
        assert_eq!(test.store.read(sums).unwrap(), Sums::default());
        assert_eq!(test.store.read(risk_levels).unwrap(), LevelCounts::default());
    }

    #[test]
    fn what_does_not_count_twice_is_charged_and_paid_once() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            for (number, status, overall) in [
                ("A1", ClaimStatus::Replaced, 80.0),
                ("A2", ClaimStatus::Submitted, 80.0),
                ("A3", ClaimStatus::Denied, 30.0),
                ("A4", ClaimStatus::Predetermination, 0.0),
            ] {
                let id = store_claim(tx, import_id, &plain_claim(number))?;
                claims::set_status(tx, id, status, now())?;
                let score = RiskScore {
                    overall_score: overall,
                    risk_level: RiskLevel::of(overall),
                    denial_probability: None,
                    expected_loss: None,
                    component_scores: ComponentScores::default(),
                    risk_factors: Vec::new(),
                    recommendations: Vec::new(),
                };
                risk_scores::upsert(tx, id, &score, now())?;
            }
            let payment = store_payment(tx, import_id, &rich_payment())?;
            store_remittance(tx, payment, &rich_remittance())?;
            store_remittance(tx, payment, &Remittance { status_code: "25".into(), ..rich_remittance() })?;
            let expected = Sums {
                claims: 4,
                unlinked_claims: 4,
                charge: Cents::new(20_000),
                remittances: 2,
                paid: Cents::new(6_000),
                unlinked_remittances: 2,
                episodes: 0,
                denied_claims: 1,
            };
            assert_eq!(sums(tx)?, expected);
            assert_eq!(risk_levels(tx)?, LevelCounts { low: 1, medium: 1, high: 0, critical: 1 });
            Ok(())
        });
    }
}
