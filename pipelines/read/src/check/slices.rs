//! Slices: source x region x period, what a submission says something about.

use super::rules::{EvaluateText, TextExpression};
use crate::error::ReadError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};
use hashbrown::HashMap;
use koridor_contract::Contract;
use koridor_contract::check::REGISTER;
use std::collections::BTreeMap;

/// One source x region x period that a file says something about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SliceKey {
    /// Source.
    pub source_id: String,
    /// Region, point, facility or route.
    pub region: String,
    /// First day of the period, days since 1970-01-01.
    pub period: i32,
    /// M, Q or Y.
    pub period_type: String,
    /// What sources compete about.
    pub theme: String,
    /// The part of the slice, where the contract parts it: a kind of facility.
    pub part: String,
    /// Release date, days since 1970-01-01.
    pub release_date: i32,
}

/// A slice's number within its file and its number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SliceCount {
    /// Number within the file, from 0 in the order of first rows.
    pub number: u32,
    /// Accepted rows.
    pub rows: u64,
}

/// A month that stands for a register, whose slices have no period.
pub(super) const NO_MONTH: i32 = i32::MIN;

/// Counts the slices of a file and numbers them in the order of their first rows.
#[derive(Default)]
pub(super) struct SliceCounter {
    numbers: HashMap<SliceKey, u32>,
}

/// A slice within one batch: its texts by number, so that rows are compared by small numbers.
type Parts = (u32, i32, u32, u32, u32, u32, i32);

impl SliceCounter {
    /// Adds a batch's rows to the counts; gives each row's slice number within the file.
    pub(super) fn count(
        &mut self,
        contract: &Contract,
        theme: &TextExpression,
        rows: &RecordBatch,
        counts: &mut BTreeMap<SliceKey, SliceCount>,
    ) -> Result<Vec<u32>, ReadError> {
        let Some(columns) = SliceColumns::of(contract, theme, rows)? else {
            return Ok(vec![0; rows.num_rows()]);
        };
        let mut texts = SliceTexts::default();
        let mut found: HashMap<Parts, u32> = HashMap::new();
        let mut added: Vec<u64> = Vec::new();
        let mut of_rows = Vec::with_capacity(rows.num_rows());
        // Neighbouring rows share their slice as a rule, so the last one is compared first.
        let mut last: Option<(Parts, u32)> = None;
        for row in 0..rows.num_rows() {
            let parts = columns.parts(row, &mut texts);
            let number = match last {
                Some((same, number)) if same == parts => number,
                _ => match found.get(&parts) {
                    Some(number) => *number,
                    None => {
                        let key = columns.key(parts, &texts);
                        let next = self.numbers.len() as u32;
                        let number = *self.numbers.entry(key).or_insert(next);
                        found.insert(parts, number);
                        number
                    }
                },
            };
            last = Some((parts, number));
            if added.len() <= number as usize {
                added.resize(number as usize + 1, 0);
            }
            added[number as usize] += 1;
            of_rows.push(number);
        }
        for (parts, number) in found {
            let rows = added.get(number as usize).copied().unwrap_or_default();
            let count = counts.entry(columns.key(parts, &texts));
            count.or_insert(SliceCount { number, rows: 0 }).rows += rows;
        }
        Ok(of_rows)
    }
}

/// The columns that say which slice a row is of.
struct SliceColumns<'rows> {
    regions: &'rows StringArray,
    sources: &'rows StringArray,
    period_types: &'rows StringArray,
    releases: &'rows [i32],
    months: Vec<i32>,
    themes: Option<StringArray>,
    theme: String,
    parts: Option<StringArray>,
}

#[derive(Default)]
struct SliceTexts<'text> {
    regions: Numbered<'text>,
    themes: Numbered<'text>,
    sources: Numbered<'text>,
    period_types: Numbered<'text>,
    parts: Numbered<'text>,
}

impl<'rows> SliceColumns<'rows> {
    fn of(
        contract: &Contract,
        theme: &TextExpression,
        rows: &'rows RecordBatch,
    ) -> Result<Option<Self>, ReadError> {
        let Some(slice) = contract.koridor.slice.as_ref().filter(|_| rows.num_rows() > 0) else {
            return Ok(None);
        };
        let (themes, theme) = match theme {
            TextExpression::Constant(text) => (None, text.clone()),
            TextExpression::Sql(evaluate) => {
                (Some(EvaluateText::as_ref(evaluate)(rows)?), String::new())
            }
        };
        Ok(Some(Self {
            regions: column(rows, &slice.region)?.as_string::<i32>(),
            sources: column(rows, "source_id")?.as_string::<i32>(),
            period_types: column(rows, "period_type")?.as_string::<i32>(),
            releases: column(rows, "release_date")?.as_primitive::<Date32Type>().values(),
            months: months(contract, rows)?,
            themes,
            theme,
            parts: parts(&slice.parts, rows)?,
        }))
    }

    fn parts<'own>(&'own self, row: usize, texts: &mut SliceTexts<'own>) -> Parts {
        let theme = self.themes.as_ref().map_or(self.theme.as_str(), |themes| themes.value(row));
        (
            texts.regions.number(self.regions.value(row)),
            self.months.get(row).copied().unwrap_or(NO_MONTH),
            texts.themes.number(theme),
            texts.parts.number(self.parts.as_ref().map_or("", |parts| parts.value(row))),
            texts.sources.number(self.sources.value(row)),
            texts.period_types.number(self.period_types.value(row)),
            self.releases.get(row).copied().unwrap_or_default(),
        )
    }

    fn key(&self, parts: Parts, texts: &SliceTexts<'_>) -> SliceKey {
        let (region, month, theme, part, source, period_type, release_date) = parts;
        let first_day = |month: i32| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u32 + 1);
            koridor_contract::date::civil(year, month, 1).unwrap_or_default()
        };
        SliceKey {
            source_id: texts.sources.name(source).to_owned(),
            region: texts.regions.name(region).to_owned(),
            period: if month == NO_MONTH { REGISTER } else { first_day(month) },
            period_type: texts.period_types.name(period_type).to_owned(),
            theme: texts.themes.name(theme).to_owned(),
            part: texts.parts.name(part).to_owned(),
            release_date,
        }
    }
}

/// What parts the slices of rows: the values of some fields; `None` where there are none.
fn parts(fields: &[String], rows: &RecordBatch) -> Result<Option<StringArray>, ReadError> {
    let columns = fields.iter().map(|name| Ok(column(rows, name)?.as_string::<i32>()));
    let columns = columns.collect::<Result<Vec<_>, ReadError>>()?;
    let text = |row: usize| {
        let own = columns.iter().map(|column| match column.is_valid(row) {
            true => column.value(row),
            false => "",
        });
        own.collect::<Vec<_>>().join("|")
    };
    let texts = (0..rows.num_rows()).map(text);
    Ok((!columns.is_empty()).then(|| StringArray::from_iter_values(texts)))
}

/// A column that the contract has.
pub(super) fn column<'rows>(
    rows: &'rows RecordBatch,
    name: &str,
) -> Result<&'rows ArrayRef, ReadError> {
    rows.column_by_name(name).ok_or_else(|| ReadError::Internal(format!("column {name} is gone")))
}

/// Months since year 0 of the slice's period, a row each; [`NO_MONTH`] for a register.
pub(super) fn months(contract: &Contract, rows: &RecordBatch) -> Result<Vec<i32>, ReadError> {
    use chrono::Datelike;
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let Some(period) = period else { return Ok(vec![NO_MONTH; rows.num_rows()]) };
    let of_day = |day: i32| {
        koridor_contract::date::from_days(day)
            .map_or(0, |date| date.year() * 12 + date.month0() as i32)
    };
    let column = column(rows, period)?;
    Ok(match column.data_type() {
        DataType::Int32 => {
            column.as_primitive::<Int32Type>().values().iter().map(|year| year * 12).collect()
        }
        DataType::Date32 => {
            column.as_primitive::<Date32Type>().values().iter().map(|day| of_day(*day)).collect()
        }
        _ => {
            let values = column.as_primitive::<TimestampMicrosecondType>().values();
            let mut last = (i32::MIN, 0);
            let month = |moment: &i64| {
                let day = moment.div_euclid(86_400_000_000) as i32;
                if day != last.0 {
                    last = (day, of_day(day));
                }
                last.1
            };
            values.iter().map(month).collect()
        }
    })
}

/// Texts of a column that holds few different ones, numbered in the order they come.
#[derive(Default)]
struct Numbered<'text> {
    names: Vec<&'text str>,
    /// Length and first bytes of each name: most texts are told apart by these, without a call.
    marks: Vec<(usize, u64)>,
    numbers: HashMap<&'text str, u32>,
}

impl<'text> Numbered<'text> {
    /// Texts that are looked for one by one before the map is asked.
    const FEW: usize = 8;

    fn number(&mut self, text: &'text str) -> u32 {
        let own = mark(text);
        let is_it = |at: &usize| {
            self.marks.get(*at) == Some(&own)
                && (own.0 <= MARK_BYTES || self.names.get(*at) == Some(&text))
        };
        if let Some(at) = (0..self.names.len().min(Self::FEW)).find(is_it) {
            return at as u32;
        }
        if self.names.len() > Self::FEW
            && let Some(number) = self.numbers.get(text)
        {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(text);
        self.marks.push(own);
        self.numbers.insert(text, number);
        number
    }

    fn name(&self, number: u32) -> &'text str {
        self.names.get(number as usize).copied().unwrap_or_default()
    }
}

/// Bytes of a text in its mark.
const MARK_BYTES: usize = 8;

/// The length of a text and its first bytes: all of a text that is no longer than these.
fn mark(text: &str) -> (usize, u64) {
    let bytes = text.as_bytes();
    let first = match bytes.first_chunk::<MARK_BYTES>() {
        Some(first) => u64::from_le_bytes(*first),
        None => bytes.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte)),
    };
    (bytes.len(), first)
}

#[cfg(test)]
mod tests {
    use super::Numbered;

    #[test]
    fn a_text_has_the_number_of_its_first_place() {
        let mut texts = Numbered::default();
        let long = "TPA_WEIGHBRIDGE";
        let same = ["", "M", "7404", "7407", long, "TPA_WEIGHBRIDGF", "TPA_WEIG", "MM", "a", "b"];
        for (place, text) in same.iter().enumerate() {
            assert_eq!(texts.number(text), place as u32, "{text}");
        }
        for (place, text) in same.iter().enumerate() {
            let copy = (*text).to_owned();
            let copy: &'static str = Box::leak(copy.into_boxed_str());
            assert_eq!((texts.number(copy), texts.name(place as u32)), (place as u32, *text));
        }
    }
}
