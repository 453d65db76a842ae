use crate::ExitStatus;
use crate::args::{ExplainArgs, OutputFormat};
use crate::context::Context;
use crate::printer::render;
use koridor_lake::{LakeError, indicators};
use std::sync::Arc;

/// One number back to its numerator, denominator, the parts it is summed from, and the files they came in.
pub async fn run(context: &Context, args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let indicator = indicators::find(&context.project, &args.id)?;
    let region = context.region(&args.region)?;
    let (grain, first) = period(&args.period)?;
    let engine = context.engine(None, false).await?;
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
    if context.printer.format != OutputFormat::Table {
        context.printer.rows(&value_schema, &values)?;
        return Ok(ExitStatus::Done);
    }
    indicators::compute(&engine, &context.project, std::slice::from_ref(&indicator), &mut |_| {}).await?;
    let members = format!("select distinct region_code from ref.scope where scope_code = '{region}'");
    let (parts_schema, parts) = rows(&format!(
        "select p.region_code, p.grain, p.period, p.breakdown, p.member, p.numerator, p.denominator, p.state, p.flag
         from work.parts p join ref.period t on t.from_grain = p.grain and t.from_period = p.period
         where t.grain = '{grain}' and t.period = date '{first}' and p.region_code in ({members})
         order by p.region_code, p.grain, p.period, p.breakdown, p.member limit 200"
    ))
    .await?;
    let datasets = indicator.card.datasets.iter().map(|dataset| format!("'{dataset}'")).collect::<Vec<_>>().join(", ");
    let months = match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let (file_schema, files) = rows(&format!(
        "select c.dataset, c.source_id, c.is_headline, c.slice_region, c.period, c.period_type, f.file_name, c.release_date, c.rows, substr(c.sha256, 1, 12) as sha256
         from ops.current_slices c join ops.files f on f.sha256 = c.sha256
         where c.dataset in ({datasets})
           and (c.slice_region in ({members}) or c.slice_region not in (select region_code from ref.scope))
           and (c.period < date '1901-01-01' or (c.period < date '{first}' + interval '{months} months' and c.period >= case c.period_type when 'Y' then date_trunc('year', date '{first}') else date '{first}' end))
         order by c.dataset, c.source_id, c.slice_region, c.period limit 200"
    ))
    .await?;
    let card = &indicator.card;
    let printer = &context.printer;
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
    printer.plain(&format!(
        "\n{} ({}/query.sql)",
        printer.pick("Bagian yang dijumlahkan", "The parts that are summed"),
        indicator.folder
    ))?;
    printer.plain(&render(&parts_schema, &parts))?;
    printer.plain(&format!(
        "\n{}",
        printer.pick(
            "Berkas asalnya (hanya sumber utama, is_headline, yang dihitung)",
            "The files they came in (only the headline source, is_headline, counts)"
        )
    ))?;
    printer.plain(&render(&file_schema, &files))?;
    Ok(ExitStatus::Done)
}

/// Grain and first day of `2024`, `2024-Q3` or `2024-07`.
fn period(text: &str) -> Result<(&'static str, String), LakeError> {
    let wrong = || LakeError::usage(format!("`{text}` is no period"), "write 2024, 2024-Q3 or 2024-07".to_owned());
    let year = text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(wrong)?;
    match text.get(4..).unwrap_or_default() {
        "" => Ok(("Y", format!("{year}-01-01"))),
        rest => {
            let rest = rest.strip_prefix('-').ok_or_else(wrong)?;
            let (grain, month) = match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => {
                    ("Q", quarter.parse::<u32>().ok().filter(|quarter| (1..=4).contains(quarter)).map(|quarter| quarter * 3 - 2))
                }
                None => ("M", rest.parse::<u32>().ok().filter(|month| (1..=12).contains(month))),
            };
            let month = month.ok_or_else(wrong)?;
            Ok((grain, format!("{year}-{month:02}-01")))
        }
    }
}
