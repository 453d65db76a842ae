use crate::ExitStatus;
use crate::args::EraseArgs;
use crate::context::Context;
use koridor_contract::scrub;
use koridor_lake::LakeError;
use koridor_lake::load::erase::{Asked, Erasing, Subject, erase, plan};
use koridor_lake::load::quarantine::Decision;

/// Takes a person's rows out of the lake.
pub async fn run(context: &Context, args: &EraseArgs) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let project = &context.project;
    let contract = project.datasets.get(&args.dataset).ok_or_else(|| {
        let hint = koridor_contract::project::hint(&args.dataset, project.datasets.keys());
        let known = "`koridor template` lists the datasets".to_owned();
        LakeError::usage(format!("no dataset `{}`{hint}", args.dataset), known)
    })?;
    let key = args.key.as_deref().unwrap_or_default();
    let subject = Subject::of_key(contract, key, &args.fields)?;
    if args.dry_run {
        let planned = plan(project, &context.storage, (&subject, &context.reader)).await?;
        return told(context, planned, true);
    }
    let by = args.by.as_deref().unwrap_or_default();
    let reason = scrub::prose(args.reason.as_deref().unwrap_or_default());
    let decision = Decision { by, reason: &reason };
    let asked = Asked { subject: &subject, decision, also: &args.also };
    let lock = context.lock().await?;
    let done = erase(project, &context.storage, (&asked, &context.reader)).await;
    lock.release().await?;
    told(context, done?, false)
}

/// Says what was erased, or would be.
pub fn told(context: &Context, own: Erasing, is_plan: bool) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    if printer.is_table() {
        printer.plain(&lines(context, &own, is_plan).join("\n"))?;
    } else {
        printer.json(&serde_json::json!({
            "is_plan": is_plan, "files": own.files, "releases": own.releases,
            "corrections": own.corrections, "removed_outside": own.outside,
            "erasure": own.erasure, "proof": own.proof,
        }))?;
    }
    for name in &own.corrections {
        printer.note(&format!(
            "{name}: {}",
            printer.pick(
                "koreksi ini menyebut kuncinya; hapus dari schemas/corrections",
                "this correction names the key; remove it from schemas/corrections",
            )
        ));
    }
    let is_clean = own.proof.as_ref().is_none_or(|proof| proof.is_clean());
    if let Some(loss) = context.told_losses(own.losses) {
        return Err(loss.into());
    }
    Ok(if is_clean { ExitStatus::Done } else { ExitStatus::Damaged })
}

fn lines(context: &Context, own: &Erasing, is_plan: bool) -> Vec<String> {
    let printer = &context.printer;
    let mut lines: Vec<String> = Vec::new();
    let rows = printer.pick("baris", "rows");
    for file in &own.files {
        let sheets = file.rows.iter().map(|(sheet, numbers)| {
            let sheet = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
            let shown = numbers.iter().take(10).map(|number| format!("{sheet}{number}"));
            let more = if numbers.len() > 10 { ", ..." } else { "" };
            shown.collect::<Vec<_>>().join(", ") + more
        });
        let places = sheets.collect::<Vec<_>>().join(", ");
        let count: usize = file.rows.values().map(|own| own.len()).sum();
        let short = file.sha256.get(..12).unwrap_or_default();
        lines.push(format!("{} ({short}): {count} {rows}: {places}", file.file_name));
        if file.shared > 0 {
            let told = printer.pick(
                "baris lain satu baris lembar dengan data yang tetap; tidak dihapus",
                "more share their line with rows that stay; they are not erased",
            );
            lines.push(format!("  {} {told}", file.shared));
        }
    }
    if own.files.is_empty() {
        let told =
            printer.pick("tidak ada baris dengan kunci ini", "there are no rows of this key");
        lines.push(told.to_owned());
    }
    if !own.releases.is_empty() {
        let told = printer.pick(
            "rilis yang versinya ditulis ulang (angka terbit tetap)",
            "releases whose versions are written anew (published numbers stand)",
        );
        lines.push(format!("{told}: {}", own.releases.join(", ")));
    }
    if let Some(erasure) = own.erasure.as_ref().filter(|_| !is_plan) {
        lines.push(format!(
            "{} {}: {} {}, {} {}, {} {}",
            printer.pick("dihapus", "erased"),
            erasure.id,
            erasure.accepted,
            printer.pick("diterima", "accepted"),
            erasure.rejected,
            printer.pick("ditolak", "refused"),
            erasure.ignored,
            printer.pick("diabaikan", "ignored"),
        ));
        for (table, count) in &erasure.tables {
            lines.push(format!("  {table}: {count}"));
        }
    }
    for path in &own.outside {
        let told = printer.pick("salinan dihapus", "copy removed");
        lines.push(format!("{told}: {}", path.display()));
    }
    lines.extend(own.proof.iter().flat_map(|proof| proven(context, proof)));
    lines
}

fn proven(context: &Context, proof: &koridor_lake::store::erased::Proof) -> Vec<String> {
    let printer = &context.printer;
    let mut lines = vec![format!(
        "{}: {} {}, {} {}",
        printer.pick("dicari di semua bita", "searched in all bytes"),
        proof.objects,
        printer.pick("objek", "objects"),
        proof.values,
        printer.pick("nilai", "values"),
    )];
    for (place, count) in &proof.found {
        lines.push(format!("  {place}: {count}"));
    }
    if proof.shared > 0 {
        let told = printer.pick(
            "nilai juga milik baris lain yang tetap; tidak dicari",
            "values are those of rows that stay as well; they were not looked for",
        );
        lines.push(format!("  {} {told}", proof.shared));
    }
    for unread in &proof.unread {
        lines.push(format!("  {}: {unread}", printer.pick("tidak terbaca", "not read")));
    }
    lines.push(
        match proof.is_clean() {
            true => printer.pick("tidak ditemukan lagi", "found nowhere any more"),
            false => printer.pick(
                "MASIH DITEMUKAN: hapus juga dari dataset lain yang menyebutnya",
                "STILL FOUND: erase it from the other datasets that name it as well",
            ),
        }
        .to_owned(),
    );
    lines
}
