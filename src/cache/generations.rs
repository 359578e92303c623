//! Forgetting many keys at once: every group of keys has a generation, and a body is as good as its group's was.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::cache::key::{KINDS, Key, Kind};

/// Nouns whose counts are told apart; further ones would share the last place and be forgotten together.
const NOUNS: usize = 32;

/// The keys that are forgotten together: those of a kind, or the counts of a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group(u8);

impl Group {
    /// Some group, for what is in none.
    pub(super) const FIRST: Self = Self(0);
}

/// The generation of each group: raised by a write, noted by a load before it reads.
pub(super) struct Generations {
    groups: [AtomicU64; KINDS + NOUNS],
    nouns: Mutex<Vec<Box<str>>>,
}

impl Generations {
    pub(super) fn new() -> Self {
        Self { groups: std::array::from_fn(|_| AtomicU64::new(0)), nouns: Mutex::default() }
    }

    /// The group of a key. The nouns of counts are learned as they come.
    pub(super) fn group_of(&self, key: &Key) -> Group {
        match key.noun() {
            None => group(key.kind().index()),
            Some(noun) => {
                let mut nouns = self.nouns.lock().unwrap_or_else(PoisonError::into_inner);
                let known = nouns.iter().position(|known| **known == *noun);
                let place = known.unwrap_or_else(|| {
                    if nouns.len() < NOUNS {
                        nouns.push(noun.into());
                    }
                    nouns.len() - 1
                });
                group(KINDS + place)
            }
        }
    }

    /// The generation now. A load must ask before it reads.
    pub(super) fn of(&self, group: Group) -> u64 {
        // Acquire, with the release of `raise`: who sees the new generation sees the write that raised it.
        self.groups[usize::from(group.0)].load(Ordering::Acquire)
    }

    /// What was loaded for this kind before this moment is out of date.
    pub(super) fn raise_kind(&self, kind: Kind) {
        self.raise(kind.index());
        if kind == Kind::Count {
            (KINDS..KINDS + NOUNS).for_each(|group| self.raise(group));
        }
    }

    /// The counts of this noun that were loaded before this moment are out of date.
    pub(super) fn raise_noun(&self, noun: &str) {
        let nouns = self.nouns.lock().unwrap_or_else(PoisonError::into_inner);
        match nouns.iter().position(|known| **known == *noun) {
            Some(place) => self.raise(KINDS + place),
            None if nouns.len() == NOUNS => self.raise(KINDS + NOUNS - 1),
            // Never asked for, so never loaded.
            None => {}
        }
    }

    fn raise(&self, group: usize) {
        self.groups[group].fetch_add(1, Ordering::Release);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 256 groups")]
const fn group(place: usize) -> Group {
    const { assert!(KINDS + NOUNS <= u8::MAX as usize) };
    Group(place as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raising_a_noun_touches_all_its_counts_and_no_others() {
        let generations = Generations::new();
        let of = |noun, filters| generations.of(generations.group_of(&Key::count(noun, filters)));
        assert_eq!((of("claims", ""), of("claims", "a=1"), of("remits", "")), (0, 0, 0));
        generations.raise_noun("claims");
        assert_eq!((of("claims", ""), of("claims", "a=1"), of("remits", "")), (1, 1, 0));
        generations.raise_kind(Kind::Count);
        assert_eq!((of("claims", ""), of("remits", "")), (2, 1));
    }

    #[test]
    fn nouns_beyond_the_places_share_the_last_and_are_forgotten_together() {
        let generations = Generations::new();
        for number in 0..1_000 {
            generations.group_of(&Key::count(&format!("noun{number}"), ""));
        }
        let before = generations.of(generations.group_of(&Key::count("noun999", "")));
        generations.raise_noun("noun500");
        assert!(generations.of(generations.group_of(&Key::count("noun999", ""))) > before);
        assert_eq!(generations.nouns.lock().unwrap().len(), NOUNS);
    }
}
