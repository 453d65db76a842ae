//! What stands around a table in words, to be compared with its rows.

use super::header::Found;
use super::plan_words::plan_of;
use super::row_plan::RowPlan;
use super::title_words::{is_daily_mean, is_year_to_date};
use super::units::{notes_below, titles};
use crate::readers::Sheet;
use koridor_contract::source::Format;
use koridor_contract::{Contract, FieldType, Source};

/// What stands around a table in words.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Texts above the table that stand alone in their row.
    pub titles: Vec<String>,
    /// Of one table of several in a sheet: the texts above the first, which may be its own.
    pub above: Vec<String>,
    /// Texts below it that stand alone in their row.
    pub notes: Vec<String>,
    /// Of the figures that are read: the place of the field in the contract, and the label above.
    pub figures: Vec<(usize, String)>,
    /// Labels of columns that hold no figures that are read.
    pub others: Vec<String>,
}

impl Said {
    /// What stands around a table of a sheet.
    pub(super) fn of(
        sheet: &Sheet,
        found: &Found,
        plan: &RowPlan<'_>,
        (contract, source): (&Contract, &Source),
    ) -> Self {
        if source.format == Some(Format::BpsWebapi) {
            return Self::default();
        }
        let cells = &sheet.cells;
        let is_turned = sheet.addresses.is_transposed();
        let is_number = |field: usize| {
            let field = contract.fields.get(field);
            field
                .is_some_and(|own| matches!(own.field_type, FieldType::Integer | FieldType::Number))
        };
        let label = |column: usize| {
            found.labels.get(column).map(|parts| parts.join(" ")).unwrap_or_default()
        };
        let read = plan.value_columns();
        let figures = read.iter().filter(|(field, _)| is_number(*field));
        let figures: Vec<(usize, String)> =
            figures.map(|(field, column)| (*field, label(*column))).collect();
        let is_other =
            |column: &usize| !read.iter().any(|(field, own)| own == column && is_number(*field));
        let is_empty =
            |column: usize| (found.below..cells.len()).all(|row| cells.is_blank(row, column));
        // In a list of fields a note is a row of it without figures.
        let (below, others): (Vec<usize>, Vec<usize>) =
            (0..cells.width()).filter(is_other).partition(|column| is_turned && is_empty(*column));
        let notes = notes_below(cells, found).filter(|_| !is_turned).map(str::to_owned);
        let own = (0..found.row).flat_map(|row| alone(sheet, row));
        let around = sheet.titles.clone();
        let is_own = is_turned || source.repeats.is_empty();
        let (around, above) = if is_own { (around, Vec::new()) } else { (Vec::new(), around) };
        Self {
            titles: filled(own.chain(around)),
            above: filled(above.into_iter()),
            notes: filled(notes.chain(below.into_iter().map(label))),
            figures,
            others: filled(others.into_iter().map(label)),
        }
    }
}

/// Whether what stands above a text table, or its labels, says what its rows must be compared with:
/// such a table is laid out.
pub fn says_what_figures_are(sheet: &Sheet, found: &Found) -> bool {
    let is_claim =
        |text: &str| is_year_to_date(text) || plan_of(text).is_some() || is_daily_mean(text);
    titles(found, sheet).into_iter().any(|(text, is_alone)| is_alone && is_claim(text))
        || found.labels.iter().any(|parts| is_year_to_date(&parts.join(" ")))
}

/// The text of a row that holds one.
fn alone(sheet: &Sheet, row: usize) -> Option<String> {
    let cells = &sheet.cells;
    let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let only = filled.next()?;
    filled.next().is_none().then(|| cells.text(row, only).to_owned())
}

fn filled(texts: impl Iterator<Item = String>) -> Vec<String> {
    let trimmed = texts.map(|text| text.trim().to_owned());
    trimmed.filter(|text| text.contains(char::is_alphabetic)).collect()
}
