//! The server of `--self`: `marb demo` as a process of its own, so that its memory and time are its own too.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::bench::address::BaseUrl;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;

/// The process; dropped, it is asked to end and awaited, and removes its folder.
pub(super) struct OwnServer {
    process: Child,
    pub(super) base_url: BaseUrl,
}

impl OwnServer {
    /// Starts it and waits until it listens.
    pub(super) fn start(claims: u64, seed: u64, interrupt: &Interrupt) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::of("cannot start a server of its own", error);
        let marb = std::env::current_exe().map_err(|error| failed(&error))?;
        let mut command = Command::new(marb);
        command
            .args(["demo", "--end-with-parent", "--address", "127.0.0.1", "--port", "0"])
            .args([format!("--claims={claims}"), format!("--seed={seed}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        // Ctrl-C is for the bench, which ends its server when the report is made.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().map_err(|error| failed(&error))?;
        let said = process.stdout.take();
        // From here on it is ended whatever happens.
        let placeholder = "http://127.0.0.1".parse().map_err(|error| failed(&error))?;
        let mut server = Self { process, base_url: placeholder };
        let (found, address) = mpsc::channel();
        thread::spawn(move || {
            let lines = said.into_iter().flat_map(|said| BufReader::new(said).lines());
            for line in lines.map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("http://") {
                    let _ = found.send(address.trim_end_matches('/').to_owned());
                }
            }
        });
        loop {
            match address.recv_timeout(Duration::from_millis(100)) {
                Ok(address) => {
                    server.base_url = format!("http://{address}").parse().map_err(|error| failed(&error))?;
                    return Ok(server);
                }
                Err(RecvTimeoutError::Timeout) if interrupt.came() => {
                    return Err(Failure::Failed("stopped before anything was measured".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                // It has said why.
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Said),
            }
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        if !ask_to_end(&self.process) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

#[cfg(target_os = "linux")]
fn ask_to_end(process: &Child) -> bool {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_child(process), Signal::TERM).is_ok()
}

#[cfg(not(target_os = "linux"))]
const fn ask_to_end(_: &Child) -> bool {
    false
}
