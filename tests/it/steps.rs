//! Steps of an import: a file of more than one, and one for several files.

#![expect(clippy::unwrap_used, reason = "an import that fails fails the test")]

use std::fmt::Write;
use std::fs;

use marb::appliance::receiving::Receipt;
use marb::appliance::{Appliance, ApplianceSettings};
use marb::cache::Cache;
use marb::cache::key::Key;
use marb::cache::settings::CacheSettings;
use marb::clock::Clock;
use marb::model::ids::{ClaimId, RemittanceId};
use marb::store::{Store, StoreSettings};
use serde_json::Value;

use crate::fixtures::{ANSWERS, CLAIMS, DENTAL};

/// Claims, one of which does not add up, and a payment of more remittances than one step stores.
fn file() -> String {
    let mut file = CLAIMS.replace("CLM*VISIT-1004*95*", "CLM*VISIT-1004*96*");
    file.push_str(
        "ISA*00*          *00*          *ZZ*EXAMPLEHOUSE   *ZZ*EXAMPLECLINIC  *240405*1200*^*00501*000000009*0*P*:~\n\
         GS*HP*EXAMPLEHOUSE*EXAMPLECLINIC*20240405*1200*9*X*005010X221A1~\nST*835*0001~\n\
         BPR*I*500000*C*ACH*CCP*01*999999992*DA*1*1841000001**01*999999992*DA*2*20240402~\n\
         TRN*1*EFT-9001*1841000001~\nN1*PR*NORTH STAR HEALTH*XV*84001~\nN1*PE*EXAMPLE CLINIC*XX*1234567893~\nLX*1~\n",
    );
    for number in 1..=5_000 {
        let charge = if number == 1 { 101 } else { 100 };
        writeln!(file, "CLP*MANY-{number}*1*{charge}*100*0*12*PCN-{number}*11*1~").unwrap();
    }
    file.push_str("SE*5008*0001~\nGE*1*9~\nIEA*1*000000009~\n");
    file
}

/// The answers about claim 4 and remittance 1, through the cache as the server gives them.
fn shown(appliance: &Appliance) -> [Value; 2] {
    let cache = appliance.cache();
    let json = |answer: Result<Vec<u8>, serde_json::Error>| answer.map_err(|_| ());
    let claim = cache.get_or_load_blocking(&Key::claim(4), || {
        json(serde_json::to_vec(&appliance.claim(ClaimId::new(4)).unwrap()))
    });
    let remittance = cache.get_or_load_blocking(&Key::remittance(1), || {
        json(serde_json::to_vec(&appliance.remittance(RemittanceId::new(1)).unwrap()))
    });
    [claim, remittance].map(|body| serde_json::from_slice(body.unwrap().as_bytes()).unwrap())
}

fn findings(answer: &Value) -> usize {
    answer["parsing_warnings"].as_array().unwrap().len()
}

fn appliance(folder: &tempfile::TempDir) -> Appliance {
    let clock = Clock::set_at("2026-03-01T12:00:00Z".parse().unwrap());
    let store = Store::open(&StoreSettings::new(folder.path().join("marb.db"))).unwrap();
    let cache = Cache::new(CacheSettings::default(), clock.clone());
    Appliance::new(store, cache, clock, ApplianceSettings::default()).unwrap()
}

#[test]
fn what_the_last_step_of_an_import_completes_is_not_shown_as_the_first_left_it() {
    let folder = tempfile::tempdir().unwrap();
    let appliance = appliance(&folder);
    appliance.receive_copy(file().as_bytes(), "many.edi", None, |_| {}).unwrap();
    let mut steps = Vec::new();
    appliance.run_waiting_imports(&mut |_| steps.push(shown(&appliance))).unwrap();
    let [[first_claim, first_remittance], [claim, remittance]] = steps.try_into().unwrap();
    assert_eq!((findings(&first_claim), findings(&first_remittance)), (0, 0));
    assert_eq!(first_remittance["payment"]["imbalance"], Value::Null);
    assert!(findings(&claim) > 0 && findings(&remittance) > 0);
    assert_eq!(remittance["payment"]["imbalance"], 0.0);
}

/// Takes files in at once; gives what their senders are told.
fn received(appliance: &Appliance, files: &[&str]) -> Vec<Receipt> {
    let copy = |file: &&str| appliance.copy(file.as_bytes(), "small.edi", None, |_| {});
    let receipts = appliance.receive_copies(files.iter().map(copy).collect()).unwrap();
    receipts.into_iter().map(Result::unwrap).collect()
}

/// Where each stands, with its claims, remittances and links.
fn standing(appliance: &Appliance, receipts: &[Receipt]) -> Vec<(&'static str, u64, u64, u64)> {
    let stands = |receipt: &Receipt| {
        let import = appliance.import(&receipt.task_id).unwrap();
        let counts = import.row().counts();
        (import.row().state().name(), counts.claims_stored, counts.remittances_stored, counts.episodes_linked)
    };
    receipts.iter().map(stands).collect()
}

#[test]
fn small_files_that_wait_are_stored_together_each_with_its_own_figures() {
    let folder = tempfile::tempdir().unwrap();
    let appliance = appliance(&folder);
    let receipts = received(&appliance, &[CLAIMS, ANSWERS, CLAIMS, DENTAL]);
    let mut stored = Vec::new();
    appliance
        .run_waiting_imports(&mut |running| {
            stored.push((running.import.get(), standing(&appliance, &receipts)[0].0));
        })
        .unwrap();
    // All of them are shown as running until the last is to be found everywhere.
    assert_eq!(stored, [(1, "running"), (2, "running"), (4, "running")]);
    let expected = [("done", 4, 0, 0), ("done", 0, 3, 3), ("duplicate", 0, 0, 0), ("done", 1, 0, 0)];
    assert_eq!(standing(&appliance, &receipts), expected);
}

#[test]
fn a_file_that_can_not_be_stored_takes_none_of_those_with_it_that_share_its_step() {
    let folder = tempfile::tempdir().unwrap();
    let appliance = appliance(&folder);
    let receipts = received(&appliance, &[CLAIMS, DENTAL, ANSWERS]);
    fs::remove_file(folder.path().join(format!("received/{}.edi", receipts[1].sha256))).unwrap();
    appliance.run_waiting_imports(&mut |_| {}).unwrap();
    let expected = [("done", 4, 0, 0), ("failed", 0, 0, 0), ("done", 0, 3, 3)];
    assert_eq!(standing(&appliance, &receipts), expected);
    let failed = appliance.import(&receipts[1].task_id).unwrap();
    assert!(failed.row().message().unwrap().contains("send it again"));
}

#[test]
fn a_file_is_not_given_up_because_nothing_can_be_learned_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let appliance = appliance(&folder);
    received(&appliance, &[CLAIMS, ANSWERS]);
    appliance.run_waiting_imports(&mut |_| {}).unwrap();
    let database = rusqlite::Connection::open(folder.path().join("marb.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON payer_histories BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let receipts = received(&appliance, &[DENTAL]);
    appliance.run_waiting_imports(&mut |_| {}).unwrap_err();
    assert_eq!(standing(&appliance, &receipts), [("queued", 0, 0, 0)]);
    database.execute_batch("DROP TRIGGER refuse").unwrap();
    appliance.run_waiting_imports(&mut |_| {}).unwrap();
    assert_eq!(standing(&appliance, &receipts), [("done", 1, 0, 0)]);
}
