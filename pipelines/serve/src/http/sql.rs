//! SQL: a statement that reads, its rows as they come.

use super::answer::{Tag, file, of_rows};
use super::asked::{Arguments, Asked};
use super::body::{self, content_type};
use super::media::ROWS;
use super::parameters::{ListQuery, SqlQuery};
use super::problem::Problem;
use super::web::{Web, of_day};
use crate::extract::Form;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Bytes of a statement.
const MOST_BYTES: usize = 1 << 20;
/// Arguments of a statement that stands in the URL.
const NAMES: [&str; 3] = ["q", "as_of", "format"];

/// A statement as a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The statement.
    #[schema(min_length = 1, example = "select 1")]
    q: String,
    /// A release by its name, or a day.
    #[serde(default)]
    #[schema(nullable = false)]
    as_of: Option<String>,
}

/// A statement in the URL.
#[utoipa::path(get, path = "/v1/sql", tag = "sql", params(SqlQuery), responses(
    (status = 200, description = "Rows, as they come", body = Vec<Object>)))]
pub async fn get(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let arguments = asked.arguments(&NAMES)?;
    let statement = arguments.need("q")?.to_owned();
    answer(&web, &asked, &statement, arguments.get("as_of"), arguments.get("format")).await
}

/// A statement in the body: as text, as JSON or as a form.
#[utoipa::path(post, path = "/v1/sql", tag = "sql", params(ListQuery), responses(
    (status = 200, description = "Rows, as they come", body = Vec<Object>)))]
pub async fn post(
    State(web): State<Arc<Web>>,
    asked: Asked,
    body: Body,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["as_of", "format"])?;
    let kind = content_type(&asked.headers);
    let is_known = ["application/json", "application/x-www-form-urlencoded", "application/sql"];
    if !is_known.contains(&kind.as_str()) && kind != "text/plain" {
        let detail = "a statement is text, JSON or a form";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
            .hinted("Content-Type: application/sql, application/json with {\"q\": ...}"));
    }
    let bytes = body::bytes(body, MOST_BYTES, web.settings.patience).await?;
    let (statement, as_of) = match kind.as_str() {
        "application/json" => {
            let read = serde_json::from_slice::<Statement>(&bytes);
            let own = read.map_err(|error| {
                Problem::wrong(format!("no statement: {error}"), "send {\"q\": \"select ...\"}")
            })?;
            (own.q, own.as_of)
        }
        "application/x-www-form-urlencoded" => {
            let form = Arguments::read(&bytes, &["q", "as_of"])?;
            (form.need("q")?.to_owned(), form.get("as_of").map(str::to_owned))
        }
        _ => {
            let text = String::from_utf8(bytes.to_vec());
            (text.map_err(|_| Problem::wrong("no text", "write it as UTF-8"))?, None)
        }
    };
    let as_of = as_of.as_deref().or(arguments.get("as_of"));
    answer(&web, &asked, &statement, as_of, arguments.get("format")).await
}

async fn answer(
    web: &Web,
    asked: &Asked,
    statement: &str,
    as_of: Option<&str>,
    format: Option<&str>,
) -> Result<Response, Problem> {
    let form = Form::asked(format, &asked.headers, &ROWS)?;
    let shown = web.release(as_of).await?;
    // What stands in tables that are not of the release moves without one.
    let tag = Tag::new(asked, &shown.release.id, &of_day(web, form));
    let is_open = asked.audience().is_none();
    if is_open && let Some(unchanged) = tag.unchanged(asked) {
        return Ok(unchanged);
    }
    let rows = web.service.rows(&asked.caller, statement, as_of).await?;
    let Form::Rows(format) = form else { return Err(Problem::missing("no such form")) };
    let body = of_rows(rows, format).await?;
    let mut response = file(body, form, &format!("sql_{}", shown.release.id));
    if is_open {
        return Ok(tag.on(response));
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    Ok(response)
}
