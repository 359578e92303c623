//! `marb serve`: the API and the pages over a database.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::appliance::Appliance;
use crate::appliance::worker::Worker;
use crate::cli::failure::{Failure, complain};
use crate::cli::output::stdout;
use crate::cli::{logging, opening};
use crate::config::sources::{Flags, Variables};
use crate::config::{Configuration, Settings};
use crate::web;

/// Serve the API and the pages over a database
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marb serve --database practice/marb.db --port 8080")]
pub(super) struct Arguments {
    /// The database file; made where it is missing [default: marb-data/marb.db]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    #[command(flatten)]
    listen: Listen,
}

/// Where to listen.
#[derive(Debug, Args)]
pub(super) struct Listen {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "IP")]
    pub(super) address: Option<IpAddr>,
    /// The port; 0 takes a free one [default: 8000]
    #[arg(long)]
    pub(super) port: Option<u16>,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { database, listen } = arguments;
    let settings = settings(database, &listen)?;
    logging::install(settings.log_level);
    let appliance = opening::appliance(&settings)?;
    let database = settings.store.path.display().to_string();
    serve(&appliance, &settings, move |address| format!("marb serves {database} at http://{address}"))
}

/// The settings of a serving command, checked.
pub(super) fn settings(database: Option<PathBuf>, listen: &Listen) -> Result<Settings, Failure> {
    let flags = Flags { database, address: listen.address, port: listen.port };
    let settings = Configuration::compose(&Variables::of_process(), &flags)?.settings;
    match settings.server.exposure() {
        Ok(None) => {}
        Ok(Some(warning)) => complain(&warning),
        Err(refused) => return Err(Failure::Usage(refused.to_string())),
    }
    Ok(settings)
}

/// Serves until SIGTERM or Ctrl-C; `greeting` is printed once connections are accepted.
pub(super) fn serve(
    appliance: &Arc<Appliance>,
    settings: &Settings,
    greeting: impl Fn(SocketAddr) -> String + Send + Sync + 'static,
) -> Result<(), Failure> {
    let worker =
        Worker::start(appliance).map_err(|error| Failure::of("cannot start the import worker", error))?;
    let greet = move |address| {
        let mut out = stdout();
        // Where nobody reads, the server serves all the same.
        let _ = writeln!(out, "{}", greeting(address)).and_then(|()| out.flush());
    };
    let served = web::serve(Arc::clone(appliance), &settings.server, greet);
    drop(worker);
    let closed = appliance.close();
    served.map_err(|error| Failure::Failed(error.to_string()))?;
    closed.map_err(|error| Failure::of("the database was not closed cleanly", error))
}
