//! The table of ARCHITECTURE.md that says what each write makes the cache forget: each row is done over real HTTP with
//! everything cached before, and then exactly the answers that it names come fresh and all others come from the cache.

#![expect(clippy::unwrap_used, reason = "an arrangement that fails fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::thread;

use hyper::Method;
use serde_json::Value;

use crate::app::App;
use crate::fixtures::{ANSWERS, ANSWERS_CORRECTED, CLAIMS, CLAIMS_AGAIN};

/// A row of the table, and how it is done.
struct Row {
    noun: &'static str,
    write: &'static str,
    forgets: &'static str,
    /// What is there before.
    before: fn() -> App,
    /// Does the write, and comes back when it was answered.
    act: fn(&App),
    /// What stands for each `{name}` in the keys.
    names: &'static [(&'static str, &'static [&'static str])],
    /// Rows that the write does too, by their beginning: a file arrives before its claims are stored.
    also: &'static [&'static str],
}

const ARRIVES: &str = "a file is received";
const STORED: &str = "a claim is stored";
const RENEWED: &str = "something changed that its score rests on";

const TABLE: &[Row] = &[
    Row {
        noun: "import",
        write: "a file is received, for the first time or again",
        forgets: "`count:imports`",
        before: || App::holding(&[CLAIMS]),
        act: |app| drop(app.upload("/api/v1/imports", &[], "again", CLAIMS).ok()),
        names: &[],
        also: &[],
    },
    Row {
        noun: "import",
        write: "it fails, and what was stored of it is taken back",
        forgets: "everything",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: an_import_fails,
        names: &[],
        also: &[],
    },
    Row {
        noun: "import",
        write: "its end brings a payment's balance or findings to what earlier steps of it stored",
        forgets: "`claim:{found}` `remittance:{found}` `remittance:{of_payment}`",
        // Here all of the file is one step: `steps.rs` does this row on files of two.
        before: || App::holding(&[CLAIMS]),
        act: |app| drop(app.import("findings", later(CLAIMS).replace("HI*ABK:I10", "HI*ABK:I1O"))),
        names: &[("found", &[]), ("of_payment", &[])],
        also: &[ARRIVES, STORED],
    },
    Row {
        noun: "claim",
        write: "a claim is stored and scored",
        forgets: "`count:claims` `count:risk_scores`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| drop(app.import("later", later(CLAIMS))),
        names: &[],
        also: &[ARRIVES],
    },
    Row {
        noun: "claim",
        write: "it replaces or voids an earlier one",
        forgets: "`claim:{earlier}` `count:claims` `count:risk_scores`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| drop(app.import("again", CLAIMS_AGAIN)),
        names: &[("earlier", &["3"])],
        also: &[ARRIVES, STORED],
    },
    Row {
        noun: "claim",
        write: "remittances waited for it",
        forgets: "`remittance:{waiting}` `count:remits` `count:episodes` `pattern:analysis:*` `risk_evaluation:all`",
        before: || App::holding(&[&later(CLAIMS), &answers_of_known_payers()]),
        act: |app| drop(app.import("claims", CLAIMS)),
        // What the answers teach counts for the claims of the year after, which nobody answered.
        names: &[("waiting", &["1", "2", "3"]), ("renewed", &["1", "2", "3", "4"])],
        also: &[ARRIVES, STORED, RENEWED],
    },
    Row {
        noun: "claim",
        write: "its score is calculated",
        forgets: "`risk_score:{claim}` `count:risk_scores` `risk_evaluation:all`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| drop(app.post("/api/v1/risk/1/calculate").ok()),
        names: &[("claim", &["1"])],
        also: &[],
    },
    Row {
        noun: "claim",
        write: "something changed that its score rests on, and it comes out otherwise",
        forgets: "`risk_score:{renewed}` `count:risk_scores`",
        before: || App::holding(&[CLAIMS]),
        act: |app| {
            let rules = r#"{"prior_authorization_procedures":["20610"]}"#;
            app.json(Method::PUT, "/api/v1/payers/1/rules", rules).ok();
        },
        names: &[("renewed", &["1"]), ("payer", &["1"])],
        also: &["its rules are set"],
    },
    Row {
        noun: "remittance",
        write: "a remittance is stored",
        forgets: "`count:remits` `pattern:analysis:*`",
        before: || App::holding(&[&later(CLAIMS), &answers_of_known_payers()]),
        act: |app| drop(app.import("answers", later(&later(&answers_of_known_payers())))),
        names: &[],
        also: &[ARRIVES],
    },
    Row {
        noun: "remittance",
        write: "it is linked by the rules, as it comes or when asked for",
        forgets: "`remittance:{remittance}` `claim:{claim}` `risk_score:{claim}` `episode:{of_claim}` \
                  `count:claims` `count:remits` `count:episodes` `count:risk_scores` `pattern:analysis:*` \
                  `risk_evaluation:all`",
        before: || {
            let app = App::holding(&[CLAIMS, ANSWERS, ANSWERS_CORRECTED]);
            // As if two answers had never been linked.
            app.database().execute("DELETE FROM claim_episodes WHERE remittance_id IN (3, 5)", []).unwrap();
            app
        },
        act: |app| drop(app.post("/api/v1/remits/5/link").ok()),
        names: &[("remittance", &["5"]), ("claim", &["2"]), ("of_claim", &["2", "4"])],
        also: &[],
    },
    Row {
        noun: "remittance",
        write: "it fits several claims",
        forgets: "`remittance:{remittance}` `count:remits`",
        before: || {
            let app = undecided();
            app.database()
                .execute("UPDATE remittances SET link_state = 'unlinked' WHERE id = 1", [])
                .unwrap();
            app
        },
        act: |app| drop(app.post("/api/v1/remits/1/link").ok()),
        names: &[("remittance", &["1"])],
        also: &[],
    },
    Row {
        noun: "episode",
        write: "it is linked by hand",
        forgets: "`episode:{of_claims}` `claim:{before}` `claim:{after}` `risk_score:{before}` `risk_score:{after}` \
                  `remittance:{before}` `remittance:{after}` `count:claims` `count:remits` \
                  `count:episodes` `count:risk_scores` `pattern:analysis:*` `risk_evaluation:all`",
        before: || {
            // No claim fits the third answer.
            let claims = CLAIMS.replace("VISIT-1003*240.5", "VISIT-3333*241.5");
            App::holding(&[&claims, ANSWERS])
        },
        act: |app| drop(app.post("/api/v1/episodes/1/link?claim_id=3&remittance_id=3").ok()),
        names: &[("of_claims", &["1"]), ("before", &["1"]), ("after", &["3"])],
        also: &[],
    },
    Row {
        noun: "episode",
        write: "its status is set, or it is completed",
        forgets: "`episode:{episode}` `claim:{claim}` `risk_score:{claim}` `count:claims` `count:episodes` \
                  `count:risk_scores` `pattern:analysis:*` `risk_evaluation:all`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| {
            app.json(Method::PATCH, "/api/v1/episodes/3/status", r#"{"status":"pending"}"#).ok();
            app.post("/api/v1/episodes/1/complete").ok();
        },
        names: &[("episode", &["1", "3"]), ("claim", &["1", "3"])],
        also: &[],
    },
    Row {
        noun: "payer",
        write: "a file names a new one, or one in a new way",
        forgets: "`payer:{payer}` `count:payers`",
        before: || App::holding(&[CLAIMS]),
        act: |app| drop(app.import("renamed", later(CLAIMS).replace("*PI*84001", "*PI*84999"))),
        names: &[("payer", &["1"])],
        also: &[ARRIVES, STORED],
    },
    Row {
        noun: "payer",
        write: "its rules are set",
        forgets: "`payer:{payer}` `pattern:analysis:*`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| drop(app.json(Method::PUT, "/api/v1/payers/2/rules", r#"{"appeal_days":30}"#).ok()),
        names: &[("payer", &["2"])],
        also: &[],
    },
    Row {
        noun: "payer",
        write: "its denial patterns are looked for, on request, or found to be others after an import",
        forgets: "`pattern:payer:{payer}` `pattern:analysis:*`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| drop(app.post("/api/v1/patterns/detect/2").ok()),
        names: &[("payer", &["2"])],
        also: &[],
    },
    Row {
        noun: "payer",
        write: "two are united, by hand or since an answer proves that they are one",
        forgets: "everything",
        before: || App::holding(&[CLAIMS]),
        act: |app| drop(app.import("answers", ANSWERS)),
        names: &[],
        also: &[],
    },
    Row {
        noun: "provider",
        write: "a file names a new one, or says more of one",
        forgets: "`provider:{provider}` `count:providers`",
        before: || App::holding(&[&CLAIMS.replace("REF*EI*999999999~\n", "").replace("SE*81*", "SE*80*")]),
        act: |app| drop(app.import("tax id", later(CLAIMS))),
        names: &[("provider", &["1"])],
        also: &[ARRIVES, STORED],
    },
    Row {
        noun: "practice",
        write: "its configuration is set",
        forgets: "`practice_config:{practice}`",
        before: || App::holding(&[CLAIMS, ANSWERS]),
        act: |app| {
            let path = "/api/v1/practices/1234567893/config";
            app.json(Method::PUT, path, r#"{"submission_target_days":7}"#).ok();
        },
        names: &[("practice", &["1234567893"])],
        also: &[],
    },
];

/// The same a year later under other numbers.
fn later(file: &str) -> String {
    file.replace("LATER-", "LAST-")
        .replace("VISIT-", "LATER-")
        .replace("*2025", "*2026")
        .replace("*2024", "*2025")
}

/// The answers under the names that the claims give their payers.
fn answers_of_known_payers() -> String {
    ANSWERS
        .replace("NORTH STAR HEALTH PLAN OF THE MIDWEST*XV*NSH0001", "NORTH STAR HEALTH*XV*84001")
        .replace("MEADOW MUTUAL INSURANCE COMPANY*XV*MMI77", "MEADOW MUTUAL*XV*55220")
}

/// An answer that claims 1 and 4 fit, so that a person has to say: charge and day are those of neither.
fn undecided() -> App {
    let twice = CLAIMS
        .replace("VISIT-1001", "VISIT-X")
        .replace("VISIT-1004", "VISIT-X")
        .replace("MEADOW MUTUAL*****PI*55220", "NORTH STAR HEALTH*****PI*84001")
        .replace("WREN*ADA****MI*WR1001", "LARK*JON****MI*LA4004")
        .replace("1500", "95");
    let answer = ANSWERS
        .replace("VISIT-1001", "VISIT-X")
        .replace("WREN*ADA****MI*WR1001", "LARK*JON****MI*LA4004")
        .replace("*20240312", "*20240319");
    App::holding(&[&twice, &answer])
}

/// A queued file that is gone from the disk; the receipt of another one wakes the worker.
fn an_import_fails(app: &App) {
    let database = app.database();
    database
        .execute(
            "INSERT INTO imports (filename, sha256, file_size, state, received_at)
             SELECT 'gone', replace(hex(zeroblob(32)), '00', '0f'), 1, 'queued', received_at FROM imports WHERE id = 1",
            [],
        )
        .unwrap();
    let task = format!("imp-{}", database.last_insert_rowid());
    app.upload("/api/v1/imports", &[], "again", CLAIMS).ok();
    assert_eq!(app.wait_for(&task)["state"], "failed");
}

/// Every path whose answer, or whose count, is cached, with its key.
fn everything_cached(app: &App) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("overview", "count:overview"),
        ("claims", "count:claims"),
        ("claims?status=denied", "count:claims:status=denied"),
        ("claims/unlinked", "count:claims:unlinked"),
        ("remits", "count:remits"),
        ("remits?status=paid", "count:remits:status=paid"),
        ("episodes", "count:episodes"),
        ("episodes?claim_id=2", "count:episodes:claim_id=2"),
        ("risk", "count:risk_scores"),
        ("payers", "count:payers"),
        ("providers", "count:providers"),
        ("imports", "count:imports"),
        ("risk/evaluation", "risk_evaluation:all"),
        ("practices/1234567893/config", "practice_config:1234567893"),
        ("practices/other/config", "practice_config:other"),
    ]
    .map(|(path, key)| (path.to_owned(), key.to_owned()))
    .into();
    for (noun, path, kind) in [
        ("claims", "claims", "claim"),
        ("claims", "risk", "risk_score"),
        ("remits", "remits", "remittance"),
        ("episodes", "episodes", "episode"),
        ("payers", "payers", "payer"),
        ("payers", "patterns/payer", "pattern:payer"),
        ("claims", ANALYSIS, "pattern:analysis"),
        ("providers", "providers", "provider"),
    ] {
        let list = app.get(&format!("/api/v1/{noun}")).ok();
        let rows = list[noun].as_array().unwrap().iter();
        // What nobody has decided is not kept.
        let ids = rows.filter(|row| row["link_state"] != "ambiguous").map(|row| row["id"].clone());
        all.extend(ids.map(|id| (format!("{path}/{id}"), format!("{kind}:{id}"))));
    }
    all
}

/// The one that is asked for with POST.
const ANALYSIS: &str = "patterns/analyze-claim";

fn ask(app: &App, path: &str) -> String {
    let method = if path.starts_with(ANALYSIS) { Method::POST } else { Method::GET };
    app.json(method, &format!("/api/v1/{path}"), "").body
}

/// The keys that the next lookups loaded, and those that they found.
fn fresh_and_kept(app: &App) -> (BTreeSet<String>, BTreeSet<String>) {
    let stats = app.get("/api/v1/cache/stats?limit=1000").ok();
    let of = |what: &str| {
        let keys = stats["by_key"].as_object().unwrap().iter();
        keys.filter(|(_, lookups)| lookups[what].as_u64() > Some(0)).map(|(key, _)| key.clone()).collect()
    };
    (of("misses"), of("hits"))
}

impl Row {
    /// The keys that it names, among those that were cached.
    #[track_caller]
    fn expected(&self, cached: &BTreeSet<String>) -> BTreeSet<String> {
        if self.forgets == "everything" {
            return cached.clone();
        }
        let mut keys = BTreeSet::from(["count:overview".to_owned()]);
        for pattern in self.forgets.split('`').skip(1).step_by(2) {
            let named = self.named(pattern, cached);
            assert!(named.is_some(), "{}: {pattern} was not cached before", self.write);
            keys.extend(named.into_iter().flatten());
        }
        for other in self.also {
            let other = TABLE.iter().find(|row| row.write.starts_with(other)).unwrap();
            let patterns = other.forgets.split('`').skip(1).step_by(2);
            keys.extend(patterns.filter_map(|pattern| self.named(pattern, cached)).flatten());
        }
        keys
    }

    /// The keys for which a pattern stands; none where it has a name that is not told here.
    fn named(&self, pattern: &str, cached: &BTreeSet<String>) -> Option<Vec<String>> {
        let all =
            |is_meant: &dyn Fn(&str) -> bool| cached.iter().filter(|key| is_meant(key)).cloned().collect();
        if let Some(prefix) = pattern.strip_suffix('*') {
            return Some(all(&|key| key.starts_with(prefix)));
        }
        if pattern.starts_with("count:") {
            let filtered = format!("{pattern}:");
            return Some(all(&|key| key == pattern || key.starts_with(&filtered)));
        }
        let Some((kind, name)) = pattern.split_once(":{") else {
            return cached.contains(pattern).then(|| vec![pattern.to_owned()]);
        };
        let (_, ids) = self.names.iter().find(|(known, _)| *known == name.trim_end_matches('}'))?;
        let keys: Vec<String> = ids.iter().map(|id| format!("{kind}:{id}")).collect();
        keys.iter().all(|key| cached.contains(key)).then_some(keys)
    }

    /// Does the write with everything cached.
    fn walk(&self) {
        let app = (self.before)();
        let paths = everything_cached(&app);
        let ask_all = || paths.iter().map(|(path, _)| ask(&app, path)).collect::<Vec<_>>();
        ask_all();
        app.post("/api/v1/cache/stats/reset").ok();
        ask_all();
        let all: BTreeSet<String> = paths.iter().map(|(_, key)| key.clone()).collect();
        assert_eq!(
            fresh_and_kept(&app),
            (BTreeSet::new(), all.clone()),
            "{}: all is cached before",
            self.write
        );

        (self.act)(&app);
        app.rest();
        app.post("/api/v1/cache/stats/reset").ok();
        let answers = ask_all();
        let (fresh, kept) = fresh_and_kept(&app);
        let expected = self.expected(&all);
        assert_eq!(fresh, expected, "{} {}: what comes fresh", self.noun, self.write);
        assert_eq!(kept, &all - &expected, "{} {}: what stays", self.noun, self.write);

        // A server that has cached nothing yet gives the same answers.
        let app = App::over(app.kill());
        for ((path, _), answer) in paths.iter().zip(answers) {
            assert_eq!(ask(&app, path), answer, "{} {}: {path}", self.noun, self.write);
        }
    }
}

#[test]
fn each_write_makes_the_cache_forget_what_the_table_names_and_nothing_else() {
    let (even, odd): (Vec<_>, Vec<_>) = TABLE.iter().enumerate().partition(|(place, _)| place % 2 == 0);
    thread::scope(|scope| {
        for half in [even, odd] {
            scope.spawn(move || half.into_iter().for_each(|(_, row)| row.walk()));
        }
    });
}

#[test]
fn the_table_of_the_map_is_the_table_that_is_walked() {
    let map = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md")).unwrap();
    let rows = map.lines().skip_while(|line| *line != "| noun | write | forgets |").skip(2);
    let drawn: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let walked: Vec<String> =
        TABLE.iter().map(|row| format!("| {} | {} | {} |", row.noun, row.write, row.forgets)).collect();
    assert_eq!(drawn, walked, "\nThe table as it is walked:\n{}\n", walked.join("\n"));
}

#[test]
fn an_import_that_is_told_to_have_ended_is_found_everywhere() {
    let app = App::start();
    for round in 1..=20 {
        let total = |noun: &str| app.get(&format!("/api/v1/{noun}")).ok()["total"].clone();
        total("claims");
        let numbers = CLAIMS.replace("VISIT-", &format!("R{round}-"));
        let receipt = app.upload("/api/v1/imports", &[], "claims", numbers).ok();
        let task = receipt["task_id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/imports/{task}");
        while app.get(&path).ok()["state"] != "done" {
            total("claims");
        }
        assert_eq!(total("claims"), Value::from(4 * round));
    }
}
