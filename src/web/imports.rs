//! Files coming in, and what became of them.

use std::io::{self, ErrorKind};

use rocket::form::{self, Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State, get, post};

use crate::appliance::error::ApplianceError;
use crate::appliance::receiving::Arrived;

use super::answer::Json;
use super::door::Door;
use super::error::Problem;
use super::query::Query;

/// An upload: one file, and whose it is.
#[derive(FromForm)]
pub(super) struct Upload<'r> {
    /// All that are sent under this name: of two, none may be dropped unnoticed.
    file: Vec<TempFile<'r>>,
    practice_id: Option<String>,
}

/// The form, or why it is none.
pub(super) type Form837or835<'r> = Result<Form<Upload<'r>>, form::Errors<'r>>;

/// Takes a file of any kind.
#[post("/imports", data = "<form>")]
pub(super) async fn receive(
    form: Form837or835<'_>,
    query: Query,
    door: &State<Door>,
) -> Result<Json, Problem> {
    take(form, query, door).await
}

/// Takes a claim file; a remittance file is taken as what it is.
#[post("/claims/upload", data = "<form>")]
pub(super) async fn claims(
    form: Form837or835<'_>,
    query: Query,
    door: &State<Door>,
) -> Result<Json, Problem> {
    take(form, query, door).await
}

/// Takes a remittance file; a claim file is taken as what it is.
#[post("/remits/upload", data = "<form>")]
pub(super) async fn remits(
    form: Form837or835<'_>,
    query: Query,
    door: &State<Door>,
) -> Result<Json, Problem> {
    take(form, query, door).await
}

async fn take(form: Form837or835<'_>, mut query: Query, door: &Door) -> Result<Json, Problem> {
    let in_query = query.text("practice_id")?;
    query.end()?;
    let upload = form.map_err(|errors| refusal(&errors))?.into_inner();
    let practice_id = upload.practice_id.filter(|id| !id.is_empty()).or(in_query);
    let [file] = &upload.file[..] else { return Err(not_one_file(upload.file.len())) };
    let filename = file_name(file);
    let arrived = match file.path() {
        Some(path) if file.len() > 0 => Arrived { path: path.to_owned(), filename, practice_id },
        _ => return Err(Problem::unsupported("The file is empty; send an X12 837 or 835 file.")),
    };
    // The upload is held until the answer: its drop removes the file if it was not taken.
    let answer = door.answer(move |appliance| appliance.receive(&arrived)).await;
    drop(upload.file);
    answer
}

const ONE_FILE: &str = "Send multipart/form-data with the file in a field named `file`.";

fn not_one_file(files: usize) -> Problem {
    match files {
        0 => Problem::invalid(ONE_FILE),
        _ => Problem::invalid("Send one file in a request; nothing of these was taken."),
    }
}

/// The last part of the name that the client gave, without what could act as a path or a control code.
fn file_name(file: &TempFile<'_>) -> String {
    let given = file.raw_name().map_or("", |name| name.dangerous_unsafe_unsanitized_raw().as_str());
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if shown.is_empty() { "upload".to_owned() } else { shown }
}

fn refusal(errors: &form::Errors<'_>) -> Problem {
    // A form that breaks off is of invalid length too, but without a limit that it exceeds.
    let too_large = |error: &form::Error<'_>| {
        matches!(error.kind, form::error::ErrorKind::InvalidLength { max: Some(_), .. })
    };
    if errors.iter().any(too_large) {
        return Problem::too_large(
            "The file is larger than this server takes in one upload (max_upload_size); `marb import` takes any size.",
        );
    }
    // The file is written to disk while it arrives.
    let no_room = |error: &form::Error<'_>| match &error.kind {
        form::error::ErrorKind::Io(cause) => {
            matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
        }
        _ => false,
    };
    if errors.iter().any(no_room) {
        return ApplianceError::from(io::Error::from(ErrorKind::StorageFull)).into();
    }
    Problem::invalid(ONE_FILE)
}

/// Imports, newest first.
#[get("/imports")]
pub(super) async fn list(mut query: Query, door: &State<Door>) -> Result<Json, Problem> {
    let page = query.page()?;
    query.end()?;
    door.answer(move |appliance| appliance.imports(page)).await
}

/// One import: where it stands, what the file held and the findings.
#[get("/imports/<task_id>")]
pub(super) async fn show(task_id: String, door: &State<Door>) -> Result<Json, Problem> {
    door.answer(move |appliance| appliance.import(&task_id)).await
}
