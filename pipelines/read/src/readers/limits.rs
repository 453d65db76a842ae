//! How much a reader takes at once, and what is said of a file that is larger.

use super::refusal::{Refusal, RefusalCode};

/// Bytes from a file's beginning that tell what it is.
pub const HEAD_BYTES: usize = 1 << 20;
/// Largest row of a text file.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
/// Largest unpacked size of a workbook's parts.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// Largest file of a container that must be held in memory.
pub const MAX_IN_MEMORY_BYTES: u64 = 512 << 20;

/// The refusal of a file that is larger than can be held.
pub(crate) fn too_large() -> Refusal {
    let most = MAX_IN_MEMORY_BYTES >> 20;
    Refusal::new(
        RefusalCode::FileTooLarge,
        format!("berkas lebih besar dari {most} MB; kirim sebagai CSV dengan satu baris judul"),
        format!("the file is larger than {most} MB; send it as CSV with one header row"),
    )
}

/// The refusal of a text file whose rows must all be there before they can be read: its description
/// rearranges them, or a column of it may contradict what holds for all rows.
pub(crate) fn too_large_to_lay_out(source: &str) -> Refusal {
    let most = MAX_IN_MEMORY_BYTES >> 20;
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
