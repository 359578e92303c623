//! A bench that is stopped, a server that stands still, and what is left when all has ended.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::app::App;
use crate::demo::throw_away;
use crate::fixtures::CLAIMS;
use crate::marb::Folder;

use super::{command, lookups};

/// How long something may take that has to come to pass.
const PATIENCE: Duration = Duration::from_mins(1);

#[track_caller]
fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap().success());
}

/// Waits until it is so.
#[expect(clippy::disallowed_methods, reason = "another process has to get there in real time")]
#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it does not come to pass");
        thread::yield_now();
    }
}

/// Processes that were told to put their throw-away folders there (Linux).
fn processes(folder: &Folder) -> Vec<PathBuf> {
    let told = format!("TMPDIR={}", folder.path().display());
    let environment = |path: &PathBuf| fs::read(path.join("environ")).unwrap_or_default();
    let is_told =
        |path: &PathBuf| environment(path).split(|byte| *byte == 0).any(|set| set == told.as_bytes());
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.map(|entry| entry.path()).filter(is_told).collect()
}

/// `marb bench --self` that puts its server's throw-away folder into this one.
fn by_itself(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command(["bench", "--self", "--claims", "20"].iter().chain(arguments));
    command.env("TMPDIR", folder.path());
    command
}

#[test]
fn interrupted_it_prints_the_report_so_far() {
    let app = App::holding(&[CLAIMS]);
    for how in [&["--duration", "1h"][..], &["--rate", "200", "--duration", "1h"]] {
        let before = lookups(&app, "claim:1");
        let more = ["--endpoints", "/api/v1/claims/1", "--concurrent", "3", "--json"];
        let process = command(&app, &[&more[..], how].concat()).spawn().unwrap();
        wait_until(|| lookups(&app, "claim:1") > before + 30);
        signal("INT", process.id());
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stderr, b"marb: stopped early: the report is of what was done until then\n");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["interrupted"], true);
        let (told, counted) =
            (report["total"]["requests"].as_u64().unwrap(), lookups(&app, "claim:1") - before);
        // Each connection may have been waiting for an answer.
        assert!(told <= counted && counted <= told + 3, "{told} told, {counted} counted by the server");
    }
}

#[test]
fn interrupted_it_tells_a_person_so_and_of_a_ramp_the_rates_that_were_done() {
    let app = App::holding(&[CLAIMS]);
    let asked = ["--endpoints", "/api/v1/claims/1"];
    for how in [&["--duration", "1h"][..], &["--ramp", "--ramp-from", "50", "--duration", "1h"]] {
        let before = lookups(&app, "claim:1");
        let process = command(&app, &[&asked[..], how].concat()).spawn().unwrap();
        wait_until(|| lookups(&app, "claim:1") > before);
        signal("INT", process.id());
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("\nSTOPPED EARLY: these are the figures until then.\n"), "{said}");
    }
}

#[test]
fn by_itself_it_starts_a_server_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let output = by_itself(&folder, &["--requests", "3", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["load"]["claims"], &report["server"]["throw_away"]), (&20.into(), &true.into()));
    assert_eq!(report["total"]["errors"], 0);
    assert_eq!(processes(&folder), Vec::<PathBuf>::new());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn stopped_or_killed_it_leaves_nothing_behind_either() {
    for (name, code) in [("INT", Some(1)), ("KILL", None)] {
        let folder = Folder::new();
        let mut command = by_itself(&folder, &["--duration", "1h"]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until(|| !throw_away(folder.path()).is_empty());
        signal(name, process.id());
        assert_eq!(process.wait().unwrap().code(), code, "{name}");
        // Its server learns of its end from the system.
        wait_until(|| throw_away(folder.path()).is_empty() && processes(&folder).is_empty());
    }
}

/// Stops a process until the guard is dropped.
struct Stopped(u32);

impl Stopped {
    fn new(process: u32) -> Self {
        signal("STOP", process);
        let stat = format!("/proc/{process}/stat");
        // The state stands behind the name, which is in parentheses.
        wait_until(|| fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T ")));
        Self(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

/// Stops the server for some 300 ms once it has answered for a while; gives how long it stood still at least.
#[expect(clippy::disallowed_methods, reason = "another process stands still in real time")]
fn stop_a_while(app: &App, bench: &mut Child) -> Duration {
    wait_until(|| lookups(app, "claim:1") > 50);
    let stopped = Stopped::new(app.process_id());
    let start = Instant::now();
    thread::sleep(Duration::from_millis(300));
    let stood = start.elapsed();
    drop(stopped);
    assert!(bench.try_wait().unwrap().is_none(), "the bench ended before the server went on");
    stood
}

/// On a schedule of 1,000 a second a pause of the server shows in the latencies as long as it was, and from sending it does not:
/// only what was under way waited.
///
/// How near the 99th percentile comes to what the pause implies is worked out in `src/bench/schedule.rs`, without a machine
/// that others use, and measured by `cargo bench --bench load`.
#[test]
#[cfg(target_os = "linux")]
fn a_server_that_stands_still_is_seen_to_by_those_who_were_due() {
    const SECONDS: f64 = 4.0;
    let app = App::holding(&[CLAIMS]);
    let how = ["--rate", "1000", "--duration", "4s", "--concurrent", "4", "--json"];
    let mut process =
        command(&app, &[&how[..], &["--endpoints", "/api/v1/claims/1"]].concat()).spawn().unwrap();
    let stood = stop_a_while(&app, &mut process).as_secs_f64();
    let output = process.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    // One in a hundred of all that were due was due in so long a part of the pause, and waited for the rest of it at least.
    let implied = stood - 0.01 * SECONDS;
    let p99 = |latency: &Value| latency["p99"].as_f64().unwrap();
    let (corrected, uncorrected) = (p99(&report["total"]["latency"]), p99(&report["total"]["uncorrected"]));
    assert!(corrected > implied * 0.99, "{corrected} s; {implied} s are implied: {}", report["total"]);
    assert!(uncorrected < corrected / 2.0, "{uncorrected} s uncorrected, {corrected} s: {}", report["total"]);
}
