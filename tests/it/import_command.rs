//! `marb import` as a process: what it says of each file, once and again.

#![expect(clippy::unwrap_used, reason = "output that is no JSON fails the test")]

use serde_json::Value;

use crate::fixtures::{ANSWERS, CLAIMS};
use crate::marb::Folder;

fn folder() -> Folder {
    Folder::new().with("in/a.837", CLAIMS).with("in/b.835", ANSWERS)
}

#[track_caller]
fn objects(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_file_is_told_as_a_check_tells_it_with_what_was_stored() {
    let folder = folder();
    let imported = folder.run(["import", "in", "--json"]);
    let checked = folder.run(["check", "in", "--json"]);
    let (imported, checked) = (objects(imported.done()), objects(checked.done()));
    assert_eq!(imported.len(), 2);
    for (imported, checked) in imported.iter().zip(&checked) {
        for key in ["sha256", "bytes", "kind", "interchanges", "claims", "remittances", "payments"] {
            assert_eq!(imported[key], checked[key], "{key}");
        }
        assert_eq!(imported["import"]["state"], "done");
    }
    assert_eq!(imported[0]["import"]["claims_stored"], checked[0]["claims"]["count"]);
    assert_eq!(imported[1]["import"]["remittances_stored"], checked[1]["remittances"]["count"]);
    assert!(imported[1]["import"]["episodes_linked"].as_u64() > Some(0));
}

#[test]
fn the_same_files_again_change_nothing_and_are_no_failure() {
    let folder = folder();
    let first = objects(folder.run(["import", "in", "--json"]).done());
    for (first, again) in first.iter().zip(objects(folder.run(["import", "in", "--json"]).done())) {
        assert_eq!(again["import"]["state"], "duplicate");
        assert_eq!(again["import"]["duplicate_of"], first["import"]["task_id"]);
        assert_eq!(again["import"]["claims_stored"], 0);
    }
}

#[test]
fn what_cannot_be_imported_is_named_and_the_others_are_imported() {
    let folder = folder().with("letter.txt", "dear payer");
    let run = folder.run(["import", "letter.txt", "nowhere", "in/a.837", "--json"]);
    assert_eq!(run.code, Some(1));
    let lines: Vec<_> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.stderr);
    assert!(lines[0].starts_with("marb: letter.txt"), "{}", lines[0]);
    assert_eq!(lines[1], "marb: there is no file or folder nowhere");
    assert_eq!(objects(&run.stdout).len(), 1);
}

#[test]
fn a_person_who_imports_is_not_told_which_questions_were_slow() {
    let slow = [("MARB_STORE__SLOW_QUERY_MS", "0")];
    assert_eq!(folder().run_with(["import", "in"], &slow).stderr, "");
    let run = folder().run_with(["import", "in"], &[slow[0], ("MARB_LOG_LEVEL", "debug")]);
    assert!(run.stderr.contains("slow query"), "{}", run.stderr);
}

#[test]
fn standard_input_is_imported() {
    let folder = folder();
    let run = folder.run_reading(["import", "-", "--json"], &folder.path().join("in/a.837"));
    assert_eq!(objects(run.done())[0]["kind"], "837");
}

#[test]
fn a_database_elsewhere_is_used_when_it_is_named() {
    let folder = folder();
    folder.run(["import", "in", "--database", "other/practice.db"]).done();
    assert!(folder.path().join("other/practice.db").exists());
    assert!(!folder.path().join("marb-data").exists());
}
