//! An indicator as one big number: its newest value, change, target, state and trend.

use super::content::{KeyNumber, Point};
use super::facts::{Value, does_not_apply};
use super::periods::without_silence;
use super::say::{Say, newest, of_grain, with_number};
use super::units::parted;
use koridor_contract::card::Card;
use std::borrow::Cow;

/// Values of a trend.
const MOST_POINTS: usize = 24;

/// The newest number of an indicator in a region.
pub(super) fn key_number(say: &Say<'_>, card: &Card, region: &str) -> KeyNumber {
    let values = say.facts.series(&card.id, region);
    let title = say.indicator(card, region);
    let unit = say.unit(card);
    let Some(own) = newest(values) else {
        return KeyNumber {
            title,
            value: String::new(),
            unit,
            period: String::new(),
            marks: vec![super::content::Mark::NotAvailable],
            says: vec![match does_not_apply(card, region) {
                true => say.words.state("not_applicable").to_owned(),
                false => say.pick("tidak ada data", "no data").to_owned(),
            }],
            trend: Vec::new(),
            trend_says: String::new(),
            span: String::new(),
            decimals: card.decimals,
        };
    };
    let marks = say.marks(own);
    let written = own.value.map(|value| say.number(value, card.decimals));
    let mut says = Vec::new();
    if let Some(change) = say.change(card, own) {
        let before = say.pick("dari setahun sebelumnya", "on the year before");
        says.push(format!("{change} {before}"));
    }
    if let Some(target) = say.target_of(&card.id, region, own.year()).filter(|_| own.grain == "Y") {
        let name = say.pick("target", "target");
        says.push(format!("{name} {}: {}", say.target(card, target), say.met(card, target)));
    }
    says.push(format!("{}: {}", say.pick("keadaan", "state"), say.state(own)));
    says.extend(say.doubts((&card.id, region), own));
    let (trend, span) = trend(say, card, region);
    let (value, unit) = parted(&written.unwrap_or_default(), &unit);
    KeyNumber {
        title,
        value,
        unit,
        period: say.period(&own.grain, &own.first_day),
        marks,
        says,
        trend_says: trend_says(say, card, &trend),
        trend,
        span,
        decimals: card.decimals,
    }
}

/// The finest grain of which there are six numbers, else the one with the most.
fn trend(say: &Say<'_>, card: &Card, region: &str) -> (Vec<Point>, String) {
    let values = say.facts.series(&card.id, region);
    let grains = ["M", "Q", "Y"].map(|grain| of_grain(values, grain));
    let counts = grains.iter().map(|own| with_number(own));
    let best = counts.clone().position(|count| count >= 6);
    let best = best.or_else(|| {
        let most = counts.enumerate().max_by_key(|(_, count)| *count)?;
        (most.1 >= 3).then_some(most.0)
    });
    let Some(own) = best.and_then(|place| grains.get(place)) else {
        return (Vec::new(), String::new());
    };
    let own = without_silence(own, own.first().map_or("M", |own| own.grain.as_str()));
    let own = own.get(own.len().saturating_sub(MOST_POINTS)..).unwrap_or_default();
    let name = |own: Option<&Cow<'_, Value>>| own.map(|own| say.period(&own.grain, &own.first_day));
    let (first, last) = (name(own.first()), name(own.last()));
    let span = format!("{} – {}", first.unwrap_or_default(), last.unwrap_or_default());
    (own.iter().map(|value| say.point(Some(value))).collect(), span)
}

fn trend_says(say: &Say<'_>, card: &Card, trend: &[Point]) -> String {
    let numbers = || trend.iter().filter_map(|own| own.value);
    let (Some(first), Some(last)) = (numbers().next(), numbers().next_back()) else {
        return String::new();
    };
    let number = |own: f64| say.number(own, card.decimals);
    let (low, high) = (numbers().fold(f64::MAX, f64::min), numbers().fold(f64::MIN, f64::max));
    say.pick(
        format!(
            "{} nilai, dari {} ke {}; terendah {}, tertinggi {}",
            numbers().count(),
            number(first),
            number(last),
            number(low),
            number(high)
        ),
        format!(
            "{} values, from {} to {}; lowest {}, highest {}",
            numbers().count(),
            number(first),
            number(last),
            number(low),
            number(high)
        ),
    )
}
