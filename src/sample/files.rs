//! Writes samples to files: a folder of weekly ones, or one as large as a bench wants.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::model::claim::ClaimKind;
use crate::money::Cents;
use crate::x12::segment::Delimiters;
use crate::x12::writer::Writer;

use super::batches::{BatchKind, Sample, SampleSettings};
use super::books::{Act, Books, Due};
use super::edi835;
use super::edi837::{self, ClaimWriter, SubmissionHead};
use super::envelopes::{OFFICE, group, interchange, originator, style};
use super::payers::PAYERS;
use super::payments::Run;
use super::totals::Totals;
use super::visits::Visit;

/// How many claims or remittances one transaction of a large file holds; of a small one fewer.
const PER_TRANSACTION: u64 = 1_000;

/// Writes a sample into a folder, which is made if it is not there: an 837 for each week and payer, the 835 that
/// answers, and a README.txt. `progress` is told the totals after each file.
///
/// # Errors
/// When the folder or a file cannot be written.
pub fn write_files(
    folder: &Path,
    settings: &SampleSettings,
    mut progress: impl FnMut(&Totals),
) -> io::Result<Totals> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("README.txt"), readme(settings))?;
    let mut sample = Sample::new(settings);
    while let Some(batch) = sample.next() {
        let batch = batch?;
        fs::write(folder.join(&batch.file_name), &batch.content)?;
        progress(sample.totals());
    }
    Ok(sample.totals().clone())
}

fn readme(settings: &SampleSettings) -> String {
    let SampleSettings { claims, seed, start, months, scenario } = settings;
    format!(
        "Everything in this folder is synthetic: no person, practice, payer, claim or payment in it is real.\n\
         It was made by marb from a seed and may be shared freely.\n\n\
         claims-*.837   claims of a made-up practice, a file for each week and payer\n\
         remits-*.835   the payers' answers to them\n\n\
         The same is made again by: claims {claims}, seed {seed}, first day {start}, months {months}, \
         scenario {scenario}\n"
    )
}

/// Writes one file of at least `bytes` bytes, and not much more, whose transactions hold up to a thousand claims or
/// remittances each.
///
/// Its claims are those of a sample of `settings.seed` and `settings.start`, its remittances their first answers.
///
/// # Errors
/// When `out` fails.
pub fn write_one_file<W: Write>(
    out: W,
    kind: BatchKind,
    bytes: u64,
    settings: &SampleSettings,
) -> io::Result<Totals> {
    // Claims are longer than this on average, so that visits do not run out of days.
    let count = bytes / 700 + 1;
    let books = Books::of(&SampleSettings { claims: count, ..settings.clone() });
    let mut totals = Totals { files: 1, ..Totals::default() };
    let out = Counting { out, bytes: 0 };
    totals.bytes = match kind {
        BatchKind::Claims => one_claims_file(out, bytes, &books, &mut totals)?.bytes,
        BatchKind::Remittances => one_remittances_file(out, bytes, &books, &mut totals)?.bytes,
    };
    Ok(totals)
}

/// An output that knows how much went to it.
struct Counting<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// How many claims or remittances go into one transaction of a file of so many bytes.
fn per_transaction(bytes: u64) -> usize {
    usize::try_from((bytes / 20_000).clamp(1, PER_TRANSACTION)).unwrap_or(1)
}

fn one_claims_file<W: Write>(out: W, bytes: u64, books: &Books, totals: &mut Totals) -> io::Result<W> {
    let receiver = ("SAMPLE CLEARINGHOUSE", "SAMPLECH");
    let last = books.days.date(books.days.last());
    let kind = ClaimKind::Professional;
    let mut out = Writer::new(out, Delimiters::USUAL).line_break(b"\n");
    interchange(&mut out, (OFFICE.1, receiver.1), last, 1)?;
    group(&mut out, "HC", (OFFICE.1, receiver.1), last, 1, edi837::guide(kind))?;
    let mut visits = (0..).map(|number| books.visit(number)).filter(|visit| visit.kind == kind);
    while out.written() < bytes {
        let head = SubmissionHead { reference: "SAMPLE", submitted: last, submitter: OFFICE, receiver };
        let mut claims = ClaimWriter::begin(&mut out, kind, &head)?;
        for visit in visits.by_ref().take(per_transaction(bytes)) {
            let claim = books.claim(&visit);
            totals.claims.add(&claim);
            claims.claim(&claim)?;
        }
    }
    out.finish()
}

fn one_remittances_file<W: Write>(out: W, bytes: u64, books: &Books, totals: &mut Totals) -> io::Result<W> {
    let last = books.days.date(books.days.last());
    // All payers take their turn, in the first one's style.
    let (delimiters, line_break) = style(0);
    let sender = originator(&PAYERS[0]);
    let mut out = Writer::new(out, delimiters).line_break(line_break);
    interchange(&mut out, (sender, OFFICE.1), last, 1)?;
    group(&mut out, "HP", (sender, OFFICE.1), last, 1, edi835::GUIDE)?;
    let mut waiting: Vec<Vec<Visit>> = vec![Vec::new(); PAYERS.len()];
    let mut number = 0;
    let visits = (0..).map(|number| books.visit(number)).filter(|v| v.kind == ClaimKind::Professional);
    for visit in visits {
        let payer = visit.payer;
        waiting[payer].push(visit);
        if waiting[payer].len() < per_transaction(bytes) {
            continue;
        }
        let due = |visit| Due { visit, act: Act::Answer, day: books.days.last() };
        let answers = waiting[payer].drain(..).flat_map(|visit| books.answers(&due(visit)));
        let remittances: Vec<_> = answers.map(|answer| answer.remittance).collect();
        let run = Run { number, payer, kind: ClaimKind::Professional, date: last };
        number += 1;
        // Nothing is carried from one to the next: each payment stands for itself.
        run.write(books, &remittances, &mut Cents::default(), totals, &mut out)?;
        if out.written() >= bytes {
            break;
        }
    }
    out.finish()
}
