use crate::ExitStatus;
use crate::args::{ExplainArgs, OutputFormat};
use crate::context::{At, Context};
use crate::fitting::{self, Column, wrap};
use crate::printer::Printer;
use koridor_contract::Project;
use koridor_contract::message::Language;
use koridor_lake::store::release;
use koridor_publish::explain::{self, Asked, Explanation, MOST_ROWS, SourceRow};
use koridor_publish::words::{Words, period_name};
use koridor_publish::{Table, flags};

/// One number back to its numerator, denominator, the parts it is summed from, and the files they
/// came in.
pub async fn run(context: &Context, args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    // A published number is made by the SQL and the priorities of its release.
    let current = release::current(&context.storage).await?.map(|release| release.id);
    let as_of = args.as_of.as_deref().or(current.as_deref());
    let asked = format!("explain {} {} {}", args.id, args.region, args.period);
    let tier = context.tier(&args.tier, &asked).await?.unwrap_or_default();
    let engine = context.engine_for(At::asked(as_of, false), tier).await?;
    let project = &engine.snapshot().project;
    let asked = Asked::new(project, &args.id, &args.region, &args.period)?;
    let printer = &context.printer;
    if !matches!(printer.format, OutputFormat::Table | OutputFormat::Json) {
        let values = explain::values(&engine, &asked).await?;
        printer.rows(&values.schema, &values.rows)?;
        return Ok(ExitStatus::Done);
    }
    let explanation = explain::explain(&engine, &asked).await?;
    if printer.is_table() {
        print(printer, project, &asked, &explanation)?;
    } else {
        printer.json(&documents(printer, &asked, &explanation)?)?;
    }
    Ok(ExitStatus::Done)
}

/// Rows as JSON objects.
pub(super) fn rows_as_json(table: &Table) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut bytes = Vec::new();
    let format = koridor_serve::Format::Json;
    koridor_serve::format::write(format, &table.schema, &table.rows, &mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The values as JSON objects, each with all that it rests on.
fn documents(
    printer: &Printer,
    asked: &Asked,
    explanation: &Explanation,
) -> anyhow::Result<Vec<serde_json::Value>> {
    let source = explanation.rows.rows.iter().map(|row| {
        let SourceRow { dataset, file_name, sheet, row_number, values } = row;
        serde_json::json!({
            "dataset": dataset, "file_name": file_name, "sheet": sheet,
            "row_number": row_number, "values": values,
        })
    });
    let card = &asked.indicator.card;
    let further = [
        ("formula", printer.pick(&card.formula, card.formula_in(Language::En)).into()),
        ("method", printer.pick(&card.method, &card.method_en).into()),
        ("parts", rows_as_json(&explanation.parts)?.into()),
        ("files", rows_as_json(&explanation.files)?.into()),
        ("rows", source.collect::<Vec<_>>().into()),
        ("refused_rows", rows_as_json(&refused(printer, explanation)?)?.into()),
        ("corrections", rows_as_json(&explanation.corrections)?.into()),
    ];
    let mut documents = rows_as_json(&explanation.values)?;
    for one in documents.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        one.extend(
            further.iter().map(|(name, value): &(&str, serde_json::Value)| {
                ((*name).to_owned(), value.clone())
            }),
        );
    }
    Ok(documents)
}

/// Refused rows with their message in the reader's language.
fn refused(printer: &Printer, explanation: &Explanation) -> anyhow::Result<Table> {
    let Table { schema, rows } = &explanation.refused;
    let own = printer.pick("message_id", "message_en");
    let other = printer.pick("message_en", "message_id");
    let shown: Vec<usize> =
        (0..schema.fields().len()).filter(|at| schema.field(*at).name() != other).collect();
    let renamed: Vec<arrow::datatypes::Field> = shown
        .iter()
        .map(|at| {
            let field = schema.field(*at).clone();
            if field.name() == own { field.with_name("message") } else { field }
        })
        .collect();
    let schema = std::sync::Arc::new(arrow::datatypes::Schema::new(renamed));
    let rows = rows.iter().map(|rows| {
        let columns = rows.project(&shown)?.columns().to_vec();
        Ok(arrow::array::RecordBatch::try_new(schema.clone(), columns)?)
    });
    let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Table { schema, rows })
}

/// A table with its title.
fn section(printer: &Printer, title: &str, table: &Table, cut: &[&str]) -> anyhow::Result<()> {
    printer.plain(&format!("\n{title}"))?;
    printer.plain(&printer.fitted(table, cut))
}

/// That what is behind a number is not shown, and to whom it is.
fn told_withheld(printer: &Printer) -> anyhow::Result<()> {
    let told = printer.pick(
        "Baris di baliknya memuat angka yang tidak diterbitkan dan tidak ditampilkan; \
         --tier restricted --by NAMA --reason ALASAN menampilkannya dan mencatatnya.",
        "The rows behind it hold figures that are not published and are left out; \
         --tier restricted --by NAME --reason TEXT shows them and records it.",
    );
    printer.plain(&format!("{}\n", wrap("", told, printer.width())))
}

fn print(
    printer: &Printer,
    project: &Project,
    asked: &Asked,
    explanation: &Explanation,
) -> anyhow::Result<()> {
    let card = &asked.indicator.card;
    let width = printer.width();
    let title = printer.pick(&card.title, &card.title_en);
    printer.plain(&format!(
        "{}, {title} ({}), {}, {}\n{}\n{}\n",
        card.id,
        card.unit_in(printer.lang.into()),
        asked.region,
        asked.period.text,
        wrap(
            printer.pick("rumus: ", "formula: "),
            printer.pick(&card.formula, card.formula_in(Language::En)),
            width
        ),
        wrap("", printer.pick(&card.method, &card.method_en), width),
    ))?;
    // Region, grain and period are in the title.
    let columns = [
        "breakdown",
        "numerator",
        "denominator",
        "value",
        "state",
        "coverage",
        "sources",
        "flags",
        "release_id",
    ];
    let values = explanation.values.select(&columns)?;
    let words = Words { project, language: printer.lang.into() };
    let values = words.with_coverage(&asked.region, &values)?;
    if values.len() == 1 {
        printer.plain(&printer.upright(&values))?;
    } else {
        printer.plain(&printer.fitted(&values, &["breakdown", "coverage", "sources", "flags"]))?;
    }
    print_flags(printer, project, &explanation.values)?;
    if explanation.is_withheld {
        return told_withheld(printer);
    }
    let parts = printer.pick("Bagian-bagiannya", "The parts it is made of");
    let parts = format!("{parts} ({}/query.sql)", asked.indicator.folder);
    let cut = ["breakdown", "member", "theme", "source_id", "flag"];
    section(printer, &parts, &explanation.parts, &cut)?;
    print_files(printer, explanation)?;
    print_rows(printer, explanation)?;
    let refused_title = printer.pick(
        "Baris yang ditolak dan belum diperbaiki",
        "Rows that were refused and are not mended",
    );
    let corrections = printer.pick("Koreksi pada berkas-berkas itu", "Corrections in those files");
    let refused = refused(printer, explanation)?;
    for (title, table) in [(refused_title, &refused), (corrections, &explanation.corrections)] {
        if !table.is_empty() {
            let cut = ["file_name", "sheet", "value", "message", "correction", "found", "reason"];
            section(printer, title, table, &cut)?;
        }
    }
    Ok(())
}

/// What the flags of the values mean, in words.
fn print_flags(printer: &Printer, project: &Project, values: &Table) -> anyhow::Result<()> {
    let flags: Vec<String> = values.records().map(|value| value.text_or_empty("flags")).collect();
    for (place, flag) in flags::meanings(project, &flags.join(", ")).iter().enumerate() {
        if place == 0 {
            printer.plain("")?;
        }
        let lead = format!("{}: ", flag.name);
        printer.plain(&wrap(&lead, printer.pick(&flag.id, &flag.en), printer.width()))?;
    }
    Ok(())
}

/// The slices of one file.
struct FileLine {
    key: [String; 4],
    is_headline: bool,
    first_period: String,
    last_period: String,
    rows: u64,
}

/// The files, a line each.
fn print_files(printer: &Printer, explanation: &Explanation) -> anyhow::Result<()> {
    printer.plain(&format!(
        "\n{}",
        printer.pick(
            "Berkas asalnya (* sumber yang membuat angka ini)",
            "The files they came in (* the source that makes this number)",
        )
    ))?;
    let mut files: Vec<FileLine> = Vec::new();
    for slice in explanation.files.records() {
        let key = ["file_name", "dataset", "source_id", "release_date"];
        let key = key.map(|name| slice.text_or_empty(name));
        let length = slice.text_or_empty("period_type");
        let period = period_name(&length, &slice.text_or_empty("period"));
        let is_headline = slice.is_true("is_headline");
        let rows = slice.count("rows");
        let same = |file: &&mut FileLine| file.key == key && file.is_headline == is_headline;
        if let Some(file) = files.iter_mut().find(same) {
            file.rows += rows;
            file.first_period = file.first_period.clone().min(period.clone());
            file.last_period = file.last_period.clone().max(period);
        } else {
            let first_period = period.clone();
            files.push(FileLine { key, is_headline, first_period, last_period: period, rows });
        }
    }
    let lines: Vec<Vec<String>> = files.into_iter().map(FileLine::cells).collect();
    let columns = [
        Column::whole(""),
        Column::cut("file_name"),
        Column::cut("dataset"),
        Column::cut("source_id"),
        Column::whole("release_date"),
        Column::whole("periods"),
        Column::number("rows"),
    ];
    printer.plain(&fitting::table(&columns, &lines, printer.width()).join("\n"))
}

impl FileLine {
    fn cells(self) -> Vec<String> {
        // A register has no period.
        let periods = match (self.first_period.as_str(), self.last_period.as_str()) {
            (first, _) if first < "1901" => "-".to_owned(),
            (first, last) if first == last => first.to_owned(),
            (first, last) => format!("{first} - {last}"),
        };
        let mark = if self.is_headline { "*" } else { "" };
        let further = [periods, self.rows.to_string()];
        [mark.to_owned()].into_iter().chain(self.key).chain(further).collect()
    }
}

fn print_rows(printer: &Printer, explanation: &Explanation) -> anyhow::Result<()> {
    printer.plain(&format!(
        "\n{}",
        printer.pick("Baris asalnya, sel demi sel", "The rows they came from, cell by cell")
    ))?;
    let name = printer.pick("baris", "row");
    for SourceRow { dataset, file_name, sheet, row_number, values } in &explanation.rows.rows {
        let sheet = if sheet.is_empty() { String::new() } else { format!(" {sheet}!") };
        let values = wrap("    ", values, printer.width());
        printer.plain(&format!("{dataset}: {file_name}{sheet} {name} {row_number}\n{values}"))?;
    }
    for dataset in &explanation.rows.more {
        printer.plain(&format!(
            "{dataset}: {} {MOST_ROWS} (koridor sql \"select * from core.{dataset}\")",
            printer.pick("lebih dari", "more than")
        ))?;
    }
    Ok(())
}
