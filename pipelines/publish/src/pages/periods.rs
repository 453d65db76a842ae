//! The periods of a series, without gaps between them.

use super::facts::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Periods that a figure shows.
const MOST_PERIODS: usize = 84;

/// The periods from the first number on, at most so many: one that the release has no row of is
/// there without a number.
pub(super) fn without_silence<'values>(
    values: &[&'values Value],
    grain: &str,
) -> Vec<Cow<'values, Value>> {
    let months = match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let place = |own: &Value| {
        let month = own.first_day.get(5..7).and_then(|own| own.parse::<i32>().ok()).unwrap_or(1);
        (own.year() * 12 + month - 1) / months
    };
    let is_told = |own: &&&Value| own.value.is_some() || own.state == "suppressed";
    let first = values.iter().find(is_told).or(values.first()).map(|own| place(own));
    let (Some(first), Some(last)) = (first, values.last().map(|own| place(own))) else {
        return Vec::new();
    };
    let first = first.max(last - MOST_PERIODS as i32 + 1);
    let by_place: BTreeMap<i32, &Value> = values.iter().map(|own| (place(own), *own)).collect();
    let period = |at: i32| match by_place.get(&at) {
        Some(own) => Cow::Borrowed(*own),
        None => Cow::Owned(Value {
            grain: grain.to_owned(),
            first_day: format!("{:04}-{:02}-01", at * months / 12, at * months % 12 + 1),
            state: "no_data".to_owned(),
            ..Value::default()
        }),
    };
    let all = (first..=last).map(period);
    all.skip_while(|own| own.value.is_none() && own.state == "no_data").collect()
}
