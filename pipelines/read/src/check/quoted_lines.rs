//! Texts each of whose lines is one cell in quotes.

use crate::readers::{Refusal, Sheet};

/// The refusal of a text that fits no description; where each of its lines is one cell in quotes,
/// that is why.
pub(super) fn of_quoted_lines(head: &[u8], sheets: &[Sheet], refusal: Refusal) -> Refusal {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let Some(sheet) = sheets.first().filter(|sheet| sheet.cells.width() == 1) else {
        return refusal;
    };
    let cells = &sheet.cells;
    let parts_all = |mark: &char| {
        let filled = (0..cells.len()).filter(|row| !cells.is_blank(*row, 0));
        let mut counts = filled.map(|row| cells.text(row, 0).matches(*mark).count());
        let of_header = counts.next().unwrap_or_default();
        // A figure may hold one more of them.
        of_header > 1 && counts.all(|own| own >= of_header)
    };
    let mark = [',', ';'].into_iter().find(parts_all).filter(|_| head.starts_with(b"\""));
    let Some(mark) = mark else { return refusal };
    Refusal::new(
        refusal.code,
        format!(
            "setiap baris adalah satu sel dalam tanda kutip, sehingga tanda \"{mark}\" di \
             dalamnya tidak memisahkan kolom; hapus tanda kutip di awal dan akhir setiap baris, \
             atau simpan ulang sebagai CSV dari buku kerjanya"
        ),
        format!(
            "each line is one cell in quotes, so that the marks \"{mark}\" in it part no columns; \
             remove the quotes that begin and end each line, or save the workbook as CSV again"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::RefusalCode;
    use koridor_contract::{CellKind, RawBatch};

    #[test]
    fn lines_that_are_quoted_whole_are_told() {
        let refused = |head: &str, lines: &[&str]| {
            let mut cells = RawBatch::typed(1);
            for (row, line) in lines.iter().enumerate() {
                cells.push_cell(line, CellKind::Text);
                cells.end_row(row as u64 + 1);
            }
            let sheets = [Sheet { cells, ..Sheet::default() }];
            let refusal = Refusal::new(RefusalCode::UnknownLayout, "tidak", "none");
            of_quoted_lines(head.as_bytes(), &sheets, refusal).message.en
        };
        let lines = ["Kabupaten/Kota,Bulan,Timbulan", "Wakatobi,Januari 2025,1,5"];
        assert!(refused("\u{feff}\"Kab", &lines).contains("one cell in quotes"));
        assert_eq!(refused("Kab", &lines), "none");
        assert_eq!(refused("\"Kab", &["Laporan, satu, dua", "Wakatobi"]), "none");
    }
}
