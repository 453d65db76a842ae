//! Indicators: one folder each under `sql/indicators/<dimension>/<id>/`.
//!
//! `query.sql` says what each regency brings (its parts), `card.json` what the number means, `checks.sql` what must hold before it is
//! published, `cases/` worked examples. Roll-up over time and regions, completeness and coverage are in `sql/rollup/` for all of them; a
//! pooled indicator computes its value from the pooled series in `pool.sql`.

use crate::engine::Engine;
use crate::error::LakeError;
use crate::project::Project;
use arrow::array::{
    ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray, new_null_array,
};
use arrow::compute::SortColumn;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a number means: the card that goes with it everywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Name: folder, argument, table, URL.
    pub id: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// Dimension of the Smart City masterplan; also the folder.
    pub dimension: String,
    /// Unit as shown.
    pub unit: String,
    /// Finest grain: M, Q or Y.
    pub grain: String,
    /// RS ratio of sums, SUM additive, POOL pooled series, NA not aggregated.
    pub aggregation: String,
    /// Factor to the unit: 100 for percent.
    #[serde(default = "one")]
    pub scale: f64,
    /// `sum` over the period, or `end` for a stock at its end.
    #[serde(default = "sum")]
    pub time_rule: String,
    /// `all` scopes, or `corridor` only.
    #[serde(default = "all")]
    pub scope: String,
    /// Regions that can have data, where these are not all of the corridor's.
    #[serde(default)]
    pub regions: Vec<String>,
    /// `+` higher is better, `-` lower is better, `0` context.
    pub polarity: String,
    /// Digits shown behind the decimal mark.
    #[serde(default = "two")]
    pub decimals: u8,
    /// The formula in words.
    pub formula: String,
    /// What it is for and what it is not, in Bahasa Indonesia.
    pub method: String,
    /// The same in English.
    pub method_en: String,
    /// Null rules of the catalogue that apply.
    #[serde(default)]
    pub null_rules: Vec<String>,
    /// Datasets it is computed from.
    pub datasets: Vec<String>,
    /// Standard or publication the definition follows.
    pub standard: String,
    /// Values outside are flagged.
    #[serde(default)]
    pub plausible: Option<(f64, f64)>,
    /// Values outside stop the release.
    #[serde(default)]
    pub possible: Option<(Option<f64>, Option<f64>)>,
}

fn one() -> f64 {
    1.0
}
fn sum() -> String {
    "sum".into()
}
fn all() -> String {
    "all".into()
}
fn two() -> u8 {
    2
}

/// One indicator with its SQL.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// The card.
    pub card: Card,
    /// Folder within the project.
    pub folder: String,
    /// `query.sql`.
    pub query: String,
    /// `pool.sql` of a pooled indicator.
    pub pool: Option<String>,
    /// `checks.sql`.
    pub checks: String,
}

/// Ids of all indicators of a project.
pub fn ids(project: &Project) -> impl Iterator<Item = String> {
    project
        .files_under("sql/indicators/", "/card.json")
        .filter_map(|(path, _)| path.rsplit('/').nth(1).map(str::to_owned))
}

/// Reads all indicators, in the order of their folders.
///
/// # Errors
/// Where a card does not follow its form or a folder lacks a file.
pub fn load(project: &Project) -> Result<Vec<Indicator>, LakeError> {
    project
        .files_under("sql/indicators/", "/card.json")
        .map(|(path, text)| {
            let mistake = |line: u64, message: String| LakeError::Project {
                file: path.to_owned(),
                line,
                message,
            };
            let card: Card = serde_json::from_str(text)
                .map_err(|error| mistake(error.line() as u64, error.to_string()))?;
            let folder = path.trim_end_matches("/card.json");
            let mut parts = folder.rsplit('/');
            if parts.next() != Some(&card.id) || parts.next() != Some(&card.dimension) {
                return Err(mistake(
                    0,
                    format!(
                        "expected the folder sql/indicators/{}/{}, found {folder}",
                        card.dimension, card.id
                    ),
                ));
            }
            if !["M", "Q", "Y"].contains(&card.grain.as_str())
                || !["RS", "SUM", "POOL", "NA"].contains(&card.aggregation.as_str())
            {
                return Err(mistake(
                    0,
                    "expected grain M, Q or Y and aggregation RS, SUM, POOL or NA".into(),
                ));
            }
            if let Some(dataset) =
                card.datasets.iter().find(|dataset| !project.datasets.contains_key(*dataset))
            {
                return Err(mistake(
                    0,
                    format!(
                        "no dataset `{dataset}`{}",
                        crate::project::hint(dataset, project.datasets.keys())
                    ),
                ));
            }
            let file = |name: &str| project.file(&format!("{folder}/{name}")).map(str::to_owned);
            let query = file("query.sql")
                .ok_or_else(|| mistake(0, "expected query.sql beside it, found none".into()))?;
            let pool = file("pool.sql");
            if (card.aggregation == "POOL") != pool.is_some() {
                return Err(mistake(
                    0,
                    "expected pool.sql beside a card with aggregation POOL, and only there".into(),
                ));
            }
            Ok(Indicator {
                card,
                folder: folder.to_owned(),
                query,
                pool,
                checks: file("checks.sql").unwrap_or_default(),
            })
        })
        .collect()
}

/// Finds one indicator.
///
/// # Errors
/// Where there is none of that id, with the nearest.
pub fn find(project: &Project, id: &str) -> Result<Indicator, LakeError> {
    let mut all = load(project)?;
    let known: Vec<String> = ids(project).collect();
    match all.iter().position(|indicator| indicator.card.id == id) {
        Some(at) => Ok(all.swap_remove(at)),
        None => Err(LakeError::usage(
            format!("no indicator `{id}`{}", crate::project::hint(id, known.iter())),
            "`koridor indicators list` shows them".to_owned(),
        )),
    }
}

fn parts_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("indicator_id"),
        text("scope_code"),
        text("region_code"),
        text("breakdown"),
        text("grain"),
        Field::new("period", DataType::Date32, true),
        text("member"),
        Field::new("numerator", DataType::Float64, true),
        Field::new("denominator", DataType::Float64, true),
        text("state"),
        text("flag"),
    ]))
}

fn pool_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    Arc::new(Schema::new(vec![
        text("indicator_id"),
        text("scope_code"),
        text("breakdown"),
        text("grain"),
        Field::new("period", DataType::Date32, true),
        number("numerator"),
        number("denominator"),
        number("value"),
        text("state"),
    ]))
}

/// Brings the columns of a query into a fixed form: by name, cast, null where the query has none.
fn conform(
    rows: &RecordBatch,
    schema: &SchemaRef,
    indicator: &Indicator,
) -> Result<RecordBatch, LakeError> {
    if let Some(field) =
        rows.schema().fields().iter().find(|field| schema.field_with_name(field.name()).is_err())
    {
        return Err(LakeError::Project {
            file: indicator.folder.clone(),
            line: 0,
            message: format!(
                "column `{}` has no meaning here; columns: {}",
                field.name(),
                schema
                    .fields()
                    .iter()
                    .map(|field| field.name().as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        });
    }
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, LakeError> {
        let length = rows.num_rows();
        let text = |value: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, length)))
        };
        match (rows.column_by_name(field.name()), field.name().as_str()) {
            (_, "indicator_id") => Ok(text(&indicator.card.id)),
            (Some(column), _) => Ok(arrow::compute::cast(column, field.data_type())?),
            (None, "grain") => Ok(text(&indicator.card.grain)),
            (None, "breakdown" | "member") => Ok(text("")),
            (None, _) => Ok(new_null_array(field.data_type(), length)),
        }
    });
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns.collect::<Result<Vec<_>, _>>()?)?)
}

async fn run_step(
    engine: &Engine,
    project: &Project,
    step: &str,
    into: &str,
) -> Result<Vec<RecordBatch>, LakeError> {
    let sql = project
        .file(&format!("sql/rollup/{step}.sql"))
        .ok_or_else(|| LakeError::Internal(format!("sql/rollup/{step}.sql is gone")))?;
    let frame = engine.query(sql).await?;
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let rows = in_order(frame.collect().await?)?;
    // A plan's schema may call a column non-null that its batches do not; the batches are right.
    let schema = rows.first().map_or(schema, RecordBatch::schema);
    engine.put(into, schema, rows.clone())?;
    Ok(rows)
}

/// Computes indicators on the state that `engine` shows: the columns of `indicators.values` without the release.
///
/// # Errors
/// Where an indicator's SQL is wrong, naming its file.
pub async fn compute(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<RecordBatch>, LakeError> {
    put_cards(engine, project, indicators)?;
    settle_views(engine, project, indicators).await?;
    let mut parts = Vec::new();
    for indicator in indicators {
        progress(&indicator.card.id);
        let rows = engine
            .rows(&indicator.query)
            .await
            .map_err(|error| in_file(error, indicator, "query.sql"))?;
        for rows in rows.iter().filter(|rows| rows.num_rows() > 0) {
            parts.push(conform(rows, &parts_schema(), indicator)?);
        }
    }
    engine.put("parts", parts_schema(), in_order(parts)?)?;
    // From here on fractions are summed: in one order, whatever files they came from.
    let engine = &engine.in_one_order();
    run_step(engine, project, "1_regional", "regional").await?;
    run_step(engine, project, "2_scopes", "scopes").await?;
    let pooled = run_step(engine, project, "3_pooled", "all_pooled").await?;
    let mut pool_values = Vec::new();
    for indicator in indicators {
        let Some(pool) = &indicator.pool else { continue };
        let own = pooled.iter().map(|rows| -> Result<RecordBatch, LakeError> {
            let of: arrow::array::BooleanArray = rows
                .column(0)
                .as_string::<i32>()
                .iter()
                .map(|id| Some(id == Some(indicator.card.id.as_str())))
                .collect();
            Ok(arrow::compute::filter_record_batch(rows, &of)?)
        });
        let own = own.collect::<Result<Vec<_>, _>>()?;
        let Some(schema) = own
            .first()
            .map(RecordBatch::schema)
            .filter(|_| own.iter().any(|rows| rows.num_rows() > 0))
        else {
            continue;
        };
        engine.put("pooled", schema, own)?;
        for rows in
            engine.rows(pool).await.map_err(|error| in_file(error, indicator, "pool.sql"))?
        {
            pool_values.push(conform(&rows, &pool_schema(), indicator)?);
        }
    }
    engine.put("pool_values", pool_schema(), pool_values)?;
    run_step(engine, project, "4_values", "values").await
}

/// Most rows of a view that is read once and kept for all queries of a computation.
const MOST_SETTLED_ROWS: usize = 50_000;

/// Reads the project's views that the queries name, each once and those it rests on first: a plan that unfolds them again in every query
/// costs more than the rows do. A view that turns out to be large stays one.
async fn settle_views(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<(), LakeError> {
    let views: BTreeMap<&str, &str> = project
        .files_under("sql/views/", ".sql")
        .map(|(path, text)| (path.trim_start_matches("sql/views/").trim_end_matches(".sql"), text))
        .collect();
    let named = |text: &str| -> Vec<&str> {
        let words: BTreeSet<&str> = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .flat_map(|line| {
                line.split(|mark: char| !mark.is_ascii_alphanumeric() && mark != '_' && mark != '.')
            })
            .collect();
        views.keys().copied().filter(|view| words.contains(view)).collect()
    };
    let queries = indicators
        .iter()
        .flat_map(|indicator| [Some(indicator.query.as_str()), indicator.pool.as_deref()])
        .flatten();
    let steps = project.files_under("sql/rollup/", ".sql").map(|(_, text)| text);
    let mut waiting: Vec<(&str, bool)> =
        queries.chain(steps).flat_map(named).map(|view| (view, false)).collect();
    let mut settled = BTreeSet::new();
    let mut open = BTreeSet::new();
    while let Some((view, is_ready)) = waiting.pop() {
        if settled.contains(view) {
            continue;
        }
        if !is_ready && open.insert(view) {
            waiting.push((view, true));
            waiting.extend(
                views
                    .get(view)
                    .into_iter()
                    .flat_map(|text| named(text))
                    .map(|other| (other, false)),
            );
            continue;
        }
        settled.insert(view);
        if engine.is_put(view) {
            continue;
        }
        let mut rows = engine.stream(&format!("select * from {view}")).await?;
        let mut kept: Vec<RecordBatch> = Vec::new();
        let mut count = 0;
        while let Some(batch) = rows.next().await {
            let batch = crate::engine::plain_texts(&batch?)?;
            count += batch.num_rows();
            if count > MOST_SETTLED_ROWS {
                break;
            }
            kept.push(batch);
        }
        if count <= MOST_SETTLED_ROWS {
            let schema = kept.first().map_or_else(|| rows.schema(), RecordBatch::schema);
            let is_flat = schema.fields().iter().all(|field| !field.data_type().is_nested());
            engine.put(view, schema, if is_flat { in_order(kept)? } else { kept })?;
        }
    }
    Ok(())
}

/// Rows sorted by all their columns, as one batch: a query over them meets them in the same order each time.
fn in_order(rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, LakeError> {
    let Some(first) = rows.first() else { return Ok(rows) };
    let all = arrow::compute::concat_batches(&first.schema(), &rows)?;
    let columns: Vec<SortColumn> = all
        .columns()
        .iter()
        .map(|column| SortColumn { values: Arc::clone(column), options: None })
        .collect();
    Ok(vec![arrow::compute::take_record_batch(
        &all,
        &arrow::compute::lexsort_to_indices(&columns, None)?,
    )?])
}

fn in_file(error: LakeError, indicator: &Indicator, file: &str) -> LakeError {
    LakeError::Project {
        file: format!("{}/{file}", indicator.folder),
        line: 0,
        message: error.to_string(),
    }
}

fn put_cards(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<(), LakeError> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let column = |pick: &dyn Fn(&Card) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            indicators.iter().map(|indicator| pick(&indicator.card)),
        ))
    };
    let schema = Arc::new(Schema::new(vec![
        text("indicator_id"),
        text("dimension"),
        text("grain"),
        text("aggregation"),
        text("time_rule"),
        text("scope"),
        Field::new("scale", DataType::Float64, true),
        Field::new("low", DataType::Float64, true),
        Field::new("high", DataType::Float64, true),
    ]));
    let bound = |pick: &dyn Fn((Option<f64>, Option<f64>)) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter(
            indicators.iter().map(|indicator| indicator.card.possible.and_then(pick)),
        ))
    };
    let columns = vec![
        column(&|card| &card.id),
        column(&|card| &card.dimension),
        column(&|card| &card.grain),
        column(&|card| &card.aggregation),
        column(&|card| &card.time_rule),
        column(&|card| &card.scope),
        Arc::new(Float64Array::from_iter_values(
            indicators.iter().map(|indicator| indicator.card.scale),
        )) as ArrayRef,
        bound(&|(low, _)| low),
        bound(&|(_, high)| high),
    ];
    engine.put("cards", SchemaRef::clone(&schema), vec![RecordBatch::try_new(schema, columns)?])?;

    let mut regions: Vec<(&str, &str, &str)> = Vec::new();
    for Indicator { card, .. } in indicators {
        let members =
            if card.regions.is_empty() { &project.corridor.regions } else { &card.regions };
        for region in members {
            if card.scope == "all" {
                regions.push((&card.id, region, region));
            }
            regions.push((&card.id, "CORR", region));
        }
    }
    let schema =
        Arc::new(Schema::new(vec![text("indicator_id"), text("scope_code"), text("region_code")]));
    let pick = |get: fn(&(&str, &str, &str)) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(regions.iter().map(get)))
    };
    let columns = vec![
        pick(|row| row.0.to_owned()),
        pick(|row| row.1.to_owned()),
        pick(|row| row.2.to_owned()),
    ];
    engine.put(
        "card_regions",
        SchemaRef::clone(&schema),
        vec![RecordBatch::try_new(schema, columns)?],
    )?;

    let datasets: Vec<(&str, &str)> = indicators
        .iter()
        .flat_map(|indicator| {
            indicator
                .card
                .datasets
                .iter()
                .map(|dataset| (indicator.card.id.as_str(), dataset.as_str()))
        })
        .collect();
    let schema = Arc::new(Schema::new(vec![text("indicator_id"), text("dataset")]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(datasets.iter().map(|row| row.0))),
        Arc::new(StringArray::from_iter_values(datasets.iter().map(|row| row.1))),
    ];
    engine.put(
        "card_datasets",
        SchemaRef::clone(&schema),
        vec![RecordBatch::try_new(schema, columns)?],
    )?;

    let schema =
        Arc::new(Schema::new(vec![text("grain"), Field::new("length", DataType::Int64, true)]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["M", "Q", "Y"])),
        Arc::new(Int64Array::from(vec![1, 3, 12])),
    ];
    engine.put("grains", SchemaRef::clone(&schema), vec![RecordBatch::try_new(schema, columns)?])
}

/// One check of a release and how many rows break it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckResult {
    /// Indicator.
    pub indicator_id: String,
    /// The check in words.
    pub name: String,
    /// Whether a row that breaks it stops the release.
    pub is_fail: bool,
    /// Rows that break it.
    pub rows: usize,
    /// The first of them.
    pub example: String,
}

/// Runs the checks of indicators on values that `engine` holds as `work.values`: each card's bounds (a value outside them is withheld by
/// the rollup and told here), and the statements of `checks.sql`.
///
/// # Errors
/// Where a check's SQL is wrong, naming its file.
pub async fn check(
    engine: &Engine,
    indicators: &[Indicator],
) -> Result<Vec<CheckResult>, LakeError> {
    let mut results = Vec::new();
    for indicator in indicators {
        let card = &indicator.card;
        let mut statements: Vec<(bool, String, String)> = Vec::new();
        let outside = |low: Option<f64>, high: Option<f64>| {
            let low = low.map(|low| format!("value < {low}"));
            let high = high.map(|high| format!("value > {high}"));
            let either: Vec<String> = low.into_iter().chain(high).collect();
            format!(
                "select region_code, grain, period, value from work.values where indicator_id = '{}' and ({})",
                card.id,
                either.join(" or ")
            )
        };
        if let Some((low, high)) = card.possible
            && (low.is_some() || high.is_some())
        {
            statements.push((true, "an impossible value is withheld".into(), outside(low, high)));
            let withheld = format!(
                "select region_code, grain, period, flags from work.values where indicator_id = '{}' and flags like '%impossible_value%'",
                card.id
            );
            statements.push((false, "value is possible".into(), withheld));
        }
        if let Some((low, high)) = card.plausible {
            statements.push((
                false,
                format!("value is plausible ({low} to {high})"),
                outside(Some(low), Some(high)),
            ));
        }
        statements.extend(split_checks(&indicator.checks));
        for (is_fail, name, sql) in statements {
            let found =
                engine.rows(&sql).await.map_err(|error| in_file(error, indicator, "checks.sql"))?;
            let rows = found.iter().map(RecordBatch::num_rows).sum();
            let first = found.iter().find(|rows| rows.num_rows() > 0);
            let example = first.map(|rows| describe_row(rows, 0)).unwrap_or_default();
            results.push(CheckResult {
                indicator_id: card.id.clone(),
                name,
                is_fail,
                rows,
                example,
            });
        }
    }
    Ok(results)
}

fn describe_row(rows: &RecordBatch, row: usize) -> String {
    let cells = rows
        .schema()
        .fields()
        .iter()
        .zip(rows.columns())
        .map(|(field, column)| {
            format!(
                "{}={}",
                field.name(),
                arrow::util::display::array_value_to_string(column, row).unwrap_or_default()
            )
        })
        .collect::<Vec<_>>();
    cells.join(" ")
}

/// Statements of `checks.sql`: each begins with a line `-- fail: <what holds>` or `-- warn: <what holds>`.
fn split_checks(text: &str) -> Vec<(bool, String, String)> {
    let mut checks: Vec<(bool, String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("-- fail:") {
            checks.push((true, name.trim().to_owned(), String::new()));
        } else if let Some(name) = line.strip_prefix("-- warn:") {
            checks.push((false, name.trim().to_owned(), String::new()));
        } else if let Some((_, _, sql)) = checks.last_mut().filter(|_| !line.starts_with("--")) {
            sql.push_str(line);
            sql.push('\n');
        }
    }
    checks
        .into_iter()
        .map(|(is_fail, name, sql)| (is_fail, name, sql.trim().trim_end_matches(';').to_owned()))
        .filter(|(.., sql)| !sql.is_empty())
        .collect()
}

/// All cards as a table for people.
///
/// # Errors
/// None in practice; the columns are made here.
pub fn cards_table(all: &[Indicator]) -> Result<(SchemaRef, RecordBatch), LakeError> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let schema = Arc::new(Schema::new(
        [
            "indicator_id",
            "dimension",
            "title",
            "title_en",
            "unit",
            "grain",
            "aggregation",
            "polarity",
        ]
        .map(text)
        .to_vec(),
    ));
    let column = |pick: &dyn Fn(&Card) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(all.iter().map(|indicator| pick(&indicator.card))))
    };
    let columns = vec![
        column(&|card| &card.id),
        column(&|card| &card.dimension),
        column(&|card| &card.title),
        column(&|card| &card.title_en),
        column(&|card| &card.unit),
        column(&|card| &card.grain),
        column(&|card| &card.aggregation),
        column(&|card| &card.polarity),
    ];
    Ok((SchemaRef::clone(&schema), RecordBatch::try_new(schema, columns)?))
}
