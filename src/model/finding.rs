//! A finding: something to know about a file or claim, with its place, why it matters and how to fix it.

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Text;
use super::claim::UnknownName;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing to do.
    Info,
    /// Likely to cost money or time.
    Warning,
    /// The payer or a clearinghouse will refuse it, or something could not be read.
    Error,
}

impl Severity {
    /// The severity's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl FromStr for Severity {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|s| s.name() == name).ok_or(UnknownName)
    }
}

/// A finding's short form, kept with the claim or remittance that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The rule's stable id, in kebab-case.
    pub rule: Cow<'static, str>,
    /// What the rule found, in words that hold no value of the claim.
    pub message: Cow<'static, str>,
    /// Number of the segment in the file, from 1.
    pub segment: u64,
}

/// Something to know about a file, with its place in the bytes as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's stable id, in kebab-case; the table of rules says what each means.
    pub rule: Cow<'static, str>,
    /// What was seen, with the values.
    pub message: String,
    /// What to do about it.
    pub fix: Cow<'static, str>,
    /// Offset of the segment in the file as received, in bytes from 0.
    pub byte: u64,
    /// Number of the segment in the file, from 1; 0 for the file as a whole.
    pub segment: u64,
    /// The element, from 1, and its component, as in `CLM05-3`; `None` for the whole segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<Text>,
    /// ST02 of the transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Text>,
    /// CLM01 or CLP01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_control_number: Option<Text>,
    /// The segment's text, shortened around the element where it is long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where in `text` the caret goes: first character and how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caret: Option<(u32, u32)>,
    /// How often the same cause was seen; this is the first of them.
    pub count: u64,
}
