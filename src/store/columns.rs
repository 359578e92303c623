//! How values of the field become columns and columns become values again.

use std::str::FromStr;

use compact_str::{ToCompactString, format_compact};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::Text;
use crate::model::ids::{ClaimId, EpisodeId, ImportId, PayerId, PaymentId, ProviderId, RemittanceId};
use crate::model::quantity::Quantity;
use crate::money::Cents;

macro_rules! whole_number_column {
    ($($type:ty),+ $(,)?) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
                Ok(self.get().into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self::new)
            }
        }
    )+};
}

whole_number_column!(
    Cents,
    Quantity,
    ClaimId,
    EpisodeId,
    ImportId,
    PayerId,
    PaymentId,
    ProviderId,
    RemittanceId
);

/// A short text on its way into or out of a column; 24 bytes, as most are, need no allocation.
#[derive(Debug, Clone)]
pub(super) struct Column(Text);

impl ToSql for Column {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        self.0.as_str().to_sql()
    }
}

impl FromSql for Column {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(|text| Self(text.into()))
    }
}

/// A date as `YYYY-MM-DD`.
pub(super) fn day(date: Date) -> Column {
    Column(date.to_compact_string())
}

/// A date that may be missing.
pub(super) fn some_day(date: Option<Date>) -> Option<Column> {
    date.map(day)
}

/// A moment as ISO 8601 in UTC with milliseconds, always 24 characters, so that it sorts as text.
pub(super) fn moment(at: Timestamp) -> Column {
    Column(format_compact!("{at:.3}"))
}

/// A text that may be missing; an empty one says no more than a missing one.
pub(super) fn some(text: Option<&Text>) -> Option<&str> {
    text.map(Text::as_str).filter(|text| !text.is_empty())
}

/// Several codes in one column, joined by `:` as X12 examples write them; none is NULL.
pub(super) fn joined(codes: &[Text]) -> Option<Text> {
    let (first, rest) = codes.split_first()?;
    Some(rest.iter().fold(first.clone(), |mut all, code| {
        all.push(':');
        all.push_str(code);
        all
    }))
}

/// Diagnosis pointers in one column, joined by `:`; none is NULL.
pub(super) fn joined_pointers(pointers: &[u8]) -> Option<Text> {
    let texts: Vec<Text> = pointers.iter().map(ToCompactString::to_compact_string).collect();
    joined(&texts)
}

/// A list as JSON; an empty one is NULL.
pub(super) fn json<T: Serialize>(list: &[T]) -> serde_json::Result<Option<String>> {
    if list.is_empty() { Ok(None) } else { serde_json::to_string(list).map(Some) }
}

/// A count for an INTEGER column; what no file reaches is the largest.
pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A place in a list, counted from 1.
pub(super) fn place(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1)
}

/// Reads a row's columns in the order in which the question lists them.
pub(super) struct Cells<'row, 'statement> {
    row: &'row Row<'statement>,
    next: usize,
}

impl<'row, 'statement> Cells<'row, 'statement> {
    pub(super) fn of(row: &'row Row<'statement>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(super) fn take<T: FromSql>(&mut self) -> Result<T> {
        let column = self.next;
        self.next += 1;
        self.row.get(column)
    }

    pub(super) fn text(&mut self) -> Result<Text> {
        Ok(self.take::<Column>()?.0)
    }

    pub(super) fn some_text(&mut self) -> Result<Option<Text>> {
        Ok(self.take::<Option<Column>>()?.map(|column| column.0))
    }

    pub(super) fn some_day(&mut self) -> Result<Option<Date>> {
        self.parsed_option()
    }

    pub(super) fn moment(&mut self) -> Result<Timestamp> {
        self.parsed()
    }

    pub(super) fn some_moment(&mut self) -> Result<Option<Timestamp>> {
        self.parsed_option()
    }

    /// A value that is stored under its name: an enum, a date, a moment.
    pub(super) fn parsed<T: FromStr>(&mut self) -> Result<T> {
        self.take::<Parsed<T>>().map(|parsed| parsed.0)
    }

    pub(super) fn parsed_option<T: FromStr>(&mut self) -> Result<Option<T>> {
        Ok(self.take::<Option<Parsed<T>>>()?.map(|parsed| parsed.0))
    }

    /// Codes that [`joined`] put together.
    pub(super) fn split(&mut self) -> Result<Vec<Text>> {
        let all = self.take::<Option<Column>>()?;
        Ok(all.map_or_else(Vec::new, |all| all.0.split(':').map(Text::from).collect()))
    }

    /// Pointers that [`joined_pointers`] put together.
    pub(super) fn split_pointers(&mut self) -> Result<Vec<u8>> {
        Ok(self.split()?.iter().filter_map(|pointer| pointer.parse().ok()).collect())
    }

    /// A list that [`json`] wrote.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Result<Vec<T>> {
        let column = self.next;
        let text: Option<String> = self.take()?;
        let list = text.map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text));
        list.map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, error.into()))
    }

    /// A value that was written as JSON.
    pub(super) fn json_value<T: DeserializeOwned>(&mut self) -> Result<T> {
        let column = self.next;
        let text: String = self.take()?;
        serde_json::from_str(&text)
            .map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, error.into()))
    }

    pub(super) fn unsigned(&mut self) -> Result<u64> {
        Ok(u64::try_from(self.take::<i64>()?).unwrap_or(0))
    }
}

struct Parsed<T>(T);

impl<T: FromStr> FromSql for Parsed<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_of_one_width_so_that_they_sort_as_text() {
        let shown = |text: &str| moment(text.parse().unwrap()).0;
        assert_eq!(shown("2026-03-01T00:00:00Z"), "2026-03-01T00:00:00.000Z");
        assert_eq!(shown("2026-03-01T01:00:00.0625+01:00"), "2026-03-01T00:00:00.062Z");
        assert!(shown("2026-03-01T00:00:00Z") < shown("2026-03-01T00:00:00.001Z"));
    }

    #[test]
    fn no_codes_and_one_empty_code_are_told_apart() {
        assert_eq!(joined(&[]), None);
        assert_eq!(joined(&["".into()]).as_deref(), Some(""));
        assert_eq!(joined(&["25".into(), "59".into()]).as_deref(), Some("25:59"));
        assert_eq!(joined_pointers(&[1, 12]).as_deref(), Some("1:12"));
    }
}
