//! Totals of another year than a table's figures, as offices put them beside or below for
//! comparison: they sum nothing that stands there.

use super::found::Found;
use super::labels::{is_figure, is_total_alone};
use super::title_words::years;
use crate::readers::Sheet;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// The years that a table names: above it, in the labels of its columns and in its rows of data.
pub(super) struct NamedYears<'table> {
    sheet: &'table Sheet,
    found: &'table Found,
    /// Rows of data.
    rows: &'table [usize],
    known: OnceCell<Known>,
}

/// Years by what names them.
#[derive(Default)]
struct Known {
    in_words: BTreeSet<i32>,
    /// Figures that may be years.
    in_figures: BTreeSet<i32>,
}

impl<'table> NamedYears<'table> {
    pub(super) fn of(sheet: &'table Sheet, found: &'table Found, rows: &'table [usize]) -> Self {
        Self { sheet, found, rows, known: OnceCell::new() }
    }

    /// Whether a total names a year, and the table others and not this one.
    pub(super) fn is_other(&self, total: &str) -> bool {
        let own = of(total);
        if own.is_empty() {
            return false;
        }
        let known = self.known.get_or_init(|| self.known());
        !known.in_words.is_empty()
            && own.is_disjoint(&known.in_words)
            && own.is_disjoint(&known.in_figures)
    }

    fn known(&self) -> Known {
        let cells = &self.sheet.cells;
        let mut known = Known::default();
        let titles = self.sheet.titles.iter().map(String::as_str);
        let labels =
            self.found.labels.iter().filter(|parts| !parts.iter().any(|own| is_total_alone(own)));
        let labels = labels.flatten().map(String::as_str);
        known.in_words.extend(titles.chain(labels).flat_map(of));
        for row in (0..self.found.row).chain(self.rows.iter().copied()) {
            for column in 0..cells.width() {
                let own = of(cells.text(row, column));
                match is_figure(cells, row, column) {
                    true => known.in_figures.extend(own),
                    false => known.in_words.extend(own),
                }
            }
        }
        known
    }
}

fn of(text: &str) -> BTreeSet<i32> {
    years(text).into_iter().map(|(year, _)| year).collect()
}
