//! What is odd about the bytes of a file though they could be read: for a caller to turn into findings.

use crate::x12::segment::{Delimiters, Place};

/// Something odd about the bytes, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub kind: NoticeKind,
}

/// What can be odd about the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// The file holds nothing, or nothing but blanks.
    Empty,
    /// No segment was found in the whole file.
    NotX12 {
        /// What the file is instead and what to do with it, where its beginning tells.
        instead: Option<&'static str>,
    },
    /// Bytes that are no part of any interchange were skipped.
    Junk {
        /// How many, blanks around them left out.
        bytes: u64,
        /// On which side of the interchanges.
        side: Side,
    },
    /// Segments begin without an ISA that could be read, so the delimiters were guessed from what follows.
    DelimitersGuessed {
        /// Whether something that begins as an ISA stands there, unlike one that is missing.
        broken_isa: bool,
        /// What was guessed.
        delimiters: Delimiters,
    },
    /// The ISA is not 106 bytes long with its terminator, mostly for padding that was trimmed.
    IsaLength {
        /// Its length, line breaks of a wrapped file left out.
        bytes: u64,
    },
    /// The ISA could be read but does not say all delimiters, or others than are in use; they were guessed from what follows.
    IsaIncomplete {
        /// What was made of it.
        delimiters: Delimiters,
    },
    /// Line breaks inside a segment were removed: the file is wrapped. Said once for each file.
    Wrapped,
    /// The file is UTF-16 and was decoded. Said once for each file.
    Utf16,
    /// Segment ids are in lower case; a segment without any capital is read as if it were in capitals. Said once for each
    /// file.
    LowerCase,
    /// A segment did not end within [`MAX_SEGMENT`](crate::x12::reader::MAX_SEGMENT) bytes; they were skipped, up to the
    /// next terminator, line or ISA.
    TooLong {
        /// How many bytes were skipped.
        bytes: u64,
    },
    /// The segment that follows has no terminator: the end of the file, or of an interchange, may be missing.
    Unterminated,
}

/// On which side of the interchanges something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before the first.
    Before,
    /// Between two, or inside one.
    Between,
    /// After the last.
    After,
}
