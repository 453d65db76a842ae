//! Where the value of a field comes from that no column of the sheet holds.

use super::given::Given;
use koridor_contract::check::FieldOrigin;
use koridor_contract::contract::PeriodType;
use koridor_contract::date::DateFormat;
use koridor_contract::{Contract, Source};

/// Where a field comes from that the sheet does not carry.
pub fn constant(
    field: &str,
    source: &Source,
    context: &[(String, String)],
    given: &Given,
    contract: &Contract,
) -> FieldOrigin {
    if let Some(value) = source.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    if let Some((_, value)) = context.iter().find(|(name, _)| name == field) {
        let tail = context.iter().find(|(name, _)| name.strip_prefix("join:") == Some(field));
        return FieldOrigin::Constant(
            tail.map_or_else(|| value.clone(), |(_, tail)| format!("{value} {tail}")),
        );
    }
    if let Some(value) = given.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    match field {
        "period_type" => {
            FieldOrigin::Constant(default_period(source, contract).as_str().to_owned())
        }
        "obs_status" => FieldOrigin::Constant("final".to_owned()),
        _ => FieldOrigin::Absent,
    }
}

/// The period type of rows that name none: the contract's first; a year where periods are written
/// as years alone.
fn default_period(source: &Source, contract: &Contract) -> PeriodType {
    let first = contract.koridor.period_types.first().copied().unwrap_or(PeriodType::M);
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let described = source.columns.iter().find(|column| Some(&column.field) == period);
    let dates = described.and_then(|column| column.dates).unwrap_or(source.dates);
    let years = dates == DateFormat::Year && contract.koridor.period_types.contains(&PeriodType::Y);
    if years { PeriodType::Y } else { first }
}
