//! What the synthetic practice does and finds: ids of procedures, revenue and diagnosis codes with its own charges.

/// Something that is billed on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service {
    /// The procedure's id; empty where a revenue code says all.
    pub(super) code: &'static str,
    /// The revenue code of an institutional line.
    pub(super) revenue: &'static str,
    /// The charge of one unit, in cents.
    pub(super) charge: u32,
    /// The most units of a line.
    pub(super) units: u32,
    /// How often it is done, beside the others of its list.
    pub(super) weight: u32,
    /// A modifier that belongs to it, or nothing.
    pub(super) modifier: &'static str,
}

impl Service {
    const fn new(code: &'static str, charge: u32, weight: u32) -> Self {
        Self { code, revenue: "", charge, units: 1, weight, modifier: "" }
    }

    const fn up_to(self, units: u32) -> Self {
        Self { units, ..self }
    }

    const fn with(self, modifier: &'static str) -> Self {
        Self { modifier, ..self }
    }

    const fn under(self, revenue: &'static str) -> Self {
        Self { revenue, ..self }
    }
}

/// Office and other visits: the first line of most professional claims.
pub(super) static VISITS: [Service; 9] = [
    Service::new("99213", 14_500, 30),
    Service::new("99214", 21_000, 24),
    Service::new("99203", 18_500, 8),
    Service::new("99204", 27_500, 6),
    Service::new("99212", 9_500, 6),
    Service::new("99215", 29_500, 4),
    Service::new("99396", 24_000, 8),
    Service::new("99395", 22_500, 5),
    Service::new("G0439", 19_500, 5),
];

/// What is done beside a visit.
pub(super) static EXTRAS: [Service; 24] = [
    Service::new("36415", 1_800, 16),
    Service::new("80053", 6_250, 12),
    Service::new("85025", 4_275, 12),
    Service::new("83036", 5_450, 9),
    Service::new("80061", 7_125, 8),
    Service::new("81003", 2_250, 8),
    Service::new("84443", 8_840, 5),
    Service::new("87880", 4_960, 5),
    Service::new("93000", 8_600, 6),
    Service::new("71046", 13_900, 5),
    Service::new("90471", 4_800, 7),
    Service::new("90686", 3_925, 6),
    Service::new("96372", 5_200, 6),
    Service::new("J1885", 1_235, 4).up_to(4),
    Service::new("20610", 26_500, 4).with("RT"),
    Service::new("17000", 15_800, 3),
    Service::new("69210", 11_800, 3),
    Service::new("97110", 7_950, 9).up_to(4).with("GP"),
    Service::new("97140", 7_640, 7).up_to(2).with("GP"),
    Service::new("94640", 6_410, 3),
    Service::new("70551", 112_000, 3),
    Service::new("72148", 118_500, 4),
    Service::new("73721", 109_900, 4).with("LT"),
    Service::new("95810", 145_000, 2),
];

/// What payers want authorised before.
pub(super) const AUTHORIZED: [&str; 7] = ["70551", "72148", "73721", "95810", "70450", "45378", "43239"];

/// For what some want a referral.
pub(super) const REFERRED: [&str; 6] = ["20610", "17000", "95810", "93000", "97110", "97140"];

/// Procedures beside which a visit on the same day needs modifier 25 to be paid.
pub(super) const PROCEDURES: [&str; 5] = ["20610", "17000", "69210", "96372", "94640"];

/// Treatment under a plan of physical therapy, which modifier GP says.
pub(super) const THERAPY: [&str; 2] = ["97110", "97140"];

/// What the surgery centre does for those who go home the same day.
pub(super) const OUTPATIENT: [Service; 11] = [
    Service::new("99283", 64_000, 10).under("0450"),
    Service::new("80053", 9_800, 10).under("0300"),
    Service::new("85025", 6_420, 10).under("0300"),
    Service::new("71046", 28_500, 7).under("0320"),
    Service::new("70450", 138_000, 4).under("0351"),
    Service::new("45378", 192_000, 7).under("0360"),
    Service::new("43239", 168_500, 5).under("0360"),
    Service::new("", 4_530, 9).under("0250"),
    Service::new("J2405", 3_890, 6).under("0636").up_to(4),
    Service::new("93005", 21_000, 6).under("0730"),
    Service::new("97110", 12_650, 4).under("0420").up_to(4).with("GP"),
];

/// What a stay in its beds is billed as; the first is the bed, by the day.
pub(super) const INPATIENT: [Service; 6] = [
    Service::new("", 185_000, 1).under("0120"),
    Service::new("", 42_310, 5).under("0250"),
    Service::new("", 28_440, 5).under("0270"),
    Service::new("", 61_275, 5).under("0300"),
    Service::new("", 38_860, 4).under("0320"),
    Service::new("", 21_900, 3).under("0730"),
];

/// What its dentists do.
pub(super) static DENTAL: [Service; 9] = [
    Service::new("D0120", 6_500, 14),
    Service::new("D0140", 9_250, 6),
    Service::new("D0274", 7_800, 10),
    Service::new("D1110", 11_000, 14),
    Service::new("D2391", 21_075, 7),
    Service::new("D2392", 26_550, 6),
    Service::new("D4341", 29_800, 3),
    Service::new("D7140", 22_500, 4),
    Service::new("D2740", 138_000, 2),
];

/// Diagnoses (ICD-10-CM) of a practice, the common ones more than once.
pub(super) const DIAGNOSES: [&str; 40] = [
    "I10", "I10", "I10", "E119", "E119", "E785", "E785", "J069", "M5450", "M5450", "F411", "K219", "N390",
    "R059", "J45909", "E669", "Z0000", "Z0000", "Z23", "M25561", "M25562", "L309", "H6690", "J020", "R109",
    "R519", "G43909", "E039", "D649", "F329", "I4891", "N1830", "J449", "M1711", "M542", "R5383", "G4733",
    "E559", "R7303", "Z1211",
];

/// Diagnoses of stays in bed.
pub(super) const ADMISSIONS: [&str; 8] = ["J189", "I509", "N179", "A419", "K3580", "I4891", "J441", "L03115"];

/// Diagnoses of teeth.
pub(super) const TEETH: [&str; 5] = ["K029", "K0261", "K0510", "K0381", "Z0120"];

/// Codes that a careless hand writes instead: not at full length, so not valid on any date of service.
pub(super) const TRUNCATED_DIAGNOSES: [&str; 5] = ["E11", "M545", "R51", "N18", "J45"];

/// The external cause of an injury: an unspecified fall.
pub(super) const FALL: &str = "W19XXXA";

/// Diagnosis related groups of stays in bed.
pub(super) const GROUPS: [&str; 5] = ["194", "291", "683", "871", "603"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::icd10cm::{self, Standing};

    #[test]
    fn diagnoses_are_real_and_the_careless_ones_too_short() {
        let day = icd10cm::last_day();
        for code in DIAGNOSES.iter().chain(&ADMISSIONS).chain(&TEETH).chain(&[FALL]) {
            assert_eq!(icd10cm::lookup(code, day), Standing::Billable, "{code}");
        }
        for code in TRUNCATED_DIAGNOSES {
            assert_eq!(icd10cm::lookup(code, day), Standing::NotFullLength, "{code}");
        }
    }

    #[test]
    fn no_list_has_a_service_twice() {
        for list in [&VISITS[..], &EXTRAS, &OUTPATIENT, &INPATIENT, &DENTAL] {
            for (n, service) in list.iter().enumerate() {
                let same = |other: &Service| (other.code, other.revenue) == (service.code, service.revenue);
                assert!(!list[..n].iter().any(same), "{service:?}");
            }
        }
    }
}
