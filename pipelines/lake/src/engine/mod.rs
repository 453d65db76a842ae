//! The one engine: the only place that owns a DataFusion session. Everything that reads the lake
//! asks it.
//!
//! A [`Snapshot`] says which state of the lake is shown; `catalog` looks tables up in it (`stored`,
//! `core`, `slice_states`, `reference`); `rules` compiles what contracts say in SQL.

mod barrier;
mod card_words;
mod catalog;
mod checked;
mod checked_sum;
mod clock;
mod core;
mod day_pattern;
mod described;
mod dictionary;
mod filed_sum;
mod given;
pub mod guard;
mod guarded;
mod information_schema;
mod masking;
mod memory_pool;
mod number_pattern;
mod parameter;
mod plans;
mod reference;
mod refusals;
mod released_values;
mod row_fates;
mod rules;
mod session;
mod slice_states;
mod snapshot;
mod statement_parameters;
mod stored;
mod texts;
mod tier;
mod to_char;

pub use datafusion::common::{ParamValues, ScalarValue};
pub use datafusion::execution::SendableRecordBatchStream;
pub use described::{DescribedStatement, DescribedTable, described, guarded_in};
pub use guard::{Limits, check_text};
pub use masking::WITHHELD_AS;
pub use released_values::{VALUE_KEY, repeated_key};
pub use rules::compile_contracts;
pub use session::{Engine, day_parameter, number_parameter, text_parameter};
pub use snapshot::{DEFAULT_MEMORY_BYTES, Snapshot};
pub use texts::plain_texts;
pub use tier::Tier;
