//! What is said of a workbook that cannot be opened.

use crate::readers::refusal::{Refusal, RefusalCode};

/// The refusal of a workbook whose reader reports an error.
pub(super) fn refusal(error: &str) -> Refusal {
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

/// The refusal of a workbook that is protected by a password.
pub(super) fn password() -> Refusal {
    Refusal::new(
        RefusalCode::Password,
        "buku kerja dilindungi kata sandi; hapus kata sandinya (Berkas > Info > Proteksi) dan \
         kirim lagi",
        "the workbook is protected by a password; remove it (File > Info > Protect) and send it \
         again",
    )
}
