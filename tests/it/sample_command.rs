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
