//! The canonical layout: a table whose header holds the contract's field names.

use super::given::Given;
use koridor_contract::source::Column;
use koridor_contract::{Contract, Source};

/// The description of the canonical layout: a header of the contract's field names.
pub fn canonical(contract: &Contract, given: &Given) -> Source {
    let columns = contract.fields.iter().map(|field| Column {
        field: field.name.clone(),
        header: vec![field.name.clone()],
        optional: !field.constraints.required
            || given.constants.contains_key(&field.name)
            || has_default(&field.name),
        ..Column::default()
    });
    Source { dataset: contract.name.clone(), columns: columns.collect(), ..Source::default() }
}

/// Common fields that have a value where a file carries none.
fn has_default(field: &str) -> bool {
    matches!(field, "period_type" | "obs_status" | "source_id" | "release_date")
}
