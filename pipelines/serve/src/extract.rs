//! Extracts: what a tourism office takes away, with dictionary, method and coverage beside the numbers.

use crate::error::ServeError;
use crate::format::{self, Format};
use crate::workbook::Book;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::SchemaRef;
use koridor_contract::Project;
use koridor_contract::card::{self, Aggregation, Indicator};
use koridor_lake::{Engine, LakeError};
use std::io::Write;
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

/// Writes an extract.
///
/// # Errors
/// Where there is no such extract, or the output cannot be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    name: &str,
    selection: &Selection,
    format: Format,
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    if !NAMES.contains(&name) {
        let near = koridor_near(name);
        return Err(LakeError::usage(
            format!("no extract `{name}`{near}"),
            format!("extracts: {}", NAMES.join(", ")),
        )
        .into());
    }
    let mut conditions = vec!["true".to_owned()];
    if let Some(region) = &selection.region {
        conditions.push(format!("v.region_code in ('{region}', 'CORR')"));
    }
    if let Some(year) = selection.year {
        conditions.push(format!("date_part('year', v.period) = {year}"));
    }
    let frame = engine
        .query(&format!(
            "{QUERY} where {} order by v.dimension, v.indicator_id, v.grain, v.period, v.breakdown, s.scope_order",
            conditions.join(" and ")
        ))
        .await?;
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame.collect().await.map_err(LakeError::from)?;
    let count = rows.iter().map(|rows| rows.num_rows() as u64).sum();
    let all = card::load(project).map_err(LakeError::from)?;
    let (schema, rows) = with_titles(&schema, &rows, &all)?;
    if format != Format::Xlsx {
        format::write(format, &schema, &rows, output)?;
        return Ok(count);
    }
    let mut book = Book::new();
    book.rows("data", &schema, &rows)?;
    let cards: Vec<Vec<String>> = all
        .iter()
        .map(|indicator| {
            let card = &indicator.card;
            vec![
                card.id.clone(),
                card.dimension.clone(),
                card.title.clone(),
                card.title_en.clone(),
                card.unit.clone(),
                card.formula.clone(),
                card.method.clone(),
                card.method_en.clone(),
                aggregation(card.aggregation).to_owned(),
                card.polarity.clone(),
                card.datasets.join(", "),
                card.standard.clone(),
            ]
        })
        .collect();
    book.texts(
        "kamus - dictionary",
        &[
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
        ],
        &[28.0, 13.0, 30.0, 30.0, 16.0, 50.0, 60.0, 60.0, 26.0, 12.0, 30.0, 24.0],
        &cards,
    )?;
    book.texts(
        "metode - method",
        &["", ""],
        &[34.0, 110.0],
        &method_lines(engine, project, &rows).await?,
    )?;
    book.save(output)?;
    Ok(count)
}

const QUERY: &str = "select v.indicator_id, v.dimension, v.region_code, s.scope_name as region_name, v.grain, v.period, v.breakdown,
  v.numerator, v.denominator, v.value, v.state, v.coverage, v.missing_regions, v.flags, v.release_id
from indicators.values v
join (select distinct scope_code, scope_name, scope_order from ref.scope) s on s.scope_code = v.region_code";

fn koridor_near(name: &str) -> String {
    NAMES
        .iter()
        .find(|known| known.starts_with(name.get(..3).unwrap_or(name)))
        .map(|known| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}

fn aggregation(aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Rs => "rasio jumlah / ratio of sums",
        Aggregation::Sum => "jumlah / sum",
        Aggregation::Pool => "deret gabungan / pooled series",
        Aggregation::Na => "tidak digabung / not aggregated",
    }
}

/// Puts title and unit behind the indicator's id.
fn with_titles(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    all: &[Indicator],
) -> Result<(SchemaRef, Vec<RecordBatch>), ServeError> {
    use arrow::array::{ArrayRef, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    let mut fields: Vec<Field> = schema.fields().iter().map(|field| Field::clone(field)).collect();
    fields.insert(1, Field::new("title", DataType::Utf8, true));
    fields.insert(2, Field::new("unit", DataType::Utf8, true));
    let schema = Arc::new(Schema::new(fields));
    let rows = rows
        .iter()
        .map(|rows| {
            let ids = rows.column(0).as_string::<i32>();
            let card = |id: Option<&str>| {
                all.iter()
                    .find(|indicator| Some(indicator.card.id.as_str()) == id)
                    .map(|indicator| &indicator.card)
            };
            let titles: ArrayRef = Arc::new(StringArray::from_iter(
                ids.iter().map(|id| card(id).map(|card| card.title.clone())),
            ));
            let units: ArrayRef = Arc::new(StringArray::from_iter(
                ids.iter().map(|id| card(id).map(|card| card.unit.clone())),
            ));
            let mut columns = rows.columns().to_vec();
            columns.insert(1, titles);
            columns.insert(2, units);
            Ok(RecordBatch::try_new(SchemaRef::clone(&schema), columns)?)
        })
        .collect::<Result<Vec<_>, ServeError>>()?;
    Ok((schema, rows))
}

async fn method_lines(
    engine: &Engine,
    project: &Project,
    rows: &[RecordBatch],
) -> Result<Vec<Vec<String>>, ServeError> {
    let line = |key: &str, text: &str| vec![key.to_owned(), text.to_owned()];
    let mut lines = vec![
        line(
            "Kawasan / Area",
            &format!("{} / {}", project.corridor.title, project.corridor.title_en),
        ),
        line(
            "Rilis / Release",
            &rows
                .first()
                .and_then(|rows| {
                    rows.column_by_name("release_id")
                        .map(|column| column.as_string::<i32>().value(0).to_owned())
                })
                .unwrap_or_default(),
        ),
        line(
            "Nilai kosong / Null values",
            "Kosong bukan nol. Setiap angka mempunyai keadaan (state) dan cakupan (coverage). / Null is not zero. Every number has its state and coverage.",
        ),
        line("ok", "lengkap / complete"),
        line("no_data", "tidak ada data yang dikirim / nothing was filed"),
        line(
            "incomplete",
            "belum semua bulan atau triwulan ada / not all months or quarters are there",
        ),
        line("denom_zero", "penyebut nol / the denominator is zero"),
        line(
            "partial_coverage",
            "nilai koridor tanpa wilayah yang belum lengkap (disebut di missing_regions) / a corridor value without the regencies that are not complete (named in missing_regions)",
        ),
        line(
            "insufficient_coverage",
            "separuh wilayah atau kurang: tidak ada nilai koridor / half the regencies or fewer: no corridor value",
        ),
        line(
            "suppressed",
            "sampel atau jumlah terlalu kecil untuk diterbitkan / sample or count too small to publish",
        ),
        line(
            "series_break",
            "deret terputus: cara hitung atau wilayah berubah di antara dua periode / the series breaks between the two periods",
        ),
        line(
            "not_applicable",
            "tidak berlaku, misalnya hanya satu sumber / does not apply, such as with one source only",
        ),
        line(
            "Nilai koridor / Corridor values",
            "rasio dari jumlah, bukan rata-rata rasio / ratios of sums and never means of ratios",
        ),
        line(
            "Sumber / Sources",
            "metode dan cakupan tiap sumber / method and coverage of each source:",
        ),
    ];
    let sources = engine
        .rows(
            "select distinct s.code, s.name, s.method_id, s.method_en, s.coverage_id, s.coverage_en, s.synthetic
             from ops.files f join ref.source s on s.code = f.source_id where f.status = 'loaded' order by s.code",
        )
        .await?;
    for rows in &sources {
        for row in 0..rows.num_rows() {
            let text = |column: usize| {
                let column = rows.column(column);
                if column.is_null(row) {
                    String::new()
                } else {
                    column.as_string::<i32>().value(row).to_owned()
                }
            };
            let mark =
                if rows.column(6).as_boolean().value(row) { "SINTETIS / SYNTHETIC. " } else { "" };
            lines.push(vec![
                text(0),
                format!("{mark}{}: {} ({}) / {} ({})", text(1), text(2), text(4), text(3), text(5)),
            ]);
        }
    }
    Ok(lines)
}
