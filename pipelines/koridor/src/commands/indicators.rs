use crate::ExitStatus;
use crate::args::OutputFormat;
use crate::context::{At, Context};
use crate::embedded::{built_in_corridor, is_built_in};
use crate::fitting::wrap;
use crate::printer::Printer;
use koridor_contract::Project;
use koridor_contract::card::{self, Card, Indicator};
use koridor_contract::card_words::CardWords;
use koridor_lake::LakeError;
use koridor_lake::engine::text_parameter;
use koridor_publish::indicators::cases::{self, Case};
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
    let unit = printer.pick("unit", "unit_en");
    let shown = cards.select(&["indicator_id", title, unit, "grain", "dimension"])?;
    printer.listed(&shown, &[title, unit])?;
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

/// Runs the SQL of some indicators, or of all, on a lake without rows, then their worked cases with
/// their checks.
pub async fn test(context: &Context, ids: &[String]) -> anyhow::Result<ExitStatus> {
    let (project, printer) = (&context.project, &context.printer);
    let tested = match ids {
        [] => card::load(project)?
            .into_iter()
            .filter(|own| !cases::cases(project, own).is_empty())
            .collect(),
        ids => ids.iter().map(|id| card::find(project, id)).collect::<Result<Vec<_>, _>>()?,
    };
    let only = (!ids.is_empty()).then_some(tested.as_slice());
    let count: usize = tested.iter().map(|own| cases::cases(project, own).len()).sum();
    // All of them take minutes.
    let progress = printer.progress(count as u64);
    progress.set_message(printer.pick("memeriksa SQL", "checking the SQL").to_owned());
    progress.tick();
    indicators::verify(project, &context.storage, only).await?;
    let home = built_in_corridor(project)?.map(Arc::new);
    let (mut failed, mut run) = (0, 0);
    for indicator in &tested {
        let all = cases::cases(project, indicator);
        for case in &all {
            progress.set_message(case.folder.clone());
            let (is_right, told) = tried(context, indicator, case, home.as_ref()).await?;
            progress.suspend(|| printer.plain(&told))?;
            progress.inc(1);
            failed += usize::from(!is_right);
        }
        if all.is_empty() {
            let (id, en) = ("tidak ada kasus di cases/", "there is no case under cases/");
            let told = format!("{}: {}", indicator.folder, printer.pick(id, en));
            progress.suspend(|| printer.plain(&told))?;
        }
        run += all.len();
    }
    progress.finish_and_clear();
    if failed > 0 {
        anyhow::bail!("{failed} of {run} cases are wrong");
    }
    Ok(ExitStatus::Done)
}

/// Whether a worked case gives what it expects, and what is told of it: what is wrong stands below.
/// A built-in case speaks of the corridor that it was written for, `home` where that is another.
async fn tried(
    context: &Context,
    indicator: &Indicator,
    case: &Case,
    home: Option<&Arc<Project>>,
) -> anyhow::Result<(bool, String)> {
    let (project, printer) = (&context.project, &context.printer);
    let is_from_home = is_built_in(&format!("{}/expect.csv", case.folder), &case.expected);
    let home = home.filter(|_| is_from_home);
    let place = tempfile::tempdir()?;
    let mistakes = cases::run_case(home.unwrap_or(project), indicator, case, place.path()).await?;
    let verdict = if mistakes.is_empty() { "ok" } else { printer.pick("salah", "wrong") };
    let (id, en) = (" (di koridor bawaan)", " (in the built-in corridor)");
    let told = home.map_or("", |_| printer.pick(id, en));
    let mut lines = vec![format!("{}: {verdict}{told}", case.folder)];
    lines.extend(mistakes.iter().map(|mistake| format!("    {mistake}")));
    Ok((mistakes.is_empty(), lines.join("\n")))
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
            words.revision_policy(&card.revision_policy, printer.lang.into()).to_owned(),
        ),
        (
            printer.pick("catatan", "caveats"),
            words.caveats(&card.caveats, printer.lang.into()).join("; "),
        ),
        ("SQL", format!("{}/query.sql", indicator.folder)),
    ]
}
