//! Eight readers and two writers over real HTTP: no answer is older than the last write that was acknowledged before its
//! request began, and every lookup is counted.

#![expect(clippy::unwrap_used, reason = "a server that does not answer fails the test")]

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;

use serde_json::Value;

use crate::app::App;
use crate::fixtures::{ANSWERS, CLAIMS};

const READERS: u64 = 8;
const WRITERS: u64 = 2;
/// A claim file is sent at every so manieth write.
const FILE_EVERY: u64 = 50;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Answers read, and how many of them were 304.
    pub(crate) reads: u64,
    pub(crate) not_modified: u64,
    /// Writes acknowledged, and how many of them were files.
    pub(crate) writes: u64,
    pub(crate) files: u64,
    /// Answers that were older than they might be.
    pub(crate) stale: u64,
    /// Lookups of each kind as they were made.
    pub(crate) made: BTreeMap<&'static str, u64>,
    /// Lookups of each kind as the server counted them.
    pub(crate) counted: BTreeMap<&'static str, u64>,
    /// Of all lookups, in per cent.
    pub(crate) hit_rate: f64,
}

/// Something that is read and written, whose answers tell their version.
struct Target {
    path: String,
    kind: &'static str,
    version: fn(&Value) -> u64,
    acknowledged: AtomicU64,
}

impl Target {
    fn new(path: impl Into<String>, kind: &'static str, version: fn(&Value) -> u64) -> Self {
        Self { path: format!("/api/v1/{}", path.into()), kind, version, acknowledged: AtomicU64::new(0) }
    }

    fn acknowledge(&self, version: u64) {
        self.acknowledged.fetch_max(version, SeqCst);
    }
}

/// All that is read, found by what a writer does to it.
struct Targets {
    /// One of each for each writer.
    payers: Vec<Target>,
    practices: Vec<Target>,
    episodes: Vec<Target>,
    scores: Vec<Target>,
    /// Between which an answer is moved.
    claims: Vec<Target>,
    imports: Target,
    claims_list: Target,
    overview: Target,
}

/// The days of the rules are the digits of the version.
const DAYS: u64 = 3_650;

impl Targets {
    fn new() -> Self {
        let each = |path: fn(u64) -> String, kind, version| {
            (1..=WRITERS).map(|writer| Target::new(path(writer), kind, version)).collect()
        };
        Self {
            payers: each(
                |writer| format!("payers/{writer}"),
                "payer",
                |payer| {
                    let days = |name: &str| payer["rules"][name].as_u64().map_or(0, |days| days - 1);
                    days("timely_filing_days") * DAYS + days("appeal_days")
                },
            ),
            practices: each(
                |writer| format!("practices/stress-{writer}/config"),
                "practice_config",
                |practice| practice["rules"]["name"].as_str().map_or(0, |name| name.parse().unwrap()),
            ),
            episodes: each(
                |writer| format!("episodes/{writer}"),
                "episode",
                |episode| millis(episode, "updated_at"),
            ),
            scores: each(
                |writer| format!("risk/{writer}"),
                "risk_score",
                |score| millis(score, "calculated_at"),
            ),
            claims: [3, 4]
                .map(|id| Target::new(format!("claims/{id}"), "claim", |claim| millis(claim, "updated_at")))
                .into(),
            imports: Target::new("imports?limit=1", "count", |list| list["total"].as_u64().unwrap()),
            claims_list: Target::new("claims?limit=1", "count", |list| list["total"].as_u64().unwrap()),
            overview: Target::new("overview", "count", |numbers| numbers["claims"].as_u64().unwrap()),
        }
    }

    fn all(&self) -> Vec<&Target> {
        let each = [&self.payers, &self.practices, &self.episodes, &self.scores, &self.claims];
        let counts = [&self.imports, &self.claims_list, &self.overview];
        each.into_iter().flatten().chain(counts).collect()
    }
}

fn millis(answer: &Value, name: &str) -> u64 {
    let moment: jiff::Timestamp = answer[name].as_str().unwrap().parse().unwrap();
    moment.as_millisecond().try_into().unwrap()
}

/// One connection, kept.
struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

struct Reply {
    status: u16,
    etag: String,
    body: Vec<u8>,
}

impl Client {
    fn of(app: &App) -> Self {
        let stream = TcpStream::connect(app.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), host: app.address().to_owned() }
    }

    fn ask(&mut self, method: &str, path: &str, header: &str, body: &str) -> Reply {
        let (host, length) = (&self.host, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n{header}\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let mut reply = Reply { status: line[9..12].parse().unwrap(), etag: String::new(), body: Vec::new() };
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name {
                "etag" => value.clone_into(&mut reply.etag),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        if reply.status != 304 {
            reply.body.resize(length, 0);
            self.stream.read_exact(&mut reply.body).unwrap();
        }
        reply
    }

    /// A write; gives its answer.
    fn change(&mut self, method: &str, path: &str, body: &str) -> Value {
        let kind = if body.starts_with("--") {
            "content-type: multipart/form-data; boundary=x\r\n"
        } else {
            "content-type: application/json\r\n"
        };
        let reply = self.ask(method, path, kind, body);
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).unwrap()
    }
}

/// Reads and writes while `goes_on`, which each reader asks with its reads and all writes so far.
pub(crate) fn run(app: &App, goes_on: impl Fn(u64, u64) -> bool + Sync) -> Report {
    let targets = Targets::new();
    targets.imports.acknowledge(2);
    targets.claims_list.acknowledge(4);
    targets.overview.acknowledge(4);
    app.post("/api/v1/cache/stats/reset").ok();
    let report = Mutex::new(Report::default());
    let (reading, written) = (AtomicU64::new(READERS), AtomicU64::new(0));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (targets, report, reading, written) = (&targets, &report, &reading, &written);
            scope.spawn(move || {
                // Also when this panics, so that the readers come to their end.
                let _end = End(written);
                write(app, targets, writer, (reading, written), report);
            });
        }
        for reader in 0..READERS {
            let (targets, report, reading) = (&targets, &report, &reading);
            let goes_on = |reads| goes_on(reads, written.load(SeqCst));
            scope.spawn(move || {
                let _stop = Stop(reading);
                read(app, &targets.all(), reader, &goes_on, report);
            });
        }
    });
    let mut report = report.into_inner().unwrap();
    let stats = app.get("/api/v1/cache/stats").ok();
    report.counted = report.made.keys().map(|kind| (*kind, total(&stats["by_type"][kind]))).collect();
    assert_eq!(total(&stats["overall"]), report.counted.values().sum::<u64>());
    report.hit_rate = stats["overall"]["hit_rate"].as_f64().unwrap();
    report
}

/// Hits and misses, together.
fn total(lookups: &Value) -> u64 {
    lookups["hits"].as_u64().unwrap() + lookups["misses"].as_u64().unwrap()
}

/// Says that a reader has ended, also when it panics.
struct Stop<'a>(&'a AtomicU64);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Lets nobody wait for further writes.
struct End<'a>(&'a AtomicU64);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(u64::MAX / 2, SeqCst);
    }
}

fn read(app: &App, targets: &[&Target], seed: u64, goes_on: &impl Fn(u64) -> bool, report: &Mutex<Report>) {
    let mut client = Client::of(app);
    let mut known: HashMap<&str, (String, u64)> = HashMap::new();
    let mut found = Report::default();
    while goes_on(found.reads) {
        // Each reader goes its own way through the targets.
        let target =
            targets[usize::try_from((found.reads * (seed + 1) + seed) % targets.len() as u64).unwrap()];
        let before = known.get(&*target.path).filter(|_| found.reads % 3 > 0).cloned();
        let condition =
            before.as_ref().map(|(etag, _)| format!("if-none-match: {etag}\r\n")).unwrap_or_default();
        let at_least = target.acknowledged.load(SeqCst);
        let reply = client.ask("GET", &target.path, &condition, "");
        let version = match (reply.status, before) {
            (304, Some((_, version))) => {
                found.not_modified += 1;
                version
            }
            (status, _) => {
                assert_eq!(status, 200, "{}", target.path);
                (target.version)(&serde_json::from_slice(&reply.body).unwrap())
            }
        };
        if !reply.etag.is_empty() {
            known.insert(&target.path, (reply.etag, version));
        }
        found.stale += u64::from(version < at_least);
        found.reads += 1;
        *found.made.entry(target.kind).or_default() += 1;
    }
    report.lock().unwrap().add(found);
}

fn write(
    app: &App,
    targets: &Targets,
    writer: u64,
    (reading, written): (&AtomicU64, &AtomicU64),
    report: &Mutex<Report>,
) {
    let own = usize::try_from(writer).unwrap();
    let mut client = Client::of(app);
    let mut done = Report::default();
    while reading.load(SeqCst) > 0 {
        done.writes += 1;
        written.fetch_add(1, SeqCst);
        let version = done.writes;
        if version % FILE_EVERY == 0 {
            done.files += 1;
            send_file(&mut client, targets, &format!("W{writer}N{version}-"));
            // A claim is scored by the rules of its payer and practice; there are two payers and one practice in a file.
            *done.made.entry("payer").or_default() += 2;
            *done.made.entry("practice_config").or_default() += 1;
            continue;
        }
        match version % 5 {
            0 => {
                let (filing, appeal) = (version / DAYS + 1, version % DAYS + 1);
                let rules = format!(r#"{{"timely_filing_days":{filing},"appeal_days":{appeal}}}"#);
                client.change("PUT", &format!("{}/rules", targets.payers[own].path), &rules);
                targets.payers[own].acknowledge(version);
            }
            1 => {
                let name = format!(r#"{{"name":"{version}"}}"#);
                client.change("PUT", &targets.practices[own].path, &name);
                targets.practices[own].acknowledge(version);
            }
            2 => {
                let target = &targets.episodes[own];
                let status = ["pending", "complete"][usize::from(version % 2 == 0)];
                let body = format!(r#"{{"status":"{status}"}}"#);
                let answer = client.change("PATCH", &format!("{}/status", target.path), &body);
                target.acknowledge((target.version)(&answer));
            }
            3 => {
                let target = &targets.scores[own];
                let answer = client.change("POST", &format!("{}/calculate", target.path), "");
                target.acknowledge((target.version)(&answer));
                *done.made.entry("payer").or_default() += 1;
                *done.made.entry("practice_config").or_default() += 1;
            }
            _ if writer == 0 => {
                // From one claim to the other and back: both change where they stand each time.
                let claim = 3 + (version / 5) % 2;
                let path = format!("/api/v1/episodes/3/link?claim_id={claim}&remittance_id=3");
                let moved = millis(&client.change("POST", &path, ""), "updated_at");
                // Only the first time is it there already.
                if version > 5 {
                    targets.claims.iter().for_each(|claim| claim.acknowledge(moved));
                }
            }
            _ => drop(client.change("POST", "/api/v1/remits/2/link", "")),
        }
    }
    report.lock().unwrap().add(done);
}

/// Sends claims and waits until they are told to be imported.
fn send_file(client: &mut Client, targets: &Targets, numbers: &str) {
    let file = CLAIMS.replace("VISIT-", numbers);
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.edi\"\r\n\r\n";
    let receipt = client.change("POST", "/api/v1/imports", &format!("{head}{file}\r\n--x--\r\n"));
    targets.imports.acknowledged.fetch_add(1, SeqCst);
    let path = format!("/api/v1/imports/{}", receipt["task_id"].as_str().unwrap());
    while client.change("GET", &path, "")["state"] != "done" {
        thread::yield_now();
    }
    targets.claims_list.acknowledged.fetch_add(4, SeqCst);
    targets.overview.acknowledged.fetch_add(4, SeqCst);
}

impl Report {
    fn add(&mut self, other: Self) {
        self.reads += other.reads;
        self.not_modified += other.not_modified;
        self.writes += other.writes;
        self.files += other.files;
        self.stale += other.stale;
        for (kind, lookups) in other.made {
            *self.made.entry(kind).or_default() += lookups;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reads, not_modified, writes, files, stale, made, counted, hit_rate } = self;
        writeln!(f, "{reads} answers read by {READERS} readers, {not_modified} of them 304")?;
        writeln!(f, "{writes} writes acknowledged to {WRITERS} writers, {files} of them imports of a file")?;
        writeln!(f, "{stale} answers older than the last write acknowledged before the request")?;
        let (made, counted) = (made.values().sum::<u64>(), counted.values().sum::<u64>());
        write!(f, "{made} lookups made, {counted} counted, {hit_rate} % of them hits")
    }
}

/// What the run needs: four claims and three answers.
pub(crate) fn app() -> App {
    App::holding(&[CLAIMS, ANSWERS])
}

#[test]
fn no_answer_is_older_than_an_acknowledged_write_and_every_lookup_is_counted() {
    let report = run(&app(), |reads, writes| reads < 1_000 || writes < 250);
    assert_eq!(report.stale, 0, "{report}");
    assert_eq!(report.made, report.counted, "{report}");
    assert!(report.writes >= 250 && report.files > 1 && report.not_modified > 100, "{report}");
}
