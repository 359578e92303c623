//! What is learned from answers how likely lines are to be denied: kept over a restart, renewed as answers grow.

#![expect(clippy::unwrap_used, reason = "an arrangement that fails fails the test")]

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::app::{App, database};
use crate::marb::Folder;
use crate::patterns::envelope;
use crate::risk_evaluation::sampled_into;

/// Visits of 100.00 with these numbers, each a claim that breaks no rule.
fn claims(numbers: std::ops::Range<usize>) -> String {
    let head =
        "BHT*0019*00*1*20260310*1200*CH~HL*1**20*1~NM1*85*1*HEALER*HANNA****XX*1234567893~REF*EI*999999999~";
    let claim = |number| {
        format!(
            "HL*{level}*1*22*0~SBR*P*18*******CI~NM1*IL*1*WREN*ADA****MI*NS{number:06}~DMG*D8*19610203*F~\
             NM1*PR*2*NORTH STAR HEALTH*****PI*84001~CLM*V-{number}*100***11:B:1*Y*A*Y*Y~HI*ABK:M1711~LX*1~\
             SV1*HC:99213*100*UN*1***1~DTP*472*D8*20260302~",
            level = number + 2,
        )
    };
    envelope("HC", "837", "005010X222A1", &format!("{head}{}", numbers.map(claim).collect::<String>()))
}

/// An answer to each that denies it as not necessary (reason 50).
fn denials(numbers: std::ops::Range<usize>) -> String {
    let head = "BPR*I*0*C*NON************20260325~TRN*1*EFT-1*1841000001~N1*PR*NORTH STAR HEALTH*XV*84001~\
                N1*PE*HEALER*XX*1234567893~LX*1~";
    let answer = |number| {
        format!(
            "CLP*V-{number}*4*100*0*0*12*A-{number}*11*1~NM1*QC*1*WREN*ADA****MI*NS{number:06}~\
             SVC*HC:99213*100*0**1~DTM*472*20260302~CAS*CO*50*100~"
        )
    };
    envelope("HP", "835", "005010X221A1", &format!("{head}{}", numbers.map(answer).collect::<String>()))
}

/// The score of a claim that comes after so many like it were denied.
fn score_after(denied: usize) -> Value {
    let app = App::start();
    if denied > 0 {
        app.import("claims", claims(0..denied));
        app.import("answers", denials(0..denied));
    }
    // Once this is imported, what there was to learn before is learned.
    app.import("unsent", claims(denied..denied + 1));
    app.get(&format!("/api/v1/risk/{}", denied + 1)).ok()
}

/// The models that are kept, the oldest first: version, and how many answered lines each was learned from.
fn models(folder: &Folder) -> Vec<(i64, i64)> {
    let connection = Connection::open(database(folder)).unwrap();
    let question = "SELECT version, model ->> '$.trained_on.lines' FROM risk_models ORDER BY version";
    let mut statement = connection.prepare(question).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The answered lines that there are to learn from.
fn answered_lines(folder: &Folder) -> i64 {
    let evaluated = folder.run(["risk", "evaluate", "--json"]);
    let evaluation: serde_json::Value = serde_json::from_str(evaluated.done()).unwrap();
    ["trained_on", "tested_on"].iter().map(|part| evaluation[part]["lines"].as_i64().unwrap()).sum()
}

#[test]
fn what_was_learned_is_kept_and_renewed_once_there_is_more_to_learn_from() {
    let folder = Folder::new();
    sampled_into(&folder, 60);
    let first = models(&folder);
    assert_eq!(first.last().unwrap().1, answered_lines(&folder));
    // Nothing new came: a second start learns nothing.
    let (_, folder) = App::over(folder).stop("TERM");
    assert_eq!(models(&folder), first);
    sampled_into(&folder, 150);
    let (version, lines) = *models(&folder).last().unwrap();
    assert!(version > first.last().unwrap().0);
    assert_eq!(lines, answered_lines(&folder));
}

#[test]
fn the_fewer_answers_there_are_the_less_is_made_of_them_and_that_is_said() {
    // As if twenty more lines had been denied at the assumed 10 %; half of the charge is assumed to be paid otherwise.
    for (denied, probability, loss, is_little) in [
        (0, 0.1, Value::Null, true),
        (1, 0.1429, json!(7.14), true),
        (10, 0.4, json!(20.0), true),
        (200, 0.9182, json!(45.91), false),
    ] {
        let score = score_after(denied);
        assert_eq!(score["denial_probability"], json!(probability), "{score}");
        assert_eq!(score["expected_loss"], loss, "{score}");
        let factor = &score["risk_factors"][0];
        assert_eq!(
            (&factor["rule"], score["risk_factors"].as_array().unwrap().len()),
            (&json!("denial-history"), 1)
        );
        let message = factor["message"].as_str().unwrap();
        let words = if denied == 0 { "No answers yet" } else { "little has been seen" };
        assert_eq!(message.contains(words), is_little, "{message}");
        assert_eq!(factor["severity"], if is_little { "info" } else { "error" });
    }
}

#[test]
fn what_answers_teach_counts_for_the_claims_that_wait_for_theirs() {
    let app = App::start();
    app.import("claims", claims(0..20));
    let waiting = |app: &App| app.get("/api/v1/risk/20").ok();
    assert_eq!(waiting(&app)["denial_probability"], json!(0.1));
    app.import("answers", denials(0..10));
    // Ten of ten were denied, as if twenty more at 10 %.
    assert_eq!(waiting(&app)["denial_probability"], json!(0.4));
    // The first ten keep what they were sent with.
    assert_eq!(app.get("/api/v1/risk/1").ok()["denial_probability"], json!(0.1));
}
