//! Columns that are fields: their names, units, how they are written.

use crate::infer::names::{Match, is_measure, is_place_or_time};
use crate::infer::periods::{has_year, is_year, year_in};
use crate::infer::roles::Role;
use crate::infer::view::View;
use crate::infer::writer::{Writer, YEAR, listed};
use crate::layout::title_words::is_year_to_date;
use crate::layout::unit_names::{factor, named_unit};
use crate::readers::address::column_letters;
use koridor_contract::Field;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

impl View<'_, '_> {
    /// Columns that are fields; returns the fields that have a place.
    pub(super) fn describe_columns(&self, writer: &mut Writer) -> BTreeSet<String> {
        let (contract, numbers) = (self.names.contract, self.numbers());
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
            if let Some(format) = numbers.of_fields.get(name) {
                own.insert("numbers".into(), json!(format));
            }
            self.describe_unit(&label, field, &mut own, writer);
            self.describe_period(column, field, &mut own, writer);
            self.describe_cumulative(&label, field, &mut own, writer);
            self.describe_cells(column, field, &label, writer);
            if !field.constraints.required {
                own.insert("optional".into(), json!(true));
            }
            taken.insert(name.clone());
            columns.push(Value::Object(own));
        }
        writer.set("columns", Value::Array(columns));
        if !spare.is_empty() {
            let list = listed(spare);
            writer.say(
                format!("kolom yang tidak dipakai: {list}"),
                format!("columns that are not used: {list}"),
            );
        }
        taken
    }

    /// The factor of a unit that a label names.
    pub(super) fn describe_unit(
        &self,
        label: &str,
        field: &Field,
        own: &mut Map<String, Value>,
        writer: &mut Writer,
    ) {
        let Some(unit) = named_unit(label).filter(|_| is_measure(field)) else { return };
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
                format!(
                    "\"{label}\": satuan \"{unit}\" tidak dikenal; kontrak memakai {wanted}; beri \
                     `multiply` bila berbeda"
                ),
                format!(
                    "\"{label}\": the unit \"{unit}\" is not known; the contract has {wanted}; \
                     give `multiply` where it differs"
                ),
            ),
        }
    }

    /// A column whose label says that its figures count from January on.
    fn describe_cumulative(
        &self,
        label: &str,
        field: &Field,
        own: &mut Map<String, Value>,
        writer: &mut Writer,
    ) {
        let has_months = self.names.contract.fields.iter().any(|field| field.koridor.month);
        if !has_months || !is_measure(field) || !is_year_to_date(label) {
            return;
        }
        own.insert("cumulative".into(), json!(true));
        writer.say(
            format!(
                "\"{label}\" dihitung sejak Januari: `cumulative`, angka sebulan adalah \
                 selisihnya; periksa"
            ),
            format!(
                "\"{label}\" counts from January on: `cumulative`, a month is the difference; \
                 look at it"
            ),
        );
    }

    /// How a period column is written, and the column it is joined with.
    fn describe_period(
        &self,
        column: usize,
        field: &Field,
        own: &mut Map<String, Value>,
        writer: &mut Writer,
    ) {
        // Beside months in the header, a column of years is joined to them.
        if !field.koridor.month || self.has_periods_across() {
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
            writer.context(&format!("join:{}", field.name), "title", YEAR);
        } else if all(&|text| !has_year(text)) {
            writer.say(
                format!(
                    "{} tidak memuat tahun; ambil dari judul atau nama berkas dengan `context` \
                     (join:{})",
                    field.title, field.name
                ),
                format!(
                    "{} holds no year; take it from a title or the file's name by `context` \
                     (join:{})",
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
                format!(
                    "\"{label}\" diisi sekali untuk beberapa baris (sel gabungan): diteruskan ke \
                     bawah"
                ),
                format!(
                    "\"{label}\" is given once for several rows (merged cells): it is carried down"
                ),
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
                let list = listed(unknown);
                writer.say(
                    format!("\"{label}\" berisi nama yang tidak ada dalam daftar kode: {list}"),
                    format!("\"{label}\" holds names that the code list does not have: {list}"),
                );
            }
        }
    }
}
