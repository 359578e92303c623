//! The form in which names are compared, and the keys of numbers as columns: two spellings of one thing have one key.

use crate::model::Text;
use crate::model::keys;
use crate::model::party::Person;

/// The key of an id of a member or payer; `None` when it has no letter or digit.
#[must_use]
pub(super) fn id(id: &str) -> Option<Text> {
    Some(keys::member_id_key(id)).filter(|key| !key.is_empty())
}

/// The key of a person's member id.
#[must_use]
pub(super) fn member(person: Option<&Person>) -> Option<Text> {
    person.and_then(|person| person.member_id.as_deref()).and_then(id)
}

/// The key of a payer's claim control number; `None` where it is none.
#[must_use]
pub(super) fn payer_number(number: Option<&Text>) -> Option<Text> {
    number.map(|number| keys::payer_number_key(number)).filter(|key| keys::is_a_number(key))
}

/// Words that one file adds to an organisation's name and another leaves out.
const LEGAL_FORMS: [&str; 11] =
    ["THE", "INC", "INCORPORATED", "LLC", "LTD", "CO", "COMPANY", "CORP", "CORPORATION", "PC", "PLLC"];

/// The key of a name: its words in upper case without punctuation and legal form; `None` when nothing is left.
#[must_use]
pub(super) fn name(name: &str) -> Option<Text> {
    let spaced: String = name
        .to_uppercase()
        .replace('&', " AND ")
        .chars()
        .filter(|c| !matches!(c, '.' | '\''))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let join = |words: Vec<&str>| Text::from(words.join(" "));
    let key = join(spaced.split_whitespace().filter(|word| !LEGAL_FORMS.contains(word)).collect());
    let key = if key.is_empty() { join(spaced.split_whitespace().collect()) } else { key };
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same_name(one: &str, other: &str) {
        assert_eq!(name(one), name(other), "{one:?} and {other:?}");
    }

    #[test]
    fn names_differ_in_case_punctuation_and_legal_form_only() {
        same_name("Acme Health Plan, Inc.", "ACME HEALTH PLAN");
        same_name("The Acme & Sons Co", "ACME AND SONS");
        same_name("St. Mary's", "ST MARYS");
        assert_ne!(name("ACME HEALTH PLAN OF OHIO"), name("ACME HEALTH PLAN"));
    }

    #[test]
    fn a_name_of_nothing_but_a_legal_form_is_kept_and_blanks_have_no_key() {
        assert_eq!(name("The Co.").as_deref(), Some("THE CO"));
        assert_eq!(name(" - "), None);
        assert_eq!(id(" -/ "), None);
    }
}
