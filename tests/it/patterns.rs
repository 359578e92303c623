//! Denial patterns over HTTP: found after imports and on request, told in words, and part of the score of a claim.

#![expect(clippy::unwrap_used, reason = "an arrangement that fails fails the test")]

use insta::assert_snapshot;
use serde_json::json;

use crate::app::App;

/// A visit of 40 and an injection of 160 that this payer denies without an authorisation (reason 197).
struct Visit {
    number: usize,
    injected: bool,
    authorized: bool,
}

impl Visit {
    fn is_denied(&self) -> bool {
        self.injected && !self.authorized
    }

    fn claim(&self) -> String {
        let Self { number, injected, authorized } = self;
        let mut claim = format!(
            "HL*{level}*1*22*0~SBR*P*18*******CI~NM1*IL*1*WREN*ADA****MI*NS{number:06}~DMG*D8*19610203*F~\
             NM1*PR*2*NORTH STAR HEALTH*****PI*84001~CLM*P-{number}*{charge}***11:B:1*Y*A*Y*Y~",
            level = number + 2,
            charge = if *injected { 200 } else { 40 },
        );
        if *authorized {
            claim += "REF*G1*AUTH1~";
        }
        claim += "HI*ABK:M1711~LX*1~SV1*HC:99213*40*UN*1***1~DTP*472*D8*20260302~";
        if *injected {
            claim += "LX*2~SV1*HC:20610*160*UN*1***1~DTP*472*D8*20260302~";
        }
        claim
    }

    fn answer(&self) -> String {
        let Self { number, injected, .. } = self;
        let (charge, paid) = match (injected, self.is_denied()) {
            (false, _) => (40, 40),
            (true, false) => (200, 200),
            (true, true) => (200, 40),
        };
        let mut answer = format!(
            "CLP*P-{number}*1*{charge}*{paid}*0*12*A-{number}*11*1~NM1*QC*1*WREN*ADA****MI*NS{number:06}~\
             SVC*HC:99213*40*40**1~DTM*472*20260302~"
        );
        answer += match (injected, self.is_denied()) {
            (false, _) => "",
            (true, false) => "SVC*HC:20610*160*160**1~DTM*472*20260302~",
            (true, true) => "SVC*HC:20610*160*0**1~DTM*472*20260302~CAS*CO*197*160~",
        };
        answer
    }
}

/// An interchange with one transaction of this content.
pub(crate) fn envelope(kind: &str, code: &str, version: &str, content: &str) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*EXAMPLE        *ZZ*HOUSE          *260310*1200*^*00501*000000001*0*P*:~\
         GS*{kind}*E*H*20260310*1200*1*X*{version}~ST*{code}*0001~{content}SE*{count}*0001~GE*1*1~IEA*1*000000001~",
        count = content.matches('~').count() + 2
    )
}

fn claims(visits: &[Visit]) -> String {
    let head =
        "BHT*0019*00*1*20260310*1200*CH~HL*1**20*1~NM1*85*1*HEALER*HANNA****XX*1234567893~REF*EI*999999999~";
    let claims = visits.iter().map(Visit::claim).collect::<String>();
    envelope("HC", "837", "005010X222A1", &format!("{head}{claims}"))
}

fn answers(visits: &[Visit]) -> String {
    let paid = visits.iter().map(|v| if v.injected && !v.is_denied() { 200 } else { 40 }).sum::<u32>();
    let head = format!(
        "BPR*I*{paid}*C*ACH************20260325~TRN*1*EFT-1*1841000001~N1*PR*NORTH STAR HEALTH*XV*84001~\
         N1*PE*HEALER*XX*1234567893~LX*1~"
    );
    let answers = visits.iter().map(Visit::answer).collect::<String>();
    envelope("HP", "835", "005010X221A1", &format!("{head}{answers}"))
}

/// A server that imported so many visits alone, with an injection, and with an authorised one, and their answers; and then
/// two claims with an injection, of which the second is authorised, and which no payer answered.
fn after(visits: usize, injections: usize, authorized: usize) -> App {
    let all = visits + injections + authorized;
    let visit =
        |number| Visit { number, injected: number >= visits, authorized: number >= visits + injections };
    let visits: Vec<Visit> = (0..all).map(visit).collect();
    let app = App::start();
    if all > 0 {
        app.import("claims", claims(&visits));
        app.import("answers", answers(&visits));
    }
    // Once this is imported, what there was to learn before is learned.
    let unsent = [(900, false), (901, true)];
    app.import(
        "unsent",
        claims(&unsent.map(|(number, authorized)| Visit { number, injected: true, authorized })),
    );
    app
}

/// As if all answers had been paid fifty days before today, whatever day that is.
fn paid_fifty_days_ago(app: &App) {
    let paid = "UPDATE payments SET payment_date = date('now', '-50 days')";
    app.database().execute(paid, []).unwrap();
}

#[test]
fn what_a_payer_denies_for_one_thing_is_one_pattern_with_its_counts() {
    let app = after(40, 20, 20);
    let answer = app.get("/api/v1/patterns/payer/1");
    assert_snapshot!("patterns", answer.shown());
    let patterns = answer.ok()["patterns"].clone();
    let pattern = &patterns[0];
    assert_eq!(
        pattern["conditions"],
        json!({"procedure_codes": ["20610"], "missing": ["prior_authorization"]})
    );
    assert_eq!((&pattern["denied_count"], &pattern["matching_count"]), (&json!(20), &json!(20)));
    // The lower end of Wilson's 95 % interval of 20 out of 20 is 20 / (20 + 1.96^2).
    assert_eq!(pattern["confidence_score"], json!(0.838_87));
}

#[test]
fn a_claim_that_matches_says_so_in_its_score_and_one_that_follows_the_advice_does_not() {
    let app = after(40, 20, 20);
    let score = |claim: u32| {
        let score = app.get(&format!("/api/v1/risk/{claim}")).ok();
        let factors = score["risk_factors"].as_array().cloned().unwrap_or_default();
        let matched = factors.into_iter().find(|factor| factor["rule"] == "denial-pattern");
        (score["overall_score"].as_f64(), matched.unwrap_or_default())
    };
    let ((high, matched), (low, unmatched)) = (score(81), score(82));
    assert_eq!((&matched["line_number"], &matched["adjustment_reason"]), (&json!(2), &json!("197")));
    assert!(matched["fix"].as_str().is_some_and(|fix| fix.contains("authorisation")), "{matched}");
    assert!(unmatched.is_null() && high > low, "{high:?} {low:?}");
    assert_snapshot!("analysis", app.post("/api/v1/patterns/analyze-claim/81").shown());
    assert_eq!(
        app.post("/api/v1/patterns/analyze-claim/82").ok(),
        json!({"claim_id": 82, "payer_id": 1, "patterns": [], "total": 0})
    );
}

#[test]
fn a_few_answers_make_no_pattern_and_are_said_to_be_few() {
    for (visits, injections, lines) in [(0, 0, 0), (1, 0, 1), (0, 1, 2), (6, 4, 14)] {
        let app = after(visits, injections, 0);
        paid_fifty_days_ago(&app);
        let all = app.post("/api/v1/patterns/detect-all").ok();
        assert_eq!((&all["lines"], &all["patterns_detected"]), (&json!(lines), &json!(0)));
        assert!(all["message"].as_str().is_some_and(|message| message.contains("too few")), "{all}");
        assert_eq!(app.get("/api/v1/patterns/payer/1").ok()["total"], 0);
    }
}

#[test]
fn answers_from_before_the_days_that_are_asked_for_do_not_count() {
    let app = after(40, 20, 20);
    paid_fifty_days_ago(&app);
    let found = |path: &str, days: u32| {
        let found = app.post(&format!("/api/v1/patterns/{path}?days_back={days}")).ok();
        (found["lines"].clone(), found["patterns_detected"].clone())
    };
    assert_eq!(found("detect/1", 48), (json!(0), json!(0)));
    assert_eq!(app.get("/api/v1/patterns/payer/1").ok()["total"], 0);
    // 40 lines of visits alone, and twice 40 of those with an injection.
    assert_eq!(found("detect/1", 52), (json!(120), json!(1)));
    assert_eq!(app.get("/api/v1/patterns/payer/1").ok()["total"], 1);
    assert_eq!(found("detect-all", 48), (json!(0), json!(0)));
    assert_eq!(app.get("/api/v1/patterns/payer/1").ok()["total"], 0);
    let all = app.post("/api/v1/patterns/detect-all").ok();
    assert_eq!(all, json!({"days_back": 90, "lines": 120, "patterns_detected": 1, "payers": {"1": 1}}));
}

#[test]
fn what_cannot_be_asked_is_refused_with_word_of_what_can() {
    let app = App::start();
    for days in ["0", "366", "-1", "x"] {
        for path in ["detect-all", "detect/1"] {
            let refused = app.post(&format!("/api/v1/patterns/{path}?days_back={days}"));
            assert_eq!(refused.status, 422, "{days}");
        }
    }
    for (method, path) in [("post", "detect/7"), ("get", "payer/7"), ("post", "analyze-claim/7")] {
        let path = format!("/api/v1/patterns/{path}");
        let answer = if method == "get" { app.get(&path) } else { app.post(&path) };
        assert_eq!(answer.status, 404, "{path}");
    }
}
