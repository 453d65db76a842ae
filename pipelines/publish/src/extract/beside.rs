//! What stands beside the numbers of an extract: changes since the release before, the sources and
//! the licence.

use super::selection::Selection;
use crate::error::PublishError;
use crate::readable::{ReadableCell, ReadableColumn, texts};
use crate::table::{Record, Table};
use crate::words::{Words, period_name};
use chrono::NaiveDate;
use koridor_contract::card::{self, Card};
use koridor_lake::Engine;
use koridor_lake::engine::text_parameter;
use std::collections::BTreeMap;

/// Digits of a value whose card is gone.
const DIGITS: u8 = 2;

/// A table for people.
pub struct Beside {
    /// Columns.
    pub columns: Vec<ReadableColumn>,
    /// Rows.
    pub rows: Vec<Vec<ReadableCell>>,
}

fn cell(text: String) -> ReadableCell {
    if text.is_empty() { ReadableCell::Blank } else { ReadableCell::Text(text) }
}

/// The values of a selection that are not those of the release before; none where there is none
/// before.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn changes(
    engine: &Engine,
    words: Words<'_>,
    selection: &Selection,
) -> Result<Option<(String, Beside)>, PublishError> {
    let language = words.language;
    let release = engine.snapshot().release.as_ref();
    let Some((now, before)) = release.and_then(|own| Some((own, own.before.as_ref()?))) else {
        return Ok(None);
    };
    let parameters = [("from", text_parameter(&before.id)), ("to", text_parameter(&now.id))];
    let moved = Table::named(engine, "release_changes", parameters).await?;
    let cards = card::load(words.project)?.into_iter().map(|own| (own.card.id.clone(), own.card));
    let cards: BTreeMap<String, Card> = cards.collect();
    let number = |row: Record<'_>, name: &str, digits| match row.number(name) {
        Some(number) if number.is_finite() => ReadableCell::Number(number, digits),
        _ => ReadableCell::Blank,
    };
    let row = |row: Record<'_>| {
        let text = |name: &str| row.text_or_empty(name);
        let card = cards.get(&text("indicator_id"));
        let digits = card.map_or(DIGITS, |card| card.decimals);
        let title = card.map(|card| card.title_in(language).to_owned());
        vec![
            cell(title.unwrap_or_else(|| text("indicator_id"))),
            cell(words.short_scope(&text("region_code"))),
            cell(period_name(&text("grain"), &text("period"))),
            cell(words.code(&text("breakdown"))),
            number(row, "value_from", digits),
            number(row, "value_to", digits),
            cell(words.state(&text("state_to")).to_owned()),
            cell(words.flags(&text("flags"))),
        ]
    };
    let is_asked = |row: &Record<'_>| {
        let card = cards.get(&row.text_or_empty("indicator_id"));
        is_selected(selection, *row, card.map(|card| card.dimension.as_str()))
    };
    let column = |id: &str, en: &str, width: f64| texts(language.pick(id, en), width);
    let value = |id: &str, en: &str| {
        let heading = language.pick(id, en).to_owned();
        ReadableColumn { heading, width: None, is_printed: true }
    };
    let columns = vec![
        column("Indikator", "Indicator", 34.0),
        column("Wilayah", "Region", 22.0),
        column("Periode", "Period", 10.0),
        column("Rincian", "Breakdown", 14.0),
        value("Sebelumnya", "Before"),
        value("Sekarang", "Now"),
        column("Keadaan", "State", 16.0),
        column("Catatan", "Notes", 36.0),
    ];
    let rows = moved.records().filter(is_asked).map(row).collect();
    Ok(Some((before.id.clone(), Beside { columns, rows })))
}

/// Whether a value is one of a selection.
fn is_selected(selection: &Selection, row: Record<'_>, dimension: Option<&str>) -> bool {
    let region = row.text_or_empty("region_code");
    let is_region = selection.region.as_ref().is_none_or(|own| *own == region || region == "CORR");
    let is_dimension = selection.dimension.as_deref().is_none_or(|own| dimension == Some(own));
    let first = row.text_or_empty("period").parse::<NaiveDate>().ok();
    let months = match row.text_or_empty("grain").as_str() {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let after = first.and_then(|own| own.checked_add_months(chrono::Months::new(months)));
    is_region
        && is_dimension
        && selection.from.is_none_or(|from| first.is_some_and(|own| own >= from))
        && selection.until.is_none_or(|until| after.is_some_and(|own| own <= until))
}

/// The sources that the lake has loaded files of, with method and coverage, and the licence.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn sources(engine: &Engine, words: Words<'_>) -> Result<Beside, PublishError> {
    let language = words.language;
    let found = Table::named(engine, "extract_methods", []).await?;
    let row = |row: Record<'_>| {
        let [method, coverage] =
            language.pick(["method_id", "coverage_id"], ["method_en", "coverage_en"]);
        let kind = match row.is_true("synthetic") {
            true => language.pick("SINTETIS: contoh buatan", "SYNTHETIC: made-up samples"),
            false => language.pick("data yang disampaikan", "filed data"),
        };
        let texts = [
            row.text_or_empty("name"),
            row.text_or_empty("code"),
            row.text_or_empty(method),
            row.text_or_empty(coverage),
            kind.to_owned(),
        ];
        texts.map(cell).to_vec()
    };
    let mut rows: Vec<Vec<ReadableCell>> = found.records().map(row).collect();
    if let Some(licence) = &words.project.corridor.licence {
        let name = language.pick("Lisensi", "Licence").to_owned();
        let path = licence.path.clone();
        rows.push([name, licence.name.clone(), licence.title.clone(), path].map(cell).to_vec());
    }
    let columns = [
        ("Sumber", "Source", 40.0),
        ("Kode", "Code", 22.0),
        ("Cara", "Method", 44.0),
        ("Cakupan", "Coverage", 36.0),
        ("Jenis", "Kind", 18.0),
    ];
    let columns = columns.map(|(id, en, width)| texts(language.pick(id, en), width)).to_vec();
    Ok(Beside { columns, rows })
}
