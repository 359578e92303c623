//! The harness: a real `marb serve` over a database of its own, asked through real HTTP.

#![expect(clippy::unwrap_used, reason = "a server that does not start or answer fails the test")]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rusqlite::Connection;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use crate::answer::Answer;
use crate::marb::Folder;

/// Why there is no answer: most often the server's end.
pub(crate) type Unanswered = Box<dyn Error>;

/// How long an answer or an import may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

const BOUNDARY: &str = "marb-test-boundary-7d9f";

/// A running server over `marb-data/marb.db` in a folder; dropped, it is killed and the folder removed.
pub(crate) struct App {
    server: Server,
    folder: Folder,
    client: Runtime,
}

/// The process and where it listens.
struct Server {
    process: Child,
    address: String,
}

impl App {
    /// A server over an empty database.
    pub(crate) fn start() -> Self {
        Self::over(Folder::new())
    }

    /// A server over an empty database, told these settings by its environment.
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        Self::start_in(Folder::new(), variables)
    }

    /// A server over the database that an earlier one left in this folder.
    pub(crate) fn over(folder: Folder) -> Self {
        Self::start_in(folder, &[])
    }

    /// The same, told these settings by its environment.
    pub(crate) fn start_in(folder: Folder, variables: &[(&str, &str)]) -> Self {
        Self::run_in(folder, &["serve"], variables)
    }

    /// A server that another command starts.
    pub(crate) fn run_in(folder: Folder, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let server = Server::launch(&folder, arguments, variables);
        let client = Builder::new_current_thread().enable_all().build().unwrap();
        Self { server, folder, client }
    }

    /// Ends the server without warning, as a loss of power would; gives its folder.
    pub(crate) fn kill(self) -> Folder {
        let Self { server, folder, .. } = self;
        drop(server);
        folder
    }

    /// Kills the server so much later, whatever it is doing then.
    pub(crate) fn dies_in(&self, delay: Duration) -> JoinHandle<()> {
        let id = self.process_id().to_string();
        thread::spawn(move || {
            thread::sleep(delay);
            assert!(Command::new("kill").args(["-s", "KILL", &id]).status().unwrap().success());
        })
    }

    /// Asks the server to end, as the system or a person does (`TERM`, `INT`); gives its exit code and its folder.
    pub(crate) fn stop(self, signal: &str) -> (Option<i32>, Folder) {
        let Self { mut server, folder, .. } = self;
        let id = server.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        (server.process.wait().unwrap().code(), folder)
    }

    /// Where the server listens: `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.server.address
    }

    /// The server's process.
    pub(crate) fn process_id(&self) -> u32 {
        self.server.process.id()
    }

    /// What the server said on standard error until now.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(LOG)).unwrap()
    }

    /// The folder that the server was started in.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// How many received files are on the disk, whether imported or on their way.
    pub(crate) fn kept_files(&self) -> usize {
        let received = self.folder.path().join("marb-data/received");
        let files = |folder: PathBuf| {
            std::fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().path().is_file()).count()
        };
        files(received.join("incoming")) + files(received)
    }

    /// The database, beside the running server.
    pub(crate) fn database(&self) -> Connection {
        Connection::open(database(&self.folder)).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "")
    }

    pub(crate) fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, &[], "")
    }

    /// Sends a body as JSON.
    pub(crate) fn json(&self, method: Method, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], body)
    }

    /// Uploads bytes as a file of this name, with other fields of the form before it.
    #[track_caller]
    pub(crate) fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        filename: &str,
        bytes: impl AsRef<[u8]>,
    ) -> Answer {
        self.try_upload(path, fields, filename, bytes).unwrap()
    }

    /// As [`App::upload`]; an error where the server does not live to answer.
    pub(crate) fn try_upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        filename: &str,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Answer, Unanswered> {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes.as_ref());
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.try_send(Method::POST, path, &[("content-type", &kind)], body)
    }

    /// Waits until nothing is done in the background any more: imports, learning and new scores.
    #[expect(clippy::disallowed_methods, reason = "another process has to come to an end in real time")]
    #[track_caller]
    pub(crate) fn rest(&self) {
        let start = Instant::now();
        loop {
            let health = self.get("/api/v1/health/detailed").ok();
            if health["components"]["learning"]["at_rest"] == true {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "the server does not come to rest: {health}");
        }
    }

    /// Uploads a file and waits until it is imported and everything that follows is through; gives the import.
    #[track_caller]
    pub(crate) fn import(&self, filename: &str, bytes: impl AsRef<[u8]>) -> Value {
        let receipt = self.upload("/api/v1/imports", &[], filename, bytes).ok();
        let import = self.wait_for(receipt["task_id"].as_str().unwrap());
        assert_eq!(import["state"], "done", "{import}");
        self.rest();
        import
    }

    /// Waits until an import came to its end; gives it.
    #[expect(clippy::disallowed_methods, reason = "another process has to come to an end in real time")]
    #[track_caller]
    pub(crate) fn wait_for(&self, task_id: &str) -> Value {
        let start = Instant::now();
        loop {
            let import = self.get(&format!("/api/v1/imports/{task_id}")).ok();
            if !matches!(import["state"].as_str(), Some("queued" | "running")) {
                return import;
            }
            assert!(start.elapsed() < PATIENCE, "{task_id} does not come to its end: {import}");
        }
    }

    /// Imports these files, one after the other.
    #[track_caller]
    pub(crate) fn holding(files: &[&str]) -> Self {
        let app = Self::start();
        for file in files {
            app.import("file.edi", file);
        }
        app
    }

    /// Sends a request of any kind.
    #[track_caller]
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        self.try_send(method, path, headers, body).unwrap()
    }

    fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Result<Answer, Unanswered> {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(HOST, self.address());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_ref()))).unwrap();
        let answer = async {
            let stream = TcpStream::connect(self.address()).await?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            let (head, body) = sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Answer::new(head, String::from_utf8(body.into())?))
        };
        self.client.block_on(async { tokio::time::timeout(PATIENCE, answer).await.unwrap() })
    }
}

/// The database of the servers of a folder.
pub(crate) fn database(folder: &Folder) -> PathBuf {
    folder.path().join("marb-data/marb.db")
}

const LOG: &str = "standard-error.txt";

impl Server {
    /// Starts on a free port, and reads from its output where it listens.
    fn launch(folder: &Folder, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let log = folder.path().join(LOG);
        let mut process = folder
            .command(arguments.iter().chain(&["--port", "0"]))
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = said.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        assert!(address.is_some(), "{}", std::fs::read_to_string(log).unwrap());
        Self { address: address.unwrap().trim_end_matches('/').to_owned(), process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
