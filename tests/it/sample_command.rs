//! `marb sample`: what it says that it wrote is what a check finds in the files.

use serde_json::Value;

use crate::marb::Folder;

#[test]
fn what_was_written_is_what_a_check_finds() {
    let folder = Folder::new();
    let arguments = ["sample", "--claims", "150", "--seed", "3", "--out", "new/folder", "--json"];
    let written: Value = serde_json::from_str(folder.run(arguments).done()).unwrap();
    assert_eq!(written["claims"]["count"], 150);
    let run = folder.run(["check", "--json", "new/folder"]);
    let checked: Vec<Value> = run.done().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(written["files"], checked.len());
    for figure in ["/bytes", "/claims/count", "/remittances/count", "/remittances/denied", "/payments/count"]
    {
        let of = |file: &Value| file.pointer(figure).unwrap().as_u64().unwrap();
        assert_eq!(of(&written), checked.iter().map(of).sum::<u64>(), "{figure}");
    }
}

#[test]
fn a_scenario_comes_with_the_truth_about_every_line() {
    let folder = Folder::new();
    folder.run(["sample", "--claims", "150", "--scenario", "planted", "--out", "planted"]).done();
    let truth = std::fs::read_to_string(folder.path().join("planted/truth.csv")).unwrap();
    let mut rows = truth.lines().map(|line| line.split(',').collect::<Vec<_>>());
    assert_eq!(
        rows.next().unwrap(),
        [
            "claim_control_number",
            "frequency",
            "submission_date",
            "line_number",
            "payer",
            "probability",
            "causes"
        ]
    );
    let causes =
        std::fs::read_to_string(folder.path().join("planted/causes.csv")).unwrap().lines().count() - 1;
    let mut lines = 0;
    for row in rows {
        assert!((0.0..=1.0).contains(&row[5].parse::<f64>().unwrap()), "{row:?}");
        let of_line = row[6].split(';').filter(|cause| !cause.is_empty());
        assert!(of_line.into_iter().all(|cause| cause.parse::<usize>().unwrap() < causes), "{row:?}");
        lines += 1;
    }
    assert!(lines > 150, "{lines} lines");
    folder.run(["sample", "--claims", "5", "--out", "usual"]).done();
    assert!(!folder.path().join("usual/truth.csv").exists());
}
