//! Disks that fill up and files that break: what was stored before stays, and what to do is said.

#![expect(clippy::unwrap_used, reason = "a file or process that is gone fails the test")]

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::app::{App, database};
use crate::fixtures::CLAIMS;
use crate::marb::Folder;

/// A disk of its own, small, mounted where the database goes; gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Nothing where this user may not mount.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }

    /// Takes all room but so many bytes.
    fn fill_but(&self, bytes: usize) -> PathBuf {
        let filler = self.0.join("filler");
        // What fits is written before the disk says that it is full.
        let _ = fs::write(&filler, vec![0; 64 << 20]);
        let file = fs::OpenOptions::new().write(true).open(&filler).unwrap();
        file.set_len(file.metadata().unwrap().len() - u64::try_from(bytes).unwrap()).unwrap();
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The claims of a sample as one file, and how many they are.
fn claims(seed: &str, count: &str) -> Vec<u8> {
    let folder = Folder::new();
    folder.run(["sample", "--claims", count, "--seed", seed, "--out", "s"]).done();
    let mut names: Vec<_> = fs::read_dir(folder.path().join("s"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|name| name.extension().is_some_and(|extension| extension == "837"))
        .collect();
    names.sort();
    names.iter().flat_map(|name| fs::read(name).unwrap()).collect()
}

#[test]
fn a_disk_that_fills_up_loses_nothing_and_the_import_goes_on_when_there_is_room() {
    let folder = Folder::new();
    let Some(disk) = SmallDisk::mount(&folder.path().join("marb-data"), "24m") else {
        println!("skipped: this user may not mount a disk; src/store/mod.rs tests a full disk by a quota");
        return;
    };
    let app = App::over(folder);
    app.import("first.837", claims("1", "100"));
    let second = claims("2", "300");
    // Room for the received file, not for what it holds.
    let filler = disk.fill_but(second.len() + 100_000);
    let accepted = app.upload("/api/v1/imports", &[], "second.837", &second);
    assert!(accepted.status == 200 || accepted.status == 507, "{}", accepted.body);
    assert_eq!(app.get("/api/v1/claims?limit=1").ok()["total"], 100);
    let refused = app.upload("/api/v1/imports", &[], "third.837", claims("3", "600"));
    assert!(refused.problem(507, "NO_ROOM").contains("disk is full"), "{}", refused.body);
    assert_eq!(app.get("/api/v1/claims?limit=1").ok()["total"], 100);

    fs::remove_file(filler).unwrap();
    // Sent again it is known already; its coming wakes the import that waits.
    let again = app.upload("/api/v1/imports", &[], "second.837", &second).ok();
    app.wait_for(again["task_id"].as_str().unwrap());
    app.wait_for("imp-2");
    assert_eq!(app.get("/api/v1/claims?limit=1").ok()["total"], 400);
    let integrity: String = app.database().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

#[test]
fn an_import_onto_a_full_disk_ends_there_with_one_reason_and_is_gone_on_with_by_the_same_command() {
    let folder = Folder::new();
    folder.run(["sample", "--claims", "600", "--seed", "4", "--out", "s"]).done();
    let Some(disk) = SmallDisk::mount(&folder.path().join("marb-data"), "24m") else {
        println!("skipped: this user may not mount a disk");
        return;
    };
    let filler = disk.fill_but(5 << 20);
    let run = folder.run(["import", "s", "--json"]);
    assert_eq!(run.code, Some(1));
    let files = fs::read_dir(folder.path().join("s"))
        .unwrap()
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|kind| kind != "txt"))
        .count();
    let left = files - run.stdout.lines().count();
    assert!(left > 100, "{left}");
    let lines: Vec<_> = run.stderr.lines().collect();
    let [reason, advice] = &lines[..] else { panic!("{}", run.stderr) };
    assert!(reason.starts_with("marb: s") && reason.contains("disk is full"), "{reason}");
    assert_eq!(
        *advice,
        format!("marb: {left} of {files} files are left: free some space and run the same command again")
    );

    fs::remove_file(filler).unwrap();
    folder.run(["import", "s"]).done();
    let claims: i64 = Connection::open(database(&folder))
        .unwrap()
        .query_row("SELECT count(*) FROM claims", [], |row| row.get(0))
        .unwrap();
    assert_eq!(claims, 600);
}

#[test]
fn a_database_damaged_in_the_middle_still_answers_for_the_rest_and_is_not_made_worse() {
    let app = App::start();
    app.import("claims.837", claims("1", "200"));
    let (_, folder) = app.stop("TERM");
    let path = database(&folder);
    // The leaf in the middle of the claims' lines.
    let connection = Connection::open(&path).unwrap();
    let (page, size): (i64, i64) = connection
        .query_row(
            "SELECT pageno, pgsize FROM dbstat WHERE name = 'claim_lines' AND pagetype = 'leaf'
             ORDER BY path LIMIT 1 OFFSET (SELECT count(*) / 2 FROM dbstat WHERE name = 'claim_lines')",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    drop(connection);
    let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let start = u64::try_from((page - 1) * size).unwrap();
    file.write_all_at(&vec![0xff; usize::try_from(size).unwrap()], start).unwrap();
    let damaged = fs::read(&path).unwrap();

    let app = App::over(folder);
    assert_eq!(app.get("/api/v1/claims?limit=1").ok()["total"], 200);
    let answers: Vec<_> = (1..=200).map(|id| app.get(&format!("/api/v1/claims/{id}"))).collect();
    let (whole, broken): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(!whole.is_empty() && !broken.is_empty(), "{} of 200 are whole", whole.len());
    for answer in broken {
        assert!(answer.problem(500, "DATABASE_DAMAGED").contains("backup"), "{}", answer.body);
    }
    is_told_to_be_damaged(&app);
    let (code, folder) = app.stop("TERM");
    assert_eq!(code, Some(0));
    assert!(fs::read(database(&folder)).unwrap() == damaged, "the server wrote into a damaged database");

    let verified = folder.run(["db", "verify"]);
    assert_eq!(verified.code, Some(1), "{}", verified.stderr);
    let place = format!("table claim_lines, page {page}");
    assert!(verified.stdout.contains(&place), "{place}: {}", verified.stdout);
    assert_eq!(
        verified.stdout.lines().filter(|line| line.starts_with("ok ")).count(),
        12,
        "{}",
        verified.stdout
    );
}

#[test]
fn a_stored_value_that_cannot_be_there_is_damage_and_no_fault_without_a_name() {
    let app = App::holding(&[CLAIMS]);
    assert_eq!(app.get("/api/v1/health/detailed").ok()["components"]["database"]["status"], "healthy");
    let broken = "UPDATE claims SET patient_control_number = CAST(x'ff' AS TEXT) WHERE id = 1";
    app.database().execute(broken, []).unwrap();
    for path in ["/api/v1/claims", "/api/v1/claims/1"] {
        assert!(app.get(path).problem(500, "DATABASE_DAMAGED").contains("backup"));
    }
    app.get("/api/v1/claims/2").ok();
    is_told_to_be_damaged(&app);
}

#[track_caller]
fn is_told_to_be_damaged(app: &App) {
    let health = app.get("/api/v1/health/detailed").ok();
    assert_eq!(
        (&health["status"], &health["components"]["database"]["status"]),
        (&"degraded".into(), &"unhealthy".into())
    );
    assert!(health["components"]["database"]["message"].as_str().unwrap().contains("backup"), "{health}");
}
