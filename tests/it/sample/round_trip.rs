//! Claims and remittances of any shape, written and read again.

use jiff::civil::{Date, date};
use marb::model::Text;
use marb::model::adjustment::{Adjustment, AdjustmentGroup, ProviderAdjustment};
use marb::model::claim::{Claim, ClaimKind, ClaimLine, Origin, OtherPayer, PayerResponsibility};
use marb::model::diagnosis::{Diagnosis, DiagnosisRole};
use marb::model::party::{PayerAlias, PayerName, Person, ProviderName};
use marb::model::quantity::Quantity;
use marb::model::remittance::{Payment, Remittance, ServicePayment};
use marb::money::Cents;
use marb::sample::edi835::{self, RemittanceWriter};
use marb::sample::edi837::{self, ClaimWriter, SubmissionHead, diagnosis_qualifier};
use marb::x12::segment::Delimiters;
use marb::x12::writer::{GroupHeader, InterchangeHeader, Writer};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::read;

const DAY: Date = date(2026, 3, 2);

fn open(out: &mut Writer<Vec<u8>>, functional_id: &str, guide: &str) {
    let interchange = InterchangeHeader {
        sender_qualifier: "ZZ",
        sender: "SENDER",
        receiver_qualifier: "ZZ",
        receiver: "RECEIVER",
        date: "260302",
        time: "0800",
        version: "00501",
        control_number: 1,
        usage: 'T',
    };
    out.interchange(&interchange).unwrap();
    let group = GroupHeader {
        functional_id,
        sender: "SENDER",
        receiver: "RECEIVER",
        date: "20260302",
        time: "0800",
        control_number: 1,
        version: guide,
    };
    out.group(&group).unwrap();
}

fn write_claims(claims: &[Claim], delimiters: Delimiters) -> Vec<u8> {
    let mut out = Writer::new(Vec::new(), delimiters);
    open(&mut out, "HC", edi837::guide(claims[0].kind));
    let head = SubmissionHead { reference: "1", submitted: DAY, submitter: ("A", "1"), receiver: ("B", "2") };
    let mut writer = ClaimWriter::begin(&mut out, claims[0].kind, &head).unwrap();
    for claim in claims {
        writer.claim(claim).unwrap();
    }
    out.finish().unwrap()
}

fn write_payment(payment: &Payment, remittances: &[Remittance], delimiters: Delimiters) -> Vec<u8> {
    let mut out = Writer::new(Vec::new(), delimiters);
    open(&mut out, "HP", edi835::GUIDE);
    let mut writer = RemittanceWriter::begin(&mut out, payment).unwrap();
    for remittance in remittances {
        writer.remittance(remittance).unwrap();
    }
    writer.end().unwrap();
    out.finish().unwrap()
}

/// What the writer leaves to the file: places and warnings.
fn claim_alone(mut claim: Claim) -> Claim {
    claim.origin = Origin::default();
    claim.warnings.clear();
    for line in &mut claim.lines {
        (line.byte, line.segment) = (0, 0);
    }
    claim
}

fn remittance_alone(mut remittance: Remittance) -> Remittance {
    remittance.origin = Origin::default();
    remittance.warnings.clear();
    for line in &mut remittance.lines {
        (line.byte, line.segment) = (0, 0);
    }
    remittance
}

prop_compose! {
    fn word()(word in "[A-Z0-9][A-Za-z0-9 .,'/-]{0,30}[A-Za-z0-9]") -> Text {
        word.into()
    }
}

fn code(length: usize) -> impl Strategy<Value = Text> {
    proptest::string::string_regex(&format!("[A-Z0-9]{{{length}}}")).unwrap().prop_map(Text::from)
}

fn day() -> impl Strategy<Value = Date> {
    (1900_i16..2027, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| date(year, month, day))
}

fn cents() -> impl Strategy<Value = Cents> {
    (-10_000_000_i64..10_000_000).prop_map(Cents::new)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1_i64..100_000).prop_map(Quantity::new)
}

fn responsibility() -> impl Strategy<Value = PayerResponsibility> {
    proptest::sample::select(&PayerResponsibility::ALL[..])
}

fn group() -> impl Strategy<Value = AdjustmentGroup> {
    proptest::sample::select(&["CO", "PR", "OA", "PI", "CR", "XX"][..]).prop_map(AdjustmentGroup::from_code)
}

prop_compose! {
    fn adjustment()(group in group(), reason in code(3), amount in cents(), quantity in option::of(quantity()))
        -> Adjustment {
        Adjustment { group, reason, amount, quantity }
    }
}

prop_compose! {
    fn person()(last_name in option::of(word()), first_name in option::of(word()), member_id in option::of(word()),
                birth_date in option::of(day()), sex in option::of(code(1))) -> Person {
        Person { last_name, first_name, member_id, birth_date, sex }
    }
}

prop_compose! {
    fn provider()(is_person: bool, name in word(), first_name in option::of(word()), npi in option::of(code(10)),
                  tax_id in option::of(code(9)), taxonomy in option::of(code(10)), other_id in option::of(code(7)))
        -> ProviderName {
        ProviderName { is_person, name: Some(name), first_name, npi, tax_id, taxonomy, other_id }
    }
}

/// A payer named by NM1 alone.
fn payer() -> impl Strategy<Value = PayerName> {
    let ids = option::of((proptest::sample::select(&["PI", "XV"][..]), word()));
    (option::of(word()), ids).prop_map(|(name, id)| PayerName {
        name,
        ids: id.into_iter().map(|(qualifier, id)| PayerAlias { qualifier: qualifier.into(), id }).collect(),
    })
}

/// A payer with further ids in REF segments.
fn payer_with_references() -> impl Strategy<Value = PayerName> {
    let more =
        option::of(proptest::sample::select(&["2U", "FY", "NF", "EI"][..])).prop_flat_map(|qualifier| {
            word()
                .prop_map(move |id| qualifier.map(|qualifier| PayerAlias { qualifier: qualifier.into(), id }))
        });
    (payer(), more).prop_map(|(mut payer, more)| {
        payer.ids.extend(more);
        payer
    })
}

fn diagnosis() -> impl Strategy<Value = Diagnosis> {
    let roles = [
        DiagnosisRole::Principal,
        DiagnosisRole::Admitting,
        DiagnosisRole::ReasonForVisit,
        DiagnosisRole::ExternalCause,
        DiagnosisRole::Other,
    ];
    (proptest::sample::select(roles.to_vec()), code(5), option::of(code(1))).prop_map(
        |(role, code, present_on_admission)| Diagnosis {
            role,
            qualifier: diagnosis_qualifier(role).into(),
            code,
            present_on_admission,
        },
    )
}

prop_compose! {
    /// A line with all that its kind has a place for; its number is given later.
    fn line(kind: ClaimKind)(
        qualifier in proptest::sample::select(&["HC", "AD", "HP"][..]), code in code(5), modifiers in vec(code(2), 0..5),
        revenue_code in code(4), has_code: bool, charge in cents(), unit in option::of(code(2)),
        quantity in option::of(quantity()), place_of_service in option::of(code(2)),
        pointers in vec(1_u8..13, 0..5), dates in option::of((day(), day())),
        control_number in option::of(word()), prior_authorization in option::of(word()),
        rendering in option::of(provider()), adjustments in vec(adjustment(), 0..9),
    ) -> ClaimLine {
        let institutional = kind == ClaimKind::Institutional;
        let professional = kind == ClaimKind::Professional;
        let has_code = has_code || !institutional;
        ClaimLine {
            procedure_qualifier: has_code.then(|| qualifier.into()),
            procedure_code: has_code.then_some(code),
            modifiers: if has_code { modifiers } else { Vec::new() },
            revenue_code: institutional.then_some(revenue_code),
            charge,
            unit: unit.filter(|_| kind != ClaimKind::Dental),
            quantity,
            place_of_service: place_of_service.filter(|_| !institutional),
            diagnosis_pointers: if professional { pointers.into_iter().take(4).collect() } else { Vec::new() },
            service_date: dates.map(|(a, b)| a.min(b)),
            service_date_to: dates.map(|(a, b)| a.max(b)),
            control_number,
            prior_authorization,
            rendering_provider: rendering,
            other_payer_adjustments: adjustments,
            ..ClaimLine::default()
        }
    }
}

prop_compose! {
    fn other_payer()(responsibility in responsibility(), payer in payer(), paid in option::of(cents()),
                     adjustments in vec(adjustment(), 0..9)) -> OtherPayer {
        OtherPayer { responsibility, payer, paid, adjustments }
    }
}

prop_compose! {
    /// What stands in the claim itself.
    fn body(kind: ClaimKind)(
        number in word(), total_charge in cents(), codes in vec(option::of(code(1)), 5),
        facility_type_code in option::of(code(2)), is_predetermination: bool, references in vec(option::of(word()), 5),
        statement in option::of((day(), day())), dates in vec(option::of(day()), 3),
        diagnoses in vec(diagnosis(), 0..20), lines in vec(line(kind), 1..5),
        providers in vec(option::of(provider()), 6), other_payers in vec(other_payer(), 0..3),
    ) -> Claim {
        let mut claim = Claim::new(kind, &number);
        claim.total_charge = total_charge;
        let [frequency, signature, assignment, benefits, release] = codes.try_into().unwrap();
        claim.frequency = frequency;
        claim.provider_signature = signature;
        claim.assignment_code = assignment;
        claim.benefits_assignment = benefits;
        claim.release_of_information = release;
        claim.facility_type_code = facility_type_code;
        claim.is_predetermination = is_predetermination;
        let [payers, authorization, referral, trace, record] = references.try_into().unwrap();
        claim.payer_claim_control_number = payers;
        claim.prior_authorization = authorization;
        claim.referral_number = referral;
        claim.clearinghouse_trace = trace;
        claim.medical_record_number = record;
        claim.statement_from = statement.map(|(a, b)| a.min(b));
        claim.statement_to = statement.map(|(a, b)| a.max(b));
        let [admission, discharge, onset] = dates.try_into().unwrap();
        claim.admission_date = admission;
        claim.discharge_date = discharge;
        claim.onset_date = onset;
        claim.submission_date = Some(DAY);
        claim.diagnoses = diagnoses;
        claim.lines = lines;
        for (number, line) in (1..).zip(&mut claim.lines) {
            line.line_number = number;
        }
        let [rendering, referring, supervising, attending, operating, facility] = providers.try_into().unwrap();
        claim.rendering_provider = rendering;
        claim.referring_provider = referring;
        claim.supervising_provider = supervising;
        claim.attending_provider = attending;
        claim.operating_provider = operating;
        claim.service_facility = facility;
        claim.other_payers = other_payers;
        claim
    }
}

prop_compose! {
    /// Claims of one subscriber or more, some of them under the same levels.
    fn claims_of(kind: ClaimKind)(
        bodies in vec(body(kind), 1..4), billing in provider(), subscribers in vec(person(), 1..3),
        patients in vec(option::of(person()), 1..3), payers in vec(payer_with_references(), 1..3),
        group_number in option::of(word()), filing_indicator in option::of(code(2)), responsibility in responsibility(),
    ) -> Vec<Claim> {
        let one_of = |n: usize, count: usize| n % count;
        bodies
            .into_iter()
            .enumerate()
            .map(|(n, body)| Claim {
                billing_provider: billing.clone(),
                subscriber: subscribers[one_of(n / 2, subscribers.len())].clone(),
                patient: patients[one_of(n, patients.len())].clone(),
                payer: payers[one_of(n / 2, payers.len())].clone(),
                group_number: group_number.clone(),
                filing_indicator: filing_indicator.clone(),
                responsibility,
                ..body
            })
            .collect()
    }
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    prop_oneof![
        claims_of(ClaimKind::Professional),
        claims_of(ClaimKind::Institutional),
        claims_of(ClaimKind::Dental),
    ]
}

/// An 835 names no birth date or sex.
fn named() -> impl Strategy<Value = Person> {
    person().prop_map(|person| Person { birth_date: None, sex: None, ..person })
}

prop_compose! {
    fn service_payment()(
        qualifier in proptest::sample::select(&["HC", "AD"][..]), code in option::of(code(5)),
        modifiers in vec(code(2), 0..5), billed in option::of((code(5), vec(code(2), 0..5))), revenue in code(4),
        has_revenue: bool, charge in cents(), paid in cents(), units in vec(option::of(quantity()), 2),
        dates in option::of((day(), day())), control_number in option::of(word()), allowed in option::of(cents()),
        adjustments in vec(adjustment(), 0..15), remark_codes in vec(code(4), 0..4),
    ) -> ServicePayment {
        let revenue_code = (has_revenue || code.is_none()).then_some(revenue);
        let (billed_procedure_code, billed_modifiers) = billed.map(|(a, b)| (Some(a), b)).unwrap_or_default();
        ServicePayment {
            procedure_qualifier: Some(if code.is_some() { qualifier.into() } else { "NU".into() }),
            modifiers: if code.is_some() { modifiers } else { Vec::new() },
            procedure_code: code,
            billed_procedure_code,
            billed_modifiers,
            charge,
            paid,
            revenue_code,
            units_paid: units[0],
            units_billed: units[1],
            service_date: dates.map(|(a, b)| a.min(b)),
            service_date_to: dates.map(|(a, b)| a.max(b)),
            control_number,
            allowed,
            adjustments,
            remark_codes,
            ..ServicePayment::default()
        }
    }
}

prop_compose! {
    fn remittance()(
        numbers in (word(), option::of(word())), status_code in code(2), money in (cents(), cents(), cents()),
        codes in vec(option::of(code(2)), 3), drg_code in option::of(code(3)),
        people in (named(), option::of(named()), option::of(named())), rendering in option::of(provider()),
        crossover in option::of(payer()), dates in vec(option::of(day()), 3), coverage in option::of(cents()),
        adjustments in vec(adjustment(), 0..15), remark_codes in vec(code(4), 0..10),
        mut lines in vec(service_payment(), 0..4),
    ) -> Remittance {
        for (number, line) in (1..).zip(&mut lines) {
            line.line_number = number;
        }
        Remittance {
            patient_control_number: numbers.0,
            payer_claim_control_number: numbers.1,
            status_code,
            charge: money.0,
            paid: money.1,
            patient_responsibility: money.2,
            filing_indicator: codes[0].clone(),
            facility_type_code: codes[1].clone(),
            frequency: codes[2].clone(),
            drg_code,
            patient: people.0,
            subscriber: people.1,
            corrected_insured: people.2,
            // NM109 has room for one id.
            rendering_provider: rendering.map(|rendering| ProviderName {
                tax_id: rendering.tax_id.filter(|_| rendering.npi.is_none()),
                other_id: None,
                taxonomy: None,
                ..rendering
            }),
            crossover_payer: crossover,
            statement_from: dates[0],
            statement_to: dates[1],
            received_date: dates[2],
            coverage_amount: coverage,
            adjustments,
            remark_codes,
            lines,
            ..Remittance::default()
        }
    }
}

prop_compose! {
    fn provider_adjustment()(
        reason in proptest::sample::select(&["WO", "L6", "FB", "72", ""][..]), reference in option::of(word()),
        amount in cents(),
    ) -> ProviderAdjustment {
        ProviderAdjustment {
            provider_id: Some("1234567893".into()),
            fiscal_period: Some(date(2026, 12, 31)),
            reason: reason.into(),
            reference,
            amount,
        }
    }
}

prop_compose! {
    fn payment()(
        amount in cents(), method in option::of(proptest::sample::select(&["ACH", "CHK", "NON"][..])),
        dates in vec(option::of(day()), 2), check_number in option::of(word()), name in option::of(word()),
        ids in vec(option::of(word()), 3), payee in provider(), provider_adjustments in vec(provider_adjustment(), 0..15),
    ) -> Payment {
        let qualified = ["XV", "2U", "BPR10"].into_iter().zip(ids);
        let mut ids: Vec<PayerAlias> = qualified
            .filter_map(|(qualifier, id)| id.map(|id| PayerAlias { qualifier: qualifier.into(), id }))
            .collect();
        // An id that is said twice is kept once.
        ids.dedup_by(|a, b| a.id == b.id);
        Payment {
            amount,
            method: method.map(Text::from),
            date: dates[0],
            production_date: dates[1],
            check_number,
            payer: PayerName { name, ids },
            payee: ProviderName { is_person: false, first_name: None, taxonomy: None, other_id: None, ..payee },
            provider_adjustments,
            ..Payment::default()
        }
    }
}

fn delimiters() -> impl Strategy<Value = Delimiters> {
    let other = Delimiters { element: b'|', component: b'>', repetition: Some(b'!'), terminator: b'\n' };
    proptest::sample::select(vec![Delimiters::USUAL, other])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn claims_that_were_written_are_read_as_they_were(claims in claims(), delimiters in delimiters()) {
        let file = write_claims(&claims, delimiters);
        let read: Vec<Claim> = read(&file).claims.into_iter().map(claim_alone).collect();
        prop_assert_eq!(read, claims, "{}", String::from_utf8_lossy(&file));
    }

    #[test]
    fn payments_that_were_written_are_read_as_they_were(
        payment in payment(), remittances in vec(remittance(), 1..4), delimiters in delimiters(),
    ) {
        let file = write_payment(&payment, &remittances, delimiters);
        let contents = read(&file);
        let [read] = &contents.payments[..] else { panic!("{}", String::from_utf8_lossy(&file)) };
        let paid = remittances.iter().map(|remittance| remittance.paid).sum();
        let expected = Payment { origin: read.origin.clone(), remittances_paid: paid, ..payment };
        prop_assert_eq!(read, &expected, "{}", String::from_utf8_lossy(&file));
        let read: Vec<Remittance> = contents.remittances.into_iter().map(remittance_alone).collect();
        prop_assert_eq!(read, remittances, "{}", String::from_utf8_lossy(&file));
    }

    #[test]
    fn delimiters_in_values_part_nothing(mut claims in claims(), evil in "[ -~]{1,20}") {
        for claim in &mut claims {
            claim.patient_control_number = evil.as_str().into();
            claim.subscriber.last_name = Some(evil.as_str().into());
            claim.prior_authorization = Some(evil.as_str().into());
        }
        let read = read(&write_claims(&claims, Delimiters::USUAL)).claims;
        prop_assert_eq!(read.len(), claims.len());
        for (read, claim) in read.iter().zip(&claims) {
            prop_assert_eq!(read.total_charge, claim.total_charge);
            prop_assert_eq!(&read.lines.len(), &claim.lines.len());
            prop_assert_eq!(&read.diagnoses, &claim.diagnoses);
            prop_assert_eq!(&read.subscriber.member_id, &claim.subscriber.member_id);
        }
    }
}
