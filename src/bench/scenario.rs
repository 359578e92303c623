//! Named mixes of requests: those that are built in, and files of the same form.

use hyper::Method;
use serde::Deserialize;

/// A mix of requests.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it stands for, in a sentence.
    pub description: String,
    /// Whether it changes the target's data.
    #[serde(default)]
    pub writes: bool,
    /// At most so many ids of a kind are asked for, the newest.
    #[serde(default = "usual_ids")]
    pub ids: usize,
    /// The exponent s of Zipf's law: the kth newest is asked for 1 / k^s times as often as the newest.
    #[serde(default = "usual_zipf")]
    pub zipf: f64,
    /// The requests.
    #[serde(rename = "request")]
    pub requests: Vec<Entry>,
}

/// A kind of request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The path, in which one id may stand for those that exist: `/api/v1/claims/{claim}`.
    pub path: String,
    /// How often it is asked, beside the others.
    pub weight: f64,
    /// How the id is chosen.
    #[serde(default)]
    pub draw: Draw,
    /// It is a POST that uploads synthetic files of this kind, each another one.
    pub upload: Option<Upload>,
}

/// How an id is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// By Zipf's law: few are asked for often, many seldom.
    #[default]
    Zipf,
    /// One after the other, so that none comes twice until all have come.
    InTurn,
}

/// What is uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upload {
    /// 837 files.
    Claims,
    /// 835 files.
    Remittances,
}

/// What an id is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// `{claim}`
    Claim,
    /// `{remittance}`
    Remittance,
    /// `{episode}`
    Episode,
    /// `{payer}`
    Payer,
    /// `{provider}`
    Provider,
}

/// Why a scenario cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadScenario {
    /// It cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// It can be read and cannot be meant.
    #[error("{0}")]
    Unusable(String),
}

const fn usual_ids() -> usize {
    10_000
}

const fn usual_zipf() -> f64 {
    1.0
}

/// The scenarios that are built in.
const BUILT_IN: [(&str, &str); 5] = [
    ("practice-day", include_str!("../../bench/scenarios/practice-day.toml")),
    ("cached-reads", include_str!("../../bench/scenarios/cached-reads.toml")),
    ("cold-reads", include_str!("../../bench/scenarios/cold-reads.toml")),
    ("lists", include_str!("../../bench/scenarios/lists.toml")),
    ("import-while-reading", include_str!("../../bench/scenarios/import-while-reading.toml")),
];

/// The names of the scenarios that are built in.
#[must_use]
pub fn names() -> [&'static str; BUILT_IN.len()] {
    BUILT_IN.map(|(name, _)| name)
}

/// The text of a scenario that is built in.
#[must_use]
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
}

impl Noun {
    const ALL: [Self; 5] = [Self::Claim, Self::Remittance, Self::Episode, Self::Payer, Self::Provider];

    /// What stands in a path in the place of the id.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Claim => "{claim}",
            Self::Remittance => "{remittance}",
            Self::Episode => "{episode}",
            Self::Payer => "{payer}",
            Self::Provider => "{provider}",
        }
    }

    /// The list that names the ids.
    #[must_use]
    pub const fn list(self) -> &'static str {
        match self {
            Self::Claim => "claims",
            Self::Remittance => "remits",
            Self::Episode => "episodes",
            Self::Payer => "payers",
            Self::Provider => "providers",
        }
    }
}

impl Entry {
    /// What the id in its path is of, if there is one.
    #[must_use]
    pub fn noun(&self) -> Option<Noun> {
        Noun::ALL.into_iter().find(|noun| self.path.contains(noun.placeholder()))
    }

    /// How it is asked.
    #[must_use]
    pub const fn method(&self) -> Method {
        if self.upload.is_some() { Method::POST } else { Method::GET }
    }

    fn problem(&self) -> Option<String> {
        let Self { path, weight, .. } = self;
        if !path.starts_with('/') {
            return Some(format!("path {path:?}: it begins with /"));
        }
        if !weight.is_finite() || *weight <= 0.0 {
            return Some(format!("path {path:?}: its weight is {weight}, and has to be above 0"));
        }
        let rest = match self.noun() {
            Some(noun) => path.replacen(noun.placeholder(), "", 1),
            None => path.clone(),
        };
        let names = || Noun::ALL.map(Noun::placeholder).join(", ");
        rest.contains(['{', '}']).then(|| format!("path {path:?}: one of {} may stand in it, once", names()))
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// What is wrong with it and where.
    pub fn read(text: &str) -> Result<Self, BadScenario> {
        let scenario: Self = toml::from_str(text).map_err(|error| malformed(text, &error))?;
        let unusable = |why: String| Err(BadScenario::Unusable(why));
        if let Some(problem) = scenario.requests.iter().find_map(Entry::problem) {
            return unusable(problem);
        }
        if scenario.requests.is_empty() || u16::try_from(scenario.requests.len()).is_err() {
            return unusable("it has no [[request]]".to_owned());
        }
        if scenario.ids == 0 || !scenario.zipf.is_finite() || scenario.zipf < 0.0 {
            return unusable("ids is a whole number from 1, zipf a number from 0".to_owned());
        }
        if !scenario.writes && scenario.requests.iter().any(|entry| entry.upload.is_some()) {
            return unusable("it uploads files: it has to say writes = true".to_owned());
        }
        Ok(scenario)
    }
}

/// One line: where, and what is wrong.
fn malformed(text: &str, error: &toml::de::Error) -> BadScenario {
    let why = error.message().trim().replace('\n', " ");
    BadScenario::Malformed(match error.span() {
        Some(span) => format!("line {}: {why}", text[..span.start.min(text.len())].matches('\n').count() + 1),
        None => why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_built_in_can_be_read() {
        for name in names() {
            let scenario = Scenario::read(built_in(name).unwrap()).unwrap();
            assert!(!scenario.description.is_empty(), "{name}");
            assert_eq!(scenario.writes, name == "import-while-reading", "{name}");
        }
        assert_eq!(built_in("nothing"), None);
    }

    #[track_caller]
    fn refused(more: &str, expected: &str) {
        let text = format!("description = \"A test\"\n{more}");
        assert_eq!(Scenario::read(&text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        refused(
            "[[request]]\npath = \"/a\"\nwieght = 1\n",
            "line 4: unknown field `wieght`, expected one of `path`, `weight`, `draw`, `upload`",
        );
        refused("", "line 1: missing field `request`");
        refused("request = []", "it has no [[request]]");
        refused("[[request]]\npath = \"a\"\nweight = 1", "path \"a\": it begins with /");
        refused(
            "[[request]]\npath = \"/a\"\nweight = 0",
            "path \"/a\": its weight is 0, and has to be above 0",
        );
        refused(
            "[[request]]\npath = \"/{id}\"\nweight = 1",
            "path \"/{id}\": one of {claim}, {remittance}, {episode}, {payer}, {provider} may stand in it, once",
        );
        refused(
            "[[request]]\npath = \"/a\"\nweight = 1\nupload = \"claims\"",
            "it uploads files: it has to say writes = true",
        );
    }

    #[test]
    fn a_path_may_name_an_id() {
        let text = "description = \"\"\n[[request]]\npath = \"/api/v1/risk/{claim}\"\nweight = 2\n";
        let scenario = Scenario::read(text).unwrap();
        assert_eq!(scenario.requests[0].noun(), Some(Noun::Claim));
        assert_eq!((scenario.ids, scenario.zipf), (10_000, 1.0));
    }
}
