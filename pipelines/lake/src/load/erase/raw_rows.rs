//! Raw bytes without some of their rows. A text keeps its lines, which are blank; of any other file
//! the cells are kept, with the numbers that their rows had.

use super::eraser::Eraser;
use super::find::{FoundFile, Read};
use crate::error::LakeError;
use koridor_contract::CellKind;
use koridor_contract::RawBatch;
use koridor_read::check::ErasedRows;
use koridor_read::readers::erasing::{EditedText, FilledCells};
use koridor_read::readers::{self, Container, Sheet, write_kept};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

/// Bytes without rows, and all lines or rows that are not there any more.
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: ErasedRows,
}

/// What stands in the place of a file that went as a whole: no table.
const GONE: &[u8] = b"erased\n";

impl Eraser<'_> {
    /// The bytes of a file without the rows that are meant.
    pub(super) fn rewritten(&self, file: &FoundFile) -> Result<Rewritten, LakeError> {
        if file.is_whole {
            return Ok(Rewritten { bytes: GONE.to_vec(), rows: ErasedRows::new() });
        }
        let path = file.archived.path();
        let failed = |error| LakeError::io(path, error);
        let bytes = std::fs::read(path).map_err(failed)?;
        let head = bytes.get(..readers::HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        let refused = |refusal: readers::Refusal| {
            LakeError::damaged(path.display().to_string(), refusal.message.en)
        };
        let container = readers::container(head).map_err(refused)?;
        let inherited = file.read.values().flatten().map(inherited_columns);
        let inherited: BTreeSet<usize> = inherited.flatten().collect();
        if container == Container::Text {
            let none = BTreeSet::new();
            let lines = file.rows.get("").unwrap_or(&none);
            let filled = match inherited.is_empty() {
                true => FilledCells::new(),
                false => self.filled(path, lines, &inherited)?,
            };
            let delimiter = file.read.values().flatten();
            let delimiter = delimiter.filter_map(|own| own.recognised.source.delimiter).next();
            let text = EditedText::of(&bytes, delimiter).map_err(refused)?;
            let (bytes, lines) = text.without(lines, &filled);
            return Ok(Rewritten { bytes, rows: [(String::new(), lines)].into() });
        }
        let opened = File::open(path).map_err(failed)?;
        let read = self.setting.reader.read(container, opened, bytes.len() as u64);
        let sheets = read.map_err(failed)?.map_err(refused)?;
        let kept = sheets.into_iter().map(|sheet| {
            let name = self.scrubber.name(&sheet.name).into_owned();
            match file.rows.get(&name) {
                Some(numbers) => {
                    let filled = filled_cells(&sheet, numbers, &inherited);
                    with_filled(sheet, &filled).without_rows(numbers)
                }
                None => sheet,
            }
        });
        let mut written = Vec::new();
        write_kept(&mut written, container, kept.collect()).map_err(failed)?;
        Ok(Rewritten { bytes: written, rows: file.rows.clone() })
    }

    /// Texts of the rows of a file that are meant.
    pub(super) fn cells_of(&self, file: &FoundFile) -> Result<BTreeSet<String>, LakeError> {
        let mut texts = BTreeSet::new();
        let Ok(sheets) = readers::cells(&self.setting.reader, file.archived.path())? else {
            return Ok(texts);
        };
        for sheet in sheets {
            let name = self.scrubber.name(&sheet.name).into_owned();
            let Some(numbers) = file.rows.get(&name) else { continue };
            let cells = &sheet.cells;
            for row in (0..cells.len()).filter(|row| numbers.contains(&cells.row_number(*row))) {
                let own = (0..cells.width()).map(|column| cells.text(row, column).trim());
                texts.extend(own.filter(|text| !text.is_empty()).map(str::to_owned));
            }
        }
        Ok(texts)
    }

    /// Cells of a text that take over what stood above them.
    fn filled(
        &self,
        path: &std::path::Path,
        lines: &BTreeSet<u64>,
        inherited: &BTreeSet<usize>,
    ) -> Result<FilledCells, LakeError> {
        let sheets = readers::cells(&self.setting.reader, path)?.unwrap_or_default();
        Ok(sheets.iter().flat_map(|sheet| filled_cells(sheet, lines, inherited)).collect())
    }
}

/// Columns whose cells hold for the rows below them, where these are blank; none of a personal
/// field.
fn inherited_columns(read: &Read) -> Vec<usize> {
    let (source, contract) = (&read.recognised.source, &read.recognised.contract);
    let is_open = |name: &&String| {
        contract.fields.iter().any(|field| field.name == **name && !field.koridor.personal)
    };
    let column = |name: &String| column_of(read.counts.columns.get(name)?);
    source.fill_down.iter().filter(is_open).filter_map(column).collect()
}

/// The place of a column by its letters, which may have a unit behind them.
fn column_of(name: &str) -> Option<usize> {
    let letters = name.split(' ').next().filter(|own| !own.is_empty())?;
    let digit = |letter: char| letter.is_ascii_uppercase().then(|| letter as usize - 'A' as usize);
    let number = letters.chars().try_fold(0, |sum, letter| Some(sum * 26 + digit(letter)? + 1));
    number.map(|own| own - 1)
}

/// Cells that are to hold what a row above them held that goes.
fn filled_cells(
    sheet: &Sheet,
    numbers: &BTreeSet<u64>,
    inherited: &BTreeSet<usize>,
) -> FilledCells {
    let cells = &sheet.cells;
    let mut filled = FilledCells::new();
    let mut carried: BTreeMap<usize, String> = BTreeMap::new();
    for row in 0..cells.len() {
        let is_gone = numbers.contains(&cells.row_number(row));
        let is_filled = (0..cells.width()).any(|column| !cells.is_blank(row, column));
        for column in inherited {
            let text = cells.text(row, *column);
            if is_gone && !cells.is_blank(row, *column) {
                carried.insert(*column, text.to_owned());
            } else if !is_gone
                && is_filled
                && let Some(own) = carried.remove(column)
                && cells.is_blank(row, *column)
            {
                filled.insert((cells.row_number(row), *column), own);
            }
        }
    }
    filled
}

fn with_filled(mut sheet: Sheet, filled: &FilledCells) -> Sheet {
    if filled.is_empty() {
        return sheet;
    }
    let old = &sheet.cells;
    let mut cells = RawBatch::typed(old.width());
    for row in 0..old.len() {
        let number = old.row_number(row);
        for column in 0..old.width() {
            match filled.get(&(number, column)) {
                Some(text) => cells.push_cell(text, CellKind::Text),
                None => cells.push_cell(old.text(row, column), old.kind(row, column)),
            }
        }
        cells.end_row(number);
    }
    sheet.cells = cells;
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_holds_for_rows_below_is_handed_on() {
        let mut cells = RawBatch::typed(2);
        for (number, texts) in
            [["Baubau", "a"], ["", "b"], ["", "c"], ["Buton", "d"]].iter().enumerate()
        {
            texts.iter().for_each(|text| cells.push_cell(text, CellKind::Text));
            cells.end_row(number as u64 + 1);
        }
        let sheet = Sheet { cells, ..Sheet::default() };
        let filled = filled_cells(&sheet, &[1].into(), &[0].into());
        assert_eq!(filled, [((2, 0), "Baubau".to_owned())].into());
        assert!(filled_cells(&sheet, &[4].into(), &[0].into()).is_empty());
        assert_eq!(
            (column_of("B (ton)"), column_of("AA"), column_of("judul")),
            (Some(1), Some(26), None)
        );
    }
}
