//! Settings from every source: which wins, and how a wrong one is refused.

#![expect(clippy::unwrap_used, reason = "a listing without the setting fails the test")]

use serde_json::Value;

use crate::marb::Folder;

/// The value and the source of a setting in force.
#[track_caller]
fn in_force(folder: &Folder, variables: &[(&str, &str)], key: &str) -> (String, String) {
    let run = folder.run_with(["config", "--json"], variables);
    let listing: Value = serde_json::from_str(run.done()).unwrap();
    let settings = listing["settings"].as_array().unwrap();
    let setting = settings.iter().find(|setting| setting["key"] == key).unwrap();
    (setting["value"].to_string(), setting["source"].as_str().unwrap().to_owned())
}

#[track_caller]
fn refused(folder: &Folder, variables: &[(&str, &str)], line: &str) {
    assert_eq!(folder.run_with(["config"], variables).only_line(2), format!("marb: {line}"));
}

#[track_caller]
fn refused_variable(name: &str, value: &str, line: &str) {
    refused(&Folder::new(), &[(name, value)], line);
}

#[test]
fn everything_has_a_default_when_no_file_stands_beside() {
    let folder = Folder::new();
    for (key, value) in [
        ("address", "\"127.0.0.1\""),
        ("port", "8000"),
        ("database", "\"marb-data/marb.db\""),
        ("allow_network_without_sign_in", "false"),
        ("max_upload_size", "1073741824"),
    ] {
        assert_eq!(in_force(&folder, &[], key), (value.to_owned(), "built in".to_owned()), "{key}");
    }
}

#[test]
fn later_sources_win() {
    let file = "[default]\nport = 8001\n[own]\nport = 8002\n";
    let folder = Folder::new().with("Rocket.toml", file);
    let port = |variables: &[(&str, &str)]| in_force(&folder, variables, "port");
    assert_eq!(port(&[]), ("8001".into(), "Rocket.toml, profile default".into()));
    assert_eq!(port(&[("ROCKET_PROFILE", "own")]), ("8002".into(), "Rocket.toml, profile own".into()));
    let environment = [("ROCKET_PROFILE", "own"), ("ROCKET_PORT", "8003")];
    assert_eq!(port(&environment), ("8003".into(), "environment variable ROCKET_PORT".into()));
}

#[test]
fn the_names_of_the_earlier_system_work_as_they_stand() {
    let folder = Folder::new();
    for (name, key) in [
        ("CACHE_TTL_RISK_SCORE", "cache.ttl.risk_score"),
        ("CACHE_TTL_CLAIM", "cache.ttl.claim"),
        ("CACHE_TTL_PAYER", "cache.ttl.payer"),
        ("CACHE_TTL_REMITTANCE", "cache.ttl.remittance"),
        ("CACHE_TTL_EPISODE", "cache.ttl.episode"),
        ("CACHE_TTL_PROVIDER", "cache.ttl.provider"),
        ("CACHE_TTL_PRACTICE_CONFIG", "cache.ttl.practice_config"),
        ("CACHE_TTL_COUNT", "cache.ttl.count"),
        ("CACHE_TTL_PAYER_PATTERNS", "cache.ttl.payer_patterns"),
        ("CACHE_TTL_PATTERN_ANALYSIS", "cache.ttl.pattern_analysis"),
        ("CACHE_TTL_RISK_EVALUATION", "cache.ttl.risk_evaluation"),
    ] {
        let source = format!("environment variable {name}");
        assert_eq!(in_force(&folder, &[(name, "7")], key), ("7".into(), source));
    }
    let weights = [
        ("RISK_WEIGHT_PAYER", "0.1"),
        ("RISK_WEIGHT_CODING", "0.3"),
        ("RISK_WEIGHT_DOC", "0.25"),
        ("RISK_WEIGHT_HISTORICAL", "0.05"),
        ("RISK_WEIGHT_PATTERN", "0.3"),
    ];
    for (name, value) in weights {
        let key = format!("risk.weights.{}", name.trim_start_matches("RISK_WEIGHT_").to_lowercase());
        assert_eq!(in_force(&folder, &weights, &key), (value.into(), format!("environment variable {name}")));
    }
}

#[test]
fn levels_of_a_variable_are_parted_by_two_underscores() {
    let (value, _) =
        in_force(&Folder::new(), &[("MARB_CACHE__TTL__RISK_SCORE", "9")], "cache.ttl.risk_score");
    assert_eq!(value, "9");
}

#[test]
fn a_secret_is_never_shown() {
    let run = Folder::new().run_with(["config"], &[("ROCKET_SECRET_KEY", "hush")]);
    assert!(run.done().contains("secret_key"));
    assert!(!run.stdout.contains("hush"));
}

#[test]
fn a_value_that_does_not_parse_is_named_with_its_place() {
    refused_variable(
        "CACHE_TTL_CLAIM",
        "soon",
        "cache.ttl.claim = \"soon\" (environment variable CACHE_TTL_CLAIM): expected a whole number from 0",
    );
    refused_variable(
        "ROCKET_PORT",
        "70000",
        "port = 70000 (environment variable ROCKET_PORT): expected a whole number from 0 to 65535",
    );
    refused_variable(
        "ROCKET_ADDRESS",
        "localhost",
        "address = \"localhost\" (environment variable ROCKET_ADDRESS): expected an IP address, as in 127.0.0.1",
    );
    refused_variable(
        "MARB_DENIAL__NOT_DENIAL_REASONS",
        "[45]",
        "denial.not_denial_reasons = [45] (environment variable MARB_DENIAL__NOT_DENIAL_REASONS): \
         expected a text in quotation marks",
    );
    refused_variable(
        "ROCKET_WORKERS",
        "0",
        "workers = 0 (environment variable ROCKET_WORKERS): expected a whole number from 1",
    );
    let file = Folder::new().with("Rocket.toml", "[default]\nlog_level = \"loud\"\n");
    refused(
        &file,
        &[],
        "log_level = \"loud\" (Rocket.toml, profile default): \
         expected one of off, error, critical, warn, info, normal, debug, trace",
    );
}

#[test]
fn weights_that_do_not_add_up_to_one_are_named() {
    refused_variable(
        "RISK_WEIGHT_PAYER",
        "0.5",
        "risk.weights.payer = 0.5 (environment variable RISK_WEIGHT_PAYER): \
         the five weights add up to 1.3000, expected 1",
    );
}

#[test]
fn an_unknown_key_of_ours_is_named_with_the_one_that_was_meant() {
    refused_variable(
        "CACHE_TTL_CLAM",
        "60",
        "unknown setting cache.ttl.clam = 60 (environment variable CACHE_TTL_CLAM); \
         did you mean CACHE_TTL_CLAIM?",
    );
    refused_variable(
        "CACHE_TLL_CLAIM",
        "60",
        "unknown setting CACHE_TLL_CLAIM = \"60\" (environment); did you mean CACHE_TTL_CLAIM?",
    );
    refused_variable(
        "MARB_COLOUR",
        "red",
        "unknown setting colour = \"red\" (environment variable MARB_COLOUR)",
    );
    let file = Folder::new().with("Rocket.toml", "[default.cache]\ncapasity = 1\n");
    refused(
        &file,
        &[],
        "unknown setting cache.capasity = 1 (Rocket.toml, profile default); did you mean cache.capacity?",
    );
}

#[test]
fn a_table_without_its_profile_is_refused_rather_than_passed_over() {
    let file = Folder::new().with("Rocket.toml", "[cache]\ncapacity = 1\n");
    refused(&file, &[], "[cache] is read as a profile: write [default.cache]");
}

#[test]
fn a_file_that_is_no_toml_or_is_not_there_is_named() {
    let file = Folder::new().with("Rocket.toml", "[default\nport = 1\n");
    let run = file.run(["config"]);
    let line = run.only_line(2);
    assert!(line.starts_with("marb: Rocket.toml: TOML parse error at line 1"), "{line}");
    refused_variable(
        "ROCKET_CONFIG",
        "other.toml",
        "ROCKET_CONFIG = \"other.toml\" (environment): there is no such file",
    );
}
