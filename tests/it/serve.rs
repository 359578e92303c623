//! `marb serve` as a process: it says where it is, answers over HTTP, stops when told, and refuses what cannot work.

#![expect(clippy::unwrap_used, reason = "a server that cannot be reached fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::marb::Folder;

/// A running server, stopped when it is dropped.
struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    /// Starts it on a free port and waits until it says where it listens.
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = folder.command(arguments);
        let mut process = command.args(["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("http://") {
            assert!(stdout.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        let url = said.split("http://").nth(1).unwrap();
        let end = url.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap();
        Self { process, stdout, address: url[..end].parse().unwrap() }
    }

    fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)
            .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends the signal; gives the exit code and what it said since it began to serve.
    fn stop(&mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).unwrap();
        (self.process.wait().unwrap().code(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test has stopped it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_serves_a_new_database_and_stops_cleanly_when_told() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::new();
        let mut server = Server::start(&folder, &["serve"]);
        let answer = server.get("/api/v1/health");
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"healthy\""), "{answer}");
        assert!(folder.path().join("marb-data/marb.db").exists());
        assert_eq!(server.stop(signal).0, Some(0), "{signal}");
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
    let folder = Folder::new();
    let server = Server::start(&folder, &["serve"]);
    let run = folder.run(["serve", "--port", "0"]);
    let line = run.only_line(1);
    assert!(line.starts_with("marb: marb-data/marb.db is in use by another marb: "), "{line}");
    assert!(server.get("/api/v1/health").starts_with("HTTP/1.1 200 "));
}
