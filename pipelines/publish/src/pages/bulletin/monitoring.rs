//! How far targets are met and programmes are done: of the yearly sheet what fits on paper.

use super::parts::{is_corridor, section, text};
use super::pick::Picked;
use crate::evaluation::{Evaluation, EvaluationTable};
use crate::pages::content::{Block, Cell, Column, DataTable, Mark, Section};
use crate::pages::evaluation::{MadeUp, blank, frozen};
use crate::readable::ReadableCell;
use crate::table::Record;

/// States of programmes that nobody needs to be told of.
const CALM: [&str; 2] = ["done", "on_track"];

/// Monitoring of the targets: scores, then each target.
pub(super) fn targets(picked: &Picked<'_>, sheet: &Evaluation) -> Section {
    let say = &picked.say;
    let lead = say.pick(
        "Capaian adalah realisasi tahun berjalan terhadap target tahun itu; yang belum terukur \
         menyebut sebabnya.",
        "Met is the value of the year against the target of that year; what is not measured yet \
         says why.",
    );
    let mut blocks = vec![text(lead)];
    blocks.extend(frozen(say, sheet).map(text));
    blocks.extend(tables(picked, sheet, &["scores", "targets"]));
    let title = say.pick("Pemantauan target (Buku V)", "Monitoring of targets (Book V)");
    section("targets", title, blocks)
}

/// Quick wins and programmes; none where there are none.
pub(super) fn programmes(picked: &Picked<'_>, sheet: &Evaluation) -> Option<Section> {
    let names = match is_corridor(picked.region) {
        true => &["completion", "programs"][..],
        false => &["programs", "obstacles"][..],
    };
    let blocks = tables(picked, sheet, names);
    let has_rows = blocks.iter().any(|own| match own {
        Block::Table(table) => !table.rows.is_empty(),
        _ => false,
    });
    let title = picked.say.pick(
        "Quick win dan program (ringkasan Buku III)",
        "Quick wins and programmes (summary of Book III)",
    );
    has_rows.then(|| section("programmes", title, blocks))
}

fn tables(picked: &Picked<'_>, sheet: &Evaluation, names: &[&str]) -> Vec<Block> {
    let all = || sheet.sections.iter().flat_map(|own| &own.tables);
    let named = names.iter().filter_map(|name| all().find(|own| own.name == *name));
    named.map(|own| Block::Table(table(picked, own))).collect()
}

/// The rows of the bulletin's region, without what a terminal has no room for either.
fn table(picked: &Picked<'_>, own: &EvaluationTable) -> DataTable {
    let (say, readable) = (&picked.say, &own.readable);
    let corridor = is_corridor(picked.region);
    // Programmes are filed by regencies: the corridor's bulletin names them all.
    let is_of_all = corridor && own.name != "targets" && own.name != "scores";
    let is_own = |region: &str| is_of_all || region.is_empty() || region == picked.region;
    // Of all regencies those programmes that need somebody.
    let is_calm =
        |row: &Record<'_>| is_of_all && CALM.contains(&row.text_or_empty("status").as_str());
    let is_shown = |row: &Record<'_>| is_own(&row.text_or_empty("region_code")) && !is_calm(row);
    let made_up = |row: &Record<'_>| MadeUp::of(say, own.name, picked.year(), row);
    let record = |row: Record<'_>| (is_shown(&row), made_up(&row), row.text_or_empty("state"));
    let records: Vec<(bool, MadeUp, String)> = own.rows.records().map(record).collect();
    let region = say.words.region(picked.region);
    let kept = readable.rows.iter().zip(&records).filter(|(_, (is_shown, ..))| *is_shown);
    let rows = kept.map(|(row, (_, made_up, state))| {
        let named = row.iter().zip(own.names()).zip(&own.is_brief);
        let brief = named.filter(|(_, is_brief)| **is_brief).map(|(own, _)| own);
        let cell = |(own, name): (&ReadableCell, &str)| match own {
            ReadableCell::Blank => blank(name, state),
            _ => cell(own, made_up.has(name), &region),
        };
        brief.map(cell).collect::<Vec<Cell>>()
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let columns = readable.columns.iter().zip(&own.is_brief).filter(|(_, is_brief)| **is_brief);
    let columns = columns.enumerate().map(|(place, (column, _))| Column {
        heading: column.heading.clone(),
        is_number: rows.iter().any(|row| matches!(row.get(place), Some(Cell::Number(..)))),
    });
    let mut table = DataTable {
        id: format!("{}-table", own.name),
        caption: match is_of_all && own.name == "programs" {
            true => say.pick(
                format!("Program yang berisiko, terlambat atau berhenti, {}", picked.year()),
                format!("Programmes at risk, late or stopped, {}", picked.year()),
            ),
            false => format!("{}, {}", own.title, picked.year()),
        },
        columns: columns.collect(),
        rows,
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    // A first column of one region's name says nothing.
    let is_blank = |row: &Vec<Cell>| row.first() == Some(&Cell::Blank);
    if !table.rows.is_empty() && table.rows.iter().all(is_blank) {
        table.columns.remove(0);
        table.rows.iter_mut().for_each(|row| drop(row.remove(0)));
    }
    without_constant(table.without_empty())
}

/// A column of texts that says the same in all rows is said once, in the caption.
fn without_constant(mut table: DataTable) -> DataTable {
    for place in (1..table.columns.len()).rev() {
        let mut cells = table.rows.iter().filter_map(|row| row.get(place));
        let first = cells.next().cloned();
        let Some(Cell::Text(said)) = &first else { continue };
        if table.rows.len() < 2 || !cells.all(|own| Some(own) == first.as_ref()) {
            continue;
        }
        let said: String = said.iter().map(|own| own.text.as_str()).collect();
        let column = table.columns.remove(place);
        table.caption.push_str(&format!("; {}: {said}", column.heading));
        table.rows.iter_mut().for_each(|row| drop(row.remove(place)));
    }
    table
}

fn cell(own: &ReadableCell, is_made_up: bool, region: &str) -> Cell {
    match own {
        ReadableCell::Blank => Cell::Blank,
        ReadableCell::Text(text) if text == region => Cell::Blank,
        ReadableCell::Text(text) | ReadableCell::Day(text) => Cell::text(text.as_str()),
        ReadableCell::Year(year) => Cell::text(year.to_string()),
        ReadableCell::Number(number, digits) => {
            let marks = if is_made_up { vec![Mark::Synthetic] } else { Vec::new() };
            Cell::Number(*number, *digits, marks)
        }
    }
}
