//! `marb bench` as a process: what it asks a real server, what it refuses to ask, and what its exit code says.

#![expect(clippy::unwrap_used, reason = "a server that does not answer fails the test")]

mod report;
mod schema;
mod stops;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use serde_json::Value;

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};
use crate::marb::{Folder, Run};

/// Files of both kinds, and a request that writes nothing.
const UPLOADS: &str = r#"
description = "two of three requests upload a file"
writes = true
[[request]]
path = "/api/v1/claims/upload"
weight = 1
upload = "claims"
[[request]]
path = "/api/v1/remits/upload"
weight = 1
upload = "remittances"
[[request]]
path = "/api/v1/claims/{claim}"
weight = 1
"#;

/// `marb bench` against this server, with these further arguments, not yet started.
fn command(app: &App, arguments: &[&str]) -> Command {
    let url = format!("http://{}", app.address());
    let mut command = app.folder().command(["bench", "--base-url", &url].iter().chain(arguments));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `marb bench` against this server, with these further arguments.
fn bench(app: &App, arguments: &[&str]) -> Run {
    let url = format!("http://{}", app.address());
    app.folder().run(["bench", "--base-url", &url].iter().chain(arguments))
}

/// What a run printed that was done and asked for JSON.
#[track_caller]
fn json(run: &Run) -> Value {
    serde_json::from_str(run.done()).unwrap()
}

/// How often the server looked this key up in its cache.
fn lookups(app: &App, key: &str) -> u64 {
    let counted = app.get(&format!("/api/v1/cache/stats?key={key}")).ok();
    counted["total"].as_u64().unwrap()
}

#[test]
fn without_endpoints_each_of_the_usual_is_asked_and_the_statistics_half_as_often() {
    let app = App::holding(&[CLAIMS, ANSWERS]);
    let report = json(&bench(&app, &["--concurrent", "4", "--requests", "10", "--json"]));
    let endpoints = report["endpoints"].as_array().unwrap();
    let asked: Vec<_> =
        endpoints.iter().map(|of| (of["name"].as_str().unwrap(), of["requests"].as_u64().unwrap())).collect();
    let expected = [
        ("GET /api/v1/health", 10),
        ("GET /api/v1/claims", 10),
        ("GET /api/v1/remits", 10),
        ("GET /api/v1/episodes", 10),
        ("GET /api/v1/cache/stats", 5),
    ];
    assert_eq!(asked, expected);
    let total = &report["total"];
    assert_eq!((&total["requests"], &total["errors"]), (&45.into(), &0.into()));
    assert_eq!((&total["success_rate"], &total["status_codes"]["200"]), (&100.0.into(), &45.into()));
    assert_eq!(report["server"]["throw_away"], false);
}

#[test]
fn a_person_reads_totals_latencies_and_what_a_closed_loop_hides() {
    let app = App::holding(&[CLAIMS]);
    let run = bench(&app, &["--requests", "20", "--endpoints", "/api/v1/claims/1", "/api/v1/claims/99"]);
    for line in [
        "total requests   40",
        "total errors     20",
        "success rate     50.00 %",
        "status codes     200: 20, 404: 20",
        "errors by kind   http_4xx: 20",
        "Closed loop: while the server stalls nobody asks, so these latencies hide stalls. For true ones give --rate.",
    ] {
        assert!(run.done().lines().any(|said| said == line), "{line}\n{}", run.stdout);
    }
    // A claim is looked up, and loaded once.
    let cache = run.stdout.lines().find(|line| line.trim_start().starts_with("cache ")).unwrap();
    assert!(cache.contains("claim: "), "{cache}");
}

#[test]
fn the_totals_are_those_that_the_server_counted() {
    let app = App::holding(&[CLAIMS]);
    let mut expected = 0;
    for how in [
        &["--requests", "300"][..],
        &["--duration", "1s"],
        &["--rate", "300", "--duration", "1s"],
        &["--rate", "100", "--duration", "1s", "--repeat", "2", "--no-keep-alive"],
        &["--requests", "50", "--concurrent", "50", "--threads", "2"],
    ] {
        let arguments = [&["--json", "--endpoints", "/api/v1/claims/1"], how].concat();
        let report = json(&bench(&app, &arguments));
        let requests = report["total"]["requests"].as_u64().unwrap();
        assert!(requests > 0, "{report}");
        expected += requests;
        assert_eq!(lookups(&app, "claim:1"), expected, "{how:?}");
        let cache = &report["server"]["cache"]["claim"];
        assert_eq!(cache["hits"].as_u64().unwrap() + cache["misses"].as_u64().unwrap(), requests, "{how:?}");
    }
}

#[test]
fn a_warm_up_is_asked_and_not_counted() {
    let app = App::holding(&[CLAIMS]);
    let arguments = ["--requests", "20", "--warm-up", "1s", "--json", "--endpoints", "/api/v1/claims/1"];
    let report = json(&bench(&app, &arguments));
    assert_eq!(report["total"]["requests"], 20);
    assert!(lookups(&app, "claim:1") > 20);
}

#[test]
fn method_headers_and_body_are_sent_as_they_are_given() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/office", listener.local_addr().unwrap());
    let (asked, requests) = mpsc::channel();
    // It ends with the test's process, like those below.
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = read_request(&mut stream).to_ascii_lowercase();
            let status = if request.starts_with("put") { "200 OK" } else { "404 Not Found" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            // Nobody waits for it where only the way was tried.
            let _ = stream.write_all(answer.as_bytes());
            let _ = asked.send(request);
        }
    });
    let folder = Folder::new().with("body.json", "{\"a\":1}");
    let arguments = ["bench", "--base-url", &url, "--method", "PUT", "--body", "@body.json", "--write"];
    let more =
        ["--header", "X-Trace: Seven", "--endpoints", "/thing?b=2", "--requests", "2", "--concurrent", "1"];
    let run = folder.run(arguments.iter().chain(&more));
    // The server ends the connection after each answer, which is no error.
    assert!(run.done().contains("\ntotal requests   2\ntotal errors     0\n"), "{}", run.stdout);
    let sent: Vec<_> = requests.try_iter().filter(|request| request.starts_with("put")).collect();
    assert_eq!(sent.len(), 2);
    for request in sent {
        assert!(request.starts_with("put /office/thing?b=2 http/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nx-trace: seven\r\n"), "{request}");
        assert!(request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
    }
}

/// Reads a request to its end, or as much as there is.
fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !(request.ends_with(b"\r\n\r\n") && request.starts_with(b"GET") || request.ends_with(b"}")) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
    String::from_utf8(request).unwrap()
}

#[test]
fn what_comes_instead_of_an_answer_is_told_by_its_kind() {
    for (said, kind, timeout) in [
        (Some(""), "closed", "1m"),
        (Some("no HTTP at all\r\n\r\n"), "malformed", "1m"),
        (None, "timeout", "100ms"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let mut kept = Vec::new();
            for mut stream in listener.incoming().flatten() {
                match said {
                    None => kept.push(stream),
                    Some(said) => {
                        read_request(&mut stream);
                        let _ = stream.write_all(said.as_bytes());
                    }
                }
            }
        });
        let arguments = ["bench", "--base-url", &url, "--timeout", timeout, "--endpoints", "/", "--json"];
        let report =
            json(&Folder::new().run(arguments.iter().chain(&["--requests", "3", "--concurrent", "1"])));
        let total = &report["total"];
        assert_eq!((&total["requests"], &total["errors"]), (&3.into(), &3.into()), "{report}");
        assert_eq!(total["errors_by_kind"][kind], 3, "{report}");
        assert!(report["server"].is_null());
    }
}

#[test]
fn a_limit_that_is_passed_ends_with_99_and_one_that_is_kept_with_0() {
    let app = App::start();
    let health = ["--requests", "20", "--endpoints", "/api/v1/health"];
    let kept =
        ["--fail-if", "errors>0", "--fail-if", "p99>=1h", "--fail-if", "rps<0.001", "--fail-if", "saturated"];
    assert_eq!(bench(&app, &[&health[..], &kept].concat()).code, Some(0));

    let run =
        bench(&app, &[&health[..], &["--fail-if", "success_rate<=100%", "--fail-if", "p50>1ns"]].concat());
    assert_eq!(run.code, Some(99), "{}", run.stderr);
    assert!(run.stdout.contains("total requests   20\n"), "{}", run.stdout);
    let said: Vec<_> = run.stderr.lines().collect();
    assert_eq!((said.len(), said[0]), (2, "marb: success_rate<=100%: it is 100.000 %"), "{}", run.stderr);
    assert!(said[1].starts_with("marb: p50>1ns: it is "), "{}", run.stderr);
}

#[test]
fn a_server_that_is_not_there_ends_with_1_and_says_what_to_do() {
    // Nothing listens at the port of tcpmux.
    let run = Folder::new().run(["bench", "--base-url", "http://127.0.0.1:1"]);
    let line = run.only_line(1);
    assert!(line.starts_with("marb: cannot reach http://127.0.0.1:1: ") && line.contains("--self"), "{line}");
}

#[test]
fn what_cannot_be_meant_ends_with_2_before_anything_is_asked() {
    let folder = Folder::new()
        .with("other.json", "{}")
        .with("wrong.toml", "description = \"\"\n[[request]]\npath = \"claims\"\nweight = 1\n");
    for (arguments, part) in [
        (&["--base-url", "localhost:8000"][..], "write it as http://localhost:8000"),
        (&["--base-url", "https://localhost"], "only http:// is spoken"),
        (&["--requests", "0"], "--requests"),
        (&["--requests", "5", "--duration", "5s"], "cannot be used with"),
        (&["--duration", "5"], "write a number and ns, us, ms, s, m or h"),
        (&["--rate", "0"], "it is from 0.001"),
        (&["--fail-if", "p98>1ms"], "there is no figure \"p98\""),
        (&["--fail-if", "error_rate>0.1"], "write it as in 0.1%"),
        (
            &["--scenario", "monday"],
            "it is one of practice-day, cached-reads, cold-reads, lists, import-while-reading",
        ),
        (&["--scenario", "wrong.toml"], "wrong.toml: path \"claims\": it begins with /"),
        (&["--sweep", "claims=10"], "--self"),
        (&["--claims", "10"], "--self"),
        (&["--self", "--base-url", "http://localhost"], "cannot be used with"),
        (&["--self", "--sweep", "rows=10"], "write it as claims=1000,10000"),
        (&["--save", "nowhere/run.json"], "--save nowhere/run.json: there is no such folder"),
        (&["--save", "."], "--save .: it is a folder"),
        (&["--compare", "missing.json"], "missing.json: "),
        (&["--compare", "other.json"], "other.json is no run that was saved with --save"),
        (&["--method", "POST", "--body", "@missing", "--write"], "--body @missing: "),
        (&["--header", "X-Trace"], "write it as 'Name: value'"),
    ] {
        let run = folder.run([&["bench"], arguments].concat());
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
}

const GUIDE: &str = include_str!("../../docs/bench.md");

#[test]
fn the_guide_names_every_flag_and_no_other() {
    let named = |text: &str| -> BTreeSet<String> {
        let flags = text.split("--").skip(1);
        let name = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        flags.map(name).filter(|name: &String| name.starts_with(|c: char| c.is_ascii_lowercase())).collect()
    };
    let help = Folder::new().run(["bench", "--help"]);
    let rows: String = GUIDE.lines().filter(|line| line.starts_with("| `--")).collect();
    let mut flags = named(help.done());
    assert!(flags.remove("help"));
    assert_eq!(named(&rows), flags);
    assert!(named(GUIDE).is_subset(&flags), "{:?}", named(GUIDE).difference(&flags));
}

#[test]
fn the_scenario_of_the_guide_can_be_used() {
    let app = App::holding(&[CLAIMS]);
    let (_, rest) = GUIDE.split_once("```toml\n").unwrap();
    app.folder().write("own.toml", rest.split_once("```").unwrap().0);
    let run = bench(&app, &["--scenario", "own.toml", "--rate", "100", "--duration", "1s", "--json"]);
    let total = &json(&run)["total"];
    assert!(total["requests"].as_u64() > Some(0) && total["errors"] == 0, "{total}");
}

#[test]
fn other_machines_are_asked_only_when_that_is_said() {
    // Addresses for documentation, which nobody has.
    for url in ["http://192.0.2.1:8000", "http://[2001:db8::1]:8000"] {
        let run = Folder::new().run(["bench", "--base-url", url]);
        let line = run.only_line(2);
        assert_eq!(line, format!("marb: {url} is not on this machine: add --remote if you may load it"));
    }
}

#[test]
fn the_loopback_address_of_version_6_is_this_machine_too() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // A machine without it.
    }
    let app = App::run_in(Folder::new(), &["serve", "--address", "::1"], &[]);
    let report = json(&bench(&app, &["--requests", "5", "--endpoints", "/api/v1/health", "--json"]));
    assert_eq!(report["total"]["status_codes"]["200"], 5);
    assert!(report["load"]["base_url"].as_str().unwrap().starts_with("http://[::1]:"), "{report}");
}

#[test]
fn nothing_is_written_unless_that_is_said_and_never_over_data_that_is_kept() {
    let app = App::start();
    let writing = ["--scenario", "import-while-reading", "--duration", "1s"];
    let run = bench(&app, &writing);
    assert_eq!(
        run.only_line(2),
        "marb: these requests may change the target's data: add --write if that is meant"
    );
    for how in [&writing[..], &["--method", "DELETE", "--endpoints", "/api/v1/claims/1"]] {
        let run = bench(&app, &[how, &["--write"]].concat());
        let line = run.only_line(2);
        assert!(line.contains("serves data that is kept"), "{line}");
    }
    assert_eq!((app.get("/api/v1/imports").ok()["total"].as_u64(), app.kept_files()), (Some(0), 0));
}

#[test]
fn files_are_uploaded_to_a_throw_away_database_and_all_of_them_arrive() {
    let folder = Folder::new();
    let here = folder.path().to_str().unwrap().to_owned();
    let app = App::run_in(folder, &["demo", "--claims", "30"], &[("TMPDIR", &here)]);
    let imports = |app: &App| app.get("/api/v1/imports").ok()["total"].as_u64().unwrap();
    let before = imports(&app);
    app.folder().write("files.toml", UPLOADS);
    let how = ["--scenario", "files.toml", "--write", "--rate", "60", "--duration", "1s", "--json"];
    let report = json(&bench(&app, &how));
    assert_eq!(report["total"]["errors"], 0, "{}", report["total"]);
    let uploads = report["endpoints"].as_array().unwrap().iter();
    let uploads = uploads.filter(|endpoint| endpoint["name"].as_str().unwrap().starts_with("POST "));
    let sent: u64 = uploads.map(|endpoint| endpoint["requests"].as_u64().unwrap()).sum();
    assert!(sent > 0, "{report}");
    assert_eq!(imports(&app), before + sent);
}
