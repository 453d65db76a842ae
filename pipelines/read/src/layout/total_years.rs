//! Totals of another year than a table's figures, as offices put them beside or below for
//! comparison: they sum nothing that stands there.

use super::labels::{is_figure, is_total_alone};
use super::row_kind::RowKind;
use super::row_plan::{RowPlan, TableHead};
use super::title_words::years;
use crate::readers::Sheet;
use koridor_contract::codes::normalise;
use koridor_contract::{FieldType, RawBatch};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Words for a period before that of a table.
const BEFORE: [&str; 10] = [
    "tahun lalu",
    "tahun yang lalu",
    "tahun sebelumnya",
    "thn lalu",
    "bulan lalu",
    "bulan sebelumnya",
    "periode lalu",
    "periode sebelumnya",
    "last year",
    "previous year",
];

/// The years that a table names: above it, in the labels of its columns, in its rows of data and
/// where its description finds its period.
pub(super) struct NamedYears<'table> {
    sheet: &'table Sheet,
    head: &'table TableHead<'table, 'table>,
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
    pub(super) fn of(
        sheet: &'table Sheet,
        head: &'table TableHead<'table, 'table>,
        rows: &'table [usize],
    ) -> Self {
        Self { sheet, head, rows, known: OnceCell::new() }
    }

    /// Whether a total names a year, and the table others and not this one, or says that it is of
    /// the period before.
    pub(super) fn is_other(&self, total: &str) -> bool {
        if is_before(&normalise(total)) {
            return true;
        }
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
        let labels = self
            .head
            .found
            .labels
            .iter()
            .filter(|parts| !parts.iter().any(|own| is_total_alone(own)));
        let labels = labels.flatten().map(String::as_str);
        known.in_words.extend(titles.chain(labels).flat_map(of));
        known.in_words.extend(self.given());
        for row in (0..self.head.found.row).chain(self.rows.iter().copied()) {
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

    /// Years of a period that is given for the whole table: in the file's name, the description.
    fn given(&self) -> BTreeSet<i32> {
        let TableHead { source, contract, given, context, .. } = *self.head;
        let is_period = |name: &str| {
            let name = name.trim_start_matches("join:");
            contract.fields.iter().any(|field| {
                field.name == name && (field.koridor.month || field.field_type == FieldType::Year)
            })
        };
        let constants = source.constants.iter().chain(&given.constants);
        let constants = constants.map(|(name, value)| (name.as_str(), value.as_str()));
        let around = context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let periods = around.chain(constants).filter(|(name, _)| is_period(name));
        periods.flat_map(|(_, value)| of(value)).collect()
    }
}

/// Tells rows below a total that hold that of another year: `Tahun 2023` below `Jumlah`.
#[derive(Default)]
pub(super) struct BelowTotal {
    is_below: bool,
}

impl BelowTotal {
    /// What a row of a kind is, by what stands above it.
    pub(super) fn told<'rule>(
        &mut self,
        plan: &RowPlan<'_>,
        (cells, row): (&RawBatch, usize),
        kind: RowKind<'rule>,
        data: &[usize],
    ) -> RowKind<'rule> {
        match kind {
            RowKind::Total { .. } => self.is_below = true,
            RowKind::Ignored("blank") => {}
            RowKind::Data if self.is_below && is_of_year(plan, (cells, row), data) => {
                return RowKind::Ignored("note");
            }
            _ => self.is_below = false,
        }
        kind
    }
}

/// Whether a year and figures are all that a row holds, where no row of data is named by a year.
fn is_of_year(plan: &RowPlan<'_>, (cells, row): (&RawBatch, usize), data: &[usize]) -> bool {
    let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let Some(first) = filled.next() else { return false };
    let is_label = plan.columns.iter().any(|own| own.is_label && own.column == Some(first));
    let is_figure_or_none =
        |column: usize| is_figure(cells, row, column) || plan.is_missing(cells.text(row, column));
    let is_year = |row: usize| is_year_alone(cells.text(row, first));
    is_label
        && is_year(row)
        && filled.all(is_figure_or_none)
        && plan.has_figure(cells, row)
        && !data.is_empty()
        && !data.iter().any(|own| is_year(*own))
}

/// Whether a text is a year and no more: `2023`, `Tahun 2023`, `Tahun Lalu`.
fn is_year_alone(text: &str) -> bool {
    // Longer it says more.
    if text.len() > 32 {
        return false;
    }
    let own = normalise(text);
    let words: Vec<&str> = own.split_whitespace().collect();
    let is_year = |word: &str| {
        word.len() == 4 && word.parse::<i32>().is_ok_and(|year| (1950..=2100).contains(&year))
    };
    match words.as_slice() {
        [year] => is_year(year),
        ["tahun" | "thn" | "th" | "year", year] if is_year(year) => true,
        _ => BEFORE.contains(&own.trim()),
    }
}

/// Whether a text in the form of [`normalise`] names the period before that of its table.
fn is_before(text: &str) -> bool {
    BEFORE.iter().any(|words| text.contains(words))
}

fn of(text: &str) -> BTreeSet<i32> {
    years(text).into_iter().map(|(year, _)| year).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_alone_is_told() {
        for text in ["2023", "Tahun 2023", "Thn. 2023", "TAHUN LALU", "tahun sebelumnya"] {
            assert!(is_year_alone(text), "{text}");
        }
        for text in ["Wakatobi", "Januari 2023", "2023 2024", "12345", "Tahun", "", "Desa 2023"] {
            assert!(!is_year_alone(text), "{text}");
        }
        assert!(is_before(&normalise("Total Tahun Lalu")) && !is_before(&normalise("Jumlah")));
    }
}
