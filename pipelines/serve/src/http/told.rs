//! The state of the lake and one number back to its cells, as much of it as the caller may know.

use super::answer::{self, Tag};
use super::asked::Asked;
use super::parameters::ExplainQuery;
use super::problem::Problem;
use super::web::Web;
use crate::error::ServeError;
use crate::extract::Form;
use crate::format::{self, Format};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use koridor_contract::message::Language;
use koridor_lake::engine::{Tier, guard};
use koridor_lake::{Engine, Snapshot};
use koridor_publish::explain::{self, SourceRow};
use koridor_publish::status::{self, Status};
use koridor_publish::{Table, flags};
use serde_json::{Value, json};
use std::sync::Arc;

/// Whether somebody is told what is behind the published numbers, of all regions.
pub(super) fn knows_lake(tier: &Tier) -> bool {
    matches!(tier, Tier::Operator | Tier::Restricted | Tier::Analyst(None))
}

/// What came, what is late, the release; to those who may know it also what was refused.
#[utoipa::path(get, path = "/v1/status", tag = "lake", responses(
    (status = 200, description = "The state of the lake", body = Object)))]
pub async fn status(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    Form::asked(None, &asked.headers, &[Form::Rows(Format::Json)])?;
    let tier = asked.caller.tier();
    web.record(&asked.caller, "status").await?;
    let knows = knows_lake(&tier);
    let (project, storage) = (Arc::clone(web.project()), web.service.storage().clone());
    let memory = web.settings.limits.memory_bytes;
    let read = move || async move {
        let snapshot = match knows {
            true => Snapshot::head(project, storage).await?,
            false => Snapshot::released(project, storage).await?,
        };
        let engine = Engine::open(snapshot.with_memory(memory).with_tier(tier))?;
        let found = match knows {
            true => status::status(&engine).await?,
            false => status::published(&engine).await?,
        };
        Ok::<Status, ServeError>(found)
    };
    let _turn = web.service.turn(&asked.caller).await?;
    let _running = web.metrics.statements.count();
    let found = guard::run(&web.service.limits(&asked.caller), read).await?;
    let mut response = answer::json(&found)?;
    let cache = if knows { "private, no-store" } else { "public, max-age=60" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.append(header::VARY, HeaderValue::from_static("authorization"));
    Ok(response)
}

/// A number with its formula, its flags and, for those who may know them, the rows behind it.
#[utoipa::path(get, path = "/v1/explain", tag = "lake", params(ExplainQuery), responses(
    (status = 200, description = "The number, one object a breakdown", body = Vec<Object>)))]
pub async fn explain(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["id", "region", "period", "as_of"])?;
    Form::asked(None, &asked.headers, &[Form::Rows(Format::Json)])?;
    let (id, region, period) =
        (arguments.need("id")?, arguments.need("region")?, arguments.need("period")?);
    let shown = web.release(arguments.get("as_of")).await?;
    let tag = Tag::new(&asked, &shown.release.id, "json");
    let engine = web.engine(&asked.caller, &shown)?;
    explain::AskedPeriod::parse(period).map_err(Problem::from)?;
    let question = explain::Asked::new(&engine.snapshot().project, id, region, period);
    let question = question.map_err(|error| Problem::from(error).or_missing())?;
    let tier = asked.caller.tier();
    let knows = match &tier {
        Tier::Office(own) | Tier::Analyst(Some(own)) => *own == question.region,
        tier => knows_lake(tier),
    };
    web.record(&asked.caller, &format!("explain {id} {} {period}", question.region)).await?;
    let read = move || async move {
        match knows {
            true => whole(&engine, &question).await,
            false => outline(&engine, &question).await,
        }
    };
    let _turn = web.service.turn(&asked.caller).await?;
    let _running = web.metrics.statements.count();
    let documents = guard::run(&web.service.limits(&asked.caller), read).await;
    // The number is not there; what was asked is well said.
    let documents = documents.map_err(|error| Problem::from(error).or_missing())?;
    match tag.unchanged(&asked) {
        Some(unchanged) => Ok(unchanged),
        None => Ok(tag.on(answer::json(&documents)?)),
    }
}

/// What is published of a number.
async fn outline(engine: &Engine, asked: &explain::Asked) -> Result<Vec<Value>, ServeError> {
    let values = explain::values(engine, asked).await?;
    let further = said(engine, asked, &values);
    documents(&values, &further)
}

/// A number with all that it rests on.
async fn whole(engine: &Engine, asked: &explain::Asked) -> Result<Vec<Value>, ServeError> {
    let found = explain::explain(engine, asked).await?;
    let rows = found.rows.rows.iter().map(|row| {
        let SourceRow { dataset, file_name, sheet, row_number, values } = row;
        json!({
            "dataset": dataset, "file_name": file_name, "sheet": sheet,
            "row_number": row_number, "values": values,
        })
    });
    let mut further = said(engine, asked, &found.values);
    further.extend([
        ("is_withheld", found.is_withheld.into()),
        ("parts", of_table(&found.parts)?.into()),
        ("files", of_table(&found.files)?.into()),
        ("rows", rows.collect::<Vec<_>>().into()),
        ("refused_rows", of_table(&found.refused)?.into()),
        ("corrections", of_table(&found.corrections)?.into()),
    ]);
    documents(&found.values, &further)
}

/// What the card says of a number, and what its flags mean.
fn said(engine: &Engine, asked: &explain::Asked, values: &Table) -> Vec<(&'static str, Value)> {
    let card = &asked.indicator.card;
    let flags: Vec<String> = values.records().map(|own| own.text_or_empty("flags")).collect();
    let meanings = flags::meanings(&engine.snapshot().project, &flags.join(", "));
    let meanings = meanings
        .into_iter()
        .map(|own| json!({ "flag": own.name, "meaning_id": own.id, "meaning_en": own.en }));
    vec![
        ("formula", card.formula.clone().into()),
        ("formula_en", card.formula_in(Language::En).into()),
        ("method", card.method.clone().into()),
        ("method_en", card.method_en.clone().into()),
        ("meanings", meanings.collect::<Vec<_>>().into()),
    ]
}

/// Each value as an object, with what is said of all of them.
fn documents(values: &Table, further: &[(&str, Value)]) -> Result<Vec<Value>, ServeError> {
    let mut documents = of_table(values)?;
    for own in documents.iter_mut().filter_map(Value::as_object_mut) {
        own.extend(further.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    Ok(documents)
}

fn of_table(table: &Table) -> Result<Vec<Value>, ServeError> {
    let mut bytes = Vec::new();
    format::write(Format::Json, &table.schema, &table.rows, &mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}
