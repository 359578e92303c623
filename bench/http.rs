//! What serving a cached claim costs beside a bare Rocket route and a bare hyper server that return the same bytes.
//!
//! `cargo bench --bench http`, with `wrk` installed, on a machine that does nothing else. Each server is a process of its own
//! and they take turns under load; requests a second and processor time a request are medians of the rounds.

#![expect(clippy::disallowed_methods, reason = "its own servers are told by the environment what to serve")]
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![expect(clippy::unwrap_used, reason = "a server that does not start has nothing to be measured")]
#![expect(dead_code, reason = "the harness of the tests does more than this needs")]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rocket::config::{Config, LogLevel};
use rocket::fairing::AdHoc;
use rocket::http::ContentType;
use rocket::tokio::net::TcpListener;
use rocket::tokio::runtime::{Builder, Runtime};

#[path = "../tests/it/answer.rs"]
mod answer;
#[path = "../tests/it/app.rs"]
mod app;
#[path = "../tests/it/fixtures.rs"]
mod fixtures;
#[path = "../tests/it/marb.rs"]
mod marb;

const PATH: &str = "/api/v1/claims/2";
const ROUNDS: usize = 7;
const SECONDS: u64 = 2;

/// Says which server this process is to be, and the file with the bytes that it returns.
const SERVER: &str = "BENCH_SERVER";
const ANSWER: &str = "BENCH_ANSWER";

static BYTES: OnceLock<Vec<u8>> = OnceLock::new();

fn bytes() -> &'static [u8] {
    BYTES.get_or_init(|| fs::read(env::var_os(ANSWER).unwrap()).unwrap())
}

fn main() {
    let runtime = match env::var(SERVER) {
        Err(_) => return compare(),
        Ok(server) if server.ends_with(ALL_CORES) => {
            Builder::new_multi_thread().enable_all().build().unwrap()
        }
        // As marb does without a setting.
        Ok(_) => Builder::new_current_thread().enable_all().build().unwrap(),
    };
    if env::var(SERVER).unwrap().starts_with("rocket") {
        serve_rocket(&runtime);
    } else {
        serve_hyper(&runtime);
    }
}

/// At the end of a bare server's name: it has a thread for each core, else one.
const ALL_CORES: &str = ", all cores";

#[rocket::get("/api/v1/claims/2")]
fn claim() -> (ContentType, &'static [u8]) {
    (ContentType::JSON, bytes())
}

fn serve_rocket(runtime: &Runtime) {
    let config = Config { port: 0, log_level: LogLevel::Off, cli_colors: false, ..Config::release_default() };
    let server = rocket::custom(config).mount("/", rocket::routes![claim]).attach(AdHoc::on_liftoff(
        "address",
        |rocket| {
            println!("http://127.0.0.1:{}", rocket.config().port);
            Box::pin(async {})
        },
    ));
    drop(runtime.block_on(server.launch()).unwrap());
}

fn serve_hyper(runtime: &Runtime) {
    runtime.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            rocket::tokio::spawn(http1::Builder::new().serve_connection(
                TokioIo::new(stream),
                service_fn(async |_| {
                    let body = Full::new(Bytes::from_static(bytes()));
                    hyper::Response::builder().header(CONTENT_TYPE, "application/json").body(body)
                }),
            ));
        }
    });
}

/// A server under load.
struct Contestant {
    name: &'static str,
    process: u32,
    address: String,
    rounds: Vec<Round>,
}

/// What one round of load showed.
#[derive(Clone, Copy)]
struct Round {
    requests_per_second: f64,
    cpu_micros_per_request: f64,
}

/// Ends the process with this one.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn compare() {
    let app = app::App::holding(&[fixtures::CLAIMS]);
    let answer = app.get(PATH);
    let file = app.folder().write("answer.json", &answer.body);
    println!("GET {PATH}, {} bytes, {ROUNDS} rounds of {SECONDS} s each, medians", answer.body.len());
    let start = |name: &'static str| {
        let mut process = Command::new(env::current_exe().unwrap())
            .env(SERVER, name)
            .env(ANSWER, &file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").to_owned();
        (Contestant { name, process: process.id(), address, rounds: Vec::new() }, Running(process))
    };
    let bare = ["rocket", "hyper", "rocket, all cores", "hyper, all cores"].map(start);
    let (others, _running): (Vec<_>, Vec<_>) = bare.into_iter().unzip();
    let ours = Contestant {
        name: "marb",
        process: app.process_id(),
        address: app.address().to_owned(),
        rounds: Vec::new(),
    };
    let mut contestants = vec![ours];
    contestants.extend(others);
    for connections in [10, 50] {
        for round in 0..=ROUNDS {
            for contestant in &mut contestants {
                let measured = load(contestant, connections);
                // The first warms up.
                if round > 0 {
                    contestant.rounds.push(measured);
                }
            }
        }
        report(connections, &mut contestants);
    }
}

/// Asks a server by many connections as fast as it answers.
fn load(contestant: &Contestant, connections: u32) -> Round {
    let before = cpu_seconds(contestant.process);
    let run = Command::new("wrk")
        .args(["-t1", &format!("-c{connections}"), &format!("-d{SECONDS}s")])
        .arg(format!("http://{}{PATH}", contestant.address))
        .output()
        .inspect_err(|_| println!("wrk could not be started: install it"))
        .unwrap();
    let cpu = cpu_seconds(contestant.process) - before;
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(!said.contains("Non-2xx"), "{}: {said}", contestant.name);
    let word = |line: &str, place: usize| line.split_whitespace().nth(place).unwrap().parse::<f64>().unwrap();
    let requests = word(said.lines().find(|line| line.contains(" requests in ")).unwrap(), 0);
    let rate = word(said.lines().find(|line| line.starts_with("Requests/sec:")).unwrap(), 1);
    Round { requests_per_second: rate, cpu_micros_per_request: cpu / requests * 1e6 }
}

/// Processor time that a process took until now: utime and stime of proc(5), in ticks of a hundredth of a second.
fn cpu_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

fn report(connections: u32, contestants: &mut [Contestant]) {
    let medians = contestants.iter_mut().map(|contestant| {
        let rounds = std::mem::take(&mut contestant.rounds);
        let of = |value: fn(&Round) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        (contestant.name, of(|round| round.requests_per_second), of(|round| round.cpu_micros_per_request))
    });
    let medians: Vec<_> = medians.collect();
    let (_, rate, cpu) = medians[0];
    println!("\n{connections} connections");
    for (name, of_rate, of_cpu) in medians {
        println!(
            "{name:17} {of_rate:9.0} requests/s  {of_cpu:6.2} us CPU/request  marb has {:.3} of the requests, {:.3} of the CPU",
            rate / of_rate,
            cpu / of_cpu,
        );
    }
}
