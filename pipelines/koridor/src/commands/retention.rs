use super::erase::{barred, told};
use crate::ExitStatus;
use crate::args::RetentionArgs;
use crate::context::Context;
use koridor_contract::scrub;
use koridor_lake::load::erase::retention::{Kept, retention};
use koridor_lake::load::erase::{Asked, CopiesOf, erase};
use koridor_lake::load::quarantine::Decision;
use koridor_lake::store::journal;

/// How long rows are kept, what is past its time; erases it where that is asked for.
pub async fn run(context: &Context, args: &RetentionArgs) -> anyhow::Result<ExitStatus> {
    context.printer.refuse_rows()?;
    context.need_lake().await?;
    let printer = &context.printer;
    if !args.apply {
        let kept = retention(&context.project, &context.storage).await?;
        if printer.is_table() {
            printer
                .plain(&kept.iter().map(|own| line(context, own)).collect::<Vec<_>>().join("\n"))?;
        } else {
            printer.json(&kept)?;
        }
        return Ok(ExitStatus::Done);
    }
    let lock = context.lock().await?;
    let applied = apply(context, args).await;
    lock.release().await?;
    applied
}

/// Erases what is past its time. The caller holds the lake's lock.
async fn apply(context: &Context, args: &RetentionArgs) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    // What a run that died has begun is finished first: until then the lake cannot be read.
    journal::recover(&context.storage).await?;
    let kept = retention(&context.project, &context.storage).await?;
    let mut status = ExitStatus::Done;
    let barred = barred(context, &args.landing);
    for own in &kept {
        let Some(subject) = own.subject() else { continue };
        let standard = format!("{} {} ({})", own.years, own.then, own.basis);
        let reason = args.reason.as_deref().map(scrub::prose).unwrap_or(standard.into());
        let by = args.by.as_deref().unwrap_or_default();
        let decision = Decision { by, reason: &reason };
        let copies = CopiesOf { folders: &args.also, barred: &barred };
        let asked = Asked { subject: &subject, decision, copies };
        let done = erase(&context.project, &context.storage, (&asked, &context.reader)).await;
        if printer.is_table() {
            printer.plain(&line(context, own))?;
        }
        if told(context, done?, false)? != ExitStatus::Done {
            status = ExitStatus::Damaged;
        }
    }
    Ok(status)
}

fn line(context: &Context, own: &Kept) -> String {
    let printer = &context.printer;
    let oldest =
        own.oldest.as_ref().map(|day| format!(" ({} {day})", printer.pick("terlama", "oldest")));
    let refused = match own.refused {
        0 => String::new(),
        rows => format!(", {} {rows}", printer.pick("ditolak", "refused")),
    };
    let then = match own.then {
        "erase" => printer.pick("dihapus oleh --apply", "erased by --apply"),
        _ => printer.pick("menunggu keputusan", "wait for a decision"),
    };
    format!(
        "{}: {} {}, {} < {}: {} {}{refused}{}; {then}\n  {}",
        own.dataset,
        own.years,
        printer.pick("tahun", "years"),
        own.field,
        own.before,
        own.rows,
        printer.pick("baris lewat waktu", "rows past their time"),
        oldest.unwrap_or_default(),
        own.basis,
    )
}
