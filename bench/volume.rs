//! What a large database costs: importing into it, beside bare inserts of the same rows and with readers at work.
//!
//! `cargo bench --bench volume -- FOLDER [DATABASE]` imports the files of a folder (see `marb sample`) into an empty
//! database, or into a copy of `DATABASE`, while a reader asks for claims and lists; then inserts the very same rows into
//! other copies with bare rusqlite: the same schema with its triggers, the same settings, statements held; once in large
//! transactions, and once in as many as there were files, each of which is on disk before the next begins.

#![expect(clippy::unwrap_used, reason = "a benchmark whose database fails has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use marb::appliance::{Appliance, ApplianceSettings};
use marb::cache::Cache;
use marb::cache::settings::CacheSettings;
use marb::clock::Clock;
use marb::model::ids::ClaimId;
use marb::model::lists::{ClaimFilter, Page};
use marb::store::{Store, StoreSettings};
use rusqlite::Connection;
use rusqlite::types::Value;

/// Tables in an order in which what a row names is there before it; with how a chunk of them is chosen.
const TABLES: &[(&str, &str)] = &[
    ("imports", "TRUE"),
    ("payers", "TRUE"),
    ("payer_aliases", "TRUE"),
    ("payer_spellings", "TRUE"),
    ("plans", "TRUE"),
    ("providers", "TRUE"),
    ("provider_spellings", "TRUE"),
    ("claims", "id BETWEEN ?1 AND ?2"),
    ("claim_lines", "claim_id BETWEEN ?1 AND ?2"),
    ("diagnoses", "claim_id BETWEEN ?1 AND ?2"),
    ("claim_other_payers", "claim_id BETWEEN ?1 AND ?2"),
    ("claim_other_adjustments", "claim_id BETWEEN ?1 AND ?2"),
    ("risk_scores", "claim_id BETWEEN ?1 AND ?2"),
    ("findings", "claim_id BETWEEN ?1 AND ?2"),
    ("payments", "TRUE"),
    ("provider_adjustments", "TRUE"),
    ("remittances", "id BETWEEN ?1 AND ?2"),
    ("remittance_persons", "remittance_id BETWEEN ?1 AND ?2"),
    ("service_payments", "remittance_id BETWEEN ?1 AND ?2"),
    ("adjustments", "remittance_id BETWEEN ?1 AND ?2"),
    ("remark_codes", "remittance_id BETWEEN ?1 AND ?2"),
    ("claim_episodes", "remittance_id BETWEEN ?1 AND ?2"),
    ("episode_lines", "episode_id IN (SELECT id FROM claim_episodes WHERE remittance_id BETWEEN ?1 AND ?2)"),
];

/// As in the executable.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Files that are taken in together, as `marb import` does with so many of this size.
const TOGETHER: usize = 50;

/// Claims or remittances of a large transaction.
const CHUNK: i64 = 5_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(files) = arguments.next() else {
        println!("cargo bench --bench volume -- FOLDER [DATABASE]");
        return;
    };
    let base = arguments.next().map(PathBuf::from);
    let folder = tempfile::Builder::new().prefix("marb-volume-").tempdir().unwrap();
    let copy = |name: &str| {
        let copy = folder.path().join(name);
        match &base {
            Some(base) => drop(fs::copy(base, &copy).unwrap()),
            None => drop(Store::open(&StoreSettings::new(&copy)).unwrap()),
        }
        copy
    };
    let marb_db = copy("imported.db");
    let known = claims(&marb_db);
    let mut paths: Vec<_> = fs::read_dir(files).unwrap().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "837" || kind == "835"));
    paths.sort();
    let import_seconds = import(&marb_db, &paths);
    let new = claims(&marb_db) - known;
    let per_second = |seconds: f64| f64::from(u32::try_from(new).unwrap()) / seconds;
    println!("{known} claims before, {new} imported: {:.0} claims/s end to end", per_second(import_seconds));
    let claim_files = paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "837")).count();
    let of_a_file = new / i64::try_from(claim_files.max(1)).unwrap() + 1;
    for chunk in [CHUNK, of_a_file.min(CHUNK)] {
        let bare_db = copy("bare.db");
        let seconds = bare_inserts(&marb_db, &bare_db, chunk);
        let ratio = seconds / import_seconds;
        println!(
            "bare, {chunk} claims in a transaction: {:.0} claims/s, ratio {ratio:.2}",
            per_second(seconds)
        );
        fs::remove_file(bare_db).unwrap();
    }
}

fn claims(database: &Path) -> i64 {
    Connection::open(database)
        .unwrap()
        .query_row("SELECT count(*) FROM claims", [], |row| row.get(0))
        .unwrap()
}

/// Imports every file of a folder and learns from them, with a reader beside; gives the seconds that the import took.
fn import(database: &Path, paths: &[PathBuf]) -> f64 {
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    let clock = Clock::system();
    let cache = Cache::new(CacheSettings::default(), clock.clone());
    let appliance = Arc::new(Appliance::new(store, cache, clock, ApplianceSettings::default()).unwrap());
    let seconds = beside_a_reader("files imported", &appliance, || {
        let copy = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            appliance.copy(File::open(path).unwrap(), &name, None, |_| {})
        };
        let copies = |paths: &&[PathBuf]| paths.iter().map(copy).collect();
        appliance
            .import_batches(paths.chunks(TOGETHER), copies, &mut |_| {}, |_, imported| imported.ran)
            .unwrap();
    });
    let mut stats = appliance.database_stats().queries;
    stats.sort_by(|one, other| total(other).total_cmp(&total(one)));
    for one in &stats {
        println!("  {:8.0} ms in {:7} calls of {}", total(one), one.calls, one.query);
    }
    beside_a_reader("learned at the end", &appliance, || appliance.learn_at_rest().unwrap());
    beside_a_reader("scores renewed", &appliance, || appliance.renew_scores(&mut |_| {}).unwrap());
    appliance.close().unwrap();
    seconds
}

/// Does something while a reader asks, and tells how long it took and how long the reader waited; gives the seconds.
fn beside_a_reader(what: &str, appliance: &Arc<Appliance>, work: impl FnOnce()) -> f64 {
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let (appliance, is_over) = (Arc::clone(appliance), Arc::clone(&is_over));
        thread::spawn(move || read_until(&appliance, &is_over))
    };
    let start = Instant::now();
    work();
    let seconds = start.elapsed().as_secs_f64();
    is_over.store(true, Ordering::SeqCst);
    let mut times = reader.join().unwrap();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!(
        "{what} in {seconds:.2} s; peak memory {} MB; {} reads beside it: median {:?}, p99 {:?}, longest {:?}",
        peak_megabytes(),
        times.len(),
        at(50),
        at(99),
        times.last().copied().unwrap_or_default()
    );
    seconds
}

fn total(one: &marb::store::sql::watch::QueryStats) -> f64 {
    one.mean_ms * f64::from(u32::try_from(one.calls).unwrap_or(u32::MAX))
}

/// Asks for a claim and a list every five milliseconds, past the cache; gives how long each took.
fn read_until(appliance: &Appliance, is_over: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut id = 1;
    while !is_over.load(Ordering::SeqCst) {
        let start = Instant::now();
        // While it is empty there is none; asking takes as long.
        let _ = appliance.claim(ClaimId::new(id));
        times.push(start.elapsed());
        let start = Instant::now();
        appliance
            .claims(
                &ClaimFilter::default(),
                Page { after: None, skip: u64::try_from(id).unwrap(), limit: 100 },
            )
            .unwrap();
        times.push(start.elapsed());
        id = id % 1_000 + 1;
        thread::sleep(Duration::from_millis(5));
    }
    times
}

/// Inserts what `from` has and `into` has not; gives the seconds that the inserts took.
fn bare_inserts(from: &Path, into: &Path, chunk: i64) -> f64 {
    let source = Connection::open(from).unwrap();
    let target = Connection::open(into).unwrap();
    target
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;
             PRAGMA temp_store = MEMORY",
        )
        .unwrap();
    target.set_prepared_statement_cache_capacity(64);
    let last = |table: &str| -> i64 {
        let sql = format!("SELECT ifnull(max(id), 0) FROM {table}");
        target.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let mut taken = Duration::ZERO;
    let (named, of_claims, rest) = (&TABLES[..7], &TABLES[7..14], &TABLES[14..]);
    let (heads, of_remittances) = rest.split_at(2);
    insert_chunk(&source, &target, named, None, &mut taken);
    for (tables, last) in [(of_claims, last("claims")), (of_remittances, last("remittances"))] {
        if tables[0].0 == "remittances" {
            insert_chunk(&source, &target, heads, None, &mut taken);
        }
        let sql = format!("SELECT max(id) FROM {}", tables[0].0);
        let end: i64 = source.query_row(&sql, [], |row| row.get::<_, Option<i64>>(0)).unwrap().unwrap_or(0);
        for start in (last + 1..=end).step_by(usize::try_from(chunk).unwrap()) {
            insert_chunk(&source, &target, tables, Some((start, start + chunk - 1)), &mut taken);
        }
    }
    taken.as_secs_f64()
}

/// Inserts the rows of a chunk in one transaction; only the inserts are timed, not the reading.
fn insert_chunk(
    source: &Connection,
    target: &Connection,
    tables: &[(&str, &str)],
    chunk: Option<(i64, i64)>,
    taken: &mut Duration,
) {
    let mut work: Vec<(String, Vec<Vec<Value>>)> = Vec::new();
    for (table, condition) in tables {
        let columns = columns(source, table);
        let names = columns.join(", ");
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
        let mut statement =
            source.prepare(&format!("SELECT {names} FROM {table} WHERE {condition}")).unwrap();
        let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|column| row.get(column)).collect();
        let rows = match chunk {
            Some((first, last)) => {
                statement.query_map([first, last], read).unwrap().collect::<Result<_, _>>()
            }
            None => statement.query_map([], read).unwrap().collect::<Result<_, _>>(),
        };
        let or_ignore = if chunk.is_none() { " OR IGNORE" } else { "" };
        let sql = format!("INSERT{or_ignore} INTO {table} ({names}) VALUES ({})", places.join(", "));
        work.push((sql, rows.unwrap()));
    }
    let start = Instant::now();
    let transaction = target.unchecked_transaction().unwrap();
    for (sql, rows) in &work {
        let mut statement = target.prepare_cached(sql).unwrap();
        for row in rows {
            statement.execute(rusqlite::params_from_iter(row)).unwrap();
        }
    }
    transaction.commit().unwrap();
    *taken += start.elapsed();
}

/// The columns of a table that are stored.
fn columns(connection: &Connection, table: &str) -> Vec<String> {
    connection
        .prepare(&format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0"))
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// The most memory that the process has held at a time; 0 where the system does not say.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0) / 1024
}
