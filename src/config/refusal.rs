//! Why a configuration is refused: one line that names the key, the value and where it was set.

use figment::error::Kind;

use crate::config::composed::Composed;
use crate::config::source::source;

/// What cannot be used, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub(super) String);

impl Refusal {
    /// A value that cannot be what its key stands for.
    pub(super) fn of_value(composed: &Composed, key: &str, problem: &str) -> Self {
        Self(format!("{}: {problem}", composed.described(key)))
    }

    /// A value that cannot be read.
    pub(super) fn of_error(composed: &Composed, error: &figment::Error) -> Self {
        // The path of what stands in a list ends with its place there.
        let mut path = error.path.as_slice();
        while let [above @ .., _] = path {
            let key = path.join(".");
            if composed.find(&key).is_some() {
                return Self::of_value(composed, &key, &expected(&error.kind));
            }
            path = above;
        }
        Self::of_source(error)
    }

    fn of_source(error: &figment::Error) -> Self {
        Self(format!("{}: {}", source(error.metadata.as_ref(), None), one_line(&expected(&error.kind))))
    }
}

/// A source that cannot be read.
impl From<figment::Error> for Refusal {
    fn from(error: figment::Error) -> Self {
        Self::of_source(&error)
    }
}

/// What should have stood there.
fn expected(kind: &Kind) -> String {
    match kind {
        Kind::InvalidType(_, expected)
        | Kind::InvalidValue(_, expected)
        | Kind::InvalidLength(_, expected) => {
            format!("expected {}", in_words(expected))
        }
        Kind::UnknownVariant(_, variants) => format!("expected one of {}", variants.join(", ")),
        Kind::Message(message) if message == "invalid IP address syntax" => {
            "expected an IP address, as in 127.0.0.1".to_owned()
        }
        other => other.to_string(),
    }
}

/// What serde calls a type, for people.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "path string" => "the path of a file",
        "byte unit string" => "a size, as in 512 MiB",
        "a string" => "a text in quotation marks",
        "a sequence" => "a list in square brackets",
        table if table.starts_with("struct ") => "a table",
        other => other,
    }
}

/// A report of several lines, as TOML's, without its picture of the place.
fn one_line(report: &str) -> String {
    let lines = report.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains('|'));
    lines.collect::<Vec<_>>().join(": ")
}
