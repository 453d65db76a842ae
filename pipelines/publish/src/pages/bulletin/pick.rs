//! Which values a bulletin is about.

use crate::pages::facts::Value;
use crate::pages::say::Say;
use koridor_contract::card::{Card, CardScope};
use std::collections::BTreeMap;

/// Periods of a trend by their grain.
const MOST: [(&str, i32); 3] = [("M", 24), ("Q", 12), ("Y", 15)];

/// A change of a value of the period.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Against a year before; else against the period before.
    pub(super) is_of_year: bool,
    pub(super) change: f64,
    pub(super) unit: String,
}

/// A release as a bulletin reads it.
pub(super) struct Picked<'bulletin> {
    pub(super) say: Say<'bulletin>,
    pub(super) region: &'bulletin str,
    pub(super) grain: &'bulletin str,
    pub(super) first_day: &'bulletin str,
    pub(super) changes: BTreeMap<(String, String), Vec<Change>>,
}

impl Picked<'_> {
    /// The calendar year of the period.
    pub(super) fn year(&self) -> i32 {
        self.first_day.get(..4).and_then(|own| own.parse().ok()).unwrap_or_default()
    }

    /// The month after the last of the period.
    pub(super) fn end(&self) -> i32 {
        end(self.grain, self.first_day)
    }

    /// Whether an indicator has values of a region.
    pub(super) fn is_of(card: &Card, region: &str) -> bool {
        card.scope == CardScope::All || super::parts::is_corridor(region)
    }

    /// The value of the period; of an indicator that has only longer ones the newest that ended by
    /// then, within a year.
    pub(super) fn value(&self, id: &str, region: &str) -> Option<&Value> {
        let values = self.say.facts.series(id, region);
        let own = values.iter().find(|own| self.is_period(own));
        own.or_else(|| {
            let length = months(self.grain);
            let age = |own: &Value| self.end() - end(&own.grain, &own.first_day);
            let fits = |own: &&Value| {
                months(&own.grain) > length && own.value.is_some() && (0..12).contains(&age(own))
            };
            values.iter().filter(fits).min_by_key(|own| (age(own), months(&own.grain)))
        })
    }

    /// Whether a value is of the period itself.
    pub(super) fn is_period(&self, value: &Value) -> bool {
        value.grain == self.grain && value.first_day == self.first_day
    }

    /// The newest number of a finer period within the period: what there is of an unfinished year.
    pub(super) fn newest_within(&self, id: &str, region: &str) -> Option<&Value> {
        let begin = end(self.grain, self.first_day) - months(self.grain);
        let within = |own: &&Value| {
            let own_end = end(&own.grain, &own.first_day);
            own.value.is_some()
                && own_end <= self.end()
                && own_end - months(&own.grain) >= begin
                && months(&own.grain) < months(self.grain)
        };
        let values = self.say.facts.series(id, region).iter().filter(within);
        values.max_by_key(|own| (end(&own.grain, &own.first_day), months(&own.grain)))
    }

    /// The values of a trend up to the period and their grain: years for a year where there are
    /// three numbers, else the finest that has three.
    pub(super) fn trend(&self, id: &str, region: &str) -> Option<(&'static str, Vec<&Value>)> {
        let values = self.say.facts.series(id, region);
        let order = if self.grain == "Y" { ["Y", "M", "Q"] } else { ["M", "Q", "Y"] };
        let of = |grain: &str| {
            let (grain, most) = MOST.iter().find(|(own, _)| *own == grain)?;
            let first = self.end() - most * months(grain);
            // Of a year without earlier ones its own months alone.
            let first = match (self.grain, *grain) {
                ("Y", "M" | "Q") => first.max(self.end() - 12),
                _ => first,
            };
            let is_shown = |own: &&Value| {
                let own_end = end(&own.grain, &own.first_day);
                own.grain == *grain && own_end <= self.end() && own_end > first
            };
            let own: Vec<&Value> = values.iter().filter(is_shown).collect();
            let numbers = own.iter().filter(|own| own.value.is_some()).count();
            (numbers >= 3).then_some((*grain, own))
        };
        order.into_iter().find_map(of)
    }

    /// The change of the period's value: against a year before where it is known.
    pub(super) fn change(&self, id: &str, region: &str, value: &Value) -> Option<&Change> {
        if !self.is_period(value) {
            return None;
        }
        let own = self.changes.get(&(id.to_owned(), region.to_owned()))?;
        own.iter().find(|own| own.is_of_year).or_else(|| own.first())
    }
}

/// Months of a grain.
pub(super) fn months(grain: &str) -> i32 {
    match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    }
}

/// Number of the month after a period, counted from year 0.
pub(super) fn end(grain: &str, first_day: &str) -> i32 {
    let part = |range| first_day.get(range).and_then(|own: &str| own.parse::<i32>().ok());
    part(0..4).unwrap_or_default() * 12 + part(5..7).unwrap_or(1) - 1 + months(grain)
}
