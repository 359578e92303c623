//! Databases that earlier versions wrote, opened by this one: every row is there, and a copy is kept as it was.

#![expect(clippy::unwrap_used, reason = "a file or process that is gone fails the test")]

use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::app::{App, database};
use crate::marb::Folder;

/// The schemas that were written so far, and a database of each; `databases/README.md` says how they were made.
const EARLIER: &[(i64, &str)] = &[
    (1, include_str!("databases/schema-1.sql")),
    (2, include_str!("databases/schema-2.sql")),
    (3, include_str!("databases/schema-3.sql")),
    (5, include_str!("databases/schema-5.sql")),
    (6, include_str!("databases/schema-6.sql")),
];

/// What a database holds: counts and cents, the same in every schema.
fn holds(connection: &Connection) -> Vec<i64> {
    [
        "SELECT count(*) FROM imports",
        "SELECT count(*) FROM claims",
        "SELECT sum(total_charge_amount) FROM claims",
        "SELECT count(*) FROM claim_lines",
        "SELECT sum(charge_amount) FROM claim_lines",
        "SELECT count(*) FROM diagnoses",
        "SELECT count(*) FROM payments",
        "SELECT count(*) FROM remittances",
        "SELECT sum(payment_amount) FROM remittances",
        "SELECT count(*) FROM service_payments",
        "SELECT sum(amount) FROM adjustments",
        "SELECT count(*) FROM claim_episodes",
        "SELECT count(*) FROM payer_aliases",
        "SELECT count(*) FROM risk_scores",
    ]
    .iter()
    .map(|question| connection.query_row(question, [], |row| row.get(0)).unwrap())
    .collect()
}

fn schema(connection: &Connection) -> i64 {
    connection.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)).unwrap()
}

fn read_only(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// The schema of a new database.
fn newest() -> i64 {
    schema(&App::start().database())
}

#[test]
fn a_database_of_every_earlier_schema_is_brought_up_to_date_with_every_row_and_a_copy() {
    let newest = newest();
    for (version, sql) in EARLIER {
        let folder = Folder::new();
        fs::create_dir(folder.path().join("marb-data")).unwrap();
        let old = Connection::open(database(&folder)).unwrap();
        old.execute_batch(sql).unwrap();
        let held = holds(&old);
        drop(old);

        let app = App::over(folder);
        let copy = app.folder().path().join(format!("marb-data/marb.before-schema-{newest}.db"));
        assert!(app.log().contains(&format!("marb.before-schema-{newest}.db")), "{}", app.log());
        let upgraded = app.database();
        assert_eq!((schema(&upgraded), holds(&upgraded)), (newest, held.clone()));
        assert!(!upgraded.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
        let kept = read_only(&copy);
        assert_eq!((schema(&kept), holds(&kept)), (*version, held.clone()));
        drop((kept, upgraded));
        // Counts and money as the API tells them.
        let claims = app.get("/api/v1/claims?limit=1000").ok();
        assert_eq!(claims["total"], held[1]);
        let charges =
            claims["claims"].as_array().unwrap().iter().map(|claim| cents(&claim["total_charge_amount"]));
        assert_eq!(charges.sum::<i64>(), held[2]);
        assert_eq!(app.get("/api/v1/remits").ok()["total"], held[7]);
        assert_eq!(app.get("/api/v1/episodes").ok()["total"], held[11]);

        // A second start has nothing to do.
        let (_, folder) = app.stop("TERM");
        let written = fs::metadata(&copy).unwrap().modified().unwrap();
        let app = App::over(folder);
        assert!(!app.log().contains("before-schema"), "{}", app.log());
        assert_eq!(fs::metadata(&copy).unwrap().modified().unwrap(), written);

        // Pages, references, schema, counts and sums agree.
        let (_, folder) = app.stop("TERM");
        let verified = folder.run(["db", "verify"]);
        assert!(verified.done().lines().all(|line| line.starts_with("ok ")), "{}", verified.done());
    }
}

/// An amount of the API in cents, by its digits.
fn cents(amount: &Value) -> i64 {
    let digits = amount.to_string();
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, "00"));
    format!("{whole}{part:0<2}").parse().unwrap()
}
