//! Sets of lines, a bit for each.

/// A set of lines, a bit for each.
pub(super) type Lines = Vec<u64>;

pub(super) fn set(lines: &mut Lines, line: usize) {
    lines[line / 64] |= 1 << (line % 64);
}

pub(super) fn is_set(lines: &Lines, line: usize) -> bool {
    lines[line / 64] >> (line % 64) & 1 == 1
}

/// The places of the bits that are set.
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

pub(super) fn and(a: &Lines, b: &Lines) -> Lines {
    a.iter().zip(b).map(|(a, b)| a & b).collect()
}

pub(super) fn and_not(a: &Lines, b: &Lines) -> Lines {
    a.iter().zip(b).map(|(a, b)| a & !b).collect()
}

pub(super) fn count(lines: &Lines) -> u64 {
    lines.iter().map(|word| u64::from(word.count_ones())).sum()
}

pub(super) fn count_both(a: &Lines, b: &Lines) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}
