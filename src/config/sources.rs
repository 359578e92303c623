//! Where settings come from, later ones winning: defaults, `Rocket.toml`, the environment, flags.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::config::keys::Keys;
use crate::config::refusal::Refusal;
use crate::web::settings::{AccessSettings, ServerSettings};

/// What the command line sets.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--database`
    pub database: Option<PathBuf>,
    /// `--address`
    pub address: Option<IpAddr>,
    /// `--port`
    pub port: Option<u16>,
}

/// The environment: names and values.
#[derive(Debug, Clone, Default)]
pub struct Variables(Vec<(String, String)>);

/// Names the file that is read in the place of `Rocket.toml`.
const FILE: &str = "ROCKET_CONFIG";

/// Names the profile.
const PROFILE: &str = "ROCKET_PROFILE";

/// Variables that begin like settings and are none.
const NO_SETTINGS: &[&str] = &[FILE, PROFILE, "ROCKET_CODEGEN_DEBUG"];

/// Variables that begin alike.
struct Family {
    prefix: &'static str,
    /// The key that the rest of the name stands under, with the dot after it.
    under: &'static str,
    /// What stands between levels in the rest of the name.
    between: Option<&'static str>,
}

/// Later wins.
const FAMILIES: [Family; 4] = [
    Family { prefix: "ROCKET_", under: "", between: None },
    CACHE_TTL,
    RISK_WEIGHT,
    Family { prefix: "MARB_", under: "", between: Some("__") },
];
const CACHE_TTL: Family = Family { prefix: "CACHE_TTL_", under: "cache.ttl.", between: None };
const RISK_WEIGHT: Family = Family { prefix: "RISK_WEIGHT_", under: "risk.weights.", between: None };

/// What is built in: a setting that does not stand here does not exist.
pub(super) fn built_in() -> Figment {
    Figment::from(ServerSettings::default().rocket)
        .merge(Serialized::defaults(AccessSettings::default()))
        .merge(Serialized::defaults(Keys::default()))
}

/// Every source on top of the one before.
pub(super) fn compose(variables: &Variables, flags: &Flags) -> Figment {
    let file = variables.get(FILE).unwrap_or("Rocket.toml");
    let profile = variables.get(PROFILE).unwrap_or(ServerSettings::DEFAULT_PROFILE);
    let mut figment = built_in().merge(Toml::file(Path::new(file)).nested()).select(profile);
    for one in FAMILIES.iter().flat_map(|family| variables.of(family)).chain(flags.given()) {
        figment = figment.merge(one);
    }
    figment
}

impl Variables {
    /// The environment of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the environment comes in")]
    pub fn of_process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    fn of<'v>(&'v self, family: &'v Family) -> impl Iterator<Item = One> + 'v {
        self.0.iter().filter_map(|(name, value)| {
            let key = family.key(name)?;
            let value = value.parse().unwrap_or_else(|never| match never {});
            Some(One { origin: "environment variable", name: name.clone(), key, value })
        })
    }

    /// Refuses what would be passed over in silence: a file that is not there, a name that is nearly a setting's.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if let Some(file) = self.get(FILE)
            && !Path::new(file).is_file()
        {
            return Err(Refusal(format!("{FILE} = {file:?} (environment): there is no such file")));
        }
        let names: Vec<String> = [CACHE_TTL, RISK_WEIGHT].iter().flat_map(Family::names).collect();
        for (name, value) in &self.0 {
            let known = FAMILIES.iter().any(|family| family.key(name).is_some());
            let slip = |meant: &&String| strsim::osa_distance(name, meant) <= 2;
            if !known && let Some(meant) = names.iter().find(slip) {
                let line = format!("unknown setting {name} = {value:?} (environment); did you mean {meant}?");
                return Err(Refusal(line));
            }
        }
        Ok(())
    }
}

/// What one environment variable or one flag sets.
struct One {
    origin: &'static str,
    name: String,
    key: String,
    value: Value,
}

impl Flags {
    fn given(&self) -> impl Iterator<Item = One> {
        let one = |name: &str, value: Option<Value>| {
            let (name, key) = (format!("--{name}"), name.to_owned());
            value.map(|value| One { origin: "flag", name, key, value })
        };
        let database = self.database.as_ref().map(|path| Value::from(path.to_string_lossy().into_owned()));
        let address = self.address.map(|address| Value::from(address.to_string()));
        let port = self.port.map(Value::from);
        [one("database", database), one("address", address), one("port", port)].into_iter().flatten()
    }
}

impl Provider for One {
    fn metadata(&self) -> Metadata {
        Metadata::from(self.origin, self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        Ok(Profile::Global.collect(nested.into_dict().unwrap_or_default()))
    }
}

impl Family {
    /// The key that a variable sets, if it is of this family; upper and lower case are the same.
    fn key(&self, name: &str) -> Option<String> {
        let (prefix, rest) = name.split_at_checked(self.prefix.len())?;
        if !prefix.eq_ignore_ascii_case(self.prefix) || rest.is_empty() || NO_SETTINGS.contains(&name) {
            return None;
        }
        let rest = rest.to_ascii_lowercase();
        let rest = self.between.map_or_else(|| rest.clone(), |between| rest.replace(between, "."));
        Some(format!("{}{rest}", self.under))
    }

    /// The names of its variables.
    fn names(&self) -> Vec<String> {
        let table = built_in().find_value(self.under.trim_end_matches('.')).ok().and_then(Value::into_dict);
        let name = |key: &String| format!("{}{}", self.prefix, key.to_ascii_uppercase());
        table.iter().flat_map(Dict::keys).map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(name: &str, key: Option<&str>) {
        assert_eq!(FAMILIES.iter().find_map(|family| family.key(name)).as_deref(), key);
    }

    #[test]
    fn a_variable_sets_the_key_that_its_name_says() {
        case("ROCKET_PORT", Some("port"));
        case("CACHE_TTL_RISK_SCORE", Some("cache.ttl.risk_score"));
        case("RISK_WEIGHT_DOC", Some("risk.weights.doc"));
        case("MARB_CACHE__TTL__PRACTICE_CONFIG", Some("cache.ttl.practice_config"));
        case("marb_database", Some("database"));
    }

    #[test]
    fn other_variables_are_left_alone() {
        for name in ["PATH", "MARB", "MARB_", "ROCKET_PROFILE", "ROCKET_CONFIG", "ÄÖÜ"] {
            case(name, None);
        }
    }
}
