//! Extracts: what a tourism office takes away, with dictionary, method and coverage beside the
//! numbers.

use crate::error::PublishError;
use crate::rows::RowStream;
use crate::table::Record;
use crate::words::Words;
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::Project;
use koridor_contract::card::{self, Card};
use koridor_contract::message::Language;
use koridor_lake::engine::{number_parameter, text_parameter};
use koridor_lake::{Engine, LakeError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What to extract.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// BPS code, or `CORR` for the corridor; a regency's extract holds the corridor too.
    pub region: Option<String>,
    /// Calendar year.
    pub year: Option<i32>,
}

/// Names of extracts.
pub const NAMES: [&str; 1] = ["indicators"];

/// The values of an extract, each with the title and unit of its indicator.
///
/// # Errors
/// Where there is no such extract, or the lake cannot be read.
pub async fn values(
    engine: &Engine,
    project: &Project,
    name: &str,
    selection: &Selection,
) -> Result<RowStream, PublishError> {
    if !NAMES.contains(&name) {
        let begins = name.get(..3).unwrap_or(name);
        let near = NAMES.iter().find(|known| known.starts_with(begins));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(LakeError::usage(
            format!("no extract `{name}`{near}"),
            format!("extracts: {}", NAMES.join(", ")),
        )
        .into());
    }
    let region = selection.region.as_deref().unwrap_or_default();
    let year = selection.year.map_or(0, i64::from);
    let parameters = [("region", text_parameter(region)), ("year", number_parameter(year))];
    let frame = engine.named("extract_indicators", parameters).await?;
    let schema = schema_with_titles(frame.schema().as_arrow());
    let rows = RowStream::open(frame).await?;
    let cards = card::load(project)?.into_iter().map(|own| (own.card.id.clone(), own.card));
    let cards: BTreeMap<String, Card> = cards.collect();
    rows.adapted(move |rows| with_titles(rows, &schema, &cards))
}

/// The columns of an extract as the statement is planned, whatever a plan finds out about its rows:
/// title and unit stand behind the indicator's id, which is the first.
fn schema_with_titles(planned: &Schema) -> SchemaRef {
    let mut fields: Vec<Field> = planned.fields().iter().map(|field| Field::clone(field)).collect();
    fields.insert(1, Field::new("title", DataType::Utf8, true));
    fields.insert(2, Field::new("unit", DataType::Utf8, true));
    Arc::new(Schema::new(fields))
}

fn with_titles(
    rows: &RecordBatch,
    schema: &SchemaRef,
    cards: &BTreeMap<String, Card>,
) -> Result<RecordBatch, PublishError> {
    let ids = rows.column(0).as_string::<i32>();
    let texts = |pick: fn(&Card) -> &String| -> ArrayRef {
        let card = |id: Option<&str>| id.and_then(|id| cards.get(id));
        Arc::new(StringArray::from_iter(ids.iter().map(|id| card(id).map(pick))))
    };
    let mut columns = rows.columns().to_vec();
    columns.insert(1, texts(|card| &card.title));
    columns.insert(2, texts(|card| &card.unit));
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns)?)
}

/// How the numbers were made: area, release, what states mean, and method and coverage of each
/// source, in one language. Two texts a row; the release is the one that `values` are of.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn method(
    engine: &Engine,
    words: Words<'_>,
    values: &RowStream,
) -> Result<Vec<[String; 2]>, PublishError> {
    let language = words.language;
    let row = |key: &str, text: &str| [key.to_owned(), text.to_owned()];
    let mut rows = vec![
        row(language.pick("Kawasan", "Area"), &words.region("CORR")),
        row(language.pick("Rilis", "Release"), &release_of(values)),
        row(
            language.pick("Nilai kosong", "Null values"),
            language.pick(
                "Kosong bukan nol. Setiap angka mempunyai keadaan dan cakupan.",
                "Null is not zero. Every number has its state and coverage.",
            ),
        ),
    ];
    let state = language.pick("Keadaan", "State");
    rows.extend(words.states().map(|(word, meaning)| row(&format!("{state}: {word}"), meaning)));
    rows.push(row(
        language.pick("Nilai koridor", "Corridor values"),
        language.pick(
            "rasio dari jumlah, bukan rata-rata rasio",
            "ratios of sums and never means of ratios",
        ),
    ));
    for batch in engine.run_named("extract_sources", []).await? {
        rows.extend(
            (0..batch.num_rows()).map(|row| source_row(&Record::of(&batch, row), language)),
        );
    }
    Ok(rows)
}

/// The release of the first value; empty where there is none.
pub fn release_of(values: &RowStream) -> String {
    let first = values.first().filter(|rows| rows.num_rows() > 0);
    first.map(|rows| Record::of(rows, 0).text_or_empty("release_id")).unwrap_or_default()
}

/// A row of `sql/queries/extract_sources.sql` in words.
fn source_row(row: &Record<'_>, language: Language) -> [String; 2] {
    let is_synthetic = row.is_true("synthetic");
    let mark = if is_synthetic { language.pick("SINTETIS. ", "SYNTHETIC. ") } else { "" };
    let [method, coverage] = language
        .pick(["method_id", "coverage_id"], ["method_en", "coverage_en"])
        .map(|column| row.text_or_empty(column));
    let source = language.pick("Sumber", "Source");
    [
        format!("{source}: {}", row.text_or_empty("code")),
        format!("{mark}{}: {method} ({coverage})", row.text_or_empty("name")),
    ]
}
