//! What is known of the cells of a sheet beside the values that a library gives.

use super::cells::Cells;
use super::number_formats::Shown;
use crate::readers::refusal::Refusal;
use std::ops::Range;
use std::rc::Rc;

/// What is known of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// How its number is shown.
    Shown(Shown),
    /// It shows an error, whatever is stored.
    Error(String),
    /// Its text as it is meant: with raised digits as such, without what is struck out.
    Text(String),
    /// It is struck out as a whole.
    Struck,
    /// It is merged over so many rows and columns, its own among them.
    Merged(u32, u32),
}

/// Cells of a sheet of which the same is known.
#[derive(Debug)]
pub(super) struct Mark {
    rows: Range<u32>,
    columns: Range<u32>,
    meaning: Rc<Meaning>,
}

impl Mark {
    /// The mark of all cells of some rows and columns.
    pub(super) fn new(rows: Range<u32>, columns: Range<u32>, meaning: Rc<Meaning>) -> Self {
        Self { rows, columns, meaning }
    }

    /// The mark of one cell.
    pub(super) fn at(row: u32, column: u32, meaning: Rc<Meaning>) -> Self {
        Self::new(row..row.saturating_add(1), column..column.saturating_add(1), meaning)
    }

    /// Gives the cells what is known of them.
    ///
    /// # Errors
    /// Where that takes more memory or time than the file may.
    pub(super) fn put_on(&self, cells: &mut Cells) -> Result<(), Refusal> {
        // An element may stand for all rows of a sheet; those that hold nothing are not gone over.
        let (rows, columns) = cells.extent();
        for row in self.rows.start..self.rows.end.min(rows) {
            for column in self.columns.start..self.columns.end.min(columns) {
                match &*self.meaning {
                    Meaning::Shown(shown) => cells.show(row, column, shown)?,
                    Meaning::Error(text) => cells.show_error(row, column, text)?,
                    Meaning::Text(text) => cells.show_text(row, column, text)?,
                    Meaning::Struck => cells.strike(row, column)?,
                    Meaning::Merged(rows, columns) => {
                        cells.cover(row, column, (*rows, *columns))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Where the first of its cells stands, and what is known of them.
    #[cfg(test)]
    pub(super) fn told(&self) -> ((u32, u32), &Meaning) {
        ((self.rows.start, self.columns.start), self.meaning.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use crate::readers::refusal::RefusalCode;
    use calamine::Data;
    use koridor_contract::CellKind;

    #[test]
    fn a_mark_holds_for_all_its_cells_that_are_there() {
        let mut cells = Cells::for_sheet(2, 2, Budget::default().meter());
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            cells.push(row, column, &Data::Float(5.0)).unwrap();
        }
        let unit = Rc::new(Meaning::Shown(Shown::Unit("kg".into())));
        Mark::new(0..u32::MAX, 1..u32::MAX, unit).put_on(&mut cells).unwrap();
        Mark::at(1, 0, Rc::new(Meaning::Error("#N/A".into()))).put_on(&mut cells).unwrap();
        Mark::at(1, 1, Rc::new(Meaning::Struck)).put_on(&mut cells).unwrap();
        let batch = cells.batch().unwrap();
        let texts = [batch.text(0, 0), batch.text(0, 1), batch.text(1, 0), batch.text(1, 1)];
        assert_eq!(texts, ["5", "5 kg", "#N/A", "5 kg [?]"]);
    }

    #[test]
    fn each_cell_of_a_mark_is_merged_by_itself() {
        let mut cells = Cells::for_sheet(2, 2, Budget::default().meter());
        for (row, column) in [(0, 0), (1, 0)] {
            cells.push(row, column, &Data::Float(5.0)).unwrap();
        }
        cells.push(0, 1, &Data::String(String::new())).unwrap();
        // A row that is repeated has a merged cell in each of its copies.
        Mark::new(0..2, 0..1, Rc::new(Meaning::Merged(1, 2))).put_on(&mut cells).unwrap();
        let batch = cells.batch().unwrap();
        assert_eq!([0, 1].map(|row| batch.kind(row, 1)), [CellKind::Covered; 2]);
    }
    #[test]
    fn merged_cells_that_overlap_do_not_take_for_ever() {
        let full = || {
            let mut cells = Cells::for_sheet(400, 400, Budget::default().meter());
            for (row, column) in (0..400).flat_map(|row| (0..400).map(move |own| (row, own))) {
                cells.push(row, column, &Data::Float(5.0)).unwrap();
            }
            cells
        };
        let all = Mark::new(0..400, 0..400, Rc::new(Meaning::Merged(u32::MAX, u32::MAX)));
        assert_eq!(all.put_on(&mut full()).unwrap_err().code, RefusalCode::BrokenWorkbook);
        // Side by side all cells of a sheet may be merged.
        let mut cells = full();
        for row in (0..400).step_by(2) {
            let pair = Mark::new(row..row + 1, 0..1, Rc::new(Meaning::Merged(2, 400)));
            pair.put_on(&mut cells).unwrap();
        }
    }
}
