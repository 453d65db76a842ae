//! Unpivoting: columns whose headers hold values of fields, and the records that each row becomes.

use super::found::Found;
use super::header_key::header_key;
use super::labels::{is_total, normalise_pattern, without_lead};
use super::output_column::OutputColumn;
use super::texts::{Span, Texts};
use super::unit_beside::HEADERS;
use crate::readers::address::column_letters;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::Contract;
use koridor_contract::codes::normalise;
use koridor_contract::date::{DateFormat, month_by_name, parse_month};
use koridor_contract::source::{HeaderPart, Unpivot, matches};
use std::collections::BTreeMap;

/// One row of the result that a row of the sheet becomes: the parts of its header, and the columns
/// of its values.
pub(super) struct Record {
    /// For each output column, what the header says of it.
    pub(super) parts: Vec<Option<Part>>,
    /// For each output column, the column of the sheet that its value stands in.
    pub(super) columns: Vec<Option<usize>>,
    /// Without a value it says nothing: its field is required, or it has several.
    pub(super) skips_blank: bool,
    /// What its header says, in words.
    pub(super) label: String,
}

/// The header's text for a field, with what is appended to it.
pub(super) enum Part {
    /// The same in every row.
    Whole(Span),
    /// To be joined with the row's own cell.
    Joined(String),
}

/// Parts of a header by the field that takes them.
type Parts<'source> = BTreeMap<&'source str, String>;

/// The rows that one row of the sheet becomes: one for each different set of header parts.
pub(super) fn records(
    unpivot: &Unpivot,
    found: &Found,
    contract: &Contract,
    columns: &[OutputColumn],
    texts: &mut Texts<'_>,
) -> Result<Vec<Record>, Refusal> {
    let place = |name: &str| {
        columns
            .iter()
            .position(|own| contract.fields.get(own.field).is_some_and(|field| field.name == name))
    };
    let taken: Vec<usize> = found.columns.iter().flatten().copied().collect();
    let mut records: Vec<(Parts<'_>, Record)> = Vec::new();
    for (column, labels) in found.labels.iter().enumerate() {
        let header = ValueHeader { unpivot, labels };
        if taken.contains(&column) || header.is_no_data() {
            continue;
        }
        let (parts, field) = header.parts();
        let Some(value) = field.and_then(place) else { continue };
        if let Some(twin) = column_like(&records, &parts, value)
            && let Some(refusal) = same_twice(unpivot, found, [twin, column])
        {
            return Err(refusal);
        }
        let index = match records.iter().position(|(other, _)| *other == parts) {
            Some(index) if unpivot.value.is_none() => index,
            _ => {
                let record = Record::of(&parts, columns.len());
                records.push((parts, record));
                records.len() - 1
            }
        };
        if let Some(slot) =
            records.get_mut(index).and_then(|(_, record)| record.columns.get_mut(value))
        {
            *slot = Some(column);
        }
    }
    if records.is_empty() {
        return Err(Refusal::new(
            RefusalCode::NoValueColumns,
            "tidak ada kolom nilai di samping kolom judul",
            "there are no columns of values beside the labels",
        ));
    }
    let is_required = |at: &usize| {
        columns
            .get(*at)
            .and_then(|own| contract.fields.get(own.field))
            .is_some_and(|field| field.constraints.required)
    };
    let finished = records.into_iter().map(|(parts, mut record)| {
        let values: Vec<usize> = (0..record.columns.len())
            .filter(|at| record.columns.get(*at).is_some_and(Option::is_some))
            .collect();
        record.skips_blank = values.len() > 1 || values.iter().any(is_required);
        for (name, text) in parts {
            let Some((at, own)) = place(name).and_then(|at| Some((at, columns.get(at)?))) else {
                continue;
            };
            if let Some(slot) = record.parts.get_mut(at) {
                *slot = Some(Part::of(text, own, texts));
            }
        }
        record
    });
    Ok(finished.collect())
}

/// The column that a record with the same parts takes a value from.
fn column_like(records: &[(Parts<'_>, Record)], parts: &Parts<'_>, value: usize) -> Option<usize> {
    let mut alike = records.iter().filter(|(other, _)| other == parts);
    alike.find_map(|(_, record)| *record.columns.get(value)?)
}

/// The refusal of two columns that what is read of their labels does not tell apart, and heads
/// above do: a target and what was reached, two years, two places. Without such heads one of them
/// repeats the other, which its rows are told of; where rows hold several fields it would take its
/// place.
fn same_twice(unpivot: &Unpivot, found: &Found, columns: [usize; 2]) -> Option<Refusal> {
    let is_read = |row: usize| unpivot.header.iter().any(|part| part.row == row);
    let labels = |column: usize| found.labels.get(column).map(Vec::as_slice).unwrap_or_default();
    let heads = |column: usize| -> Vec<&str> {
        let unread = labels(column).iter().enumerate().filter(|(row, _)| !is_read(*row));
        let heads = unread.map(|(_, label)| label.trim());
        heads.filter(|head| head.contains(char::is_alphanumeric)).collect()
    };
    let own = columns.map(heads);
    if own.first() == own.last() && unpivot.value.is_some() {
        return None;
    }
    let read = labels(columns[0]).iter().enumerate().filter(|(row, _)| is_read(*row));
    let read: Vec<&str> = read.map(|(_, label)| label.trim()).collect();
    let label = read.join(" ");
    let place = |(column, heads): (usize, &Vec<&str>)| match heads.as_slice() {
        [] => column_letters(column),
        heads => format!("{}: \"{}\"", column_letters(column), heads.join(" ")),
    };
    let places: Vec<String> = columns.into_iter().zip(&own).map(place).collect();
    let places = places.join(", ");
    Some(Refusal::new(
        RefusalCode::ColumnTwice,
        format!(
            "kolom \"{label}\" ada dua kali ({places}) dan judul di atasnya tidak dibaca uraian \
             sumber; kirim tiap blok sebagai tabelnya sendiri, atau sebutkan baris judul itu dalam \
             `unpivot.header`"
        ),
        format!(
            "column \"{label}\" is there twice ({places}), and the description does not read the \
             heads above; send each block as a table of its own, or name the row of these heads in \
             `unpivot.header`"
        ),
    ))
}

/// The columns whose cells a field takes.
pub(super) fn columns_of(unpivot: &Unpivot, found: &Found, field: &str) -> Vec<usize> {
    let is_own = |(column, labels): (usize, &Vec<String>)| {
        let header = ValueHeader { unpivot, labels };
        let is_taken = found.columns.contains(&Some(column)) || header.is_no_data();
        (!is_taken && header.parts().1 == Some(field)).then_some(column)
    };
    found.labels.iter().enumerate().filter_map(is_own).collect()
}

impl Record {
    /// A record of these header parts, without a column yet.
    fn of(parts: &Parts<'_>, width: usize) -> Self {
        Self {
            parts: (0..width).map(|_| None).collect(),
            columns: vec![None; width],
            skips_blank: false,
            label: parts.values().map(String::as_str).collect::<Vec<_>>().join(" | "),
        }
    }
}

impl Part {
    fn of(text: String, own: &OutputColumn, texts: &mut Texts<'_>) -> Self {
        match (own.column, &own.tail) {
            (Some(_), _) => Self::Joined(text),
            (None, Some(tail)) => Self::Whole(texts.join([text.as_str(), tail])),
            (None, None) => Self::Whole(texts.join([text.as_str()])),
        }
    }
}

/// The labels above a column that may hold values to unpivot.
struct ValueHeader<'source, 'table> {
    unpivot: &'source Unpivot,
    labels: &'table [String],
}

impl<'source> ValueHeader<'source, '_> {
    fn label(&self, row: usize) -> &str {
        self.labels.get(row).map(String::as_str).unwrap_or_default()
    }

    /// Whether the column holds no values of a record: one without a header, a total, a left-out
    /// one.
    fn is_no_data(&self) -> bool {
        let last = self.labels.last().map(String::as_str).unwrap_or_default();
        // `Jumlah Kamar` is a figure of its own where the description names it.
        let is_described = |part: &&HeaderPart| {
            let wanted = header_key(self.label(part.row));
            part.fields.keys().chain(part.values.keys()).any(|word| header_key(word) == wanted)
        };
        let parts = &self.unpivot.header;
        let named = parts.iter().filter(|part| !is_described(part));
        let named = named.map(|part| self.label(part.row));
        let last_is_described =
            parts.iter().any(|part| self.label(part.row) == last && is_described(&part));
        let mut named = named.chain((!last_is_described).then_some(last));
        normalise(last).is_empty()
            || (is_units(last) && !last_is_described)
            || named.any(|text| is_total(text) || is_ignored(self.unpivot, text))
    }

    /// What the labels say of each field, and the field that takes the cells.
    fn parts(&self) -> (Parts<'source>, Option<&'source str>) {
        let mut parts = Parts::new();
        let mut value = self.unpivot.value.as_deref();
        for part in &self.unpivot.header {
            let label = self.label(part.row);
            if let Some(field) = &part.field {
                let joined = parts.entry(field).or_default();
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(&part_text(part, label));
            }
            if let Some((_, field)) =
                part.fields.iter().find(|(word, _)| header_key(word) == header_key(label))
            {
                value = Some(field);
            }
        }
        (parts, value)
    }
}

/// What a header's part says: the description's word for it, the year alone of `Tahun 2024`, or the
/// month alone of `1. Januari`.
fn part_text(part: &HeaderPart, label: &str) -> String {
    let label = label.trim();
    let named = part.values.iter().find(|(word, _)| normalise(word) == normalise(label));
    match (named, label.split_once(' ')) {
        (Some((_, value)), _) => value.clone(),
        (None, Some((word, year)))
            if word.eq_ignore_ascii_case("tahun")
                && year.trim().bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            year.trim().to_owned()
        }
        _ => without_count_of_month(label).to_owned(),
    }
}

/// A label without what counts the month that it names.
fn without_count_of_month(label: &str) -> &str {
    let bare = without_lead(label);
    let is_month = |text: &str| {
        month_by_name(text.as_bytes()).is_some()
            || parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
    };
    let is_meant = bare.len() < label.len() && !is_month(label) && is_month(bare);
    if is_meant { bare } else { label }
}

/// Whether a header is that of a column of units.
fn is_units(label: &str) -> bool {
    let key = header_key(label);
    key != "unit" && HEADERS.contains(&key.as_str())
}

fn is_ignored(unpivot: &Unpivot, label: &str) -> bool {
    let label = normalise(label);
    !label.is_empty()
        && unpivot.ignore.iter().any(|pattern| matches(&normalise_pattern(pattern), &label))
}
