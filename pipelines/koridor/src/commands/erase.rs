use crate::ExitStatus;
use crate::args::EraseArgs;
use crate::context::Context;
use crate::printer::Printer;
use koridor_contract::scrub;
use koridor_lake::LakeError;
use koridor_lake::load::erase::{Asked, CopiesOf, Erasing, Subject, erase, plan};
use koridor_lake::load::quarantine::Decision;
use std::path::{Path, PathBuf};

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
    let mut subject = Subject::of_key(contract, key, &args.fields)?;
    subject.with_refused_files = args.refused_files;
    let barred = barred(context, &args.landing);
    let copies = CopiesOf { folders: &args.also, barred: &barred };
    if args.dry_run {
        let planned = plan(project, &context.storage, (&subject, copies, &context.reader)).await?;
        return told(context, planned, true);
    }
    let by = args.by.as_deref().unwrap_or_default();
    let reason = scrub::prose(args.reason.as_deref().unwrap_or_default());
    let decision = Decision { by, reason: &reason };
    let asked = Asked { subject: &subject, decision, copies };
    let lock = context.lock().await?;
    let done = erase(project, &context.storage, (&asked, &context.reader)).await;
    lock.release().await?;
    told(context, done?, false)
}

/// What is no copy of a lake: itself, its project, what came.
pub fn barred(context: &Context, landing: &Path) -> Vec<PathBuf> {
    let lake = context.storage.local_path().map(|own| own.to_path_buf());
    lake.into_iter().chain(context.folder.clone()).chain([landing.to_path_buf()]).collect()
}

/// What is told where an erasure died: a backup would bring back what it removes.
pub fn unfinished(printer: &Printer) -> &'static str {
    printer.pick(
        "sebuah penghapusan terhenti; jalankan lagi perintahnya (koridor erase, atau koridor \
         retention --apply), jangan kembalikan cadangan",
        "an erasure was interrupted; run its command again (koridor erase, or koridor retention \
         --apply), bring no backup back",
    )
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
        let short = file.sha256.get(..12).unwrap_or_default();
        if file.is_whole {
            let all = printer.pick("berkas ditolak; seluruh isinya", "a refused file; all of it");
            lines.push(format!("{} ({short}): {all}", file.file_name));
            continue;
        }
        let sheets = file.rows.iter().map(|(sheet, numbers)| {
            let sheet = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
            let shown = numbers.iter().take(10).map(|number| format!("{sheet}{number}"));
            let more = if numbers.len() > 10 { ", ..." } else { "" };
            shown.collect::<Vec<_>>().join(", ") + more
        });
        let places = sheets.collect::<Vec<_>>().join(", ");
        let count: usize = file.rows.values().map(|own| own.len()).sum();
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
        let told = match is_plan {
            true => printer.pick("salinan yang akan dihapus", "copy that would be removed"),
            false => printer.pick("salinan dihapus", "copy removed"),
        };
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
            "shared with rows that stay, not looked for",
        );
        lines.push(format!("  {} {told}", proof.shared));
    }
    if proof.unsearched > 0 {
        let told = printer.pick(
            "nilai terlalu pendek atau kata umum; tidak dicari",
            "too short, or words of the project, not looked for",
        );
        lines.push(format!("  {} {told}", proof.unsearched));
    }
    for unread in &proof.unread {
        lines.push(format!("  {}: {unread}", printer.pick("tidak terbaca", "not read")));
    }
    let found = proof.found_in.join(", ");
    lines.push(match (proof.is_clean(), proof.values) {
        (true, 0) => printer
            .pick("tidak ada nilai yang dapat dicari", "there was no value to look for")
            .to_owned(),
        (true, _) => printer.pick("tidak ditemukan lagi", "found nowhere any more").to_owned(),
        (false, _) if found.is_empty() => printer
            .pick("belum terbukti: ada yang tidak terbaca", "not proven: not all could be read")
            .to_owned(),
        (false, _) => printer
            .pick(
                "MASIH DITEMUKAN di {}; hapus juga dari dataset lain yang menyebutnya (berkas yang \
                 ditolak: --refused-files); berkas mana itu ada di ops.files (sha256)",
                "STILL FOUND in {}; erase it from the other datasets that name it as well (of \
                 refused files: --refused-files); ops.files says by sha256 which files those are",
            )
            .replace("{}", &found),
    });
    lines
}
