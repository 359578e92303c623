//! Episodes: a claim together with a remittance that answers it, and what that makes of both.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::model::Text;
use crate::model::denial::Outcome;
use crate::model::episode::{EpisodeStatus, LinkRule};
use crate::model::ids::{ClaimId, EpisodeId, RemittanceId};
use crate::model::lists::{EpisodeFilter, Page};
use crate::money::Cents;

use super::columns::{Cells, moment, place, whole};
use super::created_at;
use super::error::StoreError;
use super::paging::Listed;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "episodes":
    INSERT = "INSERT INTO claim_episodes
             (claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule, linked_at,
              created_at, updated_at)
         SELECT ?1, ?2, ?3, payment_amount, denial_count, adjustment_count, ?4, ?5, ?6, ?5
         FROM (SELECT ?2 AS id) LEFT JOIN remittances USING (id)";
    RELINK = "UPDATE claim_episodes
             SET claim_id = ?2, remittance_id = ?3, status = ?4, link_rule = 'by_hand', linked_at = ?5, updated_at = ?5,
                 payment_amount = (SELECT payment_amount FROM remittances WHERE id = ?3),
                 denial_count = (SELECT denial_count FROM remittances WHERE id = ?3),
                 adjustment_count = (SELECT adjustment_count FROM remittances WHERE id = ?3)
             WHERE id = ?1";
    SET_STATUS = "UPDATE claim_episodes SET status = ?2, updated_at = ?3 WHERE id = ?1";
    ADD_LINE = "INSERT INTO episode_lines (episode_id, remittance_line, claim_line) VALUES (?1, ?2, ?3)";
    LINES = "SELECT remittance_line, claim_line FROM episode_lines WHERE episode_id = ?1 ORDER BY remittance_line";
    LOAD = "SELECT id, claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule,
                    linked_at, created_at, updated_at
             FROM claim_episodes WHERE id = ?1";
    OF_REMITTANCE = "SELECT id, claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule,
                    linked_at, created_at, updated_at
             FROM claim_episodes WHERE remittance_id = ?1";
    OF_CLAIM = "SELECT claim_episodes.id, remittances.id, remittances.status, remittances.remittance_control_number
             FROM claim_episodes JOIN remittances ON remittances.id = claim_episodes.remittance_id
             WHERE claim_episodes.claim_id = ?1 ORDER BY remittances.id",
        because "sorts the answers of one claim";
    PAID_TO_CLAIM = "SELECT ifnull(sum(claim_episodes.payment_amount), 0)
             FROM claim_episodes JOIN remittances ON remittances.id = claim_episodes.remittance_id
             WHERE claim_episodes.claim_id = ?1 AND remittances.status <> 'predetermination'";
    /// Every episode.
    PAGE =
        "SELECT id, claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule,
                linked_at, created_at, updated_at
         FROM claim_episodes WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those that stand somewhere.
    PAGE_OF_STATUS =
        "SELECT id, claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule,
                linked_at, created_at, updated_at
         FROM claim_episodes WHERE status = ?5 AND id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
    /// Those of a claim, of which there are few.
    PAGE_OF_CLAIM =
        "SELECT id, claim_id, remittance_id, status, payment_amount, denial_count, adjustment_count, link_rule,
                linked_at, created_at, updated_at
         FROM claim_episodes
         WHERE claim_id = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR created_at >= ?3)
           AND (?4 IS NULL OR created_at <= ?4) AND id < ?5
         ORDER BY id DESC LIMIT ?6 OFFSET ?7";
    /// How many a claim has.
    COUNT_OF_CLAIM =
        "SELECT count(*) FROM claim_episodes
         WHERE claim_id = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR created_at >= ?3)
           AND (?4 IS NULL OR created_at <= ?4)";
    /// How many there are in each block.
    COUNTS =
        "SELECT block, sum(episodes) FROM episode_counts
         WHERE block BETWEEN ?1 >> 12 AND ?2 >> 12 AND (?5 IS NULL OR status = ?5)
         GROUP BY block HAVING sum(episodes) > 0 ORDER BY block DESC";
    /// How many there are in a part of a block.
    COUNT_SPAN = "SELECT count(*) FROM claim_episodes WHERE id BETWEEN ?1 AND ?2";
    /// How many stand somewhere in a part of a block.
    COUNT_SPAN_OF_STATUS = "SELECT count(*) FROM claim_episodes WHERE status = ?5 AND id BETWEEN ?1 AND ?2";
    /// Where a time begins.
    FIRST_SINCE = "SELECT id FROM claim_episodes WHERE created_at >= ?1 ORDER BY created_at, id LIMIT 1";
    /// Where a time ends.
    LAST_UNTIL = "SELECT id FROM claim_episodes WHERE created_at <= ?1 ORDER BY created_at DESC, id DESC LIMIT 1";
}

/// A claim and a remittance to be brought together.
#[derive(Debug, Clone, Copy)]
pub struct NewEpisode {
    /// The claim.
    pub claim_id: ClaimId,
    /// The remittance that answers it; it may be in no other episode.
    pub remittance_id: RemittanceId,
    /// Where the episode stands.
    pub status: EpisodeStatus,
    /// By which rule they were found to belong together.
    pub rule: LinkRule,
    /// Now.
    pub now: Timestamp,
}

/// An episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Its row.
    pub id: EpisodeId,
    /// The claim.
    pub claim_id: ClaimId,
    /// The remittance.
    pub remittance_id: RemittanceId,
    /// Where it stands.
    pub status: EpisodeStatus,
    /// CLP04 of the remittance; negative for a reversal.
    pub payment_amount: Cents,
    /// How many of the remittance's lines are denied; a claim denied without lines counts as one.
    pub denial_count: u64,
    /// How many adjustments the remittance and its lines have.
    pub adjustment_count: u64,
    /// By which rule they were found to belong together.
    pub link_rule: LinkRule,
    /// When they were brought together.
    pub linked_at: Timestamp,
    /// When the episode was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a linked remittance says of its claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerOfClaim {
    /// The remittance.
    pub remittance: RemittanceId,
    /// What it says.
    pub outcome: Outcome,
    /// CLP07 as sent.
    pub payer_control_number: Option<Text>,
}

/// Brings a claim and a remittance together.
///
/// # Errors
/// When the remittance is in an episode already, or the database refuses.
pub fn insert(tx: &Transaction<'_>, new: &NewEpisode) -> Result<EpisodeId, StoreError> {
    let values = params![
        new.claim_id,
        new.remittance_id,
        new.status.name(),
        new.rule.name(),
        moment(new.now),
        created_at(tx, new.now)?
    ];
    let id = INSERT.insert(tx, values)?;
    Ok(EpisodeId::new(id))
}

/// Says by hand which claim and remittance an episode ties; what it knew of its lines is forgotten. `false` when there is
/// no such episode.
///
/// # Errors
/// When the remittance is in another episode, or the database refuses.
pub fn relink(
    tx: &Transaction<'_>,
    id: EpisodeId,
    claim: ClaimId,
    remittance: RemittanceId,
    status: EpisodeStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = RELINK.execute(tx, params![id, claim, remittance, status.name(), moment(now)])?;
    Ok(changed > 0)
}

/// Says where an episode stands. `false` when there is no such episode.
///
/// # Errors
/// When the database refuses.
pub fn set_status(
    tx: &Transaction<'_>,
    id: EpisodeId,
    status: EpisodeStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = SET_STATUS.execute(tx, params![id, status.name(), moment(now)])?;
    Ok(changed > 0)
}

/// Says which line of the claim each line of the remittance answers: indexes in the order of the remittance's lines. The
/// episode is new, or was [relinked](relink) and knows of no lines.
///
/// # Errors
/// When the database refuses.
pub fn set_lines(tx: &Transaction<'_>, id: EpisodeId, lines: &[Option<usize>]) -> Result<(), StoreError> {
    let mut statement = ADD_LINE.held(tx)?;
    for (index, line) in lines.iter().enumerate() {
        if let Some(line) = line {
            statement.execute(params![id, place(index), place(*line)])?;
        }
    }
    Ok(())
}

/// Which line of the claim each line of the remittance answers: pairs of their indexes, first the remittance's.
///
/// # Errors
/// When the database refuses.
pub fn lines(connection: &Connection, id: EpisodeId) -> Result<Vec<(usize, usize)>, StoreError> {
    let index = |place: i64| usize::try_from(place - 1).unwrap_or(0);
    LINES.rows(connection, [id], |row| Ok((index(row.get(0)?), index(row.get(1)?))))
}

/// An episode.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: EpisodeId) -> Result<Option<Episode>, StoreError> {
    LOAD.optional(connection, [id], episode)
}

/// The episode of a remittance.
///
/// # Errors
/// When the database refuses.
pub fn of_remittance(connection: &Connection, id: RemittanceId) -> Result<Option<Episode>, StoreError> {
    OF_REMITTANCE.optional(connection, [id], episode)
}

/// The episodes of a claim and what their remittances say, the oldest remittance first.
///
/// # Errors
/// When the database refuses.
pub fn of_claim(
    connection: &Connection,
    claim: ClaimId,
) -> Result<Vec<(EpisodeId, AnswerOfClaim)>, StoreError> {
    OF_CLAIM.rows(connection, [claim], |row| {
        let mut cells = Cells::of(row);
        let episode = cells.take()?;
        let answer = AnswerOfClaim {
            remittance: cells.take()?,
            outcome: cells.parsed()?,
            payer_control_number: cells.some_text()?,
        };
        Ok((episode, answer))
    })
}

/// What a claim was paid: the sum over all its episodes, reversals included. What a payer only announced (CLP02 = 25) is
/// no payment.
///
/// # Errors
/// When the database refuses.
pub fn paid_to_claim(connection: &Connection, claim: ClaimId) -> Result<Cents, StoreError> {
    PAID_TO_CLAIM.row(connection, [claim], |row| row.get(0))
}

/// The episodes that `filter` leaves, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(
    connection: &Connection,
    filter: &EpisodeFilter,
    page: &Page,
) -> Result<Vec<Episode>, StoreError> {
    if let Some(claim) = filter.claim_id {
        let before = page.after.map_or(i64::MAX, |after| after.id);
        let (skip, limit) = (whole(page.skip), i64::from(page.limit));
        let values = params![
            claim,
            filter.status.map(EpisodeStatus::name),
            filter.created_from.map(moment),
            filter.created_to.map(moment),
            before,
            limit,
            skip
        ];
        return PAGE_OF_CLAIM.rows(connection, values, episode);
    }
    filtered(filter, |listed| listed.page(connection, page, episode))
}

/// How many episodes `filter` leaves.
///
/// # Errors
/// When the database refuses.
pub fn count(connection: &Connection, filter: &EpisodeFilter) -> Result<u64, StoreError> {
    if let Some(claim) = filter.claim_id {
        let values = params![
            claim,
            filter.status.map(EpisodeStatus::name),
            filter.created_from.map(moment),
            filter.created_to.map(moment)
        ];
        return COUNT_OF_CLAIM.count(connection, values);
    }
    filtered(filter, |listed| listed.count(connection))
}

fn filtered<T>(filter: &EpisodeFilter, ask: impl FnOnce(&Listed<'_>) -> T) -> T {
    let status = filter.status.map(EpisodeStatus::name);
    ask(&Listed {
        counts: &COUNTS,
        count_span: if status.is_none() { &COUNT_SPAN } else { &COUNT_SPAN_OF_STATUS },
        page: if status.is_none() { &PAGE } else { &PAGE_OF_STATUS },
        first_since: &FIRST_SINCE,
        last_until: &LAST_UNTIL,
        from: filter.created_from,
        to: filter.created_to,
        filter: &[&status],
    })
}

fn episode(row: &Row<'_>) -> rusqlite::Result<Episode> {
    let mut cells = Cells::of(row);
    Ok(Episode {
        id: cells.take()?,
        claim_id: cells.take()?,
        remittance_id: cells.take()?,
        status: cells.parsed()?,
        payment_amount: cells.take()?,
        denial_count: cells.unsigned()?,
        adjustment_count: cells.unsigned()?,
        link_rule: cells.parsed()?,
        linked_at: cells.moment()?,
        created_at: cells.moment()?,
        updated_at: cells.moment()?,
    })
}

#[cfg(test)]
mod tests {
    use crate::model::remittance::Remittance;

    use super::super::fixtures::{
        TestStore, import, now, plain_claim, rich_payment, rich_remittance, store_claim, store_payment,
        store_remittance,
    };
    use super::super::remittances::{self, LinkState};
    use super::super::{claim_lists, claims};
    use super::*;

    /// Two claims and a remittance that are not linked yet.
    fn two_claims_and_an_answer(tx: &Transaction<'_>) -> Result<([ClaimId; 2], RemittanceId), StoreError> {
        let import_id = import(tx, '1')?;
        let claims = [
            store_claim(tx, import_id, &plain_claim("A1"))?,
            store_claim(tx, import_id, &plain_claim("A2"))?,
        ];
        let payment = store_payment(tx, import_id, &rich_payment())?;
        Ok((claims, store_remittance(tx, payment, &rich_remittance())?))
    }

    fn new_episode(claim_id: ClaimId, remittance_id: RemittanceId) -> NewEpisode {
        let (status, rule) = (EpisodeStatus::Linked, LinkRule::ControlNumber);
        NewEpisode { claim_id, remittance_id, status, rule, now: now() }
    }

    fn link_state(tx: &Transaction<'_>, id: RemittanceId) -> LinkState {
        remittances::link_state(tx, id).unwrap().unwrap()
    }

    fn is_linked(tx: &Transaction<'_>, id: ClaimId) -> bool {
        claims::load(tx, id).unwrap().unwrap().is_linked
    }

    #[test]
    fn an_episode_takes_its_sums_from_the_remittance_and_links_both() {
        TestStore::new().write(|tx| {
            let ([claim, other], remittance) = two_claims_and_an_answer(tx)?;
            let id = insert(tx, &new_episode(claim, remittance))?;
            let episode = load(tx, id)?.unwrap();
            assert_eq!(of_remittance(tx, remittance)?, Some(episode.clone()));
            let of_claim =
                |claim| of_claim(tx, claim).unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
            assert_eq!((of_claim(claim), of_claim(other)), (vec![id], vec![]));
            assert_eq!(episode.payment_amount, Cents::new(6_000));
            assert_eq!((episode.denial_count, episode.adjustment_count), (1, 4));
            assert_eq!((episode.link_rule, episode.linked_at), (LinkRule::ControlNumber, now()));
            assert_eq!(link_state(tx, remittance), LinkState::Linked);
            assert!(is_linked(tx, claim) && !is_linked(tx, other));
            assert_eq!(claim_lists::count_unlinked(tx)?, 1);
            Ok(())
        });
    }

    #[test]
    fn a_remittance_answers_one_claim_only() {
        TestStore::new().write(|tx| {
            let ([claim, other], remittance) = two_claims_and_an_answer(tx)?;
            insert(tx, &new_episode(claim, remittance))?;
            assert!(matches!(insert(tx, &new_episode(other, remittance)), Err(StoreError::Refused(_))));
            Ok(())
        });
    }

    #[test]
    fn relinking_by_hand_frees_the_old_claim_and_remittance() {
        TestStore::new().write(|tx| {
            let ([claim, other], remittance) = two_claims_and_an_answer(tx)?;
            let id = insert(tx, &new_episode(claim, remittance))?;
            set_lines(tx, id, &[None, Some(0)])?;
            assert_eq!(lines(tx, id)?, [(1, 0)]);
            let payment = remittances::load(tx, remittance)?.unwrap().payment_id;
            let second = store_remittance(tx, payment, &Remittance::default())?;

            assert!(relink(tx, id, other, second, EpisodeStatus::Pending, now())?);

            let episode = load(tx, id)?.unwrap();
            assert_eq!((episode.claim_id, episode.remittance_id), (other, second));
            assert_eq!((episode.payment_amount, episode.link_rule), (Cents::ZERO, LinkRule::ByHand));
            assert_eq!(lines(tx, id)?, []);
            assert_eq!(link_state(tx, remittance), LinkState::Unlinked);
            assert_eq!(link_state(tx, second), LinkState::Linked);
            assert!(is_linked(tx, other) && !is_linked(tx, claim));
            Ok(())
        });
    }

    #[test]
    fn a_claims_payment_is_the_sum_of_its_answers_without_announcements() {
        TestStore::new().write(|tx| {
            let ([claim, _], paid) = two_claims_and_an_answer(tx)?;
            let payment = remittances::load(tx, paid)?.unwrap().payment_id;
            let taken_back = Remittance {
                status_code: "22".into(),
                paid: Cents::new(-2_500),
                payer_claim_control_number: None,
                ..rich_remittance()
            };
            let announced = Remittance { status_code: "25".into(), ..rich_remittance() };
            insert(tx, &new_episode(claim, paid))?;
            for remittance in [taken_back, announced] {
                let id = store_remittance(tx, payment, &remittance)?;
                insert(tx, &new_episode(claim, id))?;
            }
            assert_eq!(paid_to_claim(tx, claim)?, Cents::new(3_500));
            let answers = of_claim(tx, claim)?;
            let outcomes: Vec<_> = answers.iter().map(|(_, answer)| answer.outcome).collect();
            assert_eq!(outcomes, [Outcome::PartlyDenied, Outcome::Reversal, Outcome::Predetermination]);
            assert_eq!(answers[0].1.payer_control_number.as_deref(), Some("PCN-9"));
            Ok(())
        });
    }

    #[test]
    fn episodes_are_listed_newest_first_by_claim_and_status() {
        TestStore::new().write(|tx| {
            let ([claim, other], first) = two_claims_and_an_answer(tx)?;
            let payment = remittances::load(tx, first)?.unwrap().payment_id;
            let second = store_remittance(tx, payment, &Remittance::default())?;
            let ids = [insert(tx, &new_episode(claim, first))?, insert(tx, &new_episode(other, second))?];
            for status in EpisodeStatus::ALL {
                assert!(set_status(tx, ids[0], status, now())?);
            }
            assert!(!set_status(tx, EpisodeId::new(99), EpisodeStatus::Linked, now())?);
            let listed = |filter: &EpisodeFilter, skip| {
                let found = list(tx, filter, &Page { after: None, skip, limit: 10 }).unwrap();
                found.into_iter().map(|episode| episode.id).collect::<Vec<_>>()
            };
            let all = EpisodeFilter::default();
            let of_claim = EpisodeFilter { claim_id: Some(claim), ..all.clone() };
            let linked = EpisodeFilter { status: Some(EpisodeStatus::Linked), ..all.clone() };
            assert_eq!(listed(&all, 0), [ids[1], ids[0]]);
            assert_eq!(listed(&all, 1), [ids[0]]);
            assert_eq!(listed(&of_claim, 0), [ids[0]]);
            assert_eq!(listed(&linked, 0), [ids[1]]);
            assert_eq!((count(tx, &all)?, count(tx, &linked)?), (2, 1));
            Ok(())
        });
    }
}
