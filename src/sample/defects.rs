//! What goes wrong when claims are written, often enough to be learned: each defect with its chance.

use compact_str::format_compact;

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::money::Cents;

use super::catalogue::{PROCEDURES, THERAPY, TRUNCATED_DIAGNOSES};
use super::chance::Chance;
use super::claims::add_up;

/// A defect: in how many of 10,000 claims that can have it, and what it does to them.
struct Defect {
    chances: u32,
    spoils: fn(&mut Claim, &mut Chance),
}

const DEFECTS: [Defect; 11] = [
    Defect { chances: 1_400, spoils: |claim, _| claim.prior_authorization = None },
    Defect { chances: 1_600, spoils: |claim, _| claim.referral_number = None },
    Defect { chances: 100, spoils: mistype_npi },
    Defect { chances: 90, spoils: truncate_diagnosis },
    Defect { chances: 50, spoils: lose_diagnoses },
    Defect { chances: 60, spoils: point_to_nothing },
    Defect { chances: 50, spoils: |claim, _| claim.benefits_assignment = Some("N".into()) },
    Defect { chances: 50, spoils: cut_member_id },
    Defect { chances: 90, spoils: repeat_line },
    Defect { chances: 900, spoils: forget_modifiers },
    // Last, so that the lines stay as they are.
    Defect { chances: 20, spoils: |claim, _| claim.total_charge += Cents::new(1_000) },
];

/// Spoils a claim, or not.
pub(super) fn plant(claim: &mut Claim, chance: &mut Chance) {
    for defect in &DEFECTS {
        if chance.hits(defect.chances) {
            (defect.spoils)(claim, chance);
        }
    }
}

/// The last digit, which checks the others, is wrong.
fn mistype_npi(claim: &mut Claim, _: &mut Chance) {
    let rendering = claim.rendering_provider.as_mut();
    let Some(npi) = rendering.and_then(|provider| provider.npi.as_mut()) else { return };
    if let Some(last) = npi.pop() {
        npi.push(if last == '0' { '5' } else { '0' });
    }
}

fn truncate_diagnosis(claim: &mut Claim, chance: &mut Chance) {
    if let Some(first) = claim.diagnoses.first_mut()
        && claim.kind != ClaimKind::Dental
    {
        first.code = chance.pick(&TRUNCATED_DIAGNOSES).into();
    }
}

fn lose_diagnoses(claim: &mut Claim, _: &mut Chance) {
    if claim.kind == ClaimKind::Professional {
        claim.diagnoses.clear();
        claim.lines.iter_mut().for_each(|line| line.diagnosis_pointers.clear());
    }
}

fn point_to_nothing(claim: &mut Claim, _: &mut Chance) {
    let beyond = u8::try_from(claim.pointed_diagnoses().count() + 1).ok();
    if let Some(pointer) = claim.lines.first_mut().and_then(|line| line.diagnosis_pointers.last_mut()) {
        *pointer = beyond.unwrap_or(*pointer);
    }
}

fn cut_member_id(claim: &mut Claim, _: &mut Chance) {
    if let Some(id) = &mut claim.subscriber.member_id {
        id.pop();
    }
}

fn repeat_line(claim: &mut Claim, _: &mut Chance) {
    if let Some(last) = claim.lines.last()
        && claim.kind == ClaimKind::Professional
    {
        let number = last.line_number + 1;
        let control_number = last.control_number.as_ref().map(|number| format_compact!("{number}R"));
        let line = ClaimLine { line_number: number, control_number, ..last.clone() };
        claim.lines.push(line);
        add_up(claim);
    }
}

/// Those that tell a visit from what was done beside it, and therapy from other treatment.
fn forget_modifiers(claim: &mut Claim, _: &mut Chance) {
    let has = |claim: &Claim, codes: &[&str]| {
        claim
            .lines
            .iter()
            .any(|line| line.procedure_code.as_deref().is_some_and(|code| codes.contains(&code)))
    };
    if has(claim, &PROCEDURES) || has(claim, &THERAPY) {
        claim.lines.iter_mut().for_each(|line| line.modifiers.retain(|m| m != "25" && m != "GP"));
    }
}
