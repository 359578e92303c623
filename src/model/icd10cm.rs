//! The diagnoses of ICD-10-CM and the days on which each may be billed, from the releases of NCHS and CMS.
//!
//! `icd10cm/codes.bin` is built by `icd10cm/build.py`; `icd10cm/README.md` names the sources, and says what the list cannot
//! tell. It is searched as it lies in the executable: a code is a way of at most seven steps through a graph.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil::{Date, date};

/// What the releases say of a code on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may be billed.
    Billable,
    /// It is a category, or a code that needs more characters, and may not be billed.
    NotFullLength,
    /// It is not there yet; it is from this day on, if not earlier.
    NotYet(Date),
    /// It is not there any more; it was until this day, if not longer.
    NoLonger(Date),
    /// No release holds it.
    Unlisted,
    /// No release holds it, but the day is later than the last of them: it may be new.
    PerhapsNew,
    /// The releases at hand do not tell, or not of this day.
    Unknown,
}

impl fmt::Display for Standing {
    /// Goes on after the code: `E11 is not at full length`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Billable => f.write_str("is in ICD-10-CM"),
            Self::NotFullLength => f.write_str("is not at full length"),
            Self::NotYet(day) => write!(f, "came into ICD-10-CM by {day}"),
            Self::NoLonger(day) => write!(f, "left ICD-10-CM after {day}"),
            Self::Unlisted => f.write_str("is not in ICD-10-CM"),
            Self::PerhapsNew => write!(f, "is in no release of ICD-10-CM up to {}", last_day()),
            Self::Unknown => f.write_str("may be in ICD-10-CM"),
        }
    }
}

/// What the list says of a code on a day of service. The code is upper-case and without its point, as an 837 has it.
///
/// Behind the last release ([`last_day`]) what was a category, or had gone, is taken to have stayed so: no release since
/// October 2019 made one billable again.
#[must_use]
pub fn lookup(code: &str, day: Date) -> Standing {
    let list = &*LIST;
    let day = day_number(day);
    let Some(period) = list.period(day) else { return Standing::Unknown };
    match list.row(code) {
        Some(row) => list.standing(row, period),
        None if day > list.last_day => Standing::PerhapsNew,
        None => Standing::Unlisted,
    }
}

/// What the list says of a code for a visit or stay of several days: the release of any of them may be used.
#[must_use]
pub fn lookup_within(code: &str, first: Date, last: Date) -> Standing {
    match lookup(code, last) {
        standing @ (Standing::Billable | Standing::Unknown) => standing,
        _ if first < last => lookup(code, first),
        standing => standing,
    }
}

/// Whether the code is a manifestation, which may never be the principal diagnosis: the disease behind it comes first
/// (ICD-10-CM guidelines, section I.A.13).
#[must_use]
pub fn is_manifestation(code: &str) -> bool {
    LIST.row(code).is_some_and(|row| row.last() == Some(&1))
}

/// The last day of service that the list covers.
#[must_use]
pub fn last_day() -> Date {
    date_of(LIST.last_day)
}

/// A day as eight decimal digits, which compare like days.
fn day_number(day: Date) -> u32 {
    let [year, month, day] = [i32::from(day.year()), i32::from(day.month()), i32::from(day.day())];
    u32::try_from(year * 10_000 + month * 100 + day).unwrap_or(0)
}

fn date_of(number: u32) -> Date {
    let part = |divisor: u32, of: u32| i8::try_from(number / divisor % of).unwrap_or(1);
    Date::new(i16::try_from(number / 10_000).unwrap_or(0), part(100, 100), part(1, 100))
        .unwrap_or(date(1, 1, 1))
}

static BYTES: &[u8] = include_bytes!("icd10cm/codes.bin");

static LIST: LazyLock<List> = LazyLock::new(|| List::read(BYTES));

/// The parts of `codes.bin`, where they lie.
struct List {
    /// First days of the periods, the earliest first.
    periods: Vec<u32>,
    last_day: u32,
    /// A row for each way in which codes come and go: a state for each period, then whether it is a manifestation.
    rows: &'static [u8],
    nodes: &'static [[u8; 8]],
    edges: &'static [[u8; 2]],
    root: usize,
}

/// The states of a row.
const ABSENT: u8 = 0;
const HEADER: u8 = 1;
const BILLABLE: u8 = 2;
// 3: the releases do not tell.

impl List {
    fn read(bytes: &'static [u8]) -> Self {
        let number = |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().unwrap_or(&[0; 4]));
        let count = |place: usize| number(8 + 4 * place) as usize;
        let [periods, rows, nodes, edges, root] = std::array::from_fn(count);
        let days = 28;
        let first_row = days + 4 * (periods + 1);
        let first_node = first_row + rows * (periods + 1);
        let first_edge = first_node + 8 * nodes;
        Self {
            periods: (0..periods).map(|period| number(days + 4 * period)).collect(),
            last_day: number(days + 4 * periods),
            rows: &bytes[first_row..first_node],
            nodes: bytes[first_node..first_edge].as_chunks().0,
            edges: bytes[first_edge..first_edge + 2 * edges].as_chunks().0,
            root,
        }
    }

    /// The period of a day; the last one for all that come after.
    fn period(&self, day: u32) -> Option<usize> {
        self.periods.iter().rposition(|&first| first <= day)
    }

    /// The row of a code; `None` where no code begins so.
    fn row(&self, code: &str) -> Option<&'static [u8]> {
        if !(3..=7).contains(&code.len()) {
            return None;
        }
        let mut node = self.node(self.root);
        for byte in code.bytes() {
            let symbol = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => return None,
            };
            let below = (1_u64 << symbol) - 1;
            if node >> symbol & 1 == 0 {
                return None;
            }
            let place = (node >> 46) as usize + (node & below).count_ones() as usize;
            node = self.node(usize::from(u16::from_le_bytes(self.edges[place])));
        }
        let width = self.periods.len() + 1;
        let row = (node >> 36 & 0x3FF) as usize * width;
        Some(&self.rows[row..row + width])
    }

    /// 36 bits: which symbols go on from here; 10: the row; 18: the first edge, one for each symbol.
    fn node(&self, number: usize) -> u64 {
        u64::from_le_bytes(self.nodes[number])
    }

    fn standing(&self, row: &[u8], period: usize) -> Standing {
        match row[period] {
            BILLABLE => Standing::Billable,
            HEADER => Standing::NotFullLength,
            ABSENT => self.absent(row, period),
            _ => Standing::Unknown,
        }
    }

    /// What is said of a code that is not there in a period: whether it came later or went before. A period of which the
    /// releases do not tell is passed over.
    #[cold]
    fn absent(&self, row: &[u8], period: usize) -> Standing {
        let is_there = |state: &u8| matches!(*state, BILLABLE | HEADER);
        let states = &row[..self.periods.len()];
        if let Some(before) = states[..period].iter().rposition(is_there) {
            let next = date_of(self.periods[before + 1]);
            return next.yesterday().map_or(Standing::Unknown, Standing::NoLonger);
        }
        match states[period..].iter().position(is_there) {
            Some(after) => Standing::NotYet(date_of(self.periods[period + after])),
            None => Standing::Unlisted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(code: &str, day: Date, expected: Standing) {
        assert_eq!(lookup(code, day), expected, "{code} on {day}");
    }

    #[test]
    fn codes_are_known_by_their_whole_length() {
        let day = date(2026, 3, 5);
        for code in ["I10", "E119", "J069", "Z0000", "M545", "S52501A", "W19XXXA", "U071", "QA00101", "C7B1"]
        {
            let expected = if code == "M545" { Standing::NotFullLength } else { Standing::Billable };
            case(code, day, expected);
        }
        for code in ["E11", "N18", "J45", "S52501", "W19", "W19XXX", "T40", "Z00"] {
            case(code, day, Standing::NotFullLength);
        }
        for code in ["I100", "J0690", "Z9999", "S52501Z", "I101010", "E1I9", "QA0010Z"] {
            case(code, day, Standing::Unlisted);
        }
    }

    #[test]
    fn what_is_no_code_at_all_is_not_listed() {
        for code in ["", "I", "I1", "25000", "e119", "E11.9", "S52501AB", "I1é", "\u{0}\u{0}\u{0}"] {
            case(code, date(2026, 3, 5), Standing::Unlisted);
        }
    }

    /// Days and codes from the addenda of the releases: October 2020 to October 2025.
    #[test]
    fn codes_come_and_go_with_the_releases() {
        // The condition after COVID-19 got its code in October 2021.
        case("U099", date(2021, 9, 30), Standing::NotYet(date(2021, 10, 1)));
        case("U099", date(2021, 10, 1), Standing::Billable);
        // Headache was parted in October 2020, low back pain in October 2021, multiple sclerosis in October 2025.
        case("R51", date(2020, 3, 31), Standing::Billable);
        case("R51", date(2020, 10, 1), Standing::NotFullLength);
        case("R519", date(2020, 3, 31), Standing::NotYet(date(2020, 10, 1)));
        case("M545", date(2021, 9, 30), Standing::Billable);
        case("M545", date(2021, 10, 1), Standing::NotFullLength);
        case("M5450", date(2021, 10, 1), Standing::Billable);
        case("G35", date(2025, 9, 30), Standing::Billable);
        case("G35", date(2025, 10, 1), Standing::NotFullLength);
        // Gone between the lists of external causes at hand: it was there in January 2021, and not in April 2025.
        case("V200XXA", date(2021, 2, 1), Standing::Billable);
        case("V200XXA", date(2026, 2, 1), Standing::NoLonger(date(2021, 9, 30)));
    }

    #[test]
    fn nothing_is_claimed_of_days_that_no_release_covers() {
        let (before, after) = (date(2018, 9, 30), last_day().tomorrow().unwrap());
        for code in ["I10", "E11", "Z9999", "V200XXA"] {
            case(code, before, Standing::Unknown);
        }
        case("Z9999", after, Standing::PerhapsNew);
        // A new code could be a longer one; an old one stays what it is.
        case("I10", after, Standing::Billable);
        case("E11", after, Standing::NotFullLength);
        // Between the lists of external causes at hand, January 2021 and April 2025.
        case("V200XXA", date(2023, 1, 1), Standing::Unknown);
    }

    #[test]
    fn a_visit_over_the_first_of_october_may_use_either_release() {
        let (september, october) = (date(2025, 9, 30), date(2025, 10, 1));
        assert_eq!(lookup_within("G35", september, october), Standing::Billable);
        assert_eq!(lookup_within("G35D", september, october), Standing::Billable);
        assert_eq!(lookup_within("G35", october, october), Standing::NotFullLength);
    }

    #[test]
    fn a_manifestation_says_that_another_disease_comes_first() {
        for code in ["F0280", "G63", "H42", "M90511", "N08"] {
            assert!(is_manifestation(code), "{code}");
        }
        for code in ["I10", "B9561", "D631", "L97509", "E1142", "nonsense"] {
            assert!(!is_manifestation(code), "{code}");
        }
    }

    /// The number of codes that CMS states for its releases of January 2021, April 2025 and April 2026.
    #[test]
    fn the_list_is_whole() {
        for (day, expected) in
            [(date(2021, 1, 1), 72_621), (date(2025, 4, 1), 74_260), (date(2026, 4, 1), 74_719)]
        {
            let period = LIST.period(day_number(day)).unwrap();
            assert_eq!(billable_below(LIST.root, period), expected, "{day}");
        }
    }

    fn billable_below(node: usize, period: usize) -> usize {
        let node = LIST.node(node);
        let width = LIST.periods.len() + 1;
        let here = LIST.rows[(node >> 36 & 0x3FF) as usize * width + period] == BILLABLE;
        let first = (node >> 46) as usize;
        let children = (node & ((1 << 36) - 1)).count_ones() as usize;
        let edges = &LIST.edges[first..first + children];
        let below = edges.iter().map(|&edge| billable_below(usize::from(u16::from_le_bytes(edge)), period));
        usize::from(here) + below.sum::<usize>()
    }
}
