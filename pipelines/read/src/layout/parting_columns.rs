//! Columns that a description does not name and that tell rows of one key apart, such as the names
//! of sites: each row is a part of what its key stands for.

use super::description_keys::named_keys;
use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::part_columns::PartColumn;
use super::row_plan::RowPlan;
use koridor_contract::codes::normalise;
use koridor_contract::{Contract, RawBatch, Source, Supersedes};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of data that are looked at.
const MOST_ROWS: usize = 5_000;

/// Beginnings of headers under which words part nothing: remarks, units, who filled the row in.
const REMARKS: [&str; 17] = [
    "ket",
    "catatan",
    "sumber",
    "satuan",
    "unit",
    "no",
    "petugas",
    "operator",
    "status",
    "metode",
    "tanggal",
    "tgl",
    "remark",
    "note",
    "source",
    "penanggung",
    "pengisi",
];

impl RowPlan<'_> {
    /// The columns whose words tell rows of one key apart, where most rows share their key with
    /// others: a key that stands twice by mistake is left to be told as such.
    pub(super) fn parting_columns(
        &self,
        cells: &RawBatch,
        (source, contract): (&Source, &Contract),
        found: &Found,
    ) -> Vec<PartColumn> {
        let has_keys =
            contract.koridor.supersedes == Supersedes::Slice && !contract.primary_key.is_empty();
        // What stands above a block is part of its rows' keys.
        if !has_keys || self.has_section || source.transpose {
            return Vec::new();
        }
        let spare = spare_columns(self, cells, source, found);
        if spare.is_empty() {
            return Vec::new();
        }
        let groups = rows_by_key(self, cells, found.below);
        let all: usize = groups.iter().map(Vec::len).sum();
        let shared: Vec<&Vec<usize>> = groups.iter().filter(|rows| rows.len() > 1).collect();
        if shared.is_empty() || shared.iter().map(|rows| rows.len()).sum::<usize>() * 2 <= all {
            return Vec::new();
        }
        let parts = |column: usize| {
            shared.iter().all(|rows| {
                let texts = rows.iter().map(|row| normalise(cells.text(*row, column)));
                let texts: BTreeSet<String> = texts.collect();
                let words = texts.iter().filter(|text| text.contains(char::is_alphabetic)).count();
                texts.len() == rows.len() && words > 1
            })
        };
        let parting = spare.into_iter().filter(|(column, _)| parts(*column));
        parting.map(|(column, header)| PartColumn::new(column, header)).collect()
    }
}

/// Columns with a header that the description does not name and that hold nothing that is read.
fn spare_columns(
    plan: &RowPlan<'_>,
    cells: &RawBatch,
    source: &Source,
    found: &Found,
) -> Vec<(usize, String)> {
    let named = named_keys(source);
    let is_own = |column: usize| {
        let mut columns = plan.columns.iter();
        columns.any(|own| own.column == Some(column) || own.join.contains(&column))
    };
    // Beside unpivoted columns one of words holds no values, whatever its header is taken for.
    let below = found.below..cells.len().min(found.below + MOST_ROWS);
    let has_values = |column: usize| {
        plan.is_of_record(column) && below.clone().any(|row| is_figure(cells, row, column))
    };
    let labels = found.labels.iter().enumerate().map(|(column, parts)| (column, parts.join(" ")));
    let spare = labels.filter(|(column, label)| {
        let key = header_key(label);
        !key.is_empty()
            && !REMARKS.iter().any(|remark| key.starts_with(remark))
            && !named.contains(&key)
            && !is_own(*column)
            && !has_values(*column)
    });
    spare.collect()
}

/// The first rows of data, by what they say of the keys.
fn rows_by_key(plan: &RowPlan<'_>, cells: &RawBatch, below: usize) -> Vec<Vec<usize>> {
    let keys = plan.columns.iter().filter(|own| own.is_key);
    let columns: Vec<(usize, bool)> = keys
        .flat_map(|own| own.column.iter().chain(&own.join).map(move |at| (*at, own.fills_down)))
        .collect();
    let mut last: Vec<String> = vec![String::new(); columns.len()];
    let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    let is_data = |row: &usize| {
        let first = (0..cells.width()).find(|column| !cells.is_blank(*row, *column));
        // A row of plans beside that of what was reached shares its key with it, and parts nothing.
        plan.has_figure(cells, *row)
            && !plan.plans.contains_key(row)
            && first.is_some_and(|first| plan.total_label(cells, *row, first).is_none())
    };
    for row in (below..cells.len()).filter(is_data).take(MOST_ROWS) {
        let key = columns.iter().zip(&mut last).map(|((column, fills_down), last)| {
            let text = normalise(cells.text(row, *column));
            if *fills_down && text.is_empty() {
                return last.clone();
            }
            last.clone_from(&text);
            text
        });
        groups.entry(key.collect()).or_default().push(row);
    }
    groups.into_values().collect()
}
