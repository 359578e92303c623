//! Envelopes of the public sample files, where that folder is present, against what an independent reader counted.

use std::fs;

use marb::x12::envelope::{Counts, FaultKind, Level};

use crate::corpus::corpus;

use super::{Contents, read};

#[test]
fn envelopes_of_the_sample_files_are_those_that_were_counted() {
    let Some(folder) = corpus() else {
        println!("skipped: no sample files");
        return;
    };
    let truth = fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let mut rows = truth.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let column = |row: &[&str], name: &str| {
        let at = names.iter().position(|column| *column == name).unwrap();
        row.get(at).copied().unwrap_or_default().to_owned()
    };
    let mut wrong = Vec::new();
    let mut read_files = 0;
    for row in rows {
        let file = column(&row, "file");
        let contents = read(fs::File::open(folder.join(&file)).unwrap());
        let number = |name: &str| column(&row, name).parse().unwrap();
        let expected =
            Counts { interchanges: number("isa"), groups: number("gs"), transactions: number("st") };
        if contents.counts != expected {
            wrong.push(format!("{file}: {:?} instead of {expected:?}", contents.counts));
        }
        let notes = column(&row, "notes");
        wrong.extend(differing_faults(&contents, &notes).map(|fault| format!("{file}: {fault} ({notes})")));
        read_files += 1;
    }
    assert!(read_files > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The envelope faults that the notes name and the reader does not report, or the other way round.
fn differing_faults(contents: &Contents, notes: &str) -> impl Iterator<Item = &'static str> {
    let found = |kind: FaultKind| contents.faults.iter().any(|fault| fault.kind == kind);
    let says = |note: &str| notes.split(' ').any(|word| word.starts_with(note));
    [
        ("SE01-wrong", found(FaultKind::WrongCount(Level::Transaction)), says("SE01-wrong")),
        ("ST02!=SE02", found(FaultKind::WrongControlNumber(Level::Transaction)), says("ST02!=SE02")),
        ("ISA13!=IEA02", found(FaultKind::WrongControlNumber(Level::Interchange)), says("ISA13!=IEA02")),
        ("missing IEA", found(FaultKind::MissingTrailer(Level::Interchange)), says("ISA/IEA=1/0")),
        (
            "missing SE",
            found(FaultKind::MissingTrailer(Level::Transaction)),
            says("missing-SE") || says("unclosed-ST"),
        ),
    ]
    .into_iter()
    .filter(|(_, found, noted)| found != noted)
    .map(|(fault, _, _)| fault)
}
