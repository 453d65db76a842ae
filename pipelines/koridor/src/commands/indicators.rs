use crate::ExitStatus;
use crate::args::OutputFormat;
use crate::context::{At, Context};
use crate::printer::render;
use koridor_contract::card;
use koridor_lake::LakeError;
use koridor_publish::indicators;
use std::sync::Arc;

/// All indicators of the project.
pub fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let all = card::load(&context.project)?;
    if context.printer.format == OutputFormat::Json {
        let cards: Vec<_> = all.iter().map(|indicator| &indicator.card).collect();
        context.printer.json(&cards)?;
        return Ok(ExitStatus::Done);
    }
    let (schema, rows) = indicators::cards_table(&all)?;
    context.printer.rows(&schema, &[rows])?;
    Ok(ExitStatus::Done)
}

/// One card with its values of the current release.
pub async fn show(context: &Context, id: &str) -> anyhow::Result<ExitStatus> {
    let indicator = card::find(&context.project, id)?;
    let card = &indicator.card;
    let values = match context.engine(At::Released).await {
        Ok(engine) => {
            let sql = format!(
                "select grain, period, region_code, breakdown, numerator, denominator, value, state, coverage, flags from indicators.{id} order by grain desc, period desc, breakdown, region_code limit 60"
            );
            let frame = engine.query(&sql).await?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            Some((schema, frame.collect().await.map_err(LakeError::from)?))
        }
        // The card is worth showing where there is no lake yet.
        Err(LakeError::Usage { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    if context.printer.format == OutputFormat::Json {
        context.printer.json(card)?;
        return Ok(ExitStatus::Done);
    }
    let line = |name: &str, text: &str| format!("{name:<14}{text}\n");
    let mut text = format!("{} · {} / {}\n\n", card.id, card.title, card.title_en);
    text.push_str(&line(context.printer.pick("dimensi", "dimension"), &card.dimension));
    text.push_str(&line(context.printer.pick("satuan", "unit"), &card.unit));
    text.push_str(&line(context.printer.pick("rumus", "formula"), &card.formula));
    text.push_str(&line(
        context.printer.pick("metode", "method"),
        context.printer.pick(&card.method, &card.method_en),
    ));
    text.push_str(&line(
        context.printer.pick("agregasi", "aggregation"),
        &format!("{} ({})", card.aggregation.as_str(), card.grain.as_str()),
    ));
    text.push_str(&line(
        context.printer.pick("aturan kosong", "null rules"),
        &card.null_rules.join(", "),
    ));
    text.push_str(&line("dataset", &card.datasets.join(", ")));
    text.push_str(&line(context.printer.pick("standar", "standard"), &card.standard));
    text.push_str(&line("SQL", &format!("{}/query.sql", indicator.folder)));
    if let Some((schema, rows)) = values {
        text.push('\n');
        text.push_str(&render(&schema, &rows));
    }
    context.printer.plain(&text)?;
    Ok(ExitStatus::Done)
}
