//! The regions on a map, by an indicator.

use super::address::{CORRIDOR, Place};
use super::content::{
    Block, Cell, Choice, DataTable, Drawing, Figure, MapArea, Menu, Piece, Point, Section, plain,
};
use super::draft::Draft;
use super::facts::Value;
use super::say::{Say, common_period};
use koridor_contract::card::Card;
use std::sync::Arc;

/// Classes of a map.
const CLASSES: u8 = 3;

/// The page; none where no region has a number of the indicator.
pub(super) fn page(say: &Say<'_>, card: &Card, headlines: &[&Card]) -> Option<Draft> {
    let regions = &say.words.project.corridor.regions;
    let of = |region: &String| say.facts.series(&card.id, region);
    let (grain, first_day) = common_period(say.facts, regions, &card.id)?;
    let at = |region: &String| -> Option<&Value> {
        of(region).iter().find(|own| own.grain == grain && own.first_day == first_day)
    };
    let title = card.title_in(say.language());
    let said = say.period(grain, first_day);
    let caption = format!("{title} ({}), {said}", say.unit(card));
    let row = |region: &String| {
        vec![
            Cell::Text(vec![Piece {
                text: say.words.region(region),
                to: Some(Place::Indicator { id: card.id.clone(), region: region.clone() }),
            }]),
            Cell::text(region.as_str()),
            say.cell(card, at(region)),
            at(region).map_or(Cell::Blank, |own| Cell::text(say.words.state(&own.state))),
        ]
    };
    let table = DataTable {
        id: "map-table".to_owned(),
        caption: caption.clone(),
        columns: DataTable::columns([
            (say.pick("Wilayah", "Area"), false),
            (say.pick("Kode BPS", "BPS code"), false),
            (&format!("{} ({})", say.pick("Nilai", "Value"), say.unit(card)), true),
            (say.pick("Keadaan", "State"), false),
        ]),
        rows: regions.iter().map(row).collect(),
        nothing: String::new(),
    };
    let names: Vec<String> = regions.iter().map(|own| say.short_region(own)).collect();
    let points: Vec<_> = regions.iter().map(|own| say.point(at(own))).collect();
    let (bounds, classes) = classes(say, card, &points);
    let areas = regions.iter().zip(&names).zip(&points).map(|((code, name), own)| MapArea {
        code: code.clone(),
        name: name.clone(),
        point: own.clone(),
        class: own.value.map(|value| bounds.iter().filter(|bound| value > **bound).count()),
    });
    let figure = Figure {
        id: "map".to_owned(),
        title: title_of(say, card, &names, &points, &said),
        caption,
        description: super::indicator::described(say, card, &names, &points),
        unit: say.unit(card),
        decimals: card.decimals,
        drawing: Drawing::Map {
            areas: areas.collect(),
            classes,
            geography: Arc::clone(&say.words.project.geography),
        },
        table,
    };
    let choice = |own: &&Card| Choice {
        text: own.title_in(say.language()).to_owned(),
        to: Place::Map(own.id.clone()),
        is_current: own.id == card.id,
    };
    Some(Draft {
        title: format!("{}: {title}", say.pick("Peta", "Map")),
        area: say.words.region(CORRIDOR),
        summary: say.pick(
            format!("{title} menurut wilayah pada peta, {said}."),
            format!("{title} by area on a map, {said}."),
        ),
        above: Vec::new(),
        menus: vec![Menu {
            title: say.pick("Indikator", "Indicator").to_owned(),
            choices: headlines.iter().map(choice).collect(),
        }],
        is_synthetic: false,
        lead: vec![plain(say.pick(&card.definition, &card.definition_en).as_str())],
        sections: vec![Section {
            id: "regions".to_owned(),
            title: say.pick("Menurut wilayah", "By area").to_owned(),
            blocks: vec![Block::Figure(Box::new(figure))],
        }],
    })
}

/// Classes of equal width: the bounds between them, and their names from the lowest.
fn classes(say: &Say<'_>, card: &Card, points: &[Point]) -> (Vec<f64>, Vec<String>) {
    let numbers = || points.iter().filter_map(|own| own.value);
    let (low, high) = (numbers().fold(f64::MAX, f64::min), numbers().fold(f64::MIN, f64::max));
    let number = |own: f64| say.number(own, card.decimals);
    if number(low) == number(high) {
        return (Vec::new(), vec![number(low)]);
    }
    let width = (high - low) / f64::from(CLASSES);
    let bounds: Vec<f64> = (1..CLASSES).map(|own| low + width * f64::from(own)).collect();
    let ends = bounds.iter().copied().chain([high]);
    let begins = std::iter::once(low).chain(bounds.iter().copied());
    let names = begins.zip(ends).map(|(from, to)| format!("{}–{}", number(from), number(to)));
    (bounds.clone(), names.collect())
}

/// Which region has the highest number.
fn title_of(
    say: &Say<'_>,
    card: &Card,
    names: &[String],
    points: &[Point],
    period: &str,
) -> String {
    let title = card.title_in(say.language());
    let own = names.iter().zip(points).filter_map(|(name, own)| Some((own.value?, name)));
    let highest = own.max_by(|one, other| one.0.total_cmp(&other.0));
    let said = highest.map(|(_, name)| {
        say.pick(
            format!("{title} tertinggi di {name}, {period}"),
            format!("{title} highest in {name}, {period}"),
        )
    });
    let fits = |own: &String| own.split_whitespace().count() <= super::say::MOST_WORDS;
    said.filter(fits).unwrap_or_else(|| title.to_owned())
}
