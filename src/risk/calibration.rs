//! Estimates put right on answers that they were not made from: of lines, and of claims made of lines.

use serde::{Deserialize, Serialize};

use super::trees::{log_odds, logistic};

/// Log-odds corrected by a line (Platt, 1999), which leans on changing nothing, and then step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    slope: f64,
    shift: f64,
    steps: Shifts,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, shift: 0.0, steps: Shifts::default() }
    }
}

impl Calibration {
    /// What fits these log-odds and cases best; few of them change little.
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
                let p = logistic(line.on_line(x));
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
        let mut line = if line.slope > 0.0 { line } else { Self::default() };
        let on_line: Vec<f64> = odds.iter().map(|odds| line.on_line(f64::from(*odds))).collect();
        line.steps = Shifts::fit(&on_line, cases);
        line
    }

    /// The probability of these log-odds.
    #[must_use]
    pub fn of(&self, odds: f64) -> f64 {
        logistic(self.steps.of(self.on_line(odds)))
    }

    fn on_line(&self, odds: f64) -> f64 {
        self.slope * odds + self.shift
    }
}

/// Log-odds corrected step by step, where a line is too stiff: each step of the held-out answers shifts its middle by what
/// it was off, leaning on no shift; between the middles the shift goes over from one to the next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Shifts(Vec<(f64, f64)>);

impl Shifts {
    /// The shifts that bring these log-odds closest to the cases; few of them shift nothing.
    fn fit(odds: &[f64], cases: &[bool]) -> Self {
        /// How much p(1 − p) speaks for no shift.
        const STRENGTH: f64 = 10.0;
        /// A step has so many at the least.
        const LEAST: usize = 100;
        /// There are so many steps at the most.
        const MOST: usize = 12;
        let mut sorted: Vec<(f64, bool)> = odds.iter().copied().zip(cases.iter().copied()).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let steps = (sorted.len() / LEAST).min(MOST);
        let bounds: Vec<usize> = (0..=steps).map(|n| sorted.len() * n / steps.max(1)).collect();
        let mut shifts: Vec<(f64, f64)> = Vec::with_capacity(steps);
        for bounds in bounds.windows(2) {
            let (mut error, mut weight, mut sum) = (0.0, 0.0, 0.0);
            let step = &sorted[bounds[0]..bounds[1]];
            for (odds, case) in step {
                let p = logistic(*odds);
                error += f64::from(u8::from(*case)) - p;
                weight += p * (1.0 - p);
                sum += odds;
            }
            #[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 claims")]
            let middle = sum / step.len() as f64;
            let shift = (error / (weight + STRENGTH)).clamp(-1.0, 1.0);
            // What was likelier before stays so.
            let least = shifts.last().map_or(f64::NEG_INFINITY, |(at, shift)| at + shift);
            shifts.push((middle, shift.max(least - middle)));
        }
        Self(shifts)
    }

    /// These log-odds, put right.
    fn of(&self, odds: f64) -> f64 {
        let next = self.0.partition_point(|(at, _)| *at < odds);
        let shift = match (next.checked_sub(1).and_then(|before| self.0.get(before)), self.0.get(next)) {
            (Some((_, shift)), None) | (None, Some((_, shift))) => *shift,
            (None, None) => 0.0,
            (Some((from, before)), Some((to, after))) => {
                before + (after - before) * (odds - from) / (to - from).max(1e-9)
            }
        };
        odds + shift
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
    fn a_step_that_is_off_is_shifted_and_the_others_stay() {
        // Five thousand each at a chance of 10, 50 and 90 %: of the middle ones 70 % came so.
        let of = |n: usize| [-2.197_224_6, 0.0, 2.197_224_6][n / 5_000];
        let came = |n: usize| n % 10 < [1, 7, 9][n / 5_000];
        let odds: Vec<f64> = (0..15_000).map(of).collect();
        let cases: Vec<bool> = (0..15_000).map(came).collect();
        let shifts = Shifts::fit(&odds, &cases);
        let put_right = |odds| logistic(shifts.of(odds));
        assert!((put_right(-2.197_224_6) - 0.1).abs() < 0.01 && (put_right(2.197_224_6) - 0.9).abs() < 0.01);
        assert!((0.67..0.71).contains(&put_right(0.0)));
    }

    #[test]
    fn shifts_keep_the_order_and_few_answers_shift_nothing() {
        let odds: Vec<f64> = (0..1_000).map(|n| f64::from(n) / 250.0 - 2.0).collect();
        let cases: Vec<bool> = (0..1_000).map(|n| n % 3 == n / 400 % 2).collect();
        let shifts = Shifts::fit(&odds, &cases);
        assert!(odds.iter().map(|odds| shifts.of(*odds)).collect::<Vec<_>>().is_sorted());
        assert_eq!(Shifts::fit(&odds[..99], &cases[..99]), Shifts::default());
        assert!((Shifts::default().of(0.3) - 0.3).abs() < 1e-12);
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
