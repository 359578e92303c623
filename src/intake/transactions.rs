//! Leads each segment to the reader of its transaction: claims, remittances, or nobody where it is neither.

use crate::model::claim::ClaimKind;
use crate::x12::envelope::{ClaimVariant, EnvelopeFault, Envelopes, TransactionKind};
use crate::x12::segment::{Place, Segment, id};

use super::IntakeSettings;
use super::claims::Claims;
use super::desk::{Desk, shown};
use super::elements;
use super::envelopes;
use super::findings::{At, Cause, Source};
use super::remittances::Remittances;
use super::rules::Rule;
use super::separators;
use super::tally::FileKind;

/// Who reads the segments of the transaction that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// None is open.
    Nothing,
    Claims,
    Remittances,
    /// One that is recognised and passed over.
    Neighbour,
}

/// The transactions of a file.
#[derive(Debug)]
pub(super) struct Transactions {
    pub(super) desk: Desk,
    envelopes: Envelopes,
    faults: Vec<EnvelopeFault>,
    open: Open,
    claims: Claims,
    remittances: Remittances,
    /// The component separator in use, where the interchange says another.
    component_separator: Option<u8>,
    /// Of which kinds transactions were seen.
    saw_claims: bool,
    saw_remittances: bool,
    last: Place,
}

impl Transactions {
    pub(super) fn new(settings: IntakeSettings) -> Self {
        Self {
            desk: Desk::new(settings),
            envelopes: Envelopes::new(),
            faults: Vec::new(),
            open: Open::Nothing,
            claims: Claims::default(),
            remittances: Remittances::default(),
            component_separator: None,
            saw_claims: false,
            saw_remittances: false,
            last: Place::default(),
        }
    }

    /// Takes the next segment of the file.
    pub(super) fn segment(&mut self, segment: &Segment<'_>) {
        self.last = segment.place();
        self.envelopes.see(segment, &mut self.faults);
        let cut = match segment.id() {
            id::SE | id::GE | id::IEA => false,
            id::ISA | id::GS | id::ST => true,
            _ => return self.content(segment),
        };
        self.close(cut);
        self.whole(segment);
        // Findings about the end of a transaction name it; what follows is none of it.
        self.desk.findings.transaction = None;
        match segment.id() {
            id::ISA => self.interchange(segment),
            id::ST => self.transaction(segment),
            _ => {}
        }
    }

    /// Adds what is wrong with the envelopes at `segment`, or with its own end.
    fn whole(&mut self, segment: &Segment<'_>) {
        if !self.faults.is_empty() {
            envelopes::raise(&mut self.faults, Some(segment), &mut self.desk);
        }
        if !segment.is_terminated() {
            let message = || "no segment terminator stands behind this segment".to_owned();
            self.desk.here(Rule::Unterminated, segment, At::Segment, message);
        }
    }

    /// Ends the file, of which this many bytes were received.
    pub(super) fn end(&mut self, bytes: u64) {
        self.close(true);
        self.envelopes.end(&mut self.faults);
        envelopes::raise(&mut self.faults, None, &mut self.desk);
        self.count();
        let tally = &mut self.desk.tally;
        tally.bytes = bytes;
        tally.segments = self.last.segment;
        if tally.kind == FileKind::NotX12 && tally.segments > 0 {
            tally.kind = FileKind::Other;
            let source = Source::place(self.last);
            let message = || "the file holds no transaction".to_owned();
            self.desk.here(Rule::NoTransactions, source, At::Segment, message);
        }
    }

    fn count(&mut self) {
        let counts = self.envelopes.counts();
        let tally = &mut self.desk.tally;
        tally.interchanges = counts.interchanges;
        tally.groups = counts.groups;
        tally.transactions = counts.transactions;
    }

    fn interchange(&mut self, isa: &Segment<'_>) {
        self.count();
        self.component_separator = None;
        self.desk.interchange = elements::filled(isa.element(13));
        if let Some(interchange) = self.envelopes.interchange() {
            envelopes::check(interchange, isa, &mut self.desk);
        }
    }

    fn transaction(&mut self, st: &Segment<'_>) {
        self.count();
        self.desk.findings.transaction = elements::filled(st.element(2));
        match self.envelopes.transaction_kind().unwrap_or(TransactionKind::Other) {
            TransactionKind::Claim837(_) => {
                self.begin_claims(st);
                self.open(Open::Claims);
            }
            TransactionKind::Remittance835 => {
                self.remittances.begin(st, &self.desk);
                self.open(Open::Remittances);
            }
            kind => {
                self.open = Open::Neighbour;
                self.neighbour(kind, st);
                if kind == TransactionKind::Other {
                    self.open_by_group(st);
                }
            }
        }
    }

    /// Reads a transaction whose ST01 names none by what its group says that it holds.
    fn open_by_group(&mut self, st: &Segment<'_>) {
        match self.envelopes.group().map_or("", |group| &group.functional_id) {
            "HC" => {
                self.begin_claims(st);
                self.open(Open::Claims);
            }
            "HP" => {
                self.remittances.begin(st, &self.desk);
                self.open(Open::Remittances);
            }
            _ => {}
        }
    }

    fn begin_claims(&mut self, st: &Segment<'_>) {
        let group = self.envelopes.group();
        let version = group.map_or("", |group| &group.version);
        let of_st = elements::text(st.element(3));
        let kinds = [kind_of_version(&of_st), kind_of_version(version)];
        let guide = if of_st.is_empty() { version } else { &of_st };
        let is_5010 = !guide.starts_with("004");
        let submitted = group.and_then(|group| elements::date(group.date.as_bytes()));
        self.claims.begin(st, kinds, is_5010);
        self.claims.submitted_by_default(submitted);
        if let [Some(said), Some(other)] = kinds
            && said != other
        {
            let (said, other) = (said.name(), other.name());
            let message = || format!("ST03 says {said} and GS08 says {other}; ST03 was followed");
            let cause = Cause::Value(other.as_bytes());
            self.desk.findings.raise(Rule::ClaimKindConflict, st.into(), At::Element(3), cause, message);
        }
    }

    fn open(&mut self, open: Open) {
        self.open = open;
        self.saw_claims |= open == Open::Claims;
        self.saw_remittances |= open == Open::Remittances;
        self.desk.tally.kind = match (self.saw_claims, self.saw_remittances) {
            (true, true) => FileKind::Mixed,
            (_, false) => FileKind::Claims,
            (false, true) => FileKind::Remittances,
        };
    }

    /// Closes the transaction that is open; `cut` where its own end did not come.
    fn close(&mut self, cut: bool) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Claims => self.claims.end(cut, &mut self.desk),
            Open::Remittances => self.remittances.end(cut, &mut self.desk),
            Open::Nothing | Open::Neighbour => {}
        }
    }

    fn content(&mut self, segment: &Segment<'_>) {
        self.whole(segment);
        if self.open == Open::Nothing {
            self.open_without_header(segment);
        }
        // A segment that nothing ends may have lost its own end: a shortened amount is worse than none.
        if !segment.is_terminated() {
            return;
        }
        match self.open {
            Open::Claims | Open::Remittances => self.read(segment),
            Open::Nothing | Open::Neighbour => {}
        }
    }

    fn read(&mut self, segment: &Segment<'_>) {
        if self.component_separator.is_none() {
            self.component_separator = separators::foreign(segment, &mut self.desk);
        }
        let other = self.component_separator.map(|separator| segment.with_component_separator(separator));
        let segment = other.as_ref().unwrap_or(segment);
        match self.open {
            Open::Claims => self.claims.segment(segment, &mut self.desk),
            _ => self.remittances.segment(segment, &mut self.desk),
        }
    }

    /// Reads what stands outside any transaction, since its ST is missing or an SE stands too early.
    fn open_without_header(&mut self, segment: &Segment<'_>) {
        let group = self.envelopes.group().map_or("", |group| &group.functional_id);
        match (group, segment.id()) {
            ("HC" | "", id::BHT | id::HL) | (_, id::CLM) => self.open(Open::Claims),
            ("HP" | "", id::BPR) | (_, id::CLP) => self.open(Open::Remittances),
            (_, id::TA1) => self.neighbour(TransactionKind::Ta1, segment),
            _ => {}
        }
    }

    /// Counts a transaction that is not imported, and says so.
    fn neighbour(&mut self, kind: TransactionKind, segment: &Segment<'_>) {
        let (name, purpose) = purpose(kind);
        let tally = &mut self.desk.tally;
        *tally.not_imported.entry(name).or_default() += 1;
        if matches!(tally.kind, FileKind::NotX12 | FileKind::Other) {
            tally.kind = match kind {
                TransactionKind::Ack999 => FileKind::Acknowledgement,
                TransactionKind::ClaimAck277CA => FileKind::ClaimAcknowledgement,
                TransactionKind::Ta1 => FileKind::InterchangeAcknowledgement,
                _ => FileKind::Other,
            };
        }
        let cause = Cause::Value(name.as_bytes());
        let source = segment.into();
        if kind == TransactionKind::Other {
            let message = || format!("{} is no transaction that is known here", shown(segment.element(1)));
            let cause = Cause::Value(segment.element(1));
            self.desk.findings.raise(Rule::UnknownTransaction, source, At::Element(1), cause, message);
        } else {
            let message = || format!("{name}, {purpose}, is not imported");
            self.desk.findings.raise(Rule::Neighbour, source, At::Segment, cause, message);
        }
    }
}

/// The name of a transaction and what it is for.
fn purpose(kind: TransactionKind) -> (&'static str, &'static str) {
    match kind {
        TransactionKind::Claim837(_) => ("837", "claims"),
        TransactionKind::Remittance835 => ("835", "remittances"),
        TransactionKind::Ack999 => ("999", "the receipt for a group of transactions"),
        TransactionKind::Ack997 => ("997", "the receipt for a group of transactions"),
        TransactionKind::Ta1 => ("TA1", "the receipt for an interchange"),
        TransactionKind::ClaimAck277CA => ("277CA", "the receipt for claims before they are adjudicated"),
        TransactionKind::Status277 => ("277", "the answer to a question about a claim's status"),
        TransactionKind::StatusRequest276 => ("276", "a question about a claim's status"),
        TransactionKind::Eligibility270 => ("270", "a question about eligibility"),
        TransactionKind::Eligibility271 => ("271", "an answer about eligibility"),
        TransactionKind::Review278 => ("278", "a request or answer about authorisation"),
        TransactionKind::Enrolment834 => ("834", "enrolment in a plan"),
        TransactionKind::Premium820 => ("820", "a payment of premiums"),
        TransactionKind::Other => ("other", "a transaction of another kind"),
    }
}

/// The kind of claim that a version such as `005010X222A1` names.
fn kind_of_version(version: &str) -> Option<ClaimKind> {
    match TransactionKind::of("837", version, "") {
        TransactionKind::Claim837(ClaimVariant::Professional) => Some(ClaimKind::Professional),
        TransactionKind::Claim837(ClaimVariant::Institutional) => Some(ClaimKind::Institutional),
        TransactionKind::Claim837(ClaimVariant::Dental) => Some(ClaimKind::Dental),
        _ => None,
    }
}
