//! The sources laid over each other: what is in force, and where each value came from.

use std::collections::BTreeSet;

use figment::value::{Dict, Value};
use figment::{Figment, Provider};
use serde::de::IgnoredAny;

use crate::config::keys::is_secret;
use crate::config::refusal::Refusal;
use crate::config::source::{BUILT_IN, source};

/// All settings in force.
pub(super) struct Composed {
    pub(super) figment: Figment,
    pub(super) root: Value,
}

impl Composed {
    /// The selected profile over the default one, the environment and flags over both.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub(super) fn of(figment: Figment) -> Result<Self, Refusal> {
        // Tells which source it is that cannot be read.
        figment.extract::<IgnoredAny>()?;
        let profiles = figment.data()?;
        let keys: BTreeSet<String> = profiles.into_values().flat_map(Dict::into_keys).collect();
        let in_force = keys.into_iter().filter_map(|key| Some((key.clone(), figment.find_value(&key).ok()?)));
        let root = Value::from(in_force.collect::<Dict>());
        Ok(Self { figment, root })
    }

    /// The table of all settings.
    pub(super) fn table(&self) -> &Dict {
        static NOTHING: Dict = Dict::new();
        self.root.as_dict().unwrap_or(&NOTHING)
    }

    /// What a key is set to.
    pub(super) fn find(&self, key: &str) -> Option<&Value> {
        self.root.find_ref(key)
    }

    /// Where a value was set.
    pub(super) fn source(&self, value: &Value) -> String {
        // A tag knows the profiles of Rocket's making by name; of others only the selected one is in force.
        let profile = value.tag().profile().unwrap_or_else(|| self.figment.profile().clone());
        source(self.figment.get_metadata(value.tag()), Some(profile))
    }

    /// The key, its value and where it was set.
    pub(super) fn described(&self, key: &str) -> String {
        match self.find(key) {
            Some(value) => format!("{key} = {} ({})", visible(key, value), self.source(value)),
            None => format!("{key} ({BUILT_IN})"),
        }
    }

    /// Whether nobody has set the key.
    pub(super) fn is_built_in(&self, key: &str) -> bool {
        self.find(key).is_none_or(|value| self.source(value) == BUILT_IN)
    }
}

/// The value as it may be shown.
pub(super) fn visible(key: &str, value: &Value) -> serde_json::Value {
    let hidden = || serde_json::Value::from("(hidden)");
    if is_secret(key) { hidden() } else { serde_json::to_value(value).unwrap_or_else(|_| hidden()) }
}
