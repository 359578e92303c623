//! Rules on diagnoses: that there are any, the principal one, their shape, and the lines' pointers to them.

use crate::model::claim::{Claim, ClaimKind};
use crate::model::codes::{ICD10_SINCE, has_icd10_shape};
use crate::model::diagnosis::Diagnosis;
use crate::model::finding::Severity;
use crate::model::icd10cm::{self, Standing};
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "diagnosis-missing",
        element: everywhere("HI01"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 90,
        reason: "16",
        title: "A professional or institutional claim without any diagnosis",
        fix: "Add the diagnoses that were treated, the principal one first.",
        check: missing,
    },
    Rule {
        id: "diagnosis-too-many",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 60,
        reason: "16",
        title: "More diagnoses than the claim form takes: 12 professional, 25 institutional, 4 dental",
        fix: "Keep the diagnoses that the lines point to; send the rest on a second claim.",
        check: too_many,
    },
    Rule {
        id: "principal-diagnosis-missing",
        element: everywhere("HI01-1"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 75,
        reason: "16",
        title: "Diagnoses, but none marked as the principal one",
        fix: "Send the first diagnosis with qualifier ABK.",
        check: principal_missing,
    },
    Rule {
        id: "external-cause-principal",
        element: everywhere("HI01-2"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 80,
        reason: "16",
        title: "An external cause (V00-Y99, or E codes of ICD-9-CM) as principal diagnosis",
        fix: "Put the injury or illness first, and the code for its cause behind it.",
        check: external_cause_principal,
    },
    Rule {
        id: "manifestation-principal",
        element: everywhere("HI01-2"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 80,
        reason: "16",
        title: "A manifestation (a code \"in diseases classified elsewhere\") as principal diagnosis",
        fix: "Put the disease behind it first, and the manifestation after it.",
        check: manifestation_principal,
    },
    Rule {
        id: "diagnosis-not-valid",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 85,
        reason: "146",
        title: "A code that is not in ICD-10-CM on the day of service (of discharge on an institutional claim)",
        fix: "Look the diagnosis up in the release of ICD-10-CM that holds on the day of service.",
        check: not_valid,
    },
    Rule {
        id: "diagnosis-not-full-length",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 80,
        reason: "16",
        title: "A code of ICD-10-CM that is not at full length on the day of service",
        fix: "Add the characters that are missing: ICD-10-CM lists the codes that begin so.",
        check: not_full_length,
    },
    Rule {
        id: "diagnosis-shape",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 75,
        reason: "146",
        title: "A code that cannot be ICD-10-CM: a letter, a digit, then one to five letters or digits",
        fix: "Correct the diagnosis code; look for O in place of 0, and for a description in place of the code.",
        check: shape,
    },
    Rule {
        id: "diagnosis-code-set",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Error,
        points: 90,
        reason: "146",
        title: "ICD-9-CM diagnoses for service since October 2015",
        fix: "Code the diagnoses in ICD-10-CM, with qualifiers ABK and ABF.",
        check: code_set,
    },
    Rule {
        id: "diagnosis-repeated",
        element: everywhere("HI"),
        component: Component::Coding,
        severity: Severity::Warning,
        points: 20,
        reason: "16",
        title: "The same diagnosis twice",
        fix: "Send each diagnosis once, and move the pointers behind it.",
        check: repeated,
    },
    Rule {
        id: "pointer-missing",
        element: ["SV107", "SV107", "SV311"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 60,
        reason: "16",
        title: "A professional line that points to no diagnosis",
        fix: "Say for each line which diagnosis it is for.",
        check: pointer_missing,
    },
    Rule {
        id: "pointer-to-nothing",
        element: ["SV107", "SV107", "SV311"],
        component: Component::Coding,
        severity: Severity::Error,
        points: 70,
        reason: "16",
        title: "A line that points to a diagnosis which the claim does not have",
        fix: "Correct the pointer, or add the diagnosis it was meant for.",
        check: pointer_to_nothing,
    },
];

fn missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    // Dental claims need a diagnosis only where it bears on the treatment.
    if subject.claim.diagnoses.is_empty() && !subject.is(ClaimKind::Dental) {
        seen.push(Seen::on_claim("The claim has no diagnosis"));
    }
}

fn too_many(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let limit = match subject.claim.kind {
        ClaimKind::Professional => 12,
        ClaimKind::Institutional => 25,
        ClaimKind::Dental => 4,
    };
    let count = subject.claim.pointed_diagnoses().count();
    if count > limit {
        seen.push(Seen::on_claim(format!("The claim has {count} diagnoses; it takes {limit}")).value(&count));
    }
}

fn principal_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if claim.pointed_diagnoses().next().is_some() && claim.principal_diagnosis().is_none() {
        seen.push(Seen::on_claim("None of the diagnoses is the principal one"));
    }
}

fn external_cause_principal(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(principal) = subject.claim.principal_diagnosis() else { return };
    let letters: &[char] = if principal.is_icd10() { &['V', 'W', 'X', 'Y'] } else { &['E'] };
    if principal.code.starts_with(letters) {
        let code = &principal.code;
        seen.push(Seen::on_claim(format!("The principal diagnosis {code} is an external cause")).value(code));
    }
}

fn manifestation_principal(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let principal = subject.claim.principal_diagnosis().filter(|d| d.is_icd10());
    if let Some(code) = principal.map(|d| &d.code).filter(|code| icd10cm::is_manifestation(code)) {
        let message = format!("The principal diagnosis {code} is a manifestation of another disease");
        seen.push(Seen::on_claim(message).value(code));
    }
}

fn not_valid(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_wrong = |standing: Standing| {
        matches!(standing, Standing::NotYet(_) | Standing::NoLonger(_) | Standing::Unlisted)
    };
    by_standing(subject.claim, is_wrong, seen);
}

fn not_full_length(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    by_standing(subject.claim, |standing| standing == Standing::NotFullLength, seen);
}

/// The diagnoses that stand so in ICD-10-CM when they were coded; those without the shape of a code have a rule of their own.
fn by_standing(claim: &Claim, is_wrong: impl Fn(Standing) -> bool, seen: &mut Vec<Seen>) {
    let Some((first, last)) = claim.coding_days() else { return };
    for diagnosis in claim.diagnoses.iter().filter(|d| d.is_icd10() && has_icd10_shape(&d.code)) {
        let code = &diagnosis.code;
        let standing = icd10cm::lookup_within(code, first, last);
        if is_wrong(standing) {
            seen.push(Seen::on_claim(format!("{code} {standing}")).value(code));
        }
    }
}

fn shape(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let wrong = |d: &&Diagnosis| d.is_icd10() && !has_icd10_shape(&d.code);
    for diagnosis in subject.claim.diagnoses.iter().filter(wrong) {
        let code = &diagnosis.code;
        seen.push(Seen::on_claim(format!("{code} is no ICD-10-CM code")).value(code));
    }
}

fn code_set(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    // Institutional claims go by the day of discharge, the others by the first day of service.
    let day = match subject.claim.kind {
        ClaimKind::Institutional => subject.claim.last_service_date(),
        _ => subject.claim.first_service_date(),
    };
    let old = subject.claim.diagnoses.iter().find(|d| !d.is_icd10());
    if let (Some(day), Some(diagnosis)) = (day, old)
        && day >= ICD10_SINCE
    {
        let (qualifier, code) = (&diagnosis.qualifier, &diagnosis.code);
        let message = format!("{code} is sent as ICD-9-CM (qualifier {qualifier}) for service on {day}");
        seen.push(Seen::on_claim(message).value(qualifier));
    }
}

fn repeated(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let pointed: Vec<&Diagnosis> = subject.claim.pointed_diagnoses().collect();
    for (place, diagnosis) in pointed.iter().enumerate() {
        if pointed[..place].iter().any(|earlier| earlier.code == diagnosis.code) {
            let code = &diagnosis.code;
            seen.push(Seen::on_claim(format!("The diagnosis {code} is there twice")).value(code));
        }
    }
}

fn pointer_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if subject.is(ClaimKind::Professional) && has_diagnoses(subject.claim) {
        for line in subject.claim.lines.iter().filter(|line| line.diagnosis_pointers.is_empty()) {
            seen.push(Seen::on_line(line, "the line points to no diagnosis"));
        }
    }
}

fn pointer_to_nothing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let count = subject.claim.pointed_diagnoses().count();
    for line in &subject.claim.lines {
        let lost = line.diagnosis_pointers.iter().find(|&&p| p == 0 || usize::from(p) > count);
        if let Some(pointer) = lost {
            let message = format!("points to diagnosis {pointer}; the claim has {count}");
            seen.push(Seen::on_line(line, message).value(pointer));
        }
    }
}

fn has_diagnoses(claim: &Claim) -> bool {
    claim.pointed_diagnoses().next().is_some()
}
