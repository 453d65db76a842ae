//! A draft of a source description from a file: where the header is, which column is which field, how numbers are written, and what a
//! steward must still decide.
//!
//! Knows headers by the names that contracts and descriptions already give their fields; it guesses nothing else. What it could not place
//! it says.

use crate::layout::{column_letters, header_key, is_total};
use crate::project::Project;
use crate::readers::Sheet;
use koridor_contract::codes::normalise;
use koridor_contract::date::{self, DateFormat};
use koridor_contract::number::{self, NumberFormat};
use koridor_contract::{CellKind, Contract, FieldType, RawBatch};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows from the top that may hold the header.
const HEADER_WITHIN: usize = 25;
/// Rows of a header band that are tried.
const BAND_ROWS: usize = 3;
/// Rows that tell how numbers and dates are written.
const SAMPLE_ROWS: usize = 200;

/// A draft, and what is unsure about it.
#[derive(Debug)]
pub struct Draft {
    /// The description, as `schemas/sources/<NAME>.json` has it.
    pub description: Value,
    /// What a steward must look at, in Bahasa Indonesia and English.
    pub unsure: Vec<koridor_contract::message::Message>,
}

/// Where a field's names come from: contracts and the descriptions there are.
struct Names<'project> {
    contract: &'project Contract,
    fields: BTreeMap<String, String>,
}

impl<'project> Names<'project> {
    fn of(project: &'project Project, contract: &'project Contract) -> Self {
        let mut fields = BTreeMap::new();
        let mut add = |text: &str, field: &str| {
            let key = header_key(text);
            if !key.is_empty() {
                fields.entry(key).or_insert_with(|| field.to_owned());
            }
        };
        for source in project.sources.values().filter(|source| source.dataset == contract.name) {
            for column in &source.columns {
                column.header.iter().for_each(|header| add(header, &column.field));
            }
        }
        for field in &contract.fields {
            for name in [&field.name, &field.title, &field.koridor.title_en] {
                add(name, &field.name);
            }
            if field.koridor.codes.as_deref() == Some("region") {
                ["Kabupaten/Kota", "Kabupaten", "Kab/Kota", "Wilayah", "Daerah", "Regency"].iter().for_each(|name| add(name, &field.name));
            }
            if field.koridor.month {
                ["Bulan", "Periode", "Bulan Tahun", "Month"].iter().for_each(|name| add(name, &field.name));
            }
            if field.field_type == FieldType::Year {
                ["Tahun", "Year"].iter().for_each(|name| add(name, &field.name));
            }
        }
        Self { contract, fields }
    }

    /// The field a header names: as it stands, or without what is in brackets behind it.
    fn field(&self, label: &str) -> Option<&str> {
        let without_unit = label.split(['(', '[']).next().unwrap_or(label);
        [label, without_unit].iter().find_map(|text| self.fields.get(&header_key(text))).map(String::as_str)
    }
}

/// A header band that may be one.
struct Header {
    row: usize,
    rows: usize,
    labels: Vec<String>,
}

/// Drafts a description for the sheet that fits a dataset best.
pub fn draft(project: &Project, file_name: &str, sheets: &[Sheet]) -> Option<Draft> {
    let mut best: Option<(usize, &Sheet, Header, Names<'_>)> = None;
    for sheet in sheets.iter().filter(|sheet| !sheet.is_hidden && !sheet.is_blank()) {
        for header in headers(&sheet.cells) {
            for contract in project.datasets.values() {
                let names = Names::of(project, contract);
                let found: BTreeSet<&str> = header.labels.iter().filter_map(|label| names.field(label)).collect();
                // A region and a year are in every file: a dataset is told by what it measures or names besides.
                let tells = |name: &&str| {
                    contract.own_fields().iter().any(|field| {
                        field.name == **name
                            && field.koridor.codes.as_deref() != Some("region")
                            && field.field_type != FieldType::Year
                            && !field.koridor.month
                            && field.name != "name"
                    })
                };
                let across = header.labels.iter().filter(|label| is_period(label)).count();
                if found.iter().filter(|name| tells(name)).count() < 2
                    && !(across > 2 && found.iter().any(tells))
                    && !is_measure(contract, &found)
                {
                    continue;
                }
                let required =
                    contract.own_fields().iter().filter(|field| field.constraints.required && found.contains(field.name.as_str())).count();
                let score = required * 3 + found.len() * 2 + usize::from(header.rows == 1);
                if !found.is_empty() && best.as_ref().is_none_or(|(most, ..)| score > *most) {
                    best = Some((score, sheet, Header { row: header.row, rows: header.rows, labels: header.labels.clone() }, names));
                }
            }
        }
    }
    let (_, sheet, header, names) = best?;
    Some(describe(project, file_name, sheet, &header, &names))
}

/// Whether a required number of the contract is among the fields.
fn is_measure(contract: &Contract, found: &BTreeSet<&str>) -> bool {
    contract.own_fields().iter().any(|field| {
        field.constraints.required
            && matches!(field.field_type, FieldType::Integer | FieldType::Number)
            && found.contains(field.name.as_str())
    })
}

/// Descriptions that read a sheet already.
pub fn fitting<'project>(project: &'project Project, sheets: &[Sheet]) -> Vec<&'project str> {
    let fits = |source: &koridor_contract::Source| {
        let Some(contract) = project.datasets.get(&source.dataset) else { return false };
        !source.header.absent && sheets.iter().any(|sheet| crate::layout::find_header(sheet, source, contract).is_ok())
    };
    project.sources.values().filter(|source| fits(source)).map(|source| source.name.as_str()).collect()
}

/// Rows that may be a header: mostly texts, with rows below.
fn headers(cells: &RawBatch) -> Vec<Header> {
    let mut headers = Vec::new();
    for row in 0..cells.len().min(HEADER_WITHIN) {
        for rows in 1..=BAND_ROWS.min(cells.len() - row) {
            let labels: Vec<String> = (0..cells.width())
                .map(|column| {
                    let parts: Vec<&str> =
                        (row..row + rows).map(|row| cells.text(row, column).trim()).filter(|part| !part.is_empty()).collect();
                    parts.join(" ")
                })
                .collect();
            if labels.iter().filter(|label| !label.is_empty()).count() >= 2 {
                headers.push(Header { row, rows, labels });
            }
        }
    }
    headers
}

fn describe(project: &Project, file_name: &str, sheet: &Sheet, header: &Header, names: &Names<'_>) -> Draft {
    let contract = names.contract;
    let cells = &sheet.cells;
    let body: Vec<usize> = (header.row + header.rows..cells.len())
        .filter(|row| {
            let first = (0..cells.width()).find(|column| !cells.is_blank(*row, *column));
            first.is_some_and(|column| !is_total(cells.text(*row, column)))
        })
        .take(SAMPLE_ROWS)
        .collect();
    let mut unsure = Vec::new();
    let mut say = |id: String, en: String| unsure.push(koridor_contract::message::Message { id, en });
    let mut columns: Vec<Value> = Vec::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut across: Vec<usize> = Vec::new();
    let mut spare: Vec<String> = Vec::new();
    for (column, label) in header.labels.iter().enumerate().filter(|(_, label)| !label.is_empty()) {
        if is_period(label) {
            across.push(column);
            continue;
        }
        match names.field(label) {
            Some(field) if taken.insert(field.to_owned()) => {
                let mut own = json!({"field": field, "header": [label]});
                let unit = label.split_once('(').and_then(|(_, unit)| unit.split_once(')')).map(|(unit, _)| unit.trim().to_lowercase());
                let wanted = contract.fields.iter().find(|own| own.name == field);
                if let (Some(unit), Some(wanted)) = (unit, wanted.and_then(|field| field.koridor.unit.clone()))
                    && let Some(factor) = factor(&unit, &wanted)
                    && let Some(own) = own.as_object_mut()
                {
                    let plain = label.split('(').next().unwrap_or(label).trim();
                    own.insert("header".into(), json!([plain]));
                    own.insert("units".into(), json!({unit: factor}));
                }
                if wanted.is_some_and(|field| !field.constraints.required)
                    && let Some(own) = own.as_object_mut()
                {
                    own.insert("optional".into(), json!(true));
                }
                columns.push(own);
            }
            Some(field) => say(
                format!("kolom \"{label}\" juga tampak sebagai {field}; pilih salah satu"),
                format!("column \"{label}\" looks like {field} too; choose one"),
            ),
            None => spare.push(label.clone()),
        }
    }
    let mut description = json!({
        "name": name_of(file_name), "title": file_name, "title_en": file_name, "dataset": contract.name, "source_ids": [],
        "files": [format!("*{}*", file_name.split('.').next().unwrap_or(file_name))],
        "numbers": numbers(cells, &body), "dates": dates(cells, &body), "columns": columns,
    });
    let Some(object) = description.as_object_mut() else { return Draft { description, unsure } };
    if !sheet.name.is_empty() {
        object.insert("sheets".into(), json!([sheet.name]));
    }
    if header.rows > 1 {
        object.insert("header".into(), json!({"rows": header.rows}));
    }
    if across.len() > 1 {
        let measure = contract.fields.iter().find(|field| {
            !taken.contains(&field.name) && matches!(field.field_type, FieldType::Integer | FieldType::Number) && field.constraints.required
        });
        let period = contract.fields.iter().find(|field| field.koridor.month || field.field_type == FieldType::Year);
        if let (Some(measure), Some(period)) = (measure, period) {
            object.insert("unpivot".into(), json!({"value": measure.name, "header": [{"row": header.rows - 1, "field": period.name}], "ignore": ["jumlah", "total", "tahunan"]}));
            taken.insert(measure.name.clone());
            taken.insert(period.name.clone());
            let first = across.first().copied().unwrap_or_default();
            let last = across.last().copied().unwrap_or_default();
            say(
                format!(
                    "kolom {}-{} dibaca sebagai {} menyamping dengan nilai {}",
                    column_letters(first),
                    column_letters(last),
                    period.name,
                    measure.name
                ),
                format!(
                    "columns {}-{} are read as {} across, with values of {}",
                    column_letters(first),
                    column_letters(last),
                    period.name,
                    measure.name
                ),
            );
        }
    }
    let missing: Vec<&str> = contract
        .own_fields()
        .iter()
        .filter(|field| field.constraints.required && !taken.contains(&field.name))
        .map(|field| field.name.as_str())
        .collect();
    // A year or region that stands in a title is better than none.
    let titles: String = (0..header.row)
        .flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column)))
        .filter(|text| !text.trim().is_empty())
        .collect::<Vec<_>>()
        .join(" | ");
    for field in &missing {
        let kind = contract.fields.iter().find(|own| own.name == *field);
        let is_time = kind.is_some_and(|kind| kind.koridor.month || kind.field_type == FieldType::Year);
        let place = if is_time && year_in(&titles).is_some() {
            Some(("title", "(\\d{4})"))
        } else if is_time && year_in(file_name).is_some() {
            Some(("file", "(\\d{4})"))
        } else {
            None
        };
        match place {
            Some((from, pattern)) => {
                let context = json!({"field": field, "from": from, "pattern": pattern});
                if let Some(Value::Array(all)) = object.get_mut("context") {
                    all.push(context);
                } else {
                    object.insert("context".into(), json!([context]));
                }
            }
            None => say(
                format!("kolom wajib {field} tidak ditemukan; isi di `columns`, `constants` atau `context`"),
                format!("the required field {field} was not found; give it in `columns`, `constants` or `context`"),
            ),
        }
    }
    if !spare.is_empty() {
        say(format!("kolom yang tidak dipakai: {}", spare.join(", ")), format!("columns that are not used: {}", spare.join(", ")));
    }
    let totals: Vec<String> = (header.row + header.rows..cells.len())
        .filter(|row| {
            (0..cells.width()).find(|column| !cells.is_blank(*row, *column)).is_some_and(|column| is_total(cells.text(*row, column)))
        })
        .map(|row| cells.row_number(row).to_string())
        .take(5)
        .collect();
    if !totals.is_empty() {
        say(
            format!("baris jumlah ({}) dikenali dan dibandingkan dengan barisnya", totals.join(", ")),
            format!("total rows ({}) are recognised and compared with their rows", totals.join(", ")),
        );
    }
    let regions = project.codes.get("region");
    let places = columns_of(&description, "region_code");
    let unknown: BTreeSet<String> = header
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| places.iter().any(|place| header_key(place) == header_key(label)))
        .flat_map(|(column, _)| body.iter().map(move |row| cells.text(*row, column).trim().to_owned()))
        .filter(|text| !text.is_empty())
        .filter(|text| matches!(regions.map(|list| list.find(text, Default::default())), Some(koridor_contract::codes::CodeMatch::Unknown)))
        .take(5)
        .collect();
    if !unknown.is_empty() {
        let list = unknown.into_iter().collect::<Vec<_>>().join(", ");
        say(format!("nama wilayah yang tidak dikenal: {list}"), format!("region names that are not known: {list}"));
    }
    say(
        "isi `source_ids` dengan kantor pengirim (select code, name from ref.source)".into(),
        "fill `source_ids` with the offices that send it (select code, name from ref.source)".into(),
    );
    Draft { description, unsure }
}

fn columns_of(description: &Value, field: &str) -> Vec<String> {
    let columns = description.get("columns").and_then(Value::as_array).cloned().unwrap_or_default();
    columns
        .iter()
        .filter(|column| column.get("field").and_then(Value::as_str) == Some(field))
        .filter_map(|column| column.get("header")?.get(0)?.as_str().map(str::to_owned))
        .collect()
}

/// The factor from one unit of weight or money to another.
fn factor(unit: &str, wanted: &str) -> Option<&'static str> {
    match (unit, wanted.to_lowercase().as_str()) {
        ("ton" | "t", "t" | "ton") | ("kg", "kg") | ("rp" | "rupiah", "rp" | "idr" | "rupiah") => Some("1"),
        ("kg", "t" | "ton") => Some("0.001"),
        ("ton" | "t", "kg") | ("ribu rupiah" | "rp ribu" | "ribu rp" | "rp. 000", "rp" | "idr" | "rupiah") => Some("1000"),
        ("juta rupiah" | "rp juta" | "juta rp", "rp" | "idr" | "rupiah") => Some("1000000"),
        _ => None,
    }
}

/// Whether a header is a month or a year.
fn is_period(label: &str) -> bool {
    let text = normalise(label);
    let is_year = text.len() == 4 && text.parse::<u32>().is_ok_and(|year| (1950..=2100).contains(&year));
    is_year || date::parse_month(format!("{text} 2024").as_bytes(), DateFormat::Dmy).is_some() && text.chars().all(char::is_alphabetic)
}

fn year_in(text: &str) -> Option<&str> {
    text.split(|mark: char| !mark.is_ascii_digit()).find(|part| part.len() == 4 && (part.starts_with("19") || part.starts_with("20")))
}

/// The number format that reads all number-like texts; plain where cells are typed or nothing tells.
fn numbers(cells: &RawBatch, body: &[usize]) -> &'static str {
    let texts: Vec<&str> = body
        .iter()
        .flat_map(|row| {
            (0..cells.width()).filter(|column| cells.kind(*row, *column) == CellKind::Text).map(|column| cells.text(*row, column).trim())
        })
        .filter(|text| {
            text.chars().any(|mark| mark.is_ascii_digit())
                && text.contains(['.', ','])
                && text.chars().all(|mark| mark.is_ascii_digit() || ".,-".contains(mark))
        })
        .collect();
    let reads = |format| texts.iter().filter(|text| number::parse_decimal(text.as_bytes(), format, 6).is_ok()).count();
    let (id, en, plain) = (reads(NumberFormat::Id), reads(NumberFormat::En), reads(NumberFormat::Plain));
    if texts.is_empty() || (plain >= id && plain >= en) {
        // Numbers that all have three digits behind a dot are groups: Indonesian offices write them so.
        let grouped = texts.iter().all(|text| text.rsplit_once('.').is_some_and(|(_, tail)| tail.len() == 3));
        return if !texts.is_empty() && grouped { "id" } else { "plain" };
    }
    if id >= en { "id" } else { "en" }
}

fn dates(cells: &RawBatch, body: &[usize]) -> &'static str {
    let has = |format: DateFormat| {
        body.iter().any(|row| {
            (0..cells.width()).any(|column| {
                let text = cells.text(*row, column).trim();
                text.contains(['/', '-']) && text.len() >= 8 && date::parse_date(text.as_bytes(), format).is_some()
            })
        })
    };
    if has(DateFormat::Iso) { "iso" } else { "dmy" }
}

fn name_of(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let name: String = stem.chars().map(|mark| if mark.is_ascii_alphanumeric() { mark.to_ascii_uppercase() } else { '_' }).collect();
    name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}
