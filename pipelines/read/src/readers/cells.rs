//! All cells of a file, whatever its container.

use super::budget::too_large;
use super::container::{Container, container};
use super::file_reader::FileReader;
use super::limits::HEAD_BYTES;
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::{delimited, dialect, regular, workbook};
use crate::error::ReadError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The beginning of a file that has so many bytes, by which it is recognised.
pub(crate) fn head(file: &mut File, length: u64) -> std::io::Result<Vec<u8>> {
    let most = HEAD_BYTES as u64;
    // One byte more: that nothing follows is seen without asking for memory.
    let mut head = Vec::with_capacity(length.min(most) as usize + 1);
    file.take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// All cells of a file as they stand; [`Refusal`] where it is too large to be held, or no table.
///
/// # Errors
/// Where it cannot be read.
pub fn cells(reader: &FileReader, path: &Path) -> Result<Result<Vec<Sheet>, Refusal>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    let mut file = regular::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let head = head(&mut file, length).map_err(failed)?;
    let container = match container(&head) {
        Ok(container) => container,
        Err(refusal) => return Ok(Err(refusal)),
    };
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    if container != Container::Text {
        return reader.read(container, file, length).map_err(failed);
    }
    if length > reader.budget().memory_bytes {
        return Ok(Err(too_large(reader.budget())));
    }
    let other = workbook::of_no_workbook(&path.to_string_lossy(), &head);
    let dialect = match dialect::sniff(&head, None) {
        Ok(dialect) => dialect,
        Err(refusal) => return Ok(Err(other.unwrap_or(refusal))),
    };
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(failed)?;
    let sheet = delimited::read_sheet(&bytes, dialect, reader.budget().meter()).map_err(failed)?;
    Ok(match (sheet, other) {
        (Ok(sheet), Some(other)) if sheet.is_blank() => Err(other),
        (sheet, other) => {
            sheet.map(|sheet| vec![sheet]).map_err(|refusal| other.unwrap_or(refusal))
        }
    })
}
