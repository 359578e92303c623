//! A report as a CSV table (RFC 4180): a line for everything together and one for each endpoint or rate; times in seconds.

use std::io::{self, Write};

use crate::bench::report::Figures;

const HEADING: &str = "name,requests,errors,success_rate,requests_per_second,mean,median,min,max,standard_deviation,\
                       p50,p90,p95,p99,p99_9,missed,saturated";

pub(super) fn table<'f>(
    out: &mut impl Write,
    rows: impl IntoIterator<Item = (String, &'f Figures)>,
) -> io::Result<()> {
    write!(out, "{HEADING}\r\n")?;
    for (name, figures) in rows {
        let l = &figures.latency;
        write!(
            out,
            "{},{},{},{:.4},{:.3}",
            quoted(&name),
            figures.requests,
            figures.errors,
            figures.success_rate,
            figures.requests_per_second
        )?;
        for time in
            [l.mean, l.median, l.min, l.max, l.standard_deviation, l.p50, l.p90, l.p95, l.p99, l.p99_9]
        {
            write!(out, ",{time:.9}")?;
        }
        write!(out, ",{},{}\r\n", figures.missed, figures.saturated)?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_stays_one_field() {
        let mut out = Vec::new();
        table(&mut out, [("GET /a?b=1,2".to_owned(), &Figures::default())]).unwrap();
        let text = String::from_utf8(out).unwrap();
        let row = text.lines().nth(1).unwrap();
        assert!(row.starts_with("\"GET /a?b=1,2\",0,0,0.0000,0.000,0.000000000,"), "{row}");
        assert_eq!(row.matches(',').count(), HEADING.matches(',').count() + 1);
    }
}
