//! The pages: files of `assets/`, built into the executable.

use std::borrow::Cow;
use std::path::PathBuf;

use rocket::http::{ContentType, Header};
use rocket::response::Responder;
use rocket::{State, get};
use rust_embed::RustEmbed;

use crate::appliance::Appliance;
use crate::cache::key::Key;

use super::answer::Cached;
use super::door::Door;
use super::error::Problem;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// A file with the headers that keep a page from loading or sending anything elsewhere.
#[derive(Responder)]
pub(super) struct Asset {
    bytes: Cow<'static, [u8]>,
    kind: ContentType,
    policy: Header<'static>,
    caching: Header<'static>,
}

const POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

fn asset(path: &str) -> Result<Asset, Problem> {
    let file =
        Assets::get(path).ok_or_else(|| Problem::not_found(format_args!("There is no page {path}.")))?;
    let extension = path.rsplit('.').next().unwrap_or_default();
    Ok(Asset {
        bytes: file.data,
        kind: ContentType::from_extension(extension).unwrap_or(ContentType::Binary),
        policy: Header::new("Content-Security-Policy", POLICY),
        caching: Header::new("Cache-Control", "no-cache"),
    })
}

/// The first page.
#[get("/")]
pub(super) fn index() -> Result<Asset, Problem> {
    asset("index.html")
}

/// The statistics of the cache and what to change.
#[get("/cache")]
pub(super) fn cache() -> Result<Asset, Problem> {
    asset("cache.html")
}

/// A file that the pages need.
#[expect(clippy::needless_pass_by_value, reason = "a route owns what it takes from the path")]
#[get("/assets/<path..>")]
pub(super) fn file(path: PathBuf) -> Result<Asset, Problem> {
    asset(&path.to_string_lossy())
}

/// What is in the database, in numbers.
#[get("/overview")]
pub(super) async fn overview(door: &State<Door>) -> Result<Cached, Problem> {
    door.cached(Key::count("overview", ""), Appliance::overview).await
}
