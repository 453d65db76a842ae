//! The corridor or a region: big numbers, then all its indicators.

use super::address::{CORRIDOR, Place};
use super::content::{Block, Cell, Choice, DataTable, Line, Menu, Piece, Section, plain};
use super::draft::Draft;
use super::facts::is_corridor;
use super::key_number::key_number;
use super::say::{Say, newest};
use koridor_contract::card::{Card, CardScope};

/// The page. `headlines` are the indicators that are shown big.
pub(super) fn page(say: &Say<'_>, region: &str, headlines: &[&Card]) -> Draft {
    let area = say.words.region(region);
    let is_shown = |card: &&&Card| card.scope == CardScope::All || is_corridor(region);
    let numbers = headlines.iter().filter(is_shown).map(|card| key_number(say, card, region));
    let numbers: Vec<_> = numbers.collect();
    let mut sections = vec![Section {
        id: "numbers".to_owned(),
        title: say.pick("Angka utama", "Key figures").to_owned(),
        blocks: vec![Block::Numbers(numbers)],
    }];
    if is_corridor(region) {
        sections.extend(side_by_side(say, headlines));
    }
    let dimensions = dimensions(say);
    let by_dimension = dimensions.iter().filter_map(|own| all_of(say, own, region));
    sections.extend(by_dimension);
    Draft {
        title: area.clone(),
        summary: say.pick(
            format!("Indikator pariwisata {area}: angka terbaru, tren, target dan keadaan data."),
            format!("Tourism indicators of {area}: latest figures, trends, targets, data state."),
        ),
        area,
        above: Vec::new(),
        menus: vec![menu(say, region)],
        lead: vec![lead(say, region)],
        sections,
        is_synthetic: false,
    }
}

/// The regions to choose from.
fn menu(say: &Say<'_>, region: &str) -> Menu {
    let regions = say.words.project.corridor.regions.iter().map(String::as_str);
    let choice = |own: &str| Choice {
        text: say.short_region(own),
        to: Place::Area(own.to_owned()),
        is_current: own == region,
    };
    let choices = std::iter::once(CORRIDOR).chain(regions).map(choice).collect();
    Menu { title: say.pick("Wilayah", "Area").to_owned(), choices }
}

/// How much of the area's newest numbers there is.
fn lead(say: &Say<'_>, region: &str) -> Line {
    let own = || say.facts.values.iter().filter(|((_, own), _)| own == region);
    let newest = own().filter_map(|(_, all)| newest(all.get("")?));
    let (with, all) = newest
        .fold((0, 0), |(with, all), value| (with + usize::from(value.value.is_some()), all + 1));
    plain(say.pick(
        format!("{with} dari {all} indikator memiliki angka; yang lain menyebut sebabnya."),
        format!("{with} of {all} indicators have a figure; the others say why they have none."),
    ))
}

/// The dimensions that indicators have, in the order of their list.
pub(super) fn dimensions(say: &Say<'_>) -> Vec<String> {
    let list = say.words.project.codes.get("dimension");
    let listed = list.iter().flat_map(|own| own.codes()).map(|own| own.code.clone());
    let mut dimensions: Vec<String> = listed.collect();
    for card in &say.facts.cards {
        if !dimensions.contains(&card.dimension) {
            dimensions.push(card.dimension.clone());
        }
    }
    dimensions.retain(|own| say.facts.cards.iter().any(|card| card.dimension == *own));
    dimensions
}

/// The key figures of all regions in one table.
fn side_by_side(say: &Say<'_>, headlines: &[&Card]) -> Option<Section> {
    let table = across(say, headlines, ("areas-table", String::new()))?;
    Some(Section {
        id: "areas".to_owned(),
        title: say.pick("Wilayah berdampingan", "Areas side by side").to_owned(),
        blocks: vec![Block::Table(table)],
    })
}

/// Indicators in rows, regions and the corridor in columns, each of the newest period of the
/// corridor or else of any region.
pub(super) fn across(
    say: &Say<'_>,
    cards: &[&Card],
    (id, caption): (&str, String),
) -> Option<DataTable> {
    let regions = say.words.project.corridor.regions.iter().map(String::as_str);
    let places: Vec<&str> = regions.chain([CORRIDOR]).collect();
    let mut columns = DataTable::columns([
        (say.pick("Indikator", "Indicator"), false),
        (say.pick("Satuan", "Unit"), false),
        (say.pick("Periode", "Period"), false),
    ]);
    columns.extend(places.iter().map(|region| super::content::Column {
        heading: say.short_region(region),
        is_number: true,
    }));
    let row = |card: &&Card| -> Option<Vec<Cell>> {
        let values = |region: &str| say.facts.series(&card.id, region);
        let newest_of = |region: &&str| newest(values(region)).filter(|own| own.value.is_some());
        let corridor = newest_of(&CORRIDOR);
        let own = corridor.or_else(|| places.iter().filter_map(newest_of).next())?;
        let mut row = vec![
            Cell::Text(vec![say.indicator(card, CORRIDOR)]),
            Cell::text(say.unit(card)),
            Cell::text(say.period(&own.grain, &own.first_day)),
        ];
        row.extend(places.iter().map(|region| {
            let mut all = values(region).iter();
            let same = all.find(|one| one.grain == own.grain && one.first_day == own.first_day);
            say.cell(card, same)
        }));
        Some(row)
    };
    let rows: Vec<Vec<Cell>> = cards.iter().filter_map(row).collect();
    let otherwise = say.pick("Angka terbaru menurut wilayah", "Latest figures by area").to_owned();
    let caption = if caption.is_empty() { otherwise } else { caption };
    let table = DataTable { id: id.to_owned(), caption, columns, rows, nothing: String::new() };
    (!table.rows.is_empty()).then_some(table)
}

/// All indicators of a dimension in an area.
fn all_of(say: &Say<'_>, dimension: &str, region: &str) -> Option<Section> {
    let name = say.named("dimension", dimension);
    let cards = say.facts.cards.iter().filter(|card| card.dimension == dimension);
    let rows: Vec<Vec<Cell>> = cards.filter_map(|card| row(say, card, region)).collect();
    if rows.is_empty() {
        return None;
    }
    let columns = DataTable::columns([
        (say.pick("Indikator", "Indicator"), false),
        (say.pick("Satuan", "Unit"), false),
        (say.pick("Periode", "Period"), false),
        (say.pick("Nilai", "Value"), true),
        (say.pick("Perubahan setahun", "Change in a year"), false),
        (say.pick("Target", "Target"), false),
        (say.pick("Capaian", "Target met"), false),
        (say.pick("Keadaan", "State"), false),
    ]);
    let table = DataTable {
        id: format!("{dimension}-table"),
        caption: format!(
            "{name}, {}: {}",
            say.short_region(region),
            say.pick("angka terbaru", "latest figures")
        ),
        columns,
        rows,
        nothing: String::new(),
    };
    let to = Piece { text: name.clone(), to: Some(Place::Dimension(dimension.to_owned())) };
    let text = say.pick("Semua wilayah: ", "All areas: ").to_owned();
    Some(Section {
        id: dimension.to_owned(),
        title: name,
        blocks: vec![
            Block::Table(table.without_empty()),
            Block::Text(vec![Piece { text, to: None }, to]),
        ],
    })
}

/// An indicator of an area as a row; none where the release has none of its periods.
fn row(say: &Say<'_>, card: &Card, region: &str) -> Option<Vec<Cell>> {
    let own = newest(say.facts.series(&card.id, region))?;
    let target = say.target_of(&card.id, region, own.year()).filter(|_| own.grain == "Y");
    Some(vec![
        Cell::Text(vec![say.indicator(card, region)]),
        Cell::text(say.unit(card)),
        Cell::text(say.period(&own.grain, &own.first_day)),
        say.cell(card, Some(own)),
        say.change(card, own).map_or(Cell::Blank, Cell::text),
        target.map_or(Cell::Blank, |own| Cell::text(say.target(card, own))),
        target.map_or(Cell::Blank, |own| Cell::text(say.met(card, own))),
        Cell::text(say.words.state(&own.state)),
    ])
}
