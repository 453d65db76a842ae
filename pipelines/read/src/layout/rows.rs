//! A sheet laid out as a tidy table, row by row.

use super::context::context;
use super::footnotes::{Footnotes, take_marks};
use super::given::Given;
use super::group_labels::group_labels;
use super::header::find_header;
use super::labels::is_total;
use super::plan_notes::PlanNotes;
use super::row_kind::{RowKind, RowPlace};
use super::row_plan::{RowPlan, TableHead};
use super::row_statuses::{self, Told};
use super::row_values::TidyRows;
use super::said::Said;
use super::second_table::{Belongs, SecondTable};
use super::status_words::StatusWords;
use super::texts::{Span, Texts, Typed};
use super::tidy_table::TidyTable;
use super::total_columns::compare_across;
use super::total_years::{BelowTotal, NamedYears};
use super::totals::{self, TotalRow};
use crate::readers::{Refusal, RefusalCode, Sheet};
use koridor_contract::codes::CodeLists;
use koridor_contract::{Contract, RawBatch, RecordRule, Source};
use std::collections::BTreeSet;

/// Lays a sheet out as rows of the contract's fields.
///
/// # Errors
/// As [`find_header`], or where a value that stands around the table is not there, or where no row
/// is data and totals name places.
pub fn lay_out(
    mut sheet: Sheet,
    source: &Source,
    contract: &Contract,
    given: &Given,
    codes: &CodeLists,
) -> Result<TidyTable, Refusal> {
    let mut found = find_header(&sheet, source, contract)?;
    let is_described = row_statuses::is_described(source, &found, contract);
    let words = StatusWords::of(codes).filter(|_| !is_described);
    let plan_notes = PlanNotes::of(&sheet, &found, contract);
    let notes = words.as_ref().and_then(|words| Footnotes::take(&mut sheet, &found, words));
    if take_marks(&mut sheet, &found, contract) || notes.is_some() {
        // Labels without the marks that the notes explain.
        found = find_header(&sheet, source, contract)?;
    }
    let context = context(&sheet, source, contract, given, found.row)?;
    let mut faults = std::mem::take(&mut sheet.faults);
    let mut texts = Texts::of(&sheet.cells);
    let head = TableHead { source, codes, contract, given, found: &found, context: &context };
    let mut plan = RowPlan::new(&head, &mut texts)?;
    let mut rows = TidyRows::default();
    (0..found.row).filter(|row| !texts.filled(*row).is_empty()).for_each(|_| rows.ignore("title"));
    let second = SecondTable::new(&head, &plan);
    let written = write_rows((&plan, second), &mut texts, (found.below, &sheet.broken), &mut rows);
    let noted = plan_notes.refuse(&plan, (contract, source), &texts, &mut rows);
    faults.append(&mut rows.faults);
    let refusal = taken_for_totals(&plan, texts.cells, &written);
    if let Some(refusal) = refusal.filter(|_| faults.is_empty()) {
        return Err(refusal);
    }
    let FoundRows { data, summed, totals } = written;
    let columns = plan.value_columns();
    let labels = group_labels(&plan, contract, &sheet.cells, &summed);
    let summed = (summed.as_slice(), &labels);
    let years = NamedYears::of(&sheet, &head, &data);
    let is_own = |total: &TotalRow| {
        let mut texts = (0..sheet.cells.width()).map(|column| sheet.cells.text(total.row, column));
        !texts.any(|text| is_total(text) && years.is_other(text))
    };
    let totals: Vec<TotalRow> = totals.into_iter().filter(is_own).collect();
    let mut totals = totals::compare(&sheet, &totals, summed, &columns, (contract, source));
    let of_figures = (data.as_slice(), columns.as_slice());
    totals.extend(compare_across(&sheet, &found, of_figures, &years, (contract, source)));
    if let Some(words) = &words {
        Told { notes, words, contract, source }.apply(&mut plan, &mut texts, &mut rows);
    }
    let mut said = Said::of(&sheet, &found, &plan, (contract, source));
    said.noted = said.noted.or(noted);
    let added = texts.into_added();
    let RowPlan { origins, columns, records, .. } = plan;
    let mut data = sheet.cells.into_data();
    data.push_str(&added);
    Ok(TidyTable {
        sheet: sheet.name,
        rows: RawBatch::from_typed_parts(data, rows.spans, rows.kinds, columns.len(), rows.numbers),
        origins,
        sheet_columns: columns.iter().map(|own| own.column).collect(),
        record_labels: records.iter().flatten().map(|record| record.label.clone()).collect(),
        record_columns: records.into_iter().flatten().map(|record| record.columns).collect(),
        records: rows.records,
        ignored: rows.ignored,
        faults,
        totals,
        said,
    })
}

/// What the rows of a table are.
#[derive(Default)]
struct FoundRows {
    /// Rows of data.
    data: Vec<usize>,
    /// Rows that totals sum: those of data, and others that a rule leaves out.
    summed: Vec<usize>,
    /// Rows that sum others.
    totals: Vec<TotalRow>,
}

/// The refusal of a table without data whose totals each name a region: an office may have begun
/// the names of its places with that word.
fn taken_for_totals(plan: &RowPlan<'_>, cells: &RawBatch, found: &FoundRows) -> Option<Refusal> {
    if !found.summed.is_empty() {
        return None;
    }
    let place = |total: &TotalRow| {
        let texts = (0..cells.width()).map(|column| cells.text(total.row, column).trim());
        let mut places = texts.filter(|text| is_total(text) && plan.names_region(text));
        places.next().filter(|_| plan.has_figure(cells, total.row))
    };
    let first = found.totals.first().and_then(place)?;
    if found.totals.iter().any(|total| place(total).is_none()) {
        return None;
    }
    let rows = found.totals.len();
    Some(Refusal::new(
        RefusalCode::NoRows,
        format!(
            "tidak ada baris data: semua {rows} baris berangka dianggap baris jumlah, yang pertama \
             \"{first}\"; bila ini data, tulis nama wilayah tanpa kata jumlah atau total"
        ),
        format!(
            "no row is data: all {rows} rows with figures were taken for total rows, the first of \
             them \"{first}\"; if they are data, write the region without the word for a total"
        ),
    ))
}

/// Whether a row is one of the table; a header or title again and a row of another table are told.
fn is_own_row(belongs: Belongs, cells: &RawBatch, row: usize, table: &mut TidyRows) -> bool {
    match belongs {
        Belongs::Own => return true,
        Belongs::HeaderAgain => table.ignore("header"),
        Belongs::TitleAgain => table.ignore("title"),
        Belongs::Other => {
            let mut texts = (0..cells.width()).map(|column| cells.text(row, column).trim());
            let found = texts.find(|text| !text.is_empty()).unwrap_or_default();
            table.refuse(cells.row_number(row), RecordRule::SecondTable, found);
        }
    }
    false
}

/// Begins a block of rows: what was given once for the block above holds for none of its own.
fn begin_section(cell: Span, last: &mut [Vec<Typed>]) -> Span {
    last.iter_mut().for_each(Vec::clear);
    cell
}

/// Makes room for the rows of a table of so many lines.
fn reserve(plan: &RowPlan<'_>, lines: usize, table: &mut TidyRows) {
    let rows_each = plan.records.as_ref().map_or(1, Vec::len);
    table.reserve(lines * rows_each, plan.columns.len());
}

/// Writes the rows below a header, but for those that are broken; returns what they are.
fn write_rows(
    (plan, mut second): (&RowPlan<'_>, SecondTable<'_>),
    texts: &mut Texts<'_>,
    (below, broken): (usize, &BTreeSet<u64>),
    table: &mut TidyRows,
) -> FoundRows {
    let cells = texts.cells;
    let width = plan.columns.len();
    reserve(plan, cells.len().saturating_sub(below), table);
    let mut found = FoundRows::default();
    let mut last = vec![Vec::new(); width];
    let (mut section, mut below_total) = ((0, 0), BelowTotal::default());
    let mut own = Vec::with_capacity(width);
    let end = plan.end(cells, below);
    let first = (below..cells.len()).find(|row| !texts.filled(*row).is_empty());
    for row in below..cells.len() {
        let place = RowPlace { row, below, is_first: first == Some(row), end };
        if broken.contains(&cells.row_number(row)) {
            // No row of data: told already. What it names holds for the rows below it.
            match plan.kind(texts, place, &last) {
                RowKind::Section(cell) => section = begin_section(cell, &mut last),
                _ => plan.carry(texts, row, &mut last),
            }
            continue;
        }
        let kind = plan.kind(texts, place, &last);
        let kind = below_total.told(plan, (cells, row), kind, &found.data);
        if !is_own_row(second.belongs(plan, texts, row, &kind), cells, row, table) {
            continue;
        }
        match kind {
            RowKind::Ignored(reason) => {
                table.ignore(reason);
                // A total that a rule leaves out and a month without figures name their block.
                if !["blank", "header", "note"].contains(&reason) {
                    plan.carry(texts, row, &mut last);
                }
            }
            RowKind::LeftOut { reason, is_summed } => {
                table.ignore(reason);
                // The rows below it may belong to the place it names.
                plan.read(texts, row, section, &mut last, &mut own);
                if is_summed {
                    found.summed.push(row);
                }
            }
            RowKind::Section(cell) => {
                section = begin_section(cell, &mut last);
                table.ignore("section");
            }
            RowKind::Total { is_average } => {
                table.ignore("total");
                plan.carry(texts, row, &mut last);
                if !is_average {
                    found.totals.push(TotalRow { row, after: found.summed.len() });
                }
            }
            RowKind::Data => {
                found.data.push(row);
                found.summed.push(row);
                plan.read(texts, row, section, &mut last, &mut own);
                match plan.refusal(cells, row) {
                    Some((rule, found)) => table.refuse(cells.row_number(row), rule, &found),
                    None => plan.write(texts, row, &own, table),
                }
            }
        }
    }
    found
}
