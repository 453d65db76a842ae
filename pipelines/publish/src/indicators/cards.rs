//! What the roll-up needs of the cards, as tables of `work`.

use crate::error::PublishError;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::Project;
use koridor_contract::card::{Card, CardScope, Grain, Indicator};
use koridor_contract::message::Language;
use koridor_lake::Engine;
use std::sync::Arc;

/// Makes the cards readable: `work.cards`, `work.card_regions`, `work.card_datasets`,
/// `work.card_themes`, `work.card_disclosures`, `work.grains`.
pub(super) fn put_cards(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<(), PublishError> {
    put_bounds(engine, indicators)?;
    put_regions(engine, project, indicators)?;
    put_pairs(engine, indicators, "dataset", |card| &card.datasets)?;
    put_pairs(engine, indicators, "theme", |card| &card.themes)?;
    put_disclosures(engine, indicators)?;
    put_grains(engine)
}

/// What the cards say about disclosure, one row a side that is a quantity: `work.card_disclosures`.
///
/// # Errors
/// None in practice; the columns are made here.
pub fn put_disclosures(engine: &Engine, indicators: &[Indicator]) -> Result<(), PublishError> {
    let mut rows: Vec<[Option<&str>; 4]> = Vec::new();
    for Indicator { card, .. } in indicators {
        let Some(own) = &card.disclosure else { continue };
        for (name, side) in own.sides() {
            let limit = (side.small_count.as_deref(), side.small_count_of.as_str());
            rows.push([Some(&card.id), Some(name), limit.0, Some(limit.1)]);
        }
        if !own.follows.is_empty() {
            rows.push([Some(&card.id), Some("value"), None, None]);
        }
    }
    let column = |at: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(|row| row[at])))
    };
    let fields = ["indicator_id", "side", "small_count", "small_count_of"].map(text).to_vec();
    put(engine, "card_disclosures", fields, (0..4).map(column).collect())
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn texts<'text>(values: impl Iterator<Item = &'text str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn put(
    engine: &Engine,
    name: &str,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
) -> Result<(), PublishError> {
    let schema = Arc::new(Schema::new(fields));
    let rows = RecordBatch::try_new(SchemaRef::clone(&schema), columns)?;
    Ok(engine.put(name, schema, vec![rows])?)
}

/// How each indicator is put together, and which values of it are possible and plausible.
fn put_bounds(engine: &Engine, indicators: &[Indicator]) -> Result<(), PublishError> {
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let names = ["indicator_id", "dimension", "grain", "aggregation"];
    let rules = ["time_rule", "denominator_rule", "scope"];
    let mut fields: Vec<Field> = names.into_iter().chain(rules).map(text).collect();
    let bounds = ["scale", "low", "high", "high_per_resident", "plausible_low", "plausible_high"];
    fields.extend(bounds.map(number));
    fields.push(text("plausible_range"));
    let column = |pick: fn(&Card) -> &str| texts(indicators.iter().map(|own| pick(&own.card)));
    let bound = |pick: &dyn Fn(&Card) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter(indicators.iter().map(|own| pick(&own.card))))
    };
    let range = |card: &Card| card.plausible.map(|(low, high)| format!("{low} .. {high}"));
    let columns = vec![
        column(|card| &card.id),
        column(|card| &card.dimension),
        column(|card| card.grain.as_str()),
        column(|card| card.aggregation.as_str()),
        column(|card| card.time_rule.as_str()),
        column(|card| card.denominator_rule.as_str()),
        column(|card| card.scope.as_str()),
        bound(&|card| Some(card.scale)),
        bound(&|card| card.possible.and_then(|(low, _)| low)),
        bound(&|card| card.possible.and_then(|(_, high)| high)),
        bound(&|card| card.possible_per_resident),
        bound(&|card| card.plausible.map(|(low, _)| low)),
        bound(&|card| card.plausible.map(|(_, high)| high)),
        Arc::new(StringArray::from_iter(indicators.iter().map(|own| range(&own.card)))),
    ];
    put(engine, "cards", fields, columns)
}

/// Which regions each scope of an indicator is made of.
fn put_regions(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<(), PublishError> {
    let mut regions: Vec<(&str, &str, &str)> = Vec::new();
    for Indicator { card, .. } in indicators {
        let corridor = &project.corridor;
        let members: Vec<&String> = match card.regions.as_slice() {
            _ if card.transit => corridor.transit.iter().map(|pair| &pair.entry).collect(),
            [] => corridor.regions.iter().collect(),
            own => own.iter().collect(),
        };
        for region in members {
            if card.scope == CardScope::All {
                regions.push((&card.id, region, region));
            }
            regions.push((&card.id, "CORR", region));
        }
    }
    let columns = vec![
        texts(regions.iter().map(|row| row.0)),
        texts(regions.iter().map(|row| row.1)),
        texts(regions.iter().map(|row| row.2)),
    ];
    let fields = ["indicator_id", "scope_code", "region_code"].map(text).to_vec();
    put(engine, "card_regions", fields, columns)
}

/// A list of the cards, one row an indicator and item: `work.card_<item>s`.
fn put_pairs(
    engine: &Engine,
    indicators: &[Indicator],
    item: &str,
    list: fn(&Card) -> &[String],
) -> Result<(), PublishError> {
    let own = |Indicator { card, .. }: &'_ Indicator| -> Vec<(String, String)> {
        list(card).iter().map(|item| (card.id.clone(), item.clone())).collect()
    };
    let pairs: Vec<(String, String)> = indicators.iter().flat_map(own).collect();
    let columns = vec![
        texts(pairs.iter().map(|pair| pair.0.as_str())),
        texts(pairs.iter().map(|pair| pair.1.as_str())),
    ];
    put(engine, &format!("card_{item}s"), ["indicator_id", item].map(text).to_vec(), columns)
}

fn put_grains(engine: &Engine) -> Result<(), PublishError> {
    let lengths = Grain::ALL.map(Grain::months);
    let columns = vec![
        texts(Grain::ALL.into_iter().map(Grain::as_str)),
        Arc::new(Int64Array::from_iter_values(lengths)) as ArrayRef,
    ];
    let fields = vec![text("grain"), Field::new("length", DataType::Int64, true)];
    put(engine, "grains", fields, columns)
}

/// All cards as a table for people.
///
/// # Errors
/// None in practice; the columns are made here.
pub fn cards_table(all: &[Indicator]) -> Result<(SchemaRef, RecordBatch), PublishError> {
    let schema = Arc::new(Schema::new(
        [
            "indicator_id",
            "dimension",
            "title",
            "title_en",
            "unit",
            "unit_en",
            "grain",
            "aggregation",
            "polarity",
        ]
        .map(text)
        .to_vec(),
    ));
    let column = |pick: &dyn Fn(&Card) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(all.iter().map(|indicator| pick(&indicator.card))))
    };
    let columns = vec![
        column(&|card| &card.id),
        column(&|card| &card.dimension),
        column(&|card| &card.title),
        column(&|card| &card.title_en),
        column(&|card| &card.unit),
        column(&|card| card.unit_in(Language::En)),
        column(&|card| card.grain.as_str()),
        column(&|card| card.aggregation.as_str()),
        column(&|card| &card.polarity),
    ];
    Ok((SchemaRef::clone(&schema), RecordBatch::try_new(schema, columns)?))
}
