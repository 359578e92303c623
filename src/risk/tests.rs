//! Each rule on a claim that breaks it, beside the same claim put right; the whole score; the table in the docs.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::model::claim::{ClaimKind, ClaimLine, OtherPayer, PayerResponsibility};
use crate::model::diagnosis::{Diagnosis, DiagnosisRole};
use crate::model::finding::Severity;
use crate::model::party::{PayerAlias, ProviderName};
use crate::model::quantity::Quantity;
use crate::money::Cents;
use crate::risk::payer_history::{Had, Lacked, Late, ProcedureHistory, Shape};
use crate::risk::points::Component;
use crate::risk::points::tests::hundredths;

const NPI: &str = "1234567893";
const WRONG_NPI: &str = "1234567890";

/// A claim with what is known around it.
#[derive(Clone)]
struct Case {
    claim: Claim,
    payer_rules: PayerRules,
    payer_history: PayerHistory,
    practice_rules: PracticeRules,
    repeat_of: Option<ClaimId>,
}

impl Case {
    fn score(&self) -> RiskScore {
        let context = ScoringContext {
            today: date(2026, 3, 31),
            payer_rules: &self.payer_rules,
            payer_history: &self.payer_history,
            practice_rules: &self.practice_rules,
            payer: None,
            patterns: &[],
            model: &Model::default(),
            repeat_of: self.repeat_of,
            weights: &RiskWeights::default(),
        };
        score(&self.claim, &context)
    }

    fn line(&mut self) -> &mut ClaimLine {
        &mut self.claim.lines[0]
    }
}

fn diagnosis(role: DiagnosisRole, qualifier: &str, code: &str) -> Diagnosis {
    Diagnosis { role, qualifier: qualifier.into(), code: code.into(), present_on_admission: None }
}

fn other_diagnosis(code: &str) -> Diagnosis {
    diagnosis(DiagnosisRole::Other, "ABF", code)
}

/// A claim of this kind that breaks no rule: two lines, two diagnoses, sent five days after the service.
fn healthy(kind: ClaimKind) -> Case {
    let mut claim = Claim::new(kind, "A1");
    claim.frequency = Some("1".into());
    claim.facility_type_code = Some("11".into());
    claim.assignment_code = Some("A".into());
    claim.submission_date = Some(date(2026, 3, 10));
    claim.billing_provider = ProviderName { npi: Some(NPI.into()), ..ProviderName::default() };
    let clinician = Some(ProviderName { is_person: true, npi: Some(NPI.into()), ..ProviderName::default() });
    claim.subscriber.member_id = Some("M1".into());
    claim.subscriber.last_name = Some("ROE".into());
    claim.subscriber.birth_date = Some(date(1980, 1, 1));
    claim.payer.name = Some("PAYER".into());
    claim.payer.ids = vec![PayerAlias { qualifier: "PI".into(), id: "12345".into() }];
    claim.diagnoses = vec![diagnosis(DiagnosisRole::Principal, "ABK", "E119"), other_diagnosis("I10")];
    let line = |line_number, code: &str| ClaimLine {
        line_number,
        procedure_qualifier: Some("HC".into()),
        procedure_code: Some(code.into()),
        charge: Cents::new(10_000),
        unit: Some("UN".into()),
        quantity: Some(Quantity::units(1)),
        service_date: Some(date(2026, 3, 5)),
        service_date_to: Some(date(2026, 3, 5)),
        ..ClaimLine::default()
    };
    claim.total_charge = Cents::new(20_000);
    claim.lines = vec![line(1, "99213"), line(2, "20610")];
    match kind {
        ClaimKind::Professional => {
            claim.rendering_provider = clinician;
            claim.lines.iter_mut().for_each(|line| line.diagnosis_pointers = vec![1, 2]);
        }
        ClaimKind::Institutional => {
            claim.attending_provider = clinician;
            claim.facility_type_code = Some("13".into());
            claim.lines.iter_mut().for_each(|line| line.revenue_code = Some("0510".into()));
            claim.statement_from = Some(date(2026, 3, 1));
            claim.statement_to = Some(date(2026, 3, 5));
        }
        ClaimKind::Dental => {
            claim.diagnoses.clear();
            for (line, code) in claim.lines.iter_mut().zip(["D0120", "D1110"]) {
                line.procedure_qualifier = Some("AD".into());
                line.procedure_code = Some(code.into());
            }
        }
    }
    Case {
        claim,
        payer_rules: PayerRules::default(),
        payer_history: PayerHistory::default(),
        practice_rules: PracticeRules::default(),
        repeat_of: None,
    }
}

/// A payer that paid 40 of 40 claims so, denied 10 of 10 otherwise, and knows one shape of member ids.
fn experienced() -> PayerHistory {
    let had = Had { claims: 40, with: 40 };
    let lacked = Lacked { claims: 10, denied: 10 };
    let procedure_code = "20610".into();
    PayerHistory {
        rendering: had,
        member_ids: vec![Shape { shape: "A9".into(), members: 40 }],
        late: Some(Late { days: 95, answers: lacked }),
        procedures: vec![ProcedureHistory {
            procedure_code,
            referring: had,
            unauthorized: lacked,
            unreferred: lacked,
        }],
    }
}

/// An experienced payer that says nothing of procedures.
fn experienced_with_members() -> PayerHistory {
    PayerHistory { procedures: Vec::new(), ..experienced() }
}

/// An experienced payer that wants this of 20610 and nothing else.
fn wants(change: fn(&mut ProcedureHistory)) -> PayerHistory {
    let mut procedure = ProcedureHistory { procedure_code: "20610".into(), ..ProcedureHistory::default() };
    change(&mut procedure);
    PayerHistory { procedures: vec![procedure], ..PayerHistory::default() }
}

/// What a claim does wrong, for each rule.
type Broken = (&'static str, ClaimKind, fn(&mut Case));

/// What somebody does who follows a rule's recommendation.
type Fix = (&'static str, fn(&mut Case));

/// What the rules recommend, where it is something else than to write the claim as a healthy one.
const FIXES: &[Fix] = &[
    ("authorization-missing", |c| c.claim.prior_authorization = Some("AUTH".into())),
    ("referral-missing", |c| c.claim.referral_number = Some("REF".into())),
    ("referring-left-out", |c| {
        c.claim.referring_provider = Some(ProviderName { npi: Some(NPI.into()), ..ProviderName::default() });
    }),
    ("facility-refused", |c| {
        c.claim.facility_type_code = Some("22".into());
        c.line().place_of_service = None;
    }),
    ("filing-limit-passed", |c| c.claim.submission_date = Some(date(2026, 3, 6))),
    ("claim-repeated", |c| {
        c.claim.frequency = Some("7".into());
        c.claim.payer_claim_control_number = Some("P1".into());
    }),
];

/// The claim after somebody did what the rule recommends, with the same payer and practice.
fn followed(broken: &Case, rule: &str) -> Case {
    let mut fixed = broken.clone();
    match FIXES.iter().find(|(id, _)| *id == rule) {
        Some((_, fix)) => fix(&mut fixed),
        None => fixed.claim = healthy(broken.claim.kind).claim,
    }
    fixed
}

#[rustfmt::skip]
const BROKEN: &[Broken] = &[
    ("diagnosis-missing", ClaimKind::Professional, |c| {
        c.claim.diagnoses.clear();
        c.claim.lines.iter_mut().for_each(|line| line.diagnosis_pointers.clear());
    }),
    ("diagnosis-missing", ClaimKind::Institutional, |c| c.claim.diagnoses.clear()),
    ("diagnosis-too-many", ClaimKind::Professional, |c| {
        let more = ["J069", "R059", "E785", "K219", "N390", "F411", "E669", "E039", "D649", "M542", "R109"];
        c.claim.diagnoses.extend(more.map(other_diagnosis));
    }),
    ("diagnosis-too-many", ClaimKind::Dental, |c| {
        c.claim.diagnoses = vec![diagnosis(DiagnosisRole::Principal, "ABK", "K029")];
        c.claim.diagnoses.extend(["K0261", "K0510", "K0381", "Z0120"].map(other_diagnosis));
    }),
    ("principal-diagnosis-missing", ClaimKind::Professional, |c| {
        c.claim.diagnoses[0] = other_diagnosis("E119");
    }),
    ("external-cause-principal", ClaimKind::Professional, |c| c.claim.diagnoses[0].code = "W010XXA".into()),
    ("manifestation-principal", ClaimKind::Professional, |c| c.claim.diagnoses[0].code = "F0280".into()),
    ("diagnosis-not-valid", ClaimKind::Professional, |c| c.claim.diagnoses[1].code = "I100".into()),
    // Valid in 2021 and not any more.
    ("diagnosis-not-valid", ClaimKind::Institutional, |c| c.claim.diagnoses[1].code = "V200XXA".into()),
    ("diagnosis-not-full-length", ClaimKind::Professional, |c| c.claim.diagnoses[0].code = "E11".into()),
    ("diagnosis-shape", ClaimKind::Professional, |c| c.claim.diagnoses[1].code = "II0".into()),
    ("diagnosis-code-set", ClaimKind::Professional, |c| {
        c.claim.diagnoses[0] = diagnosis(DiagnosisRole::Principal, "BK", "25000");
    }),
    ("diagnosis-repeated", ClaimKind::Professional, |c| c.claim.diagnoses[1].code = "E119".into()),
    ("pointer-missing", ClaimKind::Professional, |c| c.line().diagnosis_pointers.clear()),
    ("pointer-to-nothing", ClaimKind::Professional, |c| c.line().diagnosis_pointers = vec![1, 3]),
    ("pointer-to-nothing", ClaimKind::Professional, |c| c.line().diagnosis_pointers = vec![0]),
    ("lines-missing", ClaimKind::Professional, |c| {
        c.claim.lines.clear();
        c.claim.statement_from = Some(date(2026, 3, 5));
    }),
    ("procedure-missing", ClaimKind::Professional, |c| c.line().procedure_code = None),
    ("procedure-missing", ClaimKind::Institutional, |c| c.line().revenue_code = None),
    ("procedure-missing", ClaimKind::Dental, |c| c.line().procedure_code = None),
    ("procedure-shape", ClaimKind::Professional, |c| c.line().procedure_code = Some("99213-25".into())),
    ("procedure-shape", ClaimKind::Dental, |c| c.line().procedure_code = Some("0120".into())),
    ("procedure-repeated", ClaimKind::Professional, |c| c.line().procedure_code = Some("20610".into())),
    ("modifier-shape", ClaimKind::Professional, |c| c.line().modifiers = vec!["025".into()]),
    ("modifier-repeated", ClaimKind::Professional, |c| c.line().modifiers = vec!["25".into(), "25".into()]),
    ("modifier-conflict", ClaimKind::Professional, |c| c.line().modifiers = vec!["LT".into(), "RT".into()]),
    ("charge-zero", ClaimKind::Professional, |c| {
        c.line().charge = Cents::ZERO;
        c.claim.total_charge = Cents::new(10_000);
    }),
    ("charge-zero", ClaimKind::Institutional, |c| {
        c.claim.lines.iter_mut().for_each(|line| line.charge = Cents::ZERO);
        c.claim.total_charge = Cents::ZERO;
    }),
    ("charges-differ", ClaimKind::Professional, |c| c.claim.total_charge = Cents::new(19_999)),
    ("units-impossible", ClaimKind::Professional, |c| c.line().quantity = Some(Quantity::units(0))),
    ("units-impossible", ClaimKind::Institutional, |c| c.line().quantity = None),
    ("billing-npi-missing", ClaimKind::Professional, |c| c.claim.billing_provider.npi = None),
    ("billing-npi-invalid", ClaimKind::Professional, |c| c.claim.billing_provider.npi = Some(WRONG_NPI.into())),
    ("rendering-missing", ClaimKind::Professional, |c| c.claim.rendering_provider = None),
    ("attending-missing", ClaimKind::Institutional, |c| c.claim.attending_provider = None),
    ("provider-npi-missing", ClaimKind::Professional, |c| {
        c.claim.rendering_provider = Some(ProviderName::default());
    }),
    ("provider-npi-missing", ClaimKind::Professional, |c| {
        c.line().rendering_provider = Some(ProviderName::default());
    }),
    ("provider-npi-invalid", ClaimKind::Professional, |c| {
        let npi = Some(WRONG_NPI.into());
        c.claim.referring_provider = Some(ProviderName { npi, ..ProviderName::default() });
    }),
    ("provider-npi-invalid", ClaimKind::Professional, |c| {
        let npi = Some("123".into());
        c.line().rendering_provider = Some(ProviderName { npi, ..ProviderName::default() });
    }),
    ("service-date-missing", ClaimKind::Professional, |c| c.line().service_date = None),
    ("service-date-missing", ClaimKind::Institutional, |c| {
        c.claim.statement_from = None;
        c.claim.lines.iter_mut().for_each(|line| line.service_date = None);
    }),
    ("service-date-future", ClaimKind::Professional, |c| {
        c.line().service_date = Some(date(2026, 3, 11));
        c.line().service_date_to = None;
    }),
    ("service-date-future", ClaimKind::Professional, |c| {
        c.claim.submission_date = None;
        c.line().service_date = Some(date(2026, 4, 1));
        c.line().service_date_to = None;
    }),
    ("dates-out-of-order", ClaimKind::Professional, |c| c.line().service_date_to = Some(date(2026, 3, 4))),
    ("dates-out-of-order", ClaimKind::Professional, |c| {
        c.claim.subscriber.birth_date = Some(date(2026, 3, 6));
    }),
    ("dates-out-of-order", ClaimKind::Institutional, |c| {
        c.claim.admission_date = Some(date(2026, 3, 3));
        c.claim.discharge_date = Some(date(2026, 3, 2));
    }),
    ("service-outside-statement", ClaimKind::Institutional, |c| {
        c.claim.statement_to = Some(date(2026, 3, 4));
    }),
    ("claim-incomplete", ClaimKind::Professional, |c| c.claim.is_incomplete = true),
    ("member-id-missing", ClaimKind::Professional, |c| c.claim.subscriber.member_id = None),
    ("patient-incomplete", ClaimKind::Professional, |c| c.claim.subscriber.birth_date = None),
    ("facility-missing", ClaimKind::Professional, |c| c.claim.facility_type_code = None),
    ("assignment-missing", ClaimKind::Professional, |c| c.claim.assignment_code = None),
    ("authorization-missing", ClaimKind::Professional, |c| {
        c.payer_rules.prior_authorization_procedures = vec!["20610".into()];
    }),
    ("authorization-missing", ClaimKind::Professional, |c| {
        c.payer_history = wants(|procedure| procedure.unauthorized = Lacked { claims: 12, denied: 9 });
    }),
    ("referral-missing", ClaimKind::Professional, |c| {
        c.payer_history = wants(|procedure| procedure.unreferred = Lacked { claims: 12, denied: 9 });
    }),
    ("referral-missing", ClaimKind::Professional, |c| {
        c.payer_rules.referral_procedures = vec!["99213".into()];
    }),
    ("other-payer-missing", ClaimKind::Professional, |c| {
        c.claim.responsibility = PayerResponsibility::Secondary;
    }),
    ("payer-unknown", ClaimKind::Professional, |c| {
        c.claim.payer.name = None;
        c.claim.payer.ids.clear();
    }),
    ("payer-id-missing", ClaimKind::Professional, |c| c.claim.payer.ids.clear()),
    ("frequency-invalid", ClaimKind::Professional, |c| c.claim.frequency = Some("2".into())),
    ("frequency-invalid", ClaimKind::Institutional, |c| c.claim.frequency = None),
    ("frequency-refused", ClaimKind::Professional, |c| {
        c.claim.frequency = Some("7".into());
        c.claim.payer_claim_control_number = Some("P1".into());
        c.payer_rules.allowed_frequency_types = vec!["1".into(), "8".into()];
    }),
    ("facility-refused", ClaimKind::Professional, |c| {
        c.payer_rules.restricted_facility_types = vec!["11".into()];
    }),
    ("facility-refused", ClaimKind::Professional, |c| {
        c.line().place_of_service = Some("02".into());
        c.payer_rules.restricted_facility_types = vec!["02".into()];
    }),
    ("payer-claim-number-missing", ClaimKind::Professional, |c| c.claim.frequency = Some("7".into())),
    ("filing-limit-passed", ClaimKind::Professional, |c| c.payer_rules.timely_filing_days = Some(4)),
    ("filing-limit-passed", ClaimKind::Professional, |c| {
        c.payer_history = experienced_with_members();
        c.claim.submission_date = Some(date(2026, 6, 8));
    }),
    ("rendering-left-out", ClaimKind::Professional, |c| {
        c.payer_history = experienced_with_members();
        c.claim.billing_provider.is_person = true;
        c.claim.rendering_provider = None;
    }),
    ("referring-left-out", ClaimKind::Professional, |c| {
        c.payer_history = wants(|procedure| procedure.referring = Had { claims: 40, with: 40 });
    }),
    ("member-id-shape", ClaimKind::Professional, |c| {
        c.payer_history = experienced_with_members();
        c.claim.subscriber.member_id = Some("M".into());
    }),
    ("claim-repeated", ClaimKind::Professional, |c| c.repeat_of = Some(ClaimId::new(7))),
];

/// The ids of the rules that a score names, without what was learned from answers.
fn broken_rules(score: &RiskScore) -> Vec<&str> {
    let mut rules: Vec<&str> =
        score.risk_factors.iter().map(|f| &*f.rule).filter(|id| *id != history::RULE).collect();
    rules.sort_unstable();
    rules
}

fn component(score: &RiskScore, name: &str) -> f64 {
    let scores = &score.component_scores;
    match name {
        "coding" => scores.coding_risk,
        "documentation" => scores.documentation_risk,
        _ => scores.payer_risk,
    }
}

const KINDS: [ClaimKind; 3] = [ClaimKind::Professional, ClaimKind::Institutional, ClaimKind::Dental];

#[test]
fn a_healthy_claim_of_each_kind_breaks_no_rule() {
    for kind in KINDS {
        let score = healthy(kind).score();
        assert_eq!(broken_rules(&score), Vec::<&str>::new(), "{}", kind.name());
        // Of each of two lines 10 % is assumed, so of the claim 10 to 19 %: 14.5 % in the middle, which weighs 0.15.
        assert!(score.overall_score <= 2.2);
        assert!(score.recommendations.is_empty());
    }
}

#[test]
fn each_rule_is_broken_alone_and_what_it_recommends_lowers_the_score() {
    for (rule, kind, break_it) in BROKEN {
        let mut case = healthy(*kind);
        break_it(&mut case);
        let (broken, fixed) = (case.score(), followed(&case, rule).score());
        assert_eq!(broken_rules(&broken), [*rule]);
        assert_eq!(broken_rules(&fixed), Vec::<&str>::new(), "{rule}");
        let factor = broken.risk_factors.iter().find(|f| f.rule == *rule).unwrap();
        assert!(factor.points > 0.0 && broken.recommendations.contains(&factor.fix), "{rule}");
        assert!(component(&broken, &factor.kind) > component(&fixed, &factor.kind), "{rule}");
        assert!(broken.overall_score > fixed.overall_score, "{rule}");
    }
}

#[test]
fn every_rule_has_a_claim_that_breaks_it() {
    for rule in rules::all() {
        assert!(BROKEN.iter().any(|(id, ..)| *id == rule.id), "{} is untested", rule.id);
    }
}

#[test]
fn putting_right_one_of_two_lines_lowers_the_score() {
    let mut two = healthy(ClaimKind::Professional);
    two.claim.lines.iter_mut().for_each(|line| line.modifiers = vec!["26".into(), "TC".into()]);
    let mut one = two.clone();
    one.line().modifiers.clear();
    let (two, one) = (two.score(), one.score());
    assert!(two.overall_score > one.overall_score);
    assert_eq!(
        two.risk_factors[0].message,
        "Line 1: modifiers 26 and TC exclude one another; the same on line 2"
    );
}

#[test]
fn everything_of_the_claim_that_breaks_one_rule_is_told() {
    let mut case = healthy(ClaimKind::Professional);
    case.claim.diagnoses[0].code = "II0".into();
    case.claim.diagnoses[1].code = "250".into();
    let score = case.score();
    assert_eq!(score.risk_factors[0].message, "II0 is no ICD-10-CM code. 250 is no ICD-10-CM code");
}

#[test]
fn a_rule_that_the_practice_switched_off_says_nothing() {
    let mut case = healthy(ClaimKind::Professional);
    case.claim.subscriber.member_id = None;
    case.practice_rules.disabled_rules = vec!["member-id-missing".into()];
    assert_eq!(broken_rules(&case.score()), Vec::<&str>::new());
    case.practice_rules = PracticeRules::default();
    case.payer_rules.disabled_rules = vec!["member-id-missing".into()];
    assert_eq!(broken_rules(&case.score()), Vec::<&str>::new());
}

#[test]
fn a_rule_counts_as_much_as_payer_and_practice_say() {
    let coding = |payer: f64, practice: f64| {
        let mut case = healthy(ClaimKind::Professional);
        // 35 points.
        case.line().modifiers = vec!["25".into(), "25".into()];
        case.payer_rules.rule_weights = [("modifier-repeated".into(), payer)].into();
        case.practice_rules.rule_weights = [("modifier-repeated".into(), practice)].into();
        hundredths(case.score().component_scores.coding_risk)
    };
    assert_eq!(coding(1.0, 1.0), 3_500);
    assert_eq!(coding(2.0, 1.0), 7_000);
    assert_eq!(coding(2.0, 0.5), 3_500);
    assert_eq!(coding(1.0, 0.0), 0);
    // Nothing is sure to be denied.
    assert_eq!(coding(10.0, 10.0), 9_500);
}

#[test]
fn a_reason_says_where_in_the_file_it_stands() {
    let mut case = healthy(ClaimKind::Institutional);
    case.claim.origin.segment = 17;
    case.claim.lines[1].segment = 24;
    case.claim.lines[1].modifiers = vec!["25".into(), "25".into()];
    case.claim.assignment_code = None;
    let score = case.score();
    let place = |rule: &str| {
        let factor = score.risk_factors.iter().find(|f| f.rule == rule).unwrap();
        (factor.line_number, factor.segment, factor.element.as_deref())
    };
    assert_eq!(place("modifier-repeated"), (Some(2), Some(24), Some("SV202-3")));
    assert_eq!(place("assignment-missing"), (None, Some(17), Some("CLM07")));
}

/// A claim that lacks everything that a payer's answers can show to be wanted.
fn lacking() -> Case {
    let mut case = healthy(ClaimKind::Professional);
    case.claim.billing_provider.is_person = true;
    case.claim.rendering_provider = None;
    case.claim.submission_date = Some(date(2026, 6, 8));
    case.claim.subscriber.member_id = Some("M".into());
    case
}

#[test]
fn a_payer_with_few_answers_shows_nothing() {
    for answers in [0, 1, 2, 10] {
        let mut case = lacking();
        case.payer_history = experienced();
        let history = &mut case.payer_history;
        let few = |had: &mut Had| (had.claims, had.with) = (answers, answers);
        few(&mut history.rendering);
        history.member_ids[0].members = answers;
        let procedure = &mut history.procedures[0];
        few(&mut procedure.referring);
        if answers < 3 {
            let few = Lacked { claims: answers, denied: answers };
            (procedure.unauthorized, procedure.unreferred) = (few, few);
            history.late = Some(Late { days: 95, answers: few });
            assert_eq!(broken_rules(&case.score()), Vec::<&str>::new(), "{answers} answers");
        } else {
            let shown = ["authorization-missing", "filing-limit-passed", "referral-missing"];
            assert_eq!(broken_rules(&case.score()), shown, "{answers} answers");
        }
    }
}

#[test]
fn a_written_limit_goes_before_one_that_answers_show() {
    let mut case = lacking();
    case.payer_history.late = experienced().late;
    assert_eq!(broken_rules(&case.score()), ["filing-limit-passed"]);
    case.payer_rules.timely_filing_days = Some(365);
    assert_eq!(broken_rules(&case.score()), Vec::<&str>::new());
}

#[test]
fn what_answers_show_is_told_with_its_counts() {
    let mut case = lacking();
    case.payer_history = experienced();
    let score = case.score();
    let message = |rule: &str| &*score.risk_factors.iter().find(|f| f.rule == rule).unwrap().message;
    let of_line = "Line 2: this payer denied 10 of 10 claims with 20610 that had no";
    assert_eq!(message("authorization-missing"), format!("{of_line} prior authorisation, for that"));
    assert_eq!(message("referral-missing"), format!("{of_line} referral, for that"));
    assert_eq!(
        message("filing-limit-passed"),
        "Sent 95 days after the service on 2026-03-05; this payer denied 10 of 10 claims sent after 95 days or more as \
         too late"
    );
    assert_eq!(
        message("rendering-left-out"),
        "Nobody is named who rendered; 40 of 40 claims that this payer paid named somebody"
    );
    assert_eq!(
        message("member-id-shape"),
        "None of the 40 members for whom this payer paid has an id of this shape"
    );
}

#[track_caller]
fn is_fine(kind: ClaimKind, change: fn(&mut Case)) {
    let mut case = healthy(kind);
    change(&mut case);
    assert_eq!(broken_rules(&case.score()), Vec::<&str>::new());
}

#[test]
fn what_other_kinds_of_claims_may_do_is_no_finding() {
    is_fine(ClaimKind::Institutional, |c| c.line().procedure_code = None);
    is_fine(ClaimKind::Institutional, |c| c.claim.frequency = Some("4".into()));
    is_fine(ClaimKind::Institutional, |c| {
        let total = ClaimLine { revenue_code: Some("0001".into()), ..c.claim.lines[0].clone() };
        c.claim.lines.push(ClaimLine {
            line_number: 3,
            charge: c.claim.total_charge,
            procedure_code: None,
            ..total
        });
    });
    is_fine(ClaimKind::Institutional, |c| {
        c.claim.attending_provider = None;
        c.claim.lines.iter_mut().for_each(|line| line.revenue_code = Some("0540".into()));
    });
    is_fine(ClaimKind::Dental, |c| c.line().quantity = None);
    is_fine(ClaimKind::Dental, |c| c.line().procedure_code = Some("D1110".into()));
}

#[test]
fn what_has_its_reason_is_no_finding() {
    is_fine(ClaimKind::Professional, |c| {
        c.claim.subscriber.member_id = None;
        c.claim.filing_indicator = Some("WC".into());
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.billing_provider.is_person = true;
        c.claim.rendering_provider = None;
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.rendering_provider = None;
        c.claim
            .lines
            .iter_mut()
            .zip(["A0428", "A0425"])
            .for_each(|(line, code)| line.procedure_code = Some(code.into()));
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.frequency = Some("7".into());
        c.claim.payer_claim_control_number = Some("P1".into());
        c.payer_rules.timely_filing_days = Some(1);
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.prior_authorization = Some("AUTH".into());
        c.payer_rules.prior_authorization_procedures = vec!["20610".into()];
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.lines[1].prior_authorization = Some("AUTH".into());
        c.payer_rules.prior_authorization_procedures = vec!["20610".into()];
    });
    is_fine(ClaimKind::Professional, |c| {
        c.claim.responsibility = PayerResponsibility::Secondary;
        c.claim.other_payers = vec![OtherPayer::default()];
    });
    is_fine(ClaimKind::Professional, |c| c.payer_rules.timely_filing_days = Some(5));
    is_fine(ClaimKind::Professional, |c| c.payer_rules.allowed_frequency_types = vec!["1".into()]);
    is_fine(ClaimKind::Professional, |c| {
        // Before NPIs and ICD-10-CM.
        c.claim.submission_date = Some(date(2004, 6, 30));
        c.claim.billing_provider.npi = None;
        c.claim.diagnoses = vec![diagnosis(DiagnosisRole::Principal, "BK", "25000")];
        for line in &mut c.claim.lines {
            line.diagnosis_pointers = vec![1];
            line.service_date = Some(date(2004, 6, 1));
            line.service_date_to = None;
        }
    });
}

#[test]
fn a_predetermination_needs_no_day_of_service() {
    is_fine(ClaimKind::Dental, |c| {
        c.claim.is_predetermination = true;
        c.claim.lines.iter_mut().for_each(|line| line.service_date = None);
    });
}

#[test]
fn an_empty_claim_is_scored_without_any_confidence_in_history() {
    for kind in KINDS {
        let mut case = healthy(kind);
        case.claim = Claim::new(kind, "");
        let score = case.score();
        assert!(score.overall_score <= 100.0);
        assert!((score.component_scores.historical_risk - 10.0).abs() < 1e-9);
    }
}

/// The rows of the table in the docs, made from the rules themselves.
fn documented_rows() -> Vec<String> {
    let row = |rule: &rules::Rule| {
        let rules::Rule { id, element, severity, points, reason, title, fix, .. } = rule;
        let (component, severity) = (rule.component.name(), severity.name());
        let place = if element[0] == element[1] { element[0].to_owned() } else { element.join(" / ") };
        format!("| `{id}` | {component} | {severity} | {points} | {reason} | {title} | {place} | {fix} |")
    };
    rules::all().map(row).collect()
}

#[test]
fn the_docs_hold_the_table_of_rules_as_it_is() {
    let docs = include_str!("../../docs/risk-rules.md");
    let documented: Vec<&str> = docs.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(
        documented,
        documented_rows(),
        "docs/risk-rules.md has to hold these rows:\n{}",
        documented_rows().join("\n")
    );
}

#[test]
fn rules_are_told_apart_by_id_and_say_what_to_do() {
    let mut ids: Vec<&str> = rules::all().map(|rule| rule.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for rule in rules::all() {
        assert!((1..=95).contains(&rule.points) && rule.fix.ends_with('.') && !rule.title.ends_with('.'));
        assert!(rule.severity > Severity::Info, "{} recommends, so it has to be more than info", rule.id);
        assert!(matches!(rule.component, Component::Coding | Component::Documentation | Component::Payer));
    }
}

proptest! {
    #[test]
    fn reasons_add_up_to_the_score_whatever_is_wrong(
        broken in proptest::collection::vec(0..BROKEN.len(), 0..12),
        kind in 0..3_usize,
        weights in proptest::collection::btree_map(0..BROKEN.len(), 0.0..12.0_f64, 0..4),
        counts in proptest::array::uniform4(0..100_u64),
    ) {
        let mut case = healthy(KINDS[kind]);
        let weights = weights.into_iter().map(|(index, weight)| (BROKEN[index].0.into(), weight));
        case.practice_rules.rule_weights = weights.collect();
        case.payer_history = experienced();
        let [claims, with, days, once] = counts;
        case.payer_history.rendering = Had { claims, with };
        case.payer_history.late = u32::try_from(days).ok().map(|days| Late { days, answers: Lacked { claims, denied: with } });
        case.payer_history.member_ids.push(Shape { shape: "99".into(), members: once });
        case.claim.lines.push(ClaimLine { line_number: 3, ..ClaimLine::default() });
        for index in broken {
            // A claim that lost its lines cannot lose anything of them.
            if !case.claim.lines.is_empty() && case.claim.diagnoses.len() > 1 {
                BROKEN[index].2(&mut case);
            }
        }
        let score = case.score();
        let points: i64 = score.risk_factors.iter().map(|f| hundredths(f.points)).sum();
        prop_assert_eq!(points, hundredths(score.overall_score));
        prop_assert_eq!(case.score(), score);
    }
}
