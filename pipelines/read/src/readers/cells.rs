//! All cells of a file, whatever its container.

use super::container::{Container, container};
use super::limits::{HEAD_BYTES, MAX_IN_MEMORY_BYTES, too_large};
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::{bps_webapi, delimited, dialect, parquet, workbook};
use crate::error::ReadError;
use std::path::Path;

/// All cells of a file as they stand; [`Refusal`] where it is too large to be held, or no table.
///
/// # Errors
/// Where it cannot be read.
pub fn cells(path: &Path) -> Result<Result<Vec<Sheet>, Refusal>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_IN_MEMORY_BYTES {
        return Ok(Err(too_large()));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(match container(&bytes) {
        Ok(Container::Text) => {
            match dialect::sniff(bytes.get(..HEAD_BYTES).unwrap_or(&bytes), None) {
                Ok(dialect) => Ok(vec![delimited::read_sheet(&bytes, dialect).map_err(failed)?]),
                Err(refusal) => Err(refusal),
            }
        }
        Ok(Container::Workbook) => workbook::read(&bytes),
        Ok(Container::Json) => bps_webapi::read(&bytes).map(|sheet| vec![sheet]),
        Ok(Container::Parquet) => parquet::read(bytes.into()).map(|sheet| vec![sheet]),
        Err(refusal) => Err(refusal),
    })
}
