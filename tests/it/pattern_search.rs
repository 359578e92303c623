//! Denial patterns of practices made up to mislead the search, held against the truth about every line.

use truth::{Tally, judge};
use worlds::{Dice, Maker, WITH_CAUSES, WITHOUT_CAUSES};

#[path = "../../bench/patterns/truth.rs"]
mod truth;
#[path = "../../bench/patterns/worlds.rs"]
mod worlds;

/// What becomes of a search of each of these practices with so many claims, and what was missed or is false.
fn searched<'w>(
    practices: impl IntoIterator<Item = &'w (&'w str, Maker)>,
    claims: usize,
) -> (Tally, Vec<String>) {
    let (mut sum, mut faults) = (Tally::default(), Vec::new());
    for (number, (name, maker)) in (1..).zip(practices) {
        let world = maker(&mut Dice::new(number), claims).world(number);
        sum.add(&judge(&world, &mut |words| faults.push(format!("{name}: {words}"))));
    }
    (sum, faults)
}

#[test]
fn causes_are_found_with_their_conditions_however_the_practice_may_mislead() {
    let (Tally { planted, found, reported, false_ones, .. }, faults) =
        searched(WITH_CAUSES.iter().step_by(2), 4_000);
    assert!(planted >= 30 && found * 10 >= planted * 9, "{found} of {planted}: {faults:#?}");
    assert!(false_ones * 20 <= reported, "{false_ones} false of {reported}: {faults:#?}");
}

#[test]
fn what_only_chance_denies_makes_no_pattern() {
    let (Tally { reported, .. }, faults) = searched(&WITHOUT_CAUSES, 2_000);
    assert!(reported <= 1, "{reported}: {faults:#?}");
}
