//! What is learned from answers how likely lines are to be denied: kept over a restart, renewed as answers grow.

#![expect(clippy::unwrap_used, reason = "an arrangement that fails fails the test")]

use rusqlite::Connection;

use crate::app::{App, database};
use crate::marb::Folder;
use crate::risk_evaluation::sampled_into;

/// The models that are kept, the oldest first: version, and how many answered lines each was learned from.
fn models(folder: &Folder) -> Vec<(i64, i64)> {
    let connection = Connection::open(database(folder)).unwrap();
    let question = "SELECT version, model ->> '$.trained_on.lines' FROM risk_models ORDER BY version";
    let mut statement = connection.prepare(question).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The answered lines that there are to learn from.
fn answered_lines(folder: &Folder) -> i64 {
    let evaluated = folder.run(["risk", "evaluate", "--json"]);
    let evaluation: serde_json::Value = serde_json::from_str(evaluated.done()).unwrap();
    ["trained_on", "tested_on"].iter().map(|part| evaluation[part]["lines"].as_i64().unwrap()).sum()
}

#[test]
fn what_was_learned_is_kept_and_renewed_once_there_is_more_to_learn_from() {
    let folder = Folder::new();
    sampled_into(&folder, 60);
    let first = models(&folder);
    assert_eq!(first.last().unwrap().1, answered_lines(&folder));
    // Nothing new came: a second start learns nothing.
    let (_, folder) = App::over(folder).stop("TERM");
    assert_eq!(models(&folder), first);
    sampled_into(&folder, 150);
    let (version, lines) = *models(&folder).last().unwrap();
    assert!(version > first.last().unwrap().0);
    assert_eq!(lines, answered_lines(&folder));
}
