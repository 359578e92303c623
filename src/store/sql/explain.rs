//! What `SQLite` means to do for each question, and whether that stays fast as the tables grow.

use rusqlite::Connection as Sqlite;
use serde::Serialize;

use super::Connection;
use super::query::Query;
use crate::store::error::StoreError;

/// A question with its plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Its name, as in `claims.load`.
    pub query: String,
    /// Whether it stays fast as the tables grow.
    pub verdict: Verdict,
    /// The steps of its plan that read a whole table or sort.
    pub problems: Vec<String>,
    /// Why they are accepted, where they are.
    pub reason: Option<&'static str>,
    /// The steps of its plan, as `EXPLAIN QUERY PLAN` words them; those of triggers and foreign keys included.
    pub plan: Vec<String>,
    /// The indexes that it uses.
    pub indexes: Vec<String>,
    /// Its text.
    pub sql: &'static str,
}

/// Whether a question stays fast as the tables grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every step is a search in an index or of a row.
    Ok,
    /// It reads a whole table or sorts, for a written reason.
    Accepted,
    /// It reads a whole table or sorts, and nobody has said why it may.
    Failed,
}

/// The plan and verdict of each question.
pub(in crate::store) fn explain(
    connection: &Connection,
    queries: impl Iterator<Item = &'static Query>,
) -> Result<Vec<Explained>, StoreError> {
    queries.map(|query| Ok(judge(query, plan(&connection.sqlite, query)?))).collect()
}

/// The steps of a question's plan.
pub(super) fn plan(sqlite: &Sqlite, query: &Query) -> rusqlite::Result<Vec<String>> {
    let mut statement = sqlite.prepare(&format!("EXPLAIN QUERY PLAN {}", query.sql))?;
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row.get("detail")?);
    }
    Ok(steps)
}

fn judge(query: &'static Query, plan: Vec<String>) -> Explained {
    let problems: Vec<String> = plan.iter().filter(|step| is_problem(step, &plan)).cloned().collect();
    let verdict = match (problems.is_empty(), query.reason) {
        (true, _) => Verdict::Ok,
        (false, Some(_)) => Verdict::Accepted,
        (false, None) => Verdict::Failed,
    };
    let mut indexes: Vec<String> = plan.iter().filter_map(|step| index_of(step)).collect();
    indexes.sort_unstable();
    indexes.dedup();
    let reason = query.reason.filter(|_| verdict == Verdict::Accepted);
    Explained { query: query.to_string(), verdict, problems, reason, plan, indexes, sql: query.sql }
}

/// Whether a step costs more the larger a table is: it reads all of it, sorts, or makes an index for itself.
fn is_problem(step: &str, plan: &[String]) -> bool {
    if step.starts_with("USE TEMP B-TREE") || step.contains("USING AUTOMATIC") {
        return true;
    }
    // What min() and max() do, which reads one row or all of them, depending on what they are of.
    if step.strip_prefix("SEARCH ").is_some_and(|rest| !rest.contains(' ')) {
        return true;
    }
    let Some(scanned) = step.strip_prefix("SCAN ").map(|rest| rest.split(' ').next().unwrap_or(rest)) else {
        return false;
    };
    // A part of the question itself, whose own steps are judged.
    let is_part = |of: &String| {
        of.strip_prefix("CO-ROUTINE ").or(of.strip_prefix("MATERIALIZE ")).is_some_and(|name| name == scanned)
    };
    let is_constant = step.starts_with("SCAN CONSTANT ROW") || step.ends_with("CONSTANT ROWS");
    !is_constant && !scanned.starts_with("(subquery") && !plan.iter().any(is_part)
}

/// The index that a step names.
fn index_of(step: &str) -> Option<String> {
    let (_, rest) = step.split_once(" INDEX ")?;
    rest.split(' ').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::TestStore;
    use super::*;

    fn verdicts(query: &'static Query) -> Explained {
        let asked = |connection: &Connection| explain(connection, std::iter::once(query));
        TestStore::new().store.read(asked).unwrap().remove(0)
    }

    #[test]
    fn every_question_stays_fast_as_the_tables_grow() {
        let all = TestStore::new().store.explain().unwrap();
        assert!(all.len() > 100, "{}", all.len());
        let failed: Vec<_> = all.iter().filter(|one| one.verdict == Verdict::Failed).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }

    #[test]
    fn no_two_questions_have_one_name() {
        let all = TestStore::new().store.explain().unwrap();
        let names: std::collections::BTreeSet<_> = all.iter().map(|one| &one.query).collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn a_reason_is_given_only_where_one_is_needed() {
        for query in super::super::super::every_query().filter(|query| query.reason.is_some()) {
            let explained = verdicts(query);
            assert_eq!(explained.verdict, Verdict::Accepted, "{explained:#?}");
        }
    }

    #[test]
    fn a_question_without_an_index_fails() {
        static UNINDEXED: Query =
            Query::new("claims", "BY_CHARGE", "SELECT id FROM claims WHERE total_charge_amount = ?1", None);
        let explained = verdicts(&UNINDEXED);
        assert_eq!(explained.verdict, Verdict::Failed);
        assert_eq!(explained.problems, ["SCAN claims"]);
        assert_eq!(explained.query, "claims.by_charge");
    }

    #[test]
    fn sorting_a_table_fails_even_where_an_index_is_read() {
        static SORTED: Query = Query::new(
            "claims",
            "SORTED",
            "SELECT id FROM claims WHERE provider_id = ?1 ORDER BY total_charge_amount LIMIT 1",
            None,
        );
        assert_eq!(verdicts(&SORTED).problems, ["USE TEMP B-TREE FOR ORDER BY"]);
    }

    #[test]
    fn a_search_that_a_trigger_lacks_an_index_for_is_seen() {
        static CASCADE: Query =
            Query::new("store", "CASCADE", "DELETE FROM provider_spellings WHERE id = ?1", None);
        let explained = verdicts(&CASCADE);
        assert!(explained.problems.iter().any(|step| step.starts_with("SCAN claims")), "{explained:?}");
    }
}
