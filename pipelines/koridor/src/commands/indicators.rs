use crate::ExitStatus;
use crate::args::OutputFormat;
use crate::context::{At, Context};
use crate::fitting::wrap;
use crate::printer::Printer;
use koridor_contract::card::{self, Card, Indicator};
use koridor_contract::card_words::CardWords;
use koridor_lake::LakeError;
use koridor_lake::engine::text_parameter;
use koridor_publish::indicators::cases;
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
    let words = CardWords::of(&context.project)?;
    let mut text = card_text(printer, &indicator, &words);
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
    for case in &all {
        let place = tempfile::tempdir()?;
        let mistakes = cases::run_case(project, &indicator, case, place.path()).await?;
        let verdict = if mistakes.is_empty() { "ok" } else { printer.pick("salah", "wrong") };
        printer.plain(&format!("{}: {verdict}", case.folder))?;
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

fn card_text(printer: &Printer, indicator: &Indicator, words: &CardWords) -> String {
    let card = &indicator.card;
    let line = |name: &str, text: &str| wrap(&format!("{name:<14}"), text, printer.width()) + "\n";
    let mut text = format!("{}, {} / {}\n\n", card.id, card.title, card.title_en);
    let told = meaning(printer, card).into_iter().chain(frame(printer, indicator, words));
    text.extend(
        told.filter(|(_, value)| !value.is_empty()).map(|(name, value)| line(name, &value)),
    );
    text
}

/// What the number is, line by line.
fn meaning<'text>(printer: &Printer, card: &Card) -> Vec<(&'text str, String)> {
    let pick = |id: &str, en: &str| printer.pick(id, en).to_owned();
    vec![
        (printer.pick("dimensi", "dimension"), card.dimension.clone()),
        (printer.pick("definisi", "definition"), pick(&card.definition, &card.definition_en)),
        (printer.pick("satuan", "unit"), card.unit_in(printer.lang.into()).to_owned()),
        (printer.pick("rumus", "formula"), card.formula_in(printer.lang.into()).to_owned()),
        (
            printer.pick("pembilang", "numerator"),
            pick(&card.numerator_label, &card.numerator_label_en),
        ),
        (
            printer.pick("penyebut", "denominator"),
            pick(&card.denominator_label, &card.denominator_label_en),
        ),
        (printer.pick("cara baca", "reading"), pick(&card.interpretation, &card.interpretation_en)),
        (printer.pick("metode", "method"), pick(&card.method, &card.method_en)),
    ]
}

/// How it is put together, who answers for it and what to keep in mind, line by line.
fn frame<'text>(
    printer: &Printer,
    indicator: &Indicator,
    words: &CardWords,
) -> Vec<(&'text str, String)> {
    let card = &indicator.card;
    let bound = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    let possible = card.possible.map(|(low, high)| format!("{} .. {}", bound(low), bound(high)));
    let plausible = card.plausible.map(|(low, high)| format!("{low} .. {high}"));
    let codes = card.codes.iter().map(|(system, codes)| format!("{system} {}", codes.join(", ")));
    vec![
        (
            printer.pick("agregasi", "aggregation"),
            format!("{} ({})", card.aggregation.as_str(), card.grain.as_str()),
        ),
        (printer.pick("arah", "polarity"), card.polarity.clone()),
        (printer.pick("aturan kosong", "null rules"), card.null_rules.join(", ")),
        (printer.pick("wajar", "plausible"), plausible.unwrap_or_default()),
        (printer.pick("mungkin", "possible"), possible.unwrap_or_default()),
        ("dataset", card.datasets.join(", ")),
        (printer.pick("standar", "standard"), card.standard.clone()),
        (printer.pick("kode", "codes"), codes.collect::<Vec<_>>().join("; ")),
        (printer.pick("pemilik", "owner"), printer.pick(&card.owner, &card.owner_en).to_owned()),
        (
            printer.pick("revisi", "revision"),
            words.revision_policy(card, printer.lang.into()).to_owned(),
        ),
        (printer.pick("catatan", "caveats"), words.caveats(card, printer.lang.into()).join("; ")),
        ("SQL", format!("{}/query.sql", indicator.folder)),
    ]
}
