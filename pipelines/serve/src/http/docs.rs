//! The description of what may be asked: as a document, and as a page without scripts.

use super::answer;
use super::asked::Asked;
use super::description::DOCUMENT;
use super::problem::Problem;
use super::tool_pages;
use super::web::Web;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_publish::pages::Tool;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// The document.
pub async fn openapi(asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    let mut response = answer::json(&*DOCUMENT)?;
    let cache = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// The page.
pub async fn docs(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let language = asked.arguments(&["lang"])?.language()?;
    let groups = DOCUMENT["paths"].as_object().into_iter().flatten().map(|(path, operations)| {
        let operations = operations.as_object().into_iter().flatten();
        let operations = operations.map(|(method, own)| OperationView::of(method, own));
        GroupView { path: path.clone(), operations: operations.collect() }
    });
    let shown = DocsView { groups: groups.collect() };
    tool_pages::page(&web, (Tool::Docs, language), StatusCode::OK, shown)
}

#[derive(Serialize)]
struct DocsView {
    groups: Vec<GroupView>,
}

#[derive(Serialize)]
struct GroupView {
    path: String,
    operations: Vec<OperationView>,
}

#[derive(Serialize)]
struct OperationView {
    method: String,
    summary: String,
    description: String,
    parameters: Vec<ParameterView>,
    takes: Vec<String>,
    answers: Vec<AnswerView>,
}

#[derive(Serialize)]
struct ParameterView {
    name: String,
    place: String,
    is_required: bool,
    description: String,
}

#[derive(Serialize)]
struct AnswerView {
    status: String,
    description: String,
    types: Vec<String>,
}

fn text(own: &Value) -> String {
    own.as_str().unwrap_or_default().to_owned()
}

fn keys(own: &Value) -> Vec<String> {
    own.as_object().into_iter().flat_map(|own| own.keys().cloned()).collect()
}

impl OperationView {
    fn of(method: &str, own: &Value) -> Self {
        let parameters = own["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|one| ParameterView {
            name: text(&one["name"]),
            place: text(&one["in"]),
            is_required: one["required"] == true,
            description: text(&one["description"]),
        });
        let answers = own["responses"].as_object().into_iter().flatten();
        let answers = answers.filter(|(status, _)| status.starts_with('2'));
        let answers = answers.map(|(status, one)| AnswerView {
            status: status.clone(),
            description: text(&one["description"]),
            types: keys(&one["content"]),
        });
        Self {
            method: method.to_uppercase(),
            summary: text(&own["summary"]),
            description: text(&own["description"]),
            parameters: parameters.collect(),
            takes: keys(&own["requestBody"]["content"]),
            answers: answers.collect(),
        }
    }
}
