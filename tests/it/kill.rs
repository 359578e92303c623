//! Ends at any moment: what was acknowledged is imported exactly once, and nothing is ever half there.

#![expect(clippy::unwrap_used, reason = "a file or process that is gone fails the test")]

use std::collections::VecDeque;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use marb::money::Cents;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;
use serde::Deserialize;

use crate::app::{App, database};
use crate::marb::Folder;

/// Synthetic files, and what is in them by the word of who wrote them.
struct Sample {
    files: Vec<Vec<u8>>,
    holds: Holds,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Holds {
    claims: Claims,
    remittances: Remittances,
    payments: Payments,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Claims {
    count: i64,
    charge: Cents,
    lines: i64,
    line_charge: Cents,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Remittances {
    count: i64,
    charge: Cents,
    paid: Cents,
    lines: i64,
    line_paid: Cents,
    adjustment_count: i64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Payments {
    count: i64,
    total: Cents,
    provider_adjustments: Cents,
}

impl Sample {
    /// So many claims and their answers in two times as many files as named, of very different sizes.
    fn new(claims: u32, files: usize) -> Self {
        let folder = Folder::new();
        let arguments = ["sample", "--seed", "7", "--out", "s", "--json", "--claims", &claims.to_string()];
        let holds = serde_json::from_str(folder.run(arguments).done()).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(folder.path().join("s")).unwrap().map(|file| file.unwrap().path()).collect();
        names.sort();
        let mut joined = Vec::new();
        for kind in ["837", "835"] {
            let of_kind: Vec<_> = names.iter().filter(|name| name.extension().unwrap() == kind).collect();
            let mut rest = &of_kind[..];
            for left in (1..=files).rev() {
                // Each takes half of what is left, the last two the same.
                let (now, later) = rest.split_at(if left == 1 { rest.len() } else { rest.len() / 2 });
                joined.push(now.iter().flat_map(|name| fs::read(name).unwrap()).collect());
                rest = later;
            }
        }
        Self { files: joined, holds }
    }
}

impl Holds {
    /// What the database of a folder holds.
    fn of(connection: &Connection) -> Self {
        let ask = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
        let money = |column: &str, table: &str| {
            Cents::new(ask(&format!("SELECT coalesce(sum({column}), 0) FROM {table}")))
        };
        Self {
            claims: Claims {
                count: ask("SELECT count(*) FROM claims"),
                charge: money("total_charge_amount", "claims"),
                lines: ask("SELECT count(*) FROM claim_lines"),
                line_charge: money("charge_amount", "claim_lines"),
            },
            remittances: Remittances {
                count: ask("SELECT count(*) FROM remittances"),
                charge: money("charge_amount", "remittances"),
                paid: money("payment_amount", "remittances"),
                lines: ask("SELECT count(*) FROM service_payments"),
                line_paid: money("payment_amount", "service_payments"),
                adjustment_count: ask("SELECT count(*) FROM adjustments"),
            },
            payments: Payments {
                count: ask("SELECT count(*) FROM payments"),
                total: money("amount", "payments"),
                provider_adjustments: money("amount", "provider_adjustments"),
            },
        }
    }
}

/// Everything that was sent is in the database, once and whole.
#[track_caller]
fn assert_holds(folder: &Folder, sample: &Sample) {
    let connection = Connection::open(database(folder)).unwrap();
    assert_eq!(Holds::of(&connection), sample.holds);
    let ask = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    assert!(!connection.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
    let done = ask("SELECT count(*) FROM imports WHERE state = 'done'");
    assert_eq!(usize::try_from(done), Ok(sample.files.len()));
    assert_eq!(ask("SELECT count(*) FROM imports WHERE state NOT IN ('done', 'duplicate')"), 0);
    let miscounted = "SELECT count(*) FROM imports i WHERE state = 'done' AND (
        claims_stored <> (SELECT count(*) FROM claims WHERE import_id = i.id) OR
        claims_scored <> claims_stored OR
        remittances_stored <> (SELECT count(*) FROM remittances r JOIN payments p ON p.id = r.payment_id
                               WHERE p.import_id = i.id))";
    assert_eq!(ask(miscounted), 0, "imports that count other than what they stored");
    assert_eq!(ask("SELECT count(*) FROM claims WHERE is_scored = 0"), 0);
    assert_eq!(ask("SELECT count(*) FROM payments WHERE is_closed = 0"), 0);
    let stands = "SELECT count(*) FROM remittances WHERE (link_state = 'linked')
                  <> (id IN (SELECT remittance_id FROM claim_episodes))";
    assert_eq!(ask(stands), 0, "remittances that stand as linked and are not, or the other way round");
}

/// Waits until nothing is queued or running, and ends the server; gives its folder.
#[track_caller]
fn when_all_is_imported(app: App) -> Folder {
    let imports = app.get("/api/v1/imports?limit=1000").ok();
    for import in imports["imports"].as_array().unwrap() {
        app.wait_for(import["task_id"].as_str().unwrap());
    }
    let (code, folder) = app.stop("TERM");
    assert_eq!(code, Some(0));
    folder
}

#[test]
fn killed_at_twenty_moments_every_acknowledged_file_is_imported_exactly_once() {
    let sample = Sample::new(600, 6);
    let mut waiting: VecDeque<_> = sample.files.iter().collect();
    let mut chance = StdRng::seed_from_u64(20);
    let mut folder = Folder::new();
    for life in 0..20 {
        if life % 4 == 3 {
            // Ends before it says that it listens: while it opens the database or goes on with an import.
            let moment = Duration::from_millis(chance.random_range(0..60));
            let mut command = folder.command(["serve", "--port", "0"]);
            let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            thread::sleep(moment);
            process.kill().unwrap();
            process.wait().unwrap();
            continue;
        }
        let app = App::over(folder);
        let end = app.dies_in(Duration::from_millis(chance.random_range(0..400)));
        while let Some(file) = waiting.front() {
            let Ok(answer) = app.try_upload("/api/v1/imports", &[], "file", file) else { break };
            assert!(matches!(answer.ok()["state"].as_str(), Some("queued" | "duplicate")), "{}", answer.body);
            waiting.pop_front();
        }
        end.join().unwrap();
        folder = app.kill();
    }
    assert!(waiting.is_empty(), "{} files were never sent", waiting.len());
    assert_holds(&when_all_is_imported(App::over(folder)), &sample);
}

#[test]
fn a_file_sent_again_after_a_kill_is_not_imported_again() {
    let sample = Sample::new(60, 2);
    let send = |app: &App| {
        for file in &sample.files {
            app.upload("/api/v1/imports", &[], "file", file).ok();
        }
    };
    let app = App::start();
    send(&app);
    let app = App::over(app.kill());
    send(&app);
    let folder = when_all_is_imported(app);
    assert_holds(&folder, &sample);
}

/// A file that is stored in more than one step.
fn of_several_steps() -> Sample {
    let mut sample = Sample::new(5500, 1);
    // The claims alone.
    sample.files.truncate(1);
    sample
}

/// Claims and charges of what is in the database.
fn claims_in(folder: &Folder) -> Claims {
    Holds::of(&Connection::open(database(folder)).unwrap()).claims
}

#[test]
fn a_server_that_is_told_to_end_amid_an_import_ends_cleanly_and_the_next_goes_on() {
    let sample = of_several_steps();
    let app = App::start();
    app.upload("/api/v1/imports", &[], "file", &sample.files[0]).ok();
    while app.get("/api/v1/imports/imp-1").ok()["state"] == "queued" {}
    let (code, folder) = app.stop("TERM");
    assert_eq!(code, Some(0));
    let stored = claims_in(&folder).count;
    assert!(stored < sample.holds.claims.count, "{stored} claims were stored before the end");
    let app = App::over(folder);
    assert_eq!(app.wait_for("imp-1")["state"], "done");
    let (_, folder) = app.stop("TERM");
    assert_eq!(claims_in(&folder), sample.holds.claims);
}

#[test]
fn a_file_of_which_a_part_is_stored_is_gone_on_with_after_a_kill() {
    let sample = of_several_steps();
    let app = App::start();
    app.upload("/api/v1/imports", &[], "file", &sample.files[0]).ok();
    let stored = || app.get("/api/v1/imports/imp-1").ok()["import"]["claims_stored"].clone();
    while stored() == 0 {}
    let folder = app.kill();
    assert!(claims_in(&folder).count > 0);
    let app = App::over(folder);
    assert_eq!(app.wait_for("imp-1")["state"], "done");
    let (_, folder) = app.stop("TERM");
    assert_eq!(claims_in(&folder), sample.holds.claims);
}
