//! How the figures of a sheet are written: for all its columns, and for those that are written
//! otherwise.

use super::band;
use super::names::is_measure;
use super::roles::Role;
use super::view::View;
use crate::layout::unit_names::{factor, named_unit};
use koridor_contract::number::{self, NumberFormat};
use koridor_contract::{CellKind, FieldType};
use std::collections::{BTreeMap, BTreeSet};

/// Formats by the names that descriptions give them.
const FORMATS: [(&str, NumberFormat); 4] = [
    ("id", NumberFormat::Id),
    ("en", NumberFormat::En),
    ("plain", NumberFormat::Plain),
    ("space", NumberFormat::Space),
];

/// How the figures of a sheet are written.
#[derive(Debug, Default)]
pub(super) struct Numbers<'sheet> {
    /// The format of the sheet; none where cells are typed or nothing tells.
    pub(super) format: Option<&'static str>,
    /// Formats of fields that are written otherwise.
    pub(super) of_fields: BTreeMap<String, &'static str>,
    /// A number that has two readings, of a field where no number tells.
    pub(super) doubtful: Option<&'sheet str>,
}

/// Figures of one field as they are written, where they have a mark or a blank in them.
struct Figures<'sheet> {
    field: String,
    /// The field holds whole numbers.
    is_whole: bool,
    texts: Vec<&'sheet str>,
}

impl Figures<'_> {
    /// Number of texts that a format reads as the field has them.
    fn read_by(&self, format: NumberFormat) -> usize {
        let is_read = |text: &&&str| {
            number::parse_decimal(text.as_bytes(), format, 6)
                .is_ok_and(|own| !self.is_whole || own.mantissa % 1_000_000 == 0)
        };
        self.texts.iter().filter(is_read).count()
    }

    fn is_read_by(&self, name: &str) -> bool {
        FORMATS
            .iter()
            .any(|(own, format)| *own == name && self.read_by(*format) == self.texts.len())
    }

    /// Whether each text has two readings, and whole numbers do not tell which is meant.
    fn is_doubtful(&self) -> bool {
        let is_doubtful = |text: &&str| number::has_two_readings(text.as_bytes());
        let readings = FORMATS.iter().take(2).filter(|(name, _)| self.is_read_by(name)).count();
        self.texts.iter().all(is_doubtful) && readings != 1
    }

    /// Whether a format reads decimals in any of them.
    fn has_decimals_by(&self, name: &str) -> bool {
        let format = FORMATS.iter().find(|(own, _)| *own == name).map(|(_, format)| *format);
        let has_decimals = |text: &&str| {
            format.is_some_and(|format| {
                number::parse_decimal(text.as_bytes(), format, 6)
                    .is_ok_and(|own| own.mantissa % 1_000_000 != 0)
            })
        };
        self.texts.iter().any(has_decimals)
    }
}

/// The format that reads all figures; `auto` where none does.
fn format_of(all: &[&Figures<'_>]) -> &'static str {
    let texts = || all.iter().flat_map(|own| own.texts.iter());
    let count = texts().count();
    let reads_all = |format| all.iter().map(|own| own.read_by(format)).sum::<usize>() == count;
    // Numbers that all have three digits behind a dot are groups: Indonesian offices write them so.
    let grouped =
        texts().all(|text| text.rsplit_once('.').is_some_and(|(_, tail)| tail.len() == 3));
    match () {
        () if !grouped && reads_all(NumberFormat::Plain) => "plain",
        () if reads_all(NumberFormat::Id) => "id",
        () if reads_all(NumberFormat::En) => "en",
        () if reads_all(NumberFormat::Space) => "space",
        () if reads_all(NumberFormat::Plain) => "plain",
        () => "auto",
    }
}

impl<'sheet> View<'sheet, '_> {
    /// How the figures are written.
    pub(super) fn numbers(&self) -> Numbers<'sheet> {
        let figures = self.marked_figures();
        if figures.is_empty() {
            return Numbers::default();
        }
        let all: Vec<&Figures<'_>> = figures.iter().collect();
        let told: Vec<&Figures<'_>> = figures.iter().filter(|own| !own.is_doubtful()).collect();
        let mut format = format_of(&all);
        let mut of_fields = BTreeMap::new();
        if format == "auto" && figures.len() > 1 {
            // Columns that are each written in one way: the first that tells is that of the file.
            let own: Vec<&'static str> = told.iter().map(|own| format_of(&[*own])).collect();
            format = own.iter().copied().find(|own| *own != "auto").unwrap_or("auto");
            let others = figures.iter().filter(|own| format != "auto" && !own.is_read_by(format));
            of_fields.extend(others.map(|own| (own.field.clone(), format_of(&[own]))));
        }
        let format_for = |own: &Figures<'_>| of_fields.get(&own.field).copied().unwrap_or(format);
        let is_doubt = |own: &&Figures<'_>| {
            own.is_doubtful() && (told.is_empty() || own.has_decimals_by(format_for(own)))
        };
        let doubtful = figures.iter().find(is_doubt).and_then(|own| own.texts.first().copied());
        Numbers { format: Some(format), of_fields, doubtful }
    }

    /// Number-like texts with a mark or a blank in them, by field.
    fn marked_figures(&self) -> Vec<Figures<'sheet>> {
        let mut found: Vec<Figures<'sheet>> = Vec::new();
        for (column, field) in self.figure_columns() {
            let texts = self.column_texts(column).filter(|text| {
                text.contains(|mark: char| mark.is_ascii_digit()) && text.contains(['.', ',', ' '])
            });
            let texts: Vec<&str> = texts.collect();
            if texts.is_empty() {
                continue;
            }
            match found.iter_mut().find(|own| own.field == field) {
                Some(own) => own.texts.extend(texts),
                None => {
                    let is_whole = self.is_whole(column, &field);
                    found.push(Figures { field, is_whole, texts });
                }
            }
        }
        for own in &mut found {
            let is_read = FORMATS.iter().any(|(name, _)| own.is_read_by(name));
            own.is_whole = own.is_whole && is_read;
        }
        found
    }

    /// Whether a column holds whole numbers: one in thousands may have decimals.
    fn is_whole(&self, column: usize, field: &str) -> bool {
        let field = self.names.contract.fields.iter().find(|own| own.name == field);
        field.is_some_and(|field| {
            let wanted = field.koridor.unit.clone().unwrap_or_default();
            let unit = named_unit(&self.band.label(column)).or_else(|| named_unit(&self.titles));
            field.field_type == FieldType::Integer
                && unit.is_none_or(|unit| factor(&unit, &wanted) == Some("1"))
        })
    }

    /// What stands for "no value" among the figures and is none to the contract yet.
    pub(super) fn no_values(&self) -> BTreeSet<&'sheet str> {
        let known = &self.names.contract.missing_values;
        let is_new = |text: &&str| !known.iter().any(|own| own.eq_ignore_ascii_case(text));
        self.figure_columns()
            .into_iter()
            .flat_map(|(column, _)| self.column_texts(column))
            .filter(|text| band::is_no_value(text))
            .filter(is_new)
            .collect()
    }

    /// Columns that hold figures, each with its field; unpivoted ones are all of one.
    fn figure_columns(&self) -> Vec<(usize, String)> {
        let field = |role: &Role| match role {
            Role::Field(name, _) => {
                let field = self.names.contract.fields.iter().find(|own| own.name == *name)?;
                is_measure(field).then(|| name.clone())
            }
            Role::Unpivoted => Some(self.value.clone().unwrap_or_default()),
            _ => None,
        };
        let columns = self.roles.iter().enumerate();
        columns.filter_map(|(column, role)| Some((column, field(role)?))).collect()
    }

    /// Texts of a column that are no typed cells, in the first rows of data.
    fn column_texts(&self, column: usize) -> impl Iterator<Item = &'sheet str> {
        let cells = &self.sheet.cells;
        let rows = self.body().into_iter();
        rows.filter(move |row| cells.kind(*row, column) == CellKind::Text)
            .map(move |row| cells.text(row, column).trim())
    }
}
