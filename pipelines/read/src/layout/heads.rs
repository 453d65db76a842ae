//! Heads within a header's band that its description does not read: titles of the figures below.

use super::found::{Found, Heads};
use super::header_key::header_key;
use super::unpivot::columns_of;
use koridor_contract::{Contract, FieldType, Source};
use std::collections::BTreeSet;

/// The heads of a header that was found. A band of one row has none.
pub(super) fn heads(source: &Source, contract: &Contract, found: &Found) -> Heads {
    let mut heads = Heads::default();
    let rows = found.labels.iter().map(Vec::len).max().unwrap_or_default();
    if rows < 2 {
        return heads;
    }
    let figures = figures(source, contract, found);
    for row in 0..rows {
        let texts: Vec<&str> = figures
            .iter()
            .filter(|(_, unread)| unread.contains(&row))
            .filter_map(|(column, _)| found.labels.get(*column)?.get(row))
            .map(|text| text.trim())
            .collect();
        let is_said = |text: &&str| text.contains(char::is_alphabetic) || is_year_of_head(text);
        let different: BTreeSet<&str> = texts.iter().copied().filter(is_said).collect();
        let is_whole = texts.len() == figures.len() && !texts.contains(&"");
        let into = match different.len() {
            1 if is_whole => &mut heads.whole,
            _ => &mut heads.of_parts,
        };
        into.extend(different.into_iter().map(str::to_owned));
    }
    heads
}

/// Whether a head is a year: other numbers count columns.
fn is_year_of_head(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The columns of figures, with the rows of their labels that the description does not read.
fn figures(source: &Source, contract: &Contract, found: &Found) -> Vec<(usize, Vec<usize>)> {
    let is_number = |name: &str| {
        let field = contract.fields.iter().find(|field| field.name == name);
        field.is_some_and(|own| matches!(own.field_type, FieldType::Integer | FieldType::Number))
    };
    let mut figures = Vec::new();
    if let Some(unpivot) = &source.unpivot {
        let read: BTreeSet<usize> = unpivot.header.iter().map(|part| part.row).collect();
        for field in unpivot.values().filter(|field| is_number(field)).collect::<BTreeSet<_>>() {
            for column in columns_of(unpivot, found, field) {
                let rows = found.labels.get(column).map_or(0, Vec::len);
                figures.push((column, (0..rows).filter(|row| !read.contains(row)).collect()));
            }
        }
    }
    for column in source.headed().filter(|column| is_number(&column.field)) {
        let place = contract.field_index(&column.field).and_then(|field| found.columns.get(field));
        let Some(place) = place.copied().flatten() else { continue };
        let Some((last, upper)) = found.labels.get(place).and_then(|parts| parts.split_last())
        else {
            continue;
        };
        // What it is found by may be the whole label.
        let key = header_key(last);
        let is_found_by_last = column.header.iter().any(|header| header_key(header) == key);
        let unread = if is_found_by_last { upper.len() } else { 0 };
        figures.push((place, (0..unread).collect()));
    }
    figures
}
