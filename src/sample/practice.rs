//! The synthetic practice: who bills, who treats, and the households that come.

use jiff::civil::Date;

use crate::model::Text;
use crate::model::claim::ClaimKind;
use crate::model::npi::Npi;
use crate::model::party::{Person, ProviderName};

use super::chance::{Chance, Purpose};
use super::payers::{PAYERS, SECONDARY, SENIOR};

/// First names, of things that are no persons.
const FIRST_NAMES: [&str; 24] = [
    "AMBER", "ASPEN", "BASIL", "BRIAR", "CEDAR", "CLAY", "CLOVER", "CORAL", "EMBER", "FERN", "FLINT",
    "HAZEL", "IVY", "JASPER", "JUNIPER", "LAUREL", "OLIVE", "PEARL", "REED", "ROWAN", "RUBY", "SAGE", "SKY",
    "WREN",
];

/// Last names, each of which says that it is none.
const LAST_NAMES: [&str; 24] = [
    "SAMPLEASH",
    "SAMPLEBAY",
    "SAMPLEBROOK",
    "SAMPLECLIFF",
    "SAMPLEDALE",
    "SAMPLEFIELD",
    "SAMPLEFORD",
    "SAMPLEGROVE",
    "SAMPLEHILL",
    "SAMPLELAKE",
    "SAMPLEMARSH",
    "SAMPLEMEADOW",
    "SAMPLEMOOR",
    "SAMPLEPEAK",
    "SAMPLEPOND",
    "SAMPLERIDGE",
    "SAMPLERIVER",
    "SAMPLESHORE",
    "SAMPLESTONE",
    "SAMPLEVALE",
    "SAMPLEWATER",
    "SAMPLEWELL",
    "SAMPLEWOOD",
    "SAMPLEYARD",
];

/// Last names of those who treat.
const CLINICIANS: [&str; 12] = [
    "TESTHAWK",
    "TESTFINCH",
    "TESTHERON",
    "TESTLARK",
    "TESTOWL",
    "TESTQUAIL",
    "TESTRAVEN",
    "TESTROBIN",
    "TESTSWIFT",
    "TESTTHRUSH",
    "TESTWREN",
    "TESTDOVE",
];

/// Taxonomy codes of those who treat: family, internal medicine, physician assistant, nurse practitioner, therapist.
const SPECIALTIES: [&str; 5] = ["207Q00000X", "207R00000X", "363A00000X", "363LF0000X", "225100000X"];
const DENTIST: &str = "1223G0001X";

/// The first nine digits of the practice's numbers. No NPI that has been given out begins with 9.
const STEM: u32 = 990_000_000;

/// Those who share a policy.
#[derive(Debug, Clone)]
pub(super) struct Household {
    /// The subscriber, without the member id, which depends on the payer.
    pub(super) subscriber: Person,
    pub(super) dependent: Option<Person>,
    /// The payer that pays first, by its place in [`PAYERS`].
    pub(super) payer: usize,
    /// The payer that pays next, if there is one.
    pub(super) second_payer: Option<usize>,
    pub(super) group_number: Option<Text>,
    /// Goes to the branch office, whose software makes longer claim numbers.
    pub(super) is_of_branch: bool,
    number: u32,
}

/// The practice.
#[derive(Debug)]
pub(super) struct Practice {
    seed: u64,
    /// The year in which its records begin.
    year: i16,
    billing: [ProviderName; 3],
    clinicians: Vec<ProviderName>,
    dentists: [ProviderName; 2],
    pub(super) households: u32,
}

impl Practice {
    /// The practice for about `claims` claims, in the years after `year`.
    pub(super) fn new(seed: u64, year: i16, claims: u64) -> Self {
        let claims = u32::try_from(claims).unwrap_or(u32::MAX);
        let clinicians = (claims / 2_500).clamp(6, 40);
        let organization =
            |name: &'static str, number: u32, tax_id: &'static str, taxonomy: &'static str| ProviderName {
                name: Some(Text::const_new(name)),
                npi: Some(npi(number)),
                tax_id: Some(Text::const_new(tax_id)),
                taxonomy: Some(Text::const_new(taxonomy)),
                ..ProviderName::default()
            };
        Self {
            seed,
            year,
            billing: [
                organization("SAMPLE FAMILY PRACTICE", 1, "000000001", "261QP2300X"),
                organization("SAMPLE SURGERY CENTER", 2, "000000002", "261QA1903X"),
                organization("SAMPLE DENTAL OFFICE", 3, "000000003", "122300000X"),
            ],
            clinicians: (0..clinicians).map(|n| clinician(seed, n)).collect(),
            dentists: [1_000, 1_001]
                .map(|n| ProviderName { taxonomy: Some(Text::const_new(DENTIST)), ..clinician(seed, n) }),
            households: (claims / 4).max(4),
        }
    }

    /// Who bills claims of this kind.
    pub(super) fn billing(&self, kind: ClaimKind) -> &ProviderName {
        match kind {
            ClaimKind::Professional => &self.billing[0],
            ClaimKind::Institutional => &self.billing[1],
            ClaimKind::Dental => &self.billing[2],
        }
    }

    /// Those who can treat in claims of this kind.
    pub(super) fn clinicians(&self, kind: ClaimKind) -> &[ProviderName] {
        match kind {
            ClaimKind::Dental => &self.dentists,
            ClaimKind::Professional | ClaimKind::Institutional => &self.clinicians,
        }
    }

    /// The `number`th household.
    pub(super) fn household(&self, number: u32) -> Household {
        let mut chance = Chance::of(self.seed, Purpose::Household, number.into());
        let payer = chance.weighted(PAYERS.iter().map(|payer| payer.households));
        let ages = if payer == SENIOR { (66, 92) } else { (22, 64) };
        let mut subscriber = self.person(&mut chance, ages);
        let has_dependents = payer != SENIOR && chance.hits(4_000);
        let dependent = has_dependents.then(|| {
            let mut dependent = self.person(&mut chance, (1, 24));
            dependent.last_name.clone_from(&subscriber.last_name);
            dependent
        });
        let has_second = chance.hits(if payer == SENIOR { 4_500 } else { 1_000 });
        let second_payer = chance.pick(&SECONDARY);
        let group_number =
            matches!(PAYERS[payer].filing, "CI" | "BL" | "12").then(|| digits("GRP#####", &mut chance));
        let is_of_branch = chance.hits(500);
        subscriber.member_id = None;
        Household {
            subscriber,
            dependent,
            payer,
            second_payer: Some(second_payer).filter(|second| has_second && *second != payer),
            group_number,
            is_of_branch,
            number,
        }
    }

    /// The number by which a payer knows a household.
    pub(super) fn member_id(&self, household: &Household, payer: usize) -> Text {
        let number = u64::from(household.number) * 16 + payer as u64;
        let mut chance = Chance::of(self.seed, Purpose::Member, number);
        digits(PAYERS[payer].member_id, &mut chance)
    }

    fn person(&self, chance: &mut Chance, (youngest, oldest): (u32, u32)) -> Person {
        let age = chance.between(youngest, oldest);
        let year = self.year - i16::try_from(age).unwrap_or(0);
        let month = i8::try_from(chance.between(1, 12)).unwrap_or(1);
        let day = i8::try_from(chance.between(1, 28)).unwrap_or(1);
        Person {
            last_name: Some(Text::const_new(chance.pick(&LAST_NAMES))),
            first_name: Some(Text::const_new(chance.pick(&FIRST_NAMES))),
            member_id: None,
            birth_date: Date::new(year, month, day).ok(),
            sex: Some(Text::const_new(if chance.hits(5_300) { "F" } else { "M" })),
        }
    }
}

fn clinician(seed: u64, number: u32) -> ProviderName {
    let mut chance = Chance::of(seed, Purpose::Clinician, number.into());
    ProviderName {
        is_person: true,
        name: Some(Text::const_new(CLINICIANS[number as usize % CLINICIANS.len()])),
        first_name: Some(Text::const_new(chance.pick(&FIRST_NAMES))),
        npi: Some(clinician_npi(number)),
        taxonomy: Some(Text::const_new(chance.pick(&SPECIALTIES))),
        ..ProviderName::default()
    }
}

/// The NPI of the practice's `number`th clinician.
pub(super) fn clinician_npi(number: u32) -> Text {
    npi(100 + number)
}

/// The NPI of one of the practice's own or of its neighbours.
pub(super) fn npi(number: u32) -> Text {
    Npi::from_stem(STEM + number).as_str().into()
}

/// A text of this shape, with a digit for each `#`.
pub(super) fn digits(shape: &str, chance: &mut Chance) -> Text {
    let digit = |chance: &mut Chance| char::from_digit(chance.below(10), 10).unwrap_or('0');
    shape.chars().map(|c| if c == '#' { digit(chance) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_who_bills_or_treats_has_a_valid_number_of_their_own() {
        let practice = Practice::new(1, 2026, 1_000_000);
        let kinds = [ClaimKind::Professional, ClaimKind::Institutional, ClaimKind::Dental];
        let mut numbers: Vec<&str> = kinds
            .iter()
            .filter_map(|kind| practice.billing(*kind).npi.as_deref())
            .chain(practice.clinicians.iter().chain(&practice.dentists).filter_map(|p| p.npi.as_deref()))
            .collect();
        assert_eq!(numbers.len(), 3 + 40 + 2);
        assert!(numbers.iter().all(|number| Npi::parse(number).is_ok()));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 45);
    }

    #[test]
    fn a_household_is_the_same_whenever_it_comes() {
        let practice = Practice::new(7, 2026, 1_000);
        for number in 0..100 {
            let (one, other) = (practice.household(number), practice.household(number));
            assert_eq!(one.subscriber, other.subscriber);
            assert_eq!(practice.member_id(&one, 0), practice.member_id(&other, 0));
            assert_ne!(practice.member_id(&one, 0), practice.member_id(&one, 1));
        }
    }
}
