//! From bytes to cells: one reader a container, all giving [`koridor_contract::RawBatch`]es without meaning.
//!
//! A reader never decides what a cell means and never fails on a bad row: a row that cannot be read as one is a [`LineFault`]. Only a file
//! that is no table at all is refused ([`Refusal`]).

pub mod address;
pub mod bps_webapi;
pub mod delimited;
pub mod dialect;
pub mod parquet;
pub(crate) mod record;
pub mod workbook;

use crate::error::LakeError;
pub use address::Addresses;
pub use koridor_contract::CellKind;
use koridor_contract::RawBatch;
use koridor_contract::message::Message;
use std::path::Path;

/// Bytes from a file's beginning that tell what it is.
pub const HEAD_BYTES: usize = 1 << 20;
/// Largest row of a text file.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
/// Largest unpacked size of a workbook's parts.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// Largest file of a container that must be held in memory.
pub const MAX_IN_MEMORY_BYTES: u64 = 512 << 20;

/// Containers, as found from a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Delimited text.
    Text,
    /// XLSX, XLS or ODS.
    Workbook,
    /// JSON, of which the BPS WebAPI's is read.
    Json,
    /// Parquet.
    Parquet,
}

/// Why a file as a whole is not loaded.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Short name, such as `not_a_table`.
    pub code: &'static str,
    /// What the office reads.
    pub message: Message,
}

impl Refusal {
    /// A refusal with its reason in both languages.
    pub fn new(code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, message: Message { id: id.into(), en: en.into() } }
    }

    /// Whether what was looked at does not hold the table at all.
    pub fn is_no_table(&self) -> bool {
        matches!(self.code, "no_header" | "no_rows" | "missing_column")
    }
}

/// A row that could not be read as a row.
#[derive(Debug, Clone)]
pub struct LineFault {
    /// Line in the file, from 1.
    pub row_number: u64,
    /// The rule it breaks.
    pub rule: &'static str,
    /// What was found.
    pub detail: String,
}

/// One sheet, or a text file as one sheet.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Sheet name; empty for a file without sheets.
    pub name: String,
    /// All rows from the top, each as wide as the widest.
    pub cells: RawBatch,
    /// Where `cells` stand in the sheet.
    pub addresses: Addresses,
    /// Of one table of several: the texts above the first, which hold for all.
    pub titles: Vec<String>,
    /// Rows that could not be read.
    pub faults: Vec<LineFault>,
    /// A sheet that the office has hidden: kept out, counted as ignored.
    pub is_hidden: bool,
}

impl Sheet {
    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        (0..self.cells.len())
            .all(|row| (0..self.cells.width()).all(|column| self.cells.is_blank(row, column)))
    }
}

/// All cells of a file as they stand; [`Refusal`] where it is too large to be held, or no table.
///
/// # Errors
/// Where it cannot be read.
pub fn cells(path: &Path) -> Result<Result<Vec<Sheet>, Refusal>, LakeError> {
    let failed = |error| LakeError::io(path, error);
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_IN_MEMORY_BYTES {
        return Ok(Err(too_large()));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(match container(&bytes) {
        Ok(Container::Text) => {
            match dialect::sniff(bytes.get(..HEAD_BYTES).unwrap_or(&bytes), None) {
                Ok(dialect) => {
                    Ok(vec![delimited::read_sheet(&bytes, dialect, None).map_err(failed)?])
                }
                Err(refusal) => Err(refusal),
            }
        }
        Ok(Container::Workbook) => workbook::read(&bytes),
        Ok(Container::Json) => bps_webapi::read(&bytes).map(|sheet| vec![sheet]),
        Ok(Container::Parquet) => parquet::read(bytes.into()).map(|sheet| vec![sheet]),
        Err(refusal) => Err(refusal),
    })
}

/// What to say of a file that is larger than can be held.
pub(crate) fn too_large() -> Refusal {
    let most = MAX_IN_MEMORY_BYTES >> 20;
    Refusal::new(
        "file_too_large",
        format!("berkas lebih besar dari {most} MB; kirim sebagai CSV dengan satu baris judul"),
        format!("the file is larger than {most} MB; send it as CSV with one header row"),
    )
}

/// Tells a file's container from its first bytes.
///
/// # Errors
/// Where the bytes are of a kind that holds no table.
pub fn container(head: &[u8]) -> Result<Container, Refusal> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins =
        |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if head.is_empty() {
        return Err(Refusal::new(
            "empty_file",
            "berkas kosong (0 bita); kirim ulang berkas yang berisi data",
            "the file is empty (0 bytes); send it again with data",
        ));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        return Ok(Container::Workbook);
    }
    if head.starts_with(b"PAR1") {
        return Ok(Container::Parquet);
    }
    if begins(b"%PDF") {
        return Err(Refusal::new(
            "pdf",
            "berkas ini PDF, bukan tabel; kirim berkas Excel atau CSV aslinya",
            "the file is a PDF and not a table; send the Excel or CSV file it was made from",
        ));
    }
    if [&b"<!doctype html"[..], b"<html", b"<head", b"<table", b"<?xml", b"<!--"]
        .iter()
        .any(|word| begins(word))
    {
        return Err(Refusal::new(
            "html",
            "berkas ini halaman web (HTML/XML), bukan tabel; mungkin unduhan gagal atau halaman masuk",
            "the file is a web page (HTML or XML) and not a table; perhaps a failed download or a log-in page",
        ));
    }
    if text.starts_with(b"{") || text.starts_with(b"[") || text.trim_ascii_end() == b"null" {
        return Ok(Container::Json);
    }
    Ok(Container::Text)
}
