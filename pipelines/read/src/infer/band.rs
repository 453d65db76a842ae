//! Where a sheet's header is, told by its cells alone: labels above, values below.

use super::month_numbers::{self, Counted};
use super::periods::{is_month, is_part_of_year, is_period, is_year};
use crate::layout::{band_labels, is_figure, is_numbering};
use koridor_contract::{CellKind, RawBatch};
use std::ops::Range;

/// Rows from the top in which the first row of values is looked for.
const WITHIN: usize = 40;
/// Tallest band.
const MOST_ROWS: usize = 6;

/// A header band and what stands below it.
pub(super) struct Band {
    /// Rows of the band; none where the first row holds values already.
    pub rows: Range<usize>,
    /// Labels by column, from top to bottom, as a description's header reads them.
    pub labels: Vec<Vec<String>>,
    /// First row below.
    pub below: usize,
    /// The row of the band whose labels count months, and these.
    pub counted: Option<(usize, Counted)>,
    /// Labels that count something of which nothing says that it is months.
    pub doubtful: Vec<String>,
}

impl Band {
    /// The whole label of a column: its parts, each once.
    pub fn label(&self, column: usize) -> String {
        let mut parts: Vec<&str> = self
            .labels
            .get(column)
            .into_iter()
            .flatten()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        parts.dedup();
        parts.join(" ")
    }

    /// The lowest part of a column's label that is not empty.
    pub fn lowest(&self, column: usize) -> &str {
        self.labels
            .get(column)
            .into_iter()
            .flatten()
            .rev()
            .map(|part| part.trim())
            .find(|part| !part.is_empty())
            .unwrap_or_default()
    }

    /// Part of a column's label in one row of the band.
    pub fn part(&self, column: usize, row: usize) -> &str {
        self.labels
            .get(column)
            .and_then(|parts| parts.get(row))
            .map(|part| part.trim())
            .unwrap_or_default()
    }

    /// The month that a label of the band counts.
    pub fn counted_month(&self, column: usize, row: usize) -> Option<&'static str> {
        let (_, counted) = self.counted.as_ref().filter(|(own, _)| *own == row)?;
        month_numbers::month_name(*counted.get(&column)?)
    }

    /// Whether the label of a column in one row of the band is a month.
    pub fn is_month(&self, column: usize, row: usize) -> bool {
        self.counted_month(column, row).is_some() || is_month(self.part(column, row))
    }

    /// Whether the label of a column names a month in any row.
    pub fn has_month(&self, column: usize) -> bool {
        (0..self.rows.len()).any(|row| self.is_month(column, row))
    }

    /// Whether the label of a column names a month, a quarter or a year.
    pub fn has_period(&self, column: usize) -> bool {
        let rows = || 0..self.rows.len();
        self.has_month(column) || rows().any(|row| is_period(self.part(column, row)))
    }

    /// Whether a column is the sum of months beside it: of a quarter, a half or the whole of a
    /// year.
    pub fn sums_months(&self, column: usize) -> bool {
        let has_months = |row: usize| {
            (0..self.labels.len()).filter(|other| self.is_month(*other, row)).take(2).count() > 1
        };
        let is_sum = |row: usize| {
            let part = self.part(column, row);
            is_part_of_year(part) || (is_year(part) && has_months(row))
        };
        let rows = || 0..self.rows.len();
        !self.has_month(column) && rows().any(is_sum) && rows().any(has_months)
    }
}

/// What offices write where there is no value.
const NO_VALUES: [&str; 9] = ["-", "–", "—", "...", "…", "n/a", "na", "nihil", "x"];

/// Whether a text says that there is no value.
pub(super) fn is_no_value(text: &str) -> bool {
    NO_VALUES.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a row below other labels is one of data without figures: it begins with a place or a
/// month, or says that a value is missing.
fn is_data(cells: &RawBatch, row: usize, is_place: &dyn Fn(&str) -> bool) -> bool {
    let columns = filled(cells, row);
    // `X` is a month among others, and places side by side are labels.
    let places = columns.iter().filter(|column| is_place(cells.text(row, **column).trim())).count();
    if (places > 2 && places * 2 > columns.len()) || counts_months(cells, row, is_place) {
        return false;
    }
    let is_missing = |column: &usize| is_no_value(cells.text(row, *column));
    let begins = columns.first().map(|column| cells.text(row, *column).trim()).unwrap_or_default();
    let first_is_named = row > 0
        && columns.first().is_some_and(|column| {
            (row.saturating_sub(MOST_ROWS)..row).any(|above| !cells.is_blank(above, *column))
        });
    // Months side by side are labels.
    let is_of_month = |column: &usize| is_month(cells.text(row, *column));
    let begins_with_month = is_month(begins) && !columns.iter().skip(1).any(is_of_month);
    columns.len() >= 2
        && (columns.iter().skip(1).any(is_missing)
            || (first_is_named && (is_place(begins) || begins_with_month)))
}

/// Whether a row of labels counts months.
fn counts_months(cells: &RawBatch, row: usize, is_place: &dyn Fn(&str) -> bool) -> bool {
    month_numbers::month_cells(cells, row, is_place).is_some()
}

/// Whether a text that stands alone in a row has nothing below it in its column: a title over an
/// empty column is no part of a band.
fn is_over_nothing(cells: &RawBatch, row: usize, column: usize) -> bool {
    /// Rows that are looked at.
    const ROWS: usize = 20;
    (row + 1..(row + 1 + ROWS).min(cells.len())).all(|below| cells.is_blank(below, column))
}

/// Whether a row right above data is the label of their group and no part of a band: a text that
/// stands alone below the first of several names. A unit stands below a name further right.
fn is_group_label(cells: &RawBatch, row: usize, columns: &[usize]) -> bool {
    let [own] = columns else { return false };
    let above = (row.saturating_sub(MOST_ROWS)..row).rev().map(|above| filled(cells, above));
    let mut names = above.skip_while(|names| *names == [*own]);
    names.next().is_some_and(|names| names.len() > 1 && names.first() == Some(own))
}

/// Whether a text that stands alone in its row belongs to the name above it, which is one of
/// several: the unit of one column.
fn is_below_name(cells: &RawBatch, row: usize, column: usize) -> bool {
    let names = row.checked_sub(1).map(|above| filled(cells, above)).unwrap_or_default();
    names.len() > 1 && names.contains(&column)
}

/// Finds the band: the rows right above the first row of data. `is_place` tells the name of a
/// region.
pub(super) fn find(cells: &RawBatch, is_place: &dyn Fn(&str) -> bool) -> Option<Band> {
    let has_values = |row: usize| {
        let filled = filled(cells, row);
        filled.len() >= 2
            && !is_numbering(cells, row, &filled)
            && filled.iter().any(|column| is_value(cells, row, *column))
            && !counts_months(cells, row, is_place)
    };
    let rows = cells.len().min(WITHIN);
    // A number in a title stands alone; values come in rows.
    let first = (0..rows)
        .find(|row| {
            has_values(*row)
                && (*row + 1 >= cells.len()
                    || (*row + 1..(*row + 4).min(cells.len())).any(has_values))
        })
        .or_else(|| {
            (1..rows)
                .find(|row| filled(cells, *row).len() >= 2 && filled(cells, *row - 1).len() >= 2)
        })?;
    // Rows of data without figures may stand above the first with some.
    let first = (first.saturating_sub(MOST_ROWS)..first)
        .rev()
        .take_while(|row| is_data(cells, *row, is_place))
        .last()
        .unwrap_or(first);
    let mut begin = first;
    let mut last = first;
    let mut data = first;
    for row in (first.saturating_sub(MOST_ROWS)..first).rev() {
        let columns = filled(cells, row);
        if is_numbering(cells, row, &columns) && !counts_months(cells, row, is_place) {
            last = last.min(row);
            begin = last;
            continue;
        }
        if begin == last && is_group_label(cells, row, &columns) {
            last = row;
            begin = row;
            data = row;
            continue;
        }
        let Some(leftmost) = columns.first() else { break };
        // The first column has its name further down.
        let is_named_below = (begin..last).any(|own| !cells.is_blank(own, 0));
        let is_title = columns.len() == 1 && *leftmost == 0 && is_named_below;
        // A title inside a band belongs to it where the name of the first column stands above.
        let is_inner = columns.len() == 1
            && *leftmost > 0
            && (row == 0 || is_named_below || filled(cells, row - 1) != [0])
            && !(begin == last && is_below_name(cells, row, *leftmost))
            && !is_period(cells.text(row, *leftmost));
        let is_over_nothing = columns.len() == 1 && is_over_nothing(cells, row, *leftmost);
        if is_title || is_inner || is_over_nothing {
            break;
        }
        begin = row;
    }
    let rows = begin..last.max(begin);
    let labels = if rows.is_empty() {
        vec![Vec::new(); cells.width()]
    } else {
        band_labels(cells, rows.start, rows.len())
    };
    let (counted, doubtful) = counted_labels(cells, &rows, data, is_place);
    Some(Band { rows, labels, below: data, counted, doubtful })
}

/// The row of a band that counts months; where none does, labels that may count them.
fn counted_labels(
    cells: &RawBatch,
    rows: &Range<usize>,
    below: usize,
    is_place: &dyn Fn(&str) -> bool,
) -> (Option<(usize, Counted)>, Vec<String>) {
    let months =
        |row: usize| Some((row - rows.start, month_numbers::month_cells(cells, row, is_place)?));
    let found = rows.clone().find_map(months);
    if found.is_some() {
        return (found, Vec::new());
    }
    // Numbers that may be labels were taken for the first row of data.
    let doubtful = (rows.start..=below)
        .find_map(|row| Some((row, month_numbers::counted_cells(cells, row, is_place)?)));
    let label = |row: usize, column: &usize| cells.text(row, *column).trim().to_owned();
    let labels = doubtful
        .map(|(row, counted)| counted.keys().map(|column| label(row, column)).collect::<Vec<_>>());
    (None, labels.unwrap_or_default())
}

/// Columns of a row that hold anything.
pub(super) fn filled(cells: &RawBatch, row: usize) -> Vec<usize> {
    (0..cells.width()).filter(|column| !cells.is_blank(row, *column)).collect()
}

/// Whether a cell holds a number that is not a year.
fn is_value(cells: &RawBatch, row: usize, column: usize) -> bool {
    cells.kind(row, column) != CellKind::Error
        && !is_year(cells.text(row, column))
        && is_figure(cells, row, column)
}
