//! Names what a file is that is no X12, by how it begins: for a message that says what to do with it.

/// How files of other kinds begin, and what to call them; letters in either case.
const KINDS: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"PK\x03\x04", "a zip archive, or a document of an office program: unpack or export it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ", "an xz archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive: unpack it first"),
    (b"-----BEGIN PGP", "encrypted with PGP: decrypt it first"),
    (b"%PDF", "a PDF: the X12 file that it was made from is needed"),
    (b"\xd0\xcf\x11\xe0", "a document of an office program: export it as text"),
    (b"{\\rtf", "a document of a word processor: export it as text"),
    (b"\x89PNG", "a picture: an X12 file is text"),
    (b"\xff\xd8\xff", "a picture: an X12 file is text"),
    (b"II*\0", "a picture: an X12 file is text"),
    (b"MM\0*", "a picture: an X12 file is text"),
    (b"SQLite format 3", "a database: export its claims as an 837"),
    (b"\xff\xfe\0\0", "UTF-32 text: save it as UTF-8"),
    (b"\0\0\xfe\xff", "UTF-32 text: save it as UTF-8"),
    // `ISA*` in Base64; its last character depends on what follows.
    (b"SVNB", "X12 in Base64, as mail carries attachments: save the attachment itself"),
    (b"MSH|", "HL7 version 2: export the claims as an 837"),
    (b"UNA", "EDIFACT, not X12"),
    (b"UNB", "EDIFACT, not X12"),
    (b"<!doctype html", "a web page, perhaps of a portal that wants a new sign-in: download the file again"),
    (b"<html", "a web page, perhaps of a portal that wants a new sign-in: download the file again"),
    (b"<?xml", "XML: export it as X12"),
];

/// What a file that begins with `text` is called and what to do with it; `None` where it has no known beginning.
pub(super) fn name(text: &[u8]) -> Option<&'static str> {
    let named = |text: &[u8]| {
        let begins = |(start, _): &&(&[u8], &str)| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
        };
        KINDS.iter().find(begins).map(|(_, name)| *name)
    };
    named(text).or_else(|| named(text.trim_ascii_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_how_they_begin() {
        assert!(name(b"%PDF-1.7\n").unwrap().starts_with("a PDF"));
        assert!(name(b"\n <!DOCTYPE HTML>").unwrap().starts_with("a web page"));
        assert!(name(b"SVNBKjAwKiAgICAg").unwrap().contains("Base64"));
        assert_eq!(name(b"Dear Sir or Madam"), None);
        assert_eq!(name(b""), None);
    }
}
