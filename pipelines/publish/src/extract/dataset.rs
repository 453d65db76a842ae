//! The published columns of a dataset's current rows.

use super::selection::{Selection, first_year};
use crate::error::PublishError;
use chrono::{Datelike, Months, NaiveDate};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, SortExpr, lit};
use datafusion::prelude::{DataFrame, ident};
use koridor_contract::card;
use koridor_contract::contract::PeriodType;
use koridor_contract::{Contract, Field, FieldType, Project};
use koridor_lake::Engine;

/// Rows up to which they are sorted; more come in the lake's own order, the same each time.
const MOST_SORTED: usize = 1_000_000;

/// The rows of a selection, all columns, in no order.
pub(super) async fn rows(
    engine: &Engine,
    contract: &Contract,
    selection: &Selection,
) -> Result<DataFrame, PublishError> {
    let project = &engine.snapshot().project;
    let mut frame = engine.query(&format!("select * from core.{}", contract.name)).await?;
    let published = contract.koridor.published_rows.iter().map(|(name, values)| {
        ident(name).in_list(values.iter().map(|own| lit(own.as_str())).collect(), false)
    });
    let conditions = published
        .chain(region(project, contract, selection))
        .chain(period(contract, selection))
        .chain(selection.dimension.iter().map(|own| dimension(project, contract, own)));
    for condition in conditions.collect::<Vec<Expr>>() {
        frame = frame.filter(condition)?;
    }
    Ok(frame)
}

/// The published columns of rows, by period, region and key.
pub(super) async fn in_order(
    contract: &Contract,
    rows: impl AsyncFn(bool) -> Result<DataFrame, PublishError>,
) -> Result<DataFrame, PublishError> {
    let frame = rows(false).await?;
    // A release of before may lack a field.
    let there = frame.schema().clone();
    let names = contract.published_fields().map(|own| own.name.as_str()).chain(["is_headline"]);
    let names: Vec<&str> =
        names.filter(|own| there.has_column_with_unqualified_name(own)).collect();
    let columns: Vec<Expr> = names.iter().map(|own| ident(*own)).collect();
    let count = frame.clone().limit(0, Some(MOST_SORTED + 1))?.count().await?;
    if count > MOST_SORTED {
        return Ok(rows(true).await?.select(columns)?);
    }
    let slice = contract.koridor.slice.iter();
    let first = slice.flat_map(|own| own.period.iter().chain([&own.region]));
    let keys = first.chain(&contract.primary_key).map(String::as_str);
    let mut order: Vec<&str> = Vec::new();
    for name in keys.chain(["source_id", "period_type", "release_date"]) {
        if names.contains(&name) && !order.contains(&name) {
            order.push(name);
        }
    }
    let order: Vec<SortExpr> = order.iter().map(|own| ident(*own).sort(true, false)).collect();
    Ok(frame.select(columns)?.sort(order)?)
}

/// Rows of a dimension: where rows name one, or an indicator, those that name it; else all of a
/// dataset that is of it.
fn dimension(project: &Project, contract: &Contract, asked: &str) -> Expr {
    let has = |name: &str| contract.fields.iter().any(|field| field.name == name);
    if has("dimension") {
        return ident("dimension").eq(lit(asked));
    }
    if has("indicator_id") {
        let cards = card::load(project).unwrap_or_default().into_iter();
        let own = cards.filter(|own| own.card.dimension == asked).map(|own| lit(own.card.id));
        return ident("indicator_id").in_list(own.collect(), false);
    }
    lit(asked == contract.koridor.dimension)
}

/// Rows of a region: by its code, or by that of the point or route that lies in it. What is of no
/// region is of all.
fn region(project: &Project, contract: &Contract, selection: &Selection) -> Option<Expr> {
    let code = selection.region.as_deref().filter(|code| *code != "CORR")?;
    let name = &contract.koridor.slice.as_ref()?.region;
    let field = contract.fields.iter().find(|field| field.name == *name)?;
    let column = || ident(name);
    let list = field.koridor.codes.as_ref().and_then(|list| project.codes.get(list));
    let places: Vec<Expr> = list
        .iter()
        .flat_map(|list| list.codes())
        .filter(|own| own.attributes.get("region_code").is_some_and(|region| region == code))
        .map(|own| lit(own.code.as_str()))
        .collect();
    let is_own = match places.is_empty() {
        true => column().eq(lit(code)),
        false => column().in_list(places, false),
    };
    Some(is_own.or(column().is_null()))
}

/// Rows whose period lies within the days.
fn period(contract: &Contract, selection: &Selection) -> Option<Expr> {
    if selection.from.is_none() && selection.until.is_none() {
        return None;
    }
    let name = contract.koridor.slice.as_ref()?.period.as_ref()?;
    let field = contract.fields.iter().find(|field| field.name == *name)?;
    let column = || ident(name);
    let mut kept: Vec<Expr> = Vec::new();
    match field.field_type {
        FieldType::Year => {
            kept.extend(selection.from.map(|own| column().gt_eq(lit(first_year(own)))));
            kept.extend(selection.until.map(|own| column().lt(lit(own.year()))));
        }
        _ => {
            kept.extend(selection.from.map(|own| column().gt_eq(day(own))));
            kept.extend(selection.until.map(|until| ends_before(contract, field, until)));
        }
    }
    kept.into_iter().reduce(Expr::and)
}

/// Whether a row's period ends before a day, by the length of its period.
fn ends_before(contract: &Contract, field: &Field, until: NaiveDate) -> Expr {
    let column = || ident(&field.name);
    if !field.koridor.month {
        return column().lt(day(until));
    }
    let of_length = |length: &PeriodType| {
        let months = match length {
            PeriodType::M => 1,
            PeriodType::Q => 3,
            PeriodType::Y => 12,
        };
        let last = until.checked_sub_months(Months::new(months)).unwrap_or(until);
        ident("period_type").eq(lit(length.as_str())).and(column().lt_eq(day(last)))
    };
    let lengths = contract.koridor.period_types.iter().map(of_length);
    lengths.reduce(Expr::or).unwrap_or_else(|| lit(false))
}

fn day(day: NaiveDate) -> Expr {
    lit(ScalarValue::Date32(Some(day.to_epoch_days())))
}
