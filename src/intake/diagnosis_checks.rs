//! Whether a claim's diagnoses are in ICD-10-CM, and at full length, on the day of service.

use jiff::civil::Date;

use crate::model::claim::Claim;
use crate::model::codes;
use crate::model::diagnosis::Diagnosis;
use crate::model::icd10cm::{self, Standing};

use super::desk::Desk;
use super::findings::{At, Cause, Kept, Source};
use super::rules::Rule;

/// Checks each diagnosis of a claim that was read to its end; `his` are the segments that hold them.
pub(super) fn existence(claim: &Claim, his: &[Kept], desk: &mut Desk) {
    let Some((first, last)) = claim.coding_days() else { return };
    // What is not even shaped like a code, or of the wrong revision, has its own findings.
    let is_icd10 = |d: &&Diagnosis| d.is_icd10() && codes::has_icd10_shape(&d.code);
    for diagnosis in claim.diagnoses.iter().filter(is_icd10) {
        let standing = icd10cm::lookup_within(&diagnosis.code, first, last);
        if !matches!(standing, Standing::Billable | Standing::Unknown) {
            wrong(standing, diagnosis, last, his, desk);
        }
    }
}

#[cold]
fn wrong(standing: Standing, diagnosis: &Diagnosis, day: Date, his: &[Kept], desk: &mut Desk) {
    let rule = match standing {
        Standing::NotFullLength => Rule::DiagnosisNotFullLength,
        Standing::PerhapsNew => Rule::DiagnosisPerhapsNew,
        _ => Rule::DiagnosisNotValid,
    };
    let code = &diagnosis.code;
    let Some((hi, n)) = place(code, his).or_else(|| Some((his.first()?.source(), 1))) else { return };
    let message = || format!("{code} {standing}; the service was on {day}");
    desk.findings.raise(rule, hi, At::Component(n, 2), Cause::Value(code.as_bytes()), message);
}

/// The segment and element where a code stands, which was sent in any case and perhaps with its point.
fn place<'a>(code: &str, his: &'a [Kept]) -> Option<(Source<'a>, usize)> {
    let is_it = |hi: &Source<'_>, n: usize| {
        let sent = hi.component(n, 2).iter().filter(|byte| byte.is_ascii_alphanumeric());
        sent.map(u8::to_ascii_uppercase).eq(code.bytes())
    };
    his.iter().map(Kept::source).find_map(|hi| (1..=12).find(|&n| is_it(&hi, n)).map(|n| (hi, n)))
}
