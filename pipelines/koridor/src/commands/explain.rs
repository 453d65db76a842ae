use crate::ExitStatus;
use crate::args::{ExplainArgs, OutputFormat};
use crate::context::{At, Context};
use crate::printer::{Printer, render};
use koridor_lake::store::release;
use koridor_publish::Table;
use koridor_publish::explain::{self, Asked, Explanation, MOST_ROWS, SourceRow};

/// One number back to its numerator, denominator, the parts it is summed from, and the files they came in.
pub async fn run(context: &Context, args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    // A published number is made by the SQL and the priorities of its release.
    let current = release::current(&context.storage).await?.map(|release| release.id);
    let as_of = args.as_of.as_deref().or(current.as_deref());
    let engine = context.engine(At::asked(as_of, false)).await?;
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
        print(printer, &asked, &explanation)?;
    } else {
        printer.json(&documents(printer, &asked, &explanation)?)?;
    }
    Ok(ExitStatus::Done)
}

/// Rows as JSON objects.
fn rows_as_json(table: &Table) -> anyhow::Result<Vec<serde_json::Value>> {
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
        ("formula", card.formula.clone().into()),
        ("method", printer.pick(&card.method, &card.method_en).into()),
        ("parts", rows_as_json(&explanation.parts)?.into()),
        ("files", rows_as_json(&explanation.files)?.into()),
        ("rows", source.collect::<Vec<_>>().into()),
        ("refused_rows", rows_as_json(&refused(printer, explanation)?)?.into()),
        ("corrections", rows_as_json(&explanation.corrections)?.into()),
    ];
    let mut documents = rows_as_json(&explanation.values)?;
    for one in documents.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        one.extend(further.iter().map(|(name, value): &(&str, serde_json::Value)| {
            ((*name).to_owned(), value.clone())
        }));
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
fn section(printer: &Printer, title: &str, table: &Table) -> anyhow::Result<()> {
    printer.plain(&format!("\n{title}"))?;
    printer.plain(&render(&table.schema, &table.rows))
}

fn print(printer: &Printer, asked: &Asked, explanation: &Explanation) -> anyhow::Result<()> {
    let card = &asked.indicator.card;
    printer.plain(&format!(
        "{} · {} ({})\n{}: {}\n{}\n",
        card.id,
        printer.pick(&card.title, &card.title_en),
        card.unit,
        printer.pick("rumus", "formula"),
        card.formula,
        printer.pick(&card.method, &card.method_en)
    ))?;
    printer.plain(&render(&explanation.values.schema, &explanation.values.rows))?;
    let parts = printer.pick("Bagian-bagiannya", "The parts it is made of");
    let folder = &asked.indicator.folder;
    section(printer, &format!("{parts} ({folder}/query.sql)"), &explanation.parts)?;
    let files = printer.pick(
        "Berkas asalnya (hanya sumber utama, is_headline, yang dihitung)",
        "The files they came in (only the headline source, is_headline, counts)",
    );
    section(printer, files, &explanation.files)?;
    print_rows(printer, explanation)?;
    let refused_title = printer.pick(
        "Baris yang ditolak dan belum diperbaiki",
        "Rows that were refused and are not mended",
    );
    let corrections = printer.pick("Koreksi pada berkas-berkas itu", "Corrections in those files");
    let refused = refused(printer, explanation)?;
    for (title, table) in [(refused_title, &refused), (corrections, &explanation.corrections)] {
        if !table.is_empty() {
            section(printer, title, table)?;
        }
    }
    Ok(())
}

fn print_rows(printer: &Printer, explanation: &Explanation) -> anyhow::Result<()> {
    printer.plain(&format!(
        "\n{}",
        printer.pick("Baris asalnya, sel demi sel", "The rows they came from, cell by cell")
    ))?;
    let name = printer.pick("baris", "row");
    for SourceRow { dataset, file_name, sheet, row_number, values } in &explanation.rows.rows {
        let sheet = if sheet.is_empty() { String::new() } else { format!(" {sheet}!") };
        printer.plain(&format!("{dataset}: {file_name}{sheet} {name} {row_number}\n    {values}"))?;
    }
    for dataset in &explanation.rows.more {
        printer.plain(&format!(
            "{dataset}: {} {MOST_ROWS} (koridor sql \"select * from core.{dataset}\")",
            printer.pick("lebih dari", "more than")
        ))?;
    }
    Ok(())
}
