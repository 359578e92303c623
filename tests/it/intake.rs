//! The intake read as its users do: whole files in; claims, payments, remittances, tally and findings out.

use marb::intake::tally::Tally;
use marb::intake::{Intake, IntakeSettings, Item};
use marb::model::claim::Claim;
use marb::model::finding::Finding;
use marb::model::remittance::{Payment, Remittance};

mod claims;
mod properties;
mod remittances;

/// A level with a subscriber who is the patient, and one professional claim.
pub(crate) const PROFESSIONAL: &str = "\
BHT*0019*00*1*20240401*1200*CH~NM1*41*2*EXAMPLE CLINIC*****46*1~PER*IC*DESK*TE*5550100~\
NM1*40*2*EXAMPLE PAYER*****46*2~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1234567893~N3*1 MAIN ST~\
N4*SPRINGFIELD*IL*62701~REF*EI*999999999~HL*2*1*22*0~SBR*P*18*GROUP-1******CI~\
NM1*IL*1*SAMPLE*SAM****MI*W100~N3*2 ELM ST~N4*SPRINGFIELD*IL*62701~DMG*D8*19800229*F~\
NM1*PR*2*EXAMPLE PAYER*****PI*60054~CLM*PCN-1*180.5***11:B:1*Y*A*Y*Y~NTE*ADD*EXAMPLE~REF*G1*AUTH-1~\
HI*ABK:J069*ABF:R059~NM1*82*1*HEALER*HANNA****XX*1245319599~LX*1~SV1*HC:99213:25*150.5*UN*1***1:2~\
DTP*472*D8*20240315~REF*6R*L1~LX*2~SV1*HC:81002*30*UN*2***1~DTP*472*D8*20240315~";

/// The same with an institutional claim.
pub(crate) const INSTITUTIONAL: &str = "\
BHT*0019*00*1*20240401*1200*CH~HL*1**20*1~NM1*85*2*EXAMPLE HOSPITAL*****XX*1234567893~REF*EI*999999999~HL*2*1*22*0~\
SBR*P*18*******MA~NM1*IL*1*SAMPLE*SAM****MI*W100~DMG*D8*19500101*M~NM1*PR*2*EXAMPLE PAYER*****PI*60054~\
CLM*PCN-2*400***13:A:1**A*Y*Y~DTP*434*RD8*20240314-20240316~DTP*435*DT*202403140800~CL1*1*7*01~\
HI*ABK:S52521A:::::::Y~HI*BE:01:::40~HI*BH:11:D8:20240310~NM1*71*1*HEALER*HANNA****XX*1245319599~LX*1~\
SV2*0450*HC:99283*400*UN*1~DTP*472*D8*20240315~";

/// The same with a dental claim, whose date stands before its lines.
pub(crate) const DENTAL: &str = "\
BHT*0019*00*1*20240401*1200*CH~HL*1**20*1~NM1*85*2*EXAMPLE DENTIST*****XX*1234567893~REF*EI*999999999~HL*2*1*22*0~\
SBR*P*18*******CI~NM1*IL*1*SAMPLE*SAM****MI*W100~DMG*D8*19800229*F~NM1*PR*2*EXAMPLE PAYER*****PI*60054~\
CLM*PCN-3*60***11:B:1*Y*A*Y*Y~DTP*472*D8*20240315~LX*1~SV3*AD:D0120*60~";

/// A payment with one remittance of two lines.
pub(crate) const REMITTANCE: &str = "\
BPR*I*115*C*ACH*CCP*01*999999992*DA*1*1999999999**01*999999992*DA*2*20240410~TRN*1*EFT-1*1999999999~\
DTM*405*20240409~N1*PR*EXAMPLE PAYER*XV*60054~REF*2U*P2U~N1*PE*EXAMPLE CLINIC*XX*1234567893~REF*TJ*999999999~\
LX*1~CLP*PCN-1*1*180.5*130*20*CI*ICN-1*11*1~NM1*QC*1*SAMPLE*SAM****MI*W100~MOA***N130~DTM*050*20240402~\
SVC*HC:99213:25*150.5*110**1~DTM*472*20240315~CAS*CO*45*30.5~CAS*PR*1*10~REF*6R*L1~AMT*B6*120~LQ*HE*N1~\
SVC*HC:81002*30*20**2~DTM*472*20240315~CAS*PR*2*10~PLB*1234567893*20241231*WO:PCN-0*15~";

/// What a file gives.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) claims: Vec<Claim>,
    pub(crate) payments: Vec<Payment>,
    pub(crate) remittances: Vec<Remittance>,
    pub(crate) tally: Tally,
    pub(crate) findings: Vec<Finding>,
}

#[expect(clippy::expect_used, reason = "memory is readable")]
pub(crate) fn read(file: &[u8]) -> Contents {
    let mut intake = Intake::new(file, IntakeSettings::new(jiff::civil::date(2024, 5, 1)));
    let mut contents = Contents::default();
    let mut begun = None;
    while let Some(item) = intake.next().expect("memory is readable") {
        match item {
            Item::Claim(claim) => contents.claims.push(*claim),
            Item::PaymentBegins(payment) => {
                assert_eq!(begun, None, "a payment begins within another");
                begun = Some(payment);
            }
            Item::Remittance(remittance) => {
                assert!(begun.is_some(), "a remittance stands outside any payment");
                contents.remittances.push(*remittance);
            }
            Item::PaymentEnds(payment) => {
                let begun = begun.take().expect("a payment ends that began");
                assert_eq!((&begun.payer, &begun.origin), (&payment.payer, &payment.origin));
                contents.payments.push(*payment);
            }
        }
    }
    assert_eq!(begun, None, "a payment does not end");
    contents.tally = intake.tally().clone();
    contents.findings = intake.take_findings();
    contents
}

/// A file with one transaction of this content.
pub(crate) fn within(group: &str, code: &str, version: &str, content: &str) -> Vec<u8> {
    let count = content.matches('~').count() + 2;
    format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240401*1200*^*00501*000000001*0*P*:~\
         GS*{group}*S*R*20240401*1200*1*X*{version}~ST*{code}*0001*{version}~{content}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    )
    .into_bytes()
}

/// A file of professional claims.
pub(crate) fn claims(content: &str) -> Vec<u8> {
    within("HC", "837", "005010X222A1", content)
}

/// A file of remittances.
pub(crate) fn remittances(content: &str) -> Vec<u8> {
    within("HP", "835", "005010X221A1", content)
}
