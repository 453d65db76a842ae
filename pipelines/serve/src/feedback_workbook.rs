//! A file that goes back to its office as a workbook: a summary first, then its sheets, with the refused cells coloured and a note on each.

use crate::error::ServeError;
use crate::format::looks_like_formula;
use crate::annotate;
use koridor_publish::feedback::{Feedback, Finding};
use koridor_read::readers::{CellKind, Sheet};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Notes a sheet gets; beyond it cells are coloured only, and the list of findings says the rest.
const MOST_NOTES: usize = 10_000;
/// Findings that are listed one by one.
const MOST_LISTED: usize = 50_000;
/// Rows of a sheet that still go back whole; of a longer one only the refused rows and its first lines.
const MOST_ROWS: usize = 500_000;
/// First lines of a long sheet: its title and header.
const FIRST_ROWS: u64 = 20;

struct Formats {
    title: Format,
    header: Format,
    wrap: Format,
    bad: Format,
    bad_date: Format,
    date: Format,
}

/// Writes a feedback file as a workbook: an XLSX of usual size is marked as it is, anything else goes back as a copy of its cells; a text
/// file becomes one sheet.
///
/// # Errors
/// Where the workbook cannot be written.
pub fn write(feedback: &Feedback, output: &mut dyn Write) -> Result<(), ServeError> {
    let bad = Format::new().set_background_color(0x00FF_C7CE).set_font_color(0x009C_0006);
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(14),
        header: Format::new()
            .set_bold()
            .set_background_color(0x00DC_E6F1)
            .set_text_wrap()
            .set_align(FormatAlign::Top),
        wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        bad_date: bad.clone().set_num_format("dd/mm/yyyy"),
        bad,
        date: Format::new().set_num_format("dd/mm/yyyy"),
    };
    if !feedback.original.is_empty() && feedback.original.len() <= annotate::MOST_BYTES {
        let mut own = Workbook::new();
        let sheet = own.add_worksheet();
        sheet.set_name(summary_name(feedback))?;
        summary(sheet, feedback, &formats)?;
        if let Ok(bytes) =
            annotate::write(&feedback.original, &own.save_to_buffer()?, &feedback.findings)
        {
            output.write_all(&bytes)?;
            return Ok(());
        }
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(summary_name(feedback))?;
    summary(sheet, feedback, &formats)?;
    for cells in feedback.sheets.iter().filter(|sheet| !sheet.is_blank()) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(if cells.name.is_empty() { "Data" } else { &cells.name })?;
        let own: Vec<&Finding> =
            feedback.findings.iter().filter(|finding| finding.sheet == cells.name).collect();
        own_sheet(sheet, cells, &own, &formats)?;
        if !own.is_empty() {
            sheet.set_tab_color(0x00FF_C7CE);
        }
        if cells.is_hidden {
            sheet.set_hidden(true);
        }
    }
    output.write_all(&workbook.save_to_buffer()?)?;
    Ok(())
}

/// A name for the summary that no sheet of the office has.
fn summary_name(feedback: &Feedback) -> &'static str {
    let taken: BTreeSet<String> =
        feedback.sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    let mut names = ["Ringkasan", "Ringkasan Koridor", "Koridor 1"].into_iter();
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or("Ringkasan hasil periksa")
}

fn summary(
    sheet: &mut Worksheet,
    feedback: &Feedback,
    formats: &Formats,
) -> Result<(), ServeError> {
    for (column, width) in [(0, 30.0), (1, 24.0), (2, 22.0), (3, 60.0), (4, 60.0)] {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(
        0,
        0,
        "Hasil pemeriksaan berkas / Result of the check",
        &formats.title,
    )?;
    let [read, accepted, rejected, ignored] = feedback.counts;
    let facts = [
        ("Berkas / File", feedback.file_name.clone()),
        ("Dataset", feedback.dataset.clone()),
        ("Sumber / Source", feedback.source_id.clone()),
        ("Diterima tanggal / Received", moment(&feedback.received)),
    ];
    let mut row = 2;
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        sheet.write_string_with_format(row, 0, *name, &formats.header)?;
        text(sheet, row, 1, value, None)?;
        row += 1;
    }
    for (name, value) in [
        ("Baris dibaca / Rows read", read),
        ("Baris diterima / Accepted", accepted),
        ("Baris ditolak / Refused", rejected),
        ("Baris diabaikan / Ignored", ignored),
    ] {
        sheet.write_string_with_format(row, 0, name, &formats.header)?;
        sheet.write_number(row, 1, value as f64)?;
        row += 1;
    }
    for (reason, count) in &feedback.ignored_by {
        sheet.write_string(row, 0, format!("    {}", ignored_reason(reason)))?;
        sheet.write_number(row, 1, *count as f64)?;
        row += 1;
    }
    row += 1;
    for remark in &feedback.remarks {
        tall_enough(sheet, row, [&remark.id, &remark.en])?;
        sheet.write_string_with_format(row, 0, "Perhatian / Note", &formats.header)?;
        text(sheet, row, 3, &remark.id, Some(&formats.wrap))?;
        text(sheet, row, 4, &remark.en, Some(&formats.wrap))?;
        row += 1;
    }
    if !feedback.remarks.is_empty() {
        row += 1;
    }
    // Who should mend what: the office its cells, by kind of fault.
    let mut kinds: BTreeMap<(&str, &str), (u64, &Finding)> = BTreeMap::new();
    for finding in &feedback.findings {
        kinds.entry((&finding.field, &finding.rule)).or_insert((0, finding)).0 += 1;
    }
    if !kinds.is_empty() {
        for (column, title) in [
            "Kolom / Field",
            "Jumlah baris / Rows",
            "Contoh sel / Example",
            "Yang perlu diperbaiki oleh pengirim",
            "What the sender should mend",
        ]
        .into_iter()
        .enumerate()
        {
            sheet.write_string_with_format(row, column as u16, title, &formats.header)?;
        }
        row += 1;
        for ((field, _), (count, example)) in kinds {
            let title = feedback.titles.get(field).map_or(field, String::as_str);
            tall_enough(sheet, row, [&example.message.id, &example.message.en])?;
            text(sheet, row, 0, title, Some(&formats.wrap))?;
            sheet.write_number(row, 1, count as f64)?;
            text(sheet, row, 2, &place(example), None)?;
            text(sheet, row, 3, &example.message.id, Some(&formats.wrap))?;
            text(sheet, row, 4, &example.message.en, Some(&formats.wrap))?;
            row += 1;
        }
        row += 1;
        let listed = ["Sel / Cell", "Isi / Value", "Aturan / Rule", "Pesan", "Message"];
        for (column, title) in listed.into_iter().enumerate() {
            sheet.write_string_with_format(row, column as u16, title, &formats.header)?;
        }
        row += 1;
        let mut told = BTreeSet::new();
        let is_new = |finding: &&Finding| {
            told.insert((place(finding), finding.rule.clone(), finding.field.clone()))
        };
        for finding in feedback.findings.iter().filter(is_new).take(MOST_LISTED) {
            tall_enough(sheet, row, [&finding.message.id, &finding.message.en])?;
            text(sheet, row, 0, &place(finding), None)?;
            text(sheet, row, 1, &finding.value, None)?;
            text(sheet, row, 2, &finding.rule, None)?;
            text(sheet, row, 3, &finding.message.id, Some(&formats.wrap))?;
            text(sheet, row, 4, &finding.message.en, Some(&formats.wrap))?;
            row += 1;
        }
        let more = feedback.findings.len().saturating_sub(MOST_LISTED);
        if more > 0 {
            sheet.write_string(
                row,
                0,
                format!("... dan {more} baris lagi / and {more} more rows"),
            )?;
        }
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Makes room for a message that wraps: programs that open the file do not do it by themselves.
fn tall_enough(sheet: &mut Worksheet, row: u32, messages: [&str; 2]) -> Result<(), ServeError> {
    const LETTERS: usize = 56;
    let lines =
        messages.into_iter().map(|text| text.chars().count().div_ceil(LETTERS)).max().unwrap_or(1);
    if lines > 1 {
        sheet.set_row_height(row, 15.0 * lines as f64)?;
    }
    Ok(())
}

/// A moment to the minute, as people write it.
fn moment(text: &str) -> String {
    match text.get(..16) {
        Some(minute) => format!("{} UTC", minute.replace('T', " ")),
        None => text.to_owned(),
    }
}

fn ignored_reason(reason: &str) -> String {
    let known = match reason {
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
        other => return other.to_owned(),
    };
    known.to_owned()
}

fn place(finding: &Finding) -> String {
    let sheet =
        if finding.sheet.is_empty() { String::new() } else { format!("{}!", finding.sheet) };
    finding.cell.as_ref().map_or_else(
        || format!("{sheet}baris {}", finding.row_number),
        |cell| format!("{sheet}{cell}"),
    )
}

fn own_sheet(
    sheet: &mut Worksheet,
    cells: &Sheet,
    findings: &[&Finding],
    formats: &Formats,
) -> Result<(), ServeError> {
    let mut at: BTreeMap<(u64, usize), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let cell = finding.cell.as_deref();
        let row = cell.and_then(|cell| {
            cell.trim_start_matches(|mark: char| mark.is_ascii_alphabetic()).parse().ok()
        });
        let column = cell.and_then(column_of).unwrap_or(0);
        at.entry((row.unwrap_or(finding.row_number), column)).or_default().push(finding);
    }
    let rows_with_findings: BTreeSet<u64> = at.keys().map(|(row, _)| *row).collect();
    let is_long = cells.cells.len() > MOST_ROWS;
    let mut next = 0u32;
    let mut notes = 0;
    for row in 0..cells.cells.len() {
        let number = cells.cells.row_number(row);
        if is_long && number > FIRST_ROWS && !rows_with_findings.contains(&number) {
            continue;
        }
        // A file that goes back whole keeps its addresses.
        let line = if is_long { next } else { number.saturating_sub(1) as u32 };
        next += 1;
        for column in 0..cells.cells.width() {
            let found = at.get(&(number, column));
            let value = cells.cells.text(row, column);
            if value.is_empty() && found.is_none() {
                continue;
            }
            write_cell(
                sheet,
                line,
                column as u16,
                value,
                cells.cells.kind(row, column),
                found.is_some(),
                formats,
            )?;
            if let Some(found) = found {
                notes += 1;
                if notes <= MOST_NOTES {
                    // The records of one sheet row that share a cell say the same.
                    let mut text: Vec<String> = found
                        .iter()
                        .map(|finding| format!("{}\n\n{}", finding.message.id, finding.message.en))
                        .collect();
                    text.dedup();
                    let mut note = text.join("\n\n");
                    if is_long && let Some(first) = found.first() {
                        note = format!("{}: {note}", place(first));
                    }
                    sheet.insert_note(
                        line,
                        column as u16,
                        &Note::new(note)
                            .set_author("Koridor")
                            .add_author_prefix(false)
                            .set_width(320)
                            .set_height(140),
                    )?;
                }
            }
        }
    }
    for column in 0..cells.cells.width().min(200) {
        let longest = (0..cells.cells.len().min(200))
            .map(|row| cells.cells.text(row, column).chars().count())
            .max()
            .unwrap_or_default();
        sheet.set_column_width(column as u16, (longest as f64 + 2.0).clamp(8.0, 36.0))?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &str,
    kind: CellKind,
    is_bad: bool,
    formats: &Formats,
) -> Result<(), ServeError> {
    let plain = is_bad.then_some(&formats.bad);
    match kind {
        CellKind::Number => {
            if let Ok(number) = value.parse::<f64>() {
                match plain {
                    Some(format) => sheet.write_number_with_format(row, column, number, format)?,
                    None => sheet.write_number(row, column, number)?,
                };
                return Ok(());
            }
        }
        CellKind::Date => {
            let format = if is_bad { &formats.bad_date } else { &formats.date };
            if let Ok(moment) = ExcelDateTime::parse_from_str(value) {
                sheet.write_datetime_with_format(row, column, &moment, format)?;
                return Ok(());
            }
        }
        CellKind::Text | CellKind::Error => {}
    }
    text(sheet, row, column, value, plain)
}

/// A text that stays one.
fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &str,
    format: Option<&Format>,
) -> Result<(), ServeError> {
    // A sheet's cell holds 32,767 characters.
    let value: String = value.chars().take(32_000).collect();
    match (looks_like_formula(&value), format) {
        (true, Some(format)) => sheet.write_string_with_format(
            row,
            column,
            value,
            &format.clone().set_quote_prefix(),
        )?,
        (true, None) => {
            sheet.write_string_with_format(row, column, value, &Format::new().set_quote_prefix())?
        }
        (false, Some(format)) => sheet.write_string_with_format(row, column, value, format)?,
        (false, None) => sheet.write_string(row, column, value)?,
    };
    Ok(())
}

/// The column of an address such as `C17`, from 0.
fn column_of(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase);
    let number =
        letters.fold(0usize, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1)
}
