//! The letter to an office for a month as a page to print or send, or as a workbook.

use crate::error::ServeError;
use crate::workbook::WorkbookWriter;
use koridor_contract::Project;
use koridor_lake::Engine;
use koridor_publish::letter::{GREETING, Letter, Part, SUBJECT, letter};
use std::io::Write;

/// Forms of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Html,
    /// A workbook.
    Xlsx,
}

/// Writes the letter to an office (`source_id`) for a month (its first day, ISO).
///
/// # Errors
/// Where the office is unknown, the lake cannot be read or the letter not be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    source_id: &str,
    month: &str,
    form: Form,
    output: &mut (dyn Write + Send),
) -> Result<(), ServeError> {
    let letter = letter(engine, project, source_id, month).await?;
    match form {
        Form::Html => Ok(output.write_all(page(&letter).as_bytes())?),
        Form::Xlsx => workbook(&letter)?.save(output),
    }
}

fn workbook(letter: &Letter) -> Result<WorkbookWriter, ServeError> {
    let mut workbook = WorkbookWriter::new();
    let about = [
        vec!["Kepada / To".to_owned(), letter.office.clone()],
        vec!["Bulan / Month".to_owned(), letter.month.clone()],
        vec!["Isi / Content".to_owned(), GREETING.join(" ")],
    ];
    workbook.texts("Surat", &["Koridor", SUBJECT], &[24.0, 90.0], &about)?;
    for part in &letter.parts {
        let width = |heading: &&str| (heading.chars().count() as f64 + 6.0).clamp(12.0, 50.0);
        let widths: Vec<f64> = part.headings.iter().map(width).collect();
        workbook.texts(part.short_title, part.headings, &widths, &part.rows)?;
    }
    Ok(workbook)
}

fn page(letter: &Letter) -> String {
    let (office, source_id) = (escape(&letter.office), escape(&letter.source_id));
    let month = &letter.month;
    let [greeting_ind, greeting_eng] = GREETING;
    let mut html = format!(
        "<!doctype html>\n<html lang=\"id\"><head><meta charset=\"utf-8\">\
         <title>Koridor: {office} {month}</title>\n<style>{STYLE}</style></head><body>\n\
         <h1>{SUBJECT}</h1>\n<p><strong>{office}</strong> ({source_id}) &middot; {month}</p>\n\
         <p lang=\"id\">{greeting_ind}</p>\n<p lang=\"en\">{greeting_eng}</p>\n",
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
    let heading = |heading: &&str| format!("<th scope=\"col\">{heading}</th>");
    let headings: String = part.headings.iter().map(heading).collect();
    html.push_str(&format!("<table><thead><tr>{headings}</tr></thead><tbody>\n"));
    for row in &part.rows {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
        html.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    html.push_str("</tbody></table>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;\
padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #c9d1d9;padding:.3rem .5rem;text-align:left;vertical-align:top;\
overflow-wrap:anywhere}th{background:#dce6f1}\
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";
