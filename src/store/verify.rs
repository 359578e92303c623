//! Whether the database is sound: its pages, references, schema, and the counts and sums that have to agree.

use serde::Serialize;

use super::columns::Cells;
use super::error::StoreError;
use super::schema;
use super::sql::Connection;
use super::sql::query::{Query, queries};

queries! {
    "verify":
    INTEGRITY = "PRAGMA integrity_check(20)";
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What has to hold.
    pub what: &'static str,
    /// What does not; never with a value of a row. Empty when all is well.
    pub problems: Vec<String>,
}

/// What has to hold of rows, and the question that counts those of which it does not.
static AGREEMENTS: &[(&str, &Query)] = &[
    ("the counts of claims agree with the claims", &CLAIM_COUNTS),
    ("the counts of remittances agree with the remittances", &REMITTANCE_COUNTS),
    ("the counts of episodes agree with the episodes", &EPISODE_COUNTS),
    ("the counts of scores agree with the scores", &RISK_COUNTS),
    ("a claim charges what its lines add up to, or a finding says that it does not", &CHARGES),
    ("a payment agrees with its remittances and provider adjustments", &PAYMENTS),
    ("a claim is marked as linked when it has an episode", &LINKED_CLAIMS),
    ("a remittance is marked as linked when it has an episode", &LINKED_REMITTANCES),
    ("a claim is marked as scored when it has a score", &SCORED_CLAIMS),
    ("claims are numbered in the order in which they came", &ORDER_OF_CLAIMS),
    ("remittances are numbered in the order in which they came", &ORDER_OF_REMITTANCES),
    ("episodes are numbered in the order in which they came", &ORDER_OF_EPISODES),
];

/// Checks everything, which reads the whole database; `begins` is told what is checked next.
pub(super) fn verify(
    connection: &Connection,
    mut begins: impl FnMut(&'static str),
) -> Result<Vec<Check>, StoreError> {
    let mut checks = Vec::new();
    let mut check = |what, problems: &dyn Fn() -> Result<Vec<String>, StoreError>| {
        begins(what);
        let problems = match problems() {
            // A page that cannot be read is what was looked for.
            Err(StoreError::Damaged) => vec![StoreError::Damaged.to_string()],
            other => other?,
        };
        checks.push(Check { what, problems });
        Ok::<_, StoreError>(())
    };
    check("the pages of the file are sound", &|| {
        let said: Vec<String> = INTEGRITY.rows(connection, [], |row| row.get(0))?;
        Ok(if said == ["ok"] { Vec::new() } else { said })
    })?;
    check("what a row refers to is there", &|| FOREIGN_KEYS.rows(connection, [], |row| row.get(0)))?;
    check("the schema is that of this program", &|| schema_problems(connection))?;
    for (what, query) in AGREEMENTS {
        check(what, &|| {
            let wrong = query.count(connection, [])?;
            Ok(if wrong == 0 { Vec::new() } else { vec![format!("not so in {wrong} cases")] })
        })?;
    }
    Ok(checks)
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
        TestStore, import, plain_claim, rich_payment, rich_remittance, store_claim, store_payment,
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
        let checks = test.store.read(|connection| verify(connection, |_| {})).unwrap();
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
}
