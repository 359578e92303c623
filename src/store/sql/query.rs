//! Questions: each has a name, and its text stands in the list of its noun, so that all of them can be explained.

use std::fmt;

use rusqlite::{CachedStatement, OptionalExtension, Params, Row, ToSql};

use crate::store::columns::Cells;
use crate::store::error::StoreError;

use super::Connection;

/// A question or change with its name, as `claims.load`.
#[derive(Debug)]
pub(in crate::store) struct Query {
    noun: &'static str,
    name: &'static str,
    /// What is asked.
    pub(super) sql: &'static str,
    /// Why it may read a whole table or sort, where it does.
    pub(super) reason: Option<&'static str>,
}

/// Declares the questions of a file as statics, and `QUERIES`, the list of them.
///
/// A question whose plan reads a whole table or sorts says `because` it may.
macro_rules! queries {
    ($noun:literal: $($(#[$doc:meta])* $name:ident = $sql:expr $(, because $reason:literal)?;)+) => {
        $($(#[$doc])* static $name: crate::store::sql::query::Query = crate::store::sql::query::Query::new(
            $noun, stringify!($name), $sql, crate::store::sql::query::reason(&[$($reason)?]),
        );)+

        /// Every question of this file.
        pub(in crate::store) static QUERIES: &[&crate::store::sql::query::Query] = &[$(&$name),+];
    };
}
pub(in crate::store) use queries;

/// The reason that [`queries`] was given.
pub(in crate::store) const fn reason(given: &[&'static str]) -> Option<&'static str> {
    match given {
        [reason, ..] => Some(*reason),
        [] => None,
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.noun, self.name.to_ascii_lowercase())
    }
}

impl Query {
    /// A question; `name` is the name of its static.
    pub(in crate::store) const fn new(
        noun: &'static str,
        name: &'static str,
        sql: &'static str,
        reason: Option<&'static str>,
    ) -> Self {
        Self { noun, name, sql, reason }
    }

    /// The one row of the answer.
    pub(in crate::store) fn row<T>(
        &'static self,
        connection: &Connection,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.watched(connection, |statement| Ok((statement.query_row(values, read)?, 1)))
    }

    /// The row of the answer, if there is one.
    pub(in crate::store) fn optional<T>(
        &'static self,
        connection: &Connection,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.watched(connection, |statement| {
            let row = statement.query_row(values, read).optional()?;
            let rows = u64::from(row.is_some());
            Ok((row, rows))
        })
    }

    /// Every row of the answer.
    pub(in crate::store) fn rows<T>(
        &'static self,
        connection: &Connection,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.watched(connection, |statement| {
            let rows = statement.query_map(values, read)?.collect::<rusqlite::Result<Vec<T>>>()?;
            let count = rows.len() as u64;
            Ok((rows, count))
        })
    }

    /// Every row of the answer, given the first of these values, as many as the question has parameters.
    pub(in crate::store) fn rows_of<T>(
        &'static self,
        connection: &Connection,
        values: &[&dyn ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let wanted = connection.sqlite.prepare_cached(self.sql)?.parameter_count();
        self.rows(connection, &values[..wanted.min(values.len())], read)
    }

    /// Whether the answer has any row.
    pub(in crate::store) fn exists(
        &'static self,
        connection: &Connection,
        values: impl Params,
    ) -> Result<bool, StoreError> {
        self.watched(connection, |statement| {
            let exists = statement.exists(values)?;
            Ok((exists, u64::from(exists)))
        })
    }

    /// The answer of a question that counts.
    pub(in crate::store) fn count(
        &'static self,
        connection: &Connection,
        values: impl Params,
    ) -> Result<u64, StoreError> {
        self.row(connection, values, |row| Cells::of(row).unsigned())
    }

    /// Makes a change; says how many rows it touched.
    pub(in crate::store) fn execute(
        &'static self,
        connection: &Connection,
        values: impl Params,
    ) -> Result<usize, StoreError> {
        self.held(connection)?.execute(values)
    }

    /// Adds a row; gives its number.
    pub(in crate::store) fn insert(
        &'static self,
        connection: &Connection,
        values: impl Params,
    ) -> Result<i64, StoreError> {
        self.execute(connection, values)?;
        Ok(connection.sqlite.last_insert_rowid())
    }

    /// The change, to be made several times.
    pub(in crate::store) fn held<'c>(
        &'static self,
        connection: &'c Connection,
    ) -> Result<Held<'c>, StoreError> {
        Ok(Held { query: self, connection, statement: connection.sqlite.prepare_cached(self.sql)? })
    }

    /// Asks, and tells the watch how long it took and how many rows it gave.
    fn watched<T>(
        &'static self,
        connection: &Connection,
        ask: impl FnOnce(&mut CachedStatement<'_>) -> rusqlite::Result<(T, u64)>,
    ) -> Result<T, StoreError> {
        let mut statement = connection.sqlite.prepare_cached(self.sql)?;
        let start = connection.watch.start();
        let outcome = ask(&mut statement);
        let rows = outcome.as_ref().map_or(0, |(_, rows)| *rows);
        connection.watch.done(self, start, rows, connection);
        Ok(connection.watch.outcome(outcome)?.0)
    }
}

/// A change that is made several times.
pub(in crate::store) struct Held<'c> {
    query: &'static Query,
    connection: &'c Connection,
    statement: CachedStatement<'c>,
}

impl Held<'_> {
    /// Makes the change; says how many rows it touched.
    pub(in crate::store) fn execute(&mut self, values: impl Params) -> Result<usize, StoreError> {
        let watch = &self.connection.watch;
        let start = watch.start();
        let outcome = self.statement.execute(values);
        let rows = outcome.as_ref().map_or(0, |rows| *rows as u64);
        watch.done(self.query, start, rows, self.connection);
        watch.outcome(outcome)
    }
}
