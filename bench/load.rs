//! The load bench itself: its requests a second beside wrk, and what it tells of a server that stands still.
//!
//! `cargo bench --bench load`; wrk has to be installed. The server is a bare hyper of one thread, a process of its own. Both
//! benches ask it with as many connections and threads, one after the other in three rounds; then it is stopped for 300 ms
//! (SIGSTOP) in a run of 10 s; then its answers are timed on a schedule and in a closed loop.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::convert::Infallible;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response};
use hyper_util::rt::TokioIo;
use marb::bench::driver;
use marb::bench::latencies::Latencies;
use marb::bench::load::{Load, Pace};
use marb::bench::mix::{Bodies, Endpoint, Mix, Targets};
use marb::bench::tally::Tally;
use marb::clock::Clock;
use tokio::net::TcpListener;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 3;
const SECONDS: u64 = 4;

/// Of the run in which the server is stopped.
const STALL_SECONDS: f64 = 10.0;
const STALL_RATE: f64 = 1_000.0;
const PAUSE: Duration = Duration::from_millis(300);

fn main() -> Outcome<()> {
    if std::env::args().any(|argument| argument == "--serve") {
        return serve();
    }
    let server = Server::start()?;
    beside_wrk(&server)?;
    stall(&server)?;
    median(&server)
}

fn beside_wrk(server: &Server) -> Outcome<()> {
    println!("connections  threads       wrk/s      marb/s   ratio   wrk p50  marb p50");
    for (connections, threads) in [(10, 1), (50, 1), (50, 2)] {
        for _ in 0..ROUNDS {
            let (wrk, wrk_p50) = wrk(server.address, connections, threads)?;
            let pace = Pace::For(Duration::from_secs(SECONDS));
            let (tally, elapsed) = marb(server.address, connections, threads, pace)?;
            let marb = per_second(&tally, elapsed);
            println!(
                "{connections:11} {threads:8} {wrk:11.0} {marb:11.0} {:7.3} {wrk_p50:>9} {:>6} us",
                marb / wrk,
                tally.latencies.quantile(0.5).as_micros()
            );
        }
    }
    Ok(())
}

/// What is told of a pause, on a schedule and in a closed loop.
fn stall(server: &Server) -> Outcome<()> {
    println!("\nstopped ms  implied p99  corrected p99          uncorrected p99  closed loop p99");
    let duration = Duration::from_secs_f64(STALL_SECONDS);
    for _ in 0..ROUNDS {
        let (open, stopped) = with_a_pause(server, Pace::Rate { per_second: STALL_RATE, duration })?;
        let (closed, _) = with_a_pause(server, Pace::For(duration))?;
        // One in a hundred of all requests was due in so long a part of the pause; the last of them waited for the rest of it.
        let implied = stopped.as_secs_f64() - 0.01 * STALL_SECONDS;
        let p99 = |latencies: &Latencies| latencies.quantile(0.99).as_secs_f64() * 1e3;
        let corrected = p99(&open.latencies);
        println!(
            "{:10.1} {:9.1} ms {corrected:11.1} ms {:+.1} % {:21.2} ms {:13.2} ms",
            stopped.as_secs_f64() * 1e3,
            implied * 1e3,
            (corrected / (implied * 1e3) - 1.0) * 100.0,
            p99(&open.uncorrected),
            p99(&closed.latencies),
        );
    }
    Ok(())
}

/// Runs with the server stopped in the middle; gives how long it stood still.
fn with_a_pause(server: &Server, pace: Pace) -> Outcome<(Tally, Duration)> {
    let process = server.process.id().to_string();
    let signal = |name: &str| Command::new("kill").args(["-s", name, &process]).status();
    thread::scope(|scope| {
        let pause = scope.spawn(|| -> std::io::Result<Duration> {
            thread::sleep(Duration::from_secs_f64(STALL_SECONDS / 2.0));
            signal("STOP")?;
            let clock = Clock::system();
            thread::sleep(PAUSE);
            signal("CONT")?;
            Ok(clock.passed())
        });
        let (tally, _) = marb(server.address, 10, 1, pace)?;
        Ok((tally, pause.join().map_err(|_| "the pause failed")??))
    })
}

/// The median of the same answers in a closed loop of one connection and on a schedule.
fn median(server: &Server) -> Outcome<()> {
    let duration = Duration::from_secs(SECONDS);
    let p50 = |latencies: &Latencies| latencies.quantile(0.5).as_secs_f64() * 1e6;
    println!("\n                 requests/s       p50");
    for _ in 0..ROUNDS {
        let (closed, elapsed) = marb(server.address, 1, 1, Pace::For(duration))?;
        let rate = per_second(&closed, elapsed);
        println!("closed loop     {rate:11.0} {:6.0} us", p50(&closed.latencies));
        for share in [0.1, 0.5, 0.8] {
            let per_second = rate * share;
            let (open, _) = marb(server.address, 10, 1, Pace::Rate { per_second, duration })?;
            println!("on a schedule   {per_second:11.0} {:6.0} us", p50(&open.latencies));
        }
    }
    Ok(())
}

/// The server's process; dropped, it ends.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Outcome<Self> {
        let mut process =
            Command::new(std::env::current_exe()?).arg("--serve").stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let out = process.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { process, address: line.trim().parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers every request with the same kilobyte.
fn serve() -> Outcome<()> {
    let body = Bytes::from("x".repeat(1_000));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            let answer = service_fn(move |_| {
                let body = body.clone();
                async move { Ok::<_, Infallible>(Response::new(Full::new(body))) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    })
}

fn marb(address: SocketAddr, connections: usize, threads: usize, pace: Pace) -> Outcome<(Tally, Duration)> {
    let host = address.to_string().parse()?;
    let endpoint = Endpoint {
        name: "GET /".to_owned(),
        weight: 1.0,
        method: Method::GET,
        targets: Targets::One("/".parse()?),
        headers: vec![(hyper::header::HOST, host)],
        bodies: Bodies::default(),
    };
    let timeout = Duration::from_secs(5);
    let load = Load { address, connections, threads, keep_alive: true, timeout, pace, seed: 1 };
    let mix = Arc::new(Mix::new(vec![endpoint]));
    let mut measured = driver::run(&mix, &load, &Clock::system(), |_| ControlFlow::Continue(()))?;
    let tally = measured.tallies.pop().ok_or("nothing was measured")?;
    assert_eq!((tally.errors(), tally.missed), (0, 0), "{:?}", tally.failed);
    Ok((tally, measured.elapsed))
}

fn per_second(tally: &Tally, elapsed: Duration) -> f64 {
    let requests = u32::try_from(tally.requests()).map_or(f64::INFINITY, f64::from);
    requests / elapsed.as_secs_f64()
}

fn wrk(address: SocketAddr, connections: usize, threads: usize) -> Outcome<(f64, String)> {
    let output = Command::new("wrk")
        .args(["--latency", &format!("-t{threads}"), &format!("-c{connections}"), &format!("-d{SECONDS}s")])
        .arg(format!("http://{address}/"))
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    let after = |label: &str| said.lines().find_map(|line| Some(line.trim().strip_prefix(label)?.trim()));
    let rate = after("Requests/sec:").ok_or("wrk names no rate")?.parse()?;
    Ok((rate, after("50%").ok_or("wrk names no median")?.to_owned()))
}
