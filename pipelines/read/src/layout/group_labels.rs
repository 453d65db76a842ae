//! Labels of groups of rows that have the sum of their group beside them. They are refused as rows,
//! as they name no region or month, and the totals of the table do not sum them a second time.

use super::output_column::OutputColumn;
use super::row_plan::RowPlan;
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::date::is_quarter;
use koridor_contract::{Contract, FieldType, RawBatch};
use std::collections::BTreeMap;

/// How surely a row is the label of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupLabel {
    /// It lacks what names each row of data.
    Certain,
    /// It may be: where it holds the sum of the rows beside it.
    Possible,
}

/// Rows beside a label that are looked at.
const MOST_ROWS: usize = 500;

/// What makes a year of months or a part of one.
const PARTS_OF_YEAR: [&str; 8] =
    ["triwulan", "tw", "kuartal", "quarter", "semester", "caturwulan", "tahun", "year"];

/// A column that names rows.
struct NameColumn {
    column: usize,
    fills_down: bool,
    is_region: bool,
    is_month: bool,
}

/// The labels among rows, by their places in `rows`.
pub(super) fn group_labels(
    plan: &RowPlan<'_>,
    contract: &Contract,
    cells: &RawBatch,
    rows: &[usize],
) -> BTreeMap<usize, GroupLabel> {
    let name = |own: &OutputColumn| {
        let field = contract.fields.get(own.field)?;
        let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Number);
        (field.constraints.required && !is_number).then_some(NameColumn {
            column: own.column?,
            fills_down: own.fills_down,
            is_region: field.koridor.codes.as_deref() == Some("region"),
            is_month: field.koridor.month,
        })
    };
    let names: Vec<NameColumn> = plan.columns.iter().filter_map(name).collect();
    let label = |row: usize| {
        let is_blank = |own: &&NameColumn| plan.is_missing(cells.text(row, own.column));
        let filled = names.iter().filter(|own| !is_blank(own)).count();
        if filled <= 1 && names.iter().any(|own| is_blank(&own) && !own.fills_down) {
            return Some(GroupLabel::Certain);
        }
        let names_group = |own: &NameColumn| {
            let text = cells.text(row, own.column).trim();
            (own.is_region && is_unknown(plan, text)) || (own.is_month && is_part_of_year(text))
        };
        names.iter().any(names_group).then_some(GroupLabel::Possible)
    };
    let labels = rows.iter().enumerate().filter_map(|(at, row)| Some((at, label(*row)?)));
    labels.collect()
}

/// Whether a text where regions stand is the name of none.
fn is_unknown(plan: &RowPlan<'_>, text: &str) -> bool {
    !plan.is_missing(text)
        && plan.regions.is_some_and(|(regions, system)| {
            regions.find(plan.bare_label(text), system) == CodeMatch::Unknown
        })
}

/// Whether a text where months stand is a quarter, a half or all of a year.
fn is_part_of_year(text: &str) -> bool {
    let own = normalise(text);
    let first = own.split(' ').next().unwrap_or_default();
    PARTS_OF_YEAR.contains(&first) || is_quarter(text.as_bytes())
}

/// The figures of rows with nought where a row is a label: surely, or as it equals within
/// `tolerance` the sum of rows right below or right above it. Labels within a group are told before
/// that of the group.
pub(super) fn without_labels(
    figures: &[i128],
    labels: &BTreeMap<usize, GroupLabel>,
    tolerance: impl Fn(usize) -> i128,
) -> Vec<i128> {
    let mut left = figures.to_vec();
    for (at, label) in labels {
        if let (GroupLabel::Certain, Some(figure)) = (label, left.get_mut(*at)) {
            *figure = 0;
        }
    }
    let possible = labels.iter().filter(|(_, label)| **label == GroupLabel::Possible);
    let possible: Vec<usize> = possible.map(|(at, _)| *at).collect();
    let mut clear = |at: usize, is_below: bool| {
        let own = left.get(at).copied().unwrap_or_default();
        let behind = left.get(at + 1..).unwrap_or_default().iter();
        let before = left.get(..at).unwrap_or_default().iter().rev();
        let beside: Vec<i128> = match is_below {
            true => behind.take(MOST_ROWS).copied().collect(),
            false => before.take(MOST_ROWS).copied().collect(),
        };
        let slack = tolerance(at);
        let mut sum = 0;
        let is_sum = beside.into_iter().any(|figure| {
            sum += figure;
            figure != 0 && (own - sum).abs() <= slack
        });
        if let Some(figure) = left.get_mut(at).filter(|_| is_sum) {
            *figure = 0;
        }
    };
    possible.iter().rev().for_each(|at| clear(*at, true));
    possible.iter().for_each(|at| clear(*at, false));
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_groups_count_as_nought() {
        let labels = |at: &[usize], label: GroupLabel| -> BTreeMap<usize, GroupLabel> {
            at.iter().map(|at| (*at, label)).collect()
        };
        let left = |figures: &[i128], labels: &BTreeMap<usize, GroupLabel>| {
            without_labels(figures, labels, |_| 0)
        };
        // A group of two groups, and one with its sum below it.
        let possible = labels(&[0, 1, 4, 8], GroupLabel::Possible);
        let figures = [60, 30, 10, 20, 30, 30, 1, 2, 3];
        assert_eq!(left(&figures, &possible), [0, 0, 10, 20, 0, 30, 1, 2, 0]);
        // A name that is none known is no label by itself, and a label may be wrong.
        assert_eq!(left(&[7, 1, 2], &labels(&[0], GroupLabel::Possible)), [7, 1, 2]);
        assert_eq!(left(&[7, 1, 2], &labels(&[0], GroupLabel::Certain)), [0, 1, 2]);
        assert!(is_part_of_year("Triwulan I") && is_part_of_year("TW II 2024"));
        assert!(!is_part_of_year("Januari 2024"));
    }
}
