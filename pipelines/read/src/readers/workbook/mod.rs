//! XLSX, XLS and ODS: typed cells, sheet by sheet.
//!
//! `xlsx` reads the usual kind cell by cell, `others` the rest, which do not tell their
//! `percentages` (of XLS: `biff`); both write into `cells` the sheets that `names` lists. `damage`
//! says what is wrong with a workbook that cannot be opened.

mod biff;
mod cells;
mod damage;
mod names;
mod others;
mod percentages;
mod xlsx;

use super::limits::{MAX_IN_MEMORY_BYTES, MAX_UNPACKED_BYTES};
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use crate::error::ReadError;
use calamine::{Ods, Reader, Xls, Xlsb, Xlsx};
use damage::{password, refusal};
use std::io::Cursor;
use std::path::Path;

/// Reads all sheets of a workbook.
///
/// # Errors
/// Where the bytes are no workbook, or one that cannot be opened: with a password, cut off, or
/// unpacking to too much.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    // A damaged workbook can make the library that reads it panic; that is the file's fault and
    // must not end the run.
    std::panic::catch_unwind(|| read_sheets(bytes))
        .unwrap_or_else(|_| Err(refusal("the reader gave up")))
}

/// The bytes of a file that is an XLSX workbook; none for another one, or one that is too large to
/// be held.
///
/// # Errors
/// Where it cannot be read.
pub fn xlsx_bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_IN_MEMORY_BYTES {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let is_xlsx =
        bytes.starts_with(b"PK") && memchr::memmem::find(&bytes, b"xl/workbook.xml").is_some();
    Ok(if is_xlsx { bytes } else { Vec::new() })
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        if contains_utf16(bytes, "EncryptedPackage") {
            return Err(password());
        }
        let workbook = open::<Xls<_>>(bytes)?;
        let shown = biff::shown(bytes);
        let mut sheets = others::sheets(workbook, &shown.percentages)?;
        sheets.iter_mut().for_each(|sheet| sheet.is_1904 |= shown.is_1904);
        return Ok(sheets);
    }
    let unpacked = unpacked_bytes(bytes)?;
    if unpacked > MAX_UNPACKED_BYTES {
        return Err(Refusal::new(
            RefusalCode::TooLargeUnpacked,
            format!(
                "isi berkas terlalu besar setelah dibuka ({} MB); berkas rusak atau bom zip",
                unpacked >> 20
            ),
            format!("the file unpacks to {} MB; it is damaged or a zip bomb", unpacked >> 20),
        ));
    }
    let has = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    if has("xl/workbook.bin") {
        others::sheets(open::<Xlsb<_>>(bytes)?, &[])
    } else if has("xl/workbook.xml") || has("xl/worksheets") {
        xlsx::sheets(bytes, open::<Xlsx<_>>(bytes)?)
    } else if has("content.xml") {
        others::sheets(open::<Ods<_>>(bytes)?, &percentages::of_ods(bytes))
    } else {
        Err(Refusal::new(
            RefusalCode::ZipWithoutWorkbook,
            "berkas zip ini bukan buku kerja Excel atau ODS; ekstrak dan kirim berkas di dalamnya",
            "the zip file is no Excel or ODS workbook; unpack it and send the file inside",
        ))
    }
}

fn open<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(bytes: &'bytes [u8]) -> Result<R, Refusal>
where
    R::Error: std::fmt::Display,
{
    R::new(Cursor::new(bytes)).map_err(|error| refusal(&error.to_string()))
}

fn contains_utf16(bytes: &[u8], text: &str) -> bool {
    let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &wanted).is_some()
}

/// Sum of the unpacked sizes that a zip's directory declares.
fn unpacked_bytes(bytes: &[u8]) -> Result<u64, Refusal> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| refusal(&error.to_string()))?;
    let mut sum = 0u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| refusal(&error.to_string()))?;
        if entry.encrypted() {
            return Err(password());
        }
        sum = sum.saturating_add(entry.size());
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use koridor_contract::CellKind;
    use proptest::prelude::*;

    const SAMPLE: &[u8] = include_bytes!(concat!(
        "../../../../koridor/samples/landing/synthetic/SAMPLE_SYNTHETIC/",
        "akomodasi_2025_sintetis.xlsx"
    ));

    #[test]
    fn cells_keep_their_kind_and_address() {
        let sheets = read(SAMPLE).unwrap();
        let cells = &sheets[0].cells;
        assert_eq!(sheets[0].name, "Akomodasi 2025");
        assert_eq!((cells.row_number(0), cells.text(0, 0).starts_with("LAPORAN")), (1, true));
        let row = (0..cells.len()).find(|row| cells.row_number(*row) == 12).unwrap();
        assert_eq!((cells.kind(row, 11), cells.kind(row, 12)), (CellKind::Error, CellKind::Number));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_workbook_is_refused_or_read(
            changes in prop::collection::vec((0..SAMPLE.len(), any::<u8>()), 1..20),
            cut in 0..SAMPLE.len(),
        ) {
            let mut bytes = SAMPLE.to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let _ = read(&bytes);
            let _ = read(&SAMPLE[..cut]);
        }
    }
}
