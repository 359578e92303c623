//! `marb demo` as a process: synthetic data from the first answer on, and nothing left when it has ended.

#![expect(clippy::unwrap_used, reason = "a folder that cannot be listed fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::app::App;
use crate::marb::Folder;

/// What demos have put into their folder for throw-away folders.
pub(crate) fn throw_away(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("marb-demo-")).collect()
}

#[test]
fn it_serves_scored_claims_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let here = folder.path().to_str().unwrap().to_owned();
    let app = App::run_in(folder, &["demo", "--claims", "60"], &[("TMPDIR", &here)]);
    assert_eq!(app.get("/api/v1/claims").ok()["total"], 60);
    assert!(app.get("/api/v1/episodes").ok()["total"].as_u64() > Some(0));
    assert!(app.get("/api/v1/risk/1").ok()["overall_score"].is_number());
    assert_eq!(throw_away(app.folder().path()).len(), 1);
    let (code, folder) = app.stop("TERM");
    assert_eq!((code, throw_away(folder.path())), (Some(0), vec![]));
    assert!(!folder.path().join("marb-data").exists());
}

#[test]
fn stopped_while_it_prepares_it_leaves_nothing_behind_either() {
    let folder = Folder::new();
    let mut command = folder.command(["demo", "--claims", "1000000", "--port", "0"]);
    command.env("TMPDIR", folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while throw_away(folder.path()).is_empty() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, b"marb: stopped before the demo was ready; nothing is left of it\n");
    assert!(throw_away(folder.path()).is_empty());
}
