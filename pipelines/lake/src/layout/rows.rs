//! Rows of a table, one by one: which are data, and what each says of the contract's fields.

use super::across::{Part, Record, records};
use super::header::{Found, find_header, header_key};
use super::totals::{self, TotalRow};
use super::words::{
    is_average, is_figure, is_note, is_numbering, is_total, is_total_alone, known_totals,
    normalise_pattern,
};
use super::{Given, Laid, constant, context};
use crate::readers::{Refusal, Sheet};
use koridor_contract::check::FieldOrigin;
use koridor_contract::codes::{CodeList, CodeLists, CodeMatch, CodeSystem, normalise};
use koridor_contract::date::{DateFormat, parse_month};
use koridor_contract::source::{Column, IgnoreRows, Unpivot, matches};
use koridor_contract::{CellKind, Contract, FieldType, RawBatch, Source};
use std::collections::BTreeMap;

/// Lays a sheet out as rows of the contract's fields.
///
/// # Errors
/// As [`find_header`], or where a value that stands around the table is not there.
pub fn lay_out(
    sheet: Sheet,
    source: &Source,
    contract: &Contract,
    given: &Given,
    codes: &CodeLists,
) -> Result<Laid, Refusal> {
    let found = find_header(&sheet, source, contract)?;
    let context = context(&sheet, source, contract, given, found.row)?;
    let mut texts = Texts { cells: &sheet.cells, added: String::new() };
    let plan = Plan::new(source, contract, given, &found, &context, codes, &mut texts)?;
    let mut laid = Rows::default();
    (0..found.row).filter(|row| !texts.filled(*row).is_empty()).for_each(|_| laid.ignore("title"));
    let width = plan.carried.len();
    laid.reserve(
        (sheet.cells.len() - found.below.min(sheet.cells.len()))
            * plan.records.as_ref().map_or(1, Vec::len),
        width,
    );
    let mut data_rows = Vec::new();
    let mut totals = Vec::new();
    let mut last = vec![Vec::new(); width];
    let mut section = (0, 0);
    let mut own = Vec::with_capacity(width);
    let end = plan.end(&sheet.cells, found.below);
    for row in found.below..sheet.cells.len() {
        match plan.kind(&texts, row, row == found.below, row >= end, &last) {
            RowKind::Ignored(reason) => laid.ignore(reason),
            RowKind::LeftOut { reason, is_summed } => {
                laid.ignore(reason);
                // The rows below it may belong to the place it names.
                plan.read(&mut texts, row, section, &mut last, &mut own);
                if is_summed {
                    data_rows.push(row);
                }
            }
            RowKind::Section(cell) => {
                section = cell;
                laid.ignore("section");
            }
            RowKind::Total { is_average } => {
                laid.ignore("total");
                if !is_average {
                    totals.push(TotalRow { row, after: data_rows.len() });
                }
            }
            RowKind::Data => {
                data_rows.push(row);
                plan.read(&mut texts, row, section, &mut last, &mut own);
                plan.write(&mut texts, row, &own, &mut laid);
            }
        }
    }
    let differing = totals::compare(&sheet, &totals, &data_rows, &plan.columns(), contract, source);
    let Plan { origins, carried, records, .. } = plan;
    let added = texts.added;
    let mut data = sheet.cells.into_data();
    data.push_str(&added);
    Ok(Laid {
        sheet: sheet.name,
        rows: RawBatch::from_typed_parts(data, laid.spans, laid.kinds, width, laid.numbers),
        origins,
        sheet_columns: carried.iter().map(|carried| carried.column).collect(),
        record_labels: records.iter().flatten().map(|record| record.label.clone()).collect(),
        record_columns: records.into_iter().flatten().map(|record| record.columns).collect(),
        records: laid.records,
        ignored: laid.ignored,
        totals: differing,
    })
}

/// Rows as they are laid out.
#[derive(Default)]
struct Rows {
    spans: Vec<Span>,
    kinds: Vec<CellKind>,
    numbers: Vec<u64>,
    records: Vec<u32>,
    ignored: BTreeMap<String, u64>,
}

impl Rows {
    fn reserve(&mut self, rows: usize, width: usize) {
        self.spans.reserve(rows * width);
        self.kinds.reserve(rows * width);
        self.numbers.reserve(rows);
    }

    fn push(&mut self, span: Span, kind: CellKind) {
        self.spans.push(span);
        self.kinds.push(kind);
    }

    fn ignore(&mut self, reason: &str) {
        *self.ignored.entry(reason.to_owned()).or_default() += 1;
    }
}

/// Where a text is: in the sheet's own cells, or behind them among the texts that were put together.
pub(super) type Span = (u32, u32);

/// The texts of a sheet's cells, and those put together from several.
pub(super) struct Texts<'sheet> {
    cells: &'sheet RawBatch,
    added: String,
}

impl Texts<'_> {
    fn text(&self, (start, end): Span) -> &str {
        let own = self.cells.data().len();
        let (start, end) = (start as usize, end as usize);
        let found = if start < own {
            self.cells.data().get(start..end)
        } else {
            self.added.get(start - own..end - own)
        };
        found.unwrap_or_default()
    }

    /// Remembers texts joined with a blank.
    pub(super) fn join<'text>(&mut self, parts: impl IntoIterator<Item = &'text str>) -> Span {
        let base = self.cells.data().len();
        let start = self.added.len();
        for part in parts {
            if self.added.len() > start {
                self.added.push(' ');
            }
            self.added.push_str(part.trim());
        }
        ((base + start) as u32, (base + self.added.len()) as u32)
    }

    /// Columns of a row that hold anything.
    fn filled(&self, row: usize) -> Vec<usize> {
        (0..self.cells.width()).filter(|column| !self.cells.is_blank(row, *column)).collect()
    }
}

/// One column of the result.
pub(super) struct Carried {
    /// Place of its field in the contract.
    pub(super) field: usize,
    /// Column of the sheet, where it has one of its own.
    pub(super) column: Option<usize>,
    /// Columns whose cells are appended.
    join: Vec<usize>,
    /// What is appended from around the table.
    pub(super) tail: Option<String>,
    fills_down: bool,
    is_section: bool,
    /// Rows are told to be totals by it: a region, a period, a name.
    is_label: bool,
    /// Any text may stand in it.
    is_free_text: bool,
    /// Words that the description or a code list gives a meaning, normalised, among those that name totals.
    words: Vec<String>,
}

impl Carried {
    /// The cell, or the last one above it where it is blank and the field is given once for a block.
    fn fill(&self, texts: &Texts<'_>, span: Span, last: &mut Span) -> Span {
        if !self.fills_down {
            return span;
        }
        if !texts.text(span).trim().is_empty() {
            *last = span;
        }
        *last
    }
}

enum RowKind<'rule> {
    Data,
    Total {
        is_average: bool,
    },
    Section(Span),
    Ignored(&'rule str),
    /// By a rule of the description; a total may sum it nevertheless.
    LeftOut {
        reason: &'rule str,
        is_summed: bool,
    },
}

/// How the rows of one table are read.
struct Plan<'source> {
    origins: Vec<FieldOrigin>,
    carried: Vec<Carried>,
    ignore_rows: Vec<(usize, &'source IgnoreRows)>,
    /// The regions and their code system, where rows outside the corridor are left out.
    regions: Option<(&'source CodeList, CodeSystem)>,
    /// Texts that mean "no value".
    missing: Vec<String>,
    has_section: bool,
    /// Of a list of fields: a month that is not filled in yet is no row. Its columns of figures.
    skips_blank: bool,
    figures: Vec<usize>,
    records: Option<Vec<Record>>,
}

impl<'source> Plan<'source> {
    fn new(
        source: &'source Source,
        contract: &Contract,
        given: &Given,
        found: &Found,
        context: &[(String, String)],
        codes: &'source CodeLists,
        texts: &mut Texts<'_>,
    ) -> Result<Self, Refusal> {
        let unpivoted: Vec<&str> = source
            .unpivot
            .iter()
            .flat_map(Unpivot::fields)
            .chain(source.section.as_deref())
            .collect();
        let column_of = |header: &str| {
            let wanted = header_key(header);
            found.labels.iter().position(|parts| {
                header_key(&parts.join(" ")) == wanted
                    || parts.last().is_some_and(|part| header_key(part) == wanted)
            })
        };
        let mut origins = Vec::new();
        let mut carried = Vec::new();
        for (index, field) in contract.fields.iter().enumerate() {
            let column = found.columns.get(index).copied().flatten();
            if column.is_none() && !unpivoted.contains(&field.name.as_str()) {
                origins.push(constant(&field.name, source, context, given, contract));
                continue;
            }
            origins.push(FieldOrigin::Column(carried.len()));
            let described = source.columns.iter().find(|column| column.field == field.name);
            let tail = context
                .iter()
                .find(|(name, _)| name.strip_prefix("join:") == Some(field.name.as_str()));
            // A month without its year would be refused row by row.
            let join = described.iter().flat_map(|column| &column.join);
            let join = join.map(|header| {
                column_of(header).ok_or_else(|| {
                    super::header::absent_column("join", std::slice::from_ref(header))
                })
            });
            carried.push(Carried {
                field: index,
                column,
                join: if column.is_some() { join.collect::<Result<_, _>>()? } else { Vec::new() },
                tail: tail.map(|(_, value)| value.clone()),
                fills_down: source.fill_down.contains(&field.name),
                is_section: column.is_none() && source.section.as_ref() == Some(&field.name),
                is_label: matches!(field.koridor.codes.as_deref(), Some("region" | "point"))
                    || field.koridor.month,
                is_free_text: field.field_type == FieldType::String
                    && field.koridor.codes.is_none()
                    && field.constraints.allowed.is_none(),
                words: known_totals(field, described, codes),
            });
        }
        let ignore_rows = source.ignore_rows.iter().map(|rule| {
            let column = rule.column.iter().find_map(|header| column_of(header));
            // A rule that looks at no column would keep what it was to leave out.
            column
                .map(|column| (column, rule))
                .ok_or_else(|| super::header::absent_column("ignore_rows", &rule.column))
        });
        let ignore_rows: Vec<(usize, &IgnoreRows)> = ignore_rows.collect::<Result<_, _>>()?;
        let regions = codes.get("region");
        let is_region = |column: &&Column| {
            contract.fields.iter().any(|field| {
                field.name == column.field && field.koridor.codes.as_deref() == Some("region")
            })
        };
        let system =
            source.columns.iter().find(is_region).map(|column| column.codes).unwrap_or_default();
        let records = source
            .unpivot
            .as_ref()
            .map(|unpivot| records(unpivot, found, contract, &carried, texts))
            .transpose()?;
        let missing = contract.missing_values.iter().chain(&source.missing).cloned().collect();
        let regions = regions.map(|regions| (regions, system));
        let mut plan = Self {
            origins,
            carried,
            ignore_rows,
            regions,
            missing,
            has_section: source.section.is_some(),
            skips_blank: source.transpose,
            figures: Vec::new(),
            records,
        };
        plan.figures = plan.figure_columns(contract);
        Ok(plan)
    }

    /// Whether a text names a place that is no region of the corridor, and is not one of them misspelled.
    fn is_outside(&self, text: &str) -> bool {
        let Some((regions, system)) = self.regions else { return false };
        match regions.find(text, system) {
            CodeMatch::Known(_) | CodeMatch::OtherSystem => false,
            CodeMatch::Outside(_) => true,
            CodeMatch::Unknown => {
                let is_open = |code: &koridor_contract::codes::Code| {
                    code.attributes.get("open").is_some_and(|open| open == "yes")
                };
                !regions.is_all_but(text, is_open) && !regions.holds_name_of(text, is_open)
            }
        }
    }

    fn is_missing(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text))
    }

    /// Columns of the sheet that hold values of number fields.
    fn figure_columns(&self, contract: &Contract) -> Vec<usize> {
        let is_number = |field: usize| {
            contract.fields.get(field).is_some_and(|field| {
                matches!(field.field_type, FieldType::Integer | FieldType::Number)
            })
        };
        self.columns()
            .into_iter()
            .filter(|(field, _)| is_number(*field))
            .map(|(_, column)| column)
            .collect()
    }

    /// One past the last row that holds a value of a number field.
    fn end(&self, cells: &RawBatch, below: usize) -> usize {
        if self.figures.is_empty() {
            return cells.len();
        }
        (below..cells.len())
            .rev()
            .find(|row| self.figures.iter().any(|column| is_figure(cells, *row, *column)))
            .map_or(below, |row| row + 1)
    }

    /// Whether a row below all values names what rows are about: a region, a month.
    fn names_a_row(&self, cells: &RawBatch, row: usize) -> bool {
        let labels = self
            .carried
            .iter()
            .filter(|carried| carried.is_label)
            .filter_map(|carried| carried.column);
        labels.map(|column| cells.text(row, column).trim()).any(|text| {
            let is_region = self.regions.is_some_and(|(list, system)| {
                matches!(list.find(text, system), CodeMatch::Known(_) | CodeMatch::Outside(_))
            });
            is_region || parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
        })
    }

    fn kind(
        &self,
        texts: &Texts<'_>,
        row: usize,
        is_first: bool,
        is_below: bool,
        last: &[Vec<Span>],
    ) -> RowKind<'source> {
        let cells = texts.cells;
        let filled = texts.filled(row);
        let Some(&first) = filled.first() else { return RowKind::Ignored("blank") };
        let first_text = cells.text(row, first);
        let total = self.total_label(cells, row, first);
        // A rule looks at what a cell stands for: a place that is given once holds for the rows below it.
        let ruled = |is_named: bool| {
            let mut rules = self
                .ignore_rows
                .iter()
                .filter(move |(_, rule)| rule.matches.is_empty() != is_named);
            rules.find(|(column, rule)| {
                let own = cells.text(row, *column);
                let text = if own.trim().is_empty() {
                    self.carried_down(texts, *column, last).unwrap_or(own)
                } else {
                    own
                };
                // A rule about blank cells does not mean the totals among them.
                let is_meant = !text.trim().is_empty() || total.is_none();
                is_meant && self.leaves_out(rule, text)
            })
        };
        if let Some((_, rule)) = ruled(true) {
            return if total.is_some() {
                RowKind::Ignored(&rule.reason)
            } else {
                RowKind::LeftOut { reason: &rule.reason, is_summed: false }
            };
        }
        if let Some(label) = total {
            return RowKind::Total { is_average: is_average(label) };
        }
        // Place and date, offices, names and numbers of those who sign: a cell or two, where a row of a register without figures has more.
        if is_below && filled.len() <= 2 && !self.names_a_row(cells, row) {
            return RowKind::Ignored("note");
        }
        if filled.len() == 1 && is_note(first_text) {
            return RowKind::Ignored("note");
        }
        if filled.len() == 1 && self.has_section {
            return RowKind::Section(cells.span(row, first));
        }
        if is_first && is_numbering(cells, row, &filled) {
            return RowKind::Ignored("header");
        }
        if self.skips_blank
            && self.figures.iter().all(|column| self.is_missing(cells.text(row, *column)))
        {
            return RowKind::Ignored("blank_cell");
        }
        match ruled(false) {
            Some((_, rule)) => RowKind::LeftOut { reason: &rule.reason, is_summed: true },
            None => RowKind::Data,
        }
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

    /// What a blank cell of a column stands for where its field is given once for a block.
    fn carried_down<'text>(
        &self,
        texts: &'text Texts<'_>,
        column: usize,
        last: &[Vec<Span>],
    ) -> Option<&'text str> {
        let of_column = self
            .carried
            .iter()
            .zip(last)
            .find(|(carried, _)| carried.fills_down && carried.column == Some(column));
        of_column
            .and_then(|(_, last)| last.first())
            .map(|span| texts.text(*span))
            .filter(|text| !text.trim().is_empty())
    }

    /// The text that makes a row a total: in its first cell, in a column that names rows, or alone in one of free text. A word that the
    /// description or a code list gives a meaning is none.
    fn total_label<'text>(
        &self,
        cells: &'text RawBatch,
        row: usize,
        first: usize,
    ) -> Option<&'text str> {
        let has_meaning = |column: usize| {
            let text = normalise(cells.text(row, column));
            self.carried
                .iter()
                .any(|carried| carried.column == Some(column) && carried.words.contains(&text))
        };
        let is_name = |column: usize| {
            self.carried
                .iter()
                .any(|carried| carried.column == Some(column) && carried.is_free_text)
        };
        let labels = self
            .carried
            .iter()
            .filter(|carried| carried.is_label)
            .filter_map(|carried| carried.column)
            .chain([first]);
        // `Total Resort` is a name where names stand.
        let named = labels
            .filter(|column| is_total(cells.text(row, *column)) && !is_name(*column))
            .find(|column| !has_meaning(*column));
        let free = || {
            let columns = self
                .carried
                .iter()
                .filter(|carried| carried.is_free_text)
                .filter_map(|carried| carried.column);
            columns
                .into_iter()
                .find(|column| is_total_alone(cells.text(row, *column)) && !has_meaning(*column))
        };
        named.or_else(free).map(|column| cells.text(row, column))
    }

    /// Columns of the sheet that hold values, with the place of their field in the contract.
    fn columns(&self) -> Vec<(usize, usize)> {
        let records = self.records.iter().flatten().map(|record| &record.columns);
        let across = records.flat_map(|columns| {
            self.carried.iter().zip(columns).map(|(carried, column)| (carried.field, *column))
        });
        let own = self.carried.iter().map(|carried| (carried.field, carried.column));
        own.chain(across).filter_map(|(field, column)| Some((field, column?))).collect()
    }

    /// What a row says of each carried field by itself.
    fn read(
        &self,
        texts: &mut Texts<'_>,
        row: usize,
        section: Span,
        last: &mut [Vec<Span>],
        own: &mut Vec<(Span, CellKind)>,
    ) {
        own.clear();
        let cells = texts.cells;
        for (carried, last) in self.carried.iter().zip(last) {
            if carried.is_section {
                own.push((section, CellKind::Text));
                continue;
            }
            let Some(column) = carried.column else {
                own.push(((0, 0), CellKind::Text));
                continue;
            };
            let (mut span, mut kind) = (cells.span(row, column), cells.kind(row, column));
            // A date cell is a whole date already.
            if !carried.join.is_empty() && kind != CellKind::Date {
                // Each part may be given once for a block: the year beside its months.
                let parts = carried.join.iter().map(|other| cells.span(row, *other));
                let parts: Vec<Span> = std::iter::once(span).chain(parts).collect();
                last.resize(parts.len(), (0, 0));
                let filled = parts
                    .into_iter()
                    .zip(last.iter_mut())
                    .map(|(part, last)| carried.fill(texts, part, last));
                let parts: Vec<Span> = filled.collect();
                span = texts.join(parts.iter().map(|(start, end)| {
                    cells.data().get(*start as usize..*end as usize).unwrap_or_default()
                }));
                kind = CellKind::Text;
            } else {
                last.resize(1, (0, 0));
                span = last.first_mut().map_or(span, |last| carried.fill(texts, span, last));
            }
            if let Some(tail) = &carried.tail {
                let text = texts.text(span).to_owned();
                span = texts.join([text.as_str(), tail]);
                kind = CellKind::Text;
            }
            own.push((span, kind));
        }
    }

    /// Writes the row, once for each record that runs across.
    fn write(&self, texts: &mut Texts<'_>, row: usize, own: &[(Span, CellKind)], laid: &mut Rows) {
        let number = texts.cells.row_number(row);
        let Some(records) = &self.records else {
            own.iter().for_each(|(span, kind)| laid.push(*span, *kind));
            laid.numbers.push(number);
            return;
        };
        for (index, record) in records.iter().enumerate() {
            // A month that is not filled in yet is no row.
            let mut values = record.columns.iter().flatten();
            if record.skips_blank
                && values.all(|column| self.is_missing(texts.cells.text(row, *column)))
            {
                laid.ignore("blank_cell");
                continue;
            }
            for ((part, column), (span, kind)) in record.parts.iter().zip(&record.columns).zip(own)
            {
                match (part, column) {
                    (_, Some(column)) => {
                        laid.push(texts.cells.span(row, *column), texts.cells.kind(row, *column))
                    }
                    (Some(Part::Whole(part)), None) => laid.push(*part, CellKind::Text),
                    (Some(Part::Joined(part)), None) => {
                        let own = texts.text(*span).to_owned();
                        laid.push(texts.join([part.as_str(), own.as_str()]), CellKind::Text);
                    }
                    (None, None) => laid.push(*span, *kind),
                }
            }
            laid.numbers.push(number);
            laid.records.push(index as u32);
        }
    }
}
