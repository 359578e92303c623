//! Shapes and public lists of codes: places of service, facility types, frequencies, diagnoses, procedures.

use jiff::civil::{Date, date};

/// First day of service on which ICD-10-CM holds instead of ICD-9-CM (45 CFR 162.1002).
pub(super) const ICD10_BEGINS: Date = date(2015, 10, 1);

/// Whether CMS's place-of-service code set has this code.
pub(super) fn is_place_of_service(code: &[u8]) -> bool {
    match code {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => matches!(
            (tens - b'0') * 10 + (ones - b'0'),
            1..=27 | 31..=34 | 41 | 42 | 49..=58 | 60..=62 | 65 | 66 | 71 | 72 | 81 | 99
        ),
        _ => false,
    }
}

/// Whether these can be the first two digits of an institutional type of bill: facility, then classification.
pub(super) fn is_facility_type(code: &[u8]) -> bool {
    matches!(code, [b'1'..=b'8', b'1'..=b'9'])
}

/// Whether this can be a claim frequency: the last character of a type of bill, of which professional and dental claims
/// use fewer.
pub(super) fn is_frequency(code: &[u8], institutional: bool) -> bool {
    match code {
        [b'1' | b'6' | b'7' | b'8'] => true,
        [other] => institutional && other.is_ascii_alphanumeric(),
        _ => false,
    }
}

/// Whether a code has the shape of an ICD-10-CM code without its point.
pub(super) fn is_icd10(code: &str) -> bool {
    match code.as_bytes() {
        [letter, digit, rest @ ..] => {
            letter.is_ascii_alphabetic()
                && digit.is_ascii_digit()
                && (1..=5).contains(&rest.len())
                && rest.iter().all(u8::is_ascii_alphanumeric)
        }
        _ => false,
    }
}

/// Whether a code has the shape of an ICD-9-CM diagnosis without its point.
pub(super) fn is_icd9(code: &str) -> bool {
    let (digits, length) = match code.as_bytes() {
        [b'V' | b'v', digits @ ..] => (digits, 2..=4),
        [b'E' | b'e', digits @ ..] => (digits, 3..=4),
        digits => (digits, 3..=5),
    };
    length.contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// Whether a code has the shape of its code set: CPT and HCPCS for `HC`, CDT for `AD`; others are not known.
pub(super) fn is_procedure(qualifier: &[u8], code: &[u8]) -> bool {
    let digits = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    match (qualifier, code) {
        (b"HC", [first, middle @ .., last]) => {
            code.len() == 5
                && digits(middle)
                && ((first.is_ascii_alphabetic() && last.is_ascii_digit())
                    || (first.is_ascii_digit() && last.is_ascii_alphanumeric()))
        }
        (b"AD", [b'D' | b'd', number @ ..]) => number.len() == 4 && digits(number),
        (b"HC" | b"AD", _) => false,
        _ => true,
    }
}

/// Whether a code has the shape of a modifier.
pub(super) fn is_modifier(code: &[u8]) -> bool {
    matches!(code, [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
}

/// Whether X12 has this claim status in CLP02 of an 835, of 004010 or 005010.
pub(super) fn is_claim_status(code: &[u8]) -> bool {
    const OLDER: &[&[u8]] = &[b"5", b"10", b"13", b"15", b"16", b"17", b"27"];
    const CODES: &[&[u8]] = &[b"1", b"2", b"3", b"4", b"19", b"20", b"21", b"22", b"23", b"25"];
    CODES.contains(&code) || OLDER.contains(&code)
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
    fn diagnoses_have_the_shape_of_their_revision() {
        for code in ["A09", "J069", "S52521A", "C7A1", "Z3A39", "U071"] {
            assert!(is_icd10(code), "{code}");
        }
        for code in ["", "J0", "0695", "JA6", "J06.9", "S52521AXX"] {
            assert!(!is_icd10(code), "{code}");
        }
        for code in ["317", "29590", "V5789", "E9860"] {
            assert!(is_icd9(code), "{code}");
        }
        for code in ["", "31", "J069", "295901", "V"] {
            assert!(!is_icd9(code), "{code}");
        }
    }

    #[test]
    fn procedures_have_the_shape_of_their_code_set() {
        let shaped = |qualifier: &str, code: &str| is_procedure(qualifier.as_bytes(), code.as_bytes());
        assert!(
            shaped("HC", "99213") && shaped("HC", "0001F") && shaped("HC", "J3490") && shaped("AD", "D2150")
        );
        assert!(shaped("N4", "68382005501"));
        assert!(
            !shaped("HC", "9921") && !shaped("HC", "ABCDE") && !shaped("HC", "") && !shaped("AD", "2150")
        );
        assert!(is_modifier(b"25") && is_modifier(b"TC") && !is_modifier(b"2") && !is_modifier(b"25-"));
    }
}
