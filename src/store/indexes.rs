//! The indexes: how large each is, who uses it, and which could go, since each costs every insert.

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::Cells;
use super::error::StoreError;
use super::sql::Connection;
use super::sql::explain::Explained;
use super::sql::query::queries;

queries! {
    "indexes":
    COLUMNS =
        "SELECT indexes.name, indexes.tbl_name, ifnull(indexes.sql, ''), ifnull(columns.name, 'an expression')
         FROM sqlite_schema AS indexes CROSS JOIN pragma_index_info(indexes.name) AS columns
         WHERE indexes.type = 'index' ORDER BY indexes.tbl_name, indexes.name, columns.seqno",
        because "a row for each index";
    FOREIGN_KEYS =
        "SELECT tables.name, keys.\"from\"
         FROM sqlite_schema AS tables CROSS JOIN pragma_foreign_key_list(tables.name) AS keys
         WHERE tables.type = 'table' AND keys.seq = 0",
        because "a row for each table";
    SIZES = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE", because "adds up every page";
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its name.
    pub index: String,
    /// Its table.
    pub table: String,
    /// Its columns in their order.
    pub columns: Vec<String>,
    /// Which rows it holds, where not all.
    pub only_where: Option<String>,
    /// What it takes of the file.
    pub bytes: u64,
    /// The questions that use it.
    pub used_by: Vec<String>,
    /// What else it is there for: `unique` rows, or a `foreign key` that is searched when what it names goes.
    pub needed_for: Option<&'static str>,
    /// What speaks against it: `unused`, or the index that begins with the same columns.
    pub problem: Option<String>,
}

/// Every index; reads the whole file for their sizes.
pub(super) fn indexes(connection: &Connection, explained: &[Explained]) -> Result<Vec<Index>, StoreError> {
    let sizes: BTreeMap<String, u64> = SIZES
        .rows(connection, [], |row| {
            let mut cells = Cells::of(row);
            Ok((cells.take()?, cells.unsigned()?))
        })?
        .into_iter()
        .collect();
    let keys: Vec<(String, String)> =
        FOREIGN_KEYS.rows(connection, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let columns: Vec<(String, String, String, String)> = COLUMNS.rows(connection, [], |row| {
        let mut cells = Cells::of(row);
        Ok((cells.take()?, cells.take()?, cells.take()?, cells.take()?))
    })?;
    let mut indexes: Vec<Index> = Vec::new();
    for (index, table, sql, column) in columns {
        match indexes.last_mut().filter(|last| last.index == index) {
            Some(last) => last.columns.push(column),
            None => indexes.push(one(index, table, &sql, column, &sizes, explained)),
        }
    }
    for index in &mut indexes {
        let is_key = keys.iter().any(|(table, column)| *table == index.table && *column == index.columns[0]);
        if index.needed_for.is_none() && is_key {
            index.needed_for = Some("foreign key");
        }
    }
    let problems: Vec<_> = indexes.iter().map(|index| problem(index, &indexes)).collect();
    for (index, problem) in indexes.iter_mut().zip(problems) {
        index.problem = problem;
    }
    Ok(indexes)
}

fn one(
    index: String,
    table: String,
    sql: &str,
    column: String,
    sizes: &BTreeMap<String, u64>,
    explained: &[Explained],
) -> Index {
    let used = explained.iter().filter(|query| query.indexes.contains(&index));
    let is_unique = sql.is_empty() || sql.to_ascii_uppercase().contains("CREATE UNIQUE");
    Index {
        bytes: sizes.get(&index).copied().unwrap_or(0),
        used_by: used.map(|query| query.query.clone()).collect(),
        only_where: sql.split_once(" WHERE ").map(|(_, condition)| condition.to_owned()),
        needed_for: is_unique.then_some("unique"),
        problem: None,
        columns: vec![column],
        index,
        table,
    }
}

/// Why an index could go. One that keeps rows unique stays whatever it costs.
fn problem(index: &Index, all: &[Index]) -> Option<String> {
    if index.needed_for == Some("unique") {
        return None;
    }
    let is_prefix_of = |other: &&Index| {
        other.index != index.index
            && other.table == index.table
            && other.only_where == index.only_where
            && other.columns.starts_with(&index.columns)
            && other.columns.len() > index.columns.len()
    };
    if let Some(longer) = all.iter().find(is_prefix_of) {
        return Some(format!("redundant: {} begins with the same columns", longer.index));
    }
    (index.used_by.is_empty() && index.needed_for.is_none()).then(|| "unused".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::TestStore;

    #[test]
    fn every_index_is_used_and_none_is_the_beginning_of_another() {
        let all = TestStore::new().store.indexes().unwrap();
        let wrong: Vec<_> = all.iter().filter(|index| index.problem.is_some()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_index_without_use_and_one_that_another_begins_with_are_named() {
        let test = TestStore::new();
        test.write(|tx| {
            tx.execute("CREATE INDEX by_unit ON claim_lines (unit)", [])?;
            tx.execute("CREATE INDEX by_payer ON claims (payer_id)", [])?;
            Ok(())
        });
        let all = test.store.indexes().unwrap();
        let of = |name: &str| all.iter().find(|index| index.index == name).unwrap();
        assert_eq!(of("by_unit").problem.as_deref(), Some("unused"));
        let redundant = "redundant: claims_payer_id_status begins with the same columns";
        assert_eq!(of("by_payer").problem.as_deref(), Some(redundant));
        let denied = of("claims_denied");
        assert_eq!(denied.only_where.as_deref(), Some("status = 'denied'"));
        assert_eq!((&*denied.used_by, denied.bytes), (&["claims.page_denied".to_owned()][..], 4096));
    }
}
