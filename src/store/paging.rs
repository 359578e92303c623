//! Pages of lists, newest first: found by counting blocks of rows instead of rows, so that a page far down costs as the first.
//!
//! A list's rows are numbered in the order in which they came. Beside each list a table is kept up that says how many rows
//! of each kind there are in each block of [`BLOCK`] row numbers: it gives the total, and the block where a page begins.

use jiff::Timestamp;
use rusqlite::{Row, ToSql};

use crate::model::lists::Page;

use super::columns::{Cells, moment, whole};
use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::Query;

/// Row numbers of a block, as the migrations have it.
const BLOCK: i64 = 1 << 12;

/// A list with its filter.
pub(super) struct Listed<'a> {
    /// How many rows the filter leaves in each block, the newest first. `?1` and `?2` are the first and last row number.
    pub(super) counts: &'static Query,
    /// How many rows it leaves from row number `?1` to `?2`, both in one block.
    pub(super) count_span: &'static Query,
    /// The rows from `?1` to `?2`, newest first, `?3` at the most after the first `?4`.
    pub(super) page: &'static Query,
    /// The first row stored at or after a moment.
    pub(super) first_since: &'static Query,
    /// The last row stored at or before a moment.
    pub(super) last_until: &'static Query,
    /// Rows stored then or later.
    pub(super) from: Option<Timestamp>,
    /// Rows stored then or before.
    pub(super) to: Option<Timestamp>,
    /// What the filter asks for: `?5` and following.
    pub(super) filter: &'a [&'a dyn ToSql],
}

/// Row numbers from `first` to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: i64,
    last: i64,
}

impl Listed<'_> {
    /// How many rows there are in all.
    pub(super) fn count(&self, connection: &Connection) -> Result<u64, StoreError> {
        let Some(span) = self.span(connection)? else { return Ok(0) };
        Ok(self.blocks(connection, span)?.iter().map(|(_, count)| count).sum())
    }

    /// The rows of a page.
    pub(super) fn page<T>(
        &self,
        connection: &Connection,
        page: &Page,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let Some(mut span) = self.span(connection)? else { return Ok(Vec::new()) };
        if let Some(after) = page.after {
            span.last = span.last.min(after.id.saturating_sub(1));
        }
        let (skip, limit) = (page.skip, u64::from(page.limit));
        let Some((span, skip)) = locate(&self.blocks(connection, span)?, span, skip, limit) else {
            return Ok(Vec::new());
        };
        self.with_values(span, limit, skip, |values| self.page.rows_of(connection, values, read))
    }

    /// The row numbers of the time asked for; `None` where there is none.
    fn span(&self, connection: &Connection) -> Result<Option<Span>, StoreError> {
        let edge = |query: &'static Query, at: Option<Timestamp>, open: i64| match at {
            None => Ok(Some(open)),
            Some(at) => query.optional(connection, [moment(at)], |row| row.get(0)),
        };
        let first = edge(self.first_since, self.from, 1)?;
        let last = edge(self.last_until, self.to, i64::MAX)?;
        Ok(first.zip(last).map(|(first, last)| Span { first, last }))
    }

    /// How many rows of a span each block has, the newest block first.
    fn blocks(&self, connection: &Connection, span: Span) -> Result<Vec<(i64, u64)>, StoreError> {
        if span.first > span.last {
            return Ok(Vec::new());
        }
        let block = |row: &Row<'_>| {
            let mut cells = Cells::of(row);
            Ok((cells.take()?, cells.unsigned()?))
        };
        let mut blocks =
            self.with_values(span, 0, 0, |values| self.counts.rows_of(connection, values, block))?;
        for (block, count) in &mut blocks {
            let part = span.within(*block);
            if part != Span::of(*block) {
                *count = self.count_span(connection, part)?;
            }
        }
        Ok(blocks)
    }

    /// How many rows there are in a part of a block.
    fn count_span(&self, connection: &Connection, part: Span) -> Result<u64, StoreError> {
        let count = |row: &Row<'_>| Cells::of(row).unsigned();
        let counted =
            self.with_values(part, 0, 0, |values| self.count_span.rows_of(connection, values, count))?;
        Ok(counted.into_iter().sum())
    }

    fn with_values<R>(&self, span: Span, limit: u64, skip: u64, ask: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        let window = [span.first, span.last, whole(limit), whole(skip)];
        let window = window.iter().map(|value| value as &dyn ToSql);
        ask(&window.chain(self.filter.iter().copied()).collect::<Vec<_>>())
    }
}

impl Span {
    /// All of a block; no row has the number 0.
    fn of(block: i64) -> Self {
        let first = block * BLOCK;
        Self { first: first.max(1), last: first + (BLOCK - 1) }
    }

    /// The part of it that is in a block.
    fn within(self, block: i64) -> Self {
        let whole = Self::of(block);
        Self { first: self.first.max(whole.first), last: self.last.min(whole.last) }
    }
}

/// The blocks that hold a page, as row numbers, and how many rows of them come before it; `None` where the list is shorter.
fn locate(blocks: &[(i64, u64)], span: Span, skip: u64, limit: u64) -> Option<(Span, u64)> {
    let mut above = 0;
    let mut found: Option<(Span, u64)> = None;
    for (block, count) in blocks {
        let part = span.within(*block);
        match &mut found {
            Some((page, _)) => page.first = part.first,
            None if above + count > skip => found = Some((part, skip - above)),
            None => {}
        }
        above += count;
        if above >= skip.saturating_add(limit) {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(skip: u64, limit: u64, expected: Option<(i64, i64, u64)>) {
        // 10 rows in block 3, none in block 2, 5 in block 1, 4 in block 0.
        let blocks = [(3, 10), (1, 5), (0, 4)];
        let everything = Span { first: 1, last: i64::MAX };
        let found = locate(&blocks, everything, skip, limit);
        assert_eq!(found.map(|(span, skip)| (span.first, span.last, skip)), expected, "{skip} {limit}");
    }

    #[test]
    fn a_page_is_found_in_the_blocks_that_hold_it() {
        case(0, 10, Some((3 * BLOCK, 4 * BLOCK - 1, 0)));
        case(0, 11, Some((BLOCK, 4 * BLOCK - 1, 0)));
        case(9, 1, Some((3 * BLOCK, 4 * BLOCK - 1, 9)));
        case(10, 5, Some((BLOCK, 2 * BLOCK - 1, 0)));
        case(12, 100, Some((1, 2 * BLOCK - 1, 2)));
        case(18, 1, Some((1, BLOCK - 1, 3)));
        case(19, 1, None);
        case(u64::MAX, u64::MAX, None);
    }
}
