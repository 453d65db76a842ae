//! What went wrong, as RFC 9457 has it: `application/problem+json` with a hint.

use crate::error::ServeError;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use koridor_contract::ErrorKind;
use koridor_lake::LakeError;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const PROBLEM: &str = "application/problem+json";

/// What is told of a page that is not there.
pub const NO_PAGE: &str = "there is no such page";

/// What went wrong, and what to do about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The status again.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The status in words.
    title: &'static str,
    /// What is wrong with this request.
    detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hint: Option<String>,
    /// What is told to the log alone.
    #[serde(skip)]
    #[schema(ignore)]
    told: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What the log is told of a fault whose words are not for callers.
#[derive(Clone)]
pub struct Fault(pub String);

impl Problem {
    /// A problem of a status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Problem"),
            detail: detail.into(),
            hint: None,
            told: None,
            headers: Vec::new(),
        }
    }

    /// A caller's mistake, with what to do instead.
    pub fn wrong(detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail).hinted(hint)
    }

    /// There is no such thing.
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// With what to do about it.
    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same with another status, where it is the caller's: a name that is well said and is
    /// none's is not found.
    #[must_use]
    pub fn or_missing(self) -> Self {
        match self.status() {
            StatusCode::BAD_REQUEST => {
                Self { status: StatusCode::NOT_FOUND.as_u16(), title: "Not Found", ..self }
            }
            _ => self,
        }
    }

    /// What the log is told of it.
    pub fn told(&self) -> &str {
        self.told.as_deref().unwrap_or(&self.detail)
    }

    /// What is wrong, for a page.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do about it, for a page.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl<E: Into<ServeError>> From<E> for Problem {
    fn from(error: E) -> Self {
        let error: ServeError = error.into();
        let hint = error.hint_at_door();
        match error.kind() {
            ErrorKind::Caller => {
                let problem = Self::new(StatusCode::BAD_REQUEST, error.to_string());
                Self { hint, ..problem }
            }
            ErrorKind::Exhausted => {
                let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string());
                Self { hint, ..problem }
            }
            ErrorKind::Busy => {
                let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string());
                busy.hinted("ask again later").with(header::RETRY_AFTER, "5")
            }
            ErrorKind::Internal | ErrorKind::Fault => {
                let detail = "the server could not do it; its log has more";
                let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
                Self { told: Some(error.to_string()), ..problem }
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        if let Some(told) = &self.told {
            response.extensions_mut().insert(Fault(told.clone()));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// That a part of the program ended without its outcome.
pub fn ended_early<E: std::fmt::Display>(error: E) -> LakeError {
    LakeError::Fault(error.to_string())
}
