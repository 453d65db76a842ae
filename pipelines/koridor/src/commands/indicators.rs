use crate::ExitStatus;
use crate::args::OutputFormat;
use crate::context::{At, Context};
use crate::fitting::wrap;
use crate::printer::Printer;
use koridor_contract::card::{self, Indicator};
use koridor_lake::LakeError;
use koridor_lake::engine::text_parameter;
use koridor_publish::{Table, indicators};

/// All indicators of the project.
pub fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let all = card::load(&context.project)?;
    let printer = &context.printer;
    if printer.format == OutputFormat::Json {
        let cards: Vec<_> = all.iter().map(|indicator| &indicator.card).collect();
        printer.json(&cards)?;
        return Ok(ExitStatus::Done);
    }
    let (schema, rows) = indicators::cards_table(&all)?;
    let cards = Table { schema, rows: vec![rows] };
    if !printer.is_table() {
        printer.listed(&cards, &[])?;
        return Ok(ExitStatus::Done);
    }
    let title = printer.pick("title", "title_en");
    let shown = cards.select(&["indicator_id", title, "unit", "grain", "dimension"])?;
    printer.listed(&shown, &[title, "unit"])?;
    Ok(ExitStatus::Done)
}

/// One card with its values of the current release.
pub async fn show(context: &Context, id: &str) -> anyhow::Result<ExitStatus> {
    let indicator = card::find(&context.project, id)?;
    let printer = &context.printer;
    if printer.format == OutputFormat::Json {
        printer.json(&indicator.card)?;
        return Ok(ExitStatus::Done);
    }
    let values = match context.engine(At::Released).await {
        Ok(engine) => {
            let id = [("indicator", text_parameter(id))];
            Some(Table::named(&engine, "indicators_show", id).await?)
        }
        // The card is worth showing where there is no lake yet.
        Err(LakeError::Usage { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut text = card_text(printer, &indicator);
    if let Some(values) = values {
        text.push('\n');
        text.push_str(&printer.fitted(&values, &["breakdown", "remarks"]));
    }
    printer.plain(&text)?;
    Ok(ExitStatus::Done)
}

fn card_text(printer: &Printer, indicator: &Indicator) -> String {
    let card = &indicator.card;
    let line = |name: &str, text: &str| wrap(&format!("{name:<14}"), text, printer.width()) + "\n";
    let aggregation = format!("{} ({})", card.aggregation.as_str(), card.grain.as_str());
    let lines = [
        (printer.pick("dimensi", "dimension"), card.dimension.clone()),
        (printer.pick("satuan", "unit"), card.unit.clone()),
        (printer.pick("rumus", "formula"), card.formula.clone()),
        (printer.pick("metode", "method"), printer.pick(&card.method, &card.method_en).to_owned()),
        (printer.pick("agregasi", "aggregation"), aggregation),
        (printer.pick("aturan kosong", "null rules"), card.null_rules.join(", ")),
        ("dataset", card.datasets.join(", ")),
        (printer.pick("standar", "standard"), card.standard.clone()),
        ("SQL", format!("{}/query.sql", indicator.folder)),
    ];
    let mut text = format!("{}, {} / {}\n\n", card.id, card.title, card.title_en);
    text.extend(lines.iter().map(|(name, value)| line(name, value)));
    text
}
