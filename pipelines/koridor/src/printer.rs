//! The only place that writes to stdout and stderr: data on stdout, everything else on stderr.

use crate::args::{Global, Language, OutputFormat};
use crate::fitting::{self, Column};
use crate::output::Output;
use crate::result_table::{self, cell};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, SchemaRef, TimeUnit, TimestampMicrosecondType};
use comfy_table::Table;
use indicatif::{ProgressBar, ProgressStyle};
use koridor_contract::message::Message;
use koridor_contract::project::Zone;
use koridor_lake::LakeError;
use koridor_publish::{RowStream, Table as Rows};
use koridor_serve::{Format, format};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Where and how results are written.
#[derive(Debug, Clone)]
pub struct Printer {
    /// Format of results.
    pub format: OutputFormat,
    /// Language of messages about data.
    pub lang: Language,
    output: Option<PathBuf>,
    is_quiet: bool,
    zone: Option<Zone>,
}

/// A line on stderr. A reader that has gone away is no fault of ours, and there is nobody left to
/// tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Rows that stand one below the other where they are wider than a line; of more, the columns that
/// do not fit are left out.
const UPRIGHT_ROWS: usize = 20;

/// Rows that are laid out as a table: all of them are held for it.
const MOST_ROWS: usize = 100_000;

/// Characters on a line where there is no terminal.
const WIDTH: usize = 100;

/// Narrower terminals wrap.
const LEAST_WIDTH: usize = 80;

impl Printer {
    /// A printer as the arguments say.
    pub fn new(global: &Global) -> Self {
        Self {
            format: global.format(),
            lang: global.language(),
            output: global.output.clone(),
            is_quiet: global.quiet,
            zone: None,
        }
    }

    /// A line on stderr, also where little is to be said.
    pub fn error_line(&self, text: &str) {
        say(text);
    }

    /// The same printer, with times for people in a time zone; without one they stay in UTC.
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// A moment given in RFC 3339, as people read it: `2026-11-26 16:36 WITA`.
    pub fn time(&self, moment: &str) -> String {
        match (&self.zone, chrono::DateTime::parse_from_rfc3339(moment)) {
            (Some(zone), Ok(moment)) => zone.written(moment.timestamp_micros()),
            _ => moment.to_owned(),
        }
    }

    /// Characters on a line: the terminal's, or 100 where results do not go to one.
    pub fn width(&self) -> usize {
        self.terminal_width().unwrap_or(WIDTH)
    }

    /// The same of a table whose texts may be cut: where no terminal shows it, nothing is.
    pub fn table_width(&self) -> usize {
        self.terminal_width().unwrap_or(usize::MAX)
    }

    fn terminal_width(&self) -> Option<usize> {
        let terminal = if self.output.is_none() { Table::new().width() } else { None };
        terminal.map(|width| usize::from(width).max(LEAST_WIDTH))
    }

    /// A line for people, on stderr; not in quiet mode.
    pub fn note(&self, text: &str) {
        if !self.is_quiet {
            say(text);
        }
    }

    /// An error with its hint, on stderr.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        say(&format!("error: {text}"));
        if let Some(hint) = hint {
            say(&format!("\nhint: {hint}"));
        }
    }

    /// A message about data in the chosen language.
    pub fn text<'message>(&self, message: &'message Message) -> &'message str {
        match self.lang {
            Language::Id => &message.id,
            Language::En => &message.en,
        }
    }

    /// One of two texts by language.
    pub fn pick<'text>(&self, id: &'text str, en: &'text str) -> &'text str {
        match self.lang {
            Language::Id => id,
            Language::En => en,
        }
    }

    /// Progress on a terminal, nothing elsewhere.
    pub fn progress(&self, length: u64) -> ProgressBar {
        if self.is_quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(length).with_style(style)
    }

    /// Whether results are for people.
    pub fn is_table(&self) -> bool {
        self.format == OutputFormat::Table
    }

    /// Whether results go to a file of this ending.
    pub fn output_ends_with(&self, ending: &str) -> bool {
        self.output
            .as_ref()
            .is_some_and(|path| path.to_string_lossy().to_lowercase().ends_with(ending))
    }

    /// The file that results go to.
    pub fn output(&self) -> Option<&std::path::Path> {
        self.output.as_deref()
    }

    /// Whether results go to a file.
    pub fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// Where results go.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn sink(&self) -> anyhow::Result<Box<dyn Write + Send>> {
        match &self.output {
            Some(path) => Ok(Box::new(std::io::BufWriter::new(
                std::fs::File::create(path)
                    .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?,
            ))),
            None => Ok(Box::new(std::io::BufWriter::new(std::io::stdout()))),
        }
    }

    /// The file format of results; a table's is CSV when a file is asked for.
    pub fn file_format(&self) -> Format {
        match self.format {
            OutputFormat::Csv | OutputFormat::Table | OutputFormat::Datapackage => Format::Csv,
            // Of bulletins alone, which are not rows.
            OutputFormat::Html | OutputFormat::Pdf => Format::Csv,
            OutputFormat::SdmxCsv => Format::SdmxCsv,
            OutputFormat::Json => Format::Json,
            OutputFormat::Ndjson => Format::Ndjson,
            OutputFormat::Parquet => Format::Parquet,
            OutputFormat::Xlsx => Format::Xlsx,
        }
    }

    /// Data for a program to read, such as a report: one JSON document.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn json(&self, document: &impl serde::Serialize) -> anyhow::Result<()> {
        let mut sink = self.sink()?;
        serde_json::to_writer_pretty(&mut sink, document)?;
        writeln!(sink)?;
        sink.flush()?;
        Ok(())
    }

    /// Text as it is, on stdout or into the output file.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn plain(&self, text: &str) -> anyhow::Result<()> {
        let mut sink = self.sink()?;
        writeln!(sink, "{text}")?;
        sink.flush()?;
        Ok(())
    }

    /// Rows as lines for people that fit the width: times in the corridor's zone, columns without a
    /// value left out. Texts of the columns `cut` may end in an ellipsis.
    pub fn fitted(&self, rows: &Rows, cut: &[&str]) -> String {
        let schema = &rows.schema;
        let is_shown = |index: &usize| {
            rows.is_empty() || rows.rows.iter().any(|batch| has_values(batch.column(*index)))
        };
        let shown: Vec<usize> = (0..schema.fields().len()).filter(is_shown).collect();
        let column = |index: &usize| {
            let field = schema.field(*index);
            let may_be_cut = cut.contains(&field.name().as_str());
            let is_number = field.data_type().is_numeric();
            Column { title: field.name().clone(), is_number, may_be_cut }
        };
        let columns: Vec<Column> = shown.iter().map(column).collect();
        let mut texts = Vec::new();
        for batch in &rows.rows {
            for row in 0..batch.num_rows() {
                let cells = shown.iter().map(|index| self.read(batch, *index, row));
                texts.push(cells.collect::<Vec<String>>());
            }
        }
        fitting::table(&columns, &texts, self.width()).join("\n")
    }

    /// The first row for people, a line a column that has a value.
    pub fn upright(&self, rows: &Rows) -> String {
        let first = rows.rows.iter().find(|batch| batch.num_rows() > 0);
        first
            .map(|batch| {
                self.upright_row(batch, 0, |batch, index, row| self.read(batch, index, row))
            })
            .unwrap_or_default()
    }

    /// All rows for people, one below the other.
    pub fn upright_rows(&self, rows: &Rows) -> String {
        self.upright_by(rows, |batch, index, row| self.read(batch, index, row))
    }

    /// All rows one below the other, their values read in some way.
    fn upright_by(
        &self,
        rows: &Rows,
        read: impl Fn(&RecordBatch, usize, usize) -> String,
    ) -> String {
        let mut texts = Vec::new();
        for batch in &rows.rows {
            for row in 0..batch.num_rows() {
                texts.push(format!(
                    "-- {}\n{}",
                    texts.len() + 1,
                    self.upright_row(batch, row, &read)
                ));
            }
        }
        texts.join("\n")
    }

    fn upright_row(
        &self,
        batch: &RecordBatch,
        row: usize,
        read: impl Fn(&RecordBatch, usize, usize) -> String,
    ) -> String {
        let schema = batch.schema();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let longest = names.clone().map(fitting::length).max().unwrap_or_default();
        let cells = names.enumerate().map(|(index, name)| (name, read(batch, index, row)));
        let lines = cells
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| fitting::wrap(&format!("{name:<longest$}  "), &text, self.width()));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A value as people read it.
    fn read(&self, batch: &RecordBatch, index: usize, row: usize) -> String {
        let column = batch.column(index);
        let text = cell(column, row);
        // Moments are UTC in the lake; a time without a zone is one of the corridor's already.
        let is_moment = batch.schema().field(index).name().ends_with("_at");
        match (column.data_type(), &self.zone) {
            (DataType::Timestamp(TimeUnit::Microsecond, Some(_)), Some(zone))
                if column.is_valid(row) =>
            {
                zone.written(column.as_primitive::<TimestampMicrosecondType>().value(row))
            }
            (DataType::Utf8, Some(_)) if is_moment => self.time(&text),
            _ => text,
        }
    }

    /// Rows for people with their number, or in the chosen format for programs.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn listed(&self, rows: &Rows, cut: &[&str]) -> anyhow::Result<()> {
        if !self.is_table() {
            return self.rows(&rows.schema, &rows.rows);
        }
        self.plain(&self.fitted(rows, cut))?;
        self.row_count(rows.len());
        Ok(())
    }

    /// The number of rows, on stderr.
    pub fn row_count(&self, count: usize) {
        self.note(&match (self.lang, count) {
            (Language::En, 1) => "1 row".to_owned(),
            (Language::En, count) => format!("{count} rows"),
            (Language::Id, count) => format!("{count} baris"),
        });
    }

    /// Rows in the chosen format.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn rows(&self, schema: &SchemaRef, rows: &[RecordBatch]) -> anyhow::Result<()> {
        if self.is_table() {
            return self.table(schema, rows);
        }
        self.refuse_terminal()?;
        let mut output = Output::open(self.output())?;
        format::write(self.file_format(), schema, rows, &mut output)?;
        output.finish()
    }

    /// Rows of texts under their names, in the chosen format for programs.
    ///
    /// # Errors
    /// As [`Printer::rows`].
    pub fn text_rows(&self, names: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
        let column = |at: usize| -> ArrayRef {
            let texts = rows.iter().map(|row| row.get(at).map(String::as_str));
            Arc::new(texts.collect::<StringArray>())
        };
        let columns = names.iter().enumerate().map(|(at, name)| (*name, column(at)));
        let rows = RecordBatch::try_from_iter(columns)?;
        let schema = rows.schema();
        self.rows(&schema, &[rows])
    }

    /// That a report is asked for as people read it, or as JSON: it is no rows of one kind.
    ///
    /// # Errors
    /// Where another format is asked for.
    pub fn refuse_rows(&self) -> Result<(), LakeError> {
        match self.format {
            OutputFormat::Table | OutputFormat::Json => Ok(()),
            _ => Err(LakeError::usage(
                "this is a report and no table: it is written for people, or as JSON",
                "leave --format away, or give --format json".to_owned(),
            )),
        }
    }

    /// Rows as a table, or where it is wider than a line: few rows one below the other, of many the
    /// columns that fit.
    fn table(&self, schema: &SchemaRef, rows: &[RecordBatch]) -> anyhow::Result<()> {
        let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let all = schema.fields().len();
        let shown = match self.has_output() {
            true => all,
            false => result_table::columns_within(self.width(), schema, rows),
        };
        if shown == all {
            self.plain(&result_table::render(schema, rows))?;
        } else if count <= UPRIGHT_ROWS {
            let rows = Rows { schema: schema.clone(), rows: rows.to_vec() };
            let read = |batch: &RecordBatch, index: usize, row| cell(batch.column(index), row);
            self.plain(&self.upright_by(&rows, read))?;
        } else {
            let columns: Vec<usize> = (0..shown).collect();
            let rows = rows.iter().map(|batch| batch.project(&columns));
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let schema = std::sync::Arc::new(schema.project(&columns)?);
            self.plain(&result_table::render(&schema, &rows))?;
            let (id, en) = (
                format!(
                    "{shown} dari {all} kolom ditampilkan, yang lain tidak muat; semuanya: \\x, \
                     pilih kolomnya, atau --format csv"
                ),
                format!(
                    "{shown} of {all} columns are shown, the others do not fit; for all: \\x, \
                     name the columns, or --format csv"
                ),
            );
            self.note(self.pick(&id, &en));
        }
        self.row_count(count);
        Ok(())
    }

    /// Rows in the chosen format as they come; an output file appears when it is whole.
    ///
    /// # Errors
    /// Where the statement fails midway or the output cannot be written.
    pub async fn stream(&self, rows: &mut RowStream) -> anyhow::Result<()> {
        if self.is_table() {
            let held = self.held(rows).await?;
            return self.rows(&held.schema, &held.rows);
        }
        self.refuse_terminal()?;
        let mut output = Output::open(self.output())?;
        format::write_stream(self.file_format(), rows, &mut output).await?;
        output.finish()
    }

    /// All rows, where they are few enough to be laid out as a whole.
    ///
    /// # Errors
    /// Where there are more, or the statement fails midway.
    pub async fn held(&self, rows: &mut RowStream) -> anyhow::Result<Rows> {
        let mut held = Rows { schema: rows.schema().clone(), rows: Vec::new() };
        let mut count = 0;
        while let Some(rows) = rows.next().await? {
            count += rows.num_rows();
            if count > MOST_ROWS {
                let message = format!("a table for people has at most {MOST_ROWS} rows");
                let hint = "give --format csv or parquet, or ask for fewer with `limit`";
                return Err(LakeError::limit(message, hint).into());
            }
            held.rows.push(rows);
        }
        Ok(held)
    }

    /// That bytes which nobody can read do not go to a terminal.
    ///
    /// # Errors
    /// Where they would.
    pub fn refuse_terminal(&self) -> anyhow::Result<()> {
        let ending = match self.format {
            OutputFormat::Parquet | OutputFormat::Xlsx => self.file_format().ending(),
            OutputFormat::Pdf => "pdf",
            _ => return Ok(()),
        };
        if self.output.is_none() && std::io::stdout().is_terminal() {
            anyhow::bail!("a {ending} file does not belong on a terminal; give --output FILE");
        }
        Ok(())
    }
}

/// Whether a column says anything.
fn has_values(column: &ArrayRef) -> bool {
    let is_filled = |row: usize| column.is_valid(row) && !cell(column, row).is_empty();
    (0..column.len()).any(is_filled)
}
