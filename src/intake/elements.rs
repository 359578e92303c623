//! Elements as values: texts in whatever encoding, calendar dates and ranges of them.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::model::Text;

/// Years that a date of a claim can lie in; others are typing errors, whatever the calendar says.
const YEARS: std::ops::RangeInclusive<i16> = 1875..=2150;

/// Bytes as text: UTF-8 where they are, else each byte the character with its number (ISO 8859-1).
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// An element as text.
pub(super) fn text(element: &[u8]) -> Text {
    match str::from_utf8(element) {
        Ok(text) => Text::new(text),
        Err(_) => element.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// An element as text; `None` when it is empty.
pub(super) fn filled(element: &[u8]) -> Option<Text> {
    (!element.is_empty()).then(|| text(element))
}

/// An element as text in upper case; `None` when it is empty.
pub(super) fn upper(element: &[u8]) -> Option<Text> {
    let mut text = filled(element)?;
    text.make_ascii_uppercase();
    Some(text)
}

/// The date of `YYYYMMDD`, whatever time of day follows it.
pub(super) fn date(element: &[u8]) -> Option<Date> {
    let (day, time) = element.split_at_checked(8)?;
    let is_time = matches!(time.len(), 0 | 4 | 6) && time.iter().all(u8::is_ascii_digit);
    if !is_time {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0_i16, |n, digit| digit.is_ascii_digit().then(|| n * 10 + i16::from(digit - b'0')))
    };
    let year = number(&day[..4]).filter(|year| YEARS.contains(year))?;
    let (month, day) = (number(&day[4..6])?, number(&day[6..])?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The first and last day of `YYYYMMDD-YYYYMMDD`, or of one date.
pub(super) fn dates(element: &[u8]) -> Option<(Date, Date)> {
    match element.iter().position(|byte| *byte == b'-') {
        Some(dash) => Some((date(&element[..dash])?, date(&element[dash + 1..])?)),
        None => date(element).map(|day| (day, day)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    #[test]
    fn texts_of_any_encoding_are_read() {
        assert_eq!(text("M\u{fc}ller".as_bytes()), "M\u{fc}ller");
        assert_eq!(text(b"M\xfcller"), "M\u{fc}ller");
        assert_eq!(filled(b""), None);
        assert_eq!(upper(b"j3490"), Some("J3490".into()));
    }

    #[track_caller]
    fn is_date(element: &str, expected: Option<Date>) {
        assert_eq!(date(element.as_bytes()), expected, "{element:?}");
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        is_date("20240229", Some(civil::date(2024, 2, 29)));
        is_date("202402291530", Some(civil::date(2024, 2, 29)));
        for wrong in ["", "20230229", "20241301", "2024022", "202402290", "2024-2-9", "11111111", "99991231"]
        {
            is_date(wrong, None);
        }
    }

    #[test]
    fn ranges_have_two_ends() {
        let (first, last) = (civil::date(2024, 1, 30), civil::date(2024, 2, 1));
        assert_eq!(dates(b"20240130-20240201"), Some((first, last)));
        assert_eq!(dates(b"20240130"), Some((first, first)));
        assert_eq!(dates(b"20240130-"), None);
        assert_eq!(dates(b"20240130-20240230"), None);
    }
}
