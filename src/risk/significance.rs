//! Whether a difference of denied shares can be chance: exact test, interval, and the share of false discoveries.

/// The probability of so many or more denials among the matching lines if matching made no difference: Fisher's exact
/// test, one-sided, of `denied` of `matching` beside `other_denied` of `others`.
#[must_use]
pub fn fisher(denied: u64, matching: u64, other_denied: u64, others: u64) -> f64 {
    let (all, all_denied) = (matching + others, denied + other_denied);
    let most = matching.min(all_denied);
    if denied == 0 || denied > most {
        return if denied == 0 { 1.0 } else { 0.0 };
    }
    let mut term = (ln_choose(all_denied, denied) + ln_choose(all - all_denied, matching - denied)
        - ln_choose(all, matching))
    .exp();
    let mut sum = term;
    for k in denied..most {
        // The ratio of neighbouring terms of the hypergeometric distribution.
        term *= float(all_denied - k) * float(matching - k)
            / (float(k + 1) * float((others + k + 1).saturating_sub(all_denied).max(1)));
        sum += term;
        if term < sum * 1e-12 {
            break;
        }
    }
    sum.min(1.0)
}

/// How much better two rates fit than one, in units of log-likelihood; 0 where the matching lines are denied less often.
#[must_use]
pub fn gain(denied: f64, matching: f64, other_denied: f64, others: f64) -> f64 {
    if denied * others <= other_denied * matching {
        return 0.0;
    }
    let fit = |k: f64, n: f64| {
        let part = |x: f64| if x > 0.0 { x * (x / n).ln() } else { 0.0 };
        part(k) + part(n - k)
    };
    (fit(denied, matching) + fit(other_denied, others) - fit(denied + other_denied, matching + others))
        .max(0.0)
}

/// The lower end of the 95 % interval of a share (Wilson, 1927); 0 without anything.
#[must_use]
pub fn lower_bound(denied: f64, matching: f64) -> f64 {
    /// The 97.5th percentile of the standard normal distribution.
    const Z: f64 = 1.96;
    lower_bound_at(Z, denied, matching)
}

/// The lower end of the interval that is `z` standard errors wide on each side, likewise.
#[must_use]
pub fn lower_bound_at(z: f64, denied: f64, matching: f64) -> f64 {
    if matching <= 0.0 {
        return 0.0;
    }
    let share = denied / matching;
    let half_width = z * (share * (1.0 - share) / matching + z * z / (4.0 * matching * matching)).sqrt();
    ((share + z * z / (2.0 * matching) - half_width) / (1.0 + z * z / matching)).clamp(0.0, 1.0)
}

/// The share of false discoveries among those as significant as each (Benjamini and Hochberg, 1995), of `tests` tests in
/// all; those that are not among `p_values` are taken as not significant.
#[must_use]
pub fn q_values(p_values: &[f64], tests: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let mut q_values = vec![1.0; p_values.len()];
    let mut least: f64 = 1.0;
    for (from_end, index) in order.into_iter().enumerate() {
        let rank = p_values.len() - from_end;
        least = least.min(p_values[index] * float(tests as u64) / float(rank as u64));
        q_values[index] = least;
    }
    q_values
}

/// ln(n over k).
fn ln_choose(n: u64, k: u64) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// ln(n!).
fn ln_factorial(n: u64) -> f64 {
    ln_gamma(float(n) + 1.0)
}

/// The logarithm of the gamma function of a positive number, by Stirling's series from 12 on (error below 10^-12).
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 1.0);
    // Γ(x) = Γ(x + n) / (x · (x + 1) ... (x + n - 1))
    while x < 12.0 {
        below *= x;
        x += 1.0;
    }
    let terms = [12.0 * x, -360.0 * x.powi(3), 1260.0 * x.powi(5), -1680.0 * x.powi(7)];
    let series: f64 = terms.iter().map(|term| 1.0 / term).sum();
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below.ln()
}

/// The logarithm of the probability of such a sequence of denials where the share itself is drawn from a beta distribution
/// with this mean, which weighs `strength` lines: the likelihood of a beta-binomial distribution (Skellam, 1948).
#[must_use]
pub fn ln_beta_binomial(denied: f64, matching: f64, mean: f64, strength: f64) -> f64 {
    let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let (a, b) = (mean * strength, (1.0 - mean) * strength);
    ln_beta(denied + a, matching - denied + b) - ln_beta(a, b)
}

#[expect(clippy::cast_precision_loss, reason = "no practice has 2^53 lines")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{value} is not {expected}");
    }

    #[test]
    fn fishers_test_agrees_with_counting() {
        // The lady tasting tea: 4 of 4, and 3 or more of 4, of 8 cups.
        close(fisher(4, 4, 0, 4), 1.0 / 70.0);
        close(fisher(3, 4, 1, 4), 17.0 / 70.0);
        // 2 of 5 beside 1 of 15: (C(3,2)C(17,3) + C(3,3)C(17,2)) / C(20,5) = (3*680 + 136) / 15504.
        close(fisher(2, 5, 1, 15), 2176.0 / 15504.0);
        close(fisher(0, 5, 1, 15), 1.0);
        close(fisher(1, 1, 0, 0), 1.0);
    }

    #[test]
    fn large_counts_neither_overflow_nor_vanish_too_early() {
        let p = fisher(60, 500_000, 40, 500_000);
        // The normal approximation with continuity correction says 0.0287.
        assert!((0.025..0.032).contains(&p), "{p}");
        assert!(fisher(5_000, 10_000, 100, 990_000) < 1e-100);
    }

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
        assert!((lower_bound(81.0, 263.0) - 0.2553).abs() < 5e-5);
        close(lower_bound(0.0, 0.0), 0.0);
        assert!(lower_bound(1.0, 1.0) < 0.21);
    }

    #[test]
    fn false_discoveries_are_counted_over_all_tests() {
        // Benjamini and Hochberg by hand: 0.01*4/1, 0.02*4/2, 0.04*4/3.
        let q = q_values(&[0.02, 0.01, 0.04], 4);
        close(q[1], 0.04);
        close(q[0], 0.04);
        close(q[2], 0.04 * 4.0 / 3.0);
    }

    #[test]
    fn the_gamma_function_continues_factorials() {
        close(ln_gamma(5.0), 24.0_f64.ln());
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        close(ln_gamma(1.0), 0.0);
        // 30! = 265252859812191058636308480000000.
        close(ln_gamma(31.0), 265_252_859_812_191_058_636_308_480_000_000.0_f64.ln());
    }

    #[test]
    fn a_share_drawn_evenly_makes_every_count_as_likely() {
        // With mean 1/2 and strength 2 the share is uniform: 0, 1 or 2 of 2 each have 1/3, "1 of 2" in two orders.
        close(ln_beta_binomial(0.0, 2.0, 0.5, 2.0), (1.0_f64 / 3.0).ln());
        close(ln_beta_binomial(1.0, 2.0, 0.5, 2.0), (1.0_f64 / 6.0).ln());
    }

    #[test]
    fn a_rate_that_does_not_differ_gains_nothing() {
        close(gain(10.0, 100.0, 20.0, 200.0), 0.0);
        close(gain(1.0, 100.0, 20.0, 200.0), 0.0);
        assert!(gain(50.0, 100.0, 20.0, 200.0) > 10.0);
    }
}
