//! What reading one file may cost: memory, cells and seconds, looked at before memory is taken.

use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use std::time::{Duration, Instant};

/// Most columns of a table: those of a workbook.
pub const MAX_COLUMNS: usize = 16_384;
/// Most sheets of a workbook.
const MAX_SHEETS: usize = 1_000;
/// Rows of a sheet in which a header may stand, and most cells of such rows in all sheets.
const HEADER_ROWS: usize = 50;
const MAX_HEADER_CELLS: usize = 2_000_000;
/// Bytes that one cell of a table takes beside its text.
const CELL_BYTES: u64 = 9;
/// How often time is looked at: after so many steps.
const STEPS: usize = 4_096;
/// What an operator can do about a bound of memory.
const MORE_MEMORY: &str = "--file-memory";

/// What reading one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Memory that reading it may take; half of it for its cells.
    pub memory_bytes: u64,
    /// Seconds that reading it may take.
    pub seconds: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { memory_bytes: 512 << 20, seconds: 60 }
    }
}

impl Budget {
    /// Begins to read a file.
    pub fn meter(self) -> Meter {
        Meter { budget: self, held: 0, until: Instant::now() + Duration::from_secs(self.seconds) }
    }

    /// Begins to read a file that is never held as a whole: the longer it is, the longer it may
    /// take.
    pub fn streaming_meter(self, bytes: u64) -> Meter {
        /// A machine that is slower than this has another trouble.
        const BYTES_A_SECOND: u64 = 256 << 10;
        Self { seconds: self.seconds.saturating_add(bytes / BYTES_A_SECOND), ..self }.meter()
    }
}

/// How much of a file's budget is left.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    budget: Budget,
    /// Bytes of cells that are held already.
    held: u64,
    until: Instant,
}

impl Meter {
    /// Refuses the file where its time is over.
    pub(crate) fn time(&self) -> Result<(), Refusal> {
        if Instant::now() < self.until { Ok(()) } else { Err(too_slow(self.budget)) }
    }

    /// The same in a loop: looks every few thousand steps.
    #[inline]
    pub(crate) fn time_at(&self, step: usize) -> Result<(), Refusal> {
        if step % STEPS == STEPS - 1 { self.time() } else { Ok(()) }
    }

    /// Refuses what takes more memory than the file may.
    pub(crate) fn memory(&self, bytes: u64) -> Result<(), Refusal> {
        if bytes.saturating_add(self.held) <= self.budget.memory_bytes {
            return Ok(());
        }
        Err(too_large(self.budget))
    }

    /// Refuses a table that takes more memory than cells may: every place from its first cell to
    /// its last has room.
    #[inline]
    pub(crate) fn table(&self, rows: u64, columns: u64, text_bytes: u64) -> Result<(), Refusal> {
        let cells = rows.saturating_mul(columns);
        let bytes = cells.saturating_mul(CELL_BYTES).saturating_add(text_bytes);
        let most = self.budget.memory_bytes / 2;
        if bytes.saturating_add(self.held) <= most && text_bytes <= u64::from(u32::MAX) {
            return Ok(());
        }
        Err(too_many_cells(self.budget, rows, columns))
    }

    /// Refuses a table that is wider than a workbook can be.
    pub(crate) fn columns(&self, columns: usize) -> Result<(), Refusal> {
        if columns <= MAX_COLUMNS { Ok(()) } else { Err(too_many_columns(columns)) }
    }

    /// Refuses a workbook of more sheets than anybody looks through.
    pub(crate) fn sheets(&self, sheets: usize) -> Result<(), Refusal> {
        if sheets <= MAX_SHEETS { Ok(()) } else { Err(too_many_sheets(sheets)) }
    }

    /// Refuses a workbook with more cells near the tops of its sheets, where headers are looked
    /// for, than all descriptions can be tried on.
    pub(crate) fn headers(&self, sheets: &[Sheet]) -> Result<(), Refusal> {
        let near_top = |sheet: &Sheet| sheet.cells.width() * sheet.cells.len().min(HEADER_ROWS);
        if sheets.iter().map(near_top).sum::<usize>() <= MAX_HEADER_CELLS {
            return Ok(());
        }
        Err(too_many_columns(sheets.iter().map(|sheet| sheet.cells.width()).sum()))
    }

    /// The same with a table of so many cells held.
    pub(crate) fn holding(self, cells: usize, text_bytes: usize) -> Self {
        let bytes = (cells as u64).saturating_mul(CELL_BYTES).saturating_add(text_bytes as u64);
        Self { held: self.held.saturating_add(bytes), ..self }
    }

    /// What the file may cost at all.
    pub fn budget(&self) -> Budget {
        self.budget
    }
}

/// The refusal of a file that takes more memory than it may.
pub(crate) fn too_large(budget: Budget) -> Refusal {
    let most = budget.memory_bytes >> 20;
    Refusal::new(
        RefusalCode::FileTooLarge,
        format!(
            "membaca berkas ini memerlukan lebih dari {most} MB memori; kirim sebagai CSV dengan \
             satu baris judul (pengelola: {MORE_MEMORY})"
        ),
        format!(
            "reading the file takes more than {most} MB of memory; send it as CSV with one header \
             row (operator: {MORE_MEMORY})"
        ),
    )
}

/// The refusal of a text file whose rows must all be there before they can be read: its description
/// rearranges them, or a column of it may contradict what holds for all rows.
pub(crate) fn too_large_to_lay_out(budget: Budget, source: &str) -> Refusal {
    let most = budget.memory_bytes >> 20;
    Refusal::new(
        RefusalCode::FileTooLarge,
        format!(
            "berkas lebih besar dari {most} MB, dan tata letak {source} hanya dapat dibaca sebagai \
             satu keseluruhan; kirim per tahun atau per bulan"
        ),
        format!(
            "the file is larger than {most} MB, and the layout {source} can only be read as a \
             whole; send it by year or by month"
        ),
    )
}

/// The refusal of a file that is not read in its time.
pub(crate) fn too_slow(budget: Budget) -> Refusal {
    let seconds = budget.seconds;
    Refusal::new(
        RefusalCode::TooSlow,
        format!(
            "berkas tidak selesai dibaca dalam {seconds} detik: rusak atau terlalu rumit; simpan \
             ulang dari Excel, atau kirim sebagai CSV (pengelola: --file-seconds)"
        ),
        format!(
            "the file was not read within {seconds} seconds: it is damaged or too involved; save \
             it again from Excel, or send it as CSV (operator: --file-seconds)"
        ),
    )
}

/// The refusal of a file at which the process that read it ended.
pub(crate) fn ended(budget: Budget) -> Refusal {
    let most = budget.memory_bytes >> 20;
    Refusal::new(
        RefusalCode::ReaderEnded,
        format!(
            "berkas rusak, atau membacanya memerlukan lebih dari {most} MB memori; simpan ulang \
             dari Excel, atau kirim sebagai CSV (pengelola: {MORE_MEMORY})"
        ),
        format!(
            "the file is damaged, or reading it takes more than {most} MB of memory; save it again \
             from Excel, or send it as CSV (operator: {MORE_MEMORY})"
        ),
    )
}

fn too_many_cells(budget: Budget, rows: u64, columns: u64) -> Refusal {
    let most = budget.memory_bytes >> 20;
    Refusal::new(
        RefusalCode::TooManyCells,
        format!(
            "tabel terlalu besar untuk {most} MB memori: {rows} baris x {columns} kolom; hapus sel \
             yang jauh di luar tabel, atau kirim sebagai CSV (pengelola: {MORE_MEMORY})"
        ),
        format!(
            "the table is too large for {most} MB of memory: {rows} rows x {columns} columns; \
             clear cells far outside the table, or send it as CSV (operator: {MORE_MEMORY})"
        ),
    )
}

fn too_many_columns(columns: usize) -> Refusal {
    Refusal::new(
        RefusalCode::TooManyColumns,
        format!(
            "semua tabel bersama memiliki {columns} kolom, terlalu banyak; paling banyak \
             {MAX_COLUMNS} dalam satu tabel"
        ),
        format!(
            "its tables have {columns} columns in all, which is too many; {MAX_COLUMNS} are the \
             most in one"
        ),
    )
}

fn too_many_sheets(sheets: usize) -> Refusal {
    Refusal::new(
        RefusalCode::TooManySheets,
        format!("buku kerja berisi {sheets} lembar; paling banyak {MAX_SHEETS}"),
        format!("the workbook holds {sheets} sheets; {MAX_SHEETS} are the most"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_budget_is_refused_before_it_is_taken() {
        let meter = Budget { memory_bytes: 1 << 20, seconds: 60 }.meter();
        let code = |result: Result<(), Refusal>| result.unwrap_err().code;
        assert!(meter.table(1_000, 50, 1_000).is_ok() && meter.time().is_ok());
        assert_eq!(code(meter.table(1 << 20, 1 << 14, 0)), RefusalCode::TooManyCells);
        assert_eq!(code(meter.table(u64::MAX, u64::MAX, u64::MAX)), RefusalCode::TooManyCells);
        assert_eq!(code(meter.table(1, 1, 1 << 20)), RefusalCode::TooManyCells);
        assert_eq!(
            code(meter.holding(50_000, 0).table(1_000, 50, 1_000)),
            RefusalCode::TooManyCells
        );
        assert_eq!(code(meter.memory(2 << 20)), RefusalCode::FileTooLarge);
        assert_eq!(code(meter.sheets(100_000)), RefusalCode::TooManySheets);
        assert_eq!(code(meter.columns(500_000)), RefusalCode::TooManyColumns);
        let late = Budget { seconds: 0, ..Budget::default() }.meter();
        assert_eq!(code(late.time()), RefusalCode::TooSlow);
    }
}
