//! The only place that writes to stdout and stderr: data on stdout, everything else on stderr.

use crate::args::{Global, Language, OutputFormat};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use koridor_contract::message::Message;
use koridor_serve::{Format, format};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Where and how results are written.
#[derive(Debug, Clone)]
pub struct Printer {
    /// Format of results.
    pub format: OutputFormat,
    /// Language of messages about data.
    pub lang: Language,
    output: Option<PathBuf>,
    is_quiet: bool,
}

/// A line on stderr. A reader that has gone away is no fault of ours, and there is nobody left to tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Widest a cell of a table for people gets.
const CELL_WIDTH: usize = 60;

impl Printer {
    /// A printer as the arguments say.
    pub fn new(global: &Global) -> Self {
        Self {
            format: global.format,
            lang: global.lang,
            output: global.output.clone(),
            is_quiet: global.quiet,
        }
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
            OutputFormat::Csv | OutputFormat::Table => Format::Csv,
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

    /// Rows in the chosen format.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn rows(&self, schema: &SchemaRef, rows: &[RecordBatch]) -> anyhow::Result<()> {
        if self.is_table() {
            let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
            self.plain(&render(schema, rows))?;
            self.note(&format!("{count} {}", if count == 1 { "row" } else { "rows" }));
            return Ok(());
        }
        if matches!(self.format, OutputFormat::Parquet | OutputFormat::Xlsx)
            && self.output.is_none()
            && std::io::stdout().is_terminal()
        {
            anyhow::bail!(
                "a {} file does not belong on a terminal; give --output FILE",
                self.file_format().ending()
            );
        }
        let mut sink = self.sink()?;
        format::write(self.file_format(), schema, rows, &mut sink)?;
        sink.flush()?;
        Ok(())
    }
}

/// Rows as a table for people.
pub fn render(schema: &SchemaRef, rows: &[RecordBatch]) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(schema.fields().iter().map(|field| field.name()));
    for batch in rows {
        for row in 0..batch.num_rows() {
            table.add_row(batch.columns().iter().map(|column| shorten(&cell(column, row))));
        }
    }
    for (index, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_numeric()
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn shorten(text: &str) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= CELL_WIDTH {
        text
    } else {
        format!("{}…", text.chars().take(CELL_WIDTH - 1).collect::<String>())
    }
}

fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Float64 => {
            let text = format!("{:.6}", column.as_primitive::<Float64Type>().value(row));
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => arrow::util::display::array_value_to_string(column, row).unwrap_or_default(),
    }
}
