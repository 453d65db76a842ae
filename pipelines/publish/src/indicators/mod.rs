//! Indicators: one folder each under `sql/indicators/<dimension>/<id>/`.
//!
//! `query.sql` says what each regency brings (its parts), `card.json` what the number means,
//! `checks.sql` what must hold before it is published, `cases/` worked examples. Roll-up over time
//! and regions, completeness and coverage are in `sql/rollup/` for all of them; a pooled indicator
//! computes its value from the pooled series in `pool.sql`.

mod cards;
pub mod cases;
mod checks;
mod columns;
mod compute;
mod verify;
mod vintage;

pub use cards::{cards_table, put_disclosures};
pub use checks::{CheckResult, check, name_in_indonesian};
pub use compute::{compute, disclosure_facts};
pub use verify::verify;
pub use vintage::put_values;
