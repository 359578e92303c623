//! How many requests a second the load bench makes beside wrk, against a bare hyper server.
//!
//! `cargo bench --bench load`; wrk has to be installed. Both ask the same server, a process of its own with one thread, with as
//! many connections and threads, one after the other in three rounds.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::convert::Infallible;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response};
use hyper_util::rt::TokioIo;
use marb::bench::driver;
use marb::bench::load::{Load, Pace};
use marb::bench::mix::{Bodies, Endpoint, Mix, Targets};
use marb::bench::tally::Tally;
use marb::clock::Clock;
use tokio::net::TcpListener;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 3;
const SECONDS: u64 = 4;

fn main() -> Outcome<()> {
    if std::env::args().any(|argument| argument == "--serve") {
        return serve();
    }
    let server = Server::start()?;
    println!("connections  threads       wrk/s      marb/s   ratio   wrk p50  marb p50");
    for (connections, threads) in [(10, 1), (50, 1), (50, 2)] {
        for _ in 0..ROUNDS {
            let (wrk, wrk_p50) = wrk(server.address, connections, threads)?;
            let (marb, marb_p50) = marb(server.address, connections, threads)?;
            let ratio = marb / wrk;
            println!(
                "{connections:11} {threads:8} {wrk:11.0} {marb:11.0} {ratio:7.3} {wrk_p50:>9} {:>6} us",
                marb_p50.as_micros()
            );
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

fn marb(address: SocketAddr, connections: usize, threads: usize) -> Outcome<(f64, Duration)> {
    let host = address.to_string().parse()?;
    let endpoint = Endpoint {
        name: "GET /".to_owned(),
        weight: 1.0,
        method: Method::GET,
        targets: Targets::One("/".parse()?),
        headers: vec![(hyper::header::HOST, host)],
        bodies: Bodies::default(),
    };
    let load = Load {
        address,
        connections,
        threads,
        keep_alive: true,
        timeout: Duration::from_secs(5),
        pace: Pace::For(Duration::from_secs(SECONDS)),
        seed: 1,
    };
    let mix = Arc::new(Mix::new(vec![endpoint]));
    let measured = driver::run(&mix, &load, &Clock::system(), |_| ControlFlow::Continue(()))?;
    let tally = measured.tallies.first().ok_or("nothing was measured")?;
    assert_eq!(tally.errors(), 0, "{:?}", tally.failed);
    Ok((per_second(tally, measured.elapsed), tally.latencies.quantile(0.5)))
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
