//! Columns to unpivot: what each row of their header holds.

use crate::infer::periods::{
    as_read, is_month, is_part_of_year, is_quarter, is_year, without_mark, year_in,
};
use crate::infer::roles::Role;
use crate::infer::view::View;
use crate::infer::writer::{Writer, YEAR, listed};
use crate::layout::unit_names::named_unit;
use crate::readers::address::column_letters;
use koridor_contract::codes::normalise;
use koridor_contract::contract::PeriodType;
use koridor_contract::date::MONTHS_ID;
use koridor_contract::{Field, FieldType};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The parts of the header of unpivoted columns, as they are drafted.
struct HeaderParts {
    /// Each part with its order among the others.
    parts: Vec<(usize, Value)>,
    /// A part, or a column, holds the year.
    has_year: bool,
    /// A part holds the period.
    has_period: bool,
}

impl HeaderParts {
    /// Adds a row of the band that holds the period, before or behind others of it.
    fn add_period(&mut self, order: usize, row: usize, period: Option<&Field>) {
        let part = period.map(|own| (order, json!({"row": row, "field": own.name})));
        self.has_period |= part.is_some();
        self.parts.extend(part);
    }

    /// The same with a month for each label.
    fn add_months(&mut self, row: usize, period: Option<&Field>, values: BTreeMap<&str, String>) {
        self.add_period(0, row, period);
        let last = self.parts.last_mut().and_then(|(_, part)| part.as_object_mut());
        if let Some(part) = last.filter(|_| period.is_some() && !values.is_empty()) {
            part.insert("values".into(), json!(values));
        }
    }
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
        let mut header =
            HeaderParts { parts: Vec::new(), has_year: own_period, has_period: own_period };
        for row in 0..self.band.rows.len() {
            self.describe_header_row(row, &columns, period, &mut header, writer);
        }
        let HeaderParts { mut parts, has_year, has_period } = header;
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
        self.ask_about_sums(writer);
        if let Some(period) = period.filter(|period| period.koridor.month) {
            let rows = || 0..self.band.rows.len();
            let has_months = columns.iter().any(|column| {
                self.band.has_month(*column)
                    || rows().any(|row| is_quarter(self.band.part(*column, row)))
            });
            if has_year && !own_period && !has_months {
                writer.set("dates", json!("year"));
                writer.say(
                    "angka per tahun: dimuat dengan period_type Y",
                    "values of years: they are loaded with period_type Y",
                );
            }
            if has_period && !has_year {
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
        let is_digit = |mark: char| mark.is_ascii_digit();
        let counted = self.counted_months(row, columns);
        let has_months = columns.iter().any(|column| self.band.has_month(*column));
        if let Some(months) = counted {
            say_counted(&months, writer);
            header.add_months(row, period, months);
        } else if all(&is_year) {
            header.has_year = true;
            // Behind the month, as a month is read.
            header.add_period(1, row, period);
        } else if all(&is_month) {
            header.has_year |= all(&|label| without_mark(label).contains(is_digit));
            let is_other = |label: &&&str| as_read(label) != **label;
            let others = labels.iter().filter(is_other).map(|label| (*label, as_read(label)));
            header.add_months(row, period, others.collect());
        } else if has_months && all(&is_part_of_year) {
            // Groups of months, which have names of their own.
        } else if all(&is_quarter) {
            header.has_year |= all(&|label| year_in(label).is_some());
            header.add_period(0, row, period);
            self.ask_about_quarters(writer);
        } else if let Some((_, field)) = self.header_values.iter().find(|(at, _)| *at == row) {
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

    /// The months that the labels of columns in one row of the band count, by their labels.
    fn counted_months(&self, row: usize, columns: &[usize]) -> Option<BTreeMap<&str, String>> {
        let month = |column: &usize| {
            let month = self.band.counted_month(*column, row)?;
            Some((self.band.part(*column, row), month.to_owned()))
        };
        columns.iter().map(month).collect()
    }

    /// Quarters are no months: what becomes of them.
    fn ask_about_quarters(&self, writer: &mut Writer) {
        let contract = self.names.contract;
        if contract.koridor.period_types.contains(&PeriodType::Q) {
            return;
        }
        let name = &contract.name;
        writer.say(
            format!(
                "judul kolom adalah triwulan, dan {name} berisi bulan: angka setriwulan ditolak; \
                 minta angka bulanan"
            ),
            format!(
                "the header holds quarters, and {name} holds months: values of quarters are \
                 refused; ask for those of months"
            ),
        );
    }

    /// Columns that sum months beside them are left out.
    fn ask_about_sums(&self, writer: &mut Writer) {
        let labels: Vec<String> = (0..self.sheet.cells.width())
            .filter(|column| self.band.sums_months(*column))
            .map(|column| self.band.label(column))
            .collect();
        if labels.is_empty() {
            return;
        }
        let list = listed(labels);
        writer.say(
            format!("kolom yang menjumlahkan bulan di sampingnya diabaikan: {list}"),
            format!("columns that sum the months beside them are left out: {list}"),
        );
    }

    /// Headers beside those to unpivot that are no data: totals, and columns of no field.
    fn headers_to_ignore(&self) -> Vec<String> {
        let unpivoted = self.columns_of(&Role::Unpivoted);
        let rows = || 0..self.band.rows.len();
        // What leaves out columns that are read is no pattern: the year below `Jumlah`.
        let kept: BTreeSet<String> = unpivoted
            .iter()
            .flat_map(|column| rows().map(move |row| pattern_of(self.band.part(*column, row))))
            .collect();
        let pattern = |column: usize| {
            let mut parts = rows().rev().map(|row| pattern_of(self.band.part(column, row)));
            parts.find(|part| !part.is_empty() && !kept.contains(part))
        };
        let of = |role: &Role| -> BTreeSet<String> {
            self.columns_of(role).into_iter().filter_map(pattern).collect()
        };
        let (totals, spare) = (of(&Role::Total), of(&Role::Spare));
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
            .find_map(|row| named_unit(self.band.part(first, row)))
            .or_else(|| named_unit(&self.titles));
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

/// Says that labels that count are read as months.
fn say_counted(months: &BTreeMap<&str, String>, writer: &mut Writer) {
    let order = |label: &str| {
        let month = months.get(label)?;
        MONTHS_ID.iter().position(|own| own == month)
    };
    let mut labels: Vec<&str> = months.keys().copied().collect();
    labels.sort_by_key(|label| order(label));
    let (Some(first), Some(last)) = (labels.first(), labels.last()) else { return };
    let name = |label: &str| months.get(label).map(String::as_str).unwrap_or_default();
    let (begin, end) = (name(first), name(last));
    writer.say(
        format!("judul \"{first}\" sampai \"{last}\" dibaca sebagai {begin} sampai {end}; periksa"),
        format!(
            "the headers \"{first}\" to \"{last}\" are read as the months {begin} to {end}; \
             look at them"
        ),
    );
}

/// The pattern that means a header: a star in one is the mark of a footnote, and in a pattern it
/// stands for any text.
fn pattern_of(header: &str) -> String {
    normalise(&without_mark(header).replace('*', " "))
}
