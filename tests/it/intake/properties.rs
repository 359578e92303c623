//! Properties that hold for any file: no panic, no claim lost that was whole, and its form changes no total.

use marb::intake::tally::Tally;
use proptest::prelude::*;

use super::{Contents, INSTITUTIONAL, PROFESSIONAL, REMITTANCE, claims, read, remittances, within};

/// Claims of all kinds of loops, under subscribers and dependents.
fn many_claims() -> Vec<u8> {
    let dependent = "HL*3*2*23*0~PAT*19~NM1*QC*1*SAMPLE*KIM~DMG*D8*20150630*F~";
    let claim = &PROFESSIONAL[PROFESSIONAL.find("CLM*").unwrap_or_default()..];
    let with_other_payer = claim.replacen("LX*1~", "SBR*S*18*******CI~NM1*PR*2*OTHER*****PI*2~LX*1~", 1);
    claims(&[PROFESSIONAL, claim, dependent, &with_other_payer, claim].concat())
}

fn many_remittances() -> Vec<u8> {
    let from = REMITTANCE.find("CLP*").unwrap_or_default();
    let to = REMITTANCE.find("PLB*").unwrap_or_default();
    let remittance = &REMITTANCE[from..to];
    remittances(&[&REMITTANCE[..to], remittance, "LX*2~", remittance, &REMITTANCE[to..]].concat())
}

/// Where each claim or remittance ends: where the next segment that is no part of it begins.
fn ends(file: &[u8]) -> Vec<usize> {
    let text = String::from_utf8_lossy(file);
    let mut ends = Vec::new();
    let mut open = false;
    let mut at = 0;
    for segment in text.split_inclusive('~') {
        let id = segment.split('*').next().unwrap_or_default();
        if open
            && matches!(id, "CLM" | "CLP" | "HL" | "LX" | "PLB" | "SE")
            && !(id == "LX" && text[at..].contains("SV1"))
        {
            ends.push(at);
            open = false;
        }
        open |= matches!(id, "CLM" | "CLP");
        at += segment.len();
    }
    ends
}

#[test]
fn cutting_a_file_anywhere_loses_no_claim_that_ended_before() {
    for file in [many_claims(), many_remittances()] {
        let whole = read(&file);
        let ends = ends(&file);
        assert_eq!(ends.len(), whole.claims.len() + whole.remittances.len());
        for cut in 0..file.len() {
            let part = read(&file[..cut]);
            let ended = ends.iter().filter(|end| **end <= cut).count();
            // What was given before the cut is what the whole file gives, but that the last may be marked as cut off.
            let same_claims = part.claims.iter().zip(&whole.claims).take(ended);
            let same_remittances = part.remittances.iter().zip(&whole.remittances).take(ended);
            assert!(part.claims.len() + part.remittances.len() >= ended, "cut at {cut}");
            for (part, whole) in same_claims {
                assert_eq!((&part.lines, &part.diagnoses), (&whole.lines, &whole.diagnoses), "cut at {cut}");
            }
            for (part, whole) in same_remittances {
                assert_eq!(part.lines, whole.lines, "cut at {cut}");
            }
            assert!(!part.findings.is_empty() || cut + 1 == file.len(), "cut at {cut} without a finding");
        }
    }
}

/// What a file says, whatever its form: nothing of bytes, places and findings about the form.
fn meaning(mut contents: Contents) -> Contents {
    contents.tally = Tally { bytes: 0, ..contents.tally };
    contents.findings.clear();
    for claim in &mut contents.claims {
        (claim.origin.byte, claim.warnings) = (0, Vec::new());
        claim.lines.iter_mut().for_each(|line| line.byte = 0);
    }
    for remittance in &mut contents.remittances {
        (remittance.origin.byte, remittance.warnings) = (0, Vec::new());
        remittance.lines.iter_mut().for_each(|line| line.byte = 0);
    }
    contents.payments.iter_mut().for_each(|payment| payment.origin.byte = 0);
    contents
}

fn files() -> Vec<Vec<u8>> {
    vec![many_claims(), within("HC", "837", "005010X223A2", INSTITUTIONAL), many_remittances()]
}

fn with_line_breaks(file: &[u8], line_break: &str) -> Vec<u8> {
    String::from_utf8_lossy(file).replace('~', &format!("~{line_break}")).into_bytes()
}

fn wrapped(file: &[u8], width: usize) -> Vec<u8> {
    file.chunks(width).flat_map(|line| line.iter().copied().chain(*b"\r\n")).collect()
}

fn with_delimiters(file: &[u8], element: u8, component: u8, terminator: u8) -> Vec<u8> {
    let change = |byte: &u8| match byte {
        b'*' => element,
        b':' => component,
        b'~' => terminator,
        other => *other,
    };
    file.iter().map(change).collect()
}

#[test]
fn the_form_of_a_file_changes_nothing_that_it_says() {
    for file in files() {
        let text = String::from_utf8_lossy(&file).into_owned();
        let expected = meaning(read(&file));
        let forms = [
            with_line_breaks(&file, "\n"),
            with_line_breaks(&file, "\r\n   "),
            with_line_breaks(&file, "\n\n"),
            text.replace('~', "\n").into_bytes(),
            text.replace('~', "\r\n").into_bytes(),
            format!("{}{}", &text[..106], text[106..].replace('~', "***~")).into_bytes(),
            [b"\xEF\xBB\xBF", &file[..]].concat(),
            [b"Subject: claims\r\n\r\n", &file[..], b"\r\n\0\x1a"].concat(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            with_delimiters(&file, b'|', b'>', 0x1D),
        ];
        for form in forms {
            assert_eq!(meaning(read(&form)), expected, "{}", String::from_utf8_lossy(&form));
        }
    }
}

/// Segments of the names that are read, with elements that mean something somewhere.
fn segments() -> impl Strategy<Value = String> {
    let ids = prop::sample::select(vec![
        "ISA", "GS", "ST", "SE", "GE", "IEA", "BHT", "HL", "SBR", "NM1", "REF", "DMG", "PRV", "CLM", "HI",
        "DTP", "LX", "SV1", "SV2", "SV3", "SVD", "CAS", "AMT", "BPR", "TRN", "N1", "CLP", "SVC", "DTM", "LQ",
        "MIA", "MOA", "PLB", "TS3", "QTY", "TA1", "ZZZ", "",
    ]);
    let elements = prop::sample::select(vec![
        "",
        "1",
        "22",
        "23",
        "20",
        "85",
        "IL",
        "QC",
        "PR",
        "PE",
        "82",
        "XX",
        "837",
        "835",
        "HC:99213:25",
        "ABK:J069",
        ":",
        "::::::::",
        "12.5",
        "-3",
        "1e9",
        "99999999999999999999",
        "472",
        "D8",
        "20240229",
        "20240230",
        "20240301-20240201",
        "CO",
        "45",
        "22",
        "11:B:7",
        "005010X222A1",
        "\u{fc}",
        "1234567890",
    ]);
    let segment = (ids, prop::collection::vec(elements, 0..22))
        .prop_map(|(id, elements)| format!("{id}*{}~", elements.join("*")));
    prop::collection::vec(segment, 0..60).prop_map(|segments| segments.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read(&bytes);
    }

    #[test]
    fn no_segments_make_it_panic_or_lose_count(content in segments(), remits in any::<bool>()) {
        let file = if remits { remittances(&content) } else { claims(&content) };
        let contents = read(&file);
        prop_assert_eq!(contents.tally.claims.count, contents.claims.len() as u64);
        prop_assert_eq!(contents.tally.remittances.count, contents.remittances.len() as u64);
        prop_assert_eq!(contents.tally.payments.count, contents.payments.len() as u64);
    }

    #[test]
    fn no_change_of_some_bytes_makes_it_panic(
        at in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        byte in any::<u8>(),
        which in 0..3_usize,
    ) {
        let mut file = files().swap_remove(which);
        for at in at {
            let at = at.index(file.len());
            file[at] = byte;
        }
        read(&file);
    }

    #[test]
    fn wrapping_at_any_width_changes_nothing(width in 20..200_usize, which in 0..3_usize) {
        let file = files().swap_remove(which);
        prop_assert_eq!(meaning(read(&wrapped(&file, width))), meaning(read(&file)));
    }
}
