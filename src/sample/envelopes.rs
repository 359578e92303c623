//! What the synthetic files are wrapped in: who sends to whom, with which delimiters, and that it is a test.

use std::io;

use jiff::civil::Date;

use crate::x12::segment::Delimiters;
use crate::x12::writer::{GroupHeader, InterchangeHeader, Writer};

use super::payers::{PAYERS, Payer};
use super::values;

/// The practice's name and id as sender of claims and receiver of answers.
pub(super) const OFFICE: (&str, &str) = ("SAMPLE BILLING OFFICE", "MARBSAMPLE");

/// Opens an interchange that says that it is a test.
pub(super) fn interchange<W: io::Write>(
    out: &mut Writer<W>,
    (sender, receiver): (&str, &str),
    day: Date,
    number: u32,
) -> io::Result<()> {
    let day = values::day(day);
    out.interchange(&InterchangeHeader {
        sender_qualifier: "ZZ",
        sender,
        receiver_qualifier: "ZZ",
        receiver,
        date: str::from_utf8(&day[2..]).unwrap_or_default(),
        time: "0800",
        version: "00501",
        control_number: number,
        usage: 'T',
    })
}

/// Opens a group.
pub(super) fn group<W: io::Write>(
    out: &mut Writer<W>,
    functional_id: &str,
    (sender, receiver): (&str, &str),
    day: Date,
    number: u32,
    guide: &str,
) -> io::Result<()> {
    let day = values::day(day);
    out.group(&GroupHeader {
        functional_id,
        sender,
        receiver,
        date: str::from_utf8(&day).unwrap_or_default(),
        time: "0800",
        control_number: number,
        version: guide,
    })
}

/// How a payer writes its files: with which delimiters and line breaks.
pub(super) fn style(payer: usize) -> (Delimiters, &'static [u8]) {
    let usual = Delimiters::USUAL;
    match PAYERS[payer].slug {
        "state" => (Delimiters { element: b'|', component: b'>', ..usual }, b"\r\n"),
        "union" => (Delimiters { terminator: b'\n', ..usual }, b""),
        "senior" => (usual, b""),
        _ => (usual, b"\n"),
    }
}

/// What a payer calls itself on the envelope.
pub(super) fn originator(payer: &Payer) -> &'static str {
    payer.answer_ids.last().map_or("", |(_, id)| *id)
}
