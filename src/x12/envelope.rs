//! Follows interchanges, groups and transactions through the segments of a file, and checks their counts and control numbers.

use crate::x12::segment::{Place, Segment, SegmentId, id};

/// An interchange as its ISA describes it; elements as they stand there, without padding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interchange {
    /// Where its ISA stands.
    pub place: Place,
    /// ISA05.
    pub sender_qualifier: String,
    /// ISA06.
    pub sender: String,
    /// ISA07.
    pub receiver_qualifier: String,
    /// ISA08.
    pub receiver: String,
    /// ISA09, as YYMMDD.
    pub date: String,
    /// ISA10, as HHMM.
    pub time: String,
    /// ISA12, such as `00501`.
    pub version: String,
    /// ISA13.
    pub control_number: String,
    /// ISA15: `P` for production, `T` for test, `I` for information; a blank if absent.
    pub usage: char,
}

/// A functional group as its GS describes it; elements as they stand there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Where its GS stands.
    pub place: Place,
    /// GS01, such as `HC` for claims or `HP` for remittances.
    pub functional_id: String,
    /// GS02.
    pub sender: String,
    /// GS03.
    pub receiver: String,
    /// GS04, as CCYYMMDD.
    pub date: String,
    /// GS05, as HHMM or longer.
    pub time: String,
    /// GS06.
    pub control_number: String,
    /// GS08, such as `005010X222A1`.
    pub version: String,
}

/// A transaction as its ST describes it; elements as they stand there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// Where its ST stands.
    pub place: Place,
    /// ST01, such as `837`.
    pub code: String,
    /// ST02.
    pub control_number: String,
    /// ST03, such as `005010X222A1`; empty before 5010.
    pub version: String,
}

/// How many envelopes of each kind were opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// ISA segments.
    pub interchanges: u64,
    /// GS segments.
    pub groups: u64,
    /// ST segments.
    pub transactions: u64,
}

/// Which envelope something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// ISA to IEA.
    Interchange,
    /// GS to GE.
    Group,
    /// ST to SE.
    Transaction,
}

impl Level {
    /// The segment that opens it.
    #[must_use]
    pub const fn header(self) -> SegmentId {
        match self {
            Self::Interchange => id::ISA,
            Self::Group => id::GS,
            Self::Transaction => id::ST,
        }
    }

    /// The segment that closes it.
    #[must_use]
    pub const fn trailer(self) -> SegmentId {
        match self {
            Self::Interchange => id::IEA,
            Self::Group => id::GE,
            Self::Transaction => id::SE,
        }
    }
}

/// What can be wrong with an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Something stands outside the envelope that it needs.
    MissingHeader(Level),
    /// An envelope is still open where another begins, an outer one closes, or the file ends.
    MissingTrailer(Level),
    /// SE01, GE01 or IEA01 is not the number of segments, transactions or groups.
    WrongCount(Level),
    /// SE02, GE02 or IEA02 is not the number that the header gave.
    WrongControlNumber(Level),
    /// Segments stand outside any transaction; said once for each run of them.
    OutsideTransaction,
}

/// Something wrong with an envelope, and where it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeFault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The segment where it shows: the one that stands in place of what is missing, or the last of the file.
    pub place: Place,
    /// The element that is wrong, from 1; 0 where the segment itself is.
    pub element: usize,
    /// What should stand there: a count, a control number, or the id of a segment.
    pub expected: String,
    /// What does; empty at the end of the file.
    pub found: String,
}

/// An envelope that is open: what its header says, if there was one, and how many of its parts have been seen.
#[derive(Debug)]
struct Open<T> {
    header: Option<T>,
    parts: u64,
}

/// Follows the envelopes of one file: give it each segment, in order, and then [`Envelopes::end`].
#[derive(Debug, Default)]
pub struct Envelopes {
    interchange: Option<Open<Interchange>>,
    group: Option<Open<Group>>,
    transaction: Option<Open<Transaction>>,
    /// Whether segments outside any transaction have been reported since the last one.
    stray: bool,
    last: Place,
    counts: Counts,
}

impl Envelopes {
    /// The envelopes of a file of which nothing has been seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The interchange that is open, if its ISA was seen.
    #[must_use]
    pub fn interchange(&self) -> Option<&Interchange> {
        self.interchange.as_ref()?.header.as_ref()
    }

    /// The group that is open, if its GS was seen.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        self.group.as_ref()?.header.as_ref()
    }

    /// The transaction that is open.
    #[must_use]
    pub fn transaction(&self) -> Option<&Transaction> {
        self.transaction.as_ref()?.header.as_ref()
    }

    /// What kind of transaction is open.
    #[must_use]
    pub fn transaction_kind(&self) -> Option<TransactionKind> {
        let transaction = self.transaction()?;
        let group_version = self.group().map_or("", |group| &group.version);
        Some(TransactionKind::of(&transaction.code, &transaction.version, group_version))
    }

    /// How many envelopes have been opened so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes the next segment of the file, and adds what is wrong with the envelopes there to `faults`.
    ///
    /// A header opens its envelope before this returns, a trailer has closed it.
    pub fn see(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        let id = segment.id();
        self.last = segment.place();
        match id {
            id::ISA => self.open_interchange(segment, faults),
            id::GS => self.open_group(segment, faults),
            id::ST => self.open_transaction(segment, faults),
            id::SE => self.close_transaction(segment, faults),
            id::GE => self.close_group(segment, faults),
            id::IEA => self.close_interchange(segment, faults),
            id::TA1 | id::ISB | id::ISE if self.transaction.is_none() => {}
            _ => self.count_segment(segment, faults),
        }
    }

    /// Ends the file, and adds what is still open to `faults`.
    pub fn end(&mut self, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Interchange, self.last, "", faults);
    }

    fn open_interchange(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Interchange, segment.place(), "ISA", faults);
        self.counts.interchanges += 1;
        let header = Interchange {
            place: segment.place(),
            sender_qualifier: text(segment, 5),
            sender: text(segment, 6),
            receiver_qualifier: text(segment, 7),
            receiver: text(segment, 8),
            date: text(segment, 9),
            time: text(segment, 10),
            version: text(segment, 12),
            control_number: text(segment, 13),
            usage: segment.element(15).first().map_or(' ', |usage| char::from(*usage)),
        };
        self.interchange = Some(Open { header: Some(header), parts: 0 });
    }

    fn open_group(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Group, segment.place(), "GS", faults);
        self.need_interchange(segment, faults);
        self.counts.groups += 1;
        let header = Group {
            place: segment.place(),
            functional_id: text(segment, 1),
            sender: text(segment, 2),
            receiver: text(segment, 3),
            date: text(segment, 4),
            time: text(segment, 5),
            control_number: text(segment, 6),
            version: text(segment, 8),
        };
        self.add_group(Some(header));
    }

    fn open_transaction(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Transaction, segment.place(), "ST", faults);
        self.need_group(segment, faults);
        self.counts.transactions += 1;
        let header = Transaction {
            place: segment.place(),
            code: text(segment, 1),
            control_number: text(segment, 2),
            version: text(segment, 3),
        };
        self.add_transaction(Some(header));
    }

    fn need_interchange(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        if self.interchange.is_none() {
            faults.push(missing_header(Level::Interchange, segment));
            self.interchange = Some(Open { header: None, parts: 0 });
        }
    }

    fn need_group(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.need_interchange(segment, faults);
        if self.group.is_none() {
            faults.push(missing_header(Level::Group, segment));
            self.add_group(None);
        }
    }

    fn add_group(&mut self, header: Option<Group>) {
        self.group = Some(Open { header, parts: 0 });
        self.stray = false;
        if let Some(interchange) = &mut self.interchange {
            interchange.parts += 1;
        }
    }

    fn add_transaction(&mut self, header: Option<Transaction>) {
        self.transaction = Some(Open { header, parts: 1 });
        self.stray = false;
        if let Some(group) = &mut self.group {
            group.parts += 1;
        }
    }

    fn count_segment(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        if let Some(transaction) = &mut self.transaction {
            transaction.parts += 1;
        } else if !self.stray {
            self.stray = true;
            let found = segment.id().to_string();
            faults.push(fault(FaultKind::OutsideTransaction, segment.place(), 0, "ST", &found));
        }
    }

    fn close_transaction(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        if let Some(Open { header, parts }) = self.transaction.take() {
            check_count(Level::Transaction, parts + 1, segment, faults);
            check_control_number(
                Level::Transaction,
                header.map(|header| header.control_number),
                segment,
                faults,
            );
        } else {
            faults.push(missing_header(Level::Transaction, segment));
        }
    }

    fn close_group(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Transaction, segment.place(), "GE", faults);
        if let Some(Open { header, parts }) = self.group.take() {
            check_count(Level::Group, parts, segment, faults);
            check_control_number(Level::Group, header.map(|header| header.control_number), segment, faults);
        } else {
            faults.push(missing_header(Level::Group, segment));
        }
    }

    fn close_interchange(&mut self, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
        self.abandon(Level::Group, segment.place(), "IEA", faults);
        if let Some(Open { header, parts }) = self.interchange.take() {
            check_count(Level::Interchange, parts, segment, faults);
            check_control_number(
                Level::Interchange,
                header.map(|header| header.control_number),
                segment,
                faults,
            );
        } else {
            faults.push(missing_header(Level::Interchange, segment));
        }
        self.stray = false;
    }

    /// Closes what is open from the innermost envelope out to `level`, whose trailers should have stood before `found`.
    fn abandon(&mut self, level: Level, place: Place, found: &str, faults: &mut Vec<EnvelopeFault>) {
        let mut missing = |level: Level, had_header: bool| {
            if had_header {
                let expected = level.trailer().to_string();
                faults.push(fault(FaultKind::MissingTrailer(level), place, 0, &expected, found));
            }
        };
        if let Some(open) = self.transaction.take() {
            missing(Level::Transaction, open.header.is_some());
        }
        if level == Level::Transaction {
            return;
        }
        if let Some(open) = self.group.take() {
            missing(Level::Group, open.header.is_some());
        }
        if level == Level::Group {
            return;
        }
        if let Some(open) = self.interchange.take() {
            missing(Level::Interchange, open.header.is_some());
        }
    }
}

fn text(segment: &Segment<'_>, element: usize) -> String {
    String::from_utf8_lossy(segment.element(element)).into_owned()
}

fn fault(kind: FaultKind, place: Place, element: usize, expected: &str, found: &str) -> EnvelopeFault {
    EnvelopeFault { kind, place, element, expected: expected.to_owned(), found: found.to_owned() }
}

fn missing_header(level: Level, segment: &Segment<'_>) -> EnvelopeFault {
    let (expected, found) = (level.header().to_string(), segment.id().to_string());
    fault(FaultKind::MissingHeader(level), segment.place(), 0, &expected, &found)
}

fn check_count(level: Level, parts: u64, segment: &Segment<'_>, faults: &mut Vec<EnvelopeFault>) {
    let found = text(segment, 1);
    if found.parse() != Ok(parts) {
        faults.push(fault(FaultKind::WrongCount(level), segment.place(), 1, &parts.to_string(), &found));
    }
}

fn check_control_number(
    level: Level,
    expected: Option<String>,
    segment: &Segment<'_>,
    faults: &mut Vec<EnvelopeFault>,
) {
    let Some(expected) = expected else { return };
    let found = text(segment, 2);
    // ISA13 and GS06 are numbers, ST02 is a text: only there do leading zeros tell two apart.
    let significant = |number: &str| match level {
        Level::Transaction => number.to_owned(),
        Level::Interchange | Level::Group => number.trim_start_matches('0').to_owned(),
    };
    if significant(&expected) != significant(&found) {
        faults.push(fault(FaultKind::WrongControlNumber(level), segment.place(), 2, &expected, &found));
    }
}

/// Who bills with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimVariant {
    /// 837P.
    Professional,
    /// 837I.
    Institutional,
    /// 837D.
    Dental,
    /// Neither ST03 nor GS08 says.
    Unknown,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionKind {
    /// 837, claims.
    Claim837(ClaimVariant),
    /// 835, remittances.
    Remittance835,
    /// 999, acknowledgement of a group against its implementation guide.
    Ack999,
    /// 997, acknowledgement of a group.
    Ack997,
    /// TA1, acknowledgement of an interchange. It is a segment of its own outside any transaction, so no ST01 names it.
    Ta1,
    /// 277 that acknowledges claims.
    ClaimAck277CA,
    /// Any other 277: the status of claims, or a request for more about one.
    Status277,
    /// 276, request for the status of claims.
    StatusRequest276,
    /// 270, question about eligibility.
    Eligibility270,
    /// 271, answer about eligibility.
    Eligibility271,
    /// 278, review of services.
    Review278,
    /// 834, enrolment.
    Enrolment834,
    /// 820, payment of premiums.
    Premium820,
    /// Any other.
    Other,
}

impl TransactionKind {
    /// The kind that ST01 names, told closer by the guide in ST03 or else in GS08.
    #[must_use]
    pub fn of(st01: &str, st03: &str, gs08: &str) -> Self {
        match st01 {
            "837" => Self::Claim837(
                ClaimVariant::of(st03).or(ClaimVariant::of(gs08)).unwrap_or(ClaimVariant::Unknown),
            ),
            "835" => Self::Remittance835,
            "999" => Self::Ack999,
            "997" => Self::Ack997,
            "TA1" => Self::Ta1,
            "277" if [guide(st03), guide(gs08)].contains(&"214") => Self::ClaimAck277CA,
            "277" => Self::Status277,
            "276" => Self::StatusRequest276,
            "270" => Self::Eligibility270,
            "271" => Self::Eligibility271,
            "278" => Self::Review278,
            "834" => Self::Enrolment834,
            "820" => Self::Premium820,
            _ => Self::Other,
        }
    }
}

impl ClaimVariant {
    /// The variant whose guide, of 4010 or 5010, is named.
    fn of(version: &str) -> Option<Self> {
        match guide(version) {
            "222" | "098" => Some(Self::Professional),
            "223" | "096" => Some(Self::Institutional),
            "224" | "097" => Some(Self::Dental),
            _ => None,
        }
    }
}

/// The number of the guide in a version such as `005010X222A1`.
fn guide(version: &str) -> &str {
    version.split(['X', 'x']).nth(1).and_then(|guide| guide.get(..3)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::reader::{Event, Reader};

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *30*RECEIVER       *260101*1200*^*00501*000000009*0*T*:";

    fn follow(segments: &[&str]) -> (Vec<EnvelopeFault>, Counts) {
        let file = segments.join("~") + "~";
        let mut reader = Reader::new(file.as_bytes());
        let (mut envelopes, mut faults) = (Envelopes::new(), Vec::new());
        while let Some(event) = reader.next().unwrap() {
            if let Event::Segment(segment) = event {
                envelopes.see(&segment, &mut faults);
            }
        }
        envelopes.end(&mut faults);
        (faults, envelopes.counts())
    }

    /// That these segments have these faults, each given as its kind, segment number, and what is expected and found.
    #[track_caller]
    fn case(segments: &[&str], expected: &[(FaultKind, u64, &str, &str)]) {
        let (faults, _) = follow(segments);
        let found =
            faults.iter().map(|fault| (fault.kind, fault.place.segment, &*fault.expected, &*fault.found));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    const GS: &str = "GS*HC*A*B*20260101*1200*5*X*005010X222A1";

    #[test]
    fn right_envelopes_have_no_fault() {
        let segments =
            [ISA, "TA1*1", GS, "ST*837*1", "BHT*1", "SE*3*1", "ST*837*2", "SE*2*2", "GE*2*005", "IEA*1*9"];
        let (faults, counts) = follow(&segments);
        assert_eq!(faults, []);
        assert_eq!(counts, Counts { interchanges: 1, groups: 1, transactions: 2 });
    }

    #[test]
    fn counts_and_control_numbers_are_compared() {
        use FaultKind::{WrongControlNumber, WrongCount};
        case(
            &[ISA, GS, "ST*837*01", "BHT*1", "SE*4*1", "GE*x*6", "IEA**8"],
            &[
                (WrongCount(Level::Transaction), 5, "3", "4"),
                (WrongControlNumber(Level::Transaction), 5, "01", "1"),
                (WrongCount(Level::Group), 6, "1", "x"),
                (WrongControlNumber(Level::Group), 6, "5", "6"),
                (WrongCount(Level::Interchange), 7, "1", ""),
                (WrongControlNumber(Level::Interchange), 7, "000000009", "8"),
            ],
        );
    }

    #[test]
    fn missing_trailers_show_where_the_next_envelope_begins_or_an_outer_one_ends() {
        use FaultKind::MissingTrailer;
        case(
            &[ISA, GS, "ST*837*1", "BHT*1", "ST*837*2", "GE*2*5", "IEA*1*9"],
            &[
                (MissingTrailer(Level::Transaction), 5, "SE", "ST"),
                (MissingTrailer(Level::Transaction), 6, "SE", "GE"),
            ],
        );
        case(
            &[ISA, GS, "ST*837*1", "BHT*1"],
            &[
                (MissingTrailer(Level::Transaction), 4, "SE", ""),
                (MissingTrailer(Level::Group), 4, "GE", ""),
                (MissingTrailer(Level::Interchange), 4, "IEA", ""),
            ],
        );
    }

    #[test]
    fn missing_headers_are_said_once_and_their_trailers_accepted() {
        use FaultKind::MissingHeader;
        case(
            &["ST*837*1", "SE*2*1", "ST*837*2", "SE*2*2", "GE*2*5", "IEA*1*9"],
            &[
                (MissingHeader(Level::Interchange), 1, "ISA", "ST"),
                (MissingHeader(Level::Group), 1, "GS", "ST"),
            ],
        );
        case(
            &[ISA, GS, "SE*2*1", "GE*0*5", "IEA*1*9"],
            &[(MissingHeader(Level::Transaction), 3, "ST", "SE")],
        );
    }

    #[test]
    fn segments_outside_transactions_are_said_once_for_each_run() {
        let stray = |segment| (FaultKind::OutsideTransaction, segment, "ST", "CLM");
        case(
            &[ISA, GS, "CLM*1", "CLM*2", "ST*837*1", "SE*2*1", "CLM*3", "GE*1*5", "IEA*1*9"],
            &[stray(3), stray(7)],
        );
    }

    #[test]
    fn headers_are_told_while_their_envelopes_are_open() {
        let file = [ISA, GS, "ST*837*1*005010X223A2", "SE*2*1", ""].join("~");
        let mut reader = Reader::new(file.as_bytes());
        let (mut envelopes, mut faults) = (Envelopes::new(), Vec::new());
        let mut kinds = Vec::new();
        while let Some(event) = reader.next().unwrap() {
            if let Event::Segment(segment) = event {
                envelopes.see(&segment, &mut faults);
                kinds.push(envelopes.transaction_kind());
            }
        }
        assert_eq!(kinds, [None, None, Some(TransactionKind::Claim837(ClaimVariant::Institutional)), None]);
        let interchange = envelopes.interchange().unwrap();
        assert_eq!((&*interchange.sender, &*interchange.receiver_qualifier), ("SENDER", "30"));
        assert_eq!((&*interchange.date, &*interchange.time), ("260101", "1200"));
        assert_eq!((&*interchange.version, interchange.usage), ("00501", 'T'));
        let group = envelopes.group().unwrap();
        assert_eq!(
            (&*group.functional_id, &*group.date, &*group.version),
            ("HC", "20260101", "005010X222A1")
        );
    }

    #[test]
    fn kinds_of_transactions_are_told_by_st03_then_gs08() {
        use ClaimVariant::{Dental, Institutional, Professional, Unknown};
        use TransactionKind::{Claim837, ClaimAck277CA, Other, Remittance835, Status277};
        for (st01, st03, gs08, kind) in [
            ("837", "005010X222A1", "005010X223A2", Claim837(Professional)),
            ("837", "", "005010X223A2", Claim837(Institutional)),
            ("837", "005010", "005010X224A2", Claim837(Dental)),
            ("837", "", "004010X098A1", Claim837(Professional)),
            ("837", "", "004010X096A1", Claim837(Institutional)),
            ("837", "", "004010X097A1", Claim837(Dental)),
            ("837", "", "004010", Claim837(Unknown)),
            ("837", "005010x222", "", Claim837(Professional)),
            ("837", "X2É", "é", Claim837(Unknown)),
            ("835", "", "005010X221A1", Remittance835),
            ("277", "005010X214", "", ClaimAck277CA),
            ("277", "", "005010X214", ClaimAck277CA),
            ("277", "005010X212", "", Status277),
            ("850", "", "", Other),
        ] {
            assert_eq!(TransactionKind::of(st01, st03, gs08), kind, "{st01} {st03} {gs08}");
        }
    }
}
