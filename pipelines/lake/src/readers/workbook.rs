//! XLSX, XLS and ODS: typed cells, sheet by sheet.

use super::{MAX_UNPACKED_BYTES, Refusal, Sheet};
use calamine::{Data, Ods, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use koridor_contract::{CellKind, RawBatch};
use std::io::Cursor;

/// Most cells a workbook may hold.
const MAX_CELLS: usize = 50_000_000;

/// Reads all sheets of a workbook.
///
/// # Errors
/// Where the bytes are no workbook, or one that cannot be opened (password, truncated, unpacks to too much).
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    // A damaged workbook can bring the library that reads it to a stop; that is the file's fault and must not be the run's.
    std::panic::catch_unwind(|| read_sheets(bytes)).unwrap_or_else(|_| Err(refusal("the reader gave up")))
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
            "too_large_unpacked",
            format!("isi berkas terlalu besar setelah dibuka ({} MB); berkas rusak atau bom zip", unpacked >> 20),
            format!("the file unpacks to {} MB; it is damaged or a zip bomb", unpacked >> 20),
        ));
    }
    let has = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    if has("xl/workbook.bin") {
        sheets(open::<Xlsb<_>>(bytes)?)
    } else if has("xl/workbook.xml") || has("xl/worksheets") {
        sheets(open::<Xlsx<_>>(bytes)?)
    } else if has("content.xml") {
        sheets(open::<Ods<_>>(bytes)?)
    } else {
        Err(Refusal::new(
            "zip_without_workbook",
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

fn sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(mut workbook: R) -> Result<Vec<Sheet>, Refusal>
where
    R::Error: std::fmt::Display,
{
    let mut sheets = Vec::new();
    let mut cells = 0usize;
    let hidden: Vec<String> =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.visible != SheetVisible::Visible).map(|sheet| sheet.name.clone()).collect();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| refusal(&error.to_string()))?;
        let Some((first_row, first_column)) = range.start() else { continue };
        let width = first_column as usize + range.width();
        cells = cells.saturating_add(width.saturating_mul(range.height()));
        if cells > MAX_CELLS {
            return Err(Refusal::new(
                "too_many_cells",
                format!("buku kerja berisi lebih dari {MAX_CELLS} sel; kirim sebagai CSV"),
                format!("the workbook holds more than {MAX_CELLS} cells; send it as CSV"),
            ));
        }
        let mut batch = RawBatch::typed(width);
        batch.reserve(range.height());
        for (index, row) in range.rows().enumerate() {
            for _ in 0..first_column {
                batch.push_cell("", CellKind::Text);
            }
            for cell in row {
                push(&mut batch, cell);
            }
            batch.end_row(u64::from(first_row) + index as u64 + 1);
        }
        sheets.push(Sheet { is_hidden: hidden.contains(&name), name, cells: batch, faults: Vec::new(), first_column: 0 });
    }
    Ok(sheets)
}

fn push(batch: &mut RawBatch, cell: &Data) {
    match cell {
        Data::Empty => batch.push_cell("", CellKind::Text),
        Data::String(text) => batch.push_cell(text, CellKind::Text),
        Data::Int(value) => batch.push_cell(&value.to_string(), CellKind::Number),
        Data::Float(value) => batch.push_cell(&value.to_string(), CellKind::Number),
        Data::Bool(value) => batch.push_cell(if *value { "true" } else { "false" }, CellKind::Text),
        Data::Error(error) => batch.push_cell(&error.to_string(), CellKind::Error),
        Data::DateTimeIso(text) | Data::DurationIso(text) => batch.push_cell(text, CellKind::Date),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            let text = if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}:{second:02}") };
            batch.push_cell(&text, CellKind::Date);
        }
        Data::DateTime(duration) => batch.push_cell(&duration.as_f64().to_string(), CellKind::Number),
    }
}

fn refusal(error: &str) -> Refusal {
    if error.to_lowercase().contains("password") || error.to_lowercase().contains("encrypt") {
        return password();
    }
    Refusal::new(
        "broken_workbook",
        format!("buku kerja tidak dapat dibuka: berkas terpotong atau rusak ({error}); simpan ulang dari Excel dan kirim lagi"),
        format!("the workbook cannot be opened: it is cut off or damaged ({error}); save it again from Excel and send it once more"),
    )
}

fn password() -> Refusal {
    Refusal::new(
        "password",
        "buku kerja dilindungi kata sandi; hapus kata sandinya (Berkas > Info > Proteksi) dan kirim lagi",
        "the workbook is protected by a password; remove it (File > Info > Protect) and send it again",
    )
}

fn contains_utf16(bytes: &[u8], text: &str) -> bool {
    let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &wanted).is_some()
}

/// Sum of the unpacked sizes that a zip's directory declares.
fn unpacked_bytes(bytes: &[u8]) -> Result<u64, Refusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| refusal(&error.to_string()))?;
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

    const SAMPLE: &[u8] = include_bytes!("../../../koridor/samples/landing/synthetic/SAMPLE_SYNTHETIC/akomodasi_2025_sintetis.xlsx");

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
        fn a_damaged_workbook_is_refused_or_read(changes in prop::collection::vec((0..SAMPLE.len(), any::<u8>()), 1..20), cut in 0..SAMPLE.len()) {
            let mut bytes = SAMPLE.to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let _ = read(&bytes);
            let _ = read(&SAMPLE[..cut]);
        }
    }
}
