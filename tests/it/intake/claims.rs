//! What an 837 says, as claims.

use jiff::civil::date;
use marb::model::claim::{Claim, ClaimKind, PayerResponsibility};
use marb::model::diagnosis::DiagnosisRole;
use marb::model::quantity::Quantity;
use marb::money::Cents;

use super::{Contents, DENTAL, INSTITUTIONAL, PROFESSIONAL, claims, read, within};

fn only(contents: &Contents) -> &Claim {
    assert_eq!(contents.claims.len(), 1);
    &contents.claims[0]
}

#[test]
fn a_professional_claim_is_read_with_all_that_belongs_to_it() {
    let contents = read(&claims(PROFESSIONAL));
    let claim = only(&contents);
    assert_eq!((claim.kind, &*claim.patient_control_number), (ClaimKind::Professional, "PCN-1"));
    assert_eq!((claim.total_charge, claim.line_charge()), (Cents::new(18_050), Cents::new(18_050)));
    assert_eq!(claim.facility_type_code.as_deref(), Some("11"));
    assert_eq!(claim.frequency.as_deref(), Some("1"));
    assert_eq!(claim.assignment_code.as_deref(), Some("A"));
    assert_eq!(claim.submission_date, Some(date(2024, 4, 1)));
    assert_eq!(claim.prior_authorization.as_deref(), Some("AUTH-1"));
    assert_eq!(claim.billing_provider.npi.as_deref(), Some("1234567893"));
    assert_eq!(claim.billing_provider.tax_id.as_deref(), Some("999999999"));
    let rendering = claim.rendering_provider.as_ref().unwrap();
    assert_eq!((rendering.is_person, rendering.name.as_deref()), (true, Some("HEALER")));
    assert_eq!(claim.subscriber.member_id.as_deref(), Some("W100"));
    assert_eq!(claim.patient().birth_date, Some(date(1980, 2, 29)));
    assert_eq!(claim.patient, None);
    assert_eq!(claim.group_number.as_deref(), Some("GROUP-1"));
    assert_eq!(claim.filing_indicator.as_deref(), Some("CI"));
    assert_eq!((&*claim.payer.ids[0].qualifier, &*claim.payer.ids[0].id), ("PI", "60054"));
    let diagnoses: Vec<_> = claim.diagnoses.iter().map(|d| (d.role, &*d.code)).collect();
    assert_eq!(diagnoses, [(DiagnosisRole::Principal, "J069"), (DiagnosisRole::Other, "R059")]);
    let line = &claim.lines[0];
    assert_eq!((line.line_number, line.procedure_code.as_deref()), (1, Some("99213")));
    assert_eq!((&line.modifiers[..], line.charge), (&["25".into()][..], Cents::new(15_050)));
    assert_eq!((line.quantity, &line.diagnosis_pointers[..]), (Some(Quantity::units(1)), &[1, 2][..]));
    assert_eq!((line.service_date, line.service_date_to), (Some(date(2024, 3, 15)), Some(date(2024, 3, 15))));
    assert_eq!(line.control_number.as_deref(), Some("L1"));
    assert_eq!(claim.origin.interchange_control.as_deref(), Some("000000001"));
    assert_eq!(claim.origin.transaction_control.as_deref(), Some("0001"));
    let file = String::from_utf8(claims(PROFESSIONAL)).unwrap();
    assert_eq!(usize::try_from(claim.origin.byte).unwrap(), file.find("CLM*").unwrap());
}

#[test]
fn an_institutional_claim_has_diagnoses_apart_from_values_and_occurrences() {
    let contents = read(&within("HC", "837", "005010X223A2", INSTITUTIONAL));
    let claim = only(&contents);
    assert_eq!(claim.kind, ClaimKind::Institutional);
    assert_eq!(claim.diagnoses.len(), 1);
    assert_eq!(claim.diagnoses[0].present_on_admission.as_deref(), Some("Y"));
    assert_eq!(claim.statement_from.zip(claim.statement_to), Some((date(2024, 3, 14), date(2024, 3, 16))));
    assert_eq!(claim.admission_date, Some(date(2024, 3, 14)));
    assert!(claim.attending_provider.is_some());
    let line = &claim.lines[0];
    assert_eq!((line.revenue_code.as_deref(), line.procedure_code.as_deref()), (Some("0450"), Some("99283")));
    assert_eq!(line.charge, Cents::new(40_000));
}

#[test]
fn a_dental_claims_date_holds_for_lines_without_their_own() {
    let contents = read(&within("HC", "837", "005010X224A2", DENTAL));
    let claim = only(&contents);
    assert_eq!(claim.kind, ClaimKind::Dental);
    assert_eq!(claim.lines[0].service_date, Some(date(2024, 3, 15)));
    assert_eq!(claim.lines[0].procedure_qualifier.as_deref(), Some("AD"));
}

/// One claim after what stands before it.
const CLAIM: &str = "CLM*N*1***11:B:1*Y*A*Y*Y~HI*ABK:J069~LX*1~SV1*HC:99213*1*UN*1***1~DTP*472*D8*20240315~";

#[test]
fn claims_hang_under_subscribers_and_under_their_dependents() {
    let level = |n: u32, parent: u32, code: u32| format!("HL*{n}*{parent}*{code}*0~");
    let subscriber = |member: &str| format!("SBR*P*18*******CI~NM1*IL*1*SAMPLE*SAM****MI*{member}~");
    let child = "PAT*19~NM1*QC*1*SAMPLE*KIM~DMG*D8*20150630*F~";
    let content = [
        "HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1234567893~",
        &level(2, 1, 22),
        &subscriber("W1"),
        CLAIM,
        &level(3, 2, 23),
        child,
        CLAIM,
        &level(4, 1, 22),
        &subscriber("W2"),
        CLAIM,
    ]
    .concat();
    let contents = read(&claims(&content));
    let named = |claim: &Claim| {
        let member = claim.subscriber.member_id.clone().unwrap();
        (member, claim.patient.as_ref().and_then(|patient| patient.first_name.clone()))
    };
    let named: Vec<_> = contents.claims.iter().map(named).collect();
    let kim = Some("KIM".into());
    assert_eq!(named, [("W1".into(), None), ("W1".into(), kim), ("W2".into(), None)]);
}

#[test]
fn other_payers_of_a_claim_are_kept_apart_from_the_one_it_is_sent_to() {
    let others = "SBR*P*18*OTHER-GROUP******MB~CAS*PR*1*5~AMT*D*70~OI***Y***Y~NM1*IL*1*SOMEBODY*ELSE****MI*Z9~\
                  NM1*PR*2*FIRST PAYER*****PI*111~REF*F8*THEIR-NUMBER~SBR*T*18*******CI~\
                  NM1*PR*2*THIRD PAYER*****PI*333~LX*1~";
    let answer = "SVD*111*70*HC:99213**1~CAS*CO*45*20**96*1.5~DTP*573*D8*20240320~";
    let content = PROFESSIONAL
        .replace("REF*G1*AUTH-1~", "REF*F8*OUR-NUMBER~")
        .replacen("LX*1~", others, 1)
        .replacen("DTP*472*D8*20240315~REF*6R*L1~", &format!("DTP*472*D8*20240315~REF*6R*L1~{answer}"), 1);
    let contents = read(&claims(&content));
    let claim = only(&contents);
    assert_eq!(claim.payer.name.as_deref(), Some("EXAMPLE PAYER"));
    assert_eq!(claim.subscriber.member_id.as_deref(), Some("W100"));
    assert_eq!(claim.payer_claim_control_number.as_deref(), Some("OUR-NUMBER"));
    let [first, third] = &claim.other_payers[..] else { panic!("two other payers") };
    assert_eq!(first.payer.name.as_deref(), Some("FIRST PAYER"));
    assert_eq!((first.paid, first.adjustments.len()), (Some(Cents::new(7000)), 1));
    assert_eq!(third.responsibility, PayerResponsibility::Tertiary);
    assert_eq!(claim.lines[0].other_payer_adjustments.len(), 2);
    assert_eq!(claim.lines[0].service_date, Some(date(2024, 3, 15)));
    let tally = &contents.tally;
    assert_eq!(tally.claims.other_payer_adjustment_count, 3);
    assert_eq!(tally.claims.other_payer_adjustments.contractual, Cents::new(2150));
    assert_eq!(tally.remittances.count, 0);
}

#[test]
fn a_line_has_a_rendering_provider_and_numbers_of_its_own() {
    let of_line = "REF*G1*LINE-AUTH~NM1*82*1*OTHER*ODA****XX*1245319599~PRV*PE*PXC*207Q00000X~REF*0B*STATE-1~\
                   NM1*DK*1*ORDERER*OLE~REF*0B*STATE-2~REF*6R*L1~";
    let content = PROFESSIONAL.replacen("REF*6R*L1~", of_line, 1);
    let contents = read(&claims(&content));
    let line = &only(&contents).lines[0];
    let provider = line.rendering_provider.as_ref().unwrap();
    assert_eq!((provider.name.as_deref(), provider.taxonomy.as_deref()), (Some("OTHER"), Some("207Q00000X")));
    assert_eq!(provider.other_id.as_deref(), Some("STATE-1"));
    assert_eq!(line.prior_authorization.as_deref(), Some("LINE-AUTH"));
    assert_eq!(line.control_number.as_deref(), Some("L1"));
}

#[track_caller]
fn is_kind(st03: &str, gs08: &str, service: &str, expected: ClaimKind) {
    let file = within("HC", "837", "VERSION", PROFESSIONAL);
    let file = String::from_utf8_lossy(&file)
        .replacen("*X*VERSION", &format!("*X*{gs08}"), 1)
        .replacen("*VERSION", &format!("*{st03}"), 1)
        .replace("SV1*HC:99213:25*", service)
        .replace("SV1*HC:81002*", service);
    assert_eq!(only(&read(file.as_bytes())).kind, expected, "{st03} {gs08} {service}");
}

#[test]
fn the_kind_of_claim_is_that_of_st03_then_of_the_lines_then_of_gs08() {
    use ClaimKind::{Dental, Institutional, Professional};
    let (sv1, sv2, sv3) = ("SV1*HC:99213*", "SV2*0450*HC:99213*", "SV3*AD:D0120*");
    is_kind("005010X222A1", "005010X223A2", sv1, Professional);
    is_kind("005010X223A2", "005010X222A1", sv2, Institutional);
    is_kind("", "004010X097A1", sv3, Dental);
    is_kind("", "004010X098A1", sv2, Institutional);
    is_kind("", "", sv3, Dental);
    is_kind("005010X298", "005010X298", sv1, Professional);
    is_kind("", "004010X096A1", "NTE*ADD*", Institutional);
}

#[test]
fn claims_of_004010_are_read_too() {
    let content = PROFESSIONAL
        .replace("*XX*1234567893", "*24*999999991")
        .replace("REF*EI*999999999", "REF*1C*MEDICARE-1")
        .replace("ABK:J069*ABF:R059", "BK:4659*BF:7862")
        .replace("20240315", "20040315")
        .replace("20240401", "20040401");
    let contents = read(&within("HC", "837", "004010X098A1", &content));
    let claim = only(&contents);
    assert_eq!(claim.billing_provider.tax_id.as_deref(), Some("999999991"));
    assert_eq!(claim.billing_provider.other_id.as_deref(), Some("MEDICARE-1"));
    assert_eq!(claim.diagnoses.len(), 2);
    assert!(!claim.diagnoses[0].is_icd10());
    assert_eq!(contents.findings, []);
}

#[test]
fn composites_are_read_whatever_character_really_parts_them() {
    let content = PROFESSIONAL.replace(':', ">");
    let contents = read(&claims(&content));
    let claim = only(&contents);
    assert_eq!(claim.lines[0].procedure_code.as_deref(), Some("99213"));
    assert_eq!(claim.diagnoses.len(), 2);
    assert_eq!(claim.frequency.as_deref(), Some("1"));
    let rules: Vec<_> = contents.findings.iter().map(|finding| &*finding.rule).collect();
    assert_eq!(rules, ["component-separator"]);
}

#[test]
fn diagnoses_out_of_their_place_still_belong_to_the_claim() {
    let hi = "HI*ABK:J069*ABF:R059~";
    let content = PROFESSIONAL.replace(hi, "").replacen("LX*1~", &format!("SBR*S*18*******CI~{hi}LX*1~"), 1);
    let contents = read(&claims(&content));
    assert_eq!(only(&contents).diagnoses.len(), 2);
    let rules: Vec<_> = contents.findings.iter().map(|finding| &*finding.rule).collect();
    assert_eq!(rules, ["misplaced-segment"]);
}

#[test]
fn a_service_without_its_lx_is_a_line_of_its_own() {
    let contents = read(&claims(&PROFESSIONAL.replace("LX*2~", "")));
    let claim = only(&contents);
    assert_eq!((claim.lines.len(), claim.line_charge()), (2, Cents::new(18_050)));
    assert_eq!(claim.lines[1].line_number, 2);
}

#[test]
fn a_claim_keeps_what_was_found_about_it() {
    let contents = read(&claims(&PROFESSIONAL.replace("11:B:1", "30:B:7")));
    let rules: Vec<_> = only(&contents).warnings.iter().map(|warning| &*warning.rule).collect();
    assert_eq!(rules, ["place-of-service", "original-missing"]);
}

#[test]
fn claims_without_any_envelope_around_them_are_read() {
    let file = String::from_utf8(claims(PROFESSIONAL)).unwrap();
    let without_st = file.replacen("ST*837*0001*005010X222A1~", "", 1);
    let early_se = file.replacen("CLM*", "SE*9*0001~CLM*", 1);
    for file in [without_st, early_se] {
        let contents = read(file.as_bytes());
        assert_eq!(only(&contents).patient_control_number, "PCN-1");
        assert_eq!(only(&contents).subscriber.member_id.as_deref(), Some("W100"));
        assert!(contents.findings.iter().any(|finding| finding.rule == "outside-transaction"));
    }
}
