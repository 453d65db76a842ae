//! Columns to unpivot: what each row of their header holds.

use crate::infer::periods::{is_month, is_year, without_mark, year_in};
use crate::infer::roles::Role;
use crate::infer::view::View;
use crate::infer::writer::{Writer, YEAR, listed};
use crate::layout::unit_names::unit_of;
use crate::readers::address::column_letters;
use koridor_contract::codes::normalise;
use koridor_contract::{Field, FieldType};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The parts of the header of unpivoted columns, as they are drafted.
struct HeaderParts {
    /// Each part with its order among the others.
    parts: Vec<(usize, Value)>,
    /// A part, or a column, holds the year.
    has_year: bool,
}

impl View<'_, '_> {
    /// Columns to unpivot: for each row of the band, what its parts are.
    pub(super) fn describe_unpivot(&self, writer: &mut Writer) {
        let columns = self.columns_of(&Role::Unpivoted);
        let Some(value) = self.value.as_ref().filter(|_| !columns.is_empty()) else { return };
        let period = self
            .names
            .contract
            .own_fields()
            .iter()
            .find(|field| field.koridor.month || field.field_type == FieldType::Year);
        let own_period = period.is_some_and(|period| {
            self.roles
                .iter()
                .any(|role| matches!(role, Role::Field(name, _) if *name == period.name))
        });
        let mut header = HeaderParts { parts: Vec::new(), has_year: own_period };
        for row in 0..self.band.rows.len() {
            self.describe_header_row(row, &columns, period, &mut header, writer);
        }
        let HeaderParts { mut parts, has_year } = header;
        parts.sort_by_key(|(order, _)| *order);
        let parts: Vec<Value> = parts.into_iter().map(|(_, part)| part).collect();
        let ignore = self.headers_to_ignore();
        writer.set("unpivot", json!({"value": value, "header": parts, "ignore": ignore}));
        let letters = |column: Option<&usize>| {
            column.map(|column| column_letters(*column)).unwrap_or_default()
        };
        let range = format!("{}-{}", letters(columns.first()), letters(columns.last()));
        writer.say(
            format!("kolom {range} menyamping: setiap sel menjadi satu nilai {value}"),
            format!("columns {range} run across: each cell becomes one value of {value}"),
        );
        if let Some(period) = period.filter(|period| period.koridor.month) {
            let has_months = columns.iter().any(|column| {
                (0..self.band.rows.len()).any(|row| is_month(self.band.part(*column, row)))
            });
            if has_year && !own_period && !has_months {
                writer.set("dates", json!("year"));
                writer.say(
                    "angka per tahun: dimuat dengan period_type Y",
                    "values of years: they are loaded with period_type Y",
                );
            }
            if !has_year {
                self.describe_year(period, writer);
            }
        }
        self.describe_value_unit(&columns, value, writer);
    }

    /// What one row of the band holds for the columns to unpivot.
    fn describe_header_row(
        &self,
        row: usize,
        columns: &[usize],
        period: Option<&Field>,
        header: &mut HeaderParts,
        writer: &mut Writer,
    ) {
        let labels: BTreeSet<&str> = columns
            .iter()
            .map(|column| self.band.part(*column, row))
            .filter(|part| !part.is_empty())
            .collect();
        let all =
            |test: &dyn Fn(&str) -> bool| !labels.is_empty() && labels.iter().all(|own| test(own));
        let part_of = |period: &Field| json!({"row": row, "field": period.name});
        if all(&is_year) {
            header.has_year = true;
            // Behind the month, as a month is read.
            header.parts.extend(period.map(|period| (1, part_of(period))));
        } else if all(&is_month) {
            let is_digit = |mark: char| mark.is_ascii_digit();
            header.has_year |= all(&|label| without_mark(label).contains(is_digit));
            header.parts.extend(period.map(|period| (0, part_of(period))));
        } else if let Some((_, field)) = self.header_values.as_ref().filter(|(at, _)| *at == row) {
            let own = self.names.contract.fields.iter().find(|own| own.name == *field);
            let values: BTreeMap<&str, String> = labels
                .iter()
                .filter_map(|label| Some((*label, self.names.value(own?, label)?)))
                .collect();
            header.parts.push((2, json!({"row": row, "field": field, "values": values})));
        } else if labels.len() > 1 {
            let list = listed(labels.iter().copied());
            let number = row + 1;
            writer.say(
                format!(
                    "baris judul {number}: arti \"{list}\" belum ditentukan; beri `field` dengan \
                     `values`"
                ),
                format!(
                    "row {number} of the band: what \"{list}\" stands for is not decided; give a \
                     `field` with `values`"
                ),
            );
        }
    }

    /// Headers beside those to unpivot that are no data: totals, and columns of no field.
    fn headers_to_ignore(&self) -> Vec<String> {
        let totals: BTreeSet<String> = self
            .columns_of(&Role::Total)
            .iter()
            .map(|column| pattern_of(self.band.lowest(*column)))
            .filter(|label| !label.is_empty())
            .collect();
        let spare: BTreeSet<String> = self
            .columns_of(&Role::Spare)
            .iter()
            .filter(|column| !self.band.label(**column).is_empty())
            .map(|column| pattern_of(self.band.lowest(*column)))
            .filter(|label| !label.is_empty())
            .collect();
        totals.into_iter().chain(spare).collect()
    }

    /// The year of months that name none: from a title, the file's name, or a constant.
    fn describe_year(&self, period: &Field, writer: &mut Writer) {
        let join = format!("join:{}", period.name);
        if year_in(&self.titles).is_some() {
            writer.context(&join, "title", YEAR);
        } else if year_in(&writer.file_name).is_some() {
            writer.context(&join, "file", YEAR);
        } else {
            writer.constant(&join, "?");
            writer.say(
                format!("tahun tidak ada dalam berkas; isi `constants` \"{join}\""),
                format!("no year stands in the file; fill `constants` \"{join}\""),
            );
        }
    }

    /// The unit of the values, where a header or a title names one, and how they are written where
    /// other figures are written otherwise.
    fn describe_value_unit(&self, columns: &[usize], value: &str, writer: &mut Writer) {
        let first = columns.first().copied().unwrap_or(0);
        let unit = (0..self.band.rows.len())
            .find_map(|row| unit_of(self.band.part(first, row)))
            .or_else(|| unit_of(&self.titles));
        let field = self.names.contract.fields.iter().find(|field| field.name == value);
        let mut own = Map::from_iter([("field".to_owned(), json!(value))]);
        if let (Some(unit), Some(field)) = (unit, field) {
            self.describe_unit(&format!("({unit})"), field, &mut own, writer);
        }
        if let Some(format) = self.numbers().of_fields.get(value) {
            own.insert("numbers".into(), json!(format));
        }
        if own.len() > 1 {
            writer.push("columns", Value::Object(own));
        }
    }
}

/// The pattern that means a header: a star in one is the mark of a footnote, and in a pattern it
/// stands for any text.
fn pattern_of(header: &str) -> String {
    normalise(&without_mark(header).replace('*', " "))
}
