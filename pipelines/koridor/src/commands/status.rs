use crate::ExitStatus;
use crate::context::{At, Context};
use koridor_publish::Table;
use koridor_publish::status::status;

/// What came, per source and dataset; what was refused; last runs.
pub async fn run(context: &Context) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::Head).await?;
    let status = status(&engine).await?;
    let printer = &context.printer;
    if !printer.is_table() {
        printer.rows(&status.came.schema, &status.came.rows)?;
        return Ok(ExitStatus::Done);
    }
    let parts: [(&str, &str, &Table); 6] = [
        (
            "Yang datang, per sumber dan dataset",
            "What came, by source and dataset",
            &status.came,
        ),
        (
            "Kiriman yang ditunggu, per keadaan (rinci: select * from ops.expectations)",
            "Expected deliveries by state (in detail: select * from ops.expectations)",
            &status.expected,
        ),
        (
            "Kesegaran: periode terbaru yang sudah datang",
            "Freshness: the newest period that has come",
            &status.fresh,
        ),
        (
            "Koreksi yang tidak dipakai lagi: basi, lewat waktu, atau tanpa baris yang cocok (schemas/corrections)",
            "Corrections that do nothing: stale, expired, or without a row (schemas/corrections)",
            &status.idle_corrections,
        ),
        ("Berkas yang ditolak", "Refused files", &status.refused),
        ("Proses terakhir", "Last runs", &status.runs),
    ];
    for (id, en, table) in parts {
        let is_optional = std::ptr::eq(table, &status.idle_corrections);
        if !(is_optional && table.is_empty()) {
            printer.plain(printer.pick(id, en))?;
            printer.rows(&table.schema, &table.rows)?;
        }
    }
    Ok(ExitStatus::Done)
}
