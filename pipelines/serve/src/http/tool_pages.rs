//! Pages that need a server, in the frame of the site: SQL, a steward's file, what programs ask.

use super::answer;
use super::asked::Asked;
use super::body::{Upload, upload};
use super::check::{self, Checked};
use super::entry::{Sender, caller_of};
use super::marked::{SheetView, sheets};
use super::problem::Problem;
use super::shelf::policy;
use super::submissions::{self, Submission};
use super::web::Web;
use crate::error::ServeError;
use crate::pages::{TOOL_STYLE, printed_style, render_tool};
use crate::service::{Caller, Rows};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use koridor_contract::message::Language;
use koridor_lake::ledger::FileStatus;
use koridor_publish::pages::{Address, Tool};
use koridor_publish::verdict::verdict;
use koridor_read::recognise::{Request as Said, is_office};
use serde::Serialize;
use std::sync::Arc;
use url::form_urlencoded;

/// Rows of a result that are shown.
const MOST_ROWS: usize = 1_000;
/// Letters of a cell that are shown.
const MOST_LETTERS: usize = 2_000;
/// Letters of a table that are shown.
const MOST_OF_TABLE: usize = 2 << 20;
/// Bytes of a file that a page carries from one request to the next.
const CARRIED: usize = 4 << 20;
/// Remarks on a file that are shown.
const MOST_REMARKS: usize = 50;

/// The style of these pages.
pub async fn style() -> Response {
    let mut response = answer::of_bytes("text/css; charset=utf-8", TOOL_STYLE.as_bytes());
    let cache = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// What went wrong, on a page.
#[derive(Serialize)]
struct ErrorView {
    detail: String,
    hint: Option<String>,
}

impl From<&Problem> for ErrorView {
    fn from(problem: &Problem) -> Self {
        let hint = problem.hint().filter(|own| !own.is_empty()).map(str::to_owned);
        Self { detail: problem.detail().to_owned(), hint }
    }
}

/// A page that needs a server; nothing keeps it.
///
/// # Errors
/// 503 before the pages are read.
pub fn page(
    web: &Web,
    (tool, language): (Tool, Language),
    status: StatusCode,
    shown: impl Serialize,
) -> Result<Response, Problem> {
    let Some(edition) = web.shelf.current() else {
        let wait = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the pages are being read");
        return Err(wait.hinted("ask again in a moment").with(header::RETRY_AFTER, "2"));
    };
    let frame = edition.site.tool(tool, language);
    let bytes = render_tool(&frame, tool, shown)?;
    let mut response = answer::of_bytes("text/html; charset=utf-8", bytes);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.append(header::VARY, HeaderValue::from_static("authorization"));
    if let Ok(value) = HeaderValue::from_str(&policy(&printed_style(&frame))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    Ok(response)
}

#[derive(Serialize)]
struct LinkView {
    text: String,
    href: String,
}

#[derive(Serialize)]
struct SqlView {
    statement: String,
    error: Option<ErrorView>,
    result: Option<ResultView>,
    examples: Vec<LinkView>,
}

#[derive(Serialize)]
struct ResultView {
    told: String,
    columns: Vec<ColumnView>,
    rows: Vec<Vec<CellView>>,
    downloads: Vec<LinkView>,
}

#[derive(Serialize)]
struct ColumnView {
    name: String,
    is_number: bool,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    is_number: bool,
}

/// Statements to begin with.
const EXAMPLES: [&str; 4] = [
    "select table_schema, table_name from information_schema.tables order by 1, 2",
    "select indicator_id, title, unit, grain from ref.indicator order by 1",
    "select region_code, period, value, state from indicators.values where grain = 'Y' \
     order by period desc, indicator_id, region_code",
    "select * from indicators.changes where change_kind = 'y-on-y' and state = 'ok'",
];

/// The page of SQL.
pub async fn sql(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let fields = asked.fields();
    let language = fields.language()?;
    let statement = fields.get("q").unwrap_or_default().trim().to_owned();
    let mut status = StatusCode::OK;
    let (mut error, mut result) = (None, None);
    if !statement.is_empty() {
        match shown(&web, &asked.caller, &statement, language).await {
            Ok(own) => result = Some(own),
            Err(problem) => {
                status = problem.status();
                error = Some(ErrorView::from(&problem));
            }
        }
    }
    let examples = EXAMPLES.map(|own| LinkView {
        text: own.to_owned(),
        href: format!("sql?{}", query(&[("lang", lang(language)), ("q", own)])),
    });
    let view = SqlView { statement, error, result, examples: examples.into() };
    page(&web, (Tool::Sql, language), status, view)
}

fn lang(language: Language) -> &'static str {
    language.pick("id", "en")
}

fn query(arguments: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(arguments).finish()
}

/// The first rows of a statement.
async fn shown(
    web: &Web,
    caller: &Caller,
    statement: &str,
    language: Language,
) -> Result<ResultView, Problem> {
    let _running = web.metrics.statements.count();
    let mut rows = web.service.rows(caller, statement, None).await?;
    let schema = SchemaRef::clone(rows.schema());
    let (cells, is_cut) = first_rows(&mut rows).await?;
    let told = match (is_cut, language) {
        (false, Language::Id) => format!("{} baris.", cells.len()),
        (false, Language::En) => format!("{} rows.", cells.len()),
        (true, Language::Id) => {
            format!("{} baris pertama; hasil selengkapnya ada di unduhan.", cells.len())
        }
        (true, Language::En) => {
            format!("The first {} rows; the downloads have all of them.", cells.len())
        }
    };
    let columns = schema.fields().iter().map(|own| ColumnView {
        name: own.name().clone(),
        is_number: own.data_type().is_numeric(),
    });
    let download = |(text, format): (&str, &str)| LinkView {
        text: text.to_owned(),
        href: format!("v1/sql?{}", query(&[("format", format), ("q", statement)])),
    };
    let downloads =
        [("CSV", "csv"), ("XLSX", "xlsx"), ("Parquet", "parquet"), ("JSON", "json")].map(download);
    Ok(ResultView { told, columns: columns.collect(), rows: cells, downloads: downloads.into() })
}

/// The first rows as texts, and whether there are more.
async fn first_rows(rows: &mut Rows) -> Result<(Vec<Vec<CellView>>, bool), ServeError> {
    let mut cells = Vec::new();
    let mut letters = 0;
    while let Some(batch) = rows.next().await? {
        for row in 0..batch.num_rows() {
            if cells.len() >= MOST_ROWS || letters > MOST_OF_TABLE {
                return Ok((cells, true));
            }
            let own = texts(&batch, row)?;
            letters += own.iter().map(|cell| cell.text.len() + 16).sum::<usize>();
            cells.push(own);
        }
    }
    Ok((cells, false))
}

fn texts(batch: &RecordBatch, row: usize) -> Result<Vec<CellView>, ServeError> {
    let options = FormatOptions::default().with_display_error(true);
    let cell = |column: &arrow::array::ArrayRef| {
        let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
        let whole = formatter.value(row).to_string();
        let mut text: String = whole.chars().take(MOST_LETTERS).collect();
        if text.len() < whole.len() {
            text.push('…');
        }
        Ok(CellView { text, is_number: column.data_type().is_numeric() })
    };
    batch.columns().iter().map(cell).collect()
}

#[derive(Serialize, Default)]
struct SendView {
    most_mb: usize,
    takes_files: bool,
    offices: Vec<OfficeView>,
    error: Option<ErrorView>,
    sent: Option<Submission>,
    checked: Option<CheckedView>,
}

/// An office that may send.
#[derive(Serialize)]
struct OfficeView {
    code: String,
    name: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct CheckedView {
    name: String,
    verdicts: Vec<VerdictView>,
    remarks: Vec<String>,
    sheets: Vec<SheetView>,
    carried: Option<String>,
}

#[derive(Serialize)]
struct VerdictView {
    text: String,
    is_right: bool,
}

fn empty(web: &Web, chosen: Option<&str>) -> SendView {
    let list = web.project().codes.get("source");
    let office = |code: String| OfficeView {
        name: list.and_then(|own| own.attribute(&code, "name")).unwrap_or_default().to_owned(),
        is_chosen: chosen == Some(code.as_str()),
        code,
    };
    SendView {
        offices: submissions::offices(web.project(), None).into_iter().map(office).collect(),
        most_mb: web.settings.file_bytes >> 20,
        takes_files: web.settings.landing.is_some(),
        ..SendView::default()
    }
}

/// The steward's page in Bahasa Indonesia.
pub async fn kirim(State(web): State<Arc<Web>>) -> Result<Response, Problem> {
    page(&web, (Tool::Send, Language::Id), StatusCode::OK, empty(&web, None))
}

/// The steward's page in English.
pub async fn send(State(web): State<Arc<Web>>) -> Result<Response, Problem> {
    page(&web, (Tool::Send, Language::En), StatusCode::OK, empty(&web, None))
}

/// A file of the steward's page in Bahasa Indonesia.
pub async fn take_kirim(
    State(web): State<Arc<Web>>,
    request: Request,
) -> Result<Response, Problem> {
    take(&web, Language::Id, request).await
}

/// A file of the steward's page in English.
pub async fn take_send(State(web): State<Arc<Web>>, request: Request) -> Result<Response, Problem> {
    take(&web, Language::En, request).await
}

/// Does with a file what its form says: check, mark, send.
async fn take(web: &Arc<Web>, language: Language, request: Request) -> Result<Response, Problem> {
    let settings = &web.settings;
    // As text in a form a file is a third longer.
    let most = settings.file_bytes.saturating_add(settings.file_bytes / 2);
    let sender = request.extensions().get::<Sender>().copied();
    let sender = sender.unwrap_or(Sender([0, 0, 0, 0].into()));
    let done = match upload(request, None, most, settings.patience).await {
        Ok(file) => done(web, (language, sender), file).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(Done::File(response)) => Ok(response),
        Ok(Done::Page(view)) => page(web, (Tool::Send, language), StatusCode::OK, *view),
        Err(problem) if problem.status().is_client_error() => {
            let view = SendView { error: Some(ErrorView::from(&problem)), ..empty(web, None) };
            page(web, (Tool::Send, language), problem.status(), view)
        }
        Err(problem) => Err(problem),
    }
}

/// What came of a file.
enum Done {
    File(Response),
    Page(Box<SendView>),
}

async fn done(
    web: &Arc<Web>,
    (language, sender): (Language, Sender),
    file: Upload,
) -> Result<Done, Problem> {
    let wish = file.field("do").unwrap_or("check").to_owned();
    let (key, office) =
        (file.field("key").map(str::to_owned), file.field("source").map(str::to_owned));
    if wish == "send" {
        let caller = match key.as_deref().map(str::trim).filter(|own| !own.is_empty()) {
            Some(key) => caller_of(web, key, sender.0).await?,
            None => Caller::anybody(),
        };
        let office = submissions::office(web.project(), &caller, office.as_deref())?;
        let sent = submissions::store(web, &caller, office, file).await?;
        return Ok(Done::Page(Box::new(SendView { sent: Some(sent), ..empty(web, None) })));
    }
    // An office that is none is as good as none.
    let source = office.filter(|own| is_office(web.project(), own));
    let said = Said { source: source.clone(), ..Said::default() };
    let (file, checked) = check::checked(web, file, said).await?;
    if wish == "workbook" {
        return check::workbook(web, &file, checked.feedback).await.map(Done::File);
    }
    let bytes = tokio::fs::read(file.path()).await.map_err(ServeError::from)?;
    let carried = (bytes.len() <= CARRIED).then(|| BASE64_STANDARD.encode(bytes));
    let source = source.unwrap_or_else(|| checked.feedback.source_id.clone());
    let checked = told(web, language, (&file, checked), carried);
    let view = empty(web, Some(&source));
    Ok(Done::Page(Box::new(SendView { checked: Some(checked), ..view })))
}

/// What is said of a checked file.
fn told(
    web: &Web,
    language: Language,
    (file, checked): (&Upload, Checked),
    carried: Option<String>,
) -> CheckedView {
    let Checked { readings, feedback } = checked;
    let verdicts = readings.iter().map(|own| {
        let said = verdict(web.project(), &own.outcome);
        let is_right = own.outcome.status != FileStatus::Refused && own.outcome.rejected == 0;
        VerdictView { text: language.pick(said.id, said.en), is_right }
    });
    let remarks = feedback.remarks.iter().take(MOST_REMARKS);
    let edition = web.shelf.current();
    let page = |rule: &str| {
        let own = edition.as_ref()?.site.rule_page(rule)?;
        Some(Address { language, place: own }.path())
    };
    CheckedView {
        name: file.name().to_owned(),
        verdicts: verdicts.collect(),
        remarks: remarks.map(|own| language.pick(&own.id, &own.en).clone()).collect(),
        sheets: sheets(&feedback, language, &page),
        carried,
    }
}
