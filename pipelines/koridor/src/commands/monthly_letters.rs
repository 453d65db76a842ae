//! Letters of the month before to offices, by mail: those that the operator's list names and that
//! did not get theirs yet. Nothing of it makes a night fail.

use crate::args::ChannelArgs;
use crate::context::Context;
use crate::mail::{Letter, Mail, mailboxes};
use koridor_lake::Engine;
use koridor_publish::letter::letter;
use koridor_publish::letters_by_mail::{Addressee, addressees, due, month_before, was_sent};
use std::path::Path;

/// Sends what is due; what did not succeed, one line each.
pub async fn send(context: &Context, args: &ChannelArgs, engine: Option<&Engine>) -> Vec<String> {
    let Some(path) = &args.letters_to else { return Vec::new() };
    match send_due(context, (args, path), engine).await {
        Ok(lines) => lines,
        Err(error) => vec![format!("{}: {error:#}", told(context))],
    }
}

async fn send_due(
    context: &Context,
    (args, path): (&ChannelArgs, &Path),
    engine: Option<&Engine>,
) -> anyhow::Result<Vec<String>> {
    let Some(mail) = Mail::of(args)? else { return Ok(Vec::new()) };
    let engine = engine.ok_or_else(|| anyhow::anyhow!("the lake cannot be read"))?;
    let name = path.display().to_string();
    let list = std::fs::read_to_string(path).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    let all = addressees(&context.project, &name, &list)?;
    let Some(month) = month_before(&context.project.today()) else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    for own in due(&context.storage, &month, all).await? {
        match send_one(context, (&mail, engine), &own, &month).await {
            Ok(()) => {
                was_sent((&context.storage, context.project.clock), &month, &own.office).await?;
            }
            Err(reason) => lines.push(format!("{}: {}: {reason:#}", told(context), own.office)),
        }
    }
    Ok(lines)
}

async fn send_one(
    context: &Context,
    (mail, engine): (&Mail, &Engine),
    to: &Addressee,
    month: &str,
) -> anyhow::Result<()> {
    let no_address = || anyhow::anyhow!("an address in the list cannot be one");
    let addresses = mailboxes(&to.to).ok_or_else(no_address)?;
    let (first, language) = (format!("{month}-01"), context.printer.lang.into());
    let own = letter(engine, &context.project, &to.office, &first, language).await?;
    let subject = format!("{}: {}, {}", own.subject, own.office, own.month);
    let text = format!("{}\n\n{}\n", own.verdict, own.greeting);
    let page = koridor_serve::letter::page(&own);
    let name = format!("{}_{month}.html", to.office);
    let sent = Letter::of_text(&subject, &text).with_page(&name, page.as_bytes());
    mail.send(&addresses, sent).await.map_err(anyhow::Error::msg)
}

fn told(context: &Context) -> &'static str {
    let (id, en) = (
        "surat belum terkirim, dicoba lagi malam berikutnya",
        "a letter was not sent, it goes out with the next night",
    );
    context.printer.pick(id, en)
}
