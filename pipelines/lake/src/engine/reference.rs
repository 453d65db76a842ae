//! Tables of `ref` that are made of the project and the calendar.

use super::dictionary;
use crate::error::LakeError;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::project::Transit;
use koridor_contract::{Correction, Project, card};
use std::sync::Arc;

/// Makes the rows of a table.
type Rows = fn(&Project) -> Result<RecordBatch, LakeError>;

/// The tables, by name.
pub(super) const TABLES: [(&str, Rows); 9] = [
    ("scope", scope),
    ("transit", transit),
    ("period", periods),
    ("indicator_dataset", indicator_datasets),
    ("correction", corrections),
    ("dataset", dictionary::datasets),
    ("column", dictionary::columns),
    ("code", dictionary::codes),
    ("indicator", dictionary::indicators),
];

/// `ref.scope`: each regency maps to itself and to the corridor.
pub(crate) fn scope(project: &Project) -> Result<RecordBatch, LakeError> {
    let regions = &project.corridor.regions;
    let names = |code: &String| {
        project
            .codes
            .get("region")
            .and_then(|list| list.attribute(code, "name"))
            .unwrap_or(code)
            .to_owned()
    };
    let scopes: Vec<(String, String, String, i64)> = regions
        .iter()
        .enumerate()
        .flat_map(|(order, code)| {
            [
                (code.clone(), code.clone(), names(code), order as i64),
                (
                    "CORR".to_owned(),
                    code.clone(),
                    project.corridor.title.clone(),
                    regions.len() as i64,
                ),
            ]
        })
        .collect();
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let schema = Schema::new(vec![
        text("scope_code"),
        text("region_code"),
        text("scope_name"),
        Field::new("scope_order", DataType::Int64, false),
    ]);
    let column = |pick: fn(&(String, String, String, i64)) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(scopes.iter().map(pick)))
    };
    let orders: ArrayRef =
        Arc::new(Int64Array::from_iter_values(scopes.iter().map(|scope| scope.3)));
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![column(|s| &s.0), column(|s| &s.1), column(|s| &s.2), orders],
    )?)
}

/// `ref.transit`: a regency by which visitors come in, and the one they are hoped to go on to.
pub(crate) fn transit(project: &Project) -> Result<RecordBatch, LakeError> {
    let pairs = &project.corridor.transit;
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let column = |pick: fn(&Transit) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(pairs.iter().map(pick)))
    };
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(vec![text("entry_region"), text("visited_region")])),
        vec![column(|pair| &pair.entry), column(|pair| &pair.visited)],
    )?)
}

/// `ref.indicator_dataset`: which datasets an indicator comes from.
pub(crate) fn indicator_datasets(project: &Project) -> Result<RecordBatch, LakeError> {
    let indicators = card::load(project)?;
    let pairs: Vec<(&str, &str)> = indicators
        .iter()
        .flat_map(|indicator| {
            indicator
                .card
                .datasets
                .iter()
                .map(|dataset| (indicator.card.id.as_str(), dataset.as_str()))
        })
        .collect();
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| pair.0))),
        Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| pair.1))),
    ];
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(vec![text("indicator_id"), text("dataset")])),
        columns,
    )?)
}

/// `ref.correction`: the project's corrections, used or not.
pub(crate) fn corrections(project: &Project) -> Result<RecordBatch, LakeError> {
    let all = &project.corrections;
    let names = [
        "correction",
        "dataset",
        "key",
        "field",
        "expected",
        "value",
        "reason",
        "source",
        "corrected_by",
        "until",
    ];
    let schema = Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let text = |pick: &dyn Fn(&Correction) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(all.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|own| Some(own.id.clone())),
        text(&|own| Some(own.dataset.clone())),
        text(&|own| {
            Some(
                own.key
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join(";"),
            )
        }),
        text(&|own| Some(own.field.clone())),
        text(&|own| Some(own.expected.clone())),
        text(&|own| own.value.clone()),
        text(&|own| Some(own.reason.clone())),
        text(&|own| Some(own.source.clone())),
        text(&|own| Some(own.by.clone())),
        text(&|own| {
            own.until.and_then(koridor_contract::date::from_days).map(|day| day.to_string())
        }),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

/// `ref.period`: each month, quarter and year, and the longer periods it belongs to, with how many
/// of it they hold.
pub(crate) fn periods(_: &Project) -> Result<RecordBatch, LakeError> {
    let mut rows: Vec<(&str, i32, &str, i32, i64, bool)> = Vec::new();
    let day =
        |year: i32, month: u32| koridor_contract::date::civil(year, month, 1).unwrap_or_default();
    for year in 1990..=2060 {
        rows.push(("Y", day(year, 1), "Y", day(year, 1), 1, true));
        for quarter in 0..4u32 {
            let first = day(year, quarter * 3 + 1);
            rows.push(("Q", first, "Q", first, 1, true));
            rows.push(("Q", first, "Y", day(year, 1), 4, quarter == 3));
        }
        for month in 1..=12u32 {
            let first = day(year, month);
            rows.push(("M", first, "M", first, 1, true));
            rows.push(("M", first, "Q", day(year, (month - 1) / 3 * 3 + 1), 3, month % 3 == 0));
            rows.push(("M", first, "Y", day(year, 1), 12, month == 12));
        }
    }
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let date = |name: &str| Field::new(name, DataType::Date32, false);
    let schema = Schema::new(vec![
        text("from_grain"),
        date("from_period"),
        text("grain"),
        date("period"),
        Field::new("expected", DataType::Int64, false),
        Field::new("is_last", DataType::Boolean, false),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.1))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.2))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.3))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.4))),
        Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.5)))),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
