use crate::ExitStatus;
use crate::context::Context;
use koridor_lake::store::secret;

/// Which key the lake was filled with, and which is there now; neither is shown itself.
pub async fn show(context: &Context) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let printer = &context.printer;
    let known = secret::record(&context.storage).await?;
    let present = secret::present_identity(&context.storage)?;
    if !printer.is_table() {
        printer.json(&serde_json::json!({"lake": known, "present": present}))?;
        return Ok(ExitStatus::Done);
    }
    let none = printer.pick("tidak ada", "none");
    let own = known.as_ref().map(|own| own.identity.as_str()).unwrap_or(none);
    let mut lines = vec![
        format!("{}: {own}", printer.pick("kunci danau data", "key of the lake")),
        format!(
            "{}: {}",
            printer.pick("kunci sekarang", "key now"),
            present.as_deref().unwrap_or(none)
        ),
    ];
    for own in known.iter().flat_map(|own| &own.adopted) {
        let before = own.before.as_deref().unwrap_or(none);
        let at = printer.time(&own.at);
        lines.push(format!("  {at}  {before} -> {}  {}: {}", own.identity, own.by, own.reason));
    }
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}

/// Goes on with another key, on somebody's word.
pub async fn adopt(context: &Context, by: &str, reason: &str) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let lock = context.lock().await?;
    let adopted = secret::adopt(&context.storage, by, reason).await?;
    lock.release().await?;
    let printer = &context.printer;
    printer.plain(&format!(
        "{} {}",
        printer.pick("danau data ini sekarang memakai kunci", "this lake now has the key"),
        adopted.identity
    ))?;
    Ok(ExitStatus::Done)
}
