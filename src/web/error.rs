//! What goes wrong on the way to an answer, as RFC 9457 problem details; the only place that knows HTTP statuses.

use std::fmt::Display;
use std::io::Cursor;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Catcher, catch, catchers};
use serde::Serialize;

use crate::appliance::error::ApplianceError;

/// The answer to a request that could not be served: its status, a stable code and a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: Status,
    code: &'static str,
    detail: String,
    retry_after_seconds: Option<u32>,
}

/// The JSON of a problem: RFC 9457's members, and `error` and `message` for clients of the earlier API.
#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    error: &'static str,
    message: &'a str,
}

impl Problem {
    fn new(status: Status, code: &'static str, detail: impl Display) -> Self {
        Self { status, code, detail: detail.to_string(), retry_after_seconds: None }
    }

    /// 404: there is no such thing.
    pub(super) fn not_found(detail: impl Display) -> Self {
        Self::new(Status::NotFound, "NOT_FOUND", detail)
    }

    /// 422: a parameter or a body that is not what it should be.
    pub(super) fn invalid(detail: impl Display) -> Self {
        Self::new(Status::UnprocessableEntity, "VALIDATION_ERROR", detail)
    }

    /// 409: it does not go with what is stored.
    pub(super) fn conflict(detail: impl Display) -> Self {
        Self::new(Status::Conflict, "CONFLICT", detail)
    }

    /// 413: more bytes than are taken in one request.
    pub(super) fn too_large(detail: impl Display) -> Self {
        Self::new(Status::PayloadTooLarge, "PAYLOAD_TOO_LARGE", detail)
    }

    /// 415: not a kind of content that is taken here.
    pub(super) fn unsupported(detail: impl Display) -> Self {
        Self::new(Status::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", detail)
    }

    /// 403: the request does not come from this server's own pages or tools.
    pub(super) fn forbidden(detail: impl Display) -> Self {
        Self::new(Status::Forbidden, "FORBIDDEN", detail)
    }

    /// 503: not now; worth trying again.
    pub(super) fn unavailable(detail: impl Display) -> Self {
        let problem = Self::new(Status::ServiceUnavailable, "SERVICE_UNAVAILABLE", detail);
        Self { retry_after_seconds: Some(2), ..problem }
    }

    /// 500: a fault of ours. The cause goes to the log, never into the answer, since it may hold data.
    pub(super) fn internal(cause: impl Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            Status::InternalServerError,
            "INTERNAL_ERROR",
            "Something went wrong inside marb; the log of the server says what. Nothing was changed.",
        )
    }

    /// 500: the database file is broken where the answer stands; other answers may still be had.
    fn damaged(detail: impl Display) -> Self {
        tracing::error!("the database file is damaged");
        Self::new(Status::InternalServerError, "DATABASE_DAMAGED", detail)
    }

    fn for_status(status: Status) -> Self {
        match status.code {
            404 => Self::not_found("There is nothing at this address; the README lists the paths."),
            405 => Self::new(status, "METHOD_NOT_ALLOWED", "This address does not take this method."),
            413 => Self::too_large("The request is larger than this server takes."),
            415 => Self::unsupported("This address does not take content of this type."),
            422 => Self::invalid("A part of the address or body is malformed: ids are whole numbers from 1."),
            429 => Self::new(status, "TOO_MANY_REQUESTS", "Too many requests; try again in a moment."),
            503 => Self::unavailable("The server is busy; try again in a moment."),
            400..=499 => Self::new(status, "BAD_REQUEST", "The request is malformed."),
            _ => Self::internal(status),
        }
    }
}

impl From<ApplianceError> for Problem {
    fn from(error: ApplianceError) -> Self {
        match error {
            ApplianceError::NotFound(what) => Self::not_found(what),
            ApplianceError::Conflict(why) => Self::conflict(why),
            ApplianceError::Invalid(why) => Self::invalid(why),
            ApplianceError::NotEdi(why) => Self::unsupported(why),
            ApplianceError::NoRoom(why) => Self::new(Status::InsufficientStorage, "NO_ROOM", why),
            ApplianceError::Busy(why) => Self::unavailable(why),
            ApplianceError::Damaged(why) => Self::damaged(why),
            ApplianceError::Store(cause) => Self::internal(cause),
            ApplianceError::Io(cause) => Self::internal(cause),
        }
    }
}

impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let document = Document {
            r#type: "about:blank",
            title: self.status.reason_lossy(),
            status: self.status.code,
            detail: &self.detail,
            error: self.code,
            message: &self.detail,
        };
        let json = serde_json::to_vec(&document).map_err(|_| Status::InternalServerError)?;
        let mut response = Response::build();
        response
            .status(self.status)
            .header(ContentType::new("application", "problem+json"))
            .sized_body(json.len(), Cursor::new(json));
        if let Some(seconds) = self.retry_after_seconds {
            response.header(Header::new("Retry-After", seconds.to_string()));
        }
        response.ok()
    }
}

#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Problem {
    request.local_cache(|| None::<Problem>).clone().unwrap_or_else(|| Problem::for_status(status))
}

/// The catchers that turn every error of the framework into a problem document.
pub(super) fn catchers() -> Vec<Catcher> {
    catchers![any]
}
