use crate::ExitStatus;
use crate::args::{EvaluateArgs, OutputFormat};
use crate::context::{At, Context};
use crate::fitting::{self, Column};
use crate::numbers;
use crate::output::Output;
use crate::printer::Printer;
use koridor_contract::scrub;
use koridor_lake::engine::guard;
use koridor_lake::ledger::report::new_run_id;
use koridor_lake::store::journal;
use koridor_lake::{Engine, LakeError};
use koridor_publish::evaluation::{self, Asked, Evaluation, EvaluationTable, Section, evaluate};
use koridor_publish::explain::region_in;
use koridor_publish::readable::ReadableCell;
use koridor_publish::words::Words;
use koridor_serve::Format;
use koridor_serve::evaluation::{About, workbook};
use std::sync::Arc;

/// Shows a year's evaluation, or binds it to a release.
pub async fn run(context: &Context, args: &EvaluateArgs) -> anyhow::Result<ExitStatus> {
    if let Some(by) = args.by.as_deref().filter(|_| args.freeze) {
        freeze(context, args, by).await?;
    }
    context.printer.refuse_terminal()?;
    let words = Words { project: &context.project, language: context.printer.lang.into() };
    let region = args.region.as_deref().map(|region| region_in(words, region)).transpose()?;
    let asked = Asked { year: args.year, region };
    let frozen = evaluation::frozen(&context.engine(At::Head).await?, args.year).await?;
    let at = args.as_of.as_deref().or(frozen.as_ref().map(|own| own.release_id.as_str()));
    let engine = context.engine(At::asked(at, false)).await?;
    let of = release_of(&engine).unwrap_or_default();
    let now = context.engine(At::Released).await?;
    let has_newer = frozen.as_ref().is_some_and(|own| own.release_id == of)
        && release_of(&now).is_some_and(|own| own != of);
    let limits = args.limits.limits(context.memory_bytes);
    let (project, language) = (Arc::clone(&context.project), context.printer.lang.into());
    let compute = {
        let asked = asked.clone();
        move || async move {
            let words = Words { project: &project, language };
            let now = has_newer.then_some(&now);
            Ok::<Evaluation, anyhow::Error>(evaluate(&engine, now, words, &asked).await?)
        }
    };
    let found = Evaluation { frozen, ..guard::run(&limits, compute).await? };
    let shown = Shown { context, asked: &asked, found };
    shown.write()?;
    Ok(ExitStatus::Done)
}

/// Binds the year to a release that can be evaluated.
async fn freeze(context: &Context, args: &EvaluateArgs, by: &str) -> anyhow::Result<()> {
    let lock = context.lock().await?;
    journal::recover(&context.storage).await?;
    let engine = context.engine(At::asked(args.as_of.as_deref(), false)).await?;
    let Some(release) = release_of(&engine) else {
        let printer = &context.printer;
        let hint = printer.pick("`koridor run` membuatnya", "`koridor run` makes one");
        return Err(LakeError::usage(
            printer.pick("belum ada rilis", "no release was made yet"),
            hint.to_owned(),
        )
        .into());
    };
    let asked = Asked { year: args.year, region: None };
    let words = Words { project: &context.project, language: context.printer.lang.into() };
    evaluate(&engine, None, words, &asked).await?;
    let head = context.engine(At::Head).await?;
    let by = scrub::prose(by);
    let about = (args.year, release.as_str());
    evaluation::freeze(&head, &context.storage, about, (&by, &new_run_id()), words).await?;
    lock.release().await?;
    let [id, en] = [
        format!("evaluasi {} dibekukan pada rilis {release}", args.year),
        format!("the evaluation of {} is frozen to release {release}", args.year),
    ];
    context.printer.note(context.printer.pick(&id, &en));
    Ok(())
}

/// An evaluation on its way out.
struct Shown<'shown> {
    context: &'shown Context,
    asked: &'shown Asked,
    found: Evaluation,
}

impl Shown<'_> {
    fn write(&self) -> anyhow::Result<()> {
        let printer = &self.context.printer;
        match printer.format {
            OutputFormat::Table => Ok(printer.plain(&self.page().join("\n"))?),
            OutputFormat::Json => printer.json(&self.document()?),
            _ if printer.file_format() == Format::Xlsx => {
                let mut output = Output::open(printer.output())?;
                let about = About { title: self.title(), facts: self.facts() };
                let words = self.words();
                if let Err(error) = workbook(&self.found, &about, words, &mut output) {
                    Output::discard(printer.output());
                    return Err(error.into());
                }
                Ok(output.finish()?)
            }
            _ => {
                let said =
                    ["evaluasi terdiri atas beberapa tabel", "an evaluation is several tables"];
                let hint =
                    ["pakai --format table, xlsx atau json", "give --format table, xlsx or json"];
                let [said, hint] = [said, hint].map(|[id, en]| printer.pick(id, en).to_owned());
                Err(LakeError::usage(said, hint).into())
            }
        }
    }

    fn words(&self) -> Words<'_> {
        Words { project: &self.context.project, language: self.context.printer.lang.into() }
    }

    fn title(&self) -> String {
        let printer = &self.context.printer;
        let words = self.words();
        let region = self.asked.region.as_deref().unwrap_or("CORR");
        let name = printer.pick("Evaluasi masterplan", "Evaluation of the masterplan");
        format!("{name} {}: {}", self.asked.year, words.region(region))
    }

    fn facts(&self) -> Vec<[String; 2]> {
        evaluation::facts(&self.found, self.words())
    }

    fn page(&self) -> Vec<String> {
        let printer = &self.context.printer;
        let region = self.asked.region.as_deref().map(|own| self.words().region(own));
        let region = region.unwrap_or_default();
        let mut lines = vec![self.title()];
        lines.extend(self.facts().iter().map(|[name, fact]| format!("{name}: {fact}")));
        for (number, section) in self.found.sections.iter().enumerate() {
            lines.push(String::new());
            lines.push(format!("{}. {}", number + 1, section.title.to_uppercase()));
            let tables = section.tables.iter();
            lines.extend(tables.flat_map(|table| table_lines(printer, table, &region)));
        }
        if let Some(corrections) = &self.found.corrections {
            lines.push(String::new());
            lines.extend(table_lines(printer, corrections, &region));
        }
        lines
    }

    fn document(&self) -> anyhow::Result<serde_json::Value> {
        let table = |own: &EvaluationTable| -> anyhow::Result<serde_json::Value> {
            let rows = super::explain::rows_as_json(&own.rows)?;
            Ok(serde_json::json!({ "name": own.name, "title": own.title, "rows": rows }))
        };
        let section = |own: &Section| -> anyhow::Result<serde_json::Value> {
            let tables = own.tables.iter().map(table).collect::<anyhow::Result<Vec<_>>>()?;
            Ok(serde_json::json!({ "name": own.name, "title": own.title, "tables": tables }))
        };
        let sections = self.found.sections.iter().map(section);
        Ok(serde_json::json!({
            "schema": "koridor.evaluation.v1",
            "year": self.asked.year,
            "region": self.asked.region,
            "release_id": self.found.release_id,
            "frozen": self.found.frozen,
            "sections": sections.collect::<anyhow::Result<Vec<_>>>()?,
            "corrections": self.found.corrections.as_ref().map(table).transpose()?,
        }))
    }
}

/// A table that fits the terminal, whole where there is none. Columns that say nothing are left
/// out: those without any text, and the region where only one is asked for.
fn table_lines(printer: &Printer, table: &EvaluationTable, region: &str) -> Vec<String> {
    let mut lines = vec![String::new(), format!("  {}", table.title)];
    let readable = &table.readable;
    if readable.rows.is_empty() {
        lines.push(format!("    {}", printer.pick("tidak ada", "none")));
        return lines;
    }
    let is_used = |place: &usize| {
        let mut cells = readable.rows.iter().filter_map(|row| row.get(*place));
        cells.any(|cell| match cell {
            ReadableCell::Blank => false,
            ReadableCell::Text(text) => text != region,
            ReadableCell::Number(..) | ReadableCell::Day(_) | ReadableCell::Year(_) => true,
        })
    };
    let has_room = |place: &usize| table.is_brief.get(*place).copied().unwrap_or_default();
    let places = (0..readable.columns.len()).filter(has_room);
    let places: Vec<usize> = places.filter(is_used).collect();
    let columns = places.iter().filter_map(|place| readable.columns.get(*place));
    let columns: Vec<Column> = columns
        .map(|own| match own.width {
            None => Column::number(&own.heading),
            Some(width) if width > 16.0 => Column::cut(&own.heading),
            Some(_) => Column::whole(&own.heading),
        })
        .collect();
    let text = |cell: &ReadableCell| match cell {
        ReadableCell::Blank => String::new(),
        ReadableCell::Text(text) | ReadableCell::Day(text) => text.clone(),
        ReadableCell::Year(year) => year.to_string(),
        ReadableCell::Number(number, digits) => {
            numbers::grouped(*number, (*digits).into(), printer.lang)
        }
    };
    let row = |row: &Vec<ReadableCell>| -> Vec<String> {
        places.iter().map(|place| row.get(*place).map(text).unwrap_or_default()).collect()
    };
    let rows: Vec<Vec<String>> = readable.rows.iter().map(row).collect();
    let shown = fitting::table(&columns, &rows, printer.table_width() - 4);
    lines.extend(shown.into_iter().map(|line| format!("    {line}")));
    lines
}

/// The release that a session reads; none where none was made.
fn release_of(engine: &Engine) -> Option<String> {
    engine.snapshot().release.as_ref().map(|own| own.id.clone())
}
