//! The way to `SQLite`: connections that answer only questions with a name, each timed and counted.

pub mod explain;
pub(super) mod query;
mod times;
pub mod watch;

use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::TransactionBehavior;

use crate::clock::Clock;

use super::spellings::Spelled;
use watch::Watch;

/// A connection to the database. It takes the named questions of the store, and nothing else.
pub struct Connection {
    sqlite: rusqlite::Connection,
    watch: Arc<Watch>,
}

impl Connection {
    /// A connection that tells `watch` how long its questions take.
    pub(super) fn new(sqlite: rusqlite::Connection, watch: Arc<Watch>) -> Self {
        Self { sqlite, watch }
    }

    /// A connection that nobody watches.
    pub(super) fn unwatched(sqlite: rusqlite::Connection) -> Self {
        let nothing = Watch::new(std::iter::empty(), Duration::MAX, Clock::system());
        Self::new(sqlite, Arc::new(nothing))
    }

    /// Begins a transaction; dropped before its [commit](Transaction::commit), it is undone.
    pub(super) fn transaction(&mut self, behavior: TransactionBehavior) -> rusqlite::Result<Transaction<'_>> {
        let connection = &*self;
        let sqlite = rusqlite::Transaction::new_unchecked(&connection.sqlite, behavior)?;
        Ok(Transaction { connection, sqlite, spelled: Spelled::default(), latest: Cell::default() })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A change of the database that happens as a whole or not at all; also a [`Connection`].
#[derive(Debug)]
pub struct Transaction<'c> {
    connection: &'c Connection,
    sqlite: rusqlite::Transaction<'c>,
    /// Spellings that it has looked up.
    pub(super) spelled: Spelled,
    /// The latest `created_at` of a row, once it was asked for.
    pub(super) latest: Cell<Option<Timestamp>>,
}

impl Transaction<'_> {
    /// Puts it on disk.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        self.sqlite.commit()
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// What tests do behind the store's back.
#[cfg(test)]
impl Connection {
    pub(in crate::store) fn execute(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> rusqlite::Result<usize> {
        self.sqlite.execute(sql, values)
    }

    pub(in crate::store) fn query_row<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.sqlite.query_row(sql, values, read)
    }

    pub(in crate::store) fn texts(&self, sql: &str) -> rusqlite::Result<Vec<String>> {
        self.sqlite.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    }
}
