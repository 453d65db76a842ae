//! How the rows of one table are read: decided once, before the first of them.

use super::contradiction::{TakenForGranted, taken_for_granted};
use super::found::Found;
use super::given::Given;
use super::header_key::header_key;
use super::header_refusal::absent_column;
use super::labels::{is_figure, known_totals};
use super::origin::constant;
use super::output_column::OutputColumn;
use super::part_columns::{PartColumn, part_columns};
use super::plan_columns::PlanColumns;
use super::texts::Texts;
use super::unit_beside::unit_row;
use super::unit_column::UnitColumn;
use super::unpivot::{Record, records};
use crate::readers::Refusal;
use koridor_contract::check::FieldOrigin;
use koridor_contract::codes::{CodeList, CodeLists, CodeSystem};
use koridor_contract::source::{COMMON_FIELDS, Column, IgnoreRows, TEMPLATE_MARK, Unpivot};
use koridor_contract::{Contract, Field, FieldType, RawBatch, RecordRule, Source};
use std::collections::BTreeMap;

/// What is known of a table before its rows are read.
pub(super) struct TableHead<'source, 'table> {
    pub(super) source: &'source Source,
    pub(super) codes: &'source CodeLists,
    pub(super) contract: &'table Contract,
    pub(super) given: &'source Given,
    pub(super) found: &'table Found,
    /// Values that stand around the table.
    pub(super) context: &'table [(String, String)],
}

/// How the rows of one table are read.
pub(super) struct RowPlan<'source> {
    /// Where each field of the contract comes from.
    pub(super) origins: Vec<FieldOrigin>,
    /// The columns of the result.
    pub(super) columns: Vec<OutputColumn>,
    /// Rules that leave rows out, with the column they look at.
    pub(super) ignore_rows: Vec<(usize, &'source IgnoreRows)>,
    /// The regions and their code system, where rows outside the corridor are left out.
    pub(super) regions: Option<(&'source CodeList, CodeSystem)>,
    /// Texts that mean "no value".
    missing: Vec<String>,
    pub(super) has_section: bool,
    /// Sections are regions.
    pub(super) has_regions_as_sections: bool,
    /// Of a transposed sheet: a month that is not filled in yet is no row.
    pub(super) skips_blank: bool,
    /// Columns of the sheet that hold values of number fields.
    pub(super) figures: Vec<usize>,
    /// Columns that may contradict what holds for all rows.
    pub(super) granted: Vec<TakenForGranted<'source>>,
    /// Rows that say that they are plans or no rows of the table, and what they say.
    pub(super) plans: BTreeMap<usize, String>,
    /// Columns that say that a row is a part.
    pub(super) parts: Vec<PartColumn>,
    /// The column that says in which unit a row is.
    pub(super) unit: Option<UnitColumn>,
    /// Of a transposed sheet: the row that names the units of its fields.
    pub(super) unit_row: Option<usize>,
    /// Of an unpivoted table: the rows that each of its rows becomes.
    pub(super) records: Option<Vec<Record>>,
    /// Of a template: the columns besides the keys that it gives, one of which is filled in a row
    /// of data.
    pub(super) typed: Option<Vec<usize>>,
}

impl<'source> RowPlan<'source> {
    /// # Errors
    /// Where a column that the description names beside the header is not there.
    pub(super) fn new(
        head: &TableHead<'source, '_>,
        texts: &mut Texts<'_>,
    ) -> Result<Self, Refusal> {
        let TableHead { source, codes, contract, found, .. } = *head;
        let (origins, columns) = head.columns()?;
        let ignore_rows = source.ignore_rows.iter().map(|rule| {
            let column = rule.column.iter().find_map(|header| head.column_of(header));
            // A rule that looks at no column would keep what it was to leave out.
            column
                .map(|column| (column, rule))
                .ok_or_else(|| absent_column("ignore_rows", &rule.column))
        });
        let ignore_rows: Vec<(usize, &IgnoreRows)> = ignore_rows.collect::<Result<_, _>>()?;
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
            .map(|unpivot| records(unpivot, found, contract, &columns, texts))
            .transpose()?;
        let mut plan = Self {
            origins,
            columns,
            ignore_rows,
            regions: codes.get("region").map(|regions| (regions.as_ref(), system)),
            missing: contract.missing_values.iter().chain(&source.missing).cloned().collect(),
            has_section: source.section.is_some(),
            has_regions_as_sections: contract.fields.iter().zip(&found.columns).any(
                |(field, column)| {
                    source.section.as_ref() == Some(&field.name)
                        && field.koridor.codes.as_deref() == Some("region")
                        && column.is_none()
                },
            ),
            skips_blank: source.transpose,
            figures: Vec::new(),
            granted: taken_for_granted(source, head.given, head.context, (contract, codes), found),
            plans: BTreeMap::new(),
            parts: part_columns(source, contract, found),
            unit: UnitColumn::of(source, contract, found),
            unit_row: unit_row(texts.cells, source, found),
            records,
            typed: None,
        };
        let is_template = is_template(texts.cells, found.row);
        plan.typed = is_template.then(|| plan.typed_columns(contract));
        plan.typed.take_if(|typed| typed.is_empty());
        let is_number = |field: usize| {
            contract.fields.get(field).is_some_and(|field| {
                matches!(field.field_type, FieldType::Integer | FieldType::Number)
            })
        };
        let values = plan.value_columns().into_iter().filter(|(field, _)| is_number(*field));
        plan.figures = values.map(|(_, column)| column).collect();
        let beside = PlanColumns::of(source, contract, codes, found);
        let has_figure = |row: usize| plan.has_figure(texts.cells, row);
        plan.plans = beside.rows((texts.cells, found.below), (contract, source), has_figure);
        let parting = plan.parting_columns(texts.cells, (source, contract), found);
        plan.parts.extend(parting);
        Ok(plan)
    }

    /// Columns of the sheet that hold values, with the place of their field in the contract.
    pub(super) fn value_columns(&self) -> Vec<(usize, usize)> {
        let records = self.records.iter().flatten().map(|record| &record.columns);
        let unpivoted = records.flat_map(|columns| {
            self.columns.iter().zip(columns).map(|(own, column)| (own.field, *column))
        });
        let own = self.columns.iter().map(|own| (own.field, own.column));
        own.chain(unpivoted).filter_map(|(field, column)| Some((field, column?))).collect()
    }

    /// Columns of the sheet that one record of a row takes its values from; none where nothing is
    /// unpivoted.
    pub(super) fn record_columns(&self, record: Option<usize>) -> Vec<usize> {
        let record = record.and_then(|record| self.records.as_ref()?.get(record));
        record.iter().flat_map(|record| record.columns.iter().flatten().copied()).collect()
    }

    /// Whether a column of the sheet holds values of some record.
    pub(super) fn is_of_record(&self, column: usize) -> bool {
        let mut records = self.records.iter().flatten();
        records.any(|record| record.columns.contains(&Some(column)))
    }

    /// Adds a column of the result that no column of the sheet holds, for a field of the contract.
    pub(super) fn add_column(&mut self, field: usize) {
        if let Some(origin) = self.origins.get_mut(field) {
            *origin = FieldOrigin::Column(self.columns.len());
        }
        self.columns.push(OutputColumn::without_sheet(field));
        for record in self.records.iter_mut().flatten() {
            record.parts.push(None);
            record.columns.push(None);
        }
    }

    /// Columns that an office types into: all but the keys, which a template gives.
    fn typed_columns(&self, contract: &Contract) -> Vec<usize> {
        let is_given = |field: usize| {
            contract.fields.get(field).is_some_and(|field| {
                contract.is_given_key(field) || COMMON_FIELDS.contains(&field.name.as_str())
            })
        };
        let typed = self.value_columns().into_iter().filter(|(field, _)| !is_given(*field));
        typed.map(|(_, column)| column).collect()
    }

    /// One past the last row that holds a value of a number field or shares one with others.
    pub(super) fn end(&self, cells: &RawBatch, below: usize) -> usize {
        if self.figures.is_empty() {
            return cells.len();
        }
        (below..cells.len())
            .rev()
            .find(|row| self.has_figure(cells, *row) || self.shares_with_rows(cells, *row))
            .map_or(below, |row| row + 1)
    }

    /// The rule that refuses a row of data as a whole, with what was found.
    pub(super) fn refusal(&self, cells: &RawBatch, row: usize) -> Option<(RecordRule, String)> {
        let is_said = |text: &str| !self.is_missing(text);
        let contradiction = || {
            let mut granted = self.granted.iter().filter(|own| is_said(own.text(cells, row)));
            let other = granted.find_map(|own| own.contradiction(cells, row))?;
            Some((RecordRule::ContradictsConstant, other))
        };
        let is_plan = || Some((RecordRule::ContradictsConstant, self.plans.get(&row)?.clone()));
        let part = || {
            let mut parts = self.parts.iter().filter(|own| is_said(own.text(cells, row)));
            Some((RecordRule::PartOfWhole, parts.find_map(|own| own.part(cells, row))?))
        };
        let unit = || Some((RecordRule::UnitOfRow, self.unit.as_ref()?.other(cells, row)?));
        let merged = || Some((RecordRule::MergedCells, self.merged_number(cells, row)?.to_owned()));
        contradiction().or_else(is_plan).or_else(part).or_else(unit).or_else(merged)
    }

    /// Whether a row holds a figure where figures stand.
    pub(super) fn has_figure(&self, cells: &RawBatch, row: usize) -> bool {
        self.figures.iter().any(|column| is_figure(cells, row, *column))
    }

    /// Whether a text means "no value".
    pub(super) fn is_missing(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text))
    }
}

/// Whether a line above a table says that it is a template.
fn is_template(cells: &RawBatch, header_row: usize) -> bool {
    (0..header_row).any(|row| {
        (0..cells.width()).any(|column| cells.text(row, column).trim().starts_with(TEMPLATE_MARK))
    })
}

impl TableHead<'_, '_> {
    /// Where each field comes from, and the columns of those that the sheet carries.
    fn columns(&self) -> Result<(Vec<FieldOrigin>, Vec<OutputColumn>), Refusal> {
        let Self { source, contract, given, found, context, .. } = *self;
        let unpivoted: Vec<&str> = source
            .unpivot
            .iter()
            .flat_map(Unpivot::fields)
            .chain(source.section.as_deref())
            .collect();
        let mut origins = Vec::new();
        let mut columns = Vec::new();
        for (index, field) in contract.fields.iter().enumerate() {
            let column = found.columns.get(index).copied().flatten();
            if column.is_none() && !unpivoted.contains(&field.name.as_str()) {
                origins.push(constant(&field.name, source, context, given, contract));
                continue;
            }
            origins.push(FieldOrigin::Column(columns.len()));
            columns.push(self.output_column(index, field, column)?);
        }
        Ok((origins, columns))
    }

    fn output_column(
        &self,
        index: usize,
        field: &Field,
        column: Option<usize>,
    ) -> Result<OutputColumn, Refusal> {
        let described = self.source.columns.iter().find(|column| column.field == field.name);
        let tail = self
            .context
            .iter()
            .find(|(name, _)| name.strip_prefix("join:") == Some(field.name.as_str()));
        // A month without its year would be refused row by row.
        let join = described.iter().flat_map(|column| &column.join).map(|header| {
            self.column_of(header)
                .ok_or_else(|| absent_column("join", std::slice::from_ref(header)))
        });
        Ok(OutputColumn {
            field: index,
            column,
            join: if column.is_some() { join.collect::<Result<_, _>>()? } else { Vec::new() },
            tail: tail.map(|(_, value)| value.clone()),
            fills_down: self.source.fill_down.contains(&field.name),
            is_section: column.is_none() && self.source.section.as_ref() == Some(&field.name),
            is_key: self.contract.primary_key.contains(&field.name)
                || self.contract.is_given_key(field),
            is_label: matches!(field.koridor.codes.as_deref(), Some("region" | "point"))
                || field.koridor.month,
            is_moment: field.field_type == FieldType::Datetime,
            is_free_text: field.field_type == FieldType::String
                && field.koridor.codes.is_none()
                && field.constraints.allowed.is_none(),
            words: known_totals(field, described, self.codes),
        })
    }

    /// The column of the sheet with a header, by its whole label or the lowest part of it.
    fn column_of(&self, header: &str) -> Option<usize> {
        let wanted = header_key(header);
        self.found.labels.iter().position(|parts| {
            header_key(&parts.join(" ")) == wanted
                || parts.last().is_some_and(|part| header_key(part) == wanted)
        })
    }
}
