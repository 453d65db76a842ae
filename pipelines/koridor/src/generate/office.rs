//! A file as one office would write it: its headers, its spellings, its numbers and dates.

use super::random::Random;
use super::texts::{moment, month};
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use koridor_contract::number::written;
use koridor_contract::source::Column;
use koridor_contract::{Contract, Field, FieldType, Project, Source};
use std::io::Write;

/// Writes values of a contract's fields in one source's own way.
pub(super) struct OfficeWriter<'project> {
    project: &'project Project,
    source: &'project Source,
    contract: &'project Contract,
    columns: Vec<(&'project Column, &'project Field)>,
}

/// One cell of a line, and what can be wrong with it.
pub(super) struct Cell {
    text: String,
    spoiled: Option<&'static str>,
}

impl<'project> OfficeWriter<'project> {
    pub(super) fn new(
        project: &'project Project,
        contract: &'project Contract,
        source: &'project Source,
    ) -> Self {
        let field = |column: &'project Column| {
            contract
                .fields
                .iter()
                .find(|field| field.name == column.field)
                .map(|field| (column, field))
        };
        let columns = source.columns.iter().filter_map(field).collect();
        Self { project, source, contract, columns }
    }

    pub(super) fn headers(&self) -> Vec<Cell> {
        let own = |column: &Column| {
            let first = column.heading().into_iter();
            first.chain(column.join.iter().cloned()).collect::<Vec<_>>()
        };
        self.columns
            .iter()
            .flat_map(|(column, _)| own(column))
            .map(|text| Cell { text, spoiled: None })
            .collect()
    }

    pub(super) fn line(&self, cells: Vec<Cell>, output: &mut dyn Write) -> std::io::Result<()> {
        let delimiter = self.source.delimiter.unwrap_or(';');
        for (index, cell) in cells.iter().enumerate() {
            let mark = if index == 0 { String::new() } else { delimiter.to_string() };
            if cell.text.contains([delimiter, '"', '\n']) {
                write!(output, "{mark}\"{}\"", cell.text.replace('"', "\"\""))?;
            } else {
                write!(output, "{mark}{}", cell.text)?;
            }
        }
        writeln!(output)
    }

    /// The canonical texts of each column the office sends; a field that the recipe leaves out is
    /// empty. Of a layout that is not the recipe's own, what it does not send stays away.
    pub(super) fn texts(
        &self,
        made: &RecordBatch,
        may_send_less: bool,
    ) -> Result<Vec<Option<StringArray>>, String> {
        let is_field =
            |name: &str| may_send_less && self.contract.fields.iter().any(|own| own.name == name);
        let known =
            |name: &str| is_field(name) || self.columns.iter().any(|(_, own)| own.name == name);
        if let Some(field) = made.schema().fields().iter().find(|field| !known(field.name())) {
            return Err(format!("`{}` is no field that {} sends", field.name(), self.source.name));
        }
        let text = |field: &Field| -> Result<Option<StringArray>, String> {
            let Some(column) = made.column_by_name(&field.name) else { return Ok(None) };
            let texts =
                arrow::compute::cast(column, &DataType::Utf8).map_err(|error| error.to_string())?;
            Ok(Some(texts.as_string::<i32>().clone()))
        };
        self.columns.iter().map(|(_, field)| text(field)).collect()
    }

    pub(super) fn cells(
        &self,
        texts: &[Option<StringArray>],
        row: usize,
        random: &mut Random,
    ) -> Vec<Cell> {
        let mut cells = Vec::new();
        for ((column, field), texts) in self.columns.iter().zip(texts) {
            let text =
                texts.as_ref().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
            let mut parts = match text {
                Some(text) => self.written(column, field, text, random),
                None => Vec::new(),
            };
            parts.resize(1 + column.join.len(), String::new());
            let spoiled = match (text, field.field_type) {
                (None, _) => None,
                (_, FieldType::Integer | FieldType::Number) => Some("banyak"),
                (_, FieldType::Date | FieldType::Datetime) => Some("31/02/2024"),
                (_, FieldType::String)
                    if field.koridor.codes.is_some() || field.constraints.allowed.is_some() =>
                {
                    Some("tidak tahu")
                }
                _ => None,
            };
            cells.extend(
                parts
                    .into_iter()
                    .enumerate()
                    .map(|(part, text)| Cell { text, spoiled: spoiled.filter(|_| part == 0) }),
            );
        }
        cells
    }

    /// Makes one cell of a line wrong; false where none can be.
    pub(super) fn spoil(&self, cells: &mut [Cell], random: &mut Random) -> bool {
        let candidates: Vec<usize> = (0..cells.len())
            .filter(|cell| cells.get(*cell).is_some_and(|cell| cell.spoiled.is_some()))
            .collect();
        let Some(cell) = random.pick(&candidates).and_then(|cell| cells.get_mut(*cell)) else {
            return false;
        };
        cell.text = cell.spoiled.unwrap_or_default().to_owned();
        true
    }

    /// A canonical text in the office's writing; more than one cell where the office parts it.
    fn written(
        &self,
        column: &Column,
        field: &Field,
        text: &str,
        random: &mut Random,
    ) -> Vec<String> {
        let numbers = column.numbers.unwrap_or(self.source.numbers);
        let dates = column.dates.unwrap_or(self.source.dates);
        match field.field_type {
            FieldType::Integer | FieldType::Number => vec![written(text, numbers)],
            FieldType::Boolean => vec![if text == "true" { "ya".into() } else { "tidak".into() }],
            FieldType::Date if field.koridor.month => month(text, dates, !column.join.is_empty()),
            FieldType::Date | FieldType::Datetime => vec![moment(text, dates)],
            FieldType::String => vec![self.spelling(column, field, text, random)],
            FieldType::Year => vec![text.to_owned()],
        }
    }

    /// One of the spellings that stand for a code.
    fn spelling(&self, column: &Column, field: &Field, code: &str, random: &mut Random) -> String {
        let own: Vec<&String> = column
            .values
            .iter()
            .filter(|(_, value)| *value == code)
            .map(|(word, _)| word)
            .collect();
        if let Some(word) = random.pick(&own) {
            return (*word).clone();
        }
        let Some(list) = field.koridor.codes.as_ref().and_then(|name| self.project.codes.get(name))
        else {
            return code.to_owned();
        };
        let name = list.attribute(code, "name").filter(|name| !name.is_empty()).unwrap_or(code);
        let mut spellings = vec![name.to_owned(), name.to_uppercase()];
        spellings.extend(
            list.attribute(code, "aliases")
                .unwrap_or_default()
                .split('|')
                .filter(|alias| !alias.is_empty())
                .map(str::to_owned),
        );
        random.pick(&spellings).cloned().unwrap_or_default()
    }
}
