//! Totals of the public sample files, where that folder is present, against what an independent reader found.

#![expect(clippy::unwrap_used, reason = "a file or column that is missing fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use marb::intake::{Intake, IntakeSettings};
use serde_json::Value;

use crate::marb::Folder;

/// The folder of sample files: `MARB_EDI_CORPUS`, or `shared/edi` beside the package.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says where the files are")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/edi");
    let folder = std::env::var_os("MARB_EDI_CORPUS").map_or_else(beside, PathBuf::from);
    folder.join("truth.tsv").exists().then_some(folder)
}

/// The tally of a file as JSON, and how many findings it has.
fn check(file: &Path) -> (Value, usize) {
    let settings = IntakeSettings::new(jiff::civil::date(2026, 6, 1));
    let mut intake = Intake::new(fs::File::open(file).unwrap(), settings);
    while intake.next().unwrap().is_some() {}
    (serde_json::to_value(intake.tally()).unwrap(), intake.take_findings().len())
}

/// The columns of the truth that are numbers of the tally.
const COLUMNS: &[(&str, &str)] = &[
    ("isa", "/interchanges"),
    ("gs", "/groups"),
    ("st", "/transactions"),
    ("claims_837", "/claims/count"),
    ("charge_837", "/claims/charge"),
    ("lines_837", "/claims/lines"),
    ("linecharge_837", "/claims/line_charge"),
    ("claims_835", "/remittances/count"),
    ("charge_835", "/remittances/charge"),
    ("paid_835", "/remittances/paid"),
    ("patresp_835", "/remittances/patient_responsibility"),
    ("lines_835", "/remittances/lines"),
    ("linecharge_835", "/remittances/line_charge"),
    ("linepaid_835", "/remittances/line_paid"),
    ("reversals", "/remittances/reversals"),
    ("cas_CO", "/remittances/adjustments/CO"),
    ("cas_PR", "/remittances/adjustments/PR"),
    ("cas_OA", "/remittances/adjustments/OA"),
    ("cas_PI", "/remittances/adjustments/PI"),
    ("cas_CR", "/remittances/adjustments/CR"),
    ("cas_other", "/remittances/adjustments/other"),
    ("cas_triplets", "/remittances/adjustment_count"),
    ("plb_total", "/payments/provider_adjustments"),
    ("plb_n", "/payments/provider_adjustment_count"),
    ("bpr_total", "/payments/total"),
    ("tx835", "/payments/count"),
];

/// What differs between a row of the truth and the tally.
fn differences(row: &BTreeMap<&str, &str>, tally: &Value) -> Vec<String> {
    let mut differing = Vec::new();
    for (column, pointer) in COLUMNS {
        let expected: f64 = row[column].parse().unwrap();
        let found = tally.pointer(pointer).and_then(Value::as_f64).unwrap();
        if (expected - found).abs() > 0.001 {
            differing.push(format!("{column} is {found} instead of {expected}"));
        }
    }
    let (count, unbalanced) = (&tally["payments"]["count"], &tally["payments"]["unbalanced"]);
    let balances = match (count.as_u64().unwrap(), unbalanced.as_u64().unwrap()) {
        (0, _) => "NA".to_owned(),
        (_, 0) => "Y".to_owned(),
        (all, bad) => format!("N({bad}/{all})"),
    };
    if balances != row["balances_835"] {
        differing.push(format!("balances is {balances} instead of {}", row["balances_835"]));
    }
    differing.extend(different_kind(row["types"], tally));
    differing
}

/// Whether the kind of file, and of its claims, is not what `types` says: `837P`, `835x2`, `278x6,837Px2,835x4`.
fn different_kind(types: &str, tally: &Value) -> Option<String> {
    let has = |start: &str| types.split(',').any(|kind| kind.starts_with(start));
    let expected = match (has("837"), has("835")) {
        (true, true) => "mixed",
        (true, false) => "837",
        (false, true) => "835",
        (false, false) => "other",
    };
    let claims = &tally["claims"];
    let kinds = [("837P", "professional"), ("837I", "institutional"), ("837D", "dental")];
    let wrong = kinds.iter().find(|(kind, field)| !has(kind) && claims[field] != 0);
    let kind = &tally["kind"];
    (kind != expected || wrong.is_some()).then(|| format!("kind is {kind} with {claims} instead of {types}"))
}

/// The columns of the truth and the questions that the database answers with the same, for one import.
const STORED: &[(&str, &str)] = &[
    ("claims_837", "SELECT count(*) FROM claims WHERE import_id = ?1"),
    ("charge_837", "SELECT sum(total_charge_amount) FROM claims WHERE import_id = ?1"),
    (
        "lines_837",
        "SELECT count(*) FROM claim_lines JOIN claims ON claims.id = claim_id WHERE import_id = ?1",
    ),
    (
        "linecharge_837",
        "SELECT sum(charge_amount) FROM claim_lines JOIN claims ON claims.id = claim_id WHERE import_id = ?1",
    ),
    ("claims_835", "SELECT count(*) FROM answers"),
    ("charge_835", "SELECT sum(charge_amount) FROM answers"),
    ("paid_835", "SELECT sum(payment_amount) FROM answers"),
    ("patresp_835", "SELECT sum(patient_responsibility_amount) FROM answers"),
    ("lines_835", "SELECT count(*) FROM service_payments JOIN answers ON answers.id = remittance_id"),
    (
        "linecharge_835",
        "SELECT sum(line.charge_amount) FROM service_payments AS line JOIN answers ON answers.id = remittance_id",
    ),
    (
        "linepaid_835",
        "SELECT sum(line.payment_amount) FROM service_payments AS line JOIN answers ON answers.id = remittance_id",
    ),
    ("reversals", "SELECT count(*) FROM answers WHERE status = 'reversal'"),
    ("cas_CO", "SELECT sum(amount) FROM taken_off WHERE group_code = 'CO'"),
    ("cas_PR", "SELECT sum(amount) FROM taken_off WHERE group_code = 'PR'"),
    ("cas_OA", "SELECT sum(amount) FROM taken_off WHERE group_code = 'OA'"),
    ("cas_PI", "SELECT sum(amount) FROM taken_off WHERE group_code = 'PI'"),
    ("cas_CR", "SELECT sum(amount) FROM taken_off WHERE group_code = 'CR'"),
    ("cas_other", "SELECT sum(amount) FROM taken_off WHERE group_code NOT IN ('CO', 'PR', 'OA', 'PI', 'CR')"),
    ("cas_triplets", "SELECT count(*) FROM taken_off"),
    (
        "plb_total",
        "SELECT sum(plb.amount) FROM provider_adjustments AS plb JOIN payments ON payments.id = payment_id WHERE import_id = ?1",
    ),
    (
        "plb_n",
        "SELECT count(*) FROM provider_adjustments JOIN payments ON payments.id = payment_id WHERE import_id = ?1",
    ),
    ("bpr_total", "SELECT sum(amount) FROM payments WHERE import_id = ?1"),
    ("tx835", "SELECT count(*) FROM payments WHERE import_id = ?1"),
];

/// Columns that count; the others are dollars.
const COUNTS: &[&str] =
    &["claims_837", "lines_837", "claims_835", "lines_835", "reversals", "cas_triplets", "plb_n", "tx835"];

/// The remittances of an import, and what they and other payers of its claims took off.
const OF_IMPORT: &str = "WITH answers AS (
        SELECT remittances.* FROM remittances JOIN payments ON payments.id = payment_id WHERE import_id = ?1
    ),
    taken_off (group_code, amount) AS (
        SELECT group_code, amount FROM adjustments JOIN answers ON answers.id = remittance_id
        UNION ALL
        SELECT group_code, amount FROM claim_other_adjustments JOIN claims ON claims.id = claim_id WHERE import_id = ?1
    ) ";

#[test]
fn what_is_imported_of_the_sample_files_is_stored_to_the_cent() {
    let Some(folder) = corpus() else {
        println!("skipped: no sample files");
        return;
    };
    let truth = fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let mut rows = truth.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let rows: Vec<BTreeMap<_, _>> = rows
        .map(|row| names.iter().copied().zip(row).collect::<BTreeMap<_, _>>())
        .filter(|row| !row["file"].contains("/variants/"))
        .collect();
    let place = Folder::new();
    let files = rows.iter().map(|row| folder.join(row["file"]).into_os_string());
    let words = ["import", "--json", "--database", "marb.db"].map(Into::into);
    let run = place.run(words.into_iter().chain(files));
    let imports: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(imports.len(), rows.len(), "{}", run.stderr);
    let database = rusqlite::Connection::open(place.path().join("marb.db")).unwrap();
    let mut wrong = Vec::new();
    for (row, import) in rows.iter().zip(&imports) {
        // A file that stands in the folder twice is stored once: the second import names the first.
        let task = import.pointer("/import/duplicate_of").and_then(Value::as_str);
        let task = task.or(import["task_id"].as_str()).unwrap();
        let id: i64 = task.strip_prefix("imp-").unwrap().parse().unwrap();
        for (column, question) in STORED {
            let sql = format!("{OF_IMPORT}{question}");
            let stored: Option<i64> = database.query_row(&sql, [id], |row| row.get(0)).unwrap();
            let expected = if COUNTS.contains(column) {
                row[column].parse().unwrap()
            } else {
                marb::money::Cents::parse(row[column].as_bytes()).unwrap().get()
            };
            if stored.unwrap_or(0) != expected {
                wrong.push(format!("{}: {column} is {stored:?} instead of {expected}", row["file"]));
            }
        }
    }
    assert!(rows.len() > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn totals_of_the_sample_files_are_those_that_an_independent_reader_found() {
    let Some(folder) = corpus() else {
        println!("skipped: no sample files");
        return;
    };
    let truth = fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let mut rows = truth.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let mut wrong = Vec::new();
    let mut files = 0;
    for row in rows {
        let row: BTreeMap<_, _> = names.iter().copied().zip(row).collect();
        let file = folder.join(row["file"]);
        let (tally, findings) = check(&file);
        wrong.extend(differences(&row, &tally).into_iter().map(|what| format!("{}: {what}", row["file"])));
        let nothing = row["claims_837"] == "0" && row["claims_835"] == "0";
        if nothing && findings == 0 {
            wrong.push(format!("{}: nothing was read and nothing was found", row["file"]));
        }
        // The truth counts the bytes of the decoded text where the file has a byte order mark.
        assert_eq!(tally["bytes"], fs::metadata(&file).unwrap().len());
        files += 1;
    }
    assert!(files > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
