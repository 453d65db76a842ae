//! Columns that run across a sheet: the records that each of its rows becomes.

use super::header::{Found, header_key};
use super::rows::{Carried, Span, Texts};
use super::words::{is_total, normalise_pattern};
use crate::readers::Refusal;
use koridor_contract::Contract;
use koridor_contract::codes::normalise;
use koridor_contract::source::{HeaderPart, Unpivot, matches};
use std::collections::BTreeMap;

/// One row of the result that a row of the sheet becomes: the parts of its header, and the columns of its values.
pub(super) struct Record {
    /// For each carried field, what the header says of it.
    pub(super) parts: Vec<Option<Part>>,
    /// For each carried field, the column of the sheet that its value stands in.
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

/// The rows that one row of the sheet becomes: one for each different set of header parts.
pub(super) fn records(
    unpivot: &Unpivot,
    found: &Found,
    contract: &Contract,
    carried: &[Carried],
    texts: &mut Texts<'_>,
) -> Result<Vec<Record>, Refusal> {
    let taken: Vec<usize> = found.columns.iter().flatten().copied().collect();
    let place = |name: &str| {
        carried.iter().position(|carried| {
            contract.fields.get(carried.field).is_some_and(|field| field.name == name)
        })
    };
    let mut records: Vec<(BTreeMap<&str, String>, Record)> = Vec::new();
    for (column, labels) in
        found.labels.iter().enumerate().filter(|(column, _)| !taken.contains(column))
    {
        let last = labels.last().map(String::as_str).unwrap_or_default();
        let label = |row: usize| labels.get(row).map(String::as_str).unwrap_or_default();
        // `Jumlah Kamar` is a figure of its own where the description names it.
        let is_described = |part: &HeaderPart| {
            let wanted = header_key(label(part.row));
            part.fields.keys().chain(part.values.keys()).any(|word| header_key(word) == wanted)
        };
        let named =
            unpivot.header.iter().filter(|part| !is_described(part)).map(|part| label(part.row));
        let last_is_described =
            unpivot.header.iter().any(|part| label(part.row) == last && is_described(part));
        let mut named = named.chain((!last_is_described).then_some(last));
        if normalise(last).is_empty()
            || named.any(|text| is_total(text) || is_ignored(unpivot, text))
        {
            continue;
        }
        let mut parts: BTreeMap<&str, String> = BTreeMap::new();
        let mut value = unpivot.value.as_deref();
        for part in &unpivot.header {
            if let Some(field) = &part.field {
                let joined = parts.entry(field).or_default();
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(&part_text(part, label(part.row)));
            }
            if let Some((_, field)) =
                part.fields.iter().find(|(word, _)| header_key(word) == header_key(label(part.row)))
            {
                value = Some(field);
            }
        }
        let Some(value) = value.and_then(place) else { continue };
        let index = match records.iter().position(|(other, _)| *other == parts) {
            Some(index) if unpivot.value.is_none() => index,
            _ => {
                let label = parts.values().map(String::as_str).collect::<Vec<_>>().join(" | ");
                let record = Record {
                    parts: carried.iter().map(|_| None).collect(),
                    columns: vec![None; carried.len()],
                    skips_blank: false,
                    label,
                };
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
            "no_value_columns",
            "tidak ada kolom nilai di samping kolom judul",
            "there are no columns of values beside the labels",
        ));
    }
    let is_required = |at: &usize| {
        carried
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
            let Some((at, own)) = place(name).and_then(|at| Some((at, carried.get(at)?))) else {
                continue;
            };
            let part = match (own.column, &own.tail) {
                (Some(_), _) => Part::Joined(text),
                (None, Some(tail)) => Part::Whole(texts.join([text.as_str(), tail])),
                (None, None) => Part::Whole(texts.join([text.as_str()])),
            };
            if let Some(slot) = record.parts.get_mut(at) {
                *slot = Some(part);
            }
        }
        record
    });
    Ok(finished.collect())
}

/// What a header's part says: the description's word for it, or the year alone of `Tahun 2024`.
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
        _ => label.to_owned(),
    }
}

fn is_ignored(unpivot: &Unpivot, label: &str) -> bool {
    let label = normalise(label);
    !label.is_empty()
        && unpivot.ignore.iter().any(|pattern| matches(&normalise_pattern(pattern), &label))
}
