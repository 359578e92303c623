//! Questions with filters: constant pieces put together, one per condition that is asked for, so that each combination is
//! a question of its own with a plan of its own.

use rusqlite::{Connection, Row, ToSql};

use super::columns::whole;
use super::error::StoreError;

/// A question that ends in `WHERE TRUE`, with its conditions and their values.
pub(super) struct Conditions {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    /// A question without conditions.
    pub(super) fn of(question: &'static str) -> Self {
        Self { sql: question.to_owned(), values: Vec::new() }
    }

    /// Adds ` AND column = ?` where a value is asked for.
    pub(super) fn and(mut self, condition: &'static str, value: Option<impl ToSql + 'static>) -> Self {
        if let Some(value) = value {
            self.sql.push_str(condition);
            self.values.push(Box::new(value));
        }
        self
    }

    /// The rows from `skip` in this order, `limit` at the most.
    pub(super) fn page<T>(
        mut self,
        connection: &Connection,
        order: &'static str,
        (skip, limit): (u64, u64),
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.sql.push_str(order);
        self.sql.push_str(" LIMIT ? OFFSET ?");
        self.values.push(Box::new(whole(limit)));
        self.values.push(Box::new(whole(skip)));
        let mut statement = connection.prepare_cached(&self.sql)?;
        Ok(statement.query_map(rusqlite::params_from_iter(self.values), read)?.collect::<Result<_, _>>()?)
    }

    /// The answer of a question that counts.
    pub(super) fn count(self, connection: &Connection) -> Result<u64, StoreError> {
        super::count(connection, &self.sql, rusqlite::params_from_iter(self.values))
    }
}
