//! What an 835 says, as payments and remittances; and the files beside it that are only named.

use jiff::civil::date;
use marb::intake::tally::FileKind;
use marb::model::adjustment::AdjustmentGroup;
use marb::model::quantity::Quantity;
use marb::money::Cents;

use super::{REMITTANCE, claims, read, remittances, within};

#[test]
fn a_payment_is_read_with_every_id_of_payer_and_payee() {
    let contents = read(&remittances(REMITTANCE));
    let [payment] = &contents.payments[..] else { panic!("one payment") };
    assert_eq!((payment.amount, payment.method.as_deref()), (Cents::new(11_500), Some("ACH")));
    assert_eq!((payment.date, payment.production_date), (Some(date(2024, 4, 10)), Some(date(2024, 4, 9))));
    assert_eq!(payment.check_number.as_deref(), Some("EFT-1"));
    assert_eq!(payment.payer.name.as_deref(), Some("EXAMPLE PAYER"));
    let ids: Vec<_> = payment.payer.ids.iter().map(|alias| (&*alias.qualifier, &*alias.id)).collect();
    assert_eq!(ids, [("XV", "60054"), ("2U", "P2U"), ("BPR10", "1999999999")]);
    assert_eq!(payment.payee.npi.as_deref(), Some("1234567893"));
    assert_eq!(payment.payee.tax_id.as_deref(), Some("999999999"));
    let [adjustment] = &payment.provider_adjustments[..] else { panic!("one provider adjustment") };
    assert_eq!((&*adjustment.reason, adjustment.reference.as_deref()), ("WO", Some("PCN-0")));
    assert_eq!(adjustment.amount, Cents::new(1500));
    assert_eq!((payment.remittances_paid, payment.imbalance()), (Cents::new(13_000), Cents::ZERO));
}

#[test]
fn a_remittance_is_read_with_its_lines() {
    let contents = read(&remittances(REMITTANCE));
    let [remittance] = &contents.remittances[..] else { panic!("one remittance") };
    assert_eq!((&*remittance.patient_control_number, &*remittance.status_code), ("PCN-1", "1"));
    assert_eq!((remittance.charge, remittance.paid), (Cents::new(18_050), Cents::new(13_000)));
    assert_eq!(remittance.patient_responsibility, Cents::new(2000));
    assert_eq!(remittance.payer_claim_control_number.as_deref(), Some("ICN-1"));
    assert_eq!(remittance.patient.member_id.as_deref(), Some("W100"));
    assert_eq!(remittance.received_date, Some(date(2024, 4, 2)));
    assert_eq!(remittance.remark_codes, ["N130"]);
    let line = &remittance.lines[0];
    assert_eq!((line.procedure_code.as_deref(), &line.modifiers[..]), (Some("99213"), &["25".into()][..]));
    assert_eq!(
        (line.charge, line.paid, line.allowed),
        (Cents::new(15_050), Cents::new(11_000), Some(Cents::new(12_000)))
    );
    assert_eq!((line.service_date, line.control_number.as_deref()), (Some(date(2024, 3, 15)), Some("L1")));
    assert_eq!(line.remark_codes, ["N1"]);
    assert_eq!((line.imbalance(), remittance.imbalance()), (Cents::ZERO, Cents::ZERO));
    assert_eq!(remittance.lines[1].units_paid, Some(Quantity::units(2)));
}

#[test]
fn all_six_triplets_of_a_cas_count_and_blank_ones_do_not() {
    let content = REMITTANCE.replace("CAS*CO*45*30.5", "CAS*CO*45*10*2***0*97*5**16*-1**18*6.5**22*10");
    let contents = read(&remittances(&content));
    let adjustments = &contents.remittances[0].lines[0].adjustments;
    let of_contract: Vec<_> = adjustments
        .iter()
        .filter(|adjustment| adjustment.group == AdjustmentGroup::Contractual)
        .map(|adjustment| (&*adjustment.reason, adjustment.amount.get()))
        .collect();
    assert_eq!(of_contract, [("45", 1000), ("97", 500), ("16", -100), ("18", 650), ("22", 1000)]);
    assert_eq!(adjustments[0].quantity, Some(Quantity::units(2)));
}

#[test]
fn a_plb_holds_up_to_six_adjustments() {
    let plb = "PLB*1234567893*20241231*WO:A*1*FB:B*-2*72*3*L6:C*4*CS*5*J1:D*4~";
    let content = REMITTANCE.replace("PLB*1234567893*20241231*WO:PCN-0*15~", plb);
    let contents = read(&remittances(&content));
    assert_eq!(contents.payments[0].provider_adjustments.len(), 6);
    assert_eq!(contents.tally.payments.provider_adjustments, Cents::new(1500));
    assert_eq!(contents.tally.payments.provider_adjustment_count, 6);
    assert_eq!((contents.tally.payments.balanced, contents.tally.payments.unbalanced), (1, 0));
}

#[test]
fn a_debit_takes_money_back() {
    let contents = read(&remittances(&REMITTANCE.replace("*115*C*", "*115*D*")));
    assert_eq!(contents.payments[0].amount, Cents::new(-11_500));
    assert_eq!(contents.tally.payments.unbalanced, 1);
}

#[test]
fn bundled_lines_name_the_code_that_was_billed() {
    let content = REMITTANCE.replace("SVC*HC:81002*30*20**2~", "SVC*HC:81001*30*20**2*HC:81002:59*3~");
    let contents = read(&remittances(&content));
    let line = &contents.remittances[0].lines[1];
    assert_eq!(line.procedure_code.as_deref(), Some("81001"));
    assert_eq!(
        (line.billed_procedure_code.as_deref(), &line.billed_modifiers[..]),
        (Some("81002"), &["59".into()][..])
    );
    assert_eq!(line.units_billed, Some(Quantity::units(3)));
}

#[test]
fn answers_without_lines_carry_their_adjustments_and_remarks_themselves() {
    let clp = "CLP*PCN-9*4*500*0*0*MA*ICN-9*11*1**470~CAS*CO*29*500~NM1*QC*1*SAMPLE*SAM****MI*W100~\
               MIA*0****MA01***************N1*N2~DTM*232*20240301~DTM*233*20240305~AMT*AU*450~PLB*";
    let contents = read(&remittances(&REMITTANCE.replace("PLB*", clp)));
    let remittance = &contents.remittances[1];
    assert_eq!((remittance.adjustments.len(), remittance.lines.len()), (1, 0));
    assert_eq!(remittance.remark_codes, ["MA01", "N1", "N2"]);
    assert_eq!(
        remittance.statement_from.zip(remittance.statement_to),
        Some((date(2024, 3, 1), date(2024, 3, 5)))
    );
    assert_eq!(
        (remittance.drg_code.as_deref(), remittance.coverage_amount),
        (Some("470"), Some(Cents::new(45_000)))
    );
    assert_eq!(contents.tally.remittances.denied, 1);
}

#[test]
fn reversals_and_partial_denials_are_counted_as_what_they_are() {
    let reversal = "CLP*PCN-0*22*-100*-80**CI*ICN-0~CAS*CO*45*-20~CLP*PCN-0*1*100*95**CI*ICN-0~SVC*HC:99213*95*95~\
                    SVC*HC:81002*5*0~CAS*CO*97*5~PLB*";
    let content = REMITTANCE.replace("PLB*", reversal).replace("BPR*I*115*", "BPR*I*130*");
    let contents = read(&remittances(&content));
    let tally = &contents.tally.remittances;
    assert_eq!((tally.count, tally.reversals, tally.denied, tally.partly_denied), (3, 1, 0, 1));
    assert_eq!((tally.paid, contents.tally.payments.balanced), (Cents::new(14_500), 1));
}

#[test]
fn each_transaction_is_a_payment_of_its_own() {
    let file = String::from_utf8(remittances(REMITTANCE)).unwrap();
    let (start, end) = (file.find("ST*").unwrap(), file.find("GE*").unwrap());
    let second = file[start..end].replace("EXAMPLE PAYER", "OTHER PAYER").replace("REF*2U*P2U~", "");
    let two = format!("{}{second}{}", &file[..end], &file[end..]);
    let contents = read(two.as_bytes());
    let names: Vec<_> = contents.payments.iter().map(|payment| payment.payer.name.as_deref()).collect();
    assert_eq!(names, [Some("EXAMPLE PAYER"), Some("OTHER PAYER")]);
    assert_eq!(contents.payments[1].payer.ids.len(), 2);
    assert_eq!(contents.tally.payments.balanced, 2);
}

#[track_caller]
fn is_neighbour(group: &str, code: &str, version: &str, name: &str, kind: FileKind) {
    let contents = read(&within(group, code, version, "BHT*0022*13*1*20240401*1200~HL*1**20*1~CLM*X*1~"));
    assert_eq!(contents.tally.kind, kind, "{code} {version}");
    assert_eq!(contents.tally.not_imported.get(name), Some(&1), "{code} {version}");
    assert_eq!((contents.claims.len(), contents.tally.claims.count), (0, 0));
    let rules: Vec<_> = contents.findings.iter().map(|finding| &*finding.rule).collect();
    assert_eq!(rules, ["not-imported"], "{code} {version}");
    assert!(contents.findings[0].message.starts_with(name));
}

#[test]
fn neighbours_are_named_and_counted_and_not_imported() {
    is_neighbour("FA", "999", "005010X231A1", "999", FileKind::Acknowledgement);
    is_neighbour("FA", "997", "004010", "997", FileKind::Other);
    is_neighbour("HN", "277", "005010X214", "277CA", FileKind::ClaimAcknowledgement);
    is_neighbour("HN", "277", "005010X212", "277", FileKind::Other);
    is_neighbour("HR", "276", "005010X212", "276", FileKind::Other);
    is_neighbour("HS", "270", "005010X279A1", "270", FileKind::Other);
    is_neighbour("HB", "271", "005010X279A1", "271", FileKind::Other);
    is_neighbour("HI", "278", "005010X217", "278", FileKind::Other);
    is_neighbour("BE", "834", "005010X220A1", "834", FileKind::Other);
    is_neighbour("RA", "820", "005010X218", "820", FileKind::Other);
}

#[test]
fn the_receipt_for_an_interchange_is_named() {
    let file = String::from_utf8(claims("")).unwrap();
    let receipt = format!("{}TA1*000000001*240401*1200*A*000~IEA*0*000000001~", &file[..106]);
    let contents = read(receipt.as_bytes());
    assert_eq!(contents.tally.kind, FileKind::InterchangeAcknowledgement);
    assert_eq!(contents.tally.not_imported.get("TA1"), Some(&1));
    assert_eq!(contents.findings.len(), 1);
}

#[test]
fn a_file_of_claims_and_remittances_is_mixed() {
    let contents = read(&[claims(super::PROFESSIONAL), remittances(REMITTANCE)].concat());
    assert_eq!(contents.tally.kind, FileKind::Mixed);
    assert_eq!((contents.claims.len(), contents.remittances.len()), (1, 1));
}
