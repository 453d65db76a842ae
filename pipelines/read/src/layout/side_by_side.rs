//! Tables that stand side by side in one sheet.

use super::header_key::header_key;
use super::part::part;
use crate::readers::Sheet;
use koridor_contract::source::Repeat;
use koridor_contract::{RawBatch, Source};
use std::borrow::Cow;

/// The first of the tables side by side, which tells what the sheet is.
pub(super) fn first<'sheet>(sheet: &'sheet Sheet, source: &Source) -> Cow<'sheet, RawBatch> {
    match side_by_side(sheet, source) {
        Some(begins) => {
            let end = begins.get(1).copied().unwrap_or(sheet.cells.width());
            Cow::Owned(part(&sheet.cells, 0..sheet.cells.len(), 0..end))
        }
        None => Cow::Borrowed(&sheet.cells),
    }
}

/// First columns of tables side by side: each begins where the first column's header comes again.
/// `None` where there is one table.
pub(super) fn side_by_side(sheet: &Sheet, source: &Source) -> Option<Vec<usize>> {
    if !source.repeats.contains(&Repeat::Across) {
        return None;
    }
    let cells = &sheet.cells;
    let first = source.headed().find(|column| !column.optional)?;
    let wanted: Vec<String> = first.header.iter().map(|header| header_key(header)).collect();
    let mut begins = (0..cells.len().min(source.header.within)).find_map(|row| {
        let places: Vec<usize> = (0..cells.width())
            .filter(|column| wanted.contains(&header_key(cells.text(row, *column))))
            .collect();
        let first = places.first().copied().unwrap_or_default();
        // Columns before the first described one, such as `No`, come again with each table.
        let same = |place: usize, back: usize| {
            let (own, of_first) = (
                header_key(cells.text(row, place - back)),
                header_key(cells.text(row, first - back)),
            );
            !own.is_empty() && own == of_first
        };
        let begin =
            |place: &usize| place - (1..=first).take_while(|back| same(*place, *back)).count();
        (places.len() > 1).then(|| places.iter().map(begin).collect::<Vec<_>>())
    })?;
    if let Some(begin) = begins.first_mut() {
        *begin = 0;
    }
    Some(begins)
}
