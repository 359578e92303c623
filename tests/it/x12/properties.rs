//! Properties that hold for any file: no panic, no hang, and its form changes nothing that it says.

use std::io::{self, Read};

use marb::x12::notice::NoticeKind;
use marb::x12::segment::Delimiters;
use marb::x12::writer::{GroupHeader, InterchangeHeader, Writer};
use proptest::prelude::*;

use super::{Row, read};

const INTERCHANGE: InterchangeHeader<'_> = InterchangeHeader {
    sender_qualifier: "ZZ",
    sender: "SENDER",
    receiver_qualifier: "30",
    receiver: "RECEIVER",
    date: "260101",
    time: "1200",
    version: "00501",
    control_number: 7,
    usage: 'T',
};
const GROUP: GroupHeader<'_> = GroupHeader {
    functional_id: "HC",
    sender: "SENDER",
    receiver: "RECEIVER",
    date: "20260101",
    time: "1200",
    control_number: 3,
    version: "005010X222A1",
};
const DELIMITERS: [Delimiters; 4] = [
    Delimiters::USUAL,
    Delimiters { element: b'|', component: b'>', repetition: Some(b'!'), terminator: 0x1d },
    Delimiters { element: b'*', component: b'<', repetition: None, terminator: b'\n' },
    Delimiters { element: 0x1d, component: 0x1f, repetition: Some(b'^'), terminator: 0x1c },
];

/// A file of two interchanges, each with a transaction of these segments.
fn file(rows: &[Row], delimiters: Delimiters) -> Vec<u8> {
    let write = || -> io::Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new(), delimiters);
        for _ in 0..2 {
            writer.interchange(&INTERCHANGE)?;
            writer.group(&GROUP)?;
            writer.transaction("837", "005010X222A1")?;
            for row in rows {
                let mut segment = writer.begin(&row[0]);
                for element in &row[1..] {
                    segment = segment.composite(&element.split(':').collect::<Vec<_>>());
                }
                segment.end()?;
            }
        }
        writer.finish()
    };
    write().unwrap_or_default()
}

/// Segments as a reader gives them: nothing blank around a value and nothing empty at the end.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let id =
        prop::sample::select(vec!["BHT", "NM1", "N3", "HL", "CLM", "HI", "SV1", "LX", "DTP", "REF", "ISX"]);
    let value = "[A-Za-z0-9É]([A-Za-z0-9 .,'É-]{0,9}[A-Za-z0-9.É])?";
    let composite = prop::collection::vec(value, 1..4).prop_map(|components| components.join(":"));
    let element = prop_oneof![4 => value.prop_map(String::from), 1 => composite, 1 => Just(String::new()), 1 => Just("ISA".into())];
    let elements = (prop::collection::vec(element, 0..8), value);
    let row = (id, elements).prop_map(|(id, (elements, last))| {
        std::iter::once(id.to_owned()).chain(elements).chain([last]).collect::<Row>()
    });
    prop::collection::vec(row, 1..12)
}

fn utf16(file: &[u8], big_endian: bool, mark: bool) -> Vec<u8> {
    let text = if mark { "\u{feff}" } else { "" }.to_owned() + &String::from_utf8_lossy(file);
    text.encode_utf16().flat_map(if big_endian { u16::to_be_bytes } else { u16::to_le_bytes }).collect()
}

fn delimiters() -> impl Strategy<Value = Delimiters> {
    prop::sample::select(DELIMITERS.to_vec())
}

/// What a source may deliver at a time, over and over.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1..200_usize, 1..5)
}

/// Pieces of files, whole ones among them, in any order.
fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let whole = || (rows(), delimiters()).prop_map(|(rows, delimiters)| file(&rows, delimiters));
    let wide = (whole(), any::<bool>(), any::<bool>()).prop_map(|(file, big, mark)| utf16(&file, big, mark));
    let header = (delimiters(), 0..200_usize).prop_map(|(delimiters, length)| {
        let mut file = file(&[], delimiters);
        file.truncate(length);
        file
    });
    let words = [
        "ISA",
        "isa*",
        "I\nS\nA",
        "ST*837*1",
        "GS*HC*A",
        "\nST|835|",
        "*",
        "~",
        "\n",
        "\r\n",
        "\0",
        " ",
        "\u{feff}",
        "x",
        "I",
    ];
    let word = prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    let noise = prop::collection::vec(any::<u8>(), 0..20);
    let many = (any::<u8>(), 0..20_000_usize).prop_map(|(byte, count)| vec![byte; count]);
    let piece = prop_oneof![3 => whole(), 2 => wide, 3 => header, 12 => word, 2 => noise, 1 => many];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Delivers bytes in small portions.
struct Portions<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Portions<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1);
        (&mut self.bytes).take(size as u64).read(room)
    }
}

/// The rows with the file's component separator made a colon.
fn with_colons(rows: Vec<Row>, delimiters: Delimiters) -> Vec<Row> {
    let with_colons = |element: String| element.replace(char::from(delimiters.component), ":");
    rows.into_iter().map(|row| row.into_iter().map(with_colons).collect()).collect()
}

/// The rows without the ISAs, whose padding and separators are their form.
fn said(bytes: &[u8], delimiters: Delimiters) -> Vec<Row> {
    let rows = read(bytes).rows.into_iter().filter(|row| row[0] != "ISA").collect();
    with_colons(rows, delimiters)
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read(&bytes[..]);
    }

    #[test]
    fn portions_of_any_size_read_the_same(bytes in scraps(), sizes in sizes()) {
        let portions = Portions { bytes: &bytes, sizes: sizes.into_iter().cycle() };
        prop_assert_eq!(read(portions), read(&bytes[..]));
    }

    #[test]
    fn what_was_written_reads_back_without_fault(rows in rows(), delimiters in delimiters()) {
        let contents = read(&file(&rows, delimiters)[..]);
        prop_assert_eq!(&contents.notices, &[]);
        prop_assert_eq!(&contents.faults, &[]);
        prop_assert_eq!(contents.counts.interchanges, 2);
        let read = with_colons(contents.rows, delimiters);
        prop_assert_eq!(&read[3..rows.len() + 3], &rows);
    }

    #[test]
    fn delimiters_change_nothing(rows in rows(), one in delimiters(), other in delimiters()) {
        prop_assert_eq!(said(&file(&rows, one), one), said(&file(&rows, other), other));
    }

    #[test]
    fn wrapping_changes_nothing(rows in rows(), width in 1..120_usize, line_break in "\n|\r|\r\n") {
        let file = file(&rows, Delimiters::USUAL);
        let wrapped = file.chunks(width).collect::<Vec<_>>().join(line_break.as_bytes());
        let contents = read(&wrapped[..]);
        prop_assert_eq!(&contents.rows, &read(&file[..]).rows);
        prop_assert!(contents.notices.iter().all(|notice| notice.kind == NoticeKind::Wrapped));
    }

    #[test]
    fn filler_after_terminators_changes_nothing(rows in rows(), filler in "[ \n\r\t]{0,5}", end in "[\0\x1a\n]{0,5}") {
        let file = file(&rows, Delimiters::USUAL);
        let padded = String::from_utf8_lossy(&file).replace('~', &format!("~{filler}")) + &end;
        let contents = read(padded.as_bytes());
        prop_assert_eq!(&contents.rows, &read(&file[..]).rows);
        prop_assert_eq!(&contents.notices, &[]);
    }

    #[test]
    fn the_encoding_changes_nothing(rows in rows(), delimiters in delimiters(), big in any::<bool>(), mark in any::<bool>()) {
        let file = file(&rows, delimiters);
        let text = if mark { "\u{feff}" } else { "" }.to_owned() + &String::from_utf8_lossy(&file);
        prop_assert_eq!(&read(text.as_bytes()).rows, &read(&file[..]).rows);
        let contents = read(&utf16(&file, big, mark)[..]);
        prop_assert_eq!(&contents.rows, &read(&file[..]).rows);
        prop_assert_eq!(contents.kinds(), [NoticeKind::Utf16]);
    }

    #[test]
    fn files_of_two_encodings_put_together_are_both_read(rows in rows(), one in delimiters(), other in delimiters(), wide in any::<[bool; 4]>()) {
        let encode = |file: &[u8], [wide, big]: [bool; 2]| if wide { utf16(file, big, true) } else { file.to_vec() };
        let [first, second] = [file(&rows, one), file(&rows, other)];
        let both = [encode(&first, [wide[0], wide[1]]), encode(&second, [wide[2], wide[3]])].concat();
        prop_assert_eq!(read(&both[..]).rows, [read(&first[..]).rows, read(&second[..]).rows].concat());
    }

    #[test]
    fn a_cut_loses_no_segment_that_ends_before_it(rows in rows(), delimiters in delimiters(), at in 0.0..1.0_f64) {
        let file = file(&rows, delimiters);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a small length")]
        let at = (file.len() as f64 * at) as usize;
        let whole = read(&file[..]);
        let cut = read(&file[..at]);
        let kept = whole.bytes.iter().skip(1).filter(|byte| **byte <= at as u64).count();
        // An ISA is known by all of it, so a file that ends within the first says nothing.
        prop_assert!(cut.rows.len() >= kept);
        prop_assert_eq!(&cut.rows[..kept], &whole.rows[..kept]);
    }
}
