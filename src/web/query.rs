//! The query of a request, taken apart by name: each value is checked, and a name that nobody takes is refused.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rocket::request::{FromParam, FromRequest, Outcome, Request};
use rocket::serde::json;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::lists::Page;

use super::error::Problem;

/// The `name=value` pairs behind the `?`, until they are taken.
pub(super) struct Query(Vec<(String, String)>);

/// What `SQLite` can count to.
const MAX_SKIP: u64 = i64::MAX.unsigned_abs();
const MAX_LIMIT: u32 = 1000;
const DEFAULT_LIMIT: u32 = 100;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Query {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let fields = request.query_fields();
        Outcome::Success(Self(fields.map(|f| (f.name.to_string(), f.value.to_owned())).collect()))
    }
}

impl Query {
    /// Takes a value that may be missing; an empty one counts as missing, as a form that was not filled in sends it.
    pub(super) fn optional<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Problem>
    where
        T::Err: Display,
    {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let value = text.parse().map_err(|why| Problem::invalid(format_args!("{name}={text}: {why}")))?;
        Ok(Some(value))
    }

    /// Takes a value that has to be there.
    pub(super) fn required<T: FromStr>(&mut self, name: &str) -> Result<T, Problem>
    where
        T::Err: Display,
    {
        self.optional(name)?.ok_or_else(|| Problem::invalid(format_args!("The parameter {name} is missing.")))
    }

    /// Takes a text that may be missing.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut found = None;
        while let Some(place) = self.0.iter().position(|(field, _)| field == name) {
            let (_, value) = self.0.swap_remove(place);
            if found.replace(value).is_some() {
                return Err(Problem::invalid(format_args!("The parameter {name} is given more than once.")));
            }
        }
        Ok(found.filter(|value| !value.is_empty()))
    }

    /// Takes `after`, `skip` and `limit`.
    pub(super) fn page(&mut self) -> Result<Page, Problem> {
        let skip = self.whole("skip", 0..=MAX_SKIP)?.unwrap_or(0);
        let limit = self.whole("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
        Ok(Page { after: self.optional("after")?, skip, limit })
    }

    /// Takes a whole number of these.
    fn whole<T: FromStr + Display + PartialOrd>(
        &mut self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            Problem::invalid(format_args!("{name}={text}: a whole number from {least} to {most}."))
        })
    }

    /// Takes one of `all`, by the name that each is `called`.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        name: &str,
        all: &[T],
        called: fn(T) -> &'static str,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = all.iter().copied().find(|one| called(*one) == text);
        found.map(Some).ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|one| called(*one)).collect();
            Problem::invalid(format_args!("{name}={text}: one of {}.", names.join(", ")))
        })
    }

    /// Takes a moment: a timestamp, or a date, which means its beginning in UTC (its end where `end_of_day`).
    pub(super) fn moment(&mut self, name: &str, end_of_day: bool) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let of_date = |date: Date| {
            let time = if end_of_day { date.at(23, 59, 59, 999_999_999) } else { date.at(0, 0, 0, 0) };
            TimeZone::UTC.to_timestamp(time).ok()
        };
        let parsed = text.parse::<Timestamp>().ok().or_else(|| of_date(text.parse().ok()?));
        parsed.map(Some).ok_or_else(|| {
            Problem::invalid(format_args!(
                "{name}={text}: a date (2026-03-31) or a UTC time (2026-03-31T12:00:00Z)."
            ))
        })
    }

    /// Refuses what was not taken: a misspelt filter must not answer with everything.
    pub(super) fn end(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::invalid(format_args!("There is no parameter {name} here."))),
        }
    }
}

/// An id in the path: a whole number from 1.
pub(super) struct Id<T>(Result<T, String>);

impl<T> Id<T> {
    /// The id.
    pub(super) fn get(self) -> Result<T, Problem> {
        self.0
            .map_err(|text| Problem::invalid(format_args!("{text} is no id: ids are whole numbers from 1.")))
    }
}

impl<'r, T: FromStr> FromParam<'r> for Id<T> {
    type Error = std::convert::Infallible;

    fn from_param(text: &'r str) -> Result<Self, Self::Error> {
        Ok(Self(text.parse().map_err(|_| text.chars().take(40).collect())))
    }
}

/// What a JSON object says; an array of the members' values, which serde would take as well, is refused.
pub(super) struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// A JSON body as a route takes it.
pub(super) type Body<'r, T> = Result<json::Json<Object<T>>, json::Error<'r>>;

/// What a JSON body says, or the problem that it has.
pub(super) fn body<T>(body: Body<'_, T>) -> Result<T, Problem> {
    match body {
        Ok(body) => Ok(body.into_inner().0),
        Err(json::Error::Parse(_, why)) => {
            Err(Problem::invalid(format_args!("The body is not as expected: {why}.")))
        }
        Err(json::Error::Io(why)) if why.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(Problem::too_large("The body is larger than is taken here."))
        }
        Err(json::Error::Io(why)) => {
            Err(Problem::invalid(format_args!("The body could not be read: {why}.")))
        }
    }
}
