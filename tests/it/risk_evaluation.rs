//! `marb risk evaluate` and the same over HTTP: how good the estimates are, and what they say where little was seen.

#![expect(clippy::unwrap_used, reason = "an arrangement that fails fails the test")]

use std::fs;
use std::path::Path;
use std::thread;

use insta::assert_snapshot;
use serde_json::Value;

use crate::answer::shown;
use crate::app::App;
use crate::marb::Folder;

/// A folder with a database of so many sampled claims and their answers.
fn sampled(claims: u32) -> Folder {
    let folder = Folder::new();
    sampled_into(&folder, claims);
    folder
}

/// Adds so many sampled claims and their answers to the database of a folder, each kind in one file.
pub(crate) fn sampled_into(folder: &Folder, claims: u32) {
    let mut files = [("claims.837", Vec::new()), ("answers.835", Vec::new())];
    if claims > 0 {
        let claims = claims.to_string();
        let sample =
            ["sample", "--claims", &claims, "--seed", "4", "--scenario", "planted", "--out", "sample"];
        folder.run(sample).done();
        let mut written: Vec<_> =
            fs::read_dir(folder.path().join("sample")).unwrap().map(|entry| entry.unwrap().path()).collect();
        written.sort();
        for path in written {
            let of_kind = |(name, _): &&mut (&str, Vec<u8>)| path.extension() == Path::new(name).extension();
            if let Some((_, content)) = files.iter_mut().find(of_kind) {
                content.extend(fs::read(&path).unwrap());
            }
        }
    }
    for (name, content) in &files {
        folder.write(name, content);
    }
    // Empty files are refused, and leave a database without claims.
    folder.run(["import", "claims.837", "answers.835"]);
}

fn evaluated(folder: &Folder) -> Value {
    serde_json::from_str(folder.run(["risk", "evaluate", "--json"]).done()).unwrap()
}

fn number(of: &Value, pointer: &str) -> f64 {
    of.pointer(pointer).and_then(Value::as_f64).unwrap()
}

#[test]
fn what_was_learned_beats_the_payers_rate_and_the_rules_and_http_tells_the_same() {
    let folder = sampled(1_500);
    let printed = folder.run(["risk", "evaluate", "--json"]);
    assert_snapshot!("risk_evaluation", shown(printed.done()));
    let evaluation: Value = serde_json::from_str(printed.done()).unwrap();
    for baseline in ["payer_rate", "rules"] {
        let of = |figure: &str| number(&evaluation, &format!("/baselines/{baseline}/{figure}"));
        assert!(number(&evaluation, "/auc") > of("auc") + 0.1, "{baseline}");
        assert!(number(&evaluation, "/brier") < of("brier"), "{baseline}");
    }
    let tested = number(&evaluation, "/tested_on/lines");
    let steps = evaluation["calibration"].as_array().unwrap();
    assert!((steps.iter().map(|step| number(step, "/lines")).sum::<f64>() - tested).abs() < 0.5);

    let table = folder.run(["risk", "evaluate"]);
    for words in ["learned from", "payer's rate alone", "rules alone", "riskiest 10 %"] {
        assert!(table.done().contains(words), "{}", table.stdout);
    }

    let app = App::over(folder);
    assert_eq!(app.get("/api/v1/risk/evaluation").ok(), evaluation);
}

#[test]
fn however_many_ask_it_is_found_out_once_until_answers_change() {
    let app = App::over(sampled(200));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| app.get("/api/v1/risk/evaluation").ok());
        }
    });
    let stats = app.get("/api/v1/cache/stats").ok();
    assert_eq!(stats["by_type"]["risk_evaluation"]["loads"], 1, "{stats}");
}

#[test]
fn where_little_was_seen_it_says_so_instead_of_telling_figures_alone() {
    let nothing = evaluated(&sampled(0));
    assert_eq!(nothing["tested_on"]["lines"], 0);
    assert!(nothing["auc"].is_null() && nothing["brier"].is_null() && nothing["claims"]["auc"].is_null());
    assert!(nothing["notes"][0].as_str().unwrap().starts_with("No payer has answered a claim yet"));
    for claims in [1, 10, 200] {
        let few = evaluated(&sampled(claims));
        let notes: Vec<&str> =
            few["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
        assert!(notes.iter().any(|note| note.contains("mostly chance")), "{claims}: {notes:?}");
        let words =
            if claims == 1 { "nothing to learn from" } else { "the rates of payers and procedures alone" };
        assert!(notes.iter().any(|note| note.contains(words)), "{claims}: {notes:?}");
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = Folder::new();
    let run = folder.run(["risk", "evaluate"]);
    assert!(run.only_line(1).contains("there is no database"), "{}", run.stderr);
    assert!(!folder.path().join("marb-data").exists());
}
