//! Which columns a rule about cells can refuse: what a contract says of a field decides it.

use super::catalogue::Catalogue;
use koridor_contract::{CellRule, Contract, Field, FieldType};

/// The fields of datasets that a rule is about, by contract; contracts without one are left out.
pub(super) fn of_cell<'own>(
    catalogue: &'own Catalogue<'_>,
    rule: CellRule,
) -> Vec<(&'own Contract, Vec<&'own Field>)> {
    let contracts = catalogue.contracts().filter(|own| !own.is_reference());
    let fields = contracts.map(|own| {
        let fields = own.own_fields().iter().filter(|field| is_about(catalogue, rule, field));
        (own, fields.collect::<Vec<_>>())
    });
    fields.filter(|(_, fields)| !fields.is_empty()).collect()
}

fn is_about(catalogue: &Catalogue<'_>, rule: CellRule, field: &Field) -> bool {
    use FieldType::{Boolean, Date, Datetime, Integer, Number, String, Year};
    let (bounds, own, kind) = (&field.constraints, &field.koridor, field.field_type);
    let is_number = matches!(kind, Integer | Number);
    match rule {
        CellRule::Required => bounds.required,
        CellRule::NotANumber
        | CellRule::AmbiguousNumber
        | CellRule::OtherUnit
        | CellRule::TooLarge => is_number,
        CellRule::NotWhole => matches!(kind, Integer | Year),
        CellRule::LostDigits => kind == String && own.codes.is_none() && bounds.allowed.is_none(),
        CellRule::BelowMinimum => bounds.minimum.is_some(),
        CellRule::AboveMaximum => bounds.maximum.is_some(),
        CellRule::NotADate => matches!(kind, Date | Datetime | Year),
        CellRule::AmbiguousDate => matches!(kind, Date | Datetime) && !own.month,
        CellRule::NotFirstOfMonth => own.month,
        CellRule::InFuture => own.not_in_future,
        CellRule::NotABoolean => kind == Boolean,
        CellRule::UnknownCode => own.codes.is_some(),
        CellRule::OutsideCorridor => has_code(catalogue, field, "open", |open| open == "no"),
        CellRule::OtherCodeSystem => {
            has_code(catalogue, field, "kemendagri_code", |own| !own.is_empty())
        }
        CellRule::NotAllowed => bounds.allowed.is_some(),
        CellRule::TooShort => bounds.min_length.is_some(),
        CellRule::TooLong => bounds.max_length.is_some(),
        CellRule::Pattern => bounds.pattern.is_some(),
        CellRule::ErrorCell | CellRule::FormulaWithoutValue => true,
    }
}

/// Whether the field's list has a code with such an attribute.
fn has_code(
    catalogue: &Catalogue<'_>,
    field: &Field,
    attribute: &str,
    is_such: impl Fn(&str) -> bool,
) -> bool {
    let list = field.koridor.codes.as_ref().and_then(|name| catalogue.project.codes.get(name));
    list.is_some_and(|list| {
        list.codes()
            .iter()
            .any(|own| own.attributes.get(attribute).is_some_and(|text| is_such(text)))
    })
}

/// The fields that the check of a contract's rule names, in the contract's order.
pub(super) fn named_in<'own>(contract: &'own Contract, check: &str) -> Vec<&'own Field> {
    let is_word = |mark: char| mark.is_ascii_alphanumeric() || mark == '_';
    // What stands in quotes is a text and no column.
    let outside = check.split('\'').step_by(2);
    let words: Vec<&str> = outside.flat_map(|part| part.split(|mark| !is_word(mark))).collect();
    contract.fields.iter().filter(|field| words.contains(&field.name.as_str())).collect()
}
