//! The first sheet of a workbook that goes back: what came, what became of its rows, what to mend.

use super::cell::{CellFormats, place, write_text};
use crate::error::ServeError;
use koridor_contract::message::Message;
use koridor_publish::feedback::{Feedback, Finding};
use rust_xlsxwriter::Worksheet;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that are listed one by one.
const MOST_LISTED: usize = 50_000;
/// Letters of a message that fit into a line of its cell.
const LINE_LETTERS: usize = 56;
/// Height of a line.
const LINE_HEIGHT: f64 = 15.0;

/// Writes the sheet.
pub(super) fn write(
    sheet: &mut Worksheet,
    feedback: &Feedback,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    for (column, width) in [(0, 30.0), (1, 24.0), (2, 22.0), (3, 60.0), (4, 60.0)] {
        sheet.set_column_width(column, width)?;
    }
    let title = "Hasil pemeriksaan berkas / Result of the check";
    sheet.write_string_with_format(0, 0, title, &formats.title)?;
    let mut summary = SummaryWriter { sheet, formats, row: 2 };
    summary.facts(feedback)?;
    summary.counts(feedback)?;
    summary.row += 1;
    if !feedback.remarks.is_empty() {
        summary.remarks(&feedback.remarks)?;
        summary.row += 1;
    }
    if !feedback.findings.is_empty() {
        summary.kinds(feedback)?;
        summary.row += 1;
        summary.findings(&feedback.findings)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
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
        write_text(self.sheet, (self.row, column), text, None)
    }

    fn wrapped(&mut self, column: u16, text: &str) -> Result<(), ServeError> {
        write_text(self.sheet, (self.row, column), text, Some(&self.formats.wrap))
    }

    fn number(&mut self, column: u16, number: u64) -> Result<(), ServeError> {
        self.sheet.write_number(self.row, column, number as f64)?;
        Ok(())
    }

    /// Both messages, in the last two columns. Programs that open the file do not make room for a
    /// text that wraps.
    fn message(&mut self, message: &Message) -> Result<(), ServeError> {
        let lines = |text: &str| text.chars().count().div_ceil(LINE_LETTERS);
        let lines = lines(&message.id).max(lines(&message.en));
        if lines > 1 {
            self.sheet.set_row_height(self.row, LINE_HEIGHT * lines as f64)?;
        }
        self.wrapped(3, &message.id)?;
        self.wrapped(4, &message.en)
    }

    fn facts(&mut self, feedback: &Feedback) -> Result<(), ServeError> {
        let received = moment(&feedback.received);
        let facts = [
            ("Berkas / File", &feedback.file_name),
            ("Dataset", &feedback.dataset),
            ("Sumber / Source", &feedback.source_id),
            ("Diterima tanggal / Received", &received),
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

    fn remarks(&mut self, remarks: &[Message]) -> Result<(), ServeError> {
        for remark in remarks {
            self.heading(0, "Perhatian / Note")?;
            self.message(remark)?;
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
            self.wrapped(0, feedback.titles.get(field).map_or(field, String::as_str))?;
            self.number(1, count)?;
            self.text(2, &place(example))?;
            self.message(&example.message)?;
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
            self.text(0, &place(finding))?;
            self.text(1, &finding.value)?;
            self.text(2, &finding.rule)?;
            self.message(&finding.message)?;
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

/// A moment to the minute, as people write it.
fn moment(text: &str) -> String {
    match text.get(..16) {
        Some(minute) => format!("{} UTC", minute.replace('T', " ")),
        None => text.to_owned(),
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
        "other_sheet" => "lembar lain / another sheet",
        "dropped_by_correction" => "dihapus oleh koreksi / dropped by a correction",
        other => other,
    }
}
