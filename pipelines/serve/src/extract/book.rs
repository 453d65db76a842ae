//! An extract as a workbook: a front page, the numbers, and what they mean, in one language.

use crate::error::ServeError;
use crate::evaluation::{About, workbook as evaluation_workbook};
use crate::workbook::{FrontSheet, ReadableSheet, WorkbookWriter, sheet_name};
use koridor_lake::{Engine, LakeError};
use koridor_publish::evaluation::{Asked, facts, standing};
use koridor_publish::extract::{
    Extract, Selection, Shown, changes, front, method, rows, sources, there_is,
};
use koridor_publish::readable::{Readable, ReadableCell, ReadableColumn, texts};
use koridor_publish::words::Words;
use koridor_publish::{PublishError, Record};
use std::io::Write;

/// Writes the workbook of an extract and returns the number of its rows.
///
/// # Errors
/// Where the lake cannot be read or the output not be written.
pub(super) async fn write(
    engine: &Engine,
    words: Words<'_>,
    extract: &Extract,
    selection: &Selection,
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    if matches!(extract, Extract::Evaluation) {
        return evaluation(engine, words, selection, output).await;
    }
    let release = engine.snapshot().release.as_ref().map(|own| own.id.as_str());
    let about = match release {
        Some(id) => {
            format!("{} - {} {id}", words.region("CORR"), words.language.pick("rilis", "release"))
        }
        None => words.region("CORR"),
    };
    let mut book = Book { engine, words, selection, about, workbook: WorkbookWriter::new() };
    let count = match extract {
        Extract::Indicators => book.indicators().await?,
        _ => book.rows(extract).await?,
    };
    if count > 0 {
        book.workbook.save(output)?;
    }
    Ok(count)
}

/// A workbook being written.
struct Book<'book> {
    engine: &'book Engine,
    words: Words<'book>,
    selection: &'book Selection,
    /// What stands above each printed page.
    about: String,
    workbook: WorkbookWriter,
}

impl Book<'_> {
    /// Values of indicators: a sheet a dimension.
    async fn indicators(&mut self) -> Result<u64, ServeError> {
        let (words, language) = (self.words, self.words.language);
        let page = front(self.engine, words, self.selection).await?;
        let mut front = FrontSheet::begin(&mut self.workbook, &page, language, &self.about)?;
        let readable = Readable::new(words.project, language)?;
        let mut values = rows(self.engine, &Extract::Indicators, self.selection).await?;
        let mut count = 0;
        let mut sheet: Option<(String, ReadableSheet)> = None;
        while let Some(rows) = values.next().await? {
            count += rows.num_rows() as u64;
            for (row, cells) in readable.values(&rows).into_iter().enumerate() {
                let dimension = Record::of(&rows, row).text_or_empty("dimension");
                if sheet.as_ref().is_none_or(|(own, _)| *own != dimension) {
                    if let Some((_, ended)) = &mut sheet {
                        front.told(ended.end_told(&mut self.workbook, language)?);
                    }
                    let name = words.code(&dimension);
                    let name = sheet_name(&name, |_| false);
                    let columns = readable.value_columns();
                    let begun =
                        ReadableSheet::begin(&mut self.workbook, &name, &self.about, columns)?;
                    sheet = Some((dimension, begun));
                }
                if let Some((_, sheet)) = &mut sheet {
                    sheet.write(&mut self.workbook, &cells)?;
                }
            }
        }
        if let Some((_, ended)) = &mut sheet {
            front.told(ended.end_told(&mut self.workbook, language)?);
        }
        let name = language.pick("Kamus", "Dictionary");
        self.add(name, readable.dictionary_columns(), readable.dictionary())?;
        self.method()?;
        self.changes().await?;
        self.sources().await?;
        front.end(&mut self.workbook, language)?;
        Ok(count)
    }

    /// The rows of another extract: one sheet, or several where one cannot hold them.
    async fn rows(&mut self, extract: &Extract) -> Result<u64, ServeError> {
        let (words, language) = (self.words, self.words.language);
        let shown = Shown::new(extract, words)?;
        let mut found = rows(self.engine, extract, self.selection).await?;
        let title = extract.title(language).to_owned();
        let name = sheet_name(&title, |_| false);
        let mut sheet =
            ReadableSheet::begin(&mut self.workbook, &name, &self.about, shown.columns())?;
        let mut count = 0;
        while let Some(rows) = found.next().await? {
            count += rows.num_rows() as u64;
            for cells in shown.rows(&rows) {
                sheet.write(&mut self.workbook, &cells)?;
            }
        }
        let continued = sheet.end_told(&mut self.workbook, language)?;
        let dictionary = shown.dictionary();
        if !dictionary.is_empty() {
            let columns = [
                ("Kolom", "Column", 30.0),
                ("Nama", "Name", 24.0),
                ("Satuan", "Unit", 12.0),
                ("Arti", "Meaning", 80.0),
            ];
            let columns = columns.map(|(id, en, width)| texts(language.pick(id, en), width));
            let rows = dictionary.into_iter().map(texts_of).collect();
            self.add(language.pick("Kamus", "Dictionary"), columns.to_vec(), rows)?;
        }
        if matches!(extract, Extract::Targets) {
            let readable = Readable::new(words.project, language)?;
            let name = language.pick("Kamus", "Dictionary");
            self.add(name, readable.dictionary_columns(), readable.dictionary())?;
        }
        let selected = self.selection.told();
        let all = language.pick("semua", "all").to_owned();
        let told = if selected.is_empty() { all } else { selected };
        let mut facts = vec![
            [language.pick("Ekstrak", "Extract").to_owned(), title],
            [language.pick("Pilihan", "Selection").to_owned(), told],
            [language.pick("Baris", "Rows").to_owned(), count.to_string()],
        ];
        facts.extend(
            continued.map(|text| [language.pick("Lanjutan", "Continued").to_owned(), text]),
        );
        self.method_with(facts)?;
        self.sources().await?;
        Ok(count)
    }

    fn method(&mut self) -> Result<(), ServeError> {
        self.method_with(Vec::new())
    }

    fn method_with(&mut self, facts: Vec<[String; 2]>) -> Result<(), ServeError> {
        let language = self.words.language;
        let columns = [("Hal", "Item", 34.0), ("Keterangan", "Meaning", 110.0)];
        let columns = columns.map(|(id, en, width)| texts(language.pick(id, en), width)).to_vec();
        let rows = facts.into_iter().chain(method(self.engine, self.words));
        let rows = rows.map(texts_of).collect();
        self.add(language.pick("Metode", "Method"), columns, rows)
    }

    async fn changes(&mut self) -> Result<(), ServeError> {
        let language = self.words.language;
        let name = language.pick("Perubahan", "Changes");
        match changes(self.engine, self.words, self.selection).await? {
            Some((_, table)) if !table.rows.is_empty() => self.add(name, table.columns, table.rows),
            found => {
                let said = match found {
                    Some((before, _)) => format!(
                        "{} {before}",
                        language.pick(
                            "tidak ada perubahan sejak rilis",
                            "nothing changed since release"
                        ),
                    ),
                    None => language
                        .pick(
                            "rilis pertama: belum ada pembanding",
                            "the first release: nothing to compare",
                        )
                        .to_owned(),
                };
                let columns = vec![texts(language.pick("Perubahan", "Changes"), 60.0)];
                self.add(name, columns, vec![vec![ReadableCell::Text(said)]])
            }
        }
    }

    async fn sources(&mut self) -> Result<(), ServeError> {
        let name = self.words.language.pick("Sumber dan lisensi", "Sources and licence");
        let table = sources(self.engine, self.words).await?;
        self.add(name, table.columns, table.rows)
    }

    /// Adds a sheet.
    fn add(
        &mut self,
        name: &str,
        columns: Vec<ReadableColumn>,
        rows: Vec<Vec<ReadableCell>>,
    ) -> Result<(), ServeError> {
        let mut sheet = ReadableSheet::begin(&mut self.workbook, name, &self.about, columns)?;
        for cells in rows {
            sheet.write(&mut self.workbook, &cells)?;
        }
        sheet.end(&mut self.workbook)
    }
}

fn texts_of<const COUNT: usize>(texts: [String; COUNT]) -> Vec<ReadableCell> {
    let cell = |text: String| match text.is_empty() {
        true => ReadableCell::Blank,
        false => ReadableCell::Text(text),
    };
    texts.map(cell).to_vec()
}

/// The evaluation of one year, as `koridor evaluate` gives it.
async fn evaluation(
    engine: &Engine,
    words: Words<'_>,
    selection: &Selection,
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    let years = there_is(engine, &Extract::Evaluation).await?.years;
    let asked = selection.years();
    let is_asked = |year: &&i32| asked.as_ref().is_none_or(|asked| asked.contains(year));
    let years: Vec<i32> = years.iter().filter_map(|year| year.parse().ok()).collect();
    let found: Vec<i32> = years.iter().filter(is_asked).copied().collect();
    let [year] = found[..] else {
        if found.is_empty() {
            return Ok(0);
        }
        let list: Vec<String> = found.iter().map(i32::to_string).collect();
        let message = "the workbook of an evaluation is of one year".to_owned();
        let hint = format!("give --year: {}", list.join(", "));
        return Err(PublishError::from(LakeError::usage(message, hint)).into());
    };
    let asked = Asked { year, region: selection.region.clone() };
    let found = standing(engine, words, &asked).await?;
    let region = words.region(asked.region.as_deref().unwrap_or("CORR"));
    let name = words.language.pick("Evaluasi masterplan", "Evaluation of the masterplan");
    let about = About { title: format!("{name} {year}: {region}"), facts: facts(&found, words) };
    evaluation_workbook(&found, &about, words, output)?;
    Ok(found.sections.iter().flat_map(|own| &own.tables).map(|own| own.rows.len() as u64).sum())
}
