//! Risk scores: one per claim, the last one calculated.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::model::Text;
use crate::model::claim::ClaimStatus;
use crate::model::ids::ClaimId;
use crate::model::lists::{After, Page};
use crate::model::risk_score::{ComponentScores, RiskLevel, RiskScore};
use crate::money::Cents;

use super::columns::{Cells, moment, whole};
use super::error::StoreError;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "risk_scores":
    UPSERT = "INSERT INTO risk_scores
             (claim_id, overall_score, risk_level, coding_risk, documentation_risk, payer_risk, historical_risk,
              pattern_risk, risk_factors, recommendations, calculated_at, denial_probability, expected_loss, is_superseded)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                 (SELECT status = 'replaced' OR status = 'voided' OR status = 'repeat' FROM claims WHERE id = ?1))
         ON CONFLICT (claim_id) DO UPDATE
         SET overall_score = excluded.overall_score, risk_level = excluded.risk_level,
             coding_risk = excluded.coding_risk, documentation_risk = excluded.documentation_risk,
             payer_risk = excluded.payer_risk, historical_risk = excluded.historical_risk,
             pattern_risk = excluded.pattern_risk, risk_factors = excluded.risk_factors,
             recommendations = excluded.recommendations, calculated_at = excluded.calculated_at,
             denial_probability = excluded.denial_probability, expected_loss = excluded.expected_loss";
    LOAD = "SELECT overall_score, risk_level, coding_risk, documentation_risk, payer_risk, historical_risk,
                    pattern_risk, risk_factors, recommendations, denial_probability, expected_loss, calculated_at
             FROM risk_scores WHERE claim_id = ?1";
    /// From the top.
    RISKIEST =
        "SELECT claims.id, patient_control_number, payers.name, total_charge_amount, status, overall_score, risk_level,
                denial_probability, expected_loss, risk_factors ->> '$[0].message', recommendations ->> '$[0]', calculated_at
         FROM (
             SELECT claim_id AS id FROM risk_scores WHERE is_superseded = 0
             ORDER BY overall_score DESC, claim_id DESC LIMIT ?1 OFFSET ?2
         ) AS page
         CROSS JOIN risk_scores ON risk_scores.claim_id = page.id
         CROSS JOIN claims ON claims.id = page.id
         LEFT JOIN payers ON payers.id = claims.payer_id
         ORDER BY overall_score DESC, claim_id DESC",
        because "sorts the page";
    /// From below a claim.
    RISKIEST_AFTER =
        "SELECT claims.id, patient_control_number, payers.name, total_charge_amount, status, overall_score, risk_level,
                denial_probability, expected_loss, risk_factors ->> '$[0].message', recommendations ->> '$[0]', calculated_at
         FROM (
             SELECT claim_id AS id FROM risk_scores WHERE is_superseded = 0 AND (overall_score, claim_id) < (?3, ?4)
             ORDER BY overall_score DESC, claim_id DESC LIMIT ?1 OFFSET ?2
         ) AS page
         CROSS JOIN risk_scores ON risk_scores.claim_id = page.id
         CROSS JOIN claims ON claims.id = page.id
         LEFT JOIN payers ON payers.id = claims.payer_id
         ORDER BY overall_score DESC, claim_id DESC",
        because "sorts the page";
    COUNT = "SELECT ifnull(sum(scores), 0) FROM risk_counts WHERE is_superseded = 0";
    COUNT_BY_LEVEL = "SELECT risk_level, scores FROM risk_counts WHERE is_superseded = 0";
    LAST_CALCULATED = "SELECT max(calculated_at) FROM risk_scores";
    UNSCORED = "SELECT id FROM claims WHERE is_scored = 0 ORDER BY id LIMIT ?1";
}

/// A score and when it was calculated.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredScore {
    /// The score.
    pub score: RiskScore,
    /// When it was calculated.
    pub calculated_at: Timestamp,
}

/// A scored claim in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRow {
    /// The claim.
    pub claim_id: ClaimId,
    /// CLM01.
    pub patient_control_number: Text,
    /// Its payer's name.
    pub payer_name: Option<Text>,
    /// CLM02.
    pub total_charge: Cents,
    /// Where it stands.
    pub status: ClaimStatus,
    /// 0 to 100.
    pub overall_score: f64,
    /// The level of that.
    pub risk_level: RiskLevel,
    /// How likely a denial is, 0 to 1, where it is known.
    pub denial_probability: Option<f64>,
    /// What is likely to be lost, where it is known.
    pub expected_loss: Option<Cents>,
    /// The message of the factor that adds most.
    pub reason: Option<String>,
    /// The first recommendation.
    pub recommendation: Option<String>,
    /// When it was calculated.
    pub calculated_at: Timestamp,
}

/// Sets a claim's score.
///
/// # Errors
/// When there is no such claim, or the database refuses.
pub fn upsert(
    tx: &Transaction<'_>,
    claim: ClaimId,
    score: &RiskScore,
    now: Timestamp,
) -> Result<(), StoreError> {
    let components = &score.component_scores;
    UPSERT.execute(
        tx,
        params![
            claim,
            score.overall_score,
            score.risk_level.name(),
            components.coding_risk,
            components.documentation_risk,
            components.payer_risk,
            components.historical_risk,
            components.pattern_risk,
            serde_json::to_string(&score.risk_factors)?,
            serde_json::to_string(&score.recommendations)?,
            moment(now),
            score.denial_probability,
            score.expected_loss,
        ],
    )?;
    Ok(())
}

/// A claim's score, where one was calculated.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, claim: ClaimId) -> Result<Option<StoredScore>, StoreError> {
    LOAD.optional(connection, [claim], stored)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredScore> {
    let mut cells = Cells::of(row);
    Ok(StoredScore {
        score: RiskScore {
            overall_score: cells.take()?,
            risk_level: cells.parsed()?,
            component_scores: ComponentScores {
                coding_risk: cells.take()?,
                documentation_risk: cells.take()?,
                payer_risk: cells.take()?,
                historical_risk: cells.take()?,
                pattern_risk: cells.take()?,
            },
            risk_factors: cells.json()?,
            recommendations: cells.json()?,
            denial_probability: cells.take()?,
            expected_loss: cells.take()?,
        },
        calculated_at: cells.moment()?,
    })
}

/// Scored claims, the riskiest first; those that another submission took the place of are left out.
///
/// # Errors
/// When the database refuses.
pub fn riskiest(connection: &Connection, page: &Page) -> Result<Vec<RiskRow>, StoreError> {
    let (limit, skip) = (page.limit, whole(page.skip));
    match page.after {
        None => RISKIEST.rows(connection, params![limit, skip], risky),
        Some(After { id, score }) => {
            RISKIEST_AFTER.rows(connection, params![limit, skip, score.unwrap_or_default(), id], risky)
        }
    }
}

fn risky(row: &Row<'_>) -> rusqlite::Result<RiskRow> {
    let mut cells = Cells::of(row);
    Ok(RiskRow {
        claim_id: cells.take()?,
        patient_control_number: cells.text()?,
        payer_name: cells.some_text()?,
        total_charge: cells.take()?,
        status: cells.parsed()?,
        overall_score: cells.take()?,
        risk_level: cells.parsed()?,
        denial_probability: cells.take()?,
        expected_loss: cells.take()?,
        reason: cells.take()?,
        recommendation: cells.take()?,
        calculated_at: cells.moment()?,
    })
}

/// How many claims [`riskiest`] lists in all.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    COUNT.count(connection, [])
}

/// How many of these there are on each level.
///
/// # Errors
/// When the database refuses.
pub fn count_by_level(connection: &Connection) -> Result<Vec<(RiskLevel, u64)>, StoreError> {
    COUNT_BY_LEVEL.rows(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.parsed()?, cells.unsigned()?))
    })
}

/// When a claim was last scored.
///
/// # Errors
/// When the database refuses.
pub fn last_calculated(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    LAST_CALCULATED.row(connection, [], |row| Cells::of(row).some_moment())
}

/// Claims without a score, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn unscored(connection: &Connection, limit: u64) -> Result<Vec<ClaimId>, StoreError> {
    UNSCORED.rows(connection, [whole(limit)], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use crate::model::finding::Severity;
    use crate::model::risk_score::RiskFactor;

    use super::super::claims;
    use super::super::fixtures::{TestStore, import, now, plain_claim, store_claim};
    use super::*;

    fn score(overall_score: f64) -> RiskScore {
        let factor = RiskFactor {
            kind: "coding".into(),
            severity: Severity::Warning,
            rule: "diagnosis-missing".into(),
            message: "The claim has no diagnosis".into(),
            fix: "Add one".into(),
            segment: Some(12),
            element: Some("HI01".to_owned()),
            line_number: Some(1),
            value: None,
            points: 12.5,
            adjustment_reason: Some("16".into()),
        };
        RiskScore {
            overall_score,
            risk_level: RiskLevel::of(overall_score),
            denial_probability: Some(0.25),
            expected_loss: Some(Cents::new(1_234)),
            component_scores: ComponentScores {
                coding_risk: 1.25,
                documentation_risk: 2.5,
                payer_risk: 3.75,
                historical_risk: 4.0,
                pattern_risk: 100.0,
            },
            risk_factors: vec![factor],
            recommendations: vec!["Add a diagnosis".into()],
        }
    }

    #[test]
    fn the_last_score_of_a_claim_reads_back_as_it_was() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim = store_claim(tx, import_id, &plain_claim("A1"))?;
            assert_eq!(load(tx, claim)?, None);
            assert_eq!(unscored(tx, 10)?, [claim]);
            upsert(tx, claim, &score(10.0), now())?;
            upsert(tx, claim, &score(75.0), now())?;
            assert_eq!(load(tx, claim)?, Some(StoredScore { score: score(75.0), calculated_at: now() }));
            assert_eq!(unscored(tx, 10)?, []);
            Ok(())
        });
    }

    #[test]
    fn every_level_is_allowed_by_the_schema_and_no_other_score() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let claim = store_claim(tx, import_id, &plain_claim("A1"))?;
            for overall in [0.0, 24.99, 25.0, 49.99, 50.0, 74.99, 75.0, 100.0] {
                upsert(tx, claim, &score(overall), now())?;
            }
            let wrong_level = RiskScore { risk_level: RiskLevel::Low, ..score(50.0) };
            for wrong in [score(100.01), score(-0.01), score(f64::NAN), wrong_level] {
                assert!(upsert(tx, claim, &wrong, now()).is_err());
            }
            Ok(())
        });
    }

    #[test]
    fn the_riskiest_come_first_and_replaced_claims_not_at_all() {
        TestStore::new().write(|tx| {
            let import_id = import(tx, '1')?;
            let mut ids = Vec::new();
            for (number, overall) in [("A1", 10.0), ("A2", 80.0), ("A3", 90.0), ("A4", 80.0)] {
                let id = store_claim(tx, import_id, &plain_claim(number))?;
                upsert(tx, id, &score(overall), now())?;
                ids.push(id);
            }
            claims::set_status(tx, ids[2], ClaimStatus::Replaced, now())?;
            let listed = riskiest(tx, &Page { after: None, skip: 0, limit: 10 })?;
            let order: Vec<_> = listed.iter().map(|row| row.claim_id).collect();
            assert_eq!(order, [ids[3], ids[1], ids[0]]);
            assert_eq!(listed[0].reason.as_deref(), Some("The claim has no diagnosis"));
            assert_eq!(listed[0].recommendation.as_deref(), Some("Add a diagnosis"));
            assert_eq!(listed[0].payer_name.as_deref(), Some("Test Payer"));
            assert_eq!(count(tx)?, 3);
            Ok(())
        });
    }
}
