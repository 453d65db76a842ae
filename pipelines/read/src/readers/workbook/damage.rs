//! What is said of a workbook that cannot be opened.

use crate::readers::dialect;
use crate::readers::other_kinds::{PADDING, first_bytes, is_control, of_known_kind, of_no_text};
use crate::readers::refusal::{Refusal, RefusalCode};

/// How the names of workbooks end.
const ENDINGS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The refusal of a file that is neither a workbook nor a text, by the bytes at its beginning: of
/// a picture or a document, of bytes that no text holds. A text that somebody named as a workbook
/// is read as the text that it is.
pub(crate) fn of_no_workbook(path: &str, head: &[u8]) -> Option<Refusal> {
    let known = of_known_kind(head);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if known.is_some() || !ENDINGS.iter().any(|own| ending.eq_ignore_ascii_case(own)) {
        return known.or_else(|| of_no_text(head));
    }
    let text = dialect::encoding(head).decode(head).0;
    let text = text.trim_end_matches(PADDING);
    (text.is_empty() || text.contains(is_control))
        .then(|| refusal(&format!("no workbook: {}", first_bytes(head).en)))
}

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

#[cfg(test)]
mod tests {
    use super::of_no_workbook;

    #[test]
    fn bytes_that_are_no_workbook_are_told_and_a_text_named_so_is_none_of_them() {
        let told = |name: &str, bytes: &[u8]| {
            of_no_workbook(name, bytes).map(|own| own.code.code().to_owned())
        };
        let random = [0xEA, 0xBA, 0x82, 0xC4, 0x19, 0xD3, 0x7A, 0xA2, 0x9E, 0x40, 0xB5, 0x04];
        assert_eq!(told("a/B.XLSX", &random).as_deref(), Some("broken_workbook"));
        assert_eq!(told("a/b.ods", &[0; 5_000]).as_deref(), Some("broken_workbook"));
        assert_eq!(told("a/b.csv", &[0; 10]).as_deref(), Some("not_a_table"));
        assert_eq!(told("a.xlsx/b", &[0; 10]).as_deref(), Some("not_a_table"));
        assert_eq!(told("a/b.xls", b"\x89PNG\r\n\x1a\n").as_deref(), Some("not_a_table"));
        let texts: [&[u8]; 4] =
            [b"Bulan;Jumlah\r\n2025-01;3\r\n\0", b"\n\n", b"\xFF\xFEa\0\t\0b\0", b"Caf\xE9;1\n"];
        for text in texts {
            assert_eq!(told("a/b.xls", text), None, "{text:?}");
            assert_eq!(told("a/b.csv", text), None, "{text:?}");
        }
    }
}
