//! Where a setting was set, in words.

use figment::{Metadata, Profile, Source};

/// The source of what nobody has set.
pub(super) const BUILT_IN: &str = "built in";

/// As in `Rocket.toml, profile release` or `environment variable ROCKET_PORT`.
pub(super) fn source(metadata: Option<&Metadata>, profile: Option<Profile>) -> String {
    match (metadata.and_then(|metadata| Some((metadata, metadata.source.as_ref()?))), profile) {
        (Some((metadata, Source::Custom(name))), _) => format!("{} {name}", metadata.name),
        (Some((_, file @ Source::File(_))), Some(profile)) => format!("{file}, profile {profile}"),
        (Some((_, file @ Source::File(_))), None) => file.to_string(),
        _ => BUILT_IN.to_owned(),
    }
}
