//! What stands around a table in words, to be compared with its rows.

use super::found::Found;
use super::labels::is_figure;
use super::plan_codes::PlanCodes;
use super::plan_lists::Plan;
use super::plan_notes::plan_noted;
use super::plan_words::{plan_alone, plan_among, plan_of};
use super::row_plan::RowPlan;
use super::title_words::{is_daily_mean, is_year_to_date};
use super::unit_names::is_unit;
use super::units::{notes_below, titles};
use super::year_parts::part_of_title;
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
    /// Those of them that stand within the header, above all figures that are read.
    pub heads: Vec<String>,
    /// Texts below it that stand alone in their row.
    pub notes: Vec<String>,
    /// The note by which all figures are plans.
    pub(crate) noted: Option<(String, &'static Plan)>,
    /// Of the figures that are read: the place of the field in the contract, and the label above.
    pub figures: Vec<(usize, String)>,
    /// What heads the columns of each of these figures above its label, where it is plans.
    pub bands: Vec<String>,
    /// Labels of columns that hold no figures that are read.
    pub others: Vec<String>,
    /// Labels of all columns of figures, without what heads all that are read: a title is not
    /// told by itself.
    pub counted: Vec<String>,
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
        let of_figures = || read.iter().filter(|(field, _)| is_number(*field));
        let figures: Vec<(usize, String)> =
            of_figures().map(|(field, column)| (*field, label(*column))).collect();
        let bands = of_figures().filter_map(|(_, column)| plan_above(sheet, found, *column));
        let is_other =
            |column: &usize| !read.iter().any(|(field, own)| own == column && is_number(*field));
        let is_empty =
            |column: usize| (found.below..cells.len()).all(|row| cells.is_blank(row, column));
        // In a list of fields a note is a row of it without figures.
        let (below, others): (Vec<usize>, Vec<usize>) =
            (0..cells.width()).filter(is_other).partition(|column| is_turned && is_empty(*column));
        let own = of_figures().map(|(_, column)| *column);
        let of_others =
            others.iter().copied().filter(|column| holds_figures(sheet, found, *column));
        let counted = own.chain(of_others).map(|column| own_label(found, column));
        let counted = filled(counted);
        let notes = notes_below(cells, found).filter(|_| !is_turned).map(str::to_owned);
        let own = (0..found.row).flat_map(|row| heading(sheet, row));
        let own = own.chain(found.heads.whole.iter().cloned());
        let around = sheet.titles.clone();
        let notes = filled(notes.chain(below.into_iter().map(label)));
        // Of other tables `plan_notes` knows which rows a note is about.
        let mut turned = notes.iter().filter(|_| is_turned);
        let noted = turned.find_map(|text| Some((text.clone(), plan_noted(text)?)));
        let is_own = is_turned || source.repeats.is_empty();
        let (around, above) = if is_own { (around, Vec::new()) } else { (Vec::new(), around) };
        Self {
            titles: filled(own.chain(around)),
            above: filled(above.into_iter()),
            heads: found.heads.whole.clone(),
            notes,
            noted,
            bands: if is_turned { Vec::new() } else { bands.collect() },
            figures,
            others: filled(others.into_iter().map(label)),
            counted,
        }
    }
}

/// Whether a column holds a figure below the header.
fn holds_figures(sheet: &Sheet, found: &Found, column: usize) -> bool {
    let cells = &sheet.cells;
    (found.below..cells.len()).any(|row| is_figure(cells, row, column))
}

/// The label of a column without what heads all figures that are read.
fn own_label(found: &Found, column: usize) -> String {
    let parts = found.labels.get(column).into_iter().flatten();
    let own = parts.filter(|part| !found.heads.whole.iter().any(|head| head == part.trim()));
    own.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Whether what stands above a text table, or its labels, says what its rows must be compared with:
/// such a table is laid out.
pub fn says_what_figures_are(sheet: &Sheet, found: &Found) -> bool {
    let is_plan = |text: &str| {
        plan_of(text).or_else(|| plan_alone(text)).or_else(|| plan_noted(text)).is_some()
    };
    let is_of_time = |text: &str| is_year_to_date(text) || part_of_title(text).is_some();
    let is_claim = |text: &str| is_of_time(text) || is_plan(text) || is_daily_mean(text);
    let is_head = |column: usize| plan_above(sheet, found, column).is_some();
    let titles = titles(found, sheet);
    PlanCodes::explained(titles.iter().map(|(text, _)| *text)).is_some()
        || titles.into_iter().any(|(text, is_alone)| is_alone && is_claim(text))
        || (0..found.row).filter_map(|row| heading(sheet, row)).any(|text| is_claim(&text))
        || found.labels.iter().any(|parts| is_year_to_date(&parts.join(" ")))
        || (0..found.labels.len()).any(is_head)
}

/// The title that a row holds: its one text, one behind the number of its table, or one with its
/// unit in a cell of its own.
fn heading(sheet: &Sheet, row: usize) -> Option<String> {
    let cells = &sheet.cells;
    let filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let texts: Vec<&str> = filled.take(3).map(|column| cells.text(row, column).trim()).collect();
    match texts.as_slice() {
        [only] => Some((*only).to_owned()),
        [number, title] if is_table_number(number) => Some(format!("{number} {title}")),
        [title, unit] if is_unit_in_brackets(unit) => Some((*title).to_owned()),
        _ => None,
    }
}

/// `Tabel 3.2`, `Lampiran II`.
fn is_table_number(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_word = |word: &str| {
        ["tabel", "table", "lampiran"].iter().any(|own| word.eq_ignore_ascii_case(own))
    };
    words.next().is_some_and(is_word)
        && words.next().is_some_and(|number| number.len() <= 6)
        && words.next().is_none()
}

/// `(ton)`
fn is_unit_in_brackets(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.is_some_and(|unit| is_unit(&unit.to_lowercase()))
}

/// The text that heads a column above its label, in the band or in the row above it, where it is a
/// word for plans (`Target 2024`). None where a label names the same: that may be told apart.
fn plan_above(sheet: &Sheet, found: &Found, column: usize) -> Option<String> {
    let last = |parts: &Vec<String>| parts.last().cloned().unwrap_or_default();
    let parts = found.labels.get(column)?;
    let (_, upper) = parts.split_last()?;
    let text = if parts.len() > 1 {
        // A column that its head is the only label of lends it to none beside it.
        let is_same = |own: &&Vec<String>| own.split_last().is_some_and(|(_, own)| own == upper);
        let before = found.labels.get(..=column)?.iter().rev().take_while(is_same);
        let first = before.last()?;
        plan_among(upper).filter(|_| !last(first).is_empty())?.to_owned()
    } else {
        let row = found.row.checked_sub(1)?;
        let mut filled = (0..=column).filter(|own| !sheet.cells.is_blank(row, *own));
        let first = filled.next().filter(|first| *first > 0)?;
        let own = filled.next_back().unwrap_or(first);
        // Of a row the first columns have no head.
        found.labels.get(own).filter(|parts| !last(parts).is_empty())?;
        sheet.cells.text(row, own).trim().to_owned()
    };
    let plan = plan_alone(&text)?;
    let is_told = found.labels.iter().any(|parts| plan.is_named_in(&last(parts)));
    (!is_told).then_some(text)
}

fn filled(texts: impl Iterator<Item = String>) -> Vec<String> {
    let trimmed = texts.map(|text| text.trim().to_owned());
    trimmed.filter(|text| text.contains(char::is_alphabetic)).collect()
}
