//! Shapes of the code sets of claims, and the short public lists: what a code can be told by itself.

use jiff::civil::{Date, date};

/// First day of service for which ICD-10-CM is required instead of ICD-9-CM (45 CFR 162.1002).
pub const ICD10_SINCE: Date = date(2015, 10, 1);

/// Whether an upper-case code without its point has the shape of ICD-10-CM: a letter, a digit, a digit or A or B, then up
/// to four letters or digits (ICD-10-CM guidelines, section I.A). Category QA0, of October 2025, is the one with two letters.
#[must_use]
pub fn has_icd10_shape(code: &str) -> bool {
    let [letter, digit, third, rest @ ..] = code.as_bytes() else { return false };
    letter.is_ascii_uppercase()
        && (digit.is_ascii_digit() || code.starts_with("QA"))
        && matches!(third, b'0'..=b'9' | b'A' | b'B')
        && rest.len() <= 4
        && rest.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Whether an upper-case code without its point has the shape of an ICD-9-CM diagnosis: three to five digits, or V or E
/// and digits.
#[must_use]
pub fn has_icd9_shape(code: &str) -> bool {
    let (digits, length) = match code.as_bytes() {
        [b'V', digits @ ..] => (digits, 2..=4),
        [b'E', digits @ ..] => (digits, 3..=4),
        digits => (digits, 3..=5),
    };
    length.contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// Whether an upper-case code has the shape of its code set: CPT and HCPCS for `HC`, CDT for `AD`; of others nothing is
/// known, so they have.
#[must_use]
pub fn has_procedure_shape(qualifier: &str, code: &str) -> bool {
    match qualifier {
        "HC" => has_hcpcs_shape(code.as_bytes()),
        "AD" => matches!(code.as_bytes(), [b'D', number @ ..] if number.len() == 4 && are_digits(number)),
        _ => true,
    }
}

/// Five digits, four digits and a letter, or a letter and four digits.
fn has_hcpcs_shape(code: &[u8]) -> bool {
    let &[first, ref middle @ .., last] = code else { return false };
    let ends = match (first.is_ascii_digit(), last.is_ascii_digit()) {
        (true, true) => true,
        (true, false) => last.is_ascii_uppercase(),
        (false, true) => first.is_ascii_uppercase(),
        (false, false) => false,
    };
    ends && middle.len() == 3 && are_digits(middle)
}

fn are_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// Whether a code has the shape of a modifier: two letters or digits.
#[must_use]
pub fn has_modifier_shape(code: &str) -> bool {
    matches!(code.as_bytes(), [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
}

/// Whether CMS's place-of-service code set has this code.
#[must_use]
pub fn is_place_of_service(code: &[u8]) -> bool {
    match code {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => matches!(
            (tens - b'0') * 10 + (ones - b'0'),
            1..=27 | 31..=34 | 41 | 42 | 49..=58 | 60..=62 | 65 | 66 | 71 | 72 | 81 | 99
        ),
        _ => false,
    }
}

/// Whether these can be the first two digits of an institutional type of bill: facility, then classification.
#[must_use]
pub fn is_facility_type(code: &[u8]) -> bool {
    matches!(code, [b'1'..=b'8', b'1'..=b'9'])
}

/// Whether this can be a claim frequency: the last character of a type of bill, of which professional and dental claims
/// use fewer.
#[must_use]
pub fn is_frequency(code: &[u8], institutional: bool) -> bool {
    match code {
        [b'1' | b'6' | b'7' | b'8'] => true,
        [other] => institutional && other.is_ascii_alphanumeric(),
        _ => false,
    }
}

/// Whether an 835 of 004010 or 005010 can say this in CLP02.
#[must_use]
pub fn is_claim_status(code: &[u8]) -> bool {
    const CODES: &[&[u8]] = &[b"1", b"2", b"3", b"4", b"19", b"20", b"21", b"22", b"23", b"25"];
    const ONLY_IN_4010: &[&[u8]] = &[b"5", b"10", b"13", b"15", b"16", b"17", b"27"];
    CODES.contains(&code) || ONLY_IN_4010.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_service_are_those_of_the_cms_list() {
        for code in ["01", "02", "10", "11", "22", "27", "66", "81", "99"] {
            assert!(is_place_of_service(code.as_bytes()), "{code}");
        }
        for code in ["", "1", "00", "28", "30", "43", "59", "98", "011", "1A"] {
            assert!(!is_place_of_service(code.as_bytes()), "{code}");
        }
    }

    #[test]
    fn frequencies_and_facility_types_make_a_type_of_bill() {
        assert!(is_facility_type(b"11") && is_facility_type(b"83"));
        assert!(!is_facility_type(b"01") && !is_facility_type(b"9") && !is_facility_type(b"131"));
        assert!(is_frequency(b"1", false) && is_frequency(b"8", false) && is_frequency(b"G", true));
        assert!(!is_frequency(b"G", false) && !is_frequency(b"", true) && !is_frequency(b"11", true));
    }

    #[test]
    fn icd10_codes_of_every_length_and_with_letters_inside_have_the_shape() {
        let codes = [
            "I10", "E119", "C4A9", "M1A9XX0", "S52501A", "Z3A01", "U071", "O09A0", "T360X1A", "G43A0",
            "QA00101",
        ];
        for code in codes {
            assert!(has_icd10_shape(code), "{code}");
        }
        for code in ["", "I", "I1", "JA0", "250", "25000", "EI0", "E11.9", "S52501AB", "IO0", "I1O", "I1é"] {
            assert!(!has_icd10_shape(code), "{code}");
        }
    }

    #[test]
    fn icd9_codes_have_their_own_shape() {
        for code in ["317", "29590", "V5789", "E9860"] {
            assert!(has_icd9_shape(code), "{code}");
        }
        for code in ["", "31", "J069", "295901", "V"] {
            assert!(!has_icd9_shape(code), "{code}");
        }
    }

    #[test]
    fn procedures_have_the_shape_of_their_code_set() {
        for code in ["99213", "3074F", "0001U", "0202A", "G0463", "J3490"] {
            assert!(has_procedure_shape("HC", code), "{code}");
        }
        for code in ["", "9921", "992133", "9921X3", "99213-25", "GG463", "A042D"] {
            assert!(!has_procedure_shape("HC", code), "{code}");
        }
        assert!(has_procedure_shape("AD", "D0120") && !has_procedure_shape("AD", "00120"));
        assert!(has_procedure_shape("N4", "68382005501"));
    }

    #[test]
    fn modifiers_have_two_characters() {
        assert!(has_modifier_shape("25") && has_modifier_shape("TC"));
        assert!(!has_modifier_shape("2") && !has_modifier_shape("25-") && !has_modifier_shape("2 "));
    }
}
