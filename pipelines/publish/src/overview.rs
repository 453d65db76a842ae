//! The indicators side by side: one line each, grouped by dimension, a value for each regency and
//! the corridor. What `koridor demo` shows.

use crate::error::PublishError;
use crate::table::{Record, Table};
use crate::words::{period_name, short_region};
use koridor_contract::Project;
use koridor_contract::card::{self, Card, Indicator};
use koridor_contract::message::{Language, Message};
use koridor_lake::Engine;
use std::collections::BTreeMap;

/// The indicators side by side.
pub struct Overview {
    /// Regencies in the order of the corridor, then the corridor: one value of a line for each.
    pub scopes: Vec<Scope>,
    /// The period that most lines are of, such as `2025`.
    pub period: String,
    /// The lines by dimension.
    pub dimensions: Vec<Dimension>,
}

/// A regency or the corridor.
pub struct Scope {
    /// BPS code, or `CORR`.
    pub code: String,
    /// Shortest accepted name; none of the corridor.
    pub name: Option<String>,
}

/// The indicators of one dimension of the masterplan.
pub struct Dimension {
    /// Name, such as `environment`.
    pub name: String,
    /// Its indicators.
    pub lines: Vec<Line>,
}

/// One indicator.
pub struct Line {
    /// Indicator.
    pub id: String,
    /// Its title.
    pub title: Message,
    /// Its unit.
    pub unit: Message,
    /// Digits behind the decimal mark.
    pub decimals: u8,
    /// Period of its values, such as `2025-Q3`.
    pub period: String,
    /// Whether a row behind them is synthetic.
    pub is_synthetic: bool,
    /// A value for each scope; none where the indicator is not published for it.
    pub values: Vec<Option<Value>>,
}

/// A value with its state and coverage.
pub struct Value {
    /// The value.
    pub value: Option<f64>,
    /// State.
    pub state: String,
    /// Regencies in it.
    pub regions: Part,
    /// Periods in it.
    pub periods: Part,
}

/// How many of those expected are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// There.
    pub present: u64,
    /// Expected.
    pub expected: u64,
}

impl Part {
    /// Whether all are there.
    pub fn is_whole(self) -> bool {
        self.present >= self.expected
    }
}

/// Reads for each indicator the period that says most (`sql/queries/demo_values.sql`).
///
/// # Errors
/// Where the lake cannot be read.
pub async fn overview(engine: &Engine, project: &Project) -> Result<Overview, PublishError> {
    let indicators = card::load(project)?;
    let table = Table::named(engine, "demo_values", []).await?;
    let scopes = scopes(project);
    let mut dimensions: Vec<Dimension> = Vec::new();
    for record in table.records() {
        let id = record.text_or_empty("indicator_id");
        let Some(card) = card_of(&indicators, &id) else { continue };
        if dimensions.last().is_none_or(|last| last.name != card.dimension) {
            dimensions.push(Dimension { name: card.dimension.clone(), lines: Vec::new() });
        }
        let Some(dimension) = dimensions.last_mut() else { continue };
        if dimension.lines.last().is_none_or(|last| last.id != id) {
            dimension.lines.push(Line::new(card, &record, scopes.len()));
        }
        let region = record.text_or_empty("region_code");
        let place = scopes.iter().position(|scope| scope.code == region);
        if let (Some(line), Some(place)) = (dimension.lines.last_mut(), place) {
            line.add(&record, place);
        }
    }
    let period = most_frequent_period(&dimensions);
    Ok(Overview { scopes, period, dimensions })
}

fn card_of<'all>(indicators: &'all [Indicator], id: &str) -> Option<&'all Card> {
    indicators.iter().map(|indicator| &indicator.card).find(|card| card.id == id)
}

impl Line {
    fn new(card: &Card, record: &Record<'_>, scopes: usize) -> Self {
        Self {
            id: card.id.clone(),
            title: Message { id: card.title.clone(), en: card.title_en.clone() },
            unit: Message { id: card.unit.clone(), en: card.unit_in(Language::En).to_owned() },
            decimals: card.decimals,
            period: period_name(&record.text_or_empty("grain"), &record.text_or_empty("period")),
            is_synthetic: false,
            values: (0..scopes).map(|_| None).collect(),
        }
    }

    fn add(&mut self, record: &Record<'_>, place: usize) {
        let part = |present: &str, expected: &str| Part {
            present: record.count(present),
            expected: record.count(expected),
        };
        self.is_synthetic |= record.is_true("is_synthetic");
        if let Some(slot) = self.values.get_mut(place) {
            *slot = Some(Value {
                value: record.number("value"),
                state: record.text_or_empty("state"),
                regions: part("regions_present", "regions_expected"),
                periods: part("periods_present", "periods_expected"),
            });
        }
    }
}

/// The regencies in their order, then the corridor.
fn scopes(project: &Project) -> Vec<Scope> {
    let name = |code: &String| short_region(project, code).map(str::to_owned);
    let regency = |code: &String| Scope { code: code.clone(), name: name(code) };
    let corridor = Scope { code: "CORR".to_owned(), name: None };
    project.corridor.regions.iter().map(regency).chain([corridor]).collect()
}

fn most_frequent_period(dimensions: &[Dimension]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in dimensions.iter().flat_map(|dimension| &dimension.lines) {
        *counts.entry(&line.period).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(period, _)| period.to_owned()).unwrap_or_default()
}
