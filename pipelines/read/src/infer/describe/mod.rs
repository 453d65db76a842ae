//! What was seen in a sheet, as a description and as questions to the steward.
//!
//! `sheet` writes the whole description, with the band; `columns` those that are fields, `unpivot`
//! those whose headers hold values, `required` fields that no column holds, `rows` what is said of
//! rows and of the figures at large. `file` is what they know of the file beside the sheet.

mod columns;
mod file;
mod required;
mod rows;
mod sheet;
mod unpivot;

pub(super) use file::File;
