//! `marb serve` starting and ending; what keeps it from starting is said in one line, with nothing changed.

#![expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::app::{App, database};
use crate::marb::Folder;

/// A folder with the database of a server that was stopped.
fn with_database() -> Folder {
    let (code, folder) = App::start().stop("TERM");
    assert_eq!(code, Some(0));
    folder
}

/// The only line of a server that refuses to start; the database is as it was before.
#[track_caller]
fn refusal(folder: &Folder) -> String {
    let before = fs::read(database(folder)).unwrap();
    let run = folder.run(["serve", "--port", "0"]);
    assert!(fs::read(database(folder)).unwrap() == before, "the database was changed");
    run.only_line(1).to_owned()
}

#[test]
fn a_server_makes_its_database_and_ends_cleanly_when_told() {
    for signal in ["TERM", "INT"] {
        let (code, folder) = App::start().stop(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(database(&folder).exists());
        assert!(
            !folder.path().join("marb-data/marb.db-wal").exists(),
            "the log was not put into the database"
        );
    }
}

#[test]
fn a_port_in_use_is_named_with_the_way_out() {
    let app = App::start();
    let port = app.address().rsplit(':').next().unwrap();
    let line =
        format!("marb: port {port} is in use: stop the program that uses it, or choose another with --port");
    assert_eq!(Folder::new().run(["serve", "--port", port]).only_line(1), line);
}

#[test]
fn a_database_that_another_marb_serves_is_left_to_it() {
    let app = App::start();
    let folder = app.folder();
    let run = folder.run(["serve", "--port", "0"]);
    let line = "marb: marb-data/marb.db is in use by another marb: stop that one first, or name another with --database";
    assert_eq!(run.only_line(1), line);
    assert_eq!(app.get("/api/v1/health/detailed").ok()["status"], "healthy");
}

#[test]
fn a_database_that_is_read_only_is_refused() {
    let folder = with_database();
    let mut permissions = fs::metadata(database(&folder)).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(database(&folder), permissions).unwrap();
    let line = "marb: marb-data/marb.db can not be written: \
                make the file and its folder writable, or name another with --database";
    assert_eq!(refusal(&folder), line);
}

#[test]
fn a_database_of_a_newer_marb_is_refused() {
    let folder = with_database();
    let newer = Connection::open(database(&folder)).unwrap();
    let row = "INSERT INTO refinery_schema_history VALUES (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    newer.execute(row, []).unwrap();
    newer.pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    newer.close().unwrap();
    let line = refusal(&folder);
    assert!(line.starts_with("marb: marb-data/marb.db was written by a newer marb (schema 9999, "), "{line}");
    assert!(line.ends_with(": use the newer marb"), "{line}");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = Folder::new().with("marb-data/marb.db", "minutes of the meeting of 3 March");
    let line = "marb: marb-data/marb.db is not a marb database: name another file with --database";
    assert_eq!(refusal(&folder), line);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = Folder::new().with("marb-data/marb.db", "");
    let other = Connection::open(database(&folder)).unwrap();
    other.execute_batch("CREATE TABLE invoices (id INTEGER PRIMARY KEY)").unwrap();
    other.close().unwrap();
    let line = "marb: marb-data/marb.db is a database of another program: name another file with --database";
    assert_eq!(refusal(&folder), line);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new().with("marb-data", "a file, not a folder");
    let run = folder.run(["serve", "--port", "0"]);
    let line = run.only_line(1);
    assert!(line.starts_with("marb: can not make the folder marb-data for the database: "), "{line}");
}

#[test]
fn a_database_that_was_cut_off_is_called_damaged() {
    let folder = with_database();
    let path: PathBuf = database(&folder);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let line = "marb: marb-data/marb.db is damaged: keep a copy of it and restore the last backup";
    assert_eq!(refusal(&folder), line);
}

#[test]
fn an_address_that_others_reach_is_refused_until_that_is_allowed() {
    let run = Folder::new().run(["serve", "--address", "0.0.0.0", "--port", "0"]);
    let line = run.only_line(2);
    assert!(line.starts_with("marb: 0.0.0.0 can be reached by other machines"), "{line}");
    let app = App::with(&[("ROCKET_ADDRESS", "0.0.0.0"), ("ROCKET_ALLOW_NETWORK_WITHOUT_SIGN_IN", "true")]);
    assert!(app.log().contains("without sign-in"), "{}", app.log());
}
