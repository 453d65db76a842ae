//! The yearly sheet of the evaluation, a page a part.

use super::address::{CORRIDOR, Place};
use super::content::{Block, Cell, Choice, Column, DataTable, Mark, Menu, Section, plain};
use super::draft::Draft;
use super::say::Say;
use super::scores;
use crate::evaluation::{Evaluation, EvaluationTable};
use crate::readable::ReadableCell;
use crate::table::Record;

/// The page of a part; none where there is no such part.
pub(super) fn page(say: &Say<'_>, part: &str) -> Option<Draft> {
    let (year, [sheet, english]) = say.facts.evaluation.as_ref()?;
    let sheet = say.pick(sheet, english);
    let own = sheet.sections.iter().find(|section| section.name == part)?;
    let section = |table: &EvaluationTable| Section {
        id: table.name.replace('_', "-"),
        title: table.title.to_owned(),
        blocks: vec![Block::Table(data(say, table, *year))],
    };
    let choice = |section: &crate::evaluation::Section| Choice {
        text: section.title.to_owned(),
        to: Place::Evaluation(section.name.to_owned()),
        is_current: section.name == part,
    };
    let title = say.pick("Evaluasi masterplan", "Evaluation of the masterplan");
    let mut ids: Vec<String> = Vec::new();
    let mut sections: Vec<Section> = own.tables.iter().map(section).collect();
    for section in &mut sections {
        while ids.contains(&section.id) {
            section.id.push_str("-2");
        }
        ids.push(section.id.clone());
    }
    Some(Draft {
        title: format!("{title} {year}: {}", own.title),
        area: say.words.region(CORRIDOR),
        summary: format!("{title} {year}: {}", own.title),
        above: Vec::new(),
        menus: vec![Menu {
            title: say.pick("Bagian", "Part").to_owned(),
            choices: sheet.sections.iter().map(choice).collect(),
        }],
        is_synthetic: sheet.synthetic_values().0 > 0,
        lead: std::iter::once(synthetic(say, sheet)).chain(frozen(say, sheet)).map(plain).collect(),
        sections,
    })
}

/// To which release a year is bound.
pub(super) fn frozen(say: &Say<'_>, sheet: &Evaluation) -> Option<String> {
    let told = sheet.frozen.as_ref()?.told(say.words);
    Some(say.pick(
        format!(
            "Evaluasi tahun ini dibekukan {told}; angka lain di halaman ini dari rilis sekarang."
        ),
        format!("The evaluation of the year is frozen {told}; other figures are of this release."),
    ))
}

/// How many of the year's values are made up.
fn synthetic(say: &Say<'_>, sheet: &Evaluation) -> String {
    let (synthetic, all) = sheet.synthetic_values();
    match synthetic {
        0 => say.pick(format!("{all} nilai dinilai."), format!("{all} values are evaluated.")),
        _ => say.pick(
            format!("{synthetic} dari {all} nilai tahun ini berasal dari contoh buatan [s]."),
            format!("{synthetic} of {all} values of the year rest on made-up samples [s]."),
        ),
    }
}

/// Columns that count indicators and targets: what they count is there, made up or not.
const COUNTS: [&str; 2] = ["measured", "with_target"];

/// Columns that have a number or a reason for none.
const MEASURED: [&str; 2] = ["value", "score"];

/// What stands where a column of a row of such a state has nothing.
pub(super) fn blank(column: &str, state: &str) -> Cell {
    match state {
        _ if !MEASURED.contains(&column) => Cell::Blank,
        "suppressed" => Cell::None(Mark::Suppressed),
        _ => Cell::None(Mark::NotAvailable),
    }
}

/// Which numbers of a row are made up.
pub(super) struct MadeUp {
    values: bool,
    target: bool,
}

impl MadeUp {
    /// Of a row of a table: by its flags, of a score by what its dimension rests on.
    pub(super) fn of(say: &Say<'_>, table: &str, year: i32, row: &Record<'_>) -> Self {
        let flags = row.text_or_empty("flags");
        let dimension = row.text_or_empty("dimension");
        Self {
            values: flags.split(", ").any(|own| own == "synthetic")
                || table == "scores" && scores::is_synthetic(say, &dimension, year),
            target: row.is_true("is_target_synthetic"),
        }
    }

    /// Whether the number of a column is: a target is made up apart from what it is set against.
    pub(super) fn has(&self, column: &str) -> bool {
        match column {
            "target_value" | "target_low" | "target_high" => self.target,
            "raw_percent" => self.target || self.values,
            column => self.values && !COUNTS.contains(&column),
        }
    }
}

/// A table of the sheet; numbers of rows whose flags say so are marked as made up.
fn data(say: &Say<'_>, table: &EvaluationTable, year: i32) -> DataTable {
    let readable = &table.readable;
    let states: Vec<String> = table.rows.records().map(|row| row.text_or_empty("state")).collect();
    let records = table.rows.records();
    let made_up: Vec<MadeUp> = records.map(|row| MadeUp::of(say, table.name, year, &row)).collect();
    let column = |(place, own): (usize, &crate::readable::ReadableColumn)| {
        let mut cells = readable.rows.iter().filter_map(|row| row.get(place));
        Column {
            heading: own.heading.clone(),
            is_number: cells.any(|cell| matches!(cell, ReadableCell::Number(..))),
        }
    };
    let row = |(place, row): (usize, &Vec<ReadableCell>)| {
        let is_made_up = |name: &str| made_up.get(place).is_some_and(|own| own.has(name));
        let cells = row.iter().zip(table.names());
        let state = states.get(place).map_or("", String::as_str);
        let of_cell = |(own, name): (&ReadableCell, &str)| match own {
            ReadableCell::Blank => blank(name, state),
            _ => cell(own, is_made_up(name)),
        };
        cells.map(of_cell).collect()
    };
    let shown = DataTable {
        id: format!("{}-table", table.name.replace('_', "-")),
        caption: format!("{}, {year}", table.title),
        columns: readable.columns.iter().enumerate().map(column).collect(),
        rows: readable.rows.iter().enumerate().map(row).collect(),
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    shown.without_empty()
}

fn cell(own: &ReadableCell, is_made_up: bool) -> Cell {
    match own {
        ReadableCell::Blank => Cell::Blank,
        ReadableCell::Text(text) | ReadableCell::Day(text) => Cell::text(text.as_str()),
        ReadableCell::Year(year) => Cell::text(year.to_string()),
        ReadableCell::Number(number, digits) => {
            let marks = if is_made_up { vec![Mark::Synthetic] } else { Vec::new() };
            Cell::Number(*number, *digits, marks)
        }
    }
}
