//! How each field of a file is read: where its cells come from and how they are written.

use crate::cell::{CellFormat, FieldOrigin};
use crate::codes::normalise;
use crate::contract::{Contract, PeriodType};
use crate::field::{Factor, Field};
use crate::personal::Hasher;
use crate::setting::Setting;
use crate::source::Source;
use crate::typing::{ColumnReader, FileContext};
use std::sync::Arc;

/// One reader a field of the contract; `origins` has one origin a field.
pub(super) fn readers(
    contract: &Contract,
    source: Option<&Source>,
    origins: &[FieldOrigin],
    setting: &Setting,
) -> Vec<ColumnReader> {
    let of_source = source.into_iter().flat_map(|source| &source.missing);
    let missing = contract.missing_values.iter().chain(of_source);
    let file = FileContext {
        missing: Arc::new(missing.map(|text| text.as_bytes().to_vec()).collect()),
        hasher: Hasher::new(&setting.hash_key),
        is_filed: !contract.is_reference(),
        now: setting.now,
    };
    let period_type = contract.field_index("period_type").and_then(|index| origins.get(index));
    let months_only = matches!(period_type, Some(FieldOrigin::Constant(text)) if text == "M");
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let are_quarters = contract.koridor.period_types == [PeriodType::Q];
    let reader = |(index, field): (usize, &Field)| {
        let origin = origins.get(index).cloned().unwrap_or(FieldOrigin::Absent);
        let format = cell_format(source, &field.name, &origin);
        let is_1904 = source.is_some_and(|source| source.is_1904);
        let quarters_only = are_quarters && period == Some(&field.name);
        let format = CellFormat { months_only, quarters_only, is_1904, ..format };
        ColumnReader::new(field, origin, format, setting.code_list(field), &file)
    };
    contract.fields.iter().enumerate().map(reader).collect()
}

/// How a field's cells are written.
fn cell_format(source: Option<&Source>, field: &str, origin: &FieldOrigin) -> CellFormat {
    let Some(source) = source else { return CellFormat::default() };
    // A constant of the description is in canonical form; a text from around the table is written
    // as the office writes.
    let is_around = source.context.iter().any(|context| context.field == field);
    if matches!(origin, FieldOrigin::Constant(_)) && !is_around {
        return CellFormat::default();
    }
    let mut format =
        CellFormat { numbers: source.numbers, dates: source.dates, ..CellFormat::default() };
    if let Some(column) = source.columns.iter().find(|column| column.field == field) {
        format.numbers = column.numbers.unwrap_or(source.numbers);
        format.dates = column.dates.unwrap_or(source.dates);
        format.multiply = column.multiply.as_deref().and_then(Factor::parse);
        format.codes = column.codes;
        let values = column.values.iter();
        format.values.extend(values.map(|(word, value)| (normalise(word), value.clone())));
    }
    let parts = source.unpivot.iter().flat_map(|unpivot| &unpivot.header);
    for part in parts.filter(|part| part.field.as_deref() == Some(field)) {
        let values = part.values.iter();
        format.values.extend(values.map(|(word, value)| (normalise(word), value.clone())));
    }
    format
}
