//! `marb check` on files, folders and standard input, good and bad.

#![expect(clippy::unwrap_used, reason = "output that is no JSON fails the test")]

use serde_json::{Value, json};

use crate::intake::{PROFESSIONAL, REMITTANCE, claims, remittances};
use crate::marb::Folder;

/// The objects of a run with `--json`.
#[track_caller]
fn objects(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn two_files() -> Folder {
    Folder::new()
        .with("in/claims.837", claims(PROFESSIONAL))
        .with("in/older/era.txt", remittances(REMITTANCE))
        .with("in/readme.txt", "no X12")
}

#[test]
fn a_file_is_told_in_one_object_with_exact_sums() {
    let file = claims(PROFESSIONAL);
    let run = Folder::new().with("a.837", &file).run(["check", "--json", "a.837"]);
    let [object] = &*objects(run.done()) else { panic!("{}", run.stdout) };
    assert_eq!(object["file"], "a.837");
    assert_eq!(object["bytes"], file.len());
    assert_eq!(object["kind"], "837");
    assert_eq!(object["claims"]["count"], 1);
    assert!(run.stdout.contains(r#""charge":180.50,"#), "{}", run.stdout);
    assert_eq!(object["findings"], json!([]));
}

#[test]
fn a_file_is_known_by_the_hash_of_its_bytes() {
    let run = Folder::new().with("a", "abc").run(["check", "--json", "a"]);
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1
    assert_eq!(objects(&run.stdout)[0]["sha256"], sha256);
}

#[test]
fn a_folder_is_walked_and_only_its_x12_is_read() {
    let run = two_files().run(["check", "--json", "in"]);
    let found: Vec<_> = objects(run.done()).iter().map(|o| (o["file"].clone(), o["kind"].clone())).collect();
    assert_eq!(found, [(json!("in/claims.837"), json!("837")), (json!("in/older/era.txt"), json!("835"))]);
}

#[test]
fn people_get_a_row_for_each_file_and_the_totals_last() {
    let run = two_files().run(["check", "in"]);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<_> = run.done().lines().map(words).collect();
    let [.., heading, claims, era, totals] = &*lines else { panic!("{}", run.stdout) };
    assert_eq!(heading.first().unwrap(), "kind");
    assert_eq!(claims.join(" "), "837 1 180.50 0 0 in/claims.837");
    assert_eq!(era.join(" "), "835 1 130.00 0 0 0 0 in/older/era.txt");
    assert_eq!(totals.join(" "), "1 180.50 1 130.00 0 0 0 0 2 files");
}

#[test]
fn a_finding_is_shown_at_its_place_with_the_fix() {
    let text = String::from_utf8(claims(PROFESSIONAL)).unwrap().replace("XX*1245319599", "XX*1245319590");
    let run = Folder::new().with("a.837", text).run(["check", "a.837"]);
    let expected = "\
error[npi-check-digit]: '1245319590' is no NPI: its last digit would be 9
  --> a.837: segment 24, byte ";
    assert!(run.done().starts_with(expected), "{}", run.stdout);
    assert!(run.stdout.contains("24 | NM1*82*1*HEALER*HANNA****XX*1245319590\n"), "{}", run.stdout);
    assert!(run.stdout.contains("   |                             ^^^^^^^^^^\n"), "{}", run.stdout);
}

#[test]
fn strict_fails_where_a_claim_has_an_error() {
    let text = String::from_utf8(claims(PROFESSIONAL)).unwrap().replace("XX*1245319599", "XX*1245319590");
    let folder = Folder::new().with("a.837", text);
    assert_eq!(folder.run(["check", "a.837"]).code, Some(0));
    assert_eq!(folder.run(["check", "--strict", "a.837"]).code, Some(1));
}

#[test]
fn a_file_that_cannot_be_read_whole_fails_and_is_told_all_the_same() {
    let whole = claims(PROFESSIONAL);
    for (file, kind, rule) in [
        (&b""[..], "not X12", "empty-file"),
        (b"dear payer", "not X12", "not-x12"),
        (&whole[..whole.len() - 120], "837", "claim-cut-off"),
    ] {
        let run = Folder::new().with("a", file).run(["check", "--json", "a"]);
        assert_eq!(run.code, Some(1), "{rule}");
        let [object] = &*objects(&run.stdout) else { panic!("{}", run.stdout) };
        assert_eq!(object["kind"], kind, "{rule}");
        let rules: Vec<_> = object["findings"].as_array().unwrap().iter().map(|f| &f["rule"]).collect();
        assert!(rules.contains(&&json!(rule)), "{rules:?}");
    }
}

#[test]
fn a_minus_reads_standard_input() {
    let folder = Folder::new();
    let input = folder.write("elsewhere", remittances(REMITTANCE));
    let run = folder.run_reading(["check", "--json", "-"], &input);
    let [object] = &*objects(run.done()) else { panic!("{}", run.stdout) };
    assert_eq!((&object["file"], &object["payments"]["total"]), (&json!("-"), &json!(115.0)));
}

#[test]
fn what_is_not_there_is_named_and_the_others_are_read() {
    let run = two_files().run(["check", "--json", "nowhere.837", "in/claims.837"]);
    assert_eq!((run.code, &*run.stderr), (Some(1), "marb: there is no file or folder nowhere.837\n"));
    assert_eq!(objects(&run.stdout).len(), 1);
}

#[test]
fn a_folder_without_x12_is_named() {
    let folder = Folder::new().with("in/notes.txt", "no X12");
    let line = "marb: no X12 file stands in in: name the folder that holds 837 or 835 files";
    assert_eq!(folder.run(["check", "in"]).only_line(1), line);
}

#[test]
fn the_configuration_says_what_is_no_denial() {
    let denied = REMITTANCE.replace("*30*20**2", "*30*0**2").replace("PR*2*10", "CO*50*30");
    let folder = Folder::new().with("a.835", remittances(&denied));
    let partly = |variables: &[(&str, &str)]| {
        let run = folder.run_with(["check", "--json", "a.835"], variables);
        objects(&run.stdout)[0]["remittances"]["partly_denied"].clone()
    };
    assert_eq!(partly(&[]), 1);
    assert_eq!(partly(&[("MARB_DENIAL__NOT_DENIAL_REASONS", r#"["45","50"]"#)]), 0);
}
