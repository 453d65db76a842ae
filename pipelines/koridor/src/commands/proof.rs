use crate::ExitStatus;
use crate::args::VerifyReleaseArgs;
use crate::context::Context;
use crate::signing;
use koridor_contract::Project;
use koridor_lake::ledger::report::new_run_id;
use koridor_lake::load::proof::{self, Manifest};
use koridor_lake::store::erased::Erased;
use koridor_lake::store::release::{self, Release};
use koridor_lake::{LakeError, Storage};
use koridor_publish::release::{Recomputed, recompute};
use std::path::Path;
use std::sync::Arc;

/// Differences that are shown.
const SHOWN: usize = 20;

/// A release with the project that it was made with, and its manifest.
async fn worked_out(
    context: &Context,
    name: &str,
) -> anyhow::Result<(Release, Arc<Project>, Manifest)> {
    context.need_lake().await?;
    let release = release::find(&context.storage, name).await?;
    let project = proof::own_project(&context.storage, &release, &context.project).await?;
    let manifest = proof::manifest(&project, &context.storage, &release).await?;
    Ok((release, project, manifest))
}

/// Prints the manifest of a release.
pub async fn manifest(context: &Context, name: &str) -> anyhow::Result<ExitStatus> {
    let (_, _, manifest) = worked_out(context, name).await?;
    let text = String::from_utf8(manifest.bytes()?)?;
    context.printer.plain(text.trim_end())?;
    Ok(ExitStatus::Done)
}

/// Signs the manifest of a release.
pub async fn sign(context: &Context, name: &str, key: &Path) -> anyhow::Result<ExitStatus> {
    let (release, _, manifest) = worked_out(context, name).await?;
    let said = format!("koridor release {} {}", release.id, release.project);
    let signature = signing::sign(&manifest.bytes()?, key, &said)?;
    let lock = context.lock().await?;
    let kept = proof::keep(&context.storage, &manifest, &signature).await;
    lock.release().await?;
    kept?;
    context.printer.plain(signature.trim_end())?;
    Ok(ExitStatus::Done)
}

/// Makes a pair of keys.
pub fn new_key(context: &Context, file: &Path) -> anyhow::Result<ExitStatus> {
    context.printer.plain(&signing::new_pair(file)?)?;
    Ok(ExitStatus::Done)
}

/// Checks the signature of a release and computes it again.
pub async fn verify(context: &Context, args: &VerifyReleaseArgs) -> anyhow::Result<ExitStatus> {
    let (release, project, manifest) = worked_out(context, &args.release).await?;
    let (printer, id) = (&context.printer, &release.id);
    let signed = signature(context, args, &release, &manifest).await?;
    let temporary = tempfile::tempdir()?;
    let into = args.into.clone().unwrap_or_else(|| temporary.path().join("lake"));
    let target = Storage::open(&into.to_string_lossy())?;
    if target.exists().await? {
        let message = format!("{} holds a lake already", into.display());
        return Err(LakeError::usage(message, "give an empty folder".to_owned()).into());
    }
    let places = (&context.storage, &release, &target);
    let setting = (new_run_id(), &context.reader, context.memory_bytes);
    let setting = (setting.0.as_str(), setting.1, setting.2);
    let found = recompute(&project, places, setting).await?;
    if printer.is_table() {
        told(context, &found)?;
        printer.plain(&signed)?;
    } else {
        printer.json(&serde_json::json!({
            "release": id, "compared": found.compared, "differences": found.differences,
            "of_their_day": found.of_their_day, "on_erased": found.on_erased, "signature": signed,
        }))?;
    }
    let is_equal = found.differences.is_empty();
    if let Some(loss) = context.told_losses(found.losses) {
        return Err(loss.into());
    }
    Ok(if is_equal { ExitStatus::Done } else { ExitStatus::Damaged })
}

/// What is said of the signature, once it is checked.
async fn signature(
    context: &Context,
    args: &VerifyReleaseArgs,
    release: &Release,
    manifest: &Manifest,
) -> anyhow::Result<String> {
    let (printer, subject) = (&context.printer, format!("release {}", release.id));
    let Some((kept, signature)) = proof::kept(&context.storage, release).await? else {
        if args.public_key.is_some() {
            return Err(LakeError::damaged(subject, "it is not signed").into());
        }
        return Ok(printer.pick("tidak ditandatangani", "not signed").to_owned());
    };
    let erased = Erased::read(&context.storage).await?;
    let (of_erasure, changed): (Vec<String>, Vec<String>) = kept
        .differences(manifest)
        .into_iter()
        .partition(|what| proof::is_of_erasure(&erased, release, what));
    if !of_erasure.is_empty() {
        printer.note(printer.pick(
            "baris dihapus sejak ditandatangani (ops.erasures); selebihnya seperti ditandatangani",
            "rows were erased since it was signed (ops.erasures); all else is as it was signed",
        ));
    }
    if let Some(first) = changed.first() {
        let what = format!("what was signed is not what the lake holds: {first}");
        let more =
            if changed.len() > 1 { format!(" (+{})", changed.len() - 1) } else { String::new() };
        return Err(LakeError::damaged(subject, what + &more).into());
    }
    let Some(key) = &args.public_key else {
        let text = printer.pick(
            "ditandatangani; tanda tangan tidak diperiksa tanpa --public-key",
            "signed; the signature is not checked without --public-key",
        );
        return Ok(text.to_owned());
    };
    signing::check(&kept.bytes()?, &signature, key)?;
    Ok(printer.pick("tanda tangan sah", "the signature is good").to_owned())
}

fn told(context: &Context, found: &Recomputed) -> anyhow::Result<()> {
    let printer = &context.printer;
    for own in found.differences.iter().take(SHOWN) {
        let none = || printer.pick("tidak ada", "nothing").to_owned();
        printer.plain(&format!(
            "{}\n  {}: {}\n  {}: {}",
            own.value,
            printer.pick("terbit", "published"),
            own.published.clone().unwrap_or_else(none),
            printer.pick("dihitung", "computed"),
            own.computed.clone().unwrap_or_else(none),
        ))?;
    }
    for (id, values) in &found.on_erased {
        printer.note(&format!(
            "{id}: {values} {}",
            printer.pick(
                "nilai bertumpu pada baris yang sudah dihapus (ops.erasures), tetap seperti terbit",
                "values rest on rows erased since (ops.erasures); they stand as published",
            )
        ));
    }
    for id in &found.of_their_day {
        printer.note(&format!(
            "{id}: {}",
            printer.pick(
                "bergantung pada hari rilisnya, tidak dihitung ulang",
                "depends on the day of its release and is not compared",
            )
        ));
    }
    printer.plain(&format!(
        "{} {}, {} {}",
        found.compared,
        printer.pick("nilai dibandingkan", "values compared"),
        found.differences.len(),
        printer.pick("berbeda", "different"),
    ))
}
