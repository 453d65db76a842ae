//! Extracts: what a tourism office takes away, with dictionary, method and coverage beside the
//! numbers.

use crate::error::PublishError;
use crate::rows::RowStream;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::Project;
use koridor_contract::card::{self, Aggregation, Card};
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

/// Columns of the dictionary.
pub const DICTIONARY_HEADINGS: [&str; 12] = [
    "indicator_id",
    "dimension",
    "judul",
    "title",
    "satuan / unit",
    "rumus / formula",
    "metode",
    "method",
    "agregasi / aggregation",
    "polaritas / polarity",
    "dataset",
    "standar / standard",
];

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

/// What each indicator means, a row an indicator, in the order of [`DICTIONARY_HEADINGS`].
///
/// # Errors
/// Where a card cannot be used.
pub fn dictionary(project: &Project) -> Result<Vec<Vec<String>>, PublishError> {
    let row = |card: Card| {
        vec![
            card.id,
            card.dimension,
            card.title,
            card.title_en,
            card.unit,
            card.formula,
            card.method,
            card.method_en,
            aggregation_name(card.aggregation).to_owned(),
            card.polarity,
            card.datasets.join(", "),
            card.standard,
        ]
    };
    Ok(card::load(project)?.into_iter().map(|indicator| row(indicator.card)).collect())
}

fn aggregation_name(aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Rs => "rasio jumlah / ratio of sums",
        Aggregation::Sum => "jumlah / sum",
        Aggregation::Pool => "deret gabungan / pooled series",
        Aggregation::Na => "tidak digabung / not aggregated",
    }
}

/// What the states of values mean, and how corridor values are made.
const METHOD: [(&str, &str); 11] = [
    (
        "Nilai kosong / Null values",
        "Kosong bukan nol. Setiap angka mempunyai keadaan (state) dan cakupan (coverage). / \
         Null is not zero. Every number has its state and coverage.",
    ),
    ("ok", "lengkap / complete"),
    ("no_data", "tidak ada data yang dikirim / nothing was filed"),
    ("incomplete", "belum semua bulan atau triwulan ada / not all months or quarters are there"),
    ("denom_zero", "penyebut nol / the denominator is zero"),
    (
        "partial_coverage",
        "nilai koridor tanpa wilayah yang belum lengkap (disebut di missing_regions) / \
         a corridor value without the regencies that are not complete (named in missing_regions)",
    ),
    (
        "insufficient_coverage",
        "separuh wilayah atau kurang: tidak ada nilai koridor / \
         half the regencies or fewer: no corridor value",
    ),
    (
        "suppressed",
        "sampel atau jumlah terlalu kecil untuk diterbitkan / sample or count too small to publish",
    ),
    (
        "series_break",
        "deret terputus: cara hitung atau wilayah berubah di antara dua periode / \
         the series breaks between the two periods",
    ),
    (
        "not_applicable",
        "tidak berlaku, misalnya hanya satu sumber / does not apply, such as with one source only",
    ),
    (
        "Nilai koridor / Corridor values",
        "rasio dari jumlah, bukan rata-rata rasio / ratios of sums and never means of ratios",
    ),
];

/// How the numbers were made: area, release, what states mean, and method and coverage of each
/// source. Two texts a row; the release is the one that `values` are of.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn method(
    engine: &Engine,
    project: &Project,
    values: &RowStream,
) -> Result<Vec<Vec<String>>, PublishError> {
    let row = |key: &str, text: &str| vec![key.to_owned(), text.to_owned()];
    let corridor = &project.corridor;
    let mut rows = vec![
        row("Kawasan / Area", &format!("{} / {}", corridor.title, corridor.title_en)),
        row("Rilis / Release", &release_of(values)),
    ];
    rows.extend(METHOD.iter().map(|(key, text)| row(key, text)));
    rows.push(row(
        "Sumber / Sources",
        "metode dan cakupan tiap sumber / method and coverage of each source:",
    ));
    for batch in engine.run_named("extract_sources", []).await? {
        rows.extend((0..batch.num_rows()).map(|row| source_row(&batch, row)));
    }
    Ok(rows)
}

/// The release of the first value; empty where there is none.
fn release_of(values: &RowStream) -> String {
    let releases = values.first().and_then(|rows| rows.column_by_name("release_id"));
    let first = releases.filter(|releases| !releases.is_empty());
    first.map(|releases| releases.as_string::<i32>().value(0).to_owned()).unwrap_or_default()
}

/// A row of `sql/queries/extract_sources.sql` in words.
fn source_row(rows: &RecordBatch, row: usize) -> Vec<String> {
    let text = |column: usize| match rows.column(column).is_null(row) {
        true => "",
        false => rows.column(column).as_string::<i32>().value(row),
    };
    let is_synthetic = rows.column(6).as_boolean().value(row);
    let mark = if is_synthetic { "SINTETIS / SYNTHETIC. " } else { "" };
    let [name, method_ind, method_eng] = [text(1), text(2), text(3)];
    let [coverage_ind, coverage_eng] = [text(4), text(5)];
    vec![
        text(0).to_owned(),
        format!("{mark}{name}: {method_ind} ({coverage_ind}) / {method_eng} ({coverage_eng})"),
    ]
}
