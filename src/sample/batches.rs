//! A sample as the files that go out and come in, week by week.

use std::io;
use std::ops::Range;

use compact_str::format_compact;
use jiff::civil::{Date, date};

use crate::model::remittance::Remittance;
use crate::money::Cents;
use crate::x12::segment::Delimiters;
use crate::x12::writer::Writer;

use super::books::{Act, Books, Due};
use super::calendar::{self, Day};
use super::edi835;
use super::edi837::{self, ClaimWriter, SubmissionHead};
use super::envelopes::{OFFICE, group, interchange, originator, style};
use super::payers::PAYERS;
use super::payments::{Run, stranger};
use super::scenario::Scenario;
use super::totals::Totals;
use super::visits::{Role, Visit};

/// What a sample is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSettings {
    /// How many claims; later submissions of the same services count too.
    pub claims: u64,
    /// The same seed and settings give the same bytes, on every machine.
    pub seed: u64,
    /// The first day of service.
    pub start: Date,
    /// For how many months it goes on, at least 1. What has not been submitted or answered by their end is not there.
    pub months: u32,
    /// What its payers deny for.
    pub scenario: Scenario,
}

impl Default for SampleSettings {
    /// A thousand claims of the year that begins on the first Monday of 2025.
    fn default() -> Self {
        Self { claims: 1_000, seed: 1, start: date(2025, 1, 6), months: 12, scenario: Scenario::Usual }
    }
}

/// What a batch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchKind {
    /// An 837 file: claims.
    Claims,
    /// An 835 file: payments and their remittances.
    Remittances,
}

/// A week's claims to one payer, or its answers of that week: one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it holds.
    pub kind: BatchKind,
    /// The first day of its week.
    pub week: Date,
    /// Such as `claims-2025-01-06-northlake.837`.
    pub file_name: String,
    /// The file.
    pub content: Vec<u8>,
}

/// The batches of a sample in the order of time: of each week first what goes out, then what comes in.
pub struct Sample {
    books: Books,
    totals: Totals,
    /// How many claims have been opened.
    opened: u64,
    week: u32,
    /// The weeks to come.
    weeks: Range<u32>,
    /// What has still to be written of this week, the next at the end.
    left: Vec<(BatchKind, usize)>,
    /// What is to be submitted and answered in each week.
    visits: Vec<Vec<Visit>>,
    dues: Vec<Vec<Due>>,
    /// What each payer still wants back from each office.
    carried: [[Cents; 3]; PAYERS.len()],
    /// How many interchanges and payments there have been.
    interchanges: u32,
    payments: u32,
}

impl Sample {
    /// The sample of these settings.
    #[must_use]
    pub fn new(settings: &SampleSettings) -> Self {
        let books = Books::of(settings);
        let weeks = books.days.weeks();
        let per_week = weeks as usize;
        Self {
            books,
            totals: Totals::default(),
            opened: 0,
            week: 0,
            weeks: 0..weeks,
            left: Vec::new(),
            visits: vec![Vec::new(); per_week],
            dues: vec![Vec::new(); per_week],
            carried: [[Cents::ZERO; 3]; PAYERS.len()],
            interchanges: 0,
            payments: 0,
        }
    }

    /// What the batches given so far hold.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Opens the visits of a week; what follows from them falls into this week or a later one.
    fn open_week(&mut self) {
        while self.opened < self.books.count {
            let visit = self.books.visit(self.opened);
            let opens = calendar::week(self.books.days.workday(self.opened, self.books.count));
            if opens > self.week {
                break;
            }
            self.opened += 1;
            for due in self.books.dues(&visit) {
                self.dues[calendar::week(due.day) as usize].push(due);
            }
            self.visits[calendar::week(visit.submitted) as usize].push(visit);
        }
        let of_week = self.week as usize;
        if let Some(before) = of_week.checked_sub(1) {
            (self.visits[before], self.dues[before]) = (Vec::new(), Vec::new());
        }
        self.visits[of_week].sort_by_key(|v| (v.payer, v.kind as u8, v.submitted, v.household, v.number));
        self.dues[of_week]
            .sort_by_key(|due| (due.visit.payer, due.visit.kind as u8, due.day, due.visit.number));
        let kinds = [BatchKind::Remittances, BatchKind::Claims].into_iter();
        self.left = kinds.flat_map(|kind| (0..PAYERS.len()).rev().map(move |payer| (kind, payer))).collect();
    }

    /// The batch of this week for a payer, if there is anything in it.
    fn batch(&mut self, kind: BatchKind, payer: usize) -> io::Result<Option<Batch>> {
        let week = self.books.days.date(self.week * 7);
        let of_week = self.week as usize;
        let slug = PAYERS[payer].slug;
        let (content, file_name) = match kind {
            BatchKind::Claims => {
                let visits = std::mem::take(&mut self.visits[of_week]);
                let of_payer = visits.iter().filter(|visit| visit.payer == payer);
                let content = self.claims(&of_payer.copied().collect::<Vec<_>>(), payer, week);
                self.visits[of_week] = visits;
                (content?, format!("claims-{week}-{slug}.837"))
            }
            BatchKind::Remittances => {
                let dues = std::mem::take(&mut self.dues[of_week]);
                let of_payer = dues.iter().filter(|due| due.visit.payer == payer);
                let content = self.remittances(&of_payer.copied().collect::<Vec<_>>(), payer, week);
                self.dues[of_week] = dues;
                (content?, format!("remits-{week}-{slug}.835"))
            }
        };
        if content.is_empty() {
            return Ok(None);
        }
        self.totals.files += 1;
        self.totals.bytes += content.len() as u64;
        Ok(Some(Batch { kind, week, file_name, content }))
    }

    /// The 837 file of these visits: a group for each kind of claim, a transaction for each day.
    fn claims(&mut self, visits: &[Visit], payer: usize, week: Date) -> io::Result<Vec<u8>> {
        if visits.is_empty() {
            return Ok(Vec::new());
        }
        let receiver = PAYERS[payer].claim_name;
        let mut out = Writer::new(Vec::new(), Delimiters::USUAL).line_break(b"\n");
        self.interchange(&mut out, OFFICE.1, receiver.1, week)?;
        for (number, of_kind) in (1..).zip(visits.chunk_by(|a, b| a.kind == b.kind)) {
            let kind = of_kind[0].kind;
            group(&mut out, "HC", (OFFICE.1, receiver.1), week, number, edi837::guide(kind))?;
            for of_day in of_kind.chunk_by(|a, b| a.submitted == b.submitted) {
                self.submission(&mut out, of_day, receiver)?;
            }
        }
        out.finish()
    }

    fn submission(
        &mut self,
        out: &mut Writer<Vec<u8>>,
        visits: &[Visit],
        receiver: (&str, &str),
    ) -> io::Result<()> {
        let reference = format_compact!("SMP{:09}", visits[0].number);
        let submitted = self.books.days.date(visits[0].submitted);
        let head = SubmissionHead { reference: &reference, submitted, submitter: OFFICE, receiver };
        let mut claims = ClaimWriter::begin(out, visits[0].kind, &head)?;
        for visit in visits {
            let claim = self.books.claim(visit);
            self.totals.claims.add(&claim);
            self.totals.claims.repeats += u64::from(matches!(visit.role, Role::Repeat | Role::Resent));
            claims.claim(&claim)?;
        }
        Ok(())
    }

    /// The 835 file of these answers: a payment for each office of the practice.
    fn remittances(&mut self, dues: &[Due], payer: usize, week: Date) -> io::Result<Vec<u8>> {
        let mut payments = Vec::new();
        for of_run in dues.chunk_by(|a, b| a.visit.kind == b.visit.kind && a.day == b.day) {
            let (kind, day) = (of_run[0].visit.kind, of_run[0].day);
            let remittances = self.collect(of_run, payer, day);
            if !remittances.is_empty() {
                payments.push((kind, day, remittances));
            }
        }
        if payments.is_empty() {
            return Ok(Vec::new());
        }
        let (delimiters, line_break) = style(payer);
        let mut out = Writer::new(Vec::new(), delimiters).line_break(line_break);
        let sender = originator(&PAYERS[payer]);
        self.interchange(&mut out, sender, OFFICE.1, week)?;
        group(&mut out, "HP", (sender, OFFICE.1), week, 1, edi835::GUIDE)?;
        for (kind, day, remittances) in payments {
            let run = Run { number: self.payments, payer, kind, date: self.books.days.date(day) };
            self.payments += 1;
            let carried = &mut self.carried[payer][kind as usize];
            run.write(&self.books, &remittances, carried, &mut self.totals, &mut out)?;
        }
        out.finish()
    }

    /// The answers that are due, with what the payer sends by mistake.
    fn collect(&mut self, dues: &[Due], payer: usize, day: Day) -> Vec<Remittance> {
        let mut remittances = Vec::with_capacity(dues.len());
        for due in dues {
            for answer in self.books.answers(due) {
                self.totals.remittances.nameless += u64::from(!answer.names_its_claim);
                remittances.push(answer.remittance);
            }
            if due.act == Act::Answer {
                let strange = stranger(self.books.seed, due.visit.number, payer, self.books.days.date(day));
                self.totals.remittances.strangers += u64::from(strange.is_some());
                remittances.extend(strange);
            }
        }
        remittances
    }

    fn interchange(
        &mut self,
        out: &mut Writer<Vec<u8>>,
        sender: &str,
        receiver: &str,
        week: Date,
    ) -> io::Result<()> {
        self.interchanges += 1;
        interchange(out, (sender, receiver), week, self.interchanges)
    }
}

impl Iterator for Sample {
    type Item = io::Result<Batch>;

    fn next(&mut self) -> Option<io::Result<Batch>> {
        loop {
            if let Some((kind, payer)) = self.left.pop() {
                match self.batch(kind, payer) {
                    Ok(None) => {}
                    Ok(Some(batch)) => return Some(Ok(batch)),
                    Err(error) => return Some(Err(error)),
                }
            } else {
                self.week = self.weeks.next()?;
                self.open_week();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(claims: u64) -> SampleSettings {
        SampleSettings { claims, ..SampleSettings::default() }
    }

    fn batches(settings: &SampleSettings) -> (Vec<Batch>, Totals) {
        let mut sample = Sample::new(settings);
        let batches = sample.by_ref().map(Result::unwrap).collect();
        (batches, sample.totals().clone())
    }

    #[test]
    fn a_seed_gives_the_same_files_again_and_another_seed_others() {
        let first = batches(&settings(300)).0;
        assert_eq!(first, batches(&settings(300)).0);
        assert_ne!(first, batches(&SampleSettings { seed: 2, ..settings(300) }).0);
    }

    #[test]
    fn a_sample_has_exactly_as_many_claims_as_were_asked_for() {
        for claims in [0, 1, 2, 10, 777] {
            assert_eq!(batches(&settings(claims)).1.claims.count, claims);
        }
        let month = SampleSettings { months: 1, ..settings(50) };
        assert_eq!(batches(&month).1.claims.count, 50);
    }

    #[test]
    fn nine_of_ten_claims_are_answered_and_about_one_in_eight_is_denied_in_whole_or_part() {
        let totals = batches(&settings(4_000)).1;
        let remittances = &totals.remittances;
        assert!((3_400..3_900).contains(&remittances.count), "{}", remittances.count);
        let denied = remittances.denied + remittances.partly_denied;
        assert!((400..700).contains(&denied), "{denied}");
        assert!((11_000..13_000).contains(&totals.claims.lines), "{}", totals.claims.lines);
    }

    #[test]
    fn what_goes_out_of_a_week_comes_before_what_comes_in() {
        let batches = batches(&settings(500)).0;
        assert!(batches.is_sorted_by_key(|batch| (batch.week, batch.kind == BatchKind::Remittances)));
        assert_eq!(batches[0].file_name, "claims-2025-01-06-northlake.837");
    }
}
