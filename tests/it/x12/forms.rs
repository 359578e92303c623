//! Every form in which a file may come is read to the same segments, and what was odd about it is said.

use std::io::{self, Read};

use marb::x12::envelope::{FaultKind, Level};
use marb::x12::notice::NoticeKind::{
    DelimitersGuessed, Empty, IsaIncomplete, IsaLength, Junk, LowerCase, NotX12, TooLong, Unterminated,
    Utf16, Wrapped,
};
use marb::x12::notice::{NoticeKind, Side};
use marb::x12::reader::{Event, MAX_SEGMENT, Reader};
use marb::x12::segment::{Delimiters, Place, id};

use super::{Contents, read};

const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*T*:";
/// The segments of a whole file; in element order, nothing trimmed but the padding of the ISA.
const SEGMENTS: [&str; 10] = [
    ISA,
    "GS*HC*SENDER*RECEIVER*20260101*1200*1*X*005010X222A1",
    "ST*837*0001*005010X222A1",
    "BHT*0019*00*1*20260101*1200*CH",
    "NM1*QC*1*DOE*ISAAC****MI*ISA1",
    "CLM*A1*50***11:B:1*Y",
    "HI*ABK:J20^ABF:J21",
    "SE*6*0001",
    "GE*1*1",
    "IEA*1*000000001",
];

/// The file with `end` after each segment.
fn file(end: &str) -> String {
    SEGMENTS.iter().flat_map(|segment| [*segment, end]).collect()
}

fn read_text(text: impl AsRef<[u8]>) -> Contents {
    read(text.as_ref())
}

/// What the segments of the file read as: elements trimmed.
fn expected() -> Vec<String> {
    let trim = |segment: &&str| segment.split('*').map(str::trim).collect::<Vec<_>>().join("*");
    SEGMENTS.iter().map(trim).collect()
}

/// That `text` reads as the file, and that `notices` are said about it.
#[track_caller]
fn case(text: impl AsRef<[u8]>, notices: &[NoticeKind]) {
    let contents = read_text(&text);
    assert_eq!(contents.lines(), expected());
    assert_eq!(contents.kinds(), notices);
    assert_eq!(contents.faults, []);
}

fn swap(text: &str, pairs: &[(char, char)]) -> String {
    let swap = |c| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
    text.chars().map(swap).collect()
}

#[test]
fn line_breaks_after_terminators_are_noise() {
    for end in ["~", "~\n", "~\r\n", "~\r", "~\n\n\r\n", " ~ \n  ", "  ~\n\t", "\n~", "~~"] {
        case(file(end), &[]);
    }
}

#[test]
fn line_breaks_may_be_the_terminator() {
    for end in ["\n", "\r\n", "\r", "\n\n", "  \n", "\n   "] {
        case(file(end), &[]);
    }
}

#[test]
fn any_other_byte_may_be_the_terminator() {
    for end in ["!", "'", "\x1c", "\x1d", "\x1d\r\n", "\x15", "|", "\\", "\t", "\0", "\x1a", "\x0b"] {
        case(file(end), &[]);
    }
}

#[test]
fn elements_may_be_parted_by_tabs() {
    for end in ["~", "~\r\n", "\n"] {
        case(swap(&file(end), &[('*', '\t')]), &[]);
    }
}

#[test]
fn delimiters_are_those_of_the_isa() {
    let file = swap(&file("~"), &[('*', '|'), (':', '>'), ('^', '!'), ('~', '\x1d')]);
    let mut reader = Reader::new(file.as_bytes());
    while let Some(Event::Segment(segment)) = reader.next().unwrap() {
        assert_eq!(
            segment.delimiters(),
            Delimiters { element: b'|', component: b'>', repetition: Some(b'!'), terminator: 0x1d }
        );
        if segment.id() == id::HI {
            assert_eq!(segment.repetitions(1).collect::<Vec<_>>(), [b"ABK>J20", b"ABF>J21"]);
            assert_eq!(segment.component(1, 1), b"ABK");
        }
    }
}

#[test]
fn interchanges_may_differ_in_their_delimiters() {
    let other = swap(&file("~"), &[('*', '|'), (':', '>'), ('~', '\x1d')]);
    for between in ["", "\r\n", "\n\n  ", "\0\0\x1a", "\u{feff}"] {
        let contents = read_text([&file("~"), between, &other].concat());
        assert_eq!(contents.rows.len(), 20, "{between:?}");
        assert_eq!(contents.rows[..9], contents.rows[10..19].iter().map(un_bar).collect::<Vec<_>>());
        assert_eq!(contents.notices, []);
        assert_eq!(contents.faults, []);
        assert_eq!(contents.counts.interchanges, 2);
    }
}

/// The row with the second file's component separator made the first's.
fn un_bar(row: &super::Row) -> super::Row {
    row.iter().map(|element| element.replace('>', ":")).collect()
}

#[test]
fn a_new_interchange_needs_no_end_of_the_one_before() {
    let open: String = SEGMENTS[..6].iter().flat_map(|segment| [*segment, "~"]).collect();
    let other = swap(&file("~"), &[('*', '|'), (':', '>'), ('~', '\x1d')]);
    for next in [file("~"), other] {
        let contents = read_text(open.clone() + &next);
        assert_eq!((contents.rows.len(), contents.counts.interchanges), (16, 2));
        assert_eq!(contents.notices, []);
        let missing = [Level::Transaction, Level::Group, Level::Interchange].map(FaultKind::MissingTrailer);
        assert_eq!(contents.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), missing);
        assert!(contents.faults.iter().all(|fault| fault.place.segment == 7));
    }
}

#[test]
fn a_new_interchange_may_be_fused_to_a_segment_that_was_cut_off() {
    let cut: String =
        SEGMENTS[..4].iter().flat_map(|segment| [*segment, "~"]).collect::<String>() + "NM1*QC*1*SMIT";
    let other = swap(&file("~"), &[('*', '|'), (':', '>'), ('~', '\x1d')]);
    let lines = file("\n");
    for next in [file("~"), other, lines] {
        let contents = read_text(cut.clone() + &next);
        assert_eq!(contents.rows.len(), 15);
        assert_eq!(contents.lines()[4], "NM1*QC*1*SMIT");
        assert_eq!(contents.kinds(), [Unterminated]);
        assert_eq!(contents.notices[0].place, Place { byte: cut.len() as u64 - 13, segment: 5 });
        assert_eq!(contents.counts.interchanges, 2);
    }
}

#[test]
fn wrapped_lines_are_rejoined_at_any_width() {
    for width in 1..200 {
        for line_break in ["\n", "\r\n", "\r"] {
            let wrapped =
                file("~").into_bytes().chunks(width).collect::<Vec<_>>().join(line_break.as_bytes());
            // A break beside a terminator is none inside a segment.
            let text = file("~").into_bytes();
            let beside = |at: &usize| text[at - 1] == b'~' || text[*at] == b'~';
            let inside = !(width..text.len()).step_by(width).all(|at| beside(&at));
            case(wrapped, if inside { &[Wrapped] } else { &[] });
        }
    }
}

#[test]
fn an_isa_with_trimmed_padding_is_read() {
    let trimmed = file("~")
        .replace("          ", "")
        .replace("SENDER         ", "SENDER")
        .replace("RECEIVER       ", "RECEIVER");
    case(&trimmed, &[IsaLength { bytes: 106 - 20 - 9 - 7 }]);
    case(file("~").replace("SENDER         ", "SENDER           "), &[IsaLength { bytes: 108 }]);
}

#[test]
fn a_component_separator_that_is_missing_is_guessed() {
    let usual = Delimiters { terminator: b'~', ..Delimiters::USUAL };
    let lacking = expected()[0].trim_end_matches(':').to_owned();
    for (end, terminator) in [("~", b'~'), ("~\n", b'~'), ("\n", b'\n')] {
        let contents = read_text(file(end).replace("*T*:", "*T*"));
        assert_eq!(contents.lines()[0], lacking);
        assert_eq!(contents.lines()[1..], expected()[1..]);
        let delimiters = Delimiters { terminator, ..usual };
        assert_eq!(contents.kinds(), [IsaLength { bytes: 105 }, IsaIncomplete { delimiters }]);
    }
}

#[test]
fn byte_order_marks_and_utf_16_are_decoded() {
    let file = file("~\r\n");
    case(format!("\u{feff}{file}"), &[]);
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    for encode in [&little as &dyn Fn(&str) -> Vec<u8>, &big] {
        case(encode(&file), &[Utf16]);
        case(encode(&format!("\u{feff}{file}")), &[Utf16]);
    }
}

#[test]
fn files_of_different_encodings_may_be_put_together() {
    let text = file("~\r\n");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let marked = format!("\u{feff}{text}");
    let parts =
        [text.as_bytes().to_vec(), marked.as_bytes().to_vec(), little(&marked), big(&marked), little(&text)];
    for (n, first) in parts.iter().enumerate() {
        for (m, second) in parts.iter().enumerate() {
            let contents = read_text([&first[..], second].concat());
            assert_eq!(contents.rows.len(), 20, "{n} and {m}: {:?}", contents.notices);
            assert_eq!((contents.counts.interchanges, &contents.faults[..]), (2, &[][..]));
            assert!(
                contents.kinds().iter().all(|kind| *kind == Utf16),
                "{n} and {m}: {:?}",
                contents.notices
            );
            // A mark is no part of the ISA that follows it.
            let mark = [0, 3, 2, 2, 0][m];
            assert_eq!(contents.bytes[10], (first.len() + mark) as u64, "{n} and {m}");
        }
    }
    let letter =
        [&little(&format!("{marked}-- end --\n"))[..], b"\nand one more:\n", text.as_bytes()].concat();
    assert_eq!(read_text(letter).rows.len(), 20);
}

#[test]
fn another_encoding_is_told_alike_however_the_bytes_come() {
    // Halfway through a unit an ISA seems to begin, but what follows it is no UTF-16.
    let start: Vec<u8> = file("~").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [&start[..400], b"\0I\0S\0A\0*\0A\0A\0A\0A\0A\0A", &[0x4e; 30], &start[..]].concat();
    let whole = read(&bytes[..]);
    for size in [1, 7, 64, 65] {
        assert_eq!(read(InPieces(&bytes, size)), whole, "{size}");
    }
}

/// Delivers so many bytes at a time.
struct InPieces<'a>(&'a [u8], u64);

impl Read for InPieces<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        (&mut self.0).take(self.1).read(room)
    }
}

#[test]
fn places_count_the_bytes_of_the_file_as_received() {
    let text = file("~\n").replace("DOE", "MÜL😀");
    let starts = |text: &str, measure: fn(&str) -> usize| {
        let starts = text.match_indices('\n').map(|(at, _)| measure(&text[..=at]) as u64);
        std::iter::once(0).chain(starts).take(10).collect::<Vec<_>>()
    };
    assert_eq!(read_text(&text).bytes, starts(&text, str::len));
    let marked: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let contents = read_text(&marked);
    let units = starts(&text, |text| 2 + 2 * text.encode_utf16().count());
    assert_eq!(contents.bytes[1..], units[1..]);
    assert_eq!(contents.bytes[0], 2);
    assert_eq!(contents.rows[4][3], "MÜL😀");
}

#[test]
fn bytes_that_are_no_ascii_pass_through() {
    let mut latin: Vec<u8> = file("~").into_bytes();
    let at = latin.windows(3).position(|text| text == b"DOE").unwrap();
    latin[at + 1] = 0xdc;
    let mut reader = Reader::new(&latin[..]);
    while let Some(Event::Segment(segment)) = reader.next().unwrap() {
        if segment.id() == id::NM1 {
            assert_eq!(segment.element(3), b"D\xdcE");
        }
    }
}

#[test]
fn ids_may_be_in_lower_case() {
    let lower = |segment: &str| {
        segment.split('*').next().unwrap().to_lowercase() + &segment[segment.find('*').unwrap()..]
    };
    case(SEGMENTS.map(|segment| lower(segment) + "~").concat(), &[LowerCase]);
}

#[test]
fn a_segment_without_any_capital_is_read_in_capitals() {
    case(file("~").to_lowercase(), &[LowerCase]);
    case(
        file("~").to_lowercase().as_bytes().chunks(80).collect::<Vec<_>>().join(&b'\n'),
        &[Wrapped, LowerCase],
    );
    let mixed = file("~").replace("NM1*QC*1*DOE", "nm1*QC*1*Doe");
    assert_eq!(read_text(mixed).rows[4][3], "Doe");
}

#[test]
fn filler_at_the_end_is_noise_and_anything_else_is_junk() {
    for end in ["\0\0\0", "\x1a", "\r\n\r\n", "\r\n\x1a\0\0", "   "] {
        case(file("~") + end, &[]);
    }
    case(file("~\n") + "-- end of report --\n", &[Junk { bytes: 19, side: Side::After }]);
}

#[test]
fn a_mail_may_quote_the_file() {
    for quote in ["> ", ">", ">> ", "> > "] {
        let quoted = |end: &str| SEGMENTS.map(|segment| quote.to_owned() + segment + end).concat();
        for end in ["~\n", "~\r\n"] {
            case(quoted(end), &[Junk { bytes: quote.trim_end().len() as u64, side: Side::Before }]);
        }
        assert_eq!(read_text(quoted("\n")).lines(), expected());
    }
}

#[test]
fn a_letter_around_the_file_is_junk_though_it_names_an_isa() {
    let letter = "From: a@example.test\r\nSubject: ISA report\r\n\r\nISA report attached\r\n\
        ISA-----------------------------------------\r\nSTART: GS. ST-123\r\n";
    let text = letter.to_owned() + &file("~\r\n");
    case(&text, &[Junk { bytes: letter.len() as u64 - 2, side: Side::Before }]);
    assert_eq!(read_text(&text).notices[0].place, Place { byte: 0, segment: 1 });
    let twice = read_text(format!("{}{letter}{}", file("~\r\n"), file("~\r\n")));
    assert_eq!(twice.kinds(), [Junk { bytes: letter.len() as u64 - 2, side: Side::Between }]);
    assert_eq!((twice.rows.len(), twice.faults.len()), (20, 0));
}

#[test]
fn a_letter_after_an_interchange_without_its_end_is_no_segment() {
    let open: String = SEGMENTS[..9].iter().flat_map(|segment| [*segment, "~\n"]).collect();
    let contents = read_text(format!("{open}-- end of report --\n{}", file("~\n")));
    assert_eq!(contents.kinds(), [Junk { bytes: 19, side: Side::Between }]);
    assert_eq!(contents.counts.interchanges, 2);
    assert_eq!(contents.rows.len(), 19);
}

#[test]
fn delimiters_are_guessed_where_the_isa_is_missing() {
    let guessed = |terminator| Delimiters { repetition: None, terminator, ..Delimiters::USUAL };
    for (end, terminator) in [("~", b'~'), ("~\r\n", b'~'), ("\r\n", b'\n'), ("!", b'!')] {
        for first in [1, 2] {
            let text: String = SEGMENTS[first..8].iter().flat_map(|segment| [*segment, end]).collect();
            let contents = read_text(text);
            assert_eq!(contents.lines(), expected()[first..8]);
            assert_eq!(
                contents.kinds(),
                [DelimitersGuessed { broken_isa: false, delimiters: guessed(terminator) }]
            );
            assert_eq!(contents.faults[0].kind, FaultKind::MissingHeader(Level::Interchange));
        }
    }
}

#[test]
fn claims_are_kept_though_the_isa_is_broken() {
    let broken = file("~").replace("*ZZ*RECEIVER       *260101*1200", "");
    let contents = read_text(&broken);
    let delimiters = Delimiters { repetition: None, ..Delimiters::USUAL };
    assert_eq!(contents.lines(), expected()[1..]);
    assert_eq!(
        contents.kinds(),
        [Junk { bytes: 106 - 31, side: Side::Before }, DelimitersGuessed { broken_isa: true, delimiters }]
    );
}

#[test]
fn a_file_that_ends_within_a_segment_says_so() {
    let whole = file("~");
    let contents = read_text(&whole[..whole.len() - 1]);
    assert_eq!(contents.lines(), expected());
    assert_eq!(contents.kinds(), [Unterminated]);
    let cut = whole.find("CLM*A1*5").unwrap() + 8;
    let contents = read_text(&whole[..cut]);
    assert_eq!(contents.lines()[5], "CLM*A1*5");
    assert_eq!(contents.kinds(), [Unterminated]);
    let mut reader = Reader::new(&whole.as_bytes()[..cut]);
    let mut terminated = Vec::new();
    while let Some(event) = reader.next().unwrap() {
        if let Event::Segment(segment) = event {
            terminated.push(segment.is_terminated());
        }
    }
    assert_eq!(terminated, [true, true, true, true, true, false]);
}

#[test]
fn a_line_that_lost_its_terminator_takes_no_other_with_it() {
    for line_break in ["\n", "\r\n"] {
        let whole = file(&format!("~{line_break}"));
        case(whole.replacen("ISA1~", "ISA1", 1), &[Unterminated]);
        case(whole.replacen("*CH~", "*CH", 1).replacen("ISA1~", "ISA1", 1), &[Unterminated, Unterminated]);
    }
    case(file("~\n").replace("CLM*", "Page 2 of 3\nCLM*"), &[Junk { bytes: 11, side: Side::Between }]);
}

#[test]
fn lines_are_kept_apart_where_terminators_cease() {
    let whole = file("~\n");
    let (head, tail) = whole.split_at(whole.find("BHT").unwrap());
    let contents = read_text(head.to_owned() + &tail.replace('~', ""));
    assert_eq!(contents.lines(), expected());
    assert!(contents.kinds().iter().all(|kind| *kind == Unterminated));
}

#[test]
fn the_last_line_needs_no_line_break() {
    let lines = file("\n");
    case(lines.trim_end(), &[]);
}

#[test]
fn what_is_no_x12_is_called_so() {
    for empty in ["", "\r\n \n", "\0\0\0\0\0", "\u{feff}"] {
        assert_eq!(read_text(empty).kinds(), [Empty]);
    }
    for other in
        ["id,name\n1,Smith\n", "%PDF-1.7\n\x01\x02", "<html>ISA</html>", "I", "ISA", "GS", "{\"ST\": 835}"]
    {
        let contents = read_text(other);
        assert!(matches!(contents.kinds()[..], [NotX12 { .. }]), "{other}");
        assert_eq!(contents.rows.len(), 0, "{other}");
    }
    let zip = read_text(b"PK\x03\x04\x14\0\0\0\x08\0claims.837");
    let [NotX12 { instead: Some(instead) }] = zip.kinds()[..] else { panic!("{:?}", zip.notices) };
    assert!(instead.contains("zip"), "{instead}");
}

#[test]
fn garbage_between_terminators_is_still_a_segment() {
    let text = file("~").replace("BHT*", "*00*~1*2~TOOLONG*3~\u{1}~BHT*");
    let contents = read_text(text);
    assert_eq!(contents.lines()[3..7], ["???*00*", "???*2", "???*3", "???"]);
}

#[test]
fn a_segment_without_end_is_skipped_in_bounded_memory() {
    let head: String = SEGMENTS[..5].iter().flat_map(|segment| [*segment, "~"]).collect();
    let endless = io::repeat(b'x').take(10 * MAX_SEGMENT as u64);
    let tail: String = SEGMENTS[5..].iter().flat_map(|segment| [*segment, "~\n"]).collect();
    let source = head.as_bytes().chain(endless).chain(&b"~"[..]).chain(tail.as_bytes());
    let contents = read(source);
    assert_eq!(contents.lines(), expected());
    assert_eq!(contents.kinds(), [TooLong { bytes: 10 * MAX_SEGMENT as u64 }]);
    assert_eq!(contents.notices[0].place, Place { byte: head.len() as u64, segment: 6 });
    let again = read(
        head.as_bytes().chain(io::repeat(b'x').take(2 * MAX_SEGMENT as u64)).chain(file("~").as_bytes()),
    );
    assert_eq!(again.counts.interchanges, 2);
}

#[test]
fn interrupted_reads_are_retried() {
    struct Bumpy<'a>(&'a [u8], bool);
    impl Read for Bumpy<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { (&mut self.0).take(7).read(room) }
        }
    }
    assert_eq!(read(Bumpy(file("~").as_bytes(), false)).lines(), expected());
}

#[test]
fn errors_of_the_source_are_returned() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    assert_eq!(Reader::new(Broken).next().unwrap_err().kind(), io::ErrorKind::PermissionDenied);
}
