//! Every effective setting with where it was set.

use figment::value::{Dict, Value};
use serde::Serialize;

use crate::config::composed::{Composed, visible};

/// One setting as it is in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The key, with dots between levels.
    pub key: String,
    /// The value; of a secret only that it is hidden.
    pub value: serde_json::Value,
    /// Where it was set, as in `built in` or `environment variable ROCKET_PORT`.
    pub source: String,
}

/// The settings of a table and those below it, in the order of their keys.
pub(super) fn entries(composed: &Composed, table: &Dict, above: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, value) in table {
        let key = format!("{above}{name}");
        if let Value::Dict(_, table) = value {
            entries.extend(self::entries(composed, table, &format!("{key}.")));
        } else {
            entries.push(Entry { value: visible(&key, value), source: composed.source(value), key });
        }
    }
    entries
}
