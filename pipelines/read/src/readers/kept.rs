//! Cells of a workbook, of JSON or of Parquet as this program keeps them once rows were taken out
//! of them: the sheets with the names and the row numbers that they had, without those rows.
//!
//! Such a file is read as the container that it was made of.

use super::budget::Meter;
use super::container::{Container, KEPT};
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use super::wire::{read_answer, write_answer};
use std::io::{Result, Write};

/// Writes sheets of a container.
///
/// # Errors
/// Where they cannot be written.
pub fn write_kept(to: &mut impl Write, container: Container, sheets: Vec<Sheet>) -> Result<()> {
    let kind = Container::ALL.iter().position(|own| *own == container).unwrap_or_default();
    to.write_all(KEPT)?;
    to.write_all(&[kind as u8])?;
    write_answer(to, &Ok(sheets))
}

/// The sheets of such a file.
///
/// # Errors
/// Where it is damaged, or costs more than it may.
pub(super) fn read_kept(bytes: &[u8], meter: Meter) -> std::result::Result<Vec<Sheet>, Refusal> {
    let mut rest = bytes.get(KEPT.len() + 1..).unwrap_or_default();
    match read_answer(&mut rest, meter) {
        Ok(heard) => heard.answer,
        Err(_) => Err(Refusal::new(
            RefusalCode::BrokenWorkbook,
            "sel yang tersimpan rusak; kembalikan dari cadangan",
            "the cells that are kept are damaged; bring them back from a backup",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use crate::readers::{container, read_whole};
    use koridor_contract::{CellKind, RawBatch};

    #[test]
    fn kept_cells_are_read_with_the_row_numbers_they_had() {
        let mut cells = RawBatch::typed(2);
        for number in [1, 2, 5] {
            cells.push_cell("a", CellKind::Text);
            cells.push_cell("12.5", CellKind::Number);
            cells.end_row(number);
        }
        let sheet = Sheet { name: "Lembar".into(), cells, is_hidden: true, ..Sheet::default() };
        let mut bytes = Vec::new();
        write_kept(&mut bytes, Container::Parquet, vec![sheet]).unwrap();
        assert_eq!(container(&bytes).unwrap(), Container::Parquet);
        let read = read_whole(Container::Parquet, bytes.clone(), Budget::default()).unwrap();
        let (name, cells) = (&read[0].name, &read[0].cells);
        assert_eq!((name.as_str(), read[0].is_hidden), ("Lembar", true));
        assert_eq!((cells.row_numbers(), cells.kind(2, 1)), (&[1, 2, 5][..], CellKind::Number));
        bytes.truncate(bytes.len() - 3);
        assert!(read_whole(Container::Parquet, bytes, Budget::default()).is_err());
    }
}
