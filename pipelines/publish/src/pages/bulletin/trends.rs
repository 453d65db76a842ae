//! How the headline indicators came about: a small figure each.

use super::parts::{marks_text, section};
use super::pick::Picked;
use crate::pages::content::{Block, Mark, Section};
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

/// Marks that all numbers of a line have: said once.
fn shared_marks(marks: &[Vec<Mark>]) -> Vec<Mark> {
    let is_shared = |own: &Mark| marks.len() > 1 && marks.iter().all(|all| all.contains(own));
    Mark::ALL.into_iter().filter(is_shared).collect()
}

/// The numbers of a figure in a line, a year at a time: `2025: Jan 21,11 · Feb 19,81 [r]`.
fn numbers(picked: &Picked<'_>, card: &Card, values: &[&Value]) -> String {
    let say = &picked.say;
    let told = values.iter().filter(|own| own.value.is_some());
    let shared = shared_marks(&told.map(|own| say.marks(own)).collect::<Vec<_>>());
    let mut said = String::new();
    let mut before = None;
    for own in values {
        let number = match own.value {
            Some(value) => {
                let mut own = say.marks(own);
                own.retain(|mark| !shared.contains(mark));
                format!("{}{}", say.number(value, card.decimals), marks_text(&own))
            }
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
    if !shared.is_empty() {
        let all = say.pick("semua", "all");
        said.push_str(&format!(".{}: {all}", marks_text(&shared)));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::shared_marks;
    use crate::pages::content::Mark::{Break, Provisional, Revised, Synthetic};

    #[test]
    fn a_mark_of_all_numbers_is_said_once_and_one_of_some_beside_each() {
        let marks = [vec![Synthetic], vec![Break, Synthetic], vec![Provisional, Synthetic]];
        assert_eq!(shared_marks(&marks), [Synthetic]);
        assert!(shared_marks(&[vec![Synthetic], vec![Revised], Vec::new()]).is_empty());
        assert!(shared_marks(&[vec![Synthetic]]).is_empty() && shared_marks(&[]).is_empty());
    }
}
