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
    let period = common_period(say.facts, &say.words.project.corridor.regions, &card.id)?;
    let title = card.title_in(say.language());
    let said = say.period(period.0, period.1);
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
            blocks: vec![Block::Figure(Box::new(figure(say, card, period)))],
        }],
    })
}

/// The regions in a period.
pub(super) fn figure(say: &Say<'_>, card: &Card, (grain, first_day): (&str, &str)) -> Figure {
    let regions = &say.words.project.corridor.regions;
    let at = |region: &String| -> Option<&Value> {
        let mut own = say.facts.series(&card.id, region).iter();
        own.find(|own| own.grain == grain && own.first_day == first_day)
    };
    let said = say.period(grain, first_day);
    let caption = format!("{}, {said}", say.title_with_unit(card));
    let names: Vec<String> = regions.iter().map(|own| say.short_region(own)).collect();
    let points: Vec<_> = regions.iter().map(|own| say.point(at(own))).collect();
    let (bounds, classes) = classes(say, card, &points);
    let class = |own: f64| bounds.iter().filter(|bound| own > **bound).count();
    let areas = regions.iter().zip(&names).zip(&points).map(|((code, name), own)| MapArea {
        code: code.clone(),
        name: name.clone(),
        point: own.clone(),
        class: own.value.map(|value| class(steps(card, value))),
    });
    Figure {
        id: "map".to_owned(),
        title: say.highest(card, names.iter().map(String::as_str).zip(&points), &said),
        description: super::indicator::described(say, card, &names, &points),
        unit: say.unit(card),
        decimals: card.decimals,
        drawing: Drawing::Map {
            areas: areas.collect(),
            classes,
            geography: Arc::clone(&say.words.project.geography),
        },
        table: table(say, card, &caption, at),
        caption,
    }
}

fn table<'facts>(
    say: &Say<'_>,
    card: &Card,
    caption: &str,
    at: impl Fn(&String) -> Option<&'facts Value>,
) -> DataTable {
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
    DataTable {
        id: "map-table".to_owned(),
        caption: caption.to_owned(),
        columns: DataTable::columns([
            (say.pick("Wilayah", "Area"), false),
            (say.pick("Kode BPS", "BPS code"), false),
            (&format!("{} ({})", say.pick("Nilai", "Value"), say.unit(card)), true),
            (say.pick("Keadaan", "State"), false),
        ]),
        rows: say.words.project.corridor.regions.iter().map(row).collect(),
        nothing: String::new(),
    }
}

/// Classes of equal width: the bounds between them, and their names from the lowest.
fn classes(say: &Say<'_>, card: &Card, points: &[Point]) -> (Vec<f64>, Vec<String>) {
    let numbers = points.iter().filter_map(|own| own.value).map(|own| steps(card, own));
    let Some((bounds, ends)) = parted(&numbers.collect::<Vec<_>>()) else {
        return (Vec::new(), Vec::new());
    };
    let number = |own: f64| say.number(own / steps(card, 1.0), card.decimals);
    let name = |(from, to): &(f64, f64)| match from == to {
        true => number(*from),
        false => format!("{}–{}", number(*from), number(*to)),
    };
    (bounds, ends.iter().map(name).collect())
}

/// A number in steps of its last digit that is shown.
fn steps(card: &Card, number: f64) -> f64 {
    (number * 10_f64.powi(card.decimals.into())).round()
}

/// Bounds between classes, each the last number of its class, and the ends of the classes.
type Parted = (Vec<f64>, Vec<(f64, f64)>);

/// Classes of whole numbers: no number is in two of them, and each has at least one. None without
/// numbers.
fn parted(numbers: &[f64]) -> Option<Parted> {
    let low = numbers.iter().copied().reduce(f64::min)?;
    let high = numbers.iter().copied().reduce(f64::max)?;
    let width = (high - low) / f64::from(CLASSES);
    let bounds = (1..CLASSES).map(|own| (low + width * f64::from(own)).floor());
    let mut bounds: Vec<f64> = bounds.filter(|own| *own < high).collect();
    bounds.dedup();
    let ends = bounds.iter().copied().chain([high]);
    let begins = std::iter::once(low).chain(bounds.iter().map(|own| own + 1.0));
    let ends = begins.zip(ends).collect();
    Some((bounds, ends))
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn no_number_is_in_two_classes_of_a_map() {
        let (bounds, ends) = parted(&[0.0, 12.0, 30.0]).unwrap();
        assert_eq!(
            (bounds, ends),
            (vec![10.0, 20.0], vec![(0.0, 10.0), (11.0, 20.0), (21.0, 30.0)])
        );
        // Where there are fewer numbers than classes, there are fewer classes.
        let (bounds, ends) = parted(&[1.0, 2.0]).unwrap();
        assert_eq!((bounds, ends), (vec![1.0], vec![(1.0, 1.0), (2.0, 2.0)]));
        assert_eq!(parted(&[7.0, 7.0]), Some((Vec::new(), vec![(7.0, 7.0)])));
        assert_eq!(parted(&[]), None);
    }
}
