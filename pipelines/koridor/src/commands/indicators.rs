use crate::ExitStatus;
use crate::args::OutputFormat;
use crate::context::{At, Context};
use crate::embedded::{built_in_corridor, is_built_in};
use crate::fitting::wrap;
use crate::printer::Printer;
use koridor_contract::card::{self, Indicator};
use koridor_contract::message::Language;
use koridor_lake::LakeError;
use koridor_lake::engine::text_parameter;
use koridor_publish::indicators::cases;
use koridor_publish::{Table, indicators};
use std::sync::Arc;

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

/// Runs an indicator's SQL on a lake without rows, then its worked cases with its checks.
pub async fn test(context: &Context, id: &str) -> anyhow::Result<ExitStatus> {
    let (project, printer) = (&context.project, &context.printer);
    let indicator = card::find(project, id)?;
    indicators::verify(project, &context.storage).await?;
    let mut failed = 0;
    let all = cases::cases(project, &indicator);
    let home = built_in_corridor(project)?.map(Arc::new);
    for case in &all {
        let place = tempfile::tempdir()?;
        // A case speaks of the corridor that it was written for.
        let is_from_home = is_built_in(&format!("{}/expect.csv", case.folder), &case.expected);
        let home = home.as_ref().filter(|_| is_from_home);
        let setting = home.unwrap_or(project);
        let mistakes = cases::run_case(setting, &indicator, case, place.path()).await?;
        let verdict = if mistakes.is_empty() { "ok" } else { printer.pick("salah", "wrong") };
        let (id, en) = (" (di koridor bawaan)", " (in the built-in corridor)");
        let told = home.map_or("", |_| printer.pick(id, en));
        printer.plain(&format!("{}: {verdict}{told}", case.folder))?;
        for mistake in &mistakes {
            printer.plain(&format!("    {mistake}"))?;
        }
        failed += usize::from(!mistakes.is_empty());
    }
    if all.is_empty() {
        let (id, en) = ("tidak ada kasus di cases/", "there is no case under cases/");
        printer.plain(&format!("{}: {}", indicator.folder, printer.pick(id, en)))?;
    }
    if failed > 0 {
        anyhow::bail!("{failed} of {} cases are wrong", all.len());
    }
    Ok(ExitStatus::Done)
}

fn card_text(printer: &Printer, indicator: &Indicator) -> String {
    let card = &indicator.card;
    let line = |name: &str, text: &str| wrap(&format!("{name:<14}"), text, printer.width()) + "\n";
    let aggregation = format!("{} ({})", card.aggregation.as_str(), card.grain.as_str());
    let lines = [
        (printer.pick("dimensi", "dimension"), card.dimension.clone()),
        (printer.pick("satuan", "unit"), card.unit.clone()),
        (
            printer.pick("rumus", "formula"),
            printer.pick(&card.formula, card.formula_in(Language::En)).to_owned(),
        ),
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
