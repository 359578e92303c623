//! How fast files of 100 MB are scanned, beside a bare split of the same bytes: `cargo bench --bench read`.

use std::io;
use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use marb::x12::envelope::Envelopes;
use marb::x12::reader::{Event, Reader};
use marb::x12::segment::{Delimiters, Segment};
use marb::x12::writer::{GroupHeader, InterchangeHeader, Writer};

const SIZE: usize = 100_000_000;

fn main() {
    divan::main();
}

static CLAIMS: LazyLock<Vec<u8>> = LazyLock::new(|| file("HC", "837", "005010X222A1", claim, b""));
static CLAIM_LINES: LazyLock<Vec<u8>> = LazyLock::new(|| file("HC", "837", "005010X222A1", claim, b"\r\n"));
static REMITTANCES: LazyLock<Vec<u8>> = LazyLock::new(|| file("HP", "835", "005010X221A1", remittance, b""));
static WRAPPED: LazyLock<Vec<u8>> = LazyLock::new(|| CLAIMS.chunks(80).collect::<Vec<_>>().join(&b'\n'));
static UTF_16: LazyLock<Vec<u8>> = LazyLock::new(|| CLAIMS.iter().flat_map(|byte| [*byte, 0]).collect());

/// The forms that are measured.
#[derive(Debug, Clone, Copy)]
enum Form {
    Claims,
    ClaimLines,
    Remittances,
    Wrapped,
    Utf16,
}

impl Form {
    const ALL: [Self; 5] = [Self::Claims, Self::ClaimLines, Self::Remittances, Self::Wrapped, Self::Utf16];

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Claims => &CLAIMS,
            Self::ClaimLines => &CLAIM_LINES,
            Self::Remittances => &REMITTANCES,
            Self::Wrapped => &WRAPPED,
            Self::Utf16 => &UTF_16,
        }
    }
}

/// The lower bound: nothing but finding the terminators.
#[divan::bench(args = Form::ALL, sample_count = 10)]
fn bare_split(bencher: Bencher<'_, '_>, form: Form) {
    let bytes = form.bytes();
    bencher.counter(BytesCount::of_slice(bytes)).bench(|| {
        let mut start = 0;
        for end in memchr::memchr_iter(b'~', bytes) {
            black_box(&bytes[start..end]);
            start = end + 1;
        }
    });
}

/// Every segment with its id and the places of its elements.
#[divan::bench(args = Form::ALL, sample_count = 10)]
fn scan(bencher: Bencher<'_, '_>, form: Form) {
    measure(bencher, form, |segment| {
        black_box(segment);
    });
}

/// The same, and each element looked at.
#[divan::bench(args = Form::ALL, sample_count = 10)]
fn scan_every_element(bencher: Bencher<'_, '_>, form: Form) {
    measure(bencher, form, |segment| {
        for n in 1..=segment.count() {
            black_box(segment.element(n));
        }
    });
}

/// The same as `scan`, and the envelopes checked.
#[divan::bench(args = Form::ALL, sample_count = 10)]
fn scan_envelopes(bencher: Bencher<'_, '_>, form: Form) {
    let mut envelopes = Envelopes::new();
    let mut faults = Vec::new();
    measure(bencher, form, |segment| envelopes.see(segment, &mut faults));
    assert_eq!(faults, []);
}

fn measure(bencher: Bencher<'_, '_>, form: Form, mut each: impl FnMut(&Segment<'_>)) {
    let bytes = form.bytes();
    bencher.counter(BytesCount::of_slice(bytes)).bench_local(|| {
        let mut reader = Reader::new(bytes);
        while let Ok(Some(event)) = reader.next() {
            if let Event::Segment(segment) = event {
                each(&segment);
            }
        }
    });
}

type Output = Writer<Vec<u8>>;

/// A file of one transaction, with what `part` writes until it is long enough.
fn file(
    functional_id: &str,
    code: &str,
    version: &str,
    part: fn(&mut Output, u64) -> io::Result<()>,
    line_break: &'static [u8],
) -> Vec<u8> {
    let write = || -> io::Result<Vec<u8>> {
        let mut writer =
            Writer::new(Vec::with_capacity(SIZE + 4096), Delimiters::USUAL).line_break(line_break);
        writer.interchange(&InterchangeHeader {
            sender_qualifier: "ZZ",
            sender: "SYNTHETICPROV",
            receiver_qualifier: "ZZ",
            receiver: "SYNTHETICPAYER",
            date: "260101",
            time: "1200",
            version: "00501",
            control_number: 1,
            usage: 'T',
        })?;
        writer.group(&GroupHeader {
            functional_id,
            sender: "SYNTHETICPROV",
            receiver: "SYNTHETICPAYER",
            date: "20260101",
            time: "1200",
            control_number: 1,
            version,
        })?;
        writer.transaction(code, version)?;
        let mut n = 0;
        while writer.written() < SIZE as u64 {
            part(&mut writer, n)?;
            n += 1;
        }
        writer.finish()
    };
    write().unwrap_or_default()
}

/// One of many values for the `n`th record, spread evenly.
fn pick(n: u64, salt: u64, among: u64) -> u64 {
    (n + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) % among
}

fn claim(out: &mut Output, n: u64) -> io::Result<()> {
    const NAMES: [&str; 8] = ["ABBOT", "BIRCH", "CONIFER", "DOGWOOD-ELM", "FIR", "GINKGO", "HAZEL", "ISA"];
    let name = |salt| NAMES[usize::try_from(pick(n, salt, 8)).unwrap_or_default()];
    let (hl, charge) = ((n + 2).to_string(), (50 + pick(n, 3, 950)).to_string());
    let member = (100_000_000 + pick(n, 4, 900_000_000)).to_string();
    out.segment("HL", &[&hl, "1", "22", "0"])?;
    out.segment("SBR", &["P", "18", "", "", "", "", "", "", "CI"])?;
    out.segment("NM1", &["IL", "1", name(1), name(2), "", "", "", "MI", &member])?;
    out.segment("N3", &[format!("{} {} ST", 1 + pick(n, 5, 9999), name(6))])?;
    out.segment("N4", &["SPRINGFIELD", "IL", &(60_000 + pick(n, 7, 999)).to_string()])?;
    out.segment("DMG", &["D8", &(19_400_101 + 10_000 * pick(n, 8, 70)).to_string(), "F"])?;
    out.segment("NM1", &["PR", "2", "PLACEHOLDER HEALTH", "", "", "", "", "PI", "627108"])?;
    let claim = format!("SYN{n:08}");
    out.begin("CLM")
        .element(&claim)
        .element(&charge)
        .element("")
        .element("")
        .composite(&["11", "B", "1"])
        .element("Y")
        .element("A")
        .element("Y")
        .element("Y")
        .end()?;
    out.segment("REF", &["D9", &format!("{:012}", pick(n, 9, 1_000_000_000_000))])?;
    out.begin("HI").composite(&["ABK", "J069"]).composite(&["ABF", "R05"]).end()?;
    for line in 1..=1 + pick(n, 10, 4) {
        out.segment("LX", &[line.to_string()])?;
        let code = (99_201 + pick(n, line, 15)).to_string();
        let modifier = if pick(n, line + 40, 4) == 0 { "25" } else { "" };
        out.begin("SV1")
            .composite(&["HC", &code, modifier])
            .element(&charge)
            .element("UN")
            .element("1")
            .element("")
            .element("")
            .composite(&["1", "2"])
            .end()?;
        out.segment("DTP", &["472", "D8", "20260101"])?;
        out.segment("REF", &["6R", &format!("{claim}{line}")])?;
    }
    Ok(())
}

fn remittance(out: &mut Output, n: u64) -> io::Result<()> {
    let (claim, charge) = (format!("SYN{n:08}"), (50 + pick(n, 3, 950)).to_string());
    let member = (100_000_000 + pick(n, 4, 900_000_000)).to_string();
    out.segment(
        "CLP",
        &[&claim, "1", &charge, "40.25", "10", "12", &format!("{:015}", pick(n, 5, 1 << 40)), "11", "1"],
    )?;
    out.segment("NM1", &["QC", "1", "BIRCH", "HAZEL", "", "", "", "MI", &member])?;
    out.segment("DTM", &["232", "20260101"])?;
    for line in 1..=1 + pick(n, 10, 4) {
        let code = (99_201 + pick(n, line, 15)).to_string();
        out.begin("SVC")
            .composite(&["HC", &code])
            .element(&charge)
            .element("40.25")
            .element("")
            .element("1")
            .end()?;
        out.segment("DTM", &["472", "20260101"])?;
        out.segment("CAS", &["CO", "45", &charge])?;
        out.segment("CAS", &["PR", "1", "10", "", "2", "5.5"])?;
        out.segment("REF", &["6R", &format!("{claim}{line}")])?;
        out.segment("AMT", &["B6", "50.25"])?;
    }
    Ok(())
}
