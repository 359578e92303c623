//! The truth behind a sample: with what chance each line was to be denied, and for which causes.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::model::adjustment::Adjustment;
use crate::model::billed::{AnsweredClaim, BilledClaim, LineAnswer};
use crate::model::claim::Claim;
use crate::model::denial::{DenialRules, Outcome};
use crate::model::ids::{ClaimId, PayerId};
use crate::model::remittance::{Remittance, ServicePayment};

use super::batches::SampleSettings;
use super::books::Books;
use super::causes::{Cause, Circumstances, When};
use super::payers::PAYERS;
use super::visits::{Role, Visit};

/// A claim with the chance of each of its lines, and the first answer of its payer.
#[derive(Debug, Clone)]
pub struct Told {
    /// The claim.
    pub claim: Claim,
    /// Its payer, by its place among the sample's.
    pub payer: usize,
    /// Whether it was sent again although it had been answered.
    pub is_repeat: bool,
    /// The answer and the day on which it was paid, where it came within the sample.
    pub answer: Option<(Remittance, Date)>,
    /// For each line of the claim the probability that it is denied.
    pub probabilities: Vec<f64>,
    /// The probability that any of its lines is denied.
    pub probability: f64,
    /// For each line the causes that could deny it, by their numbers.
    pub causes: Vec<Vec<usize>>,
}

impl Told {
    /// The claim and its answer as learning looks at them, with an id that is its payer's place and one; none where it
    /// was not answered. Rules are left to the reader.
    #[must_use]
    pub fn answered(&self, rules: &DenialRules) -> Option<AnsweredClaim> {
        let (remittance, paid_on) = self.answer.as_ref()?;
        let payer = PayerId::new(i64::try_from(self.payer).unwrap_or(0) + 1);
        let reason = |adjustments: &[Adjustment]| {
            let denying = adjustments.iter().filter(|adjustment| rules.denies(adjustment));
            denying.max_by_key(|adjustment| adjustment.amount).map(|adjustment| adjustment.reason.clone())
        };
        let line = |(place, line): (usize, &ServicePayment)| {
            let is_denied = rules.line_is_denied(line);
            let reason = reason(&line.adjustments).filter(|_| is_denied);
            LineAnswer { line: Some(place), is_denied, reason, paid: line.paid }
        };
        let mut lines: Vec<LineAnswer> = remittance.lines.iter().enumerate().map(line).collect();
        if lines.is_empty() {
            let is_denied = rules.outcome(remittance) == Outcome::Denied;
            let reason = reason(&remittance.adjustments).filter(|_| is_denied);
            lines.push(LineAnswer { line: None, is_denied, reason, paid: remittance.paid });
        }
        Some(AnsweredClaim {
            id: ClaimId::new(1),
            billed: BilledClaim::of(&self.claim, Some(payer), self.is_repeat),
            paid_on: *paid_on,
            lines,
            broken_rules: Vec::new(),
        })
    }
}

/// A cause of denials as others may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCause {
    /// Its payer, by its place among the sample's; none where every payer has it.
    pub payer: Option<usize>,
    /// The adjustment reason that it is given.
    pub reason: &'static str,
    /// In how many of 10,000 cases it denies.
    pub chances: u32,
    /// Whether it denies claims as a whole.
    pub of_claim: bool,
    /// What has to hold beside the payer, in words of its own.
    pub conditions: Vec<String>,
}

/// A sample's claims with the truth about them, in the order of their numbers; claims to a second payer, withdrawals,
/// predeterminations and what the payer says is not its own are left out.
pub struct Truth {
    books: Books,
    next: u64,
}

impl Truth {
    /// The truth behind the sample of these settings.
    #[must_use]
    pub fn of(settings: &SampleSettings) -> Self {
        Self { books: Books::of(settings), next: 0 }
    }

    /// Every cause; its place is its number.
    #[must_use]
    pub fn causes(&self) -> Vec<KnownCause> {
        self.books.causes.iter().map(known).collect()
    }

    fn told(&self, visit: &Visit) -> Option<Told> {
        if matches!(visit.role, Role::Secondary | Role::Void) {
            return None;
        }
        let claim = self.books.claim(visit);
        if claim.is_predetermination {
            return None;
        }
        let answer = visit.answered.map(|day| (self.books.answer(visit), self.books.days.date(day)));
        let is_adjudicated = |remittance| {
            matches!(
                self.books.denial.outcome(remittance),
                Outcome::Paid | Outcome::PartlyDenied | Outcome::Denied
            )
        };
        if answer.as_ref().is_some_and(|(remittance, _)| !is_adjudicated(remittance)) {
            return None;
        }
        let is_repeat = visit.role == Role::Repeat;
        let mut told = Told { payer: visit.payer, is_repeat, answer, ..self.chances(visit, claim) };
        if is_repeat && self.books.denies_repeats {
            told.probabilities.fill(1.0);
            told.probability = 1.0;
        }
        Some(told)
    }

    /// The claim with its chances: causes strike one by one, those of the claim first.
    fn chances(&self, visit: &Visit, claim: Claim) -> Told {
        let around =
            Circumstances { claim: &claim, payer: visit.payer, lag: visit.lag(), served: visit.served };
        // Whose claim it is not, is not denied.
        let counted = |cause: &Cause| cause.reason != ("OA", "109");
        let causes: Vec<(usize, &Cause)> =
            self.books.causes.iter().enumerate().filter(|(_, cause)| counted(cause)).collect();
        let spared = |of_claim: bool, line| -> f64 {
            let hold = causes.iter().filter(|(_, c)| c.of_claim == of_claim && c.holds(&around, line));
            hold.map(|(_, cause)| 1.0 - f64::from(cause.chances) / 10_000.0).product()
        };
        let of_claim = claim.lines.first().map_or(1.0, |line| spared(true, line));
        let lines: Vec<f64> = claim.lines.iter().map(|line| spared(false, line)).collect();
        let numbers = claim.lines.iter().map(|line| {
            let holds = |cause: &Cause| {
                let line = if cause.of_claim { &claim.lines[0] } else { line };
                cause.holds(&around, line)
            };
            causes.iter().filter(|(_, cause)| holds(cause)).map(|(number, _)| *number).collect()
        });
        Told {
            payer: visit.payer,
            is_repeat: false,
            answer: None,
            probabilities: lines.iter().map(|line| 1.0 - of_claim * line).collect(),
            probability: 1.0 - of_claim * lines.iter().product::<f64>(),
            causes: numbers.collect(),
            claim,
        }
    }
}

impl Iterator for Truth {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        while self.next < self.books.count {
            let visit = self.books.visit(self.next);
            self.next += 1;
            if let Some(told) = self.told(&visit) {
                return Some(told);
            }
        }
        None
    }
}

/// Writes a row for each line of each claim.
///
/// # Errors
/// When `out` fails.
pub fn write_truth(out: &mut impl Write, settings: &SampleSettings) -> io::Result<()> {
    writeln!(out, "claim_control_number,frequency,submission_date,line_number,payer,probability,causes")?;
    for told in Truth::of(settings) {
        let claim = &told.claim;
        let sent = claim.submission_date.map(|date| date.to_string()).unwrap_or_default();
        let frequency = claim.frequency.as_deref().unwrap_or_default();
        for ((line, probability), causes) in claim.lines.iter().zip(&told.probabilities).zip(&told.causes) {
            let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "{},{frequency},{sent},{},{},{probability:.6},{}",
                claim.patient_control_number,
                line.line_number,
                PAYERS[told.payer].slug,
                causes.join(";")
            )?;
        }
    }
    Ok(())
}

/// Writes a row for each cause.
///
/// # Errors
/// When `out` fails.
pub fn write_causes(out: &mut impl Write, settings: &SampleSettings) -> io::Result<()> {
    writeln!(out, "cause,payer,denies,reason,probability,conditions")?;
    for (number, cause) in Truth::of(settings).causes().iter().enumerate() {
        let payer = cause.payer.map_or("", |payer| PAYERS[payer].slug);
        let denies = if cause.of_claim { "claim" } else { "line" };
        let probability = f64::from(cause.chances) / 10_000.0;
        let conditions = cause.conditions.join(" and ");
        writeln!(out, "{number},{payer},{denies},{},{probability:.4},{conditions}", cause.reason)?;
    }
    Ok(())
}

fn known(cause: &Cause) -> KnownCause {
    let payer = cause.when.iter().find_map(|when| match when {
        When::Payer(payer) => Some(*payer),
        _ => None,
    });
    let others = cause.when.iter().filter(|when| !matches!(when, When::Payer(_)));
    KnownCause {
        payer,
        reason: cause.reason.1,
        chances: cause.chances,
        of_claim: cause.of_claim,
        conditions: others.map(|when| when.in_words()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::scenario::Scenario;

    #[test]
    fn as_many_lines_are_denied_as_their_probabilities_say() {
        for scenario in Scenario::ALL {
            let settings = SampleSettings { claims: 6_000, scenario, ..SampleSettings::default() };
            let truth = Truth::of(&settings);
            let rules = truth.books.denial.clone();
            let (mut expected, mut denied, mut spread) = (0.0, 0.0, 0.0);
            for told in truth.filter(|told| told.answer.is_some()) {
                let (remittance, _) = told.answer.unwrap();
                // Whole claims, whose chances do not depend on each other.
                let any = rules.outcome(&remittance) != Outcome::Paid;
                denied += f64::from(u8::from(any));
                expected += told.probability;
                spread += told.probability * (1.0 - told.probability);
            }
            // Four standard deviations.
            assert!((denied - expected).abs() < 4.0 * spread.sqrt(), "{scenario}: {denied} of {expected}");
        }
    }

    #[test]
    fn the_truth_has_a_row_for_each_line_and_each_cause() {
        let settings =
            SampleSettings { claims: 50, scenario: Scenario::Planted, ..SampleSettings::default() };
        let mut out = Vec::new();
        write_truth(&mut out, &settings).unwrap();
        let lines: usize = Truth::of(&settings).map(|told| told.claim.lines.len()).sum();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), lines + 1);
        let mut out = Vec::new();
        write_causes(&mut out, &settings).unwrap();
        let causes = String::from_utf8(out).unwrap();
        assert_eq!(causes.lines().count(), Truth::of(&settings).causes().len() + 1);
        assert!(causes.contains("northlake,"));
    }
}
