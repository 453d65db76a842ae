use crate::ExitStatus;
use crate::context::Context;
use koridor_lake::load::raw;
use koridor_lake::store::secret;

/// Which key the lake was filled with, and which is there now; neither is shown itself.
pub async fn show(context: &Context) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let printer = &context.printer;
    printer.refuse_rows()?;
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
    let is_encrypted = known.as_ref().is_some_and(|own| own.encrypts_raw);
    lines.push(format!(
        "{}: {}",
        printer.pick("berkas asli", "raw bytes"),
        match is_encrypted {
            true => printer.pick("terenkripsi dengan kunci ini", "encrypted with this key"),
            false => printer.pick("seperti datangnya", "as they came"),
        }
    ));
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

/// Has what came stored encrypted, or as it came.
pub async fn encrypt(context: &Context, encrypts_raw: bool) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let lock = context.lock().await?;
    let changed = raw::encrypt(&context.storage, encrypts_raw).await?;
    lock.release().await?;
    let printer = &context.printer;
    let (id, en) = match encrypts_raw {
        true => (
            "berkas asli kini disimpan terenkripsi; simpan salinan kunci di tempat lain. Ditulis \
             ulang",
            "what came is stored encrypted now; keep a copy of the key elsewhere. Written anew",
        ),
        false => (
            "berkas asli kini disimpan seperti datangnya. Ditulis ulang",
            "what came is stored as it came now. Written anew",
        ),
    };
    printer.plain(&format!("{}: {changed}", printer.pick(id, en)))?;
    Ok(ExitStatus::Done)
}
