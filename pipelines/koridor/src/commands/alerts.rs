use crate::ExitStatus;
use crate::args::{AlertsArgs, OutputFormat};
use crate::channels::Channels;
use crate::context::Context;
use anyhow::bail;
use koridor_publish::alerts::{self, Alert, Sender};

/// What was told and needs a person still, or a trial of the channels.
pub async fn run(context: &Context, args: &AlertsArgs) -> anyhow::Result<ExitStatus> {
    if args.test {
        return test(context, args).await;
    }
    context.need_lake().await?;
    let open = alerts::open_causes(&context.storage).await?;
    let printer = &context.printer;
    if printer.format == OutputFormat::Json {
        let open = open.iter().map(|[id, since, title_id, title_en]| {
            serde_json::json!({
                "id": id, "since": since, "title_id": title_id, "title_en": title_en,
            })
        });
        printer.json(&open.collect::<Vec<_>>())?;
        return Ok(ExitStatus::Done);
    }
    if !printer.is_table() {
        let rows: Vec<Vec<String>> = open.iter().map(|own| own.to_vec()).collect();
        printer.text_rows(&["id", "since", "title_id", "title_en"], &rows)?;
        return Ok(ExitStatus::Done);
    }
    let mut lines: Vec<String> = open
        .iter()
        .map(|[_, since, id, en]| format!("{}  {}", printer.time(since), printer.pick(id, en)))
        .collect();
    if lines.is_empty() {
        let (id, en) = ("tidak ada yang diberitahukan", "nothing was told that is open");
        lines.push(printer.pick(id, en).to_owned());
    }
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}

/// Sends a trial by each channel; an error where one does not take it.
async fn test(context: &Context, args: &AlertsArgs) -> anyhow::Result<ExitStatus> {
    let mut channels = Channels::of(&args.channels)?;
    let (project, printer) = (&context.project, &context.printer);
    let alert = Alert::test(&project.corridor, &project.clock.written());
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for channel in channels.channels() {
        match channels.send(&channel, &alert).await {
            Ok(()) => lines.push(format!("{channel}: {}", printer.pick("terkirim", "sent"))),
            Err(reason) => failed.push(format!("{channel}: {reason}")),
        }
    }
    match channels.beat().await {
        Ok(true) => lines.push(format!("heartbeat: {}", printer.pick("terkirim", "sent"))),
        Ok(false) => {}
        Err(reason) => failed.push(format!("heartbeat: {reason}")),
    }
    if lines.is_empty() && failed.is_empty() {
        bail!(
            "{}: KORIDOR_ALERT_WEBHOOK, KORIDOR_ALERT_SMTP, KORIDOR_HEARTBEAT_URL",
            printer.pick("tidak ada saluran yang diatur", "no channel is set")
        );
    }
    if !lines.is_empty() {
        printer.plain(&lines.join("\n"))?;
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    Ok(ExitStatus::Done)
}
