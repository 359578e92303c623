//! `marb serve` as a process: it stops when told, and refuses what cannot work.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use crate::app::App;
use crate::marb::Folder;

#[test]
fn it_serves_a_new_database_and_stops_cleanly_when_told() {
    for signal in ["TERM", "INT"] {
        let app = App::start();
        assert_eq!(app.get("/api/v1/health").ok()["status"], "healthy");
        let (code, folder) = app.stop(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(folder.path().join("marb-data/marb.db").exists());
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = Folder::new().run(["serve", "--port", &port]);
    let line = run.only_line(1);
    assert!(line.starts_with(&format!("marb: port {port} is in use: ")), "{line}");
}

#[test]
fn an_address_that_other_machines_reach_is_refused_unless_allowed() {
    let folder = Folder::new();
    let refused = folder.run(["serve", "--address", "0.0.0.0"]);
    let line = refused.only_line(2);
    assert!(line.contains("allow_network_without_sign_in = true"), "{line}");

    folder.write("Rocket.toml", "[default]\nallow_network_without_sign_in = true\n");
    let mut command = folder.command(["serve", "--address", "0.0.0.0", "--port", "0"]);
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(process.stderr.take().unwrap()).read_line(&mut said).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(said.contains("without sign-in"), "{said}");
}

#[test]
fn a_database_that_cannot_be_used_is_named_and_left_as_it_was() {
    let folder = Folder::new().with("notes.db", "no database at all, only words");
    let run = folder.run(["serve", "--database", "notes.db", "--port", "0"]);
    let line = run.only_line(1);
    assert!(line.starts_with("marb: notes.db is not a marb database: "), "{line}");
    assert_eq!(std::fs::read(folder.path().join("notes.db")).unwrap(), b"no database at all, only words");
}

#[test]
fn a_database_belongs_to_one_marb_at_a_time() {
    let app = App::start();
    let run = app.folder().run(["serve", "--port", "0"]);
    let line = run.only_line(1);
    assert!(line.starts_with("marb: marb-data/marb.db is in use by another marb: "), "{line}");
    app.get("/api/v1/health").ok();
}
