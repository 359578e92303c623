//! What payers' answers teach over HTTP: a claim unlike those that were paid, and like those that were denied, is told so.

use serde_json::Value;

use crate::app::App;

/// A claim of a clinician who bills for herself: a visit, and an injection where one was given.
struct Visit {
    number: usize,
    member_id: String,
    injected: bool,
    /// Whether rendering and referring provider are named.
    named: bool,
    submitted: &'static str,
}

impl Visit {
    /// In time, with everything that a claim of this practice has.
    fn usual(number: usize) -> Self {
        Self {
            number,
            member_id: format!("NS{number:06}"),
            injected: false,
            named: true,
            submitted: "20240320",
        }
    }

    fn claim(&self) -> String {
        let Self { number, member_id, .. } = self;
        let charge = if self.injected { 200 } else { 100 };
        let mut claim = format!(
            "HL*{level}*1*22*0~SBR*P*18*******CI~NM1*IL*1*WREN*ADA****MI*{member_id}~DMG*D8*19610203*F~\
             NM1*PR*2*NORTH STAR HEALTH*****PI*84001~CLM*V-{number}*{charge}***11:B:1*Y*A*Y*Y~HI*ABK:M1711~",
            level = number + 2
        );
        if self.named {
            claim += "NM1*DN*1*SENDER*SUE****XX*1245319599~NM1*82*1*HEALER*HANNA****XX*1245319599~";
        }
        claim += "LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240312~";
        if self.injected {
            claim += "LX*2~SV1*HC:20610:RT*100*UN*1***1~DTP*472*D8*20240312~";
        }
        claim
    }

    /// The visit is paid unless the claim came late, the injection never.
    fn answer(&self) -> String {
        let Self { number, member_id, .. } = self;
        let late = self.submitted > "20240612";
        let (charge, paid) = (if self.injected { 200 } else { 100 }, if late { 0 } else { 100 });
        let status = if late { 4 } else { 1 };
        let mut answer = format!(
            "CLP*V-{number}*{status}*{charge}*{paid}*0*12*A-{number}*11*1~NM1*QC*1*WREN*ADA****MI*{member_id}~\
             SVC*HC:99213*100*{paid}**1~DTM*472*20240312~"
        );
        if late {
            answer += "CAS*CO*29*100~";
        }
        if self.injected {
            answer += "SVC*HC:20610:RT*100*0**1~DTM*472*20240312~CAS*CO*197*100~";
        }
        answer
    }
}

fn envelope(kind: &str, code: &str, version: &str, content: &str) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*EXAMPLE        *ZZ*HOUSE          *240320*1200*^*00501*000000001*0*P*:~\
         GS*{kind}*E*H*20240320*1200*1*X*{version}~ST*{code}*0001~{content}SE*{count}*0001~GE*1*1~IEA*1*000000001~",
        count = content.matches('~').count() + 2
    )
}

/// The claims of visits that were sent on one day.
fn claims(visits: &[Visit]) -> String {
    let submitted = visits.first().map_or("20240320", |visit| visit.submitted);
    let head = format!(
        "BHT*0019*00*1*{submitted}*1200*CH~HL*1**20*1~NM1*85*1*HEALER*HANNA****XX*1234567893~REF*EI*999999999~"
    );
    let claims = visits.iter().map(Visit::claim).collect::<String>();
    envelope("HC", "837", "005010X222A1", &format!("{head}{claims}"))
}

fn answers(visits: &[Visit]) -> String {
    let head = "BPR*I*0*C*NON************20240405~TRN*1*EFT-1*1841000001~N1*PR*NORTH STAR HEALTH*XV*84001~\
                N1*PE*HEALER*XX*1234567893~LX*1~";
    let answers = visits.iter().map(Visit::answer).collect::<String>();
    envelope("HP", "835", "005010X221A1", &format!("{head}{answers}"))
}

/// The rules that say something against a claim unlike the usual ones, sent after a payer answered so many of each kind.
fn told(paid: usize, injected: usize, late: usize) -> Vec<String> {
    let in_time = (0..paid + injected).map(|n| Visit { injected: n >= paid, ..Visit::usual(n) });
    let in_time: Vec<Visit> = in_time.collect();
    let first = paid + injected;
    let too_late = (first..first + late).map(|n| Visit { submitted: "20240625", ..Visit::usual(n) });
    let too_late: Vec<Visit> = too_late.collect();
    let app = App::start();
    for visits in [in_time, too_late] {
        if !visits.is_empty() {
            app.import("claims", claims(&visits));
            app.import("answers", answers(&visits));
        }
    }
    let odd = Visit {
        member_id: "NS12".to_owned(),
        injected: true,
        named: false,
        submitted: "20240701",
        ..Visit::usual(999)
    };
    app.import("odd", claims(&[odd]));
    let score = app.get(&format!("/api/v1/risk/{}", first + late + 1)).ok();
    let of_rules = |factor: &&Value| factor["type"] != "historical" && factor["type"] != "pattern";
    let factors = score["risk_factors"].as_array().into_iter().flatten().filter(of_rules);
    let mut rules: Vec<String> =
        factors.filter_map(|factor| factor["rule"].as_str().map(str::to_owned)).collect();
    rules.sort_unstable();
    rules
}

#[test]
fn a_claim_unlike_those_that_were_paid_is_told_so() {
    let everything = [
        "authorization-missing",
        "filing-limit-passed",
        "member-id-shape",
        "referring-left-out",
        "rendering-left-out",
    ];
    assert_eq!(told(40, 6, 6), everything);
}

#[test]
fn a_few_answers_teach_nothing() {
    for (paid, injected, late) in [(0, 0, 0), (1, 1, 1), (10, 2, 2)] {
        assert_eq!(told(paid, injected, late), Vec::<String>::new(), "{paid} {injected} {late}");
    }
}
