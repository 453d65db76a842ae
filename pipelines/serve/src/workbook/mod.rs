//! Workbooks: typed cells, row by row. Rows go to temporary files, so their number does not count.

mod front;
mod page;
mod readable_sheet;
mod row_sheets;
mod writer;

pub(crate) use self::front::FrontSheet;
pub(crate) use self::page::{height, lines, set_up_page, sheet_name};
pub(crate) use self::readable_sheet::ReadableSheet;
pub(crate) use self::row_sheets::RowSheets;
pub(crate) use self::writer::WorkbookWriter;
