//! The BPS WebAPI's `data` model: a table of cells keyed by concatenated ids.
//!
//! The keys have no separator and no padding, so they are built from the catalogues and looked up,
//! never sliced. A missing cell is an absent key.

use super::budget::{Meter, too_slow};
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use koridor_contract::{CellKind, RawBatch};
use serde_json::{Map, Value};

/// Columns of the table a response becomes.
pub const COLUMNS: [&str; 9] =
    ["vervar_id", "vervar", "var_id", "var", "unit", "turvar", "tahun", "turtahun", "value"];

/// Reads a response into one sheet with the columns [`COLUMNS`].
///
/// # Errors
/// Where the response reports an error or holds no data, or costs more than it may.
pub(super) fn read(bytes: &[u8], meter: Meter) -> Result<Sheet, Refusal> {
    meter.memory(document_bytes(bytes, meter.budget().memory_bytes))?;
    let document: Value = serde_json::from_slice(
        bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
    )
    .map_err(|error| {
        Refusal::new(
            RefusalCode::BrokenJson,
            format!("JSON tidak dapat dibaca: {error}"),
            format!("the JSON cannot be read: {error}"),
        )
    })?;
    refuse_failure(&document)?;
    let Some(content) = document.get("datacontent").and_then(Value::as_object) else {
        return Err(Refusal::new(
            RefusalCode::NotWebapiData,
            "JSON ini bukan jawaban model `data` WebAPI BPS (tidak ada `datacontent`)",
            "the JSON is not an answer of the BPS WebAPI's `data` model (no `datacontent`)",
        ));
    };
    let mut batch = RawBatch::typed(COLUMNS.len());
    for name in COLUMNS {
        batch.push_cell(name, CellKind::Text);
    }
    batch.end_row(1);
    let found = Catalogues::of(&document).look_up(content, &mut batch, meter)?;
    if found != content.len() {
        let unexplained = content.len() - found.min(content.len());
        let all = content.len();
        return Err(Refusal::new(
            RefusalCode::WebapiKeys,
            format!("{unexplained} dari {all} sel WebAPI tidak dapat dijelaskan oleh katalognya"),
            format!(
                "{unexplained} of {all} cells of the response are not explained by its catalogues"
            ),
        ));
    }
    Ok(Sheet { cells: batch, ..Sheet::default() })
}

/// Memory that a document takes, told by its marks: a value takes many times what it is written in.
fn document_bytes(bytes: &[u8], most: u64) -> u64 {
    /// Bytes of a value with its name.
    const VALUE_BYTES: u64 = 96;
    let marks = memchr::memchr3_iter(b',', b'{', b'[', bytes);
    // What is beyond the bound need not be counted.
    let values = marks.take((most / VALUE_BYTES) as usize + 1).count() as u64;
    values.saturating_mul(VALUE_BYTES).saturating_add(bytes.len() as u64 * 2)
}

/// Refuses a document that is no data: the WebAPI reports its failures with HTTP 200.
fn refuse_failure(document: &Value) -> Result<(), Refusal> {
    if document.is_null() {
        return Err(Refusal::new(
            RefusalCode::WebapiNull,
            "jawaban WebAPI BPS kosong (null): permintaan terlalu besar; minta lebih sedikit tahun",
            "the BPS WebAPI answered null: the request was too large; ask for fewer years",
        ));
    }
    if document.get("status").and_then(Value::as_str) == Some("Error") {
        let message = document.get("message").and_then(Value::as_str).unwrap_or_default();
        return Err(Refusal::new(
            RefusalCode::WebapiError,
            format!("WebAPI BPS menjawab galat: {message}"),
            format!("the BPS WebAPI answered with an error: {message}"),
        ));
    }
    if let Some(availability) = document
        .get("data-availability")
        .and_then(Value::as_str)
        .filter(|availability| *availability != "available")
    {
        return Err(Refusal::new(
            RefusalCode::WebapiNoData,
            format!("WebAPI BPS tidak punya data ini ({availability})"),
            format!("the BPS WebAPI has no such data ({availability})"),
        ));
    }
    if document.get("type").and_then(Value::as_str) == Some("FeatureCollection") {
        return Err(Refusal::new(
            RefusalCode::Geojson,
            "berkas ini peta (GeoJSON), bukan tabel",
            "the file is a map (GeoJSON) and not a table",
        ));
    }
    Ok(())
}

/// One entry of a catalogue.
struct Entry {
    id: String,
    label: String,
    unit: String,
}

/// The catalogues whose ids make up the key of a cell, in the order of the key.
struct Catalogues {
    rows: Vec<Entry>,
    variables: Vec<Entry>,
    derived: Vec<Entry>,
    years: Vec<Entry>,
    parts: Vec<Entry>,
}

impl Catalogues {
    fn of(document: &Value) -> Self {
        let catalogue = |name: &str| -> Vec<Entry> {
            let entries = document.get(name).and_then(Value::as_array).into_iter().flatten();
            let entry = |entry: &Value| Entry {
                id: text(entry.get("val")),
                label: text(entry.get("label")),
                unit: text(entry.get("unit")),
            };
            entries.map(entry).collect()
        };
        Self {
            rows: catalogue("vervar"),
            variables: catalogue("var"),
            derived: catalogue("turvar"),
            years: catalogue("tahun"),
            parts: catalogue("turtahun"),
        }
    }

    /// Writes a row for each cell whose key is a combination of ids; returns their number.
    fn look_up(
        &self,
        content: &Map<String, Value>,
        batch: &mut RawBatch,
        meter: Meter,
    ) -> Result<usize, Refusal> {
        /// Most combinations of ids: those of any answer are a thousandth of these.
        const MOST: usize = 50_000_000;
        let lists = [&self.rows, &self.variables, &self.derived, &self.years, &self.parts];
        let combinations = lists.iter().fold(1usize, |all, own| all.saturating_mul(own.len()));
        let mut text_bytes = 0;
        if combinations > MOST {
            return Err(too_slow(meter.budget()));
        }
        let (mut found, mut step) = (0, 0);
        for row in &self.rows {
            for variable in &self.variables {
                for derived in &self.derived {
                    for (year, part) in self.periods() {
                        step += 1;
                        meter.time_at(step)?;
                        let ids = [row, variable, derived, year, part].map(|one| one.id.as_str());
                        let Some(value) = content.get(&ids.concat()) else { continue };
                        found += 1;
                        let cells = [
                            &row.id,
                            &row.label,
                            &variable.id,
                            &variable.label,
                            &variable.unit,
                            &derived.label,
                            &year.label,
                            &part.label,
                        ];
                        let kind =
                            if value.is_number() { CellKind::Number } else { CellKind::Text };
                        let value = text(Some(value));
                        text_bytes += cells.iter().map(|cell| cell.len()).sum::<usize>();
                        text_bytes += value.len();
                        meter.table(found as u64 + 1, COLUMNS.len() as u64, text_bytes as u64)?;
                        cells.iter().for_each(|cell| batch.push_cell(cell, CellKind::Text));
                        batch.push_cell(&value, kind);
                        batch.end_row(found as u64 + 1);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Each year with each of its parts.
    fn periods(&self) -> impl Iterator<Item = (&Entry, &Entry)> {
        self.years.iter().flat_map(|year| self.parts.iter().map(move |part| (year, part)))
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Sheet, Refusal> {
        super::read(bytes, Budget::default().meter())
    }

    fn response(content: &str) -> String {
        format!(
            r#"{{"status": "OK", "data-availability": "available",
            "var": [{{"val": 31, "label": "Penduduk", "unit": "Jiwa"}}],
            "turvar": [{{"val": "0", "label": "Tidak ada"}}],
            "vervar": [
                {{"val": 7407, "label": "Wakatobi "}},
                {{"val": 7472, "label": "Kota Baubau"}}
            ],
            "tahun": [{{"val": 99, "label": "1999"}}, {{"val": 100, "label": "2000"}}],
            "turtahun": [{{"val": 0, "label": "Tahun"}}],
            "datacontent": {content}}}"#
        )
    }

    #[test]
    fn keys_of_two_lengths_are_looked_up_and_not_sliced() {
        let sheet = read(response(r#"{"7407310990": 87, "74073101000": 90}"#).as_bytes()).unwrap();
        assert_eq!(sheet.cells.len(), 3);
        assert_eq!(
            (sheet.cells.text(1, 1), sheet.cells.text(1, 6), sheet.cells.text(1, 8)),
            ("Wakatobi", "1999", "87")
        );
        assert_eq!(sheet.cells.text(2, 6), "2000");
    }

    #[test]
    fn failures_that_come_with_http_200_are_refused() {
        for (body, code) in [
            ("null".to_owned(), "webapi_null"),
            (r#"{"status":"Error","message":"bad key"}"#.to_owned(), "webapi_error"),
            (
                r#"{"status":"OK","data-availability":"list-not-available","data":""}"#.to_owned(),
                "webapi_no_data",
            ),
            (response(r#"{"1": 2}"#), "webapi_keys"),
            ("{".to_owned(), "broken_json"),
        ] {
            assert_eq!(read(body.as_bytes()).unwrap_err().code.code(), code, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
