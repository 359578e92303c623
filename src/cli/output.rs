//! Standard output, for people and for programs.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

/// Standard output with a buffer; flush it before the end.
pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// One JSON value on one line.
pub(super) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}
