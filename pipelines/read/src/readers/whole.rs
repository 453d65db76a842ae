//! Files that are read whole: workbooks, JSON, Parquet.

use super::budget::Budget;
use super::container::{Container, kept_container};
use super::guarded::{guarded, quietly};
use super::kept::read_kept;
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use super::{bps_webapi, parquet, workbook};

/// Reads a file that is no text, within its budget. Damage in it is the file's fault, whatever it
/// does to the library that reads it.
///
/// # Errors
/// Where the bytes cannot be read as what they are, or cost more than they may.
pub fn read_whole(
    container: Container,
    bytes: Vec<u8>,
    budget: Budget,
) -> Result<Vec<Sheet>, Refusal> {
    let sheets = guarded(move || read_bytes(container, bytes, budget));
    sheets.unwrap_or_else(|| Err(damaged(container)))
}

/// The same on the thread that calls: a process that reads many files has one, with its stack.
pub(super) fn read_whole_here(
    container: Container,
    bytes: Vec<u8>,
    budget: Budget,
) -> Result<Vec<Sheet>, Refusal> {
    let sheets = quietly(move || read_bytes(container, bytes, budget));
    sheets.unwrap_or_else(|| Err(damaged(container)))
}

fn read_bytes(container: Container, bytes: Vec<u8>, budget: Budget) -> Result<Vec<Sheet>, Refusal> {
    let meter = budget.meter();
    if kept_container(&bytes) == Some(container) {
        return read_kept(&bytes, meter);
    }
    match container {
        Container::Workbook => workbook::read(&bytes, meter),
        Container::Json => bps_webapi::read(&bytes, meter).map(|sheet| vec![sheet]),
        Container::Parquet => parquet::read(bytes.into(), meter).map(|sheet| vec![sheet]),
        Container::Text => Ok(Vec::new()),
    }
}

/// The refusal of a file at which its reader gave up.
fn damaged(container: Container) -> Refusal {
    let code = match container {
        Container::Parquet => RefusalCode::BrokenParquet,
        Container::Json => RefusalCode::BrokenJson,
        Container::Workbook | Container::Text => RefusalCode::BrokenWorkbook,
    };
    Refusal::new(
        code,
        "berkas rusak: pembacanya menyerah; simpan ulang dari program asalnya dan kirim lagi",
        "the file is damaged: its reader gave up; save it again from the program it comes from and \
         send it once more",
    )
}
