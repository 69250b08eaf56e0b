//! Who asks for something to be done, and how they are answered: one with the script stays where they are and puts a
//! line in place, one without it is led to a page.

use std::convert::Infallible;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use problem_types::{Language, Text};
use serde::de::DeserializeOwned;

use super::{language, texts, views};

/// Set by the script, which puts what follows in place by itself.
const STAY: &str = "x-stay";

/// Whoever asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    language: Language,
    stays: bool,
}

impl Asker {
    pub fn of(headers: &HeaderMap) -> Self {
        Self { language: language::chosen(headers), stays: headers.contains_key(STAY) }
    }

    /// Done: the page that shows it, or nothing for one who is there.
    pub fn done(self, page: &str) -> Response {
        if self.stays { StatusCode::NO_CONTENT.into_response() } else { Redirect::to(page).into_response() }
    }

    /// Not done, and why.
    pub fn refuse(self, status: StatusCode, why: &Text) -> Response {
        if self.stays {
            (status, [(header::CACHE_CONTROL, "no-store")], why.get(self.language).to_owned()).into_response()
        } else {
            views::notice(status, why, self.language)
        }
    }

    /// There is nothing of that name.
    pub fn no_such_thing(self) -> Response {
        self.refuse(StatusCode::NOT_FOUND, &texts::NO_SUCH_THING)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// The fields of a form; whoever sends others is told so.
pub(super) struct Fields<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Fields<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let asker = Asker::of(request.headers());
        match Form::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(asker.refuse(rejection.into_response().status(), &texts::NO_SUCH_FIELDS)),
        }
    }
}
