//! Extracts, as `koridor extract` writes them.

use super::answer::{self, Tag, file, written};
use super::asked::{Asked, selection};
use super::media::EXTRACTS;
use super::parameters::{ExtractQuery, LanguageQuery};
use super::problem::Problem;
use super::web::{Web, of_day};
use crate::extract::{self, Extract, Form, Wanted};
use crate::format::Format;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use koridor_publish::words::Words;
use std::sync::Arc;

/// Names of arguments of an extract.
const NAMES: [&str; 8] = ["region", "year", "from", "to", "dimension", "as_of", "format", "lang"];

/// All extracts: name, title, what a row holds.
#[utoipa::path(get, path = "/v1/extracts", tag = "extracts", params(LanguageQuery), responses(
    (status = 200, description = "Name, title, what a row holds", body = Vec<Object>)))]
pub async fn extracts(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["lang"])?;
    Form::asked(None, &asked.headers, &[Form::Rows(Format::Json)])?;
    let words = Words { project: web.project(), language: arguments.language()? };
    let all = extract::list(words).into_iter().map(|own| {
        let extract::Listed { name, title, what } = own;
        serde_json::json!({ "name": name, "title": title, "what": what })
    });
    answer::json(&all.collect::<Vec<_>>())
}

/// One extract in the form that is asked for.
#[utoipa::path(get, path = "/v1/extracts/{name}", tag = "extracts", params(
    ("name" = String, Path, description = "The extract"), ExtractQuery), responses(
    (status = 200, description = "The extract, named by what it holds", body = Vec<Object>)))]
pub async fn one(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&NAMES)?;
    let found = extract::find(web.project(), &name);
    let found = found.map_err(|error| Problem::from(error).or_missing())?;
    let form = Form::asked(arguments.get("format"), &asked.headers, &offered(&found))?;
    let language = arguments.language()?;
    let year = arguments.number("year", 1, 9_999)?.and_then(|own| i32::try_from(own).ok());
    let wanted = Wanted {
        region: arguments.get("region"),
        year,
        from: arguments.get("from"),
        to: arguments.get("to"),
        dimension: arguments.get("dimension"),
    };
    let selection = selection(web.project(), wanted)?;
    let shown = web.release(arguments.get("as_of")).await?;
    let tag = Tag::new(&asked, &shown.release.id, &of_day(&web, form));
    if let Some(unchanged) = tag.unchanged(&asked) {
        return Ok(unchanged);
    }
    web.record(&asked.caller, &format!("extract {name}")).await?;
    let engine = web.engine(&asked.caller, &shown)?;
    if matches!(found, Extract::Evaluation) {
        // Several statements a year look values up.
        web.keep_values(&engine, (&asked.caller, &shown)).await?;
    }
    let stem = extract::file_stem(&engine, &found, &selection);
    let is_of_years = selection.years().is_none_or(|own| own.start() != own.end());
    let project = Arc::clone(web.project());
    let shared = Arc::clone(&web);
    let turn = web.service.turn(&asked.caller).await?;
    let work = move |pipe| async move {
        let _turn = turn;
        let _running = shared.metrics.statements.count();
        let form = (form, language);
        let asked = (name.as_str(), &selection);
        Ok(extract::write_as(&engine, &project, asked, form, pipe).await?.0)
    };
    let body = written(web.service.limits(&asked.caller), work).await.map_err(|error| {
        // Nothing of what is asked for: the extract is there, its rows are not.
        let problem = Problem::from(error).or_missing();
        match problem.status() {
            StatusCode::UNPROCESSABLE_ENTITY if is_of_years => {
                problem.hinted("ask for one year at a time, such as ?year=2025")
            }
            _ => problem,
        }
    });
    Ok(tag.on(file(body?, form, &stem)))
}

/// The forms of an extract: observations are those of indicators.
fn offered(extract: &Extract) -> Vec<Form> {
    let is_values = matches!(extract, Extract::Indicators);
    let fits = |own: &Form| is_values || *own != Form::Rows(Format::SdmxCsv);
    EXTRACTS.into_iter().filter(fits).collect()
}
