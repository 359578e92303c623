//! What is set and does not exist, with what was probably meant.

use figment::Source;
use figment::value::{Dict, Value};

use crate::config::composed::Composed;
use crate::config::refusal::Refusal;
use crate::config::sources;

/// Tables of the server in which any name may stand.
const OPEN_TABLES: &[&str] = &["limits"];

/// Settings that exist although nothing is built in for them.
const WITHOUT_DEFAULT: &[&str] = &["secret_key"];

/// Refuses the first key that does not exist, and tables that stand where profiles do.
pub(super) fn check(composed: &Composed) -> Result<(), Refusal> {
    let built_in = Composed::of(sources::built_in())?;
    for profile in composed.figment.profiles() {
        let table = profile.as_str().as_str();
        if built_in.find(table).is_some() {
            return Err(Refusal(format!("[{table}] is read as a profile: write [default.{table}]")));
        }
    }
    match first_unknown(composed.table(), built_in.table()) {
        Some(unknown) => Err(unknown.refusal(composed)),
        None => Ok(()),
    }
}

/// A key that is set and does not exist.
struct Unknown<'v> {
    path: Vec<&'v str>,
    value: &'v Value,
    /// The key beside it that looks most like it.
    meant: Option<String>,
}

fn first_unknown<'v>(set: &'v Dict, known: &Dict) -> Option<Unknown<'v>> {
    set.iter().find_map(|(key, value)| match (known.get(key), value) {
        (None, _) if WITHOUT_DEFAULT.contains(&&**key) => None,
        (None, _) => Some(Unknown { path: vec![key], value, meant: nearest(key, known.keys()) }),
        (Some(_), _) if OPEN_TABLES.contains(&&**key) => None,
        (Some(Value::Dict(_, known)), Value::Dict(_, set)) => {
            let mut unknown = first_unknown(set, known)?;
            unknown.path.insert(0, key);
            Some(unknown)
        }
        // A table where a value belongs, or the reverse, is found when the value is read.
        _ => None,
    })
}

impl Unknown<'_> {
    fn refusal(&self, composed: &Composed) -> Refusal {
        let mut line = format!("unknown setting {}", composed.described(&self.path.join(".")));
        if let Some(meant) = &self.meant {
            line.push_str("; did you mean ");
            line.push_str(&self.as_written(composed, meant));
            line.push('?');
        }
        Refusal(line)
    }

    /// The key that was meant, spelled as the unknown one was where it was set.
    fn as_written(&self, composed: &Composed, meant: &str) -> String {
        let key = self.path.last().copied().unwrap_or_default();
        let metadata = composed.figment.get_metadata(self.value.tag());
        if let Some(Source::Custom(name)) = metadata.and_then(|metadata| metadata.source.as_ref())
            && let Some(stem) = name.to_ascii_lowercase().strip_suffix(key)
        {
            return format!("{}{}", &name[..stem.len()], meant.to_ascii_uppercase());
        }
        let above = &self.path[..self.path.len().saturating_sub(1)];
        above.iter().copied().chain([meant]).collect::<Vec<_>>().join(".")
    }
}

/// The name that `word` is most likely a slip of, if any is near.
fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n String>) -> Option<String> {
    const NEAR: f64 = 0.8;
    let likeness = |name: &'n String| (strsim::jaro_winkler(word, name), name);
    let near = names.into_iter().map(likeness).filter(|(likeness, _)| *likeness > NEAR);
    near.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(word: &str, meant: Option<&str>) {
        let names = ["capacity", "counters", "ttl", "target", "doc", "historical", "port", "address"];
        assert_eq!(nearest(word, &names.map(str::to_owned)).as_deref(), meant);
    }

    #[test]
    fn a_slip_is_told_from_another_word() {
        case("capasity", Some("capacity"));
        case("prot", Some("port"));
        case("documentation", Some("doc"));
        case("historic", Some("historical"));
        case("adress", Some("address"));
        case("colour", None);
        case("x", None);
    }
}
