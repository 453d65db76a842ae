//! A dimension of the masterplan, and the list of all indicators.

use super::address::{CORRIDOR, Place};
use super::area::{across, dimensions};
use super::content::{Block, Cell, Choice, DataTable, Menu, Piece, Section, plain};
use super::draft::Draft;
use super::say::Say;
use super::scores;
use koridor_contract::card::Card;

/// The page of a dimension.
pub(super) fn page(say: &Say<'_>, dimension: &str) -> Draft {
    let name = say.named("dimension", dimension);
    let cards: Vec<&Card> =
        say.facts.cards.iter().filter(|card| card.dimension == dimension).collect();
    let mut sections = Vec::new();
    sections.extend(scores::section(say, dimension, &name));
    let caption = say.pick(
        format!("{name}: angka terbaru menurut wilayah"),
        format!("{name}: latest figures by area"),
    );
    if let Some(table) = across(say, &cards, ("areas-table", caption)) {
        sections.push(Section {
            id: "areas".to_owned(),
            title: say.pick("Menurut wilayah", "By area").to_owned(),
            blocks: vec![Block::Table(table)],
        });
    }
    sections.push(Section {
        id: "indicators".to_owned(),
        title: say.pick("Isi dimensi ini", "What it holds").to_owned(),
        blocks: vec![Block::Table(meanings(say, &cards, "meanings-table", &name))],
    });
    let choice = |own: String| Choice {
        text: say.named("dimension", &own),
        is_current: own == dimension,
        to: Place::Dimension(own),
    };
    let count = cards.len();
    let english = if count == 1 { "indicator" } else { "indicators" };
    Draft {
        title: name.clone(),
        area: say.words.region(CORRIDOR),
        summary: say.pick(
            format!("Dimensi {name}: {count} indikator, skor dan angka terbaru."),
            format!("{name}: {count} {english}, score and latest figures."),
        ),
        above: vec![(say.pick("Indikator", "Indicators").to_owned(), Place::Indicators)],
        menus: vec![Menu {
            title: say.pick("Dimensi", "Dimension").to_owned(),
            choices: dimensions(say).into_iter().map(choice).collect(),
        }],
        is_synthetic: false,
        lead: vec![plain(say.pick(format!("{count} indikator."), format!("{count} {english}.")))],
        sections,
    }
}

/// Indicators with their definitions.
fn meanings(say: &Say<'_>, cards: &[&Card], id: &str, name: &str) -> DataTable {
    let row = |card: &&Card| {
        vec![
            Cell::Text(vec![say.indicator(card, CORRIDOR)]),
            Cell::text(say.pick(&card.definition, &card.definition_en).as_str()),
            Cell::text(say.unit(card)),
            Cell::text(say.pick(&card.owner, &card.owner_en).as_str()),
        ]
    };
    DataTable {
        id: id.to_owned(),
        caption: format!("{name}: {}", say.pick("indikator dan definisinya", "indicators defined")),
        columns: DataTable::columns([
            (say.pick("Indikator", "Indicator"), false),
            (say.pick("Definisi", "Definition"), false),
            (say.pick("Satuan", "Unit"), false),
            (say.pick("Penanggung jawab", "Contact"), false),
        ]),
        rows: cards.iter().map(row).collect(),
        nothing: String::new(),
    }
}

/// The list of all indicators.
pub(super) fn list(say: &Say<'_>) -> Draft {
    let section = |dimension: String| {
        let own = say.facts.cards.iter().filter(|card| card.dimension == dimension);
        let cards: Vec<&Card> = own.collect();
        let name = say.named("dimension", &dimension);
        let table = meanings(say, &cards, &format!("{dimension}-table"), &name);
        let text = say.pick("Halaman dimensi: ", "Page of the dimension: ").to_owned();
        let to = Piece { text: name.clone(), to: Some(Place::Dimension(dimension.clone())) };
        Section {
            id: dimension,
            title: name,
            blocks: vec![Block::Table(table), Block::Text(vec![Piece { text, to: None }, to])],
        }
    };
    let count = say.facts.cards.len();
    Draft {
        title: say.pick("Semua indikator", "All indicators").to_owned(),
        area: say.words.region(CORRIDOR),
        summary: say.pick(
            format!("{count} indikator menurut dimensi, dengan definisinya."),
            format!("{count} indicators by dimension, with their definitions."),
        ),
        above: Vec::new(),
        menus: Vec::new(),
        lead: vec![plain(say.pick(
            format!("{count} indikator menurut dimensi Smart City."),
            format!("{count} indicators by dimension of the Smart City masterplan."),
        ))],
        sections: dimensions(say).into_iter().map(section).collect(),
        is_synthetic: false,
    }
}
