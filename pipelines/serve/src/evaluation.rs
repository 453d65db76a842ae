//! The yearly evaluation as a workbook: a front page, then one sheet a table, in the order of the
//! parts.

use crate::error::ServeError;
use crate::workbook::{ReadableSheet, WorkbookWriter, sheet_name};
use koridor_publish::evaluation::{Evaluation, EvaluationTable};
use koridor_publish::readable::{ReadableCell, texts};
use koridor_publish::words::Words;
use std::io::Write;

/// What stands on the front page.
pub struct About {
    /// Title.
    pub title: String,
    /// Names and what they are: the release, whether it is frozen.
    pub facts: Vec<[String; 2]>,
}

/// Writes a workbook.
///
/// # Errors
/// Where it cannot be written.
pub fn workbook(
    evaluation: &Evaluation,
    about: &About,
    words: Words<'_>,
    output: impl Write + Send,
) -> Result<(), ServeError> {
    let language = words.language;
    let mut workbook = WorkbookWriter::new();
    let sections = evaluation.sections.iter().enumerate();
    let mut tables: Vec<(String, &EvaluationTable)> = sections
        .flat_map(|(number, section)| {
            section.tables.iter().map(move |table| (format!("{}", number + 1), table))
        })
        .collect();
    tables.extend(evaluation.corrections.iter().map(|table| (String::new(), table)));
    let columns = [("Hal", "Item", 34.0), ("Keterangan", "Meaning", 96.0)];
    let columns = columns.map(|(id, en, width)| texts(language.pick(id, en), width)).to_vec();
    let name = language.pick("Ringkasan", "Summary");
    let mut front = ReadableSheet::begin(&mut workbook, name, &about.title, columns)?;
    let row = |name: &str, text: &str| {
        [name, text].map(|text| ReadableCell::Text(text.to_owned())).to_vec()
    };
    let subject = language.pick("Evaluasi", "Evaluation");
    front.write(&mut workbook, &row(subject, &about.title))?;
    for [name, fact] in &about.facts {
        front.write(&mut workbook, &row(name, fact))?;
    }
    for (number, section) in evaluation.sections.iter().enumerate() {
        let titles: Vec<&str> = section.tables.iter().map(|table| table.title).collect();
        let name = format!("{}. {}", number + 1, section.title);
        front.write(&mut workbook, &row(&name, &titles.join("; ")))?;
    }
    for (state, meaning) in words.states() {
        let name = format!("{}: {state}", language.pick("Keadaan", "State"));
        front.write(&mut workbook, &row(&name, meaning))?;
    }
    front.end(&mut workbook)?;
    let mut taken = vec![name.to_owned()];
    for (number, table) in tables {
        let name = format!("{number} {}", table.title);
        let name = sheet_name(name.trim(), |name| taken.iter().any(|own| own == name));
        let columns = table.readable.columns.clone();
        let mut sheet = ReadableSheet::begin(&mut workbook, &name, &about.title, columns)?;
        for cells in &table.readable.rows {
            sheet.write(&mut workbook, cells)?;
        }
        sheet.end(&mut workbook)?;
        taken.push(name);
    }
    workbook.save(output)
}
