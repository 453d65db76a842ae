//! The first sheet of a workbook that goes back: what came, what became of its rows, what to mend.

use super::cell::{CellFormats, place, write_text};
use crate::cell_text::fit;
use crate::error::ServeError;
use crate::workbook::{height, lines, set_up_page};
use koridor_contract::message::Message;
use koridor_publish::feedback::{Feedback, Finding};
use rust_xlsxwriter::Worksheet;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that are listed one by one.
const MOST_LISTED: usize = 50_000;
/// Widths of the columns.
const WIDTHS: [f64; 5] = [30.0, 24.0, 24.0, 60.0, 60.0];

/// Writes the sheet.
pub(super) fn write(
    sheet: &mut Worksheet,
    feedback: &Feedback,
    left_out: Option<&Message>,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    for (column, width) in WIDTHS.into_iter().enumerate() {
        sheet.set_column_width(column as u16, width)?;
    }
    let title = "Hasil pemeriksaan berkas / Result of the check";
    sheet.write_string_with_format(0, 0, title, &formats.title)?;
    let mut summary = SummaryWriter { sheet, formats, row: 2 };
    summary.facts(feedback)?;
    summary.counts(feedback)?;
    summary.row += 1;
    if left_out.is_some() || !feedback.remarks.is_empty() {
        summary.remarks(left_out.into_iter().chain(&feedback.remarks))?;
        summary.row += 1;
    }
    if !feedback.findings.is_empty() {
        summary.kinds(feedback)?;
        summary.row += 1;
        summary.findings(&feedback.findings)?;
    }
    let title = format!("{} - {}", "Hasil pemeriksaan / Result of the check", feedback.file_name);
    set_up_page(sheet, 0, &title)
}

/// The sheet and the row that is written next.
struct SummaryWriter<'sheet> {
    sheet: &'sheet mut Worksheet,
    formats: &'sheet CellFormats,
    row: u32,
}

impl SummaryWriter<'_> {
    fn heading(&mut self, column: u16, text: &str) -> Result<(), ServeError> {
        self.sheet.write_string_with_format(self.row, column, text, &self.formats.header)?;
        Ok(())
    }

    fn headings(&mut self, texts: [&str; 5]) -> Result<(), ServeError> {
        for (column, text) in texts.into_iter().enumerate() {
            self.heading(column as u16, text)?;
        }
        self.row += 1;
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) -> Result<(), ServeError> {
        write_text(self.sheet, (self.row, column), text, &self.formats.text)
    }

    fn wrapped(&mut self, column: u16, text: &str) -> Result<(), ServeError> {
        write_text(self.sheet, (self.row, column), text, &self.formats.wrap)
    }

    fn number(&mut self, column: u16, number: u64) -> Result<(), ServeError> {
        let format = &self.formats.text;
        self.sheet.write_number_with_format(self.row, column, number as f64, format)?;
        Ok(())
    }

    /// Both messages, in the last two columns, behind texts of the first ones. Programs that open
    /// the file do not make room for a text that wraps.
    fn message(&mut self, before: [&str; 3], message: &Message) -> Result<(), ServeError> {
        let texts = before.into_iter().chain([message.id.as_str(), message.en.as_str()]);
        let mut most_lines = 1;
        for (column, (text, width)) in texts.zip(WIDTHS).enumerate() {
            most_lines = most_lines.max(lines(&fit(text), width));
            if !text.is_empty() {
                self.wrapped(column as u16, text)?;
            }
        }
        if most_lines > 1 {
            self.sheet.set_row_height(self.row, height(most_lines))?;
        }
        Ok(())
    }

    fn facts(&mut self, feedback: &Feedback) -> Result<(), ServeError> {
        let facts = [
            ("Berkas / File", &feedback.file_name),
            ("Dataset", &feedback.dataset),
            ("Sumber / Source", &feedback.source_id),
            ("Diterima tanggal / Received", &feedback.received),
        ];
        for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
            self.heading(0, name)?;
            self.text(1, value)?;
            self.row += 1;
        }
        Ok(())
    }

    fn counts(&mut self, feedback: &Feedback) -> Result<(), ServeError> {
        let [read, accepted, rejected, ignored] = feedback.counts;
        for (name, count) in [
            ("Baris dibaca / Rows read", read),
            ("Baris diterima / Accepted", accepted),
            ("Baris ditolak / Refused", rejected),
            ("Baris diabaikan / Ignored", ignored),
        ] {
            self.heading(0, name)?;
            self.number(1, count)?;
            self.row += 1;
        }
        for (reason, count) in &feedback.ignored_by {
            let name = format!("    {}", reason_name(reason));
            self.sheet.write_string(self.row, 0, name)?;
            self.number(1, *count)?;
            self.row += 1;
        }
        Ok(())
    }

    fn remarks<'all>(
        &mut self,
        remarks: impl Iterator<Item = &'all Message>,
    ) -> Result<(), ServeError> {
        for remark in remarks {
            self.message(["Perhatian / Note", "", ""], remark)?;
            self.heading(0, "Perhatian / Note")?;
            self.row += 1;
        }
        Ok(())
    }

    /// Who should mend what: the office its cells, by kind of fault.
    fn kinds(&mut self, feedback: &Feedback) -> Result<(), ServeError> {
        let mut kinds: BTreeMap<(&str, &str), (u64, &Finding)> = BTreeMap::new();
        for finding in &feedback.findings {
            kinds.entry((&finding.field, &finding.rule)).or_insert((0, finding)).0 += 1;
        }
        self.headings([
            "Kolom / Field",
            "Jumlah baris / Rows",
            "Contoh sel / Example",
            "Yang perlu diperbaiki oleh pengirim",
            "What the sender should mend",
        ])?;
        for ((field, _), (count, example)) in kinds {
            let title = feedback.titles.get(field).map_or(field, String::as_str);
            self.message([title, "", &place(example)], &example.message)?;
            self.number(1, count)?;
            self.row += 1;
        }
        Ok(())
    }

    fn findings(&mut self, findings: &[Finding]) -> Result<(), ServeError> {
        self.headings(["Sel / Cell", "Isi / Value", "Aturan / Rule", "Pesan", "Message"])?;
        let mut told = BTreeSet::new();
        let is_new = |finding: &&Finding| {
            told.insert((place(finding), finding.rule.clone(), finding.field.clone()))
        };
        for finding in findings.iter().filter(is_new).take(MOST_LISTED) {
            let place = place(finding);
            let before = [&place, &finding.value, &finding.rule].map(String::as_str);
            self.message(before, &finding.message)?;
            self.row += 1;
        }
        let more = findings.len().saturating_sub(MOST_LISTED);
        if more > 0 {
            let text = format!("... dan {more} baris lagi / and {more} more rows");
            self.sheet.write_string(self.row, 0, text)?;
        }
        Ok(())
    }
}

/// Why rows were ignored, in words.
fn reason_name(reason: &str) -> &str {
    match reason {
        "title" => "judul / title",
        "total" => "baris jumlah / total",
        "note" => "catatan / note",
        "blank" => "kosong / blank",
        "section" => "wilayah di atas barisnya / a region above its rows",
        "blank_cell" => "sel belum diisi / a cell that is not filled yet",
        "outside_corridor" => "wilayah di luar koridor / a region outside the corridor",
        "outside_province" => "di luar provinsi / outside the province",
        "numbering" => "nomor kolom / column numbers",
        "header" => "judul kolom berulang / repeated header",
        "plans" => "tabel target atau rencana / a table of targets or plans",
        "other_sheet" => "lembar lain / another sheet",
        "dropped_by_correction" => "dihapus oleh koreksi / dropped by a correction",
        other => other,
    }
}
