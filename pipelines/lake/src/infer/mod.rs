//! A draft of a source description from a file: where the header is, which column is which field, how numbers are written, and what a
//! steward must still decide.
//!
//! The cells alone tell the band ([`band`]); contracts and the descriptions there are tell the names ([`names`]). What was concluded from
//! less than a whole name is said, and so is what could not be placed.

mod band;
mod names;

use crate::layout::{column_letters, is_total};
use crate::project::Project;
use crate::readers::{Sheet, bps_webapi};
use band::{Band, is_month, is_period, is_year, year_in};
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::date::{self, DateFormat};
use koridor_contract::message::Message;
use koridor_contract::number::{self, NumberFormat};
use koridor_contract::{CellKind, Contract, Field, FieldType};
use names::{Match, Names, factor, is_measure, is_place_or_time, unit_of, without_unit};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that tell how cells are written.
const SAMPLE_ROWS: usize = 400;
/// Header words of one field's values that make columns run across.
const ACROSS_WORDS: usize = 3;

/// A draft, and what is unsure about it.
#[derive(Debug)]
pub struct Draft {
    /// The description, as `schemas/sources/<NAME>.json` has it; without `dataset` where none fits.
    pub description: Value,
    /// What a steward must look at, in Bahasa Indonesia and English.
    pub unsure: Vec<Message>,
}

impl Draft {
    /// Whether a dataset was found.
    pub fn has_dataset(&self) -> bool {
        self.description.get("dataset").is_some_and(Value::is_string)
    }
}

/// Drafts a description for the sheet that fits a dataset best, or the dataset that the caller names.
pub fn draft(project: &Project, file_name: &str, sheets: &[Sheet], dataset: Option<&str>) -> Option<Draft> {
    let visible: Vec<(&Sheet, Band)> = sheets
        .iter()
        .filter(|sheet| !sheet.is_hidden && !sheet.is_blank())
        .filter_map(|sheet| Some((sheet, band::find(&sheet.cells)?)))
        .collect();
    let contracts: Vec<&Contract> =
        project.datasets.values().map(AsRef::as_ref).filter(|contract| dataset.is_none_or(|name| contract.name == name)).collect();
    let names: Vec<Names<'_>> = contracts.iter().map(|contract| Names::of(project, contract)).collect();
    let mut views: Vec<View<'_, '_>> =
        visible.iter().flat_map(|(sheet, band)| names.iter().map(|names| View::new(sheet, band, names, file_name))).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.fits, view.score)));
    let best = views.first()?;
    if dataset.is_none() && !best.fits {
        return Some(without_dataset(best, file_name));
    }
    let others: BTreeSet<&str> = views
        .iter()
        .skip(1)
        .filter(|view| view.fits && view.score + 1 >= best.score && view.names.contract.name != best.names.contract.name)
        .map(|view| view.names.contract.name.as_str())
        .collect();
    let same: Vec<&str> = visible
        .iter()
        .filter(|(sheet, band)| band.labels == best.band.labels && sheet.name != best.sheet.name)
        .map(|(sheet, _)| sheet.name.as_str())
        .collect();
    Some(best.describe(project, file_name, &others, &same))
}

/// What a column of a sheet seems to be.
#[derive(Debug, Clone, PartialEq)]
enum Role {
    Field(String, Match),
    /// Its header is a month, a year or a word of a field's values.
    Across,
    Total,
    Spare,
}

/// A sheet seen with the eyes of one contract.
struct View<'sheet, 'project> {
    sheet: &'sheet Sheet,
    band: &'sheet Band,
    names: &'sheet Names<'project>,
    roles: Vec<Role>,
    /// The field whose values run across, besides periods, and the row of the band they stand in.
    words: Option<(usize, String)>,
    /// The field that takes cells that run across.
    value: Option<String>,
    titles: String,
    score: i64,
    fits: bool,
}

impl<'sheet, 'project> View<'sheet, 'project> {
    fn new(sheet: &'sheet Sheet, band: &'sheet Band, names: &'sheet Names<'project>, file_name: &str) -> Self {
        let contract = names.contract;
        let cells = &sheet.cells;
        let width = cells.width();
        let titles: Vec<&str> = (0..band.rows.start)
            .flat_map(|row| (0..width).map(move |column| cells.text(row, column).trim()))
            .chain([sheet.name.as_str()])
            .filter(|text| !text.is_empty())
            .collect();
        let titles = titles.join(" | ");
        let periods: Vec<usize> = (0..width).filter(|column| (0..band.rows.len()).any(|row| is_period(band.part(*column, row)))).collect();
        let words = across_words(band, names, width);
        let mut roles: Vec<Role> = (0..width)
            .map(|column| {
                let label = band.label(column);
                if label.is_empty() {
                    return Role::Spare;
                }
                if (0..band.rows.len())
                    .any(|row| is_total(band.part(column, row)) && normalise(band.part(column, row)).split(' ').count() < 2)
                    || normalise(band.lowest(column)) == "tahunan"
                {
                    return Role::Total;
                }
                let is_word = words.as_ref().is_some_and(|(row, field)| {
                    let field = contract.fields.iter().find(|own| own.name == *field);
                    field.is_some_and(|field| names.value(field, band.part(column, *row)).is_some())
                });
                if is_word || (periods.len() > 1 && periods.contains(&column)) {
                    return Role::Across;
                }
                let found = names.field(&label).or_else(|| names.field(band.lowest(column)));
                found.map_or(Role::Spare, |(field, how)| Role::Field(field.to_owned(), how))
            })
            .collect();
        keep_best(&mut roles, band);
        name_labels(&mut roles, sheet, band, names);
        let measures: Vec<&Field> = contract.own_fields().iter().filter(|field| is_measure(field)).collect();
        let measured_in = (0..width).find_map(|column| unit_of(&band.label(column))).or_else(|| unit_of(&titles));
        let own_titles = format!("{titles} {file_name} {}", (0..width).map(|column| band.label(column)).collect::<Vec<_>>().join(" "));
        let is_free = |field: &&&Field| !roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name));
        let has_across = roles.contains(&Role::Across);
        let spoken = measures.iter().filter(is_free).find(|field| names.speaks_of(&own_titles, &field.name));
        let first = measures.iter().filter(is_free).find(|field| field.constraints.required).or_else(|| measures.iter().find(is_free));
        let value = spoken.or(first).filter(|_| has_across).map(|field| field.name.clone());
        let mut score = 0i64;
        let mut told = 0;
        for role in &roles {
            let Role::Field(name, how) = role else { continue };
            let Some(field) = contract.fields.iter().find(|field| field.name == *name) else { continue };
            let points = match (is_place_or_time(field) || field.name == "name", is_measure(field)) {
                (true, _) => 1,
                (false, true) => 4,
                (false, false) => 3,
            };
            score += if *how == Match::Whole { points } else { points / 2 };
            told += usize::from(points > 1);
        }
        let measured = roles.iter().any(
            |role| matches!(role, Role::Field(name, _) if measures.iter().any(|field| field.name == *name && field.constraints.required)),
        );
        score += if spoken.is_some() && has_across { 4 } else { 0 } + if words.is_some() { 4 } else { 0 };
        let given = |field: &Field| {
            roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name)) || value.as_ref() == Some(&field.name)
        };
        let lacking = contract.own_fields().iter().filter(|field| field.constraints.required && !given(field));
        let lacking = lacking.filter(|field| is_measure(field)).count();
        score -= lacking as i64 * 2;
        // Tonnes are no passengers.
        let unit = value.as_ref().and_then(|name| contract.fields.iter().find(|field| field.name == *name)?.koridor.unit.clone());
        if let (Some(unit), Some(measured_in)) = (unit, measured_in)
            && names::is_of_another_kind(&measured_in, &unit)
        {
            return Self { sheet, band, names, roles, words, value, titles, score: score - 6, fits: false };
        }
        let fits = measured || told >= 2 || (has_across && ((told > 0 && lacking == 0) || spoken.is_some() || words.is_some()));
        Self { sheet, band, names, roles, words, value, titles, score, fits }
    }

    fn columns_of(&self, wanted: &Role) -> Vec<usize> {
        self.roles.iter().enumerate().filter(|(_, role)| *role == wanted).map(|(column, _)| column).collect()
    }

    fn body(&self) -> Vec<usize> {
        let cells = &self.sheet.cells;
        let is_data = |row: &usize| {
            let first = (0..cells.width()).find(|column| !cells.is_blank(*row, *column));
            first.is_some_and(|column| !is_total(cells.text(*row, column)))
        };
        (self.band.below..cells.len()).filter(is_data).take(SAMPLE_ROWS).collect()
    }

    fn texts(&self, column: usize) -> Vec<&'sheet str> {
        self.body().into_iter().map(|row| self.sheet.cells.text(row, column).trim()).filter(|text| !text.is_empty()).collect()
    }

    fn describe(&self, project: &Project, file_name: &str, others: &BTreeSet<&str>, same: &[&str]) -> Draft {
        let contract = self.names.contract;
        let mut writer = Writer::new(file_name);
        writer.set("dataset", json!(contract.name));
        if !others.is_empty() {
            let list = others.iter().copied().collect::<Vec<_>>().join(", ");
            writer.say(format!("dataset lain yang juga mungkin: {list} (--dataset)"), format!("it may be {list} as well (--dataset)"));
        }
        if !self.sheet.name.is_empty() && same.is_empty() {
            writer.set("sheets", json!([self.sheet.name]));
        } else if !same.is_empty() {
            let list = same.join(", ");
            writer.say(
                format!("lembar lain dengan judul yang sama juga dibaca: {list}"),
                format!("further sheets with this header are read too: {list}"),
            );
        }
        self.describe_band(&mut writer);
        writer.set("numbers", json!(self.numbers()));
        let taken = self.describe_columns(&mut writer);
        self.describe_across(&mut writer);
        self.describe_rest(project, file_name, &taken, &mut writer);
        writer.finish()
    }

    fn describe_band(&self, writer: &mut Writer) {
        let rows = &self.band.rows;
        if rows.is_empty() {
            writer.set("header", json!({"absent": true}));
            writer.say(
                "berkas tanpa judul kolom: kolom dinamai dengan hurufnya (A, B)".into(),
                "the file has no header: columns are named by their letters (A, B)".into(),
            );
        } else if rows.len() > 1 {
            writer.set("header", json!({"rows": rows.len()}));
            let (first, last) = (self.sheet.cells.row_number(rows.start), self.sheet.cells.row_number(rows.end - 1));
            writer.say(
                format!("judul kolom dibaca dari baris {first} sampai {last}"),
                format!("the header is read from rows {first} to {last}"),
            );
        }
    }

    /// Columns that are fields; returns the fields that have a place.
    fn describe_columns(&self, writer: &mut Writer) -> BTreeSet<String> {
        let contract = self.names.contract;
        let mut columns = Vec::new();
        let mut taken = BTreeSet::new();
        let mut spare = Vec::new();
        for (column, role) in self.roles.iter().enumerate() {
            let label = self.band.label(column);
            let (name, how) = match role {
                Role::Field(name, how) => (name, how),
                Role::Spare if !label.is_empty() => {
                    spare.push(label);
                    continue;
                }
                _ => continue,
            };
            let Some(field) = contract.fields.iter().find(|field| field.name == *name) else { continue };
            let mut own = Map::new();
            own.insert("field".into(), json!(name));
            let header = if self.band.rows.is_empty() { column_letters(column) } else { label.clone() };
            own.insert("header".into(), json!([header]));
            if *how == Match::Words {
                writer.say(
                    format!("kolom \"{label}\" dibaca sebagai {name} ({}) karena mirip; periksa", field.title),
                    format!("column \"{label}\" is taken for {name} ({}) by its words; look at it", field.koridor.title_en),
                );
            }
            self.describe_unit(&label, field, &mut own, writer);
            self.describe_period(column, field, &mut own, writer);
            self.describe_cells(column, field, &label, writer);
            if !field.constraints.required {
                own.insert("optional".into(), json!(true));
            }
            taken.insert(name.clone());
            columns.push(Value::Object(own));
        }
        writer.set("columns", Value::Array(columns));
        if !spare.is_empty() {
            let list = spare.join(", ");
            writer.say(format!("kolom yang tidak dipakai: {list}"), format!("columns that are not used: {list}"));
        }
        taken
    }

    fn describe_unit(&self, label: &str, field: &Field, own: &mut Map<String, Value>, writer: &mut Writer) {
        let Some(unit) = unit_of(label).filter(|_| is_measure(field)) else { return };
        let wanted = field.koridor.unit.clone().unwrap_or_default();
        match factor(&unit, &wanted) {
            Some("1") => {}
            Some(factor) => {
                own.insert("multiply".into(), json!(factor));
                writer.say(
                    format!("\"{label}\": satuan {unit} dikalikan {factor} menjadi {wanted}"),
                    format!("\"{label}\": the unit {unit} is multiplied by {factor} to {wanted}"),
                );
            }
            None => writer.say(
                format!("\"{label}\": satuan \"{unit}\" tidak dikenal; kontrak memakai {wanted}; beri `multiply` bila berbeda"),
                format!("\"{label}\": the unit \"{unit}\" is not known; the contract has {wanted}; give `multiply` where it differs"),
            ),
        }
    }

    /// How a period column is written, and the column it is joined with.
    fn describe_period(&self, column: usize, field: &Field, own: &mut Map<String, Value>, writer: &mut Writer) {
        // Beside months that run across, a column of years is joined to them.
        if !field.koridor.month || self.roles.contains(&Role::Across) {
            return;
        }
        let texts = self.texts(column);
        let all = |test: &dyn Fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| test(text));
        let year = self.roles.iter().enumerate().find(|(other, role)| {
            *other != column && **role == Role::Spare && {
                let own = self.texts(*other);
                !own.is_empty() && own.iter().all(|text| is_year(text))
            }
        });
        if all(&is_year) {
            own.insert("dates".into(), json!("year"));
            writer.say(
                format!("{} berisi tahun saja: baris dimuat sebagai angka setahun (period_type Y)", field.title),
                format!("{} holds years alone: rows are loaded as values of a year (period_type Y)", field.koridor.title_en),
            );
        } else if let (true, Some((year, _))) = (all(&|text| !has_year(text)), year) {
            own.insert("join".into(), json!([self.band.label(year)]));
        } else if all(&|text| !has_year(text)) {
            writer.say(
                format!("{} tidak memuat tahun; ambil dari judul atau nama berkas dengan `context` (join:{})", field.title, field.name),
                format!(
                    "{} holds no year; take it from a title or the file's name by `context` (join:{})",
                    field.koridor.title_en, field.name
                ),
            );
        }
    }

    /// What cells of a code column hold that no list knows.
    fn describe_cells(&self, column: usize, field: &Field, label: &str, writer: &mut Writer) {
        let blank = self.body().iter().filter(|row| self.sheet.cells.is_blank(**row, column)).count();
        let filled = self.texts(column).len();
        if is_place_or_time(field) && filled > 0 && blank > filled / 2 && blank > 1 {
            writer.push("fill_down", json!(field.name));
            writer.say(
                format!("\"{label}\" diisi sekali untuk beberapa baris (sel gabungan): diteruskan ke bawah"),
                format!("\"{label}\" is given once for several rows (merged cells): it is carried down"),
            );
        }
        if field.koridor.codes.as_deref() != Some("region") && !field.koridor.month && field.koridor.codes.is_some() {
            let unknown: BTreeSet<&str> =
                self.texts(column).into_iter().filter(|text| self.names.value(field, text).is_none()).take(5).collect();
            if !unknown.is_empty() {
                let list = unknown.into_iter().collect::<Vec<_>>().join(", ");
                writer.say(
                    format!("\"{label}\" berisi nama yang tidak ada dalam daftar kode: {list}"),
                    format!("\"{label}\" holds names that the code list does not have: {list}"),
                );
            }
        }
    }

    /// Columns that run across: for each row of the band, what its parts are.
    fn describe_across(&self, writer: &mut Writer) {
        let across = self.columns_of(&Role::Across);
        let Some(value) = self.value.as_ref().filter(|_| !across.is_empty()) else { return };
        let contract = self.names.contract;
        let period = contract.own_fields().iter().find(|field| field.koridor.month || field.field_type == FieldType::Year);
        let mut parts: Vec<(usize, Value)> = Vec::new();
        let own_period =
            period.is_some_and(|period| self.roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == period.name)));
        let mut has_year = own_period;
        for row in 0..self.band.rows.len() {
            let labels: BTreeSet<&str> = across.iter().map(|column| self.band.part(*column, row)).filter(|part| !part.is_empty()).collect();
            let all = |test: &dyn Fn(&str) -> bool| !labels.is_empty() && labels.iter().all(|label| test(label));
            if all(&is_year) {
                has_year = true;
                // Behind the month, as a month is read.
                parts.extend(period.map(|period| (1, json!({"row": row, "field": period.name}))));
            } else if all(&is_month) {
                has_year |= labels.iter().all(|label| label.contains(|mark: char| mark.is_ascii_digit()));
                parts.extend(period.map(|period| (0, json!({"row": row, "field": period.name}))));
            } else if let Some((_, field)) = self.words.as_ref().filter(|(at, _)| *at == row) {
                let own = contract.fields.iter().find(|own| own.name == *field);
                let values: BTreeMap<&str, String> =
                    labels.iter().filter_map(|label| Some((*label, self.names.value(own?, label)?))).collect();
                parts.push((2, json!({"row": row, "field": field, "values": values})));
            } else if labels.len() > 1 {
                let list = labels.iter().copied().collect::<Vec<_>>().join(", ");
                writer.say(
                    format!("baris judul {}: arti \"{list}\" belum ditentukan; beri `field` dengan `values`", row + 1),
                    format!("row {} of the band: what \"{list}\" stands for is not decided; give a `field` with `values`", row + 1),
                );
            }
        }
        parts.sort_by_key(|(order, _)| *order);
        let header: Vec<Value> = parts.into_iter().map(|(_, part)| part).collect();
        let ignore: BTreeSet<String> = self.columns_of(&Role::Total).iter().map(|column| normalise(self.band.lowest(*column))).collect();
        let spare: BTreeSet<String> = self
            .roles
            .iter()
            .enumerate()
            .filter(|(column, role)| **role == Role::Spare && !self.band.label(*column).is_empty())
            .map(|(column, _)| normalise(self.band.lowest(column)))
            .filter(|label| !label.is_empty())
            .collect();
        let ignore: Vec<String> = ignore.into_iter().chain(spare).collect();
        writer.set("unpivot", json!({"value": value, "header": header, "ignore": ignore}));
        let letters = |column: Option<&usize>| column.map(|column| column_letters(*column)).unwrap_or_default();
        let range = format!("{}-{}", letters(across.first()), letters(across.last()));
        writer.say(
            format!("kolom {range} menyamping: setiap sel menjadi satu nilai {value}"),
            format!("columns {range} run across: each cell becomes one value of {value}"),
        );
        let monthly = period.is_some_and(|period| period.koridor.month);
        let has_months = across.iter().any(|column| (0..self.band.rows.len()).any(|row| is_month(self.band.part(*column, row))));
        if monthly && !has_months && has_year && !own_period {
            writer.set("dates", json!("year"));
            writer.say("angka per tahun: dimuat dengan period_type Y".into(), "values of years: they are loaded with period_type Y".into());
        }
        if let (true, false, Some(period)) = (monthly, has_year, period) {
            let join = format!("join:{}", period.name);
            if year_in(&self.titles).is_some() {
                writer.push("context", json!({"field": join, "from": "title", "pattern": "((?:19|20)\\d{2})"}));
            } else if year_in(&writer.file_name).is_some() {
                writer.push("context", json!({"field": join, "from": "file", "pattern": "((?:19|20)\\d{2})"}));
            } else {
                writer.constant(&join, "?");
                writer.say(
                    format!("tahun tidak ada dalam berkas; isi `constants` \"{join}\""),
                    format!("no year stands in the file; fill `constants` \"{join}\""),
                );
            }
        }
        if let (Some(unit), Some(field)) = (
            (0..self.band.rows.len())
                .find_map(|row| unit_of(self.band.part(*across.first().unwrap_or(&0), row)))
                .or_else(|| unit_of(&self.titles)),
            contract.fields.iter().find(|field| field.name == *value),
        ) {
            let mut own = Map::from_iter([("field".to_owned(), json!(value))]);
            self.describe_unit(&format!("({unit})"), field, &mut own, writer);
            if own.len() > 1 {
                writer.push("columns", Value::Object(own));
            }
        }
    }

    /// Required fields without a column, rows of other regions, totals, and what only a person knows.
    fn describe_rest(&self, project: &Project, file_name: &str, taken: &BTreeSet<String>, writer: &mut Writer) {
        let contract = self.names.contract;
        let unpivoted = writer.unpivoted();
        let regions = project.codes.get("region");
        for field in contract
            .own_fields()
            .iter()
            .filter(|field| field.constraints.required && !taken.contains(&field.name) && !unpivoted.contains(&field.name))
        {
            let is_region = field.koridor.codes.as_deref() == Some("region");
            let is_time = field.koridor.month || field.field_type == FieldType::Year;
            if is_region && self.section_of_regions(project) {
                writer.set("section", json!(field.name));
                writer.say(
                    "wilayah berdiri sendiri pada baris di atas baris-barisnya".into(),
                    "the region stands alone in a row above its rows".into(),
                );
                continue;
            }
            let named = regions.filter(|_| is_region).and_then(|list| region_in(&format!("{} | {file_name}", self.titles), list));
            if let Some((text, code)) = named {
                writer.constant(&field.name, code);
                writer.say(
                    format!("wilayah {text} dibaca dari judul atau nama berkas"),
                    format!("the region {text} is taken from a title or the file's name"),
                );
            } else if is_time && year_in(&self.titles).is_some() {
                let context = self.time_context(field, "title", &self.titles, writer);
                writer.push("context", context);
            } else if is_time && year_in(file_name).is_some() {
                let context = self.time_context(field, "file", file_name, writer);
                writer.push("context", context);
            } else {
                let listed = field.koridor.codes.as_ref().and_then(|list| project.codes.get(list)).filter(|list| list.codes().len() <= 12);
                let listed = listed.map(|list| list.codes().iter().map(|code| code.code.as_str()).collect::<Vec<_>>().join(", "));
                let allowed = field.constraints.allowed.as_ref().map(|allowed| allowed.join(", ")).or(listed);
                writer.constant(&field.name, "?");
                let choice = allowed.map(|allowed| format!(": {allowed}")).unwrap_or_default();
                writer.say(
                    format!(
                        "{} ({}) tidak ada dalam berkas; isi `constants` atau hapus dan beri kolomnya{choice}",
                        field.name, field.title
                    ),
                    format!("{} ({}) is not in the file; fill `constants`, or give its column{choice}", field.name, field.koridor.title_en),
                );
            }
        }
        self.describe_rows(project, writer);
        for (column, role) in self.roles.iter().enumerate() {
            let label = normalise(&self.band.label(column));
            if *role == Role::Spare && label.contains("semester") {
                let label = self.band.label(column);
                let values: BTreeSet<&str> = self.texts(column).into_iter().collect();
                writer.say(
                    format!(
                        "\"{label}\" ({}): satu tahun ada dua kali; pilih satu dengan `ignore_rows`",
                        values.iter().copied().collect::<Vec<_>>().join(", ")
                    ),
                    format!(
                        "\"{label}\" ({}): a year stands twice; choose one by `ignore_rows`",
                        values.iter().copied().collect::<Vec<_>>().join(", ")
                    ),
                );
            }
        }
        if self.is_rising() {
            writer.say(
                "angka naik terus dari bulan ke bulan: bila dihitung sejak Januari, beri `cumulative`".into(),
                "values rise from month to month: if they count from January on, give `cumulative`".into(),
            );
        }
        writer.say(
            "isi `source_ids` dengan kantor pengirim (select code, name from ref.source), lalu hapus `draft`".into(),
            "fill `source_ids` with the offices that send it (select code, name from ref.source), then remove `draft`".into(),
        );
    }

    fn time_context(&self, field: &Field, from: &str, text: &str, writer: &mut Writer) -> Value {
        let month = text.split(|mark: char| !mark.is_alphabetic()).find(|word| word.len() > 2 && is_month(word));
        if field.koridor.month && month.is_some() {
            return json!({"field": field.name, "from": from, "pattern": "([A-Za-z]+ (?:19|20)\\d{2})"});
        }
        if field.koridor.month {
            writer.set("dates", json!("year"));
            writer.say(
                "periode adalah satu tahun: dimuat dengan period_type Y".into(),
                "the period is a year: rows are loaded with period_type Y".into(),
            );
        }
        json!({"field": field.name, "from": from, "pattern": "((?:19|20)\\d{2})"})
    }

    /// Rows outside the corridor, and totals.
    fn describe_rows(&self, project: &Project, writer: &mut Writer) {
        let cells = &self.sheet.cells;
        let column = self.roles.iter().position(|role| {
            matches!(role, Role::Field(name, _) if self.names.contract.fields.iter().any(|field| field.name == *name && field.koridor.codes.as_deref() == Some("region")))
        });
        if let (Some(column), Some(list)) = (column, project.codes.get("region")) {
            let mut outside = BTreeSet::new();
            let mut inside = 0;
            for row in self.band.below..cells.len() {
                let text = cells.text(row, column).trim();
                match list.find(text, Default::default()) {
                    _ if text.is_empty() || is_total(text) => {}
                    CodeMatch::Known(_) => inside += 1,
                    CodeMatch::Outside(_) | CodeMatch::Unknown => drop(outside.insert(text)),
                    CodeMatch::OtherSystem => writer.say(
                        format!("\"{text}\" adalah kode Kemendagri; beri `codes`: \"kemendagri\" pada kolomnya"),
                        format!("\"{text}\" is a Kemendagri code; give `codes`: \"kemendagri\" with its column"),
                    ),
                }
            }
            if !outside.is_empty() {
                let header = if self.band.rows.is_empty() { column_letters(column) } else { self.band.label(column) };
                writer.push("ignore_rows", json!({"column": header, "outside_corridor": true, "reason": "outside_corridor"}));
                let shown = outside.iter().take(5).copied().collect::<Vec<_>>().join(", ");
                let count = outside.len();
                writer.say(
                    format!("{count} nama di luar koridor diabaikan ({shown}); {inside} baris adalah wilayah koridor"),
                    format!("{count} names outside the corridor are left out ({shown}); {inside} rows are regions of the corridor"),
                );
            }
        }
        let totals: Vec<String> = (self.band.below..cells.len())
            .filter(|row| {
                (0..cells.width()).find(|column| !cells.is_blank(*row, *column)).is_some_and(|column| is_total(cells.text(*row, column)))
            })
            .map(|row| cells.row_number(row).to_string())
            .collect();
        if !totals.is_empty() {
            let list = totals.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            writer.say(
                format!("{} baris jumlah (baris {list}) dibandingkan dengan baris yang dijumlahkannya", totals.len()),
                format!("{} total rows (row {list}) are compared with the rows they sum", totals.len()),
            );
        }
    }

    fn section_of_regions(&self, project: &Project) -> bool {
        let cells = &self.sheet.cells;
        let Some(list) = project.codes.get("region") else { return false };
        (self.band.below..cells.len()).any(|row| match band::filled(cells, row).as_slice() {
            [only] => matches!(list.find(cells.text(row, *only).trim(), Default::default()), CodeMatch::Known(_) | CodeMatch::Outside(_)),
            _ => false,
        })
    }

    /// The number format that reads all number-like texts of the columns that hold numbers; plain where cells are typed or nothing tells.
    fn numbers(&self) -> &'static str {
        let cells = &self.sheet.cells;
        let is_number_column = |column: usize| match self.roles.get(column) {
            Some(Role::Field(name, _)) => self.names.contract.fields.iter().any(|field| field.name == *name && is_measure(field)),
            Some(Role::Across) => true,
            _ => false,
        };
        let body = self.body();
        let texts: Vec<&str> = (0..cells.width())
            .filter(|column| is_number_column(*column))
            .flat_map(|column| {
                body.iter().filter(move |row| cells.kind(**row, column) == CellKind::Text).map(move |row| cells.text(*row, column).trim())
            })
            .filter(|text| text.contains(|mark: char| mark.is_ascii_digit()) && text.contains(['.', ',', ' ']))
            .collect();
        if texts.is_empty() {
            return "plain";
        }
        let reads = |format| texts.iter().filter(|text| number::parse_decimal(text.as_bytes(), format, 6).is_ok()).count();
        let (id, en, plain, space) =
            (reads(NumberFormat::Id), reads(NumberFormat::En), reads(NumberFormat::Plain), reads(NumberFormat::Space));
        let most = id.max(en).max(plain).max(space);
        // Numbers that all have three digits behind a dot are groups: Indonesian offices write them so.
        let grouped = texts.iter().all(|text| text.rsplit_once('.').is_some_and(|(_, tail)| tail.len() == 3));
        match () {
            () if most < texts.len() => "auto",
            () if plain == most && !grouped => "plain",
            () if id == most => "id",
            () if en == most => "en",
            () if space == most => "space",
            () => "plain",
        }
    }

    /// Whether the values of a year's months only rise, as counts from January on do.
    fn is_rising(&self) -> bool {
        let across = self.columns_of(&Role::Across);
        let cells = &self.sheet.cells;
        let value = |row: usize, column: usize| -> Option<f64> {
            cells.text(row, column).trim().replace(['.', ' '], "").replace(',', ".").parse().ok()
        };
        let rises = |row: &usize| {
            let values: Vec<f64> = across.iter().filter_map(|column| value(*row, *column)).collect();
            (
                values.len() >= 6,
                values.windows(2).all(|pair| matches!(pair, [before, after] if before <= after)) && values.first() != values.last(),
            )
        };
        let told: Vec<bool> = self.body().iter().map(rises).filter(|(enough, _)| *enough).map(|(_, rises)| rises).collect();
        !told.is_empty() && told.iter().all(|rises| *rises)
    }
}

/// Keeps one column a field: the one with the whole name, else the first; a year beside a month stays to be joined.
fn keep_best(roles: &mut [Role], band: &Band) {
    let mut best: BTreeMap<String, (Match, bool, usize)> = BTreeMap::new();
    for (column, role) in roles.iter().enumerate() {
        let Role::Field(name, how) = role else { continue };
        // A label that names the year is the weaker for a month.
        let label = normalise(without_unit(&band.label(column)));
        let is_strong = !matches!(label.as_str(), "tahun" | "year");
        let candidate = (*how, is_strong, column);
        let better = best.get(name).is_none_or(|(other, strong, _)| (*how, is_strong) > (*other, *strong));
        if better {
            best.insert(name.clone(), candidate);
        }
    }
    for (column, role) in roles.iter_mut().enumerate() {
        if let Role::Field(name, _) = role
            && best.get(name).is_some_and(|(_, _, kept)| *kept != column)
        {
            *role = Role::Spare;
        }
    }
}

/// The column that names the rows of a table whose values run across is the place that the contract requires, whatever its header says.
fn name_labels(roles: &mut [Role], sheet: &Sheet, band: &Band, names: &Names<'_>) {
    if !roles.contains(&Role::Across) {
        return;
    }
    let is_given = |name: &str| roles.iter().any(|role| matches!(role, Role::Field(own, _) if own == name));
    let is_place =
        |field: &&Field| field.constraints.required && matches!(field.koridor.codes.as_deref(), Some("region" | "point" | "route"));
    let Some(place) = names.contract.own_fields().iter().find(is_place).filter(|field| !is_given(&field.name)) else { return };
    let cells = &sheet.cells;
    let is_text = |column: usize| {
        let filled: Vec<usize> = (band.below..cells.len()).filter(|row| !cells.is_blank(*row, column)).take(SAMPLE_ROWS).collect();
        let letters = filled.iter().filter(|row| cells.text(**row, column).contains(char::is_alphabetic)).count();
        !filled.is_empty() && letters * 2 > filled.len()
    };
    if let Some(column) =
        (0..roles.len()).find(|column| roles.get(*column) == Some(&Role::Spare) && !band.label(*column).is_empty() && is_text(*column))
        && let Some(role) = roles.get_mut(column)
    {
        *role = Role::Field(place.name.clone(), Match::Words);
    }
}

/// The row of the band in which words of one field's values run across, such as components or directions.
fn across_words(band: &Band, names: &Names<'_>, width: usize) -> Option<(usize, String)> {
    let mut best: Option<(usize, usize, String)> = None;
    for row in 0..band.rows.len() {
        for field in names.contract.own_fields().iter().filter(|field| is_listed(field)) {
            let found: BTreeSet<String> = (0..width).filter_map(|column| names.value(field, band.part(column, row))).collect();
            let least = if band.rows.len() > 1 { 2 } else { ACROSS_WORDS };
            if found.len() >= least && best.as_ref().is_none_or(|(most, ..)| found.len() > *most) {
                best = Some((found.len(), row, field.name.clone()));
            }
        }
    }
    best.map(|(_, row, field)| (row, field))
}

/// Whether a field has a list of values that a header may name, besides places and offices.
fn is_listed(field: &Field) -> bool {
    field.constraints.allowed.is_some()
        || !matches!(field.koridor.codes.as_deref(), None | Some("region" | "point" | "source" | "kbli" | "facility"))
}

/// The one region of the corridor that a text names.
fn region_in<'list>(text: &str, list: &'list koridor_contract::codes::CodeList) -> Option<(String, &'list str)> {
    let words: Vec<String> = normalise(text).split([' ', '|']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    let mut at = 0;
    while at < words.len() {
        // The longest name first: "Buton Selatan" is not Buton.
        let hit = (1..=4.min(words.len() - at)).rev().find_map(|length| {
            let phrase = words.get(at..at + length)?.join(" ");
            match list.find(&phrase, Default::default()) {
                CodeMatch::Known(code) => Some((length, Some((code, phrase)))),
                CodeMatch::Outside(_) => Some((length, None)),
                _ => None,
            }
        });
        let (length, known) = hit.unwrap_or((1, None));
        if let Some((code, phrase)) = known {
            found.insert(code, phrase);
        }
        at += length;
    }
    match found.into_iter().collect::<Vec<_>>().as_slice() {
        [(code, phrase)] => Some((phrase.clone(), code)),
        _ => None,
    }
}

fn has_year(text: &str) -> bool {
    year_in(text).is_some()
        || (date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some() && text.contains(|mark: char| mark.is_ascii_digit()))
}

/// What can be said of a file that fits no dataset, and why none does.
fn without_dataset(view: &View<'_, '_>, file_name: &str) -> Draft {
    let mut writer = Writer::new(file_name);
    view.describe_band(&mut writer);
    let labels: Vec<&str> =
        (0..view.sheet.cells.width()).map(|column| view.band.lowest(column)).filter(|label| !label.is_empty()).collect();
    let mut shown = labels.iter().take(12).copied().collect::<Vec<_>>().join(" | ");
    if labels.len() > 12 {
        shown.push_str(" | ...");
    }
    writer.say(format!("judul kolom: {shown}"), format!("the header: {shown}"));
    let found: Vec<String> = view
        .roles
        .iter()
        .enumerate()
        .filter_map(|(column, role)| match role {
            Role::Field(name, _) => Some(format!("\"{}\" -> {name}", view.band.label(column))),
            _ => None,
        })
        .collect();
    let contract = view.names.contract;
    let names = |role: &'_ Role| match role {
        Role::Field(name, _) => Some(name.clone()),
        _ => None,
    };
    let matched: Vec<String> = view.roles.iter().filter_map(names).collect();
    let matched: Vec<&str> = matched.iter().map(String::as_str).collect();
    let lacking: Vec<&str> = contract
        .own_fields()
        .iter()
        .filter(|field| is_measure(field) && !matched.contains(&field.name.as_str()))
        .map(|field| field.name.as_str())
        .collect();
    let (found, lacking) = (if found.is_empty() { "-".to_owned() } else { found.join(", ") }, lacking.join(", "));
    writer.say(
        format!("tidak ada dataset yang angkanya disebut judul ini; paling dekat {}: ada {found}; tidak ada {lacking}", contract.name),
        format!("no dataset measures what this header names; {} comes nearest: it has {found}; it lacks {lacking}", contract.name),
    );
    writer.say(
        "bila berkas memang berisi salah satu dataset, sebutkan: koridor sources infer BERKAS --dataset NAMA".into(),
        "if the file does hold one of the datasets, name it: koridor sources infer FILE --dataset NAME".into(),
    );
    writer.set("dataset", Value::Null);
    writer.finish()
}

/// A draft for a response of the BPS WebAPI, whose columns are fixed.
pub fn draft_webapi(file_name: &str, sheet: &Sheet) -> Draft {
    let column = |name: &str| bps_webapi::COLUMNS.iter().position(|own| *own == name).unwrap_or_default();
    let text = |name: &str| sheet.cells.text(1, column(name)).to_owned();
    let mut writer = Writer::new(file_name);
    writer.set("dataset", Value::Null);
    writer.set("format", json!("bps_webapi"));
    writer.set("variable", json!(text("var_id").parse::<u64>().unwrap_or_default()));
    let (label, unit) = (text("var"), text("unit"));
    writer.say(
        format!("variabel: {label} ({unit}); pilih dataset dan kolomnya di antara {}", bps_webapi::COLUMNS.join(", ")),
        format!("the variable is {label} ({unit}); choose the dataset and its columns among {}", bps_webapi::COLUMNS.join(", ")),
    );
    writer.finish()
}

/// Collects the members of a description in the order they are read.
struct Writer {
    file_name: String,
    members: Map<String, Value>,
    unsure: Vec<Message>,
}

impl Writer {
    fn new(file_name: &str) -> Self {
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        let mut members = Map::new();
        members.insert("name".into(), json!(name_of(stem)));
        members.insert("draft".into(), json!(true));
        members.insert("title".into(), json!(stem));
        members.insert("title_en".into(), json!(stem));
        members.insert("source_ids".into(), json!([]));
        members.insert("files".into(), json!([format!("*{}*", pattern_of(stem))]));
        Self { file_name: file_name.to_owned(), members, unsure: Vec::new() }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    fn push(&mut self, name: &str, value: Value) {
        match self.members.get_mut(name) {
            Some(Value::Array(all)) => all.push(value),
            _ => self.set(name, json!([value])),
        }
    }

    fn constant(&mut self, field: &str, value: &str) {
        let constants = self.members.entry("constants").or_insert_with(|| json!({}));
        if let Some(constants) = constants.as_object_mut() {
            constants.insert(field.to_owned(), json!(value));
        }
    }

    /// Fields that columns across give.
    fn unpivoted(&self) -> BTreeSet<String> {
        let unpivot = self.members.get("unpivot");
        let parts =
            unpivot.and_then(|unpivot| unpivot.get("header")?.as_array()).into_iter().flatten().filter_map(|part| part.get("field"));
        parts.chain(unpivot.and_then(|unpivot| unpivot.get("value"))).filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn say(&mut self, id: String, en: String) {
        self.unsure.push(Message { id, en });
    }

    fn finish(self) -> Draft {
        Draft { description: Value::Object(self.members), unsure: self.unsure }
    }
}

/// The part of a file's name that stays the same from year to year.
fn pattern_of(stem: &str) -> String {
    let parts =
        stem.split(|mark: char| mark.is_ascii_digit()).map(|part| part.trim_matches(|mark: char| !mark.is_alphanumeric() && mark != ')'));
    parts.max_by_key(|part| part.len()).unwrap_or(stem).to_lowercase()
}

fn name_of(stem: &str) -> String {
    let name: String = stem.chars().map(|mark| if mark.is_ascii_alphanumeric() { mark.to_ascii_uppercase() } else { '_' }).collect();
    name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}
