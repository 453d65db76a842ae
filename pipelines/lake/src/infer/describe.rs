//! What was seen in a sheet, as a description and as questions to the steward.

use super::Draft;
use super::band::{is_month, is_year, year_in};
use super::names::{Match, is_measure, is_place_or_time};
use super::view::{Role, View, has_year, region_in};
use super::writer::Writer;
use crate::layout::is_total;
use crate::layout::units::{factor, unit_of};
use crate::project::Project;
use crate::readers::address::column_letters;
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::{Field, FieldType};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl View<'_, '_> {
    pub(super) fn describe(
        &self,
        project: &Project,
        file_name: &str,
        others: &BTreeSet<&str>,
        same: &[&View<'_, '_>],
    ) -> Draft {
        let contract = self.names.contract;
        let mut writer = Writer::new(file_name);
        writer.set("dataset", json!(contract.name));
        if !others.is_empty() {
            let list = others.iter().copied().collect::<Vec<_>>().join(", ");
            writer.say(
                format!("dataset lain yang juga mungkin: {list} (--dataset)"),
                format!("it may be {list} as well (--dataset)"),
            );
        }
        if !self.sheet.name.is_empty() && same.is_empty() {
            writer.set("sheets", json!([self.sheet.name]));
        } else if !same.is_empty() {
            let list =
                same.iter().map(|view| view.sheet.name.as_str()).collect::<Vec<_>>().join(", ");
            writer.say(
                format!("lembar lain dengan judul yang sama juga dibaca: {list}"),
                format!("further sheets with this header are read too: {list}"),
            );
        }
        self.describe_band(&mut writer);
        let numbers: BTreeSet<&str> =
            same.iter().copied().chain([self]).filter_map(View::numbers).collect();
        match numbers.iter().collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => writer.set("numbers", json!(one)),
            _ => writer.set("numbers", json!("auto")),
        }
        let taken = self.describe_columns(&mut writer);
        self.describe_across(&mut writer);
        self.describe_rest(project, file_name, &taken, same, &mut writer);
        writer.finish()
    }

    pub(super) fn describe_band(&self, writer: &mut Writer) {
        let rows = &self.band.rows;
        if self.sheet.addresses.is_turned() {
            writer.set("transpose", json!(true));
            writer.say(
                "kolom-kolom data tersusun ke bawah (uraian): lembar dibaca dengan baris sebagai kolom".into(),
                "the fields are listed below each other: the sheet is read with its rows as columns".into(),
            );
        }
        if rows.is_empty() {
            writer.set("header", json!({"absent": true}));
            writer.say(
                "berkas tanpa judul kolom: kolom dinamai dengan hurufnya (A, B)".into(),
                "the file has no header: columns are named by their letters (A, B)".into(),
            );
        } else if rows.len() > 1 {
            writer.set("header", json!({"rows": rows.len()}));
            let (first, last) = (
                self.sheet.cells.row_number(rows.start),
                self.sheet.cells.row_number(rows.end - 1),
            );
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
            let Some(field) = contract.fields.iter().find(|field| field.name == *name) else {
                continue;
            };
            let mut own = Map::new();
            own.insert("field".into(), json!(name));
            let header =
                if self.band.rows.is_empty() { column_letters(column) } else { label.clone() };
            own.insert("header".into(), json!([header]));
            if *how == Match::Words {
                writer.say(
                    format!(
                        "kolom \"{label}\" dibaca sebagai {name} ({}) karena mirip; periksa",
                        field.title
                    ),
                    format!(
                        "column \"{label}\" is taken for {name} ({}) by its words; look at it",
                        field.koridor.title_en
                    ),
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
            writer.say(
                format!("kolom yang tidak dipakai: {list}"),
                format!("columns that are not used: {list}"),
            );
        }
        taken
    }

    fn describe_unit(
        &self,
        label: &str,
        field: &Field,
        own: &mut Map<String, Value>,
        writer: &mut Writer,
    ) {
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
    fn describe_period(
        &self,
        column: usize,
        field: &Field,
        own: &mut Map<String, Value>,
        writer: &mut Writer,
    ) {
        // Beside months that run across, a column of years is joined to them.
        if !field.koridor.month || self.roles.contains(&Role::Across) {
            return;
        }
        let texts = self.texts(column);
        let all =
            |test: &dyn Fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| test(text));
        let year = self.roles.iter().enumerate().find(|(other, role)| {
            *other != column && **role == Role::Spare && {
                let own = self.texts(*other);
                !own.is_empty() && own.iter().all(|text| is_year(text))
            }
        });
        if all(&is_year) {
            own.insert("dates".into(), json!("year"));
            writer.say(
                format!(
                    "{} berisi tahun saja: baris dimuat sebagai angka setahun (period_type Y)",
                    field.title
                ),
                format!(
                    "{} holds years alone: rows are loaded as values of a year (period_type Y)",
                    field.koridor.title_en
                ),
            );
        } else if let (true, Some((year, _))) = (all(&|text| !has_year(text)), year) {
            own.insert("join".into(), json!([self.band.label(year)]));
            if self.texts(year).len() < texts.len() {
                writer.push("fill_down", json!(field.name));
            }
        } else if all(&|text| !has_year(text)) && year_in(&self.titles).is_some() {
            let join = format!("join:{}", field.name);
            writer.push(
                "context",
                json!({"field": join, "from": "title", "pattern": "((?:19|20)\\d{2})"}),
            );
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
        let blank =
            self.body().iter().filter(|row| self.sheet.cells.is_blank(**row, column)).count();
        let filled = self.texts(column).len();
        if is_place_or_time(field) && filled > 0 && blank > filled / 2 && blank > 1 {
            writer.push("fill_down", json!(field.name));
            writer.say(
                format!("\"{label}\" diisi sekali untuk beberapa baris (sel gabungan): diteruskan ke bawah"),
                format!("\"{label}\" is given once for several rows (merged cells): it is carried down"),
            );
        }
        if field.koridor.codes.as_deref() != Some("region")
            && !field.koridor.month
            && field.koridor.codes.is_some()
        {
            let unknown: BTreeSet<&str> = self
                .texts(column)
                .into_iter()
                .filter(|text| self.names.value(field, text).is_none())
                .take(5)
                .collect();
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
        let period = contract
            .own_fields()
            .iter()
            .find(|field| field.koridor.month || field.field_type == FieldType::Year);
        let mut parts: Vec<(usize, Value)> = Vec::new();
        let own_period = period.is_some_and(|period| {
            self.roles
                .iter()
                .any(|role| matches!(role, Role::Field(name, _) if *name == period.name))
        });
        let mut has_year = own_period;
        for row in 0..self.band.rows.len() {
            let labels: BTreeSet<&str> = across
                .iter()
                .map(|column| self.band.part(*column, row))
                .filter(|part| !part.is_empty())
                .collect();
            let all = |test: &dyn Fn(&str) -> bool| {
                !labels.is_empty() && labels.iter().all(|label| test(label))
            };
            if all(&is_year) {
                has_year = true;
                // Behind the month, as a month is read.
                parts.extend(period.map(|period| (1, json!({"row": row, "field": period.name}))));
            } else if all(&is_month) {
                has_year |=
                    labels.iter().all(|label| label.contains(|mark: char| mark.is_ascii_digit()));
                parts.extend(period.map(|period| (0, json!({"row": row, "field": period.name}))));
            } else if let Some((_, field)) = self.words.as_ref().filter(|(at, _)| *at == row) {
                let own = contract.fields.iter().find(|own| own.name == *field);
                let values: BTreeMap<&str, String> = labels
                    .iter()
                    .filter_map(|label| Some((*label, self.names.value(own?, label)?)))
                    .collect();
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
        let ignore: BTreeSet<String> = self
            .columns_of(&Role::Total)
            .iter()
            .map(|column| normalise(self.band.lowest(*column)))
            .collect();
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
        let letters = |column: Option<&usize>| {
            column.map(|column| column_letters(*column)).unwrap_or_default()
        };
        let range = format!("{}-{}", letters(across.first()), letters(across.last()));
        writer.say(
            format!("kolom {range} menyamping: setiap sel menjadi satu nilai {value}"),
            format!("columns {range} run across: each cell becomes one value of {value}"),
        );
        let monthly = period.is_some_and(|period| period.koridor.month);
        let has_months = across.iter().any(|column| {
            (0..self.band.rows.len()).any(|row| is_month(self.band.part(*column, row)))
        });
        if monthly && !has_months && has_year && !own_period {
            writer.set("dates", json!("year"));
            writer.say(
                "angka per tahun: dimuat dengan period_type Y".into(),
                "values of years: they are loaded with period_type Y".into(),
            );
        }
        if let (true, false, Some(period)) = (monthly, has_year, period) {
            let join = format!("join:{}", period.name);
            if year_in(&self.titles).is_some() {
                writer.push(
                    "context",
                    json!({"field": join, "from": "title", "pattern": "((?:19|20)\\d{2})"}),
                );
            } else if year_in(&writer.file_name).is_some() {
                writer.push(
                    "context",
                    json!({"field": join, "from": "file", "pattern": "((?:19|20)\\d{2})"}),
                );
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
    fn describe_rest(
        &self,
        project: &Project,
        file_name: &str,
        taken: &BTreeSet<String>,
        same: &[&View<'_, '_>],
        writer: &mut Writer,
    ) {
        let contract = self.names.contract;
        let unpivoted = writer.unpivoted();
        let regions = project.codes.get("region");
        for field in contract.own_fields().iter().filter(|field| {
            field.constraints.required
                && !taken.contains(&field.name)
                && !unpivoted.contains(&field.name)
        }) {
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
            let region_of = |titles: &str| {
                regions.and_then(|list| region_in(&format!("{titles} | {file_name}"), list))
            };
            if is_region
                && same.iter().any(|view| region_of(&view.titles) != region_of(&self.titles))
            {
                let is_place = |view: &&View<'_, '_>| {
                    let found = regions.map(|list| list.find(&view.sheet.name, Default::default()));
                    matches!(found, Some(CodeMatch::Known(_) | CodeMatch::Outside(_)))
                };
                if same.iter().copied().chain([self]).all(|view| is_place(&view)) {
                    writer.push(
                        "context",
                        json!({"field": field.name, "from": "sheet", "pattern": "^(.*)$"}),
                    );
                    writer.say(
                        "wilayah diambil dari nama lembar".into(),
                        "the region is taken from the sheet's name".into(),
                    );
                } else {
                    writer.constant(&field.name, "?");
                    writer.say(
                        "wilayah berbeda antar lembar: beri `context` dari judul atau nama lembar, atau batasi `sheets`".into(),
                        "the sheets are of different regions: give a `context` from title or sheet name, or restrict `sheets`".into(),
                    );
                }
                continue;
            }
            let named = regions
                .filter(|_| is_region)
                .and_then(|list| region_in(&format!("{} | {file_name}", self.titles), list));
            if let Some((text, code)) = named {
                writer.constant(&field.name, code);
                writer.say(
                    format!("wilayah {text} dibaca dari judul atau nama berkas"),
                    format!("the region {text} is taken from a title or the file's name"),
                );
            } else if field.koridor.month
                && same.iter().copied().chain([self]).all(|view| is_month(&view.sheet.name))
            {
                writer.push(
                    "context",
                    json!({"field": field.name, "from": "sheet", "pattern": "^(.*)$"}),
                );
                writer.say(
                    "bulan diambil dari nama lembar".into(),
                    "the month is taken from the sheet's name".into(),
                );
                let place = if year_in(&self.titles).is_some() { "title" } else { "file" };
                if !has_year(&self.sheet.name) {
                    let join = format!("join:{}", field.name);
                    writer.push(
                        "context",
                        json!({"field": join, "from": place, "pattern": "((?:19|20)\\d{2})"}),
                    );
                }
            } else if is_time && year_in(&self.titles).is_some() {
                let context = self.time_context(field, "title", &self.titles, writer);
                writer.push("context", context);
            } else if is_time && year_in(file_name).is_some() {
                let context = self.time_context(field, "file", file_name, writer);
                writer.push("context", context);
            } else {
                let listed = field
                    .koridor
                    .codes
                    .as_ref()
                    .and_then(|list| project.codes.get(list))
                    .filter(|list| list.codes().len() <= 12);
                let listed = listed.map(|list| {
                    list.codes()
                        .iter()
                        .map(|code| code.code.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let allowed =
                    field.constraints.allowed.as_ref().map(|allowed| allowed.join(", ")).or(listed);
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
        let month = text
            .split(|mark: char| !mark.is_alphabetic())
            .find(|word| word.len() > 2 && is_month(word));
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
                let header = if self.band.rows.is_empty() {
                    column_letters(column)
                } else {
                    self.band.label(column)
                };
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
                (0..cells.width())
                    .find(|column| !cells.is_blank(*row, *column))
                    .is_some_and(|column| is_total(cells.text(*row, column)))
            })
            .map(|row| cells.row_number(row).to_string())
            .collect();
        if !totals.is_empty() {
            let list = totals.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            writer.say(
                format!(
                    "{} baris jumlah (baris {list}) dibandingkan dengan baris yang dijumlahkannya",
                    totals.len()
                ),
                format!(
                    "{} total rows (row {list}) are compared with the rows they sum",
                    totals.len()
                ),
            );
        }
    }
}
