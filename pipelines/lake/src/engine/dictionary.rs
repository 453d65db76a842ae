//! What contracts and cards say, as tables of `ref`: `dataset`, `column`, `code` and `indicator`.

use crate::error::LakeError;
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::card::Card;
use koridor_contract::codes::{Code, CodeList};
use koridor_contract::message::Language;
use koridor_contract::{Contract, Project, card};
use std::sync::Arc;

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

/// A column of texts: its name, and what it holds of a row.
type TextColumn<'column, T> = (&'column str, &'column dyn Fn(&T) -> String);

fn table<T>(rows: &[T], columns: &[TextColumn<'_, T>]) -> (Vec<Field>, Vec<ArrayRef>) {
    let fields = columns.iter().map(|(name, _)| text(name)).collect();
    let arrays = columns.iter().map(|(_, pick)| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(pick)))
    });
    (fields, arrays.collect())
}

/// Datasets that offices file; code lists are none.
fn filed(project: &Project) -> Vec<&Contract> {
    let contracts = project.datasets.values().map(AsRef::as_ref);
    contracts.filter(|contract: &&Contract| contract.koridor.slice.is_some()).collect()
}

/// `ref.dataset`: what a dataset is and for which lengths of time it is filed.
pub(super) fn datasets(project: &Project) -> Result<RecordBatch, LakeError> {
    let all = filed(project);
    let periods = |own: &&Contract| {
        // A register holds on any day.
        if own.koridor.slice.as_ref().is_none_or(|slice| slice.period.is_none()) {
            return String::new();
        }
        let types = own.koridor.period_types.iter().map(|period| period.as_str());
        types.collect::<Vec<_>>().join(", ")
    };
    let (mut fields, mut columns) = table(
        &all,
        &[
            ("dataset", &|own| own.name.clone()),
            ("title", &|own| own.title.clone()),
            ("title_en", &|own| own.koridor.title_en.clone()),
            ("dimension", &|own| own.koridor.dimension.clone()),
            ("period_types", &periods),
            ("description", &|own| own.description.clone()),
            ("zone", &|own| own.koridor.zone.as_str().to_owned()),
        ],
    );
    let mut flag = |name: &str, pick: &dyn Fn(&Contract) -> bool| {
        fields.push(Field::new(name, DataType::Boolean, false));
        columns.push(Arc::new(BooleanArray::from_iter(all.iter().map(|own| Some(pick(own))))));
    };
    flag("is_confidential", &|own| own.koridor.confidential);
    flag("is_published", &Contract::is_published);
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// `ref.column`: each column of a dataset.
pub(super) fn columns(project: &Project) -> Result<RecordBatch, LakeError> {
    let all: Vec<(&Contract, &koridor_contract::Field)> = filed(project)
        .into_iter()
        .flat_map(|contract| contract.fields.iter().map(move |field| (contract, field)))
        .collect();
    let (mut fields, mut columns) = table(
        &all,
        &[
            ("dataset", &|own| own.0.name.clone()),
            ("column_name", &|own| own.1.name.clone()),
            ("title", &|own| own.1.title.clone()),
            ("title_en", &|own| own.1.koridor.title_en.clone()),
            ("type", &|own| format!("{:?}", own.1.field_type).to_lowercase()),
            ("unit", &|own| own.1.koridor.unit.clone().unwrap_or_default()),
            ("description", &|own| own.1.description.clone()),
        ],
    );
    let magnitudes = || all.iter().map(|own| own.1.koridor.magnitude.as_ref());
    fields.push(Field::new("magnitude_factor", DataType::Int64, true));
    let factors = magnitudes().map(|own| own.map(|own| i64::from(own.factor)));
    columns.push(Arc::new(Int64Array::from_iter(factors)));
    fields.push(Field::new("magnitude_unit", DataType::Utf8, true));
    let units = magnitudes().map(|own| own.map(|own| own.unit.as_str()));
    columns.push(Arc::new(StringArray::from_iter(units)));
    let also = || magnitudes().map(|own| own?.also.as_ref());
    fields.push(Field::new("magnitude_also_factor", DataType::Int64, true));
    let factors = also().map(|own| own.map(|own| i64::from(own.factor)));
    columns.push(Arc::new(Int64Array::from_iter(factors)));
    fields.push(Field::new("magnitude_also_unit", DataType::Utf8, true));
    let units = also().map(|own| own.map(|own| own.unit.as_str()));
    columns.push(Arc::new(StringArray::from_iter(units)));
    fields.push(Field::new("magnitude_at_load", DataType::Utf8, true));
    let at_load = magnitudes().map(|own| own.map(|own| own.at_load.as_str()));
    columns.push(Arc::new(StringArray::from_iter(at_load)));
    fields.push(Field::new("published_values", DataType::Utf8, true));
    let values = all.iter().map(|own| {
        let values = own.0.koridor.published_rows.get(&own.1.name)?;
        Some(values.join("|"))
    });
    columns.push(Arc::new(StringArray::from_iter(values)));
    let mut flag = |name: &str, pick: &dyn Fn(&Contract, &koridor_contract::Field) -> bool| {
        fields.push(Field::new(name, DataType::Boolean, false));
        let values = all.iter().map(|own| Some(pick(own.0, own.1)));
        columns.push(Arc::new(BooleanArray::from_iter(values)));
    };
    flag("is_key", &|contract, field| contract.primary_key.contains(&field.name));
    flag("is_required", &|_, field| field.constraints.required);
    flag("is_personal", &|_, field| field.koridor.personal);
    flag("is_published", &Contract::publishes);
    flag("may_pause", &|_, field| field.koridor.may_pause);
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// `ref.code`: the entries of all code lists.
pub(super) fn codes(project: &Project) -> Result<RecordBatch, LakeError> {
    let all: Vec<(&CodeList, &Code)> = project
        .codes
        .values()
        .flat_map(|list| list.codes().iter().map(move |code| (list.as_ref(), code)))
        .collect();
    let name = |own: &(&CodeList, &Code), attribute: &str| {
        own.1.attributes.get(attribute).cloned().unwrap_or_default()
    };
    let (fields, columns) = table(
        &all,
        &[
            ("code_list", &|own| own.0.name.clone()),
            ("code", &|own| own.1.code.clone()),
            ("name", &|own| name(own, "name")),
            ("name_en", &|own| name(own, "name_en")),
        ],
    );
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// `ref.indicator`: the cards.
pub(super) fn indicators(project: &Project) -> Result<RecordBatch, LakeError> {
    let all = card::load(project)?;
    let cards: Vec<&Card> = all.iter().map(|own| &own.card).collect();
    let range = |own: &&Card| {
        own.plausible.map_or_else(String::new, |(low, high)| format!("{low} to {high}"))
    };
    let (mut fields, mut columns) = table(
        &cards,
        &[
            ("indicator_id", &|own| own.id.clone()),
            ("dimension", &|own| own.dimension.clone()),
            ("title", &|own| own.title.clone()),
            ("title_en", &|own| own.title_en.clone()),
            ("unit", &|own| own.unit.clone()),
            ("unit_en", &|own| own.unit_in(Language::En).to_owned()),
            ("grain", &|own| own.grain.as_str().to_owned()),
            ("aggregation", &|own| own.aggregation.as_str().to_owned()),
            ("time_rule", &|own| own.time_rule.as_str().to_owned()),
            ("denominator_rule", &|own| own.denominator_rule.as_str().to_owned()),
            ("scope", &|own| own.scope.as_str().to_owned()),
            ("polarity", &|own| own.polarity.clone()),
            ("formula", &|own| own.formula.clone()),
            ("formula_en", &|own| own.formula_en.clone()),
            ("method", &|own| own.method.clone()),
            ("method_en", &|own| own.method_en.clone()),
            ("null_rules", &|own| own.null_rules.join(" ")),
            ("plausible_range", &range),
            ("standard", &|own| own.standard.clone()),
        ],
    );
    fields.push(Field::new("scale", DataType::Float64, false));
    columns.push(Arc::new(Float64Array::from_iter_values(cards.iter().map(|own| own.scale))));
    fields.push(Field::new("judged_by_size", DataType::Boolean, false));
    let sizes: Vec<bool> = cards.iter().map(|own| own.judged_by_size).collect();
    columns.push(Arc::new(BooleanArray::from(sizes)));
    fields.push(Field::new("is_guarded", DataType::Boolean, false));
    let guarded: Vec<bool> = cards.iter().map(|own| own.disclosure.is_some()).collect();
    columns.push(Arc::new(BooleanArray::from(guarded)));
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
