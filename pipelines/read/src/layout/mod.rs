//! From a sheet's cells to rows of a contract's fields, as a source description says.
//!
//! Knows no types: what a cell means is the contract's part. `transpose` turns a sheet whose fields
//! are listed below each other, `tables` parts a sheet that holds several tables. In a table
//! `header` finds the band of labels (as `found`; `band`, compared by their `header_key` with
//! those of a description, `description_keys`; titles within it are `heads`) and `units` the units
//! (those of titles: `title_units`).
//! `row_plan` decides once how its rows are read: `row_kind` tells data from titles, totals and
//! notes (by their `labels`; `signatures` below them), `row_values` reads and writes them,
//! `merged_cells` finds numbers that several share, `unpivot` parts columns whose headers hold
//! values, `context` and `origin` give what no column holds. `contradiction`, `part_columns`,
//! `parting_columns`, `plan_columns` and `unit_column` find columns that the description does not
//! name and that say that a row is something else (`plan_codes` by a letter, `void_rows` that it is
//! none, `period_remarks` that it is of another time, `unit_beside` the
//! units of a transposed sheet, `unit_cells` those that are not the field's, `unit_things` what is
//! no person), `second_table`
//! where another table begins below the first (by `table_titles`; of plans: `plans_between`),
//! `said` what titles and notes say of all rows (by `title_words` and `plan_words`, the words of
//! which are `plan_lists` and each a `title_word`; `year_parts` by parts of a year, `head_words` by
//! heads, without the `unit_behind` them), `plan_notes` which rows a note says are plans
//! (in the words of `plan_remarks`, from `remark_lists`). `footnotes` finds what notes around a
//! table (`note_rows`) tell of its figures (`status_words`, `mark`, `named_periods`),
//! `row_statuses` gives it to rows. `rows` does all of this and gives a `tidy_table`; `totals`
//! compares sums below each other (`group_labels` are no rows of theirs), `total_columns` those at
//! the end of a row (none of years that `total_years` finds elsewhere). `ragged` keeps rows of a
//! text apart whose cells do not stand under their header (`alike` tells a cut row from a note),
//! `webapi` those of a response that a description does not mean; `likely_header` says what is
//! there where no header is.

mod alike;
mod band;
mod canonical;
mod context;
mod contradiction;
mod description_keys;
mod endings;
mod footnotes;
mod found;
mod given;
mod group_labels;
pub(crate) mod head_words;
mod header;
mod header_key;
mod header_refusal;
mod heads;
mod labels;
mod likely_header;
mod mark;
mod merged_cells;
mod named_periods;
mod note_rows;
mod origin;
mod output_column;
mod part;
mod part_columns;
mod parting_columns;
pub(crate) mod period_remarks;
mod plan_codes;
mod plan_columns;
pub(crate) mod plan_lists;
mod plan_notes;
mod plan_remarks;
pub(crate) mod plan_words;
pub(crate) mod plans_between;
mod ragged;
mod remark_lists;
mod row_kind;
mod row_plan;
mod row_statuses;
mod row_values;
mod rows;
mod said;
mod second_table;
mod side_by_side;
mod signatures;
mod status_words;
mod table_titles;
pub(crate) mod tables;
mod texts;
mod tidy_table;
mod title_units;
mod title_word;
pub(crate) mod title_words;
mod total_columns;
mod total_years;
pub mod totals;
pub(crate) mod transpose;
mod unit_behind;
mod unit_beside;
mod unit_cells;
mod unit_column;
pub(crate) mod unit_names;
mod unit_things;
pub(crate) mod units;
mod unpivot;
mod void_rows;
mod webapi;
pub(crate) mod year_parts;

pub(crate) use alike::{may_be_number_of_row, numbered_alike};
pub(crate) use band::band_labels;
pub use canonical::canonical;
pub use contradiction::may_contradict;
pub(crate) use endings::Ending;
pub use found::Found;
pub use given::Given;
pub use header::{Headers, find_header};
pub use header_key::header_key;
pub use labels::is_total;
pub(crate) use labels::{is_figure, is_figure_text, is_note, is_numbering};
pub(crate) use likely_header::likely_header;
pub use origin::constant;
pub(crate) use part::part;
pub(crate) use plan_columns::PlanColumns;
pub(crate) use plan_notes::plan_of_line;
pub(crate) use plan_remarks::is_plain;
pub(crate) use ragged::tell_cut;
pub use ragged::without_ragged;
pub use row_statuses::status_of_titles;
pub use rows::lay_out;
pub use said::{Said, says_what_figures_are};
pub use tidy_table::TidyTable;
pub use transpose::transposed;
pub use units::with_units;
pub use webapi::meant_rows;
