//! The regions of the corridor side by side: a map of the first headline indicator that most of
//! them have, and a table of all.

use super::parts::{is_corridor, section};
use super::pick::Picked;
use crate::pages::address::CORRIDOR;
use crate::pages::content::{Block, Cell, Column, DataTable, Figure, Section};
use crate::pages::map::figure;
use koridor_contract::card::{Card, CardScope};

/// Its id: a bulletin that has it names the source of the outlines.
pub(super) const ID: &str = "areas";

/// The section of the corridor's bulletin; none of a region's.
pub(super) fn section_of(picked: &Picked<'_>, cards: &[&Card]) -> Option<Section> {
    let regions = &picked.say.words.project.corridor.regions;
    if !is_corridor(picked.region) || regions.len() < 2 {
        return None;
    }
    let cards: Vec<&Card> =
        cards.iter().copied().filter(|own| own.scope == CardScope::All).collect();
    let mut blocks: Vec<Block> =
        map(picked, &cards).map(|own| Block::Figure(Box::new(own))).into_iter().collect();
    blocks.push(Block::Table(table(picked, &cards)));
    let title = picked.say.pick("Wilayah berdampingan", "Areas side by side");
    Some(section(ID, title, blocks))
}

fn map(picked: &Picked<'_>, cards: &[&Card]) -> Option<Figure> {
    let say = &picked.say;
    let regions = &say.words.project.corridor.regions;
    let numbers = |card: &Card| {
        let own = regions.iter().filter_map(|region| picked.value(&card.id, region));
        own.filter(|own| own.value.is_some() && picked.is_period(own)).count()
    };
    let most = cards.iter().map(|card| numbers(card)).max().filter(|most| *most > 1)?;
    let has_map = say.words.project.has_map();
    let card = cards.iter().find(|card| has_map && numbers(card) == most)?;
    Some(figure(say, card, (picked.grain, picked.first_day)))
}

/// Indicators in rows, regions and the corridor in columns.
fn table(picked: &Picked<'_>, cards: &[&Card]) -> DataTable {
    let say = &picked.say;
    let regions = say.words.project.corridor.regions.iter().map(String::as_str);
    let places: Vec<&str> = regions.chain([CORRIDOR]).collect();
    let mut columns = DataTable::columns([
        (say.pick("Indikator", "Indicator"), false),
        (say.pick("Satuan", "Unit"), false),
        (say.pick("Periode", "Period"), false),
    ]);
    columns.extend(
        places.iter().map(|own| Column { heading: say.short_region(own), is_number: true }),
    );
    let row = |card: &&Card| {
        let values: Vec<_> = places.iter().map(|own| picked.value(&card.id, own)).collect();
        // One row is of one period: that of the bulletin, else the newest that any of them has.
        let told = values.iter().flatten().filter(|own| own.value.is_some());
        let of =
            told.min_by_key(|own| (!picked.is_period(own), std::cmp::Reverse(&own.first_day)))?;
        let mut row = vec![
            Cell::text(card.title_in(say.language())),
            Cell::text(say.unit(card)),
            Cell::text(match picked.is_period(of) {
                true => String::new(),
                false => say.period(&of.grain, &of.first_day),
            }),
        ];
        row.extend(places.iter().map(|own| {
            let same = say.facts.series(&card.id, own).iter();
            let mut same =
                same.filter(|own| own.grain == of.grain && own.first_day == of.first_day);
            say.cell(card, same.next())
        }));
        Some(row)
    };
    let period = say.period(picked.grain, picked.first_day);
    let named = say.pick("Angka utama menurut wilayah", "Key figures by area");
    let table = DataTable {
        id: "areas-table".to_owned(),
        caption: format!("{named}, {period}{}", say.no_sums(cards)),
        columns,
        rows: cards.iter().filter_map(row).collect(),
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    table.without_empty()
}
