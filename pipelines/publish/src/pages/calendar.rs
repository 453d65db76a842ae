//! What was delivered: sources in rows, the months of a year in columns.

use super::address::{CORRIDOR, Place};
use super::content::{Block, Cell, Choice, Column, DataTable, Mark, Menu, Section, plain};
use super::draft::Draft;
use super::facts::Delivery;
use super::say::Say;
use crate::delivery_states::{DELIVERY_STATES, DeliveryState, delivery_state};
use std::collections::BTreeMap;

/// The page of a year.
pub(super) fn page(say: &Say<'_>, year: i32) -> Draft {
    let own = |own: &&Delivery| own.first_day.starts_with(&format!("{year:04}-"));
    let all: Vec<&Delivery> = say.facts.deliveries.iter().filter(own).collect();
    let on_time = all.iter().filter(|own| own.state == "on_time").count();
    let missing = all.iter().filter(|own| own.state == "missing").count();
    let count = all.len();
    let choice = |own: i32| Choice {
        text: own.to_string(),
        to: Place::Calendar(own),
        is_current: own == year,
    };
    let mut sections = vec![legend(say)];
    let cadences = [("M", "monthly"), ("Q", "quarterly"), ("Y", "yearly")];
    for (cadence, id) in cadences {
        let own: Vec<&Delivery> =
            all.iter().filter(|own| own.cadence == cadence).copied().collect();
        if !own.is_empty() {
            sections.push(by_cadence(say, (year, cadence, id), &own));
        }
    }
    let title = say.pick("Kelengkapan kiriman", "Completeness of deliveries");
    Draft {
        title: format!("{title} {year}"),
        area: say.words.region(CORRIDOR),
        summary: say.pick(
            format!("Kiriman data menurut sumber dan periode, {year}."),
            format!("Deliveries of data by source and period, {year}."),
        ),
        above: Vec::new(),
        menus: vec![Menu {
            title: say.pick("Tahun", "Year").to_owned(),
            choices: say.facts.delivery_years().into_iter().rev().map(choice).collect(),
        }],
        is_synthetic: all.iter().any(|own| own.is_synthetic),
        lead: vec![plain(say.pick(
            format!("{count} kiriman dijanjikan: {on_time} tepat waktu, {missing} belum datang."),
            format!("Deliveries agreed: {count}; on time {on_time}, missing {missing}."),
        ))],
        sections,
    }
}

fn legend(say: &Say<'_>) -> Section {
    let line = |own: &DeliveryState| {
        let [id, en] = own.short;
        let [id_means, en_means] = own.meaning;
        plain(format!("{}: {}", say.pick(id, en), say.pick(id_means, en_means)))
    };
    Section {
        id: "words".to_owned(),
        title: say.pick("Arti kata", "What the words mean").to_owned(),
        blocks: vec![Block::List(DELIVERY_STATES.iter().map(line).collect())],
    }
}

/// Periods of a cadence in a year: the first months and their names.
fn periods(say: &Say<'_>, cadence: &str, year: i32) -> Vec<(String, String)> {
    let step = match cadence {
        "M" => 1,
        "Q" => 3,
        _ => 12,
    };
    let name = |month: usize| match cadence {
        "M" => say.month(month).chars().take(3).collect(),
        "Q" => {
            say.pick(format!("Triwulan {}", month.div_ceil(3)), format!("Q{}", month.div_ceil(3)))
        }
        _ => year.to_string(),
    };
    (1..=12).step_by(step).map(|month| (format!("{year:04}-{month:02}-01"), name(month))).collect()
}

/// One row a source, dataset and region.
fn by_cadence(say: &Say<'_>, (year, cadence, id): (i32, &str, &str), own: &[&Delivery]) -> Section {
    let periods = periods(say, cadence, year);
    let mut columns = DataTable::columns([
        (say.pick("Sumber", "Source"), false),
        (say.pick("Data", "Data"), false),
        (say.pick("Wilayah", "Area"), false),
    ]);
    columns
        .extend(periods.iter().map(|(_, name)| Column { heading: name.clone(), is_number: false }));
    let mut rows: BTreeMap<(&str, &str, &str), BTreeMap<&str, &Delivery>> = BTreeMap::new();
    for delivery in own {
        let key = (delivery.source.0.as_str(), delivery.dataset.as_str(), delivery.region.as_str());
        rows.entry(key).or_default().insert(&delivery.first_day, delivery);
    }
    let row = |((source, dataset, region), by_period): (_, BTreeMap<&str, &Delivery>)| {
        let (source, region): (&str, &str) = (source, region);
        let mut row = vec![
            Cell::text(match by_period.values().any(|own| own.is_synthetic) {
                true => format!("{source} {}", Mark::Synthetic.text()),
                false => String::from(source),
            }),
            Cell::text(say.words.dataset(dataset)),
            Cell::text(say.words.text(region)),
        ];
        row.extend(periods.iter().map(|(first_day, _)| {
            let state = by_period.get(first_day.as_str()).map(|own| own.state.as_str());
            let Some(state) = state else { return Cell::Blank };
            match delivery_state(state) {
                Some(DeliveryState { short: [id, en], look, .. }) => {
                    Cell::Word(say.pick(*id, *en).to_owned(), look)
                }
                None => Cell::text(state),
            }
        }));
        row
    };
    let grain = say.grain(cadence);
    Section {
        id: id.to_owned(),
        title: say.pick(format!("Kiriman {grain}"), {
            let mut letters = grain.chars();
            let first: String = letters.next().iter().flat_map(|own| own.to_uppercase()).collect();
            format!("{first}{} deliveries", letters.as_str())
        }),
        blocks: vec![Block::Table(DataTable {
            id: format!("{id}-table"),
            caption: say.pick(
                format!("Kiriman {grain} menurut sumber, data dan wilayah, {year}"),
                format!("Deliveries, {grain}, by source, data and area, {year}"),
            ),
            columns,
            rows: rows.into_iter().map(row).collect(),
            nothing: String::new(),
        })],
    }
}
