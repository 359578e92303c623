//! What `--json` prints is what `docs/bench.schema.json` says, and no member goes without a description there.
//!
//! A small reader of JSON Schema (draft 2020-12) that knows the keywords that this schema uses and no others.

#![expect(clippy::panic, reason = "a schema that cannot be read fails the test")]

use std::fs;

use serde_json::Value;

use crate::app::App;
use crate::fixtures::CLAIMS;
use crate::marb::Folder;

use super::{bench, json};

/// A schema and what is wrong by it.
struct Check {
    root: Value,
    problems: Vec<String>,
}

impl Check {
    /// Holds a value at a place against a schema; gives the members that the schema describes.
    fn value(&mut self, schema: &Value, value: &Value, place: &str) -> Vec<String> {
        let mut described = Vec::new();
        for (keyword, rule) in schema.as_object().unwrap() {
            match keyword.as_str() {
                "$schema" | "$id" | "$defs" | "$comment" | "title" | "description" => {}
                "$ref" => {
                    let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    let target = self.root.pointer(path).unwrap().clone();
                    described.extend(self.value(&target, value, place));
                }
                "allOf" => {
                    for part in rule.as_array().unwrap() {
                        described.extend(self.value(part, value, place));
                    }
                }
                "oneOf" => described.extend(self.one_of(rule.as_array().unwrap(), value, place)),
                "type" => self.is(types(rule).any(|name| has_type(value, name)), place, keyword, value),
                "const" => self.is(rule == value, place, keyword, value),
                "enum" => self.is(rule.as_array().unwrap().contains(value), place, keyword, value),
                "minimum" => {
                    let holds = value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap());
                    self.is(holds, place, keyword, value);
                }
                "maximum" => {
                    let holds = value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap());
                    self.is(holds, place, keyword, value);
                }
                "required" => {
                    for name in rule.as_array().unwrap() {
                        self.is(
                            value.get(name.as_str().unwrap()).is_some(),
                            place,
                            &format!("{name}"),
                            value,
                        );
                    }
                }
                "properties" => {
                    for (name, schema) in rule.as_object().unwrap() {
                        described.push(name.clone());
                        if let Some(member) = value.get(name) {
                            self.whole(schema, member, &format!("{place}/{name}"));
                        }
                    }
                }
                "additionalProperties" => {
                    for (name, member) in value.as_object().into_iter().flatten() {
                        described.push(name.clone());
                        self.whole(rule, member, &format!("{place}/{name}"));
                    }
                }
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.whole(rule, item, &format!("{place}/{number}"));
                    }
                }
                other => panic!("this reader does not know {other}"),
            }
        }
        described
    }

    /// As [`Check::value`], of a value that no other schema describes: all of its members have to be described.
    fn whole(&mut self, schema: &Value, value: &Value, place: &str) {
        let described = self.value(schema, value, place);
        for name in value.as_object().into_iter().flat_map(|object| object.keys()) {
            if !described.contains(name) {
                self.problems.push(format!("{place}/{name} is not described"));
            }
        }
    }

    fn one_of(&mut self, schemas: &[Value], value: &Value, place: &str) -> Vec<String> {
        let mut fitting = Vec::new();
        let mut problems = Vec::new();
        for schema in schemas {
            let mut check = Self { root: self.root.clone(), problems: Vec::new() };
            let described = check.value(schema, value, place);
            if check.problems.is_empty() {
                fitting.push(described);
            }
            problems.extend(check.problems);
        }
        if fitting.len() != 1 {
            self.problems.push(format!("{place} fits {} of {}: {problems:?}", fitting.len(), schemas.len()));
        }
        fitting.concat()
    }

    fn is(&mut self, holds: bool, place: &str, keyword: &str, value: &Value) {
        if !holds {
            self.problems.push(format!("{place}: {keyword} does not hold of {value}"));
        }
    }
}

fn types(rule: &Value) -> impl Iterator<Item = &str> {
    let several = rule.as_array().into_iter().flatten();
    several.chain(rule.is_string().then_some(rule)).map(|name| name.as_str().unwrap())
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("there is no type {other}"),
    }
}

fn problems(value: &Value) -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/bench.schema.json");
    let root: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut check = Check { root: root.clone(), problems: Vec::new() };
    check.whole(&root, value, "");
    check.problems
}

#[track_caller]
fn fits(report: &Value, kind: &str) {
    assert_eq!((&report["kind"], &report["version"]), (&kind.into(), &1.into()));
    assert_eq!(problems(report), Vec::<String>::new(), "{report}");
}

#[test]
fn a_run_a_comparison_and_a_ramp_are_as_the_schema_says() {
    let app = App::holding(&[CLAIMS]);
    let asked = ["--json", "--endpoints", "/api/v1/claims/1", "/api/v1/nothing"];
    let save = ["--requests", "5", "--save", "run.json"];
    let closed = json(&bench(&app, &[&asked[..], &save].concat()));
    fits(&closed, "run");
    let saved = fs::read_to_string(app.folder().path().join("run.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&saved).unwrap(), closed);

    // However much faster or slower: the report is printed first.
    let compared = bench(&app, &[&asked[..], &["--requests", "5", "--compare", "run.json"]].concat());
    let compared: Value = serde_json::from_str(&compared.stdout).unwrap();
    assert!(compared["comparison"]["figures"].is_array());
    fits(&compared, "run");

    let open = ["--rate", "100", "--duration", "100ms", "--repeat", "2"];
    fits(&json(&bench(&app, &[&asked[..], &open].concat())), "run");
    let ramp = ["--ramp", "--duration", "100ms", "--until", "p99>1ns"];
    fits(&json(&bench(&app, &[&asked[..], &ramp].concat())), "ramp");
}

#[test]
fn a_sweep_is_as_the_schema_says_and_has_a_run_for_each_size() {
    let arguments = ["bench", "--self", "--sweep", "claims=10,20", "--requests", "5", "--json"];
    let report = json(&Folder::new().run(arguments));
    fits(&report, "sweep");
    let sizes = report["sizes"].as_array().unwrap();
    let claims: Vec<_> =
        sizes.iter().map(|size| (&size["claims"], &size["report"]["load"]["claims"])).collect();
    assert_eq!(claims, [(&10.into(), &10.into()), (&20.into(), &20.into())]);
    assert!(sizes.iter().all(|size| size["report"]["server"]["throw_away"] == true), "{report}");
}

#[test]
fn what_the_schema_does_not_say_is_found() {
    let app = App::start();
    let report = json(&bench(&app, &["--requests", "1", "--endpoints", "/api/v1/health", "--json"]));
    for (place, value) in [
        ("/total/requests", "-1"),
        ("/total/requests", "\"1\""),
        ("/total/more", "1"),
        ("/load", "{}"),
        ("/kind", "\"walk\""),
    ] {
        let mut report = report.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = report.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.insert(name.to_owned(), serde_json::from_str(value).unwrap());
        assert!(!problems(&report).is_empty(), "{place}: {value}");
    }
}
