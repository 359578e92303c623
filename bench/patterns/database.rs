//! What a search of every payer's answers takes in a large database, beside the bare reading of the same rows.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use marb::risk::detection::{self, Search};
use marb::risk::experience::Experience;
use marb::store::{Store, StoreSettings, answered};
use rusqlite::{Connection, OpenFlags};

/// Lines to search.
const LINES: usize = 1_000_000;

/// The rows that the answers of claims rest on.
const ROWS: [&str; 7] = [
    "SELECT * FROM claims WHERE id <= ?1",
    "SELECT * FROM claim_lines WHERE claim_id <= ?1",
    "SELECT * FROM diagnoses WHERE claim_id <= ?1",
    "SELECT remittances.* FROM claim_episodes AS e CROSS JOIN remittances ON remittances.id = e.remittance_id
     WHERE e.claim_id <= ?1",
    "SELECT line.* FROM claim_episodes AS e CROSS JOIN service_payments AS line ON line.remittance_id = e.remittance_id
     WHERE e.claim_id <= ?1",
    "SELECT pair.* FROM claim_episodes AS e CROSS JOIN episode_lines AS pair ON pair.episode_id = e.id
     WHERE e.claim_id <= ?1",
    "SELECT adjustments.* FROM claim_episodes AS e CROSS JOIN adjustments ON adjustments.remittance_id = e.remittance_id
     WHERE e.claim_id <= ?1",
];

/// Searches the first answers of a database that hold a million lines, and prints what it took.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#[expect(clippy::unwrap_used, reason = "a benchmark whose database fails has nothing to measure")]
pub(super) fn search(database: &Path) {
    let store = Store::open(&StoreSettings::new(database)).unwrap();
    let (mut experience, mut lines, mut last) = (Experience::default(), 0, 0);
    let start = Instant::now();
    let each = |connection: &_| {
        answered::each(connection, |claim| {
            lines += claim.lines.len();
            last = claim.id.get();
            experience.add(&claim);
            lines < LINES
        })
    };
    store.read(each).unwrap();
    experience.sort();
    let read = start.elapsed();
    let start = Instant::now();
    let found = detection::of_payers(&experience, 0..experience.claims(), &Search::default(), &|| true);
    let searched = start.elapsed();
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let start = Instant::now();
    for sql in ROWS {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([last]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                black_box(row.get_ref(column).unwrap());
            }
        }
    }
    let bare = start.elapsed();
    println!("{lines} lines of {} claims, {} patterns", experience.claims(), found.len());
    println!("answers read {read:.1?}, searched {searched:.1?}; bare reading of the same rows {bare:.1?}");
}
