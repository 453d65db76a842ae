use crate::ExitStatus;
use crate::args::{ExplainArgs, OutputFormat};
use crate::context::Context;
use crate::printer::render;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use koridor_contract::{Contract, FieldType};
use koridor_lake::indicators::{self, Indicator};
use koridor_lake::readers::address::column_letters;
use koridor_lake::{Engine, LakeError, Project, release};
use std::sync::Arc;

/// One number back to its numerator, denominator, the parts it is summed from, and the files they came in.
pub async fn run(context: &Context, args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let (grain, first) = period(&args.period)?;
    // A published number is made by the SQL and the priorities of its release.
    let current = release::current(&context.storage).await?.map(|release| release.id);
    let (engine, project) =
        context.engine_of(args.as_of.as_deref().or(current.as_deref()), false).await?;
    let region = Context::region_of(&project, &args.region)?;
    let indicator = indicators::find(&project, &args.id)?;
    let value_sql = format!(
        "select region_code, grain, period, breakdown, numerator, denominator, value, state, coverage, flags, release_id
         from indicators.{} where region_code = '{region}' and grain = '{grain}' and period = date '{first}' order by breakdown",
        args.id
    );
    let rows = async |sql: &str| -> anyhow::Result<_> {
        let frame = engine.query(sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        Ok((schema, frame.collect().await.map_err(LakeError::from)?))
    };
    let (value_schema, values) = rows(&value_sql).await?;
    if values.iter().all(|batch| batch.num_rows() == 0) {
        return Err(LakeError::usage(
            format!("{} has no value for {region} in {}", args.id, args.period),
            format!("`koridor indicators show {}` lists what there is", args.id),
        )
        .into());
    }
    let is_document = context.printer.format == OutputFormat::Json;
    if context.printer.format != OutputFormat::Table && !is_document {
        context.printer.rows(&value_schema, &values)?;
        return Ok(ExitStatus::Done);
    }
    indicators::compute(&engine, &project, std::slice::from_ref(&indicator), &mut |_| {}).await?;
    let members =
        format!("select distinct region_code from ref.scope where scope_code = '{region}'");
    let (parts_schema, parts) = rows(&format!(
        "select p.region_code, p.grain, p.period, p.breakdown, p.member, p.numerator, p.denominator, p.state, p.flag
         from work.parts p join ref.period t on t.from_grain = p.grain and t.from_period = p.period
         where t.grain = '{grain}' and t.period = date '{first}' and p.region_code in ({members}) and coalesce(p.scope_code, '{region}') = '{region}'
         order by p.region_code, p.grain, p.period, p.breakdown, p.member limit 200"
    ))
    .await?;
    let datasets = indicator
        .card
        .datasets
        .iter()
        .map(|dataset| format!("'{dataset}'"))
        .chain(["''".to_owned()])
        .collect::<Vec<_>>()
        .join(", ");
    let months = match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let inputs = inputs(&engine, &args.id).await?;
    let asked = Asked { region: &region, first: &first, months, inputs };
    let within = asked.within("c.period");
    let (file_schema, files) = rows(&format!(
        "select c.dataset, c.source_id, c.is_headline, c.slice_region, c.period, c.period_type, f.file_name, c.release_date, c.rows, substr(c.sha256, 1, 12) as sha256
         from ops.current_slices c join ops.files f on f.sha256 = c.sha256
         where c.dataset in ({datasets})
           and (c.slice_region in ({members}) or c.slice_region not in (select region_code from ref.scope))
           and (c.period < date '1901-01-01' or {within})
         order by c.dataset, c.source_id, c.slice_region, c.period limit 200"
    ))
    .await?;
    let (lines, more) = source_rows(&project, &engine, &indicator, &asked).await?;
    let refused = rows(&format!(
        "select q.file_name, q.sheet, q.cell, q.row_number, q.rule, q.value, {} as message
         from ops.quarantine q
         where q.status = 'open' and q.dataset in ({datasets}) and (q.slice_region in ({members}) or q.slice_region not in (select region_code from ref.scope))
           and {} order by 1, 2, 4 limit {MOST_ROWS}",
        context.printer.pick("q.message_id", "q.message_en"),
        asked.within("q.slice_period").replace("q.period_type", "'M'"),
    ))
    .await?;
    let met = rows(CORRECTIONS).await?;
    let card = &indicator.card;
    let printer = &context.printer;
    if is_document {
        let source: Vec<serde_json::Value> = lines
            .iter()
            .map(|[dataset, file, sheet, row, values]| {
                serde_json::json!({"dataset": dataset, "file_name": file, "sheet": sheet, "row_number": row.parse::<u64>().ok(), "values": values})
            })
            .collect();
        let mut documents = document(&value_schema, &values)?;
        let further = [
            ("formula", card.formula.clone().into()),
            ("method", printer.pick(&card.method, &card.method_en).into()),
            ("parts", document(&parts_schema, &parts)?.into()),
            ("files", document(&file_schema, &files)?.into()),
            ("rows", source.into()),
            ("refused_rows", document(&refused.0, &refused.1)?.into()),
            ("corrections", document(&met.0, &met.1)?.into()),
        ];
        for one in documents.iter_mut().filter_map(serde_json::Value::as_object_mut) {
            one.extend(further.iter().map(|(name, value): &(&str, serde_json::Value)| {
                ((*name).to_owned(), value.clone())
            }));
        }
        printer.json(&documents)?;
        return Ok(ExitStatus::Done);
    }
    printer.plain(&format!(
        "{} · {} ({})\n{}: {}\n{}\n",
        card.id,
        printer.pick(&card.title, &card.title_en),
        card.unit,
        printer.pick("rumus", "formula"),
        card.formula,
        printer.pick(&card.method, &card.method_en)
    ))?;
    printer.plain(&render(&value_schema, &values))?;
    let parts_title = format!(
        "{} ({}/query.sql)",
        printer.pick("Bagian-bagiannya", "The parts it is made of"),
        indicator.folder
    );
    section(context, &parts_title, &parts_schema, &parts)?;
    let files_title = printer.pick(
        "Berkas asalnya (hanya sumber utama, is_headline, yang dihitung)",
        "The files they came in (only the headline source, is_headline, counts)",
    );
    section(context, files_title, &file_schema, &files)?;
    printer.plain(&format!(
        "\n{}",
        printer.pick("Baris asalnya, sel demi sel", "The rows they came from, cell by cell")
    ))?;
    for [dataset, file, sheet, row, values] in lines {
        let sheet = if sheet.is_empty() { String::new() } else { format!(" {sheet}!") };
        printer.plain(&format!(
            "{dataset}: {file}{sheet} {} {row}\n    {values}",
            printer.pick("baris", "row")
        ))?;
    }
    for dataset in more {
        printer.plain(&format!(
            "{dataset}: {} {MOST_ROWS} (koridor sql \"select * from core.{dataset}\")",
            printer.pick("lebih dari", "more than")
        ))?;
    }
    let refused_title = printer.pick(
        "Baris yang ditolak dan belum diperbaiki",
        "Rows that were refused and are not mended",
    );
    let met_title = printer.pick("Koreksi pada berkas-berkas itu", "Corrections in those files");
    for (title, (schema, rows)) in [(refused_title, refused), (met_title, met)] {
        if rows.iter().any(|batch| batch.num_rows() > 0) {
            section(context, title, &schema, &rows)?;
        }
    }
    Ok(ExitStatus::Done)
}

/// A table with its title.
fn section(
    context: &Context,
    title: &str,
    schema: &SchemaRef,
    rows: &[RecordBatch],
) -> anyhow::Result<()> {
    context.printer.plain(&format!("\n{title}"))?;
    context.printer.plain(&render(schema, rows))
}

/// Rows as JSON objects.
fn document(schema: &SchemaRef, rows: &[RecordBatch]) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut bytes = Vec::new();
    koridor_serve::format::write(koridor_serve::format::Format::Json, schema, rows, &mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// What became of corrections in the files that were shown.
const CORRECTIONS: &str =
    "select distinct c.correction, c.file_name, c.sheet, c.row_number, c.field, c.outcome, c.found, c.value, c.reason, c.corrected_by
  from ops.corrections c join work.explained e on e.sha256 = c.sha256 and e.row_number = c.row_number order by 1, 2, 4 limit 100";

/// Rows that are shown one by one.
const MOST_ROWS: usize = 100;

struct Asked<'text> {
    region: &'text str,
    first: &'text str,
    months: i32,
    inputs: Inputs,
}

/// Which rows an indicator rests on besides those of its own period and of the headline source (`ref.indicator_input`).
struct Inputs {
    /// Months that it looks back.
    lag_months: i64,
    /// It compares all sources.
    all_sources: bool,
}

async fn inputs(engine: &Engine, indicator: &str) -> anyhow::Result<Inputs> {
    let sql = format!(
        "select cast(coalesce(max(lag_months), 0) as bigint) as lag, coalesce(bool_or(sources = 'all'), false) as all_sources
         from ref.indicator_input where indicator_id = '{indicator}'"
    );
    let rows = engine.rows(&sql).await?;
    let first = rows.iter().find(|rows| rows.num_rows() > 0);
    Ok(Inputs {
        lag_months: first.map_or(0, |rows| rows.column(0).as_primitive::<Int64Type>().value(0)),
        all_sources: first.is_some_and(|rows| rows.column(1).as_boolean().value(0)),
    })
}

impl Asked<'_> {
    /// The condition that a period (with its `period_type` beside it) is one that the value rests on.
    fn within(&self, period: &str) -> String {
        let period_type = period
            .rsplit_once('.')
            .map_or("period_type".to_owned(), |(table, _)| format!("{table}.period_type"));
        let window = |lag: i64| {
            let first = format!("date '{}' - interval '{lag} months'", self.first);
            format!(
                "({period} < {first} + interval '{} months' and {period} >= case {period_type} when 'Y' then date_trunc('year', {first}) else {first} end)",
                self.months
            )
        };
        if self.inputs.lag_months == 0 {
            window(0)
        } else {
            format!("({} or {})", window(0), window(self.inputs.lag_months))
        }
    }
}

/// The current rows of the indicator's datasets for the region and period: file, sheet, row, and each value with the column it stood in.
async fn source_rows(
    project: &Project,
    engine: &Engine,
    indicator: &Indicator,
    asked: &Asked<'_>,
) -> anyhow::Result<(Vec<[String; 5]>, Vec<String>)> {
    let mut lines: Vec<[String; 5]> = Vec::new();
    let mut more = Vec::new();
    let mut places: Vec<(String, i64)> = Vec::new();
    for dataset in &indicator.card.datasets {
        let Some(contract) = project.datasets.get(dataset) else { continue };
        let Some(slice) = &contract.koridor.slice else { continue };
        let members =
            format!("select region_code from ref.scope where scope_code = '{}'", asked.region);
        let period = slice.period.as_ref().map(|period| {
            let moment = match contract
                .fields
                .iter()
                .find(|field| &field.name == period)
                .map(|field| field.field_type)
            {
                Some(FieldType::Year) => format!("make_date(c.{period}, 1, 1)"),
                _ => format!("cast(c.{period} as date)"),
            };
            format!(
                "and {}",
                asked.within(&format!("c.{period}")).replace(&format!("c.{period}"), &moment)
            )
        });
        let fields: Vec<String> = contract
            .fields
            .iter()
            .map(|field| format!("cast(c.{0} as varchar) as {0}", field.name))
            .collect();
        let sql = format!(
            "select c.src_file_sha256 as sha256, f.file_name, coalesce(c.src_sheet, '') as sheet, c.src_row, array_to_string(c.qc_flags, ', ') as flags,
               f.columns_json, {}
             from core.{dataset} c join ops.files f on f.sha256 = c.src_file_sha256
             where (c.is_headline or {all_sources}) and (c.{region} in ({members}) or c.{region} not in (select region_code from ref.scope)) {}
             order by f.file_name, c.src_row limit {}",
            fields.join(", "),
            period.unwrap_or_default(),
            MOST_ROWS + 1,
            region = slice.region,
            all_sources = asked.inputs.all_sources,
        );
        let before = lines.len();
        let filed = counted(project, engine, contract).await?;
        for batch in engine.rows(&sql).await? {
            let text = |column: usize, row: usize| {
                let texts = batch.column(column).as_string::<i32>();
                if texts.is_null(row) { String::new() } else { texts.value(row).to_owned() }
            };
            for row in 0..batch.num_rows() {
                if lines.len() >= before + MOST_ROWS {
                    more.push(dataset.clone());
                    break;
                }
                let number = batch.column(3).as_primitive::<Int64Type>().value(row);
                let columns: std::collections::BTreeMap<String, String> =
                    serde_json::from_str(&text(5, row)).unwrap_or_default();
                let own: Vec<String> =
                    (6..batch.num_columns()).map(|column| text(column, row)).collect();
                let values = contract.fields.iter().enumerate().filter_map(|(index, field)| {
                    let value = Some(text(index + 6, row)).filter(|value| !value.is_empty())?;
                    let place = columns.get(&field.name).map(|place| cell(place, number));
                    let place = place
                        .or_else(|| across(&columns, &field.name, number, &own))
                        .unwrap_or_default();
                    // The cell holds the count from January on, and the month is what it adds to the month before.
                    let counted = filed.get(&(text(0, row), number, field.name.clone()));
                    let value = counted.map_or(value.clone(), |counted| {
                        format!("{counted} (kumulatif / counted from January on) -> {value}")
                    });
                    (!koridor_contract::source::COMMON_FIELDS.contains(&field.name.as_str()))
                        .then(|| format!("{}{place}={value}", field.name))
                });
                places.push((text(0, row), number));
                lines.push([
                    dataset.clone(),
                    text(1, row),
                    text(2, row),
                    number.to_string(),
                    values.collect::<Vec<_>>().join("; "),
                ]);
                if let (Some(line), false) = (lines.last_mut(), text(4, row).is_empty()) {
                    line[4].push_str(&format!(" [{}]", text(4, row)));
                }
            }
        }
    }
    let schema: SchemaRef = Arc::new(Schema::new(vec![
        Field::new("sha256", DataType::Utf8, false),
        Field::new("row_number", DataType::Int64, false),
    ]));
    let explained: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(places.iter().map(|place| &place.0))),
        Arc::new(Int64Array::from_iter_values(places.iter().map(|place| place.1))),
    ];
    engine.put(
        "explained",
        SchemaRef::clone(&schema),
        vec![RecordBatch::try_new(schema, explained)?],
    )?;
    more.dedup();
    Ok((lines, more))
}

/// Figures that count from January on, by file, row and field, where each row has one.
async fn counted(
    project: &Project,
    engine: &Engine,
    contract: &Contract,
) -> anyhow::Result<std::collections::BTreeMap<(String, i64, String), String>> {
    let mut filed = std::collections::BTreeMap::new();
    if project.counted_fields(contract).is_empty() {
        return Ok(filed);
    }
    let sql = format!(
        "select sha256, row_number, field, regexp_replace(cast(max(value) as varchar), '[.]?0+$', '') as value from ops.cumulative
         where dataset = '{}' group by sha256, row_number, field having count(*) = 1",
        contract.name
    );
    for rows in engine.rows(&sql).await? {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        let numbers = rows.column(1).as_primitive::<Int64Type>();
        filed.extend(
            (0..rows.num_rows())
                .map(|row| ((text(0, row), numbers.value(row), text(2, row)), text(3, row))),
        );
    }
    Ok(filed)
}

/// The cell of a value that runs across: of the columns whose header says what the row's own fields say.
fn across(
    columns: &std::collections::BTreeMap<String, String>,
    field: &str,
    row: i64,
    own: &[String],
) -> Option<String> {
    let says = |part: &str| {
        let month = koridor_contract::date::parse_month(
            part.as_bytes(),
            koridor_contract::date::DateFormat::Dmy,
        );
        let day = month.and_then(koridor_contract::date::from_days).map(|day| day.to_string());
        own.iter().any(|value| {
            value == part
                || Some(value) == day.as_ref()
                || value.strip_suffix("-01-01") == Some(part)
        })
    };
    let label = |name: &str| {
        name.strip_prefix(field)?.strip_prefix('[')?.strip_suffix(']').map(str::to_owned)
    };
    let of_field = columns.iter().filter_map(|(name, place)| Some((label(name)?, place)));
    let cells: Vec<String> = of_field
        .filter(|(label, _)| label.split(" | ").all(says))
        .map(|(_, place)| cell(place, row))
        .collect();
    (!cells.is_empty()).then(|| cells.join(" /"))
}

/// A value's place: the cell where the ledger knows the column's letter (the row's number, of a list of fields), else the column's label.
fn cell(place: &str, row: i64) -> String {
    let (letters, unit) = place
        .split_once(" (")
        .map_or((place, String::new()), |(letters, unit)| (letters, format!("({unit}")));
    if !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!(
            " {}{letters}{}",
            column_letters(usize::try_from(row - 1).unwrap_or_default()),
            if unit.is_empty() { unit } else { format!(" {unit}") }
        );
    }
    if letters.len() <= 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        format!(
            " {letters}{row}{}",
            if unit.is_empty() { String::new() } else { format!(" {unit}") }
        )
    } else {
        format!(" \"{place}\"")
    }
}

/// Grain and first day of `2024`, `2024-Q3` or `2024-07`.
fn period(text: &str) -> Result<(&'static str, String), LakeError> {
    let wrong = || {
        LakeError::usage(
            format!("`{text}` is no period"),
            "write 2024, 2024-Q3 or 2024-07".to_owned(),
        )
    };
    let year = text
        .get(..4)
        .filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(wrong)?;
    match text.get(4..).unwrap_or_default() {
        "" => Ok(("Y", format!("{year}-01-01"))),
        rest => {
            let rest = rest.strip_prefix('-').ok_or_else(wrong)?;
            let (grain, month) = match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => (
                    "Q",
                    quarter
                        .parse::<u32>()
                        .ok()
                        .filter(|quarter| (1..=4).contains(quarter))
                        .map(|quarter| quarter * 3 - 2),
                ),
                None => ("M", rest.parse::<u32>().ok().filter(|month| (1..=12).contains(month))),
            };
            let month = month.ok_or_else(wrong)?;
            Ok((grain, format!("{year}-{month:02}-01")))
        }
    }
}
