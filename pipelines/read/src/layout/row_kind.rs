//! Which rows of a table are data, and which are totals, notes, titles of sections or left out.

use super::alike::numbered_alike;
use super::labels::{
    behind_count, counts_columns, is_average, is_day_title, is_group_total, is_note, is_total,
    is_total_alone, normalise_pattern, without_lead, without_numbering,
};
use super::output_column::OutputColumn;
use super::row_plan::RowPlan;
use super::signatures::is_signed;
use super::texts::{Span, Texts, Typed};
use super::unit_beside::units_below;
use koridor_contract::RawBatch;
use koridor_contract::codes::{Code, CodeMatch, normalise};
use koridor_contract::date::{DateFormat, month_by_name, parse_month};
use koridor_contract::source::{IgnoreRows, matches};

/// What a row of a table is.
pub(super) enum RowKind<'rule> {
    /// An observation.
    Data,
    /// A row that sums others, or the mean of them.
    Total {
        /// It holds means and not sums.
        is_average: bool,
    },
    /// A cell that holds for the rows below it.
    Section(Span),
    /// No data, with the reason.
    Ignored(&'rule str),
    /// Left out by a rule of the description; a total may sum it nevertheless.
    LeftOut {
        /// The reason that the rule gives.
        reason: &'rule str,
        /// It belongs to the rows that totals sum.
        is_summed: bool,
    },
}

/// Where a row stands in its table.
#[derive(Clone, Copy)]
pub(super) struct RowPlace {
    /// Row of the sheet's cells, from 0.
    pub(super) row: usize,
    /// The first row below the header's.
    pub(super) below: usize,
    /// It is the first of those that is not blank.
    pub(super) is_first: bool,
    /// One past the last row with a figure: what stands below may be a note.
    pub(super) end: usize,
}

/// Whether a text may be one of some names as an office writes it: blank below the first, with a
/// word before it, a letter off, or shortened (`Sultra`).
fn may_name_one_of(text: &str, names: &[String]) -> bool {
    let text = normalise(text);
    let shortens = |name: &str| {
        let mut letters = name.chars();
        !text.contains(' ')
            && text.chars().next() == name.chars().next()
            && text.chars().all(|letter| letters.any(|own| own == letter))
    };
    let is_near = |name: &str| strsim::osa_distance(name, &text) <= 1;
    text.is_empty()
        || names
            .iter()
            .map(|name| normalise(name))
            .any(|name| text.contains(&name) || shortens(&name) || is_near(&name))
}

/// Whether a cell is a whole line whose fields another mark parts: as many as the table is wide,
/// and a number among them.
fn is_line_of_another_table(text: &str, width: usize) -> bool {
    let is_number = |part: &str| {
        let part = part.trim().trim_matches('"');
        part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().all(|byte| byte.is_ascii_digit() || b".,-".contains(&byte))
    };
    // People write a blank behind a comma, and programs none.
    let is_written = |mark: char, part: &str| mark == ',' && part.starts_with(' ');
    width > 2
        && [';', ',', '\t', '|'].into_iter().any(|mark| {
            let mut parts = text.split(mark);
            parts.clone().count() == width
                && parts.clone().any(is_number)
                && !parts.any(|part| is_written(mark, part))
        })
}

/// What offices call a column of remarks.
const REMARKS: [&str; 6] = ["keterangan", "ket", "catatan", "note", "notes", "remarks"];

/// Rows above the end of a table that are looked at.
const LAST_ROWS: usize = 20;

/// Whether a cell below all figures is a number such as those of the last rows: a row whose other
/// cells are not filled is none of the notes.
fn is_numbered_as_rows(cells: &RawBatch, (row, column): (usize, usize), end: usize) -> bool {
    let text = cells.text(row, column);
    let mut last = (end.saturating_sub(LAST_ROWS)..end).map(|row| cells.text(row, column));
    last.any(|other| numbered_alike(text, other))
}

impl<'source> RowPlan<'source> {
    /// What a row is; `last` are the cells that blank ones below them stand for, by column.
    pub(super) fn kind(
        &self,
        texts: &Texts<'_>,
        place: RowPlace,
        last: &[Vec<Typed>],
    ) -> RowKind<'source> {
        let RowPlace { row, below, is_first, end } = place;
        let cells = texts.cells;
        let filled = texts.filled(row);
        let Some(&first) = filled.first() else { return RowKind::Ignored("blank") };
        let text = cells.text(row, first);
        if filled.len() == 1 && !is_note(text) && is_line_of_another_table(text, cells.width()) {
            return RowKind::Data;
        }
        let is_blank = |column: &usize| cells.text(row, *column).trim().is_empty();
        // A row that shares a number with others is filled, and heads no block.
        let is_shared = || self.shares_with_rows(cells, row);
        if self.typed.as_ref().is_some_and(|typed| typed.iter().all(is_blank)) && !is_shared() {
            return RowKind::Ignored("not_filled");
        }
        let total = self.total_label(cells, row, first);
        let rule = |is_named: bool| self.rule_for(texts, row, last, total.is_some(), is_named);
        if let Some(rule) = rule(true) {
            return if total.is_some() {
                RowKind::Ignored(&rule.reason)
            } else {
                RowKind::LeftOut { reason: &rule.reason, is_summed: false }
            };
        }
        if self.unit_row == Some(row) {
            return RowKind::Ignored("header");
        }
        if let Some(label) = total {
            return RowKind::Total { is_average: is_average(label) };
        }
        // Place and date, offices, names and numbers of those who sign: a cell or two, where a row
        // of a register without figures has more.
        let is_row =
            || self.names_a_row(cells, row) || is_numbered_as_rows(cells, (row, first), end);
        let is_few = || filled.len() <= 2 || is_signed(cells, (end, row), &filled);
        if row >= end && is_few() && !is_row() {
            return RowKind::Ignored("note");
        }
        if (filled.len() == 1 && self.is_note(text)) || self.is_of_remarks(cells, row) {
            return RowKind::Ignored("note");
        }
        let names_section =
            || self.has_regions_as_sections && self.names_region(cells.text(row, first));
        // A place at the head of its block may have its sum beside it.
        if self.has_section && ((filled.len() == 1 && !is_shared()) || names_section()) {
            return RowKind::Section(cells.span(row, first));
        }
        if let Some(named) = self.counted_section(cells, row, &filled) {
            return RowKind::Section(cells.span(row, named));
        }
        let is_units = || row == below && !units_below(cells, row).is_empty();
        if (is_first && counts_columns(cells, row, &filled)) || is_units() {
            return RowKind::Ignored("header");
        }
        if self.skips_blank
            && self.figures.iter().all(|column| self.is_missing(cells.text(row, *column)))
            && !is_shared()
        {
            return RowKind::Ignored("blank_cell");
        }
        match rule(false) {
            Some(rule) => RowKind::LeftOut { reason: &rule.reason, is_summed: true },
            None => RowKind::Data,
        }
    }

    /// Whether a text that stands alone is a note, or the title of a day where no row needs one.
    fn is_note(&self, text: &str) -> bool {
        is_note(text) || (!self.has_section && is_day_title(text))
    }

    /// Whether a row of a transposed sheet is its column of remarks, in which no figure stands.
    fn is_of_remarks(&self, cells: &RawBatch, row: usize) -> bool {
        let is_named = |column: usize| {
            REMARKS.contains(&normalise(cells.text(row, column)).trim_end_matches([':', ' ']))
        };
        self.skips_blank
            && self.sheet_columns(|own| own.is_label).any(is_named)
            && !self.has_figure(cells, row)
    }

    /// The column of the place at the head of its block, where what counts it stands beside it.
    fn counted_section(&self, cells: &RawBatch, row: usize, filled: &[usize]) -> Option<usize> {
        let [count, name] = filled else { return None };
        let counted = format!("{}. x", cells.text(row, *count).trim().trim_end_matches(['.', ')']));
        let is_counted = without_numbering(&counted) == "x";
        (self.has_regions_as_sections && is_counted && self.is_region(cells.text(row, *name)))
            .then_some(*name)
    }

    /// The rule that leaves a row out: of those that name what they leave out, or of the others. It
    /// looks at what a cell stands for: a place that is given once holds for the rows below it.
    fn rule_for(
        &self,
        texts: &Texts<'_>,
        row: usize,
        last: &[Vec<Typed>],
        is_total: bool,
        is_named: bool,
    ) -> Option<&'source IgnoreRows> {
        let rules = self.ignore_rows.iter().filter(|(_, rule)| rule.matches.is_empty() != is_named);
        let is_meant = |(column, rule): &&(usize, &'source IgnoreRows)| {
            let own = texts.cells.text(row, *column);
            let text = if own.trim().is_empty() {
                self.carried_down(texts, *column, last).unwrap_or(own)
            } else {
                own
            };
            // A rule about blank cells does not mean the totals among them, and a regency of the
            // corridor lies in its province where that is blank or written in another way.
            let is_kept = (is_total && text.trim().is_empty())
                || (rule.outside_province
                    && may_name_one_of(text, &rule.except)
                    && self.is_of_corridor(texts.cells, row));
            !is_kept && self.leaves_out(rule, text)
        };
        rules.into_iter().find(is_meant).map(|(_, rule)| *rule)
    }

    /// Whether a rule leaves out a row whose cell holds a text.
    fn leaves_out(&self, rule: &IgnoreRows, text: &str) -> bool {
        let normal = normalise(text);
        let fits = |patterns: &[String]| {
            patterns.iter().any(|pattern| matches(&normalise_pattern(pattern), &normal))
        };
        fits(&rule.matches)
            || (rule.outside_corridor && self.is_outside(text))
            || (!rule.except.is_empty() && !fits(&rule.except))
    }

    /// Whether a cell that names rows is a region of the corridor.
    fn is_of_corridor(&self, cells: &RawBatch, row: usize) -> bool {
        let Some((regions, system)) = self.regions else { return false };
        self.sheet_columns(|own| own.is_label).any(|column| {
            matches!(regions.find(cells.text(row, column).trim(), system), CodeMatch::Known(_))
        })
    }

    /// Whether a text names a place that is no region of the corridor, and is not one of them
    /// misspelled.
    fn is_outside(&self, text: &str) -> bool {
        let Some((regions, system)) = self.regions else { return false };
        // A place that is not given is no place outside.
        if self.is_missing(text) {
            return false;
        }
        match regions.find(text, system) {
            CodeMatch::Known(_) | CodeMatch::OtherSystem => false,
            CodeMatch::Outside(_) => true,
            CodeMatch::Unknown => {
                let is_open =
                    |code: &Code| code.attributes.get("open").is_some_and(|open| open == "yes");
                !regions.is_all_but(text, is_open) && !regions.holds_name_of(text, is_open)
            }
        }
    }

    /// What a blank cell of a column stands for where its field is given once for a block.
    fn carried_down<'text>(
        &self,
        texts: &'text Texts<'_>,
        column: usize,
        last: &[Vec<Typed>],
    ) -> Option<&'text str> {
        let of_column = self
            .columns
            .iter()
            .zip(last)
            .find(|(own, _)| own.fills_down && own.column == Some(column));
        of_column
            .and_then(|(_, last)| last.first())
            .map(|(span, _)| texts.text(*span))
            .filter(|text| !text.trim().is_empty())
    }

    /// Whether a text is the name of a region.
    fn is_region(&self, text: &str) -> bool {
        self.regions.is_some_and(|(list, system)| {
            matches!(list.find(text, system), CodeMatch::Known(_) | CodeMatch::Outside(_))
        })
    }

    /// Whether a text names a region, among other words too.
    pub(super) fn names_region(&self, text: &str) -> bool {
        self.is_region(text)
            || self.regions.is_some_and(|(list, _)| list.holds_name_of(text, |_| true))
    }

    /// A label without what stands before the place or month that it names, where that alone is
    /// known: `I. KABUPATEN ...`, `II KABUPATEN ...`, `Bulan: Januari 2024`.
    pub(super) fn bare_label<'text>(&self, label: &'text str) -> &'text str {
        let is_month = |text: &str| {
            parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
                || month_by_name(text.as_bytes()).is_some()
        };
        let is_known = |text: &str| self.is_region(text) || is_month(text);
        let bare = without_lead(label);
        if bare.len() < label.len() {
            let is_meant = !is_known(label) && is_known(bare) && !self.is_other_place(label, bare);
            return if is_meant { bare } else { label };
        }
        // Before a month without a mark stands its day.
        let is_day = label.trim_start().starts_with(|mark: char| mark.is_ascii_digit());
        match behind_count(label).map(without_lead) {
            Some(bare)
                if (self.is_region(bare) || (!is_day && is_month(bare)))
                    && !is_known(label)
                    && !self.is_other_place(label, bare) =>
            {
                bare
            }
            _ => label,
        }
    }

    /// Whether a label names with the word before its colon another place than without it: a town
    /// may have the name of the regency around it.
    fn is_other_place(&self, label: &str, bare: &str) -> bool {
        let Some((regions, system)) = self.regions else { return false };
        let code = |text: &str| match regions.find(text, system) {
            CodeMatch::Known(code) | CodeMatch::Outside(code) => Some(code.to_owned()),
            CodeMatch::OtherSystem | CodeMatch::Unknown => None,
        };
        let Some((before, _)) = label.split_once(':') else { return false };
        let word = before.rsplit([' ', '.']).find(|word| !word.is_empty()).unwrap_or_default();
        code(&format!("{word} {bare}")).is_some_and(|own| code(bare) != Some(own))
    }

    /// Whether a row below all values names what rows are about: a region, a month.
    fn names_a_row(&self, cells: &RawBatch, row: usize) -> bool {
        let labels = self.sheet_columns(|own| own.is_label);
        labels.map(|column| cells.text(row, column).trim()).any(|text| {
            self.is_region(text) || parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
        })
    }

    /// The text that makes a row a total: in its first cell, in a column that names rows, or alone
    /// in one of free text. A word that the description or a code list gives a meaning is none.
    pub(super) fn total_label<'text>(
        &self,
        cells: &'text RawBatch,
        row: usize,
        first: usize,
    ) -> Option<&'text str> {
        let has_meaning = |column: usize| {
            let text = normalise(cells.text(row, column));
            self.columns.iter().any(|own| own.column == Some(column) && own.words.contains(&text))
        };
        let is_name = |column: usize| {
            self.columns.iter().any(|own| own.column == Some(column) && own.is_free_text)
        };
        // `Total Resort` is a name where names stand.
        let named = self
            .sheet_columns(|own| own.is_label)
            .chain([first])
            .filter(|column| is_total(cells.text(row, *column)) && !is_name(*column))
            .find(|column| !has_meaning(*column));
        let free = || {
            self.sheet_columns(|own| own.is_free_text)
                .find(|column| is_total_alone(cells.text(row, *column)) && !has_meaning(*column))
        };
        let of_group = || is_group_total(cells, row, first).then_some(first);
        named.or_else(free).or_else(of_group).map(|column| cells.text(row, column))
    }

    /// Columns of the sheet that are output columns of a kind.
    fn sheet_columns(&self, is_wanted: fn(&OutputColumn) -> bool) -> impl Iterator<Item = usize> {
        self.columns.iter().filter(move |own| is_wanted(own)).filter_map(|own| own.column)
    }
}

#[cfg(test)]
mod tests {
    use super::is_line_of_another_table;

    #[test]
    fn a_line_with_another_delimiter_is_no_note() {
        for (text, width, is_line) in [
            ("Wakatobi,2024,Maret,12602", 4, true),
            ("Wakatobi;2024;Maret;1.260,2", 4, true),
            ("Sumber: Dinas Pariwisata, BPS, Imigrasi, bandara", 4, false),
            ("Wakatobi, 1 Maret 2024", 2, false),
            ("Kendari, Senin, 12-01-2024", 3, false),
            ("BPS, 2024, diolah", 3, false),
            ("Catatan: 3 bulan", 4, false),
        ] {
            assert_eq!(is_line_of_another_table(text, width), is_line, "{text}");
        }
    }
}
