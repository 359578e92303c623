//! The shape of every list: the rows under their noun, how many there are in all, and which part this is.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::model::lists::{After, Page};

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    /// Under which name the rows stand: `claims`, `remits`, ...
    pub noun: &'static str,
    /// The rows.
    pub rows: Vec<T>,
    /// How many rows there are in all.
    pub total: u64,
    /// Which part was asked for.
    pub page: Page,
    /// Where the next part begins; `None` at the end.
    pub next: Option<After>,
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry(self.noun, &self.rows)?;
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("skip", &self.page.skip)?;
        map.serialize_entry("limit", &self.page.limit)?;
        map.serialize_entry("next", &self.next.map(|next| next.to_string()))?;
        map.end()
    }
}
