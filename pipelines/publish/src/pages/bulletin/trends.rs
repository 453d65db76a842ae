//! How the headline indicators came about: a small figure each.

use super::parts::section;
use super::pick::Picked;
use crate::pages::content::{Block, Section};
use crate::pages::facts::Value;
use crate::pages::indicator::{line_figure, value_table};
use crate::pages::periods::without_silence;
use koridor_contract::card::Card;

/// Figures of a bulletin: a page of them.
const MOST_FIGURES: usize = 6;

/// Figures of the headline indicators that have three numbers.
fn figures(picked: &Picked<'_>, cards: &[&Card]) -> Vec<Block> {
    let shown = cards.iter().filter(|card| Picked::is_of(card, picked.region));
    let figure = |card: &&Card| {
        let (grain, values) = picked.trend(&card.id, picked.region)?;
        let values = without_silence(&values, grain);
        let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
        let say = &picked.say;
        let caption = format!(
            "{}, {}, {}",
            say.title_with_unit(card),
            say.grain(grain),
            say.short_region(picked.region),
        );
        let table = value_table(say, card, picked.region, (grain, &values), &caption);
        let mut figure = line_figure(say, card, picked.region, (grain, &values), table);
        figure.description = numbers(picked, card, &values);
        figure.id = format!("trend-{}", card.id.replace('_', "-"));
        Some(Block::Figure(Box::new(figure)))
    };
    shown.filter_map(figure).take(MOST_FIGURES).collect()
}

/// The section; none where there is nothing to draw.
pub(super) fn section_of(picked: &Picked<'_>, cards: &[&Card]) -> Option<Section> {
    let blocks = figures(picked, cards);
    let title = picked.say.pick("Perkembangan", "Trends");
    (!blocks.is_empty()).then(|| section("trends", title, blocks))
}

/// The numbers of a figure in a line, a year at a time: `2025: Jan 21,11 · Feb 19,81`.
fn numbers(picked: &Picked<'_>, card: &Card, values: &[&Value]) -> String {
    let say = &picked.say;
    let mut said = String::new();
    let mut before = None;
    for own in values {
        let number = match own.value {
            Some(value) => say.number(value, card.decimals),
            None => say.marks(own).first().map_or_else(String::new, |mark| mark.text().to_owned()),
        };
        let month: usize = own.first_day.get(5..7).and_then(|own| own.parse().ok()).unwrap_or(1);
        let is_new = before.replace(own.year()).is_some_and(|year| year != own.year());
        let begin = if said.is_empty() || is_new && own.grain != "Y" {
            let end = if said.is_empty() { "" } else { ". " };
            if own.grain == "Y" { String::new() } else { format!("{end}{}: ", own.year()) }
        } else {
            " · ".to_owned()
        };
        let name = match own.grain.as_str() {
            "Y" => own.year().to_string(),
            "Q" => format!("{}{}", say.pick("T", "Q"), month.div_ceil(3)),
            _ => say.month(month).chars().take(3).collect(),
        };
        said.push_str(&format!("{begin}{name} {number}"));
    }
    said
}
