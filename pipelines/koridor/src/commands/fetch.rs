use crate::ExitStatus;
use crate::args::FetchArgs;
use crate::context::Context;
use crate::fetch::{self, Fate, Fetched};
use crate::printer::Printer;
use koridor_lake::LakeError;

/// Brings the files of sources that publish at an address.
pub async fn run(context: &Context, args: &FetchArgs) -> anyhow::Result<ExitStatus> {
    let period = args.period.as_deref().map(period).transpose()?;
    let all = fetch::fetch(context, (&args.landing, &args.names), period).await?;
    let printer = &context.printer;
    if printer.is_table() {
        if all.is_empty() {
            printer.note(printer.pick(
                "tidak ada sumber dengan `fetch` (schemas/README.md)",
                "no source description has `fetch` (schemas/README.md)",
            ));
        }
        for own in &all {
            printer.plain(&line(printer, own))?;
        }
    } else {
        printer.json(&all)?;
    }
    let is_whole = all.iter().all(|own| own.fate != Fate::Failed);
    Ok(if is_whole { ExitStatus::Done } else { ExitStatus::Refused })
}

/// A file that was asked for, in a line.
pub fn line(printer: &Printer, own: &Fetched) -> String {
    let fate = match own.fate {
        Fate::Landed => printer.pick("diambil", "fetched"),
        Fate::Unchanged => printer.pick("tidak berubah", "unchanged"),
        Fate::Failed => printer.pick("GAGAL", "FAILED"),
        Fate::Awaited => printer.pick("belum terbit", "not there yet"),
        Fate::Keyless => printer.pick("dilewati", "passed over"),
    };
    let said = own.said_id.as_deref().zip(own.said.as_deref());
    let said = said.map(|(id, en)| format!(": {}", printer.pick(id, en)));
    format!("{fate} {} ({}){}", own.file, own.source, said.unwrap_or_default())
}

fn period(text: &str) -> Result<(i32, u32), LakeError> {
    let (year, month) = text.split_once('-').unwrap_or((text, "1"));
    let found = year.parse().ok().zip(month.parse().ok());
    found
        .filter(|(year, month)| (1900..=2200).contains(year) && (1..=12).contains(month))
        .ok_or_else(|| {
            LakeError::usage(format!("`{text}` is no period"), "write 2026-01 or 2026".to_owned())
        })
}
