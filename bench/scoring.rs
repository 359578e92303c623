//! What learning, the search for denial patterns and scoring cost in a large database, beside the bare reading of the same rows.
//!
//! `cargo bench --bench scoring -- DATABASE` works on a copy of the database: learns from the newest answers that hold a
//! million lines, searches them for patterns, scores claims one by one, and renews the scores of the newest 100,000 as if no payer had answered them.

#![expect(clippy::unwrap_used, reason = "a benchmark whose database fails has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use marb::appliance::{Appliance, ApplianceSettings};
use marb::cache::Cache;
use marb::cache::settings::CacheSettings;
use marb::clock::Clock;
use marb::model::ids::ClaimId;
use marb::risk::boosting::Growth;
use marb::risk::detection::{self, Search};
use marb::risk::experience::Experience;
use marb::risk::learning::Model;
use marb::store::{Store, StoreSettings, answered, claims, models};
use rusqlite::Connection;

/// Answered lines to learn from.
const LINES: usize = 1_000_000;
/// Claims scored anew in the background.
const CLAIMS: i64 = 100_000;
/// Claims scored one by one.
const SINGLE: i64 = 1_000;

/// The rows of claims that scoring reads, and those that learning reads of their answers.
const OF_CLAIMS: [&str; 5] = [
    "SELECT * FROM claims WHERE id BETWEEN ?1 AND ?2",
    "SELECT * FROM claim_lines WHERE claim_id BETWEEN ?1 AND ?2",
    "SELECT * FROM diagnoses WHERE claim_id BETWEEN ?1 AND ?2",
    "SELECT * FROM claim_other_payers WHERE claim_id BETWEEN ?1 AND ?2",
    "SELECT * FROM risk_scores WHERE claim_id BETWEEN ?1 AND ?2",
];
const OF_ANSWERS: [&str; 4] = [
    "SELECT remittances.* FROM claim_episodes AS e CROSS JOIN remittances ON remittances.id = e.remittance_id
     WHERE e.claim_id BETWEEN ?1 AND ?2",
    "SELECT line.* FROM claim_episodes AS e CROSS JOIN service_payments AS line ON line.remittance_id = e.remittance_id
     WHERE e.claim_id BETWEEN ?1 AND ?2",
    "SELECT pair.* FROM claim_episodes AS e CROSS JOIN episode_lines AS pair ON pair.episode_id = e.id
     WHERE e.claim_id BETWEEN ?1 AND ?2",
    "SELECT adjustments.* FROM claim_episodes AS e CROSS JOIN adjustments ON adjustments.remittance_id = e.remittance_id
     WHERE e.claim_id BETWEEN ?1 AND ?2",
];

fn main() {
    let Some(base) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("cargo bench --bench scoring -- DATABASE");
        return;
    };
    let folder = tempfile::Builder::new().prefix("marb-scoring-").tempdir().unwrap();
    let database = folder.path().join("marb.db");
    fs::copy(base, &database).unwrap();
    let model = learn(&database);
    put_into_use(&database, &model);
    let first = as_if_unanswered(&database);
    score(&database, first);
}

/// Learns from the newest answers with a million lines, and searches them for denial patterns.
fn learn(database: &Path) -> Model {
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    remove_copies(database);
    let start = Instant::now();
    let (mut experience, mut lines) = (Experience::default(), 0);
    let (mut first, mut last) = (i64::MAX, 0);
    store
        .read(|connection| {
            answered::each(connection, |claim| {
                lines += claim.lines.len();
                first = first.min(claim.id.get());
                last = last.max(claim.id.get());
                experience.add(&claim);
                lines < LINES
            })
        })
        .unwrap();
    experience.sort();
    let read_in = start.elapsed();
    let model =
        Model::train(&experience, 0..experience.claims(), &Growth::default(), None, &|| true).unwrap();
    let all = start.elapsed();
    drop(store);
    let start = Instant::now();
    let found = detection::of_payers(&experience, 0..experience.claims(), &Search::default(), &|| true);
    let searched = read_in + start.elapsed();
    let bare = bare(database, &[OF_CLAIMS.as_slice(), &OF_ANSWERS].concat(), [first, last]);
    println!(
        "learning from {lines} answered lines: {all:.1?}, of which {read_in:.1?} to read them in; reading the rows alone {bare:.1?}, \
         a share of {:.2}; the model takes {} KB; peak memory {} MB",
        bare.as_secs_f64() / all.as_secs_f64(),
        serde_json::to_string(&model).unwrap().len() / 1_000,
        peak_megabytes(),
    );
    println!(
        "searching them for denial patterns: {searched:.1?} with reading them in, {} found; a share of {:.2}",
        found.len(),
        bare.as_secs_f64() / searched.as_secs_f64(),
    );
    model
}

/// How long it takes to read every column of these rows; the second time, as what it is held against was warm too.
fn bare(database: &Path, questions: &[&str], claims: [i64; 2]) -> Duration {
    let connection = Connection::open(database).unwrap();
    let mut took = Duration::ZERO;
    for _ in 0..2 {
        let start = Instant::now();
        for question in questions {
            let mut statement = connection.prepare(question).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query(claims).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for column in 0..columns {
                    black_box(row.get_ref(column).unwrap());
                }
            }
        }
        took = start.elapsed();
    }
    took
}

fn put_into_use(database: &Path, model: &Model) {
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    let text = serde_json::to_string(model).unwrap();
    store
        .write(|tx| {
            let last = models::last_episode(tx)?;
            models::insert(tx, &text, last, Clock::system().now())
        })
        .unwrap();
}

/// Makes the newest claims, and no others, such that no payer answered; gives the one before them.
fn as_if_unanswered(database: &Path) -> i64 {
    let connection = Connection::open(database).unwrap();
    let last: i64 = connection.query_row("SELECT max(id) FROM claims", [], |row| row.get(0)).unwrap();
    connection.execute("UPDATE claims SET is_linked = 1 WHERE is_linked = 0", []).unwrap();
    connection.execute("UPDATE claims SET is_linked = 0 WHERE id > ?1", [last - CLAIMS]).unwrap();
    last - CLAIMS
}

fn score(database: &Path, first: i64) {
    let bare = bare(database, &OF_CLAIMS, [first + 1, first + CLAIMS]);
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    let clock = Clock::system();
    let cache = Cache::new(CacheSettings::default(), clock.clone());
    let appliance = Appliance::new(store, cache, clock, ApplianceSettings::default()).unwrap();
    let (mut done, start) = (0, Instant::now());
    appliance.renew_scores(&mut |scored| done = scored).unwrap();
    let renewed = start.elapsed();
    println!(
        "scores of {done} claims renewed in {renewed:.1?}; reading their rows alone {bare:.2?}, a share of {:.2}",
        bare.as_secs_f64() / renewed.as_secs_f64()
    );
    let mut times: Vec<Duration> = (1..=SINGLE)
        .map(|n| {
            let id = ClaimId::new(first + n * (CLAIMS / SINGLE));
            let start = Instant::now();
            appliance.calculate_risk(id).unwrap();
            start.elapsed()
        })
        .collect();
    drop(appliance);
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    let mut reads: Vec<Duration> = (1..=SINGLE)
        .map(|n| {
            let id = ClaimId::new(first + n * (CLAIMS / SINGLE));
            let start = Instant::now();
            black_box(store.read(|connection| claims::load(connection, id)).unwrap());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    reads.sort_unstable();
    let half = times.len() / 2;
    println!(
        "one claim read, scored, stored and read again: median {:.3?}, 99 of 100 within {:.3?}; reading it alone {:.3?}, a share of {:.2}",
        times[half],
        times[times.len() * 99 / 100],
        reads[half],
        reads[half].as_secs_f64() / times[half].as_secs_f64()
    );
}

/// The copies that an upgrade made, which a benchmark has no use for.
fn remove_copies(database: &Path) {
    let of_folder = fs::read_dir(database.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let copies: Vec<PathBuf> =
        of_folder.filter(|path| path.to_string_lossy().contains("before-schema")).collect();
    for copy in copies {
        fs::remove_file(copy).unwrap();
    }
}

fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1_000
}
