//! Letters of the month before to offices, by mail: those that the operator's list names and that
//! did not get theirs yet. Nothing of it makes a night fail.

use crate::args::ChannelArgs;
use crate::attempts::Failure;
use crate::context::Context;
use crate::mail::{Letter, Mail, mailboxes};
use anyhow::anyhow;
use koridor_lake::Engine;
use koridor_publish::letter::letter;
use koridor_publish::letters_by_mail::{Addressee, Mailing, addressees, month_before};
use std::path::Path;

/// Sends what is due; what did not succeed, one line each.
pub async fn send(context: &Context, args: &ChannelArgs, engine: Option<&Engine>) -> Vec<String> {
    let Some(path) = args.letters_list() else { return Vec::new() };
    let mut lines = Vec::new();
    if let Err(error) = send_due(context, (args, path), engine, &mut lines).await {
        lines.push(format!("{error:#}"));
    }
    let (id, en) = (
        "surat belum terkirim, dicoba lagi malam berikutnya",
        "a letter was not sent, it goes out with the next night",
    );
    let told = context.printer.pick(id, en);
    lines.into_iter().map(|line| format!("{told}: {line}")).collect()
}

async fn send_due(
    context: &Context,
    (args, path): (&ChannelArgs, &Path),
    engine: Option<&Engine>,
    lines: &mut Vec<String>,
) -> anyhow::Result<()> {
    let mail = Mail::of(args)?.ok_or_else(|| anyhow!("KORIDOR_ALERT_SMTP names no server"))?;
    let engine = engine.ok_or_else(|| anyhow!("the lake cannot be read"))?;
    let name = path.display().to_string();
    let list = std::fs::read_to_string(path).map_err(|error| anyhow!("{name}: {error}"))?;
    let all = addressees(&context.project, &name, &list)?;
    let Some(month) = month_before(&context.project.today()) else { return Ok(()) };
    let mut mailing = Mailing::begin(&context.storage, context.project.clock).await?;
    for own in all.iter().filter(|own| mailing.is_due(&month, &own.office)).collect::<Vec<_>>() {
        match send_one(context, (&mail, engine), own, &month).await {
            Ok(sent) => {
                let unsent = sent.unsent.into_iter();
                lines.extend(unsent.map(|words| format!("{}: {words}", own.office)));
                if sent.is_taken
                    && let Err(error) = mailing.note(&month, &own.office).await
                {
                    lines.push(format!("{}: {error}", own.office));
                }
                // A server that is away is away for all.
                if sent.is_away {
                    break;
                }
            }
            Err(error) => lines.push(format!("{}: {error:#}", own.office)),
        }
    }
    Ok(mailing.end().await?)
}

/// What came of a letter.
#[derive(Default)]
struct SentLetter {
    /// Whether one address took it.
    is_taken: bool,
    /// Whether the server did not answer.
    is_away: bool,
    /// Why others did not.
    unsent: Vec<String>,
}

/// Sends a letter to each address of an office by itself: one that is gone keeps it from no other.
async fn send_one(
    context: &Context,
    (mail, engine): (&Mail, &Engine),
    to: &Addressee,
    month: &str,
) -> anyhow::Result<SentLetter> {
    let no_address = || anyhow!("an address in the list cannot be one");
    let addresses = mailboxes(&to.to).ok_or_else(no_address)?;
    let (first, language) = (format!("{month}-01"), context.printer.lang.into());
    let own = letter(engine, &context.project, &to.office, &first, language).await?;
    let subject = format!("{}: {}, {}", own.subject, own.office, own.month);
    let text = format!("{}\n\n{}\n", own.verdict, own.greeting);
    let page = koridor_serve::letter::page(&own);
    let name = format!("{}_{month}.html", to.office);
    let mut sent = SentLetter::default();
    for (number, address) in addresses.iter().enumerate() {
        let letter = Letter::of_text(&subject, &text).with_page(&name, page.as_bytes());
        let letter = letter.named(format!("letter.{}.{month}.{number}", to.office));
        match mail.send(std::slice::from_ref(address), letter).await {
            Ok(()) => sent.is_taken = true,
            Err(Failure { is_final, words }) => {
                sent.unsent.push(words);
                sent.is_away |= !is_final;
            }
        }
    }
    Ok(sent)
}
