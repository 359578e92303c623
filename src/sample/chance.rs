//! Chance from a seed: the same numbers on every machine and in every version.

/// A stream of chance: `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
///
/// The generators of crates may change with their versions, and with them the files that a seed gives; this one may not.
/// Each thing that is made (a patient, a claim, an answer) draws from a stream of its own, so what is drawn for one does
/// not move the others.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    state: u64,
}

/// What a stream is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Household = 1,
    Member,
    Clinician,
    Visit,
    FollowUp,
    Forwarding,
    Services,
    Defects,
    Answer,
    Denial,
    Correction,
    Garbling,
    Interest,
    Overpayment,
    Stranger,
    Habit,
}

impl Chance {
    /// The stream for the `number`th thing of its purpose.
    pub(super) fn of(seed: u64, purpose: Purpose, number: u64) -> Self {
        let state = mixed(seed ^ mixed(purpose as u64)).wrapping_add(mixed(number));
        Self { state }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.state)
    }

    /// A number from 0 to one less than `bound`; 0 if that is 0. Its bias is below `bound` in 2^32.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let product = (self.next() >> 32) * u64::from(bound);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `chances` of 10,000 cases.
    pub(super) fn hits(&mut self, chances: u32) -> bool {
        self.below(10_000) < chances
    }

    /// One of `things`, which are not none.
    pub(super) fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.index(things.len())]
    }

    /// The place of one of `count` things.
    pub(super) fn index(&mut self, count: usize) -> usize {
        self.below(u32::try_from(count).unwrap_or(u32::MAX)) as usize
    }

    /// The place of one of the things that have these weights, which add up to more than nothing.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        let falls_on = |weight: u32| match left.checked_sub(weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        };
        weights.map(falls_on).position(|hit| hit).unwrap_or(0)
    }
}

/// `SplitMix64`'s output function.
const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_that_the_published_algorithm_gives() {
        let mut chance = Chance { state: 1_234_567 };
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!([(); 5].map(|()| chance.next()), expected);
    }

    #[test]
    fn streams_of_different_things_differ() {
        let first = |seed, purpose, number| Chance::of(seed, purpose, number).next();
        let streams = [
            first(1, Purpose::Visit, 1),
            first(1, Purpose::Visit, 2),
            first(1, Purpose::Answer, 1),
            first(2, Purpose::Visit, 1),
        ];
        for (n, stream) in streams.iter().enumerate() {
            assert!(!streams[..n].contains(stream));
        }
    }

    #[test]
    fn weights_decide_how_often_a_thing_is_chosen() {
        let mut chance = Chance::of(1, Purpose::Visit, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[chance.weighted([1, 0, 3].into_iter())] += 1;
        }
        assert!((2_300..2_700).contains(&counts[0]), "{counts:?}");
        assert_eq!(counts[1], 0);
    }
}
