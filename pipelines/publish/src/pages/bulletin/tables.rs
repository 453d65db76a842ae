//! All indicators of the period, a table a dimension.

use super::headlines::change_in_short;
use super::parts::{is_corridor, section};
use super::pick::Picked;
use crate::pages::address::CORRIDOR;
use crate::pages::area::dimensions;
use crate::pages::content::{Block, Cell, Column, DataTable, Section};
use crate::pages::facts::Value;
use koridor_contract::card::Card;

/// The section.
pub(super) fn section_of(picked: &Picked<'_>) -> Section {
    let tables = dimensions(&picked.say).into_iter().filter_map(|own| table(picked, &own));
    let blocks = tables.map(Block::Table).collect();
    section("indicators", picked.say.pick("Semua indikator", "All indicators"), blocks)
}

fn table(picked: &Picked<'_>, dimension: &str) -> Option<DataTable> {
    let say = &picked.say;
    let cards = say.facts.cards.iter().filter(|card| card.dimension == dimension);
    let cards = cards.filter(|card| Picked::is_of(card, picked.region));
    let rows: Vec<Vec<Cell>> = cards.filter_map(|card| row(picked, card)).collect();
    let mut columns = DataTable::columns([
        (say.pick("Indikator", "Indicator"), false),
        (say.pick("Satuan", "Unit"), false),
        (say.pick("Periode", "Period"), false),
    ]);
    let number = |heading: &str| Column { heading: heading.to_owned(), is_number: true };
    let text = |heading: &str| Column { heading: heading.to_owned(), is_number: false };
    columns.push(number(&say.short_region(picked.region)));
    if !is_corridor(picked.region) {
        columns.push(number(&say.short_region(CORRIDOR)));
    }
    columns.push(text(say.pick("Perubahan", "Change")));
    columns.push(text(say.pick("Keadaan", "State")));
    columns.push(text(say.pick("Sumber", "Sources")));
    let period = say.period(picked.grain, picked.first_day);
    let name = say.named("dimension", dimension);
    let table = DataTable {
        id: format!("{dimension}-table"),
        caption: format!("{name}, {period}"),
        columns,
        rows,
        nothing: String::new(),
    };
    (!table.rows.is_empty()).then(|| table.without_empty())
}

/// An indicator; none where the release has no row of it in the period.
fn row(picked: &Picked<'_>, card: &Card) -> Option<Vec<Cell>> {
    let say = &picked.say;
    let value = picked.value(&card.id, picked.region)?;
    let change = picked.change(&card.id, picked.region, value);
    let mut row = vec![
        Cell::text(card.title_in(say.language())),
        Cell::text(say.unit(card)),
        Cell::text(match picked.is_period(value) {
            true => String::new(),
            false => say.period(&value.grain, &value.first_day),
        }),
        say.cell(card, Some(value)),
    ];
    if !is_corridor(picked.region) {
        let same = of_corridor(picked, card, value);
        row.push(say.cell(card, same));
    }
    row.push(change.map_or(Cell::Blank, |own| Cell::text(change_in_short(picked, card, own))));
    let doubts = say.doubts((&card.id, picked.region), value);
    let said = [Some(state(picked, value)), doubts, corridor_lacks(picked, card, value)];
    let said = said
        .into_iter()
        .flatten()
        .chain(say.begun(value))
        .filter(|own| !own.is_empty())
        .collect::<Vec<_>>();
    row.push(Cell::text(said.join("; ")));
    row.push(Cell::text(source_codes(picked, &value.sources)));
    Some(row)
}

/// The corridor's value of the same period.
fn of_corridor<'picked>(
    picked: &'picked Picked<'_>,
    card: &Card,
    value: &Value,
) -> Option<&'picked Value> {
    let mut same = picked.say.facts.series(&card.id, CORRIDOR).iter();
    same.find(|own| own.grain == value.grain && own.first_day == value.first_day)
}

/// The state of a value, with the regencies that it lacks; nothing of one that is whole.
fn state(picked: &Picked<'_>, value: &Value) -> String {
    let words = picked.say.words;
    match (value.state.as_str(), words.text(&value.coverage)) {
        ("ok", _) => String::new(),
        // The regencies that are missing stand in brackets behind the counts.
        ("partial_coverage" | "insufficient_coverage", coverage) => {
            let missing = coverage.split_once(" (").map(|(_, own)| format!(" ({own}"));
            format!("{}{}", words.state(&value.state), missing.unwrap_or_default())
        }
        (state, _) => words.state(state).to_owned(),
    }
}

/// Of a regency's row: what the corridor's number beside it lacks.
fn corridor_lacks(picked: &Picked<'_>, card: &Card, value: &Value) -> Option<String> {
    let own = of_corridor(picked, card, value).filter(|own| own.state == "partial_coverage")?;
    let name = picked.say.pick("kawasan", "corridor");
    (!is_corridor(picked.region)).then(|| format!("{name}: {}", state(picked, own)))
}

/// Sources such as `1101 A + B, 1102 A` by their codes alone, each once.
fn source_codes(picked: &Picked<'_>, sources: &str) -> String {
    let regions = &picked.say.words.project.corridor.regions;
    let mut codes: Vec<&str> = Vec::new();
    for part in sources.split(", ").flat_map(|own| own.split(' ')) {
        let is_code = part != "+" && !part.is_empty() && !regions.iter().any(|own| own == part);
        if is_code && !codes.contains(&part) {
            codes.push(part);
        }
    }
    codes.join(", ")
}
