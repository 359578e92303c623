//! Which line of a claim each line of its remittance answers.

use crate::model::Text;
use crate::model::claim::ClaimLine;
use crate::model::remittance::ServicePayment;

/// For each line of a remittance the index of its claim's line that it answers, if any.
///
/// By the line's own number (REF*6R) where the payer sends it back; several answers to one line are possible then. Else
/// by the billed code (SVC06, or SVC01 where the payer changed nothing), charge and date, the modifiers agreeing first and
/// then, since payers leave them out, without; and at last by code and date alone where only one line is left. Apart from
/// REF*6R no line is answered twice.
#[must_use]
pub fn match_lines(lines: &[ClaimLine], answers: &[ServicePayment]) -> Vec<Option<usize>> {
    let mut matching = Matching::new(lines, answers);
    matching.by_number(|line, answer| numbers_agree(line.control_number.as_deref(), answer));
    // Where no number was sent with a line, some payers send back its place (LX01).
    matching.by_number(|line, answer| {
        line.control_number.is_none()
            && codes_agree(line, answer)
            && answer.control_number.as_deref().and_then(|n| n.trim().parse().ok()) == Some(line.line_number)
    });
    matching.in_order(|line, answer| {
        codes_agree(line, answer)
            && charges_agree(line, answer)
            && dates_agree(line, answer)
            && line.modifiers == billed_modifiers(answer)
    });
    matching.in_order(|line, answer| {
        codes_agree(line, answer) && charges_agree(line, answer) && dates_agree(line, answer)
    });
    matching.only_one_left(|line, answer| codes_agree(line, answer) && dates_agree(line, answer));
    matching.lines_of
}

struct Matching<'a> {
    lines: &'a [ClaimLine],
    answers: &'a [ServicePayment],
    /// For each answer the line it was matched with.
    lines_of: Vec<Option<usize>>,
    /// For each line whether an answer was matched with it.
    taken: Vec<bool>,
}

impl<'a> Matching<'a> {
    fn new(lines: &'a [ClaimLine], answers: &'a [ServicePayment]) -> Self {
        Self { lines, answers, lines_of: vec![None; answers.len()], taken: vec![false; lines.len()] }
    }

    fn open_answers(&self) -> Vec<usize> {
        (0..self.answers.len()).filter(|&a| self.lines_of[a].is_none()).collect()
    }

    fn take(&mut self, answer: usize, line: usize) {
        self.lines_of[answer] = Some(line);
        self.taken[line] = true;
    }

    /// Matches answers with the one line that fits, even where another answer fits it too.
    fn by_number(&mut self, fits: impl Fn(&ClaimLine, &ServicePayment) -> bool) {
        for answer in self.open_answers() {
            let mut fitting = (0..self.lines.len()).filter(|&l| fits(&self.lines[l], &self.answers[answer]));
            if let (Some(line), None) = (fitting.next(), fitting.next()) {
                self.take(answer, line);
            }
        }
    }

    /// Matches answers with the first free line that fits: alike lines are answered in their order.
    fn in_order(&mut self, fits: impl Fn(&ClaimLine, &ServicePayment) -> bool) {
        for answer in self.open_answers() {
            let free = (0..self.lines.len()).filter(|&l| !self.taken[l]);
            if let Some(line) = free.into_iter().find(|&l| fits(&self.lines[l], &self.answers[answer])) {
                self.take(answer, line);
            }
        }
    }

    /// Matches answer and line where, of those left, each fits the other alone.
    fn only_one_left(&mut self, fits: impl Fn(&ClaimLine, &ServicePayment) -> bool) {
        let open = self.open_answers();
        let free: Vec<usize> = (0..self.lines.len()).filter(|&l| !self.taken[l]).collect();
        for &answer in &open {
            let mut lines = free.iter().filter(|&&l| fits(&self.lines[l], &self.answers[answer]));
            let (Some(&line), None) = (lines.next(), lines.next()) else { continue };
            if open.iter().filter(|&&a| fits(&self.lines[line], &self.answers[a])).count() == 1 {
                self.take(answer, line);
            }
        }
    }
}

fn numbers_agree(number: Option<&str>, answer: &ServicePayment) -> bool {
    let (Some(ours), Some(theirs)) = (number, answer.control_number.as_deref()) else { return false };
    !ours.trim().is_empty() && ours.trim().eq_ignore_ascii_case(theirs.trim())
}

/// Whether the answer is for the line's code: the billed one where the payer adjudicated another; a line without a
/// procedure is known by its revenue code, which stands in SVC04 or, with qualifier NU, in SVC01.
fn codes_agree(line: &ClaimLine, answer: &ServicePayment) -> bool {
    let billed = answer.billed_procedure_code.as_deref().or(answer.procedure_code.as_deref());
    let same =
        |a: Option<&str>, b: Option<&str>| matches!((a, b), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b));
    let revenue = line.revenue_code.as_deref();
    match line.procedure_code.as_deref() {
        Some(procedure) => same(Some(procedure), billed),
        None => same(revenue, billed) || same(revenue, answer.revenue_code.as_deref()),
    }
}

fn billed_modifiers(answer: &ServicePayment) -> &[Text] {
    if answer.billed_procedure_code.is_some() { &answer.billed_modifiers } else { &answer.modifiers }
}

/// Reversals answer with the charge negated.
fn charges_agree(line: &ClaimLine, answer: &ServicePayment) -> bool {
    line.charge.abs() == answer.charge.abs()
}

/// The days overlap, or one of both does not say.
fn dates_agree(line: &ClaimLine, answer: &ServicePayment) -> bool {
    let (Some(from), Some(answered_from)) = (line.service_date, answer.service_date) else { return true };
    let to = line.service_date_to.unwrap_or(from);
    let answered_to = answer.service_date_to.unwrap_or(answered_from);
    from <= answered_to && answered_from <= to
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;
    use crate::model::claim::Claim;
    use crate::model::claim::ClaimKind;
    use crate::model::remittance::Remittance;
    use crate::money::Cents;

    /// `99213-25 150` or `0300: 80`: code, modifiers, charge in dollars, day of March.
    fn line(code: &str, modifiers: &[&str], dollars: i64, day: i8) -> ClaimLine {
        ClaimLine {
            procedure_code: Some(code.into()),
            modifiers: modifiers.iter().copied().map(Text::from).collect(),
            charge: Cents::new(dollars * 100),
            service_date: Some(march(day)),
            ..ClaimLine::default()
        }
    }

    fn answer(code: &str, modifiers: &[&str], dollars: i64, day: i8) -> ServicePayment {
        ServicePayment {
            procedure_code: Some(code.into()),
            modifiers: modifiers.iter().copied().map(Text::from).collect(),
            charge: Cents::new(dollars * 100),
            service_date: Some(march(day)),
            ..ServicePayment::default()
        }
    }

    fn march(day: i8) -> Date {
        date(2026, 3, day)
    }

    #[track_caller]
    fn case(lines: Vec<ClaimLine>, answers: Vec<ServicePayment>, expected: &[Option<usize>]) {
        let mut claim = Claim::new(ClaimKind::Professional, "A1");
        claim.lines = lines;
        let remittance = Remittance { lines: answers, ..Remittance::default() };
        assert_eq!(match_lines(&claim.lines, &remittance.lines), expected);
    }

    #[test]
    fn the_lines_own_number_decides_even_for_an_answer_in_two_parts() {
        let numbered =
            |code, number: &str| ClaimLine { control_number: Some(number.into()), ..line(code, &[], 100, 5) };
        let answered = |code, number: &str, dollars| ServicePayment {
            control_number: Some(number.into()),
            ..answer(code, &[], dollars, 5)
        };
        let lines = vec![numbered("99213", "L1"), numbered("99213", "L2")];
        let answers =
            vec![answered("99213", "l2", 60), answered("99214", "L2", 40), answered("99213", "L1", 100)];
        case(lines, answers, &[Some(1), Some(1), Some(0)]);
    }

    #[test]
    fn a_line_sent_without_a_number_comes_back_with_its_place() {
        let placed = |place| ClaimLine { line_number: place, ..line("97110", &[], 45, 5) };
        let answered = |place: &str| ServicePayment {
            control_number: Some(place.into()),
            ..answer("97110", &[], 45, 5)
        };
        case(vec![placed(1), placed(2)], vec![answered("2"), answered("1")], &[Some(1), Some(0)]);
    }

    #[test]
    fn modifiers_tell_lines_apart_where_the_payer_sends_them() {
        let lines = || vec![line("20610", &["LT"], 90, 5), line("20610", &["RT"], 90, 5)];
        case(
            lines(),
            vec![answer("20610", &["RT"], 90, 5), answer("20610", &["LT"], 90, 5)],
            &[Some(1), Some(0)],
        );
        case(
            lines(),
            vec![answer("20610", &[], 90, 5), answer("20610", &["LT"], 90, 5)],
            &[Some(1), Some(0)],
        );
    }

    #[test]
    fn a_bundled_line_is_found_by_the_code_that_was_billed() {
        let bundled =
            ServicePayment { billed_procedure_code: Some("80048".into()), ..answer("80053", &[], 30, 5) };
        case(
            vec![line("80053", &[], 30, 5), line("80048", &[], 30, 5)],
            vec![bundled, answer("80053", &[], 30, 5)],
            &[Some(1), Some(0)],
        );
    }

    #[test]
    fn a_line_with_a_revenue_code_alone_is_found_by_it() {
        let room =
            ClaimLine { revenue_code: Some("0120".into()), procedure_code: None, ..line("", &[], 900, 5) };
        let in_svc04 = ServicePayment {
            revenue_code: Some("0120".into()),
            procedure_code: None,
            ..answer("", &[], 900, 5)
        };
        case(vec![room.clone()], vec![in_svc04], &[Some(0)]);
        case(vec![room], vec![answer("0120", &[], 900, 5)], &[Some(0)]);
    }

    #[test]
    fn another_day_is_another_line_and_a_missing_day_any() {
        case(
            vec![line("97110", &[], 45, 5), line("97110", &[], 45, 6)],
            vec![answer("97110", &[], 45, 6), answer("97110", &[], 45, 7)],
            &[Some(1), None],
        );
        let undated = ServicePayment { service_date: None, ..answer("97110", &[], 45, 5) };
        case(vec![line("97110", &[], 45, 5)], vec![undated], &[Some(0)]);
    }

    #[test]
    fn another_charge_is_accepted_where_only_one_line_is_left() {
        case(vec![line("99213", &[], 100, 5)], vec![answer("99213", &[], 80, 5)], &[Some(0)]);
        case(
            vec![line("99213", &[], 100, 5), line("99213", &[], 110, 5)],
            vec![answer("99213", &[], 80, 5)],
            &[None],
        );
    }

    #[test]
    fn a_reversal_answers_its_lines_with_negative_charges() {
        case(vec![line("99213", &[], 100, 5)], vec![answer("99213", &[], -100, 5)], &[Some(0)]);
    }

    proptest! {
        #[test]
        fn without_line_numbers_no_line_is_answered_twice_nor_by_another_code(
            lines in proptest::collection::vec(("[ab]", 1..3_i64, 1..3_i8), 0..8),
            answers in proptest::collection::vec(("[ab]", 1..3_i64, 1..3_i8), 0..8),
        ) {
            let mut claim = Claim::new(ClaimKind::Professional, "A1");
            claim.lines = lines.iter().map(|(code, dollars, day)| line(code, &[], *dollars, *day)).collect();
            let lines = answers.iter().map(|(code, dollars, day)| answer(code, &[], *dollars, *day)).collect();
            let remittance = Remittance { lines, ..Remittance::default() };
            let matched = match_lines(&claim.lines, &remittance.lines);
            let mut seen = Vec::new();
            for (answer, line) in matched.iter().enumerate().filter_map(|(a, l)| l.map(|l| (a, l))) {
                prop_assert!(!seen.contains(&line));
                seen.push(line);
                prop_assert_eq!(&claim.lines[line].procedure_code, &remittance.lines[answer].procedure_code);
            }
        }
    }
}
