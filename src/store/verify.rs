//! Whether the database is sound: its pages, references, schema, and the counts and sums that have to agree.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use crate::clock::Clock;

use super::Store;
use super::columns::Cells;
use super::error::StoreError;
use super::schema;
use super::sql::Connection;
use super::sql::query::{Query, queries};

queries! {
    "verify":
    INTEGRITY = "PRAGMA integrity_check(20)";
    TREES = "SELECT format('Tree %d ', rootpage), type || ' ' || name FROM sqlite_schema WHERE rootpage > 0",
        because "a row for each table and index";
    FOREIGN_KEYS = "SELECT format('a row of %s names a row of %s that is not there', \"table\", \"parent\")
         FROM pragma_foreign_key_check LIMIT 20",
        because "checks every reference";
    SCHEMA =
        "SELECT type || ' ' || name, ifnull(sql, '') FROM sqlite_schema
         WHERE name NOT GLOB 'sqlite_*' AND name <> 'refinery_schema_history' ORDER BY 1",
        because "a row for each table and index";
    CLAIM_COUNTS =
        "SELECT (SELECT count(*) FROM (
             SELECT block, payer_id, status, provider_id, practice_id, claims, unlinked, charge
             FROM claim_counts WHERE claims > 0
             EXCEPT
             SELECT id >> 12, ifnull(payer_id, 0), status, ifnull(provider_id, 0), ifnull(practice_id, ''), count(*),
                    count(*) FILTER (WHERE is_linked = 0),
                    sum(max(-1000000000000000, min(1000000000000000, total_charge_amount)))
             FROM claims GROUP BY 1, 2, 3, 4, 5))
            + abs((SELECT ifnull(sum(claims), 0) FROM claim_counts) - (SELECT count(*) FROM claims))",
        because "counts every claim";
    REMITTANCE_COUNTS =
        "SELECT (SELECT count(*) FROM (
             SELECT block, payer_id, status, remittances, unlinked, paid FROM remittance_counts WHERE remittances > 0
             EXCEPT
             SELECT id >> 12, ifnull(payer_id, 0), status, count(*), count(*) FILTER (WHERE link_state <> 'linked'),
                    sum(max(-1000000000000000, min(1000000000000000, payment_amount)))
             FROM remittances GROUP BY 1, 2, 3))
            + abs((SELECT ifnull(sum(remittances), 0) FROM remittance_counts) - (SELECT count(*) FROM remittances))",
        because "counts every remittance";
    EPISODE_COUNTS =
        "SELECT (SELECT count(*) FROM (
             SELECT block, status, episodes FROM episode_counts WHERE episodes > 0
             EXCEPT SELECT id >> 12, status, count(*) FROM claim_episodes GROUP BY 1, 2))
            + abs((SELECT ifnull(sum(episodes), 0) FROM episode_counts) - (SELECT count(*) FROM claim_episodes))",
        because "counts every episode";
    RISK_COUNTS =
        "SELECT (SELECT count(*) FROM (
             SELECT is_superseded, risk_level, scores FROM risk_counts WHERE scores > 0
             EXCEPT SELECT is_superseded, risk_level, count(*) FROM risk_scores GROUP BY 1, 2))
            + abs((SELECT ifnull(sum(scores), 0) FROM risk_counts) - (SELECT count(*) FROM risk_scores))",
        because "counts every score";
    CHARGES =
        "SELECT count(*) FROM (
             SELECT claims.id
             FROM claims CROSS JOIN claim_lines ON claim_lines.claim_id = claims.id
             WHERE is_incomplete = 0
               AND (parsing_warnings IS NULL
                    OR (instr(parsing_warnings, 'charges-do-not-add-up') = 0 AND json_array_length(parsing_warnings) < 20))
             GROUP BY claims.id HAVING sum(charge_amount) <> total_charge_amount)",
        because "adds up every claim";
    PAYMENTS =
        "SELECT count(*) FROM payments
         WHERE is_closed = 1
           AND (imbalance <> remittances_paid - provider_adjustment_total - amount
                OR provider_adjustment_total <> (SELECT ifnull(sum(amount), 0) FROM provider_adjustments
                                                 WHERE payment_id = payments.id)
                OR remittances_paid <> (SELECT ifnull(sum(payment_amount), 0) FROM remittances
                                        WHERE payment_id = payments.id))",
        because "adds up every payment";
    LINKED_CLAIMS =
        "SELECT count(*) FROM claims
         WHERE is_linked <> EXISTS (SELECT 1 FROM claim_episodes WHERE claim_id = claims.id)",
        because "checks every claim";
    LINKED_REMITTANCES =
        "SELECT count(*) FROM remittances
         WHERE (link_state = 'linked') <> EXISTS (SELECT 1 FROM claim_episodes WHERE remittance_id = remittances.id)",
        because "checks every remittance";
    SCORED_CLAIMS =
        "SELECT count(*) FROM claims LEFT JOIN risk_scores ON risk_scores.claim_id = claims.id
         WHERE is_scored <> (risk_scores.claim_id IS NOT NULL)
            OR is_superseded <> (claims.status IN ('replaced', 'voided', 'repeat'))",
        because "checks every claim";
    ORDER_OF_CLAIMS =
        "SELECT count(*) FROM (SELECT created_at < lag(created_at) OVER (ORDER BY id) AS is_wrong FROM claims)
         WHERE is_wrong",
        because "checks every claim";
    ORDER_OF_REMITTANCES =
        "SELECT count(*) FROM (SELECT created_at < lag(created_at) OVER (ORDER BY id) AS is_wrong FROM remittances)
         WHERE is_wrong",
        because "checks every remittance";
    ORDER_OF_EPISODES =
        "SELECT count(*) FROM (SELECT created_at < lag(created_at) OVER (ORDER BY id) AS is_wrong FROM claim_episodes)
         WHERE is_wrong",
        because "checks every episode";
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What has to hold.
    pub what: &'static str,
    /// What does not; never with a value of a row. Empty when all is well.
    pub problems: Vec<String>,
    /// How long it took, to the millisecond.
    pub seconds: f64,
}

/// How far a verification is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// One of the things that are being checked.
    pub what: &'static str,
    /// How many checks are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// How something is checked.
enum Ask {
    /// By what finds the problems.
    Problems(fn(&Connection) -> Result<Vec<String>, StoreError>),
    /// By a question that counts the rows of which it does not hold.
    Wrong(&'static Query),
}

/// What has to hold. The first takes as long as all others.
static CHECKS: &[(&str, Ask)] = &[
    ("the pages of the file are sound", Ask::Problems(page_problems)),
    ("what a row refers to is there", Ask::Problems(missing_rows)),
    ("the schema is that of this program", Ask::Problems(schema_problems)),
    ("the counts of claims agree with the claims", Ask::Wrong(&CLAIM_COUNTS)),
    ("the counts of remittances agree with the remittances", Ask::Wrong(&REMITTANCE_COUNTS)),
    ("the counts of episodes agree with the episodes", Ask::Wrong(&EPISODE_COUNTS)),
    ("the counts of scores agree with the scores", Ask::Wrong(&RISK_COUNTS)),
    ("a claim charges what its lines add up to, or a finding says that it does not", Ask::Wrong(&CHARGES)),
    ("a payment agrees with its remittances and provider adjustments", Ask::Wrong(&PAYMENTS)),
    ("a claim is marked as linked when it has an episode", Ask::Wrong(&LINKED_CLAIMS)),
    ("a remittance is marked as linked when it has an episode", Ask::Wrong(&LINKED_REMITTANCES)),
    ("a claim is marked as scored when it has a score", Ask::Wrong(&SCORED_CLAIMS)),
    ("claims are numbered in the order in which they came", Ask::Wrong(&ORDER_OF_CLAIMS)),
    ("remittances are numbered in the order in which they came", Ask::Wrong(&ORDER_OF_REMITTANCES)),
    ("episodes are numbered in the order in which they came", Ask::Wrong(&ORDER_OF_EPISODES)),
];

impl Ask {
    /// What does not hold.
    fn problems(&self, connection: &Connection) -> Result<Vec<String>, StoreError> {
        let problems = match self {
            Self::Problems(find) => find(connection),
            Self::Wrong(query) => query.count(connection, []).map(|wrong| match wrong {
                0 => Vec::new(),
                _ => vec![format!("not so in {wrong} cases")],
            }),
        };
        match problems {
            Err(error @ (StoreError::Busy | StoreError::NoReader(_))) => Err(error),
            // What cannot be read is what was looked for.
            Err(error) => Ok(vec![error.to_string()]),
            Ok(problems) => Ok(problems),
        }
    }
}

/// Checks everything, which reads the whole database: the pages on one thread and beside them the rest on another.
pub(super) fn verify(
    store: &Store,
    clock: &Clock,
    tell: &(impl Fn(Progress) + Sync),
) -> Result<Vec<Check>, StoreError> {
    let board = Board { state: Mutex::default(), tell };
    let work = || -> Result<(), StoreError> {
        while let Some(at) = board.begin() {
            let start = clock.passed();
            let outcome = store.read(|connection| CHECKS[at].1.problems(connection));
            board.end(at, outcome, clock.passed().saturating_sub(start))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let beside = (store.most_readers() > 1).then(|| scope.spawn(work));
        let mine = work();
        let theirs =
            beside.map_or(Ok(()), |thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        mine.and(theirs)
    })?;
    Ok(board.state.into_inner().unwrap_or_else(PoisonError::into_inner).done.into_values().collect())
}

/// Which checks are begun and done.
struct Board<'a, T> {
    state: Mutex<State>,
    tell: &'a T,
}

#[derive(Default)]
struct State {
    begun: usize,
    running: Vec<usize>,
    done: BTreeMap<usize, Check>,
}

impl<T: Fn(Progress)> Board<'_, T> {
    /// The next check, if any is left.
    fn begin(&self) -> Option<usize> {
        self.change(|state| {
            let at = state.begun;
            (at < CHECKS.len()).then(|| {
                state.begun += 1;
                state.running.push(at);
                at
            })
        })
    }

    /// Notes what a check came to. Where it could not be made, none is begun any more.
    fn end(
        &self,
        at: usize,
        outcome: Result<Vec<String>, StoreError>,
        took: Duration,
    ) -> Result<(), StoreError> {
        self.change(|state| {
            state.running.retain(|running| *running != at);
            match outcome {
                Ok(problems) => {
                    let seconds = (took.as_secs_f64() * 1_000.0).round() / 1_000.0;
                    state.done.insert(at, Check { what: CHECKS[at].0, problems, seconds });
                    Ok(())
                }
                Err(error) => {
                    state.begun = CHECKS.len();
                    Err(error)
                }
            }
        })
    }

    /// Changes the state and tells what runs then.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut state);
        if let Some(last) = state.running.last() {
            (self.tell)(Progress { what: CHECKS[*last].0, done: state.done.len(), total: CHECKS.len() });
        }
        changed
    }
}

/// What is wrong with the pages, as `SQLite` says it but with the names of the tables and indexes; where it comes upon a
/// page that it cannot go on from, what it said until then.
fn page_problems(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut said: Vec<String> = Vec::new();
    let outcome = INTEGRITY.rows(connection, [], |row| {
        said.push(row.get(0)?);
        Ok(())
    });
    let trees: Vec<(String, String)> =
        TREES.rows(connection, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap_or_default();
    let lines =
        said.iter().flat_map(|text| text.lines()).filter(|line| *line != "ok" && !line.starts_with("***"));
    let problems: Vec<String> = lines.map(|line| with_name(line, &trees)).collect();
    match outcome {
        Err(error) if problems.is_empty() => Err(error),
        _ => Ok(problems),
    }
}

/// `Tree 14 page 7 cell 2: Extends off end of page` as `table claims, page 7 cell 2: Extends off end of page`.
fn with_name(line: &str, trees: &[(String, String)]) -> String {
    trees
        .iter()
        .find_map(|(tree, name)| Some(format!("{name}, {}", line.strip_prefix(tree)?)))
        .unwrap_or_else(|| line.to_owned())
}

/// Which tables name rows that are not there.
fn missing_rows(connection: &Connection) -> Result<Vec<String>, StoreError> {
    FOREIGN_KEYS.rows(connection, [], |row| row.get(0))
}

/// Tables, indexes and triggers that are missing, changed or not of this program.
fn schema_problems(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let found = schema_of(connection)?;
    let expected = schema_of(&Connection::unwatched(schema::fresh()?))?;
    let missing = expected.iter().filter(|one| !found.contains(one));
    let missing = missing.map(|(name, _)| format!("the {name} is missing or another"));
    let names: Vec<&String> = expected.iter().map(|(name, _)| name).collect();
    let unknown = found.iter().filter(|(name, _)| !names.contains(&name));
    Ok(missing.chain(unknown.map(|(name, _)| format!("the {name} is not of this program"))).collect())
}

fn schema_of(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    SCHEMA.rows(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take()?, cells.take()?))
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{
        TestStore, import, now, plain_claim, rich_payment, rich_remittance, store_claim, store_payment,
        store_remittance,
    };
    use super::super::payments;
    use super::*;

    /// A store with a claim and a payment, told to be changed by `sql`; what is wrong with it then.
    fn found_after(sql: &str) -> Vec<Check> {
        let test = TestStore::new();
        test.write(|tx| {
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            let payment = store_payment(tx, import_id, &rich_payment())?;
            store_remittance(tx, payment, &rich_remittance())?;
            let mut whole = rich_payment();
            whole.remittances_paid = rich_remittance().paid;
            payments::close(tx, payment, &whole)?;
            sql.split(';')
                .filter(|part| !part.trim().is_empty())
                .try_for_each(|part| tx.execute(part, []).map(drop))?;
            Ok(())
        });
        let checks = test.store.verify(&Clock::set_at(now()), &|_| {}).unwrap();
        checks.into_iter().filter(|check| !check.problems.is_empty()).collect()
    }

    #[track_caller]
    fn case(sql: &str, what: &str) {
        let found = found_after(sql);
        assert!(found.iter().any(|check| check.what.contains(what)), "{sql}: {found:?}");
    }

    #[test]
    fn a_sound_database_has_no_problems() {
        assert_eq!(found_after(""), []);
    }

    #[test]
    fn what_does_not_agree_is_found() {
        case("UPDATE claim_lines SET charge_amount = 1", "a claim charges");
        case("UPDATE payments SET amount = 7", "a payment agrees");
        case("UPDATE remittances SET payment_amount = 7", "a payment agrees");
        case("UPDATE claim_counts SET charge = 0", "the counts of claims");
        case("DELETE FROM claim_counts", "the counts of claims");
        case("UPDATE remittance_counts SET unlinked = 0", "the counts of remittances");
        case("INSERT INTO episode_counts VALUES (0, 'linked', 1)", "the counts of episodes");
        case("INSERT INTO risk_counts VALUES (0, 'low', 1)", "the counts of scores");
        case("UPDATE claims SET is_linked = 1", "a claim is marked as linked");
        case("UPDATE remittances SET link_state = 'linked'", "a remittance is marked as linked");
        case("UPDATE claims SET is_scored = 1", "a claim is marked as scored");
        case("DROP INDEX claims_denied", "the schema");
        case("CREATE TABLE notes (id INTEGER PRIMARY KEY)", "the schema");
        case("DROP TRIGGER claims_counted", "the schema");
    }

    #[test]
    fn a_check_that_breaks_off_is_told_and_the_others_are_made() {
        let found = found_after(
            "PRAGMA ignore_check_constraints = ON; UPDATE claims SET parsing_warnings = '{', is_linked = 1",
        );
        let of = |what: &str| &found.iter().find(|check| check.what.starts_with(what)).unwrap().problems;
        assert_eq!(*of("the pages of the file"), ["CHECK constraint failed in claims"]);
        assert!(of("a claim charges")[0].contains("malformed JSON"), "{found:?}");
        assert_eq!(*of("a claim is marked as linked"), ["not so in 1 cases"]);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn how_far_it_is_is_told_until_the_last_check() {
        let told = Mutex::new(Vec::new());
        let checks = TestStore::new()
            .store
            .verify(&Clock::set_at(now()), &|progress| told.lock().unwrap().push(progress))
            .unwrap();
        let what: Vec<_> = checks.iter().map(|check| check.what).collect();
        assert_eq!(what, CHECKS.iter().map(|(what, _)| *what).collect::<Vec<_>>());
        let told = told.into_inner().unwrap();
        assert!(told.is_sorted_by_key(|progress| progress.done));
        let heard: Vec<_> = told.iter().map(|progress| progress.what).collect();
        assert!(what.iter().all(|what| heard.contains(what)), "{heard:?}");
        assert!(told.iter().all(|progress| progress.done < progress.total && progress.total == what.len()));
    }
}
