//! The HTTP API and the pages: the only room that knows Rocket. Routes of one noun stand in one file.

mod answer;
mod cache;
mod claims;
mod database;
mod door;
mod episodes;
mod error;
mod guard;
mod health;
mod imports;
mod pages;
mod patterns;
mod payers;
mod practices;
mod process;
mod providers;
mod query;
mod remits;
mod risk;
mod server;
pub mod settings;
mod stopping;

use std::net::SocketAddr;
use std::sync::Arc;

use rocket::config::LogLevel;
use rocket::data::{ByteUnit, Limits};
use rocket::fairing::AdHoc;
use rocket::shield::{NoSniff, Shield};
use rocket::tokio::runtime::Builder;
use rocket::{Build, Config, Rocket, routes};

use crate::appliance::Appliance;

use door::Door;
use guard::Guard;
use settings::ServerSettings;
use stopping::Signals;

/// What keeps the server from starting, or ended it.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error("port {0} is in use: stop the program that uses it, or choose another with --port")]
    PortInUse(u16),
    /// The address is none of this machine's, or the port is reserved.
    #[error("cannot listen on {0}: {1}")]
    CannotListen(SocketAddr, String),
    /// Anything else.
    #[error("the server could not start: {0}")]
    Other(String),
}

/// Serves until SIGTERM or Ctrl-C; requests under way are answered first.
///
/// `listening` is called with the address once the server accepts connections.
///
/// # Errors
/// When it cannot listen.
pub fn serve(
    appliance: Arc<Appliance>,
    settings: &ServerSettings,
    listening: impl Fn(SocketAddr) + Send + Sync + 'static,
) -> Result<(), ServeError> {
    let stopping = Arc::clone(&appliance);
    let on_stop = AdHoc::on_shutdown("stop", move |_| {
        stopping.stop();
        Box::pin(async {})
    });
    let server =
        server(appliance, settings).attach(on_stop).attach(AdHoc::on_liftoff("address", move |rocket| {
            let address = SocketAddr::new(rocket.config().address, rocket.config().port);
            listening(address);
            Box::pin(async {})
        }));
    let runtime = threads(settings.rocket.workers)
        .max_blocking_threads(settings.rocket.max_blocking)
        .thread_name("web")
        .enable_all()
        .build()
        .map_err(|error| ServeError::Other(error.to_string()))?;
    runtime.block_on(async {
        let signals = Signals::hear().map_err(|error| ServeError::Other(error.to_string()))?;
        let server = server.ignite().await.map_err(|error| explain(&error, settings))?;
        signals.pass_on(&server.shutdown());
        server.launch().await.map_err(|error| explain(&error, settings))?;
        Ok(())
    })
}

/// One thread alone needs no others to be woken, which costs more than most answers do.
fn threads(workers: usize) -> Builder {
    if workers == 1 {
        return Builder::new_current_thread();
    }
    let mut threads = Builder::new_multi_thread();
    threads.worker_threads(workers);
    threads
}

fn explain(error: &rocket::Error, settings: &ServerSettings) -> ServeError {
    let address = SocketAddr::new(settings.rocket.address, settings.rocket.port);
    match error.kind() {
        rocket::error::ErrorKind::Bind(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => {
            ServeError::PortInUse(address.port())
        }
        rocket::error::ErrorKind::Bind(cause) => ServeError::CannotListen(address, cause.to_string()),
        other => ServeError::Other(other.to_string()),
    }
}

/// What a form may take beside the file in it: far more than can arrive before the file is looked at, so that a file that is
/// too large meets its own limit first and is told so.
const FORM_AROUND_FILE: ByteUnit = ByteUnit::Mebibyte(16);
const JSON_BODY: ByteUnit = ByteUnit::Mebibyte(1);

/// The server with its routes, not yet started.
fn server(appliance: Arc<Appliance>, settings: &ServerSettings) -> Rocket<Build> {
    let upload = settings.access.max_upload_size;
    let limits = Limits::default()
        .limit("file", upload)
        .limit("data-form", upload + FORM_AROUND_FILE)
        .limit("json", JSON_BODY);
    let config = Config {
        limits,
        temp_dir: appliance.incoming_folder().into(),
        log_level: LogLevel::Off,
        cli_colors: false,
        ..settings.rocket.clone()
    };
    let guard = Guard::new(config.address, &settings.access.allowed_hosts, settings.data);
    rocket::custom(config)
        .manage(Door(appliance))
        .manage(settings.data)
        .attach(guard)
        // The pages say by their policy what may frame them, and nothing else can be shown in a frame to any use.
        .attach(Shield::new().enable(NoSniff::Enable))
        .register("/", error::catchers())
        .mount("/", routes![pages::index, pages::cache, pages::file])
        .mount(
            "/api/v1",
            routes![
                health::health,
                health::detailed,
                server::stats,
                imports::receive,
                imports::claims,
                imports::remits,
                imports::list,
                imports::show,
                claims::list,
                claims::unlinked,
                claims::show,
                remits::list,
                remits::show,
                remits::link,
                episodes::list,
                episodes::show,
                episodes::link,
                episodes::set_status,
                episodes::complete,
                risk::list,
                risk::evaluation,
                risk::show,
                risk::calculate,
                patterns::detect,
                patterns::detect_all,
                patterns::of_payer,
                patterns::analyze,
                payers::list,
                payers::show,
                payers::set_rules,
                payers::merge,
                providers::list,
                providers::show,
                practices::show,
                practices::set,
                cache::stats,
                cache::reset,
                cache::advice,
                database::stats,
                pages::overview,
            ],
        )
}
