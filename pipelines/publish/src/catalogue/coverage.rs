//! What the rows of a published dataset cover: their number, time, regions and sources.

use super::column::Column;
use super::rows::{column, published};
use crate::error::PublishError;
use crate::table::Table;
use chrono::{Days, Months, NaiveDate};
use datafusion::functions_aggregate::expr_fn::{count, max, min};
use datafusion::prelude::{DataFrame, Expr, cast, col, lit};
use koridor_contract::{Contract, FieldType};
use koridor_lake::Engine;
use std::collections::BTreeSet;

/// What rows cover.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Number of rows.
    pub rows: u64,
    /// First day; none where the rows have no time.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// BPS codes of the regions, sorted.
    pub regions: Vec<String>,
    /// Codes of the sources, sorted; empty where rows do not name one.
    pub sources: Vec<String>,
    /// Whether some of the figures are made up.
    pub is_synthetic: bool,
}

/// What the values of indicators cover.
pub(super) async fn of_indicators(engine: &Engine) -> Result<Coverage, PublishError> {
    let values = engine.query("select * from indicators.values").await?;
    let regions = distinct(values.clone(), "region_code").await?;
    let is_own = |code: &String| engine.snapshot().project.region_code(code).is_some();
    let flagged = values.clone().filter(col("flags").like(lit("%synthetic%")))?;
    // A period without a number covers nothing.
    let numbers = values.clone().filter(col("value").is_not_null())?;
    let (from, until) = period(numbers, ("period", FieldType::Date, true), "grain").await?;
    Ok(Coverage {
        rows: values.count().await? as u64,
        from,
        until,
        regions: regions.into_iter().filter(is_own).collect(),
        sources: Vec::new(),
        is_synthetic: flagged.count().await? > 0,
    })
}

/// What the published rows of a dataset cover.
pub(super) async fn of_contract(
    engine: &Engine,
    contract: &Contract,
    columns: &[Column],
) -> Result<Coverage, PublishError> {
    let project = &engine.snapshot().project;
    let frame = published(engine, contract).await?;
    let slice = contract.koridor.slice.as_ref();
    let time = slice.and_then(|own| own.period.as_deref());
    let time = time.and_then(|name| contract.fields.iter().find(|field| field.name == name));
    let time = time.filter(|field| contract.publishes(field));
    let (from, until) = match time {
        Some(field) => {
            let about = (field.name.as_str(), field.field_type, field.koridor.month);
            period(frame.clone(), about, "period_type").await?
        }
        None => (None, None),
    };
    let of_list = |list: &str| columns.iter().find(|own| own.codes.as_deref() == Some(list));
    let regions = match of_list("region") {
        Some(own) => distinct(frame.clone(), &own.name).await?,
        None => Vec::new(),
    };
    let sources = match of_list("source") {
        Some(own) => distinct(frame.clone(), &own.name).await?,
        None => Vec::new(),
    };
    let list = project.codes.get("source");
    let is_made_up = |code: &String| {
        list.and_then(|own| own.attribute(code, "synthetic")).is_some_and(|own| own == "true")
    };
    Ok(Coverage {
        rows: frame.count().await? as u64,
        from,
        until,
        regions,
        is_synthetic: sources.iter().any(is_made_up),
        sources,
    })
}

/// The different texts of a column, sorted.
async fn distinct(frame: DataFrame, name: &str) -> Result<Vec<String>, PublishError> {
    let found = Table::of(frame.select(vec![col(column(name)).alias("own")])?.distinct()?).await?;
    let texts: BTreeSet<String> = found.records().filter_map(|own| own.text("own")).collect();
    Ok(texts.into_iter().collect())
}

/// The first and the last day of rows: those of a period last until its end.
async fn period(
    frame: DataFrame,
    (name, kind, is_first_of_period): (&str, FieldType, bool),
    lengths: &str,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), PublishError> {
    let own = || match kind {
        // A moment is known by its day.
        FieldType::Datetime => cast(col(column(name)), arrow::datatypes::DataType::Date32),
        _ => col(column(name)),
    };
    let asked: Vec<Expr> =
        vec![min(own()).alias("first"), max(own()).alias("last"), count(lit(1)).alias("rows")];
    let found = frame.aggregate(vec![col(column(lengths)).alias("length")], asked)?;
    let (mut from, mut until) = (None, None);
    for row in Table::of(found).await?.records() {
        let (first, last) = (row.text_or_empty("first"), row.text_or_empty("last"));
        let (Some(first), Some(last)) = (day(&first), day(&last)) else { continue };
        let months = match (kind, row.text_or_empty("length").as_str()) {
            (FieldType::Year, _) => 12,
            _ if !is_first_of_period => 0,
            (_, "Y") => 12,
            (_, "Q") => 3,
            _ => 1,
        };
        let end = last.checked_add_months(Months::new(months));
        let end = end.and_then(|end| end.checked_sub_days(Days::new(u64::from(months > 0))));
        from = [from, Some(first)].into_iter().flatten().min();
        until = [until, end].into_iter().flatten().max();
    }
    Ok((from, until))
}

/// A day, or the first of a year.
fn day(text: &str) -> Option<NaiveDate> {
    let year = || NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1);
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().or_else(year)
}
