//! Estimates put right on answers that they were not made from: of lines, and of claims made of lines.

use serde::{Deserialize, Serialize};

use super::trees::{log_odds, logistic};

/// Log-odds corrected by a line (Platt, 1999), which leans on changing nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    slope: f64,
    shift: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, shift: 0.0 }
    }
}

impl Calibration {
    /// The line that fits these log-odds and cases best; few of them change little.
    #[must_use]
    pub fn fit(odds: &[f32], cases: &[bool]) -> Self {
        /// How much p(1 − p) speaks for changing nothing.
        const STRENGTH: f64 = 20.0;
        let mut line = Self::default();
        for _ in 0..20 {
            let (mut slope, mut shift) = (STRENGTH * (line.slope - 1.0), STRENGTH * line.shift);
            let (mut aa, mut ab, mut bb) = (STRENGTH, 0.0, STRENGTH);
            for (x, case) in odds.iter().zip(cases) {
                let x = f64::from(*x);
                let p = line.of(x);
                let (error, weight) = (p - f64::from(u8::from(*case)), p * (1.0 - p));
                slope += error * x;
                shift += error;
                aa += weight * x * x;
                ab += weight * x;
                bb += weight;
            }
            let determinant = aa * bb - ab * ab;
            let step = ((bb * slope - ab * shift) / determinant, (aa * shift - ab * slope) / determinant);
            line.slope -= step.0.clamp(-0.5, 0.5);
            line.shift -= step.1.clamp(-0.5, 0.5);
            if step.0.abs() + step.1.abs() < 1e-9 {
                break;
            }
        }
        // A line that turns the order around has learned from chance.
        if line.slope > 0.0 { line } else { Self::default() }
    }

    /// The probability of these log-odds.
    #[must_use]
    pub fn of(&self, odds: f64) -> f64 {
        logistic(self.slope * odds + self.shift)
    }
}

/// How far the lines of a claim are denied each for itself: 0 where only together, 1 where never together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Togetherness(f64);

impl Default for Togetherness {
    fn default() -> Self {
        Self(0.5)
    }
}

impl Togetherness {
    /// What fits these claims best: the probabilities of their lines, and whether any line was denied.
    #[must_use]
    pub fn fit<'a>(claims: impl Iterator<Item = (&'a [f64], bool)>) -> Self {
        let claims: Vec<_> = claims.filter(|(lines, _)| lines.len() > 1).collect();
        let loss = |apart: f64| -> f64 {
            // As if ten more claims had spoken for the middle.
            let prior = 10.0 * (apart - 0.5) * (apart - 0.5);
            let of_claim = |(lines, denied): &(&[f64], bool)| {
                let odds = log_odds(Self(apart).of(lines));
                -(if *denied { logistic(odds) } else { logistic(-odds) }).ln()
            };
            prior + claims.iter().map(of_claim).sum::<f64>()
        };
        let candidates = (0..=20_u8).map(|n| f64::from(n) / 20.0);
        let best = candidates.map(|apart| (loss(apart), apart)).min_by(|a, b| a.0.total_cmp(&b.0));
        Self(best.map_or(0.5, |(_, apart)| apart))
    }

    /// The probability that any of these lines is denied: between the largest one's, and that of lines that do not know
    /// of each other.
    #[must_use]
    pub fn of(&self, lines: &[f64]) -> f64 {
        let together = lines.iter().copied().fold(0.0, f64::max);
        let apart = 1.0 - lines.iter().map(|p| 1.0 - p).product::<f64>();
        together + self.0 * (apart - together)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_that_are_twice_too_sure_are_put_right() {
        // 3 of 4 at log-odds 2 ln 3, 1 of 4 at -2 ln 3: right would be half of that.
        let cases: Vec<bool> = (0..8_000).map(|n| (n / 4 % 2 == 0) == (n % 4 < 3)).collect();
        let odds: Vec<f32> =
            (0..8_000).map(|n| if n / 4 % 2 == 0 { 2.197_224_6 } else { -2.197_224_6 }).collect();
        let line = Calibration::fit(&odds, &cases);
        assert!((line.of(2.197_224_6) - 0.75).abs() < 0.01 && (line.of(-2.197_224_6) - 0.25).abs() < 0.01);
    }

    #[test]
    fn a_handful_of_answers_changes_little() {
        let line = Calibration::fit(&[0.0; 3], &[true; 3]);
        assert!((line.of(0.0) - 0.5).abs() < 0.05);
    }

    #[test]
    fn nothing_to_fit_changes_nothing() {
        assert_eq!(Calibration::fit(&[], &[]), Calibration::default());
        assert_eq!(Togetherness::fit(std::iter::empty()), Togetherness::default());
    }

    #[test]
    fn claims_denied_as_a_whole_count_as_their_likeliest_line() {
        let lines = [0.5; 4];
        let whole = (0..400).map(|n| (&lines[..], n % 2 == 0));
        assert!(Togetherness::fit(whole).of(&lines) < 0.55);
        let apart = (0..400).map(|n| (&lines[..], n % 16 != 0));
        assert!(Togetherness::fit(apart).of(&lines) > 0.9);
    }

    #[test]
    fn a_claim_without_lines_has_no_probability() {
        assert!(Togetherness::default().of(&[]).abs() < 1e-12);
    }
}
