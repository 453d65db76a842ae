//! The letter to an office for a month as a page to print or send, or as a workbook.

use crate::error::ServeError;
use crate::workbook::{ReadableSheet, WorkbookWriter};
use koridor_contract::Project;
use koridor_contract::message::Language;
use koridor_lake::Engine;
use koridor_publish::letter::{Letter, Part, letter};
use koridor_publish::readable::{ReadableCell, texts};
use std::io::Write;

/// Forms of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Html,
    /// A workbook.
    Xlsx,
}

/// Which letter.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'text> {
    /// Office.
    pub source_id: &'text str,
    /// First day of the month, ISO.
    pub month: &'text str,
    /// Language.
    pub language: Language,
}

/// Writes the letter to an office for a month.
///
/// # Errors
/// Where the office is unknown, the lake cannot be read or the letter not be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    asked: Asked<'_>,
    form: Form,
    output: &mut (dyn Write + Send),
) -> Result<(), ServeError> {
    let letter = letter(engine, project, asked.source_id, asked.month, asked.language).await?;
    match form {
        Form::Html => Ok(output.write_all(page(&letter).as_bytes())?),
        Form::Xlsx => workbook(&letter)?.save(output),
    }
}

fn workbook(letter: &Letter) -> Result<WorkbookWriter, ServeError> {
    let language = letter.language;
    let mut workbook = WorkbookWriter::new();
    let title = format!("{}: {}, {}", letter.subject, letter.office, letter.month);
    let about = [
        (language.pick("Kepada", "To"), &letter.office),
        (language.pick("Bulan", "Month"), &letter.month),
        (language.pick("Hasil", "Result"), &letter.verdict),
        (language.pick("Isi", "Content"), &letter.greeting.to_owned()),
    ];
    let about = about.map(|(name, text)| vec![name.to_owned(), text.clone()]);
    let name = language.pick("Surat", "Letter");
    let columns = vec![texts("Koridor", 16.0), texts(letter.subject, 110.0)];
    add_sheet(&mut workbook, (name, &title), columns, &about)?;
    for part in &letter.parts {
        let nothing = vec![vec![part.nothing.to_owned()]];
        let rows = if part.rows.is_empty() { &nothing } else { &part.rows };
        add_sheet(&mut workbook, (part.short_title, &title), part.columns.clone(), rows)?;
    }
    Ok(workbook)
}

fn add_sheet(
    workbook: &mut WorkbookWriter,
    (name, title): (&str, &str),
    columns: Vec<koridor_publish::readable::ReadableColumn>,
    rows: &[Vec<String>],
) -> Result<(), ServeError> {
    let mut sheet = ReadableSheet::begin(workbook, name, title, columns)?;
    for row in rows {
        let cells: Vec<ReadableCell> = row.iter().cloned().map(ReadableCell::Text).collect();
        sheet.write(workbook, &cells)?;
    }
    sheet.end(workbook)
}

/// A letter as a page to print or send: HTML that stands alone.
pub fn page(letter: &Letter) -> String {
    let (office, source_id) = (escape(&letter.office), escape(&letter.source_id));
    let language = letter.language.pick("id", "en");
    let Letter { subject, month, greeting, verdict, .. } = letter;
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <title>Koridor: {office} {month}</title>\n<style>{STYLE}</style></head><body>\n\
         <h1>{subject}</h1>\n<p><strong>{office}</strong> ({source_id}) &middot; {month}</p>\n\
         <p><strong>{}</strong></p>\n<p>{greeting}</p>\n",
        escape(verdict),
    );
    for part in &letter.parts {
        add_part(&mut html, part);
    }
    html.push_str("</body></html>\n");
    html
}

fn add_part(html: &mut String, part: &Part) {
    html.push_str(&format!("<h2>{}</h2>\n", part.title));
    if part.rows.is_empty() {
        html.push_str(&format!("<p>{}</p>\n", part.nothing));
        return;
    }
    let headings = part.columns.iter().map(|column| escape(&column.heading));
    let headings: String = headings.map(|text| format!("<th scope=\"col\">{text}</th>")).collect();
    html.push_str(&format!("<table><thead><tr>{headings}</tr></thead><tbody>\n"));
    for row in &part.rows {
        let cells = row.iter().map(|cell| format!("<td>{}</td>", breakable(cell)));
        let cells: String = cells.collect();
        html.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    html.push_str("</tbody></table>\n");
}

/// The longest word that a narrow column has room for.
const LONGEST_WORD: usize = 24;

/// A text in which words longer than a column may go on in the next line, at their marks where they
/// have some; all others stay whole.
fn breakable(text: &str) -> String {
    let mut told = String::new();
    for word in text.split_inclusive(' ') {
        if word.trim_end().chars().count() <= LONGEST_WORD {
            told.push_str(&escape(word));
            continue;
        }
        let mut part = String::new();
        for letter in word.chars() {
            part.push(letter);
            if matches!(letter, '_' | '-' | '.' | '/' | '!') || part.chars().count() == LONGEST_WORD
            {
                told.push_str(&format!("{}<wbr>", escape(&part)));
                part.clear();
            }
        }
        told.push_str(&escape(&part));
    }
    told
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;\
padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #c9d1d9;padding:.3rem .5rem;text-align:left;vertical-align:top;\
overflow-wrap:break-word}th{background:#dce6f1}\
@page{size:A4;margin:15mm}\
@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}\
thead{display:table-header-group}tr{break-inside:avoid}}";

#[cfg(test)]
mod tests {
    use super::{LONGEST_WORD, STYLE, breakable};

    #[test]
    fn only_a_word_that_has_no_room_is_broken() {
        let whole = "Tanggal bukan hari kalender: penanganan_2025.xlsx <Juli>";
        let escaped = whole.replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(breakable(whole), escaped);
        assert_eq!(
            breakable("kunjungan_wisatawan_2025_sintetis.csv, C3"),
            "kunjungan_<wbr>wisatawan_<wbr>2025_<wbr>sintetis.<wbr>csv, C3"
        );
        let long = "9".repeat(LONGEST_WORD + 1);
        assert_eq!(breakable(&long), format!("{}<wbr>9", "9".repeat(LONGEST_WORD)));
        assert!(!STYLE.contains("anywhere"));
    }
}
