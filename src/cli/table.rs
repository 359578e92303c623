//! Rows of cells in columns: words stand left, numbers right.

use std::io::{self, Write};

/// Rows under a heading; each row has as many cells as the heading.
pub(super) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
    /// The columns of words.
    words: &'static [usize],
}

impl<const N: usize> Table<N> {
    pub(super) fn new(heading: [&str; N], words: &'static [usize]) -> Self {
        Self { rows: vec![heading.map(str::to_owned)], words }
    }

    pub(super) fn push(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..N).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let blanks = " ".repeat(width - cell.chars().count());
                let (before, after) =
                    if self.words.contains(&column) { ("", &*blanks) } else { (&*blanks, "") };
                line.extend([before, cell, after, "  "]);
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right() {
        let mut table = Table::new(["kind", "claims", "file"], &[0, 2]);
        table.push(["837".into(), "12".into(), "é.edi".into()]);
        table.push(["not X12".into(), "1".into(), "b".into()]);
        let mut out = Vec::new();
        table.print(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "kind     claims  file\n837          12  é.edi\nnot X12       1  b\n"
        );
    }
}
