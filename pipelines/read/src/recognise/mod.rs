//! Which dataset, source and layout a landed file is: from what the caller says, the folder it lies
//! in, its name and its header.
//!
//! `request` is what the caller and the folders say, `file` the file with it. `choice` goes through
//! the stations: the description that the caller names (`named`), the descriptions that fit
//! (`described`), the contracts' own field names (`canonical`), and what to say where nothing fits
//! (`unfit`, with the workbook that would: `template_hint`). `sheets` tries a layout on a file's
//! sheets, `further` finds other datasets in the sheets that are left over.

mod canonical;
mod choice;
mod described;
mod description;
mod file;
mod further;
mod named;
mod recognised;
mod request;
mod sheets;
mod template_hint;
mod unfit;

pub use choice::recognise;
pub use further::further;
pub use recognised::Recognised;
pub use request::{Request, hinted, is_office, office_of_folder, unknown_folder};
pub use sheets::is_sheet;
