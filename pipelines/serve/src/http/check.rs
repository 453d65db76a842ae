//! A file is checked: the verdict on it, or the file itself with its refused cells marked. Nothing
//! is stored, and nothing of the lake is told: only what stands in the file and in the project.

use super::answer::{self, disposition};
use super::asked::{Arguments, Asked};
use super::body::{Upload, upload};
use super::parameters::CheckQuery;
use super::problem::{Problem, ended_early};
use super::web::Web;
use crate::error::ServeError;
use crate::extract::Form;
use crate::feedback_workbook;
use crate::format::Format;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_lake::load::landing::LandedFile;
use koridor_publish::checked::{Reading, feedback, readings};
use koridor_publish::explain::region_of;
use koridor_publish::feedback::Feedback;
use koridor_read::recognise::{Request as Said, is_office};
use std::sync::Arc;
use std::time::Duration;

/// Refused rows that are told of each part of a file.
const MOST_REFUSED: usize = 10_000;
/// Arguments of a check.
const NAMES: [&str; 5] = ["name", "dataset", "source", "region", "format"];

/// A file that was checked.
pub struct Checked {
    /// What was read of it, part by part.
    pub readings: Vec<Reading>,
    /// Its own cells with what was found in them.
    pub feedback: Feedback,
}

/// Checks a file that is sent.
#[utoipa::path(post, path = "/v1/check", tag = "files", params(CheckQuery), responses(
    (status = 200, description = "What is read of each part, with its verdict",
        body = Vec<Object>)))]
pub async fn check(
    State(web): State<Arc<Web>>,
    asked: Asked,
    request: Request,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&NAMES)?;
    let offered = [Form::Rows(Format::Json), Form::Rows(Format::Xlsx)];
    let form = Form::asked(arguments.get("format"), &asked.headers, &offered)?;
    let said = said(&web, &arguments)?;
    let settings = &web.settings;
    let name = arguments.get("name");
    let file = upload(request, name, settings.file_bytes, settings.patience).await?;
    let (file, checked) = checked(&web, file, said).await?;
    if form == Form::Rows(Format::Xlsx) {
        return workbook(&web, &file, checked.feedback).await;
    }
    let project = web.project();
    let documents: Vec<_> = checked.readings.iter().map(|own| own.document(project)).collect();
    let mut response = answer::json(&documents)?;
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// What the caller says of the file.
///
/// # Errors
/// 404 where the project has no such dataset, source or region.
fn said(web: &Web, arguments: &Arguments) -> Result<Said, Problem> {
    let project = web.project();
    let dataset = arguments.get("dataset").map(str::to_owned);
    if let Some(dataset) = &dataset {
        let found = project.dataset(dataset);
        found.map_err(|error| Problem::from(error).or_missing())?;
    }
    let source = arguments.get("source").map(str::to_owned);
    if let Some(source) = &source
        && !project.sources.contains_key(source)
        && !is_office(project, source)
    {
        let hint = "an office of ref.source, or a description of schemas/sources";
        return Err(Problem::missing("there is no such source").hinted(hint));
    }
    let region = arguments.get("region").map(|own| region_of(project, own)).transpose();
    let region = region.map_err(|error| Problem::from(error).or_missing())?;
    Ok(Said { dataset, source, region, released: None })
}

/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks a file; a few at a time, the others wait.
///
/// # Errors
/// Where it cannot be read at all.
pub async fn checked(web: &Web, file: Upload, said: Said) -> Result<(Upload, Checked), Problem> {
    let setting = web.check_setting().await?;
    let turn = Arc::clone(&web.checks).acquire_owned();
    let turn = tokio::time::timeout(PATIENCE, turn).await.map_err(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many files are being checked")
            .hinted("ask again later")
            .with(header::RETRY_AFTER, "30")
    })?;
    let turn = turn.map_err(ended_early)?;
    let _running = web.metrics.statements.count();
    web.apart(move || {
        // Held to the end of the work, also where nobody waits for it any more.
        let _turn = turn;
        let mut landed = LandedFile::at(&file.path())?;
        file.name().clone_into(&mut landed.shown_path);
        let readings = readings(&setting, (&landed, &said), None, MOST_REFUSED)?;
        let read = (&landed, setting.reader.as_ref());
        let feedback = feedback(&setting.project, &setting.hash_key, read, &readings)?;
        Ok((file, Checked { readings, feedback }))
    })
    .await
}

/// The marked workbook of a file.
///
/// # Errors
/// Where it cannot be written.
pub async fn workbook(web: &Web, file: &Upload, feedback: Feedback) -> Result<Response, Problem> {
    let bytes = web.apart(move || {
        let mut bytes = Vec::new();
        feedback_workbook::write(&feedback, &mut bytes)?;
        Ok::<_, ServeError>(bytes)
    });
    let bytes = bytes.await?;
    let mut response = answer::of_bytes(Form::Rows(Format::Xlsx).media_type(), bytes);
    let stem = file.name().rsplit_once('.').map_or(file.name(), |own| own.0);
    let headers = response.headers_mut();
    let name = format!("{stem}-periksa.xlsx");
    headers.insert(header::CONTENT_DISPOSITION, disposition("attachment", &name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}
