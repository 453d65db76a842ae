//! XLSX, XLS and ODS: typed cells, sheet by sheet.

use super::limits::{MAX_IN_MEMORY_BYTES, MAX_UNPACKED_BYTES};
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use crate::error::ReadError;
use calamine::{DataType, Ods, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};
use koridor_contract::{CellKind, RawBatch};
use std::fmt::Write;
use std::io::Cursor;
use std::path::Path;

/// Most cells a workbook may hold.
const MAX_CELLS: usize = 50_000_000;

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
        return sheets(open::<Xls<_>>(bytes)?);
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
        sheets(open::<Xlsb<_>>(bytes)?)
    } else if has("xl/workbook.xml") || has("xl/worksheets") {
        xlsx_sheets(open::<Xlsx<_>>(bytes)?)
    } else if has("content.xml") {
        sheets(open::<Ods<_>>(bytes)?)
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

/// Cells of one sheet as they come, row by row from the top; a row is as wide as any so far.
#[derive(Default)]
struct Cells {
    data: String,
    spans: Vec<(u32, u32)>,
    kinds: Vec<CellKind>,
    /// Cells that a row has room for.
    stride: usize,
    /// One past the last column that holds anything.
    width: usize,
    first: Option<usize>,
}

impl Cells {
    /// Room for a sheet of the size that its file states; the file may be wrong.
    fn for_sheet(rows: usize, columns: usize) -> Self {
        /// Cells that room is made for before any is seen.
        const MOST: usize = 4_000_000;
        let cells = rows.saturating_mul(columns);
        let mut own = Self::default();
        if cells <= MOST {
            own.stride = columns;
            own.spans.reserve(cells);
            own.kinds.reserve(cells);
            own.data.reserve(cells * 6);
        }
        own
    }

    fn push(&mut self, row: u32, column: u32, cell: &impl DataType) -> Result<(), Refusal> {
        let start = self.data.len() as u32;
        let Some(kind) = write(&mut self.data, cell) else { return Ok(()) };
        let (row, column) = (row as usize, column as usize);
        if column >= self.stride {
            self.widen((column + 1).max(self.stride * 2));
        }
        self.width = self.width.max(column + 1);
        self.first = Some(self.first.map_or(row, |first| first.min(row)));
        if (row + 1).saturating_mul(self.width) > MAX_CELLS || self.data.len() > u32::MAX as usize {
            return Err(too_many_cells());
        }
        let rows = (row + 1) * self.stride;
        if rows > self.spans.len() {
            self.spans.resize(rows, (0, 0));
            self.kinds.resize(rows, CellKind::Text);
        }
        let at = row * self.stride + column;
        if let (Some(span), Some(slot)) = (self.spans.get_mut(at), self.kinds.get_mut(at)) {
            (*span, *slot) = ((start, self.data.len() as u32), kind);
        }
        Ok(())
    }

    /// Marks a formula whose cell holds no value.
    fn mark_formula(&mut self, row: usize, column: usize, formula: &str) {
        let at = row * self.stride + column;
        if column < self.stride
            && let (Some(span), Some(kind)) = (self.spans.get_mut(at), self.kinds.get_mut(at))
            && span.0 == span.1
        {
            let start = self.data.len() as u32;
            self.data.push('=');
            self.data.push_str(formula);
            (*span, *kind) = ((start, self.data.len() as u32), CellKind::Error);
            self.width = self.width.max(column + 1);
        }
    }

    fn widen(&mut self, stride: usize) {
        let old = std::mem::replace(&mut self.stride, stride);
        if !self.spans.is_empty() {
            self.spans = restride(&self.spans, 0, old, old, stride, (0, 0));
            self.kinds = restride(&self.kinds, 0, old, old, stride, CellKind::Text);
        }
    }

    /// All rows from the first to the last that holds anything, each as wide as the widest.
    fn batch(mut self) -> Option<RawBatch> {
        let first = self.first?;
        if first > 0 || self.width < self.stride {
            self.spans = restride(&self.spans, first, self.stride, self.width, self.width, (0, 0));
            self.kinds =
                restride(&self.kinds, first, self.stride, self.width, self.width, CellKind::Text);
        }
        let rows = self.spans.len() / self.width.max(1);
        let numbers = (0..rows).map(|row| (first + row + 1) as u64).collect();
        Some(RawBatch::from_typed_parts(self.data, self.spans, self.kinds, self.width, numbers))
    }
}

/// Rows from `first` on with their first `kept` cells, in rows of another width.
fn restride<T: Copy>(
    cells: &[T],
    first: usize,
    old: usize,
    kept: usize,
    stride: usize,
    empty: T,
) -> Vec<T> {
    let mut moved = Vec::with_capacity((cells.len() / old.max(1)).saturating_sub(first) * stride);
    for row in cells.chunks(old.max(1)).skip(first) {
        moved.extend_from_slice(row.get(..kept).unwrap_or(row));
        moved.resize(moved.len() + stride - kept, empty);
    }
    moved
}

/// XLSX is read cell by cell; a range of all cells would be held beside what is made of it.
fn xlsx_sheets(mut workbook: Xlsx<Cursor<&[u8]>>) -> Result<Vec<Sheet>, Refusal> {
    let mut sheets = Vec::new();
    let hidden = hidden_sheets(&workbook);
    for name in cell_sheets(&workbook) {
        let mut reader =
            workbook.worksheet_cells_reader(&name).map_err(|error| refusal(&error.to_string()))?;
        let (last_row, last_column) = reader.dimensions().end;
        let mut cells = Cells::for_sheet(last_row as usize + 1, last_column as usize + 1);
        let mut has_empty = false;
        while let Some(cell) = reader.next_cell().map_err(|error| refusal(&error.to_string()))? {
            let (row, column) = cell.get_position();
            has_empty |= cell.get_value().is_empty();
            cells.push(row, column, cell.get_value())?;
        }
        drop(reader);
        // A cell that is written and holds nothing may be a formula that was never calculated: it
        // is not blank.
        if has_empty && has_formulas(&mut workbook, &name)? {
            let formulas =
                workbook.worksheet_formula(&name).map_err(|error| refusal(&error.to_string()))?;
            let (first_row, first_column) = formulas.start().unwrap_or_default();
            for (row, column, formula) in
                formulas.used_cells().filter(|(.., formula)| !formula.is_empty())
            {
                cells.mark_formula(
                    first_row as usize + row,
                    first_column as usize + column,
                    formula,
                );
            }
        }
        let Some(cells) = cells.batch() else { continue };
        sheets.push(Sheet { is_hidden: hidden.contains(&name), name, cells, ..Sheet::default() });
    }
    Ok(sheets)
}

/// Whether a sheet's first cells hold a formula: looking for all of them reads the sheet once more,
/// and formulas stand in columns.
fn has_formulas(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<bool, Refusal> {
    const CELLS: usize = 20_000;
    let mut reader =
        workbook.worksheet_cells_reader(name).map_err(|error| refusal(&error.to_string()))?;
    for _ in 0..CELLS {
        match reader.next_formula().map_err(|error| refusal(&error.to_string()))? {
            Some(cell) if !cell.get_value().is_empty() => return Ok(true),
            Some(_) => {}
            None => return Ok(false),
        }
    }
    Ok(false)
}

fn sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(mut workbook: R) -> Result<Vec<Sheet>, Refusal>
where
    R::Error: std::fmt::Display,
{
    let mut sheets = Vec::new();
    let hidden = hidden_sheets(&workbook);
    for name in cell_sheets(&workbook) {
        let range = workbook.worksheet_range(&name).map_err(|error| refusal(&error.to_string()))?;
        let Some((first_row, first_column)) = range.start() else { continue };
        let mut cells = Cells::for_sheet(
            first_row as usize + range.height(),
            first_column as usize + range.width(),
        );
        for (row, column, cell) in range.used_cells() {
            cells.push(first_row + row as u32, first_column + column as u32, cell)?;
        }
        let Some(cells) = cells.batch() else { continue };
        sheets.push(Sheet { is_hidden: hidden.contains(&name), name, cells, ..Sheet::default() });
    }
    Ok(sheets)
}

/// Sheets that hold cells: a chart's holds none.
fn cell_sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(workbook: &R) -> Vec<String> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect()
}

fn hidden_sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(workbook: &R) -> Vec<String> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

fn too_many_cells() -> Refusal {
    Refusal::new(
        RefusalCode::TooManyCells,
        format!("buku kerja berisi lebih dari {MAX_CELLS} sel; kirim sebagai CSV"),
        format!("the workbook holds more than {MAX_CELLS} cells; send it as CSV"),
    )
}

/// Writes a cell as a raw batch has it; `None` for an empty one.
fn write(data: &mut String, cell: &impl DataType) -> Option<CellKind> {
    // Writing to a text does not fail.
    if let Some(text) = cell.get_string() {
        data.push_str(text);
        return Some(CellKind::Text);
    }
    if let Some(value) = cell.get_float() {
        // Most are whole, and written far quicker as such.
        let whole = value as i64;
        let _ = if whole as f64 == value && whole.abs() < 1 << 53 {
            write!(data, "{whole}")
        } else {
            write!(data, "{value}")
        };
        return Some(CellKind::Number);
    }
    if let Some(value) = cell.get_int() {
        let _ = write!(data, "{value}");
        return Some(CellKind::Number);
    }
    if let Some(moment) = cell.get_datetime() {
        if !moment.is_datetime() {
            let _ = write!(data, "{}", moment.as_f64());
            return Some(CellKind::Number);
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        let _ = write!(data, "{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) != (0, 0, 0) {
            let _ = write!(data, " {hour:02}:{minute:02}:{second:02}");
        }
        return Some(CellKind::Date);
    }
    if let Some(text) = cell.get_datetime_iso().or_else(|| cell.get_duration_iso()) {
        data.push_str(text);
        return Some(CellKind::Date);
    }
    if let Some(value) = cell.get_bool() {
        data.push_str(if value { "true" } else { "false" });
        return Some(CellKind::Text);
    }
    let error = cell.get_error()?;
    let _ = write!(data, "{error}");
    Some(CellKind::Error)
}

fn refusal(error: &str) -> Refusal {
    if error.to_lowercase().contains("password") || error.to_lowercase().contains("encrypt") {
        return password();
    }
    Refusal::new(
        RefusalCode::BrokenWorkbook,
        format!(
            "buku kerja tidak dapat dibuka: berkas terpotong atau rusak ({error}); simpan ulang \
             dari Excel dan kirim lagi"
        ),
        format!(
            "the workbook cannot be opened: it is cut off or damaged ({error}); save it again from \
             Excel and send it once more"
        ),
    )
}

fn password() -> Refusal {
    Refusal::new(
        RefusalCode::Password,
        "buku kerja dilindungi kata sandi; hapus kata sandinya (Berkas > Info > Proteksi) dan \
         kirim lagi",
        "the workbook is protected by a password; remove it (File > Info > Protect) and send it \
         again",
    )
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
    use proptest::prelude::*;

    const SAMPLE: &[u8] = include_bytes!(
        "../../../koridor/samples/landing/synthetic/SAMPLE_SYNTHETIC/akomodasi_2025_sintetis.xlsx"
    );

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
