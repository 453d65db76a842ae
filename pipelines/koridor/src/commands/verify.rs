use super::erase;
use crate::ExitStatus;
use crate::context::Context;
use koridor_lake::LakeError;
use koridor_lake::load::verify::{self, Damage, Verified};
use koridor_lake::store::rewrite;

/// Reads all of the lake against its checksums and names what is damaged or gone.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let printer = &context.printer;
    printer.refuse_rows()?;
    let progress = printer.progress(0);
    let verified = verify::verify(&context.project, &context.storage, &mut |part| {
        progress.set_message(part.to_owned());
        progress.tick();
    })
    .await?;
    progress.finish_and_clear();
    if printer.is_table() {
        printer.plain(&lines(context, &verified).join("\n"))?;
    } else {
        printer.json(&verified)?;
    }
    // Until an erasure is finished, readers may miss what it has removed.
    let is_whole = verified.damages.is_empty() && !is_erasing(context);
    Ok(if is_whole { ExitStatus::Done } else { ExitStatus::Damaged })
}

/// Whether an erasure died in this lake, and nobody has finished it.
fn is_erasing(context: &Context) -> bool {
    context.storage.local_path().is_some_and(rewrite::is_unfinished)
}

fn lines(context: &Context, verified: &Verified) -> Vec<String> {
    let printer = &context.printer;
    let damages = verified.damages.iter();
    let mut lines: Vec<String> =
        damages.map(|own| format!("{}: {}", own.path, own.problem)).collect();
    let Verified { read, without_checksum, damages } = verified;
    let count = damages.len();
    lines.push(match count {
        0 => format!("{read} {}", printer.pick("dibaca, semuanya utuh", "read, all whole")),
        _ => format!(
            "{read} {}, {count} {}",
            printer.pick("dibaca", "read"),
            printer.pick("rusak", "damaged")
        ),
    });
    if *without_checksum > 0 {
        let (id, en) = (
            "berkas data dari program sebelumnya tidak mempunyai checksum; hanya dipastikan ada",
            "data files of an earlier program have no checksum; they are there, no more is known",
        );
        lines.push(format!("{without_checksum} {}", printer.pick(id, en)));
    }
    let is_report = |own: &Damage| own.path.starts_with("_koridor/runs/");
    if count > 0 && damages.iter().all(is_report) {
        let id = "kembalikan dari cadangan, atau hapus `_koridor/runs.json`: malam berikutnya \
                  membuatnya lagi, tanpa laporan itu";
        lines.push(printer.pick(id, LakeError::LOST_RUN).to_owned());
    } else if is_erasing(context) {
        lines.push(erase::unfinished(printer).to_owned());
    } else if count > 0 {
        let (id, en) = (
            "kembalikan berkas itu dari cadangan; dokumen _koridor/ hanya bersama seluruh danau \
             data dari cadangan yang sama. Berkas raw/ yang rusak juga pulih bila berkas aslinya \
             dikirim lagi. Tanpa cadangan, `koridor rebuild --into DIR` membangun danau \
             data baru dari raw/",
            "bring these files back from a backup; documents of _koridor/ only with the whole lake \
             from the same backup. A damaged raw/ file is also mended when its file is sent again. \
             Without a backup `koridor rebuild --into DIR` makes a new lake \
             from raw/",
        );
        lines.push(printer.pick(id, en).to_owned());
    }
    lines
}
