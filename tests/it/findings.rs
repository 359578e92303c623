//! Every rule of the table of findings: a file that raises it, and one like it that does not.

#![expect(clippy::unwrap_used, reason = "what is looked for stands in the files above")]

use std::collections::BTreeSet;

use marb::intake::report::render;
use marb::intake::rules::Rule;
use marb::model::finding::Finding;

use crate::intake::{DENTAL, INSTITUTIONAL, PROFESSIONAL, REMITTANCE, claims, read, remittances, within};

/// A rule with a file that raises it and one that does not.
struct Case {
    rule: Rule,
    bad: Vec<u8>,
    good: Vec<u8>,
}

fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} does not stand in the file");
    text.replacen(from, to, 1)
}

/// A professional claim in which `from` is replaced by `to`.
fn claim(rule: Rule, from: &str, to: &str) -> Case {
    Case { rule, bad: claims(&edited(PROFESSIONAL, from, to)), good: claims(PROFESSIONAL) }
}

fn institutional(rule: Rule, from: &str, to: &str) -> Case {
    let file = |content: &str| within("HC", "837", "005010X223A2", content);
    Case { rule, bad: file(&edited(INSTITUTIONAL, from, to)), good: file(INSTITUTIONAL) }
}

fn dental(rule: Rule, from: &str, to: &str) -> Case {
    let file = |content: &str| within("HC", "837", "005010X224A2", content);
    Case { rule, bad: file(&edited(DENTAL, from, to)), good: file(DENTAL) }
}

fn remittance(rule: Rule, from: &str, to: &str) -> Case {
    Case { rule, bad: remittances(&edited(REMITTANCE, from, to)), good: remittances(REMITTANCE) }
}

/// A file of claims in which `from` is replaced by `to`, its envelopes included.
fn file(rule: Rule, from: &str, to: &str) -> Case {
    let good = claims(PROFESSIONAL);
    let text = String::from_utf8_lossy(&good).into_owned();
    Case { rule, bad: edited(&text, from, to).into_bytes(), good }
}

fn bytes(rule: Rule, bad: impl Into<Vec<u8>>) -> Case {
    Case { rule, bad: bad.into(), good: claims(PROFESSIONAL) }
}

fn of_the_bytes() -> Vec<Case> {
    let good = claims(PROFESSIONAL);
    let text = String::from_utf8_lossy(&good).into_owned();
    let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes);
    let header = &text[..106];
    let without_isa = &text[text.find("GS*").unwrap()..text.find("IEA*").unwrap()];
    vec![
        bytes(Rule::EmptyFile, ""),
        bytes(Rule::NotX12, "Dear Sir or Madam, please find the claims attached."),
        bytes(Rule::NoTransactions, format!("{header}IEA*0*000000001~")),
        bytes(Rule::JunkBytes, format!("From: billing office\n\n{text}")),
        bytes(Rule::DelimitersGuessed, without_isa),
        file(Rule::IsaLength, "SENDER         ", "SENDER"),
        file(Rule::IsaIncomplete, "*P*:~", "*P*~"),
        file(Rule::WrappedLines, "EXAMPLE CLINIC", "EXAMPLE\n CLINIC"),
        bytes(Rule::Utf16, [0xFF, 0xFE].into_iter().chain(utf16).collect::<Vec<u8>>()),
        file(Rule::LowerCaseIds, "~CLM*", "~clm*"),
        file(Rule::SegmentTooLong, "~NTE*", &format!("~NTE*ADD*{}~NTE*", "X".repeat(1_100_000))),
        bytes(Rule::Unterminated, &good[..good.len() - 60]),
        file(Rule::ComponentSeparator, "HC:99213:25", "HC>99213>25"),
    ]
}

/// The same file as an interchange of another number.
fn edited_interchange(file: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(file).replace("*000000001", "*000000002").into_bytes()
}

fn of_the_envelopes() -> Vec<Case> {
    let good = claims(PROFESSIONAL);
    let twice = [&good[..], &good[..]].concat();
    let production = claims(PROFESSIONAL);
    let twice_paid = [remittances(REMITTANCE), edited_interchange(&remittances(REMITTANCE))].concat();
    let test = String::from_utf8_lossy(&production).replacen("*P*:", "*T*:", 1);
    vec![
        file(Rule::MissingHeader, "GS*HC*", "ZZZ*HC*"),
        file(Rule::MissingTrailer, "GE*1*1~", ""),
        file(Rule::WrongCount, "GE*1*1~", "GE*2*1~"),
        file(Rule::WrongControlNumber, "IEA*1*000000001", "IEA*1*000000002"),
        file(Rule::OutsideTransaction, "~GE*1", "~NTE*ADD*AFTER ALL~GE*1"),
        bytes(Rule::RepeatedInterchange, twice),
        claim(
            Rule::RepeatedClaim,
            "~CLM*",
            &format!("~{}CLM*", &PROFESSIONAL[PROFESSIONAL.find("CLM*").unwrap()..]),
        ),
        Case { rule: Rule::RepeatedPayment, bad: twice_paid, good: remittances(REMITTANCE) },
        Case { rule: Rule::TestFile, bad: test.into_bytes(), good: production },
        Case {
            rule: Rule::Neighbour,
            bad: within("FA", "999", "005010X231A1", "AK1*HC*1*005010X222A1~AK9*A*1*1*1~"),
            good: claims(PROFESSIONAL),
        },
        Case {
            rule: Rule::UnknownTransaction,
            bad: within("PO", "850", "004010", "BEG*00*NE*1~"),
            good: claims(PROFESSIONAL),
        },
        bytes(Rule::NoClaims, within("HC", "837", "005010X222A1", "BHT*0019*00*1*20240401*1200*CH~")),
        Case {
            rule: Rule::NoRemittances,
            bad: remittances(&REMITTANCE[..REMITTANCE.find("LX*").unwrap()]),
            good: remittances(REMITTANCE),
        },
        bytes(Rule::ClaimCutOff, &good[..good.len() - 100]),
        file(Rule::UnknownSegment, "~NTE*", "~XYZ*1~NTE*"),
        file(Rule::MisplacedSegment, "~CLM*", "~LX*1~CLM*"),
        remittance(Rule::MisplacedSegment, "LX*1~", "LX*1~SVC*HC:99213*1*1~"),
    ]
}

fn of_elements() -> Vec<Case> {
    vec![
        claim(Rule::ElementMissing, "CLM*PCN-1*", "CLM**"),
        claim(Rule::ElementMissing, "11:B:1", "11:B"),
        claim(Rule::ElementMissing, "*PI*60054", ""),
        remittance(Rule::ElementMissing, "CLP*PCN-1*1*", "CLP*PCN-1**"),
        claim(Rule::ElementMissing, "*UN*2*", "***"),
        claim(Rule::ElementMissing, "*20240401*1200*CH~", "**1200*CH~"),
        claim(Rule::ElementMissing, "GROUP-1******CI", "GROUP-1"),
        claim(Rule::ElementMissing, "NM1*85*2*", "NM1*85**"),
        claim(Rule::ElementMissing, "472*D8*20240315", "472**20240315"),
        remittance(Rule::ElementMissing, "*CI*ICN-1*", "*CI**"),
        remittance(Rule::ElementMissing, "PLB*1234567893*20241231", "PLB**20241231"),
        remittance(Rule::ElementMissing, "PLB*1234567893*20241231", "PLB*1234567893*"),
        claim(Rule::CodeNotAllowed, "11:B:1*Y*A", "11:B:1*Y*X"),
        claim(Rule::CodeNotAllowed, "11:B:1", "11:A:1"),
        institutional(Rule::CodeNotAllowed, "13:A:1", "13:B:1"),
        claim(Rule::CodeNotAllowed, "*0019*00*", "*0019*01*"),
        claim(Rule::CodeNotAllowed, "*1200*CH~", "*1200*XX~"),
        claim(Rule::CodeNotAllowed, "SBR*P*18", "SBR*P*01"),
        claim(Rule::CodeNotAllowed, "NM1*85*2*", "NM1*85*3*"),
        claim(Rule::CodeNotAllowed, "SV1*HC:99213", "SV1*XX:99213"),
        dental(Rule::CodeNotAllowed, "AD:D0120", "HC:D0120"),
        claim(Rule::CodeNotAllowed, "472*D8*20240315", "472*D6*20240315"),
        institutional(Rule::CodeNotAllowed, "435*DT*", "435*TX*"),
        remittance(Rule::CodeNotAllowed, "BPR*I*", "BPR*Z*"),
        remittance(Rule::CodeNotAllowed, "TRN*1*", "TRN*9*"),
        claim(Rule::CodeNotAllowed, "*30*UN*", "*30*XX*"),
        remittance(Rule::CodeNotAllowed, "*C*ACH*", "*C*CASH*"),
        claim(Rule::AmountInvalid, "*150.5*UN", "*150,50*UN"),
        remittance(Rule::AmountInvalid, "CAS*CO*45*30.5", "CAS*CO*45*30.555"),
        claim(Rule::AmountMissing, "CLM*PCN-1*180.5", "CLM*PCN-1*"),
        remittance(Rule::AmountMissing, "BPR*I*115*", "BPR*I**"),
        claim(Rule::QuantityInvalid, "*UN*2*", "*UN*two*"),
        claim(Rule::DateInvalid, "DTP*472*D8*20240315", "DTP*472*D8*20240230"),
        remittance(Rule::DateRangeBackwards, "DTM*050*20240402", "DTM*232*20240315~DTM*233*20240314"),
        remittance(Rule::DateInvalid, "DTM*472*20240315", "DTM*472*24-03-15"),
        claim(Rule::DateRangeBackwards, "D8*20240315", "RD8*20240315-20240314"),
    ]
}

fn of_parties() -> Vec<Case> {
    let level = "HL*1**20*1~";
    vec![
        claim(Rule::BillingProviderMissing, "NM1*85*2*EXAMPLE CLINIC*****XX*1234567893~", ""),
        claim(Rule::TaxIdMissing, "REF*EI*999999999~", ""),
        claim(Rule::NpiMissing, "EXAMPLE CLINIC*****XX*1234567893", "EXAMPLE CLINIC"),
        claim(Rule::NpiMissing, "HEALER*HANNA****XX*1245319599", "HEALER*HANNA"),
        claim(
            Rule::NpiCheckDigit,
            "NM1*82*1*HEALER*HANNA****XX*1245319599",
            "NM1*DD*1*HEALER*HANNA****XX*1245319590",
        ),
        claim(Rule::NpiFormat, "XX*1234567893", "XX*123456789"),
        claim(Rule::NpiCheckDigit, "XX*1234567893", "XX*1234567890"),
        remittance(Rule::NpiCheckDigit, "XX*1234567893", "XX*1234567890"),
        claim(Rule::SubscriberMissing, "NM1*IL*1*SAMPLE*SAM****MI*W100~", ""),
        claim(Rule::PatientMissing, "~CLM*", "~HL*3*2*23*0~PAT*19~CLM*"),
        claim(Rule::MemberIdMissing, "NM1*IL*1*SAMPLE*SAM****MI*W100~", "NM1*IL*1*SAMPLE*SAM~"),
        claim(Rule::PayerMissing, "NM1*PR*2*EXAMPLE PAYER*****PI*60054~", ""),
        remittance(Rule::PayerMissing, "N1*PR*EXAMPLE PAYER*XV*60054~", ""),
        remittance(Rule::PayeeMissing, "N1*PE*EXAMPLE CLINIC*XX*1234567893~", ""),
        claim(Rule::BirthDateMissing, "DMG*D8*19800229*F~", ""),
        claim(Rule::BirthDateImpossible, "DMG*D8*19800229", "DMG*D8*20990101"),
        claim(Rule::BirthDateImpossible, "DMG*D8*19800229", "DMG*D8*20240316"),
        claim(Rule::SexCode, "19800229*F", "19800229*X"),
        claim(Rule::Hierarchy, "HL*2*1*22*0", "HL*2*7*22*0"),
        claim(Rule::Hierarchy, "HL*2*1*22*0", "HL*3*1*22*0"),
        claim(Rule::Hierarchy, level, "HL*1**19*1~HL*1**20*1~"),
        claim(Rule::ResponsibilityCode, "SBR*P*", "SBR*1*"),
    ]
}

/// A claim for service that no release of ICD-10-CM covers, with another second diagnosis.
fn year_2099(diagnosis: &str) -> String {
    edited(&PROFESSIONAL.replace("*2024", "*2099"), "ABF:R059", diagnosis)
}

fn of_claims() -> Vec<Case> {
    let thirteen = (10..23).map(|n| format!("*ABF:J{n}")).collect::<Vec<_>>().concat();
    vec![
        file(Rule::ClaimKindConflict, "SV1*HC:99213:25*150.5*UN*1***1", "SV3*AD:D0120*150.5"),
        file(Rule::ClaimKindConflict, "X*005010X222A1", "X*005010X223A2"),
        claim(Rule::ControlNumberLong, "PCN-1", "PCN-1-AND-WHAT-ELSE-THERE-IS"),
        claim(Rule::PlaceOfService, "11:B:1", "30:B:1"),
        claim(Rule::PlaceOfService, "UN*2***1", "UN*2*1**1"),
        institutional(Rule::FacilityType, "13:A:1", "99:A:1"),
        claim(Rule::FrequencyCode, "11:B:1", "11:B:3"),
        claim(Rule::OriginalMissing, "11:B:1", "11:B:7"),
        claim(Rule::DiagnosisMissing, "HI*ABK:J069*ABF:R059~", ""),
        claim(Rule::PrincipalMissing, "ABK:J069", "ABF:J069"),
        claim(Rule::DiagnosisQualifier, "ABF:R059", "XYZ:R059"),
        claim(Rule::DiagnosisFormat, "ABF:R059", "ABF:R05.9"),
        claim(Rule::DiagnosisFormat, "ABF:R059", "ABF:05R9"),
        claim(Rule::DiagnosisCodeSet, "HI*ABK:J069*ABF:R059", "HI*BK:4659*BF:7862"),
        claim(Rule::DiagnosisNotValid, "ABF:R059", "ABF:R0590"),
        // Parted in October 2025: too early in the first file, too short in the last.
        claim(Rule::DiagnosisNotValid, "ABK:J069", "ABK:G35D"),
        claim(Rule::DiagnosisNotFullLength, "ABF:R059", "ABF:R05"),
        institutional(Rule::DiagnosisNotFullLength, "ABK:S52521A", "ABK:S52521"),
        Case {
            rule: Rule::DiagnosisPerhapsNew,
            bad: claims(&year_2099("ABF:Z9999")),
            good: claims(&year_2099("ABF:R059")),
        },
        claim(Rule::DiagnosisRepeated, "ABF:R059", "ABF:J069"),
        claim(Rule::TooManyDiagnoses, "*ABF:R059", &thirteen),
        claim(Rule::PointerToNothing, "***1:2~", "***1:3~"),
        claim(Rule::PointerMissing, "***1:2~", "~"),
        dental(Rule::NoServiceLines, "LX*1~SV3*AD:D0120*60~", ""),
        claim(Rule::LineWithoutService, "SV1*HC:81002*30*UN*2***1~DTP*472*D8*20240315~", ""),
        claim(Rule::LineNumber, "LX*2~", "LX*3~"),
        claim(Rule::ProcedureMissing, "HC:81002", "HC"),
        institutional(Rule::ProcedureMissing, "SV2*0450*HC:99283*", "SV2**HC:99283*"),
        remittance(Rule::ProcedureMissing, "SVC*HC:81002*", "SVC*HC*"),
        claim(Rule::ProcedureFormat, "HC:81002", "HC:8100"),
        dental(Rule::ProcedureFormat, "AD:D0120", "AD:0120"),
        claim(Rule::ModifierFormat, "HC:99213:25", "HC:99213:2"),
        claim(Rule::ChargeNegative, "HC:81002*30*", "HC:81002*-30*"),
        claim(Rule::ChargesDoNotAddUp, "CLM*PCN-1*180.5", "CLM*PCN-1*180.51"),
        claim(Rule::ServiceDateMissing, "DTP*472*D8*20240315~", ""),
        institutional(Rule::StatementDateMissing, "DTP*434*RD8*20240314-20240316~", ""),
        Case {
            rule: Rule::ServiceInFuture,
            bad: claims(
                &PROFESSIONAL.replace("*20240401*", "*21000101*").replace("D8*20240315", "D8*20991231"),
            ),
            good: claims(PROFESSIONAL),
        },
        claim(Rule::ServiceAfterSubmission, "DTP*472*D8*20240315", "DTP*472*D8*20240402"),
        institutional(Rule::DischargeBeforeAdmission, "DTP*435*DT*202403140800", "DTP*435*DT*202403170800"),
        institutional(Rule::ServiceOutsideStatement, "DTP*472*D8*20240315", "DTP*472*D8*20240313"),
    ]
}

fn of_remittances() -> Vec<Case> {
    let bpr = "BPR*I*115*C*ACH*CCP*01*999999992*DA*1*1999999999**01*999999992*DA*2*20240410~";
    vec![
        remittance(Rule::PaymentHeaderMissing, bpr, ""),
        remittance(Rule::PaymentDateMissing, "*20240410~", "~"),
        remittance(Rule::CheckNumberMissing, "TRN*1*EFT-1*", "TRN*1**"),
        remittance(Rule::CreditDebitCode, "*115*C*", "*115*X*"),
        remittance(Rule::ClaimStatusCode, "CLP*PCN-1*1*", "CLP*PCN-1*99*"),
        remittance(Rule::AdjustmentGroup, "CAS*CO*45*30.5", "CAS*ZZ*45*30.5"),
        remittance(Rule::AdjustmentReasonMissing, "CAS*CO*45*30.5", "CAS*CO**30.5"),
        remittance(Rule::AdjustmentAmountMissing, "CAS*CO*45*30.5", "CAS*CO*45"),
        remittance(Rule::LineUnbalanced, "SVC*HC:81002*30*20*", "SVC*HC:81002*30*21*"),
        remittance(Rule::ClaimUnbalanced, "*180.5*130*20*", "*180.5*131*20*"),
        remittance(Rule::PaymentUnbalanced, "BPR*I*115*", "BPR*I*115.01*"),
        remittance(Rule::LinesDifferFromClaim, "SVC*HC:81002*30*20*", "SVC*HC:81002*31*20*"),
        remittance(Rule::PatientResponsibilityDiffers, "*180.5*130*20*", "*180.5*130*19.99*"),
        remittance(Rule::DeniedButPaid, "CLP*PCN-1*1*", "CLP*PCN-1*4*"),
        remittance(Rule::ReversalPositive, "CLP*PCN-1*1*", "CLP*PCN-1*22*"),
        remittance(Rule::ProviderAdjustmentReason, "WO:PCN-0*15", "*15"),
        remittance(Rule::ProviderAdjustmentAmount, "WO:PCN-0*15", "WO:PCN-0"),
    ]
}

fn many_of_one_rule() -> Case {
    let line = |n: usize| format!("LX*{n}~SV1*HC:9921*1*UN*1***1:{}~DTP*472*D8*20240315~", 10 + n);
    let lines = (1..=300).map(line).collect::<Vec<_>>().concat();
    let start = &PROFESSIONAL[..PROFESSIONAL.find("LX*1").unwrap()];
    Case { rule: Rule::FindingsLeftOut, bad: claims(&format!("{start}{lines}")), good: claims(PROFESSIONAL) }
}

fn cases() -> Vec<Case> {
    let mut cases = of_the_bytes();
    cases.extend(of_the_envelopes());
    cases.extend(of_elements());
    cases.extend(of_parties());
    cases.extend(of_claims());
    cases.extend(of_remittances());
    cases.push(many_of_one_rule());
    cases
}

fn raises(file: &[u8], rule: Rule) -> Option<Finding> {
    read(file).findings.into_iter().find(|finding| finding.rule == rule.id())
}

#[test]
fn each_rule_is_raised_by_its_bad_file_and_not_by_its_good_one() {
    let mut wrong = Vec::new();
    for Case { rule, bad, good } in cases() {
        if raises(&bad, rule).is_none() {
            let bad = String::from_utf8_lossy(&bad[..bad.len().min(2000)]).into_owned();
            wrong.push(format!("{} is not raised by\n{bad}", rule.id()));
        }
        if raises(&good, rule).is_some() {
            wrong.push(format!("{} is raised by its good file", rule.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_of_the_table_has_a_case() {
    let covered: BTreeSet<_> = cases().iter().map(|case| case.rule.id()).collect();
    let missing: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).filter(|id| !covered.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn files_without_a_fault_have_no_findings() {
    for file in [
        claims(PROFESSIONAL),
        within("HC", "837", "005010X223A2", INSTITUTIONAL),
        within("HC", "837", "005010X224A2", DENTAL),
        remittances(REMITTANCE),
    ] {
        let findings = read(&file).findings;
        let reports: String = findings.iter().map(|finding| render(finding, "file")).collect();
        assert!(findings.is_empty(), "{reports}");
    }
}

#[test]
fn a_finding_reads_like_one_of_a_compiler() {
    let bad = claims(&edited(PROFESSIONAL, "XX*1234567893", "XX*1234567890"));
    let report = render(&raises(&bad, Rule::NpiCheckDigit).unwrap(), "march.837");
    let byte = String::from_utf8_lossy(&bad).find("NM1*85").unwrap();
    let expected = format!(
        "error[npi-check-digit]: '1234567890' is no NPI: its last digit would be 3
 --> march.837: segment 9, byte {byte}, NM109, transaction 0001
  |
9 | NM1*85*2*EXAMPLE CLINIC*****XX*1234567890
  |                                ^^^^^^^^^^
  = why: A digit is mistyped or two are swapped: the claim is refused, or paid to somebody else.
  = fix: Look the provider up in the national registry (NPPES) and correct the NPI.
"
    );
    assert_eq!(report, expected);
}

#[test]
fn a_diagnosis_is_named_where_it_stands_and_with_the_days_it_is_valid() {
    let content = edited(PROFESSIONAL, "HI*ABK:J069*ABF:R059", "HI*ABK:J069~HI*ABF:R059*ABF:g35.d");
    let finding = raises(&claims(&content), Rule::DiagnosisNotValid).unwrap();
    assert_eq!(finding.message, "G35D came into ICD-10-CM by 2025-10-01; the service was on 2024-03-15");
    assert_eq!(finding.element.as_deref(), Some("HI02-2"));
    assert_eq!(finding.text.as_deref(), Some("HI*ABF:R059*ABF:g35.d"));
}

#[test]
fn an_imbalance_is_named_in_cents_at_the_segment_where_it_shows() {
    let bad = remittances(&edited(REMITTANCE, "SVC*HC:81002*30*20*", "SVC*HC:81002*30*20.01*"));
    let finding = raises(&bad, Rule::LineUnbalanced).unwrap();
    assert_eq!(finding.message, "30.00 less adjustments of 10.00 is 20.00, and 20.01 was paid: off by -0.01");
    assert_eq!(finding.element.as_deref(), Some("SVC03"));
    assert_eq!(finding.claim_control_number.as_deref(), Some("PCN-1"));
    let byte = String::from_utf8_lossy(&bad).find("SVC*HC:81002").unwrap();
    assert_eq!(usize::try_from(finding.byte).unwrap(), byte);
}

#[test]
fn one_cause_in_many_claims_is_one_finding() {
    let second = &PROFESSIONAL[PROFESSIONAL.find("CLM*").unwrap()..];
    let (second, third) = (second.replace("PCN-1", "PCN-2"), second.replace("PCN-1", "PCN-3"));
    let content = format!("{PROFESSIONAL}{second}{third}").replace("XX*1245319599", "XX*1245319590");
    let findings = read(&claims(&content)).findings;
    let counts: Vec<_> = findings.iter().map(|finding| (&*finding.rule, finding.count)).collect();
    assert_eq!(counts, [("npi-check-digit", 3)]);
}
