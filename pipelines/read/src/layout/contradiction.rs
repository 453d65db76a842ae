//! Columns of a sheet that say what a description takes for granted: a facility is a landfill only
//! where its own column does not say otherwise.

use super::description_keys::named_keys;
use super::found::Found;
use super::given::Given;
use super::header_key::header_key;
use super::part_columns::part_columns;
use super::unit_column::UnitColumn;
use koridor_contract::codes::{CodeList, CodeLists, CodeMatch, CodeSystem, normalise};
use koridor_contract::source::COMMON_FIELDS;
use koridor_contract::{Contract, Field, FieldType, RawBatch, Source};
use std::sync::Arc;

/// What offices call the column of regencies, whatever a contract calls it.
const REGION_HEADERS: [&str; 4] = ["Kabupaten/Kota", "Kab/Kota", "Kabupaten", "Wilayah"];

/// What offices call the column of years.
const YEAR_HEADERS: [&str; 3] = ["tahun", "year", "thn"];

/// A column that names a field which the description or the caller gives one value for all rows.
pub(super) struct TakenForGranted<'source> {
    column: usize,
    header: String,
    value: String,
    codes: Option<&'source CodeList>,
}

/// The columns of a sheet that may contradict a constant.
pub(super) fn taken_for_granted<'source>(
    source: &'source Source,
    given: &'source Given,
    context: &[(String, String)],
    (contract, codes): (&Contract, &'source CodeLists),
    found: &Found,
) -> Vec<TakenForGranted<'source>> {
    let around = context.iter().map(|(name, value)| (name, value));
    let constants = source.constants.iter().chain(&given.constants).chain(around);
    let checks = constants.filter_map(|(name, value)| {
        if name.starts_with("join:") {
            return year_beside(value, source, found);
        }
        let index = contract.field_index(name)?;
        let field = contract.fields.get(index)?;
        let is_in_file = found.columns.get(index).copied().flatten().is_some();
        if is_in_file || COMMON_FIELDS.contains(&name.as_str()) || !is_comparable(field) {
            return None;
        }
        let (column, header) = column_of(field, found)?;
        let codes = field.koridor.codes.as_ref().and_then(|list| codes.get(list)).map(Arc::as_ref);
        Some(TakenForGranted { column, header, value: value.clone(), codes })
    });
    checks.collect()
}

/// The column of years of a sheet whose year stands around it.
fn year_beside<'source>(
    value: &str,
    source: &Source,
    found: &Found,
) -> Option<TakenForGranted<'source>> {
    let is_year = value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    let named = named_keys(source);
    let mut labels = found.labels.iter().map(|parts| parts.join(" ")).enumerate();
    let (column, header) = labels.find(|(_, label)| {
        let key = header_key(label);
        YEAR_HEADERS.contains(&key.as_str()) && !named.contains(&key)
    })?;
    is_year.then(|| TakenForGranted { column, header, value: value.to_owned(), codes: None })
}

/// Whether a column of a sheet that is not read may refuse rows: they must be looked at one by one.
pub fn may_contradict(
    source: &Source,
    given: &Given,
    contract: &Contract,
    codes: &CodeLists,
    found: &Found,
) -> bool {
    // What stands around a table is known once its titles are read: such a table is laid out.
    !taken_for_granted(source, given, &[], (contract, codes), found).is_empty()
        || !part_columns(source, contract, found).is_empty()
        || UnitColumn::of(source, contract, found).is_some()
}

/// Whether a text can be told to say something else than a value: a code, an allowed word, a year.
fn is_comparable(field: &Field) -> bool {
    field.koridor.codes.is_some()
        || field.constraints.allowed.is_some()
        || field.field_type == FieldType::Year
}

/// The column whose header is one of the field's own names.
fn column_of(field: &Field, found: &Found) -> Option<(usize, String)> {
    let own = [&field.name, &field.title, &field.koridor.title_en];
    let of_regions = REGION_HEADERS
        .iter()
        .filter(|_| field.koridor.codes.as_deref() == Some("region"))
        .map(|name| (*name).to_owned());
    let names: Vec<String> = own
        .into_iter()
        .chain(&field.koridor.aliases)
        .cloned()
        .chain(of_regions)
        .map(|name| header_key(&name))
        .filter(|key| !key.is_empty())
        .collect();
    let labels = found.labels.iter().map(|parts| parts.join(" "));
    labels.enumerate().find(|(_, label)| names.contains(&header_key(label)))
}

impl TakenForGranted<'_> {
    /// The code that a text means.
    fn code(&self, text: &str) -> Option<&str> {
        match self.codes?.find(text, CodeSystem::Bps) {
            CodeMatch::Known(code) | CodeMatch::Outside(code) => Some(code),
            CodeMatch::OtherSystem | CodeMatch::Unknown => None,
        }
    }

    /// Its cell in a row.
    pub(super) fn text<'cells>(&self, cells: &'cells RawBatch, row: usize) -> &'cells str {
        cells.text(row, self.column).trim()
    }

    /// What a row says instead, in words.
    pub(super) fn contradiction(&self, cells: &RawBatch, row: usize) -> Option<String> {
        let text = self.text(cells, row);
        let is_same = text.is_empty()
            || normalise(text) == normalise(&self.value)
            || text.trim_end_matches(".0") == self.value
            || self
                .code(text)
                .is_some_and(|code| code == self.value || self.code(&self.value) == Some(code));
        (!is_same).then(|| format!("{}: {text} / {}", self.header, self.value))
    }
}
