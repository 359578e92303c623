//! What a run leaves for scripts: CSV, a saved report, the comparison with one, and the curve of rising rates.

use std::fs;

use serde_json::{Value, json};

use crate::app::App;
use crate::fixtures::CLAIMS;

use super::{bench, json as report_of};

const HEALTH: [&str; 4] = ["--endpoints", "/api/v1/health", "--concurrent", "2"];

/// Runs and saves; then changes what was saved.
fn baseline(app: &App, more: &[&str], change: impl FnOnce(&mut Value)) {
    bench(app, &[&HEALTH[..], &["--save", "base.json"], more].concat()).done();
    let file = app.folder().path().join("base.json");
    let mut report = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut report);
    fs::write(&file, report.to_string()).unwrap();
}

/// Makes the figures of a run so many times as fast.
fn faster(figures: &mut Value, times: f64) {
    let scale = |value: &mut Value, by: f64| *value = json!(value.as_f64().unwrap() * by);
    scale(&mut figures["requests_per_second"], times);
    for name in ["mean", "median", "min", "max", "p50", "p90", "p95", "p99", "p99_9"] {
        scale(&mut figures["latency"][name], 1.0 / times);
    }
}

fn change<'r>(report: &'r Value, name: &str) -> &'r Value {
    let figures = report["comparison"]["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["name"] == name).unwrap()
}

#[test]
fn the_csv_has_a_line_for_all_and_one_for_each_endpoint_with_the_figures_of_the_json() {
    let app = App::holding(&[CLAIMS]);
    let endpoints = ["--endpoints", "/api/v1/claims/1", "/api/v1/claims?skip=0&payer_id=1,2"];
    let run = bench(&app, &[&endpoints[..], &["--requests", "7", "--csv", "--save", "run.json"]].concat());
    let mut rows = run.done().split_terminator("\r\n");
    let columns: Vec<_> = rows.next().unwrap().split(',').collect();
    let report: Value =
        serde_json::from_slice(&fs::read(app.folder().path().join("run.json")).unwrap()).unwrap();
    let both = &report["endpoints"];
    for (figures, name) in [
        (&report["total"], "all"),
        (&both[0], "GET /api/v1/claims/1"),
        (&both[1], "\"GET /api/v1/claims?skip=0&payer_id=1,2\""),
    ] {
        let rest = rows.next().unwrap().strip_prefix(name).unwrap();
        let cells: Vec<_> = rest.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{rest}");
        for (column, cell) in columns.iter().zip(cells).skip(1) {
            let told =
                if figures.get(column).is_some() { &figures[column] } else { &figures["latency"][column] };
            match told {
                Value::Number(told) => {
                    let (told, cell) = (told.as_f64().unwrap(), cell.parse::<f64>().unwrap());
                    assert!((told - cell).abs() <= told * 1e-3, "{name} {column}: {told}, {cell}");
                }
                told => assert_eq!(told.to_string(), cell, "{name} {column}"),
            }
        }
    }
    assert_eq!(rows.next(), None);
}

#[test]
fn a_run_that_is_slower_than_its_baseline_ends_with_98_and_a_faster_one_with_0() {
    let app = App::start();
    let run = ["--requests", "30"];
    let compare = [&HEALTH[..], &run, &["--compare", "base.json"]].concat();

    baseline(&app, &run, |report| faster(&mut report["total"], 1e6));
    let slower = bench(&app, &compare);
    assert_eq!(
        (slower.code, &*slower.stderr),
        (Some(98), "marb: slower than the baseline, by more than the noise\n")
    );
    assert!(slower.stdout.contains("against base.json\n"), "{}", slower.stdout);
    let rate = slower.stdout.lines().find(|line| line.starts_with("requests_per_second")).unwrap();
    assert!(rate.ends_with("WORSE"), "{rate}");

    baseline(&app, &run, |report| faster(&mut report["total"], 1e-6));
    let faster = report_of(&bench(&app, &[&compare[..], &["--json"]].concat()));
    assert_eq!(faster["comparison"]["slower"], false);
    assert_eq!(change(&faster, "requests_per_second")["verdict"], "better");
    assert_eq!(change(&faster, "p99")["verdict"], "better");
    // Not repeated: a tenth may be noise.
    assert_eq!(faster["comparison"]["noise_measured"], false);
    assert_eq!(change(&faster, "p99")["band"], 10.0);
}

#[test]
fn a_limit_that_is_passed_counts_for_more_than_a_baseline() {
    let app = App::start();
    let run = ["--requests", "10"];
    baseline(&app, &run, |report| faster(&mut report["total"], 1e6));
    let both = ["--compare", "base.json", "--fail-if", "requests>5"];
    assert_eq!(bench(&app, &[&HEALTH[..], &run, &both].concat()).code, Some(99));
}

#[test]
fn the_noise_is_measured_by_repeating_both() {
    let app = App::start();
    let run = ["--requests", "20", "--repeat", "2"];
    // Two runs at 1000 and 3000 a second: their middle is 2000, and they lie 100 % of it apart.
    baseline(&app, &run, |report| {
        for (run, rate) in report["runs"].as_array_mut().unwrap().iter_mut().zip([1000.0, 3000.0]) {
            run["requests_per_second"] = json!(rate);
        }
    });
    let run = bench(&app, &[&HEALTH[..], &run, &["--compare", "base.json", "--json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["runs"].as_array().unwrap().len(), 2);
    assert_eq!(report["total"]["requests"], 40);
    assert_eq!(report["comparison"]["noise_measured"], true);
    let change = change(&report, "requests_per_second");
    assert_eq!(change["before"], 2000.0);
    assert!(change["band"].as_f64() >= Some(100.0), "{change}");
    // A rate does not fall by more than all of it.
    assert_ne!(change["verdict"], "worse");
}

#[test]
fn a_run_of_another_load_is_not_compared() {
    let app = App::start();
    baseline(&app, &["--requests", "5"], |_| {});
    for (arguments, part) in [
        (
            &["--endpoints", "/api/v1/claims", "--concurrent", "2"][..],
            "what is asked was GET /api/v1/health and is",
        ),
        (&["--endpoints", "/api/v1/health", "--concurrent", "3"], "--connections was 2 and is 3"),
        (
            &["--endpoints", "/api/v1/health", "--concurrent", "2", "--rate", "9"],
            "the loop was closed and is open",
        ),
    ] {
        let run = bench(&app, &[arguments, &["--compare", "base.json"]].concat());
        let line = run.only_line(2);
        assert!(line.starts_with("marb: the run in base.json was another: "), "{line}");
        assert!(line.contains(part), "{line}");
    }
}

#[test]
fn rates_rise_until_a_limit_is_passed_and_close_in_on_it() {
    let app = App::start();
    let ramp = ["--ramp", "--ramp-from", "50", "--duration", "200ms", "--until", "requests>20", "--json"];
    let report = report_of(&bench(&app, &[&HEALTH[..], &ramp].concat()));
    let steps = report["steps"].as_array().unwrap();
    let (mut kept, mut passed, mut doubted, mut after) = (0.0, None, false, 0);
    let mut expected = 50.0;
    for step in steps {
        assert_eq!(step["rate"].as_f64(), Some(expected), "{report}");
        let keeps = step["passed"] == json!([]);
        doubted = !keeps && !doubted;
        if doubted {
            continue; // Once more, before it is believed.
        }
        after += i32::from(passed.is_some());
        if keeps {
            kept = expected;
        } else {
            passed = Some(expected);
        }
        expected = passed.map_or(expected * 1.5, |passed| f64::midpoint(kept, passed));
    }
    assert!(passed.is_some() && after == 3, "{report}");
    // 21 requests in a fifth of a second are 105 a second: no higher rate keeps the limit.
    assert!(steps.iter().all(|step| step["rate"].as_f64() < Some(105.0) || step["passed"] != json!([])));

    let of = |step: &Value, figure: &str| step.pointer(figure).unwrap().as_f64().unwrap();
    let done = |step: &Value| of(step, "/requests_per_second");
    let most = |steps: &mut dyn Iterator<Item = &Value>| steps.map(done).reduce(f64::max);
    let usable = most(&mut steps.iter().filter(|step| step["passed"] == json!([])));
    assert_eq!(report["usable_capacity"].as_f64(), usable);
    // The knee is where throughput by mean latency is greatest.
    let power = |step: &&Value| done(step) / of(step, "/latency/mean");
    let knee = steps.iter().max_by(|a, b| power(a).total_cmp(&power(b))).map(done);
    assert_eq!(report["knee_capacity"].as_f64(), knee);
}

#[test]
fn a_person_reads_the_curve_and_the_knee() {
    let app = App::holding(&[CLAIMS]);
    let ramp = ["--ramp", "--duration", "100ms", "--until", "p99>1ns", "--endpoints", "/api/v1/claims/1"];
    let run = bench(&app, &ramp);
    // Of a limit that no rate keeps, lower rates are tried, halving thrice, each of them twice.
    for rate in ["100.0/s", "50.0/s", "25.0/s", "12.5/s"] {
        let rows = run.done().lines().filter(|line| line.trim_start().starts_with(rate));
        assert_eq!(rows.filter(|row| row.contains("p99>1ns: it is ")).count(), 2, "{}", run.stdout);
    }
    for part in ["usable capacity  none", "knee             ", "the server's side at the last rate"] {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
}
