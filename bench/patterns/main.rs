//! How well denial patterns are found: on samples, and on practices made up to mislead the search.
//!
//! `cargo bench --bench patterns [-- samples|worlds] [--seeds N] [--claims N] [--tell] [--only WORDS]`.

#![expect(clippy::print_stdout, reason = "it prints its tables")]

mod sampled;
mod truth;
mod worlds;

use marb::sample::batches::SampleSettings;
use marb::sample::scenario::Scenario;

use truth::{Tally, World, judge, share};
use worlds::{Dice, Maker, WITH_CAUSES, WITHOUT_CAUSES};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    let number = |name: &str| after(name).and_then(|value| value.parse::<usize>().ok());
    let (seeds, claims) = (number("--seeds").unwrap_or(20) as u64, number("--claims").unwrap_or(20_000));
    let tells = arguments.iter().any(|argument| argument == "--tell");
    let only = after("--only").unwrap_or_default();
    let is_wanted = |part: &str| {
        let other = if part == "samples" { "worlds" } else { "samples" };
        !arguments.iter().any(|argument| argument == other)
    };
    println!(
        "{:45} {:>7} | found / planted       | false+wide / reported   | reported | sec each",
        "", "claims"
    );
    if is_wanted("samples") {
        for scenario in Scenario::ALL.into_iter().filter(|scenario| scenario.name().contains(&only)) {
            let make = |seed| {
                let claims = claims as u64;
                sampled::world(&SampleSettings { claims, seed, scenario, ..SampleSettings::default() })
            };
            row(scenario.name(), claims, seeds, tells, &make);
        }
    }
    if is_wanted("worlds") {
        for (kind, worlds) in [("causes", &WITH_CAUSES[..]), ("none", &WITHOUT_CAUSES[..])] {
            for (name, maker) in worlds.iter().filter(|(name, _)| name.contains(&only)) {
                row(&format!("{kind}: {name}"), claims, seeds, tells, &|seed| made(*maker, seed, claims));
            }
        }
    }
}

fn made(maker: Maker, seed: u64, claims: usize) -> World {
    maker(&mut Dice::new(seed ^ 0x5EED), claims).world(seed)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn row(name: &str, claims: usize, seeds: u64, tells: bool, make: &dyn Fn(u64) -> World) {
    let mut sum = Tally::default();
    for seed in 1..=seeds {
        let tell = &mut |words: String| {
            if tells {
                println!("  {name} seed {seed}: {words}");
            }
        };
        sum.add(&judge(&make(seed), tell));
    }
    println!(
        "{name:45} {claims:7} | {:5} / {:5} {:6.1} % | {:4}+{:3} / {:5} {:6.1} % | {:8.2} | {:.2}",
        sum.found,
        sum.planted,
        100.0 * share(sum.found, sum.planted),
        sum.false_ones - sum.too_wide,
        sum.too_wide,
        sum.reported,
        100.0 * share(sum.false_ones, sum.reported),
        sum.reported as f64 / seeds as f64,
        sum.seconds / seeds as f64,
    );
}
