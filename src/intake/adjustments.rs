//! CAS segments: a group and up to six reasons, each with its amount and quantity.

use crate::model::adjustment::{Adjustment, AdjustmentGroup};
use crate::x12::segment::Segment;

use super::desk::{Desk, shown};
use super::elements::{text, upper};
use super::findings::At;
use super::rules::Rule;

/// Adds the adjustments of a CAS to `adjustments`, blank triplets left out.
pub(super) fn read(cas: &Segment<'_>, adjustments: &mut Vec<Adjustment>, desk: &mut Desk) {
    let group = group(cas, desk);
    for n in (2..=cas.count()).step_by(3) {
        if !cas.has(n) && !cas.has(n + 1) {
            continue;
        }
        if !cas.has(n) {
            let message = || format!("{} was taken off without a reason", shown(cas.element(n + 1)));
            desk.here(Rule::AdjustmentReasonMissing, cas, At::Element(n), message);
        } else if !cas.has(n + 1) {
            let message = || format!("reason {} has no amount", shown(cas.element(n)));
            desk.here(Rule::AdjustmentAmountMissing, cas, At::Element(n + 1), message);
        }
        adjustments.push(Adjustment {
            group: group.clone(),
            reason: text(cas.element(n)),
            amount: desk.amount(cas, n + 1, false),
            quantity: desk.quantity(cas, n + 2),
        });
    }
}

fn group(cas: &Segment<'_>, desk: &mut Desk) -> AdjustmentGroup {
    let group = AdjustmentGroup::from_code(&upper(cas.element(1)).unwrap_or_default());
    if let AdjustmentGroup::Unknown(_) = group {
        desk.value(Rule::AdjustmentGroup, cas, At::Element(1), "is not CO, PR, OA, PI or CR");
    }
    group
}
