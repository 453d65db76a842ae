//! XLSX, XLS and ODS: typed cells, sheet by sheet.
//!
//! `xlsx` reads the usual kind cell by cell, `others` the rest; both write into `cells` the sheets
//! that `names` lists. How a cell is shown no library tells of the rest: `marks` holds it, of XLS
//! from `biff`, of ODS from `ods`; `number_formats` says what a format makes of a number, `raised`
//! which characters of a text are no digits of it, `struck` what stands for a number that is struck
//! out. `unpacked`, `markup`, `sectors`, `biff` and `ods` look at a workbook before a library does,
//! which takes what memory the file asks for. `damage` says what is wrong with one that cannot be
//! opened.

mod biff;
mod biff_records;
mod biff_texts;
mod cells;
mod damage;
mod format_pieces;
mod marks;
mod markup;
mod names;
mod number_formats;
mod ods;
mod ods_styles;
mod ods_text;
mod others;
mod raised;
mod sectors;
mod struck;
mod tags;
mod unpacked;
mod xlsx;

use super::budget::{Budget, Meter};
use super::other_kinds::{of_compound, of_open_document, of_zip};
use super::refusal::Refusal;
use super::regular;
use super::sheet::Sheet;
use crate::error::ReadError;
use calamine::{Ods, Reader, Xls, Xlsb, Xlsx};
pub(crate) use damage::of_no_workbook;
use damage::{password, refusal};
use std::io::{Cursor, Read};
use std::path::Path;
pub(crate) use struck::STRUCK;

/// The bytes of a file that is an XLSX workbook; none for another one, or one that is too large to
/// be held.
///
/// # Errors
/// Where it cannot be read.
pub fn xlsx_bytes(path: &Path, budget: Budget) -> Result<Vec<u8>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    let file = regular::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > budget.memory_bytes {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(failed)?;
    let is_xlsx =
        bytes.starts_with(b"PK") && memchr::memmem::find(&bytes, b"xl/workbook.xml").is_some();
    Ok(if is_xlsx { bytes } else { Vec::new() })
}

/// Reads all sheets of a workbook. Damage can make the libraries panic that read it.
///
/// # Errors
/// Where the bytes are no workbook, or one that cannot be opened: with a password, cut off, or
/// larger than its budget.
pub(super) fn read(bytes: &[u8], meter: Meter) -> Result<Vec<Sheet>, Refusal> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        if contains_utf16(bytes, "EncryptedPackage") {
            return Err(password());
        }
        if let Some(other) = of_compound(|stream| contains_utf16(bytes, stream)) {
            return Err(other);
        }
        sectors::check(bytes, meter)?;
        let known = biff::known(bytes, meter)?;
        let mut sheets = others::sheets(open::<Xls<_>>(bytes)?, &known.marks, meter)?;
        sheets.iter_mut().for_each(|sheet| sheet.is_1904 |= known.is_1904);
        return Ok(sheets);
    }
    unpacked::check(bytes, meter)?;
    let marked = markup::check(bytes, meter)?;
    let has = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    if has("xl/workbook.bin") {
        others::sheets(open::<Xlsb<_>>(bytes)?, &[], meter)
    } else if has("xl/workbook.xml") || has("xl/worksheets") {
        xlsx::sheets(bytes, &marked, open::<Xlsx<_>>(bytes)?, meter)
    } else if has("content.xml") {
        if let Some(other) = of_open_document(&open_document(bytes)) {
            return Err(other);
        }
        let marks = ods::marks(bytes, meter)?;
        others::sheets(open::<Ods<_>>(bytes)?, &marks, meter)
    } else {
        let archive = zip::ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|error| refusal(&error.to_string()))?;
        Err(of_zip(archive.file_names_raw()))
    }
}

/// What an OpenDocument file says that it is; blank where it says nothing.
fn open_document(bytes: &[u8]) -> String {
    /// Bytes of the longest type.
    const MOST: u64 = 200;
    let mut kind = String::new();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes))
        && let Ok(part) = archive.by_name("mimetype")
        && part.take(MOST).read_to_string(&mut kind).is_err()
    {
        kind.clear();
    }
    kind
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::{Container, read_whole};
    use koridor_contract::CellKind;
    use proptest::prelude::*;

    const SAMPLE: &[u8] = include_bytes!(concat!(
        "../../../../koridor/samples/landing/synthetic/SAMPLE_SYNTHETIC/",
        "akomodasi_2025_sintetis.xlsx"
    ));

    fn in_process(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
        read_whole(Container::Workbook, bytes.to_vec(), Budget::default())
    }

    #[test]
    fn cells_keep_their_kind_and_address() {
        let sheets = in_process(SAMPLE).unwrap();
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
            let _ = in_process(&bytes);
            let _ = in_process(&SAMPLE[..cut]);
        }
    }
}
