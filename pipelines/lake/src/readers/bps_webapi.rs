//! The BPS WebAPI's `data` model: a table of cells keyed by concatenated ids.
//!
//! The keys have no separator and no padding, so they are built from the catalogues and looked up, never sliced. A missing cell is an absent key.

use super::{Refusal, Sheet};
use koridor_contract::{CellKind, RawBatch};
use serde_json::Value;

/// Columns of the table a response becomes.
pub const COLUMNS: [&str; 9] =
    ["vervar_id", "vervar", "var_id", "var", "unit", "turvar", "tahun", "turtahun", "value"];

/// Reads a response into one sheet with the columns [`COLUMNS`].
///
/// # Errors
/// Where the response reports an error or holds no data.
pub fn read(bytes: &[u8]) -> Result<Sheet, Refusal> {
    let document: Value = serde_json::from_slice(
        bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
    )
    .map_err(|error| {
        Refusal::new(
            "broken_json",
            format!("JSON tidak dapat dibaca: {error}"),
            format!("the JSON cannot be read: {error}"),
        )
    })?;
    if document.is_null() {
        return Err(Refusal::new(
            "webapi_null",
            "jawaban WebAPI BPS kosong (null): permintaan terlalu besar; minta lebih sedikit tahun",
            "the BPS WebAPI answered null: the request was too large; ask for fewer years",
        ));
    }
    if document.get("status").and_then(Value::as_str) == Some("Error") {
        let message = document.get("message").and_then(Value::as_str).unwrap_or_default();
        return Err(Refusal::new(
            "webapi_error",
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
            "webapi_no_data",
            format!("WebAPI BPS tidak punya data ini ({availability})"),
            format!("the BPS WebAPI has no such data ({availability})"),
        ));
    }
    if document.get("type").and_then(Value::as_str) == Some("FeatureCollection") {
        return Err(Refusal::new(
            "geojson",
            "berkas ini peta (GeoJSON), bukan tabel",
            "the file is a map (GeoJSON) and not a table",
        ));
    }
    let Some(content) = document.get("datacontent").and_then(Value::as_object) else {
        return Err(Refusal::new(
            "not_webapi_data",
            "JSON ini bukan jawaban model `data` WebAPI BPS (tidak ada `datacontent`)",
            "the JSON is not an answer of the BPS WebAPI's `data` model (no `datacontent`)",
        ));
    };
    let catalogue = |name: &str| -> Vec<(String, String)> {
        let entries =
            document.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        entries.iter().map(|entry| (text(entry.get("val")), text(entry.get("label")))).collect()
    };
    let variables: Vec<(String, String, String)> = document
        .get("var")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|entry| (text(entry.get("val")), text(entry.get("label")), text(entry.get("unit"))))
        .collect();
    let (rows, derived, years, parts) =
        (catalogue("vervar"), catalogue("turvar"), catalogue("tahun"), catalogue("turtahun"));
    let mut batch = RawBatch::typed(COLUMNS.len());
    for name in COLUMNS {
        batch.push_cell(name, CellKind::Text);
    }
    batch.end_row(1);
    let mut found = 0usize;
    for (row_id, row) in &rows {
        for (variable_id, variable, unit) in &variables {
            for (derived_id, derived_label) in &derived {
                for (year_id, year) in &years {
                    for (part_id, part) in &parts {
                        let Some(value) = content
                            .get(&format!("{row_id}{variable_id}{derived_id}{year_id}{part_id}"))
                        else {
                            continue;
                        };
                        found += 1;
                        for cell in
                            [row_id, row, variable_id, variable, unit, derived_label, year, part]
                        {
                            batch.push_cell(cell, CellKind::Text);
                        }
                        let kind =
                            if value.is_number() { CellKind::Number } else { CellKind::Text };
                        batch.push_cell(&text(Some(value)), kind);
                        batch.end_row(found as u64 + 1);
                    }
                }
            }
        }
    }
    if found != content.len() {
        return Err(Refusal::new(
            "webapi_keys",
            format!(
                "{} dari {} sel WebAPI tidak dapat dijelaskan oleh katalognya",
                content.len() - found.min(content.len()),
                content.len()
            ),
            format!(
                "{} of {} cells of the response are not explained by its catalogues",
                content.len() - found.min(content.len()),
                content.len()
            ),
        ));
    }
    Ok(Sheet { cells: batch, ..Sheet::default() })
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
    use proptest::prelude::*;

    fn response(content: &str) -> String {
        format!(
            r#"{{"status":"OK","data-availability":"available","var":[{{"val":31,"label":"Penduduk","unit":"Jiwa"}}],"turvar":[{{"val":"0","label":"Tidak ada"}}],
            "vervar":[{{"val":7407,"label":"Wakatobi "}},{{"val":7472,"label":"Kota Baubau"}}],"tahun":[{{"val":99,"label":"1999"}},{{"val":100,"label":"2000"}}],"turtahun":[{{"val":0,"label":"Tahun"}}],"datacontent":{content}}}"#
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
            assert_eq!(read(body.as_bytes()).unwrap_err().code, code, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
