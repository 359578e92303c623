//! The forms in which numbers of claims, payers and members are compared: what payers change on the way is left out.

use crate::model::Text;

/// How many characters of a claim's number every payer has to echo (X12 837, CLM01).
pub const CONTROL_NUMBER_LENGTH: usize = 20;

/// The key of a patient control number (CLM01, CLP01): upper-cased, without blanks, its first 20 characters.
///
/// Leading zeros stay: `007` and `7` are two numbers.
#[must_use]
pub fn control_number_key(number: &str) -> Text {
    upper_without_blanks(number).take(CONTROL_NUMBER_LENGTH).collect()
}

/// The key of a payer's claim control number (CLP07, REF*F8): upper-cased, without blanks.
#[must_use]
pub fn payer_number_key(number: &str) -> Text {
    upper_without_blanks(number).collect()
}

/// The key of a member id: its letters and digits, upper-cased; cards print it with blanks and hyphens.
#[must_use]
pub fn member_id_key(id: &str) -> Text {
    upper_without_blanks(id).filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a key stands for a number at all: payers send a single zero for one that they do not know.
#[must_use]
pub fn is_a_number(key: &str) -> bool {
    !key.is_empty() && key != "0"
}

fn upper_without_blanks(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_what_is_beyond_twenty_characters_do_not_count() {
        assert_eq!(control_number_key(" ab 12c "), "AB12C");
        assert_eq!(control_number_key("abcdefghij0123456789-tail"), "ABCDEFGHIJ0123456789");
        assert_eq!(payer_number_key(" icn 77 "), "ICN77");
        assert_eq!(member_id_key("w-123 45x"), "W12345X");
    }

    #[test]
    fn leading_zeros_are_part_of_the_number() {
        assert_eq!(control_number_key("00042"), "00042");
        assert_ne!(control_number_key("00042"), control_number_key("42"));
    }

    #[test]
    fn a_single_zero_is_no_number() {
        assert!(!is_a_number(&control_number_key(" 0 ")));
        assert!(!is_a_number(&control_number_key("")));
        assert!(is_a_number(&control_number_key("00")));
    }
}
