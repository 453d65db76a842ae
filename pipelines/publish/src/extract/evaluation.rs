//! The yearly evaluation as rows: one a cell of its tables.

use super::selection::Selection;
use crate::error::PublishError;
use crate::evaluation::{Asked, EvaluationTable, Standing};
use crate::rows::RowStream;
use crate::table::{Record, Table};
use crate::words::Words;
use arrow::array::{Float64Builder, Int32Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::card;
use koridor_contract::message::Language;
use koridor_lake::Engine;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The years that there is something about, the first first.
pub(super) async fn years(engine: &Engine) -> Result<Vec<i32>, PublishError> {
    let years = Table::named(engine, "evaluation_years", []).await?;
    Ok(years.records().filter_map(|row| row.text("year")?.parse().ok()).collect())
}

fn schema() -> SchemaRef {
    let field = |name: &str, kind| Field::new(name, kind, true);
    Arc::new(Schema::new(vec![
        field("year", DataType::Int32),
        field("section", DataType::Utf8),
        field("table_name", DataType::Utf8),
        field("row_number", DataType::Int32),
        field("indicator_id", DataType::Utf8),
        field("region_code", DataType::Utf8),
        field("column_name", DataType::Utf8),
        field("number", DataType::Float64),
        field("text", DataType::Utf8),
    ]))
}

/// Columns of the rows, being filled.
#[derive(Default)]
struct Cells {
    year: Int32Builder,
    row: Int32Builder,
    number: Float64Builder,
    section: StringBuilder,
    table: StringBuilder,
    indicator: StringBuilder,
    region: StringBuilder,
    column: StringBuilder,
    text: StringBuilder,
}

impl Cells {
    fn add(
        &mut self,
        year: i32,
        section: &str,
        table: &EvaluationTable,
        is_kept: impl Fn(Record<'_>) -> bool,
    ) {
        let rows = table.rows.records().enumerate();
        for (place, row) in rows.filter(|(_, row)| is_kept(*row)) {
            let (indicator, region) = (row.text("indicator_id"), row.text("region_code"));
            for field in table.rows.schema.fields() {
                let name = field.name().as_str();
                let Some(text) = row.text(name) else { continue };
                if ["indicator_id", "region_code"].contains(&name) {
                    continue;
                }
                self.year.append_value(year);
                self.section.append_value(section);
                self.table.append_value(table.name);
                self.row.append_value(i32::try_from(place + 1).unwrap_or(i32::MAX));
                self.indicator.append_option(indicator.as_deref());
                self.region.append_option(region.as_deref());
                self.column.append_value(name);
                let number = field.data_type().is_numeric().then(|| text.parse().ok()).flatten();
                self.number.append_option(number);
                self.text.append_value(text);
            }
        }
    }

    fn finish(mut self) -> Result<RecordBatch, PublishError> {
        Ok(RecordBatch::try_new(
            schema(),
            vec![
                Arc::new(self.year.finish()),
                Arc::new(self.section.finish()),
                Arc::new(self.table.finish()),
                Arc::new(self.row.finish()),
                Arc::new(self.indicator.finish()),
                Arc::new(self.region.finish()),
                Arc::new(self.column.finish()),
                Arc::new(self.number.finish()),
                Arc::new(self.text.finish()),
            ],
        )?)
    }
}

/// The evaluations of a selection's years; of all where it names none. A frozen year is that of its
/// release.
pub(super) async fn rows(
    engine: &Engine,
    selection: &Selection,
) -> Result<RowStream, PublishError> {
    let project = Arc::clone(&engine.snapshot().project);
    let words = Words { project: &project, language: Language::Id };
    let cards = card::load(&project)?.into_iter();
    let dimensions: BTreeMap<String, String> =
        cards.map(|own| (own.card.id, own.card.dimension)).collect();
    // Of a dimension the rows that name it, or one of its indicators.
    let is_asked = |row: Record<'_>| {
        let Some(asked) = &selection.dimension else { return true };
        let id = row.text("indicator_id");
        let own = row.text("dimension").or_else(|| dimensions.get(&id?).cloned());
        own.as_ref() == Some(asked)
    };
    let mut cells = Cells::default();
    let standing = Standing::of(engine, words).await?;
    for year in years(engine).await? {
        if !is_within(selection, year) {
            continue;
        }
        let asked = Asked { year, region: selection.region.clone() };
        let found = standing.evaluation(&asked).await?;
        for section in &found.sections {
            for table in &section.tables {
                cells.add(year, section.name, table, is_asked);
            }
        }
    }
    Ok(RowStream::at_hand(schema(), vec![cells.finish()?]))
}

/// Whether a whole year lies within the days of a selection.
pub(super) fn is_within(selection: &Selection, year: i32) -> bool {
    let own = Selection::of_year(year);
    selection.from.is_none_or(|from| own.from.is_some_and(|first| first >= from))
        && selection.until.is_none_or(|until| own.until.is_some_and(|after| after <= until))
}
