//! The BPS WebAPI's `data` model: a table of cells keyed by concatenated ids.
//!
//! The keys have no separator and no padding, so they are built from the catalogues and looked up,
//! never sliced. A missing cell is an absent key.

use super::budget::{Meter, too_slow};
use super::json::{self, Json};
use super::plain::{plain_label, plain_note};
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use koridor_contract::{CellKind, RawBatch};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Columns of the table a response becomes.
pub const COLUMNS: [&str; 10] = [
    "vervar_id",
    "vervar",
    "var_id",
    "var",
    "unit",
    "turvar",
    "tahun",
    "turtahun",
    "value",
    "note",
];

/// Reads a response into one sheet with the columns [`COLUMNS`].
///
/// # Errors
/// Where the response reports an error or holds no data, or costs more than it may.
pub(super) fn read(bytes: &[u8], meter: Meter) -> Result<Sheet, Refusal> {
    meter.memory(document_bytes(bytes, meter.budget().memory_bytes))?;
    let Json { value: document, end } = json::read(bytes)?;
    refuse_failure(&document)?;
    let Some(content) = document.get("datacontent").and_then(Value::as_object) else {
        return Err(no_response(end.is_err()));
    };
    end?;
    let mut batch = RawBatch::typed(COLUMNS.len());
    for name in COLUMNS {
        batch.push_cell(name, CellKind::Text);
    }
    batch.end_row(1);
    let catalogues = Catalogues::of(&document);
    catalogues.refuse_other_years()?;
    catalogues.look_up(content, &mut batch, meter)?;
    Ok(Sheet { cells: batch, ..Sheet::default() })
}

/// The refusal of JSON that is no response: perhaps an office's own table, one document a line.
fn no_response(goes_on: bool) -> Refusal {
    let (id, en) = if goes_on {
        ("satu dokumen per baris, seperti NDJSON", "one document a line, as NDJSON")
    } else {
        ("tidak ada `datacontent`", "no `datacontent`")
    };
    Refusal::new(
        RefusalCode::NotWebapiData,
        format!(
            "JSON ini bukan jawaban model `data` WebAPI BPS ({id}); tabel lain dikirim sebagai CSV \
             atau XLSX; buku kerja yang cocok: koridor template"
        ),
        format!(
            "the JSON is not an answer of the BPS WebAPI's `data` model ({en}); send any other \
             table as CSV or XLSX; a workbook that fits: koridor template"
        ),
    )
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
    note: String,
}

impl Entry {
    fn of(entry: &Value) -> Self {
        Self {
            id: text(entry.get("val")),
            label: plain_label(&text(entry.get("label"))),
            unit: plain_label(&text(entry.get("unit"))),
            note: plain_note(&text(entry.get("note"))),
        }
    }

    /// Its id and the beginning of its label.
    fn shown(&self) -> String {
        /// Letters of a label that are shown.
        const MOST: usize = 60;
        let short = |text: &str| text.chars().take(MOST).collect::<String>();
        format!("{} \"{}\"", short(&self.id), short(&self.label))
    }
}

/// Names of the catalogues in the order of the key.
const CATALOGUES: [&str; 5] = ["vervar", "var", "turvar", "tahun", "turtahun"];

/// The catalogues whose ids make up the key of a cell, in the order of the key.
struct Catalogues {
    rows: Vec<Entry>,
    variables: Vec<Entry>,
    derived: Vec<Entry>,
    years: Vec<Entry>,
    parts: Vec<Entry>,
}

/// One entry of each catalogue.
type Combination<'own> = [&'own Entry; 5];

/// The key of the cell of a combination.
fn key_of(entries: Combination<'_>) -> String {
    entries.map(|entry| entry.id.as_str()).concat()
}

impl Catalogues {
    fn of(document: &Value) -> Self {
        let [rows, variables, derived, years, parts] = CATALOGUES.map(|name| -> Vec<Entry> {
            let entries = document.get(name).and_then(Value::as_array).into_iter().flatten();
            entries.map(Entry::of).collect()
        });
        Self { rows, variables, derived, years, parts }
    }

    /// Refuses a year whose id is not that of its label: ids of years count from 1900.
    fn refuse_other_years(&self) -> Result<(), Refusal> {
        let is_other = |year: &&Entry| {
            let (id, label) = (year.id.parse::<u32>(), year.label.parse::<u32>());
            let (Ok(id), Ok(label)) = (id, label) else { return false };
            year.label.len() == 4 && id != label && id.checked_add(1900) != Some(label)
        };
        let Some(year) = self.years.iter().find(is_other) else { return Ok(()) };
        let shown = year.shown();
        Err(Refusal::new(
            RefusalCode::WebapiKeys,
            format!(
                "kode dan label tahun jawaban WebAPI bertentangan: tahun {shown}; kode tahun \
                 dihitung dari 1900"
            ),
            format!(
                "id and label of a year of the response contradict each other: tahun {shown}; ids \
                 of years count from 1900"
            ),
        ))
    }

    /// Writes a row for each cell; all keys are to be combinations of ids, each in one way.
    fn look_up(
        &self,
        content: &Map<String, Value>,
        batch: &mut RawBatch,
        meter: Meter,
    ) -> Result<(), Refusal> {
        /// Most combinations of ids: those of any answer are a thousandth of these.
        const MOST: usize = 50_000_000;
        let lists = [&self.rows, &self.variables, &self.derived, &self.years, &self.parts];
        let combinations = lists.iter().fold(1usize, |all, own| all.saturating_mul(own.len()));
        if combinations > MOST {
            return Err(too_slow(meter.budget()));
        }
        let mut seen: HashSet<&str> = HashSet::new();
        let mut text_bytes = 0;
        for (step, entries) in self.combinations().enumerate() {
            meter.time_at(step)?;
            let Some((key, value)) = content.get_key_value(&key_of(entries)) else { continue };
            if !seen.insert(key) {
                return Err(self.two_ways(key, entries));
            }
            let [row, variable, derived, year, part] = entries;
            let kind = if value.is_number() { CellKind::Number } else { CellKind::Text };
            let value = text(Some(value));
            let cells = [
                (&row.id, CellKind::Text),
                (&row.label, CellKind::Text),
                (&variable.id, CellKind::Text),
                (&variable.label, CellKind::Text),
                (&variable.unit, CellKind::Text),
                (&derived.label, CellKind::Text),
                (&year.label, CellKind::Text),
                (&part.label, CellKind::Text),
                (&value, kind),
                (&variable.note, CellKind::Text),
            ];
            let number = seen.len() as u64 + 1;
            text_bytes += cells.iter().map(|(cell, _)| cell.len()).sum::<usize>();
            meter.table(number, COLUMNS.len() as u64, text_bytes as u64)?;
            cells.iter().for_each(|(cell, kind)| batch.push_cell(cell, *kind));
            batch.end_row(number);
        }
        match content.keys().find(|key| !seen.contains(key.as_str())) {
            Some(key) => Err(unexplained(content.len() - seen.len(), content.len(), key)),
            None => Ok(()),
        }
    }

    /// Each combination of entries, in the order of the catalogues.
    fn combinations(&self) -> impl Iterator<Item = Combination<'_>> {
        self.rows.iter().flat_map(move |row| {
            self.variables.iter().flat_map(move |variable| {
                self.derived.iter().flat_map(move |derived| {
                    self.periods().map(move |(year, part)| [row, variable, derived, year, part])
                })
            })
        })
    }

    /// Each year with each of its parts.
    fn periods(&self) -> impl Iterator<Item = (&Entry, &Entry)> {
        self.years.iter().flat_map(|year| self.parts.iter().map(move |part| (year, part)))
    }

    /// The refusal of a key that two combinations make: of an entry that its catalogue holds twice,
    /// or of ids that are written alike behind each other.
    fn two_ways(&self, key: &str, second: Combination<'_>) -> Refusal {
        let first = self.combinations().find(|own| key_of(*own) == key).unwrap_or(second);
        let ways: Vec<(&str, &Entry, &Entry)> = CATALOGUES
            .iter()
            .zip(first.iter().zip(second))
            .map(|(name, (one, other))| (*name, *one, other))
            .collect();
        let twice =
            ways.iter().find(|(_, one, other)| one.id == other.id && !std::ptr::eq(*one, *other));
        if let Some((name, one, other)) = twice {
            let (one, other) = (one.shown(), other.shown());
            return Refusal::new(
                RefusalCode::WebapiKeys,
                format!(
                    "katalog `{name}` jawaban WebAPI memuat satu kode dua kali: {one}, {other}"
                ),
                format!("catalogue `{name}` of the response holds one id twice: {one}, {other}"),
            );
        }
        let (one, other): (Vec<String>, Vec<String>) = ways
            .iter()
            .filter(|(_, one, other)| one.id != other.id)
            .map(|(name, one, other)| {
                (format!("{name} {}", one.shown()), format!("{name} {}", other.shown()))
            })
            .unzip();
        let (one, other) = (one.join(", "), other.join(", "));
        Refusal::new(
            RefusalCode::WebapiKeys,
            format!("kunci sel WebAPI {key} dapat dibaca dengan dua cara: {one}; atau {other}"),
            format!("key {key} of the response can be read in two ways: {one}; or {other}"),
        )
    }
}

/// The refusal of cells whose keys are no combination of ids, of which one is shown.
fn unexplained(cells: usize, all: usize, key: &str) -> Refusal {
    let key: String = key.chars().take(40).collect();
    Refusal::new(
        RefusalCode::WebapiKeys,
        format!(
            "{cells} dari {all} sel WebAPI tidak dapat dijelaskan oleh katalognya, misalnya kunci \
             {key}"
        ),
        format!(
            "{cells} of {all} cells of the response are not explained by its catalogues, such as \
             key {key}"
        ),
    )
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
            (response(r#"{"7407310990": 87, "7407310990": 88}"#), "broken_json"),
            (response("{}").replace("1999", "2000"), "webapi_keys"),
            (r#"[{"region_code": "7407"}]"#.to_owned(), "not_webapi_data"),
            ("{\"a\": 1}\n{\"a\": 2}\n".to_owned(), "not_webapi_data"),
            (response("{}") + "{}", "broken_json"),
        ] {
            assert_eq!(read(body.as_bytes()).unwrap_err().code.code(), code, "{body}");
        }
    }

    #[test]
    fn a_key_that_can_be_read_in_two_ways_is_told() {
        let cells = r#"{"7407310990": 87}"#;
        let twice = response(cells).replace("7472", "7407");
        let alike = response(cells)
            .replace(r#"{"val": 100, "label": "2000"}"#, r#"{"val": 9, "label": "Tahunan"}"#)
            .replace(r#"{"val": 0, "label": "Tahun"}"#, r#"{"val": 0, "label": "A"}, {"val": 90}"#);
        for (body, told) in [
            (twice, "`vervar` of the response holds one id twice: 7407 \"Wakatobi\", 7407 \"Kota"),
            (alike, "two ways: tahun 99 \"1999\", turtahun 0 \"A\"; or tahun 9 \"Tahunan\""),
            (response(r#"{"7407310990": 1, "12": 2}"#), "1 of 2 cells of the response"),
        ] {
            let refusal = read(body.as_bytes()).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::WebapiKeys);
            assert!(refusal.message.en.contains(told), "{}", refusal.message.en);
        }
    }

    #[test]
    fn labels_are_read_without_markup_and_notes_by_their_lines() {
        let body = response(r#"{"7407310990": 87}"#)
            .replace("Wakatobi ", "<b>Wakatobi</b>&nbsp;")
            .replace(r#""unit": "Jiwa""#, r#""unit": "Jiwa", "note": "A.<br>Dalam ribu jiwa""#);
        let sheet = read(body.as_bytes()).unwrap();
        let row = [1, 4, 8, 9].map(|column| sheet.cells.text(1, column));
        assert_eq!(row, ["Wakatobi", "Jiwa", "87", "A.\nDalam ribu jiwa"]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
