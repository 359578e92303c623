//! Findings as a compiler prints them: what, where, the segment with a caret under the element, why, and the fix.

use std::fmt::Write as _;

use crate::model::finding::Finding;

use super::rules::Rule;

/// One finding of the file called `file`, over several lines that end with a line break.
#[must_use]
pub fn render(finding: &Finding, file: &str) -> String {
    let mut report = format!("{}[{}]: {}\n", finding.severity.name(), finding.rule, finding.message);
    let number = if finding.segment > 0 { finding.segment.to_string() } else { String::new() };
    let margin = " ".repeat(number.len());
    // Writing to a string does not fail.
    let _ = render_place(&mut report, finding, file, &margin);
    if let Some(text) = &finding.text {
        let _ = writeln!(report, "{margin} |\n{number} | {text}");
        if let Some((first, length)) = finding.caret {
            let (blanks, carets) = (" ".repeat(first as usize), "^".repeat(length as usize));
            let _ = writeln!(report, "{margin} | {blanks}{carets}");
        }
    }
    if let Some(rule) = Rule::with_id(&finding.rule) {
        let _ = writeln!(report, "{margin} = why: {}", rule.why());
    }
    let _ = writeln!(report, "{margin} = fix: {}", finding.fix);
    if finding.count > 1 && Rule::with_id(&finding.rule) != Some(Rule::FindingsLeftOut) {
        let _ = writeln!(report, "{margin} = seen {} times; this is the first", finding.count);
    }
    report
}

fn render_place(report: &mut String, finding: &Finding, file: &str, margin: &str) -> std::fmt::Result {
    write!(report, "{margin}--> {file}")?;
    if finding.segment > 0 {
        write!(report, ": segment {}, byte {}", finding.segment, finding.byte)?;
    }
    if let Some(element) = &finding.element {
        write!(report, ", {element}")?;
    }
    if let Some(claim) = &finding.claim_control_number {
        write!(report, ", claim {claim}")?;
    }
    if let Some(transaction) = &finding.transaction {
        write!(report, ", transaction {transaction}")?;
    }
    report.push('\n');
    Ok(())
}
