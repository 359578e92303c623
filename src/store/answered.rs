//! Answered claims as learning looks at them: what was billed and what the payer that pays first said first.

use std::collections::HashMap;

use jiff::civil::Date;
use rusqlite::Row;
use serde::Deserialize;

use crate::model::Text;
use crate::model::billed::{AnsweredClaim, BilledClaim, BilledLine, LineAnswer, member, shape};
use crate::model::claim::ClaimStatus;
use crate::model::ids::{ClaimId, RemittanceId};
use crate::money::Cents;

use super::blocks::{self, Block};
use super::columns::Cells;
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::queries;

queries! {
    "answered":
    /// Answers of payers that pay first; reversals, predeterminations, shares of second payers and what is not the
    /// payer's own are left out.
    ANSWERS = "SELECT claim_episodes.claim_id, remittances.id, coalesce(payments.payment_date, payments.production_date,
                    date(remittances.created_at)), remittances.status = 'denied', remittances.payment_amount
             FROM claim_episodes
             CROSS JOIN remittances ON remittances.id = claim_episodes.remittance_id
             CROSS JOIN payments ON payments.id = remittances.payment_id
             WHERE claim_episodes.claim_id BETWEEN ?1 AND ?2 AND remittances.status_code IN ('1', '4', '19')
               AND remittances.status IN ('paid', 'partly_denied', 'denied')";
    /// The lines of these answers, with the reason of the largest denying adjustment: the line's own, else the claim's.
    LINES_ANSWERED = "SELECT line.remittance_id, episode_lines.claim_line, line.is_denied, line.payment_amount,
                    CASE WHEN line.is_denied THEN coalesce(
                        (SELECT reason_code FROM adjustments WHERE adjustments.remittance_id = line.remittance_id
                         AND adjustments.line_number = line.line_number AND is_denial = 1 ORDER BY amount DESC LIMIT 1),
                        (SELECT reason_code FROM adjustments WHERE adjustments.remittance_id = line.remittance_id
                         AND adjustments.line_number IS NULL AND is_denial = 1 ORDER BY amount DESC LIMIT 1)) END
             FROM claim_episodes
             CROSS JOIN service_payments AS line ON line.remittance_id = claim_episodes.remittance_id
             LEFT JOIN episode_lines ON episode_lines.episode_id = claim_episodes.id
                 AND episode_lines.remittance_line = line.line_number
             WHERE claim_episodes.claim_id BETWEEN ?1 AND ?2",
        because "sorts the adjustments of one line";
    /// Why whole claims were denied.
    CLAIM_REASONS = "SELECT claim_episodes.remittance_id, adjustments.reason_code, adjustments.amount
             FROM claim_episodes
             CROSS JOIN adjustments ON adjustments.remittance_id = claim_episodes.remittance_id
             WHERE claim_episodes.claim_id BETWEEN ?1 AND ?2 AND adjustments.line_number IS NULL
               AND adjustments.is_denial = 1";
    CLAIMS = "SELECT claims.id, payer_id, kind, facility_type_code, claim_frequency_type, filing_indicator, assignment_code,
                    benefits_assignment, billing.npi, 
                    CASE WHEN rendering_spelling_id IS NULL THEN attending.npi ELSE rendering.npi END,
                    referring_spelling_id IS NOT NULL, patient_is_dependent,
                    EXISTS (SELECT 1 FROM claim_other_payers WHERE claim_other_payers.claim_id = claims.id),
                    subscriber_member_id, claims.prior_authorization IS NOT NULL, referral_number IS NOT NULL, status,
                    submission_date, service_date, total_charge_amount
             FROM claims
             CROSS JOIN provider_spellings AS billing ON billing.id = billing_spelling_id
             LEFT JOIN provider_spellings AS rendering ON rendering.id = rendering_spelling_id
             LEFT JOIN provider_spellings AS attending ON attending.id = attending_spelling_id
             WHERE claims.id BETWEEN ?1 AND ?2 AND is_linked = 1";
    LINES = "SELECT claim_id, procedure_code, revenue_code, modifiers, place_of_service, charge_amount, quantity,
                    diagnosis_pointers, prior_authorization IS NOT NULL
             FROM claim_lines WHERE claim_id BETWEEN ?1 AND ?2 ORDER BY claim_id, sequence";
    DIAGNOSES = "SELECT claim_id, role, code FROM diagnoses WHERE claim_id BETWEEN ?1 AND ?2 ORDER BY claim_id, sequence";
    FACTORS = "SELECT claim_id, risk_factors FROM risk_scores WHERE claim_id BETWEEN ?1 AND ?2";
}

/// Tells every answered claim, the blocks that came in last first, until `tell` says that it is enough.
///
/// # Errors
/// When the database refuses.
pub fn each(connection: &Connection, mut tell: impl FnMut(AnsweredClaim) -> bool) -> Result<(), StoreError> {
    for claims in blocks::of_claims(connection)?.into_iter().rev() {
        for claim in block(connection, claims)? {
            if !tell(claim) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// An answer without its lines.
struct Answer {
    remittance: RemittanceId,
    paid_on: Date,
    is_denied: bool,
    paid: Cents,
}

/// A claim without its lines and diagnoses.
struct Head {
    id: ClaimId,
    billed: BilledClaim,
}

fn block(connection: &Connection, claims: Block) -> Result<Vec<AnsweredClaim>, StoreError> {
    let mut first: HashMap<ClaimId, Answer> = HashMap::new();
    for (claim, answer) in ANSWERS.rows(connection, claims, answer)? {
        let is_earlier =
            |known: &Answer| (answer.paid_on, answer.remittance) < (known.paid_on, known.remittance);
        if first.get(&claim).is_none_or(is_earlier) {
            first.insert(claim, answer);
        }
    }
    if first.is_empty() {
        return Ok(Vec::new());
    }
    let mut heads = CLAIMS.rows(connection, claims, head)?;
    heads.retain(|head| first.contains_key(&head.id));
    let mut lines = by_key(LINES.rows(connection, claims, line)?);
    let mut diagnoses = by_key(DIAGNOSES.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take::<ClaimId>()?, (cells.parsed()?, cells.text()?)))
    })?);
    let mut answered = by_key(LINES_ANSWERED.rows(connection, claims, line_answer)?);
    let mut reasons: HashMap<RemittanceId, (Text, Cents)> = HashMap::new();
    for (remittance, (reason, amount)) in CLAIM_REASONS.rows(connection, claims, |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take::<RemittanceId>()?, (cells.text()?, cells.take::<Cents>()?)))
    })? {
        if reasons.get(&remittance).is_none_or(|(_, known)| amount > *known) {
            reasons.insert(remittance, (reason, amount));
        }
    }
    let mut rules: HashMap<ClaimId, Vec<Text>> =
        FACTORS.rows(connection, claims, broken_rules)?.into_iter().collect();
    let mut claims = Vec::with_capacity(heads.len());
    for Head { id, mut billed } in heads {
        let Some(answer) = first.remove(&id) else { continue };
        billed.lines = lines.remove(&id).unwrap_or_default();
        billed.diagnoses = diagnoses.remove(&id).unwrap_or_default();
        let of_lines = answered.remove(&answer.remittance).unwrap_or_default();
        let reason = reasons.remove(&answer.remittance).map(|(reason, _)| reason);
        let lines = told(&answer, of_lines, reason);
        let broken_rules = rules.remove(&id).unwrap_or_default();
        claims.push(AnsweredClaim { id, billed, paid_on: answer.paid_on, lines, broken_rules });
    }
    Ok(claims)
}

/// What an answer says of the lines of its claim: of each once, and of the claim as a whole where it names no line.
fn told(
    answer: &Answer,
    of_lines: Vec<(Option<usize>, LineAnswer)>,
    reason: Option<Text>,
) -> Vec<LineAnswer> {
    if of_lines.is_empty() {
        let is_denied = answer.is_denied;
        let reason = reason.filter(|_| is_denied);
        return vec![LineAnswer { line: None, is_denied, reason, paid: answer.paid }];
    }
    let mut lines: Vec<LineAnswer> = Vec::with_capacity(of_lines.len());
    for (line, answer) in of_lines {
        // A line of the answer that is none of the claim's cannot be learned from.
        if line.is_some() && !lines.iter().any(|known| known.line == line) {
            lines.push(LineAnswer { line, ..answer });
        }
    }
    lines
}

fn by_key<K: std::hash::Hash + Eq, V>(rows: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut by_key: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        by_key.entry(key).or_default().push(value);
    }
    by_key
}

fn answer(row: &Row<'_>) -> rusqlite::Result<(ClaimId, Answer)> {
    let mut cells = Cells::of(row);
    let claim = cells.take()?;
    let (remittance, paid_on) = (cells.take()?, cells.parsed()?);
    Ok((claim, Answer { remittance, paid_on, is_denied: cells.take()?, paid: cells.take()? }))
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    let mut cells = Cells::of(row);
    let id = cells.take()?;
    let payer = cells.take()?;
    let kind = cells.parsed()?;
    let [facility_type_code, frequency, filing_indicator, assignment_code] =
        [cells.some_text()?, cells.some_text()?, cells.some_text()?, cells.some_text()?];
    let [benefits_assignment, billing_npi, treating_npi] =
        [cells.some_text()?, cells.some_text()?, cells.some_text()?];
    let [is_referred, is_dependent, has_other_payers] = [cells.take()?, cells.take()?, cells.take()?];
    let member_id = cells.some_text()?;
    let [is_authorized, has_referral] = [cells.take()?, cells.take()?];
    let status: ClaimStatus = cells.parsed()?;
    Ok(Head {
        id,
        billed: BilledClaim {
            payer,
            kind,
            facility_type_code,
            frequency,
            filing_indicator,
            assignment_code,
            benefits_assignment,
            billing_npi,
            treating_npi,
            is_referred,
            is_dependent,
            has_other_payers,
            member_id_shape: member_id.as_deref().map(shape),
            member: member_id.as_deref().map(member),
            is_authorized,
            has_referral,
            is_repeat: status == ClaimStatus::Repeat,
            submission_date: cells.some_day()?,
            service_date: cells.some_day()?,
            total_charge: cells.take()?,
            diagnoses: Vec::new(),
            lines: Vec::new(),
        },
    })
}

fn line(row: &Row<'_>) -> rusqlite::Result<(ClaimId, BilledLine)> {
    let mut cells = Cells::of(row);
    let claim = cells.take()?;
    let line = BilledLine {
        procedure_code: cells.some_text()?,
        revenue_code: cells.some_text()?,
        modifiers: cells.split()?,
        place_of_service: cells.some_text()?,
        charge: cells.take()?,
        thousandths: cells.take()?,
        diagnosis_pointers: cells.split_pointers()?,
        is_authorized: cells.take()?,
    };
    Ok((claim, line))
}

fn line_answer(row: &Row<'_>) -> rusqlite::Result<(RemittanceId, (Option<usize>, LineAnswer))> {
    let mut cells = Cells::of(row);
    let remittance = cells.take()?;
    let line: Option<i64> = cells.take()?;
    let line = line.and_then(|line| usize::try_from(line - 1).ok());
    let (is_denied, paid) = (cells.take()?, cells.take()?);
    Ok((remittance, (line, LineAnswer { line, is_denied, paid, reason: cells.some_text()? })))
}

/// The rules among the factors of a score; what was learned is not one.
fn broken_rules(row: &Row<'_>) -> rusqlite::Result<(ClaimId, Vec<Text>)> {
    #[derive(Deserialize)]
    struct Factor {
        #[serde(rename = "type")]
        kind: Text,
        rule: Text,
    }
    let mut cells = Cells::of(row);
    let claim = cells.take()?;
    let factors: Vec<Factor> = cells.json()?;
    let rules = factors.into_iter().filter(|f| !matches!(&*f.kind, "historical" | "pattern"));
    Ok((claim, rules.map(|factor| factor.rule).collect()))
}
