//! Indicators and their values.

use super::answer::{self, Tag, file};
use super::asked::{Arguments, Asked, selection};
use super::media::{ROWS, VALUES};
use super::parameters::{AsOfQuery, ListQuery, ValuesQuery};
use super::problem::Problem;
use super::web::{Shown, Web};
use crate::error::ServeError;
use crate::extract::{Form, Selection, Wanted, values};
use crate::format::{Format, row_writer};
use arrow::array::RecordBatch;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use koridor_contract::card::{self, Grain};
use koridor_lake::engine::guard;
use koridor_publish::RowStream;
use koridor_publish::indicators::cards_table;
use std::sync::Arc;
use url::form_urlencoded;

/// Values on a page, where nobody says how many.
const USUAL: u64 = 1_000;
/// Values on a page at most.
const MOST: u64 = 10_000;
/// Digits of a number in a cursor: what it counts is told in 64 bits.
const MOST_DIGITS: usize = 18;
/// Names of arguments of values.
const NAMES: [&str; 8] = ["region", "from", "to", "grain", "as_of", "format", "limit", "cursor"];

/// All indicators: JSON gives their whole cards.
#[utoipa::path(get, path = "/v1/indicators", tag = "indicators", params(ListQuery), responses(
    (status = 200, description = "The cards", body = Vec<Object>)))]
pub async fn indicators(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["format", "as_of"])?;
    let form = Form::asked(arguments.get("format"), &asked.headers, &ROWS)?;
    let shown = web.release(arguments.get("as_of")).await?;
    let release = &shown.release;
    let tag = Tag::new(&asked, &release.id, form.name());
    if let Some(unchanged) = tag.unchanged(&asked) {
        return Ok(unchanged);
    }
    let all = card::load(&shown.project)?;
    if form == Form::Rows(Format::Json) {
        let cards: Vec<_> = all.iter().map(|own| &own.card).collect();
        return Ok(tag.on(answer::json(&cards)?));
    }
    let (schema, rows) = cards_table(&all)?;
    let Form::Rows(format) = form else { return Err(Problem::missing("no such form")) };
    let mut bytes = Vec::new();
    crate::format::write(format, &schema, &[rows], &mut bytes)?;
    Ok(tag.on(file(bytes.into(), form, &format!("indicators_{}", release.id))))
}

/// The card of one indicator.
#[utoipa::path(get, path = "/v1/indicators/{id}", tag = "indicators", params(
    ("id" = String, Path, description = "The indicator"), AsOfQuery), responses(
    (status = 200, description = "The card", body = Object)))]
pub async fn indicator(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["as_of"])?;
    Form::asked(None, &asked.headers, &[Form::Rows(Format::Json)])?;
    let shown = web.release(arguments.get("as_of")).await?;
    let release = &shown.release;
    let found = card::find(&shown.project, &id);
    let found = found.map_err(|error| Problem::from(error).or_missing())?;
    let tag = Tag::new(&asked, &release.id, "json");
    match tag.unchanged(&asked) {
        Some(unchanged) => Ok(unchanged),
        None => Ok(tag.on(answer::json(&found.card)?)),
    }
}

/// A place in a list of values: the release that it is of, and how many came before.
struct Cursor {
    release: Option<String>,
    skip: u64,
}

impl Cursor {
    fn of(arguments: &Arguments) -> Result<Self, Problem> {
        let Some(text) = arguments.get("cursor") else {
            return Ok(Self { release: arguments.get("as_of").map(str::to_owned), skip: 0 });
        };
        let wrong =
            || Problem::wrong("that is no cursor", "take it from the Link of the last page");
        let (release, skip) = text.rsplit_once('~').ok_or_else(wrong)?;
        let is_number = |own: &str| {
            (1..=MOST_DIGITS).contains(&own.len()) && own.bytes().all(|own| own.is_ascii_digit())
        };
        let (day, number) = release.split_once('.').ok_or_else(wrong)?;
        let day: Vec<&str> = day.split('-').collect();
        let is_day = day.iter().map(|own| own.len()).eq([4, 2, 2]);
        if !is_day || !day.into_iter().chain([number, skip]).all(is_number) {
            return Err(wrong());
        }
        let skip = skip.parse().map_err(|_| wrong())?;
        Ok(Self { release: Some(release.to_owned()), skip })
    }
}

/// The values of an indicator.
#[utoipa::path(get, path = "/v1/indicators/{id}/values", tag = "indicators", params(
    ("id" = String, Path, description = "The indicator"), ValuesQuery), responses(
    (status = 200, description = "Values with state, coverage and sources; `Link` leads to more",
        body = Vec<Object>)))]
pub async fn indicator_values(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&NAMES)?;
    let form = Form::asked(arguments.get("format"), &asked.headers, &VALUES)?;
    let limit = arguments.number("limit", 1, MOST)?;
    let is_paged = form == Form::Rows(Format::Json);
    let limit = limit.or(is_paged.then_some(USUAL)).unwrap_or(u64::MAX);
    let cursor = Cursor::of(&arguments)?;
    let shown = web.release(cursor.release.as_deref()).await?;
    let release = &shown.release;
    let tag = Tag::new(&asked, &release.id, form.name());
    let Form::Rows(format) = form else { return Err(Problem::missing("no such form")) };
    let wanted = wanted(&shown, &id, &arguments)?;
    if let Some(unchanged) = tag.unchanged(&asked) {
        return Ok(unchanged);
    }
    let page = read(&web, &asked, (wanted, &shown), (cursor.skip, limit)).await?;
    let bytes = page.bytes(format)?;
    let stem = format!("{id}_{}", release.id);
    let mut response = tag.on(file(bytes.into(), form, &stem));
    if page.is_more && is_paged {
        let next = format!("{}~{}", release.id, cursor.skip + limit);
        let link = format!("<{}>; rel=\"next\"", next_page(&asked, &next));
        answer::add_header(&mut response, header::LINK, &link);
    }
    Ok(response)
}

/// The address of the same list from a cursor on.
fn next_page(asked: &Asked, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(asked.uri.query().unwrap_or_default().as_bytes()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", cursor);
    format!("{}?{}", asked.uri.path(), query.finish())
}

/// The indicator, grain, places and days that are asked for.
type WantedValues = (String, Option<Grain>, Selection);

fn wanted(shown: &Shown, id: &str, arguments: &Arguments) -> Result<WantedValues, Problem> {
    let wanted = Wanted {
        region: arguments.get("region"),
        from: arguments.get("from"),
        to: arguments.get("to"),
        ..Wanted::default()
    };
    let grain = match arguments.get("grain") {
        None => None,
        Some(text) => {
            let found = Grain::ALL.into_iter().find(|own| own.as_str() == text);
            Some(found.ok_or_else(|| Problem::wrong("that is no grain", "grains: M, Q, Y"))?)
        }
    };
    card::find(&shown.project, id).map_err(|error| Problem::from(error).or_missing())?;
    Ok((id.to_owned(), grain, selection(&shown.project, wanted)?))
}

/// A part of the values, read apart and within the limits of the caller.
async fn read(
    web: &Web,
    asked: &Asked,
    ((id, grain, selection), shown): (WantedValues, &Shown),
    (skip, limit): (u64, u64),
) -> Result<Page, Problem> {
    let engine = web.shared_engine(&asked.caller, shown).await?;
    web.record(&asked.caller, &format!("values {id}")).await?;
    let _turn = web.service.turn(&asked.caller).await?;
    let _running = web.metrics.statements.count();
    let work = move || async move {
        let rows = values(&engine, &id, grain, &selection).await?;
        page(rows, skip, limit).await
    };
    let page: Result<Page, ServeError> = guard::run(&web.service.limits(&asked.caller), work).await;
    Ok(page?)
}

/// A part of rows, with their columns.
struct Page {
    schema: arrow::datatypes::SchemaRef,
    rows: Vec<RecordBatch>,
    is_more: bool,
}

/// So many rows behind those that came before.
async fn page(mut rows: RowStream, skip: u64, limit: u64) -> Result<Page, ServeError> {
    let schema = rows.schema().clone();
    let (mut skip, mut left) = (skip, limit);
    let mut taken = Vec::new();
    while let Some(batch) = rows.next().await? {
        let count = batch.num_rows() as u64;
        let from = skip.min(count);
        skip -= from;
        let wanted = (count - from).min(left);
        left -= wanted;
        if wanted > 0 {
            taken.push(batch.slice(from as usize, wanted as usize));
        }
        if from + wanted < count {
            return Ok(Page { schema, rows: taken, is_more: true });
        }
    }
    Ok(Page { schema, rows: taken, is_more: false })
}

impl Page {
    fn bytes(&self, format: Format) -> Result<Vec<u8>, ServeError> {
        let mut bytes = Vec::new();
        let mut writer = row_writer(format, &self.schema, &mut bytes)?;
        for rows in &self.rows {
            writer.write(rows)?;
        }
        writer.finish()?;
        Ok(bytes)
    }
}
